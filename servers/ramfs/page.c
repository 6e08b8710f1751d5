/* page.c: pages in chunks that go back to malloc when empty. A chunk is aligned to its size, so a page knows it. */
#include <stdlib.h>
#include <string.h>

#include "servers/ramfs/ramfs.h"

#define CHUNK_SIZE  (128u * 1024)
#define CHUNK_PAGES (CHUNK_SIZE / PAGE_SIZE - 1) /* the first page is the header */

struct page_chunk {
    struct page_chunk *next, *prev; /* among the pool's partial chunks, while it has a free page */
    uint32_t free;                  /* bit set: page is free */
};
_Static_assert(CHUNK_PAGES < 32, "a chunk's pages fit a bit mask");

#define ALL_FREE ((1u << CHUNK_PAGES) - 1)

static void partial_add(struct page_pool *pool, struct page_chunk *chunk)
{
    chunk->prev = NULL;
    chunk->next = pool->partial;
    if (chunk->next)
        chunk->next->prev = chunk;
    pool->partial = chunk;
}

static void partial_remove(struct page_pool *pool, struct page_chunk *chunk)
{
    if (chunk->prev)
        chunk->prev->next = chunk->next;
    else
        pool->partial = chunk->next;
    if (chunk->next)
        chunk->next->prev = chunk->prev;
}

void *page_alloc(struct page_pool *pool)
{
    struct page_chunk *chunk = pool->partial;
    if (!chunk) {
        chunk = aligned_alloc(CHUNK_SIZE, CHUNK_SIZE);
        if (!chunk)
            return NULL;
        chunk->free = ALL_FREE;
        partial_add(pool, chunk);
    }
    unsigned index = (unsigned)__builtin_ctz(chunk->free);
    chunk->free &= ~(1u << index);
    if (!chunk->free)
        partial_remove(pool, chunk);
    void *page = (char *)chunk + (size_t)(index + 1) * PAGE_SIZE;
    memset(page, 0, PAGE_SIZE);
    return page;
}

void page_free(struct page_pool *pool, void *page)
{
    struct page_chunk *chunk =
        (struct page_chunk *)((uintptr_t)page & ~(uintptr_t)(CHUNK_SIZE - 1));
    unsigned index = (unsigned)(((uintptr_t)page - (uintptr_t)chunk) / PAGE_SIZE) - 1;
    if (!chunk->free)
        partial_add(pool, chunk);
    chunk->free |= 1u << index;
    if (chunk->free == ALL_FREE) {
        partial_remove(pool, chunk);
        free(chunk);
    }
}
