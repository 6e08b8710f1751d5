/* test_locks.c: do locks that lend priority go to the right waiter, lend to the right holder, and end with who waits or holds? */
#include "core/priority.h"
#include "core/sched.h"
#include "ipc_test.h"

#define FIRST  AT_DATA
#define SECOND (AT_DATA + 64)
#define MS     1000000UL

struct stage {
    struct rig rig;
    struct actor holder, x, y; /* threads of one process */
};

static int stage_start(void **state)
{
    static struct stage stage;
    struct stage *s = &stage;
    const uint8_t zeros[128] = {0};
    memset(s, 0, sizeof *s);
    rig_start(&s->rig);
    actor_start(&s->holder, &s->rig);
    actor_thread(&s->x, &s->holder);
    actor_thread(&s->y, &s->holder);
    put(&s->holder, AT_DATA, zeros, sizeof zeros);
    *state = s;
    return 0;
}

static int stage_end(void **state)
{
    struct stage *s = *state;
    actor_kill(&s->x);
    actor_drop(&s->x);
    actor_drop(&s->y);
    if (s->holder.t != NULL)
        actor_drop(&s->holder);
    rig_end(&s->rig);
    return 0;
}

static status_t lock(struct actor *a, uint64_t at)
{
    return CALL(a, futex_lock(a->t, at, DEADLINE_NEVER));
}

static status_t unlock(struct actor *a, uint64_t at)
{
    return CALL(a, futex_unlock(a->t, at));
}

static uint32_t word(struct stage *s, uint64_t at)
{
    uint32_t value;
    get(&s->x, at, &value, sizeof value);
    return value;
}

static uint32_t runs_at(const struct actor *a)
{
    return atomic_load(&a->t->priority);
}

static void be_real_time(struct actor *a, unsigned priority)
{
    priority_set(a->t, SCHED_WORD(DYAD_SCHED_FIFO, priority), false);
}

static void test_each_lock_goes_to_who_waits_for_it(void **state)
{
    struct stage *s = *state;
    assert_int_equal(lock(&s->holder, FIRST), 0);
    assert_int_equal(lock(&s->holder, SECOND), 0);
    assert_int_equal(lock(&s->x, SECOND), STATUS_PARKED);
    assert_int_equal(lock(&s->y, FIRST), STATUS_PARKED);
    assert_int_equal(unlock(&s->holder, FIRST), 0);
    assert_int_equal(actor_result(&s->y), 0);
    assert_true(actor_parked(&s->x));
    assert_int_equal(word(s, FIRST), s->y.t->lock_id);
    assert_int_equal(word(s, SECOND), s->holder.t->lock_id | LOCK_WAITERS);
    assert_int_equal(unlock(&s->y, FIRST), 0);
    assert_true(actor_parked(&s->x));
    assert_int_equal(unlock(&s->holder, SECOND), 0);
    assert_int_equal(actor_result(&s->x), 0);
    assert_int_equal(unlock(&s->x, SECOND), 0);
    assert_int_equal(word(s, FIRST) | word(s, SECOND), 0);
}

static void test_the_highest_waiter_comes_first_and_lends(void **state)
{
    struct stage *s = *state;
    be_real_time(&s->x, 3);
    be_real_time(&s->y, 5);
    assert_int_equal(lock(&s->holder, FIRST), 0);
    assert_int_equal(lock(&s->x, FIRST), STATUS_PARKED);
    assert_int_equal(runs_at(&s->holder), 3);
    assert_int_equal(lock(&s->y, FIRST), STATUS_PARKED);
    assert_int_equal(runs_at(&s->holder), 5);
    assert_int_equal(unlock(&s->holder, FIRST), 0);
    assert_int_equal(actor_result(&s->y), 0);
    assert_int_equal(runs_at(&s->holder), 0);
    assert_int_equal(word(s, FIRST), s->y.t->lock_id | LOCK_WAITERS);
    assert_int_equal(unlock(&s->y, FIRST), 0);
    assert_int_equal(actor_result(&s->x), 0);
    assert_int_equal(unlock(&s->x, FIRST), 0);
    assert_int_equal(word(s, FIRST), 0);
}

static void test_a_loan_ends_with_its_lock(void **state)
{
    struct stage *s = *state;
    be_real_time(&s->x, 3);
    be_real_time(&s->y, 5);
    assert_int_equal(lock(&s->holder, FIRST), 0);
    assert_int_equal(lock(&s->holder, SECOND), 0);
    assert_int_equal(lock(&s->x, FIRST), STATUS_PARKED);
    assert_int_equal(lock(&s->y, SECOND), STATUS_PARKED);
    assert_int_equal(runs_at(&s->holder), 5);
    assert_int_equal(unlock(&s->holder, SECOND), 0);
    assert_int_equal(runs_at(&s->holder), 3);
    assert_int_equal(unlock(&s->holder, FIRST), 0);
    assert_int_equal(runs_at(&s->holder), 0);
    assert_int_equal(actor_result(&s->x) | actor_result(&s->y), 0);
}

/* x waits for the holder, and y for x: the loan goes along the chain, and a change in it as well. */
static void test_a_loan_goes_along_a_chain(void **state)
{
    struct stage *s = *state;
    assert_int_equal(lock(&s->holder, FIRST), 0);
    assert_int_equal(lock(&s->x, SECOND), 0);
    assert_int_equal(lock(&s->x, FIRST), STATUS_PARKED);
    be_real_time(&s->y, 7);
    assert_int_equal(lock(&s->y, SECOND), STATUS_PARKED);
    assert_int_equal(runs_at(&s->x), 7);
    assert_int_equal(runs_at(&s->holder), 7);
    be_real_time(&s->y, 4);
    assert_int_equal(runs_at(&s->holder), 4);
    be_real_time(&s->holder, 6); /* its own is more now, and stays when the loan ends */
    assert_int_equal(runs_at(&s->holder), 6);
    assert_int_equal(unlock(&s->holder, FIRST), 0);
    assert_int_equal(runs_at(&s->holder), 6);
    assert_int_equal(runs_at(&s->x), 4);
    assert_int_equal(unlock(&s->x, SECOND), 0);
    assert_int_equal(runs_at(&s->x), 0);
    assert_int_equal(actor_result(&s->y), 0);
}

static void test_who_gives_up_lends_no_more(void **state)
{
    struct stage *s = *state;
    be_real_time(&s->x, 3);
    assert_int_equal(lock(&s->holder, FIRST), 0);
    uint64_t until = arch_time_ns(DYAD_CLOCK_MONOTONIC) + MS;
    assert_int_equal(CALL(&s->x, futex_lock(s->x.t, FIRST, until)), STATUS_PARKED);
    assert_int_equal(runs_at(&s->holder), 3);
    rig_advance(&s->rig, 2 * MS);
    assert_int_equal(actor_result(&s->x), -ERR_TIMEDOUT);
    assert_int_equal(runs_at(&s->holder), 0);
    assert_int_equal(unlock(&s->holder, FIRST), 0);
    assert_int_equal(word(s, FIRST) & ~LOCK_WAITERS, 0); /* free, marked at most */
    assert_int_equal(lock(&s->x, FIRST), 0);
    assert_int_equal(unlock(&s->x, FIRST), 0);
}

static void end_holder(struct stage *s)
{
    actor_enter(&s->holder);
    status_t status;
    while ((status = s->holder.t->step ? s->holder.t->step(s->holder.t)
                                       : thread_end(s->holder.t)) == STATUS_STEP)
        continue;
    assert_int_equal(status, STATUS_PARKED);
    s->rig.cpu->current = NULL;
    rig_pump(&s->rig);
}

static void test_the_end_of_the_holder_is_told(void **state)
{
    struct stage *s = *state;
    assert_int_equal(lock(&s->holder, FIRST), 0);
    assert_int_equal(lock(&s->x, FIRST), STATUS_PARKED);
    assert_int_equal(lock(&s->y, FIRST), STATUS_PARKED);
    end_holder(s);
    assert_int_equal(actor_result(&s->x), -ERR_OWNERDEAD);
    assert_int_equal(actor_result(&s->y), -ERR_OWNERDEAD);
}

/* Who only tries, or comes too late, hears of it as well: a lock whose holder has ended is not one that is held. */
static void test_the_end_of_the_holder_is_told_when_there_is_no_time_to_wait(void **state)
{
    struct stage *s = *state;
    assert_int_equal(lock(&s->holder, FIRST), 0);
    assert_int_equal(CALL(&s->x, futex_lock(s->x.t, FIRST, 0)), -ERR_TIMEDOUT);
    end_holder(s);
    assert_int_equal(CALL(&s->x, futex_lock(s->x.t, FIRST, 0)), -ERR_OWNERDEAD);
    assert_int_equal(lock(&s->x, FIRST), STATUS_PARKED); /* woken at once */
    assert_int_equal(actor_result(&s->x), -ERR_OWNERDEAD);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, stage_start, stage_end)
    const struct CMUnitTest tests[] = {
        T(test_each_lock_goes_to_who_waits_for_it),
        T(test_the_highest_waiter_comes_first_and_lends),
        T(test_a_loan_ends_with_its_lock),
        T(test_a_loan_goes_along_a_chain),
        T(test_who_gives_up_lends_no_more),
        T(test_the_end_of_the_holder_is_told),
        T(test_the_end_of_the_holder_is_told_when_there_is_no_time_to_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
