/* reclaim.c: see reclaim.h. */
#include "core/reclaim.h"

#include "core/machine.h"

NO_THREAD_ANALYSIS void reclaim_init(struct reclaim *reclaim)
{
    lock_init(&reclaim->lock, LOCK_HEAP);
    list_init(&reclaim->items);
    atomic_init(&reclaim->count, 0);
}

void reclaim_add(struct machine *machine, struct reclaim_item *item)
{
    struct reclaim *reclaim = &machine->page_pool.reclaim;
    lock_acquire(&reclaim->lock);
    list_append(&reclaim->items, &item->link);
    atomic_fetch_add_explicit(&reclaim->count, 1, memory_order_relaxed);
    lock_release(&reclaim->lock);
}

bool reclaim_step(struct machine *machine)
{
    struct reclaim *reclaim = &machine->page_pool.reclaim;
    if (atomic_load_explicit(&reclaim->count, memory_order_relaxed) == 0)
        return false;
    lock_acquire(&reclaim->lock);
    struct list *node = list_pop(&reclaim->items);
    if (node)
        atomic_fetch_sub_explicit(&reclaim->count, 1, memory_order_relaxed);
    lock_release(&reclaim->lock);
    if (!node)
        return false;
    /* Off the queue while it is worked on, so that no other core takes it. */
    struct reclaim_item *item = LIST_ENTRY(node, struct reclaim_item, link);
    if (item->step(item))
        reclaim_add(machine, item);
    return atomic_load_explicit(&reclaim->count, memory_order_relaxed) != 0;
}
