/* When any single allocation fails: is the answer an ordinary error, is nothing lost, and does the same call work next time? */
#include "ramfs_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "cpio_writer.h"
#include "fault.h"

/* What can be seen of the tree, as text. */
static void describe(char *out, size_t size)
{
    static const char *const paths[] = {"/",    "d",   "d/f",   "d/g", "f",
                                        "link", "new", "d/new", "dir", "p"};
    char names[512];
    size_t used = 0;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct dyad_stat st;
        int64_t result = fs_lstat(paths[i], &st);
        if (result < 0) {
            used += (size_t)snprintf(out + used, size - used, "%s: %d\n", paths[i], (int)result);
            continue;
        }
        used += (size_t)snprintf(out + used, size - used, "%s: %llu %o %u %llu\n", paths[i],
                                 (unsigned long long)st.ino, st.mode, st.nlink,
                                 (unsigned long long)st.size);
        if ((st.mode & MODE_TYPE) == MODE_DIR) {
            fs_names(paths[i], 4096, names, sizeof(names));
            used += (size_t)snprintf(out + used, size - used, "  %s\n", names);
        }
    }
}

static void build(void)
{
    assert_int_equal(fs_mkdir("d", 0755), 0);
    assert_int_equal(fs_make("d/f", "one", 0644), 0);
    assert_int_equal(fs_make("d/g", "two", 0644), 0);
    assert_int_equal(fs_make("f", "three", 0644), 0);
    assert_int_equal(fs_symlink("f", "link"), 0);
    assert_int_equal(fs_path_verb(VERB_mknodat, "p", 0, MODE_FIFO | 0666), 0);
}

/* Operations; each -> 0 when it worked, or -ERR_*. */
static int64_t op_create(void)
{
    int64_t file = fs_open("new", FILE_RDWR | FILE_CREATE | FILE_EXCL, 0644);
    if (file > 0)
        fs_close(file);
    return file < 0 ? file : 0;
}

static int64_t op_mkdir(void)
{
    return fs_mkdir("dir", 0755);
}

static int64_t op_symlink(void)
{
    return fs_symlink("f", "new");
}

static int64_t op_link(void)
{
    return fs_link("f", "d/new");
}

static int64_t op_rename(void)
{
    return fs_rename("f", "d/new");
}

static int64_t op_replace(void)
{
    return fs_rename("f", "d/g");
}

static int64_t op_unlink(void)
{
    return fs_unlink("d/f");
}

static int64_t op_open_truncate(void)
{
    int64_t file = fs_open("f", FILE_WRITE | FILE_TRUNC, 0);
    if (file > 0)
        fs_close(file);
    return file < 0 ? file : 0;
}

static int64_t op_fifo(void)
{
    int64_t file = fs_open("p", FILE_RDWR, 0);
    if (file > 0)
        fs_close(file);
    return file < 0 ? file : 0;
}

static int64_t op_mknod(void)
{
    return fs_path_verb(VERB_mknodat, "new", 0, MODE_FIFO | 0600);
}

/* A file without a name gets one. */
static int64_t op_nameless(void)
{
    int64_t file = fs_open("d", FILE_RDWR | FILE_DIRECTORY, MODE_FILE | 0600);
    if (file < 0)
        return file;
    struct loopback_call call = new_call(VERB_linkat, file);
    call.args[0] = LINK_EMPTY_PATH;
    call.args[1] = (uint64_t)open_at(0, "", FILE_PATH, 0);
    call.in = "\0new";
    call.in_len = 4;
    int64_t result =
        (int64_t)call.args[1] < 0 ? (int64_t)call.args[1] : loopback_call(&fx.loopback, &call);
    fs_close(file);
    if ((int64_t)call.args[1] > 0)
        fs_close((int64_t)call.args[1]);
    return result;
}

static int64_t op_exchange(void)
{
    struct loopback_call call = new_call(VERB_renameat, open_at(0, "", FILE_PATH, 0));
    if ((int64_t)call.file < 0)
        return (int64_t)call.file;
    call.args[0] = RENAME_EXCHANGE;
    call.in = "d/f\0link";
    call.in_len = 8;
    int64_t result = loopback_call(&fx.loopback, &call);
    fs_close((int64_t)call.file);
    return result;
}

static const struct {
    const char *name;
    int64_t (*run)(void);
} operations[] = {
    {"create", op_create},     {"mkdir", op_mkdir},
    {"symlink", op_symlink},   {"link", op_link},
    {"rename", op_rename},     {"replace", op_replace},
    {"unlink", op_unlink},     {"open with truncate", op_open_truncate},
    {"fifo", op_fifo},         {"mknod", op_mknod},
    {"nameless", op_nameless}, {"exchange", op_exchange},
};

static void sweep(int64_t (*run)(void))
{
    char before[4096], after[4096];
    bool fired = true;
    for (unsigned n = 1; fired; n++) {
        fixture_start(UINT64_MAX);
        build();
        /* Fill tables to their brim, so that their growth is among the sites. */
        int64_t open_files[40];
        for (int i = 0; i < 13; i++)
            open_files[i] = fs_open("f", FILE_READ, 0);
        (void)open_files;
        describe(before, sizeof(before));
        fault_arm(n);
        int64_t result = run();
        fired = fault_fired();
        if (fired && result < 0) {
            assert_int_equal(result, -ERR_NOMEM);
            describe(after, sizeof(after));
            assert_string_equal(before, after);
            assert_int_equal(run(), 0);
        } else {
            assert_int_equal(result, 0);
        }
        fixture_stop();
    }
}

static void test_every_allocation_of_every_operation(void **state)
{
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
        print_message("  %s\n", operations[i].name);
        sweep(operations[i].run);
    }
}

static void test_writes_into_holes_and_images(void **state)
{
    static _Alignas(4096) char image[65536];
    char content[9000], buffer[9000], model[9000];
    bool fired = true;
    for (size_t i = 0; i < sizeof(content); i++)
        content[i] = (char)('a' + i % 25);
    for (unsigned n = 1; fired; n++) {
        struct cpio_writer w = {.bytes = image, .room = sizeof(image)};
        fixture_start(UINT64_MAX);
        cpio_add(&w, "f", MODE_FILE | 0644, content, sizeof(content));
        cpio_end(&w);
        assert_int_equal(ramfs_load(&fx.fs, image, w.used, HANDLE_NONE), 0);
        int64_t file = fs_open("f", FILE_RDWR, 0);
        memcpy(model, content, sizeof(model));
        memset(buffer, 'Z', sizeof(buffer));
        fault_arm(n);
        int64_t written = fs_write(file, buffer, 6000, 1000);
        fired = fault_fired();
        assert_true(fired || written == 6000);
        assert_true(written > 0 || written == -ERR_NOSPC);
        if (written > 0)
            memset(model + 1000, 'Z', (size_t)written);
        assert_int_equal(fs_read(file, buffer, sizeof(buffer), 0), sizeof(buffer));
        assert_memory_equal(buffer, model, sizeof(model));
        fixture_stop();
    }
}

static void test_loading_an_archive(void **state)
{
    static char image[65536];
    struct cpio_writer w = {.bytes = image, .room = sizeof(image)};
    w.nlink = 2;
    w.ino = 1;
    cpio_add(&w, "a/b/c", MODE_FILE | 0644, NULL, 0);
    cpio_add(&w, "a/d", MODE_FILE | 0644, "text", 4);
    w.nlink = 1;
    cpio_add(&w, "l", MODE_LINK | 0777, "a/d", 3);
    cpio_add(&w, "a/d", MODE_FILE | 0644, "later", 5);
    cpio_end(&w);
    bool fired = true;
    for (unsigned n = 1; fired; n++) {
        fixture_start(UINT64_MAX);
        fault_arm(n);
        int result = ramfs_load(&fx.fs, image, w.used, HANDLE_NONE);
        fired = fault_fired();
        assert_true(result == 0 || (fired && result == -ERR_NOMEM));
        if (!fired)
            expect_text("l", "later");
        fixture_stop();
    }
}

static void test_locks_and_waiting(void **state)
{
    bool fired = true;
    for (unsigned n = 1; fired; n++) {
        fixture_start(UINT64_MAX);
        build();
        int64_t file = fs_open("f", FILE_RDWR, 0);
        as_user(1, 1);
        assert_int_equal(fs_verb(VERB_lock, file, 6, 0, 100, 1), 0);
        fault_arm(n);
        int64_t split = fs_verb(VERB_lock, file, 6, 10, 10, 2);
        as_user(2, 1);
        struct loopback_call wait = new_call(VERB_lock, file);
        wait.args[0] = 7;
        wait.args[3] = 1;
        int64_t waited = loopback_call(&fx.loopback, &wait);
        fired = fault_fired();
        assert_true(split == 0 || (fired && split == -ERR_NOLCK));
        assert_true(waited == LOOPBACK_PENDING ||
                    (fired && (waited == -ERR_NOMEM || waited == -ERR_NOLCK)));
        fixture_stop();
        if (waited == LOOPBACK_PENDING)
            assert_int_equal(wait.result, -ERR_INTR);
    }
}

static void test_starting(void **state)
{
    int result = -1;
    for (unsigned n = 1; result; n++) {
        memset(&fx, 0, sizeof(fx));
        loopback_init(&fx.loopback, &fx.server);
        fault_arm(n);
        result = ramfs_init(&fx.fs, &fx.server, &fx.loopback.transport, &fx.platform, UINT64_MAX);
        bool fired = fault_fired();
        assert_true(result == 0 ? !fired : result == -ERR_NOMEM);
    }
    ramfs_fini(&fx.fs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation_of_every_operation),
        cmocka_unit_test(test_writes_into_holes_and_images),
        cmocka_unit_test(test_loading_an_archive),
        cmocka_unit_test(test_locks_and_waiting),
        cmocka_unit_test(test_starting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
