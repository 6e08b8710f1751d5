/*
 * path_pair.c: rename and link. Both names go to one server in one message; when either is reached through a
 * symbolic link into another scheme, the folders are opened first and the last components are sent to those.
 */
#include <fcntl.h>
#include <string.h>
#include "abi/layout.h"
#include "internal/files.h"

static int64_t pair_call(uint32_t verb, const struct path_target *from,
                         const struct path_target *to, uint64_t flags, bool *redirected)
{
    char joined[2 * (DYAD_PATH_MAX + 1)];
    char redirect[DYAD_PATH_MAX + 1];
    struct call_args args = CALL_ARGS_NONE;
    memcpy(joined, from->text, from->len);
    joined[from->len] = 0;
    memcpy(joined + from->len + 1, to->text, to->len);
    args.in = joined;
    args.in_len = (uint32_t)(from->len + 1 + to->len);
    args.out = redirect;
    args.out_len = sizeof redirect;
    args.args[0] = flags;
    args.send = to->dir == from->dir ? HANDLE_NONE : to->dir;
    int64_t result = __verb_call(from->dir, verb, &args);
    *redirected = result == -ERR_XDEV && args.out_done > 0;
    return result;
}

/* Open the folder of a path; name points at the last component, with any trailing slashes. */
static int64_t open_folder(int dirfd, const char *path, char *room, struct path_target *out)
{
    size_t end = strlen(path);
    if (end > DYAD_PATH_MAX)
        return -ERR_NAMETOOLONG;
    size_t prefix = __path_scheme(dirfd, path, end);
    size_t cut = end;
    while (cut > prefix && path[cut - 1] == '/')
        cut--;
    while (cut > prefix && path[cut - 1] != '/')
        cut--;
    memcpy(room, path, cut);
    room[cut] = 0;
    int64_t folder = __path_open(dirfd, cut ? room : ".", FILE_PATH | FILE_DIRECTORY, 0);
    if (folder >= 0)
        *out = (struct path_target){(handle_t)folder, path + cut, end - cut, NULL};
    return folder;
}

static int64_t pair_by_folders(uint32_t verb, int from_dir, const char *from, int to_dir,
                               const char *to, uint64_t flags)
{
    char room[DYAD_PATH_MAX + 1];
    struct path_target source, target;
    bool redirected;
    int64_t result = open_folder(from_dir, from, room, &source);
    if (result < 0)
        return result;
    result = open_folder(to_dir, to, room, &target);
    if (result >= 0) {
        result = pair_call(verb, &source, &target, flags, &redirected);
        dyad_handle_close(target.dir);
    }
    dyad_handle_close(source.dir);
    return result;
}

static bool recover_both(struct path_target *from, struct path_target *to, uint32_t verb,
                         int64_t result)
{
    bool again = __path_recover(from, verb, result);
    return __path_recover(to, verb, result) || again;
}

/* linkat's old path may be empty: then the descriptor is the file. */
static int64_t first_target(uint32_t verb, int dirfd, const char *path, uint64_t flags, char *room,
                            struct path_target *out)
{
    if (verb != VERB_linkat || !(flags & LINK_EMPTY_PATH) || path[0] != 0)
        return __path_target(dirfd, path, room, out);
    *out = (struct path_target){dirfd == AT_FDCWD ? __files.cwd : __fd_handle(dirfd), "", 0, NULL};
    return out->dir == HANDLE_NONE ? -ERR_BADF : 0;
}

int64_t __path_pair(uint32_t verb, int from_dir, const char *from, int to_dir, const char *to,
                    uint64_t flags)
{
    char from_room[DYAD_PATH_MAX + 1], to_room[DYAD_PATH_MAX + 1];
    struct path_target source, target;
    int64_t result = first_target(verb, from_dir, from, flags, from_room, &source);
    if (result >= 0)
        result = __path_target(to_dir, to, to_room, &target);
    if (result < 0)
        return result;
    bool redirected = true;
    if (source.dir != HANDLE_NONE && target.dir != HANDLE_NONE)
        do
            result = pair_call(verb, &source, &target, flags, &redirected);
        while (recover_both(&source, &target, verb, result));
    if (unlikely(result < 0) && !redirected && source.len != 0)
        result = __path_error(&source, result);
    if (redirected && source.len == 0)
        return -ERR_XDEV;
    return redirected ? pair_by_folders(verb, from_dir, from, to_dir, to, flags) : result;
}
