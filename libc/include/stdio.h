/* stdio.h: buffered streams and formatted text. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <stdarg.h>

#define EOF          (-1)
#define BUFSIZ       4096
#define FILENAME_MAX 4096
#define FOPEN_MAX    1024
#define L_tmpnam     24
#define L_ctermid    16
#define TMP_MAX      238328
#define P_tmpdir     "/tmp"
#define _IOFBF       0
#define _IOLBF       1
#define _IONBF       2
#ifndef SEEK_SET
#define SEEK_SET  0
#define SEEK_CUR  1
#define SEEK_END  2
#define SEEK_DATA 3
#define SEEK_HOLE 4
#endif

#ifndef __DYAD_FILE
#define __DYAD_FILE
typedef struct __file FILE;
#endif
typedef struct {
    off_t __offset;
} fpos_t;

__BEGIN_DECLS
extern FILE *const stdin;
extern FILE *const stdout;
extern FILE *const stderr;

FILE *fopen(const char *__restrict path, const char *__restrict mode);
FILE *fdopen(int fd, const char *mode);
FILE *freopen(const char *__restrict path, const char *__restrict mode, FILE *__restrict f);
FILE *fmemopen(void *__restrict buf, size_t size, const char *__restrict mode);
FILE *open_memstream(char **buf, size_t *size);
FILE *tmpfile(void);
FILE *popen(const char *command, const char *mode);
int pclose(FILE *f);
int fclose(FILE *f);
int fflush(FILE *f);
int fileno(FILE *f);
void setbuf(FILE *__restrict f, char *__restrict buf);
void setbuffer(FILE *f, char *buf, size_t size);
void setlinebuf(FILE *f);
int setvbuf(FILE *__restrict f, char *__restrict buf, int mode, size_t size);

typedef ssize_t cookie_read_function_t(void *cookie, char *buf, size_t n);
typedef ssize_t cookie_write_function_t(void *cookie, const char *buf, size_t n);
typedef int cookie_seek_function_t(void *cookie, off_t *offset, int whence);
typedef int cookie_close_function_t(void *cookie);
typedef struct {
    cookie_read_function_t *read;
    cookie_write_function_t *write;
    cookie_seek_function_t *seek;
    cookie_close_function_t *close;
} cookie_io_functions_t;
FILE *fopencookie(void *cookie, const char *mode, cookie_io_functions_t ops);

size_t fread(void *__restrict buf, size_t size, size_t count, FILE *__restrict f);
size_t fwrite(const void *__restrict buf, size_t size, size_t count, FILE *__restrict f);
int fgetc(FILE *f);
int getc(FILE *f);
int getchar(void);
int ungetc(int c, FILE *f);
char *gets(char *s) __attribute__((__deprecated__));
char *fgets(char *__restrict s, int n, FILE *__restrict f);
ssize_t getline(char **__restrict line, size_t *__restrict size, FILE *__restrict f);
ssize_t getdelim(char **__restrict line, size_t *__restrict size, int delim, FILE *__restrict f);
int fputc(int c, FILE *f);
int putc(int c, FILE *f);
int putchar(int c);
int fputs(const char *__restrict s, FILE *__restrict f);
int puts(const char *s);
int getw(FILE *f);
int putw(int w, FILE *f);

int fseek(FILE *f, long offset, int whence);
int fseeko(FILE *f, off_t offset, int whence);
long ftell(FILE *f);
off_t ftello(FILE *f);
void rewind(FILE *f);
int fgetpos(FILE *__restrict f, fpos_t *__restrict pos);
int fsetpos(FILE *f, const fpos_t *pos);
void clearerr(FILE *f);
int feof(FILE *f);
int ferror(FILE *f);

void flockfile(FILE *f);
int ftrylockfile(FILE *f);
void funlockfile(FILE *f);
int getc_unlocked(FILE *f);
int getchar_unlocked(void);
int putc_unlocked(int c, FILE *f);
int putchar_unlocked(int c);
int fgetc_unlocked(FILE *f);
int fputc_unlocked(int c, FILE *f);
char *fgets_unlocked(char *__restrict s, int n, FILE *__restrict f);
int fputs_unlocked(const char *__restrict s, FILE *__restrict f);
size_t fread_unlocked(void *__restrict buf, size_t size, size_t count, FILE *__restrict f);
size_t fwrite_unlocked(const void *__restrict buf, size_t size, size_t count, FILE *__restrict f);
int fflush_unlocked(FILE *f);
void clearerr_unlocked(FILE *f);
int feof_unlocked(FILE *f);
int ferror_unlocked(FILE *f);
int fileno_unlocked(FILE *f);

int printf(const char *__restrict fmt, ...) __printf_like(1, 2);
int fprintf(FILE *__restrict f, const char *__restrict fmt, ...) __printf_like(2, 3);
int dprintf(int fd, const char *__restrict fmt, ...) __printf_like(2, 3);
int sprintf(char *__restrict s, const char *__restrict fmt, ...) __printf_like(2, 3);
int snprintf(char *__restrict s, size_t n, const char *__restrict fmt, ...) __printf_like(3, 4);
int asprintf(char **__restrict s, const char *__restrict fmt, ...) __printf_like(2, 3);
int vprintf(const char *__restrict fmt, va_list ap) __printf_like(1, 0);
int vfprintf(FILE *__restrict f, const char *__restrict fmt, va_list ap) __printf_like(2, 0);
int vdprintf(int fd, const char *__restrict fmt, va_list ap) __printf_like(2, 0);
int vsprintf(char *__restrict s, const char *__restrict fmt, va_list ap) __printf_like(2, 0);
int vsnprintf(char *__restrict s, size_t n, const char *__restrict fmt, va_list ap)
    __printf_like(3, 0);
int vasprintf(char **__restrict s, const char *__restrict fmt, va_list ap) __printf_like(2, 0);

int scanf(const char *__restrict fmt, ...) __scanf_like(1, 2);
int fscanf(FILE *__restrict f, const char *__restrict fmt, ...) __scanf_like(2, 3);
int sscanf(const char *__restrict s, const char *__restrict fmt, ...) __scanf_like(2, 3);
int vscanf(const char *__restrict fmt, va_list ap) __scanf_like(1, 0);
int vfscanf(FILE *__restrict f, const char *__restrict fmt, va_list ap) __scanf_like(2, 0);
int vsscanf(const char *__restrict s, const char *__restrict fmt, va_list ap) __scanf_like(2, 0);

void perror(const char *s);
int remove(const char *path);
int rename(const char *from, const char *to);
#define RENAME_NOREPLACE 1u
#define RENAME_EXCHANGE  2u
int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags);
int renameat(int from_dir, const char *from, int to_dir, const char *to);
char *tmpnam(char *s);
char *tempnam(const char *dir, const char *prefix);
char *ctermid(char *s);
char *fgetln(FILE *file, size_t *length);
int fpurge(FILE *file);
__END_DECLS

#define stdin  stdin
#define stdout stdout
#define stderr stderr
