/*
 * elf_image.c: decode an ELF header. Refused, with -ERR_NOEXEC:
 *   another machine, class, byte order or type; program headers outside the first page, of another size, none or too many;
 *   a program that wants an interpreter; segments that are writable and executable, out of user space, past the end of
 *   the file, overlapping or out of order by whole pages, with more file than memory, or whose file offset does not fit
 *   their address; an entry point outside every executable segment.
 */
#include <elf.h>
#include <stdbool.h>
#include <string.h>
#include "abi/error.h"
#include "abi/layout.h"
#include "abi/syscall.h"
#include "internal/elf_image.h"

#define PAGE_MASK (DYAD_PAGE_SIZE - 1)
#define IMAGE_END (DYAD_STACK_TOP - DYAD_STACK_SIZE) /* images may not reach into the stack */

static bool header_valid(const Elf64_Ehdr *e, size_t length)
{
    return memcmp(e->e_ident, ELFMAG, SELFMAG) == 0 && e->e_ident[EI_CLASS] == ELFCLASS64 &&
           e->e_ident[EI_DATA] == ELFDATA2LSB && e->e_ident[EI_VERSION] == EV_CURRENT &&
           e->e_type == ET_EXEC && e->e_machine == EM_X86_64 && e->e_version == EV_CURRENT &&
           e->e_phentsize == sizeof(Elf64_Phdr) && e->e_phnum > 0 && e->e_phoff <= length &&
           e->e_phnum <= (length - e->e_phoff) / sizeof(Elf64_Phdr);
}

size_t __elf_headers_end(const void *header, size_t length)
{
    Elf64_Ehdr e;
    if (length < sizeof e)
        return SIZE_MAX;
    memcpy(&e, header, sizeof e);
    size_t bytes = e.e_phnum * sizeof(Elf64_Phdr);
    return e.e_phoff > SIZE_MAX - bytes ? SIZE_MAX : e.e_phoff + bytes;
}

static uint32_t segment_prot(uint32_t flags)
{
    return (flags & PF_R ? MAP_PROT_READ : 0) | (flags & PF_W ? MAP_PROT_WRITE : 0) |
           (flags & PF_X ? MAP_PROT_EXEC : 0);
}

static bool segment_valid(const Elf64_Phdr *p, uint64_t file_size)
{
    if ((p->p_flags & PF_W) && (p->p_flags & PF_X))
        return false;
    if (p->p_filesz > p->p_memsz || p->p_offset > file_size ||
        p->p_filesz > file_size - p->p_offset)
        return false;
    if ((p->p_vaddr ^ p->p_offset) & PAGE_MASK)
        return false;
    return p->p_vaddr >= DYAD_USER_BASE && p->p_vaddr < IMAGE_END &&
           p->p_memsz <= IMAGE_END - p->p_vaddr;
}

static void segment_convert(const Elf64_Phdr *p, struct elf_segment *out)
{
    uint64_t lead = p->p_vaddr & PAGE_MASK;
    *out = (struct elf_segment){
        .addr = p->p_vaddr - lead,
        .length = (lead + p->p_memsz + PAGE_MASK) & ~PAGE_MASK,
        .file_offset = p->p_offset - lead,
        .file_length = p->p_filesz ? lead + p->p_filesz : 0,
        .prot = segment_prot(p->p_flags),
        .zero_tail = p->p_memsz > p->p_filesz,
    };
}

/* Where the program headers themselves are loaded, for AT_PHDR. */
static void find_headers(const Elf64_Ehdr *e, struct elf_image *out)
{
    uint64_t end = e->e_phoff + e->e_phnum * sizeof(Elf64_Phdr);
    for (uint32_t i = 0; i < out->segment_count; i++) {
        const struct elf_segment *s = &out->segments[i];
        if (s->file_offset <= e->e_phoff && end <= s->file_offset + s->file_length)
            out->headers_addr = s->addr + (e->e_phoff - s->file_offset);
    }
    out->header_count = e->e_phnum;
    out->header_size = e->e_phentsize;
}

static bool entry_valid(const struct elf_image *image)
{
    for (uint32_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *s = &image->segments[i];
        if ((s->prot & MAP_PROT_EXEC) && image->entry >= s->addr &&
            image->entry < s->addr + s->length)
            return true;
    }
    return false;
}

static bool add_segment(const Elf64_Phdr *p, uint64_t file_size, struct elf_image *out)
{
    if (p->p_memsz == 0)
        return true;
    if (out->segment_count == ELF_SEGMENTS_MAX || !segment_valid(p, file_size))
        return false;
    struct elf_segment *s = &out->segments[out->segment_count];
    segment_convert(p, s);
    if (out->segment_count && s->addr < s[-1].addr + s[-1].length)
        return false;
    out->segment_count++;
    return true;
}

int __elf_decode(const void *header, size_t length, uint64_t file_size, struct elf_image *out)
{
    Elf64_Ehdr e;
    memset(out, 0, sizeof *out);
    if (length > file_size)
        length = file_size;
    if (length < sizeof e)
        return -ERR_NOEXEC;
    memcpy(&e, header, sizeof e);
    if (!header_valid(&e, length))
        return -ERR_NOEXEC;
    for (uint32_t i = 0; i < e.e_phnum; i++) {
        Elf64_Phdr p;
        memcpy(&p, (const char *)header + e.e_phoff + i * sizeof p, sizeof p);
        if (p.p_type == PT_INTERP || (p.p_type == PT_LOAD && !add_segment(&p, file_size, out)))
            return -ERR_NOEXEC;
    }
    out->entry = e.e_entry;
    find_headers(&e, out);
    return entry_valid(out) ? 0 : -ERR_NOEXEC;
}
