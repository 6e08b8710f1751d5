/* space_page.c: bringing a page of a space in, and taking pages out. */
#include "core/machine.h"
#include "core/space_internal.h"

static uint64_t index_of(uint64_t addr)
{
    return addr >> DYAD_PAGE_SHIFT;
}

static void found_page(struct space *space, struct page *page, struct space_page *out)
{
    out->page = page;
    out->phys = page_phys(space->object.machine, page);
}

/* Put a counted page into the tree, charged; on failure the reference is still the caller's. */
static status_t space_add_word(struct space *space, uint64_t addr, uintptr_t word)
    REQUIRES(&space->lock)
{
    status_t status = quota_charge(space->quota, QUOTA_PAGES, 1);
    if (status < 0)
        return status;
    status = radix_insert(&space->pages, space->quota, index_of(addr), word);
    if (status < 0) {
        quota_release(space->quota, QUOTA_PAGES, 1);
        return status;
    }
    space->present++;
    return 0;
}

/* A private page of our own, with the contents of `source` (NULL: zeros). The charge comes first: over quota nothing is
 * allocated. */
static status_t space_add_own(struct space *space, uint64_t addr, const void *source,
                              struct space_page *out) REQUIRES(&space->lock)
{
    struct machine *machine = space->object.machine;
    status_t status = quota_charge(space->quota, QUOTA_PAGES, 1);
    if (status < 0)
        return status;
    struct page *page = source ? page_alloc(machine, 0) : page_alloc_zeroed(machine);
    if (!page) {
        status = -ERR_NOMEM;
        goto out;
    }
    if (source)
        page_copy(page_ptr(machine, page), source, DYAD_PAGE_SIZE);
    status = radix_insert(&space->pages, space->quota, index_of(addr), (uintptr_t)page);
    if (status < 0) {
        page_put(machine, page);
        goto out;
    }
    space->present++;
    found_page(space, page, out);
    return 0;
out:
    quota_release(space->quota, QUOTA_PAGES, 1);
    return status;
}

/* The first access to a page of fixed memory, or the first write, which makes a private copy. */
static status_t space_add_fixed(struct space *space, struct region *region, uint64_t addr,
                                bool write, uint64_t phys, struct space_page *out)
    REQUIRES(&space->lock)
{
    if (!write || !region_is_private(region)) {
        *out = (struct space_page){.phys = phys};
        return 0;
    }
    /* Other cores may read the original through translations that no word records. */
    if (region->flags & REGION_FIXED_MAPPED) {
        status_t status = space_retire(space, addr, NULL);
        if (status < 0)
            return status;
    }
    return space_add_own(space, addr, arch_phys_ptr(phys), out);
}

/* A page that is not in the tree, of a region over a memory object. */
static status_t space_add_object(struct space *space, struct region *region, uint64_t addr,
                                 bool write, struct space_page *out) REQUIRES(&space->lock)
{
    struct machine *machine = space->object.machine;
    bool private = region_is_private(region);
    struct page *page;
    uint64_t phys;
    status_t status =
        memory_page(region->memory, region_index(region, addr), !private, &page, &phys);
    if (status < 0)
        return status;
    if (!page && phys)
        return space_add_fixed(space, region, addr, write, phys, out);
    if (!page || (private && write)) {
        status = space_add_own(space, addr, page ? page_ptr(machine, page) : NULL, out);
        if (page)
            page_put(machine, page);
        return status;
    }
    uintptr_t tags = private ? WORD_OBJECT | WORD_SHARED : WORD_OBJECT;
    status = space_add_word(space, addr, (uintptr_t)page | tags);
    if (status < 0) {
        page_put(machine, page);
        return status;
    }
    found_page(space, page, out);
    return 0;
}

/* A private page is about to be written that may have other owners: make it ours alone. */
static status_t space_unshare(struct space *space, uint64_t addr, uintptr_t *slot,
                              struct space_page *out) REQUIRES(&space->lock)
{
    struct machine *machine = space->object.machine;
    uintptr_t word = *slot;
    struct page *old = word_page(word);
    /* The last owner keeps the page: no reference can come from anywhere but our word, whose lock we hold. A page that
     * is only guarded has never been shared: the fork will see that it is no longer guarded, and copies it. */
    if (!(word & WORD_SHARED) || page_references(old) == 1) {
        *slot = (uintptr_t)old | (word & WORD_MAPPED);
        found_page(space, old, out);
        return 0;
    }
    struct page *page = page_alloc(machine, 0);
    if (!page)
        return -ERR_NOMEM;
    page_copy(page_ptr(machine, page), page_ptr(machine, old), DYAD_PAGE_SIZE);
    if (word & WORD_MAPPED) {
        status_t status = space_retire(space, addr, old);
        if (status < 0) {
            page_put(machine, page);
            return status;
        }
    } else {
        page_put(machine, old);
    }
    *slot = (uintptr_t)page;
    found_page(space, page, out);
    return 0;
}

status_t space_bring(struct space *space, struct region *region, uint64_t addr, bool write,
                     struct space_page *out)
{
    struct radix_node *leaf = radix_leaf(&space->pages, index_of(addr));
    uintptr_t *slot = leaf ? &leaf->slots[index_of(addr) & (RADIX_WAYS - 1)] : NULL;
    out->was_mapped = false;
    if (!slot || !*slot) {
        if (region->memory)
            return space_add_object(space, region, addr, write, out);
        return space_add_own(space, addr, NULL, out);
    }
    if (write && (*slot & (WORD_SHARED | WORD_GUARDED)))
        return space_unshare(space, addr, slot, out);
    out->was_mapped = *slot & WORD_MAPPED;
    found_page(space, word_page(*slot), out);
    return 0;
}

bool space_drop_words(struct space *space, uint64_t *cursor, uint64_t end, unsigned *budget)
{
    struct machine *machine = space->object.machine;
    uintptr_t words[RADIX_WAYS];
    uint64_t index = index_of(*cursor), dropped = 0;
    bool done = false;
    while (!done && *budget > 0) {
        unsigned count =
            radix_remove_leaf(&space->pages, space->quota, &index, index_of(end), words);
        for (unsigned i = 0; i < count; i++)
            page_put(machine, word_page(words[i]));
        dropped += count;
        *budget -= count < *budget ? count : *budget;
        done = count == 0;
    }
    space->present -= dropped;
    quota_release(space->quota, QUOTA_PAGES, dropped);
    *cursor = done ? end : index << DYAD_PAGE_SHIFT;
    return done;
}
