/* test_conf.c: do the lines of boot.conf become the right boot arguments, and the wrong ones warnings with their number? */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/x86_64/efi/conf.h"

static void note(unsigned line, const char *what, void *context)
{
    char *notes = context;
    size_t used = strlen(notes);
    snprintf(notes + used, 500 - used, "%u %s\n", line, what);
}

/* In buffers of exactly the sizes of the contract. */
static size_t parse(const char *text, size_t bytes, char *out, char *notes)
{
    char *copy = malloc(bytes ? bytes : 1), *args = malloc(bytes + 1);
    assert_non_null(copy);
    assert_non_null(args);
    memcpy(copy, text, bytes);
    notes[0] = '\0';
    struct conf conf = conf_parse(copy, bytes, args, note, notes);
    size_t used = conf.args_bytes;
    assert_true(used <= bytes + 1);
    memcpy(out, args, used);
    free(copy);
    free(args);
    return used;
}

#define ARGS(text) (text), sizeof(text) - 1

struct conf_case {
    const char *text;
    size_t text_bytes;
    const char *args;
    size_t args_bytes;
    const char *warnings;
};

static const struct conf_case cases[] = {
    {ARGS(""), ARGS(""), ""},
    {ARGS("# only\n\n   \n  # comments=1\n"), ARGS(""), ""},
    {ARGS("argument=command=echo  a b; exit 3\n"), ARGS("command=echo  a b; exit 3\0"), ""},
    {ARGS("argument=arg=1\nargument=arg=2"), ARGS("arg=1\0arg=2\0"), ""},
    {ARGS("argument=arg=a\\nb\\tc\\\\d\\x41\\xff\n"), ARGS("arg=a\nb\tc\\dA\xff\0"), ""},
    {ARGS("argument= x \n"), ARGS(" x \0"), ""},
    {ARGS("argument=arg=\xff\n"), ARGS("arg=\xff\0"), ""},
    {ARGS("append=  tty=1   term=x \n"), ARGS("tty=1\0term=x\0"), ""},
    {ARGS("append=a=1"), ARGS("a=1\0"), ""},
    {ARGS("cores=64"), ARGS("cores=64\0"), ""},
    {ARGS("  cores =  2  \r\nloglevel=0\r\n"), ARGS("cores=2\0loglevel=0\0"), ""},
    {ARGS("\xef\xbb\xbf"
          "cores=2\n"),
     ARGS("cores=2\0"), ""},
    {ARGS("argument=a=1\r\n"), ARGS("a=1\0"), ""},
    {ARGS("#\ncores=65\n"), ARGS(""), "2 cores: give a number from 1 to 64\n"},
    {ARGS("cores=0\ncores=\ncores=2x\ncores=-1\ncores=4294967297"), ARGS(""),
     "1 cores: give a number from 1 to 64\n2 cores: give a number from 1 to 64\n3 cores: give a number from 1 to 64\n"
     "4 cores: give a number from 1 to 64\n5 cores: give a number from 1 to 64\n"},
    {ARGS("loglevel=4"), ARGS(""), "1 loglevel: give a number from 0 to 3\n"},
    {ARGS("cores=1\ncores=2\n"), ARGS("cores=1\0"), "2 was given before; the first counts\n"},
    {ARGS("colour=red\ncores=1\n"), ARGS("cores=1\0"),
     "1 has an unknown key; there are append, argument, cores, loglevel, screen\n"},
    {ARGS("=1\n"), ARGS(""),
     "1 has an unknown key; there are append, argument, cores, loglevel, screen\n"},
    {ARGS("nonsense\ncores=1"), ARGS("cores=1\0"), "1 is not KEY=VALUE\n"},
    {ARGS("argument=\n"), ARGS(""), "1 argument: needs a value\n"},
    {ARGS("argument=good\nargument=bad\\q\n"), ARGS("good\0"),
     "2 argument: after \\ only n, t, \\ and xHH (not x00) are known\n"},
    {ARGS("argument=bad\\x00"), ARGS(""),
     "1 argument: after \\ only n, t, \\ and xHH (not x00) are known\n"},
    {ARGS("argument=bad\\x4"), ARGS(""),
     "1 argument: after \\ only n, t, \\ and xHH (not x00) are known\n"},
    {ARGS("argument=bad\\"), ARGS(""),
     "1 argument: after \\ only n, t, \\ and xHH (not x00) are known\n"},
    {ARGS("cores=1\0\nloglevel=1"), ARGS("loglevel=1\0"), "1 is not text\n"},
};

static void test_lines_become_arguments_and_warnings(void **state)
{
    char out[256], notes[512];
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        const struct conf_case *c = &cases[i];
        size_t used = parse(c->text, c->text_bytes, out, notes);
        if (used != c->args_bytes || memcmp(out, c->args, used) != 0 ||
            strcmp(notes, c->warnings) != 0)
            fail_msg("case %zu: %zu bytes, warnings:\n%s", i, used, notes);
    }
}

static void test_screen_is_a_size(void **state)
{
    static const struct {
        const char *text;
        uint32_t width, height;
    } sizes[] = {{"screen=1280x800", 1280, 800},
                 {" screen = 1x16384 ", 1, 16384},
                 {"screen=1280", 0, 0},
                 {"screen=x", 0, 0},
                 {"screen=0x5", 0, 0},
                 {"screen=5x0", 0, 0},
                 {"screen=1x2x3", 0, 0},
                 {"screen=16385x1", 0, 0},
                 {"screen=", 0, 0}};
    for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
        char args[64], notes[512] = "";
        struct conf conf = conf_parse(sizes[i].text, strlen(sizes[i].text), args, note, notes);
        assert_int_equal(conf.args_bytes, 0);
        assert_int_equal(conf.screen_width, sizes[i].width);
        assert_int_equal(conf.screen_height, sizes[i].height);
        assert_string_equal(notes,
                            sizes[i].width ? "" : "1 screen: give a size such as 1280x800\n");
    }
}

static void test_random_text_is_safe(void **state)
{
    static const char letters[] = "cores=loglevel=argument=append=\\xnt019 \n\n\r#\0\xff";
    static char out[256], notes[512], text[200];
    uint32_t seed = 3;
    unsigned with_arguments = 0;
    for (unsigned i = 0; i < 50000; i++) {
        size_t bytes = 0;
        while (bytes < sizeof(text)) {
            seed = seed * 1664525 + 1013904223;
            if (!(seed >> 8 & 63))
                break;
            if (!(seed >> 14 & 7) && bytes + 9 < sizeof(text)) {
                memcpy(text + bytes, "\nargument=", 10);
                bytes += 10;
                continue;
            }
            text[bytes++] = letters[(seed >> 17) % sizeof(letters)];
        }
        size_t used = parse(text, bytes, out, notes);
        if (used) {
            with_arguments++;
            assert_int_equal(out[used - 1], 0);
        }
    }
    assert_true(with_arguments > 1000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_become_arguments_and_warnings),
        cmocka_unit_test(test_screen_is_a_size),
        cmocka_unit_test(test_random_text_is_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
