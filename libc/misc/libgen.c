/* libgen.c: the last component of a path, and what is before it. */
#include <libgen.h>
#include <string.h>

/* Cut trailing slashes off; returns the length left, 1 for a path of nothing but slashes. */
static size_t trim(char *path)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        path[--n] = 0;
    return n;
}

char *basename(char *path)
{
    static char dot[] = ".";
    if (!path || !*path)
        return dot;
    size_t n = trim(path);
    if (n == 1 && *path == '/')
        return path;
    char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *dirname(char *path)
{
    static char dot[] = ".", root[] = "/";
    if (!path || !*path)
        return dot;
    trim(path);
    char *slash = strrchr(path, '/');
    if (!slash)
        return dot;
    while (slash > path && slash[-1] == '/')
        slash--;
    if (slash == path)
        return root;
    *slash = 0;
    return path;
}
