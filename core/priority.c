/*
 * priority.c: who runs at whose priority: loans, pools, chains. See priority.h.
 *
 * Who has no priority lends nothing to a scheme, so that ordinary calls take no lock here; wait.pool says where it would lend, should
 * it be lent something itself. Waiters for a lock always lend, if only 0: the holder's pool is where they are found.
 */
#include "core/priority.h"

#include "core/machine.h"
#include "core/process.h"
#include "core/sched.h"
#include "core/space.h"

#define CHAIN_MAX 32u /* threads that one change reaches */

void priority_init(struct machine *machine)
{
    lock_init(&machine->priorities.lock, LOCK_PRIORITY);
}

void priority_pool_init(struct priority_pool *pool, struct thread *owner)
{
    pool->owner = owner;
    list_init(&pool->workers);
}

/* ---- changes, and how far they reach ---- */

static uint64_t loan_key(uint32_t priority)
{
    return DYAD_PRIORITY_MAX - priority;
}

static uint32_t pool_top(const struct priority_pool *pool)
{
    const struct tree_node *first = tree_first(&pool->loans);
    return first != NULL ? DYAD_PRIORITY_MAX - (uint32_t)first->key : 0;
}

static uint32_t higher(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static uint32_t thread_deserves(const struct thread *t)
{
    uint32_t own = SCHED_WORD_PRIORITY(atomic_load_explicit(&t->sched, memory_order_relaxed));
    struct priority_pool *serves = atomic_load_explicit(&t->serves, memory_order_relaxed);
    uint32_t lent = higher(pool_top(&t->pool), serves != NULL ? pool_top(serves) : 0);
    return higher(higher(own, t->ceiling), lent);
}

static void thread_update(struct thread *t, enum sched_place place, unsigned *left);

static void pool_update(struct priority_pool *pool, unsigned *left)
{
    if (pool->owner != NULL)
        thread_update(pool->owner, PLACE_BACK, left);
    LIST_FOR_EACH(node, &pool->workers)
    {
        thread_update(LIST_ENTRY(node, struct thread, serves_link), PLACE_BACK, left);
    }
}

static struct priority_pool *loan_pool(const struct thread *t)
{
    return atomic_load_explicit(&t->loan.to, memory_order_relaxed);
}

static void loan_insert(struct thread *t, struct priority_pool *pool)
{
    uint32_t priority = atomic_load_explicit(&t->priority, memory_order_relaxed);
    atomic_store_explicit(&t->loan.to, pool, memory_order_relaxed);
    tree_insert(&pool->loans, &t->loan.node, loan_key(priority));
}

static struct priority_pool *loan_remove(struct thread *t)
{
    struct priority_pool *pool = loan_pool(t);
    if (pool == NULL)
        return NULL;
    tree_remove(&pool->loans, &t->loan.node);
    atomic_store_explicit(&t->loan.to, NULL, memory_order_relaxed);
    return pool;
}

/* Never NULL on the way: who ends the wait looks at loan.to without the lock. */
static void loan_move(struct thread *t, struct priority_pool *pool)
{
    tree_remove(&loan_pool(t)->loans, &t->loan.node);
    loan_insert(t, pool);
}

/* t waits in a call that it lends nothing to: begin. Not when the wait is over: who ends it looks for the loan under the same lock. */
static void loan_begin(struct thread *t)
{
    lock_acquire(&t->lock);
    if (t->wait.state == WAIT_ARMED && t->wait.pool != NULL)
        loan_insert(t, t->wait.pool);
    lock_release(&t->lock);
}

static void thread_update(struct thread *t, enum sched_place place, unsigned *left)
{
    uint32_t before = atomic_load_explicit(&t->priority, memory_order_relaxed);
    uint32_t now = thread_deserves(t);
    if (now == before || *left == 0)
        return;
    --*left;
    atomic_store(&t->priority, now);
    /* Who was lent priority and has it no longer goes on before its equals. */
    sched_reprioritize(t, now < before && place == PLACE_BACK ? PLACE_FRONT : place);
    struct priority_pool *pool = loan_pool(t);
    if (pool != NULL)
        loan_move(t, pool);
    else if (now != 0)
        loan_begin(t);
    pool = loan_pool(t);
    if (pool != NULL)
        pool_update(pool, left);
}

static void update(struct thread *t, enum sched_place place)
{
    unsigned left = CHAIN_MAX;
    thread_update(t, place, &left);
}

/* ---- one's own ---- */

static bool sched_is_valid(uint64_t word)
{
    uint64_t policy = SCHED_WORD_POLICY(word), priority = word >> 8;
    switch (policy) {
    case DYAD_SCHED_FIFO:
    case DYAD_SCHED_RR: return priority >= 1 && priority <= DYAD_PRIORITY_MAX;
    case DYAD_SCHED_OTHER:
    case DYAD_SCHED_BATCH:
    case DYAD_SCHED_IDLE: return priority == 0;
    default: return false;
    }
}

status_t priority_check(uint32_t euid, uint32_t old, uint64_t wanted)
{
    if (!sched_is_valid(wanted))
        return -ERR_INVAL;
    return euid == 0 || SCHED_WORD_PRIORITY(wanted) <= SCHED_WORD_PRIORITY(old) ? 0 : -ERR_PERM;
}

uint32_t priority_get(struct thread *t)
{
    return atomic_load_explicit(&t->sched, memory_order_relaxed);
}

/* POSIX: at the end of the list of its new priority; with keeps_place at its beginning if it has been lowered, and where it is if
 * it has not changed. Who is lent priority stays where it is. */
void priority_set(struct thread *t, uint32_t word, bool keeps_place)
{
    struct priorities *all = &t->object.machine->priorities;
    lock_acquire(&all->lock);
    uint32_t old = priority_get(t);
    bool lent = t->ceiling != 0 || pool_top(&t->pool) != 0;
    atomic_store_explicit(&t->sched, word, memory_order_relaxed);
    uint32_t before = atomic_load_explicit(&t->priority, memory_order_relaxed);
    bool lowered = SCHED_WORD_PRIORITY(word) < SCHED_WORD_PRIORITY(old);
    enum sched_place place = keeps_place && lowered ? PLACE_FRONT : PLACE_BEHIND;
    if (thread_deserves(t) != before)
        update(t, place);
    else if (!lent && !keeps_place)
        sched_reprioritize(t, PLACE_BEHIND);
    lock_release(&all->lock);
}

status_t priority_set_ceiling(struct thread *t, uint64_t ceiling)
{
    struct priorities *all = &t->object.machine->priorities;
    uint32_t own = SCHED_WORD_PRIORITY(priority_get(t));
    if (ceiling > DYAD_PRIORITY_MAX || (ceiling != 0 && own > ceiling))
        return -ERR_INVAL;
    if (ceiling > own && ceiling > t->ceiling && process_cred_word(t->process, CRED_EUID) != 0)
        return -ERR_PERM;
    lock_acquire(&all->lock);
    t->ceiling = (uint32_t)ceiling;
    update(t, PLACE_BACK);
    lock_release(&all->lock);
    return 0;
}

/* ---- loans ---- */

void priority_lend(struct thread *t, struct priority_pool *pool)
{
    struct priorities *all = &t->object.machine->priorities;
    unsigned left = CHAIN_MAX;
    lock_acquire(&all->lock);
    if (loan_pool(t) == NULL)
        loan_insert(t, pool);
    pool_update(pool, &left);
    lock_release(&all->lock);
}

void priority_return(struct thread *t)
{
    struct priorities *all = &t->object.machine->priorities;
    unsigned left = CHAIN_MAX;
    lock_acquire(&all->lock);
    struct priority_pool *pool = loan_remove(t);
    if (pool != NULL)
        pool_update(pool, &left);
    lock_release(&all->lock);
}

static void serves_end(struct thread *t)
{
    struct priority_pool *pool = atomic_load_explicit(&t->serves, memory_order_relaxed);
    ASSERT(lock_is_held(&t->object.machine->priorities.lock));
    if (pool == NULL)
        return;
    list_remove(&t->serves_link);
    pool->worker_count--;
    atomic_store_explicit(&t->serves, NULL, memory_order_relaxed);
}

void priority_serve(struct thread *t, struct priority_pool *pool)
{
    struct priorities *all = &t->object.machine->priorities;
    lock_acquire(&all->lock);
    serves_end(t);
    if (pool->worker_count < PRIORITY_WORKERS) {
        pool->worker_count++;
        list_append(&pool->workers, &t->serves_link);
        atomic_store_explicit(&t->serves, pool, memory_order_relaxed);
    }
    update(t, PLACE_BACK);
    lock_release(&all->lock);
}

void priority_pool_fini(struct machine *machine, struct priority_pool *pool)
{
    struct priorities *all = &machine->priorities;
    lock_acquire(&all->lock);
    ASSERT(tree_first(&pool->loans) == NULL);
    while (!list_empty(&pool->workers))
        serves_end(LIST_ENTRY(pool->workers.next, struct thread, serves_link));
    lock_release(&all->lock);
}

/* ---- locks ---- */

uint32_t priority_lock_id(struct thread *t)
{
    struct priorities *all = &t->object.machine->priorities;
    lock_acquire(&all->lock);
    while (t->lock_id == 0) {
        uint32_t id = ++all->next_id & ~LOCK_WAITERS;
        if (id == 0 || tree_find(&all->ids, id) != NULL)
            continue;
        t->lock_id = id;
        tree_insert(&all->ids, &t->lock_node, id);
    }
    lock_release(&all->lock);
    return t->lock_id;
}

bool priority_holder_lives(struct machine *machine, uint32_t id)
{
    struct priorities *all = &machine->priorities;
    lock_acquire(&all->lock);
    bool lives = tree_find(&all->ids, id) != NULL;
    lock_release(&all->lock);
    return lives;
}

bool priority_lend_holder(struct thread *t, uint32_t id)
{
    struct priorities *all = &t->object.machine->priorities;
    unsigned left = CHAIN_MAX;
    lock_acquire(&all->lock);
    struct tree_node *node = tree_find(&all->ids, id);
    if (node != NULL) {
        struct priority_pool *pool = &CONTAINER_OF(node, struct thread, lock_node)->pool;
        loan_insert(t, pool);
        pool_update(pool, &left);
    }
    lock_release(&all->lock);
    return node != NULL;
}

static bool waits_for(const struct thread *t, const uint64_t key[2])
{
    return t->wait.data[0] == key[0] && t->wait.data[1] == key[1];
}

/* The waiter that comes first among those for `key`, claimed. Those whose claim another has won are left to it. */
static struct thread *holder_choose(struct thread *t, const uint64_t key[2])
{
    struct tree_node *node = tree_first(&t->pool.loans);
    for (; node != NULL; node = tree_next(node)) {
        struct thread *waiter = CONTAINER_OF(node, struct thread, loan.node);
        if (waits_for(waiter, key) && wait_claim(waiter))
            return waiter;
    }
    return NULL;
}

struct thread *priority_pass_lock(struct thread *t, const uint64_t key[2], bool *more)
{
    struct priorities *all = &t->object.machine->priorities;
    unsigned left = CHAIN_MAX;
    *more = false;
    lock_acquire(&all->lock);
    struct thread *next = holder_choose(t, key);
    if (next != NULL)
        (void)loan_remove(next);
    struct tree_node *node = tree_first(&t->pool.loans), *after;
    for (; node != NULL; node = after) {
        struct thread *waiter = CONTAINER_OF(node, struct thread, loan.node);
        after = tree_next(node);
        if (!waits_for(waiter, key))
            continue;
        if (next != NULL)
            loan_move(waiter, &next->pool);
        else
            (void)loan_remove(waiter); /* its wait is at an end already */
        *more = next != NULL;
    }
    update(t, PLACE_BACK);
    if (next != NULL)
        thread_update(next, PLACE_BACK, &left);
    lock_release(&all->lock);
    return next;
}

/* A waiter of the ended thread, counted, out of its pool; *sequence: of its wait. */
static struct thread *ended_take_waiter(struct thread *t, uint64_t *sequence)
{
    struct priorities *all = &t->object.machine->priorities;
    struct thread *waiter = NULL;
    lock_acquire(&all->lock);
    struct tree_node *node = tree_first(&t->pool.loans);
    if (node != NULL) {
        waiter = CONTAINER_OF(node, struct thread, loan.node);
        kobject_get(&waiter->object);
        *sequence = waiter->wait.sequence; /* stays while it has a loan */
        (void)loan_remove(waiter);
    }
    lock_release(&all->lock);
    return waiter;
}

void priority_thread_end(struct thread *t)
{
    struct priorities *all = &t->object.machine->priorities;
    uint64_t sequence;
    struct thread *waiter;
    if (t->lock_id == 0 && atomic_load_explicit(&t->serves, memory_order_relaxed) == NULL)
        return;
    lock_acquire(&all->lock);
    serves_end(t);
    if (t->lock_id != 0)
        tree_remove(&all->ids, &t->lock_node);
    lock_release(&all->lock);
    while ((waiter = ended_take_waiter(t, &sequence)) != NULL) {
        wait_interrupt(waiter, sequence, -ERR_OWNERDEAD);
        kobject_put(&waiter->object);
    }
}
