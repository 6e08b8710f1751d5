/*
 * lock.c: advisory locks: record locks of processes (fcntl), and locks of whole open files (flock).
 *
 * A process's record locks end when it unlocks them or when the open file through which they were made is closed by its
 * last holder; libc unlocks at close() as POSIX wants it.
 */
#include <stdlib.h>
#include <string.h>

#include "servers/ramfs/ramfs.h"

struct lock {
    struct lock *next;
    struct server_file *file; /* made through */
    uint64_t owner;           /* process id; 0: the open file owns it (flock) */
    uint64_t first, last;     /* bytes, inclusive */
    bool exclusive;
};

/* What a request wants. */
struct wish {
    struct node *node;
    struct server_file *file;
    uint64_t owner;
    uint64_t first, last;
    unsigned type;
    bool wait;
};

static bool same_owner(const struct lock *lock, const struct wish *wish)
{
    return lock->owner == wish->owner && (wish->owner || lock->file == wish->file);
}

static bool overlaps(const struct lock *lock, const struct wish *wish)
{
    return lock->first <= wish->last && wish->first <= lock->last;
}

/* The two kinds do not see each other. */
static const struct lock *find_conflict(const struct wish *wish)
{
    if (wish->type == FILE_LOCK_NONE)
        return NULL;
    for (const struct lock *lock = wish->node->locks; lock; lock = lock->next) {
        bool same_kind = (lock->owner == 0) == (wish->owner == 0);
        if (same_kind && !same_owner(lock, wish) && overlaps(lock, wish) &&
            (lock->exclusive || wish->type == FILE_LOCK_WRITE))
            return lock;
    }
    return NULL;
}

/* Cuts the owner's locks out of the wish's range. *spare is used when one is split. */
static void cut(const struct wish *wish, struct lock **spare)
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
            lock->next = tail;
            return; /* Own locks do not overlap each other, so there is no other. */
        } else if (lock->first < wish->first) {
            lock->last = wish->first - 1;
            link = &lock->next;
        } else if (lock->last > wish->last) {
            lock->first = wish->last + 1;
            link = &lock->next;
        } else {
            *link = lock->next;
            free(lock);
        }
    }
}

static int apply(const struct wish *wish)
{
    struct lock *lock = malloc(sizeof(*lock)), *spare = malloc(sizeof(*spare));
    if (!lock || !spare) {
        free(lock);
        free(spare);
        return -ERR_NOLCK;
    }
    cut(wish, &spare);
    free(spare);
    if (wish->type == FILE_LOCK_NONE) {
        free(lock);
        return 0;
    }
    *lock = (struct lock){.next = wish->node->locks,
                          .file = wish->file,
                          .owner = wish->owner,
                          .first = wish->first,
                          .last = wish->last,
                          .exclusive = wish->type == FILE_LOCK_WRITE};
    wish->node->locks = lock;
    return 0;
}

/* 0 or -ERR_INVAL. */
static int parse(struct server_request *request, struct wish *wish)
{
    const struct request *wire = &request->wire;
    bool whole = wire->args[0] >= FILE_LOCK_WHOLE;
    uint64_t start = whole ? 0 : wire->args[1], length = whole ? 0 : wire->args[2];
    *wish = (struct wish){
        .node = request_node(request),
        .file = request->file,
        .owner = whole            ? 0
                 : wire->cred.pid ? wire->cred.pid
                                  : wire->kid | 1ull << 63,
        .first = start,
        .last = length ? start + length - 1 : UINT64_MAX,
        .type = (unsigned)wire->args[3],
        .wait = wire->args[0] == FILE_LOCK_SET_WAIT || wire->args[0] == FILE_LOCK_WHOLE_WAIT,
    };
    if (wire->args[0] < FILE_LOCK_QUERY || wire->args[0] > FILE_LOCK_WHOLE_WAIT ||
        wire->args[3] > FILE_LOCK_NONE || wish->last < start)
        return -ERR_INVAL;
    return 0;
}

/* Would waiting for `conflict` close a circle of processes that wait for each other? */
static bool would_deadlock(struct ramfs *fs, const struct wish *wish, const struct lock *conflict)
{
    uint64_t holder = conflict->owner;
    for (unsigned steps = 0; holder && steps < 64; steps++) {
        uint64_t next = 0;
        if (holder == wish->owner)
            return true;
        struct server_request *waiter = server_queue_first(&fs->lock_waiters);
        for (; waiter && !next; waiter = server_queue_next(waiter)) {
            struct wish other;
            if (parse(waiter, &other) || other.owner != holder)
                continue;
            const struct lock *blocks = find_conflict(&other);
            next = blocks ? blocks->owner : 0;
        }
        holder = next;
    }
    return false;
}

/* Lets the waiters of a node try again. */
static void retry_waiters(struct ramfs *fs, struct node *node)
{
    struct server_request *waiter = server_queue_first(&fs->lock_waiters);
    while (waiter) {
        struct server_request *next = server_queue_next(waiter);
        struct wish wish;
        if (request_node(waiter) == node && parse(waiter, &wish) == 0 && !find_conflict(&wish))
            server_reply(waiter, apply(&wish));
        waiter = next;
    }
}

static void lock_query(struct server_request *request, const struct wish *wish)
{
    const struct lock *conflict = find_conflict(wish);
    struct dyad_lock_reply answer = {.type = FILE_LOCK_NONE};
    if (conflict) {
        answer.start = conflict->first;
        answer.length = conflict->last == UINT64_MAX ? 0 : conflict->last - conflict->first + 1;
        answer.type = conflict->exclusive ? FILE_LOCK_WRITE : FILE_LOCK_READ;
        answer.pid = (uint32_t)conflict->owner;
    }
    size_t len = request->wire.out_len < sizeof(answer) ? request->wire.out_len : sizeof(answer);
    server_reply_data(request, answer.type, &answer, len);
}

void verb_lock(struct server_request *request)
{
    struct ramfs *fs = request_fs(request);
    struct wish wish;
    int result = parse(request, &wish);
    if (result) {
        server_reply(request, result);
        return;
    }
    if (request->wire.args[0] == FILE_LOCK_QUERY) {
        lock_query(request, &wish);
        return;
    }
    const struct lock *conflict = find_conflict(&wish);
    if (!conflict) {
        result = apply(&wish);
        server_reply(request, result);
        if (result == 0)
            retry_waiters(fs, wish.node); /* A write lock may have become a read lock, or none. */
    } else if (!wish.wait) {
        server_reply(request, -ERR_AGAIN);
    } else if (would_deadlock(fs, &wish, conflict)) {
        server_reply(request, -ERR_DEADLK);
    } else {
        server_defer(request, &fs->lock_waiters);
    }
}

void locks_release_file(struct server_file *file)
{
    struct node *node = file->node;
    struct lock **link = &node->locks;
    bool released = false;
    while (*link) {
        struct lock *lock = *link;
        if (lock->file != file) {
            link = &lock->next;
            continue;
        }
        *link = lock->next;
        free(lock);
        released = true;
    }
    if (released)
        retry_waiters(file->server->context, node);
}

void locks_free(struct node *node)
{
    while (node->locks) {
        struct lock *lock = node->locks;
        node->locks = lock->next;
        free(lock);
    }
}
