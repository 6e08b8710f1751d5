/* terminal.c: does an interactive session work on a real terminal? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "pty.h"

#define SOON 5000

static struct pty pty;

static void start(void) {
    char *argv[] = {getenv("DYAD_HOSTED"), "--initfs", getenv("DYAD_INITFS"), NULL};
    pty_start(&pty, argv, 24, 80);
    assert_true(pty_expect(&pty, "# ", 20000));
}

/* Type a line and wait for the output that follows the echo. */
static void line(const char *text, const char *answer) {
    pty_type(&pty, text);
    pty_type(&pty, "\r");
    assert_true(pty_expect(&pty, answer, SOON));
}

static void finish(void) {
    pty_type(&pty, "\004");
    int status = pty_wait(&pty, SOON);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_command_and_ctrl_d_end_the_session(void **state) {
    (void)state;
    start();
    line("echo $((6 * 7))", "\n42\r\n");
    assert_true(pty_expect(&pty, "# ", SOON));
    finish();
}

static void test_exit_status_is_the_shells(void **state) {
    (void)state;
    start();
    pty_type(&pty, "exit 9\r");
    int status = pty_wait(&pty, SOON);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 9);
}

static void test_line_editing_erases_characters_words_and_lines(void **state) {
    (void)state;
    start();
    line("echo abx\177c", "\nabc\r\n");          /* VERASE */
    line("echo one twoo\027two", "\none two\r\n"); /* VWERASE */
    line("nonsense\025echo killed", "\nkilled\r\n"); /* VKILL */
    line("echo a\026\003b | cat", "\na\003b\r\n"); /* VLNEXT */
    finish();
}

static void test_ctrl_c_ends_the_foreground_job_only(void **state) {
    (void)state;
    start();
    pty_type(&pty, "sleep 100\r");
    assert_true(pty_expect(&pty, "sleep 100\r\n", SOON));
    pty_type(&pty, "\003");
    assert_true(pty_expect(&pty, "^C", SOON));
    assert_true(pty_expect(&pty, "# ", SOON));
    line("echo status $?", "\nstatus 130\r\n");
    finish();
}

static void test_ctrl_z_fg_bg_jobs(void **state) {
    (void)state;
    start();
    pty_type(&pty, "sleep 100\r");
    assert_true(pty_expect(&pty, "sleep 100\r\n", SOON));
    pty_type(&pty, "\032");
    assert_true(pty_expect(&pty, "Stopped", SOON));
    line("jobs", "Stopped");
    line("bg", "sleep 100");
    line("jobs", "Running");
    pty_type(&pty, "fg\r");
    assert_true(pty_expect(&pty, "sleep 100\r\n", SOON));
    pty_type(&pty, "\003");
    assert_true(pty_expect(&pty, "# ", SOON));
    line("jobs; echo none", "\nnone\r\n");
    finish();
}

static void test_background_read_stops_the_job(void **state) {
    (void)state;
    start();
    line("cat &", "# ");
    line("sleep 0.2; jobs", "Stopped");
    line("kill %1; kill -CONT %1; wait; echo gone", "\ngone\r\n");
    finish();
}

static void test_window_size_is_known_and_follows(void **state) {
    (void)state;
    start();
    line("stty size", "\n24 80\r\n");
    pty_resize(&pty, 40, 132);
    line("sleep 0.2; stty size", "\n40 132\r\n");
    finish();
}

static void test_resize_sends_sigwinch(void **state) {
    (void)state;
    start();
    line("trap 'echo resized' WINCH; echo set", "\nset\r\n");
    pty_type(&pty, "sleep 1\r");
    assert_true(pty_expect(&pty, "sleep 1\r\n", SOON));
    pty_resize(&pty, 30, 100);
    assert_true(pty_expect(&pty, "resized", SOON));
    finish();
}

static void test_escape_key_leaves_a_stuck_session(void **state) {
    (void)state;
    start();
    pty_type(&pty, "trap '' INT QUIT TSTP; while :; do :; done\r");
    assert_true(pty_expect(&pty, "done\r\n", SOON));
    pty_type(&pty, "\003\034");
    pty_type(&pty, "\035q");
    int status = pty_wait(&pty, SOON);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 130);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_command_and_ctrl_d_end_the_session),
        cmocka_unit_test(test_exit_status_is_the_shells),
        cmocka_unit_test(test_line_editing_erases_characters_words_and_lines),
        cmocka_unit_test(test_ctrl_c_ends_the_foreground_job_only),
        cmocka_unit_test(test_ctrl_z_fg_bg_jobs),
        cmocka_unit_test(test_background_read_stops_the_job),
        cmocka_unit_test(test_window_size_is_known_and_follows),
        cmocka_unit_test(test_resize_sends_sigwinch),
        cmocka_unit_test(test_escape_key_leaves_a_stuck_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
