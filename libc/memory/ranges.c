/* ranges.c: sets of address ranges: a sorted array in pages of its own, since malloc may be what is mapping. */
#include "internal/ranges.h"
#include <string.h>
#include "abi/layout.h"
#include "internal/pages.h"

/* Index of the first that ends after start. */
static size_t first_after(const struct range_set *set, uint64_t start)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->items[middle].end > start)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

const struct range *__ranges_find(const struct range_set *set, uint64_t start, uint64_t end)
{
    size_t i = first_after(set, start);
    return i < set->count && set->items[i].start < end ? &set->items[i] : NULL;
}

static bool make_room(struct range_set *set, size_t more)
{
    if (set->count + more <= set->room)
        return true;
    size_t old = set->room * sizeof(struct range) + DYAD_PAGE_SIZE - 1;
    old -= old % DYAD_PAGE_SIZE;
    size_t size = old ? 2 * old : DYAD_PAGE_SIZE;
    struct range *items = old ? __pages_resize(set->items, old, size) : __pages_map(size);
    if (!items)
        return false;
    set->items = items;
    set->room = size / sizeof(struct range);
    return true;
}

/* Items [from, to) become the n new ones. There is room. */
static void replace(struct range_set *set, size_t from, size_t to, const struct range *new,
                    size_t n)
{
    memmove(&set->items[from + n], &set->items[to], (set->count - to) * sizeof *set->items);
    memcpy(&set->items[from], new, n * sizeof *new);
    set->count = set->count - (to - from) + n;
}

/* Append to a list of at most three, joined with its last where both are one. */
static size_t append(struct range *list, size_t n, struct range new)
{
    if (new.start >= new.end || new.value == 0)
        return n;
    if (n && list[n - 1].end == new.start &&list[n - 1].value == new.value)
        list[n - 1].end = new.end;
    else
        list[n++] = new;
    return n;
}

bool __ranges_set(struct range_set *set, uint64_t start, uint64_t end, uint64_t value)
{
    if (start >= end || (value == 0 && !__ranges_find(set, start, end)))
        return true;
    if (!make_room(set, 2))
        return false;
    /* From a left neighbour that only touches to a right one: they may become one with the new. */
    size_t from = first_after(set, start ? start - 1 : 0), to = from;
    while (to < set->count && set->items[to].start <= end)
        to++;
    struct range list[3];
    size_t n = 0;
    if (from < to) {
        struct range left = set->items[from];
        left.end = left.end < start ? left.end : start;
        n = append(list, n, left);
    }
    n = append(list, n, (struct range){start, end, value});
    if (from < to) {
        struct range right = set->items[to - 1];
        right.start = right.start > end ? right.start : end;
        n = append(list, n, right);
    }
    replace(set, from, to, list, n);
    return true;
}
