/* elf_libc.c: libc's ELF decoder for fuzz_elf.c: its types have the names of the kernel's. */
#include "elf_libc.h"

#include <stdlib.h>

#include "abi/layout.h"
#include "abi/syscall.h"
#include "internal/elf_image.h"

bool libc_elf_accepts(const void *file, size_t bytes)
{
    struct elf_image image;
    if (__elf_decode(file, bytes, bytes, &image) != 0)
        return false;
    uint64_t end = 0;
    for (uint32_t i = 0; i < image.segment_count; i++) {
        const struct elf_segment *s = &image.segments[i];
        bool sound = s->addr % DYAD_PAGE_SIZE == 0 && s->length % DYAD_PAGE_SIZE == 0 &&
                     s->file_offset % DYAD_PAGE_SIZE == 0 && s->addr >= end &&
                     s->length < DYAD_USER_END && s->addr + s->length <= DYAD_USER_END &&
                     s->file_offset <= bytes && s->file_length <= s->length &&
                     s->file_length <= bytes - s->file_offset;
        if (!sound || ((s->prot & MAP_PROT_WRITE) && (s->prot & MAP_PROT_EXEC)))
            abort();
        end = s->addr + s->length;
    }
    return true;
}
