/* replay_terminal.c: is a recorded session on a terminal played again byte for byte, without a terminal? */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pty.h"

#define SOON 20000

static struct pty pty;
static char folder[] = "/tmp/dyad-replay-XXXXXX";
static char recording[64], seen[64], again[64];

static void expect(const char *text)
{
    assert_true(pty_expect(&pty, text, SOON));
}

static void record(void)
{
    char *argv[] = {
        getenv("DYAD_HOSTED"), "--initfs", getenv("DYAD_INITFS"), "--record", recording, NULL};
    pty.copy = fopen(seen, "w");
    assert_non_null(pty.copy);
    pty_start(&pty, argv, 30, 100);
    expect("# ");
}

static void line(const char *text, const char *answer)
{
    pty_type(&pty, text);
    pty_type(&pty, "\r");
    expect(answer);
    expect("# ");
}

static void end(int expected)
{
    int status = pty_wait(&pty, SOON);
    fclose(pty.copy);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), expected);
}

static size_t contents(const char *path, char **out)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size_t bytes = (size_t)ftell(file);
    assert_int_equal(fseek(file, 0, SEEK_SET), 0);
    *out = malloc(bytes + 1);
    assert_non_null(*out);
    assert_int_equal(fread(*out, 1, bytes, file), bytes);
    fclose(file);
    return bytes;
}

/* Played with another clock and no terminal: the same status, the same bytes. */
static void assert_replays(int expected)
{
    char command[1024], *first, *second;
    snprintf(command, sizeof command, "timeout 60 '%s' --initfs '%s' --replay %s </dev/null >%s",
             getenv("DYAD_HOSTED"), getenv("DYAD_INITFS"), recording, again);
    int status = system(command); /* NOLINT(cert-env33-c) */
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), expected);
    size_t bytes = contents(seen, &first);
    assert_int_equal(contents(again, &second), bytes);
    assert_true(bytes > 0);
    assert_memory_equal(first, second, bytes);
    free(first);
    free(second);
}

static void test_session_with_jobs_signals_and_a_resize_is_replayed(void **state)
{
    (void)state;
    record();
    line("echo $((6 * 7)) >f; cat f f | sort", "\n42\r\n42\r\n");
    line("stty size", "\n30 100\r\n");
    pty_resize(&pty, 40, 120);
    line("sleep 0.2; stty size", "\n40 120\r\n");
    line("date +%N; echo $$; head -c 100 /dev/urandom | wc -c", "\n100\r\n");
    pty_type(&pty, "sh -c 'echo runs; exec sleep 100'\r");
    expect("\nruns\r\n");
    pty_type(&pty, "\003");
    expect("# ");
    pty_type(&pty, "cat\rheld\r");
    expect("\nheld\r\n");
    pty_type(&pty, "\004");
    expect("# ");
    pty_type(&pty, "exit 9\r");
    end(9);
    assert_replays(9);
}

static void test_session_left_by_the_escape_key_is_replayed(void **state)
{
    (void)state;
    record();
    line("echo here", "\nhere\r\n");
    pty_type(&pty, "\035q");
    end(130);
    assert_replays(130);
}

static void test_session_ended_by_a_signal_is_replayed(void **state)
{
    (void)state;
    record();
    line("echo here", "\nhere\r\n");
    kill(pty.pid, SIGTERM);
    end(143);
    assert_replays(143);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_session_with_jobs_signals_and_a_resize_is_replayed),
        cmocka_unit_test(test_session_left_by_the_escape_key_is_replayed),
        cmocka_unit_test(test_session_ended_by_a_signal_is_replayed),
    };
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(recording, sizeof recording, "%s/rec", folder);
    snprintf(seen, sizeof seen, "%s/seen", folder);
    snprintf(again, sizeof again, "%s/again", folder);
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(recording);
    unlink(seen);
    unlink(again);
    rmdir(folder);
    return failures;
}
