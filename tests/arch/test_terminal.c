/* test_terminal.c: is the host's terminal raw in a session, and itself again however the session ends? */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "program.h"
#include "tests/boot/pty.h"

static struct pty pty;

static void start_session(void)
{
    char *argv[] = {(char *)program, (char *)"--initfs", image, NULL};
    pty_start(&pty, argv, 30, 100);
    assert_true(pty_expect(&pty, "ready\r\n", SOON));
}

static tcflag_t local_flags(void)
{
    struct termios t;
    assert_int_equal(tcgetattr(pty.fd, &t), 0);
    return t.c_lflag & (ICANON | ECHO | ISIG);
}

/* The guardian restores it a moment after a kill -9. */
static bool is_restored_soon(void)
{
    for (unsigned i = 0; i < 2000; i++) {
        if (local_flags() == (ICANON | ECHO | ISIG))
            return true;
        poll(NULL, 0, 1);
    }
    return false;
}

static void expect_end(int status)
{
    int got = pty_wait(&pty, SOON);
    assert_true(WIFEXITED(got));
    assert_int_equal(WEXITSTATUS(got), status);
}

static void test_session_is_raw_and_restored(void **state)
{
    start_session();
    assert_int_equal(local_flags(), 0);
    pty_type(&pty, "abc\003\032\034");
    assert_true(pty_expect(&pty, "abc\003\032\034", SOON));
    pty_type(&pty, "s");
    assert_true(pty_expect(&pty, "size 30 100\r\n", SOON));
    pty_resize(&pty, 50, 120);
    assert_true(pty_expect(&pty, "size 50 120\r\n", SOON));
    pty_type(&pty, "x");
    for (unsigned i = 0; i < 2000 && local_flags() == 0; i++)
        poll(NULL, 0, 1);
    expect_end(7);
}

static void test_escape_key_works_when_all_cores_hang(void **state)
{
    start_session();
    pty_type(&pty, "\035\035z"); /* twice: one to the guest */
    assert_true(pty_expect(&pty, "\035z", SOON));
    pty_type(&pty, "h");
    poll(NULL, 0, 50);
    pty_type(&pty, "\035q");
    expect_end(130);
}

static void test_panic_restores_the_terminal(void **state)
{
    start_session();
    pty_type(&pty, "p");
    assert_true(pty_expect(&pty, "kernel panic: as typed", SOON));
    assert_true(is_restored_soon());
    expect_end(125);
}

/* Under a shell: when the leader of a session dies, Linux itself hangs the terminal up. */
static void test_kill_9_restores_the_terminal(void **state)
{
    char script[] = "\"$@\"; echo ended $?; read line";
    char *argv[] = {(char *)"/bin/sh", (char *)"-c",       script, (char *)"sh",
                    (char *)program,   (char *)"--initfs", image,  NULL};
    pid_t dyad;
    pty_start(&pty, argv, 30, 100);
    assert_true(pty_expect(&pty, "ready\r\n", SOON));
    assert_int_equal(child_pids(pty.pid, "", &dyad, 1), 1);
    kill(dyad, SIGKILL);
    assert_true(pty_expect(&pty, "ended 137", SOON));
    assert_true(is_restored_soon());
    pty_type(&pty, "\n");
    expect_end(0);
}

static void test_term_signal_restores_the_terminal(void **state)
{
    start_session();
    kill(pty.pid, SIGTERM);
    assert_true(is_restored_soon());
    expect_end(128 + SIGTERM);
}

const struct CMUnitTest terminal_tests[] = {
    cmocka_unit_test(test_session_is_raw_and_restored),
    cmocka_unit_test(test_escape_key_works_when_all_cores_hang),
    cmocka_unit_test(test_panic_restores_the_terminal),
    cmocka_unit_test(test_kill_9_restores_the_terminal),
    cmocka_unit_test(test_term_signal_restores_the_terminal),
};
const size_t terminal_test_count = sizeof(terminal_tests) / sizeof(terminal_tests[0]);
