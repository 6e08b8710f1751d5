/* mktemp.c: files and folders with a fresh name: six characters X at the end of the template are replaced. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "internal/mktemp.h"

enum { XS = 6, TRIES = 1000 };

/* Uniqueness comes from O_EXCL; the name need only differ between tries and between processes. */
static void randomize(char *xs)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    static _Atomic uint64_t counter;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t v = ((uint64_t)now.tv_nsec << 20) ^ (uint64_t)now.tv_sec ^ ((uint64_t)getpid() << 40) ^
                 (uintptr_t)xs;
    v = (v + ++counter) * 0x9e3779b97f4a7c15u;
    v ^= v >> 29;
    v *= 0xbf58476d1ce4e5b9u;
    v ^= v >> 32;
    for (int i = 0; i < XS; i++, v /= sizeof letters - 1)
        xs[i] = letters[v % (sizeof letters - 1)];
}

int __make_temporary(char *template, int suffix_len, int (*make)(const char *path, int flags),
                     int flags)
{
    size_t len = strlen(template);
    if (suffix_len < 0 || len < XS + (size_t)suffix_len ||
        memcmp(template + len - XS - suffix_len, "XXXXXX", XS) != 0) {
        errno = EINVAL;
        return -1;
    }
    char *xs = template + len - XS - suffix_len;
    for (int i = 0; i < TRIES; i++) {
        randomize(xs);
        int result = make(template, flags);
        if (result >= 0 || errno != EEXIST)
            return result;
    }
    memcpy(xs, "XXXXXX", XS);
    return -1;
}

static int make_file(const char *path, int flags)
{
    return open(path, (flags & ~O_ACCMODE) | O_RDWR | O_CREAT | O_EXCL, 0600);
}

static int make_folder(const char *path, int flags)
{
    (void)flags;
    return mkdir(path, 0700);
}

static int make_nothing(const char *path, int flags)
{
    (void)flags;
    struct stat st;
    if (lstat(path, &st) == 0)
        errno = EEXIST;
    return errno == ENOENT ? 0 : -1;
}

int mkostemps(char *template, int suffix_len, int flags)
{
    return __make_temporary(template, suffix_len, make_file, flags);
}

int mkstemps(char *template, int suffix_len)
{
    return mkostemps(template, suffix_len, 0);
}

int mkostemp(char *template, int flags)
{
    return mkostemps(template, 0, flags);
}

int mkstemp(char *template)
{
    return mkostemps(template, 0, 0);
}

char *mkdtemp(char *template)
{
    return __make_temporary(template, 0, make_folder, 0) < 0 ? NULL : template;
}

char *mktemp(char *template)
{
    if (__make_temporary(template, 0, make_nothing, 0) < 0)
        template[0] = 0;
    return template;
}
