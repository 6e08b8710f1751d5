/* Is a file system filled from cpio archives what the archives say, and do broken ones do no harm? */
#include "ramfs_fixture.h"

#include <stdlib.h>

#include "cpio_writer.h"

static char room[128 * 1024];

static struct cpio_writer begin(void)
{
    memset(room, 0, sizeof(room));
    return (struct cpio_writer){.bytes = room, .room = sizeof(room)};
}

static int load(const struct cpio_writer *writer)
{
    return ramfs_load(&fx.fs, room, writer->used, 500);
}

static void test_all_kinds_of_members(void **state)
{
    struct dyad_stat st;
    char target[32];
    struct cpio_writer w = begin();
    w.uid = 3;
    w.gid = 4;
    cpio_add(&w, ".", MODE_DIR | 0755, NULL, 0);
    cpio_add(&w, "./etc", MODE_DIR | 0711, NULL, 0);
    cpio_add(&w, "etc/motd", MODE_FILE | 04640, "hello\n", 6);
    cpio_add(&w, "/etc/empty", MODE_FILE | 0600, NULL, 0);
    cpio_add(&w, "link", MODE_LINK | 0777, "etc/motd", 8);
    cpio_add(&w, "pipe", MODE_FIFO | 0622, NULL, 0);
    cpio_add(&w, "tty", MODE_CHAR | 0622, NULL, 0);
    cpio_add(&w, "made/on/the/way", MODE_FILE | 0644, "x", 1);
    cpio_end(&w);
    assert_int_equal(load(&w), 0);
    expect_text("link", "hello\n");
    expect_text("etc/empty", "");
    expect_text("made/on/the/way", "x");
    assert_int_equal(fs_stat("etc/motd", &st), 0);
    assert_int_equal(st.mode, MODE_FILE | 04640);
    assert_int_equal(st.uid, 3);
    assert_int_equal(st.gid, 4);
    assert_int_equal(st.mtime.seconds, 1000);
    assert_int_equal(fs_stat("etc", &st), 0);
    assert_int_equal(st.mode, MODE_DIR | 0711);
    assert_int_equal(fs_lstat("pipe", &st), 0);
    assert_int_equal(st.mode, MODE_FIFO | 0622);
    assert_int_equal(fs_lstat("tty", &st), -ERR_NOENT);
    assert_int_equal(fs_readlink("link", target, sizeof(target)), 8);
}

static void test_hard_links_share_one_node(void **state)
{
    struct dyad_stat a, b;
    struct cpio_writer w = begin();
    w.nlink = 2;
    w.ino = 9;
    cpio_add(&w, "a", MODE_FILE | 0644, NULL, 0);
    cpio_add(&w, "b", MODE_FILE | 0644, "shared", 6);
    cpio_end(&w);
    assert_int_equal(load(&w), 0);
    assert_int_equal(fs_stat("a", &a), 0);
    assert_int_equal(fs_stat("b", &b), 0);
    assert_int_equal(a.ino, b.ino);
    assert_int_equal(a.nlink, 2);
    expect_text("a", "shared");
}

static void test_a_second_archive_overlays_the_first(void **state)
{
    struct dyad_stat st;
    struct cpio_writer w = begin();
    cpio_add(&w, "etc/motd", MODE_FILE | 0644, "old", 3);
    cpio_add(&w, "bin", MODE_LINK | 0777, "usr/bin", 7);
    cpio_add(&w, "usr/bin/sh", MODE_FILE | 0755, "sh", 2);
    cpio_end(&w);
    cpio_add(&w, "etc/motd", MODE_FILE | 0600, "new!", 4);
    cpio_add(&w, "bin", MODE_DIR | 0755, NULL, 0);
    cpio_add(&w, "bin/ls", MODE_FILE | 0755, "ls", 2);
    cpio_end(&w);
    assert_int_equal(load(&w), 0);
    expect_text("etc/motd", "new!");
    assert_int_equal(fs_stat("etc/motd", &st), 0);
    assert_int_equal(st.mode & 0777, 0600);
    expect_text("usr/bin/ls", "ls"); /* a directory goes through the link that is there */
    expect_text("bin/sh", "sh");
}

static void test_paths_cannot_climb_out(void **state)
{
    struct cpio_writer w = begin();
    cpio_add(&w, "../../up", MODE_FILE | 0644, "x", 1);
    cpio_end(&w);
    assert_int_equal(load(&w), 0);
    expect_text("up", "x"); /* above the root is the root */
}

static void test_truncated_and_damaged_archives_end_with_an_error(void **state)
{
    struct cpio_writer w = begin();
    cpio_add(&w, "a", MODE_FILE | 0644, "first", 5);
    size_t after_first = w.used;
    cpio_add(&w, "b", MODE_FILE | 0644, "second", 6);
    cpio_end(&w);
    char *copy = malloc(w.used);
    for (size_t len = 0; len < w.used; len += 37) {
        char *exact = malloc(len ? len : 1); /* so that ASan sees a read beyond it */
        memcpy(exact, room, len);
        fixture_stop();
        fixture_start(UINT64_MAX);
        (void)ramfs_load(&fx.fs, exact, len, HANDLE_NONE);
        if (len > after_first)
            expect_text("a", "first");
        fixture_stop();
        fixture_start(UINT64_MAX);
        free(exact);
    }
    srand(3);
    for (int round = 0; round < 3000; round++) {
        memcpy(copy, room, w.used);
        for (int i = 0; i < 4; i++)
            copy[(size_t)rand() % 400] = (char)rand();
        fixture_stop();
        fixture_start(UINT64_MAX);
        (void)ramfs_load(&fx.fs, copy, w.used, HANDLE_NONE);
    }
    fixture_stop();
    fixture_start(UINT64_MAX);
    free(copy);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(test_all_kinds_of_members),
        T(test_hard_links_share_one_node),
        T(test_a_second_archive_overlays_the_first),
        T(test_paths_cannot_climb_out),
        T(test_truncated_and_damaged_archives_end_with_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
