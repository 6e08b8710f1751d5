/* realpath.c: the absolute path of a file, free of links, "." and "..". */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct walk {
    char done[PATH_MAX]; /* resolved; no slash at its end, empty for the root */
    size_t len;
    char todo[PATH_MAX]; /* what is still to resolve */
    int links;
};

static int fail(int error)
{
    errno = error;
    return -1;
}

static void drop_last(struct walk *w)
{
    while (w->len > 0 && w->done[--w->len] != '/')
        continue;
    w->done[w->len] = 0;
}

static int append(struct walk *w, const char *name, size_t n)
{
    if (w->len + 1 + n >= sizeof w->done)
        return fail(ENAMETOOLONG);
    w->done[w->len++] = '/';
    memcpy(w->done + w->len, name, n);
    w->len += n;
    w->done[w->len] = 0;
    return 0;
}

/* Put the link's text before the rest of the path: that is to be resolved next. */
static int follow(struct walk *w, const char *rest)
{
    char target[PATH_MAX];
    ssize_t n = readlink(w->done, target, sizeof target);
    if (n < 0)
        return -1;
    size_t rest_len = strlen(rest);
    if (n == 0)
        return fail(ENOENT);
    if (++w->links > SYMLOOP_MAX)
        return fail(ELOOP);
    if ((size_t)n + rest_len >= sizeof w->todo)
        return fail(ENAMETOOLONG);
    memmove(w->todo + n, rest, rest_len + 1); /* it begins with a slash, or is empty */
    memcpy(w->todo, target, (size_t)n);
    if (target[0] == '/')
        w->done[w->len = 0] = 0;
    else
        drop_last(w);
    return 0;
}

/* Resolve the next component of todo; *more is false when there is none. */
static int step(struct walk *w, bool *more)
{
    char *name = w->todo + strspn(w->todo, "/");
    size_t n = strcspn(name, "/");
    char *rest = name + n;
    *more = n > 0;
    if (n == 2 && memcmp(name, "..", 2) == 0) {
        drop_last(w);
    } else if (n > 0 && !(n == 1 && *name == '.')) {
        struct stat st;
        if (append(w, name, n) < 0 || lstat(w->done, &st) < 0)
            return -1;
        if (S_ISLNK(st.st_mode))
            return follow(w, rest);
        if (*rest && !S_ISDIR(st.st_mode))
            return fail(ENOTDIR);
    }
    memmove(w->todo, rest, strlen(rest) + 1);
    return 0;
}

static int resolve(struct walk *w, const char *path)
{
    if (!path)
        return fail(EINVAL);
    if (!*path)
        return fail(ENOENT);
    w->links = 0;
    w->len = 0;
    w->done[0] = 0;
    if (strlcpy(w->todo, path, sizeof w->todo) >= sizeof w->todo)
        return fail(ENAMETOOLONG);
    if (*path != '/') {
        if (!getcwd(w->done, sizeof w->done))
            return -1;
        w->len = strcmp(w->done, "/") == 0 ? 0 : strlen(w->done);
        w->done[w->len] = 0;
    }
    for (bool more = true; more;)
        if (step(w, &more) < 0)
            return -1;
    if (w->len == 0)
        strcpy(w->done, "/");
    return 0;
}

char *realpath(const char *restrict path, char *restrict resolved)
{
    struct walk w;
    if (resolve(&w, path) < 0)
        return NULL;
    return resolved ? strcpy(resolved, w.done) : strdup(w.done);
}

char *canonicalize_file_name(const char *path)
{
    return realpath(path, NULL);
}
