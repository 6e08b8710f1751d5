/* handle_stat.c: what an open object is, also when no server can say. */
#include <string.h>
#include "abi/layout.h"
#include "internal/files.h"

/* Pipes, memory and the kernel's own files. */
static int64_t stat_object(handle_t h, uint32_t kind, struct dyad_stat *out)
{
    *out = (struct dyad_stat){.ino = (uint64_t)h, .nlink = 1, .block_size = DYAD_PAGE_SIZE};
    switch (kind) {
    case HANDLE_KIND_PIPE_READ:
    case HANDLE_KIND_PIPE_WRITE: out->mode = MODE_FIFO | 0600; return 0;
    case HANDLE_KIND_MEMORY: {
        int64_t size = dyad_handle_control(h, HANDLE_GET_SIZE, 0);
        out->mode = MODE_FILE | 0600;
        out->size = size < 0 ? 0 : (uint64_t)size;
        out->blocks = (out->size + 511) / 512;
        return 0;
    }
    default: out->mode = MODE_CHAR | 0600; return 0;
    }
}

int64_t __handle_stat(handle_t h, struct dyad_stat *out)
{
    int64_t result = __verb_data(h, VERB_stat, 0, 0, NULL, 0, out, sizeof *out);
    if (result >= 0)
        return 0;
    int64_t info = dyad_handle_control(h, HANDLE_INFO, 0);
    if (info < 0)
        return info;
    uint32_t kind = (uint32_t)info & 0xff;
    return kind == HANDLE_KIND_FILE ? result : stat_object(h, kind, out);
}
