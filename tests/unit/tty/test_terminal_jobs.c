/* test_terminal_jobs.c: do sessions, foreground groups and the signals of `tty:` follow POSIX's job control? */
#include "terminal_fixture.h"

/* ---- Job control ---- */

static void test_first_leader_gets_the_terminal_and_others_do_not(void **state)
{
    struct loopback_call call = open_call("console", &stranger, FILE_RDWR);

    (void)state;
    assert_int_equal(f.told_session, 10);
    assert_int_equal(f.told_foreground, 10);
    assert_int_equal(loopback_call(&f.loop, &call), 0);
    assert_int_equal(control(TTY_GET_SID, 0, &shell), 10);
    assert_int_equal(control(TTY_GET_SID, 0, &stranger), -ERR_NOTTY);
    assert_int_equal(control(TTY_SET_CONTROLLING, 0, &stranger), -ERR_PERM);
    f.session_dead = true;
    assert_int_equal(control(TTY_SET_CONTROLLING, 0, &stranger), 0);
    assert_int_equal(control(TTY_GET_SID, 0, &stranger), 40);
}

static void test_current_is_the_callers_own_terminal_only(void **state)
{
    struct loopback_call mine = open_call("current", &job, FILE_RDWR);
    struct loopback_call theirs = open_call("current", &stranger, FILE_RDWR);
    struct loopback_call none = open_call("nonsense", &shell, FILE_RDWR);

    (void)state;
    assert_int_equal(loopback_call(&f.loop, &mine), 0);
    assert_int_equal(loopback_call(&f.loop, &theirs), -ERR_NXIO);
    assert_int_equal(loopback_call(&f.loop, &none), -ERR_NOENT);
}

static void test_background_read_gets_sigttin(void **state)
{
    char line[16];
    struct loopback_call call = read_call(line, sizeof line, &job);

    (void)state;
    assert_int_equal(loopback_call(&f.loop, &call), -ERR_INTR);
    assert_int_equal(f.sent_count, 1);
    assert_int_equal(f.sent[0].pgid, 20);
    assert_int_equal(f.sent[0].signo, DYAD_SIGTTIN);
}

static void test_background_read_is_an_error_when_sigttin_cannot_stop(void **state)
{
    char line[16];
    struct loopback_call call = read_call(line, sizeof line, &job);

    (void)state;
    f.groups[2].masked = DYAD_SIGNAL_BIT(DYAD_SIGTTIN);
    assert_int_equal(loopback_call(&f.loop, &call), -ERR_IO);
    f.groups[2] = (struct terminal_group){.session = 10, .orphaned = true};
    call = read_call(line, sizeof line, &job);
    assert_int_equal(loopback_call(&f.loop, &call), -ERR_IO);
    assert_int_equal(f.sent_count, 0);
}

static void test_background_write_stops_only_with_tostop(void **state)
{
    struct loopback_call call = write_call("x", 1, &job);

    (void)state;
    assert_int_equal(loopback_call(&f.loop, &call), 1);
    f.terminal.ldisc.termios.c_lflag |= TOSTOP;
    call = write_call("x", 1, &job);
    assert_int_equal(loopback_call(&f.loop, &call), -ERR_INTR);
    assert_int_equal(f.sent[0].signo, DYAD_SIGTTOU);
    f.groups[2].masked = DYAD_SIGNAL_BIT(DYAD_SIGTTOU);
    call = write_call("x", 1, &job);
    assert_int_equal(loopback_call(&f.loop, &call), 1);
}

static void test_another_session_is_not_subject_to_job_control(void **state)
{
    struct loopback_call call = write_call("x", 1, &stranger);

    (void)state;
    f.terminal.ldisc.termios.c_lflag |= TOSTOP;
    assert_int_equal(loopback_call(&f.loop, &call), 1);
}

static void test_set_foreground_checks_session_and_group(void **state)
{
    (void)state;
    assert_int_equal(control(TTY_SET_PGRP, 20, &shell), 0);
    assert_int_equal(control(TTY_GET_PGRP, 0, &shell), 20);
    assert_int_equal(f.told_foreground, 20);
    assert_int_equal(control(TTY_SET_PGRP, 40, &job), -ERR_PERM);
    assert_int_equal(control(TTY_SET_PGRP, 70, &job), -ERR_PERM);
    assert_int_equal(control(TTY_SET_PGRP, 0, &job), -ERR_INVAL);
    assert_int_equal(control(TTY_SET_PGRP, 40, &stranger), -ERR_NOTTY);
    /* The shell is in the background now: it is stopped unless it blocks SIGTTOU, as shells do. */
    assert_int_equal(control(TTY_SET_PGRP, 10, &shell), -ERR_INTR);
    f.groups[1].masked = DYAD_SIGNAL_BIT(DYAD_SIGTTOU);
    assert_int_equal(control(TTY_SET_PGRP, 10, &shell), 0);
}

static void test_reader_that_loses_the_foreground_tries_again(void **state)
{
    char line[16];
    struct loopback_call call;

    (void)state;
    control(TTY_SET_PGRP, 20, &shell);
    call = read_call(line, sizeof line, &job);
    assert_true(loopback_call(&f.loop, &call) == LOOPBACK_PENDING);
    f.groups[1].masked = DYAD_SIGNAL_BIT(DYAD_SIGTTOU);
    assert_int_equal(control(TTY_SET_PGRP, 10, &shell), 0);
    assert_true(call.done);
    assert_int_equal(call.result, -ERR_INTR);
}

static void test_a_reader_behind_one_that_loses_the_foreground_goes_on(void **state)
{
    char much[16], little[2];

    (void)state;
    set_raw(200, 0);
    control(TTY_SET_PGRP, 20, &shell);
    struct loopback_call first = read_call(much, sizeof much, &job);
    struct loopback_call second = read_call(little, sizeof little, &stranger);
    assert_true(loopback_call(&f.loop, &first) == LOOPBACK_PENDING);
    assert_true(loopback_call(&f.loop, &second) == LOOPBACK_PENDING);
    type("ab");
    f.groups[1].masked = DYAD_SIGNAL_BIT(DYAD_SIGTTOU);
    assert_int_equal(control(TTY_SET_PGRP, 10, &shell), 0);
    assert_int_equal(first.result, -ERR_INTR);
    assert_true(second.done);
    assert_int_equal(second.result, 2);
}

static void test_signal_keys_reach_the_foreground_group(void **state)
{
    (void)state;
    control(TTY_SET_PGRP, 20, &shell);
    type("\003\034\032");
    assert_int_equal(f.sent_count, 3);
    assert_int_equal(f.sent[0].pgid, 20);
    assert_int_equal(f.sent[0].signo, DYAD_SIGINT);
    assert_int_equal(f.sent[1].signo, DYAD_SIGQUIT);
    assert_int_equal(f.sent[2].signo, DYAD_SIGTSTP);
}

static void test_size_change_sends_sigwinch_once(void **state)
{
    struct tty_winsize size = {0};
    struct loopback_call call = {.verb = VERB_control,
                                 .file = f.file,
                                 .args = {TTY_GET_WINSIZE},
                                 .out = &size,
                                 .out_len = sizeof size,
                                 .cred = shell};

    (void)state;
    f.size = (struct tty_winsize){40, 132, 0, 0};
    terminal_size_ready(&f.terminal);
    terminal_size_ready(&f.terminal);
    assert_int_equal(f.sent_count, 1);
    assert_int_equal(f.sent[0].signo, DYAD_SIGWINCH);
    assert_int_equal(loopback_call(&f.loop, &call), 0);
    assert_int_equal(size.cols, 132);
}

static void test_a_leader_with_a_terminal_takes_no_second(void **state)
{
    (void)state;
    f.session_dead = true;
    f.session_with_terminal = 40;
    struct loopback_call call = open_call("console", &stranger, FILE_RDWR);
    assert_int_equal(loopback_call(&f.loop, &call), 0);
    assert_int_equal(control(TTY_SET_CONTROLLING, 0, &stranger), -ERR_PERM);
    assert_int_equal(control(TTY_GET_SID, 0, &stranger), -ERR_NOTTY);
    f.session_with_terminal = 0;
    assert_int_equal(control(TTY_SET_CONTROLLING, 0, &stranger), 0);
}

static void test_drop_controlling_hangs_up_the_foreground(void **state)
{
    (void)state;
    assert_int_equal(control(TTY_DROP_CONTROLLING, 0, &shell), 0);
    assert_int_equal(f.sent[0].signo, DYAD_SIGHUP);
    assert_int_equal(f.sent[1].signo, DYAD_SIGCONT);
    assert_int_equal(control(TTY_GET_PGRP, 0, &shell), -ERR_NOTTY);
}

static void test_hangup_signals_only_without_clocal(void **state)
{
    (void)state;
    f.terminal.ldisc.termios.c_cflag &= ~(uint32_t)CLOCAL;
    f.keyboard_ended = true;
    terminal_keyboard_ready(&f.terminal);
    assert_int_equal(f.sent[0].signo, DYAD_SIGHUP);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_first_leader_gets_the_terminal_and_others_do_not),
        TEST(test_current_is_the_callers_own_terminal_only),
        TEST(test_background_read_gets_sigttin),
        TEST(test_background_read_is_an_error_when_sigttin_cannot_stop),
        TEST(test_background_write_stops_only_with_tostop),
        TEST(test_another_session_is_not_subject_to_job_control),
        TEST(test_set_foreground_checks_session_and_group),
        TEST(test_reader_that_loses_the_foreground_tries_again),
        TEST(test_a_reader_behind_one_that_loses_the_foreground_goes_on),
        TEST(test_signal_keys_reach_the_foreground_group),
        TEST(test_size_change_sends_sigwinch_once),
        TEST(test_drop_controlling_hangs_up_the_foreground),
        TEST(test_a_leader_with_a_terminal_takes_no_second),
        TEST(test_hangup_signals_only_without_clocal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
