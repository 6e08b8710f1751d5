/* test_boot.c: does init find its files in the initfs, and turn boot arguments into the right session? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "servers/init/cpio.h"
#include "servers/init/logring.h"
#include "servers/init/plan.h"

/* ---- cpio ---- */

static uint8_t archive[16384];
static size_t archive_size;

static void pad(void)
{
    while (archive_size % 4)
        archive[archive_size++] = 0;
}

static void put(const char *path, uint32_t mode, const char *contents)
{
    archive_size += (size_t)sprintf((char *)archive + archive_size,
                                    "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 1,
                                    mode, 0, 0, 1, 0, (unsigned)strlen(contents), 0, 0, 0, 0,
                                    (unsigned)strlen(path) + 1, 0);
    strcpy((char *)archive + archive_size, path);
    archive_size += strlen(path) + 1;
    pad();
    memcpy(archive + archive_size, contents, strlen(contents));
    archive_size += strlen(contents);
    pad();
}

static void end_archive(void)
{
    put("TRAILER!!!", 0, "");
    while (archive_size % 512)
        archive[archive_size++] = 0;
}

static int setup(void **state)
{
    (void)state;
    memset(archive, 0, sizeof archive);
    archive_size = 0;
    return 0;
}

static bool contents_are(const char *path, const char *expected)
{
    struct cpio cpio = {archive, archive_size};
    struct cpio_entry entry;

    return cpio_find(&cpio, path, &entry) && entry.size == strlen(expected) &&
           memcmp(archive + entry.offset, expected, entry.size) == 0;
}

static void test_find_takes_the_last_archives_file(void **state)
{
    (void)state;
    put(".", 0040755, "");
    put("./sbin/a", 0100755, "old a");
    put("sbin/b", 0100755, "b");
    end_archive();
    put("sbin/a", 0100755, "new");
    end_archive();
    assert_true(contents_are("/sbin/a", "new"));
    assert_true(contents_are("/sbin/b", "b"));
    assert_false(contents_are("/sbin/c", ""));
    assert_false(contents_are("/sbin", ""));
}

static void test_find_follows_links_and_gives_up_on_loops(void **state)
{
    (void)state;
    put("bin/dash", 0100755, "shell");
    put("bin/sh", 0120777, "dash");
    put("sbin/sh", 0120777, "/bin/sh");
    put("bin/loop", 0120777, "loop");
    end_archive();
    assert_true(contents_are("/sbin/sh", "shell"));
    assert_false(contents_are("/bin/loop", ""));
}

static void test_names_may_be_padded_with_zeros(void **state)
{
    (void)state;
    put("sbin/a", 0100755, "a");
    end_archive();
    size_t start = archive_size;
    put("sbin/pad", 0100755, "x");
    memcpy(archive + start + 110, "sbin/a\0\0", 8); /* the same record length, a shorter name */
    end_archive();
    assert_true(contents_are("/sbin/a", "x"));
}

static void test_damage_is_noticed_and_never_read_over(void **state)
{
    struct cpio_entry entry;
    bool damaged;

    (void)state;
    put("a", 0100644, "aaaa");
    put("b", 0100644, "bbbb");
    for (size_t size = 0; size <= archive_size; size++) {
        uint8_t *copy = malloc(size ? size : 1);
        memcpy(copy, archive, size);
        struct cpio cpio = {copy, size};
        size_t entries = 0;
        for (size_t at = 0; cpio_next(&cpio, at, &entry, &damaged); at = entry.next)
            entries++;
        assert_true(entries <= 2);
        assert_int_equal(damaged, size != 0 && size != 116 && size < archive_size);
        free(copy);
    }
    memcpy(archive + 6 + 6 * 8, "FFFFFFFF", 8); /* an absurd size */
    struct cpio cpio = {archive, archive_size};
    assert_false(cpio_next(&cpio, 0, &entry, &damaged));
    assert_true(damaged);
}

/* ---- The plan ---- */

static void expect_argv(const char *args, size_t length, const char *expected)
{
    struct plan plan;
    char joined[256] = "";

    assert_int_equal(plan_make(&plan, args, length), 0);
    for (char **word = plan.argv; *word; word++)
        strcat(strcat(joined, *word), "|");
    assert_string_equal(joined, expected);
    plan_free(&plan);
}

#define ARGS(text) text, sizeof text - 1

static void test_boot_arguments_become_argv(void **state)
{
    (void)state;
    expect_argv(ARGS(""), "sh|");
    expect_argv(ARGS("tty=1\0term=xterm\0"), "sh|");
    expect_argv(ARGS("command=echo hi\0"), "sh|-c|echo hi|");
    expect_argv(ARGS("command=x\0arg=1\0arg=\0arg=3"), "sh|-c|x|1||3|");
    expect_argv(ARGS("script=/host/a.sh\0arg=-v\0"), "sh|/host/a.sh|-v|");
    expect_argv(ARGS("\0unknown=1\0=\0command=\0"), "sh|-c||");
}

static void test_terminal_and_environment(void **state)
{
    struct plan plan;
    bool term = false;

    (void)state;
    assert_int_equal(plan_make(&plan, ARGS("tty=1\0term=xterm-256color\0verbose=1\0")), 0);
    assert_true(plan.tty && plan.verbose);
    for (char **entry = plan.envp; *entry; entry++)
        term |= strcmp(*entry, "TERM=xterm-256color") == 0;
    assert_true(term);
    plan_free(&plan);
    assert_int_equal(plan_make(&plan, ARGS("tty=0\0")), 0);
    assert_false(plan.tty || plan.verbose || plan.screen);
    plan_free(&plan);
    assert_int_equal(plan_make(&plan, ARGS("tty=1\0console=screen\0")), 0);
    assert_true(plan.screen);
    plan_free(&plan);
    assert_int_equal(plan_make(&plan, ARGS("tty=1\0console=serial\0")), 0);
    assert_false(plan.screen);
    plan_free(&plan);
    assert_int_equal(plan_make(&plan, ARGS("console=screen\0")), 0); /* it is no terminal at all */
    assert_false(plan.screen);
    plan_free(&plan);
}

static void test_exit_status_is_a_shells(void **state)
{
    (void)state;
    assert_int_equal(plan_exit_status(0), 0);
    assert_int_equal(plan_exit_status(7 << 8), 7);
    assert_int_equal(plan_exit_status(9), 137);
    assert_int_equal(plan_exit_status(11 | 0x80), 139);
}

/* ---- The log ring ---- */

static char lines[20000];

static void each_line(void *context, const char *line, size_t length)
{
    (void)context;
    strncat(lines, line, length);
    strcat(lines, "|");
}

static void test_ring_cuts_a_stream_into_lines(void **state)
{
    static struct logring ring;
    struct text text = {0};

    (void)state;
    lines[0] = '\0';
    logring_feed(&ring, "on", 2, each_line, NULL);
    logring_feed(&ring, "e\n\ntwo\nth", 9, each_line, NULL);
    assert_string_equal(lines, "one|two|");
    logring_flush(&ring, each_line, NULL);
    assert_string_equal(lines, "one|two|th|");
    logring_read(&ring, &text);
    assert_string_equal(text.bytes, "one\ntwo\nth\n");
    text_free(&text);
}

static void test_ring_keeps_the_last_whole_lines(void **state)
{
    static struct logring ring;
    struct text text = {0};
    char line[32];

    (void)state;
    for (int i = 0; i < 2000; i++) {
        int length = snprintf(line, sizeof line, "line %d", i);
        logring_add_line(&ring, line, (size_t)length);
    }
    logring_read(&ring, &text);
    assert_true(text.length > LOGRING_SIZE - 32 && text.length <= LOGRING_SIZE);
    assert_memory_equal(text.bytes, "line ", 5);
    assert_string_equal(text.bytes + text.length - 10, "line 1999\n");
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_find_takes_the_last_archives_file, setup),
        cmocka_unit_test_setup(test_find_follows_links_and_gives_up_on_loops, setup),
        cmocka_unit_test_setup(test_names_may_be_padded_with_zeros, setup),
        cmocka_unit_test_setup(test_damage_is_noticed_and_never_read_over, setup),
        cmocka_unit_test(test_boot_arguments_become_argv),
        cmocka_unit_test(test_terminal_and_environment),
        cmocka_unit_test(test_exit_status_is_a_shells),
        cmocka_unit_test(test_ring_cuts_a_stream_into_lines),
        cmocka_unit_test(test_ring_keeps_the_last_whole_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
