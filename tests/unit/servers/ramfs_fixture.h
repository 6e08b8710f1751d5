/* ramfs_fixture.h: a ramfs on the loopback transport, and a client's calls as functions. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "servers/lib/loopback.h"
#include "servers/ramfs/ramfs.h"

#define FIXTURE_OBJECTS 16

struct fixture {
    struct ramfs fs;
    struct server server;
    struct loopback loopback;
    struct ramfs_platform platform;
    struct cred cred; /* of every call */
    struct {
        uint8_t *bytes;
        uint64_t size;
    } objects[FIXTURE_OBJECTS]; /* handle - 1000 */
    unsigned handles;           /* open handles of objects, dups included */
    uint32_t last_dup_rights;
    unsigned object_fault; /* the n-th object operation fails, 0: none */
};

extern struct fixture fx;

int fixture_setup(void **state);
int fixture_teardown(void **state); /* checks that nothing is left */
/* The same for tests that do it in the middle. */
void fixture_start(uint64_t limit);
void fixture_stop(void);

void as_user(uint32_t uid, uint32_t gid);
void as_root(void);

/* Results are >= 0 or -ERR_*. Directory 0: the root. */
int64_t open_at(uint64_t dir, const char *path, uint32_t flags, uint32_t mode);
int64_t fs_open(const char *path, uint32_t flags, uint32_t mode); /* -> file id */
void fs_close(int64_t file);
int64_t fs_read(int64_t file, void *buffer, size_t len, uint64_t offset);
int64_t fs_write(int64_t file, const void *data, size_t len, uint64_t offset);
int64_t fs_path_verb(uint16_t verb, const char *path, uint64_t arg0, uint64_t arg1);
int64_t fs_mkdir(const char *path, uint32_t mode);
int64_t fs_unlink(const char *path);
int64_t fs_rmdir(const char *path);
int64_t fs_symlink(const char *target, const char *path);
int64_t fs_link(const char *old, const char *new);
int64_t fs_rename(const char *old, const char *new);
int64_t fs_stat(const char *path, struct dyad_stat *out); /* follows links */
int64_t fs_lstat(const char *path, struct dyad_stat *out);
int64_t fs_fstat(int64_t file, struct dyad_stat *out);
int64_t fs_truncate(int64_t file, uint64_t size);
int64_t fs_chmod(const char *path, uint32_t mode);
int64_t fs_chown(const char *path, uint32_t uid, uint32_t gid);
int64_t fs_access(const char *path, unsigned want);
int64_t fs_readlink(const char *path, char *buffer, size_t size); /* NUL-terminates */
int64_t fs_path(int64_t file, char *buffer, size_t size);
int64_t fs_verb(uint16_t verb, int64_t file, uint64_t arg0, uint64_t arg1, uint64_t arg2,
                uint64_t arg3);
/* A file with that text. */
int64_t fs_make(const char *path, const char *text, uint32_t mode);
/* Is the file's text this? */
void expect_text(const char *path, const char *text);
/* Names of a directory in order of reading, separated by spaces, without dots. room: bytes per call. */
void fs_names(const char *path, size_t room, char *out, size_t size);
struct loopback_call new_call(uint16_t verb, int64_t file);
