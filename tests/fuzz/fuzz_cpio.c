/*
 * fuzz_cpio.c: any bytes as an initfs: the kernel's reader, init's and the file server's never leave the archive, always come to an
 * end, and agree where they all read on: the kernel finds the program that init finds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cpio.h"
#include "tests/unit/servers/ramfs_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);
__attribute__((weak)) /* AFL++'s driver has none, and does not ask us either */
size_t
LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);

/* Of servers/init/cpio.h, whose names are the kernel's. */
struct cpio {
    const uint8_t *bytes;
    size_t size;
};
struct cpio_entry {
    const char *path;
    size_t path_length;
    uint32_t mode;
    uint64_t offset, size;
    size_t next;
};
bool init_cpio_next(const struct cpio *cpio, size_t at, struct cpio_entry *entry, bool *damaged);
bool init_cpio_find(const struct cpio *cpio, const char *path, struct cpio_entry *entry);

#define EXPECT(condition)                                                                \
    do {                                                                                 \
        if (!(condition)) {                                                              \
            fprintf(stderr, "fuzz_cpio: line %d: not true: %s\n", __LINE__, #condition); \
            abort();                                                                     \
        }                                                                                \
    } while (0)

static volatile uint8_t sink;

static void touch(const uint8_t *data, uint64_t offset, uint64_t bytes)
{
    for (uint64_t i = 0; i < bytes; i += bytes > 64 ? bytes - 1 : 1)
        sink ^= data[offset + i];
}

static unsigned walk_kernel(const uint8_t *data, size_t size)
{
    struct cpio_file file;
    size_t at = 0, before = 0;
    unsigned count = 0;
    while (cpio_next(data, size, &at, &file)) {
        EXPECT(at > before && file.offset <= size && file.bytes <= size - file.offset);
        EXPECT((const uint8_t *)file.name >= data &&
               (const uint8_t *)file.name + file.name_bytes <= data + size);
        touch(data, file.offset, file.bytes);
        before = at;
        count++;
    }
    return count;
}

static unsigned walk_init(const uint8_t *data, size_t size)
{
    struct cpio cpio = {data, size};
    struct cpio_entry entry;
    bool damaged = false;
    size_t at = 0;
    unsigned count = 0;
    while (init_cpio_next(&cpio, at, &entry, &damaged)) {
        EXPECT(entry.next > at && entry.offset <= size && entry.size <= size - entry.offset);
        EXPECT((const uint8_t *)entry.path >= data &&
               (const uint8_t *)entry.path + entry.path_length <= data + size);
        touch(data, entry.offset, entry.size);
        at = entry.next;
        count++;
    }
    return count;
}

/* The program that the kernel starts and what init would say that it is, in archives that both read to their end. */
static void compare_find(const uint8_t *data, size_t size)
{
    struct cpio cpio = {data, size};
    struct cpio_entry entry;
    struct cpio_file file;
    bool kernel = cpio_find(data, size, "sbin/init", &file);
    bool init = init_cpio_find(&cpio, "/sbin/init", &entry);
    if (kernel)
        touch(data, file.offset, file.bytes);
    if (init)
        touch(data, entry.offset, entry.size);
    if (kernel && init && (entry.mode & 0170000) == 0100000 &&
        walk_kernel(data, size) == walk_init(data, size))
        EXPECT(file.offset == entry.offset && file.bytes == entry.size);
}

static void fill_ramfs(const uint8_t *data, size_t size)
{
    fixture_start(1 << 20);
    (void)ramfs_load(&fx.fs, data, size, HANDLE_NONE);
    fixture_stop();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)walk_kernel(data, size);
    (void)walk_init(data, size);
    compare_find(data, size);
    fill_ramfs(data, size);
    return 0;
}

/* ---- mutator: an archive is a list of members ---- */

#define MEMBER_HEADER 110u

static size_t hex(const uint8_t *at)
{
    char text[9] = {0};
    memcpy(text, at, 8);
    return strtoul(text, NULL, 16);
}

/* Bytes of the member at `at`; what is no member counts as one up to the end. */
static size_t member_bytes(const uint8_t *data, size_t size, size_t at)
{
    size_t left = size - at;
    if (left < MEMBER_HEADER || memcmp(data + at, "0707", 4) != 0)
        return left;
    size_t bytes = ((MEMBER_HEADER + hex(data + at + 94) + 3) & ~(size_t)3) +
                   ((hex(data + at + 54) + 3) & ~(size_t)3);
    return bytes < left ? bytes : left;
}

/* A member is repeated or left out, a header field gets another number, or bytes change anywhere. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    static const char *const numbers[] = {"00000000", "00000001", "ffffffff", "7fffffff",
                                          "80000000", "000081a4", "000041ed", "0000a1ff",
                                          "00001000", "fffffffc"};
    size_t members[64], count = 0;
    for (size_t at = 0; at < size && count < 64; at += member_bytes(data, size, at))
        members[count++] = at;
    if (count == 0 || seed % 3 == 0)
        return LLVMFuzzerMutate(data, size, room);
    size_t at = members[seed / 8 % count], bytes = member_bytes(data, size, at);
    switch (seed / 3 % 3) {
    case 0:
        if (size + bytes > room)
            break;
        memmove(data + at + bytes, data + at, size - at);
        return size + bytes;
    case 1: memmove(data + at, data + at + bytes, size - at - bytes); return size - bytes;
    default:
        if (bytes >= MEMBER_HEADER)
            memcpy(data + at + 6 + 8 * (seed / 1024 % 13), numbers[seed / 65536 % 10], 8);
        return size;
    }
    return LLVMFuzzerMutate(data, size, room);
}
