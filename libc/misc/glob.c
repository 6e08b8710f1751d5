/* glob.c: the paths that a pattern names: one folder level at a time, by readdir and fnmatch. */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct search {
    glob_t *g;
    int flags;
    int (*errfn)(const char *path, int err);
    size_t capacity;
    int depth; /* folders being read: below those, a file or a missing name is no error but no match */
    char path[PATH_MAX]; /* what is matched so far */
};

static bool has_magic(const char *p, size_t n, int flags)
{
    bool bracket = false;
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '*' || p[i] == '?' || (p[i] == ']' && bracket))
            return true;
        bracket |= p[i] == '[';
        if (p[i] == '\\' && !(flags & GLOB_NOESCAPE) && i + 1 < n)
            i++;
    }
    return false;
}

static int add_path(struct search *w, const char *path, bool mark)
{
    glob_t *g = w->g;
    size_t used = g->gl_offs + g->gl_pathc, len = strlen(path);
    if (used + 2 > w->capacity) {
        size_t want = w->capacity * 2 > used + 2 ? w->capacity * 2 : used + 16;
        char **grown = realloc(g->gl_pathv, want * sizeof *grown);
        if (!grown)
            return GLOB_NOSPACE;
        if (!g->gl_pathv)
            memset(grown, 0, g->gl_offs * sizeof *grown);
        g->gl_pathv = grown;
        w->capacity = want;
    }
    char *copy = malloc(len + 2);
    if (!copy)
        return GLOB_NOSPACE;
    memcpy(copy, path, len + 1);
    if (mark && len && copy[len - 1] != '/')
        strcpy(copy + len, "/");
    g->gl_pathv[used] = copy;
    g->gl_pathv[used + 1] = NULL;
    g->gl_pathc++;
    return 0;
}

static int walk(struct search *w, size_t len, const char *pattern);

/* A component without magic is taken as it is, without its backslashes. */
static int walk_literal(struct search *w, size_t len, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\\' && !(w->flags & GLOB_NOESCAPE) && i + 1 < n)
            i++;
        if (len + 1 >= sizeof w->path)
            return 0;
        w->path[len++] = p[i];
    }
    w->path[len] = 0;
    return walk(w, len, p + n);
}

static int report(struct search *w, int error)
{
    const char *where = *w->path ? w->path : ".";
    if ((w->errfn && w->errfn(where, error)) || w->flags & GLOB_ERR)
        return GLOB_ABORTED;
    return 0;
}

static int walk_folder(struct search *w, size_t len, const char *p, size_t n)
{
    char component[NAME_MAX * 4 + 1];
    if (n >= sizeof component)
        return 0;
    memcpy(component, p, n);
    component[n] = 0;
    int fn_flags =
        (w->flags & GLOB_NOESCAPE ? FNM_NOESCAPE : 0) | (w->flags & GLOB_PERIOD ? 0 : FNM_PERIOD);
    DIR *d = opendir(len ? w->path : ".");
    if (!d)
        return errno == ENOTDIR || (errno == ENOENT && w->depth > 0) ? 0 : report(w, errno);
    int result = 0;
    w->depth++;
    for (struct dirent *e; result == 0 && (e = readdir(d)) != NULL;) {
        size_t name_len = strlen(e->d_name);
        if (len + name_len + 1 >= sizeof w->path || fnmatch(component, e->d_name, fn_flags) != 0)
            continue;
        memcpy(w->path + len, e->d_name, name_len + 1);
        result = walk(w, len + name_len, p + n);
    }
    w->depth--;
    closedir(d);
    w->path[len] = 0;
    return result;
}

static int finish(struct search *w)
{
    struct stat st;
    if (lstat(w->path, &st) < 0)
        return 0;
    bool folder = S_ISDIR(st.st_mode);
    if (!folder && S_ISLNK(st.st_mode) && w->flags & (GLOB_MARK | GLOB_ONLYDIR))
        folder = stat(w->path, &st) == 0 && S_ISDIR(st.st_mode);
    if (w->flags & GLOB_ONLYDIR && !folder)
        return 0;
    return add_path(w, w->path, folder && w->flags & GLOB_MARK);
}

/* Match the rest of the pattern below w->path, which is len bytes long. */
static int walk(struct search *w, size_t len, const char *p)
{
    while (*p == '/' && len + 1 < sizeof w->path)
        w->path[len++] = *p++;
    w->path[len] = 0;
    if (!*p)
        return len ? finish(w) : 0;
    size_t n = strcspn(p, "/");
    return has_magic(p, n, w->flags) ? walk_folder(w, len, p, n) : walk_literal(w, len, p, n);
}

/* ~ and ~user; GLOB_NOMATCH when there is no such home and GLOB_TILDE_CHECK asks. */
static int expand_tilde(struct search *w, const char **p, size_t *len)
{
    size_t n = strcspn(*p, "/");
    char name[LOGIN_NAME_MAX];
    const char *home = NULL;
    if (n == 1)
        home = getenv("HOME");
    if (!home && n <= sizeof name) {
        memcpy(name, *p + 1, n - 1);
        name[n - 1] = 0;
        struct passwd *pw = n > 1 ? getpwnam(name) : getpwuid(getuid());
        home = pw ? pw->pw_dir : NULL;
    }
    if (!home || strlen(home) >= sizeof w->path)
        return w->flags & GLOB_TILDE_CHECK ? GLOB_NOMATCH : 0;
    *len = strlcpy(w->path, home, sizeof w->path);
    *p += n;
    return 0;
}

static int compare_paths(const void *a, const void *b)
{
    return strcoll(*(char *const *)a, *(char *const *)b);
}

int glob(const char *restrict pattern, int flags, int (*errfn)(const char *path, int err),
         glob_t *restrict g)
{
    struct search w = {.g = g, .flags = flags, .errfn = errfn};
    if (!(flags & GLOB_APPEND)) {
        g->gl_pathc = 0;
        g->gl_pathv = NULL;
        if (!(flags & GLOB_DOOFFS))
            g->gl_offs = 0;
    }
    g->gl_flags = flags;
    size_t before = g->gl_pathc, len = 0;
    const char *p = pattern;
    int result = 0;
    if (*p == '~' && flags & (GLOB_TILDE | GLOB_TILDE_CHECK))
        result = expand_tilde(&w, &p, &len);
    if (result == 0)
        result = walk(&w, len, p);
    if (result == 0 && g->gl_pathc == before) {
        bool plain = flags & GLOB_NOMAGIC && !has_magic(pattern, strlen(pattern), flags);
        return flags & GLOB_NOCHECK || plain ? add_path(&w, pattern, false) : GLOB_NOMATCH;
    }
    if (!(flags & GLOB_NOSORT) && g->gl_pathc > before)
        qsort(g->gl_pathv + g->gl_offs + before, g->gl_pathc - before, sizeof *g->gl_pathv,
              compare_paths);
    return result;
}

void globfree(glob_t *g)
{
    for (size_t i = 0; i < g->gl_pathc; i++)
        free(g->gl_pathv[g->gl_offs + i]);
    free(g->gl_pathv);
    g->gl_pathc = 0;
    g->gl_pathv = NULL;
}
