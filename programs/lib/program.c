/* program.c: see program.h. */
#include "programs/lib/program.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Noreturn void program_usage(const char *text, int status)
{
    fprintf(status ? stderr : stdout, "usage: %s\n", text);
    exit(status);
}

static int run_one(const char *name, int (*fn)(int fd, const char *name))
{
    if (strcmp(name, "-") == 0)
        return fn(STDIN_FILENO, "standard input");
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        warn("%s", name);
        return 1;
    }
    int status = fn(fd, name);
    close(fd);
    return status;
}

int program_each_input(int count, char **argv, int (*fn)(int fd, const char *name))
{
    int status = 0;
    if (count == 0)
        return run_one("-", fn) ? 1 : 0;
    for (int i = 0; i < count; i++) {
        if (run_one(argv[i], fn))
            status = 1;
    }
    return status;
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

char *program_join(const char *dir, const char *name)
{
    size_t dir_len = strlen(dir), name_len = strlen(name);
    bool slash = dir_len && dir[dir_len - 1] != '/';
    char *path = malloc(dir_len + slash + name_len + 1);
    if (!path)
        err(1, "%s", name);
    memcpy(path, dir, dir_len);
    path[dir_len] = '/';
    memcpy(path + dir_len + slash, name, name_len + 1);
    return path;
}

const char *program_basename(const char *path, size_t *len)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    *len = end - start;
    return path + start;
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
