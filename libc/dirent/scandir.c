/* scandir.c: a whole directory in memory, sorted. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct entries {
    struct dirent **list;
    size_t count, room;
};

static int append(struct entries *entries, const struct dirent *entry)
{
    if (entries->count == entries->room) {
        size_t room = entries->room ? entries->room * 2 : 32;
        struct dirent **list = reallocarray(entries->list, room, sizeof *list);
        if (!list)
            return -1;
        entries->list = list;
        entries->room = room;
    }
    size_t size = offsetof(struct dirent, d_name) + strlen(entry->d_name) + 1;
    struct dirent *copy = malloc(size);
    if (!copy)
        return -1;
    memcpy(copy, entry, size);
    entries->list[entries->count++] = copy;
    return 0;
}

static int read_all(DIR *dir, struct entries *entries, int (*select)(const struct dirent *))
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (!entry)
            return errno ? -1 : 0;
        if ((!select || select(entry)) && append(entries, entry) < 0)
            return -1;
    }
}

int scandir(const char *path, struct dirent ***out, int (*select)(const struct dirent *),
            int (*compare)(const struct dirent **, const struct dirent **))
{
    DIR *dir = opendir(path);
    if (!dir)
        return -1;
    int saved = errno;
    struct entries entries = {0};
    int result = read_all(dir, &entries, select);
    int error = errno;
    closedir(dir);
    if (result < 0) {
        while (entries.count)
            free(entries.list[--entries.count]);
        free(entries.list);
        errno = error;
        return -1;
    }
    errno = saved;
    if (compare && entries.count > 1)
        qsort(entries.list, entries.count, sizeof *entries.list,
              (int (*)(const void *, const void *))compare);
    *out = entries.list;
    return (int)entries.count;
}

int alphasort(const struct dirent **a, const struct dirent **b)
{
    return strcoll((*a)->d_name, (*b)->d_name);
}

int versionsort(const struct dirent **a, const struct dirent **b)
{
    return strverscmp((*a)->d_name, (*b)->d_name);
}
