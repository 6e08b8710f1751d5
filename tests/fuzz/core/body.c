/* body.c: arch.h for the fuzz targets, and the loop that runs the machine until nothing moves. */
#include "tests/fuzz/core/body.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/kschemes.h"
#include "core/memory.h"
#include "core/reclaim.h"
#include "core/space.h"
#include "tests/clocks.h"

#define STEPS_MAX \
    200000u /* rounds of the core's loop after one call: more is a loop without an end */

struct body body;

static struct thread *thread_of(struct arch_user *user)
{
    return CONTAINER_OF(user, struct thread, user);
}

/* ---- start and end, cores ---- */

status_t arch_cpu_start(struct cpu *cpu)
{
    return -ERR_NODEV;
}

struct cpu *arch_cpu_self(void)
{
    return body.cpu;
}

_Noreturn void arch_halt(int status)
{
    fprintf(stderr, "fuzz: the machine halts with status %d\n", status);
    abort();
}

_Noreturn void arch_panic(const char *message)
{
    fprintf(stderr, "fuzz: panic: %s\n", message);
    abort();
}

void arch_cpu_idle(void)
{
    body.idle = true;
}

void arch_cpu_kick(struct cpu *cpu)
{
}

void arch_cpu_relax(unsigned spins)
{
    arch_panic("a lock is held by the only core, which waits for it");
}

uint32_t arch_pending(void)
{
    return 0;
}

void *arch_phys_ptr(uint64_t phys)
{
    return (void *)(uintptr_t)phys; /* physical addresses are the host's pointers */
}

/* ---- translations: there is no MMU, so there is nothing to keep ---- */

status_t arch_space_init(struct arch_space *space)
{
    body.spaces++;
    return 0;
}

void arch_space_fini(struct arch_space *space)
{
    body.spaces--;
}

static void check_user_range(uint64_t vaddr, size_t pages)
{
    ASSERT(PAGE_OFFSET(vaddr) == 0 && pages > 0 && vaddr >= DYAD_USER_BASE);
    ASSERT(vaddr < DYAD_USER_END && pages <= (DYAD_USER_END - vaddr) / DYAD_PAGE_SIZE);
}

status_t arch_space_map(struct arch_space *space, uint64_t vaddr, uint64_t phys, size_t pages,
                        unsigned prot)
{
    check_user_range(vaddr, pages);
    ASSERT(PAGE_OFFSET(phys) == 0 && phys != 0);
    ASSERT((prot & (MAP_PROT_WRITE | MAP_PROT_EXEC)) != (MAP_PROT_WRITE | MAP_PROT_EXEC));
    return 0;
}

void arch_space_protect(struct arch_space *space, uint64_t vaddr, size_t pages, unsigned prot)
{
    check_user_range(vaddr, pages);
}

uint64_t arch_space_sync(struct arch_space *space)
{
    return ++space->tickets;
}

bool arch_space_synced(struct arch_space *space, uint64_t ticket)
{
    return true; /* nobody is in user mode while the only core is in the kernel */
}

/* ---- user contexts ---- */

static bool user_register(struct arch_user *user)
{
    for (unsigned i = 0; i < BODY_USERS_MAX; i++) {
        if (body.users[i] == NULL) {
            body.users[i] = user;
            body.user_count++;
            return true;
        }
    }
    return false;
}

status_t arch_user_init(struct arch_user *user, struct arch_space *space, uint64_t entry,
                        uint64_t stack, uint64_t arg, uint64_t tls)
{
    if (!user_register(user))
        return -ERR_AGAIN;
    user->regs.rip = entry;
    user->regs.rsp = stack;
    user->regs.rdi = arg;
    user->regs.fs_base = tls;
    return 0;
}

status_t arch_user_fork(struct arch_user *user, struct arch_space *space, struct arch_user *parent)
{
    if (!user_register(user))
        return -ERR_AGAIN;
    *user = *parent;
    user->in_user = false;
    user->in_call = true; /* it gets a result of its own */
    return 0;
}

void arch_user_fini(struct arch_user *user)
{
    for (unsigned i = 0; i < BODY_USERS_MAX; i++) {
        if (body.users[i] == user) {
            body.users[i] = NULL;
            body.user_count--;
            return;
        }
    }
    arch_panic("arch_user_fini of a context that does not exist");
}

void arch_user_run(struct arch_user *user, struct arch_space *space, struct trap *trap)
{
    struct thread *t = thread_of(user);
    ASSERT(body.cpu->locks_held == 0 && body.cpu->current == t);
    ASSERT(&t->space->arch == space);
    trap->kind = TRAP_KICK;
    if (body.turn != t) {
        user->in_call = false; /* a signal frame's return and exec have no result */
        body.aside = t;
        return;
    }
    body.turn = NULL;
    *trap = body.trap;
    user->in_call = trap->kind == TRAP_SYSCALL;
}

void arch_user_leave(struct arch_user *user)
{
}

void arch_user_args(struct arch_user *user, uint64_t *number, uint64_t args[6])
{
    *number = user->number;
    memcpy(args, user->args, sizeof user->args);
}

void arch_user_result(struct arch_user *user, int64_t result)
{
    ASSERT(user->in_call || thread_is_killed(thread_of(user)));  /* one result a call */
    ASSERT(result > STATUS_PARKED || result < STATUS_NO_RESULT); /* a set of signals may be less */
    user->in_call = false;
    user->result = result;
    user->regs.rax = (uint64_t)result;
}

void arch_user_get(struct arch_user *user, struct user_regs *regs)
{
    *regs = user->regs;
}

status_t arch_user_set(struct arch_user *user, const struct user_regs *regs)
{
    if (regs->rip >= DYAD_USER_END)
        return -ERR_INVAL;
    user->regs = *regs;
    return 0;
}

/* ---- time, entropy, devices ---- */

uint64_t arch_time_ns(unsigned clock)
{
    return body.now_ns + (clock == DYAD_CLOCK_REALTIME ? TEST_REALTIME_AHEAD : 0);
}

void arch_timer_arm(uint64_t deadline_ns)
{
}

void arch_entropy(void *buffer, size_t bytes)
{
    memset(buffer, 0x5a, bytes);
}

/* The consoles take everything and give nothing; there is no other hardware. */
int64_t arch_device_read(enum arch_device device, void *buffer, size_t bytes)
{
    return device < ARCH_DEVICE_COUNT ? 0 : -ERR_NODEV;
}

int64_t arch_device_write(enum arch_device device, const void *data, size_t bytes)
{
    return device <= ARCH_DEVICE_LOG ? (int64_t)bytes : -ERR_NODEV;
}

unsigned arch_device_poll(enum arch_device device)
{
    return device < ARCH_DEVICE_COUNT ? EVENT_WRITABLE : 0;
}

/* ---- the loop ---- */

/* A thread that was set aside and has something to attend to; on a real core it would be running. */
static struct thread *find_attention(void)
{
    for (unsigned i = 0; i < BODY_USERS_MAX; i++) {
        struct arch_user *user = body.users[i];
        if (user != NULL && user->in_user && atomic_load(&thread_of(user)->attention) != 0)
            return thread_of(user);
    }
    return NULL;
}

static void resume(struct thread *t)
{
    t->user.in_user = false;
    body.cpu->current = t;
}

void body_settle(void)
{
    for (unsigned steps = 0; steps < STEPS_MAX; steps++) {
        if (body.cpu->current == NULL && body.cpu->handoff == NULL &&
            queue_is_empty(&body.cpu->queue)) {
            struct thread *t = find_attention();
            if (t != NULL)
                resume(t);
            else if (body.idle && body.cpu->reap == NULL)
                return;
        }
        body.idle = false;
        body.aside = NULL;
        cpu_step(body.cpu);
        ASSERT(body.cpu->locks_held == 0);
        if (body.aside != NULL && body.cpu->current == body.aside) {
            body.aside->user.in_user = true;
            body.cpu->current = NULL;
        }
    }
    arch_panic("the machine does not come to rest");
}

bool body_call(struct thread *t, uint64_t number, const uint64_t args[6], int64_t *result)
{
    unsigned slot = 0;
    while (body.users[slot] != &t->user)
        slot++;
    t->user.number = number;
    memcpy(t->user.args, args, sizeof t->user.args);
    body.trap = (struct trap){.kind = TRAP_SYSCALL};
    body.turn = t;
    resume(t);
    body_settle();
    body.turn = NULL; /* a signal may have ended the thread before its turn */
    if (body.users[slot] != &t->user || !t->user.in_user)
        return false;
    *result = t->user.result;
    return true;
}

void body_trap(struct thread *t, const struct trap *trap)
{
    body.trap = *trap;
    body.turn = t;
    resume(t);
    body_settle();
    body.turn = NULL;
}

void body_advance(uint64_t ns)
{
    if (body.now_ns > UINT64_MAX / 4)
        return;
    body.now_ns += ns;
    body.idle = false;
    body_settle();
}

struct thread *body_thread_at(unsigned slot)
{
    return body.users[slot] != NULL ? thread_of(body.users[slot]) : NULL;
}

/* ---- setting up ---- */

void body_expect(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "fuzz: cannot set up: %s\n", what);
    abort();
}

struct thread *body_thread(struct thread *of)
{
    struct thread_args args = {.entry = USER_BASE,
                               .stack = USER_BASE + USER_PAGES * DYAD_PAGE_SIZE};
    struct thread *t = NULL;
    body_expect(thread_create(of->process, of->space, &args, &t) == 0, "thread");
    kobject_put(&t->object);
    body.idle = false;
    body_settle();
    return t;
}

struct namespace *body_names(void)
{
    static const struct kernel_scheme_ops *const kernel[] = {
        &ksys_scheme, &klog_scheme, &ktime_scheme, &kproc_scheme, &khw_scheme};
    struct namespace *names;
    body_expect(namespace_create(body.machine, &body.machine->quota, &names) == 0, "namespace");
    for (unsigned i = 0; i < ARRAY_COUNT(kernel); i++)
        body_expect(namespace_add_kernel(names, kernel[i]) == 0, "kernel scheme");
    return names;
}

struct thread *body_process(const char *name, struct namespace *names)
{
    static const char zeros[DYAD_PAGE_SIZE];
    struct process *process;
    uint64_t addr;
    body_expect(process_create(body.machine, &body.machine->quota, names, &process) == 0,
                "process");
    lock_acquire(&process->lock);
    snprintf(process->name, sizeof process->name, "%s", name);
    process->cred.uid = process->cred.euid = 1000;
    struct space *space = process->space;
    lock_release(&process->lock);
    body_expect(space_map_now(space, USER_BASE, USER_PAGES * DYAD_PAGE_SIZE,
                              MAP_PROT_READ | MAP_PROT_WRITE, MAP_FLAG_FIXED, NULL, 0, &addr) == 0,
                "memory");
    body_expect(user_write(space, USER_BASE, zeros, sizeof zeros) == 0, "memory");
    struct thread_args args = {.entry = USER_BASE,
                               .stack = USER_BASE + USER_PAGES * DYAD_PAGE_SIZE};
    struct thread *t = NULL;
    body_expect(thread_create(process, space, &args, &t) == 0, "thread");
    kobject_put(&t->object);
    kobject_put(&process->object); /* its thread keeps it */
    body.idle = false;
    body_settle();
    return t;
}

handle_t body_give(struct thread *t, struct kobject *object, uint32_t rights)
{
    status_t h = handle_install(t->process, object, rights);
    body_expect(h >= 0, "handle");
    return (handle_t)h;
}
