/*
 * check-elf: a test of the image. Every ELF file in an initfs must run on both bodies of Dyad:
 * static, no interpreter, no trace of the host's C library, W^X, loaded at 64 KiB or higher.
 *
 *     check-elf INITFS.cpio | ELF...
 */
#include <elf.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOWEST_ADDRESS = 0x10000, PAGE_BYTES = 4096, CPIO_HEADER_BYTES = 110 };

struct file {
    const char *name;
    const uint8_t *data;
    size_t size;
};

static unsigned failures;

static void __attribute__((format(printf, 2, 3))) fail(const struct file *f, const char *format,
                                                       ...)
{
    va_list args;
    fprintf(stderr, "check-elf: %s: ", f->name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    failures++;
}

static bool within(const struct file *f, uint64_t offset, uint64_t size)
{
    return offset <= f->size && size <= f->size - offset;
}

static void check_note(const struct file *f, const Elf64_Phdr *p)
{
    uint64_t at = p->p_offset;
    uint64_t end = p->p_offset + p->p_filesz;
    while (at + sizeof(Elf64_Nhdr) <= end) {
        Elf64_Nhdr note;
        memcpy(&note, f->data + at, sizeof note);
        at += sizeof note;
        if (at + note.n_namesz > end)
            break;
        bool gnu = note.n_namesz == 4 && memcmp(f->data + at, "GNU", 4) == 0;
        if (gnu && note.n_type == NT_GNU_ABI_TAG)
            fail(f, "carries the ABI tag of the host's C library");
        at += ((uint64_t)note.n_namesz + 3) / 4 * 4 + ((uint64_t)note.n_descsz + 3) / 4 * 4;
    }
}

/* Only what is loaded: debug information may name the compiler's folders. */
static void check_strings(const struct file *f, const Elf64_Phdr *p)
{
    static const char *const traces[] = {"ld-linux", "/lib/x86_64-linux-gnu", "/usr/lib/",
                                         "GLIBC_2", "libc.so.6"};
    for (size_t i = 0; i < sizeof traces / sizeof *traces; i++) {
        if (memmem(f->data + p->p_offset, p->p_filesz, traces[i], strlen(traces[i])))
            fail(f, "mentions the host: \"%s\"", traces[i]);
    }
}

static void check_segment(const struct file *f, const Elf64_Phdr *p)
{
    if (!within(f, p->p_offset, p->p_filesz)) {
        fail(f, "a segment lies outside the file");
        return;
    }
    switch (p->p_type) {
    case PT_INTERP: fail(f, "asks for an interpreter (PT_INTERP)"); break;
    case PT_DYNAMIC: fail(f, "is dynamically linked (PT_DYNAMIC)"); break;
    case PT_NOTE: check_note(f, p); break;
    case PT_GNU_STACK:
        if (p->p_flags & PF_X)
            fail(f, "wants an executable stack");
        break;
    case PT_LOAD:
        if ((p->p_flags & (PF_W | PF_X)) == (PF_W | PF_X))
            fail(f, "segment at %#jx is writable and executable", (uintmax_t)p->p_vaddr);
        if (p->p_vaddr < LOWEST_ADDRESS)
            fail(f, "segment at %#jx is below 64 KiB", (uintmax_t)p->p_vaddr);
        if (p->p_filesz > p->p_memsz || p->p_vaddr % PAGE_BYTES != p->p_offset % PAGE_BYTES)
            fail(f, "segment at %#jx cannot be mapped", (uintmax_t)p->p_vaddr);
        check_strings(f, p);
        break;
    default: break;
    }
}

static bool is_elf(const struct file *f)
{
    return f->size >= SELFMAG && memcmp(f->data, ELFMAG, SELFMAG) == 0;
}

static void check_elf(const struct file *f)
{
    Elf64_Ehdr header;
    if (!is_elf(f) || f->size < sizeof header) {
        fail(f, "is no ELF file");
        return;
    }
    memcpy(&header, f->data, sizeof header);
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64)
        fail(f, "is not for x86-64");
    if (header.e_type != ET_EXEC)
        fail(f, "is not a static executable (ELF type %u)", header.e_type);
    if (header.e_ident[EI_OSABI] != ELFOSABI_NONE)
        fail(f, "is marked for another system (OS/ABI %u)", header.e_ident[EI_OSABI]);
    if (header.e_phentsize != sizeof(Elf64_Phdr) ||
        !within(f, header.e_phoff, (uint64_t)header.e_phnum * sizeof(Elf64_Phdr))) {
        fail(f, "has broken program headers");
        return;
    }
    for (unsigned i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr p;
        memcpy(&p, f->data + header.e_phoff + i * sizeof p, sizeof p);
        check_segment(f, &p);
    }
}

static uint32_t cpio_field(const uint8_t *header, unsigned index)
{
    char digits[9] = {0};
    memcpy(digits, header + 6 + (size_t)index * 8, 8);
    return (uint32_t)strtoul(digits, NULL, 16);
}

static size_t round_up4(size_t n)
{
    return (n + 3) & ~(size_t)3;
}

/* Checks one member and returns the offset of the next, or 0 at the end. */
static size_t check_member(const struct file *archive, size_t at, unsigned *programs)
{
    const uint8_t *header = archive->data + at;
    if (!within(archive, at, CPIO_HEADER_BYTES) || memcmp(header, "070701", 6) != 0) {
        fail(archive, "broken cpio header at offset %zu", at);
        return 0;
    }
    uint32_t mode = cpio_field(header, 1), size = cpio_field(header, 6);
    size_t data = round_up4(at + CPIO_HEADER_BYTES + cpio_field(header, 11));
    struct file member = {(const char *)header + CPIO_HEADER_BYTES, archive->data + data, size};
    if (!within(archive, data, size)) {
        fail(archive, "member at offset %zu is cut off", at);
        return 0;
    }
    if (strcmp(member.name, "TRAILER!!!") == 0)
        return 0;
    bool regular = (mode & 0170000) == 0100000;
    bool aligned = size >= PAGE_BYTES || (size > 0 && (mode & 0111)); /* as mkinitfs does it */
    if (regular && aligned && data % PAGE_BYTES != 0)
        fail(&member, "data is not on a page boundary");
    if (regular && is_elf(&member)) {
        check_elf(&member);
        (*programs)++;
    } else if (regular && (mode & 0111) && (size < 2 || memcmp(member.data, "#!", 2) != 0)) {
        fail(&member, "is executable, but neither ELF nor a script");
    }
    return round_up4(data + size);
}

static void check_file(const char *name)
{
    FILE *stream = fopen(name, "rb");
    struct file f = {.name = name};
    unsigned programs = 0;
    if (!stream || fseek(stream, 0, SEEK_END) != 0) {
        fail(&f, "cannot be read");
        return;
    }
    long end = ftell(stream);
    f.size = end > 0 ? (size_t)end : 0;
    uint8_t *data = malloc(f.size + 1);
    if (!data || fseek(stream, 0, SEEK_SET) != 0 || fread(data, 1, f.size, stream) != f.size) {
        fail(&f, "cannot be read");
    } else {
        data[f.size] = 0;
        f.data = data;
        if (f.size >= 6 && memcmp(data, "070701", 6) == 0) {
            for (size_t at = 0, next; (next = check_member(&f, at, &programs)) != 0; at = next)
                ;
            if (programs == 0)
                fail(&f, "holds no program");
        } else {
            check_elf(&f);
        }
    }
    free(data);
    fclose(stream);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        check_file(argv[i]);
    if (argc < 2)
        fprintf(stderr, "usage: check-elf INITFS.cpio | ELF...\n");
    return argc < 2 || failures > 0;
}
