/* elf.c: see elf.h. */
#include "core/elf.h"

#include "core/space.h"

/* System V ABI, ELF-64 object file format. */
struct elf_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, phoff, shoff;
    uint32_t flags;
    uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
struct elf_program_header {
    uint32_t type, flags;
    uint64_t offset, vaddr, paddr, filesz, memsz, align;
};
_Static_assert(sizeof(struct elf_header) == 64, "as in the file");
_Static_assert(sizeof(struct elf_program_header) == 56, "as in the file");

enum { ET_EXEC = 2, EM_X86_64 = 62 /* the ABI's, on every body */, PT_LOAD = 1, PT_INTERP = 3 };
enum { PF_X = 1, PF_W = 2, PF_R = 4 };

/* ELF, 64 bits, little-endian, version 1. */
static const uint8_t elf_ident[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};

static unsigned segment_prot(uint32_t flags)
{
    return (flags & PF_R ? MAP_PROT_READ : 0) | (flags & PF_W ? MAP_PROT_WRITE : 0) |
           (flags & PF_X ? MAP_PROT_EXEC : 0);
}

/* -> whether the segment can be mapped, above `floor`. */
static bool parse_segment(const struct elf_program_header *header, uint64_t bytes, uint64_t floor,
                          struct elf_segment *out)
{
    uint64_t vaddr = header->vaddr;
    if (header->filesz > header->memsz || header->offset > bytes ||
        header->filesz > bytes - header->offset)
        return false;
    if (vaddr < DYAD_USER_BASE || vaddr >= DYAD_USER_END || header->memsz > DYAD_USER_END - vaddr)
        return false;
    if (PAGE_OFFSET(vaddr) != PAGE_OFFSET(header->offset) || PAGE_ROUND_DOWN(vaddr) < floor)
        return false;
    if ((header->flags & PF_W) && (header->flags & PF_X))
        return false;
    *out = (struct elf_segment){
        .start = PAGE_ROUND_DOWN(vaddr),
        .end = PAGE_ROUND_UP(vaddr + header->memsz),
        .file_end = vaddr + header->filesz,
        .file_offset = PAGE_ROUND_DOWN(header->offset),
        .prot = segment_prot(header->flags),
    };
    return true;
}

static bool parse_program_header(const struct elf_program_header *header,
                                 const struct elf_header *elf, uint64_t bytes,
                                 struct elf_image *out)
{
    if (header->type == PT_INTERP)
        return false;
    if (header->type != PT_LOAD || header->memsz == 0)
        return true;
    if (out->segment_count == ELF_SEGMENTS_MAX)
        return false;
    /* In rising order, as the ABI demands, and no page in two segments. */
    uint64_t floor = out->segment_count ? out->segments[out->segment_count - 1].end : 0;
    if (!parse_segment(header, bytes, floor, &out->segments[out->segment_count]))
        return false;
    out->segment_count++;
    if (elf->phoff >= header->offset && elf->phoff - header->offset < header->filesz)
        out->phdr = header->vaddr + (elf->phoff - header->offset);
    return true;
}

static bool is_executable(const struct elf_image *image)
{
    for (unsigned i = 0; i < image->segment_count; i++) {
        const struct elf_segment *segment = &image->segments[i];
        if ((segment->prot & MAP_PROT_EXEC) && image->entry >= segment->start &&
            image->entry < segment->end)
            return true;
    }
    return false;
}

status_t elf_parse(const void *file, uint64_t bytes, struct elf_image *out)
{
    struct elf_header elf;
    *out = (struct elf_image){0};
    if (bytes < sizeof elf)
        return -ERR_NOEXEC;
    memcpy(&elf, file, sizeof elf);
    if (memcmp(elf.ident, elf_ident, sizeof elf_ident) != 0 || elf.type != ET_EXEC ||
        elf.machine != EM_X86_64 || elf.phentsize != sizeof(struct elf_program_header))
        return -ERR_NOEXEC;
    uint64_t table = (uint64_t)elf.phnum * elf.phentsize;
    if (elf.phoff > bytes || table > bytes - elf.phoff)
        return -ERR_NOEXEC;
    for (unsigned i = 0; i < elf.phnum; i++) {
        struct elf_program_header header;
        memcpy(&header, (const char *)file + elf.phoff + (uint64_t)i * sizeof header,
               sizeof header);
        if (!parse_program_header(&header, &elf, bytes, out))
            return -ERR_NOEXEC;
    }
    out->entry = elf.entry;
    out->phent = elf.phentsize;
    out->phnum = elf.phnum;
    return is_executable(out) ? 0 : -ERR_NOEXEC;
}

/* The zeros after the file's bytes: the rest of their last page, then anonymous memory. */
static status_t load_zeros(struct space *space, const struct elf_segment *segment,
                           uint64_t file_pages_end)
{
    static const char zeros[DYAD_PAGE_SIZE];
    status_t status = 0;
    if (file_pages_end > segment->file_end && (segment->prot & MAP_PROT_WRITE))
        status =
            space_write_force(space, segment->file_end, zeros, file_pages_end - segment->file_end);
    if (status == 0 && segment->end > file_pages_end)
        status = space_map_now(space, file_pages_end, segment->end - file_pages_end, segment->prot,
                               MAP_FLAG_NOREPLACE, NULL, 0, NULL);
    return status;
}

static status_t load_segment(struct space *space, struct memory *memory, uint64_t offset,
                             const struct elf_segment *segment)
{
    uint64_t file_pages_end = PAGE_ROUND_UP(segment->file_end);
    status_t status = 0;
    if (segment->file_end == segment->start) /* zeros only */
        file_pages_end = segment->start;
    if (file_pages_end > segment->start)
        status =
            space_map_now(space, segment->start, file_pages_end - segment->start, segment->prot,
                          MAP_FLAG_NOREPLACE, memory, offset + segment->file_offset, NULL);
    return status == 0 ? load_zeros(space, segment, file_pages_end) : status;
}

status_t elf_load(struct space *space, struct memory *memory, const void *archive, uint64_t offset,
                  uint64_t bytes, struct elf_image *out)
{
    if (PAGE_OFFSET(offset) != 0)
        return -ERR_NOEXEC; /* mkinitfs aligns files; anything else cannot be mapped */
    status_t status = elf_parse((const char *)archive + offset, bytes, out);
    for (unsigned i = 0; status == 0 && i < out->segment_count; i++)
        status = load_segment(space, memory, offset, &out->segments[i]);
    return status;
}
