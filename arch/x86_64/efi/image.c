/* image.c: the ELF file of the kernel: checked whole before anything of it is used. */
#include "arch/x86_64/efi/image.h"

#include "core/base.h"

#define MACHINE_X86_64 62
#define TYPE_DYN       3
#define SEGMENT_LOAD   1
#define SEGMENT_EXEC   1u

struct elf_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, headers, sections;
    uint32_t flags;
    uint16_t size, header_bytes, header_count, section_bytes, section_count, section_names;
};

struct elf_segment {
    uint32_t type, flags;
    uint64_t offset, vaddr, paddr, file_bytes, memory_bytes, align;
};

static bool fits(uint64_t offset, uint64_t length, uint64_t bytes)
{
    return offset <= bytes && length <= bytes - offset;
}

static struct elf_segment segment_at(const void *file, uint64_t headers, uint32_t index)
{
    struct elf_segment segment;
    memcpy(&segment, (const uint8_t *)file + headers + index * sizeof segment, sizeof segment);
    return segment;
}

static const char *check_header(const struct elf_header *header, size_t bytes)
{
    static const uint8_t ident[] = {0x7f, 'E', 'L', 'F', 2, 1, 1}; /* 64 bits, little endian */
    if (memcmp(header->ident, ident, 4) != 0)
        return "is not an ELF file";
    if (memcmp(header->ident, ident, sizeof ident) != 0 || header->machine != MACHINE_X86_64)
        return "is an ELF file, but not for x86-64";
    if (header->type != TYPE_DYN)
        return "is not position independent, so it is no kernel of Dyad";
    if (header->header_bytes != sizeof(struct elf_segment) || !header->header_count)
        return "is damaged: it has no program headers";
    if (!fits(header->headers, (uint64_t)header->header_count * sizeof(struct elf_segment), bytes))
        return "is cut short: its program headers are missing";
    if (header->section_count &&
        !fits(header->sections, (uint64_t)header->section_count * header->section_bytes, bytes))
        return "is cut short: its last part is missing";
    return NULL;
}

static const char *check_segment(const struct elf_segment *segment, uint64_t end, size_t bytes)
{
    if (!fits(segment->offset, segment->file_bytes, bytes))
        return "is cut short: a segment ends behind it";
    if (segment->memory_bytes < segment->file_bytes || segment->memory_bytes > IMAGE_BYTES_MAX ||
        segment->vaddr > UINT64_MAX / 2)
        return "is damaged: a segment has an impossible size";
    if (segment->vaddr % IMAGE_PAGE || segment->vaddr < end)
        return "is damaged: its segments overlap or are not at pages";
    return NULL;
}

const char *image_check(const void *file, size_t bytes, struct kernel_image *out)
{
    struct elf_header header;
    if (bytes < sizeof header)
        return bytes ? "is cut short: it has no ELF header" : "is empty";
    memcpy(&header, file, sizeof header);
    const char *wrong = check_header(&header, bytes);
    if (wrong)
        return wrong;
    uint64_t base = UINT64_MAX, end = 0;
    bool entry_is_code = false;
    for (uint32_t i = 0; i < header.header_count; i++) {
        struct elf_segment segment = segment_at(file, header.headers, i);
        if (segment.type != SEGMENT_LOAD || !segment.memory_bytes)
            continue;
        if ((wrong = check_segment(&segment, end, bytes)))
            return wrong;
        base = end ? base : segment.vaddr;
        end = segment.vaddr + segment.memory_bytes;
        if (segment.flags & SEGMENT_EXEC && header.entry >= segment.vaddr && header.entry < end)
            entry_is_code = true;
    }
    if (!end || end - base > IMAGE_BYTES_MAX)
        return "is damaged: there is nothing to load, or far too much";
    if (!entry_is_code)
        return "is damaged: its entry is not in its code";
    *out = (struct kernel_image){.base = base,
                                 .bytes = (end - base + IMAGE_PAGE - 1) & ~(IMAGE_PAGE - 1),
                                 .entry = header.entry - base,
                                 .headers = header.headers,
                                 .headers_num = header.header_count};
    return NULL;
}

void image_place(const void *file, const struct kernel_image *image, void *to)
{
    memset(to, 0, image->bytes);
    for (uint32_t i = 0; i < image->headers_num; i++) {
        struct elf_segment segment = segment_at(file, image->headers, i);
        if (segment.type == SEGMENT_LOAD && segment.memory_bytes)
            memcpy((uint8_t *)to + (segment.vaddr - image->base),
                   (const uint8_t *)file + segment.offset, segment.file_bytes);
    }
}
