/* test_stdio.c: streams: buffers, positions, modes, lines, and what is left when the process ends. */
#include "dy.h"
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

DY(setlocale);
DY(fopen);
DY(fdopen);
DY(freopen);
DY(fclose);
DY(fflush);
DY(fread);
DY(fwrite);
DY(fgetc);
DY(fputc);
DY(ungetc);
DY(fgets);
DY(fputs);
DY(getline);
DY(getdelim);
DY(fseek);
DY(ftell);
DY(rewind);
DY(feof);
DY(ferror);
DY(clearerr);
DY(setvbuf);
DY(fprintf);
DY(fscanf);
DY(fmemopen);
DY(open_memstream);
DY(tmpfile);
DY(remove);
DY(exit);
DY(free);
DY(fileno);
DY(dprintf);
DY(fopencookie);
DY(fgetwc);
DY(fputwc);
DY(getchar);
DY(perror);
DY(atexit);
extern FILE *const dy_stdin, *const dy_stdout, *const dy_stderr;

static char path[64];

static int setup(void **state)
{
    strcpy(path, "/tmp/dyad-test-stdio-XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
    return unlink(path);
}

static void write_host(const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static const char *read_host(void)
{
    static char buf[20000];
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    buf[fread(buf, 1, sizeof buf - 1, f)] = 0;
    fclose(f);
    return buf;
}

static void test_write_modes(void **state)
{
    FILE *f = dy_fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(dy_fprintf(f, "%s-%d", "one", 1), 5);
    assert_string_equal(read_host(), ""); /* still in the buffer */
    assert_int_equal(dy_fclose(f), 0);
    assert_string_equal(read_host(), "one-1");
    f = dy_fopen(path, "a");
    dy_fputs("+two", f);
    assert_int_equal(dy_ftell(f), 9);
    dy_fclose(f);
    assert_string_equal(read_host(), "one-1+two");
    f = dy_fopen(path, "r+");
    dy_fputs("ONE", f);
    dy_fclose(f);
    assert_string_equal(read_host(), "ONE-1+two");
    assert_null(dy_fopen(path, "wx"));
    assert_int_equal(dy_errno, EEXIST);
    assert_null(dy_fopen(path, "q"));
    assert_int_equal(dy_errno, EINVAL);
    assert_null(dy_fopen("/no/such", "r"));
    assert_int_equal(dy_errno, ENOENT);
}

/* A random walk over a file in "w+" mode, against an array. */
static void test_random_operations_equal_a_model(void **state)
{
    static unsigned char model[40000], buf[9000];
    size_t length = 0, at = 0;
    FILE *f = dy_fopen(path, "w+");
    int last = 0; /* 1 read, 2 write: the standard asks for a seek between */
    for (int i = 0; i < 30000; i++) {
        unsigned what = (unsigned)(test_random() % 6);
        size_t n = test_random() % (test_random() % 8 ? 50 : 6000);
        if (what < 2) {
            if (last == 2)
                dy_fseek(f, 0, SEEK_CUR);
            size_t want = at < length ? length - at : 0;
            want = want < n ? want : n;
            assert_int_equal(dy_fread(buf, 1, n, f), want);
            assert_memory_equal(buf, model + at, want);
            at += want;
            last = 1;
        } else if (what < 4) {
            if (last == 1)
                dy_fseek(f, 0, SEEK_CUR);
            if (at + n > sizeof model)
                continue;
            for (size_t k = 0; k < n; k++)
                buf[k] = (unsigned char)test_random();
            assert_int_equal(dy_fwrite(buf, 1, n, f), n);
            memcpy(model + at, buf, n);
            at += n;
            length = at > length ? at : length;
            last = 2;
        } else if (what == 4) {
            size_t to = length ? test_random() % length : 0;
            unsigned whence = (unsigned)(test_random() % 3);
            long offset = whence == SEEK_SET   ? (long)to
                          : whence == SEEK_CUR ? (long)to - (long)at
                                               : (long)to - (long)length;
            assert_int_equal(dy_fseek(f, offset, (int)whence), 0);
            at = to;
            last = 0;
        } else {
            assert_int_equal(dy_ftell(f), at);
            if (last == 1 && at < length && test_random() % 2) {
                int c = dy_fgetc(f);
                assert_int_equal(c, model[at]);
                assert_int_equal(dy_ungetc(c, f), c);
                assert_int_equal(dy_ftell(f), at);
            }
        }
    }
    dy_fclose(f);
    FILE *host = fopen(path, "r");
    static unsigned char all[50000];
    assert_int_equal(fread(all, 1, sizeof all, host), length);
    assert_memory_equal(all, model, length);
    fclose(host);
}

static void test_lines(void **state)
{
    char buf[8], *line = NULL;
    size_t size = 0;
    write_host("ab\nlonger than that\n\nlast");
    FILE *f = dy_fopen(path, "r");
    assert_string_equal(dy_fgets(buf, 8, f), "ab\n");
    assert_string_equal(dy_fgets(buf, 8, f), "longer ");
    assert_int_equal(dy_getline(&line, &size, f), 10);
    assert_string_equal(line, "than that\n");
    assert_int_equal(dy_getline(&line, &size, f), 1);
    assert_int_equal(dy_getdelim(&line, &size, 's', f), 3);
    assert_string_equal(line, "las");
    assert_string_equal(dy_fgets(buf, 8, f), "t");
    assert_true(dy_feof(f));
    assert_null(dy_fgets(buf, 8, f));
    assert_int_equal(dy_getline(&line, &size, f), -1);
    dy_rewind(f);
    assert_false(dy_feof(f));
    assert_int_equal(dy_fgetc(f), 'a');
    dy_fclose(f);
    dy_free(line);
    static char long_line[15001];
    memset(long_line, 'q', 15000);
    write_host(long_line);
    f = dy_fopen(path, "r");
    line = NULL;
    assert_int_equal(dy_getline(&line, &size, f), 15000);
    assert_string_equal(line, long_line);
    dy_free(line);
    dy_fclose(f);
}

static void test_wrong_direction_is_an_error(void **state)
{
    FILE *f = dy_fopen(path, "r");
    assert_int_equal(dy_fputc('x', f), EOF);
    assert_true(dy_ferror(f));
    assert_int_equal(dy_errno, EBADF);
    dy_clearerr(f);
    assert_false(dy_ferror(f));
    dy_fclose(f);
    f = dy_fopen("/dev/full", "w");
    dy_fputs("x", f);
    assert_int_equal(dy_fflush(f), EOF);
    assert_int_equal(dy_errno, ENOSPC);
    assert_int_equal(dy_fclose(f), EOF);
}

static void test_pushed_back_bytes(void **state)
{
    write_host("xyz");
    FILE *f = dy_fopen(path, "r");
    assert_int_equal(dy_ungetc('1', f), '1'); /* before any read */
    assert_int_equal(dy_ungetc('2', f), '2');
    assert_int_equal(dy_fgetc(f), '2');
    assert_int_equal(dy_fgetc(f), '1');
    assert_int_equal(dy_fgetc(f), 'x');
    while (dy_fgetc(f) != EOF)
        continue;
    assert_int_equal(dy_ungetc('e', f), 'e');
    assert_false(dy_feof(f));
    assert_int_equal(dy_fgetc(f), 'e');
    assert_int_equal(dy_fgetc(f), EOF);
    dy_fclose(f);
}

static void test_scanf_leaves_the_rest(void **state)
{
    int a = 0, b = 0;
    char word[8];
    write_host("12, 34xyz");
    FILE *f = dy_fopen(path, "r");
    assert_int_equal(dy_fscanf(f, "%d,%d", &a, &b), 2);
    assert_int_equal(a * 100 + b, 1234);
    assert_int_equal(dy_fscanf(f, "%2s", word), 1);
    assert_string_equal(word, "xy");
    assert_int_equal(dy_fgetc(f), 'z');
    assert_int_equal(dy_fscanf(f, "%d", &a), EOF);
    dy_fclose(f);
}

static void test_line_and_no_buffering(void **state)
{
    FILE *f = dy_fopen(path, "w");
    assert_int_equal(dy_setvbuf(f, NULL, _IOLBF, 0), 0);
    dy_fputs("one\ntwo", f);
    assert_string_equal(read_host(), "one\n");
    dy_fputc('\n', f);
    assert_string_equal(read_host(), "one\ntwo\n");
    assert_int_equal(dy_setvbuf(f, NULL, _IONBF, 0), 0);
    dy_fputc('x', f);
    assert_string_equal(read_host(), "one\ntwo\nx");
    dy_fprintf(f, "%d", 42);
    assert_string_equal(read_host(), "one\ntwo\nx42");
    char own[64];
    dy_setvbuf(f, own, _IOFBF, sizeof own);
    dy_fputs("yy", f);
    assert_string_equal(read_host(), "one\ntwo\nx42");
    dy_fclose(f);
    assert_string_equal(read_host(), "one\ntwo\nx42yy");
}

static void test_memory_streams(void **state)
{
    char block[16] = "0123456789", *out = NULL;
    size_t size = 99;
    FILE *f = dy_fmemopen(block, 10, "r");
    char got[32] = {0};
    assert_int_equal(dy_fread(got, 1, sizeof got, f), 10);
    assert_string_equal(got, "0123456789");
    assert_int_equal(dy_fseek(f, -3, SEEK_END), 0);
    assert_int_equal(dy_fgetc(f), '7');
    dy_fclose(f);
    f = dy_fmemopen(block, sizeof block, "w");
    dy_fputs("abc", f);
    dy_fclose(f);
    assert_string_equal(block, "abc");
    f = dy_fmemopen(block, 4, "w");
    dy_setvbuf(f, NULL, _IONBF, 0);
    dy_fputs("abcdefgh", f);
    assert_true(dy_ferror(f));
    dy_fclose(f);
    f = dy_open_memstream(&out, &size);
    assert_int_equal(size, 0);
    for (int i = 0; i < 5000; i++)
        dy_fprintf(f, "%04d", i);
    dy_fflush(f);
    assert_int_equal(size, 20000);
    assert_memory_equal(out + 19996, "4999", 5);
    dy_fseek(f, 4, SEEK_SET);
    dy_fputs("XX", f);
    dy_fclose(f);
    assert_int_equal(size, 6);
    assert_memory_equal(out, "0000XX01", 8);
    dy_free(out);
}

static void test_reopening(void **state)
{
    FILE *f = dy_fopen(path, "w");
    int fd = dy_fileno(f);
    dy_fputs("first", f);
    assert_ptr_equal(dy_freopen(path, "r", f), f);
    assert_int_equal(dy_fileno(f), fd);
    assert_int_equal(dy_fgetc(f), 'f');
    assert_null(dy_freopen("/no/such", "r", f));
    assert_int_equal(dy_errno, ENOENT);
    f = dy_tmpfile();
    dy_fputs("tmp", f);
    dy_rewind(f);
    assert_int_equal(dy_fgetc(f), 't');
    dy_fclose(f);
}

static void test_wide_characters_are_utf8(void **state)
{
    dy_setlocale(LC_CTYPE, "C.UTF-8");
    FILE *f = dy_fopen(path, "w+");
    dy_fputwc(L'\u20ac', f);
    dy_fputwc(L'a', f);
    dy_rewind(f);
    assert_int_equal(dy_fgetwc(f), 0x20ac);
    assert_int_equal(dy_fgetwc(f), 'a');
    assert_int_equal(dy_fgetwc(f), WEOF);
    dy_fclose(f);
    assert_string_equal(read_host(), "\xe2\x82\xac"
                                     "a");
}

static void late(void)
{
    dy_fputs(" late", dy_stdout);
}

static void write_and_exit(void)
{
    dup2(open(path, O_WRONLY | O_TRUNC), 1);
    FILE *f = dy_fdopen(dup(1), "w");
    dy_atexit(late);
    dy_fputs("stdout", dy_stdout);
    dy_fputs(" other", f);
    dy_exit(7);
}

static void test_exit_runs_handlers_then_flushes(void **state)
{
    int status = test_in_child(write_and_exit);
    assert_int_equal(WEXITSTATUS(status), 7);
    assert_string_equal(read_host(), "stdout late other");
}

static void read_a_line_and_exit(void)
{
    dup2(open(path, O_RDONLY), 0);
    dy_getchar();
    if (fork() == 0)
        _exit(0);
    dy_fflush(dy_stdin);
    char rest[16] = {0};
    _exit(read(0, rest, 15) == 5 && strcmp(rest, "bcdef") == 0 ? 0 : 1);
}

static void test_flushing_input_gives_back_what_was_read_ahead(void **state)
{
    write_host("abcdef");
    assert_int_equal(test_in_child(read_a_line_and_exit), 0);
}

static void *print_lines(void *f)
{
    for (int i = 0; i < 2000; i++)
        dy_fprintf(f, "%s-%d-%s\n", "aaaaaaaaaa", 7, "bbbbbbbbbb");
    return NULL;
}

static void test_threads_do_not_mix_lines(void **state)
{
    FILE *f = dy_fopen(path, "w+");
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, print_lines, f);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    dy_rewind(f);
    char line[64];
    for (int i = 0; i < 6000; i++)
        assert_string_equal(dy_fgets(line, sizeof line, f), "aaaaaaaaaa-7-bbbbbbbbbb\n");
    assert_null(dy_fgets(line, sizeof line, f));
    dy_fclose(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_write_modes),
        TEST(test_random_operations_equal_a_model),
        TEST(test_lines),
        TEST(test_wrong_direction_is_an_error),
        TEST(test_pushed_back_bytes),
        TEST(test_scanf_leaves_the_rest),
        TEST(test_line_and_no_buffering),
        TEST(test_memory_streams),
        TEST(test_reopening),
        TEST(test_wide_characters_are_utf8),
        TEST(test_exit_runs_handlers_then_flushes),
        TEST(test_flushing_input_gives_back_what_was_read_ahead),
        TEST(test_threads_do_not_mix_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
