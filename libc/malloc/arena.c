/* arena.c: runs of pages inside arenas. A bit per page says whether it is taken. */
#include <string.h>
#include "arena.h"

enum { WORDS = ARENA_PAGES / 64 };

struct arena {
    struct arena *next, *prev;
    uint64_t taken[WORDS];
    uint64_t dirty[WORDS]; /* was handed out before, so may not be zero */
    unsigned taken_count;  /* page 0, this header, included */
    unsigned longest; /* no free run is longer than this: a bound, made exact by a failed search */
};

/* Guarded by __heap_lock. The oldest first, and searched in that order, so that the newer ones empty. */
static struct arena *arenas, *last_arena;

static bool bit_get(const uint64_t *bits, unsigned i)
{
    return bits[i / 64] >> i % 64 & 1;
}

static void bits_set(uint64_t *bits, unsigned first, unsigned count, bool value)
{
    for (unsigned i = first; i < first + count; i++) {
        if (value)
            bits[i / 64] |= UINT64_C(1) << i % 64;
        else
            bits[i / 64] &= ~(UINT64_C(1) << i % 64);
    }
}

/* The end of the stretch of equal bits that begins at page i. */
static unsigned stretch_end(const uint64_t *bits, unsigned i)
{
    bool value = bit_get(bits, i);
    while (i < ARENA_PAGES) {
        uint64_t word = bits[i / 64] >> i % 64;
        if (value)
            word = ~word;
        /* word now has its lowest 1 where the stretch ends; the bits shifted in count as part of it */
        if (i % 64 && value)
            word &= ~UINT64_C(0) >> i % 64;
        if (word)
            return i + (unsigned)__builtin_ctzll(word);
        i = (i / 64 + 1) * 64;
    }
    return ARENA_PAGES;
}

/* First fit: low pages are reused first, so the high ones can stay untouched. Returns 0 when there is none. */
static unsigned find_free(struct arena *a, unsigned pages)
{
    unsigned longest = 0;
    for (unsigned i = 0; i < ARENA_PAGES;) {
        unsigned start = bit_get(a->taken, i) ? stretch_end(a->taken, i) : i;
        if (start >= ARENA_PAGES)
            break;
        unsigned end = stretch_end(a->taken, start);
        if (end - start >= pages)
            return start;
        if (end - start > longest)
            longest = end - start;
        i = end;
    }
    a->longest = longest;
    return 0;
}

static struct arena *arena_add(void)
{
    struct arena *a = __pages_map(ARENA_BYTES);
    if (!a)
        return NULL;
    a->taken[0] = 1;
    a->taken_count = 1;
    a->longest = ARENA_PAGES - 1;
    a->prev = last_arena;
    if (last_arena)
        last_arena->next = a;
    else
        arenas = a;
    last_arena = a;
    return a;
}

/* Any but the first, which stays: a program at the edge must not map and unmap for ever. */
static void arena_remove(struct arena *a)
{
    a->prev->next = a->next;
    if (a->next)
        a->next->prev = a->prev;
    else
        last_arena = a->prev;
    __pages_unmap(a, ARENA_BYTES);
}

static struct run *carve(struct arena *a, unsigned first, unsigned pages)
{
    struct run *run = (struct run *)((char *)a + (size_t)first * HEAP_PAGE);
    bool zeroed = true;
    for (unsigned i = first; i < first + pages; i++)
        zeroed = zeroed && !bit_get(a->dirty, i);
    bits_set(a->taken, first, pages, true);
    bits_set(a->dirty, first, pages, true);
    a->taken_count += pages;
    memset(run, 0, sizeof *run);
    run->arena = a;
    run->pages = (uint16_t)pages;
    run->zeroed = zeroed;
    run->check = run_check(run);
    return run;
}

struct run *__arena_take_locked(unsigned pages)
{
    for (struct arena *a = arenas; a; a = a->next) {
        unsigned first = a->longest >= pages ? find_free(a, pages) : 0;
        if (first)
            return carve(a, first, pages);
    }
    struct arena *a = arena_add();
    return a ? carve(a, 1, pages) : NULL;
}

static unsigned first_page(const struct run *run)
{
    return (unsigned)(((const char *)run - (const char *)run->arena) / HEAP_PAGE);
}

void __arena_give_locked(struct run *run)
{
    struct arena *a = run->arena;
    bits_set(a->taken, first_page(run), run->pages, false);
    a->taken_count -= run->pages;
    a->longest = ARENA_PAGES - 1;
    run->check = 0;
    if (a->taken_count == 1 && a->prev)
        arena_remove(a);
}

bool __arena_resize_locked(struct run *run, unsigned pages)
{
    struct arena *a = run->arena;
    unsigned first = first_page(run);
    if (first + pages > ARENA_PAGES)
        return false;
    if (pages > run->pages) {
        unsigned next = first + run->pages;
        if (bit_get(a->taken, next) || stretch_end(a->taken, next) < first + pages)
            return false;
        bits_set(a->taken, next, pages - run->pages, true);
        bits_set(a->dirty, next, pages - run->pages, true);
    } else {
        bits_set(a->taken, first + pages, run->pages - pages, false);
        a->longest = ARENA_PAGES - 1;
    }
    a->taken_count += pages - run->pages;
    run->pages = (uint16_t)pages;
    run->check = run_check(run);
    return true;
}

bool __arena_is_first_locked(const struct run *run)
{
    return run->arena == arenas;
}
