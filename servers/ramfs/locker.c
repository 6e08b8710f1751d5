/*
 * locker.c: the processes that own record locks. Such locks end with the process, even when others still have the file open, so the
 * server watches a handle of the process that the client gives once. A lock in the way is asked for its owner's life first: whoever has
 * waited for a process to end finds its locks gone, however late the notice is.
 */
#include <stdlib.h>

#include "servers/ramfs/lock.h"

struct locker *locker_find(const struct ramfs *fs, const struct server_request *request)
{
    const struct request *wire = &request->wire;
    struct locker *locker = fs->lockers;
    while (locker && (locker->kid != wire->kid || locker->pid != wire->cred.pid))
        locker = locker->next;
    return locker;
}

/* It has no locks any more and is no longer known. */
static void locker_free(struct locker *locker)
{
    const struct ramfs_platform *platform = locker->fs->platform;
    struct locker **link = &locker->fs->lockers;
    while (*link != locker)
        link = &(*link)->next;
    *link = locker->next;
    if (locker->handle != HANDLE_NONE) {
        server_unwatch(locker->fs->server, locker->watch);
        platform->object_close(platform->context, locker->handle);
    }
    free(locker);
}

static void locker_ended(struct locker *locker)
{
    locks_release_locker(locker);
    locker_free(locker);
}

static void process_ended(struct server *server, uint32_t events, void *arg)
{
    (void)server;
    if (events & EVENT_EXIT)
        locker_ended(arg);
}

bool locker_lives(struct locker *locker)
{
    const struct ramfs_platform *platform = locker->fs->platform;
    uint64_t kid;
    if (locker->handle == HANDLE_NONE ||
        platform->process_lives(platform->context, locker->handle, &kid) != 0)
        return true;
    locker_ended(locker);
    return false;
}

/* Takes the handle that came with the request and watches it. */
static int watch_process(struct server_request *request, struct locker *locker)
{
    const struct ramfs_platform *platform = locker->fs->platform;
    uint64_t kid;
    handle_t handle = server_take_handle(request);
    if (handle == HANDLE_NONE)
        return -ERR_SRCH;
    int result = -ERR_INVAL;
    if (platform->process_lives(platform->context, handle, &kid) >= 0 && kid == request->wire.kid)
        result = server_watch(request->server, handle, EVENT_EXIT, process_ended, locker,
                              &locker->watch);
    if (result) {
        platform->object_close(platform->context, handle);
        return result == -ERR_NOMEM ? -ERR_NOLCK : result;
    }
    locker->handle = handle;
    return 0;
}

int locker_get(struct server_request *request, struct locker **out)
{
    struct ramfs *fs = request->server->context;
    *out = locker_find(fs, request);
    if (*out)
        return 0;
    struct locker *locker = malloc(sizeof(*locker));
    if (!locker)
        return -ERR_NOLCK;
    *locker = (struct locker){
        .fs = fs, .kid = request->wire.kid, .pid = request->wire.cred.pid, .handle = HANDLE_NONE};
    int result = fs->platform->process_lives ? watch_process(request, locker) : 0;
    if (result) {
        free(locker);
        return result;
    }
    locker->next = fs->lockers;
    fs->lockers = locker;
    *out = locker;
    return 0;
}

void lockers_fini(struct ramfs *fs)
{
    while (fs->lockers)
        locker_ended(fs->lockers);
}

/* ---- Circles --------------------------------------------------------------------------------- */

/* Marks who is in the way of the wish; *grown: somebody new. True when `self` is among them. */
static bool reach(const struct lock_wish *wish, const struct locker *self, bool *grown)
{
    struct lock *lock = NULL;
    while ((lock = lock_next_conflict(wish, lock))) {
        if (!lock->locker)
            continue; /* An open file waits for nothing. */
        if (lock->locker == self)
            return true;
        *grown |= !lock->locker->reached;
        lock->locker->reached = true;
    }
    return false;
}

bool locker_would_deadlock(struct ramfs *fs, const struct lock_wish *wish)
{
    bool grown = false;
    if (!wish->by_process)
        return false;
    for (struct locker *locker = fs->lockers; locker; locker = locker->next)
        locker->reached = false;
    (void)reach(wish, wish->locker, &grown);
    while (grown) {
        grown = false;
        struct server_request *waiter = server_queue_first(&fs->lock_waiters);
        for (; waiter; waiter = server_queue_next(waiter)) {
            struct lock_wish other;
            if (lock_wish_parse(waiter, &other) || !other.by_process || !other.locker ||
                !other.locker->reached)
                continue;
            if (reach(&other, wish->locker, &grown))
                return true;
        }
    }
    return false;
}
