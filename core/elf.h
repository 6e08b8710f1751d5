/* elf.h: loading a static ELF program from fixed memory. Only for init: other programs are loaded by libc. */
#pragma once
#include "core/base.h"

struct memory;
struct space;

#define ELF_SEGMENTS_MAX 16

/* A PT_LOAD: pages [start, end) of memory, of which those below file_end come from the file. */
struct elf_segment {
    uint64_t start, end; /* page aligned, user addresses */
    uint64_t file_end;   /* address where the file's bytes end and zeros begin */
    uint64_t
        file_offset; /* in the file, of start; congruent to a page boundary with the file's place */
    unsigned prot;   /* MAP_PROT_* */
};
struct elf_image {
    uint64_t entry;
    uint64_t phdr; /* address of the program headers, 0 when they are not loaded */
    uint64_t phent, phnum;
    unsigned segment_count;
    struct elf_segment segments[ELF_SEGMENTS_MAX];
};

/* Check everything about the ELF file in [file, file + bytes) and say what to map. Pure. -ERR_NOEXEC: not a static 64-bit program
 * that can be mapped. */
MUST_CHECK status_t elf_parse(const void *file, uint64_t bytes, struct elf_image *out);

/*
 * Map the file, which lies at archive + offset, privately into an empty space: pages come straight from `memory` (which
 * holds the archive from its start) and are copied when written; what lies beyond the file's bytes is zero.
 * -ERR_NOEXEC, -ERR_NOMEM: the space may be left with some mappings.
 */
MUST_CHECK status_t elf_load(struct space *space, struct memory *memory, const void *archive,
                             uint64_t offset, uint64_t bytes, struct elf_image *out);
