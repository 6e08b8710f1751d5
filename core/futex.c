/*
 * futex.c: waiting for a word of user memory to change.
 *
 * Waiters are in hashed buckets by where the word lives. The word is read again under the bucket's lock, and a waker
 * has changed it before it takes that lock: so either the waiter sees the change or the waker sees the waiter.
 */
#include "core/ipc.h"
#include "core/machine.h"
#include "core/process.h"
#include "core/space.h"

#define FUTEX_BUCKETS    256u
#define FUTEX_WAKE_BATCH 64u /* woken in one step */

struct futex_bucket {
    struct lock lock;                      /* rank LOCK_FUTEX */
    struct list waiters GUARDED_BY(&lock); /* wait.link; wait.data: the key */
};

struct futex_table {
    struct futex_bucket buckets[FUTEX_BUCKETS];
};

enum { FUTEX_BASE, FUTEX_OFFSET, FUTEX_PRIORITY };     /* wait.data */
enum { WAKE_BASE, WAKE_OFFSET, WAKE_LEFT, WAKE_DONE }; /* t->op of futex_wake */

status_t futex_init(struct machine *machine) NO_THREAD_ANALYSIS
{
    struct futex_table *table = heap_alloc(machine, sizeof *table);
    if (table == NULL)
        return -ERR_NOMEM;
    for (unsigned i = 0; i < FUTEX_BUCKETS; i++) {
        lock_init(&table->buckets[i].lock, LOCK_FUTEX);
        list_init(&table->buckets[i].waiters);
    }
    machine->futexes = table;
    return 0;
}

void futex_fini(struct machine *machine)
{
    heap_free(machine, machine->futexes);
    machine->futexes = NULL;
}

static struct futex_bucket *futex_bucket(struct machine *machine, const struct futex_key *key)
{
    uint64_t mixed = ((uint64_t)key->base >> 4 ^ key->offset >> 2) * 0x9e3779b97f4a7c15u;
    return &machine->futexes->buckets[mixed >> 56];
}

/* Behind whom t waits: the highest priority is woken first, and of equals who came first. */
static struct list *futex_place(struct futex_bucket *bucket, struct thread *t)
    REQUIRES(&bucket->lock)
{
    uint32_t priority = atomic_load_explicit(&t->priority, memory_order_relaxed);
    struct list *after = &bucket->waiters;
    t->wait.data[FUTEX_PRIORITY] = priority;
    if (priority == 0)
        return after->prev;
    while (after->next != &bucket->waiters &&
           LIST_ENTRY(after->next, struct thread, wait.link)->wait.data[FUTEX_PRIORITY] >= priority)
        after = after->next;
    return after;
}

status_t futex_wait(struct thread *t, uint64_t addr, uint64_t expected, uint64_t deadline)
{
    struct futex_key key;
    status_t status = user_futex_key(t->space, addr, &key);
    if (status < 0)
        return status;
    struct futex_bucket *bucket = futex_bucket(t->object.machine, &key);
    uint32_t word = 0;
    t->wait.data[FUTEX_BASE] = key.base;
    t->wait.data[FUTEX_OFFSET] = key.offset;
    lock_acquire(&bucket->lock);
    status = user_load32(t->space, addr, &word);
    if (status == 0 && word != (uint32_t)expected)
        status = -ERR_AGAIN;
    if (status == 0) {
        list_push(futex_place(bucket, t), &t->wait.link);
        status = wait_arm(t, &t->process->object, &bucket->lock, deadline);
        if (status != STATUS_PARKED)
            list_remove(&t->wait.link);
    }
    lock_release(&bucket->lock);
    return status;
}

/* ---- locks that lend priority: their waiters have another key than those of futex_wait ---- */

#define FUTEX_LOCK_BIT 1u /* of FUTEX_BASE */
#define FUTEX_TRIES    8u /* others may change the word meanwhile */

/* t's way into the lock, if it has to wait for nobody. -ERR_AGAIN: it has, for *holder; the word says that it does. */
static status_t lock_take(struct thread *t, uint64_t addr, uint32_t *holder)
{
    uint32_t word = 0, id = priority_lock_id(t);
    status_t status = user_load32(t->space, addr, &word);
    for (unsigned i = 0; status == 0 && i < FUTEX_TRIES; i++) {
        uint32_t seen = word;
        if ((word & ~LOCK_WAITERS) == id)
            return -ERR_DEADLK;
        *holder = word & ~LOCK_WAITERS;
        /* With nobody there but the mark of who has gone, the mark stays: it costs a trap, and is never missed. */
        status =
            user_compare32(t->space, addr, &word, *holder == 0 ? word | id : word | LOCK_WAITERS);
        if (status == 0 && word == seen)
            return *holder == 0 ? 0 : -ERR_AGAIN;
    }
    *holder = 0;
    return status < 0 ? status : -ERR_AGAIN;
}

/* Park for the holder. Under the lock of the bucket, so that it cannot let go meanwhile; but it may end, and may have ended before: that is
 * told even when there is no time left to wait. */
static status_t lock_wait(struct thread *t, struct futex_bucket *bucket, uint32_t holder,
                          uint64_t deadline) REQUIRES(&bucket->lock)
{
    list_append(&bucket->waiters, &t->wait.link);
    status_t status = wait_arm(t, &t->process->object, &bucket->lock, deadline);
    if (status != STATUS_PARKED) {
        list_remove(&t->wait.link);
        if (status == -ERR_TIMEDOUT && !priority_holder_lives(t->object.machine, holder))
            status = -ERR_OWNERDEAD;
    } else if (!priority_lend_holder(t, holder) && wait_claim(t)) {
        list_remove(&t->wait.link);
        wait_finish(t, -ERR_OWNERDEAD);
    }
    return status;
}

status_t futex_lock(struct thread *t, uint64_t addr, uint64_t deadline)
{
    struct futex_key key;
    uint32_t holder = 0;
    status_t status = user_futex_key(t->space, addr, &key);
    if (status < 0)
        return status;
    struct futex_bucket *bucket = futex_bucket(t->object.machine, &key);
    t->wait.data[FUTEX_BASE] = key.base | FUTEX_LOCK_BIT;
    t->wait.data[FUTEX_OFFSET] = key.offset;
    t->wait.data[FUTEX_PRIORITY] = 0; /* it is found by its loan */
    lock_acquire(&bucket->lock);
    status = lock_take(t, addr, &holder);
    if (status == -ERR_AGAIN && holder != 0)
        status = lock_wait(t, bucket, holder, deadline);
    lock_release(&bucket->lock);
    return status;
}

status_t futex_unlock(struct thread *t, uint64_t addr)
{
    struct futex_key key;
    bool more = false;
    uint32_t word = t->lock_id | LOCK_WAITERS;
    status_t status = user_futex_key(t->space, addr, &key);
    if (status < 0)
        return status;
    const uint64_t data[] = {key.base | FUTEX_LOCK_BIT, key.offset};
    struct futex_bucket *bucket = futex_bucket(t->object.machine, &key);
    lock_acquire(&bucket->lock);
    status = user_compare32(t->space, addr, &word, word);
    if (status == 0 && (t->lock_id == 0 || (word & ~LOCK_WAITERS) != t->lock_id))
        status = -ERR_PERM;
    struct thread *next = status == 0 ? priority_pass_lock(t, data, &more) : NULL;
    uint32_t wanted = next != NULL ? next->lock_id | (more ? LOCK_WAITERS : 0) : 0;
    uint32_t seen = word;
    if (status == 0)
        status = user_compare32(t->space, addr, &word, wanted);
    if (status == 0 && word != seen)
        status = -ERR_AGAIN; /* somebody who does not hold it has written to it */
    if (next != NULL) {
        list_remove(&next->wait.link);
        wait_finish(next, status);
    }
    lock_release(&bucket->lock);
    return status;
}

/* ---- waking ---- */

/* Wake up to `most` waiters of the key. *more: the bucket may hold further ones. */
static unsigned futex_wake_key(struct machine *machine, const struct futex_key *key, unsigned most,
                               bool *more)
{
    struct futex_bucket *bucket = futex_bucket(machine, key);
    unsigned woken = 0;
    struct list *next;
    lock_acquire(&bucket->lock);
    struct list *node = bucket->waiters.next;
    for (; node != &bucket->waiters && woken < most; node = next) {
        struct thread *t = LIST_ENTRY(node, struct thread, wait.link);
        next = node->next;
        if (t->wait.data[FUTEX_BASE] != key->base || t->wait.data[FUTEX_OFFSET] != key->offset)
            continue;
        list_remove(node);
        if (!wait_claim(t))
            continue;
        wait_finish(t, 0);
        woken++;
    }
    *more = node != &bucket->waiters;
    lock_release(&bucket->lock);
    return woken;
}

static status_t futex_wake_step(struct thread *t)
{
    uint64_t *op = t->op.words;
    struct futex_key key = {.base = (uintptr_t)op[WAKE_BASE], .offset = op[WAKE_OFFSET]};
    unsigned most = op[WAKE_LEFT] < FUTEX_WAKE_BATCH ? (unsigned)op[WAKE_LEFT] : FUTEX_WAKE_BATCH;
    bool more = false;
    unsigned woken = futex_wake_key(t->object.machine, &key, most, &more);
    op[WAKE_LEFT] -= woken;
    op[WAKE_DONE] += woken;
    return more && op[WAKE_LEFT] != 0 ? STATUS_STEP : (status_t)op[WAKE_DONE];
}

status_t futex_wake(struct thread *t, uint64_t addr, uint64_t count)
{
    struct futex_key key;
    status_t status = user_futex_key(t->space, addr, &key);
    if (status < 0)
        return status;
    t->op.words[WAKE_BASE] = key.base;
    t->op.words[WAKE_OFFSET] = key.offset;
    t->op.words[WAKE_LEFT] = count < INT32_MAX ? count : INT32_MAX;
    t->op.words[WAKE_DONE] = 0;
    t->step = futex_wake_step;
    return futex_wake_step(t);
}

void futex_wake_exit(struct thread *t, uint64_t addr)
{
    struct futex_key key;
    bool more = true;
    if (user_futex_key(t->space, addr, &key) < 0)
        return;
    /* The waiters are the joiners of a thread. */
    for (unsigned i = 0; i < 16 && more; i++) {
        if (futex_wake_key(t->object.machine, &key, FUTEX_WAKE_BATCH, &more) == 0)
            break;
    }
}
