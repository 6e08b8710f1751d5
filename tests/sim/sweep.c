/* sweep.c: sweeps: in each run one thing goes wrong, at a place that is counted through from the first to the last. */
#include "tests/sim/user.h"

#include "core/heap.h"

#define POINTS_AFTER \
    200000u /* actors that wait for ever, actively, for what cannot come any more are killed then */

static uint64_t hit_at;

/* Two cores that allocate at once may count below zero. */
static bool allocation_has_failed(void)
{
    uint64_t left = atomic_load(&sim.machine->heap.fault.fail_at);
    return left == 0 || left > sim.plan->fail_at;
}

bool sweep_hit(void)
{
    bool alloc = sim.plan->fail_at != 0 && sim.plan->fail_at != UINT64_MAX;
    if (!sim.disturbed && alloc && allocation_has_failed()) {
        sim.disturbed = true;
        hit_at = sim.points;
    }
    return sim.disturbed;
}

static void kill_process_of(const struct actor *a)
{
    struct process *process = actor_thread(a)->process;
    kobject_get(&process->object);
    process_kill(process, WSTATUS_SIGNAL(DYAD_SIGKILL));
    kobject_put(&process->object);
}

/* Some thread, chosen by the seed and the moment. */
static void kill_one(void)
{
    unsigned start = (unsigned)((sim.plan->seed + sim.plan->kill_at) % SIM_ACTORS_MAX);
    for (unsigned i = 0; i < SIM_ACTORS_MAX; i++) {
        const struct actor *a = &sim_actors[(start + i) % SIM_ACTORS_MAX];
        if (!a->used)
            continue;
        kill_process_of(a);
        return;
    }
}

/* A process at a time: while it is killed others may end. */
static void kill_rest(void)
{
    for (unsigned i = 0; i < SIM_ACTORS_MAX; i++) {
        if (sim_actors[i].used && !thread_is_killed(actor_thread(&sim_actors[i])))
            kill_process_of(&sim_actors[i]);
    }
}

void sweep_step(void)
{
    if (sim.plan->kill_at != 0 && !sim.disturbed && sim.points >= sim.plan->kill_at) {
        sim.disturbed = true;
        hit_at = sim.points;
        kill_one();
    }
    if (sim.kill_all || (sweep_hit() && sim.points > hit_at + POINTS_AFTER)) {
        sim.kill_all = true;
        kill_rest();
    }
}

bool sweep_end(void)
{
    if (!sweep_hit() || sim.kill_all)
        return false;
    sim.kill_all = true;
    return true;
}
