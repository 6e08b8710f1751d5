/* stdlib.h: numbers, memory, environment, sorting and leaving. */
#pragma once
#include <features.h>
#if __POSIX_VISIBLE >= 202405
#include <bits/open_flags.h>
#endif
#include <bits/size.h>
#include <bits/wchar.h>
#if __XSI_VISIBLE || __POSIX_VISIBLE >= 200809
#include <bits/wait_status.h>
#endif
#if __ISO_C_VISIBLE >= 2023
#include <bits/once_flag.h>
#endif
#if __MISC_VISIBLE
#include <alloca.h>
#include <bits/types.h>
#endif

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX     2147483647
#define MB_CUR_MAX   (__mb_cur_max())

typedef struct {
    int quot, rem;
} div_t;
typedef struct {
    long quot, rem;
} ldiv_t;
#if __ISO_C_VISIBLE >= 1999
typedef struct {
    long long quot, rem;
} lldiv_t;
#endif

__BEGIN_DECLS
__noreturn_fn void abort(void);
__noreturn_fn void exit(int __status);
int atexit(void (*__fn)(void));
#if __ISO_C_VISIBLE >= 2011
__noreturn_fn void quick_exit(int __status);
int at_quick_exit(void (*__fn)(void));
#endif
#if __ISO_C_VISIBLE >= 1999
__noreturn_fn void _Exit(int __status);
#endif

void *malloc(size_t __size) __attribute__((__malloc__, __alloc_size__(1)));
void *calloc(size_t __count, size_t __size) __attribute__((__malloc__, __alloc_size__(1, 2)));
void *realloc(void *__ptr, size_t __size) __attribute__((__alloc_size__(2)));
void free(void *__ptr);
#if __POSIX_VISIBLE >= 202405
void *reallocarray(void *__ptr, size_t __count, size_t __size)
    __attribute__((__alloc_size__(2, 3)));
#endif
#if __ISO_C_VISIBLE >= 2011
void *aligned_alloc(size_t __align, size_t __size);
#endif
#if __POSIX_VISIBLE >= 200112
int posix_memalign(void **__out, size_t __align, size_t __size);
#endif
#if __XSI_UNTIL_5
void *valloc(size_t __size);
#endif

int atoi(const char *__s);
long atol(const char *__s);
double atof(const char *__s);
long strtol(const char *__restrict __s, char **__restrict __end, int __base);
unsigned long strtoul(const char *__restrict __s, char **__restrict __end, int __base);
double strtod(const char *__restrict __s, char **__restrict __end);
#if __ISO_C_VISIBLE >= 1999
long long atoll(const char *__s);
long long strtoll(const char *__restrict __s, char **__restrict __end, int __base);
unsigned long long strtoull(const char *__restrict __s, char **__restrict __end, int __base);
float strtof(const char *__restrict __s, char **__restrict __end);
long double strtold(const char *__restrict __s, char **__restrict __end);
#endif
#if __GNU_VISIBLE
float strtof_l(const char *__restrict __s, char **__restrict __end, locale_t __locale);
double strtod_l(const char *__restrict __s, char **__restrict __end, locale_t __locale);
long double strtold_l(const char *__restrict __s, char **__restrict __end, locale_t __locale);
#endif
#if __ISO_C_VISIBLE >= 2023
int strfromd(char *__restrict __s, size_t __n, const char *__restrict __format, double __x);
int strfromf(char *__restrict __s, size_t __n, const char *__restrict __format, float __x);
int strfroml(char *__restrict __s, size_t __n, const char *__restrict __format, long double __x);
void free_sized(void *__memory, size_t __size);
void free_aligned_sized(void *__memory, size_t __alignment, size_t __size);
size_t memalignment(const void *__address);
#endif

int abs(int __n);
long labs(long __n);
div_t div(int __num, int __den);
ldiv_t ldiv(long __num, long __den);
#if __ISO_C_VISIBLE >= 1999
long long llabs(long long __n);
lldiv_t lldiv(long long __num, long long __den);
#endif

int rand(void);
void srand(unsigned __seed);
#if __POSIX_VISIBLE
int rand_r(unsigned *__seed);
#endif
#if __XSI_VISIBLE
long random(void);
void srandom(unsigned __seed);
char *initstate(unsigned __seed, char *__state, size_t __size);
char *setstate(char *__state);
double drand48(void);
double erand48(unsigned short __xseed[3]);
long lrand48(void);
long nrand48(unsigned short __xseed[3]);
long mrand48(void);
long jrand48(unsigned short __xseed[3]);
void srand48(long __seed);
unsigned short *seed48(unsigned short __xseed[3]);
void lcong48(unsigned short __param[7]);
#endif
#if __MISC_VISIBLE
struct random_data {
    int *fptr, *rptr, *state; /* only state is used */
    int rand_type, rand_deg, rand_sep;
    int *end_ptr;
};
int random_r(struct random_data *__data, int *__result);
int srandom_r(unsigned __seed, struct random_data *__data);
int initstate_r(unsigned __seed, char *__state, size_t __size, struct random_data *__data);
int setstate_r(char *__state, struct random_data *__data);
struct drand48_data {
    unsigned short __x[3], __old_x[3], __c, __init;
    unsigned long __a;
};
int drand48_r(struct drand48_data *__data, double *__result);
int erand48_r(unsigned short __x[3], struct drand48_data *__data, double *__result);
int lrand48_r(struct drand48_data *__data, long *__result);
int nrand48_r(unsigned short __x[3], struct drand48_data *__data, long *__result);
int mrand48_r(struct drand48_data *__data, long *__result);
int jrand48_r(unsigned short __x[3], struct drand48_data *__data, long *__result);
int srand48_r(long __seed, struct drand48_data *__data);
int seed48_r(unsigned short __seed[3], struct drand48_data *__data);
int lcong48_r(unsigned short __p[7], struct drand48_data *__data);
#endif

void *bsearch(const void *__key, const void *__base, size_t __count, size_t __size,
              int (*__cmp)(const void *, const void *));
void qsort(void *__base, size_t __count, size_t __size, int (*__cmp)(const void *, const void *));
#if __POSIX_VISIBLE >= 202405
void qsort_r(void *__base, size_t __count, size_t __size,
             int (*__cmp)(const void *, const void *, void *), void *__arg);
#endif

char *getenv(const char *__name);
#if __POSIX_VISIBLE >= 202405
char *secure_getenv(const char *__name);
#endif
#if __POSIX_VISIBLE >= 200112
int setenv(const char *__name, const char *__value, int __overwrite);
int unsetenv(const char *__name);
#endif
#if __XSI_VISIBLE
int putenv(char *__entry);
#endif
#if __MISC_VISIBLE
int clearenv(void);
#endif

int system(const char *__command);
#if __POSIX_VISIBLE >= 200809 || __XSI_VISIBLE
int mkstemp(char *__name);
int getsubopt(char **__option, char *const *__keys, char **__value);
#endif
#if __POSIX_VISIBLE >= 202405
int mkostemp(char *__name, int __flags);
#endif
#if __MISC_VISIBLE
int mkstemps(char *__name, int __suffix_len);
int mkostemps(char *__name, int __suffix_len, int __flags);
int getloadavg(double __loads[], int __count);
const char *getprogname(void);
void setprogname(const char *__name);
unsigned arc4random(void);
unsigned arc4random_uniform(unsigned __bound);
void arc4random_buf(void *__buf, size_t __n);
#endif
#if __POSIX_VISIBLE >= 200809
char *mkdtemp(char *__name);
#endif
#if __XSI_UNTIL_6
char *mktemp(char *__name);
char *ecvt(double __value, int __digits, int *__point, int *__negative);
char *fcvt(double __value, int __digits, int *__point, int *__negative);
char *gcvt(double __value, int __digits, char *__s);
#endif
#if __XSI_VISIBLE
char *realpath(const char *__restrict __path, char *__restrict __resolved);
#endif
#if __GNU_VISIBLE
char *canonicalize_file_name(const char *__path);
#endif

#if __XSI_VISIBLE >= 600
int posix_openpt(int __flags);
#endif
#if __XSI_VISIBLE
int grantpt(int __fd);
int unlockpt(int __fd);
char *ptsname(int __fd);
#endif
#if __POSIX_VISIBLE >= 202405
int ptsname_r(int __fd, char *__buf, size_t __n);
#endif

size_t __mb_cur_max(void);
int mblen(const char *__s, size_t __n);
int mbtowc(wchar_t *__restrict __wc, const char *__restrict __s, size_t __n);
int wctomb(char *__s, wchar_t __wc);
size_t mbstowcs(wchar_t *__restrict __dst, const char *__restrict __src, size_t __n);
size_t wcstombs(char *__restrict __dst, const wchar_t *__restrict __src, size_t __n);
#if __XSI_VISIBLE
long a64l(const char *__s);
char *l64a(long __value);
void setkey(const char *__key);
#endif
__END_DECLS
