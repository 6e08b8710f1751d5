/*
 * heap.c: slabs of equal pieces for up to 2 KiB, blocks of pages above.
 *
 * The free pieces of a slab form a list through the pieces themselves: page.owner of the slab's first page
 * holds the head as an offset, and how many pieces are used. A slab keeps no header, so powers of two fit evenly, and is one
 * page, so that it comes from the core's page cache and never needs a large block.
 */
#include "core/heap.h"

#include "core/machine.h"

#define POISON      0xd7
#define OFFSET_NONE UINT32_MAX

/* 544 is a radix node (core/radix.h). */
static const uint16_t class_sizes[HEAP_CLASSES] = {16,  32,  48,  64,   80,   96,  112,
                                                   128, 160, 192, 224,  256,  320, 384,
                                                   448, 544, 768, 1024, 1360, 2048};

/* page.owner of a slab's first page. */
struct slab_state {
    uint32_t free; /* offset of the first free piece, or OFFSET_NONE */
    uint32_t used; /* pieces */
};
_Static_assert(sizeof(struct slab_state) == sizeof(uint64_t), "fits page.owner");

static struct slab_state slab_state(const struct page *page)
{
    struct slab_state state;
    memcpy(&state, &page->owner, sizeof state);
    return state;
}

static void slab_set_state(struct page *page, struct slab_state state)
{
    memcpy(&page->owner, &state, sizeof state);
}

static size_t slab_pieces(const struct heap_class *class)
{
    return DYAD_PAGE_SIZE / class->size;
}

bool alloc_fault_hit(struct machine *machine)
{
    struct alloc_fault *fault = &machine->heap.fault;
    uint64_t left = atomic_load_explicit(&fault->fail_at, memory_order_relaxed);
    if (left == 0)
        return false;
    atomic_fetch_add_explicit(&fault->sites, 1, memory_order_relaxed);
    return atomic_fetch_sub_explicit(&fault->fail_at, 1, memory_order_relaxed) == 1;
}

NO_THREAD_ANALYSIS void heap_init(struct heap *heap)
{
    for (unsigned i = 0; i < HEAP_CLASSES; i++) {
        struct heap_class *class = &heap->classes[i];
        lock_init(&class->lock, LOCK_HEAP);
        list_init(&class->partial);
        list_init(&class->full);
        class->used = class->empty = 0;
        class->size = class_sizes[i];
    }
    for (unsigned units = 0, class = 0; units < ARRAY_COUNT(heap->class_of); units++) {
        class += units * HEAP_PIECE_UNIT > class_sizes[class];
        heap->class_of[units] = (uint8_t)class;
    }
    atomic_init(&heap->block_bytes, 0);
    atomic_init(&heap->fault.fail_at, 0);
    atomic_init(&heap->fault.sites, 0);
}

/* ---- slabs ---- */

/* A new slab, all pieces free. No lock is held: nobody else knows it yet. */
static struct page *slab_create(struct machine *machine, unsigned index)
{
    const struct heap_class *class = &machine->heap.classes[index];
    struct page *slab = page_alloc(machine, 0);
    if (!slab)
        return NULL;
    slab->heap_class = (uint16_t)index;
    atomic_store_explicit(&slab->state, PAGE_SLAB, memory_order_relaxed);
    char *base = page_ptr(machine, slab);
    uint32_t next = OFFSET_NONE;
    for (size_t i = slab_pieces(class); i-- > 0;) {
        memcpy(base + i * class->size, &next, sizeof next);
        next = (uint32_t)(i * class->size);
    }
    slab_set_state(slab, (struct slab_state){.free = next});
    return slab;
}

static void slab_destroy(struct machine *machine, struct page *slab)
{
    ASSERT(slab_state(slab).used == 0);
    atomic_store_explicit(&slab->state, PAGE_USED, memory_order_relaxed);
    page_free_block(machine, slab);
}

static void *slab_take(struct machine *machine, struct heap_class *class, struct page *slab)
    REQUIRES(&class->lock)
{
    struct slab_state state = slab_state(slab);
    char *piece = (char *)page_ptr(machine, slab) + state.free;
    ASSERT(state.free != OFFSET_NONE);
    if (state.used == 0)
        class->empty--;
    memcpy(&state.free, piece, sizeof state.free);
    state.used++;
    slab_set_state(slab, state);
    class->used++;
    if (state.free == OFFSET_NONE) {
        list_remove(&slab->link);
        list_append(&class->full, &slab->link);
    }
    return piece;
}

static void *class_alloc(struct machine *machine, unsigned index)
{
    struct heap_class *class = &machine->heap.classes[index];
    void *piece = NULL;
    lock_acquire(&class->lock);
    if (!list_empty(&class->partial))
        piece = slab_take(machine, class, LIST_ENTRY(class->partial.next, struct page, link));
    lock_release(&class->lock);
    if (piece)
        return piece;
    /* The page allocator is asked without the lock, which is held for a few instructions only. */
    struct page *slab = slab_create(machine, index);
    if (!slab)
        return NULL;
    lock_acquire(&class->lock);
    list_push(&class->partial, &slab->link);
    class->empty++;
    piece = slab_take(machine, class, slab);
    lock_release(&class->lock);
    return piece;
}

static void class_free(struct machine *machine, struct page *slab, void *piece)
{
    struct heap_class *class = &machine->heap.classes[slab->heap_class];
    uint32_t offset = (uint32_t)((char *)piece - (char *)page_ptr(machine, slab));
    bool surplus = false;
    ASSERT(offset % class->size == 0);
#ifdef DYAD_DEBUG
    memset(piece, POISON, class->size);
#endif
    lock_acquire(&class->lock);
    struct slab_state state = slab_state(slab);
    ASSERT(state.used > 0);
    memcpy(piece, &state.free, sizeof state.free);
    list_remove(&slab->link);
    list_push(&class->partial, &slab->link);
    state.free = offset;
    state.used--;
    slab_set_state(slab, state);
    class->used--;
    if (state.used == 0) {
        surplus = class->empty > 0; /* one empty slab stays, against see-sawing */
        if (surplus)
            list_remove(&slab->link);
        else
            class->empty++;
    }
    lock_release(&class->lock);
    if (surplus)
        slab_destroy(machine, slab);
}

/* ---- blocks of pages ---- */

static void *block_alloc(struct machine *machine, size_t bytes)
{
    unsigned order = 0;
    while (DYAD_PAGE_SIZE << order < bytes)
        order++;
    struct page *page = page_alloc(machine, order);
    if (!page)
        return NULL;
    atomic_fetch_add_explicit(&machine->heap.block_bytes, DYAD_PAGE_SIZE << order,
                              memory_order_relaxed);
    return page_ptr(machine, page);
}

void *heap_alloc(struct machine *machine, size_t bytes)
{
    const struct heap *heap = &machine->heap;
    ASSERT(bytes > 0 && bytes <= HEAP_MAX);
    if (alloc_fault_hit(machine))
        return NULL;
    void *pointer = NULL;
    if (bytes <= HEAP_PIECE_MAX)
        pointer =
            class_alloc(machine, heap->class_of[(bytes + HEAP_PIECE_UNIT - 1) / HEAP_PIECE_UNIT]);
    else
        pointer = block_alloc(machine, bytes);
    if (pointer)
        memset(pointer, 0, bytes);
    return pointer;
}

void heap_free(struct machine *machine, void *pointer)
{
    if (!pointer)
        return;
    struct page *page = page_of_ptr(machine, pointer);
    if (atomic_load_explicit(&page->state, memory_order_relaxed) == PAGE_SLAB) {
        class_free(machine, page, pointer);
        return;
    }
    ASSERT(pointer == page_ptr(machine, page));
    atomic_fetch_sub_explicit(&machine->heap.block_bytes, DYAD_PAGE_SIZE << page->order,
                              memory_order_relaxed);
    page_free_block(machine, page);
}

/* ---- counts and checks ---- */

size_t heap_bytes_used(struct machine *machine)
{
    size_t bytes = atomic_load_explicit(&machine->heap.block_bytes, memory_order_relaxed);
    for (unsigned i = 0; i < HEAP_CLASSES; i++) {
        struct heap_class *class = &machine->heap.classes[i];
        lock_acquire(&class->lock);
        bytes += class->used * class->size;
        lock_release(&class->lock);
    }
    return bytes;
}

/* The last slab of the class that has no used piece, unlinked; NULL: none. */
static struct page *class_take_empty(struct heap_class *class)
{
    struct page *found = NULL;
    lock_acquire(&class->lock);
    LIST_FOR_EACH(node, &class->partial)
    {
        struct page *slab = LIST_ENTRY(node, struct page, link);
        if (slab_state(slab).used == 0)
            found = slab;
    }
    if (found) {
        list_remove(&found->link);
        class->empty--;
    }
    lock_release(&class->lock);
    return found;
}

void heap_trim(struct machine *machine)
{
    for (unsigned i = 0; i < HEAP_CLASSES; i++) {
        struct page *slab;
        while ((slab = class_take_empty(&machine->heap.classes[i])) != NULL)
            slab_destroy(machine, slab);
    }
}

static size_t slab_check(struct machine *machine, const struct heap_class *class,
                         const struct page *slab)
{
    struct slab_state state = slab_state(slab);
    size_t free = 0;
    ASSERT(atomic_load_explicit(&slab->state, memory_order_relaxed) == PAGE_SLAB);
    for (uint32_t at = state.free; at != OFFSET_NONE; free++) {
        ASSERT(at % class->size == 0 && at + class->size <= DYAD_PAGE_SIZE);
        memcpy(&at, (const char *)page_ptr(machine, slab) + at, sizeof at);
    }
    ASSERT(free + state.used == slab_pieces(class));
    return state.used;
}

void heap_check(struct machine *machine)
{
    for (unsigned i = 0; i < HEAP_CLASSES; i++) {
        struct heap_class *class = &machine->heap.classes[i];
        size_t used = 0, empty = 0;
        lock_acquire(&class->lock);
        LIST_FOR_EACH(node, &class->partial)
        {
            struct page *slab = LIST_ENTRY(node, struct page, link);
            ASSERT(slab_state(slab).free != OFFSET_NONE);
            empty += slab_state(slab).used == 0;
            used += slab_check(machine, class, slab);
        }
        LIST_FOR_EACH(node, &class->full)
        {
            struct page *slab = LIST_ENTRY(node, struct page, link);
            ASSERT(slab_state(slab).free == OFFSET_NONE);
            used += slab_check(machine, class, slab);
        }
        ASSERT(used == class->used && empty == class->empty);
        lock_release(&class->lock);
    }
}
