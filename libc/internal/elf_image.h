/*
 * internal/elf_image.h: what an ELF header says must be loaded. A pure function over the file's first bytes, so that
 * it can be tested and fuzzed anywhere.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "internal/libc.h"

#define ELF_SEGMENTS_MAX 16
#define ELF_HEADER_BYTES 4096 /* the program headers must lie in the first page */

struct elf_segment {
    uint64_t addr;        /* page aligned */
    uint64_t length;      /* of the mapping, whole pages */
    uint64_t file_offset; /* page aligned */
    uint64_t file_length; /* bytes from file_offset to copy or map; the rest is zero */
    uint32_t prot;        /* MAP_PROT_*; never write and execute together */
    uint32_t zero_tail;   /* 1: what follows file_length in its page must be zero */
};

struct elf_image {
    uint64_t entry;
    uint64_t headers_addr; /* where the program headers are in memory; 0: not loaded */
    uint32_t header_count;
    uint32_t header_size;
    uint32_t segment_count;
    struct elf_segment segments[ELF_SEGMENTS_MAX]; /* ascending, not overlapping */
};

/*
 * Decode the header of a file of file_size bytes, of which `length` are at `header`.
 * 0, or -ERR_NOEXEC for anything that this system does not run: see elf_image.c for the list.
 */
LIBC_HIDDEN int __elf_decode(const void *header, size_t length, uint64_t file_size,
                             struct elf_image *out);
/* How many of the file's first bytes __elf_decode needs, if the `length` bytes at `header` say so; otherwise SIZE_MAX. */
LIBC_HIDDEN size_t __elf_headers_end(const void *header, size_t length);
