/* editors.c: does one work comfortably on a terminal? The pager and the editor of the image; with the argument "nano", that one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "pty.h"

static struct pty pty;

static void expect(const char *text)
{
    assert_true(pty_expect(&pty, text, 15000));
}

/* Type keys and wait for what they make appear. */
static void keys(const char *typed, const char *answer)
{
    pty_type(&pty, typed);
    expect(answer);
}

static int start(void **state)
{
    (void)state;
    char *argv[] = {getenv("DYAD_HOSTED"), "--initfs", getenv("DYAD_INITFS"), NULL};
    pty_start(&pty, argv, 24, 80);
    assert_true(pty_expect(&pty, "# ", 30000));
    return 0;
}

static int stop(void **state)
{
    (void)state;
    pty_type(&pty, "exit 7\r");
    int status = pty_wait(&pty, 15000);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    return 0;
}

static void test_less_turns_pages_and_searches(void **state)
{
    (void)state;
    keys("seq 300 | less\r", "\n23\r\n:");
    keys(" ", "\n46\r\n:");
    keys("G", "\n300\r\n");
    expect("(END)");
    keys("g", "1\r\n");
    keys("/^250\r", "250");
    expect("272\r\n:");
    keys("q", "# ");
}

static void test_less_follows_the_size_of_the_terminal(void **state)
{
    (void)state;
    keys("seq 300 | less\r", "\n23\r\n:");
    /* less notices a SIGWINCH between its prompt and its read only with the next key: so does `r` (paint again). */
    pty_resize(&pty, 10, 80);
    keys("r", "\n9\r\n:");
    pty_resize(&pty, 24, 80);
    keys("r", "\n23\r\n:");
    keys("q", "# ");
}

static void test_less_shows_a_file_by_name_and_is_stopped_and_resumed(void **state)
{
    (void)state;
    keys("seq 100 >/tmp/numbers; less /tmp/numbers\r", "\n23\r\n");
    keys("\032", "Stopped");
    expect("# ");
    keys("fg\r", "\n23\r\n");
    keys("q", "# ");
}

static void test_vi_writes_a_file(void **state)
{
    (void)state;
    keys("echo two >/tmp/letter; vi /tmp/letter\r", "1,1"); /* where the cursor is */
    keys("i", "INSERT");
    keys("one and ", "one and two");
    /* The status line without INSERT: what follows at once would make another key of the escape. */
    keys("\033", "\033[24;0H\033[2K\033[24;");
    keys(":wq\r", "# ");
    keys("cat /tmp/letter\r", "\none and two\r\n");
    expect("# ");
    keys("vi /tmp/new\r", "1,1");
    keys("i", "INSERT");
    keys("a line", "a line");
    keys("\033", "\033[24;0H\033[2K\033[24;");
    keys(":wq\r", "# ");
    keys("cat /tmp/new\r", "\na line\r\n");
    expect("# ");
}

static void test_nano_writes_a_file(void **state)
{
    (void)state;
    keys("nano /tmp/note\r", "GNU nano");
    keys("first line\rsecond \303\251", "second \303\251");
    keys("\017", "/tmp/note"); /* write out: the name to confirm */
    keys("\r", "Wrote 2 lines");
    keys("\027", "Search");
    keys("first\r", "\033");
    pty_type(&pty, "\030");
    expect("# ");
    keys("wc /tmp/note\r", "2 ");
    expect("# ");
    keys("cat /tmp/note\r", "\nfirst line\r\nsecond \303\251\r\n");
    expect("# ");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest of_the_image[] = {
        cmocka_unit_test_setup_teardown(test_less_turns_pages_and_searches, start, stop),
        cmocka_unit_test_setup_teardown(test_less_follows_the_size_of_the_terminal, start, stop),
        cmocka_unit_test_setup_teardown(test_less_shows_a_file_by_name_and_is_stopped_and_resumed,
                                        start, stop),
        cmocka_unit_test_setup_teardown(test_vi_writes_a_file, start, stop),
    };
    const struct CMUnitTest of_nano[] = {
        cmocka_unit_test_setup_teardown(test_nano_writes_a_file, start, stop),
    };
    if (argc > 1 && strcmp(argv[1], "nano") == 0)
        return cmocka_run_group_tests(of_nano, NULL, NULL);
    return cmocka_run_group_tests(of_the_image, NULL, NULL);
}
