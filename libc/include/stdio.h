/* stdio.h: buffered streams and formatted text. */
#pragma once
#include <features.h>
#include <bits/size.h>
#if __POSIX_VISIBLE
#include <bits/types.h>
#endif
#if __XSI_VISIBLE || __POSIX_VISIBLE >= 200809
#include <bits/va_list.h>
#endif
#if __XSI_VISIBLE && __XSI_VISIBLE < 600
#include <bits/getopt.h>
#endif

#define EOF          (-1)
#define BUFSIZ       4096
#define FILENAME_MAX 4096
#define FOPEN_MAX    1024
#define L_tmpnam     24
#define TMP_MAX      238328
#define _IOFBF       0
#define _IOLBF       1
#define _IONBF       2
#if __POSIX_VISIBLE
#define L_ctermid 16
#endif
#if __XSI_UNTIL_7
#define P_tmpdir "/tmp"
#endif
#include <bits/seek.h>

#ifndef __DYAD_FILE
#define __DYAD_FILE
typedef struct __file FILE;
#endif
typedef struct {
    long __offset;
} fpos_t;

__BEGIN_DECLS
extern FILE *stdin;
extern FILE *stdout;
extern FILE *stderr;

FILE *fopen(const char *__restrict __path, const char *__restrict __mode);
FILE *freopen(const char *__restrict __path, const char *__restrict __mode, FILE *__restrict __f);
FILE *tmpfile(void);
int fclose(FILE *__f);
int fflush(FILE *__f);
void setbuf(FILE *__restrict __f, char *__restrict __buf);
int setvbuf(FILE *__restrict __f, char *__restrict __buf, int __mode, size_t __size);
#if __POSIX_VISIBLE
FILE *fdopen(int __fd, const char *__mode);
FILE *popen(const char *__command, const char *__mode);
int pclose(FILE *__f);
int fileno(FILE *__f);
#endif
#if __POSIX_VISIBLE >= 200809
FILE *fmemopen(void *__restrict __buf, size_t __size, const char *__restrict __mode);
FILE *open_memstream(char **__buf, size_t *__size);
#endif
#if __MISC_VISIBLE
void setbuffer(FILE *__f, char *__buf, size_t __size);
void setlinebuf(FILE *__f);
#endif

#if __GNU_VISIBLE
typedef ssize_t cookie_read_function_t(void *__cookie, char *__buf, size_t __n);
typedef ssize_t cookie_write_function_t(void *__cookie, const char *__buf, size_t __n);
typedef int cookie_seek_function_t(void *__cookie, off_t *__offset, int __whence);
typedef int cookie_close_function_t(void *__cookie);
typedef struct {
    cookie_read_function_t *read;
    cookie_write_function_t *write;
    cookie_seek_function_t *seek;
    cookie_close_function_t *close;
} cookie_io_functions_t;
FILE *fopencookie(void *__cookie, const char *__mode, cookie_io_functions_t __ops);
#endif

size_t fread(void *__restrict __buf, size_t __size, size_t __count, FILE *__restrict __f);
size_t fwrite(const void *__restrict __buf, size_t __size, size_t __count, FILE *__restrict __f);
int fgetc(FILE *__f);
int getc(FILE *__f);
int getchar(void);
int ungetc(int __c, FILE *__f);
#if __ISO_C_VISIBLE < 2011 || __MISC_VISIBLE || (__POSIX_VISIBLE && __POSIX_VISIBLE < 202405)
char *gets(char *__s) __attribute__((__deprecated__));
#endif
char *fgets(char *__restrict __s, int __n, FILE *__restrict __f);
int fputc(int __c, FILE *__f);
int putc(int __c, FILE *__f);
int putchar(int __c);
int fputs(const char *__restrict __s, FILE *__restrict __f);
int puts(const char *__s);
#if __POSIX_VISIBLE >= 200809
ssize_t getline(char **__restrict __line, size_t *__restrict __size, FILE *__restrict __f);
ssize_t getdelim(char **__restrict __line, size_t *__restrict __size, int __delim,
                 FILE *__restrict __f);
#endif
#if __XSI_UNTIL_5
int getw(FILE *__f);
int putw(int __w, FILE *__f);
#endif

int fseek(FILE *__f, long __offset, int __whence);
long ftell(FILE *__f);
void rewind(FILE *__f);
int fgetpos(FILE *__restrict __f, fpos_t *__restrict __pos);
int fsetpos(FILE *__f, const fpos_t *__pos);
void clearerr(FILE *__f);
int feof(FILE *__f);
int ferror(FILE *__f);
#if __POSIX_VISIBLE >= 200112 || __XSI_VISIBLE || defined(_LARGEFILE_SOURCE)
int fseeko(FILE *__f, off_t __offset, int __whence);
off_t ftello(FILE *__f);
#endif

#if __POSIX_VISIBLE
void flockfile(FILE *__f);
int ftrylockfile(FILE *__f);
void funlockfile(FILE *__f);
int getc_unlocked(FILE *__f);
int getchar_unlocked(void);
int putc_unlocked(int __c, FILE *__f);
int putchar_unlocked(int __c);
#endif
#if __MISC_VISIBLE
int fgetc_unlocked(FILE *__f);
int fputc_unlocked(int __c, FILE *__f);
char *fgets_unlocked(char *__restrict __s, int __n, FILE *__restrict __f);
int fputs_unlocked(const char *__restrict __s, FILE *__restrict __f);
size_t fread_unlocked(void *__restrict __buf, size_t __size, size_t __count, FILE *__restrict __f);
size_t fwrite_unlocked(const void *__restrict __buf, size_t __size, size_t __count,
                       FILE *__restrict __f);
int fflush_unlocked(FILE *__f);
void clearerr_unlocked(FILE *__f);
int feof_unlocked(FILE *__f);
int ferror_unlocked(FILE *__f);
int fileno_unlocked(FILE *__f);
#endif

int printf(const char *__restrict __fmt, ...) __printf_like(1, 2);
int fprintf(FILE *__restrict __f, const char *__restrict __fmt, ...) __printf_like(2, 3);
int sprintf(char *__restrict __s, const char *__restrict __fmt, ...) __printf_like(2, 3);
int vprintf(const char *__restrict __fmt, __builtin_va_list __ap) __printf_like(1, 0);
int vfprintf(FILE *__restrict __f, const char *__restrict __fmt, __builtin_va_list __ap)
    __printf_like(2, 0);
int vsprintf(char *__restrict __s, const char *__restrict __fmt, __builtin_va_list __ap)
    __printf_like(2, 0);
#if __POSIX_VISIBLE >= 200809
int dprintf(int __fd, const char *__restrict __fmt, ...) __printf_like(2, 3);
int vdprintf(int __fd, const char *__restrict __fmt, __builtin_va_list __ap) __printf_like(2, 0);
#endif
#if __ISO_C_VISIBLE >= 1999 || __XSI_VISIBLE
int snprintf(char *__restrict __s, size_t __n, const char *__restrict __fmt, ...)
    __printf_like(3, 4);
int vsnprintf(char *__restrict __s, size_t __n, const char *__restrict __fmt,
              __builtin_va_list __ap) __printf_like(3, 0);
#endif
#if __POSIX_VISIBLE >= 202405
int asprintf(char **__restrict __s, const char *__restrict __fmt, ...) __printf_like(2, 3);
int vasprintf(char **__restrict __s, const char *__restrict __fmt, __builtin_va_list __ap)
    __printf_like(2, 0);
#endif

int scanf(const char *__restrict __fmt, ...) __scanf_like(1, 2);
int fscanf(FILE *__restrict __f, const char *__restrict __fmt, ...) __scanf_like(2, 3);
int sscanf(const char *__restrict __s, const char *__restrict __fmt, ...) __scanf_like(2, 3);
#if __ISO_C_VISIBLE >= 1999
int vscanf(const char *__restrict __fmt, __builtin_va_list __ap) __scanf_like(1, 0);
int vfscanf(FILE *__restrict __f, const char *__restrict __fmt, __builtin_va_list __ap)
    __scanf_like(2, 0);
int vsscanf(const char *__restrict __s, const char *__restrict __fmt, __builtin_va_list __ap)
    __scanf_like(2, 0);
#endif

void perror(const char *__s);
int remove(const char *__path);
int rename(const char *__from, const char *__to);
char *tmpnam(char *__s);
#if __GNU_VISIBLE
#define RENAME_NOREPLACE 1u
#define RENAME_EXCHANGE  2u
int renameat2(int __from_dir, const char *__from, int __to_dir, const char *__to, unsigned __flags);
#endif
#if __POSIX_VISIBLE >= 200809
int renameat(int __from_dir, const char *__from, int __to_dir, const char *__to);
#endif
#if __XSI_UNTIL_7
char *tempnam(const char *__dir, const char *__prefix);
#endif
#if __POSIX_VISIBLE
char *ctermid(char *__s);
#endif
#if __MISC_VISIBLE
char *fgetln(FILE *__file, size_t *__length);
int fpurge(FILE *__file);
#endif
__END_DECLS

#define stdin  stdin
#define stdout stdout
#define stderr stderr
