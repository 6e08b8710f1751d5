/* run.c: running a user context on this core until it traps. */
#include "core/cpu.h"
#include "host.h"
#include "host_exit.h"
#include "replay/replay.h"
#include "stub_pool.h"

/* However long the deadline: a guest that spoils its own shared page must not make us miss a kick for ever. */
#define SLICE_NS 50000000UL
/* An order to stop is not obeyed: the stub is broken. At once when it sleeps at so many looks in a row (a slice apart), instead
 * of answering; one that only gets no processor from the host is given longer. */
#define STUCK_SLEEPS 10u
#define STUCK_NS     10000000000UL

struct run {
    struct cpu *cpu;
    struct arch_cpu *arch;
    struct stub *stub;
    struct stub_context *context;
    uint32_t index;
    uint32_t spins; /* steps to spin for each other; 0: sleep at once */
    bool stopping;
    uint32_t sleeps; /* looks in a row at which it slept though ordered to stop */
    uint64_t stop_ns;
};

/* What would make arch_user_run return at once, most urgent first; clears kick and timer as it reports them. */
static bool take_pending(struct arch_cpu *arch, struct trap *trap)
{
    if (atomic_load(&arch->interrupts)) {
        trap->kind = TRAP_IRQ;
        return true;
    }
    if (atomic_exchange(&arch->kicked, 0)) {
        trap->kind = TRAP_KICK;
        return true;
    }
    if (arch->deadline_ns != UINT64_MAX && host_time_ns() >= arch->deadline_ns) {
        arch->deadline_ns = UINT64_MAX;
        trap->kind = TRAP_TIMER;
        return true;
    }
    return false;
}

static bool stop_wanted(const struct run *r)
{
    return !r->stopping &&
           (atomic_load(&r->arch->kicked) || atomic_load(&r->arch->interrupts) ||
            (r->arch->deadline_ns != UINT64_MAX && host_time_ns() >= r->arch->deadline_ns));
}

/* Tell the context that trapped last on this core to stop spinning and to wake ours. False: it sleeps already. */
static bool wake_by_last(struct run *r)
{
    struct stub_context *last = r->arch->last;
    uint32_t spinning = STUB_CMD_SPIN;
    uint32_t number = control_number(r->stub, r->index);
    return last && last != r->context &&
           atomic_compare_exchange_strong(&last->cmd, &spinning,
                                          STUB_CMD_MAKE(STUB_CMD_PARK, number + 1));
}

static void resume(struct run *r)
{
    struct stub_context *context = r->context;
    r->spins = host_affinity_update(r->arch, r->stub, r->index);
    context->spin = r->spins;
    atomic_store_explicit(&context->stop, 0, memory_order_relaxed);
    atomic_store_explicit(&context->post, STUB_POST_RUNNING, memory_order_relaxed);
    uint32_t old = atomic_exchange(&context->cmd, STUB_CMD_RUN);
    if (STUB_CMD(old) == STUB_CMD_SLEEP && !wake_by_last(r))
        control_wake(control_number(r->stub, r->index));
    /* Another core had asked it to wake a context, and it has not come to that. */
    uint32_t errand = STUB_CMD_ARGUMENT(old);
    if (STUB_CMD(old) == STUB_CMD_PARK && errand && errand <= STUB_SLOTS_MAX * STUB_THREADS_MAX)
        control_wake(errand - 1);
    r->arch->last = context;
}

static bool posted(const struct run *r)
{
    return atomic_load_explicit(&r->context->post, memory_order_acquire) == STUB_POST_POSTED;
}

static void spin(struct run *r)
{
    for (uint32_t i = 0; i < r->spins; i++) {
        if (posted(r) || atomic_load_explicit(&r->arch->kicked, memory_order_relaxed))
            return;
        __builtin_ia32_pause();
    }
}

/* Sleep until the trap, a wake-up or the next time to look. See host_cpu_wake for the order of things. */
static void sleep_for_post(struct run *r)
{
    uint64_t until = host_time_ns() + SLICE_NS;
    if (!r->stopping && r->arch->deadline_ns < until)
        until = r->arch->deadline_ns;
    uint32_t seen = STUB_POST_RUNNING;
    if (!atomic_compare_exchange_strong(&r->context->post, &seen, STUB_POST_SLEEPING)) {
        if (seen != STUB_POST_POSTED) /* the guest wrote there: never spin on nonsense */
            atomic_compare_exchange_strong(&r->context->post, &seen, STUB_POST_RUNNING);
        return;
    }
    if (!stop_wanted(r) && !atomic_load(&r->stub->dead))
        host_futex_wait(&r->context->post, STUB_POST_SLEEPING, until);
    uint32_t sleeping = STUB_POST_SLEEPING;
    atomic_compare_exchange_strong(&r->context->post, &sleeping, STUB_POST_RUNNING);
}

static void stop(struct run *r)
{
    r->stopping = true;
    r->stop_ns = host_time_ns();
    atomic_store(&r->context->stop, 1);
    stub_signal(r->stub, r->index);
}

/* The post has not come for a slice: repeat whatever may have got lost in a page that the guest can write. */
static void nudge(struct run *r)
{
    control_wake(control_number(r->stub, r->index));
    if (REPLAY && !r->stopping && replay_is_stuck(r->stub))
        stop(r);
    if (!r->stopping)
        return;
    atomic_store(&r->context->stop, 1);
    stub_signal(r->stub, r->index);
    char state = stub_state(r->stub, r->index);
    r->sleeps = state == 'S' ? r->sleeps + 1 : 0;
    if (state == 't' || state == 'T') /* in a debugger */
        r->stop_ns = host_time_ns();
    else if (r->sleeps >= STUCK_SLEEPS || host_time_ns() - r->stop_ns >= STUCK_NS)
        stub_kill(r->stub);
}

static bool wait_for_post(struct run *r)
{
    uint64_t last_look = 0;
    for (spin(r); !posted(r);) {
        if (atomic_load(&r->stub->dead))
            return false;
        if (stop_wanted(r)) {
            stop(r);
            spin(r);
            continue;
        }
        uint64_t now = host_time_ns();
        if (!last_look)
            last_look = now;
        if (now - last_look >= SLICE_NS) {
            nudge(r);
            last_look = now;
        }
        sleep_for_post(r);
    }
    return true;
}

#define FPU_EXCEPTIONS 0x3fu /* in x87's words; MXCSR has them, and 7 bits higher their masks */

static void fpu_decode(const struct stub_context *context, bool x87, struct trap *trap)
{
    uint32_t raised =
        x87 ? context->fsw & ~(uint32_t)context->fcw : context->mxcsr & ~(context->mxcsr >> 7);
    trap->fault = FAULT_FPU;
    trap->access = raised & FPU_EXCEPTIONS;
}

static void fault_decode(const struct stub_context *context, struct trap *trap)
{
    uint32_t error = context->error;
    trap->kind = TRAP_FAULT;
    trap->addr = context->address;
    trap->access = error & 16 ? 4 : error & 2 ? 2 : 1; /* MAP_PROT_EXEC, _WRITE, _READ */
    switch (context->trapno) {
    case 0: trap->fault = FAULT_DIVIDE; break;
    case 1:
    case 3:
        trap->fault = FAULT_BREAKPOINT;
        trap->access = context->trapno == 1;
        break;
    case 6: trap->fault = FAULT_ILLEGAL; break;
    case 14: trap->fault = FAULT_PAGE; break;
    case 16: fpu_decode(context, true, trap); break;
    case 19: fpu_decode(context, false, trap); break;
    case 17: trap->fault = FAULT_ALIGNMENT; break;
    default: trap->fault = FAULT_PROTECTION; break;
    }
}

static void decode(struct run *r, struct arch_user *user, struct trap *trap)
{
    user->trap_kind = r->context->trap; /* read once: the page is the guest's to spoil */
    r->context->mode = STUB_MODE_FAST;
    switch (user->trap_kind) {
    case STUB_TRAP_SYSCALL: trap->kind = TRAP_SYSCALL; break;
    case STUB_TRAP_FAULT: fault_decode(r->context, trap); break;
    default:
        if (!take_pending(r->arch, trap))
            trap->kind = TRAP_KICK;
    }
}

static void user_run(struct cpu *cpu, struct arch_user *user, struct trap *trap)
{
    struct run r = {.cpu = cpu,
                    .arch = &cpu->arch,
                    .stub = user->stub,
                    .context = user->context,
                    .index = user->index};
    *trap = (struct trap){0};
    if (take_pending(r.arch, trap))
        return;
    atomic_store(&r.stub->in_run[cpu->index], r.stub->tail + 1);
    atomic_store(&r.arch->wait_word, &r.context->post);
    bool alive = !atomic_load(&r.stub->dead);
    if (alive) {
        uint64_t start = __builtin_ia32_rdtsc();
        resume(&r);
        alive = wait_for_post(&r);
        host_affinity_account(r.arch, __builtin_ia32_rdtsc() - start);
    }
    atomic_store(&r.stub->in_run[cpu->index], 0);
    if (alive) {
        decode(&r, user, trap);
    } else {
        host_stop_if_leaving(); /* it was we who killed the stub: nothing for the core to know */
        trap->kind = TRAP_LOST;
    }
}

void arch_user_run(struct arch_user *user, struct arch_space *space, struct trap *trap)
{
    struct cpu *cpu = arch_cpu_self();
    if (REPLAY)
        replay_run_begin(cpu, user);
    user_run(cpu, user, trap);
    if (REPLAY)
        replay_run_end(cpu, user, trap);
}
