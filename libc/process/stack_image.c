/*
 * stack_image.c: lay out a program's first stack. Upward from the stack pointer:
 *   argc, argv[], NULL, envp[], NULL, auxv pairs, AT_NULL | startup block | limits | 16 random bytes | strings
 */
#include <elf.h>
#include <limits.h>
#include <string.h>
#include "abi/error.h"
#include "internal/stack_image.h"

#define OWN_AUXV 6 /* AT_RANDOM, AT_EXECFN, AT_DYAD_STARTUP, AT_DYAD_CWD, AT_DYAD_LIMITS, AT_NULL */

struct list_size {
    size_t count, bytes;
};

/* Stops counting once the limit is passed. */
static struct list_size measure(char *const *list)
{
    struct list_size size = {0};
    for (; list[size.count] && size.bytes + size.count * sizeof(char *) <= ARG_MAX; size.count++)
        size.bytes += strlen(list[size.count]) + 1;
    return size;
}

static size_t startup_bytes(const struct stack_request *r)
{
    return sizeof(struct startup) + r->entry_count * sizeof(struct startup_entry);
}

static size_t vector_words(const struct stack_request *r, size_t argc, size_t envc)
{
    return 1 + argc + 1 + envc + 1 + 2 * (r->auxv_count + OWN_AUXV);
}

int64_t __stack_image_size(const struct stack_request *r)
{
    struct list_size argv = measure(r->argv), envp = measure(r->envp);
    size_t strings = argv.bytes + envp.bytes;
    if (strings + (argv.count + envp.count + 2) * sizeof(char *) > ARG_MAX)
        return -ERR_2BIG;
    size_t size = vector_words(r, argv.count, envp.count) * sizeof(uint64_t) + startup_bytes(r) +
                  (r->limits ? sizeof *r->limits : 0) + sizeof r->random + strings +
                  strlen(r->path) + 1 + (r->cwd_path ? strlen(r->cwd_path) + 1 : 0);
    return (int64_t)((size + 15) & ~15UL);
}

/* The image while it is filled: words from below, bytes from below the strings' end. */
struct builder {
    char *buffer;
    uint64_t base;  /* address of buffer[0] */
    uint64_t *word; /* next vector entry */
    char *byte;     /* next string */
};

static uint64_t put_bytes(struct builder *b, const void *data, size_t n)
{
    uint64_t at = b->base + (uint64_t)(b->byte - b->buffer);
    memcpy(b->byte, data, n);
    b->byte += n;
    return at;
}

static void put_list(struct builder *b, char *const *list)
{
    for (; *list; list++)
        *b->word++ = put_bytes(b, *list, strlen(*list) + 1);
    *b->word++ = 0;
}

static void put_auxv(struct builder *b, uint64_t type, uint64_t value)
{
    *b->word++ = type;
    *b->word++ = value;
}

void __stack_image_build(const struct stack_request *r, void *buffer, size_t size, uint64_t top)
{
    size_t argc = measure(r->argv).count, envc = measure(r->envp).count;
    struct builder b = {.buffer = buffer, .base = top - size, .word = buffer};
    memset(buffer, 0, size);
    b.byte = (char *)buffer + vector_words(r, argc, envc) * sizeof(uint64_t);

    struct startup startup = {.count = r->entry_count, .umask = r->umask};
    uint64_t startup_at = put_bytes(&b, &startup, sizeof startup);
    put_bytes(&b, r->entries, r->entry_count * sizeof *r->entries);
    uint64_t limits_at = r->limits ? put_bytes(&b, r->limits, sizeof *r->limits) : 0;
    uint64_t random_at = put_bytes(&b, r->random, sizeof r->random);
    uint64_t path_at = put_bytes(&b, r->path, strlen(r->path) + 1);
    uint64_t cwd_at = r->cwd_path ? put_bytes(&b, r->cwd_path, strlen(r->cwd_path) + 1) : 0;

    *b.word++ = argc;
    put_list(&b, r->argv);
    put_list(&b, r->envp);
    for (size_t i = 0; i < r->auxv_count; i++)
        put_auxv(&b, r->auxv[i][0], r->auxv[i][1]);
    put_auxv(&b, AT_RANDOM, random_at);
    put_auxv(&b, AT_EXECFN, path_at);
    put_auxv(&b, AT_DYAD_STARTUP, startup_at);
    if (cwd_at)
        put_auxv(&b, AT_DYAD_CWD, cwd_at);
    if (limits_at)
        put_auxv(&b, AT_DYAD_LIMITS, limits_at);
    put_auxv(&b, AT_NULL, 0);
}
