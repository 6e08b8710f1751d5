/*
 * arena.h: how the heap is laid out.
 *
 *   arena   1 MiB of address space from __pages_map, of which only touched pages cost memory. Its first page is the
 *           header, the other 255 are handed out as runs of pages.
 *   run     whole pages for one purpose: a slab (many slots of one size class) or one medium block.
 *   large   a block of its own pages, mapped and unmapped by itself.
 *
 * Every block, of any kind, is preceded by an 8-byte tag. So a pointer needs no lookup to be freed, and a write past
 * the end of a block meets the next block's tag and is found out.
 *
 *     | run header | tag | payload ... | tag | payload ... |          payloads are 16-byte aligned
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "internal/libc.h"
#include "internal/lock.h"

/* From the system part: zeroed pages, or null; bytes is a multiple of the page size. */
void *__pages_map(size_t bytes);
void __pages_unmap(void *pages, size_t bytes);
void *__pages_resize(void *pages, size_t old, size_t bytes);

#define HEAP_PAGE   4096u
#define ARENA_BYTES (1u << 20)
#define ARENA_PAGES (ARENA_BYTES / HEAP_PAGE)
#define LARGE_MIN   (256u << 10) /* payloads from here on are mapped by themselves */
#define HEAP_ALIGN  16u

enum block_kind {
    BLOCK_SLOT = 0xa1,   /* a slot of a slab, in use */
    BLOCK_FREE = 0xf2,   /* a slot of a slab, freed; also a medium or large block on its way out */
    BLOCK_MEDIUM = 0xb3, /* a run of its own */
    BLOCK_LARGE = 0xc4,  /* a mapping of its own */
    BLOCK_ALIGNED =
        0xd5, /* inside another block, for alignment: offset leads to that block's payload */
};

struct tag {
    uint32_t
        offset; /* from the run's (large: the mapping's) start to this tag, in units of 8 bytes */
    uint16_t check; /* tag_check() of the rest and the address */
    uint8_t kind;
    uint8_t pad;
};
_Static_assert(sizeof(struct tag) == 8, "payload alignment depends on it");

struct run {
    struct run *next, *prev; /* in its class's list of slabs with room */
    struct arena *arena;
    uint32_t stride; /* slab: bytes from slot to slot; medium: unused */
    uint16_t pages;
    uint16_t slots, used;
    uint16_t
        fresh; /* slots from this one on were never handed out: their memory may still be untouched */
    uint16_t first_free; /* head of the chain of freed slots, or NO_SLOT */
    uint8_t size_class;
    bool listed;
    bool zeroed;    /* the run's pages were never used before */
    uint32_t check; /* guards the header itself */
    uint64_t pad;   /* so that the first payload, after its tag, is aligned */
};
_Static_assert((sizeof(struct run) + sizeof(struct tag)) % HEAP_ALIGN == 0,
               "first payload must be aligned");

struct large {
    size_t bytes; /* of the whole mapping */
    uint64_t check;
    uint64_t pad;
};
_Static_assert((sizeof(struct large) + sizeof(struct tag)) % HEAP_ALIGN == 0,
               "payload must be aligned");

#define NO_SLOT 0xffffu

/* All of the heap's state is guarded by this lock. */
extern struct libc_lock __heap_lock LIBC_HIDDEN;

/* Take a run of pages; null when there is no memory. Caller holds the heap lock. */
LIBC_HIDDEN struct run *__arena_take_locked(unsigned pages);
/* Give a run back. */
LIBC_HIDDEN void __arena_give_locked(struct run *run);
/* Make a run longer or shorter where it stands; false when the pages after it are in use. */
LIBC_HIDDEN bool __arena_resize_locked(struct run *run, unsigned pages);
/* Whether the run lies in the arena that is never unmapped, so that keeping it keeps nothing else. */
LIBC_HIDDEN bool __arena_is_first_locked(const struct run *run);

/* Slots of one size class; see slab.c. usable is the payload size asked for. */
LIBC_HIDDEN void *__slab_alloc_locked(size_t usable, bool *zeroed);
LIBC_HIDDEN void __slab_free_locked(struct run *run, struct tag *tag);
/* The largest payload that slabs serve. */
#define SLAB_MAX ((size_t)8192 - sizeof(struct tag))

static inline uint16_t tag_check(const struct tag *tag, uint8_t kind, uint32_t offset)
{
    uint64_t x = ((uintptr_t)tag ^ (uint64_t)offset << 32 ^ kind) * 0x9e3779b97f4a7c15u;
    return (uint16_t)(x >> 48);
}

static inline void tag_set(struct tag *tag, enum block_kind kind, size_t offset_bytes)
{
    tag->offset = (uint32_t)(offset_bytes / 8);
    tag->kind = (uint8_t)kind;
    tag->pad = 0;
    tag->check = tag_check(tag, tag->kind, tag->offset);
}

static inline bool tag_valid(const struct tag *tag)
{
    return tag->pad == 0 && tag->check == tag_check(tag, tag->kind, tag->offset);
}

static inline uint32_t run_check(const struct run *run)
{
    return (uint32_t)(((uintptr_t)run ^ (uintptr_t)run->arena ^ run->pages) * 0x9e3779b97f4a7c15u >>
                      32);
}
