/* engine.c: the cores, virtual time, and who goes on at a scheduling point. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/sim/sim.h"

#define KERNEL_STACK_BYTES (256UL * 1024)
#define ENTRY_POINTS_MAX   40000u /* in one round of a core's loop: a bounded step takes far fewer */
#define RUN_POINTS_MAX     4000000u /* in a run */
#define ALONE_MAX          3000u    /* a core that spins for another one lets it go on in the end */
#define CHECK_EVERY        256u

struct sim sim;

static jmp_buf setup_failed;

/* ---- failure ---- */

void sim_report(const char *format, ...)
{
    size_t used = strlen(sim.report);
    va_list args;
    va_start(args, format);
    vsnprintf(sim.report + used, sizeof sim.report - used, format, args);
    va_end(args);
}

void sim_fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (!sim.failed)
        vsnprintf(sim.message, sizeof sim.message, format, args);
    va_end(args);
    sim.failed = true;
    sim.running = false;
    struct sim_core *core = sim.core != NULL ? sim.core : sim.checked_from;
    sim.core = NULL;
    if (core == NULL)
        longjmp(setup_failed, 1);
    fiber_switch(core->running, &sim.main); /* for good */
    __builtin_trap();
}

/* ---- switching ---- */

struct sim_core *sim_core_of(const struct cpu *cpu)
{
    return &sim.cores[cpu->index];
}

static void engine_go(unsigned next, bool blocked)
{
    struct sim_core *from = sim.core;
    sim.alone = 0;
    if (next == from->index)
        return;
    if (sim.plan->trace)
        trace_switch(next, blocked);
    sim.core = &sim.cores[next];
    fiber_switch(from->running, sim.core->running);
}

void engine_ready(struct sim_core *core)
{
    core->state = CORE_READY;
    sim.ready |= 1u << core->index;
}

/* The first deadline of an idle core. */
static void engine_find_due(void)
{
    sim.next_due_ns = UINT64_MAX;
    for (unsigned i = 0; i < sim.plan->cores; i++) {
        if (sim.cores[i].state == CORE_IDLE && sim.cores[i].timer_ns < sim.next_due_ns)
            sim.next_due_ns = sim.cores[i].timer_ns;
    }
}

static void engine_wake_due(void)
{
    for (unsigned i = 0; i < sim.plan->cores; i++) {
        if (sim.cores[i].state == CORE_IDLE && sim.cores[i].timer_ns <= sim.now_ns)
            engine_ready(&sim.cores[i]);
    }
    engine_find_due();
}

void engine_timer_changed(struct sim_core *core)
{
    (void)core;
    engine_find_due();
}

/* Any core's next deadline, to jump to. */
static uint64_t engine_next_timer(void)
{
    uint64_t first = UINT64_MAX;
    for (unsigned i = 0; i < sim.plan->cores; i++) {
        if (sim.cores[i].timer_ns > sim.now_ns && sim.cores[i].timer_ns < first)
            first = sim.cores[i].timer_ns;
    }
    return first;
}

static void engine_warp(void)
{
    uint64_t next = engine_next_timer();
    if (next == UINT64_MAX)
        return;
    sim.now_ns = next;
    if (sim.now_ns >= sim.next_due_ns)
        engine_wake_due();
}

void sim_point(enum point kind, const void *what, const void *where)
{
    if (!sim.running)
        return;
    struct sim_core *core = sim.core;
    core->local++;
    sim.points++;
    sim.now_ns += sim.step_ns;
    sim.hash = (sim.hash ^ (core->index << 8 | kind)) * 0x100000001b3u;
    if (sim.plan->trace)
        trace_point(core, kind, what, where);
    if (core->held_count != 0)
        store_tick(core);
    if (sim.plan->strategy == STRATEGY_BOUNDED)
        bounded_step(core, kind, what);
    if (++core->entry_points > ENTRY_POINTS_MAX)
        sim_fail("unbounded: core %u does not come back to its loop", core->index);
    if (sim.points > RUN_POINTS_MAX)
        sim_fail("livelock: %u scheduling points and no end", RUN_POINTS_MAX);
    if (sim.points % CHECK_EVERY == 0)
        check_often();
    if (strategy_warp(core))
        engine_warp();
    if (sim.now_ns >= sim.next_due_ns)
        engine_wake_due();
    unsigned next = strategy_pick(core, sim.ready, ++sim.alone > ALONE_MAX);
    if (next != core->index)
        engine_go(next, false);
}

/* No core can go on: time passes, or this is the end. */
static void engine_all_blocked(void)
{
    for (unsigned i = 0; i < sim.plan->cores; i++) {
        struct sim_core *core = &sim.cores[i];
        if (core->state == CORE_LOCKED)
            sim_fail("deadlock: core %u waits for a lock of rank %u that nobody releases", i,
                     core->wanted->rank);
    }
    if (sim.users != 0 || sim.plan->scenario->threads_wait)
        check_idle();
    if (sim.users != 0 && sim.next_due_ns != UINT64_MAX) {
        sim.now_ns = sim.next_due_ns;
        engine_wake_due();
        return;
    }
    if (sim.users != 0 && sweep_end()) {
        engine_ready(sim.core);
        return;
    }
    if (sim.users != 0 && !sim.plan->scenario->threads_wait) {
        check_describe();
        sim_fail("hang: all cores are idle and %u threads wait", sim.users);
    }
    struct sim_core *core = sim.core;
    sim.stopping = true;
    sim.running = false;
    sim.ready = (1u << sim.plan->cores) - 1;
    sim.core = NULL;
    fiber_switch(core->running, &sim.main);
}

void engine_block(enum core_state state)
{
    struct sim_core *core = sim.core;
    uint32_t bit = 1u << core->index;
    core->state = state;
    sim.ready &= ~bit;
    if (state == CORE_IDLE && core->timer_ns < sim.next_due_ns)
        sim.next_due_ns = core->timer_ns;
    while (!(sim.ready & bit)) {
        if (sim.ready == 0)
            engine_all_blocked();
        else
            engine_go(strategy_pick(core, sim.ready, true), true);
    }
    core->state = CORE_READY;
}

/* ---- a run ---- */

static void core_run(void *argument)
{
    struct sim_core *core = argument;
    while (!sim.stopping) {
        core->entry_points = 0;
        if (sim.plan->fail_at != 0 || sim.plan->kill_at != 0 || sim.plan->cancel_at != 0 ||
            sim.plan->message_at != 0)
            sweep_step();
        cpu_step(core->cpu);
        if (core->cpu->locks_held != 0)
            sim_fail("core %u comes back to its loop with locks %#llx", core->index,
                     (unsigned long long)core->cpu->locks_held);
    }
    for (;;)
        fiber_switch(&core->kernel, &sim.main);
}

static void core_begin(unsigned index)
{
    struct sim_core *core = &sim.cores[index];
    struct fiber kernel = core->kernel;
    if (kernel.stack == NULL)
        fiber_create(&kernel, KERNEL_STACK_BYTES);
    *core = (struct sim_core){.index = index, .kernel = kernel, .timer_ns = UINT64_MAX};
    core->cpu = sim.machine->cpus[index];
    core->running = &core->kernel;
    fiber_reset(&core->kernel, core_run, core);
}

static void sim_reset(const struct plan *plan)
{
    static struct decision decisions[SIM_DECISIONS_MAX];
    sim.plan = plan;
    sim.running = sim.stopping = sim.failed = false;
    sim.message[0] = sim.report[0] = '\0';
    sim.core = sim.checked_from = NULL;
    sim.points = sim.alloc_sites = sim.cancel_states = sim.messages = sim.outcome = 0;
    sim.hash = 0xcbf29ce484222325u ^ plan->seed;
    sim.now_ns = 1000000;
    sim.next_due_ns = UINT64_MAX;
    sim.alone = 0;
    sim.users = sim.spaces = 0;
    sim.disturbed = sim.kill_all = false;
    sim.decisions = decisions;
    sim.decision_count = 0;
    sim_space_reset();
    sim_user_reset();
    quarantine_forget();
    authority_reset();
    strategy_begin(plan);
    if (plan->trace)
        trace_begin();
}

static void sim_boot(void)
{
    static const uint8_t nothing;
    (void)nothing;
    struct boot_info info = {
        .ram = {{SIM_RAM_BASE, SIM_RAM_BYTES}},
        .ram_count = 1,
        .cpu_count = sim.plan->cores,
        .args = "",
        .xsave_bytes = 512,
        .gate = DYAD_HOLE_BASE,
        .body = "sim",
    };
    sim.machine = machine_create(&info);
    if (sim.machine == NULL)
        sim_fail("machine_create fails");
    for (unsigned i = 0; i < sim.plan->cores; i++)
        core_begin(i);
}

/* The fibers run until all cores are idle and nothing is left to do, or until a failure. */
static void sim_go(void)
{
    sim.running = true;
    sim.ready = (1u << sim.plan->cores) - 1;
    sim.core = &sim.cores[0];
    fiber_switch(&sim.main, sim.core->running);
    for (unsigned i = 0; !sim.failed && i < sim.plan->cores; i++) {
        sim.core = &sim.cores[i];
        fiber_switch(&sim.main, sim.core->running);
    }
    sim.core = NULL;
}

void sim_run(const struct plan *plan)
{
    if (setjmp(setup_failed) != 0)
        return;
    sim_reset(plan);
    sim_boot();
    sim.plan->scenario->start();
    sim.starved = NULL;
    atomic_store(&sim.machine->heap.fault.fail_at, plan->fail_at);
    atomic_store(&sim.machine->heap.fault.sites, 0);
    sim_go();
    if (sim.failed)
        return;
    bool finished = !sweep_hit() && plan->scenario->finish != NULL;
    sim.alloc_sites = atomic_load(&sim.machine->heap.fault.sites);
    atomic_store(&sim.machine->heap.fault.fail_at, 0);
    if (finished && !plan->scenario->finish())
        sim_fail("the scenario's result is wrong");
    if (!plan->scenario->threads_wait)
        check_end();
}
