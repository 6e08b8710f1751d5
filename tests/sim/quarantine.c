/*
 * quarantine.c: memory that core/ frees is not used again for a while, so that a use after free is seen: a write when it
 * leaves the quarantine, a read by what it reads (and at once under AddressSanitizer). Put between by the linker's --wrap.
 */
#include <string.h>

#include "core/heap.h"
#include "tests/sim/sim.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define POISON(at, bytes)   __asan_poison_memory_region((at), (bytes))
#define UNPOISON(at, bytes) __asan_unpoison_memory_region((at), (bytes))
#endif
#endif
#ifndef POISON
#define POISON(at, bytes)   ((void)(at), (void)(bytes))
#define UNPOISON(at, bytes) ((void)(at), (void)(bytes))
#endif

#define PIECES_MAX 96u
#define FREED      0xa7a7a7a7a7a7a7a7u
#define PATTERN    0xa7 /* an unlikely reference count, lock rank or pointer */

void __real_heap_free(struct machine *machine, void *pointer);
void __wrap_heap_free(struct machine *machine, void *pointer);
void *__real_heap_alloc(struct machine *machine, size_t bytes);
void *__wrap_heap_alloc(struct machine *machine, size_t bytes);

static struct {
    void *pointer;
    size_t bytes;
} pieces[PIECES_MAX];
static unsigned first, count;

static size_t piece_bytes(struct machine *machine, void *pointer)
{
    struct page *page = page_of_ptr(machine, pointer);
    if (atomic_load_explicit(&page->state, memory_order_relaxed) == PAGE_SLAB)
        return machine->heap.classes[page->heap_class].size;
    return DYAD_PAGE_SIZE << page->order;
}

static void piece_release(void)
{
    const uint8_t *bytes = pieces[first].pointer;
    size_t size = pieces[first].bytes;
    UNPOISON(bytes, size);
    if (bytes[0] != PATTERN || memcmp(bytes, bytes + 1, size - 1) != 0)
        sim_fail("%zu bytes at %p were written after they had been freed", size,
                 (const void *)bytes);
    void *pointer = pieces[first].pointer;
    first = (first + 1) % PIECES_MAX;
    count--;
    __real_heap_free(sim.machine, pointer);
}

static void check_twice(const void *pointer)
{
    for (unsigned i = 0; i < count; i++) {
        if (pieces[(first + i) % PIECES_MAX].pointer == pointer)
            sim_fail("%p is freed twice", pointer);
    }
}

/* The sweep's failure is noted with whom it met, who may be told of nothing else. */
void *__wrap_heap_alloc(struct machine *machine, size_t bytes)
{
    void *pointer = __real_heap_alloc(machine, bytes);
    if (pointer == NULL && sim.core != NULL)
        sim.starved = sim.core->cpu->current;
    return pointer;
}

void __wrap_heap_free(struct machine *machine, void *pointer)
{
    if (pointer == NULL || !sim.running) {
        __real_heap_free(machine, pointer);
        return;
    }
    size_t bytes = piece_bytes(machine, pointer);
    authority_freed(pointer, bytes);
    if (bytes > DYAD_PAGE_SIZE) {
        __real_heap_free(machine, pointer);
        return;
    }
    while (count == PIECES_MAX) /* another core may fill it while this one frees */
        piece_release();
    if (*(uint64_t *)pointer == FREED)
        check_twice(pointer);
    memset(pointer, PATTERN, bytes);
    POISON(pointer, bytes);
    pieces[(first + count) % PIECES_MAX].pointer = pointer;
    pieces[(first + count) % PIECES_MAX].bytes = bytes;
    count++;
}

void quarantine_flush(void)
{
    while (count != 0)
        piece_release();
}

void quarantine_forget(void)
{
    for (unsigned i = 0; i < count; i++)
        UNPOISON(pieces[(first + i) % PIECES_MAX].pointer, pieces[(first + i) % PIECES_MAX].bytes);
    first = count = 0;
}
