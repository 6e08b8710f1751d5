/* stuck.c: a thread that never traps: since when, who it is, and where. */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/cpu.h"
#include "core/process.h"
#include "replay/internal.h"
#include "stub_pool.h"

static const struct host_options *options;

void stuck_init(const struct host_options *from)
{
    options = from;
}

/* Of the whole stub: only one thread of it runs. A host with much else to do does not make a thread stuck. */
uint64_t stuck_cpu_ns(const struct stub *stub)
{
    clockid_t clock;
    struct timespec t;
    if (clock_getcpuclockid(stub->pid, &clock) != 0 || clock_gettime(clock, &t) != 0)
        return 0; /* it is gone; the reaper tells */
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* ---- names: of the program as it was before it was stripped (build/PRESET/user), or as it came with --add ---- */

struct symbol {
    const char *name;
    uint64_t offset;
};

static bool lies_within(uint64_t bytes, uint64_t offset, uint64_t size)
{
    return offset <= bytes && size <= bytes - offset;
}

/* libc's own name of a function that has another one: tools/own-names.c. */
static bool is_second_name(const char *name)
{
    return strncmp(name, "__own_", strlen("__own_")) == 0;
}

static void search_table(const uint8_t *data, uint64_t bytes, const Elf64_Shdr *table,
                         const Elf64_Shdr *names, uint64_t address, struct symbol *found)
{
    if (!lies_within(bytes, table->sh_offset, table->sh_size) || names->sh_size == 0 ||
        !lies_within(bytes, names->sh_offset, names->sh_size) ||
        data[names->sh_offset + names->sh_size - 1] != '\0')
        return;
    for (uint64_t i = 0; i < table->sh_size / sizeof(Elf64_Sym); i++) {
        Elf64_Sym symbol;
        memcpy(&symbol, data + table->sh_offset + i * sizeof(symbol), sizeof(symbol));
        if (address - symbol.st_value >= symbol.st_size || symbol.st_name >= names->sh_size ||
            ELF64_ST_TYPE(symbol.st_info) != STT_FUNC)
            continue;
        const char *name = (const char *)data + names->sh_offset + symbol.st_name;
        if (is_second_name(name))
            continue;
        found->name = name;
        found->offset = address - symbol.st_value;
    }
}

static void search_file(const uint8_t *data, uint64_t bytes, uint64_t address, struct symbol *found)
{
    Elf64_Ehdr header;
    if (bytes < sizeof(header))
        return;
    memcpy(&header, data, sizeof(header));
    if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_shentsize != sizeof(Elf64_Shdr) ||
        !lies_within(bytes, header.e_shoff, (uint64_t)header.e_shnum * sizeof(Elf64_Shdr)))
        return;
    for (unsigned i = 0; i < header.e_shnum; i++) {
        Elf64_Shdr table, names;
        memcpy(&table, data + header.e_shoff + i * sizeof(table), sizeof(table));
        if (table.sh_type != SHT_SYMTAB || table.sh_link >= header.e_shnum)
            continue;
        memcpy(&names, data + header.e_shoff + table.sh_link * sizeof(names), sizeof(names));
        search_table(data, bytes, &table, &names, address, found);
    }
}

/* The mapping stays: the name lies in it, and dyad is about to end. */
static bool find_in(const char *path, uint64_t address, struct symbol *found)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        const uint8_t *data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (data != MAP_FAILED)
            search_file(data, (uint64_t)st.st_size, address, found);
    }
    close(fd);
    return found->name != NULL;
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void find_symbol(const char *program, uint64_t address, struct symbol *found)
{
    char path[4096];
    for (unsigned i = 0; i < options->add_count; i++)
        if (strcmp(base_of(options->add[i]), program) == 0 &&
            find_in(options->add[i], address, found))
            return;
    int folder = (int)(base_of(options->initfs) - options->initfs);
    snprintf(path, sizeof(path), "%.*suser/%s", folder, options->initfs, base_of(program));
    (void)find_in(path, address, found);
}

void stuck_say(const struct cpu *cpu, const struct arch_user *user)
{
    const struct thread *t = cpu->current;
    uint64_t address = user->context->regs.rip;
    struct symbol symbol = {0};
    if (!t) /* a contract test */
        return;
    find_symbol(t->process->name, address, &symbol);
    fprintf(stderr, "dyad: %s[%u] thread %u has run for two seconds without a trap, at %llx",
            t->process->name, t->process->cred.pid, t->id, (unsigned long long)address);
    if (symbol.name)
        fprintf(stderr, " (%s+0x%llx)", symbol.name, (unsigned long long)symbol.offset);
    fputs(": this run cannot be replayed\n", stderr);
}
