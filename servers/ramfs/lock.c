/*
 * lock.c: advisory locks: record locks of processes and of open files (fcntl), and locks of whole open files (flock).
 *
 * A process's record locks end when it unlocks them, when the open file through which they were made is closed by its last holder,
 * and with the process (locker.c); libc unlocks at close() as POSIX wants it. An open file's locks end with it.
 */
#include "servers/ramfs/lock.h"

#include <stdlib.h>
#include <string.h>

static bool same_owner(const struct lock *lock, const struct lock_wish *wish)
{
    if (lock->whole != wish->whole || (lock->locker != NULL) != wish->by_process)
        return false;
    return wish->by_process ? lock->locker == wish->locker : lock->file == wish->file;
}

static bool overlaps(const struct lock *lock, const struct lock_wish *wish)
{
    return lock->first <= wish->last && wish->first <= lock->last;
}

struct lock *lock_next_conflict(const struct lock_wish *wish, const struct lock *previous)
{
    if (wish->type == FILE_LOCK_NONE)
        return NULL;
    for (struct lock *lock = previous ? previous->next : wish->node->locks; lock;
         lock = lock->next) {
        if (lock->whole == wish->whole && !same_owner(lock, wish) && overlaps(lock, wish) &&
            (lock->exclusive || wish->type == FILE_LOCK_WRITE))
            return lock;
    }
    return NULL;
}

/* The conflict with the lowest bytes. */
static struct lock *first_conflict(const struct lock_wish *wish)
{
    struct lock *first = NULL, *lock = NULL;
    while ((lock = lock_next_conflict(wish, lock))) {
        if (!first || lock->first < first->first)
            first = lock;
    }
    return first;
}

/* ---- The lists -------------------------------------------------------------------------------- */

static void lock_insert(struct ramfs *fs, struct lock *lock)
{
    lock->next = lock->node->locks;
    lock->node->locks = lock;
    lock->all_next = fs->locks;
    lock->all_link = &fs->locks;
    if (fs->locks)
        fs->locks->all_link = &lock->all_next;
    fs->locks = lock;
}

/* link: what points to it in its node's list. */
static void lock_remove(struct lock **link)
{
    struct lock *lock = *link;
    *link = lock->next;
    *lock->all_link = lock->all_next;
    if (lock->all_next)
        lock->all_next->all_link = lock->all_link;
    free(lock);
}

/* ---- Changing -------------------------------------------------------------------------------- */

/* Does one of the owner's locks go on at both sides of the wish's range? */
static bool needs_split(const struct lock_wish *wish)
{
    for (const struct lock *lock = wish->node->locks; lock; lock = lock->next) {
        if (same_owner(lock, wish) && lock->first < wish->first && lock->last > wish->last)
            return true;
    }
    return false;
}

/* Cuts the owner's locks out of the wish's range. *spare is used when one is split. */
static void cut(const struct lock_wish *wish, struct lock **spare)
{
    struct lock **link = &wish->node->locks;
    while (*link) {
        struct lock *lock = *link;
        if (!same_owner(lock, wish) || !overlaps(lock, wish)) {
            link = &lock->next;
        } else if (lock->first < wish->first && lock->last > wish->last) {
            struct lock *tail = *spare;
            *spare = NULL;
            *tail = *lock;
            tail->first = wish->last + 1;
            lock->last = wish->first - 1;
            lock_insert(wish->file->server->context, tail);
            return; /* Own locks do not overlap each other, so there is no other. */
        } else if (lock->first < wish->first) {
            lock->last = wish->first - 1;
            link = &lock->next;
        } else if (lock->last > wish->last) {
            lock->first = wish->last + 1;
            link = &lock->next;
        } else {
            lock_remove(link);
        }
    }
}

/* Takes in the owner's locks of the same kind that end or begin just at the new one. */
static void join_neighbours(const struct lock_wish *wish, struct lock *new)
{
    struct lock **link = &wish->node->locks;
    while (*link) {
        struct lock *lock = *link;
        bool before = new->first != 0 && lock->last == new->first - 1;
        bool behind = new->last != UINT64_MAX && lock->first == new->last + 1;
        if (!same_owner(lock, wish) || lock->exclusive != new->exclusive ||
            lock->file != new->file || (!before && !behind)) {
            link = &lock->next;
            continue;
        }
        new->first = before ? lock->first : new->first;
        new->last = behind ? lock->last : new->last;
        lock_remove(link);
    }
}

static int apply(const struct lock_wish *wish)
{
    bool adds = wish->type != FILE_LOCK_NONE, splits = needs_split(wish);
    struct lock *lock = adds ? malloc(sizeof(*lock)) : NULL;
    struct lock *spare = splits ? malloc(sizeof(*spare)) : NULL;
    if ((adds && !lock) || (splits && !spare)) {
        free(lock);
        free(spare);
        return -ERR_NOLCK;
    }
    cut(wish, &spare);
    free(spare);
    if (!adds)
        return 0;
    *lock = (struct lock){.node = wish->node,
                          .file = wish->file,
                          .locker = wish->by_process ? wish->locker : NULL,
                          .whole = wish->whole,
                          .exclusive = wish->type == FILE_LOCK_WRITE,
                          .first = wish->first,
                          .last = wish->last};
    join_neighbours(wish, lock);
    lock_insert(wish->file->server->context, lock);
    return 0;
}

/* ---- Requests -------------------------------------------------------------------------------- */

int lock_wish_parse(struct server_request *request, struct lock_wish *wish)
{
    const struct request *wire = &request->wire;
    uint64_t command = wire->args[0];
    bool whole = command == FILE_LOCK_WHOLE || command == FILE_LOCK_WHOLE_WAIT;
    uint64_t start = whole ? 0 : wire->args[1], length = whole ? 0 : wire->args[2];
    *wish = (struct lock_wish){
        .node = request_node(request),
        .file = request->file,
        .by_process = command <= FILE_LOCK_SET_WAIT,
        .whole = whole,
        .wait = command == FILE_LOCK_SET_WAIT || command == FILE_LOCK_WHOLE_WAIT ||
                command == FILE_LOCK_FILE_SET_WAIT,
        .query = command == FILE_LOCK_QUERY || command == FILE_LOCK_FILE_QUERY,
        .first = start,
        .last = length ? start + length - 1 : UINT64_MAX,
        .type = (unsigned)wire->args[3],
    };
    if (command < FILE_LOCK_QUERY || command > FILE_LOCK_FILE_SET_WAIT ||
        wire->args[3] > FILE_LOCK_NONE || wish->last < start)
        return -ERR_INVAL;
    if (wish->by_process)
        wish->locker = locker_find(request_fs(request), request);
    return 0;
}

/* Lets the waiters of a node try again. */
static void retry_waiters(struct ramfs *fs, struct node *node)
{
    struct server_request *waiter = server_queue_first(&fs->lock_waiters);
    while (waiter) {
        struct server_request *next = server_queue_next(waiter);
        struct lock_wish wish;
        if (request_node(waiter) == node && lock_wish_parse(waiter, &wish) == 0 &&
            (!wish.by_process || wish.locker) && !lock_next_conflict(&wish, NULL))
            server_reply(waiter, apply(&wish));
        waiter = next;
    }
}

/* The first conflict whose owner is still there. */
static struct lock *live_conflict(const struct lock_wish *wish)
{
    struct lock *lock;
    do
        lock = first_conflict(wish);
    while (lock && lock->locker && !locker_lives(lock->locker));
    return lock;
}

static void lock_query(struct server_request *request, const struct lock_wish *wish)
{
    const struct lock *conflict = live_conflict(wish);
    struct dyad_lock_reply answer = {.type = FILE_LOCK_NONE};
    if (conflict) {
        answer.start = (int64_t)conflict->first;
        answer.length =
            conflict->last == UINT64_MAX ? 0 : (int64_t)(conflict->last - conflict->first + 1);
        answer.type = conflict->exclusive ? FILE_LOCK_WRITE : FILE_LOCK_READ;
        answer.pid = conflict->locker ? conflict->locker->pid : FILE_LOCK_NO_PID;
    }
    size_t len = request->wire.out_len < sizeof(answer) ? request->wire.out_len : sizeof(answer);
    server_reply_data(request, answer.type, &answer, len);
}

static void lock_set(struct server_request *request, struct lock_wish *wish)
{
    struct ramfs *fs = request_fs(request);
    int result = 0;
    if (wish->by_process && !wish->locker && wish->type != FILE_LOCK_NONE)
        result = locker_get(request, &wish->locker);
    if (result) {
        server_reply(request, result);
    } else if (!live_conflict(wish)) {
        result = apply(wish);
        server_reply(request, result);
        if (result == 0)
            retry_waiters(fs, wish->node); /* A write lock may have become a read lock, or none. */
    } else if (!wish->wait) {
        server_reply(request, -ERR_AGAIN);
    } else if (locker_would_deadlock(fs, wish)) {
        server_reply(request, -ERR_DEADLK);
    } else {
        server_defer(request, &fs->lock_waiters);
    }
}

void verb_lock(struct server_request *request)
{
    struct lock_wish wish;
    int result = lock_wish_parse(request, &wish);
    if (result)
        server_reply(request, result);
    else if (wish.query)
        lock_query(request, &wish);
    else
        lock_set(request, &wish);
}

/* ---- Ends ------------------------------------------------------------------------------------ */

/* Drops the locks made through the file or owned by the process; the other is NULL. True: there were some. */
static bool drop_locks(struct node *node, const struct server_file *file,
                       const struct locker *locker)
{
    struct lock **link = &node->locks;
    bool dropped = false;
    while (*link) {
        struct lock *lock = *link;
        if (file ? lock->file != file : lock->locker != locker) {
            link = &lock->next;
            continue;
        }
        lock_remove(link);
        dropped = true;
    }
    return dropped;
}

void locks_release_file(struct server_file *file)
{
    struct node *node = file->node;
    if (drop_locks(node, file, NULL))
        retry_waiters(file->server->context, node);
}

void locks_release_locker(struct locker *locker)
{
    struct lock *lock = locker->fs->locks;
    while (lock) {
        struct node *node = lock->node;
        if (lock->locker != locker) {
            lock = lock->all_next;
            continue;
        }
        drop_locks(node, NULL, locker);
        retry_waiters(locker->fs, node);
        lock = locker->fs->locks; /* Others may have got theirs. */
    }
}

void locks_free(struct node *node)
{
    while (node->locks)
        lock_remove(&node->locks);
}
