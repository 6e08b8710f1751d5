/* malloc.c: the C interface of the heap: which kind of block serves a request, and the checks on what comes back. */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include "arena.h"
#include "internal/atfork.h"
#include "internal/heap.h"

struct libc_lock __heap_lock;

static size_t round_up(size_t n, size_t unit)
{
    return (n + unit - 1) & ~(unit - 1);
}

static size_t large_bytes(size_t size)
{
    return round_up(size + sizeof(struct large) + sizeof(struct tag), HEAP_PAGE);
}

static void *large_set(struct large *large, size_t bytes)
{
    large->bytes = bytes;
    large->check = ~(uint64_t)bytes;
    struct tag *tag = (struct tag *)(large + 1);
    tag_set(tag, BLOCK_LARGE, sizeof *large);
    return tag + 1;
}

static void *large_alloc(size_t size)
{
    size_t bytes = large_bytes(size);
    struct large *large = __pages_map(bytes);
    return large ? large_set(large, bytes) : NULL;
}

static unsigned medium_pages(size_t size)
{
    return (unsigned)((size + sizeof(struct run) + sizeof(struct tag) + HEAP_PAGE - 1) / HEAP_PAGE);
}

static void *medium_alloc_locked(size_t size, bool *zeroed)
{
    struct run *run = __arena_take_locked(medium_pages(size));
    if (!run)
        return NULL;
    *zeroed = run->zeroed;
    struct tag *tag = (struct tag *)(run + 1);
    tag_set(tag, BLOCK_MEDIUM, sizeof *run);
    return tag + 1;
}

/* *zeroed says whether the payload is known to be all zeros. */
static void *allocate(size_t size, bool *zeroed)
{
    void *p = NULL;
    if (size >= LARGE_MIN) {
        *zeroed = true;
        p = size <= PTRDIFF_MAX - 2 * HEAP_PAGE ? large_alloc(size) : NULL;
    } else {
        libc_lock(&__heap_lock);
        p = size <= SLAB_MAX ? __slab_alloc_locked(size, zeroed)
                             : medium_alloc_locked(size, zeroed);
        libc_unlock(&__heap_lock);
    }
    if (!p)
        errno = ENOMEM;
    return p;
}

void *malloc(size_t size)
{
    bool zeroed;
    return allocate(size, &zeroed);
}

void *calloc(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    bool zeroed;
    void *p = allocate(bytes, &zeroed);
    if (p && !zeroed)
        memset(p, 0, bytes);
    return p;
}

/* The tag of a block that the program hands us, after all the checks that are cheap. */
static struct tag *checked_tag(void *ptr)
{
    struct tag *tag = (struct tag *)ptr - 1;
    if ((uintptr_t)ptr % HEAP_ALIGN || !tag_valid(tag))
        __libc_panic("free: not a block of malloc's, or written past its end\n");
    if (tag->kind == BLOCK_FREE)
        __libc_panic("free: block freed twice\n");
    return tag;
}

static struct run *checked_run(struct tag *tag)
{
    struct run *run = (struct run *)((char *)tag - (size_t)tag->offset * 8);
    if (run->check != run_check(run))
        __libc_panic("free: the heap is corrupted\n");
    return run;
}

static struct large *checked_large(struct tag *tag)
{
    struct large *large = (struct large *)((char *)tag - (size_t)tag->offset * 8);
    if (large->check != ~(uint64_t)large->bytes)
        __libc_panic("free: the heap is corrupted\n");
    return large;
}

/* An aligned block lies inside another one, which is the block that malloc made. */
static struct tag *base_tag(struct tag *tag)
{
    if (tag->kind != BLOCK_ALIGNED)
        return tag;
    return checked_tag((char *)tag - (size_t)tag->offset * 8);
}

static size_t usable_size(struct tag *tag)
{
    switch (tag->kind) {
    case BLOCK_ALIGNED: {
        struct tag *base = base_tag(tag);
        return usable_size(base) - (size_t)((char *)tag - (char *)base);
    }
    case BLOCK_LARGE: return checked_large(tag)->bytes - sizeof(struct large) - sizeof *tag;
    case BLOCK_MEDIUM:
        return checked_run(tag)->pages * (size_t)HEAP_PAGE - sizeof(struct run) - sizeof *tag;
    default: return checked_run(tag)->stride - sizeof *tag;
    }
}

size_t malloc_usable_size(void *ptr)
{
    return ptr ? usable_size(checked_tag(ptr)) : 0;
}

static void free_locked(void *ptr)
{
    struct tag *tag = checked_tag(ptr), *base = base_tag(tag);
    if (tag != base)
        tag_set(tag, BLOCK_FREE, 0);
    struct run *run = checked_run(base);
    if (base->kind == BLOCK_SLOT) {
        __slab_free_locked(run, base);
    } else {
        tag_set(base, BLOCK_FREE, 0);
        __arena_give_locked(run);
    }
}

/* Only blocks with a mapping of their own may be looked at without the lock: nobody else writes near their tag. */
static bool free_large(void *ptr)
{
    struct tag *tag = base_tag(checked_tag(ptr));
    if (tag->kind != BLOCK_LARGE)
        return false;
    struct large *large = checked_large(tag);
    __pages_unmap(large, large->bytes);
    return true;
}

void free(void *ptr)
{
    if (!ptr)
        return;
    int saved = errno; /* POSIX (2024): free leaves errno alone */
    if (!free_large(ptr)) {
        libc_lock(&__heap_lock);
        free_locked(ptr);
        libc_unlock(&__heap_lock);
    }
    errno = saved;
}

/* Change a block where it stands. A slot that would be more than half empty moves instead. */
static bool resize_in_place(struct tag *tag, size_t size)
{
    size_t have = usable_size(tag);
    if (tag->kind == BLOCK_MEDIUM && size > SLAB_MAX && size < LARGE_MIN) {
        libc_lock(&__heap_lock);
        bool ok = __arena_resize_locked(checked_run(tag), medium_pages(size));
        libc_unlock(&__heap_lock);
        return ok;
    }
    return size <= have && (size >= have / 2 || have <= 64);
}

/* The pages move, what they hold is not copied. A fork waits for the lock, and so sees the block at one of its places. */
static void *large_resize(struct tag *tag, size_t size)
{
    struct large *large = checked_large(tag);
    size_t bytes = large_bytes(size);
    libc_lock(&__heap_lock);
    large = __pages_resize(large, large->bytes, bytes);
    void *p = large ? large_set(large, bytes) : NULL;
    libc_unlock(&__heap_lock);
    return p;
}

void *realloc(void *ptr, size_t size)
{
    if (!ptr)
        return malloc(size);
    struct tag *tag = checked_tag(ptr);
    if (resize_in_place(tag, size))
        return ptr;
    if (tag->kind == BLOCK_LARGE && size >= LARGE_MIN && size <= PTRDIFF_MAX - 2 * HEAP_PAGE) {
        void *resized = large_resize(tag, size);
        if (!resized)
            errno = ENOMEM;
        return resized;
    }
    size_t have = usable_size(tag);
    void *moved = malloc(size);
    if (!moved) {
        if (size > have)
            return NULL;
        return ptr; /* shrinking cannot fail */
    }
    memcpy(moved, ptr, have < size ? have : size);
    free(ptr);
    return moved;
}

void *__malloc_aligned(size_t align, size_t size)
{
    if (align <= HEAP_ALIGN)
        return malloc(size);
    if (size > PTRDIFF_MAX - align) {
        errno = ENOMEM;
        return NULL;
    }
    char *base = malloc(size + align);
    if (!base || (uintptr_t)base % align == 0)
        return base;
    char *aligned = (char *)round_up((uintptr_t)base, align);
    tag_set((struct tag *)aligned - 1, BLOCK_ALIGNED,
            (size_t)(aligned - sizeof(struct tag) - base));
    return aligned;
}

void __malloc_fork_lock(void)
{
    libc_lock(&__heap_lock);
}

void __malloc_fork_unlock(void)
{
    libc_unlock(&__heap_lock);
}
