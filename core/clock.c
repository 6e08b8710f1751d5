/* clock.c: see clock.h. */
#include "core/clock.h"

#include "core/machine.h"
#include "core/process.h"
#include "core/thread.h"

void clock_init(struct machine *machine) NO_THREAD_ANALYSIS
{
    lock_init(&machine->clock.lock, LOCK_CLOCK);
    list_init(&machine->clock.waiters);
}

uint64_t clock_realtime_ns(struct machine *machine)
{
    return arch_time_ns(DYAD_CLOCK_REALTIME) +
           atomic_load_explicit(&machine->clock.ahead_ns, memory_order_relaxed);
}

uint64_t clock_deadline(struct machine *machine, uint64_t realtime_ns)
{
    uint64_t now = clock_realtime_ns(machine);
    return realtime_ns <= now ? 0 : arch_time_ns(DYAD_CLOCK_MONOTONIC) + (realtime_ns - now);
}

status_t clock_set(struct thread *t, uint64_t now_ns)
{
    struct machine *machine = t->object.machine;
    struct clock *clock = &machine->clock;
    if (process_cred_word(t->process, CRED_EUID) != 0)
        return -ERR_PERM;
    if (now_ns >= DEADLINE_REALTIME)
        return -ERR_INVAL;
    lock_acquire(&clock->lock);
    atomic_store_explicit(&clock->ahead_ns, now_ns - arch_time_ns(DYAD_CLOCK_REALTIME),
                          memory_order_relaxed);
    LIST_FOR_EACH(node, &clock->waiters)
    {
        struct thread *waiter = LIST_ENTRY(node, struct thread, wait.clock_link);
        lock_acquire(&waiter->lock);
        if (waiter->wait.state == WAIT_ARMED) {
            timer_disarm(&waiter->wait.timer);
            timer_arm(machine, &waiter->wait.timer,
                      clock_deadline(machine, waiter->wait.realtime & ~DEADLINE_REALTIME),
                      waiter->wait.sequence);
        }
        lock_release(&waiter->lock);
    }
    lock_release(&clock->lock);
    return 0;
}
