/* test_procd_scheme.c: do procd's verbs unpack their requests, know the caller and answer, deferred waits included? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "servers/lib/loopback.h"
#include "servers/procd/scheme.h"
#include "tests/unit/procd/fake_kernel.h"

static struct fake_kernel k;
static struct server server;
static struct loopback loop;
static struct kernel_ops ops;
static uint64_t file;

#define INIT_KID  1
#define SHELL_KID 2
#define SHELL_PID 2

static int64_t call(uint32_t verb, uint64_t kid, uint64_t a, uint64_t b, uint64_t c,
                    struct loopback_call *out)
{
    static struct loopback_call local;
    struct loopback_call *request = out ? out : &local;

    request->verb = (uint16_t)verb;
    request->kid = kid;
    request->file = file;
    request->args[0] = a;
    request->args[1] = b;
    request->args[2] = c;
    request->done = false;
    int64_t result = loopback_call(&loop, request);
    local = (struct loopback_call){0};
    return result;
}

static int64_t spawn(handle_t handle, uint64_t own_session)
{
    struct loopback_call request = {.has_send = true, .send = handle};
    return call(PROC_SPAWNED, INIT_KID, 0, 0, own_session, &request);
}

static int setup(void **state)
{
    struct loopback_call open = {.verb = VERB_open};

    (void)state;
    fake_init(&k);
    ops = fake_kernel_ops;
    ops.wait_done = scheme_wait_done;
    k.procd.ops = &ops;
    memset(&loop, 0, sizeof loop);
    loopback_init(&loop, &server);
    if (server_init(&server, &procd_server_ops, &loop.transport, &k.procd, 0) != 0 ||
        loopback_call(&loop, &open) != 0)
        return -1;
    file = open.values[0];
    handle_t init = fake_create(&k), shell = fake_create(&k);
    return spawn(init, 0) == 1 && spawn(shell, 1) == SHELL_PID ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    server_fini(&server);
    procd_fini(&k.procd);
    return 0;
}

static void test_unknown_callers_are_refused(void **state)
{
    (void)state;
    assert_int_equal(call(PROC_FORK, 55, 0, 0, 0, NULL), -ERR_SRCH);
    assert_int_equal(call(PROC_SPAWNED, SHELL_KID, 0, 0, 0, NULL),
                     -ERR_INVAL); /* no handle came along */
    struct loopback_call request = {.has_send = true, .send = fake_create(&k)};
    assert_int_equal(call(PROC_SPAWNED, SHELL_KID, 0, 0, 0, &request), -ERR_PERM);
}

static void test_fork_then_deferred_wait_gives_pid_and_status(void **state)
{
    struct proc_wait_result out = {0};
    struct loopback_call wait = {.out = &out, .out_len = sizeof out};

    (void)state;
    assert_int_equal(call(PROC_FORK, SHELL_KID, 0, 0, 0, NULL), 3);
    assert_true(call(PROC_WAIT, SHELL_KID, UINT64_MAX, PROC_WEXITED, 0, &wait) == LOOPBACK_PENDING);
    fake_exit(&k, 3, WSTATUS_EXIT(5));
    loopback_run(&loop);
    assert_true(wait.done);
    assert_int_equal(wait.result, 3);
    assert_int_equal(out.status, WSTATUS_EXIT(5));
}

static void test_cancelled_wait_answers_intr_and_keeps_the_child(void **state)
{
    struct proc_wait_result out;
    struct loopback_call wait = {.out = &out, .out_len = sizeof out};

    (void)state;
    assert_int_equal(call(PROC_FORK, SHELL_KID, 0, 0, 0, NULL), 3);
    (void)call(PROC_WAIT, SHELL_KID, UINT64_MAX, PROC_WEXITED, 0, &wait);
    loopback_cancel(&loop, &wait);
    assert_int_equal(wait.result, -ERR_INTR);
    fake_exit(&k, 3, 0);
    assert_int_equal(call(PROC_WAIT, SHELL_KID, UINT64_MAX, PROC_WEXITED | PROC_WNOHANG, 0, &wait),
                     3);
}

static void test_wait_of_a_killed_parent_is_forgotten(void **state)
{
    struct proc_wait_result out;
    struct loopback_call wait = {.out = &out, .out_len = sizeof out};

    (void)state;
    assert_int_equal(call(PROC_FORK, SHELL_KID, 0, 0, 0, NULL), 3);
    (void)call(PROC_WAIT, SHELL_KID, UINT64_MAX, PROC_WEXITED, 0, &wait);
    loopback_abandon(&loop, &wait);
    fake_exit(&k, SHELL_PID, 9);
    loopback_run(&loop);
    assert_null(k.procd.waiters);
    fake_exit(&k, 3, 0);
}

static void test_group_info_and_signal_group(void **state)
{
    struct loopback_call info = {0}, root = {0}, user = {.cred = {.euid = 5}};

    (void)state;
    fake_of(&k, SHELL_PID)->info.signals_blocked = DYAD_SIGNAL_BIT(DYAD_SIGTTOU);
    assert_int_equal(call(PROC_GROUP_INFO, INIT_KID, SHELL_PID, SHELL_PID, 0, &info), SHELL_PID);
    assert_int_equal(info.values[0], 1);
    assert_int_equal(info.values[1], DYAD_SIGNAL_BIT(DYAD_SIGTTOU));
    assert_int_equal(call(PROC_GROUP_INFO, INIT_KID, 99, 0, 0, NULL), -ERR_SRCH);
    assert_int_equal(call(PROC_SIGNAL_GROUP, INIT_KID, SHELL_PID, DYAD_SIGINT, 0, &user),
                     -ERR_PERM);
    assert_int_equal(call(PROC_SIGNAL_GROUP, INIT_KID, SHELL_PID, DYAD_SIGINT, 0, &root), 0);
    assert_true(fake_of(&k, SHELL_PID)->signals & DYAD_SIGNAL_BIT(DYAD_SIGINT));
    assert_int_equal(call(PROC_SIGNAL_GROUP, INIT_KID, 99, DYAD_SIGINT, 0, &root), -ERR_SRCH);
}

static void test_terminal_owner_is_remembered_for_a_new_tty(void **state)
{
    struct loopback_call query = {0};

    (void)state;
    assert_int_equal(call(PROC_SESSION_TTY, INIT_KID, 0, 0, UINT32_MAX, &query), 0);
    assert_int_equal(call(PROC_SESSION_TTY, INIT_KID, SHELL_PID, 0, 7, NULL), 0);
    assert_int_equal(call(PROC_SESSION_TTY, INIT_KID, 0, 0, UINT32_MAX, &query), SHELL_PID);
    assert_int_equal(query.values[0], 7);
}

static void test_the_terminal_of_a_session_can_be_asked(void **state)
{
    struct loopback_call query = {0};

    (void)state;
    assert_int_equal(call(PROC_SESSION_TTY, INIT_KID, SHELL_PID, 0, UINT32_MAX, &query), 0);
    assert_int_equal(call(PROC_SESSION_TTY, INIT_KID, SHELL_PID, 3, 7, NULL), 0);
    assert_int_equal(call(PROC_SESSION_TTY, INIT_KID, SHELL_PID, 0, UINT32_MAX, &query), 4);
    assert_int_equal(call(PROC_SESSION_TTY, INIT_KID, 99, 0, UINT32_MAX, &query), 0);
}

/* 1 + the number is an answer, and -1 means none. */
static void test_terminals_that_cannot_be_are_refused(void **state)
{
    (void)state;
    assert_int_equal(call(PROC_SESSION_TTY, INIT_KID, SHELL_PID, INT32_MAX, 7, NULL), -ERR_INVAL);
    assert_int_equal(call(PROC_SESSION_TTY, INIT_KID, SHELL_PID, (uint64_t)-2, 7, NULL),
                     -ERR_INVAL);
    assert_int_equal(call(PROC_SESSION_TTY, INIT_KID, 0, UINT64_MAX, UINT32_MAX, NULL), -ERR_INVAL);
    assert_int_equal(call(PROC_SESSION_TTY, INIT_KID, SHELL_PID, INT32_MAX - 1, 7, NULL), 0);
    assert_int_equal(call(PROC_SESSION_TTY, INIT_KID, SHELL_PID, 0, UINT32_MAX, NULL), INT32_MAX);
    assert_int_equal(call(PROC_SESSION_TTY, INIT_KID, SHELL_PID, UINT64_MAX, 7, NULL), 0);
    assert_int_equal(call(PROC_SESSION_TTY, INIT_KID, SHELL_PID, 0, UINT32_MAX, NULL), 0);
}

static void test_exec_never_gains_ids(void **state)
{
    struct loopback_call exec = {0};

    (void)state;
    assert_int_equal(call(PROC_SETIDS, SHELL_KID, PROC_IDS_SETUID, 1000, 0, NULL), 0);
    assert_int_equal(call(PROC_EXEC, SHELL_KID, 04755, 0, 0, &exec), -ERR_PERM);
    assert_int_equal(fake_of(&k, SHELL_PID)->info.cred.euid, 1000);
    assert_int_equal(call(PROC_EXEC, SHELL_KID, 0755, 0, 0, &exec), 0);
}

static void test_groups_travel_both_ways(void **state)
{
    uint32_t groups[2] = {4, 24}, back[4] = {0};
    struct loopback_call set = {.in = groups, .in_len = sizeof groups},
                         get = {.out = back, .out_len = sizeof back};

    (void)state;
    assert_int_equal(call(PROC_SETGROUPS, SHELL_KID, 0, 0, 0, &set), 0);
    assert_int_equal(call(PROC_GETGROUPS, SHELL_KID, 0, 0, 0, &get), 2);
    assert_int_equal(back[1], 24);
    get.out_len = 4;
    assert_int_equal(call(PROC_GETGROUPS, SHELL_KID, 0, 0, 0, &get), -ERR_INVAL);
}

static void test_list_fits_the_room(void **state)
{
    struct proc_entry entries[4];
    struct loopback_call list = {.out = entries, .out_len = sizeof entries};

    (void)state;
    assert_int_equal(call(PROC_LIST, SHELL_KID, 0, 0, 0, &list), 2 * sizeof entries[0]);
    assert_int_equal(entries[1].cred.pid, SHELL_PID);
    list.out_len = sizeof entries[0] + 1;
    assert_int_equal(call(PROC_LIST, SHELL_KID, 0, 0, 0, &list), sizeof entries[0]);
    assert_int_equal(call(PROC_LIST, SHELL_KID, 3, 0, 0, &list), 0);
}

static void test_ids_out_of_range_are_invalid(void **state)
{
    (void)state;
    assert_int_equal(call(PROC_SETPGID, SHELL_KID, UINT64_MAX, 0, 0, NULL), -ERR_INVAL);
    assert_int_equal(call(PROC_SETIDS, SHELL_KID, 99, 0, 0, NULL), -ERR_INVAL);
    assert_int_equal(call(PROC_KILL, SHELL_KID, SHELL_PID, UINT64_MAX, 0, NULL), -ERR_INVAL);
    assert_int_equal(call(PROC_KILL, SHELL_KID, SHELL_PID, 0, 0, NULL), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_unknown_callers_are_refused),
        TEST(test_fork_then_deferred_wait_gives_pid_and_status),
        TEST(test_cancelled_wait_answers_intr_and_keeps_the_child),
        TEST(test_wait_of_a_killed_parent_is_forgotten),
        TEST(test_group_info_and_signal_group),
        TEST(test_terminal_owner_is_remembered_for_a_new_tty),
        TEST(test_the_terminal_of_a_session_can_be_asked),
        TEST(test_terminals_that_cannot_be_are_refused),
        TEST(test_exec_never_gains_ids),
        TEST(test_groups_travel_both_ways),
        TEST(test_list_fits_the_room),
        TEST(test_ids_out_of_range_are_invalid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
