/* program.c: see program.h. */
#include "programs/lib/program.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Noreturn void program_usage(const char *text, int status)
{
    fprintf(status ? stderr : stdout, "usage: %s\n", text);
    exit(status);
}

bool program_write_all(int fd, const void *data, size_t len)
{
    const char *at = data;
    while (len) {
        ssize_t written = write(fd, at, len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        at += written;
        len -= (size_t)written;
    }
    return true;
}

bool program_copy(int from, int to)
{
    static char buffer[65536];
    for (;;) {
        ssize_t got = read(from, buffer, sizeof(buffer));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        if (!program_write_all(to, buffer, (size_t)got))
            return false;
    }
}

int64_t program_number(const char *text, bool suffixes)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    int shift = 0;
    if (suffixes && end != text && *end) {
        const char *units = "kKmMgG";
        const char *unit = strchr(units, *end);
        if (unit) {
            shift = 10 * ((int)(unit - units) / 2 + 1);
            end++;
        }
    }
    if (end == text || *end || errno || value > INT64_MAX >> shift || value < INT64_MIN >> shift)
        errx(2, "%s: not a number", text);
    return value * (1ll << shift);
}

int program_finish(int status)
{
    if (fflush(stdout) || ferror(stdout)) {
        if (errno != EPIPE)
            warn("standard output");
        return 1;
    }
    return status;
}
