/* ramfs_fixture.c: see ramfs_fixture.h. */
#include "ramfs_fixture.h"

#include <stdio.h>
#include <stdlib.h>

struct fixture fx;
static uint64_t root;

/* ---- Memory objects -------------------------------------------------------------------------- */

static bool object_fails(void)
{
    return fx.object_fault && --fx.object_fault == 0;
}

static int64_t object_create(void *context, uint64_t size)
{
    if (object_fails())
        return -ERR_NOMEM;
    for (int i = 0; i < FIXTURE_OBJECTS; i++) {
        if (!fx.objects[i].bytes) {
            fx.objects[i].bytes = calloc(1, size);
            if (!fx.objects[i].bytes)
                return -ERR_NOMEM;
            fx.objects[i].size = size;
            fx.handles++;
            return 1000 + i;
        }
    }
    return -ERR_NOMEM;
}

static int64_t object_read(void *context, handle_t object, void *buffer, size_t len,
                           uint64_t offset)
{
    uint64_t size = fx.objects[object - 1000].size;
    if (offset >= size)
        return 0;
    if (len > size - offset)
        len = size - offset;
    memcpy(buffer, fx.objects[object - 1000].bytes + offset, len);
    return (int64_t)len;
}

static int64_t object_write(void *context, handle_t object, const void *buffer, size_t len,
                            uint64_t offset)
{
    uint64_t size = fx.objects[object - 1000].size;
    if (object_fails())
        return -ERR_NOMEM;
    if (offset >= size)
        return 0;
    if (len > size - offset)
        len = size - offset;
    memcpy(fx.objects[object - 1000].bytes + offset, buffer, len);
    return (int64_t)len;
}

static int64_t object_resize(void *context, handle_t object, uint64_t size)
{
    if (object_fails())
        return -ERR_NOMEM;
    uint8_t *bytes = calloc(1, size);
    uint64_t old = fx.objects[object - 1000].size;
    if (!bytes)
        return -ERR_NOMEM;
    memcpy(bytes, fx.objects[object - 1000].bytes, old < size ? old : size);
    free(fx.objects[object - 1000].bytes);
    fx.objects[object - 1000].bytes = bytes;
    fx.objects[object - 1000].size = size;
    return 0;
}

static int64_t object_dup(void *context, handle_t object, uint32_t rights)
{
    if (object_fails())
        return -ERR_MFILE;
    fx.last_dup_rights = rights;
    fx.handles++;
    return object + 10000; /* dups of object n are n + 10000 */
}

static void object_close(void *context, handle_t object)
{
    fx.handles--;
    if (object < 10000) {
        free(fx.objects[object - 1000].bytes);
        fx.objects[object - 1000].bytes = NULL;
    }
}

static void on_handle_close(struct loopback *loopback, handle_t handle)
{
    if (handle >= 10000)
        fx.handles--;
}

/* ---- Life ------------------------------------------------------------------------------------ */

void fixture_start(uint64_t limit)
{
    memset(&fx, 0, sizeof(fx));
    fx.platform = (struct ramfs_platform){object_create, object_read,  object_write, object_resize,
                                          object_dup,    object_close, NULL,         NULL};
    loopback_init(&fx.loopback, &fx.server);
    fx.loopback.now_ns = 1000000000000;
    fx.loopback.on_handle_close = on_handle_close;
    assert_int_equal(ramfs_init(&fx.fs, &fx.server, &fx.loopback.transport, &fx.platform, limit),
                     0);
    root = 0;
    root = (uint64_t)open_at(0, "", FILE_PATH, 0);
}

void fixture_stop(void)
{
    as_root();
    ramfs_fini(&fx.fs);
    assert_int_equal(fx.fs.used, 0);
    assert_int_equal(fx.fs.nodes, 0);
    assert_int_equal(fx.handles, 0);
    assert_null(fx.fs.pages.partial);
}

int fixture_setup(void **state)
{
    fixture_start(UINT64_MAX);
    return 0;
}

int fixture_teardown(void **state)
{
    fixture_stop();
    return 0;
}

void as_user(uint32_t uid, uint32_t gid)
{
    fx.cred = (struct cred){.pid = uid + 100,
                            .uid = uid,
                            .euid = uid,
                            .suid = uid,
                            .gid = gid,
                            .egid = gid,
                            .sgid = gid};
}

void as_root(void)
{
    as_user(0, 0);
}

/* ---- Calls ----------------------------------------------------------------------------------- */

struct loopback_call new_call(uint16_t verb, int64_t file)
{
    return (struct loopback_call){.verb = verb, .file = (uint64_t)file, .cred = fx.cred};
}

int64_t open_at(uint64_t dir, const char *path, uint32_t flags, uint32_t mode)
{
    char redirect[DYAD_PATH_MAX];
    struct loopback_call call = new_call(VERB_open, (int64_t)dir);
    call.args[0] = flags;
    call.args[1] = mode;
    call.in = path;
    call.in_len = (uint32_t)strlen(path);
    call.out = redirect;
    call.out_len = sizeof(redirect);
    int64_t result = loopback_call(&fx.loopback, &call);
    return result < 0 ? result : (int64_t)call.values[0];
}

int64_t fs_open(const char *path, uint32_t flags, uint32_t mode)
{
    return open_at(root, path, flags, mode);
}

void fs_close(int64_t file)
{
    loopback_close(&fx.loopback, (uint64_t)file);
}

int64_t fs_read(int64_t file, void *buffer, size_t len, uint64_t offset)
{
    struct loopback_call call = new_call(VERB_read, file);
    call.args[0] = offset;
    call.out = buffer;
    call.out_len = (uint32_t)len;
    int64_t result = loopback_call(&fx.loopback, &call);
    if (result >= 0)
        assert_int_equal(result, call.out_done);
    return result;
}

int64_t fs_write(int64_t file, const void *data, size_t len, uint64_t offset)
{
    struct loopback_call call = new_call(VERB_write, file);
    call.args[0] = offset;
    call.in = data;
    call.in_len = (uint32_t)len;
    return loopback_call(&fx.loopback, &call);
}

int64_t fs_path_verb(uint16_t verb, const char *path, uint64_t arg0, uint64_t arg1)
{
    char out[DYAD_PATH_MAX];
    struct loopback_call call = new_call(verb, (int64_t)root);
    call.args[0] = arg0;
    call.args[1] = arg1;
    call.in = path;
    call.in_len = (uint32_t)strlen(path);
    call.out = out;
    call.out_len = sizeof(out);
    return loopback_call(&fx.loopback, &call);
}

int64_t fs_verb(uint16_t verb, int64_t file, uint64_t arg0, uint64_t arg1, uint64_t arg2,
                uint64_t arg3)
{
    struct loopback_call call = new_call(verb, file);
    call.args[0] = arg0;
    call.args[1] = arg1;
    call.args[2] = arg2;
    call.args[3] = arg3;
    return loopback_call(&fx.loopback, &call);
}

int64_t fs_mkdir(const char *path, uint32_t mode)
{
    return fs_path_verb(VERB_mkdirat, path, 0, mode);
}

int64_t fs_unlink(const char *path)
{
    return fs_path_verb(VERB_unlinkat, path, 0, 0);
}

int64_t fs_rmdir(const char *path)
{
    return fs_path_verb(VERB_unlinkat, path, 1, 0);
}

static int64_t two_paths(uint16_t verb, const char *first, const char *second)
{
    char payload[2 * DYAD_PATH_MAX + 2];
    size_t first_len = strlen(first) + 1, second_len = strlen(second);
    memcpy(payload, first, first_len);
    memcpy(payload + first_len, second, second_len);
    struct loopback_call call = new_call(verb, (int64_t)root);
    call.in = payload;
    call.in_len = (uint32_t)(first_len + second_len);
    return loopback_call(&fx.loopback, &call);
}

int64_t fs_symlink(const char *target, const char *path)
{
    return two_paths(VERB_symlinkat, target, path);
}

int64_t fs_link(const char *old, const char *new)
{
    return two_paths(VERB_linkat, old, new);
}

int64_t fs_rename(const char *old, const char *new)
{
    return two_paths(VERB_renameat, old, new);
}

static int64_t stat_at(const char *path, uint64_t flags, struct dyad_stat *out)
{
    char room[DYAD_PATH_MAX];
    struct loopback_call call = new_call(VERB_statat, (int64_t)root);
    call.args[0] = flags;
    call.in = path;
    call.in_len = (uint32_t)strlen(path);
    call.out = room;
    call.out_len = sizeof(room);
    int64_t result = loopback_call(&fx.loopback, &call);
    if (result == 0)
        memcpy(out, room, sizeof(*out));
    return result;
}

int64_t fs_stat(const char *path, struct dyad_stat *out)
{
    return stat_at(path, 0, out);
}

int64_t fs_lstat(const char *path, struct dyad_stat *out)
{
    return stat_at(path, FILE_NOFOLLOW, out);
}

int64_t fs_fstat(int64_t file, struct dyad_stat *out)
{
    struct loopback_call call = new_call(VERB_stat, file);
    call.out = out;
    call.out_len = sizeof(*out);
    return loopback_call(&fx.loopback, &call);
}

int64_t fs_truncate(int64_t file, uint64_t size)
{
    return fs_verb(VERB_truncate, file, size, 0, 0, 0);
}

static int64_t set_attributes(const char *path, uint64_t mask, const struct dyad_setattr *attr)
{
    char payload[sizeof(*attr) + DYAD_PATH_MAX];
    struct loopback_call call = new_call(VERB_setattrat, (int64_t)root);
    memcpy(payload, attr, sizeof(*attr));
    memcpy(payload + sizeof(*attr), path, strlen(path));
    call.args[0] = mask;
    call.in = payload;
    call.in_len = (uint32_t)(sizeof(*attr) + strlen(path));
    return loopback_call(&fx.loopback, &call);
}

int64_t fs_chmod(const char *path, uint32_t mode)
{
    return set_attributes(path, SETATTR_MODE, &(struct dyad_setattr){.mode = mode});
}

int64_t fs_chown(const char *path, uint32_t uid, uint32_t gid)
{
    return set_attributes(path, SETATTR_UID | SETATTR_GID,
                          &(struct dyad_setattr){.uid = uid, .gid = gid});
}

int64_t fs_access(const char *path, unsigned want)
{
    return fs_path_verb(VERB_accessat, path, want, 1);
}

int64_t fs_readlink(const char *path, char *buffer, size_t size)
{
    struct loopback_call call = new_call(VERB_readlinkat, (int64_t)root);
    call.in = path;
    call.in_len = (uint32_t)strlen(path);
    call.out = buffer;
    call.out_len = (uint32_t)size - 1;
    int64_t result = loopback_call(&fx.loopback, &call);
    buffer[result > 0 ? result : 0] = '\0';
    return result;
}

int64_t fs_path(int64_t file, char *buffer, size_t size)
{
    struct loopback_call call = new_call(VERB_path, file);
    call.out = buffer;
    call.out_len = (uint32_t)size - 1;
    int64_t result = loopback_call(&fx.loopback, &call);
    buffer[result > 0 ? result : 0] = '\0';
    return result;
}

int64_t fs_make(const char *path, const char *text, uint32_t mode)
{
    int64_t file = fs_open(path, FILE_WRITE | FILE_CREATE | FILE_TRUNC, mode);
    if (file < 0)
        return file;
    int64_t result = fs_write(file, text, strlen(text), 0);
    fs_close(file);
    return result < 0 ? result : 0;
}

void expect_text(const char *path, const char *text)
{
    char buffer[1024];
    int64_t file = fs_open(path, FILE_READ, 0);
    assert_true(file > 0);
    int64_t len = fs_read(file, buffer, sizeof(buffer), 0);
    fs_close(file);
    assert_int_equal(len, strlen(text));
    assert_memory_equal(buffer, text, strlen(text));
}

void fs_names(const char *path, size_t room, char *out, size_t size)
{
    _Alignas(8) char buffer[8192];
    int64_t file = fs_open(path, FILE_READ | FILE_DIRECTORY, 0);
    uint64_t cookie = 0;
    assert_true(file > 0);
    out[0] = '\0';
    for (;;) {
        struct loopback_call call = new_call(VERB_list, file);
        call.args[0] = cookie;
        call.out = buffer;
        call.out_len = (uint32_t)room;
        int64_t len = loopback_call(&fx.loopback, &call);
        assert_true(len >= 0);
        if (len == 0)
            break;
        for (int64_t at = 0; at < len;) {
            const struct dyad_dirent *entry = (const void *)(buffer + at);
            assert_int_equal(entry->size % 8, 0);
            assert_true(entry->size >= sizeof(*entry) + entry->name_len && at + entry->size <= len);
            assert_true(entry->cookie > cookie);
            cookie = entry->cookie;
            if (entry->cookie > 2) {
                size_t used = strlen(out);
                snprintf(out + used, size - used, "%s%.*s", used ? " " : "", (int)entry->name_len,
                         entry->name);
            }
            at += entry->size;
        }
    }
    fs_close(file);
}
