/* test_core.c: do cores wake, contexts move between them, threads appear and vanish? */
#include "pair.h"
#include "suites.h"

/* Core 1 idles; each wake-up by a kick is answered by a kick. */
static void answer_kicks(void *argument)
{
    struct pair *pair = argument;
    uint64_t seen = 0;
    while (!atomic_load(&pair->stop)) {
        arch_cpu_idle();
        uint64_t rounds = atomic_load(&pair->rounds);
        if (rounds == seen)
            continue;
        seen = rounds;
        atomic_fetch_add(&pair->rounds, 1);
        arch_cpu_kick(player_cpu(0));
    }
}

/* No deadline is armed: a lost kick hangs, and the test's time limit reports it. */
static void test_kicks_of_idle_cores_are_not_lost(void **state)
{
    struct pair pair = {0};
    player_start(1, answer_kicks, &pair);
    for (unsigned i = 0; i < 5000; i++) {
        uint64_t goal = atomic_fetch_add(&pair.rounds, 1) + 2;
        arch_cpu_kick(player_cpu(1));
        while (atomic_load(&pair.rounds) < goal)
            arch_cpu_idle();
    }
    atomic_store(&pair.stop, true);
    arch_cpu_kick(player_cpu(1));
    player_join(1);
}

static void kick_a_running_core(uint64_t program)
{
    struct player p;
    struct thread user;
    struct pair pair = {.p = &p, .user = &user};
    player_open(&p);
    player_thread(&p, &user, program, DATA);
    player_start(1, run_and_answer, &pair);
    for (unsigned i = 0; i < 2000; i++) {
        uint64_t goal = atomic_load(&pair.rounds) + 2;
        atomic_store(&pair.rounds, goal - 1);
        uint64_t start = arch_time_ns(DYAD_CLOCK_MONOTONIC);
        arch_cpu_kick(player_cpu(1));
        while (atomic_load(&pair.rounds) != goal)
            arch_cpu_idle();
        assert_true(arch_time_ns(DYAD_CLOCK_MONOTONIC) - start < 2000000000);
    }
    atomic_store(&pair.stop, true);
    arch_cpu_kick(player_cpu(1));
    player_join(1);
    arch_user_fini(&user.user);
    player_close(&p);
}

static void test_kicks_reach_a_computing_program(void **state)
{
    kick_a_running_core(guest(spin));
}

static void test_kicks_reach_a_program_that_calls_all_the_time(void **state)
{
    kick_a_running_core(guest(null_loop));
}

static void run_one_call(void *argument)
{
    struct pair *pair = argument;
    struct trap trap;
    do
        arch_user_run(&pair->user->user, &pair->p->space.arch, &trap);
    while (trap.kind != TRAP_SYSCALL);
    arch_user_leave(&pair->user->user);
}

static void test_context_moves_between_cores(void **state)
{
    struct player p;
    struct thread user;
    uint64_t number, args[6];
    player_open(&p);
    player_thread(&p, &user, guest(gate_once), 0);
    player_expect_syscall(&p, &user, 7, NULL);
    for (uint64_t i = 0; i < 200; i++) {
        arch_user_leave(&user.user);
        arch_user_result(&user.user, (int64_t)i);
        struct pair pair = {.p = &p, .user = &user};
        player_start(1, run_one_call, &pair);
        player_join(1);
        arch_user_args(&user.user, &number, args);
        assert_int_equal(number, 8);
        assert_int_equal(args[0], i);
    }
    arch_user_fini(&user.user);
    player_close(&p);
}

static void test_threads_of_a_space(void **state)
{
    enum { COUNT = 40 };
    struct player p;
    static struct thread users[COUNT];
    uint64_t args[6];
    player_open(&p);
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < COUNT; i++)
            player_thread(&p, &users[i], guest(gate_once), 0);
        for (unsigned i = 0; i < COUNT; i++)
            player_expect_syscall(&p, &users[i], 7, NULL);
        for (unsigned i = 0; i < COUNT; i++) {
            arch_user_result(&users[i].user, i);
            player_expect_syscall(&p, &users[i], 8, args);
            assert_int_equal(args[0], i);
        }
        for (unsigned i = 0; i < COUNT; i++)
            arch_user_fini(&users[i].user);
    }
    player_close(&p);
}

/* A thread is created while the first one is stopped in its handler, and while it runs on another core. */
static void test_thread_is_created_whatever_the_first_one_does(void **state)
{
    struct player p;
    struct thread first, second;
    struct trap trap;
    player_open(&p);
    player_thread(&p, &first, guest(spin), 0);
    arch_timer_arm(arch_time_ns(DYAD_CLOCK_MONOTONIC) + 1000000);
    do
        arch_user_run(&first.user, &p.space.arch, &trap);
    while (trap.kind != TRAP_TIMER);
    player_thread(&p, &second, guest(gate_once), 0);
    player_expect_syscall(&p, &second, 7, NULL);
    struct pair pair = {.p = &p, .user = &first};
    arch_user_leave(&first.user);
    player_start(1, run_and_answer, &pair);
    player_wait_us(2000); /* mostly it runs by then; either way the thread must come */
    struct thread third;
    player_thread(&p, &third, guest(gate_once), 0);
    player_expect_syscall(&p, &third, 7, NULL);
    atomic_store(&pair.stop, true);
    arch_cpu_kick(player_cpu(1));
    player_join(1);
    arch_user_fini(&third.user);
    arch_user_fini(&second.user);
    arch_user_fini(&first.user);
    player_close(&p);
}

static void test_entropy_differs_and_clocks_advance(void **state)
{
    uint8_t a[32] = {0}, b[32] = {0};
    arch_entropy(a, sizeof(a));
    arch_entropy(b, sizeof(b));
    assert_memory_not_equal(a, b, sizeof(a));
    uint64_t start = arch_time_ns(DYAD_CLOCK_MONOTONIC);
    assert_true(arch_time_ns(DYAD_CLOCK_REALTIME) > 1600000000000000000);
    while (arch_time_ns(DYAD_CLOCK_MONOTONIC) <= start)
        ;
}

static void test_idle_returns_at_the_deadline(void **state)
{
    uint64_t due = arch_time_ns(DYAD_CLOCK_MONOTONIC) + 3000000;
    arch_timer_arm(due);
    unsigned turns = 0;
    while (arch_time_ns(DYAD_CLOCK_MONOTONIC) < due) {
        arch_cpu_idle();
        turns++;
    }
    arch_timer_arm(UINT64_MAX);
    assert_true(turns < 10);
}

const struct CMUnitTest core_tests[] = {
    cmocka_unit_test(test_kicks_of_idle_cores_are_not_lost),
    cmocka_unit_test(test_kicks_reach_a_computing_program),
    cmocka_unit_test(test_kicks_reach_a_program_that_calls_all_the_time),
    cmocka_unit_test(test_context_moves_between_cores),
    cmocka_unit_test(test_threads_of_a_space),
    cmocka_unit_test(test_thread_is_created_whatever_the_first_one_does),
    cmocka_unit_test(test_entropy_differs_and_clocks_advance),
    cmocka_unit_test(test_idle_returns_at_the_deadline),
};
const size_t core_test_count = ARRAY_COUNT(core_tests);
