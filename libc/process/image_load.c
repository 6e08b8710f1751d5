/* image_load.c: put a program into an empty address space. */
#include <dyad/process.h>
#include <elf.h>
#include <string.h>
#include "abi/layout.h"
#include "internal/elf_image.h"
#include "internal/pages.h"
#include "internal/process.h"
#include "internal/stack_image.h"
#include "internal/startup.h"

#define PAGE_MASK    (DYAD_PAGE_SIZE - 1)
#define STACK_INLINE 2048 /* a stack image up to so many bytes is built on our own */
#define PROT_RW      (MAP_PROT_READ | MAP_PROT_WRITE)

static uint64_t page_up(uint64_t n)
{
    return (n + PAGE_MASK) & ~PAGE_MASK;
}

/* Write all of it to another space, or fail. */
static int64_t space_write(handle_t space, uint64_t addr, const void *data, uint64_t n)
{
    for (uint64_t done = 0; done < n;) {
        uint64_t chunk = n - done < DYAD_COPY_MAX ? n - done : DYAD_COPY_MAX;
        unsigned seen = __interruptions();
        int64_t result =
            dyad_write(space, (const char *)data + done, chunk, (int64_t)(addr + done));
        if (__restart(result, seen))
            continue;
        if (result <= 0)
            return result < 0 ? result : -ERR_FAULT;
        done += (uint64_t)result;
    }
    return 0;
}

static int64_t memory_read(handle_t memory, uint64_t offset, void *data, uint64_t n)
{
    int64_t result;
    unsigned seen;
    do {
        seen = __interruptions();
        result = dyad_read(memory, data, n < DYAD_COPY_MAX ? n : DYAD_COPY_MAX, (int64_t)offset);
    } while (__restart(result, seen));
    return result;
}

/* A file that does not lie at a page boundary cannot be mapped: copy it. */
static int64_t copy_segment(handle_t space, const struct dyad_program *program,
                            const struct elf_segment *s)
{
    char buffer[DYAD_PAGE_SIZE];
    for (uint64_t done = 0; done < s->file_length;) {
        uint64_t left = s->file_length - done;
        int64_t n = memory_read(program->memory, program->offset + s->file_offset + done, buffer,
                                left < sizeof buffer ? left : sizeof buffer);
        if (n <= 0)
            return n < 0 ? n : -ERR_NOEXEC;
        int64_t result = space_write(space, s->addr + done, buffer, (uint64_t)n);
        if (result < 0)
            return result;
        done += (uint64_t)n;
    }
    return 0;
}

static int64_t zero_tail(handle_t space, const struct elf_segment *s)
{
    static const char zeros[DYAD_PAGE_SIZE];
    uint64_t end = s->addr + s->file_length;
    return space_write(space, end, zeros, page_up(end) - end);
}

/* The part of a segment that comes from the file. */
static int64_t load_file_part(handle_t space, const struct dyad_program *program,
                              const struct elf_segment *s)
{
    bool mappable = ((program->offset + s->file_offset) & PAGE_MASK) == 0;
    bool tail = mappable && s->zero_tail && (s->file_length & PAGE_MASK);
    bool write_first = !mappable || tail;
    uint64_t length = page_up(s->file_length);
    uint32_t prot = write_first ? PROT_RW : s->prot;
    int64_t result = dyad_map(space, s->addr, length, prot | MAP_FLAG_NOREPLACE,
                              mappable ? program->memory : HANDLE_NONE,
                              mappable ? program->offset + s->file_offset : 0);
    if (result >= 0 && !mappable)
        result = copy_segment(space, program, s);
    if (result >= 0 && tail)
        result = zero_tail(space, s);
    if (result >= 0 && write_first && s->prot != PROT_RW)
        result = dyad_protect(space, s->addr, length, s->prot);
    return result;
}

static int64_t load_segment(handle_t space, const struct dyad_program *program,
                            const struct elf_segment *s)
{
    uint64_t from_file = page_up(s->file_length);
    int64_t result = from_file ? load_file_part(space, program, s) : 0;
    if (result >= 0 && s->length > from_file)
        result = dyad_map(space, s->addr + from_file, s->length - from_file,
                          s->prot | MAP_FLAG_NOREPLACE, HANDLE_NONE, 0);
    return result;
}

static size_t build_auxv(const struct elf_image *elf, uint64_t auxv[STACK_AUXV_MAX][2])
{
    static const uint64_t inherited[] = {AT_DYAD_GATE, AT_DYAD_XSAVE, AT_DYAD_CPUS, AT_HWCAP,
                                         AT_HWCAP2};
    const uint64_t fresh[][2] = {
        {AT_PHDR, elf->headers_addr},
        {AT_PHENT, elf->header_size},
        {AT_PHNUM, elf->headers_addr ? elf->header_count : 0},
        {AT_PAGESZ, DYAD_PAGE_SIZE},
        {AT_ENTRY, elf->entry},
        {AT_CLKTCK, 100},
        {AT_SECURE, 0},
    };
    size_t count = ARRAY_COUNT(fresh);
    memcpy(auxv, fresh, sizeof fresh);
    for (size_t i = 0; i < ARRAY_COUNT(inherited); i++) {
        auxv[count][0] = inherited[i];
        auxv[count][1] = __auxv_get(inherited[i]);
        count++;
    }
    return count;
}

static int64_t load_stack(handle_t space, const struct dyad_image *image,
                          const struct elf_image *elf, struct exec_args *out)
{
    uint64_t auxv[STACK_AUXV_MAX][2];
    struct stack_request request = {
        .argv = image->argv,
        .envp = image->envp,
        .path = image->path ? image->path : image->argv[0],
        .cwd_path = image->cwd_path,
        .auxv = (const uint64_t(*)[2])auxv,
        .auxv_count = build_auxv(elf, auxv),
        .entries = image->entries,
        .entry_count = image->entry_count,
        .umask = image->umask,
        .limits = image->limits,
    };
    uint64_t stack_size = image->stack_size ? page_up(image->stack_size) : DYAD_STACK_SIZE;
    int64_t size = __stack_image_size(&request);
    if (size < 0)
        return size;
    if ((uint64_t)size > stack_size / 2)
        return -ERR_2BIG;
    dyad_entropy(request.random, sizeof request.random);
    uint64_t small[STACK_INLINE / sizeof(uint64_t)];
    void *buffer = (size_t)size <= sizeof small ? small : __pages_map((size_t)size);
    if (!buffer)
        return -ERR_NOMEM;
    __stack_image_build(&request, buffer, (size_t)size, DYAD_STACK_TOP);
    int64_t result = dyad_map(space, DYAD_STACK_TOP - stack_size, stack_size,
                              PROT_RW | MAP_FLAG_NOREPLACE | MAP_FLAG_STACK, HANDLE_NONE, 0);
    out->stack = DYAD_STACK_TOP - (uint64_t)size;
    if (result >= 0)
        result = space_write(space, out->stack, buffer, (uint64_t)size);
    if (buffer != small)
        __pages_unmap(buffer, (size_t)size);
    return result;
}

static void set_name(const struct dyad_image *image, struct exec_args *out)
{
    const char *name = image->name;
    if (!name) {
        const char *path = image->argv[0] ? image->argv[0] : image->path ? image->path : "";
        const char *slash = strrchr(path, '/');
        name = slash ? slash + 1 : path;
    }
    size_t n = strnlen(name, sizeof out->name - 1);
    memcpy(out->name, name, n);
}

/* Not in line: its buffer is as large as the first page, and rarely needed. */
static __attribute__((noinline)) int64_t read_and_decode(const struct dyad_program *program,
                                                         struct elf_image *elf)
{
    char header[ELF_HEADER_BYTES];
    uint64_t want = program->size < sizeof header ? program->size : sizeof header;
    int64_t n = memory_read(program->memory, program->offset, header, want);
    return n < 0 ? n : __elf_decode(header, (size_t)n, program->size, elf);
}

static int64_t decode(const struct dyad_image *image, struct elf_image *elf)
{
    if (image->head && __elf_headers_end(image->head, image->head_bytes) <= image->head_bytes)
        return __elf_decode(image->head, image->head_bytes, image->program.size, elf);
    return read_and_decode(&image->program, elf);
}

int dyad_image_load(handle_t space, const struct dyad_image *image, struct exec_args *out)
{
    struct elf_image elf;
    *out = (struct exec_args){0};
    if (!image->argv[0] && !image->path)
        return -ERR_INVAL;
    int64_t result = decode(image, &elf);
    for (uint32_t i = 0; result >= 0 && i < elf.segment_count; i++)
        result = load_segment(space, &image->program, &elf.segments[i]);
    if (result >= 0)
        result = load_stack(space, image, &elf, out);
    if (result < 0)
        return (int)result;
    out->entry = elf.entry;
    set_name(image, out);
    return 0;
}
