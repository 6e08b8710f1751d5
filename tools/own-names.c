/*
 * own-names: gives the C library names of its own. A program may define any name outside ISO C (`write`, `getline`, `index`,
 * a variable `timezone`), and a program that is no strict one any other, as it may with a shared C library: its definition
 * is used by the program, never by the library, and clashes with nothing.
 *
 *     own-names LIBC.a        rewrites the archive in place; its index is made anew afterwards (ranlib)
 *
 * Each global NAME that the archive defines becomes __own_NAME, there and where the archive uses it; NAME itself is a weak
 * symbol for the same thing. Names that begin with an underscore are the library's already. The allocator is meant to be
 * replaced, by all of it: its names become weak and stay what the library calls.
 * Formats: System V ABI, "Object Files" and AMD64 supplement; ar as GNU writes it.
 */
#include <ar.h>
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char prefix[] = "__own_";
static const char *const replaceable[] = {"aligned_alloc",
                                          "calloc",
                                          "free",
                                          "free_aligned_sized",
                                          "free_sized",
                                          "malloc",
                                          "malloc_usable_size",
                                          "memalign",
                                          "posix_memalign",
                                          "pvalloc",
                                          "realloc",
                                          "reallocarray",
                                          "valloc"};

struct bytes {
    uint8_t *data;
    size_t size, room;
};

/* A symbol table within its object. */
struct object {
    const char *path;   /* of the archive */
    struct bytes *file; /* owned by the caller */
    Elf64_Ehdr header;
    Elf64_Shdr symbols, strings;
    size_t symbols_header, strings_header; /* where the section headers are in file */
};

struct names {
    char **list; /* sorted once all are in */
    size_t count, room;
};

_Noreturn static void __attribute__((format(printf, 2, 3))) fail(const char *path,
                                                                 const char *format, ...)
{
    va_list args;
    fprintf(stderr, "own-names: %s: ", path);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

static void *grow(void *old, size_t bytes)
{
    void *data = realloc(old, bytes);
    if (!data)
        fail("memory", "%s", strerror(errno));
    return data;
}

static void append(struct bytes *to, const void *data, size_t size)
{
    if (to->size + size > to->room) {
        to->room = (to->size + size) * 2;
        to->data = grow(to->data, to->room);
    }
    if (size)
        memcpy(to->data + to->size, data, size);
    to->size += size;
}

static void pad(struct bytes *to, size_t alignment, char fill)
{
    while (to->size % alignment)
        append(to, &fill, 1);
}

/* ---- names ---- */

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_replaceable(const char *name)
{
    return bsearch(&name, replaceable, sizeof(replaceable) / sizeof(*replaceable),
                   sizeof(*replaceable), compare) != NULL;
}

static bool has(const struct names *names, const char *name)
{
    return names->count && bsearch(&name, names->list, names->count, sizeof(*names->list), compare);
}

static void add(struct names *names, const char *name)
{
    if (names->count == names->room) {
        names->room = names->room * 2 + 64;
        names->list = grow(names->list, names->room * sizeof(*names->list));
    }
    char *copy = strdup(name);
    if (!copy)
        fail("memory", "%s", strerror(errno));
    names->list[names->count++] = copy;
}

/* ---- objects ---- */

static bool within(const struct bytes *file, uint64_t offset, uint64_t size)
{
    return offset <= file->size && size <= file->size - offset;
}

static Elf64_Shdr section_at(const struct object *o, size_t at)
{
    Elf64_Shdr section;
    if (!within(o->file, at, sizeof(section)))
        fail(o->path, "a section header lies outside its object");
    memcpy(&section, o->file->data + at, sizeof(section));
    if (section.sh_type != SHT_NOBITS && !within(o->file, section.sh_offset, section.sh_size))
        fail(o->path, "a section lies outside its object");
    return section;
}

/* -> false: it has no symbols */
static bool open_object(struct object *o, const char *path, struct bytes *file)
{
    *o = (struct object){.path = path, .file = file};
    if (file->size < sizeof(o->header) || memcmp(file->data, ELFMAG, SELFMAG) != 0)
        fail(path, "a member is no ELF object");
    memcpy(&o->header, file->data, sizeof(o->header));
    if (o->header.e_type != ET_REL || o->header.e_shentsize != sizeof(Elf64_Shdr))
        fail(path, "a member is no relocatable object for 64 bits");
    for (size_t i = 0; i < o->header.e_shnum; i++) {
        o->symbols_header = o->header.e_shoff + i * sizeof(Elf64_Shdr);
        o->symbols = section_at(o, o->symbols_header);
        if (o->symbols.sh_type != SHT_SYMTAB)
            continue;
        if (o->symbols.sh_link >= o->header.e_shnum || o->symbols.sh_entsize != sizeof(Elf64_Sym))
            fail(path, "a symbol table is damaged");
        o->strings_header = o->header.e_shoff + o->symbols.sh_link * sizeof(Elf64_Shdr);
        o->strings = section_at(o, o->strings_header);
        if (o->strings.sh_size == 0 ||
            file->data[o->strings.sh_offset + o->strings.sh_size - 1] != '\0')
            fail(path, "a string table is damaged");
        return true;
    }
    return false;
}

static size_t symbol_count(const struct object *o)
{
    return o->symbols.sh_size / sizeof(Elf64_Sym);
}

static Elf64_Sym symbol_at(const struct object *o, size_t index)
{
    Elf64_Sym symbol;
    memcpy(&symbol, o->file->data + o->symbols.sh_offset + index * sizeof(symbol), sizeof(symbol));
    if (symbol.st_name >= o->strings.sh_size)
        fail(o->path, "a symbol's name lies outside the string table");
    return symbol;
}

static const char *symbol_name(const struct object *o, const Elf64_Sym *symbol)
{
    return (const char *)o->file->data + o->strings.sh_offset + symbol->st_name;
}

static bool is_global(const Elf64_Sym *symbol)
{
    return ELF64_ST_BIND(symbol->st_info) != STB_LOCAL;
}

static void collect(const struct object *o, struct names *names)
{
    for (size_t i = 1; i < symbol_count(o); i++) {
        Elf64_Sym symbol = symbol_at(o, i);
        const char *name = symbol_name(o, &symbol);
        if (strncmp(name, prefix, strlen(prefix)) == 0)
            fail(o->path, "'%s' is defined: the archive has been through this already", name);
        if (is_global(&symbol) && symbol.st_shndx != SHN_UNDEF && name[0] != '_')
            add(names, name);
    }
}

static void weaken(Elf64_Sym *symbol)
{
    symbol->st_info = ELF64_ST_INFO(STB_WEAK, ELF64_ST_TYPE(symbol->st_info));
}

/* Put the tables at the object's end; where they were stays unused. */
static void replace_section(struct object *o, size_t at, Elf64_Shdr section,
                            const struct bytes *contents)
{
    pad(o->file, 8, 0);
    section.sh_offset = o->file->size;
    section.sh_size = contents->size;
    append(o->file, contents->data, contents->size);
    memcpy(o->file->data + at, &section, sizeof(section));
}

static void rename_symbols(struct object *o, const struct names *names)
{
    struct bytes symbols = {0}, aliases = {0}, strings = {0};
    append(&strings, o->file->data + o->strings.sh_offset, o->strings.sh_size);
    for (size_t i = 0; i < symbol_count(o); i++) {
        Elf64_Sym symbol = symbol_at(o, i), alias = symbol;
        const char *name = symbol_name(o, &symbol);
        bool defined = symbol.st_shndx != SHN_UNDEF;
        if (is_global(&symbol) && has(names, name)) {
            if (!is_replaceable(name)) {
                symbol.st_name = (Elf64_Word)strings.size;
                append(&strings, prefix, strlen(prefix));
                append(&strings, name, strlen(name) + 1);
                weaken(&alias);
                if (defined)
                    append(&aliases, &alias, sizeof(alias));
            } else if (defined) {
                weaken(&symbol);
            }
        }
        append(&symbols, &symbol, sizeof(symbol));
    }
    append(&symbols, aliases.data, aliases.size);
    replace_section(o, o->symbols_header, o->symbols, &symbols);
    replace_section(o, o->strings_header, o->strings, &strings);
    free(symbols.data);
    free(aliases.data);
    free(strings.data);
}

/* ---- the archive ---- */

static size_t member_size(const char *path, const struct ar_hdr *header)
{
    char digits[sizeof(header->ar_size) + 1] = {0}, *end;
    memcpy(digits, header->ar_size, sizeof(header->ar_size));
    unsigned long size = strtoul(digits, &end, 10);
    if (end == digits || memcmp(header->ar_fmag, ARFMAG, sizeof(header->ar_fmag)) != 0)
        fail(path, "the archive is damaged");
    return size;
}

static bool is_index(const struct ar_hdr *header)
{
    return header->ar_name[0] == '/' && header->ar_name[1] == ' ';
}

/* "/12" is a long name's place; "//" the long names. */
static bool is_object(const struct ar_hdr *header)
{
    return header->ar_name[0] != '/' || (header->ar_name[1] >= '0' && header->ar_name[1] <= '9');
}

static void append_member(struct bytes *to, struct ar_hdr header, const struct bytes *member)
{
    char digits[sizeof(header.ar_size) + 1];
    snprintf(digits, sizeof(digits), "%-10zu", member->size);
    memcpy(header.ar_size, digits, sizeof(header.ar_size));
    append(to, &header, sizeof(header));
    append(to, member->data, member->size);
    pad(to, 2, '\n');
}

/* Without out the names are collected; with it the objects get them, and it becomes the archive, without an index. */
static void each_object(const char *path, const struct bytes *archive, struct names *names,
                        struct bytes *out)
{
    if (archive->size < SARMAG || memcmp(archive->data, ARMAG, SARMAG) != 0)
        fail(path, "it is no archive");
    if (out)
        append(out, ARMAG, SARMAG);
    for (size_t at = SARMAG; at < archive->size;) {
        struct ar_hdr header;
        struct object object;
        struct bytes member = {0};
        if (!within(archive, at, sizeof(header)))
            fail(path, "the archive is cut off");
        memcpy(&header, archive->data + at, sizeof(header));
        size_t size = member_size(path, &header);
        at += sizeof(header);
        if (!within(archive, at, size))
            fail(path, "the archive is cut off");
        append(&member, archive->data + at, size);
        at += size + size % 2;
        bool symbols = is_object(&header) && open_object(&object, path, &member);
        if (symbols && out)
            rename_symbols(&object, names);
        else if (symbols)
            collect(&object, names);
        if (out && !is_index(&header))
            append_member(out, header, &member);
        free(member.data);
    }
}

static struct bytes read_file(const char *path)
{
    struct bytes file = {0};
    uint8_t chunk[65536];
    size_t n;
    FILE *in = fopen(path, "rb");
    if (!in)
        fail(path, "%s", strerror(errno));
    while ((n = fread(chunk, 1, sizeof(chunk), in)) > 0)
        append(&file, chunk, n);
    if (ferror(in))
        fail(path, "%s", strerror(errno));
    fclose(in);
    return file;
}

/* The archive is whole at every moment. */
static void write_file(const char *path, const struct bytes *file)
{
    char next[4096];
    if (snprintf(next, sizeof(next), "%s.next", path) >= (int)sizeof(next))
        fail(path, "%s", strerror(ENAMETOOLONG));
    FILE *out = fopen(next, "wb");
    if (!out || fwrite(file->data, 1, file->size, out) != file->size || fclose(out) != 0)
        fail(next, "%s", strerror(errno));
    if (rename(next, path) != 0)
        fail(path, "%s", strerror(errno));
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: own-names LIBC.a\n", stderr);
        return 2;
    }
    struct names names = {0};
    struct bytes archive = read_file(argv[1]);
    each_object(argv[1], &archive, &names, NULL);
    if (names.count == 0)
        fail(argv[1], "it defines nothing");
    qsort(names.list, names.count, sizeof(*names.list), compare);
    struct bytes renamed = {0};
    each_object(argv[1], &archive, &names, &renamed);
    write_file(argv[1], &renamed);
    for (size_t i = 0; i < names.count; i++)
        free(names.list[i]);
    free(names.list);
    free(archive.data);
    free(renamed.data);
    return 0;
}
