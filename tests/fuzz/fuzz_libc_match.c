/*
 * fuzz_libc_match.c: fnmatch and glob, against the host's, glob over a small tree that is the same for both. Patterns are made of
 * pieces whose meaning POSIX gives; or, when the first byte has its highest bit, of any bytes, for ours alone.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <fnmatch.h>
#include <glob.h>
#include <sys/stat.h>

#include "libc/fuzz_libc.h"

DY(fnmatch);
/* Of libc/include/glob.h, with room for what may come; the flags below have the host's numbers. */
struct our_glob {
    size_t count;
    char **paths;
    size_t offset;
    uint64_t rest[16];
};
int dy_glob(const char *pattern, int flags, int (*errfn)(const char *path, int err),
            struct our_glob *g);
void dy_globfree(struct our_glob *g);

enum { PATTERN_ROOM = 120 };

/* ---- the tree ---- */

static const struct {
    const char *path;
    unsigned mode;
} tree[] = {{"", S_IFDIR},       {"a", S_IFDIR},          {"a/b", S_IFDIR},  {"a/b/c", S_IFREG},
            {"a/.hid", S_IFREG}, {"a/x y", S_IFREG},      {".dot", S_IFDIR}, {".dot/in", S_IFREG},
            {"ab", S_IFREG},     {"abc", S_IFREG},        {"b", S_IFDIR},    {"b/a", S_IFDIR},
            {"b/a/ab", S_IFREG}, {"b/shut", S_IFDIR | 1}, {"e", S_IFREG},    {"[x]", S_IFREG},
            {"*", S_IFREG},      {"-", S_IFREG},          {"B", S_IFREG},    {"a-b", S_IFREG},
            {"\\", S_IFREG}};
enum { TREE_COUNT = sizeof tree / sizeof tree[0] };

/* The entry that a path names; -1 and errno. "." and ".." and slashes as ever; the root is the folder we are in. */
static int look_up(const char *path)
{
    char canonical[256] = "";
    int at = 0;
    if (!*path) {
        errno = ENOENT;
        return -1;
    }
    while (*path) {
        size_t n = strcspn(path, "/");
        size_t length = strlen(canonical);
        if (n && !S_ISDIR(tree[at].mode)) {
            errno = ENOTDIR;
            return -1;
        }
        if (n == 2 && strncmp(path, "..", 2) == 0) {
            char *slash = strrchr(canonical, '/');
            *(slash ? slash : canonical) = 0;
        } else if (n && !(n == 1 && *path == '.')) {
            if (length + n + 2 > sizeof canonical) {
                errno = ENAMETOOLONG;
                return -1;
            }
            snprintf(canonical + length, sizeof canonical - length, "%s%.*s", length ? "/" : "",
                     (int)n, path);
        }
        for (at = 0; at < TREE_COUNT && strcmp(tree[at].path, canonical) != 0;)
            at++;
        if (at == TREE_COUNT) {
            errno = ENOENT;
            return -1;
        }
        path += n;
        if (*path == '/' && !S_ISDIR(tree[at].mode)) {
            errno = ENOTDIR;
            return -1;
        }
        path += strspn(path, "/");
    }
    return at;
}

struct folder {
    int entry, next;
    struct dirent result;
};
static int open_folders;

static void *open_folder(const char *path)
{
    int at = look_up(path);
    if (at >= 0 && (!S_ISDIR(tree[at].mode) || tree[at].mode & 1))
        errno = tree[at].mode & 1 ? EACCES : ENOTDIR;
    if (at < 0 || !S_ISDIR(tree[at].mode) || tree[at].mode & 1)
        return NULL;
    struct folder *folder = calloc(1, sizeof *folder);
    folder->entry = at;
    open_folders++;
    return folder;
}

static struct dirent *read_folder(void *stream)
{
    struct folder *folder = stream;
    const char *path = tree[folder->entry].path;
    size_t length = strlen(path);
    folder->result.d_ino = 1;
    folder->result.d_type = DT_UNKNOWN;
    for (; folder->next < TREE_COUNT + 2; folder->next++) {
        const char *name = folder->next == 0   ? "."
                           : folder->next == 1 ? ".."
                                               : tree[folder->next - 2].path;
        if (folder->next > 1) {
            if (!*name || strncmp(name, path, length) != 0 || (length && name[length] != '/'))
                continue;
            name += length ? length + 1 : 0;
            if (strchr(name, '/'))
                continue;
        }
        folder->next++;
        strcpy(folder->result.d_name, name);
        return &folder->result;
    }
    return NULL;
}

static void close_folder(void *folder)
{
    free(folder);
    open_folders--;
}

static int get_status(const char *path, struct stat *st)
{
    int at = look_up(path);
    if (at < 0)
        return -1;
    st->st_mode = tree[at].mode | 0755; /* where both have it, behind three numbers of 8 bytes */
    return 0;
}

void *dy_opendir(const char *path)
{
    return open_folder(path);
}
struct dirent *dy_readdir(void *folder)
{
    return read_folder(folder);
}
int dy_closedir(void *folder)
{
    close_folder(folder);
    return 0;
}
int dy_lstat(const char *path, struct stat *st)
{
    return get_status(path, st);
}
int dy_stat(const char *path, struct stat *st)
{
    return get_status(path, st);
}

/* ---- patterns ---- */

/* To the host, each byte of an é is a character: ?? matches é, and so does [!c][!c]. */
static void make_pattern(struct input *in, char *pattern)
{
    static const char *const pieces[] = {"*",
                                         "?",
                                         "a",
                                         "b",
                                         "c",
                                         "ab",
                                         ".",
                                         "-",
                                         "[ab]",
                                         "[!a]",
                                         "[a-c]",
                                         "[[:alpha:]]",
                                         "[]x]",
                                         "[!]a]",
                                         "\\a",
                                         "\\*",
                                         "é",
                                         "[!c]",
                                         "B",
                                         "[[:upper:]]",
                                         "[x-]",
                                         "[.]",
                                         "[![:digit:]-]",
                                         "x",
                                         "[",
                                         "\\[",
                                         "/",
                                         "/",
                                         "/.",
                                         "..",
                                         "[[.a.]]",
                                         "[[=b=]]"};
    *pattern = 0;
    for (unsigned n = 1 + input_below(in, 7); n > 0; n--)
        strcat(pattern, pieces[input_below(in, 32)]);
}

static char *make_text(struct input *in)
{
    static const char *const pieces[] = {"a", "b", "c", "ab", ".", "-",  "é", "B",
                                         "x", "*", "[", "/",  "/", "\\", "]", "1"};
    char *text = calloc(1, 64);
    for (unsigned n = input_below(in, 9); n > 0; n--)
        strcat(text, pieces[input_below(in, 16)]);
    return realloc(text, strlen(text) + 1);
}

/*
 * A '[' that no ']' closes is a character of its own, but what closes it is where libraries differ; and a slash in brackets ends
 * them with FNM_PATHNAME, says POSIX, not the host. So: brackets of our pieces only.
 */
static bool brackets_are_clear(const char *pattern)
{
    for (const char *p = pattern; (p = strchr(p, '[')) != NULL; p++) {
        if (p > pattern && p[-1] == '\\')
            continue;
        if (!strchr(p, ']') || strcspn(p, "/") < strcspn(p, "]"))
            return false;
        if (p[1] != '[' && strcspn(p + 1, "[") < strcspn(p + 2, "]"))
            return false;
        if (p[1] != '[')
            continue;
        const char *close =
            strchr(p + 2, ']'); /* of [:alpha:], [.a.] or [=b=], and nothing else begins so */
        if (!close || !strchr(":.=", p[2]) || close[-1] != p[2] || close - p < 4 || close[1] != ']')
            return false;
        p++;
    }
    return true;
}

static void run_fnmatch(struct input *in, unsigned mode)
{
    char pattern[PATTERN_ROOM];
    int flags = input_byte(in) &
                (FNM_PATHNAME | FNM_NOESCAPE | FNM_PERIOD | FNM_LEADING_DIR | FNM_CASEFOLD);
    if (mode & 0x80) {
        char *any = input_string(in, 200), *text = input_string(in, 200);
        int result = dy_fnmatch(any, text, flags);
        EXPECT(result == 0 || result == FNM_NOMATCH);
        free(any);
        free(text);
        return;
    }
    make_pattern(in, pattern);
    char *text = make_text(in);
    int ours = dy_fnmatch(pattern, text, flags), theirs = fnmatch(pattern, text, flags);
    /* The host forgets the period after a slash behind a star; and a backslash with NOESCAPE in brackets is no concern here. */
    bool foreign = strpbrk(pattern, "?[") && strstr(text, "é"); /* see make_pattern */
    /* Without regard to case, a letter of the other case is in [:upper:] and in [=b=] or not. */
    foreign |= flags & FNM_CASEFOLD && strstr(pattern, "[[");
    /* The host still takes a period for the first one behind a star and its '?'. */
    foreign |= flags & FNM_PERIOD && strstr(pattern, "*?") && strchr(pattern, '[');
    if (ours != theirs && !foreign && brackets_are_clear(pattern))
        FAIL("fnmatch(%s, %s, %x): ours %d, the host's %d", fuzz_quoted(pattern, strlen(pattern)),
             fuzz_quoted(text, strlen(text)), (unsigned)flags, ours, theirs);
    free(text);
}

/* ---- glob ---- */

/* The host's own: AddressSanitizer's does not know GLOB_DOOFFS. */
static __typeof__(glob) *host_glob(void)
{
    static __typeof__(glob) *found;
    if (!found)
        found = (__typeof__(found))dlsym(RTLD_NEXT, "glob");
    EXPECT(found);
    return found;
}

/* Where there is a leak checker. */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

static int errors;

static int stop_or_go(const char *path, int error)
{
    return errors == 1 && path && error;
}

static char *joined(size_t count, char **paths)
{
    static char rooms[2][4000];
    static int next;
    char *room = rooms[next ^= 1], *at = room;
    *at = 0;
    for (size_t i = 0; i < count && at - room < 3500; i++)
        at += sprintf(at, "%.100s ", paths[i]);
    return room;
}

static unsigned count_of(const char *text, char c)
{
    unsigned count = 0;
    while ((text = strchr(text, c)) && text++)
        count++;
    return count;
}

static void run_glob(struct input *in, unsigned mode)
{
    char pattern[PATTERN_ROOM], *any = NULL;
    struct our_glob ours = {0};
    glob_t theirs = {.gl_opendir = open_folder,
                     .gl_readdir = read_folder,
                     .gl_closedir = close_folder,
                     .gl_lstat = get_status,
                     .gl_stat = get_status};
    int flags = input_byte(in) &
                (GLOB_ERR | GLOB_MARK | GLOB_NOCHECK | GLOB_NOESCAPE | GLOB_PERIOD | GLOB_DOOFFS);
    errors = input_below(in, 3);
    ours.offset = theirs.gl_offs = input_below(in, 5);
    if (mode & 0x80)
        any = input_string(in, 200);
    else
        make_pattern(in, pattern);
    const char *p = any ? any : pattern;
    if (count_of(p, '/') > 6)
        flags &= ~GLOB_PERIOD; /* each star is "." and ".." as well: paths by the power */
    if (any && count_of(p, '/') > 6 && count_of(p, '.') > 6) {
        free(any); /* so may .* */
        return;
    }
    int result = dy_glob(p, flags, errors ? stop_or_go : NULL, &ours);
    EXPECT(open_folders == 0);
    EXPECT(result == 0 || result == GLOB_NOMATCH || result == GLOB_ABORTED);
    /* Of slashes in a row the host keeps one, ours all; with one at the end it takes files for folders. */
    bool comparable = !any;
    /* For \[ without a closing bracket the host reads the folder, which may fail, and ours looks for the name. */
    if (strchr(p, '\\') && (flags & GLOB_ERR || errors))
        comparable = false;
    bool slashes = strstr(p, "//") != NULL || (*p && p[strlen(p) - 1] == '/');
    /* With GLOB_PERIOD a star is "." and ".." as well; the host leaves those two out. */
    if (comparable && !slashes && !(flags & GLOB_PERIOD) && brackets_are_clear(pattern)) {
        /* The host's own loses memory when nothing matches behind GLOB_DOOFFS. */
        if (__lsan_disable)
            __lsan_disable();
        int host = host_glob()(p, flags | GLOB_ALTDIRFUNC, errors ? stop_or_go : NULL, &theirs);
        if (__lsan_disable)
            __lsan_enable();
        bool same = result == host && (result != 0 || ours.count == theirs.gl_pathc);
        for (size_t i = 0; same && result == 0 && i < ours.count; i++)
            same = strcmp(ours.paths[ours.offset + i],
                          theirs.gl_pathv[(flags & GLOB_DOOFFS ? theirs.gl_offs : 0) + i]) == 0;
        /* The host marks the root with a second slash, and takes one from the end of what GLOB_NOCHECK gives back. */
        bool given_back = result == 0 && ours.count == 1 &&
                          strcmp(ours.paths[ours.offset], p) == 0 && flags & GLOB_NOCHECK;
        if (!same && !given_back && !(flags & GLOB_MARK && strspn(p, "/") == strlen(p)))
            FAIL("glob(%s, %x): ours %d: %s, the host's %d: %s", fuzz_quoted(p, strlen(p)),
                 (unsigned)flags, result,
                 result == 0 ? joined(ours.count, ours.paths + ours.offset) : "", host,
                 host == 0 ? joined(theirs.gl_pathc,
                                    theirs.gl_pathv + (flags & GLOB_DOOFFS ? theirs.gl_offs : 0))
                           : "");
        globfree(&theirs);
    }
    dy_globfree(&ours);
    free(any);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, data + size};
    fuzz_locale();
    unsigned mode = input_byte(&in);
    if (mode & 1)
        run_glob(&in, mode);
    else
        run_fnmatch(&in, mode);
    return 0;
}
