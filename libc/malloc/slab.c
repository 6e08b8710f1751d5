/*
 * slab.c: small blocks. A size class has a list of slabs with room. A slab hands out fresh slots in order, so memory is
 * touched only as it is needed, and freed slots, chained by number through their payload, before those.
 */
#include "arena.h"

/* Strides, tag included: every 16 bytes up to 128, then four steps to each doubling, up to 8192: 8 + 24 classes. */
enum { LINEAR_CLASSES = 8, LINEAR_MAX = 128, CLASSES = LINEAR_CLASSES + 24 };

static struct run *with_room[CLASSES]; /* guarded by __heap_lock */
static uint16_t slab_count[CLASSES];

static unsigned class_of(size_t stride)
{
    if (stride <= LINEAR_MAX)
        return (unsigned)((stride + 15) / 16 - 1);
    unsigned top = 63 - (unsigned)__builtin_clzl(stride - 1); /* 7 for 129..256 */
    unsigned quarter = (unsigned)((stride - 1) >> (top - 2)) & 3;
    return LINEAR_CLASSES + (top - 7) * 4 + quarter;
}

static uint32_t class_stride(unsigned c)
{
    if (c < LINEAR_CLASSES)
        return (c + 1) * 16;
    unsigned step = c - LINEAR_CLASSES;
    return (4 + step % 4 + 1) << (step / 4 + 5);
}

/* One page while a class is little used, so that small programs stay small; longer ones as it grows. */
static unsigned slab_pages(unsigned c)
{
    uint32_t stride = class_stride(c);
    unsigned pages = stride <= 512 ? 1 : stride <= 2048 ? 4 : stride <= 4096 ? 8 : 16;
    for (unsigned n = slab_count[c]; n >= 4 && pages < 16; n /= 2)
        pages *= 2;
    return pages;
}

static struct tag *slot_tag(struct run *run, unsigned slot)
{
    return (struct tag *)((char *)(run + 1) + (size_t)slot * run->stride);
}

static void list_add(struct run *run)
{
    struct run **head = &with_room[run->size_class];
    run->prev = NULL;
    run->next = *head;
    if (*head)
        (*head)->prev = run;
    *head = run;
    run->listed = true;
}

static void list_remove(struct run *run)
{
    if (run->next)
        run->next->prev = run->prev;
    if (run->prev)
        run->prev->next = run->next;
    else
        with_room[run->size_class] = run->next;
    run->listed = false;
}

static struct run *slab_add(unsigned c)
{
    struct run *run = __arena_take_locked(slab_pages(c));
    if (!run)
        return NULL;
    run->size_class = (uint8_t)c;
    run->stride = class_stride(c);
    run->slots = (uint16_t)((run->pages * HEAP_PAGE - sizeof *run) / run->stride);
    run->first_free = NO_SLOT;
    if (slab_count[c] < UINT16_MAX)
        slab_count[c]++;
    list_add(run);
    return run;
}

/* The number of the next free slot, kept in the payload of a free one; hidden, so that a stale write shows. */
static uint32_t chain_code(const struct tag *tag, unsigned slot)
{
    return (uint32_t)(slot * 0x10001u) ^ (uint32_t)((uintptr_t)tag >> 4);
}

static unsigned chain_next(struct run *run, struct tag *tag)
{
    uint32_t code = *(uint32_t *)(tag + 1) ^ (uint32_t)((uintptr_t)tag >> 4);
    unsigned next = code & 0xffff;
    if (code >> 16 != next || (next != NO_SLOT && next >= run->fresh))
        __libc_panic("malloc: a freed block was written to\n");
    return next;
}

void *__slab_alloc_locked(size_t usable, bool *zeroed)
{
    unsigned c = class_of(usable + sizeof(struct tag));
    struct run *run = with_room[c] ? with_room[c] : slab_add(c);
    if (!run)
        return NULL;
    struct tag *tag;
    if (run->first_free != NO_SLOT) {
        tag = slot_tag(run, run->first_free);
        if (!tag_valid(tag) || tag->kind != BLOCK_FREE)
            __libc_panic("malloc: the heap is corrupted\n");
        run->first_free = (uint16_t)chain_next(run, tag);
        *zeroed = false;
    } else {
        tag = slot_tag(run, run->fresh++);
        *zeroed = run->zeroed;
    }
    tag_set(tag, BLOCK_SLOT, (size_t)((char *)tag - (char *)run));
    if (++run->used == run->slots)
        list_remove(run);
    return tag + 1;
}

void __slab_free_locked(struct run *run, struct tag *tag)
{
    unsigned slot = (unsigned)((size_t)((char *)tag - (char *)(run + 1)) / run->stride);
    tag_set(tag, BLOCK_FREE, (size_t)((char *)tag - (char *)run));
    *(uint32_t *)(tag + 1) = chain_code(tag, run->first_free);
    run->first_free = (uint16_t)slot;
    run->used--;
    if (!run->listed)
        list_add(run);
    /* An empty slab goes back, but not the only one with room: the next malloc would just fetch it again. */
    if (run->used == 0 && (run->next || run->prev || !__arena_is_first_locked(run))) {
        list_remove(run);
        slab_count[run->size_class]--;
        __arena_give_locked(run);
    }
}
