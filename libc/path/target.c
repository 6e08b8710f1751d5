/* target.c: which server a path goes to. */
#include <fcntl.h>
#include <string.h>
#include "abi/layout.h"
#include "internal/files.h"

static const char scheme_folder[] = "/scheme/";
#define SCHEME_FOLDER_LEN (sizeof scheme_folder - 1)

static bool is_scheme_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.' || c == '+';
}

size_t __path_scheme_prefix(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && n < DYAD_SCHEME_NAME_MAX && is_scheme_char(text[n]))
        n++;
    return n > 0 && n < len && text[n] == ':' ? n + 1 : 0;
}

size_t __path_scheme(int dirfd, const char *path, size_t len)
{
    size_t prefix = __path_scheme_prefix(path, len);
    if (likely(prefix == 0) || dirfd == -1)
        return prefix;
    if (dirfd != AT_FDCWD)
        return 0;
    int64_t root = dyad_open(HANDLE_NONE, path, prefix, FILE_PATH, 0, NULL);
    if (root >= 0)
        dyad_handle_close((handle_t)root);
    return root == -ERR_NODEV ? 0 : prefix;
}

/* "/scheme/name/rest" becomes "name:rest" in room. False: no name, it is an ordinary path. */
static bool rewrite_scheme_folder(const char *path, size_t len, char *room, struct path_target *out)
{
    const char *name = path + SCHEME_FOLDER_LEN;
    size_t left = len - SCHEME_FOLDER_LEN, name_len = 0;
    while (name_len < left && name[name_len] != '/')
        name_len++;
    if (name_len == 0 || name_len > DYAD_SCHEME_NAME_MAX)
        return false;
    memmove(room, name, left);
    if (name_len == left)
        left++; /* no slash after the name: the colon comes at the end */
    room[name_len] = ':';
    room[left] = 0;
    *out = (struct path_target){HANDLE_NONE, room, left, NULL};
    return true;
}

static int64_t absolute(const char *path, size_t len, char *room, struct path_target *out)
{
    if (len > SCHEME_FOLDER_LEN && memcmp(path, scheme_folder, SCHEME_FOLDER_LEN) == 0 &&
        rewrite_scheme_folder(path, len, room, out))
        return 0;
    const char *text = path;
    while (*text == '/')
        text++;
    if (*text == 0)
        text = ".";
    size_t left = text[0] == '.' && text[1] == 0 ? 1 : len - (size_t)(text - path);
    *out = (struct path_target){__files.root, text, left, &__files.root};
    return out->dir == HANDLE_NONE ? -ERR_NOENT : 0;
}

int64_t __path_target(int dirfd, const char *path, char *room, struct path_target *out)
{
    size_t len = strlen(path);
    if (len == 0)
        return -ERR_NOENT;
    if (len >= PATH_MAX) /* which counts the terminator */
        return -ERR_NAMETOOLONG;
    if (path[0] == '/')
        return absolute(path, len, room, out);
    if (path == room ? __path_scheme_prefix(path, len) : __path_scheme(dirfd, path, len)) {
        *out = (struct path_target){HANDLE_NONE, path, len, NULL};
        return 0;
    }
    if (unlikely(path == room))
        return -ERR_PROTO;
    handle_t dir = dirfd == AT_FDCWD ? __files.cwd : __fd_handle(dirfd);
    *out = (struct path_target){dir, path, len, dirfd == AT_FDCWD ? &__files.cwd : NULL};
    if (dir == HANDLE_NONE)
        return dirfd == AT_FDCWD ? -ERR_NOENT : -ERR_BADF;
    return 0;
}
