/* test_procd.c: are processes, waits and signals what POSIX says? On a fake kernel. */
#include "procd_fixture.h"

/* ---- Birth ---- */

static void test_fork_gives_the_child_its_parents_group_and_runs_it(void **state)
{
    uint32_t child = fork_from(shell);

    (void)state;
    assert_int_equal(proc(child)->cred.ppid, shell);
    assert_int_equal(proc(child)->cred.pgid, shell);
    assert_int_equal(proc(child)->cred.sid, shell);
    assert_true(fake_of(&k, child)->supervised);
    assert_true(fake_of(&k, child)->started);
    assert_int_equal(fake_of(&k, child)->info.cred.pid, child);
}

static void test_failed_fork_leaves_no_trace(void **state)
{
    size_t count = p->count;

    (void)state;
    k.fail_fork = -ERR_NOMEM;
    assert_int_equal(procd_fork(p, proc(shell), 1), -ERR_NOMEM);
    k.fail_supervise = -ERR_DQUOT;
    assert_int_equal(procd_fork(p, proc(shell), 1), -ERR_DQUOT);
    k.fail_start = -ERR_NOMEM;
    assert_int_equal(procd_fork(p, proc(shell), 1), -ERR_NOMEM);
    assert_int_equal(p->count, count);
    assert_null(proc(shell)->first_child);
}

static void test_pids_go_up_and_skip_ids_in_use(void **state)
{
    (void)state;
    uint32_t first = fork_job(shell);
    uint32_t member = fork_from(shell);
    assert_int_equal(procd_setpgid(p, proc(shell), member, first), 0);
    fake_exit(&k, first, 0);
    struct proc_wait_result out;
    assert_int_equal(wait_now(shell, first, 0, &out), first);
    p->last_pid = first - 1;
    assert_int_not_equal(procd_allocate_pid(p), first); /* Still a group's id. */
    p->last_pid = PROCD_PID_MAX;
    uint32_t wrapped = procd_allocate_pid(p);
    assert_true(wrapped > 1 && wrapped < PROCD_PID_MAX);
    assert_null(procd_find(p, wrapped));
}

static void test_only_init_may_register(void **state)
{
    (void)state;
    handle_t other = fake_create(&k);
    assert_int_equal(procd_spawned(p, 3, other, 0, 0, false), -ERR_PERM);
    assert_int_equal(procd_spawned(p, 1, 2, 0, 0, false), 2); /* Again: the same. */
}

/* ---- wait ---- */

static void test_wait_reaps_a_zombie_once(void **state)
{
    struct proc_wait_result out;
    uint32_t child = fork_from(shell);

    (void)state;
    assert_int_equal(wait_now(shell, -1, 0, &out), 0);
    fake_exit(&k, child, EXITED(7));
    assert_int_equal(wait_now(shell, -1, PROC_WNOWAIT, &out), child);
    assert_int_equal(wait_now(shell, -1, 0, &out), child);
    assert_int_equal(out.status, EXITED(7));
    assert_int_equal(wait_now(shell, -1, 0, &out), -ERR_CHILD);
    assert_null(procd_find(p, child));
}

static void test_blocked_wait_ends_with_the_child(void **state)
{
    struct proc_wait_result out;
    uint32_t a = fork_from(shell), b = fork_from(shell);

    (void)state;
    assert_true(procd_wait(p, proc(shell), b, PROC_WEXITED, &token_a, &out) == PROCD_WAIT_PENDING);
    fake_exit(&k, a, 0);
    assert_int_equal(k.done_count, 0);
    fake_exit(&k, b, WSTATUS_SIGNAL(9));
    assert_ptr_equal(k.done_token, &token_a);
    assert_int_equal(k.done_result, b);
    assert_int_equal(k.done_out.status, 9);
}

static void test_two_waits_get_one_child_each_and_the_last_none(void **state)
{
    struct proc_wait_result out;
    uint32_t child = fork_from(shell);

    (void)state;
    (void)procd_wait(p, proc(shell), -1, PROC_WEXITED, &token_a, &out);
    (void)procd_wait(p, proc(shell), -1, PROC_WEXITED, &token_b, &out);
    fake_exit(&k, child, 0);
    assert_int_equal(k.done_count, 2);
    assert_ptr_equal(k.done_token, &token_b);
    assert_int_equal(k.done_result, -ERR_CHILD);
}

static void test_cancelled_wait_takes_nothing(void **state)
{
    struct proc_wait_result out;
    uint32_t child = fork_from(shell);

    (void)state;
    (void)procd_wait(p, proc(shell), -1, PROC_WEXITED, &token_a, &out);
    procd_wait_cancel(p, &token_a);
    fake_exit(&k, child, 0);
    assert_int_equal(k.done_count, 0);
    assert_int_equal(wait_now(shell, -1, 0, &out), child);
}

static void test_wait_selects_by_pid_and_group(void **state)
{
    struct proc_wait_result out;
    uint32_t same = fork_from(shell), job = fork_job(shell);

    (void)state;
    fake_exit(&k, same, 0);
    fake_exit(&k, job, 0);
    assert_int_equal(wait_now(shell, -(int64_t)job, PROC_WNOWAIT, &out), job);
    assert_int_equal(wait_now(shell, 0, PROC_WNOWAIT, &out), same);
    assert_int_equal(wait_now(shell, job, PROC_WNOWAIT, &out), job);
    assert_int_equal(wait_now(shell, 999, 0, &out), -ERR_CHILD);
    assert_int_equal(wait_now(shell, -999, 0, &out), -ERR_CHILD);
    assert_int_equal(procd_wait(p, proc(shell), -1, 0x100, NULL, &out), -ERR_INVAL);
}

static void test_wait_reports_stop_and_continue_once_each(void **state)
{
    struct proc_wait_result out;
    uint32_t job = fork_job(shell);

    (void)state;
    fake_default_signal(&k, job, DYAD_SIGTSTP);
    assert_int_equal(fake_of(&k, job)->info.state, PROCESS_STATE_STOPPED);
    assert_int_equal(fake_of(&k, job)->resumed, 1);
    assert_int_equal(wait_now(shell, -1, 0, &out), 0);
    assert_int_equal(wait_now(shell, -1, PROC_WUNTRACED, &out), job);
    assert_int_equal(out.status, DYAD_SIGTSTP << 8 | 0x7f);
    assert_int_equal(wait_now(shell, -1, PROC_WUNTRACED, &out), 0);
    assert_int_equal(send(shell, job, DYAD_SIGCONT), 0);
    assert_int_equal(fake_of(&k, job)->info.state, PROCESS_STATE_RUNNING);
    assert_int_equal(wait_now(shell, -1, PROC_WUNTRACED | PROC_WCONTINUED, &out), job);
    assert_int_equal(out.status, 0xffff);
    assert_int_equal(wait_now(shell, -1, PROC_WCONTINUED, &out), 0);
}

static void test_wait_without_wexited_does_not_reap(void **state)
{
    struct proc_wait_result out;
    uint32_t child = fork_from(shell);

    (void)state;
    fake_exit(&k, child, 0);
    assert_int_equal(procd_wait(p, proc(shell), -1, PROC_WUNTRACED | PROC_WNOHANG, NULL, &out), 0);
    assert_int_equal(wait_now(shell, -1, 0, &out), child);
}

static void test_ignored_sigchld_keeps_no_zombies(void **state)
{
    struct proc_wait_result out;
    uint32_t child = fork_from(shell);

    (void)state;
    fake_of(&k, shell)->info.signals_ignored = DYAD_SIGNAL_BIT(DYAD_SIGCHLD);
    (void)procd_wait(p, proc(shell), -1, PROC_WEXITED, &token_a, &out);
    fake_exit(&k, child, 0);
    assert_null(procd_find(p, child));
    assert_int_equal(k.done_result, -ERR_CHILD);
}

static void test_parent_gets_sigchld_with_what_happened(void **state)
{
    uint32_t child = fork_job(shell);
    struct fake_process *parent = fake_of(&k, shell);

    (void)state;
    fake_default_signal(&k, child, DYAD_SIGTTIN);
    assert_int_equal(parent->last.signo, DYAD_SIGCHLD);
    assert_int_equal(parent->last.code, 5);
    (void)send(shell, child, DYAD_SIGCONT);
    assert_int_equal(parent->last.code, 6);
    fake_exit(&k, child, EXITED(3));
    assert_int_equal(parent->last.code, 1);
    assert_int_equal(parent->last.pid, child);
    assert_int_equal(parent->last.value, EXITED(3));
}

static void test_cpu_time_of_waited_for_descendants_adds_up(void **state)
{
    struct proc_wait_result out;
    uint32_t child = fork_from(shell), grandchild = fork_from(child);

    (void)state;
    fake_of(&k, grandchild)->info.cpu_ns = 5;
    fake_exit(&k, grandchild, 0);
    assert_int_equal(wait_now(child, -1, 0, &out), grandchild);
    fake_of(&k, child)->info.cpu_ns = 2;
    fake_exit(&k, child, 0);
    assert_int_equal(wait_now(shell, -1, 0, &out), child);
    assert_int_equal(out.user_ns, 7);
}

/* ---- Orphans ---- */

static void test_orphans_become_inits_and_their_zombies_vanish(void **state)
{
    uint32_t middle = fork_from(shell), live = fork_from(middle), zombie = fork_from(middle);

    (void)state;
    fake_exit(&k, zombie, 0);
    fake_exit(&k, middle, 0);
    assert_null(procd_find(p, zombie));
    assert_int_equal(proc(live)->cred.ppid, 1);
    assert_int_equal(fake_of(&k, live)->info.cred.ppid, 1);
    fake_exit(&k, live, 0);
    assert_null(procd_find(p, live)); /* init waits by handle, so procd keeps nothing for it. */
}

static void test_stopped_group_that_becomes_orphaned_is_hung_up_and_continued(void **state)
{
    uint32_t middle = fork_from(shell), job = fork_job(middle);

    (void)state;
    fake_default_signal(&k, job, DYAD_SIGTSTP);
    assert_false(procd_group_orphaned(p, job));
    fake_exit(&k, middle, 0);
    assert_true(procd_group_orphaned(p, job));
    assert_true(got_signal(job, DYAD_SIGHUP));
    assert_true(got_signal(job, DYAD_SIGCONT));
    assert_int_equal(fake_of(&k, job)->info.state, PROCESS_STATE_RUNNING);
}

static void test_running_group_that_becomes_orphaned_is_left_alone(void **state)
{
    uint32_t middle = fork_from(shell), job = fork_job(middle);

    (void)state;
    fake_exit(&k, middle, 0);
    assert_false(got_signal(job, DYAD_SIGHUP));
}

static void test_terminal_stop_signals_do_nothing_to_an_orphaned_group(void **state)
{
    (void)state;
    fake_default_signal(&k, shell, DYAD_SIGTSTP);
    assert_int_equal(fake_of(&k, shell)->info.state, PROCESS_STATE_RUNNING);
    assert_int_equal(fake_of(&k, shell)->resumed, 1);
    assert_int_equal(send(2, shell, DYAD_SIGSTOP), 0);
    assert_int_equal(fake_of(&k, shell)->info.state, PROCESS_STATE_STOPPED);
}

static void test_end_of_the_leader_hangs_up_the_foreground_group(void **state)
{
    uint32_t job = fork_job(shell);

    (void)state;
    assert_int_equal(procd_session_tty(p, shell, 0, job), 0);
    fake_exit(&k, shell, 0);
    assert_true(got_signal(job, DYAD_SIGHUP));
    assert_true(got_signal(job, DYAD_SIGCONT));
}

/* ---- kill ---- */

static void test_kill_reaches_one_group_or_all_but_the_system(void **state)
{
    uint32_t a = fork_job(shell), b = fork_from(shell);

    (void)state;
    assert_int_equal(procd_setpgid(p, proc(shell), b, a), 0);
    assert_int_equal(send(shell, a, DYAD_SIGUSR1), 0);
    assert_true(got_signal(a, DYAD_SIGUSR1));
    assert_false(got_signal(b, DYAD_SIGUSR1));
    assert_int_equal(send(shell, -(int64_t)a, DYAD_SIGUSR2), 0);
    assert_true(got_signal(a, DYAD_SIGUSR2) && got_signal(b, DYAD_SIGUSR2));
    assert_int_equal(send(shell, -1, DYAD_SIGTERM), 0);
    assert_true(got_signal(a, DYAD_SIGTERM));
    assert_false(got_signal(shell, DYAD_SIGTERM)); /* not the caller */
    assert_false(got_signal(1, DYAD_SIGTERM) || got_signal(2, DYAD_SIGTERM));
    assert_int_equal(send(a, 0, DYAD_SIGINT), 0);
    assert_true(got_signal(b, DYAD_SIGINT) && !got_signal(shell, DYAD_SIGINT));
}

static void test_kill_errors(void **state)
{
    uint32_t child = fork_from(shell);

    (void)state;
    assert_int_equal(send(shell, 999, 0), -ERR_SRCH);
    assert_int_equal(send(shell, -999, 0), -ERR_SRCH);
    assert_int_equal(send(shell, child, 65), -ERR_INVAL);
    assert_int_equal(send(shell, child, -1), -ERR_INVAL);
    assert_int_equal(send(shell, child, 0), 0);
    assert_int_equal(
        procd_kill(p, proc(shell), &(struct procd_kill){.target = child, .signo = 10, .code = 1}),
        -ERR_PERM);
    fake_exit(&k, child, 0);
    assert_int_equal(send(shell, child, DYAD_SIGTERM), 0); /* A zombie is still there. */
}

static void test_kill_needs_matching_ids(void **state)
{
    uint32_t user = fork_from(shell), other = fork_job(shell);

    (void)state;
    assert_int_equal(procd_setids(p, proc(user), PROC_IDS_SETUID, (uint32_t[]){1000, 0, 0}), 0);
    assert_int_equal(procd_setids(p, proc(other), PROC_IDS_SETUID, (uint32_t[]){1001, 0, 0}), 0);
    assert_int_equal(send(user, other, DYAD_SIGTERM), -ERR_PERM);
    assert_int_equal(send(user, other, DYAD_SIGCONT), 0); /* the same session */
    assert_int_equal(send(user, user, DYAD_SIGTERM), 0);
    assert_int_equal(send(shell, other, DYAD_SIGTERM), 0);
    assert_int_equal(procd_setids(p, proc(other), PROC_IDS_SETUID, (uint32_t[]){1000, 0, 0}),
                     -ERR_PERM);
}

static void test_sigkill_kills_whatever_the_state(void **state)
{
    uint32_t job = fork_job(shell);

    (void)state;
    assert_int_equal(send(shell, job, DYAD_SIGSTOP), 0);
    assert_int_equal(send(shell, job, DYAD_SIGKILL), 0);
    assert_true(fake_of(&k, job)->killed);
    assert_int_equal(fake_of(&k, job)->kill_status, 9);
    fake_bury(&k);
    struct proc_wait_result out;
    assert_int_equal(wait_now(shell, job, 0, &out), job);
    assert_int_equal(out.status, 9);
}

static void test_nothing_uncaught_reaches_init(void **state)
{
    (void)state;
    assert_int_equal(send(shell, 1, DYAD_SIGKILL), 0);
    assert_int_equal(send(shell, 1, DYAD_SIGSTOP), 0);
    assert_int_equal(send(shell, 1, DYAD_SIGTERM), 0);
    assert_false(fake_of(&k, 1)->killed);
    assert_false(got_signal(1, DYAD_SIGTERM));
    fake_of(&k, 1)->info.signals_caught = DYAD_SIGNAL_BIT(DYAD_SIGTERM);
    assert_int_equal(send(shell, 1, DYAD_SIGTERM), 0);
    assert_true(got_signal(1, DYAD_SIGTERM));
}

/* ---- Default actions ---- */

static void test_default_actions(void **state)
{
    uint32_t child = fork_from(shell), ignoring = fork_from(shell), faulting = fork_from(shell);

    (void)state;
    fake_default_signal(&k, child, DYAD_SIGQUIT);
    assert_int_equal(fake_of(&k, child)->kill_status, DYAD_SIGQUIT);
    fake_default_signal(&k, ignoring, DYAD_SIGWINCH);
    assert_false(fake_of(&k, ignoring)->killed);
    assert_int_equal(fake_of(&k, ignoring)->resumed, 1);
    fake_fault(&k, faulting, DYAD_SIGSEGV);
    assert_int_equal(fake_of(&k, faulting)->kill_status, DYAD_SIGSEGV);
}

static void test_default_signal_to_a_stopped_process_acts_when_it_is_continued(void **state)
{
    uint32_t job = fork_job(shell);

    (void)state;
    assert_int_equal(send(shell, job, DYAD_SIGSTOP), 0);
    fake_default_signal(&k, job, DYAD_SIGTERM);
    fake_default_signal(&k, job, DYAD_SIGTSTP);
    assert_false(fake_of(&k, job)->killed);
    assert_int_equal(send(shell, job, DYAD_SIGCONT), 0);
    assert_true(fake_of(&k, job)->killed);
    assert_int_equal(fake_of(&k, job)->kill_status, DYAD_SIGTERM);
    assert_int_equal(fake_of(&k, job)->info.state, PROCESS_STATE_RUNNING);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_fork_gives_the_child_its_parents_group_and_runs_it),
        TEST(test_failed_fork_leaves_no_trace),
        TEST(test_pids_go_up_and_skip_ids_in_use),
        TEST(test_only_init_may_register),
        TEST(test_wait_reaps_a_zombie_once),
        TEST(test_blocked_wait_ends_with_the_child),
        TEST(test_two_waits_get_one_child_each_and_the_last_none),
        TEST(test_cancelled_wait_takes_nothing),
        TEST(test_wait_selects_by_pid_and_group),
        TEST(test_wait_reports_stop_and_continue_once_each),
        TEST(test_wait_without_wexited_does_not_reap),
        TEST(test_ignored_sigchld_keeps_no_zombies),
        TEST(test_parent_gets_sigchld_with_what_happened),
        TEST(test_cpu_time_of_waited_for_descendants_adds_up),
        TEST(test_orphans_become_inits_and_their_zombies_vanish),
        TEST(test_stopped_group_that_becomes_orphaned_is_hung_up_and_continued),
        TEST(test_running_group_that_becomes_orphaned_is_left_alone),
        TEST(test_terminal_stop_signals_do_nothing_to_an_orphaned_group),
        TEST(test_end_of_the_leader_hangs_up_the_foreground_group),
        TEST(test_kill_reaches_one_group_or_all_but_the_system),
        TEST(test_kill_errors),
        TEST(test_kill_needs_matching_ids),
        TEST(test_sigkill_kills_whatever_the_state),
        TEST(test_nothing_uncaught_reaches_init),
        TEST(test_default_actions),
        TEST(test_default_signal_to_a_stopped_process_acts_when_it_is_continued),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
