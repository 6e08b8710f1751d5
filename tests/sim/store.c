/*
 * store.c: atomics of core/, and a core's store buffer: a store that is not sequentially consistent may become visible to the
 * other cores only some of its own steps later, but in order, and before whatever drains the buffer on x86 (read-modify-writes,
 * fences). Loads that another core may see late are not modelled: x86 has none.
 */
#include <string.h>

#include "tests/sim/sim.h"
#include "tests/sim/sim_hooks.h"

#define WHERE __builtin_return_address(0)

/* Nobody else runs: it need not be one instruction. */
static void store_write(volatile void *at, const void *value, size_t bytes)
{
    memcpy((void *)(uintptr_t)at, value, bytes);
}

void store_flush(struct sim_core *core)
{
    for (unsigned i = 0; i < core->held_count; i++)
        store_write(core->held[i].at, &core->held[i].value, core->held[i].bytes);
    core->held_count = 0;
}

void store_tick(struct sim_core *core)
{
    if (core->held_left == 0 || --core->held_left == 0)
        store_flush(core);
}

static struct sim_core *core_with_held(void)
{
    return sim.running && sim.core->held_count != 0 ? sim.core : NULL;
}

void sim_atomic_load(const volatile void *at)
{
    sim_point(POINT_LOAD, (const void *)at, WHERE);
    struct sim_core *core = core_with_held();
    for (unsigned i = 0; core != NULL && i < core->held_count; i++) {
        if (core->held[i].at == at) /* a core sees its own stores */
            store_flush(core);
    }
}

void sim_atomic_store(volatile void *at, const void *value, size_t bytes, int order)
{
    sim_point(POINT_STORE, (const void *)at, WHERE);
    struct sim_core *core = sim.core;
    if (!sim.running || order == __ATOMIC_SEQ_CST || !sim.buffers) {
        if (sim.running)
            store_flush(core);
        store_write(at, value, bytes);
        return;
    }
    if (core->held_count == 0) {
        core->held_left = strategy_hold(core);
        if (core->held_left == 0) {
            store_write(at, value, bytes);
            return;
        }
    }
    if (core->held_count == SIM_HELD_MAX) {
        store_flush(core);
        store_write(at, value, bytes);
        return;
    }
    struct held_store *held = &core->held[core->held_count++];
    *held = (struct held_store){.at = at, .bytes = (uint8_t)bytes};
    memcpy(&held->value, value, bytes);
}

void sim_atomic_modify(volatile void *at)
{
    sim_point(POINT_MODIFY, (const void *)at, WHERE);
    if (sim.running)
        store_flush(sim.core);
}

void sim_atomic_fence(void)
{
    sim_point(POINT_FENCE, NULL, WHERE);
    if (sim.running)
        store_flush(sim.core);
}
