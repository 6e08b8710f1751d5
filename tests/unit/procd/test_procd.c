/* test_procd.c: are processes, waits, signals, groups and ids what POSIX says? On a fake kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "abi/error.h"
#include "tests/unit/procd/fake_kernel.h"

#define EXITED(code) WSTATUS_EXIT(code)
#define SECOND       1000000000ull

static struct fake_kernel k;
static struct procd *const p = &k.procd;
static uint32_t shell; /* the session's leader */
static int token_a, token_b;

static struct process *proc(uint32_t pid)
{
    struct process *process = procd_find(p, pid);
    assert_non_null(process);
    return process;
}

/* init is 1, procd itself a service, and a shell leads the session. */
static int setup(void **state)
{
    (void)state;
    fake_init(&k);
    handle_t init = fake_create(&k);
    k.processes[init].info.state = PROCESS_STATE_RUNNING;
    if (procd_spawned(p, (uint64_t)init, init, 0, 0, false) != 1)
        return -1;
    handle_t service = fake_create(&k);
    if (procd_spawned(p, (uint64_t)init, service, 0, 0, false) != 2)
        return -1;
    handle_t session = fake_create(&k);
    shell = (uint32_t)procd_spawned(p, (uint64_t)init, session, 0, 0, true);
    for (int i = 0; i < FAKE_MAX; i++)
        if (k.processes[i].info.state == PROCESS_STATE_NEW)
            k.processes[i].info.state = PROCESS_STATE_RUNNING;
    return shell == 3 ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    procd_fini(p);
    return 0;
}

static uint32_t fork_from(uint32_t parent)
{
    int64_t pid = procd_fork(p, proc(parent), 1);
    assert_true(pid > 0);
    return (uint32_t)pid;
}

static uint32_t fork_job(uint32_t parent)
{
    uint32_t pid = fork_from(parent);
    assert_int_equal(procd_setpgid(p, proc(parent), pid, pid), 0);
    return pid;
}

static int64_t wait_now(uint32_t parent, int64_t selector, uint32_t options,
                        struct proc_wait_result *out)
{
    return procd_wait(p, proc(parent), selector, options | PROC_WEXITED | PROC_WNOHANG, NULL, out);
}

static bool got_signal(uint32_t pid, int signo)
{
    return fake_of(&k, pid)->signals & DYAD_SIGNAL_BIT(signo);
}

static int send(uint32_t from, int64_t target, int signo)
{
    return procd_kill(p, proc(from), &(struct procd_kill){.target = target, .signo = signo});
}

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

/* ---- Groups and sessions ---- */

static void test_setpgid_errors(void **state)
{
    uint32_t a = fork_from(shell), b = fork_from(shell), grandchild = fork_from(a);

    (void)state;
    assert_int_equal(procd_setpgid(p, proc(shell), grandchild, 0), -ERR_SRCH);
    assert_int_equal(procd_setpgid(p, proc(shell), 999, 0), -ERR_SRCH);
    assert_int_equal(procd_setpgid(p, proc(shell), 0, 0), -ERR_PERM); /* a session leader */
    assert_int_equal(procd_setpgid(p, proc(shell), a, b), -ERR_PERM); /* no such group */
    assert_int_equal(procd_setpgid(p, proc(shell), a, 1), -ERR_PERM); /* another session's group */
    assert_int_equal(procd_setpgid(p, proc(shell), a, 0x80000000u), -ERR_INVAL);
    assert_int_equal(procd_setpgid(p, proc(shell), a, 0), 0);
    assert_int_equal(procd_setpgid(p, proc(shell), b, a), 0);
    assert_int_equal(fake_of(&k, b)->info.cred.pgid, a);
    fake_of(&k, b)->info.execs = 1;
    assert_int_equal(procd_setpgid(p, proc(shell), b, shell), -ERR_ACCES);
    assert_int_equal(procd_setpgid(p, proc(b), 0, shell), 0); /* itself it may */
}

static void test_setsid_makes_a_leader_unless_it_leads_a_group(void **state)
{
    uint32_t child = fork_from(shell), job = fork_job(shell);

    (void)state;
    assert_int_equal(procd_setsid(p, proc(child)), child);
    assert_int_equal(proc(child)->cred.pgid, child);
    assert_int_equal(procd_getsid(p, proc(shell), child), child);
    assert_int_equal(procd_setsid(p, proc(child)), -ERR_PERM);
    assert_int_equal(procd_setsid(p, proc(job)), -ERR_PERM);
    assert_int_equal(procd_setpgid(p, proc(shell), child, shell), -ERR_PERM); /* another session */
    assert_int_equal(procd_getpgid(p, proc(shell), 999), -ERR_SRCH);
}

static void test_group_session_finds_the_session_of_a_group(void **state)
{
    uint32_t job = fork_job(shell);

    (void)state;
    assert_int_equal(procd_group_session(p, job), shell);
    assert_int_equal(procd_group_session(p, 999), -ERR_SRCH);
}

/* ---- Ids ---- */

static void expect_ids(uint32_t pid, uint32_t uid, uint32_t euid, uint32_t suid)
{
    const struct cred *cred = &fake_of(&k, pid)->info.cred;
    assert_int_equal(cred->uid, uid);
    assert_int_equal(cred->euid, euid);
    assert_int_equal(cred->suid, suid);
}

static int setids(uint32_t pid, enum proc_ids which, uint32_t a, uint32_t b, uint32_t c)
{
    return procd_setids(p, proc(pid), which, (uint32_t[]){a, b, c});
}

static void test_user_ids_follow_posix(void **state)
{
    uint32_t child = fork_from(shell);
    const uint32_t same = UINT32_MAX;

    (void)state;
    assert_int_equal(setids(child, PROC_IDS_SETRESUID, 1, 2, 3), 0);
    expect_ids(child, 1, 2, 3);
    assert_int_equal(setids(child, PROC_IDS_SETUID, 9, 0, 0), -ERR_PERM);
    assert_int_equal(setids(child, PROC_IDS_SETUID, 2, 0, 0),
                     -ERR_PERM); /* the effective one does not count */
    assert_int_equal(setids(child, PROC_IDS_SETUID, 3, 0, 0), 0);
    expect_ids(child, 1, 3, 3);
    assert_int_equal(setids(child, PROC_IDS_SETEUID, 1, 0, 0), 0);
    expect_ids(child, 1, 1, 3);
    assert_int_equal(setids(child, PROC_IDS_SETREUID, same, 3, 0), 0);
    expect_ids(child, 1, 3, 3);
    assert_int_equal(setids(child, PROC_IDS_SETREUID, same, 1, 0),
                     0); /* to the real one: the saved one stays */
    expect_ids(child, 1, 1, 3);
    assert_int_equal(setids(child, PROC_IDS_SETREUID, same, 3, 0), 0);
    assert_int_equal(setids(child, PROC_IDS_SETREUID, 3, 1, 0), 0);
    expect_ids(child, 3, 1, 1);
    assert_int_equal(setids(child, PROC_IDS_SETRESUID, 5, same, same), -ERR_PERM);
    assert_int_equal(setids(child, PROC_IDS_SETRESUID, same, 3, same), 0);
    assert_int_equal(setids(child, PROC_IDS_SETUID, same, 0, 0), -ERR_INVAL);
}

static void test_root_setuid_drops_all_three_for_good(void **state)
{
    uint32_t child = fork_from(shell);

    (void)state;
    assert_int_equal(setids(child, PROC_IDS_SETGID, 100, 0, 0), 0);
    assert_int_equal(setids(child, PROC_IDS_SETUID, 1000, 0, 0), 0);
    expect_ids(child, 1000, 1000, 1000);
    assert_int_equal(setids(child, PROC_IDS_SETUID, 0, 0, 0), -ERR_PERM);
    assert_int_equal(setids(child, PROC_IDS_SETGID, 0, 0, 0), -ERR_PERM);
    assert_int_equal(setids(child, PROC_IDS_SETEGID, 100, 0, 0), 0);
    assert_int_equal(procd_setgroups(proc(child), (uint32_t[]){1}, 1), -ERR_PERM);
}

static void test_groups_are_inherited_by_fork(void **state)
{
    (void)state;
    assert_int_equal(procd_setgroups(proc(shell), (uint32_t[]){4, 24}, 2), 0);
    uint32_t child = fork_from(shell);
    assert_int_equal(proc(child)->group_count, 2);
    assert_int_equal(proc(child)->groups[1], 24);
}

/* ---- Alarms ---- */

static void test_alarm_fires_once_and_tells_what_was_left(void **state)
{
    (void)state;
    assert_int_equal(procd_alarm(p, proc(shell), 2 * SECOND, 0), 0);
    assert_int_equal(k.timer_ns, k.now_ns + 2 * SECOND);
    k.now_ns += SECOND;
    assert_int_equal(procd_alarm(p, proc(shell), SECOND, 0), SECOND);
    k.now_ns += SECOND;
    procd_tick(p);
    assert_true(got_signal(shell, DYAD_SIGALRM));
    assert_true(k.timer_ns == UINT64_MAX);
    assert_int_equal(procd_alarm(p, proc(shell), 0, 0), 0);
}

static void test_interval_alarm_keeps_its_phase(void **state)
{
    uint64_t start = k.now_ns;

    (void)state;
    (void)procd_alarm(p, proc(shell), SECOND, 3 * SECOND);
    k.now_ns = start + 9 * SECOND;
    procd_tick(p);
    assert_int_equal(k.timer_ns, start + 10 * SECOND);
}

static void test_alarm_dies_with_its_process_and_is_not_inherited(void **state)
{
    uint32_t child = fork_from(shell);

    (void)state;
    (void)procd_alarm(p, proc(child), SECOND, 0);
    uint32_t grandchild = fork_from(child);
    assert_int_equal(proc(grandchild)->alarm_ns, 0);
    fake_exit(&k, child, 0);
    assert_true(k.timer_ns == UINT64_MAX);
}

/* ---- List and recovery ---- */

static void test_list_shows_states_in_pid_order(void **state)
{
    struct proc_entry entries[16];
    uint32_t zombie = fork_from(shell), stopped = fork_job(shell);

    (void)state;
    fake_exit(&k, zombie, 0);
    assert_int_equal(send(shell, stopped, DYAD_SIGSTOP), 0);
    assert_int_equal(procd_session_tty(p, shell, 0, shell), 0);
    assert_int_equal(procd_list(p, 0, entries, 16), 5);
    assert_int_equal(entries[0].cred.pid, 1);
    assert_int_equal(entries[0].tty, -1);
    assert_int_equal(entries[2].tty, 0);
    assert_int_equal(entries[3].state, 'Z');
    assert_int_equal(entries[4].state, 'T');
    assert_int_equal(procd_list(p, zombie, entries, 1), 1);
    assert_int_equal(entries[0].cred.pid, zombie);
}

static void test_restart_rebuilds_the_table_from_the_kernel(void **state)
{
    struct proc_wait_result out;
    uint32_t child = fork_job(shell), stopped = fork_from(child), orphan_parent = fork_from(shell);
    uint32_t orphan = fork_from(orphan_parent);

    (void)state;
    assert_int_equal(send(shell, stopped, DYAD_SIGSTOP), 0);
    k.processes[proc(orphan_parent)->kid].info.state =
        PROCESS_STATE_DEAD; /* dies while procd is away */
    handle_t unborn = fake_create(&k);
    k.processes[unborn].info.cred = (struct cred){.pid = 77, .ppid = shell};
    handle_t nobody = fake_create(&k);

    fake_restart_procd(&k);
    assert_int_equal(proc(child)->parent->cred.pid, shell);
    assert_int_equal(proc(child)->cred.pgid, child);
    assert_int_equal(proc(stopped)->life, LIFE_STOPPED);
    assert_null(procd_find(p, orphan_parent));
    assert_int_equal(proc(orphan)->cred.ppid, 1);
    assert_true(k.processes[unborn].killed);
    assert_null(procd_find_kid(p, (uint64_t)nobody));
    assert_true(fake_of(&k, child)->supervised);
    /* Life goes on: */
    assert_true(fork_from(shell) > orphan);
    (void)procd_wait(p, proc(shell), child, PROC_WEXITED, &token_a, &out);
    fake_exit(&k, child, EXITED(4));
    assert_int_equal(k.done_out.status, EXITED(4));
}

static void test_end_of_init_leaves_its_children_without_a_parent(void **state)
{
    uint32_t child = fork_from(shell);

    (void)state;
    fake_exit(&k, PROCD_INIT_PID, 0);
    assert_int_equal(proc(shell)->cred.ppid, 0);
    assert_null(proc(shell)->parent);
    fake_exit(&k, shell, 0); /* its child has no new parent either */
    assert_int_not_equal(proc(child)->cred.ppid, shell);
}

static void test_dying_parent_ends_its_waits(void **state)
{
    struct proc_wait_result out;
    uint32_t child = fork_from(shell);

    (void)state;
    (void)fork_from(child);
    (void)procd_wait(p, proc(child), -1, PROC_WEXITED, &token_a, &out);
    fake_exit(&k, child, 0);
    assert_int_equal(k.done_count, 1);
    assert_int_equal(k.done_result, -ERR_INTR);
    assert_null(p->waiters);
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
        TEST(test_setpgid_errors),
        TEST(test_setsid_makes_a_leader_unless_it_leads_a_group),
        TEST(test_group_session_finds_the_session_of_a_group),
        TEST(test_user_ids_follow_posix),
        TEST(test_root_setuid_drops_all_three_for_good),
        TEST(test_groups_are_inherited_by_fork),
        TEST(test_alarm_fires_once_and_tells_what_was_left),
        TEST(test_interval_alarm_keeps_its_phase),
        TEST(test_alarm_dies_with_its_process_and_is_not_inherited),
        TEST(test_list_shows_states_in_pid_order),
        TEST(test_restart_rebuilds_the_table_from_the_kernel),
        TEST(test_end_of_init_leaves_its_children_without_a_parent),
        TEST(test_dying_parent_ends_its_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
