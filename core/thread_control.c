/* thread_control.c: the system calls on threads: creation, settings, clocks, sleep. */
#include "core/ipc.h"
#include "core/log.h"
#include "core/machine.h"
#include "core/namespace.h"
#include "core/process.h"
#include "core/sched.h"
#include "core/space.h"

status_t process_create_child(struct thread *t, handle_t names_h)
{
    struct process *own = t->process;
    struct namespace *names;
    struct kobject *object = NULL;
    if (names_h != HANDLE_NONE) {
        status_t status = handle_lookup(own, names_h, HANDLE_KIND_NAMESPACE, 0, &object, NULL);
        if (status < 0)
            return status;
        names = CONTAINER_OF(object, struct namespace, object);
    } else {
        lock_acquire(&own->lock);
        names = own->names;
        kobject_get(&names->object);
        lock_release(&own->lock);
    }
    struct quota *quota = process_spending_quota(own);
    struct process *process;
    status_t status = process_create(t->object.machine, quota, names, &process);
    quota_put(quota);
    kobject_put(&names->object);
    if (status < 0)
        return status;
    status = handle_install(own, &process->object, RIGHT_ALL);
    if (status < 0)
        process_kill(process, WSTATUS_SIGNAL(DYAD_SIGKILL));
    kobject_put(&process->object);
    return status;
}

/* The process that a handle names (HANDLE_NONE: the caller's) with its space, both counted. */
static status_t find_process(struct thread *t, handle_t h, struct process **process,
                             struct space **space)
{
    struct kobject *object = &t->process->object;
    if (h == HANDLE_NONE) {
        kobject_get(object);
    } else {
        status_t status =
            handle_lookup(t->process, h, HANDLE_KIND_PROCESS, RIGHT_CONTROL, &object, NULL);
        if (status < 0)
            return status;
    }
    *process = process_of(object);
    lock_acquire(&(*process)->lock);
    *space = (*process)->space;
    if (*space != NULL)
        kobject_get(&(*space)->object);
    lock_release(&(*process)->lock);
    if (*space != NULL)
        return 0;
    kobject_put(object);
    return -ERR_SRCH;
}

/* May t's process give a thread that had `old` the policy and priority `word`? */
static status_t sched_check(struct thread *t, uint32_t old, uint64_t word)
{
    return priority_check(process_cred_word(t->process, CRED_EUID), old, word);
}

/* The thread of the own process with this id, counted; 0: the caller itself. NULL: none. */
static struct thread *find_thread(struct thread *t, uint64_t id)
{
    struct thread *found = t;
    if (id == 0)
        kobject_get(&t->object);
    else
        found = process_thread_after(t->process, id <= UINT32_MAX ? (uint32_t)id - 1 : UINT32_MAX);
    if (found != NULL && id != 0 && found->id != id) {
        kobject_put(&found->object);
        return NULL;
    }
    return found;
}

static status_t thread_get_sched(struct thread *t, uint64_t id)
{
    struct thread *of = find_thread(t, id);
    if (of == NULL)
        return -ERR_SRCH;
    status_t word = priority_get(of);
    kobject_put(&of->object);
    return word;
}

static status_t thread_set_sched(struct thread *t, uint64_t id, uint64_t arg)
{
    struct thread *of = find_thread(t, id);
    if (of == NULL)
        return -ERR_SRCH;
    uint64_t word = arg & ~(uint64_t)SCHED_KEEP_PLACE;
    status_t status = sched_check(t, priority_get(of), word);
    if (status == 0)
        priority_set(of, (uint32_t)word, arg & SCHED_KEEP_PLACE);
    kobject_put(&of->object);
    return status;
}

status_t process_sched(struct thread *t, struct process *process, bool set, uint64_t word)
{
    struct thread *first = process_thread_after(process, 0);
    if (first == NULL)
        return -ERR_SRCH;
    status_t status = set ? sched_check(t, priority_get(first), word) : priority_get(first);
    if (set && status == 0)
        priority_set(first, (uint32_t)word, false);
    kobject_put(&first->object);
    return status;
}

status_t thread_create_call(struct thread *t, handle_t h, uint64_t args_at)
{
    struct thread_args args;
    status_t status = user_read(t->space, &args, args_at, sizeof args);
    if (status < 0)
        return status;
    if (args.entry >= DYAD_USER_END || args.tls >= DYAD_USER_END ||
        (args.flags & ~(THREAD_SUSPENDED | THREAD_SCHED)))
        return -ERR_INVAL;
    if (args.flags & THREAD_SCHED) {
        status = sched_check(t, priority_get(t), args.sched);
        if (status < 0)
            return status;
    }
    struct process *process;
    struct space *space;
    status = find_process(t, h, &process, &space);
    if (status < 0)
        return status;
    if (!(args.flags & THREAD_SCHED))
        args.sched = process == t->process ? priority_get(t) : 0;
    struct thread *created;
    uint64_t mask = process == t->process ? t->signal_mask : 0; /* only t itself changes it */
    status = thread_create_masked(process, space, &args, mask, &created);
    if (status == 0) {
        status = created->id;
        kobject_put(&created->object);
    }
    kobject_put(&space->object);
    kobject_put(&process->object);
    return status;
}

static status_t thread_set_tls(struct thread *t, uint64_t base)
{
    struct user_regs regs;
    if (base >= DYAD_USER_END)
        return -ERR_INVAL;
    arch_user_get(&t->user, &regs);
    regs.fs_base = base;
    regs.rax = 0;
    status_t status = arch_user_set(&t->user, &regs);
    return status < 0 ? status : STATUS_NO_RESULT;
}

static status_t thread_set_weight(struct thread *t, uint64_t weight)
{
    if (weight == 0 || weight > 65536)
        return -ERR_INVAL;
    t->weight = (uint32_t)weight;
    return 0;
}

static status_t thread_set_affinity(struct thread *t, uint64_t mask)
{
    uint32_t count = t->object.machine->cpu_count;
    uint64_t present = count >= 64 ? UINT64_MAX : (1UL << count) - 1;
    if ((mask & present) == 0)
        return -ERR_INVAL;
    t->affinity = mask & present;
    struct cpu *cpu = arch_cpu_self();
    if (cpu == NULL || (mask >> cpu->index & 1))
        return 0;
    arch_user_result(&t->user, 0);
    cpu_yield(cpu, t);
    return STATUS_PARKED;
}

static status_t thread_signal(struct thread *t, uint64_t id, uint64_t post_at)
{
    struct signal_post post;
    status_t status = user_read(t->space, &post, post_at, sizeof post);
    if (status < 0)
        return status;
    if (id == 0 || id > UINT32_MAX)
        return -ERR_SRCH;
    return process_signal(t->process, (uint32_t)id, &post.info);
}

static status_t thread_cpu_time(struct thread *t, uint64_t id)
{
    struct thread *of = find_thread(t, id);
    if (of == NULL)
        return -ERR_SRCH;
    uint64_t ns = thread_cpu_ns(of);
    kobject_put(&of->object);
    return (status_t)ns;
}

status_t thread_control(struct thread *t, uint64_t op, uint64_t arg1, uint64_t arg2)
{
    struct cpu *cpu = arch_cpu_self();
    switch (op) {
    case THREAD_SELF: return t->id;
    case THREAD_SET_TLS: return thread_set_tls(t, arg1);
    case THREAD_SET_WEIGHT: return thread_set_weight(t, arg1);
    case THREAD_SET_AFFINITY: return thread_set_affinity(t, arg1);
    case THREAD_SIGNAL: return thread_signal(t, arg1, arg2);
    case THREAD_CPU_TIME: return thread_cpu_time(t, arg1);
    case THREAD_CPU: return cpu != NULL ? cpu->index : 0;
    case THREAD_GET_SCHED: return thread_get_sched(t, arg1);
    case THREAD_SET_SCHED: return thread_set_sched(t, arg1, arg2);
    case THREAD_CEILING: return priority_set_ceiling(t, arg1);
    case THREAD_LOCK_ID: return priority_lock_id(t);
    case THREAD_LOCK: return futex_lock(t, arg1, arg2);
    case THREAD_UNLOCK: return futex_unlock(t, arg1);
    case THREAD_SET_REALTIME: return clock_set(t, arg1);
    default: return -ERR_INVAL;
    }
}

status_t thread_clock(struct thread *t, uint64_t clock)
{
    struct process *process = t->process;
    uint64_t sum = 0;
    switch (clock) {
    case DYAD_CLOCK_REALTIME: return (status_t)clock_realtime_ns(t->object.machine);
    case DYAD_CLOCK_MONOTONIC: return (status_t)arch_time_ns((unsigned)clock);
    case DYAD_CLOCK_THREAD: return (status_t)thread_cpu_ns(t);
    case DYAD_CLOCK_PROCESS:
        lock_acquire(&process->lock);
        sum = process->cpu_ns;
        LIST_FOR_EACH(node, &process->threads)
        {
            sum += thread_cpu_ns(LIST_ENTRY(node, struct thread, process_link));
        }
        lock_release(&process->lock);
        return (status_t)sum;
    default: return -ERR_INVAL;
    }
}

/* words[0]: the deadline to sleep until. */
static status_t sleep_step(struct thread *t)
{
    struct process *process = t->process;
    lock_acquire(&process->lock);
    status_t status = wait_arm(t, &process->object, &process->lock, t->op.words[0]);
    lock_release(&process->lock);
    return status == -ERR_TIMEDOUT ? 0 : status;
}

status_t thread_sleep(struct thread *t, uint64_t clock, uint64_t until)
{
    if (clock != DYAD_CLOCK_MONOTONIC && clock != DYAD_CLOCK_REALTIME)
        return -ERR_INVAL;
    if (until >= DEADLINE_REALTIME)
        until = DEADLINE_NEVER;
    else if (clock == DYAD_CLOCK_REALTIME)
        until |= DEADLINE_REALTIME;
    t->op.words[0] = until;
    t->step = sleep_step;
    return sleep_step(t);
}
