/* wait.c: how threads park, and the one way in which exactly one party completes a wait. */
#include "core/machine.h"
#include "core/process.h"
#include "core/sched.h"
#include "core/thread.h"

/* Everything that decides who completes a wait is under the thread's own lock, so the claims of completion, deadline,
 * signal and kill are totally ordered and no party needs the others' locks. */

/* deadline by CLOCK_MONOTONIC. */
static status_t wait_arm_until(struct thread *t, struct kobject *object, struct lock *lock,
                               uint64_t deadline)
{
    ASSERT(lock_is_held(lock));
    if (deadline != DEADLINE_NEVER &&
        (deadline == 0 || deadline <= arch_time_ns(DYAD_CLOCK_MONOTONIC)))
        return -ERR_TIMEDOUT;
    uint32_t unparkable = t->wait.kill_only ? ATTENTION_KILL : ATTENTION_KILL | ATTENTION_SIGNAL;
    struct cpu *cpu = arch_cpu_self();

    lock_acquire(&t->lock);
    ASSERT(t->wait.state == WAIT_NONE);
    if (atomic_load_explicit(&t->attention, memory_order_relaxed) & unparkable) {
        lock_release(&t->lock);
        return -ERR_INTR;
    }
    kobject_get(object);
    t->wait.object = object;
    t->wait.lock = lock;
    t->wait.sequence++;
    if (deadline != DEADLINE_NEVER)
        timer_arm(object->machine, &t->wait.timer, deadline, t->wait.sequence);
    /* The last touches of t by this core: after the release somebody else may run it. */
    if (cpu != NULL && cpu->current == t) {
        sched_account(cpu, t);
        arch_user_leave(&t->user);
        sched_leave(cpu, t);
    }
    sched_rest(t);
    t->wait.state = WAIT_ARMED;
    lock_release(&t->lock);
    return STATUS_PARKED;
}

/* Whoever ends the wait needs the clock's lock to take it off the list, so that it is there by then. */
static status_t wait_arm_realtime(struct thread *t, struct kobject *object, struct lock *lock,
                                  uint64_t deadline)
{
    struct machine *machine = object->machine;
    lock_acquire(&machine->clock.lock);
    t->wait.realtime = deadline;
    status_t status =
        wait_arm_until(t, object, lock, clock_deadline(machine, deadline & ~DEADLINE_REALTIME));
    if (status == STATUS_PARKED)
        list_append(&machine->clock.waiters, &t->wait.clock_link);
    else
        t->wait.realtime = 0;
    lock_release(&machine->clock.lock);
    return status;
}

status_t wait_arm(struct thread *t, struct kobject *object, struct lock *lock, uint64_t deadline)
{
    if ((deadline & DEADLINE_REALTIME) && deadline != DEADLINE_NEVER)
        return wait_arm_realtime(t, object, lock, deadline);
    return wait_arm_until(t, object, lock, deadline);
}

static void wait_leave_clock(struct thread *t)
{
    struct clock *clock = &t->object.machine->clock;
    lock_acquire(&clock->lock);
    list_remove(&t->wait.clock_link);
    t->wait.realtime = 0;
    lock_release(&clock->lock);
}

static bool wait_claim_locked(struct thread *t) REQUIRES(&t->lock)
{
    if (t->wait.state != WAIT_ARMED)
        return false;
    t->wait.state = WAIT_CLAIMED;
    timer_disarm(&t->wait.timer);
    return true;
}

bool wait_claim(struct thread *t)
{
    lock_acquire(&t->lock);
    bool won = wait_claim_locked(t);
    lock_release(&t->lock);
    return won;
}

bool wait_claim_sequence(struct thread *t, uint64_t sequence)
{
    lock_acquire(&t->lock);
    bool won = t->wait.sequence == sequence && wait_claim_locked(t);
    lock_release(&t->lock);
    return won;
}

/* The claimer is the only one who may touch the thread: no lock is needed to end the wait. The next arming takes t->lock on
 * the core that runs it, after sched_ready's queue lock has ordered these writes. */
static void wait_end(struct thread *t)
{
    ASSERT(t->wait.state == WAIT_CLAIMED);
    if (t->wait.realtime != 0)
        wait_leave_clock(t);
    sched_rise(t);
    lock_acquire(&t->lock);
    t->wait.state = WAIT_NONE;
    t->wait.interrupt = NULL;
    t->wait.kill_only = false;
    t->wait.pool = NULL;
    lock_release(&t->lock);
    if (atomic_load_explicit(&t->loan.to, memory_order_relaxed) != NULL)
        priority_return(t);
}

void thread_result(struct thread *t, status_t result)
{
    /* A kill that has begun, but has not reached this thread yet, is no error that user code may see. */
    if (result == -ERR_SRCH && atomic_load(&t->process->dying))
        atomic_fetch_or_explicit(&t->attention, ATTENTION_KILL, memory_order_relaxed);
    arch_user_result(&t->user, result);
}

void wait_finish(struct thread *t, status_t result)
{
    wait_end(t);
    t->step = NULL;
    thread_result(t, result);
    sched_ready(t);
}

void wait_finish_handoff(struct thread *t, status_t result)
{
    struct cpu *cpu = arch_cpu_self();
    bool allowed = cpu != NULL && cpu->handoff == NULL && (t->affinity >> cpu->index & 1);
    if (!allowed) {
        wait_finish(t, result);
        return;
    }
    wait_end(t);
    t->step = NULL;
    thread_result(t, result);
    cpu->handoff = t;
}

void wait_resume(struct thread *t)
{
    wait_end(t);
    sched_ready(t);
}

/* Claimed by a deadline, signal or kill: take it off the object's queue and complete it. */
static void wait_abort_claimed(struct thread *t, status_t why)
{
    struct lock *lock = t->wait.lock;
    lock_acquire(lock);
    list_remove(&t->wait.link);
    lock_release(lock);
    if (t->step != NULL)
        wait_resume(t); /* the step sees attention or the time by itself */
    else
        wait_finish(t, why == -ERR_CANCELED ? -ERR_INTR : why);
}

void wait_interrupt(struct thread *t, uint64_t sequence, status_t why)
{
    lock_acquire(&t->lock);
    bool current = t->wait.state == WAIT_ARMED && (sequence == 0 || t->wait.sequence == sequence) &&
                   !(why == -ERR_INTR && t->wait.kill_only);
    if (!current) {
        lock_release(&t->lock);
        return;
    }
    if (t->wait.interrupt == NULL) {
        bool won = wait_claim_locked(t);
        ASSERT(won);
        lock_release(&t->lock);
        wait_abort_claimed(t, why);
        return;
    }
    void (*interrupt)(struct thread *, struct kobject *, uint64_t, status_t) = t->wait.interrupt;
    struct kobject *object = t->wait.object;
    uint64_t armed = t->wait.sequence;
    kobject_get(object);
    lock_release(&t->lock);
    interrupt(t, object, armed, why);
    kobject_put(object);
}

void wait_timer_fire(struct timer *timer, uint64_t sequence)
{
    struct thread *t = CONTAINER_OF(timer, struct thread, wait.timer);
    wait_interrupt(t, sequence, -ERR_TIMEDOUT);
}

void thread_interrupt(struct thread *t, uint32_t attention)
{
    lock_acquire(&t->lock);
    atomic_fetch_or_explicit(&t->attention, attention, memory_order_relaxed);
    bool waits = t->wait.state == WAIT_ARMED;
    lock_release(&t->lock);
    /* Pairs with sched_begin: it publishes t->cpu, then looks at attention. */
    atomic_thread_fence(memory_order_seq_cst);
    if (waits && (attention & ATTENTION_KILL))
        wait_interrupt(t, 0, -ERR_CANCELED);
    else if (waits && (attention & ATTENTION_SIGNAL))
        wait_interrupt(t, 0, -ERR_INTR);
    else if (!waits) {
        /* Perhaps it runs user code on another core: bring it in. A stale guess costs one spurious trap. */
        struct cpu *cpu = atomic_load_explicit(&t->cpu, memory_order_relaxed);
        if (cpu != arch_cpu_self())
            arch_cpu_kick(cpu);
    }
}
