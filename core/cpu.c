/* cpu.c: the loop of a core: run a thread, handle its trap, go on with the next. */
#include "core/cpu.h"

#include "core/ipc.h"
#include "core/kschemes.h"
#include "core/log.h"
#include "core/machine.h"
#include "core/process.h"
#include "core/reclaim.h"
#include "core/sched.h"
#include "core/signal.h"
#include "core/space.h"
#include "core/syscall.h"

/* A thread's traps in a row without a round of the loop: bounds how old now_ns gets, and the watchdog's wait. */
#define CPU_AGAIN_MAX 64

/* The result of a system call or step of the current thread; it may have parked. */
static void cpu_finish_call(struct thread *t, status_t status)
{
    if (status == STATUS_PARKED)
        return;
    if (status == STATUS_STEP) {
        ASSERT(t->step != NULL);
        return;
    }
    t->step = NULL;
    if (status != STATUS_NO_RESULT)
        thread_result(t, status);
}

/* si_addr: what was used; the instruction where POSIX says so; else nothing, because bodies know nothing. */
static uint64_t fault_address(struct thread *t, const struct trap *trap)
{
    struct user_regs regs;
    switch (trap->fault) {
    case FAULT_PAGE: return trap->addr;
    case FAULT_DIVIDE:
    case FAULT_FPU:
    case FAULT_ILLEGAL: arch_user_get(&t->user, &regs); return regs.rip;
    default: return 0;
    }
}

/* What an FPU tells by its exceptions; of several, what POSIX lets a program know first. */
static int32_t fpu_code(unsigned exceptions)
{
    static const struct {
        uint8_t bits, code;
    } codes[] = {
        {0x01, 7}, /* invalid: FPE_FLTINV */
        {0x04, 3}, /* division by zero: FPE_FLTDIV */
        {0x08, 4}, /* overflow: FPE_FLTOVF */
        {0x12, 5}, /* a denormal operand, underflow: FPE_FLTUND */
        {0x20, 6}, /* an inexact result: FPE_FLTRES */
    };
    for (unsigned i = 0; i < ARRAY_COUNT(codes); i++) {
        if (exceptions & codes[i].bits)
            return codes[i].code;
    }
    return codes[0].code;
}

static void cpu_fault(struct thread *t, const struct trap *trap)
{
    static const struct {
        uint8_t signo, code;
    } signals[] = {
        [FAULT_PAGE] = {DYAD_SIGSEGV, 1},     [FAULT_PROTECTION] = {DYAD_SIGSEGV, 128},
        [FAULT_DIVIDE] = {DYAD_SIGFPE, 1},    [FAULT_FPU] = {DYAD_SIGFPE, 7},
        [FAULT_ILLEGAL] = {DYAD_SIGILL, 2},   [FAULT_BREAKPOINT] = {DYAD_SIGTRAP, 1},
        [FAULT_ALIGNMENT] = {DYAD_SIGBUS, 1},
    };
    uint32_t signo = signals[trap->fault].signo;
    int32_t code = signals[trap->fault].code;
    if (trap->fault == FAULT_FPU)
        code = fpu_code(trap->access);
    if (trap->fault == FAULT_BREAKPOINT && trap->access)
        code = 2; /* TRAP_TRACE */
    if (trap->fault == FAULT_PAGE) {
        status_t status = space_fault(t->space, trap->addr, trap->access);
        if (status == 0)
            return;
        if (status == -ERR_NOMEM) {
            log_line(t->object.machine, LOG_WARNING, "%s[%u]: out of memory at %llx, killed",
                     t->process->name, process_cred_word(t->process, CRED_PID),
                     (unsigned long long)trap->addr);
            process_kill(t->process, WSTATUS_SIGNAL(DYAD_SIGKILL));
            return;
        }
        if (status == -ERR_RANGE) {
            signo = DYAD_SIGBUS;
            code = 2;
        } else if (status == -ERR_ACCES) {
            code = 2;
        }
    }
    (void)signal_fault(t, signo, code, fault_address(t, trap));
}

static void cpu_trap(struct cpu *cpu, struct thread *t, const struct trap *trap)
{
    cpu->traps++;
    switch (trap->kind) {
    case TRAP_SYSCALL: cpu_finish_call(t, syscall_dispatch(t)); break;
    case TRAP_FAULT: cpu_fault(t, trap); break;
    case TRAP_LOST:
        log_line(cpu->machine, LOG_WARNING, "%s[%u]: its host process is gone, killed",
                 t->process->name, process_cred_word(t->process, CRED_PID));
        process_kill(t->process, WSTATUS_SIGNAL(DYAD_SIGKILL));
        break;
    case TRAP_TIMER: cpu->timer_armed_ns = UINT64_MAX; break; /* it is gone */
    case TRAP_IRQ:
    case TRAP_KICK: break;
    }
}

/* What the current thread has to do before user code: end, stop, take a signal. True: it goes on. */
static bool cpu_attend(struct thread *t)
{
    for (;;) {
        uint32_t attention = atomic_load_explicit(&t->attention, memory_order_relaxed);
        if (attention & ATTENTION_KILL) {
            cpu_finish_call(t, thread_end(t));
            return false;
        }
        if (attention & ATTENTION_STOP) {
            if (process_park_stopped(t) == STATUS_PARKED)
                return false;
            continue;
        }
        if (!(attention & ATTENTION_SIGNAL))
            return true;
        if (signal_deliver(t) == STATUS_PARKED)
            return false;
    }
}

/* Timers, devices, the log. */
static void cpu_poll(struct cpu *cpu)
{
    struct machine *machine = cpu->machine;
    uint64_t now = cpu->now_ns = arch_time_ns(DYAD_CLOCK_MONOTONIC);
    if (timer_next(cpu) <= now)
        timer_run(cpu, now);
    if (cpu->spill_ns <= now)
        sched_spill(cpu);
    if (cpu->index == 0 && now >= machine->watchdog.next_ns)
        watchdog_poll(machine, now);
    uint32_t devices = arch_pending();
    if (devices != 0)
        kernel_schemes_irq(machine, devices);
    if (kernel_schemes_log_watched(machine->schemes))
        kernel_schemes_log_grown(machine);
    if (reaper_pending(&machine->schemes->reaper))
        reap_run(machine);
    if (reclaim_pending(&machine->page_pool.reclaim))
        (void)reclaim_step(machine);
}

static void cpu_arm(struct cpu *cpu, struct thread *t)
{
    uint64_t deadline = timer_next(cpu);
    /* With nobody else waiting the slice needs no end: tickless. The count is a hint; a late arrival kicks. */
    if (t != NULL && (!queue_is_empty(&cpu->queue) || sched_repays(cpu))) {
        uint64_t end = sched_deadline(cpu, t);
        deadline = end < deadline ? end : deadline;
    }
    if (deadline != cpu->timer_armed_ns) {
        cpu->timer_armed_ns = deadline;
        arch_timer_arm(deadline);
    }
}

/* Put the current thread back when its time is up and others wait. */
static void cpu_preempt(struct cpu *cpu, struct thread *t)
{
    if (cpu->handoff != NULL) { /* the hint did not come true: the current thread goes on */
        struct thread *handed = cpu->handoff;
        cpu->handoff = NULL;
        sched_ready(handed);
    }
    if (sched_must_yield(cpu, t))
        cpu_yield(cpu, t);
}

void cpu_yield(struct cpu *cpu, struct thread *t)
{
    ASSERT(cpu->current == t);
    sched_account(cpu, t);
    arch_user_leave(&t->user);
    sched_leave(cpu, t);
    sched_ready(t);
}

static void cpu_idle(struct cpu *cpu)
{
    atomic_store(&cpu->idle, true);
    atomic_thread_fence(memory_order_seq_cst); /* pairs with sched_ready */
    struct thread *t = sched_next(cpu);
    if (t == NULL && !reclaim_step(cpu->machine) &&
        !reaper_pending(&cpu->machine->schemes->reaper)) {
        cpu_arm(cpu, NULL);
        uint64_t start = arch_time_ns(DYAD_CLOCK_MONOTONIC);
        arch_cpu_idle();
        cpu->idle_ns += arch_time_ns(DYAD_CLOCK_MONOTONIC) - start;
    }
    atomic_store(&cpu->idle, false);
}

/* Whether t, whose system call or fault is done, may go on without a round of the loop: nothing of what a round looks at has
 * turned up. What comes from outside (kicks, interrupts, the armed deadline) makes arch_user_run return. */
static bool cpu_goes_on(const struct cpu *cpu, struct thread *t)
{
    if (cpu->current != t) /* not ours any more: it has parked */
        return false;
    const struct machine *machine = cpu->machine;
    return t->step == NULL && atomic_load_explicit(&t->attention, memory_order_relaxed) == 0 &&
           cpu->handoff == NULL && queue_is_empty(&cpu->queue) &&
           !atomic_load_explicit(&cpu->preempt, memory_order_relaxed) &&
           timer_next(cpu) >= cpu->timer_armed_ns && !space_is_unsettled(t->space) &&
           !reaper_pending(&machine->schemes->reaper) &&
           !reclaim_pending(&machine->page_pool.reclaim) &&
           !kernel_schemes_log_watched(machine->schemes);
}

/* User code until something else is to be done. */
static void cpu_run_user(struct cpu *cpu, struct thread *t)
{
    struct trap trap = {.kind = TRAP_KICK};
    unsigned left = CPU_AGAIN_MAX;
    do {
        arch_user_run(&t->user, &t->space->arch, &trap);
        space_sync_poll(t->space);
        cpu_trap(cpu, t, &trap);
    } while (--left > 0 && (trap.kind == TRAP_SYSCALL || trap.kind == TRAP_FAULT) &&
             cpu_goes_on(cpu, t));
}

static void cpu_run_current(struct cpu *cpu, struct thread *t)
{
    if (t->wait.object != NULL) {
        struct kobject *object = t->wait.object;
        t->wait.object = NULL;
        kobject_put(object);
    }
    if (t->step != NULL) {
        cpu_finish_call(t, t->step(t));
        return;
    }
    if (atomic_load_explicit(&t->attention, memory_order_relaxed) != 0 && !cpu_attend(t))
        return;
    if (!space_settle(t, t->space)) /* it waits, or goes on with t->step */
        return;
    cpu_arm(cpu, t);
    cpu_run_user(cpu, t);
}

void cpu_step(struct cpu *cpu)
{
    /* Only this core writes it: no atomic addition is needed. */
    uint64_t loops = atomic_load_explicit(&cpu->loop_count, memory_order_relaxed);
    atomic_store_explicit(&cpu->loop_count, loops + 1, memory_order_relaxed);
    if (cpu->reap != NULL) {
        struct kobject *object = &cpu->reap->object;
        cpu->reap = NULL;
        kobject_put(object);
    }
    cpu_poll(cpu);
    if (cpu->current != NULL)
        cpu_preempt(cpu, cpu->current);
    if (cpu->current == NULL && sched_next(cpu) == NULL) {
        cpu_idle(cpu);
        return;
    }
    cpu_run_current(cpu, cpu->current);
}

void cpu_main(struct cpu *cpu)
{
    struct machine *machine = cpu->machine;
    if (cpu->index == 0) {
        for (uint32_t i = 1; i < machine->cpu_count; i++) {
            if (arch_cpu_start(machine->cpus[i]) < 0)
                log_line(machine, LOG_ERROR, "core %u does not start", i);
        }
    }
    for (;;)
        cpu_step(cpu);
}
