/* test_core.c: do cores wake, threads appear and vanish, and dead processes get noticed? */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "player.h"
#include "stub_pool.h"
#include "suites.h"

#define FAR_AWAY 0x40000000UL

struct pair {
    _Atomic uint64_t rounds;
    _Atomic bool stop;
    struct player p;
    struct arch_user user;
};

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

/* Core 1 runs a program that calls all the time; it counts the kicks it is told of. */
static void run_and_answer(void *argument)
{
    struct pair *pair = argument;
    struct trap trap;
    uint64_t seen = 0;
    while (!atomic_load(&pair->stop)) {
        arch_user_run(&pair->user, &pair->p.space, &trap);
        uint64_t rounds = atomic_load(&pair->rounds);
        if (rounds != seen) {
            seen = rounds + 1;
            atomic_store(&pair->rounds, seen);
            arch_cpu_kick(player_cpu(0));
        }
        if (trap.kind == TRAP_SYSCALL)
            arch_user_result(&pair->user, 0);
    }
}

static void kick_a_running_core(uint64_t program)
{
    struct pair pair = {0};
    player_open(&pair.p);
    player_thread(&pair.p, &pair.user, program, DATA);
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
    arch_user_leave(&pair.user);
    arch_user_fini(&pair.user);
    player_close(&pair.p);
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
        arch_user_run(&pair->user, &pair->p.space, &trap);
    while (trap.kind != TRAP_SYSCALL);
    arch_user_leave(&pair->user);
}

static void test_context_moves_between_cores(void **state)
{
    struct player p;
    struct arch_user user;
    uint64_t number, args[6];
    player_open(&p);
    player_thread(&p, &user, guest(gate_once), 0);
    player_expect_syscall(&p, &user, 7, NULL);
    for (uint64_t i = 0; i < 200; i++) {
        arch_user_leave(&user);
        arch_user_result(&user, (int64_t)i);
        struct pair pair = {.p = p, .user = user};
        player_start(1, run_one_call, &pair);
        player_join(1);
        user = pair.user;
        arch_user_args(&user, &number, args);
        assert_int_equal(number, 8);
        assert_int_equal(args[0], i);
    }
    arch_user_fini(&user);
    player_close(&p);
}

static void test_threads_of_a_space(void **state)
{
    enum { COUNT = 40 };
    struct player p;
    struct arch_user users[COUNT];
    uint64_t args[6];
    player_open(&p);
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < COUNT; i++)
            player_thread(&p, &users[i], guest(gate_once), 0);
        for (unsigned i = 0; i < COUNT; i++)
            player_expect_syscall(&p, &users[i], 7, NULL);
        for (unsigned i = 0; i < COUNT; i++) {
            arch_user_result(&users[i], i);
            player_expect_syscall(&p, &users[i], 8, args);
            assert_int_equal(args[0], i);
        }
        for (unsigned i = 0; i < COUNT; i++)
            arch_user_fini(&users[i]);
    }
    player_close(&p);
}

/* A thread is created while the first one is stopped in its handler, and while it runs on another core. */
static void test_thread_is_created_whatever_the_first_one_does(void **state)
{
    struct player p;
    struct arch_user first, second;
    struct trap trap;
    player_open(&p);
    player_thread(&p, &first, guest(spin), 0);
    arch_timer_arm(arch_time_ns(DYAD_CLOCK_MONOTONIC) + 1000000);
    do
        arch_user_run(&first, &p.space, &trap);
    while (trap.kind != TRAP_TIMER);
    player_thread(&p, &second, guest(gate_once), 0);
    player_expect_syscall(&p, &second, 7, NULL);
    struct pair pair = {.p = p, .user = first};
    arch_user_leave(&first);
    player_start(1, run_and_answer, &pair);
    usleep(2000); /* mostly it runs by then; either way the thread must come */
    struct arch_user third;
    player_thread(&p, &third, guest(gate_once), 0);
    player_expect_syscall(&p, &third, 7, NULL);
    atomic_store(&pair.stop, true);
    arch_cpu_kick(player_cpu(1));
    player_join(1);
    arch_user_fini(&third);
    arch_user_fini(&second);
    arch_user_fini(&first);
    player_close(&p);
}

static void test_thread_limit_is_an_ordinary_error(void **state)
{
    struct player p;
    static struct arch_user users[STUB_THREADS_MAX + 1];
    player_open(&p);
    unsigned count = 0;
    status_t status = 0;
    while (count <= STUB_THREADS_MAX) {
        status = arch_user_init(&users[count], &p.space, guest(gate_once), STACK_TOP, 0, 0);
        if (status)
            break;
        count++;
    }
    assert_int_equal(status, -ERR_AGAIN);
    assert_true(count > 50);
    player_expect_syscall(&p, &users[0], 7, NULL);
    while (count)
        arch_user_fini(&users[--count]);
    player_close(&p);
}

static void test_killed_stub_gives_lost_while_it_runs(void **state)
{
    for (unsigned i = 0; i < 20; i++) {
        struct pair pair = {0};
        struct trap trap;
        player_open(&pair.p);
        player_thread(&pair.p, &pair.user, guest(spin), 0);
        arch_timer_arm(arch_time_ns(DYAD_CLOCK_MONOTONIC) + 1000000 * (i & 1));
        arch_user_run(&pair.user, &pair.p.space, &trap);
        arch_timer_arm(UINT64_MAX);
        kill(pair.p.space.stub->pid, SIGKILL);
        player_run(&pair.p, &pair.user, &trap);
        assert_int_equal(trap.kind, TRAP_LOST);
        arch_user_run(&pair.user, &pair.p.space, &trap);
        assert_int_equal(trap.kind, TRAP_LOST);
        arch_user_fini(&pair.user);
        player_close(&pair.p);
    }
}

/* A guest that overwrites what it shares with the kernel may lose its own context, nothing else. */
static void test_guest_that_scribbles_on_the_shared_pages_only_harms_itself(void **state)
{
    static const struct {
        uint64_t start, bytes;
    } targets[] = {{STUB_HEADER, sizeof(struct stub_header)},
                   {STUB_CONTEXTS, 4096},
                   {STUB_CONTEXTS + offsetof(struct stub_context, cmd), 64},
                   {STUB_CONTEXTS + offsetof(struct stub_context, post), 4},
                   {STUB_STACKS, 1 << STUB_STACK_SHIFT},
                   {STUB_WAKE_AREA, 1 << 16}};
    static const uint8_t bytes[] = {0, 0xff, 1, 2, 0x55};
    struct player other;
    struct arch_user good;
    player_open(&other);
    player_thread(&other, &good, guest(null_loop), 0);
    for (unsigned i = 0; i < ARRAY_COUNT(targets) * ARRAY_COUNT(bytes); i++) {
        struct player p;
        struct arch_user user;
        struct trap trap;
        struct user_regs regs;
        player_open(&p);
        player_thread(&p, &user, guest(scribble), targets[i / ARRAY_COUNT(bytes)].start);
        arch_user_get(&user, &regs);
        regs.rsi = bytes[i % ARRAY_COUNT(bytes)];
        regs.rdx = targets[i / ARRAY_COUNT(bytes)].bytes;
        assert_int_equal(arch_user_set(&user, &regs), 0);
        for (unsigned turn = 0; turn < 5; turn++) {
            uint64_t number, args[6];
            arch_timer_arm(arch_time_ns(DYAD_CLOCK_MONOTONIC) + 2000000);
            arch_user_run(&user, &p.space, &trap);
            arch_user_args(&user, &number, args);
            arch_user_result(&user, 0);
            arch_space_protect(&p.space, FAR_AWAY, 1, 0);
            (void)arch_space_synced(&p.space, arch_space_sync(&p.space));
            arch_timer_arm(UINT64_MAX);
            if (trap.kind == TRAP_LOST)
                break;
            player_expect_syscall(&other, &good, 0, NULL);
            arch_user_result(&good, 0);
        }
        kill(p.space.stub->pid,
             SIGKILL); /* what the kernel does with a process that does nonsense */
        arch_user_fini(&user);
        player_close(&p);
    }
    arch_user_fini(&good);
    player_close(&other);
}

/* Stopped as by a debugger: the core that runs it waits, the others go on, and nothing is lost. */
static void test_stopped_stub_holds_only_its_core(void **state)
{
    struct pair pair = {0};
    player_open(&pair.p);
    player_thread(&pair.p, &pair.user, guest(count), DATA);
    player_start(1, run_and_answer, &pair);
    volatile uint64_t *count = player_data(&pair.p);
    for (unsigned i = 0; *count == 0; i++)
        arch_cpu_relax(i);
    kill(pair.p.space.stub->pid, SIGSTOP);
    for (unsigned i = 0; stub_state(pair.p.space.stub, 0) != 'T'; i++)
        arch_cpu_relax(i);
    atomic_store(&pair.rounds, 1);
    arch_cpu_kick(player_cpu(1));
    struct player p;
    struct arch_user user;
    player_open(&p);
    player_thread(&p, &user, guest(null_loop), 0);
    for (unsigned i = 0; i < 2000; i++) {
        player_expect_syscall(&p, &user, 0, NULL);
        arch_user_result(&user, 0);
    }
    arch_user_fini(&user);
    player_close(&p);
    assert_int_equal(atomic_load(&pair.rounds), 1); /* the kick is not answered yet */
    kill(pair.p.space.stub->pid, SIGCONT);
    while (atomic_load(&pair.rounds) != 2)
        arch_cpu_idle();
    atomic_store(&pair.stop, true);
    arch_cpu_kick(player_cpu(1));
    player_join(1);
    arch_user_fini(&pair.user);
    player_close(&pair.p);
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
    cmocka_unit_test(test_thread_limit_is_an_ordinary_error),
    cmocka_unit_test(test_killed_stub_gives_lost_while_it_runs),
    cmocka_unit_test(test_guest_that_scribbles_on_the_shared_pages_only_harms_itself),
    cmocka_unit_test(test_stopped_stub_holds_only_its_core),
    cmocka_unit_test(test_entropy_differs_and_clocks_advance),
    cmocka_unit_test(test_idle_returns_at_the_deadline),
};
const size_t core_test_count = ARRAY_COUNT(core_tests);
