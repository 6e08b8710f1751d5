/* tzload.c: finds the files of time zones and keeps those that were found. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "internal/tzfile.h"

enum { FILE_BYTES_MAX = 1 << 17 }; /* the largest that zic writes has some 4 KB */

struct loaded {
    struct loaded *next;
    struct tz_file file;
    char *contents;
    char name[];
};

/* Guarded by the caller's lock. */
static struct loaded *all;

/* Only in programs that cancel threads: opening and reading are cancellation points, localtime is none. */
#pragma weak pthread_setcancelstate

/* All of a file, from malloc; NULL: cannot be read. */
static char *read_all(int fd, size_t *size_out)
{
    off_t size = lseek(fd, 0, SEEK_END);
    if (size <= 0 || size > FILE_BYTES_MAX || lseek(fd, 0, SEEK_SET) != 0)
        return NULL;
    char *contents = malloc((size_t)size);
    size_t got = 0;
    while (contents && got < (size_t)size) {
        ssize_t n = read(fd, contents + got, (size_t)size - got);
        if (n <= 0) {
            free(contents);
            return NULL;
        }
        got += (size_t)n;
    }
    *size_out = got;
    return contents;
}

static char *read_zone(const char *name, size_t *size_out)
{
    char path[PATH_MAX];
    strcpy(path, *name == '/' ? "" : ZONEINFO_FOLDER);
    if (strlcat(path, name, sizeof path) >= sizeof path)
        return NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return NULL;
    char *contents = read_all(fd, size_out);
    close(fd);
    return contents;
}

static struct loaded *load(const char *name)
{
    size_t size;
    char *contents = read_zone(name, &size);
    if (!contents)
        return NULL;
    struct loaded *zone = malloc(sizeof *zone + strlen(name) + 1);
    if (!zone || !__tzfile_parse(contents, size, &zone->file)) {
        free(zone);
        free(contents);
        return NULL;
    }
    strcpy(zone->name, name);
    zone->contents = contents;
    zone->next = all;
    all = zone;
    return zone;
}

const struct tz_file *__tzfile_open(const char *name)
{
    if (!*name || (*name != '/' && strstr(name, "..")))
        return NULL;
    for (struct loaded *zone = all; zone; zone = zone->next)
        if (strcmp(zone->name, name) == 0)
            return &zone->file;
    int saved = errno, state = 0;
    if (pthread_setcancelstate)
        pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    struct loaded *zone = load(name);
    if (pthread_setcancelstate)
        pthread_setcancelstate(state, NULL);
    errno = saved;
    return zone ? &zone->file : NULL;
}
