/* test_ranges.c: libc/memory/ranges.c: does a set of ranges agree with an array of one number a page, and does it hold without memory? */
#include "internal/ranges.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "internal/pages.h"

#define PAGES 300
#define SEEDS 50
#define STEPS 2000

static bool no_memory;
static int failures;

#define CHECK(e)                                                \
    do {                                                        \
        if (!(e)) {                                             \
            failures++;                                         \
            printf("FAIL %s:%d: %s\n", __FILE__, __LINE__, #e); \
        }                                                       \
    } while (0)

void *__pages_map(size_t size)
{
    return no_memory ? NULL : calloc(1, size);
}

void *__pages_resize(void *pages, size_t old, size_t size)
{
    (void)old;
    return no_memory ? NULL : realloc(pages, size);
}

/* In order, apart or of different values, none empty, and what the model says of each page. */
static bool agrees(const struct range_set *set, const unsigned char *model)
{
    unsigned char seen[PAGES] = {0};
    for (size_t i = 0; i < set->count; i++) {
        const struct range *r = &set->items[i], *before = r - 1;
        if (r->start >= r->end || r->end > PAGES || r->value == 0)
            return false;
        if (i && (before->end > r->start || (before->end == r->start && before->value == r->value)))
            return false;
        memset(&seen[r->start], (int)r->value, r->end - r->start);
    }
    return memcmp(seen, model, sizeof seen) == 0;
}

static bool finds(const struct range_set *set, const unsigned char *model, uint64_t start,
                  uint64_t end)
{
    const struct range *r = __ranges_find(set, start, end);
    while (start < end && model[start] == 0)
        start++;
    return start == end ? r == NULL
                        : r && r->start <= start && start < r->end && r->value == model[start];
}

static void test_against_a_model(unsigned seed)
{
    struct range_set set = {0};
    unsigned char model[PAGES] = {0};
    srand(seed);
    for (int step = 0; step < STEPS; step++) {
        uint64_t start = (uint64_t)rand() % PAGES, value = (uint64_t)rand() % 4;
        uint64_t end = start + (uint64_t)rand() % (rand() % 8 ? 8 : PAGES);
        end = end < PAGES ? end : PAGES;
        no_memory = rand() % 4 == 0;
        if (__ranges_set(&set, start, end, value))
            memset(&model[start], (int)value, end - start);
        else
            CHECK(no_memory);
        start = (uint64_t)rand() % PAGES;
        if (!agrees(&set, model) ||
            !finds(&set, model, start, start + 3 < PAGES ? start + 3 : PAGES)) {
            printf("seed %u, step %d\n", seed, step);
            CHECK(false);
            break;
        }
    }
    free(set.items);
}

/* More than fit into the first page of items. */
static void test_many(void)
{
    struct range_set set = {0};
    no_memory = false;
    for (uint64_t i = 0; i < 1000; i++)
        CHECK(__ranges_set(&set, 4 * i + 1, 4 * i + 2, i + 1));
    CHECK(set.count == 1000);
    for (uint64_t i = 0; i < 1000; i++) {
        const struct range *r = __ranges_find(&set, 4 * i, 4 * i + 4);
        CHECK(r && r->start == 4 * i + 1 && r->value == i + 1);
    }
    CHECK(__ranges_set(&set, 0, 4000, 7) && set.count == 1);
    CHECK(__ranges_set(&set, 0, UINT64_MAX, 0) && set.count == 0);
    free(set.items);
}

int main(void)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++)
        test_against_a_model(seed);
    test_many();
    printf("%s\n", failures ? "failed" : "passed");
    return failures != 0;
}
