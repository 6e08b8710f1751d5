/* program_open.c: an open file as the memory that a program is loaded from. */
#include <dyad/process.h>
#include "abi/layout.h"
#include "internal/files.h"
#include "internal/pages.h"
#include "internal/process.h"

static int64_t map_by_server(handle_t file, uint64_t size, struct dyad_program *out)
{
    struct call_args args = CALL_ARGS_NONE;
    args.args[1] = size;
    args.args[2] = MAP_PROT_READ | MAP_PROT_EXEC;
    int64_t result = __verb_call(file, VERB_map, &args);
    if (result < 0)
        return result;
    if (args.received == HANDLE_NONE)
        return -ERR_PROTO;
    *out = (struct dyad_program){args.received, args.values[0],
                                 args.values[1] < size ? args.values[1] : size};
    return 0;
}

static int64_t copy_file(handle_t file, handle_t memory, uint64_t size, char *buffer)
{
    for (uint64_t done = 0; done < size;) {
        uint64_t want = size - done < DYAD_COPY_MAX ? size - done : DYAD_COPY_MAX;
        int64_t n = __handle_read(file, buffer, want, (int64_t)done);
        if (n == 0)
            return -ERR_NOEXEC; /* shorter than its server said */
        if (n > 0)
            n = __handle_write(memory, buffer, (size_t)n, (int64_t)done);
        if (n <= 0)
            return n < 0 ? n : -ERR_IO;
        done += (uint64_t)n;
    }
    return 0;
}

/* For servers that map nothing. */
static int64_t read_to_memory(handle_t file, uint64_t size, struct dyad_program *out)
{
    char *buffer = __pages_map(DYAD_COPY_MAX);
    if (!buffer)
        return -ERR_NOMEM;
    int64_t memory = dyad_memory_create(size, 0);
    int64_t result = memory < 0 ? memory : copy_file(file, (handle_t)memory, size, buffer);
    __pages_unmap(buffer, DYAD_COPY_MAX);
    if (result >= 0)
        *out = (struct dyad_program){(handle_t)memory, 0, size};
    else if (memory >= 0)
        dyad_handle_close((handle_t)memory);
    return result;
}

int __program_open(handle_t file, struct dyad_program *out, struct dyad_stat *st)
{
    int64_t result = __handle_stat(file, st);
    if (result < 0)
        return (int)result;
    if ((st->mode & MODE_TYPE) != MODE_FILE)
        return -ERR_ACCES;
    if (st->size == 0)
        return -ERR_NOEXEC;
    result = map_by_server(file, st->size, out);
    if (result == -ERR_NOSYS || result == -ERR_OPNOTSUPP || result == -ERR_NODEV)
        result = read_to_memory(file, st->size, out);
    return (int)result;
}

int dyad_program_open(handle_t file, struct dyad_program *out)
{
    struct dyad_stat st;
    return __program_open(file, out, &st);
}
