/*
 * reap.c: deferred work in bounded steps.
 *
 * The end of a scheme or of an event queue can mean any amount of work, and can end further ones (a scheme's last
 * handle in flight in another scheme's queue): it neither fits one trap nor may it recurse. So it is queued here; whoever
 * queues something also works for a while, unless somebody works already, and goes on in its core's loop.
 */
#include "core/event.h"
#include "core/kschemes.h"
#include "core/machine.h"

#define REAP_STEPS 16u

static struct reaper *reaper_of(struct machine *machine)
{
    return &machine->schemes->reaper;
}

void reaper_init(struct reaper *reaper) NO_THREAD_ANALYSIS
{
    lock_init(&reaper->lock, LOCK_DEVICE);
    list_init(&reaper->items);
    atomic_init(&reaper->count, 0);
    atomic_init(&reaper->busy, false);
}

static struct reap *reap_pop(struct reaper *reaper)
{
    lock_acquire(&reaper->lock);
    struct list *node = list_pop(&reaper->items);
    lock_release(&reaper->lock);
    return node != NULL ? LIST_ENTRY(node, struct reap, link) : NULL;
}

static void reap_push(struct reaper *reaper, struct reap *reap)
{
    lock_acquire(&reaper->lock);
    list_append(&reaper->items, &reap->link);
    lock_release(&reaper->lock);
}

static void reap_step(struct reaper *reaper, struct reap *reap)
{
    struct kobject *object = reap->object;
    if (!reap->step(reap)) {
        reap_push(reaper, reap);
        return;
    }
    atomic_fetch_sub(&reaper->count, 1);
    kobject_put(object);
}

void reap_run(struct machine *machine)
{
    struct reaper *reaper = reaper_of(machine);
    unsigned steps = 0;
    /* The count is looked at again after busy is dropped, so nothing that was added meanwhile is left alone. */
    while (steps < REAP_STEPS && atomic_load(&reaper->count) != 0 &&
           !atomic_exchange(&reaper->busy, true)) {
        struct reap *reap;
        while (steps++ < REAP_STEPS && (reap = reap_pop(reaper)) != NULL)
            reap_step(reaper, reap);
        atomic_store(&reaper->busy, false);
    }
    /* A turn is over and something is left: the core comes back for it instead of sleeping or staying in user mode. */
    struct cpu *self = arch_cpu_self();
    if (steps >= REAP_STEPS && self != NULL && atomic_load(&reaper->count) != 0)
        arch_cpu_kick(self);
}

void reap_add(struct machine *machine, struct reap *reap)
{
    struct reaper *reaper = reaper_of(machine);
    kobject_get(reap->object);
    atomic_fetch_add(&reaper->count, 1);
    reap_push(reaper, reap);
    reap_run(machine);
}
