/* page.c: the buddy allocator and the per-core caches in front of it. */
#include "core/page.h"

#include "arch.h"
#include "core/heap.h"
#include "core/machine.h"

#define POISON 0xd5

/* Relaxed: a neighbour looks at the state of a page that it does not own only to compare it with
 * PAGE_BUDDY, and that changes under the pool's lock. */
static void page_set_state(struct page *page, enum page_state state)
{
    atomic_store_explicit(&page->state, (uint8_t)state, memory_order_relaxed);
}

static enum page_state page_state_of(const struct page *page)
{
    return (enum page_state)atomic_load_explicit(&page->state, memory_order_relaxed);
}

static uint64_t page_pfn(const struct page_pool *pool, const struct page *page)
{
    return pool->first_pfn + (uint64_t)(page - pool->pages);
}

uint64_t page_phys(struct machine *machine, const struct page *page)
{
    return page_pfn(&machine->page_pool, page) << DYAD_PAGE_SHIFT;
}

void *page_ptr(struct machine *machine, const struct page *page)
{
    const struct page_pool *pool = &machine->page_pool;
    return pool->base + ((uint64_t)(page - pool->pages) << DYAD_PAGE_SHIFT);
}

struct page *page_of_phys(struct machine *machine, uint64_t phys)
{
    const struct page_pool *pool = &machine->page_pool;
    uint64_t index = (phys >> DYAD_PAGE_SHIFT) - pool->first_pfn;
    if (index >= pool->pfn_count || page_state_of(&pool->pages[index]) == PAGE_OUTSIDE)
        return NULL;
    return &pool->pages[index];
}

struct page *page_of_ptr(struct machine *machine, const void *pointer)
{
    const struct page_pool *pool = &machine->page_pool;
    uint64_t index = (uint64_t)((const char *)pointer - pool->base) >> DYAD_PAGE_SHIFT;
    ASSERT(index < pool->pfn_count);
    return &pool->pages[index];
}

/* ---- the buddy system: a block of order n starts at a page number that is a multiple of 2^n ---- */

static void buddy_push(struct page_pool *pool, struct page *page, unsigned order)
    REQUIRES(&pool->lock)
{
    page_set_state(page, PAGE_BUDDY);
    page->order = (uint8_t)order;
    list_push(&pool->free[order], &page->link);
}

/* The other half of the block one order larger, when it is free and whole. */
static struct page *buddy_of(struct page_pool *pool, struct page *page, unsigned order)
    REQUIRES(&pool->lock)
{
    uint64_t index = (page_pfn(pool, page) ^ (UINT64_C(1) << order)) - pool->first_pfn;
    if (order == PAGE_ORDER_MAX || index >= pool->pfn_count)
        return NULL;
    struct page *buddy = &pool->pages[index];
    return page_state_of(buddy) == PAGE_BUDDY && buddy->order == order ? buddy : NULL;
}

static void buddy_free(struct page_pool *pool, struct page *page, unsigned order)
    REQUIRES(&pool->lock)
{
    pool->free_count += (size_t)1 << order;
    for (struct page *buddy; (buddy = buddy_of(pool, page, order)) != NULL; order++) {
        list_remove(&buddy->link);
        struct page *upper = buddy > page ? buddy : page;
        page_set_state(upper, PAGE_BODY);
        page = buddy > page ? page : buddy;
    }
    buddy_push(pool, page, order);
}

/* Take a block, splitting a larger one from its upper end. */
static struct page *buddy_take(struct page_pool *pool, unsigned order) REQUIRES(&pool->lock)
{
    unsigned from = order;
    while (from <= PAGE_ORDER_MAX && list_empty(&pool->free[from]))
        from++;
    if (from > PAGE_ORDER_MAX)
        return NULL;
    struct page *page = LIST_ENTRY(list_pop(&pool->free[from]), struct page, link);
    while (from > order) {
        from--;
        buddy_push(pool, page + ((size_t)1 << from), from);
    }
    page_set_state(page, PAGE_USED);
    page->order = (uint8_t)order;
    pool->free_count -= (size_t)1 << order;
    return page;
}

/* ---- start ---- */

static void pool_find_extent(struct page_pool *pool, const struct boot_info *info)
{
    uint64_t first = UINT64_MAX, end = 0;
    for (uint32_t i = 0; i < info->ram_count; i++) {
        const struct boot_range *range = &info->ram[i];
        if (range->size < DYAD_PAGE_SIZE)
            continue;
        uint64_t range_end = (range->base + range->size) >> DYAD_PAGE_SHIFT;
        if (range->base >> DYAD_PAGE_SHIFT < first)
            first = range->base >> DYAD_PAGE_SHIFT;
        if (range_end > end)
            end = range_end;
    }
    pool->first_pfn = first;
    pool->pfn_count = end > first ? end - first : 0;
}

/* Lay the page array at the start of the first range that has room; -> where the free part of that range begins. */
static uint64_t pool_place_array(struct page_pool *pool, const struct boot_info *info,
                                 uint32_t *range)
{
    uint64_t bytes = PAGE_ROUND_UP(pool->pfn_count * sizeof(struct page));
    for (uint32_t i = 0; i < info->ram_count; i++) {
        if (info->ram[i].size <= bytes)
            continue;
        *range = i;
        pool->pages = arch_phys_ptr(info->ram[i].base);
        return info->ram[i].base + bytes;
    }
    return 0;
}

/* Give [pfn, end) to the buddy system in blocks as large as alignment allows. */
static void pool_add(struct page_pool *pool, uint64_t pfn, uint64_t end) REQUIRES(&pool->lock)
{
    for (uint64_t i = pfn; i < end; i++)
        page_set_state(&pool->pages[i - pool->first_pfn], PAGE_BODY);
    pool->total += end - pfn;
    while (pfn < end) {
        unsigned order = 0;
        while (order < PAGE_ORDER_MAX && !(pfn & (UINT64_C(1) << order)) &&
               pfn + (UINT64_C(2) << order) <= end)
            order++;
        buddy_free(pool, &pool->pages[pfn - pool->first_pfn], order);
        pfn += UINT64_C(1) << order;
    }
}

static void pool_init_lists(struct page_pool *pool) NO_THREAD_ANALYSIS
{
    lock_init(&pool->lock, LOCK_PAGES);
    reclaim_init(&pool->reclaim);
    for (unsigned order = 0; order <= PAGE_ORDER_MAX; order++)
        list_init(&pool->free[order]);
    for (unsigned i = 0; i < ARRAY_COUNT(pool->caches); i++) {
        lock_init(&pool->caches[i].lock, LOCK_PAGES);
        list_init(&pool->caches[i].pages);
        pool->caches[i].count = 0;
    }
    pool->free_count = 0;
    pool->total = 0;
}

status_t page_pool_init(struct page_pool *pool, const struct boot_info *info)
{
    pool_init_lists(pool);
    pool_find_extent(pool, info);
    uint32_t array_range = 0;
    uint64_t array_end = pool->pfn_count ? pool_place_array(pool, info, &array_range) : 0;
    if (!array_end)
        return -ERR_NOMEM;
    pool->base = arch_phys_ptr(pool->first_pfn << DYAD_PAGE_SHIFT);
    memset(pool->pages, 0, pool->pfn_count * sizeof(struct page));

    lock_acquire(&pool->lock);
    for (uint32_t i = 0; i < info->ram_count; i++) {
        const struct boot_range *range = &info->ram[i];
        ASSERT(PAGE_OFFSET(range->base) == 0 && PAGE_OFFSET(range->size) == 0);
        /* page_of_ptr counts on a linear map. */
        ASSERT((char *)arch_phys_ptr(range->base) - pool->base ==
               (ptrdiff_t)(range->base - (pool->first_pfn << DYAD_PAGE_SHIFT)));
        uint64_t base = i == array_range ? array_end : range->base;
        pool_add(pool, base >> DYAD_PAGE_SHIFT, (range->base + range->size) >> DYAD_PAGE_SHIFT);
    }
    lock_release(&pool->lock);
    return 0;
}

/* ---- the caches ---- */

static struct page_cache *cache_of_core(struct page_pool *pool)
{
    const struct cpu *cpu = arch_cpu_self();
    return &pool->caches[cpu ? cpu->index : DYAD_CPUS_MAX];
}

static void cache_append(struct page_cache *cache, struct page *page) REQUIRES(&cache->lock)
{
    page_set_state(page, PAGE_CACHED);
    page->order = 0;
    list_append(&cache->pages, &page->link);
    cache->count++;
}

/* One block, in rising order of addresses: what is allocated in a row can be mapped in one run. */
static void cache_fill(struct page_pool *pool, struct page_cache *cache) REQUIRES(&cache->lock)
{
    lock_acquire_nested(&pool->lock);
    struct page *block = NULL;
    unsigned order = PAGE_CACHE_BATCH_ORDER + 1;
    while (!block && order > 0)
        block = buddy_take(pool, --order);
    lock_release(&pool->lock);
    for (size_t i = 0; block && i < (size_t)1 << order; i++)
        cache_append(cache, block + i);
}

/* Give pages back, the coldest first, until `keep` are left. */
static void cache_drain(struct page_pool *pool, struct page_cache *cache, unsigned keep)
    REQUIRES(&cache->lock)
{
    lock_acquire_nested(&pool->lock);
    while (cache->count > keep) {
        struct page *page = LIST_ENTRY(cache->pages.prev, struct page, link);
        list_remove(&page->link);
        cache->count--;
        buddy_free(pool, page, 0);
    }
    lock_release(&pool->lock);
}

static struct page *cache_take(struct page_pool *pool, struct page_cache *cache)
{
    lock_acquire(&cache->lock);
    if (cache->count == 0)
        cache_fill(pool, cache);
    struct list *node = list_pop(&cache->pages);
    if (node)
        cache->count--;
    lock_release(&cache->lock);
    return node ? LIST_ENTRY(node, struct page, link) : NULL;
}

/* When the pool is empty: what lies in the caches of all cores. */
static void caches_reclaim(struct page_pool *pool)
{
    for (unsigned i = 0; i < ARRAY_COUNT(pool->caches); i++) {
        struct page_cache *cache = &pool->caches[i];
        lock_acquire(&cache->lock);
        if (cache->count)
            cache_drain(pool, cache, 0);
        lock_release(&cache->lock);
    }
}

static struct page *pool_take_block(struct page_pool *pool, unsigned order)
{
    lock_acquire(&pool->lock);
    struct page *page = buddy_take(pool, order);
    lock_release(&pool->lock);
    return page;
}

static void page_poison(struct machine *machine, struct page *page, unsigned order)
{
#ifdef DYAD_DEBUG
    memset(page_ptr(machine, page), POISON, DYAD_PAGE_SIZE << order);
#endif
}

/* ---- allocation ---- */

struct page *page_alloc(struct machine *machine, unsigned order)
{
    struct page_pool *pool = &machine->page_pool;
    ASSERT(order <= PAGE_ORDER_MAX);
    if (alloc_fault_hit(machine))
        return NULL;
    struct page_cache *cache = cache_of_core(pool);
    struct page *page = order == 0 ? cache_take(pool, cache) : pool_take_block(pool, order);
    if (!page) {
        caches_reclaim(pool);
        page = pool_take_block(pool, order);
        if (!page)
            return NULL;
    }
    ASSERT(atomic_load_explicit(&page->references, memory_order_relaxed) == 0);
    page_set_state(page, PAGE_USED);
    page->owner = 0;
    list_init(&page->link);
    atomic_store_explicit(&page->references, 1, memory_order_relaxed);
    return page;
}

struct page *page_alloc_zeroed(struct machine *machine)
{
    struct page *page = page_alloc(machine, 0);
    if (page)
        memset(page_ptr(machine, page), 0, DYAD_PAGE_SIZE);
    return page;
}

void page_get(struct page *page)
{
    uint32_t before = atomic_fetch_add_explicit(&page->references, 1, memory_order_relaxed);
    ASSERT(before != 0 && before != UINT32_MAX);
}

static void page_free_single(struct machine *machine, struct page *page)
{
    struct page_pool *pool = &machine->page_pool;
    ASSERT(page_state_of(page) == PAGE_USED && page->order == 0);
    page_poison(machine, page, 0);
    struct page_cache *cache = cache_of_core(pool);
    lock_acquire(&cache->lock);
    page_set_state(page, PAGE_CACHED);
    list_push(&cache->pages, &page->link); /* warm pages are used first */
    if (++cache->count > PAGE_CACHE_MAX)
        cache_drain(pool, cache, PAGE_CACHE_MAX / 2);
    lock_release(&cache->lock);
}

void page_put(struct machine *machine, struct page *page)
{
    uint32_t before = atomic_fetch_sub_explicit(&page->references, 1, memory_order_acq_rel);
    ASSERT(before != 0);
    if (before == 1)
        page_free_single(machine, page);
}

uint32_t page_references(const struct page *page)
{
    /* Acquire: whoever dropped the other references has finished with the contents. */
    return atomic_load_explicit(&page->references, memory_order_acquire);
}

void page_free_block(struct machine *machine, struct page *page)
{
    struct page_pool *pool = &machine->page_pool;
    ASSERT(page_references(page) == 1);
    atomic_store_explicit(&page->references, 0, memory_order_relaxed);
    if (page->order == 0) {
        page_free_single(machine, page);
        return;
    }
    ASSERT(page_state_of(page) == PAGE_USED);
    page_poison(machine, page, page->order);
    lock_acquire(&pool->lock);
    buddy_free(pool, page, page->order);
    lock_release(&pool->lock);
}

/* ---- counts and checks ---- */

size_t page_count_free(struct machine *machine)
{
    struct page_pool *pool = &machine->page_pool;
    size_t count = 0;
    for (unsigned i = 0; i < ARRAY_COUNT(pool->caches); i++) {
        lock_acquire(&pool->caches[i].lock);
        count += pool->caches[i].count;
        lock_release(&pool->caches[i].lock);
    }
    lock_acquire(&pool->lock);
    count += pool->free_count;
    lock_release(&pool->lock);
    return count;
}

size_t page_count_total(struct machine *machine)
{
    return machine->page_pool.total;
}

static void buddy_check(struct page_pool *pool) REQUIRES(&pool->lock)
{
    size_t free = 0;
    for (unsigned order = 0; order <= PAGE_ORDER_MAX; order++) {
        LIST_FOR_EACH(node, &pool->free[order])
        {
            struct page *page = LIST_ENTRY(node, struct page, link);
            ASSERT(page_state_of(page) == PAGE_BUDDY && page->order == order);
            ASSERT(atomic_load_explicit(&page->references, memory_order_relaxed) == 0);
            ASSERT((page_pfn(pool, page) & ((UINT64_C(1) << order) - 1)) == 0);
            ASSERT(!buddy_of(pool, page, order)); /* it would have been merged */
            for (size_t i = 1; i < (size_t)1 << order; i++)
                ASSERT(page_state_of(&page[i]) == PAGE_BODY);
            free += (size_t)1 << order;
        }
    }
    ASSERT(free == pool->free_count);
}

void page_pool_check(struct machine *machine)
{
    struct page_pool *pool = &machine->page_pool;
    lock_acquire(&pool->lock);
    buddy_check(pool);
    lock_release(&pool->lock);
    for (unsigned i = 0; i < ARRAY_COUNT(pool->caches); i++) {
        struct page_cache *cache = &pool->caches[i];
        unsigned count = 0;
        lock_acquire(&cache->lock);
        LIST_FOR_EACH(node, &cache->pages)
        {
            struct page *page = LIST_ENTRY(node, struct page, link);
            ASSERT(page_state_of(page) == PAGE_CACHED && page->order == 0);
            ASSERT(atomic_load_explicit(&page->references, memory_order_relaxed) == 0);
            count++;
        }
        ASSERT(count == cache->count);
        lock_release(&cache->lock);
    }
}
