/* Are permissions, ownership, set-id bits, sticky directories and times what POSIX says? */
#include "ramfs_fixture.h"

enum { ALICE = 1000, BOB = 1001, STAFF = 50 };

static uint32_t mode_of(const char *path)
{
    struct dyad_stat st;
    assert_int_equal(fs_lstat(path, &st), 0);
    return st.mode & 07777;
}

static void test_owner_group_other(void **state)
{
    assert_int_equal(fs_make("f", "secret", 0640), 0);
    assert_int_equal(fs_chown("f", ALICE, STAFF), 0);
    as_user(ALICE, 1);
    assert_true(fs_open("f", FILE_RDWR, 0) > 0);
    as_user(BOB, STAFF);
    assert_true(fs_open("f", FILE_READ, 0) > 0);
    assert_int_equal(fs_open("f", FILE_WRITE, 0), -ERR_ACCES);
    as_user(BOB, 1);
    assert_int_equal(fs_open("f", FILE_READ, 0), -ERR_ACCES);
    assert_true(fs_open("f", FILE_PATH, 0) > 0);
}

static void test_the_owner_class_decides_even_when_it_is_worse(void **state)
{
    assert_int_equal(fs_make("f", "x", 0077), 0);
    assert_int_equal(fs_chown("f", ALICE, STAFF), 0);
    as_user(ALICE, STAFF);
    assert_int_equal(fs_open("f", FILE_READ, 0), -ERR_ACCES);
}

static void test_search_permission_on_the_way(void **state)
{
    struct dyad_stat st;
    assert_int_equal(fs_mkdir("d", 0700), 0);
    assert_int_equal(fs_make("d/f", "x", 0666), 0);
    as_user(ALICE, 1);
    assert_int_equal(fs_stat("d/f", &st), -ERR_ACCES);
    assert_int_equal(fs_stat("d/..", &st), -ERR_ACCES);
    assert_int_equal(fs_stat("d", &st), 0);
    as_root();
    assert_int_equal(fs_chmod("d", 0711), 0);
    as_user(ALICE, 1);
    assert_int_equal(fs_stat("d/f", &st), 0);
    assert_int_equal(fs_open("d", FILE_READ, 0), -ERR_ACCES);
    assert_int_equal(fs_make("d/new", "x", 0644), -ERR_ACCES);
    assert_int_equal(fs_unlink("d/f"), -ERR_ACCES);
    assert_int_equal(fs_rename("d/f", "d/g"), -ERR_ACCES);
}

static void test_root_executes_only_what_is_executable(void **state)
{
    assert_int_equal(fs_make("f", "x", 0), 0);
    assert_true(fs_open("f", FILE_RDWR, 0) > 0);
    assert_int_equal(fs_open("f", FILE_EXEC, 0), -ERR_ACCES);
    assert_int_equal(fs_access("f", 1), -ERR_ACCES);
    assert_int_equal(fs_chmod("f", 0001), 0);
    assert_true(fs_open("f", FILE_EXEC, 0) > 0);
    assert_int_equal(fs_access("f", 7), 0);
}

static void test_access_asks_for_the_real_ids(void **state)
{
    assert_int_equal(fs_make("f", "x", 0600), 0);
    fx.cred = (struct cred){.uid = ALICE, .euid = 0}; /* a set-id program */
    assert_int_equal(fs_path_verb(VERB_accessat, "f", 4, 0), -ERR_ACCES);
    assert_int_equal(fs_path_verb(VERB_accessat, "f", 4, 1), 0);
    assert_int_equal(fs_path_verb(VERB_accessat, "f", 0, 0), 0);
    assert_int_equal(fs_path_verb(VERB_accessat, "none", 0, 0), -ERR_NOENT);
}

static void test_sticky_directory_protects_others_files(void **state)
{
    assert_int_equal(fs_mkdir("tmp", 0777), 0);
    assert_int_equal(fs_chmod("tmp", 01777), 0);
    as_user(ALICE, 1);
    assert_int_equal(fs_make("tmp/a", "x", 0666), 0);
    as_user(BOB, 1);
    assert_int_equal(fs_unlink("tmp/a"), -ERR_PERM);
    assert_int_equal(fs_rename("tmp/a", "tmp/b"), -ERR_PERM);
    assert_int_equal(fs_make("tmp/b", "x", 0666), 0);
    assert_int_equal(fs_rename("tmp/b", "tmp/a"), -ERR_PERM);
    as_user(ALICE, 1);
    assert_int_equal(fs_unlink("tmp/a"), 0);
}

static void test_only_owners_change_modes_and_only_root_owners(void **state)
{
    assert_int_equal(fs_make("f", "x", 0644), 0);
    assert_int_equal(fs_chown("f", ALICE, 1), 0);
    as_user(BOB, 1);
    assert_int_equal(fs_chmod("f", 0777), -ERR_PERM);
    assert_int_equal(fs_chown("f", BOB, 1), -ERR_PERM);
    as_user(ALICE, STAFF);
    assert_int_equal(fs_chmod("f", 0600), 0);
    assert_int_equal(fs_chown("f", BOB, 1), -ERR_PERM);
    assert_int_equal(fs_chown("f", ALICE, STAFF), 0); /* to the own group */
    assert_int_equal(fs_chown("f", ALICE, 7), -ERR_PERM);
}

static void test_set_id_bits_go_with_writes_and_new_owners(void **state)
{
    assert_int_equal(fs_make("f", "x", 0777), 0);
    assert_int_equal(fs_chmod("f", 06777), 0);
    int64_t file = fs_open("f", FILE_WRITE, 0);
    assert_int_equal(fs_write(file, "r", 1, 0), 1);
    assert_int_equal(mode_of("f"), 06777); /* root may */
    as_user(ALICE, 1);
    file = fs_open("f", FILE_WRITE, 0);
    assert_int_equal(fs_write(file, "a", 1, 0), 1);
    assert_int_equal(mode_of("f"), 0777);
    as_root();
    assert_int_equal(fs_chmod("f", 06777), 0);
    assert_int_equal(fs_chown("f", BOB, 1), 0);
    assert_int_equal(mode_of("f"), 0777);
    as_user(BOB, 2);
    assert_int_equal(fs_chmod("f", 02755), 0); /* not a member of the file's group */
    assert_int_equal(mode_of("f"), 0755);
}

static void test_set_group_id_directories_hand_on_their_group(void **state)
{
    struct dyad_stat st;
    assert_int_equal(fs_mkdir("d", 0777), 0);
    assert_int_equal(fs_chown("d", 0, STAFF), 0);
    assert_int_equal(fs_chmod("d", 02777), 0);
    as_user(ALICE, 1);
    assert_int_equal(fs_make("d/f", "x", 0644), 0);
    assert_int_equal(fs_mkdir("d/sub", 0755), 0);
    assert_int_equal(fs_stat("d/f", &st), 0);
    assert_int_equal(st.gid, STAFF);
    assert_int_equal(st.uid, ALICE);
    assert_int_equal(mode_of("d/sub"), 02755);
}

static void test_moving_a_directory_needs_the_right_to_change_it(void **state)
{
    assert_int_equal(fs_mkdir("a", 0777), 0);
    assert_int_equal(fs_mkdir("b", 0777), 0);
    assert_int_equal(fs_mkdir("a/d", 0755), 0);
    as_user(ALICE, 1);
    assert_int_equal(fs_rename("a/d", "b/d"), -ERR_ACCES);
    assert_int_equal(fs_rename("a/d", "a/e"), 0);
}

/* ---- Times ----------------------------------------------------------------------------------- */

static struct dyad_stat stat_of(const char *path)
{
    struct dyad_stat st;
    assert_int_equal(fs_lstat(path, &st), 0);
    return st;
}

static void tick(void)
{
    fx.loopback.now_ns += 1000000001;
}

static void test_three_times(void **state)
{
    char buffer[4];
    assert_int_equal(fs_make("f", "x", 0644), 0);
    struct dyad_stat before = stat_of("f"), parent = stat_of("/");
    tick();
    int64_t file = fs_open("f", FILE_RDWR, 0);
    assert_int_equal(fs_read(file, buffer, 1, 0), 1);
    struct dyad_stat after = stat_of("f");
    assert_true(after.atime.seconds > before.atime.seconds);
    assert_int_equal(after.mtime.seconds, before.mtime.seconds);
    tick();
    assert_int_equal(fs_write(file, "y", 1, 0), 1);
    before = after;
    after = stat_of("f");
    assert_true(after.mtime.seconds > before.mtime.seconds &&
                after.ctime.seconds == after.mtime.seconds);
    assert_int_equal(after.atime.seconds, before.atime.seconds);
    tick();
    assert_int_equal(fs_chmod("f", 0600), 0);
    before = after;
    after = stat_of("f");
    assert_true(after.ctime.seconds > before.ctime.seconds &&
                after.mtime.seconds == before.mtime.seconds);
    assert_int_equal(stat_of("/").mtime.seconds, parent.mtime.seconds);
    tick();
    assert_int_equal(fs_rename("f", "g"), 0);
    assert_true(stat_of("/").mtime.seconds > parent.mtime.seconds);
    assert_true(stat_of("g").ctime.seconds > after.ctime.seconds);
}

static int64_t set_times(int64_t file, uint64_t mask, int64_t seconds, uint32_t ns)
{
    struct dyad_setattr attr = {.atime = {seconds, ns, 0}, .mtime = {seconds, ns, 0}};
    struct loopback_call call = new_call(VERB_setattr, file);
    call.args[0] = mask;
    call.in = &attr;
    call.in_len = sizeof(attr);
    return loopback_call(&fx.loopback, &call);
}

static void test_setting_times(void **state)
{
    assert_int_equal(fs_make("f", "x", 0666), 0);
    int64_t file = fs_open("f", FILE_RDWR, 0);
    assert_int_equal(set_times(file, SETATTR_ATIME | SETATTR_MTIME, -5, 7), 0);
    assert_int_equal(stat_of("f").mtime.seconds, -5);
    assert_int_equal(stat_of("f").mtime.nanoseconds, 7);
    assert_int_equal(set_times(file, SETATTR_MTIME, 0, 1000000000), -ERR_INVAL);
    as_user(ALICE, 1);
    assert_int_equal(set_times(file, SETATTR_MTIME, 1, 0), -ERR_PERM);
    assert_int_equal(set_times(file, SETATTR_MTIME_NOW | SETATTR_ATIME_NOW, 0, 0),
                     0); /* it may write */
    assert_true(stat_of("f").mtime.seconds > 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(test_owner_group_other),
        T(test_the_owner_class_decides_even_when_it_is_worse),
        T(test_search_permission_on_the_way),
        T(test_root_executes_only_what_is_executable),
        T(test_access_asks_for_the_real_ids),
        T(test_sticky_directory_protects_others_files),
        T(test_only_owners_change_modes_and_only_root_owners),
        T(test_set_id_bits_go_with_writes_and_new_owners),
        T(test_set_group_id_directories_hand_on_their_group),
        T(test_moving_a_directory_needs_the_right_to_change_it),
        T(test_three_times),
        T(test_setting_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
