/* stdlib.h: numbers, memory, environment, sorting and leaving. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <bits/wait_status.h>
#include <alloca.h>
#include <stdint.h>

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
typedef struct {
    long long quot, rem;
} lldiv_t;

__BEGIN_DECLS
__noreturn_fn void abort(void);
__noreturn_fn void exit(int status);
__noreturn_fn void quick_exit(int status);
__noreturn_fn void _Exit(int status);
int atexit(void (*fn)(void));
int at_quick_exit(void (*fn)(void));

void *malloc(size_t size) __attribute__((__malloc__, __alloc_size__(1)));
void *calloc(size_t count, size_t size) __attribute__((__malloc__, __alloc_size__(1, 2)));
void *realloc(void *ptr, size_t size) __attribute__((__alloc_size__(2)));
void *reallocarray(void *ptr, size_t count, size_t size) __attribute__((__alloc_size__(2, 3)));
void *aligned_alloc(size_t align, size_t size);
int posix_memalign(void **out, size_t align, size_t size);
void *valloc(size_t size);
void free(void *ptr);

int atoi(const char *s);
long atol(const char *s);
long long atoll(const char *s);
double atof(const char *s);
long strtol(const char *__restrict s, char **__restrict end, int base);
unsigned long strtoul(const char *__restrict s, char **__restrict end, int base);
long long strtoll(const char *__restrict s, char **__restrict end, int base);
unsigned long long strtoull(const char *__restrict s, char **__restrict end, int base);
float strtof(const char *__restrict s, char **__restrict end);
double strtod(const char *__restrict s, char **__restrict end);
long double strtold(const char *__restrict s, char **__restrict end);
float strtof_l(const char *__restrict s, char **__restrict end, locale_t locale);
double strtod_l(const char *__restrict s, char **__restrict end, locale_t locale);
long double strtold_l(const char *__restrict s, char **__restrict end, locale_t locale);
void free_sized(void *memory, size_t size);
void free_aligned_sized(void *memory, size_t alignment, size_t size);
size_t memalignment(const void *address);

int abs(int n);
long labs(long n);
long long llabs(long long n);
div_t div(int num, int den);
ldiv_t ldiv(long num, long den);
lldiv_t lldiv(long long num, long long den);

int rand(void);
void srand(unsigned seed);
int rand_r(unsigned *seed);
long random(void);
void srandom(unsigned seed);
char *initstate(unsigned seed, char *state, size_t size);
char *setstate(char *state);
struct random_data {
    int32_t *fptr, *rptr, *state; /* only state is used */
    int rand_type, rand_deg, rand_sep;
    int32_t *end_ptr;
};
int random_r(struct random_data *data, int32_t *result);
int srandom_r(unsigned seed, struct random_data *data);
int initstate_r(unsigned seed, char *state, size_t size, struct random_data *data);
int setstate_r(char *state, struct random_data *data);
struct drand48_data {
    unsigned short __x[3], __old_x[3], __c, __init;
    unsigned long __a;
};
int drand48_r(struct drand48_data *data, double *result);
int erand48_r(unsigned short x[3], struct drand48_data *data, double *result);
int lrand48_r(struct drand48_data *data, long *result);
int nrand48_r(unsigned short x[3], struct drand48_data *data, long *result);
int mrand48_r(struct drand48_data *data, long *result);
int jrand48_r(unsigned short x[3], struct drand48_data *data, long *result);
int srand48_r(long seed, struct drand48_data *data);
int seed48_r(unsigned short seed[3], struct drand48_data *data);
int lcong48_r(unsigned short p[7], struct drand48_data *data);
double drand48(void);
double erand48(unsigned short xseed[3]);
long lrand48(void);
long nrand48(unsigned short xseed[3]);
long mrand48(void);
long jrand48(unsigned short xseed[3]);
void srand48(long seed);
unsigned short *seed48(unsigned short xseed[3]);
void lcong48(unsigned short param[7]);

void *bsearch(const void *key, const void *base, size_t count, size_t size,
              int (*cmp)(const void *, const void *));
void qsort(void *base, size_t count, size_t size, int (*cmp)(const void *, const void *));
void qsort_r(void *base, size_t count, size_t size, int (*cmp)(const void *, const void *, void *),
             void *arg);

char *getenv(const char *name);
char *secure_getenv(const char *name);
int setenv(const char *name, const char *value, int overwrite);
int unsetenv(const char *name);
int putenv(char *entry);
int clearenv(void);

int mkstemp(char *name);
int mkostemp(char *name, int flags);
int mkstemps(char *name, int suffix_len);
int mkostemps(char *name, int suffix_len, int flags);
char *mkdtemp(char *name);
char *mktemp(char *name);
char *realpath(const char *__restrict path, char *__restrict resolved);
char *canonicalize_file_name(const char *path);
int getloadavg(double loads[], int count);
char *ecvt(double value, int digits, int *point, int *negative);
char *fcvt(double value, int digits, int *point, int *negative);
char *gcvt(double value, int digits, char *s);
int system(const char *command);
int getsubopt(char **option, char *const *keys, char **value);
const char *getprogname(void);
void setprogname(const char *name);
unsigned arc4random(void);
unsigned arc4random_uniform(unsigned bound);
void arc4random_buf(void *buf, size_t n);

int posix_openpt(int flags);
int grantpt(int fd);
int unlockpt(int fd);
char *ptsname(int fd);
int ptsname_r(int fd, char *buf, size_t n);

size_t __mb_cur_max(void);
int mblen(const char *s, size_t n);
int mbtowc(wchar_t *__restrict wc, const char *__restrict s, size_t n);
int wctomb(char *s, wchar_t wc);
size_t mbstowcs(wchar_t *__restrict dst, const char *__restrict src, size_t n);
size_t wcstombs(char *__restrict dst, const wchar_t *__restrict src, size_t n);
long a64l(const char *s);
char *l64a(long value);
void setkey(const char *key);
__END_DECLS
