/* test_limit.c: does procd hold the limits that are its own: CPU time and processes of a user? On a fake kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "abi/error.h"
#include "tests/unit/procd/fake_kernel.h"

#define SECOND UINT64_C(1000000000)

static struct fake_kernel k;
static struct procd *const p = &k.procd;

#define INIT  1u
#define FIRST 2u

static struct process *proc(uint32_t pid)
{
    struct process *process = procd_find(p, pid);
    assert_non_null(process);
    return process;
}

static int setup(void **state)
{
    (void)state;
    fake_init(&k);
    handle_t init = fake_create(&k), first = fake_create(&k);
    bool registered = procd_spawned(p, (uint64_t)init, init, 0, 0, false) == INIT &&
                      procd_spawned(p, (uint64_t)init, first, 100, 100, true) == FIRST;
    k.processes[init].info.state = k.processes[first].info.state = PROCESS_STATE_RUNNING;
    return registered ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    procd_fini(p);
    return 0;
}

/* So much CPU time later, of which all is the process's. */
static void run(uint32_t pid, uint64_t ns)
{
    uint64_t end = k.now_ns + ns;
    uint64_t *used = &fake_of(&k, pid)->info.cpu_ns;
    while (k.timer_ns <= end) {
        *used += k.timer_ns - k.now_ns;
        k.now_ns = k.timer_ns;
        procd_tick(p);
    }
    *used += end - k.now_ns;
    k.now_ns = end;
}

static bool take_signal(uint32_t pid, int signo)
{
    bool got = fake_of(&k, pid)->signals & DYAD_SIGNAL_BIT(signo);
    fake_of(&k, pid)->signals = 0;
    return got;
}

static void test_cpu_time_is_warned_of_each_second_and_then_ends(void **state)
{
    (void)state;
    assert_int_equal(procd_limit(p, proc(FIRST), PROC_LIMIT_CPU, 2, 4), 0);
    run(FIRST, 2 * SECOND - SECOND / 100);
    assert_false(take_signal(FIRST, DYAD_SIGXCPU));
    run(FIRST, SECOND / 50);
    assert_true(take_signal(FIRST, DYAD_SIGXCPU));
    run(FIRST, SECOND / 2);
    assert_false(take_signal(FIRST, DYAD_SIGXCPU));
    run(FIRST, SECOND / 2);
    assert_true(take_signal(FIRST, DYAD_SIGXCPU));
    assert_false(fake_of(&k, FIRST)->killed);
    run(FIRST, SECOND);
    assert_true(fake_of(&k, FIRST)->killed);
    assert_int_equal(fake_of(&k, FIRST)->kill_status, WSTATUS_SIGNAL(DYAD_SIGKILL));
    fake_bury(&k);
    assert_true(k.timer_ns == UINT64_MAX || k.timer_ns > k.now_ns);
}

/* Four cores: the time goes four times as fast, and is not missed by more than a look. */
static void test_the_time_of_several_cores_is_not_missed_by_much(void **state)
{
    struct fake_process *row = fake_of(&k, FIRST);
    (void)state;
    assert_int_equal(procd_limit(p, proc(FIRST), PROC_LIMIT_CPU, 10, UINT64_MAX), 0);
    while (!take_signal(FIRST, DYAD_SIGXCPU)) {
        row->info.cpu_ns += 4 * (k.timer_ns - k.now_ns);
        k.now_ns = k.timer_ns;
        procd_tick(p);
    }
    assert_in_range(row->info.cpu_ns, 10 * SECOND, 10 * SECOND + SECOND / 20);
}

static void test_a_limit_can_be_taken_back(void **state)
{
    (void)state;
    assert_int_equal(procd_limit(p, proc(FIRST), PROC_LIMIT_CPU, 1, 1), 0);
    assert_int_equal(procd_limit(p, proc(FIRST), PROC_LIMIT_CPU, UINT64_MAX, UINT64_MAX), 0);
    assert_true(k.timer_ns == UINT64_MAX);
    assert_int_equal(procd_limit(p, proc(FIRST), PROC_LIMIT_PROCESSES + 1, 1, 1), -ERR_INVAL);
}

static void test_a_child_has_the_limit_for_itself(void **state)
{
    (void)state;
    assert_int_equal(procd_limit(p, proc(FIRST), PROC_LIMIT_CPU, 2, UINT64_MAX), 0);
    run(FIRST, SECOND);
    int64_t child = procd_fork(p, proc(FIRST), 1);
    assert_true(child > 0);
    run((uint32_t)child, SECOND + SECOND / 2);
    assert_false(take_signal((uint32_t)child, DYAD_SIGXCPU));
    run((uint32_t)child, SECOND);
    assert_true(take_signal((uint32_t)child, DYAD_SIGXCPU));
}

static void test_a_user_has_so_many_processes(void **state)
{
    (void)state;
    assert_int_equal(procd_limit(p, proc(FIRST), PROC_LIMIT_PROCESSES, 3, 3), 0);
    int64_t second = procd_fork(p, proc(FIRST), 1), third = procd_fork(p, proc(FIRST), 1);
    assert_true(second > 0 && third > 0);
    assert_int_equal(procd_fork(p, proc(FIRST), 1), -ERR_AGAIN);
    assert_int_equal(procd_fork(p, proc((uint32_t)second), 1), -ERR_AGAIN); /* it goes along */
    const uint32_t root[3] = {0, 0, 0};
    proc(FIRST)->cred.euid = 0;
    assert_int_equal(procd_setids(p, proc(FIRST), PROC_IDS_SETRESUID, root), 0);
    assert_true(procd_fork(p, proc(FIRST), 1) > 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_cpu_time_is_warned_of_each_second_and_then_ends),
        TEST(test_the_time_of_several_cores_is_not_missed_by_much),
        TEST(test_a_limit_can_be_taken_back),
        TEST(test_a_child_has_the_limit_for_itself),
        TEST(test_a_user_has_so_many_processes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
