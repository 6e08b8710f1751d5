/* test_procd_state.c: are groups, ids, alarms and the list of processes what POSIX says, also after a restart? On a fake kernel. */
#include "procd_fixture.h"

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

static void test_list_tells_who_sleeps(void **state)
{
    struct proc_entry entry;
    struct process_info *info = &k.processes[proc(shell)->kid].info;

    (void)state;
    info->threads = 2;
    info->waiting = 1;
    assert_int_equal(procd_list(p, shell, &entry, 1), 1);
    assert_int_equal(entry.state, 'R');
    info->waiting = 2;
    assert_int_equal(procd_list(p, shell, &entry, 1), 1);
    assert_int_equal(entry.state, 'S');
    assert_int_equal(send(shell, shell, DYAD_SIGSTOP), 0);
    assert_int_equal(procd_list(p, shell, &entry, 1), 1);
    assert_int_equal(entry.state, 'T');
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
        TEST(test_list_tells_who_sleeps),
        TEST(test_restart_rebuilds_the_table_from_the_kernel),
        TEST(test_end_of_init_leaves_its_children_without_a_parent),
        TEST(test_dying_parent_ends_its_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
