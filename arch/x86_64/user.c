/*
 * user.c: user contexts. Integer registers are saved at every trap; FPU, vector registers and FS base stay in the processor
 * until the context leaves the core (the kernel uses none of them).
 */
#include "user.h"

#include "abi/syscall.h"
#include "core/machine.h"
#include "core/thread.h"
#include "fail.h"
#include "irq.h"
#include "space.h"
#include "x86_user.h"

#define XSAVE_ALIGN 64

/* The parts of an XSAVE area that we touch (SDM volume 1, 13.4). */
struct fpu_area {
    uint16_t fcw, fsw;
    uint8_t tags, zero0;
    uint16_t opcode;
    uint64_t instruction, operand;
    uint32_t mxcsr, mxcsr_mask;
    uint8_t legacy[512 - 32];
    uint64_t components; /* XSTATE_BV: those that are not in their initial state */
};
#define COMPONENT_X87 1UL

_Static_assert(offsetof(struct fpu_area, components) == 512, "XSAVE header");
_Static_assert(offsetof(struct arch_user, regs.rdi) == USER_RDI, "trap.h");
_Static_assert(offsetof(struct arch_user, regs.r15) == USER_R15, "trap.h");
_Static_assert(offsetof(struct arch_user, regs.rip) == USER_RIP, "trap.h");
_Static_assert(offsetof(struct arch_user, regs.rflags) == USER_RFLAGS, "trap.h");
_Static_assert(offsetof(struct arch_user, full) == USER_FULL, "trap.h");
_Static_assert(offsetof(struct core, cpu) == CORE_CPU && offsetof(struct core, user) == CORE_USER,
               "trap.h");
_Static_assert(offsetof(struct core, tss.rsp) == CORE_RSP0, "trap.h");
_Static_assert(offsetof(struct core, scratch) == CORE_SCRATCH, "trap.h");

static struct machine *machine_of(struct arch_user *user)
{
    return CONTAINER_OF(user, struct thread, user)->object.machine;
}

static struct fpu_area *area_of(const struct arch_user *user)
{
    return (struct fpu_area *)(((uintptr_t)user->fpu + XSAVE_ALIGN - 1) &
                               ~(uintptr_t)(XSAVE_ALIGN - 1)); // NOLINT
}

/* ---- the state that stays in the processor ---- */

static void fpu_save(struct fpu_area *area)
{
    if (features.xsaveopt)
        __asm__ volatile("xsaveopt64 %0" : "+m"(*area) : "a"(~0U), "d"(~0U) : "memory");
    else if (features.xsave)
        __asm__ volatile("xsave64 %0" : "+m"(*area) : "a"(~0U), "d"(~0U) : "memory");
    else
        __asm__ volatile("fxsave64 %0" : "=m"(*area)::"memory");
}

static void fpu_load(const struct fpu_area *area)
{
    if (features.xsave)
        __asm__ volatile("xrstor64 %0" ::"m"(*area), "a"(~0U), "d"(~0U) : "memory");
    else
        __asm__ volatile("fxrstor64 %0" ::"m"(*area) : "memory");
}

static uint64_t fs_read(void)
{
    uint64_t base;
    if (!features.fsgsbase)
        return rdmsr(MSR_FS_BASE);
    __asm__ volatile("rdfsbase %0" : "=r"(base));
    return base;
}

static void fs_write(uint64_t base)
{
    if (features.fsgsbase)
        __asm__ volatile("wrfsbase %0" ::"r"(base));
    else
        wrmsr(MSR_FS_BASE, base);
}

static void unload(struct core *core, struct arch_user *user)
{
    fpu_save(area_of(user));
    user->regs.fs_base = fs_read();
    core->user = NULL;
}

/* GS base is nobody's in user mode: what another context put there must not be seen. */
static void load(struct core *core, struct arch_user *user)
{
    if (core->user)
        unload(core, core->user);
    fpu_load(area_of(user));
    fs_write(user->regs.fs_base);
    if (features.fsgsbase)
        wrmsr(MSR_KERNEL_GS_BASE, 0);
    core->user = user;
}

static bool is_loaded(const struct arch_user *user)
{
    return this_core()->user == user;
}

void arch_user_leave(struct arch_user *user)
{
    struct core *core = this_core();
    if (core->user == user)
        unload(core, user);
}

/* ---- life ---- */

static status_t user_create(struct arch_user *user)
{
    *user = (struct arch_user){.full = 1};
    user->fpu = heap_alloc(machine_of(user), features.xsave_bytes + XSAVE_ALIGN);
    if (!user->fpu)
        return -ERR_AGAIN;
    struct fpu_area *area = area_of(user);
    area->fcw = FCW_INITIAL;
    area->mxcsr = MXCSR_INITIAL;
    return 0;
}

status_t arch_user_init(struct arch_user *user, struct arch_space *space, uint64_t entry,
                        uint64_t stack, uint64_t arg, uint64_t tls)
{
    struct user_regs regs = {
        .rip = entry, .rsp = stack, .rdi = arg, .fs_base = tls, .rflags = FLAGS_FIXED};
    (void)space;
    status_t status = user_create(user);
    if (status < 0)
        return status;
    status = arch_user_set(user, &regs);
    if (status < 0)
        arch_user_fini(user);
    return status;
}

status_t arch_user_fork(struct arch_user *user, struct arch_space *space, struct arch_user *parent)
{
    (void)space;
    status_t status = user_create(user);
    if (status < 0)
        return status;
    if (is_loaded(parent))
        unload(this_core(), parent);
    const struct fpu_area *from = area_of(parent);
    struct fpu_area *to = area_of(user);
    to->mxcsr = from->mxcsr & 0xffff;
    if (!features.xsave || (from->components & COMPONENT_X87))
        to->fcw = from->fcw;
    to->components = features.xsave ? COMPONENT_X87 : 0;
    user->regs = parent->regs;
    return 0;
}

void arch_user_fini(struct arch_user *user)
{
    struct core *core = this_core();
    if (core->user == user)
        core->user = NULL;
    heap_free(machine_of(user), user->fpu);
    user->fpu = NULL;
}

/* ---- registers ---- */

void arch_user_args(struct arch_user *user, uint64_t *number, uint64_t args[6])
{
    x86_user_call(&user->regs, number, args);
}

void arch_user_result(struct arch_user *user, int64_t result)
{
    user->regs.rax = (uint64_t)result;
}

void arch_user_get(struct arch_user *user, struct user_regs *regs)
{
    if (is_loaded(user))
        user->regs.fs_base = fs_read();
    *regs = user->regs;
}

/* The gate's own addresses are allowed: a thread may have been stopped right there. */
static bool rip_is_user(uint64_t rip)
{
    return rip < DYAD_USER_END || rip - GATE_ADDRESS < GATE_BYTES;
}

status_t arch_user_set(struct arch_user *user, const struct user_regs *regs)
{
    if (!rip_is_user(regs->rip) || regs->fs_base >= DYAD_HOLE_END)
        return -ERR_INVAL;
    user->regs = *regs;
    user->regs.rflags = (regs->rflags & FLAGS_USER) | FLAGS_FIXED;
    user->full = 1;
    if (is_loaded(user))
        fs_write(regs->fs_base);
    return 0;
}

/* ---- running ---- */

/* What is pending, most urgent first; kick and timer are cleared as they are reported. */
static bool report_pending(struct core *core, struct trap *trap)
{
    uint32_t events = atomic_load_explicit(&core->events, memory_order_relaxed);
    if (core->devices) {
        trap->kind = TRAP_IRQ;
        return true;
    }
    if (events & EVENT_KICK) {
        atomic_fetch_and(&core->events, ~EVENT_KICK);
        trap->kind = TRAP_KICK;
        return true;
    }
    if (events & EVENT_TIMER) {
        atomic_fetch_and(&core->events, ~EVENT_TIMER);
        trap->kind = TRAP_TIMER;
        return true;
    }
    return false;
}

/* The context that has just trapped is still in the processor. */
static unsigned fpu_raised(bool x87)
{
    uint16_t status, control;
    uint32_t mxcsr;
    __asm__("fnstsw %0; fnstcw %1; stmxcsr %2" : "=m"(status), "=m"(control), "=m"(mxcsr));
    return (x87 ? status & ~(unsigned)control : mxcsr & ~(mxcsr >> 7)) & 0x3f;
}

static void fault_decode(uint32_t vector, uint32_t error, struct trap *trap)
{
    static const uint8_t kinds[] = {
        [0] = FAULT_DIVIDE,      [1] = FAULT_BREAKPOINT,  [3] = FAULT_BREAKPOINT,
        [4] = FAULT_PROTECTION,  [5] = FAULT_PROTECTION,  [6] = FAULT_ILLEGAL,
        [7] = FAULT_ILLEGAL,     [10] = FAULT_PROTECTION, [11] = FAULT_PROTECTION,
        [12] = FAULT_PROTECTION, [13] = FAULT_PROTECTION, [14] = FAULT_PAGE,
        [16] = FAULT_FPU,        [17] = FAULT_ALIGNMENT,  [19] = FAULT_FPU};
    trap->kind = TRAP_FAULT;
    trap->fault = vector < sizeof kinds ? kinds[vector] : FAULT_PROTECTION;
    trap->addr = 0;
    trap->access = vector == 1;
    if (trap->fault == FAULT_FPU)
        trap->access = fpu_raised(vector == 16);
    if (vector != VECTOR_PAGE_FAULT)
        return;
    trap->addr = read_cr2();
    trap->access = error & 16 ? MAP_PROT_EXEC : error & 2 ? MAP_PROT_WRITE : MAP_PROT_READ;
}

static void decode(struct core *core, uint64_t code, struct trap *trap)
{
    uint32_t vector = (uint32_t)code;
    if (vector == VECTOR_NMI || vector == VECTOR_DOUBLE_FAULT || vector == VECTOR_MACHINE_CHECK)
        fail_user_trap(vector);
    if (vector >= 32)
        irq_handle(core, vector);
    else if (vector != VECTOR_NMI) {
        fault_decode(vector, (uint32_t)(code >> 32), trap);
        return;
    }
    if (!report_pending(core, trap))
        trap->kind = TRAP_KICK;
}

__attribute__((noinline)) static bool attend(struct core *core, struct trap *trap)
{
    if (atomic_load(&core->events) & EVENT_DROP) {
        atomic_fetch_and(&core->events, ~EVENT_DROP);
        space_drop(core);
    }
    return report_pending(core, trap);
}

/* A jump out of the canonical addresses faults at its target on some processors. IRETQ to there would be the kernel's fault. */
static bool is_stray(const struct arch_user *user)
{
    return user->regs.rip >> 47;
}

void arch_user_run(struct arch_user *user, struct arch_space *space, struct trap *trap)
{
    struct core *core = this_core();
    bool pending = atomic_load_explicit(&core->events, memory_order_acquire) || core->devices;
    if (pending && attend(core, trap))
        return;
    if (core->user != user)
        load(core, user);
    if (user->full && is_stray(user)) {
        *trap = (struct trap){.kind = TRAP_FAULT, .fault = FAULT_PROTECTION};
        return;
    }
    space_enter(core, space);
    uint64_t code = user_enter(user);
    space_leave(core);
    if (code == TRAP_VECTOR_SYSCALL)
        trap->kind = TRAP_SYSCALL;
    else
        decode(core, code, trap);
}

void arch_cpu_idle(void)
{
    struct core *core = this_core();
    if (atomic_load(&core->events) & EVENT_DROP) {
        atomic_fetch_and(&core->events, ~EVENT_DROP);
        space_drop(core);
    }
    if (!atomic_load(&core->events) && !core->devices)
        __asm__ volatile("sti; hlt; cli" ::: "memory");
    atomic_fetch_and(&core->events, ~EVENT_KICK);
}
