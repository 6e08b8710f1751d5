/* sample.c: a kernel and an initfs as small as they get. */
#include "sample.h"

#include <stdio.h>
#include <string.h>

#define TEXT_AT 0x1000u
#define DATA_AT 0x1100u

/* A kernel as small as they get: code in one segment, data and zeros in another, and section headers at the end. */
void sample_kernel(uint8_t *file)
{
    static const uint8_t header[] = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0,  0, 0, 0,
                                     0,    0,   0,   0,   0, 3, 0, 62, 0, 1};
    memset(file, 0, SAMPLE_KERNEL_BYTES);
    memcpy(file, header, sizeof(header));
    uint64_t entry = 0x100000 + SAMPLE_ENTRY, headers = 64, sections = SAMPLE_KERNEL_BYTES - 64;
    uint16_t sizes[] = {64, 56, 2, 64, 1, 0};
    memcpy(file + 24, &entry, 8);
    memcpy(file + 32, &headers, 8);
    memcpy(file + 40, &sections, 8);
    memcpy(file + 52, sizes, sizeof(sizes));
    struct {
        uint32_t type, flags;
        uint64_t offset, vaddr, paddr, file_bytes, memory_bytes, align;
    } segments[2] = {{1, 5, TEXT_AT, 0x100000, 0x100000, 0x100, 0x100, 4096},
                     {1, 6, DATA_AT, 0x102000, 0x102000, 0x10, 0x2000, 4096}};
    memcpy(file + 64, segments, sizeof(segments));
    memset(file + TEXT_AT, 0xaa, 0x100);
    memset(file + DATA_AT, 0xbb, 0x10);
}

static size_t put_entry(char *to, const char *name, const char *data)
{
    size_t at = (size_t)sprintf(to, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", 1,
                                0100644, 0, 0, 1, 0, (unsigned)strlen(data), 0, 0, 0, 0,
                                (unsigned)strlen(name) + 1, 0);
    at += (size_t)sprintf(to + at, "%s", name) + 1;
    while (at % 4)
        to[at++] = 0;
    at += (size_t)sprintf(to + at, "%s", data);
    while (at % 4)
        to[at++] = 0;
    return at;
}

size_t sample_archive(char *to)
{
    size_t at = put_entry(to, "bin/sh", "12345");
    at += put_entry(to + at, "empty", "");
    return at + put_entry(to + at, "TRAILER!!!", "");
}
