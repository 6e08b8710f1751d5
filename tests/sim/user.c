/* user.c: arch.h: user contexts. A context is an actor: a C function on a fiber, which core fibers switch to. */
#include "tests/sim/user.h"

#include <string.h>

#include "core/space.h"

#define ACTOR_STACK_BYTES (64UL * 1024)
#define FUNCTIONS_MAX     256u
#define WHERE             __builtin_return_address(0)

struct actor sim_actors[SIM_ACTORS_MAX];

static actor_fn *functions[FUNCTIONS_MAX];
static unsigned function_count;
static void (*handlers[FUNCTIONS_MAX])(struct actor *, uint32_t);
static unsigned handler_count;

void sim_user_reset(void)
{
    for (unsigned i = 0; i < SIM_ACTORS_MAX; i++)
        sim_actors[i].used = false;
    function_count = handler_count = 0;
}

uint64_t code_address(actor_fn *fn, uint64_t base)
{
    for (unsigned i = 0; i < function_count; i++) {
        if (functions[i] == fn)
            return base + i * 16;
    }
    if (function_count == FUNCTIONS_MAX)
        sim_fail("too many functions");
    functions[function_count] = fn;
    return base + 16UL * function_count++;
}

void user_handler(struct actor *a, void (*fn)(struct actor *, uint32_t))
{
    unsigned i = 0;
    while (i < handler_count && handlers[i] != fn)
        i++;
    if (i == handler_count)
        handlers[handler_count++] = fn;
    int64_t status = SYS(a, signal_control, SIGNAL_SET_ENTRY, HANDLER_BASE + i * 16UL);
    if (status != 0)
        sim_fail("SIGNAL_SET_ENTRY fails");
}

/* ---- actors ---- */

static void actor_take_signals(struct actor *a);

static void actor_run(void *argument)
{
    struct actor *a = argument;
    actor_take_signals(a); /* that have come before it ran for the first time */
    a->fn(a, a->arg);
    for (;;)
        SYS(a, thread_exit, 0);
}

/* Of its function and argument, whatever the order in which actors are made; twins differ. */
static uint64_t actor_seed(actor_fn *fn, uint64_t arg)
{
    struct sim_random random = {sim.plan->seed * 31 + (uintptr_t)fn + (arg << 20)};
    for (unsigned i = 0; i < SIM_ACTORS_MAX; i++) {
        if (sim_actors[i].used && sim_actors[i].fn == fn && sim_actors[i].arg == arg)
            random.state++;
    }
    return sim_random(&random);
}

static struct actor *actor_create(struct arch_user *user, actor_fn *fn, uint64_t arg)
{
    uint64_t seed = actor_seed(fn, arg);
    for (unsigned i = 0; i < SIM_ACTORS_MAX; i++) {
        struct actor *a = &sim_actors[i];
        if (a->used)
            continue;
        if (a->fiber.stack == NULL)
            fiber_create(&a->fiber, ACTOR_STACK_BYTES);
        struct fiber fiber = a->fiber;
        *a = (struct actor){
            .used = true, .index = i, .user = user, .fiber = fiber, .fn = fn, .arg = arg};
        a->random.state = seed;
        a->seen = (uintptr_t)fn ^ arg * 0x9e3779b97f4a7c15u;
        fiber_reset(&a->fiber, actor_run, a);
        sim.users++;
        return a;
    }
    return NULL;
}

/* The signal handler that set has sent it to, as if called by what was interrupted. */
static void actor_take_signals(struct actor *a)
{
    struct arch_user *user = a->user;
    while (user->redirected) {
        user->redirected = false;
        uint64_t frame = user->regs.rsi;
        unsigned handler = (unsigned)(user->regs.rip - HANDLER_BASE) / 16;
        uint32_t signo = (uint32_t)user->regs.rdi;
        if (handler >= handler_count)
            sim_fail("a signal's entry is %#llx", (unsigned long long)user->regs.rip);
        user->regs.rip = IN_CODE;
        handlers[handler](a, signo);
        SYS(a, signal_control, SIGNAL_RETURN, frame);
    }
}

void actor_trap(struct actor *a)
{
    struct sim_core *core = sim.core;
    if (a->trap.kind == TRAP_SYSCALL)
        a->user->waits = true;
    core->running = &core->kernel;
    fiber_switch(&a->fiber, &core->kernel);
    actor_take_signals(a);
}

/* What has come for the core: true: it leaves user mode with that. */
static bool core_take_pending(struct sim_core *core, struct trap *trap)
{
    *trap = (struct trap){.kind = TRAP_KICK};
    if (core->irq != 0) {
        trap->kind = TRAP_IRQ;
        return true;
    }
    if (core->kicked && (core->kick_left == 0 || core->actor == NULL)) {
        core->kicked = false;
        return true;
    }
    core->kick_left -= core->kicked;
    if (core->timer_ns > sim.now_ns)
        return false;
    trap->kind = TRAP_TIMER;
    core->timer_ns = UINT64_MAX; /* it is gone */
    return true;
}

void actor_point(struct actor *a)
{
    sim_point(POINT_USER, a, WHERE);
    if (sweep_overdue())
        sim.core->kicked = true;
    while (core_take_pending(sim.core, &a->trap)) {
        actor_trap(a);
        sim_point(POINT_USER, a, WHERE);
    }
    sim.core->entry_points = 0; /* user code may run as long as it likes */
}

/* ---- arch_user_* ---- */

status_t arch_user_init(struct arch_user *user, struct arch_space *space, uint64_t entry,
                        uint64_t stack, uint64_t arg, uint64_t tls)
{
    unsigned index = (unsigned)(entry - CODE_BASE) / 16;
    if (index >= function_count)
        sim_fail("arch_user_init: entry %#llx", (unsigned long long)entry);
    *user = (struct arch_user){.space = space, .core = -1};
    user->regs = (struct user_regs){.rip = IN_CODE, .rsp = stack, .rdi = arg, .fs_base = tls};
    user->actor = actor_create(user, functions[index], arg);
    if (user->actor == NULL)
        return -ERR_AGAIN;
    user->regs.rsp = at_own(user->actor) + DYAD_PAGE_SIZE; /* signal frames */
    return 0;
}

status_t arch_user_fork(struct arch_user *user, struct arch_space *space, struct arch_user *parent)
{
    struct actor *from = parent->actor;
    *user = *parent;
    user->space = space;
    user->core = -1;
    user->waits = user->answered = user->redirected = false;
    if (from->fork_fn == NULL)
        sim_fail("%s is forked and has not said where the child starts", actor_name(from));
    user->actor = actor_create(user, from->fork_fn, from->fork_arg);
    if (user->actor == NULL)
        return -ERR_AGAIN;
    user->regs.rsp = at_own(user->actor) + DYAD_PAGE_SIZE;
    return 0;
}

void arch_user_fini(struct arch_user *user)
{
    if (user->actor == NULL)
        sim_fail("arch_user_fini twice");
    if (user->core >= 0)
        sim_fail("arch_user_fini of %s, which core %d has not left", actor_name(user->actor),
                 user->core);
    sim.outcome += user->actor->seen * (user->actor->seen >> 31 | 1); /* in any order */
    user->actor->used = false;
    user->actor = NULL;
    sim.users--;
}

/* What the kernel must have done before the context runs. */
static void check_run(const struct arch_user *user, const struct arch_space *space,
                      const struct sim_core *core)
{
    if (user->actor == NULL || user->space != space)
        sim_fail("arch_user_run of a context that has ended, or in another space");
    if (user->core >= 0 && user->core != (int)core->index)
        sim_fail("%s runs on core %u, but core %d has not left it", actor_name(user->actor),
                 core->index, user->core);
    if (user->waits && !user->answered)
        sim_fail("%s goes on without a result of its call %llu", actor_name(user->actor),
                 (unsigned long long)user->number);
    if (core->cpu->locks_held != 0)
        sim_fail("arch_user_run with locks %#llx", (unsigned long long)core->cpu->locks_held);
}

void arch_user_run(struct arch_user *user, struct arch_space *space, struct trap *trap)
{
    struct sim_core *core = sim.core;
    struct actor *a = user->actor;
    check_run(user, space, core);
    store_flush(core);
    sim_point(POINT_ENTER, user, WHERE);
    user->core = (int)core->index;
    if (core_take_pending(core, trap))
        return;
    user->waits = user->answered = false;
    space_core_enter(space, core);
    core->actor = a;
    core->running = &a->fiber;
    fiber_switch(&core->kernel, &a->fiber);
    core->actor = NULL;
    *trap = a->trap;
    space_core_leave(space, core);
    core->entry_points = 0;
    sim_point(POINT_LEAVE, user, WHERE);
}

void arch_user_leave(struct arch_user *user)
{
    if (user->core >= 0 && user->core != (int)sim.core->index)
        sim_fail("arch_user_leave of %s on core %u instead of %d", actor_name(user->actor),
                 sim.core->index, user->core);
    user->core = -1;
}

void arch_user_args(struct arch_user *user, uint64_t *number, uint64_t args[6])
{
    *number = user->number;
    memcpy(args, user->args, sizeof user->args);
}

void arch_user_result(struct arch_user *user, int64_t result)
{
    bool killed = user->actor == NULL || thread_is_killed(actor_thread(user->actor));
    if (user->answered && !killed) /* a kill also ends waits that come after the call */
        sim_fail("%s gets a second result of call %llu: %lld after %lld", actor_name(user->actor),
                 (unsigned long long)user->number, (long long)result, (long long)user->regs.rax);
    if (user->core >= 0 && (sim.core == NULL || user->core != (int)sim.core->index))
        sim_fail("%s gets a result while core %d has not left it", actor_name(user->actor),
                 user->core);
    if (sim.plan->trace)
        trace_note("%s: result of call %llu: %lld", actor_name(user->actor),
                   (unsigned long long)user->number, (long long)result);
    user->answered = user->waits;
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
    user->redirected = regs->rip >= HANDLER_BASE && regs->rip < IN_CODE;
    user->answered = user->waits;
    return 0;
}
