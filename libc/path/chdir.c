/* chdir.c: the working directory is a handle. */
#include <fcntl.h>
#include <unistd.h>
#include "internal/files.h"

/* Moves the handle into place; the old one is closed. */
static void replace(_Atomic handle_t *place, handle_t handle)
{
    handle_t old = __c11_atomic_exchange(place, handle, __ATOMIC_ACQ_REL);
    if (old != HANDLE_NONE)
        dyad_handle_close(old);
}

/* 0 when the caller may search the folder behind h. */
static int64_t may_search(handle_t h)
{
    return __verb_data(h, VERB_accessat, X_OK, 1, ".", 1, NULL, 0);
}

static int64_t change(const char *path, _Atomic handle_t *place)
{
    int64_t handle = __path_open(AT_FDCWD, path, FILE_PATH | FILE_DIRECTORY, 0);
    if (handle < 0)
        return handle;
    int64_t result = may_search((handle_t)handle);
    if (result < 0) {
        dyad_handle_close((handle_t)handle);
        return result;
    }
    replace(place, (handle_t)handle);
    return 0;
}

int chdir(const char *path)
{
    int64_t result = change(path, &__files.cwd);
    if (result == 0)
        __cwd_remember();
    return (int)__result(result);
}

/* Only a point of view: a process that wants out can still open other schemes of its namespace. */
int chroot(const char *path)
{
    int64_t result = dyad_cred_get(CRED_EUID) != 0 ? -ERR_PERM : change(path, &__files.root);
    if (result == 0)
        __files.chrooted = true;
    return (int)__result(result);
}

int fchdir(int fd)
{
    struct dyad_stat st;
    handle_t h = __fd_handle(fd);
    int64_t result = __handle_stat(h, &st);
    if (result >= 0 && (st.mode & MODE_TYPE) != MODE_DIR)
        result = -ERR_NOTDIR;
    if (result >= 0)
        result = may_search(h);
    if (result >= 0)
        result = dyad_handle_dup(h, RIGHT_ALL);
    if (result >= 0) {
        replace(&__files.cwd, (handle_t)result);
        __cwd_remember();
        result = 0;
    }
    return (int)__result(result);
}
