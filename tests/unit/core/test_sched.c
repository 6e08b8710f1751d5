/* test_sched.c: who runs next on a core, asked of the queues themselves: handoffs, turns, what weights and lags do to the order. */
#include "core/sched.h"
#include "core/machine.h"
#include "core/priority.h"
#include "core/thread.h"
#include "ipc_test.h"

struct stage {
    struct rig rig;
    struct actor a, b, c; /* parked */
    struct actor d;       /* runs */
    handle_t word;
};

static int stage_start(void **state)
{
    static struct stage stage;
    struct stage *s = &stage;
    struct actor *actors[] = {&s->a, &s->b, &s->c};
    memset(s, 0, sizeof *s);
    rig_start(&s->rig);
    for (int i = 0; i < 3; i++) {
        actor_start(actors[i], &s->rig);
        s->word = do_scheme(actors[i], i == 0 ? "a" : i == 1 ? "b" : "c");
        assert_int_equal(do_receive(actors[i], s->word, DEADLINE_NEVER), STATUS_PARKED);
    }
    actor_start(&s->d, &s->rig);
    *state = s;
    return 0;
}

static int stage_end(void **state)
{
    struct stage *s = *state;
    rig_pump(&s->rig);
    actor_end(&s->a);
    actor_end(&s->b);
    actor_end(&s->c);
    actor_end(&s->d);
    rig_end(&s->rig);
    return 0;
}

/* What it waits for is over: ready, or handed the core. */
static void wake(struct thread *t, bool handoff)
{
    assert_true(wait_claim(t));
    lock_acquire(t->wait.lock);
    list_remove(&t->wait.link);
    lock_release(t->wait.lock);
    if (handoff)
        wait_finish_handoff(t, 0);
    else
        wait_finish(t, 0);
}

static struct thread *next(struct stage *s)
{
    struct thread *t = sched_next(s->rig.cpu);
    if (t != NULL)
        sched_leave(s->rig.cpu, t); /* it parks at once */
    return t;
}

static void test_a_handoff_goes_before_the_queue_within_its_slice(void **state)
{
    struct stage *s = *state;
    s->rig.cpu->slice_end_ns = s->rig.cpu->now_ns + 1;
    wake(s->a.t, false);
    wake(s->b.t, true);
    assert_ptr_equal(next(s), s->b.t);
    assert_int_equal(s->rig.cpu->slice_end_ns, s->rig.cpu->now_ns + 1); /* the same slice */
    assert_ptr_equal(next(s), s->a.t);
    assert_int_equal(s->rig.cpu->slice_end_ns, s->rig.cpu->now_ns + SCHED_SLICE_NS);
    assert_null(next(s));
}

static void test_a_handoff_after_the_slice_waits_its_turn(void **state)
{
    struct stage *s = *state;
    s->rig.cpu->now_ns = 1000000;
    s->rig.cpu->slice_end_ns = s->rig.cpu->now_ns;
    wake(s->a.t, false);
    wake(s->b.t, true);
    assert_ptr_equal(next(s), s->a.t);
    assert_ptr_equal(next(s), s->b.t);
    assert_null(next(s));
}

static void test_only_one_is_handed_the_core(void **state)
{
    struct stage *s = *state;
    s->rig.cpu->slice_end_ns = UINT64_MAX;
    wake(s->a.t, true);
    wake(s->b.t, true); /* ready */
    assert_ptr_equal(s->rig.cpu->handoff, s->a.t);
    assert_ptr_equal(next(s), s->a.t);
    assert_ptr_equal(next(s), s->b.t);
    assert_null(next(s));
}

/* ---- what may be asked for ---- */

#define SELF(s, op, arg1, arg2) CALL(&(s)->d, thread_control((s)->d.t, op, arg1, arg2))

static void become_user(struct stage *s)
{
    lock_acquire(&s->d.process->lock);
    s->d.process->cred.euid = 1000;
    lock_release(&s->d.process->lock);
}

static void test_policies_take_their_priorities_only(void **state)
{
    static const struct {
        unsigned policy, priority;
        int error;
    } cases[] = {
        {DYAD_SCHED_FIFO, 0, ERR_INVAL},
        {DYAD_SCHED_FIFO, 1, 0},
        {DYAD_SCHED_RR, 0, ERR_INVAL},
        {DYAD_SCHED_RR, DYAD_PRIORITY_MAX, 0},
        {DYAD_SCHED_RR, DYAD_PRIORITY_MAX + 1, ERR_INVAL},
        {DYAD_SCHED_BATCH, 1, ERR_INVAL},
        {DYAD_SCHED_BATCH, 0, 0},
        {DYAD_SCHED_IDLE, 3, ERR_INVAL},
        {DYAD_SCHED_IDLE, 0, 0},
        {99, 0, ERR_INVAL},
        {DYAD_SCHED_OTHER, 1, ERR_INVAL},
        {DYAD_SCHED_OTHER, 0, 0},
    };
    struct stage *s = *state;
    uint64_t before = 0;
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        uint64_t word = SCHED_WORD(cases[i].policy, cases[i].priority);
        assert_int_equal(SELF(s, THREAD_SET_SCHED, 0, word), -cases[i].error);
        before = cases[i].error == 0 ? word : before;
        assert_int_equal(SELF(s, THREAD_GET_SCHED, 0, 0), before);
    }
    assert_int_equal(SELF(s, THREAD_SET_SCHED, 4711, 0), -ERR_SRCH);
    assert_int_equal(SELF(s, THREAD_GET_SCHED, 4711, 0), -ERR_SRCH);
}

static void test_only_root_rises(void **state)
{
    struct stage *s = *state;
    assert_int_equal(SELF(s, THREAD_SET_SCHED, 0, SCHED_WORD(DYAD_SCHED_FIFO, 20)), 0);
    assert_int_equal(SELF(s, THREAD_CEILING, 40, 0), 0);
    become_user(s);
    assert_int_equal(SELF(s, THREAD_CEILING, 41, 0), -ERR_PERM);
    assert_int_equal(SELF(s, THREAD_CEILING, 30, 0), 0); /* down, though above its own */
    assert_int_equal(s->d.t->priority, 30);
    assert_int_equal(SELF(s, THREAD_CEILING, 0, 0), 0);
    assert_int_equal(SELF(s, THREAD_SET_SCHED, 0, SCHED_WORD(DYAD_SCHED_FIFO, 21)), -ERR_PERM);
    assert_int_equal(SELF(s, THREAD_CEILING, 21, 0), -ERR_PERM);
    assert_int_equal(SELF(s, THREAD_CEILING, 20, 0), 0);
    assert_int_equal(SELF(s, THREAD_SET_SCHED, 0, SCHED_WORD(DYAD_SCHED_RR, 20)), 0);
    assert_int_equal(SELF(s, THREAD_CEILING, 0, 0), 0);
    assert_int_equal(SELF(s, THREAD_SET_SCHED, 0, SCHED_WORD(DYAD_SCHED_FIFO, 5)), 0);
    assert_int_equal(SELF(s, THREAD_SET_SCHED, 0, SCHED_WORD(DYAD_SCHED_FIFO, 20)), -ERR_PERM);
    assert_int_equal(SELF(s, THREAD_SET_SCHED, 0, SCHED_WORD(DYAD_SCHED_OTHER, 0)), 0);
}

static void test_a_ceiling_is_not_below_ones_own_priority(void **state)
{
    struct stage *s = *state;
    assert_int_equal(SELF(s, THREAD_SET_SCHED, 0, SCHED_WORD(DYAD_SCHED_FIFO, 20)), 0);
    assert_int_equal(SELF(s, THREAD_CEILING, 19, 0), -ERR_INVAL);
    assert_int_equal(SELF(s, THREAD_CEILING, DYAD_PRIORITY_MAX + 1, 0), -ERR_INVAL);
    assert_int_equal(SELF(s, THREAD_CEILING, DYAD_PRIORITY_MAX, 0), 0);
    assert_int_equal(s->d.t->priority, DYAD_PRIORITY_MAX);
    assert_int_equal(SELF(s, THREAD_CEILING, 0, 0), 0);
    assert_int_equal(s->d.t->priority, 20);
    assert_int_equal(SELF(s, THREAD_SET_SCHED, 0, SCHED_WORD(DYAD_SCHED_OTHER, 0)), 0);
}

static void test_odd_arguments_of_threads_have_their_errors(void **state)
{
    struct stage *s = *state;
    assert_int_equal(SELF(s, THREAD_SET_WEIGHT, 0, 0), -ERR_INVAL);
    assert_int_equal(SELF(s, THREAD_SET_WEIGHT, 65537, 0), -ERR_INVAL);
    assert_int_equal(SELF(s, THREAD_SET_WEIGHT, 65536, 0), 0);
    assert_int_equal(SELF(s, THREAD_SET_AFFINITY, 0, 0), -ERR_INVAL);
    assert_int_equal(SELF(s, THREAD_SET_AFFINITY, 1ull << 63, 0), -ERR_INVAL); /* no such core */
    assert_int_equal(SELF(s, THREAD_SET_TLS, DYAD_USER_END, 0), -ERR_INVAL);
    assert_int_equal(SELF(s, THREAD_SIGNAL, 1, USER_BAD), -ERR_FAULT);
    struct signal_post post = {.info = {.signo = 10}};
    put(&s->d, AT_DATA, &post, sizeof post);
    assert_int_equal(SELF(s, THREAD_SIGNAL, 0, AT_DATA), -ERR_SRCH);
    assert_int_equal(SELF(s, THREAD_SIGNAL, 1ull << 32, AT_DATA), -ERR_SRCH);
}

static status_t create(struct stage *s, struct thread_args args)
{
    put(&s->d, AT_DATA, &args, sizeof args);
    return CALL(&s->d, thread_create_call(s->d.t, HANDLE_NONE, AT_DATA));
}

static uint32_t count_threads(struct process *process)
{
    lock_acquire(&process->lock);
    uint32_t count = process->thread_count;
    lock_release(&process->lock);
    return count;
}

static void test_a_thread_is_created_whole_or_not(void **state)
{
    struct stage *s = *state;
    struct thread_args good = {.entry = USER_BASE, .stack = USER_BASE + USER_BYTES}, bad = good;
    uint32_t before = count_threads(s->d.process);
    assert_int_equal(CALL(&s->d, thread_create_call(s->d.t, HANDLE_NONE, USER_BAD)), -ERR_FAULT);
    bad.entry = DYAD_USER_END;
    assert_int_equal(create(s, bad), -ERR_INVAL);
    bad = good;
    bad.tls = DYAD_USER_END;
    assert_int_equal(create(s, bad), -ERR_INVAL);
    bad = good;
    bad.flags = 1u << 31;
    assert_int_equal(create(s, bad), -ERR_INVAL);
    bad = good;
    bad.flags = THREAD_SCHED;
    bad.sched = SCHED_WORD(DYAD_SCHED_FIFO, 0);
    assert_int_equal(create(s, bad), -ERR_INVAL);
    assert_int_equal(count_threads(s->d.process), before);
}

/* ---- order ---- */

static void test_who_came_first_runs_first(void **state)
{
    struct stage *s = *state;
    wake(s->a.t, false);
    wake(s->b.t, false);
    assert_ptr_equal(next(s), s->a.t);
    assert_ptr_equal(next(s), s->b.t);
}

static void test_an_idle_thread_runs_after_one_that_came_later(void **state)
{
    struct stage *s = *state;
    priority_set(s->a.t, SCHED_WORD(DYAD_SCHED_IDLE, 0), false);
    wake(s->a.t, false);
    wake(s->b.t, false);
    assert_ptr_equal(next(s), s->b.t);
    assert_ptr_equal(next(s), s->a.t);
}

/* However soon its deadline. */
static void test_who_has_had_more_than_its_share_runs_after_who_has_not(void **state)
{
    struct stage *s = *state;
    priority_set(s->a.t, SCHED_WORD(DYAD_SCHED_IDLE, 0), false);
    s->b.t->vruntime = SCHED_SLICE_NS / 4; /* of a parked thread: what it is ahead */
    wake(s->a.t, false);
    wake(s->b.t, false);
    assert_ptr_equal(next(s), s->a.t);
    assert_ptr_equal(next(s), s->b.t);
}

static void test_real_time_threads_run_by_priority_then_by_age(void **state)
{
    struct stage *s = *state;
    priority_set(s->b.t, SCHED_WORD(DYAD_SCHED_FIFO, 3), false);
    priority_set(s->c.t, SCHED_WORD(DYAD_SCHED_FIFO, 4), false);
    wake(s->a.t, false);
    wake(s->b.t, false);
    wake(s->c.t, false);
    assert_ptr_equal(next(s), s->c.t);
    assert_ptr_equal(next(s), s->b.t);
    assert_ptr_equal(next(s), s->a.t);
}

/* Every core runs somebody at least as important. Of equals it is its last, and for who has been preempted. */
static void test_a_real_time_thread_waits_where_the_least_is_done(void **state)
{
    struct stage *s = *state;
    struct machine *machine = s->rig.machine;
    struct cpu *last = s->b.t->cpu, *mild = machine->cpus[FAKE_CORES - 1];
    assert_ptr_not_equal(last, mild);
    for (uint32_t i = 0; i < FAKE_CORES; i++)
        atomic_store(&machine->cpus[i]->level, 9);
    priority_set(s->b.t, SCHED_WORD(DYAD_SCHED_FIFO, 3), false);
    wake(s->b.t, false);
    assert_ptr_equal(sched_queue(s->b.t), &last->queue);
    assert_ptr_equal(next(s), s->b.t);
    atomic_store(&mild->level, 3);
    atomic_store(&last->level, 9);
    sched_ready(s->b.t);
    assert_ptr_equal(sched_queue(s->b.t), &mild->queue);
    assert_ptr_equal(next(s), s->b.t);
    atomic_store(&last->level, 9);
    atomic_store(&s->b.t->place, PLACE_FRONT); /* as if it had been preempted */
    sched_ready(s->b.t);
    assert_ptr_equal(sched_queue(s->b.t), &last->queue);
    for (uint32_t i = 0; i < FAKE_CORES; i++)
        atomic_store(&machine->cpus[i]->level, 0);
    assert_ptr_equal(next(s), s->b.t);
}

/* a would never run for the priority that somebody has lent it, b's or below it. Without b it needs no help, and c goes first. */
static void test_a_lent_priority_does_not_cost_the_share_of_the_others(void **state)
{
    struct stage *s = *state;
    struct cpu *cpu = s->rig.cpu;
    for (unsigned hogs = 0; hogs < 3; hogs++) {
        atomic_store(&s->a.t->priority, 1);
        priority_set(s->b.t, SCHED_WORD(DYAD_SCHED_FIFO, hogs == 2 ? 1 : 3), false);
        if (hogs == 0) {
            wake(s->a.t, false);
            wake(s->c.t, false);
        } else {
            sched_ready(s->a.t);
            if (hogs == 1)
                wake(s->b.t, false);
            else
                sched_ready(s->b.t);
            sched_ready(s->c.t);
        }
        assert_int_equal(atomic_load(&cpu->queue.ordinary), 2);
        atomic_store(&cpu->repays, true);
        struct thread *first = sched_next(cpu);
        assert_ptr_equal(first, hogs ? s->a.t : s->c.t);
        assert_int_equal(sched_level(cpu), 0);
        sched_leave(cpu, first);
        assert_ptr_equal(next(s), hogs ? s->c.t : s->a.t);
        if (hogs)
            assert_ptr_equal(next(s), s->b.t);
        assert_int_equal(atomic_load(&cpu->queue.ordinary), 0);
        atomic_store(&cpu->repays, false);
        atomic_store(&cpu->level, 0); /* or the next ones would be put elsewhere */
        atomic_store(&s->a.t->priority, 0);
    }
}

static void test_a_handoff_does_not_pass_a_real_time_thread(void **state)
{
    struct stage *s = *state;
    priority_set(s->b.t, SCHED_WORD(DYAD_SCHED_FIFO, 3), false);
    s->rig.cpu->slice_end_ns = UINT64_MAX;
    wake(s->b.t, false);
    wake(s->a.t, true);
    assert_ptr_equal(next(s), s->b.t);
    assert_ptr_equal(next(s), s->a.t);
}

/* Core 0 looks after the others, once a period: one whose loop does not go on gets a kick, and an idle one is left alone. */
static void test_the_watchdog_kicks_who_does_not_go_on(void **state)
{
    struct stage *s = *state;
    struct machine *machine = s->rig.machine;
    uint64_t at = machine->watchdog.next_ns, kicks = atomic_load(&fake_arch.kicks);
    atomic_store(&machine->cpus[1]->idle, true);
    watchdog_poll(machine, at);
    assert_int_equal(atomic_load(&fake_arch.kicks) - kicks, FAKE_CORES - 2);
    watchdog_poll(machine, machine->watchdog.next_ns - 1);
    assert_int_equal(atomic_load(&fake_arch.kicks) - kicks, FAKE_CORES - 2);
    atomic_fetch_add(&machine->cpus[2]->loop_count, 1);
    watchdog_poll(machine, machine->watchdog.next_ns);
    assert_int_equal(atomic_load(&fake_arch.kicks) - kicks, 2 * (FAKE_CORES - 2) - 1);
    atomic_store(&machine->cpus[1]->idle, false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_start, stage_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_handoff_goes_before_the_queue_within_its_slice),
        TEST(test_a_handoff_after_the_slice_waits_its_turn),
        TEST(test_only_one_is_handed_the_core),
        TEST(test_policies_take_their_priorities_only),
        TEST(test_only_root_rises),
        TEST(test_a_ceiling_is_not_below_ones_own_priority),
        TEST(test_odd_arguments_of_threads_have_their_errors),
        TEST(test_a_thread_is_created_whole_or_not),
        TEST(test_who_came_first_runs_first),
        TEST(test_an_idle_thread_runs_after_one_that_came_later),
        TEST(test_who_has_had_more_than_its_share_runs_after_who_has_not),
        TEST(test_real_time_threads_run_by_priority_then_by_age),
        TEST(test_a_real_time_thread_waits_where_the_least_is_done),
        TEST(test_a_lent_priority_does_not_cost_the_share_of_the_others),
        TEST(test_a_handoff_does_not_pass_a_real_time_thread),
        TEST(test_the_watchdog_kicks_who_does_not_go_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
