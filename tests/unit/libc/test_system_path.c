/* test_system_path.c: which server a path goes to, redirects between servers, and long transfers. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "abi/error.h"
#include "abi/file.h"
#include "abi/layout.h"
#include "abi/scheme.h"
#include "mock_kernel.h"
#include "path_calls.h"

struct path_target {
    handle_t dir;
    const char *text;
    size_t len;
    _Atomic handle_t *place;
};
extern struct process_files dy___files;
int64_t dy___path_target(int dirfd, const char *path, char *room, struct path_target *out);
size_t dy___path_scheme_prefix(const char *text, size_t len);
int64_t dy___handle_read(handle_t h, void *buf, size_t n, int64_t offset);
int64_t dy___handle_write(handle_t h, const void *buf, size_t n, int64_t offset);
int64_t dy___fd_install(int64_t handle, bool cloexec, int minimum);

#define FDCWD     (-100)
#define ROOT      1
#define CWD       2
#define FOLDER    3
#define FOLDER_FD 5

static int setup(void **state)
{
    dy___files.root = ROOT;
    dy___files.cwd = CWD;
    dy___files.chrooted = false;
    dy___files.cwd_path = "/home";
    dy___fd_table[FOLDER_FD] = FOLDER + 1;
    mock_reset();
    return 0;
}

static void expect_target(int dirfd, const char *path, handle_t dir, const char *text)
{
    char room[DYAD_PATH_MAX + 1];
    struct path_target target;
    assert_int_equal(dy___path_target(dirfd, path, room, &target), 0);
    assert_int_equal(target.dir, dir);
    assert_int_equal(target.len, strlen(text));
    assert_memory_equal(target.text, text, target.len);
}

/* There are the schemes tty and null. */
static int64_t kernel_with_two_schemes(uint64_t number, const uint64_t a[6])
{
    if (number == SYS_handle_close)
        return 0;
    assert_int_equal(number, SYS_open);
    assert_int_equal(a[0], HANDLE_NONE);
    const char *name = (const char *)(uintptr_t)a[1];
    bool known =
        (a[2] == 4 && memcmp(name, "tty:", 4) == 0) || (a[2] == 5 && memcmp(name, "null:", 5) == 0);
    return known ? 42 : -ERR_NODEV;
}

static void test_paths_go_where_they_should(void **state)
{
    mock_syscall = kernel_with_two_schemes;
    expect_target(FDCWD, "/etc/passwd", ROOT, "etc/passwd");
    expect_target(FDCWD, "///etc", ROOT, "etc");
    expect_target(FDCWD, "/", ROOT, ".");
    expect_target(FDCWD, "/.hidden", ROOT, ".hidden");
    expect_target(FDCWD, "file", CWD, "file");
    expect_target(FOLDER_FD, "file", FOLDER, "file");
    expect_target(FOLDER_FD, "/etc", ROOT, "etc");
    expect_target(FDCWD, "tty:current", HANDLE_NONE, "tty:current");
    expect_target(FDCWD, "null:", HANDLE_NONE, "null:");
    expect_target(FDCWD, "/scheme/tty/current/x", HANDLE_NONE, "tty:current/x");
    expect_target(FDCWD, "/scheme/null", HANDLE_NONE, "null:");
    expect_target(FDCWD, "/scheme/null/", HANDLE_NONE, "null:");
    expect_target(FDCWD, "/scheme/", ROOT, "scheme/");
    expect_target(FDCWD, "/scheme", ROOT, "scheme");
    expect_target(FDCWD, "/schemes/x", ROOT, "schemes/x");
    expect_target(FDCWD, "./a:b", CWD, "./a:b");
    expect_target(FDCWD, "dir/a:b", CWD, "dir/a:b");
    expect_target(FDCWD, ":x", CWD, ":x");
    expect_target(FDCWD, "a:b", CWD, "a:b");
    expect_target(FOLDER_FD, "a:b", FOLDER, "a:b");
    expect_target(FOLDER_FD, "null:", FOLDER, "null:");
    expect_target(-1, "gone:", HANDLE_NONE, "gone:");
}

/* Names of one letter. */
static void fill_path(char *path, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        path[i] = i % 2 ? '/' : 'a';
}

static void test_bad_paths_are_refused(void **state)
{
    char room[DYAD_PATH_MAX + 1], longest[DYAD_PATH_MAX + 2];
    struct path_target target;
    assert_int_equal(dy___path_target(FDCWD, "", room, &target), -ERR_NOENT);
    assert_int_equal(dy___path_target(9, "x", room, &target), -ERR_BADF);
    assert_int_equal(dy___path_target(-1, "x", room, &target), -ERR_BADF);
    fill_path(longest, sizeof longest);
    longest[PATH_MAX] = 0;
    assert_int_equal(dy___path_target(FDCWD, longest, room, &target), -ERR_NAMETOOLONG);
    longest[PATH_MAX - 1] = 0;
    assert_int_equal(dy___path_target(FDCWD, longest, room, &target), 0);
}

static void test_longest_scheme_path_fits_its_room(void **state)
{
    char room[DYAD_PATH_MAX + 1], path[DYAD_PATH_MAX + 1];
    struct path_target target;
    fill_path(path, sizeof path);
    memcpy(path, "/scheme/n/", 10);
    path[PATH_MAX - 1] = 0;
    assert_int_equal(dy___path_target(FDCWD, path, room, &target), 0);
    assert_int_equal(target.len, PATH_MAX - 1 - 8);
    assert_int_equal(strlen(target.text), target.len);
}

/* ---- redirects ---- */

static const char
    *redirects[4]; /* redirects[i]: the answer to the i-th open or verb; NULL: success */
static int answered;
static char seen_paths[64][256];
static handle_t seen_dirs[64];

static int64_t answer_open(const uint64_t a[6])
{
    assert_true(answered < 64);
    seen_dirs[answered] = (handle_t)a[0];
    memcpy(seen_paths[answered], (const void *)(uintptr_t)a[1], a[2]);
    seen_paths[answered][a[2]] = 0;
    const char *redirect = answered < 4 ? redirects[answered] : NULL;
    answered++;
    if (!redirect)
        return 42;
    strcpy((char *)(uintptr_t)a[5], redirect);
    return -ERR_XDEV;
}

static int64_t redirecting_kernel(uint64_t number, const uint64_t a[6])
{
    assert_int_equal(number, SYS_open);
    return answer_open(a);
}

static int64_t looping_kernel(uint64_t number, const uint64_t a[6])
{
    assert_int_equal(number, SYS_open);
    strcpy((char *)(uintptr_t)a[5], "/again");
    return -ERR_XDEV;
}

static void test_open_follows_redirects(void **state)
{
    const char *answers[4] = {"/scheme/tty/current", "/dev/console", NULL, NULL};
    memcpy(redirects, answers, sizeof redirects);
    answered = 0;
    mock_syscall = redirecting_kernel;
    assert_int_equal(dy___path_open(FDCWD, "dev/tty", FILE_READ, 0), 42);
    assert_int_equal(answered, 3);
    assert_int_equal(seen_dirs[0], CWD);
    assert_string_equal(seen_paths[0], "dev/tty");
    assert_int_equal(seen_dirs[1], HANDLE_NONE);
    assert_string_equal(seen_paths[1], "tty:current");
    assert_int_equal(seen_dirs[2], ROOT);
    assert_string_equal(seen_paths[2], "dev/console");
}

static void test_endless_redirects_give_eloop(void **state)
{
    mock_syscall = looping_kernel;
    assert_int_equal(dy___path_open(FDCWD, "/x", FILE_READ, 0), -ERR_LOOP);
    assert_int_equal(mock_calls, 41);
}

/* What a server may say is an absolute path or one of a scheme; the caller's directory is none of its business. */
static void test_relative_redirect_is_an_error(void **state)
{
    const char *answers[4] = {"x", NULL, NULL, NULL};
    memcpy(redirects, answers, sizeof redirects);
    answered = 0;
    mock_syscall = redirecting_kernel;
    assert_int_equal(dy___path_open(FDCWD, "/link", FILE_READ, 0), -ERR_PROTO);
    assert_int_equal(answered, 1);
}

static int closed;

/* unlink: the first answer sends the caller to another scheme, whose root is opened and asked. */
static int64_t verb_kernel(uint64_t number, const uint64_t a[6])
{
    struct call_args *args = (struct call_args *)(uintptr_t)a[2];
    switch (number) {
    case SYS_open: return answer_open(a);
    case SYS_handle_close: closed = (int)a[0]; return 0;
    case SYS_call:
        assert_int_equal(a[1], VERB_unlinkat);
        if ((handle_t)a[0] == ROOT) {
            assert_memory_equal(args->in, "link/x", args->in_len);
            strcpy(args->out, "/scheme/ram/dir/x");
            args->out_done = 17;
            return -ERR_XDEV;
        }
        assert_int_equal(a[0], 42);
        assert_int_equal(args->in_len, 5);
        assert_memory_equal(args->in, "dir/x", 5);
        return 0;
    default: fail_msg("unexpected system call %lu", number); return 0;
    }
}

static void test_verbs_follow_redirects_to_a_scheme(void **state)
{
    struct path_request request = {.verb = VERB_unlinkat};
    memset(redirects, 0, sizeof redirects);
    answered = closed = 0;
    mock_syscall = verb_kernel;
    assert_int_equal(dy___path_call(FDCWD, "/link/x", &request), 0);
    assert_string_equal(seen_paths[0], "ram:");
    assert_int_equal(closed, 42);
}

/* ---- a file server that has been restarted: handles below 100 are of its predecessor ---- */

static handle_t next_handle;
static bool home_is_gone;

static int64_t restarted_open(const uint64_t a[6])
{
    const char *path = (const char *)(uintptr_t)a[1];
    if ((handle_t)a[0] != HANDLE_NONE && a[0] < 100)
        return -ERR_STALE;
    if (a[2] == 4 && memcmp(path, "home", 4) == 0 && home_is_gone)
        return -ERR_NOENT;
    if (a[2] >= 5 && memcmp(path, "gone:", 5) == 0)
        return -ERR_NODEV;
    return next_handle++;
}

static int64_t restarted_error = -ERR_STALE;
static int verbs_made;

static int64_t restarted_kernel(uint64_t number, const uint64_t a[6])
{
    switch (number) {
    case SYS_open: return restarted_open(a);
    case SYS_handle_close: closed |= 1 << a[0]; return 0;
    case SYS_call: verbs_made++; return a[0] < 100 ? restarted_error : 7;
    default: fail_msg("unexpected system call %lu", number); return 0;
    }
}

static int setup_restarted(void **state)
{
    mock_syscall = restarted_kernel;
    next_handle = 100;
    home_is_gone = false;
    restarted_error = -ERR_STALE;
    closed = verbs_made = 0;
    return setup(state);
}

static void test_root_is_opened_again(void **state)
{
    assert_int_equal(dy___path_open(FDCWD, "/etc/passwd", FILE_READ, 0), 101);
    assert_int_equal(dy___files.root, 100);
    assert_int_equal(closed, 1 << ROOT);
    assert_int_equal(dy___path_open(FDCWD, "/etc/passwd", FILE_READ, 0), 102);
}

static void test_working_directory_is_opened_again_by_its_path(void **state)
{
    struct path_request request = {.verb = VERB_unlinkat};
    assert_int_equal(dy___path_call(FDCWD, "file", &request), 7);
    assert_int_equal(dy___files.root, 100);
    assert_int_equal(dy___files.cwd, 101);
    assert_int_equal(closed, 1 << ROOT | 1 << CWD);
    assert_int_equal(verbs_made, 2);
    assert_string_equal(dy___files.cwd_path, "/home");
}

static void test_lost_working_directory_becomes_the_root(void **state)
{
    home_is_gone = true;
    assert_true(dy___path_open(FDCWD, "file", FILE_READ, 0) >= 100);
    assert_string_equal(dy___files.cwd_path, "/");
}

/* Neither leads back to the directory, and neither is looked for in it. */
static void test_working_directory_of_a_scheme_that_is_gone_becomes_the_root(void **state)
{
    static const char *const paths[] = {"gone:/x", "relative", ":"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        dy___files.cwd = CWD;
        dy___files.cwd_path = paths[i];
        assert_true(dy___path_open(FDCWD, "file", FILE_READ, 0) >= 100);
        assert_string_equal(dy___files.cwd_path, "/");
    }
}

static void test_descriptors_stay_stale(void **state)
{
    assert_int_equal(dy___path_open(FOLDER_FD, "file", FILE_READ, 0), -ERR_STALE);
    assert_int_equal(dy___fd_table[FOLDER_FD], FOLDER + 1);
}

static void test_changed_root_is_not_widened(void **state)
{
    dy___files.chrooted = true;
    assert_int_equal(dy___path_open(FDCWD, "/etc/passwd", FILE_READ, 0), -ERR_STALE);
    assert_int_equal(dy___files.root, ROOT);
}

static void test_verb_that_may_have_been_done_is_not_repeated(void **state)
{
    struct path_request request = {.verb = VERB_unlinkat};
    restarted_error = -ERR_NODEV;
    assert_int_equal(dy___path_call(FDCWD, "/file", &request), -ERR_NODEV);
    assert_int_equal(verbs_made, 1);
    assert_int_equal(dy___path_call(FDCWD, "/file", &request), 7);
}

/* ---- transfers ---- */

static char data[300000];
static size_t produced, limit;
static bool seekable;

static int64_t transfer_kernel(uint64_t number, const uint64_t a[6])
{
    switch (number) {
    case SYS_handle_control: return FILE_READ | (seekable ? FILE_SEEKABLE : 0);
    case SYS_read:
    case SYS_write: {
        assert_true(a[2] <= DYAD_COPY_MAX);
        if (a[3] != UINT64_MAX)
            assert_int_equal(a[3], 1000 + produced);
        size_t n = limit - produced < a[2] ? limit - produced : a[2];
        if (number == SYS_write && n == 0)
            return -ERR_NOSPC;
        produced += n;
        return (int64_t)n;
    }
    default: fail_msg("unexpected system call %lu", number); return 0;
    }
}

static int64_t transfer(int64_t (*how)(handle_t, void *, size_t, int64_t), size_t n,
                        size_t available, int64_t offset)
{
    produced = 0;
    limit = available;
    mock_syscall = transfer_kernel;
    return how(4, data, n, offset);
}

static int64_t write_data(handle_t h, void *buf, size_t n, int64_t offset)
{
    return dy___handle_write(h, buf, n, offset);
}

static void test_long_reads_of_files_are_whole(void **state)
{
    seekable = true;
    assert_int_equal(transfer(dy___handle_read, 300000, 1 << 20, -1), 300000);
    assert_int_equal(transfer(dy___handle_read, 300000, 200000, 1000), 200000);
    assert_int_equal(transfer(dy___handle_read, 300000, 65536, -1), 65536);
}

static void test_long_reads_of_pipes_are_one_trap(void **state)
{
    seekable = false;
    assert_int_equal(transfer(dy___handle_read, 300000, 1 << 20, -1), 65536);
    assert_int_equal(transfer(dy___handle_read, 300000, 10, -1), 10);
}

static void test_long_writes_are_whole_and_stop_at_errors(void **state)
{
    assert_int_equal(transfer(write_data, 300000, 1 << 20, 1000), 300000);
    assert_int_equal(transfer(write_data, 300000, 100000, -1), 100000);
    assert_int_equal(transfer(write_data, 300000, 0, -1), -ERR_NOSPC);
}

/* ---- the table ---- */

static int64_t closing_kernel(uint64_t number, const uint64_t a[6])
{
    assert_int_equal(number, SYS_handle_close);
    closed = (int)a[0];
    return 0;
}

static void test_lowest_free_descriptor_is_taken(void **state)
{
    mock_syscall = closing_kernel;
    assert_int_equal(dy___fd_install(10, false, 0), 0);
    assert_int_equal(dy___fd_install(11, false, 0), 1);
    assert_int_equal(dy___fd_install(12, true, 5), 6);
    dy___fd_table[0] = 0;
    assert_int_equal(dy___fd_install(13, false, 0), 0);
    assert_int_equal(dy___fd_install(-ERR_NOENT, false, 0), -ERR_NOENT);
}

static void test_full_table_closes_the_handle(void **state)
{
    mock_syscall = closing_kernel;
    while (dy___fd_install(20, false, 0) >= 0)
        ;
    closed = 0;
    assert_int_equal(dy___fd_install(21, false, 0), -ERR_MFILE);
    assert_int_equal(closed, 21);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_paths_go_where_they_should, setup),
        cmocka_unit_test_setup(test_bad_paths_are_refused, setup),
        cmocka_unit_test_setup(test_longest_scheme_path_fits_its_room, setup),
        cmocka_unit_test_setup(test_open_follows_redirects, setup),
        cmocka_unit_test_setup(test_endless_redirects_give_eloop, setup),
        cmocka_unit_test_setup(test_relative_redirect_is_an_error, setup),
        cmocka_unit_test_setup(test_verbs_follow_redirects_to_a_scheme, setup),
        cmocka_unit_test_setup(test_root_is_opened_again, setup_restarted),
        cmocka_unit_test_setup(test_working_directory_is_opened_again_by_its_path, setup_restarted),
        cmocka_unit_test_setup(test_lost_working_directory_becomes_the_root, setup_restarted),
        cmocka_unit_test_setup(test_working_directory_of_a_scheme_that_is_gone_becomes_the_root,
                               setup_restarted),
        cmocka_unit_test_setup(test_descriptors_stay_stale, setup_restarted),
        cmocka_unit_test_setup(test_changed_root_is_not_widened, setup_restarted),
        cmocka_unit_test_setup(test_verb_that_may_have_been_done_is_not_repeated, setup_restarted),
        cmocka_unit_test_setup(test_long_reads_of_files_are_whole, setup),
        cmocka_unit_test_setup(test_long_reads_of_pipes_are_one_trap, setup),
        cmocka_unit_test_setup(test_long_writes_are_whole_and_stop_at_errors, setup),
        cmocka_unit_test_setup(test_lowest_free_descriptor_is_taken, setup),
        cmocka_unit_test_setup(test_full_table_closes_the_handle, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
