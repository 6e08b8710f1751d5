/* ktime.c: the `time:` scheme: timers as files. */
#include "core/machine.h"
#include "core/kschemes.h"
#include "core/process.h"
#include "core/space.h"
#include "core/timer.h"

#include "abi/file.h"

struct ktimer {
    struct kfile file;
    unsigned clock;     /* enum dyad_clock; constant */
    struct timer timer; /* armed and disarmed under lock */
    struct lock lock;   /* rank LOCK_DEVICE */
    /* Guarded by lock: */
    uint64_t sequence GUARDED_BY(&lock); /* of the last arming: an older one that still fires does not count */
    bool closed GUARDED_BY(&lock);         /* nothing is armed any more */
    struct list waiters GUARDED_BY(&lock); /* wait.link */
    _Atomic uint64_t expirations;          /* written under lock */
};

enum {
    TIMER_FILE,
    TIMER_BUFFER
}; /* t->op of a read; the file is counted until the step returns a result */

static struct ktimer *ktimer_of(struct kobject *object)
{
    return CONTAINER_OF(kfile_of(object), struct ktimer, file);
}

static void ktimer_wake_locked(struct ktimer *timer) REQUIRES(&timer->lock)
{
    struct list *node;
    while ((node = list_pop(&timer->waiters)) != NULL) {
        struct thread *t = LIST_ENTRY(node, struct thread, wait.link);
        if (wait_claim(t))
            wait_resume(t);
    }
}

static void ktimer_fire(struct timer *armed, uint64_t sequence)
{
    struct ktimer *timer = CONTAINER_OF(armed, struct ktimer, timer);
    lock_acquire(&timer->lock);
    bool due = sequence == timer->sequence && !timer->closed;
    if (due) {
        timer_disarm(&timer->timer);
        atomic_fetch_add(&timer->expirations, 1);
        ktimer_wake_locked(timer);
    }
    lock_release(&timer->lock);
    if (due)
        watch_trigger(&timer->file.object, EVENT_READABLE);
}

/* Timers run on the monotonic clock; a real-time deadline is converted by the clocks as they are now. */
static uint64_t ktimer_monotonic(const struct ktimer *timer, uint64_t deadline)
{
    uint64_t now = arch_time_ns(DYAD_CLOCK_MONOTONIC);
    if (timer->clock == DYAD_CLOCK_MONOTONIC)
        return deadline;
    uint64_t real = clock_realtime_ns(timer->file.object.machine);
    if (deadline <= real)
        return now;
    return deadline - real > UINT64_MAX - now ? UINT64_MAX : now + (deadline - real);
}

static status_t ktimer_write(struct thread *t, struct kobject *object, uint64_t buffer,
                             uint64_t bytes, uint64_t offset, unsigned flags)
{
    struct ktimer *timer = ktimer_of(object);
    uint64_t deadline;
    (void)offset, (void)flags;
    if (bytes != sizeof deadline)
        return -ERR_INVAL;
    status_t status = user_read(t->space, &deadline, buffer, sizeof deadline);
    if (status < 0)
        return status;
    lock_acquire(&timer->lock);
    timer->sequence++;
    timer_disarm(&timer->timer);
    atomic_store(&timer->expirations, 0);
    if (deadline != 0 && !timer->closed)
        timer_arm(object->machine, &timer->timer, ktimer_monotonic(timer, deadline),
                  timer->sequence);
    lock_release(&timer->lock);
    return sizeof deadline;
}

static status_t ktimer_read_locked(struct thread *t, struct ktimer *timer) REQUIRES(&timer->lock)
{
    uint64_t count = atomic_load(&timer->expirations);
    if (count != 0) {
        status_t status = user_write(t->space, t->op.words[TIMER_BUFFER], &count, sizeof count);
        if (status < 0)
            return status;
        atomic_store(&timer->expirations, 0);
        return sizeof count;
    }
    if (atomic_load(&timer->file.flags) & FILE_NONBLOCK)
        return -ERR_AGAIN;
    list_append(&timer->waiters, &t->wait.link);
    status_t status = wait_arm(t, &timer->file.object, &timer->lock, DEADLINE_NEVER);
    if (status != STATUS_PARKED)
        list_remove(&t->wait.link);
    return status;
}

static status_t ktimer_read_step(struct thread *t)
{
    struct ktimer *timer = t->op.pointers[TIMER_FILE];
    lock_acquire(&timer->lock);
    status_t status = ktimer_read_locked(t, timer);
    lock_release(&timer->lock);
    if (status != STATUS_PARKED)
        kobject_put(&timer->file.object);
    return status;
}

static status_t ktimer_read(struct thread *t, struct kobject *object, uint64_t buffer,
                            uint64_t bytes, uint64_t offset, unsigned flags)
{
    (void)offset, (void)flags;
    if (bytes < sizeof(uint64_t))
        return -ERR_INVAL;
    kobject_get(object);
    t->op.pointers[TIMER_FILE] = ktimer_of(object);
    t->op.words[TIMER_BUFFER] = buffer;
    t->step = ktimer_read_step;
    return ktimer_read_step(t);
}

static unsigned ktimer_poll(struct kobject *object)
{
    return atomic_load(&ktimer_of(object)->expirations) != 0 ? EVENT_READABLE : 0;
}

/* The last handle goes before the last reference: from here on nothing fires, so the memory may go. */
static void ktimer_close(struct kobject *object)
{
    struct ktimer *timer = ktimer_of(object);
    lock_acquire(&timer->lock);
    timer->closed = true;
    timer_disarm(&timer->timer);
    lock_release(&timer->lock);
}

static const struct kobject_ops ktimer_ops = {
    .name = "timer",
    .kind = HANDLE_KIND_KERNEL,
    .close = ktimer_close,
    .destroy = kfile_destroy,
    .read = ktimer_read,
    .write = ktimer_write,
    .control = kfile_control,
    .poll = ktimer_poll,
};

static void ktimer_init(struct ktimer *timer, unsigned clock) NO_THREAD_ANALYSIS
{
    timer->clock = clock;
    timer->timer.object = &timer->file.object;
    timer->timer.fire = ktimer_fire;
    lock_init(&timer->lock, LOCK_DEVICE);
    list_init(&timer->waiters);
}

static status_t ktime_open(struct thread *t, const char *rest, size_t bytes, unsigned flags,
                           struct kobject **out, uint32_t *rights)
{
    static const char monotonic[] = "monotonic", realtime[] = "realtime";
    unsigned clock;
    if (bytes == sizeof monotonic - 1 && memcmp(rest, monotonic, bytes) == 0)
        clock = DYAD_CLOCK_MONOTONIC;
    else if (bytes == sizeof realtime - 1 && memcmp(rest, realtime, bytes) == 0)
        clock = DYAD_CLOCK_REALTIME;
    else
        return -ERR_NOENT;
    struct kfile *file =
        kfile_create(t, sizeof(struct ktimer), &ktimer_ops, MODE_CHAR | 0666, flags);
    if (file == NULL)
        return -ERR_NOMEM;
    ktimer_init(CONTAINER_OF(file, struct ktimer, file), clock);
    *out = &file->object;
    *rights = kfile_rights(flags, RIGHT_READ | RIGHT_WRITE);
    return 0;
}

const struct kernel_scheme_ops ktime_scheme = {.name = "time", .open = ktime_open};
