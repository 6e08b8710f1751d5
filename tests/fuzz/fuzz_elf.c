/*
 * fuzz_elf.c: any bytes as a program: the kernel's loader and libc's decoder refuse it, or what they map is sound and holds the file's
 * bytes. libc must accept what the kernel does if its headers lie in the first page, unless it reaches into the stack.
 */
#include <stdlib.h>
#include <string.h>

#include "core/elf.h"
#include "core/space.h"
#include "tests/fuzz/core/body.h"
#include "tests/fuzz/elf_libc.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);
__attribute__((weak)) /* AFL++'s driver has none, and does not ask us either */
size_t
LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);

#define FILE_MAX (16 * DYAD_PAGE_SIZE)

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    body_init(FILE_MAX);
    return 0;
}

static void check_segments(const struct elf_image *image, size_t size)
{
    uint64_t end = DYAD_USER_BASE;
    ASSERT(image->segment_count <= ELF_SEGMENTS_MAX);
    for (unsigned i = 0; i < image->segment_count; i++) {
        const struct elf_segment *s = &image->segments[i];
        ASSERT(PAGE_OFFSET(s->start) == 0 && PAGE_OFFSET(s->end) == 0);
        ASSERT(PAGE_OFFSET(s->file_offset) == 0);
        ASSERT(s->start >= end && s->end > s->start && s->end <= DYAD_USER_END);
        ASSERT(s->file_end >= s->start && s->file_end <= s->end);
        ASSERT(s->file_offset <= size && s->file_end - s->start <= size - s->file_offset);
        ASSERT(!(s->prot & MAP_PROT_WRITE) || !(s->prot & MAP_PROT_EXEC));
        end = s->end;
    }
}

/* The first and last bytes of a segment's part of the file, and the zero after it. */
static void check_contents(struct space *space, const struct elf_segment *s, const uint8_t *file)
{
    uint8_t byte;
    uint64_t bytes = s->file_end - s->start;
    if (!(s->prot & MAP_PROT_READ))
        return;
    if (bytes != 0) {
        ASSERT(user_read(space, &byte, s->start, 1) == 0 && byte == file[s->file_offset]);
        ASSERT(user_read(space, &byte, s->file_end - 1, 1) == 0);
        ASSERT(byte == file[s->file_offset + bytes - 1]);
    }
    /* What follows in the last page of a segment that nobody can write to is the file's: see elf.c. */
    if (s->file_end < s->end && ((s->prot & MAP_PROT_WRITE) || PAGE_OFFSET(s->file_end) == 0)) {
        status_t status = user_read(space, &byte, s->file_end, 1);
        ASSERT(status == -ERR_NOMEM || (status == 0 && byte == 0));
    }
}

static void load(const uint8_t *data, size_t size)
{
    struct elf_image image;
    struct space *space;
    memcpy(body_initfs, data, size);
    memset(body_initfs + size, 0xee, FILE_MAX - size);
    if (space_create(body.machine, &body.machine->quota, &space) < 0)
        abort();
    status_t status = elf_load(space, body.machine->initfs, body_initfs, 0, size, &image);
    ASSERT(status == 0 || status == -ERR_NOMEM);
    space_check(space);
    for (unsigned i = 0; status == 0 && i < image.segment_count; i++)
        check_contents(space, &image.segments[i], data);
    kobject_put(&space->object);
    body.idle = false;
    body_settle();
    body_check_empty();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct elf_image image;
    if (size > FILE_MAX)
        return 0;
    bool kernel = elf_parse(data, size, &image) == 0;
    bool libc = libc_elf_accepts(data, size);
    if (!kernel)
        return 0;
    check_segments(&image, size);
    bool below_stack =
        image.segments[image.segment_count - 1].end <= DYAD_STACK_TOP - DYAD_STACK_SIZE;
    uint32_t version;
    memcpy(&version, data + 20, sizeof version); /* e_version, which only libc looks at */
    ASSERT(libc || !below_stack || version != 1);
    load(data, size);
    return 0;
}

/* Without changes to the magic numbers, most of the time: the mutator works on what lies behind them. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    static const uint8_t ident[20] = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0,  0,
                                      0,    0,   0,   0,   0, 0, 2, 0, 62, 0};
    size = LLVMFuzzerMutate(data, size, room);
    if (size < 64 || seed % 16 == 0)
        return size;
    memcpy(data, ident, sizeof ident);
    data[54] = 56; /* e_phentsize */
    data[55] = 0;
    if (seed % 4 != 0) {
        memcpy(data + 32, (const uint8_t[8]){64}, 8); /* e_phoff */
        data[56] %= 4, data[57] = 0;                  /* e_phnum */
    }
    return size;
}
