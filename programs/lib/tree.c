/* tree.c: see tree.h. */
#include "programs/lib/tree.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "programs/lib/program.h"

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* ---- Copy ------------------------------------------------------------------------------------ */

static int preserve(const char *to, const struct stat *st)
{
    struct timespec times[2] = {st->st_atim, st->st_mtim};
    bool link = S_ISLNK(st->st_mode);
    /* Giving files away is root's; that others cannot is no error, but set-id bits must not stay then. */
    mode_t mode = st->st_mode & 07777;
    if (lchown(to, st->st_uid, st->st_gid) != 0)
        mode &= ~(mode_t)06000;
    if ((!link && chmod(to, mode) != 0) ||
        utimensat(AT_FDCWD, to, times, AT_SYMLINK_NOFOLLOW) != 0) {
        warn("%s", to);
        return 1;
    }
    return 0;
}

static int copy_file(const char *from, const char *to, const struct stat *st)
{
    int status = 1, out = -1;
    struct stat existing;
    if (stat(to, &existing) == 0 && existing.st_dev == st->st_dev &&
        existing.st_ino == st->st_ino) {
        warnx("%s and %s are the same file", from, to);
        return 1;
    }
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0) {
        warn("%s", from);
        return 1;
    }
    out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, st->st_mode & 0777);
    if (out < 0)
        warn("%s", to);
    else if (!program_copy(in, out))
        warn("%s to %s", from, to);
    else
        status = 0;
    close(in);
    if (out >= 0 && close(out) != 0 && status == 0) {
        warn("%s", to);
        status = 1;
    }
    return status;
}

static int copy_link(const char *from, const char *to)
{
    char target[PATH_MAX];
    ssize_t len = readlink(from, target, sizeof(target) - 1);
    if (len < 0) {
        warn("%s", from);
        return 1;
    }
    target[len] = '\0';
    if (symlink(target, to) != 0 &&
        !(errno == EEXIST && unlink(to) == 0 && symlink(target, to) == 0)) {
        warn("%s", to);
        return 1;
    }
    return 0;
}

static int copy_entries(const char *from, const char *to, const struct tree_copy *options)
{
    int status = 0;
    DIR *dir = opendir(from);
    if (!dir) {
        warn("%s", from);
        return 1;
    }
    struct tree_copy inside = *options;
    inside.follow = false; /* Below the names given, links stay links. */
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        if (is_dots(entry->d_name))
            continue;
        char *source = program_join(from, entry->d_name), *target = program_join(to, entry->d_name);
        status |= tree_copy(source, target, &inside);
        free(source);
        free(target);
    }
    closedir(dir);
    return status;
}

static int copy_directory(const char *from, const char *to, const struct stat *st,
                          const struct tree_copy *options)
{
    struct stat existing;
    if (mkdir(to, 0700 | (st->st_mode & 0777)) != 0 &&
        !(errno == EEXIST && stat(to, &existing) == 0 && S_ISDIR(existing.st_mode))) {
        warn("%s", to);
        return 1;
    }
    int status = copy_entries(from, to, options);
    if (!options->preserve && !(st->st_mode & 0700))
        (void)chmod(to, st->st_mode & 0777);
    return status;
}

/* Is `to` inside the directory `from`? Copying would not end. */
static bool is_inside(const char *from, const char *to)
{
    char from_path[PATH_MAX], to_parent[PATH_MAX];
    size_t len;
    const char *name = program_basename(to, &len);
    char *parent = name == to ? strdup(".") : strndup(to, (size_t)(name - to));
    bool inside = false;
    if (parent && realpath(from, from_path) && realpath(parent, to_parent)) {
        size_t from_len = strlen(from_path);
        inside = strncmp(to_parent, from_path, from_len) == 0 &&
                 (to_parent[from_len] == '/' || !to_parent[from_len]);
    }
    free(parent);
    return inside;
}

int tree_copy(const char *from, const char *to, const struct tree_copy *options)
{
    struct stat st;
    int status;
    if ((options->follow ? stat(from, &st) : lstat(from, &st)) != 0) {
        warn("%s", from);
        return 1;
    }
    if (S_ISDIR(st.st_mode) && !options->recursive) {
        warnx("%s: is a directory (not copied without -r)", from);
        return 1;
    }
    if (S_ISDIR(st.st_mode) && is_inside(from, to)) {
        warnx("%s: cannot be copied into itself", from);
        return 1;
    }
    if (S_ISDIR(st.st_mode)) {
        status = copy_directory(from, to, &st, options);
    } else if (S_ISLNK(st.st_mode)) {
        status = copy_link(from, to);
    } else if (S_ISFIFO(st.st_mode) && options->recursive) {
        status = mkfifo(to, st.st_mode & 0777) != 0;
        if (status)
            warn("%s", to);
    } else {
        status = copy_file(from, to, &st);
    }
    if (status == 0 && options->preserve)
        status = preserve(to, &st);
    return status;
}

/* ---- Remove ---------------------------------------------------------------------------------- */

static int remove_entries(const char *path)
{
    int status = 0;
    DIR *dir = opendir(path);
    if (!dir) {
        warn("%s", path);
        return 1;
    }
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        if (is_dots(entry->d_name))
            continue;
        char *inside = program_join(path, entry->d_name);
        status |= tree_remove(inside, true, true);
        free(inside);
    }
    closedir(dir);
    return status;
}

int tree_remove(const char *path, bool recursive, bool force)
{
    struct stat st;
    if (lstat(path, &st) != 0) {
        if (force && (errno == ENOENT || errno == ENOTDIR))
            return 0;
        warn("%s", path);
        return 1;
    }
    bool directory = S_ISDIR(st.st_mode);
    if (directory && !recursive) {
        warnx("%s: is a directory (not removed without -r)", path);
        return 1;
    }
    int status = directory ? remove_entries(path) : 0;
    if ((directory ? rmdir(path) : unlink(path)) != 0) {
        if (status == 0) /* Otherwise what is inside has been told already. */
            warn("%s", path);
        return 1;
    }
    return status;
}
