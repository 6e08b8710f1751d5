/* syscall.c: decodes system calls: one small function each, one table. */
#include "core/syscall.h"

#include "core/event.h"
#include "core/handle.h"
#include "core/ipc.h"
#include "core/log.h"
#include "core/machine.h"
#include "core/process.h"
#include "core/scheme.h"
#include "core/signal.h"
#include "core/space.h"

typedef status_t syscall_fn(struct thread *t, const uint64_t a[6]);

static status_t sys_null(struct thread *t, const uint64_t a[6])
{
    (void)t, (void)a;
    return 0;
}

/* ---- handles ---- */

static status_t sys_handle_close(struct thread *t, const uint64_t a[6])
{
    return handle_close(t->process, (handle_t)a[0]);
}

static status_t sys_handle_dup(struct thread *t, const uint64_t a[6])
{
    return handle_dup(t, (handle_t)a[0], (uint32_t)a[1]);
}

static status_t sys_handle_control(struct thread *t, const uint64_t a[6])
{
    return handle_control(t, (handle_t)a[0], a[1], a[2]);
}

static status_t sys_open(struct thread *t, const uint64_t a[6])
{
    return scheme_open(t, (handle_t)a[0], a[1], a[2], a[3], a[4], a[5]);
}

static status_t sys_read(struct thread *t, const uint64_t a[6])
{
    struct kobject *object;
    status_t status = handle_lookup(t->process, (handle_t)a[0], 0, RIGHT_READ, &object, NULL);
    if (status < 0)
        return status;
    uint64_t bytes = a[2] < DYAD_COPY_MAX ? a[2] : DYAD_COPY_MAX;
    status =
        object->ops->read != NULL ? object->ops->read(t, object, a[1], bytes, a[3], 0) : -ERR_INVAL;
    kobject_put(object);
    return status;
}

static status_t sys_write(struct thread *t, const uint64_t a[6])
{
    struct kobject *object;
    status_t status = handle_lookup(t->process, (handle_t)a[0], 0, RIGHT_WRITE, &object, NULL);
    if (status < 0)
        return status;
    uint64_t bytes = a[2] < DYAD_COPY_MAX ? a[2] : DYAD_COPY_MAX;
    status = object->ops->write != NULL ? object->ops->write(t, object, a[1], bytes, a[3], 0)
                                        : -ERR_INVAL;
    kobject_put(object);
    return status;
}

static status_t sys_call(struct thread *t, const uint64_t a[6])
{
    return scheme_call(t, (handle_t)a[0], a[1], a[2]);
}

/* ---- memory ---- */

/* The space that a handle names (HANDLE_NONE: the caller's own), counted. */
static status_t find_space(struct thread *t, handle_t h, struct space **out)
{
    if (h == HANDLE_NONE) {
        kobject_get(&t->space->object);
        *out = t->space;
        return 0;
    }
    struct kobject *object;
    status_t status = handle_lookup(t->process, h, HANDLE_KIND_SPACE, RIGHT_CONTROL, &object, NULL);
    if (status == 0)
        *out = CONTAINER_OF(object, struct space, object);
    return status;
}

static uint32_t memory_rights(uint64_t prot, uint64_t flags)
{
    uint32_t rights = RIGHT_READ;
    if ((prot & MAP_PROT_WRITE) && (flags & MAP_FLAG_SHARED))
        rights |= RIGHT_WRITE;
    return prot & MAP_PROT_EXEC ? rights | RIGHT_EXEC : rights;
}

/* What the handle allows space_protect to raise a mapping to later. */
static unsigned memory_may(uint32_t rights)
{
    return (rights & RIGHT_READ ? MAP_PROT_READ : 0) | (rights & RIGHT_WRITE ? MAP_PROT_WRITE : 0) |
           (rights & RIGHT_EXEC ? MAP_PROT_EXEC : 0);
}

static status_t sys_map(struct thread *t, const uint64_t a[6])
{
    unsigned prot = a[3] & 0xf, flags = (unsigned)(a[3] & ~0xfUL);
    uint32_t granted = 0;
    struct memory *memory = NULL;
    struct space *space;
    if (a[3] > UINT32_MAX)
        return -ERR_INVAL;
    if ((handle_t)a[4] != HANDLE_NONE) {
        struct kobject *object;
        status_t status = handle_lookup(t->process, (handle_t)a[4], HANDLE_KIND_MEMORY,
                                        memory_rights(prot, flags), &object, &granted);
        if (status < 0)
            return status;
        memory = CONTAINER_OF(object, struct memory, object);
    }
    status_t status = find_space(t, (handle_t)a[0], &space);
    if (status == 0) {
        status = space_map(t, space, a[1], a[2], prot | SPACE_MAY(memory_may(granted)), flags,
                           memory, a[5]);
        kobject_put(&space->object);
    }
    if (memory != NULL)
        kobject_put(&memory->object);
    return status;
}

static status_t sys_unmap(struct thread *t, const uint64_t a[6])
{
    struct space *space;
    status_t status = find_space(t, (handle_t)a[0], &space);
    if (status < 0)
        return status;
    status = space_unmap(t, space, a[1], a[2]);
    kobject_put(&space->object);
    return status;
}

static status_t sys_protect(struct thread *t, const uint64_t a[6])
{
    struct space *space;
    status_t status = a[3] & ~7UL ? -ERR_INVAL : find_space(t, (handle_t)a[0], &space);
    if (status < 0)
        return status;
    status = space_protect(t, space, a[1], a[2], (unsigned)a[3]);
    kobject_put(&space->object);
    return status;
}

static status_t sys_remap(struct thread *t, const uint64_t a[6])
{
    struct space *space;
    status_t status =
        a[4] & ~(uint64_t)REMAP_MOVE ? -ERR_INVAL : find_space(t, (handle_t)a[0], &space);
    if (status < 0)
        return status;
    status = space_remap(t, space, a[1], a[2], a[3], a[4], a[5]);
    kobject_put(&space->object);
    return status;
}

static status_t sys_memory_create(struct thread *t, const uint64_t a[6])
{
    struct memory *memory;
    if (a[1] != 0)
        return -ERR_INVAL;
    struct quota *quota = process_spending_quota(t->process);
    status_t status = memory_create(t->object.machine, quota, a[0], &memory);
    quota_put(quota);
    if (status < 0)
        return status;
    status = handle_install(t->process, &memory->object, RIGHT_ALL);
    kobject_put(&memory->object);
    return status;
}

static status_t sys_space_create(struct thread *t, const uint64_t a[6])
{
    (void)a;
    struct space *space;
    struct quota *quota = process_spending_quota(t->process);
    status_t status = space_create(t->object.machine, quota, &space);
    quota_put(quota);
    if (status < 0)
        return status;
    status = handle_install(t->process, &space->object, RIGHT_ALL);
    kobject_put(&space->object);
    return status;
}

/* ---- processes and threads ---- */

static status_t sys_exec(struct thread *t, const uint64_t a[6])
{
    return process_exec(t, (handle_t)a[0], a[1]);
}

static status_t sys_process_create(struct thread *t, const uint64_t a[6])
{
    return a[1] != 0 ? -ERR_INVAL : process_create_child(t, (handle_t)a[0]);
}

static status_t sys_process_fork(struct thread *t, const uint64_t a[6])
{
    return process_fork(t, (handle_t)a[0], a[1], a[2]);
}

static status_t sys_process_control(struct thread *t, const uint64_t a[6])
{
    return process_control(t, (handle_t)a[0], a[1], a[2], a[3]);
}

static status_t sys_process_exit(struct thread *t, const uint64_t a[6])
{
    process_kill(t->process, (int32_t)(a[0] & 0xffff));
    return 0; /* attention ends the thread before it returns to user mode */
}

static status_t sys_thread_create(struct thread *t, const uint64_t a[6])
{
    return thread_create_call(t, (handle_t)a[0], a[1]);
}

static status_t sys_thread_exit(struct thread *t, const uint64_t a[6])
{
    uint32_t zero = 0;
    if (a[0] != 0 && (a[0] & 3) == 0 && user_write(t->space, a[0], &zero, sizeof zero) == 0)
        futex_wake_exit(t, a[0]);
    return thread_end(t);
}

static status_t sys_thread_control(struct thread *t, const uint64_t a[6])
{
    return thread_control(t, a[0], a[1], a[2]);
}

static status_t sys_signal_control(struct thread *t, const uint64_t a[6])
{
    return signal_control(t, a[0], a[1], a[2]);
}

/* ---- schemes, events, futexes, pipes ---- */

static status_t sys_scheme_create(struct thread *t, const uint64_t a[6])
{
    return scheme_create(t, (handle_t)a[0], a[1], a[2], a[3]);
}

static status_t sys_scheme_serve(struct thread *t, const uint64_t a[6])
{
    return scheme_serve(t, (handle_t)a[0], a[1], a[2], a[3], a[4], a[5]);
}

static status_t sys_scheme_copy(struct thread *t, const uint64_t a[6])
{
    return scheme_copy(t, (handle_t)a[0], a[1], a[2], a[3], a[4], a[5]);
}

static status_t sys_scheme_notify(struct thread *t, const uint64_t a[6])
{
    return scheme_notify(t, (handle_t)a[0], a[1], a[2]);
}

static status_t sys_namespace_control(struct thread *t, const uint64_t a[6])
{
    return namespace_control(t, (handle_t)a[0], a[1], a[2], a[3], a[4]);
}

static status_t sys_event_create(struct thread *t, const uint64_t a[6])
{
    (void)a;
    return event_create(t);
}

static status_t sys_event_watch(struct thread *t, const uint64_t a[6])
{
    return event_watch(t, (handle_t)a[0], (handle_t)a[1], a[2], a[3]);
}

static status_t sys_event_wait(struct thread *t, const uint64_t a[6])
{
    if (a[2] & EVENT_WAIT_MASK)
        return event_wait_with_mask(t, (handle_t)a[0], a[1], a[2] & ~EVENT_WAIT_MASK, a[3], a[4]);
    return event_wait(t, (handle_t)a[0], a[1], a[2], a[3]);
}

static status_t sys_futex_wait(struct thread *t, const uint64_t a[6])
{
    return futex_wait(t, a[0], a[1], a[2]);
}

static status_t sys_futex_wake(struct thread *t, const uint64_t a[6])
{
    return futex_wake(t, a[0], a[1]);
}

static status_t sys_pipe_create(struct thread *t, const uint64_t a[6])
{
    return pipe_create(t, a[0], a[1]);
}

/* ---- time and the rest ---- */

static status_t sys_clock_get(struct thread *t, const uint64_t a[6])
{
    return thread_clock(t, a[0]);
}

static status_t sys_sleep(struct thread *t, const uint64_t a[6])
{
    return thread_sleep(t, a[0], a[1]);
}

static status_t sys_yield(struct thread *t, const uint64_t a[6])
{
    (void)a;
    struct cpu *cpu = arch_cpu_self();
    if (cpu != NULL && cpu->current == t) {
        arch_user_result(&t->user, 0);
        cpu_yield(cpu, t);
        return STATUS_PARKED; /* it is queued: another core may have it */
    }
    return 0;
}

static status_t sys_log(struct thread *t, const uint64_t a[6])
{
    char text[256];
    size_t bytes = a[2] < sizeof text ? (size_t)a[2] : sizeof text;
    if (a[0] > LOG_DEBUG)
        return -ERR_INVAL;
    status_t status = user_read(t->space, text, a[1], bytes);
    if (status < 0)
        return status;
    log_guest_text(t->object.machine, (enum log_level)a[0], text, bytes);
    return 0;
}

static status_t sys_entropy(struct thread *t, const uint64_t a[6])
{
    uint8_t bytes[256];
    if (a[1] > sizeof bytes)
        return -ERR_INVAL;
    arch_entropy(bytes, (size_t)a[1]);
    return user_write(t->space, a[0], bytes, (size_t)a[1]);
}

static status_t sys_cred_get(struct thread *t, const uint64_t a[6])
{
    if (a[0] == CRED_KID)
        return (status_t)t->process->kid;
    if (a[0] > CRED_KID)
        return -ERR_INVAL;
    return process_cred_word(t->process, (unsigned)a[0]);
}

static syscall_fn *const syscalls[SYS_COUNT] = {
#define X(number, name, args) [number] = sys_##name,
    DYAD_SYSCALL_LIST(X)
#undef X
};

status_t syscall_dispatch(struct thread *t)
{
    uint64_t number, args[6];
    arch_user_args(&t->user, &number, args);
    if (number >= SYS_COUNT)
        return -ERR_NOSYS;
    return syscalls[number](t, args);
}

const uint64_t syscall_quick_mask = 1UL << SYS_null | 1UL << SYS_clock_get | 1UL << SYS_cred_get;
_Static_assert(SYS_COUNT <= 64, "syscall_quick_mask has a bit a call");

struct syscall_quick syscall_quick(uint64_t number, uint64_t arg)
{
    struct cpu *cpu = arch_cpu_self();
    if (number >= SYS_COUNT || !(syscall_quick_mask >> number & 1))
        return (struct syscall_quick){.done = 0};
    cpu->traps++;
    if (number == SYS_null)
        return (struct syscall_quick){.done = 1};
    uint64_t args[6] = {arg};
    return (struct syscall_quick){.done = 1, .result = syscalls[number](cpu->current, args)};
}
