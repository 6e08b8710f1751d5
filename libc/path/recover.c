/*
 * recover.c: the root and the working directory after their server has been restarted.
 *
 * Their handles outlive the server, but its successor does not know the files behind them: it answers -ERR_STALE. What libc
 * holds on its own account it opens again: the root by its scheme, the working directory by the path that it had. Descriptors
 * are the program's and stay stale.
 */
#include "abi/layout.h"
#include "internal/files.h"

#define FOLDER_FLAGS (FILE_READ | FILE_DIRECTORY)

/* Not relative to AT_FDCWD: the path may be none that leads anywhere, and what is looked for is that directory itself. */
static int64_t reopen_cwd(void)
{
    int64_t handle = __path_open(-1, __files.cwd_path, FOLDER_FLAGS, 0);
    if (handle < 0) {
        handle = __path_open(-1, "/", FOLDER_FLAGS, 0);
        __files.cwd_path = "/";
    }
    return handle;
}

/* Put a new handle in the place of `lost`. False: there is none to be had. */
static bool replace(_Atomic handle_t *place, handle_t lost)
{
    static const char root[] = "file:/";
    int64_t fresh = place == &__files.root
                        ? dyad_open(HANDLE_NONE, root, sizeof root - 1, FOLDER_FLAGS, 0, NULL)
                        : reopen_cwd();
    if (fresh < 0)
        return false;
    bool ours = __c11_atomic_compare_exchange_strong(place, &lost, (handle_t)fresh,
                                                     __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    dyad_handle_close(ours ? lost : (handle_t)fresh); /* otherwise another thread was first */
    return true;
}

/* -ERR_NODEV says that a server which is gone had the request: it may have carried it out. */
static bool may_repeat(uint32_t verb, int64_t result)
{
#define X(number, name, restartable) | (uint64_t)(restartable) << (number)
    static const uint64_t restartable = 0 DYAD_VERB_LIST(X);
#undef X
    return result != -ERR_NODEV || (verb < VERB_COUNT && (restartable >> verb & 1));
}

/* Not inlined: the usual call pays for a comparison only (__path_recover). */
bool __path_recover_slowly(struct path_target *target, uint32_t verb, int64_t result)
{
    if (result != -ERR_STALE && result != -ERR_NODEV && result != -ERR_BADF)
        return false;
    _Atomic handle_t *place = target->place;
    if (!place ||
        __files
            .chrooted) /* the way back to a chroot's root is not known; a wider one is not taken */
        return false;
    handle_t lost = target->dir;
    bool current = *place == lost;
    if (current && (result == -ERR_BADF || !replace(place, lost)))
        return false;
    target->dir = *place;
    target->place = NULL; /* once is enough */
    return may_repeat(verb, result);
}

int64_t __path_error(const struct path_target *target, int64_t result)
{
    struct dyad_stat st;
    bool unknown = result == -ERR_NOSYS || result == -ERR_OPNOTSUPP || result == -ERR_INVAL ||
                   result == -ERR_NOENT;
    if (!unknown || target->place || target->dir == HANDLE_NONE ||
        __handle_stat(target->dir, &st) < 0)
        return result;
    return (st.mode & MODE_TYPE) == MODE_DIR ? result : -ERR_NOTDIR;
}

void __cwd_remember(void)
{
    static char path[DYAD_PATH_MAX + 1];
    int64_t n = __verb_data(__files.cwd, VERB_path, 0, 0, NULL, 0, path, DYAD_PATH_MAX);
    path[n > 0 && n <= DYAD_PATH_MAX ? n : 0] = 0;
    __files.cwd_path = path;
}
