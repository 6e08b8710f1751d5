/*
 * reclaim.h: large dead objects are freed in bounded steps by whichever core has time.
 *
 * The last reference to a memory object or space may be dropped anywhere; what cannot be freed there and
 * then is queued here. No allocation: the object's own memory holds its place in the queue.
 */
#pragma once
#include "core/list.h"
#include "core/lock.h"

struct machine;

struct reclaim_item {
    struct list link;
    /* Free some more, with no lock held; false: all is gone, the item itself included. */
    bool (*step)(struct reclaim_item *item);
};
struct reclaim {
    struct lock lock; /* rank LOCK_HEAP */
    struct list items GUARDED_BY(&lock);
    _Atomic uint32_t count;
};

void reclaim_init(struct reclaim *reclaim);
void reclaim_add(struct machine *machine, struct reclaim_item *item);
/* Is there anything? A hint: what is missed now is found in the next round. */
static inline bool reclaim_pending(const struct reclaim *reclaim)
{
    return atomic_load_explicit(&reclaim->count, memory_order_relaxed) != 0;
}
/* One bounded step; cheap when there is nothing. -> whether there is more. Called by every core's loop. No locks held. */
bool reclaim_step(struct machine *machine);
