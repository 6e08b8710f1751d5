/* body.c: arch.h: start and end, cores, time, entropy, devices. */
#include <stdio.h>
#include <string.h>

#include "tests/sim/sim.h"
#include "tests/clocks.h"

#define WHERE __builtin_return_address(0)

/* ---- start and end ---- */

status_t arch_cpu_start(struct cpu *cpu)
{
    (void)cpu;
    return -ERR_NODEV; /* cores are fibers that call cpu_step themselves */
}

struct cpu *arch_cpu_self(void)
{
    return sim.core != NULL ? sim.core->cpu : NULL;
}

_Noreturn void arch_halt(int status)
{
    sim_fail("arch_halt(%d)", status);
}

_Noreturn void arch_panic(const char *message)
{
    sim_fail("panic: %s", message);
}

/* ---- cores ---- */

void arch_cpu_idle(void)
{
    struct sim_core *core = sim.core;
    store_flush(core);
    sim_point(POINT_IDLE, NULL, WHERE);
    if (!core->kicked && core->irq == 0 && core->timer_ns > sim.now_ns)
        engine_block(CORE_IDLE);
    core->kicked = false; /* the loop looks at everything: the kick has had its effect */
    if (sim.timer_once && core->timer_ns <= sim.now_ns)
        core->timer_ns = UINT64_MAX;
}

void arch_cpu_kick(struct cpu *cpu)
{
    if (sim.running)
        store_flush(sim.core);
    sim_point(POINT_KICK, cpu, WHERE);
    struct sim_core *core = sim_core_of(cpu);
    if (!core->kicked)
        core->kick_left = sim.kick_delay;
    core->kicked = true;
    if (core->state == CORE_IDLE)
        engine_ready(core);
}

void arch_cpu_relax(unsigned spins)
{
    (void)spins;
    sim_point(POINT_RELAX, NULL, WHERE);
}

uint32_t arch_pending(void)
{
    struct sim_core *core = sim.core;
    uint32_t irq = core != NULL ? core->irq : 0;
    if (core != NULL)
        core->irq = 0;
    return irq;
}

void *arch_phys_ptr(uint64_t phys)
{
    return (void *)(uintptr_t)phys; /* physical addresses are the host's pointers */
}

/* ---- time and entropy ---- */

uint64_t arch_time_ns(unsigned clock)
{
    return sim.now_ns + (clock == DYAD_CLOCK_REALTIME ? TEST_REALTIME_AHEAD : 0);
}

void arch_timer_arm(uint64_t deadline_ns)
{
    if (sim.core == NULL)
        return;
    sim.core->timer_ns = deadline_ns;
    engine_timer_changed(sim.core);
}

void arch_entropy(void *buffer, size_t bytes)
{
    struct sim_random random = {sim.plan->seed ^ sim.points};
    for (size_t i = 0; i < bytes; i++)
        ((uint8_t *)buffer)[i] = (uint8_t)sim_random(&random);
}

/* ---- devices ---- */

int64_t arch_device_read(enum arch_device device, void *buffer, size_t bytes)
{
    (void)buffer, (void)bytes;
    return device > ARCH_DEVICE_LOG ? -ERR_NODEV : 0;
}

int64_t arch_device_write(enum arch_device device, const void *data, size_t bytes)
{
    if (device == ARCH_DEVICE_LOG && sim.plan != NULL && sim.plan->trace)
        trace_note("log: %.*s", (int)bytes, (const char *)data);
    return device > ARCH_DEVICE_LOG ? -ERR_NODEV : (int64_t)bytes;
}

unsigned arch_device_poll(enum arch_device device)
{
    return device > ARCH_DEVICE_LOG ? 0 : EVENT_WRITABLE;
}
