/* Do names in ramfs behave as POSIX says: making, finding, listing, linking, renaming, removing? */
#include "ramfs_fixture.h"

#include <stdio.h>

static void test_open_missing_gives_noent(void **state)
{
    assert_int_equal(fs_open("a", FILE_READ, 0), -ERR_NOENT);
    assert_int_equal(fs_open("a/b", FILE_READ | FILE_CREATE, 0644), -ERR_NOENT);
    assert_int_equal(fs_open("", FILE_READ, 0), -ERR_NOENT);
}

static void test_empty_path_on_scheme_root_is_the_root(void **state)
{
    char path[64];
    int64_t file = open_at(0, "", FILE_READ, 0);
    assert_true(file > 0);
    assert_int_equal(fs_path(file, path, sizeof(path)), 1);
    assert_string_equal(path, "/");
}

static void test_exclusive_create_refuses_existing_and_links(void **state)
{
    int64_t file = fs_open("a", FILE_WRITE | FILE_CREATE | FILE_EXCL, 0644);
    assert_true(file > 0);
    assert_int_equal(fs_open("a", FILE_WRITE | FILE_CREATE | FILE_EXCL, 0644), -ERR_EXIST);
    assert_int_equal(fs_symlink("nowhere", "link"), 0);
    assert_int_equal(fs_open("link", FILE_WRITE | FILE_CREATE | FILE_EXCL, 0644), -ERR_EXIST);
    assert_int_equal(fs_open("nowhere", FILE_READ, 0), -ERR_NOENT);
}

static void test_create_through_dangling_link_makes_its_target(void **state)
{
    struct dyad_stat st;
    assert_int_equal(fs_mkdir("d", 0755), 0);
    assert_int_equal(fs_symlink("d/made", "link"), 0);
    assert_int_equal(fs_make("link", "x", 0644), 0);
    assert_int_equal(fs_lstat("d/made", &st), 0);
    assert_int_equal(st.mode & MODE_TYPE, MODE_FILE);
    assert_int_equal(fs_lstat("link", &st), 0);
    assert_int_equal(st.mode & MODE_TYPE, MODE_LINK);
}

static void test_nofollow_and_directory_flags(void **state)
{
    assert_int_equal(fs_make("f", "x", 0644), 0);
    assert_int_equal(fs_symlink("f", "link"), 0);
    assert_int_equal(fs_open("link", FILE_READ | FILE_NOFOLLOW, 0), -ERR_LOOP);
    assert_true(fs_open("link", FILE_PATH | FILE_NOFOLLOW, 0) > 0);
    assert_int_equal(fs_open("f", FILE_READ | FILE_DIRECTORY, 0), -ERR_NOTDIR);
    assert_int_equal(fs_open("/", FILE_WRITE, 0), -ERR_ISDIR);
    assert_int_equal(fs_open("/", FILE_READ | FILE_CREATE, 0644), -ERR_ISDIR);
}

static void test_trailing_slashes(void **state)
{
    struct dyad_stat st;
    assert_int_equal(fs_make("f", "x", 0644), 0);
    assert_int_equal(fs_mkdir("d/", 0755), 0);
    assert_int_equal(fs_symlink("d", "link"), 0);
    assert_int_equal(fs_stat("d/", &st), 0);
    assert_int_equal(fs_stat("f/", &st), -ERR_NOTDIR);
    assert_int_equal(fs_open("f/", FILE_READ, 0), -ERR_NOTDIR);
    assert_int_equal(fs_open("new/", FILE_WRITE | FILE_CREATE, 0644), -ERR_ISDIR);
    assert_int_equal(fs_unlink("f/"), -ERR_NOTDIR);
    assert_int_equal(fs_lstat("link/", &st), 0);
    assert_int_equal(st.mode & MODE_TYPE, MODE_DIR);
    assert_int_equal(fs_rename("f", "g/"), -ERR_NOTDIR);
    assert_int_equal(fs_rename("d/", "e/"), 0);
    assert_int_equal(fs_symlink("x", "s/"), -ERR_NOENT);
}

static void test_dots(void **state)
{
    struct dyad_stat root, st;
    assert_int_equal(fs_mkdir("a", 0755), 0);
    assert_int_equal(fs_mkdir("a/b", 0755), 0);
    assert_int_equal(fs_stat("/", &root), 0);
    assert_int_equal(fs_stat("a/b/../..", &st), 0);
    assert_int_equal(st.ino, root.ino);
    assert_int_equal(fs_stat("../../..", &st), 0);
    assert_int_equal(st.ino, root.ino);
    assert_int_equal(fs_stat("a/./b/.", &st), 0);
    assert_int_equal(fs_make("f", "", 0644), 0);
    assert_int_equal(fs_stat("f/.", &st), -ERR_NOTDIR);
    assert_int_equal(fs_stat("f/..", &st), -ERR_NOTDIR);
    assert_int_equal(fs_rmdir("a/b/."), -ERR_INVAL);
    assert_int_equal(fs_rmdir("a/b/.."), -ERR_NOTEMPTY);
    assert_int_equal(fs_rmdir("/"), -ERR_BUSY);
    assert_int_equal(fs_mkdir("a/.", 0755), -ERR_EXIST);
}

static void test_long_names(void **state)
{
    char name[DYAD_PATH_MAX + 2];
    memset(name, 'n', sizeof(name));
    name[DYAD_NAME_MAX] = '\0';
    assert_int_equal(fs_make(name, "x", 0644), 0);
    expect_text(name, "x");
    name[DYAD_NAME_MAX] = 'n';
    name[DYAD_NAME_MAX + 1] = '\0';
    assert_int_equal(fs_make(name, "x", 0644), -ERR_NAMETOOLONG);
    for (size_t i = 0; i < DYAD_PATH_MAX; i++)
        name[i] = i % 2 ? '/' : '.';
    name[DYAD_PATH_MAX] = '\0';
    struct dyad_stat st;
    assert_int_equal(fs_stat(name, &st), 0);
    name[DYAD_PATH_MAX] = '/';
    name[DYAD_PATH_MAX + 1] = '\0';
    assert_int_equal(fs_stat(name, &st), -ERR_NAMETOOLONG);
}

static void test_link_loops_end(void **state)
{
    struct dyad_stat st;
    char name[16], target[16];
    assert_int_equal(fs_symlink("b", "a"), 0);
    assert_int_equal(fs_symlink("a", "b"), 0);
    assert_int_equal(fs_stat("a", &st), -ERR_LOOP);
    assert_int_equal(fs_lstat("a", &st), 0);
    assert_int_equal(fs_make("l0", "x", 0644), 0);
    for (int i = 1; i <= 41; i++) {
        snprintf(name, sizeof(name), "l%d", i);
        snprintf(target, sizeof(target), "l%d", i - 1);
        assert_int_equal(fs_symlink(target, name), 0);
    }
    assert_int_equal(fs_stat("l40", &st), 0);
    assert_int_equal(fs_stat("l41", &st), -ERR_LOOP);
}

static void redirect_of(const char *path, char out[256])
{
    char room[256] = "";
    struct loopback_call call = new_call(VERB_open, open_at(0, "", FILE_PATH, 0));
    call.args[0] = FILE_READ;
    call.in = path;
    call.in_len = (uint32_t)strlen(path);
    call.out = room;
    call.out_len = sizeof(room) - 1;
    assert_int_equal(loopback_call(&fx.loopback, &call), -ERR_XDEV);
    snprintf(out, 256, "%.*s", (int)call.out_done, room);
}

static void test_links_to_schemes_redirect_with_the_rest(void **state)
{
    char to[256];
    assert_int_equal(fs_mkdir("dev", 0755), 0);
    assert_int_equal(fs_symlink("/scheme/null", "dev/null"), 0);
    assert_int_equal(fs_symlink("tty:console", "dev/console"), 0);
    assert_int_equal(fs_symlink("/scheme/net", "net"), 0);
    assert_int_equal(fs_symlink("../scheme/zero", "dev/zero"), 0);
    redirect_of("dev/null", to);
    assert_string_equal(to, "/scheme/null");
    redirect_of("dev/console", to);
    assert_string_equal(to, "tty:console");
    redirect_of("net/tcp/80", to);
    assert_string_equal(to, "/scheme/net/tcp/80");
    redirect_of("dev/zero", to);
    assert_string_equal(to, "/scheme/zero");
    redirect_of("scheme/rand", to);
    assert_string_equal(to, "/scheme/rand");
}

static void test_link_that_only_looks_like_a_scheme(void **state)
{
    assert_int_equal(fs_make("a:b", "colon", 0644), 0);
    assert_int_equal(fs_symlink("./a:b", "link"), 0);
    expect_text("link", "colon");
}

static void test_readlink_is_cut_to_the_buffer(void **state)
{
    char text[64];
    assert_int_equal(fs_symlink("some/target", "link"), 0);
    assert_int_equal(fs_readlink("link", text, sizeof(text)), 11);
    assert_string_equal(text, "some/target");
    assert_int_equal(fs_readlink("link", text, 5), 4);
    assert_string_equal(text, "some");
    assert_int_equal(fs_make("f", "", 0644), 0);
    assert_int_equal(fs_readlink("f", text, sizeof(text)), -ERR_INVAL);
    assert_int_equal(fs_symlink("", "e"), -ERR_NOENT);
}

static void test_link_counts(void **state)
{
    struct dyad_stat st;
    assert_int_equal(fs_make("f", "shared", 0644), 0);
    assert_int_equal(fs_link("f", "g"), 0);
    assert_int_equal(fs_stat("g", &st), 0);
    assert_int_equal(st.nlink, 2);
    assert_int_equal(fs_link("f", "g"), -ERR_EXIST);
    assert_int_equal(fs_unlink("f"), 0);
    expect_text("g", "shared");
    assert_int_equal(fs_mkdir("d", 0755), 0);
    assert_int_equal(fs_link("d", "e"), -ERR_PERM);
    assert_int_equal(fs_mkdir("d/sub", 0755), 0);
    assert_int_equal(fs_stat("d", &st), 0);
    assert_int_equal(st.nlink, 3);
    assert_int_equal(fs_rmdir("d/sub"), 0);
    assert_int_equal(fs_stat("d", &st), 0);
    assert_int_equal(st.nlink, 2);
}

static void test_unlinked_open_file_lives_until_close(void **state)
{
    char buffer[8];
    assert_int_equal(fs_make("f", "alive", 0644), 0);
    uint64_t nodes = fx.fs.nodes;
    int64_t file = fs_open("f", FILE_RDWR, 0);
    assert_int_equal(fs_unlink("f"), 0);
    assert_int_equal(fs_open("f", FILE_READ, 0), -ERR_NOENT);
    assert_int_equal(fs_read(file, buffer, sizeof(buffer), 0), 5);
    assert_int_equal(fs_write(file, "more", 4, 5), 4);
    assert_int_equal(fx.fs.nodes, nodes);
    fs_close(file);
    assert_int_equal(fx.fs.nodes, nodes - 1);
}

static void test_unlink_kinds(void **state)
{
    assert_int_equal(fs_make("f", "", 0644), 0);
    assert_int_equal(fs_mkdir("d", 0755), 0);
    assert_int_equal(fs_unlink("d"), -ERR_ISDIR);
    assert_int_equal(fs_rmdir("f"), -ERR_NOTDIR);
    assert_int_equal(fs_make("d/f", "", 0644), 0);
    assert_int_equal(fs_rmdir("d"), -ERR_NOTEMPTY);
    assert_int_equal(fs_unlink("d/f"), 0);
    assert_int_equal(fs_rmdir("d"), 0);
    assert_int_equal(fs_rmdir("d"), -ERR_NOENT);
}

static void test_removed_working_directory(void **state)
{
    assert_int_equal(fs_mkdir("d", 0755), 0);
    int64_t dir = fs_open("d", FILE_READ | FILE_DIRECTORY, 0);
    assert_int_equal(fs_rmdir("d"), 0);
    char room[256];
    struct loopback_call list = new_call(VERB_list, dir);
    list.out = room;
    list.out_len = sizeof(room);
    assert_int_equal(loopback_call(&fx.loopback, &list), 0);
    assert_int_equal(open_at((uint64_t)dir, "new", FILE_WRITE | FILE_CREATE, 0644), -ERR_NOENT);
    assert_int_equal(open_at((uint64_t)dir, "..", FILE_READ, 0), -ERR_NOENT);
    assert_int_equal(fs_path(dir, room, sizeof(room)), -ERR_NOENT);
}

static void test_rename_replaces_and_moves(void **state)
{
    struct dyad_stat st;
    assert_int_equal(fs_make("a", "A", 0644), 0);
    assert_int_equal(fs_make("b", "B", 0644), 0);
    assert_int_equal(fs_rename("a", "b"), 0);
    expect_text("b", "A");
    assert_int_equal(fs_stat("a", &st), -ERR_NOENT);
    assert_int_equal(fs_rename("b", "b"), 0);
    assert_int_equal(fs_link("b", "c"), 0);
    assert_int_equal(fs_rename("b", "c"), 0); /* the same file: both stay */
    expect_text("b", "A");
    assert_int_equal(fs_mkdir("d", 0755), 0);
    assert_int_equal(fs_rename("c", "d"), -ERR_ISDIR);
    assert_int_equal(fs_rename("d", "c"), -ERR_NOTDIR);
    assert_int_equal(fs_rename("c", "d/c"), 0);
    expect_text("d/c", "A");
    assert_int_equal(fs_rename("none", "d/x"), -ERR_NOENT);
}

static void test_rename_directories(void **state)
{
    struct dyad_stat st;
    char path[64];
    assert_int_equal(fs_mkdir("a", 0755), 0);
    assert_int_equal(fs_mkdir("a/b", 0755), 0);
    assert_int_equal(fs_mkdir("c", 0755), 0);
    assert_int_equal(fs_rename("a", "a/b/x"), -ERR_INVAL);
    assert_int_equal(fs_rename("a", "a/x"), -ERR_INVAL);
    assert_int_equal(fs_rename("a/b", "a"), -ERR_NOTEMPTY);
    assert_int_equal(fs_rename("a/.", "x"), -ERR_INVAL);
    assert_int_equal(fs_rename("c", "a"), -ERR_NOTEMPTY);
    int64_t inner = fs_open("a/b", FILE_PATH, 0);
    assert_int_equal(fs_rename("a/b", "c"), 0); /* over an empty directory */
    assert_int_equal(fs_path(inner, path, sizeof(path)), 2);
    assert_string_equal(path, "/c");
    assert_int_equal(fs_stat("a", &st), 0);
    assert_int_equal(st.nlink, 2);
    assert_int_equal(fs_stat("/", &st), 0);
    assert_int_equal(st.nlink, 4);
    assert_int_equal(fs_rename("c", "a/c"), 0);
    assert_int_equal(fs_stat("/", &st), 0);
    assert_int_equal(st.nlink, 3);
    assert_int_equal(fs_path(inner, path, sizeof(path)), 4);
    assert_string_equal(path, "/a/c");
}

static void test_rename_to_another_directory_handle(void **state)
{
    assert_int_equal(fs_mkdir("d", 0755), 0);
    assert_int_equal(fs_make("f", "moved", 0644), 0);
    struct loopback_call call = new_call(VERB_renameat, open_at(0, "", FILE_PATH, 0));
    call.args[1] = (uint64_t)fs_open("d", FILE_PATH, 0);
    call.in = "f\0g";
    call.in_len = 3;
    call.has_send = true;
    call.send = 77;
    assert_int_equal(loopback_call(&fx.loopback, &call), 0);
    expect_text("d/g", "moved");
    assert_int_equal(fx.loopback.last_closed, 77); /* the handle that came along is not kept */
}

static void test_listing_is_complete_in_any_buffer(void **state)
{
    char name[16], small[4096], large[4096];
    assert_int_equal(fs_mkdir("d", 0755), 0);
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof(name), "d/f%d", i);
        assert_int_equal(fs_make(name, "", 0644), 0);
    }
    for (int i = 0; i < 200; i += 3) {
        snprintf(name, sizeof(name), "d/f%d", i);
        assert_int_equal(fs_unlink(name), 0);
    }
    fs_names("d", 40, small, sizeof(small));
    fs_names("d", 8192, large, sizeof(large));
    assert_string_equal(small, large);
    assert_memory_equal(small, "f1 f2 f4 f5 ", 12);
}

static void test_removing_while_listing_skips_nothing(void **state)
{
    /* rm -r: read a portion, remove what it named, continue with the cookie. */
    char name[32], room[256];
    unsigned removed = 0;
    assert_int_equal(fs_mkdir("d", 0755), 0);
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof(name), "d/f%d", i);
        assert_int_equal(fs_make(name, "", 0644), 0);
    }
    int64_t dir = fs_open("d", FILE_READ, 0);
    uint64_t cookie = 2;
    for (;;) {
        struct loopback_call call = new_call(VERB_list, dir);
        call.args[0] = cookie;
        call.out = room;
        call.out_len = sizeof(room);
        int64_t len = loopback_call(&fx.loopback, &call);
        if (len == 0)
            break;
        for (int64_t at = 0; at < len;) {
            struct dyad_dirent entry;
            memcpy(&entry, room + at, sizeof(entry));
            snprintf(name, sizeof(name), "d/%.*s", (int)entry.name_len, room + at + sizeof(entry));
            assert_int_equal(fs_unlink(name), 0);
            removed++;
            cookie = entry.cookie;
            at += entry.size;
        }
    }
    assert_int_equal(removed, 300);
    assert_int_equal(fs_rmdir("d"), 0);
}

static void test_large_directory(void **state)
{
    char name[24];
    struct dyad_stat st;
    for (int i = 0; i < 20000; i++) {
        snprintf(name, sizeof(name), "n%d", i);
        int64_t file = fs_open(name, FILE_WRITE | FILE_CREATE | FILE_EXCL, 0644);
        assert_true(file > 0);
        fs_close(file);
    }
    assert_int_equal(fs_stat("n19999", &st), 0);
    for (int i = 0; i < 20000; i++) {
        snprintf(name, sizeof(name), "n%d", i);
        assert_int_equal(fs_unlink(name), 0);
    }
}

static void test_special_files(void **state)
{
    struct dyad_stat st;
    assert_int_equal(fs_path_verb(VERB_mknodat, "s", 0, MODE_SOCKET | 0600), 0);
    assert_int_equal(fs_stat("s", &st), 0);
    assert_int_equal(st.mode, MODE_SOCKET | 0600);
    assert_int_equal(fs_open("s", FILE_READ, 0), -ERR_NXIO);
    assert_int_equal(fs_path_verb(VERB_mknodat, "c", 0, MODE_CHAR | 0600), -ERR_PERM);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(test_open_missing_gives_noent),
        T(test_empty_path_on_scheme_root_is_the_root),
        T(test_exclusive_create_refuses_existing_and_links),
        T(test_create_through_dangling_link_makes_its_target),
        T(test_nofollow_and_directory_flags),
        T(test_trailing_slashes),
        T(test_dots),
        T(test_long_names),
        T(test_link_loops_end),
        T(test_links_to_schemes_redirect_with_the_rest),
        T(test_link_that_only_looks_like_a_scheme),
        T(test_readlink_is_cut_to_the_buffer),
        T(test_link_counts),
        T(test_unlinked_open_file_lives_until_close),
        T(test_unlink_kinds),
        T(test_removed_working_directory),
        T(test_rename_replaces_and_moves),
        T(test_rename_directories),
        T(test_rename_to_another_directory_handle),
        T(test_listing_is_complete_in_any_buffer),
        T(test_removing_while_listing_skips_nothing),
        T(test_large_directory),
        T(test_special_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
