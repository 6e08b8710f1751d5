/* regex/arena.c: memory of an expression or a match, given back as a whole or back to a mark. */
#include <stdlib.h>
#include <string.h>
#include "regex/regex_state.h"

enum { BLOCK_SIZE = 4000, ALIGNMENT = 16 };

struct regex_block {
    struct regex_block *next; /* the one before it in time */
    size_t size, used;
    _Alignas(ALIGNMENT) char bytes[];
};

static bool add_block(struct regex_arena *arena, size_t size)
{
    size = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    if (size > REGEX_MEMORY_MAX || arena->total > REGEX_MEMORY_MAX - size)
        return false;
    struct regex_block *block = malloc(sizeof *block + size);
    if (!block)
        return false;
    *block = (struct regex_block){.next = arena->block, .size = size};
    arena->block = block;
    arena->total += size;
    return true;
}

void *__regex_alloc(struct regex_arena *arena, size_t size)
{
    if (size > REGEX_MEMORY_MAX)
        return NULL;
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (!arena->block || arena->block->size - arena->block->used < size)
        if (!add_block(arena, size))
            return NULL;
    char *p = arena->block->bytes + arena->block->used;
    arena->block->used += size;
    return memset(p, 0, size);
}

struct regex_mark __regex_mark(const struct regex_arena *arena)
{
    return (struct regex_mark){arena->block, arena->block ? arena->block->used : 0};
}

void __regex_release(struct regex_arena *arena, struct regex_mark mark)
{
    while (arena->block != mark.block) {
        struct regex_block *next = arena->block->next;
        arena->total -= arena->block->size;
        free(arena->block);
        arena->block = next;
    }
    if (arena->block)
        arena->block->used = mark.used;
}

void __regex_arena_fini(struct regex_arena *arena)
{
    __regex_release(arena, (struct regex_mark){NULL, 0});
}
