/* error.c: GNU's error() and error_at_line(). */
#include <errno.h>
#include <error.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned error_message_count;
int error_one_per_line;
void (*error_print_progname)(void);

static void print_name(void)
{
    fflush(stdout);
    flockfile(stderr);
    if (error_print_progname)
        error_print_progname();
    else
        fprintf(stderr, "%s:", program_invocation_short_name);
}

static void print_message(int status, int errnum, const char *fmt, va_list ap)
{
    vfprintf(stderr, fmt, ap);
    if (errnum)
        fprintf(stderr, ": %s", strerror(errnum));
    fputc('\n', stderr);
    funlockfile(stderr);
    error_message_count++;
    if (status)
        exit(status);
}

void error(int status, int errnum, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    print_name();
    if (!error_print_progname)
        fputc(' ', stderr);
    print_message(status, errnum, fmt, ap);
    va_end(ap);
}

void error_at_line(int status, int errnum, const char *file, unsigned line, const char *fmt, ...)
{
    static const char *last_file;
    static unsigned last_line;
    if (error_one_per_line && last_line == line && last_file && strcmp(last_file, file) == 0)
        return;
    last_file = file;
    last_line = line;
    va_list ap;
    va_start(ap, fmt);
    print_name();
    fprintf(stderr, "%s:%u: ", file, line);
    print_message(status, errnum, fmt, ap);
    va_end(ap);
}
