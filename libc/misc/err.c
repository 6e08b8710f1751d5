/* err.c: messages to stderr, headed by the program's name. */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void message(const char *fmt, va_list ap, bool with_error, int error)
{
    flockfile(stderr);
    fprintf(stderr, "%s: ", program_invocation_short_name);
    if (fmt)
        vfprintf(stderr, fmt, ap);
    if (with_error)
        fprintf(stderr, "%s%s", fmt ? ": " : "", strerror(error));
    fputc('\n', stderr);
    funlockfile(stderr);
}

void vwarn(const char *fmt, va_list ap)
{
    message(fmt, ap, true, errno);
}
void vwarnx(const char *fmt, va_list ap)
{
    message(fmt, ap, false, 0);
}

void verr(int status, const char *fmt, va_list ap)
{
    vwarn(fmt, ap);
    exit(status);
}

void verrx(int status, const char *fmt, va_list ap)
{
    vwarnx(fmt, ap);
    exit(status);
}

void warn(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vwarn(fmt, ap);
    va_end(ap);
}

void warnx(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vwarnx(fmt, ap);
    va_end(ap);
}

void err(int status, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    verr(status, fmt, ap);
}

void errx(int status, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    verrx(status, fmt, ap);
}
