/*
 * strategy.c: who goes on at a scheduling point, how long a store is held back, when time jumps. Each strategy only departs from
 * the default schedule (a core goes on until it cannot; then the next in turn), and every departure is a recorded decision, so
 * that any run can be replayed, and shrunk by leaving decisions out.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/sim/campaign.h"

#define PCT_DEPTH_MAX 16
#define PCT_STARVED   20000u
#define PCT_LOWEST    (1u << 30) /* and down from there */
#define WARP_ONE_IN   600u
#define AWAY_MAX      400u /* points */

static struct {
    struct sim_random random;
    uint64_t countdown;   /* random: points until the next switch */
    uint64_t mean;        /* of them */
    uint64_t warp_left;   /* points until time jumps; 0: never */
    uint64_t hold_one_in; /* a store of so many is held back */
    /* A core is interrupted with stores held back: after which of its points, and random: until when the others go on without it. */
    uint64_t leave_at[SIM_CORES_MAX], away_until[SIM_CORES_MAX];
    /* PCT: */
    unsigned priority[SIM_CORES_MAX];
    uint64_t change[PCT_DEPTH_MAX];
    unsigned lowest, highest;
    uint64_t ran_at[SIM_CORES_MAX]; /* its last point */
    /* Replay: the decisions of each core, in order. */
    size_t next[SIM_CORES_MAX];
} now;

uint64_t sim_random(struct sim_random *random)
{
    /* splitmix64: any seed will do, 0 as well. */
    uint64_t z = random->state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* ---- what all share ---- */

static unsigned next_in_turn(unsigned from, uint32_t ready)
{
    for (unsigned i = 1; i <= sim.plan->cores; i++) {
        unsigned core = (from + i) % sim.plan->cores;
        if (ready >> core & 1)
            return core;
    }
    return from;
}

static void record(const struct sim_core *core, enum decision_kind kind, unsigned argument)
{
    if (sim.decision_count == SIM_DECISIONS_MAX)
        return;
    sim.decisions[sim.decision_count++] = (struct decision){
        .local = core->local,
        .core = (uint8_t)core->index,
        .kind = (uint8_t)kind,
        .argument = (uint8_t)argument,
    };
}

/* What a fence is missing for shows only when the others do a lot while a store is held back and its core has gone on to a load. */
static bool is_interrupted(const struct sim_core *core)
{
    return core->local == now.leave_at[core->index];
}

/* ---- random walk ---- */

static void random_draw(void)
{
    now.countdown = 1 + sim_below(&now.random, 2 * now.mean);
}

static void random_begin(void)
{
    static const uint16_t means[] = {2, 5, 15, 50, 150, 500};
    now.mean = means[sim_below(&now.random, ARRAY_COUNT(means))];
    random_draw();
}

/* One of the others, each as likely. */
static unsigned random_other(unsigned core, uint32_t ready)
{
    uint32_t others = ready & ~(1u << core), there = others;
    for (unsigned i = 0; i < sim.plan->cores; i++) {
        if (now.away_until[i] > sim.points)
            there &= ~(1u << i);
    }
    others = there != 0 ? there : others;
    if (others == 0)
        return core;
    unsigned skip = (unsigned)sim_below(&now.random, (uint64_t)__builtin_popcount(others));
    while (skip-- != 0)
        others &= others - 1;
    return (unsigned)__builtin_ctz(others);
}

static unsigned random_pick(const struct sim_core *core, uint32_t ready, bool leave)
{
    bool interrupted = is_interrupted(core);
    if (!leave && !interrupted && --now.countdown != 0)
        return core->index;
    if (interrupted)
        now.away_until[core->index] = sim.points + sim_below(&now.random, AWAY_MAX);
    random_draw();
    return random_other(core->index, ready);
}

/* ---- probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010): a bug of depth d with probability 1/(n k^(d-1)) ---- */

static void pct_begin(const struct plan *plan)
{
    for (unsigned i = 0; i < plan->cores; i++) {
        unsigned j = (unsigned)sim_below(&now.random, i + 1);
        now.priority[i] = now.priority[j];
        now.priority[j] = PCT_LOWEST + i;
    }
    now.lowest = PCT_LOWEST;
    now.highest = PCT_LOWEST + SIM_CORES_MAX;
    for (unsigned i = 0; i < PCT_DEPTH_MAX; i++) {
        now.change[i] = UINT64_MAX;
        if (i + 1 < plan->depth)
            now.change[i] = sim_below(&now.random, plan->length + 1);
    }
}

/* Others that wake each other may keep a core out for ever, which real ones cannot. */
static void pct_let_in(uint32_t ready)
{
    for (unsigned i = 0; i < sim.plan->cores; i++) {
        if (!(ready >> i & 1) || sim.points - now.ran_at[i] < PCT_STARVED)
            continue;
        now.priority[i] = ++now.highest;
        now.ran_at[i] = sim.points;
    }
}

static unsigned pct_pick(const struct sim_core *core, uint32_t ready, bool leave)
{
    for (unsigned i = 0; i + 1 < sim.plan->depth && i < PCT_DEPTH_MAX; i++) {
        if (now.change[i] == sim.points)
            now.priority[core->index] = --now.lowest;
    }
    if (is_interrupted(core) || (leave && (ready >> core->index & 1)))
        now.priority[core->index] = --now.lowest; /* it spins: the others must get on */
    now.ran_at[core->index] = sim.points;
    if (sim.points % 1024 == 0)
        pct_let_in(ready);
    unsigned best = core->index;
    bool found = ready >> best & 1;
    for (unsigned i = 0; i < sim.plan->cores; i++) {
        if (!(ready >> i & 1) || (found && now.priority[i] <= now.priority[best]))
            continue;
        best = i;
        found = true;
    }
    return best == core->index && leave ? next_in_turn(best, ready) : best;
}

/* ---- replay ---- */

/* The core's next decision, if it is for now and of this kind. */
static const struct decision *replay_take(const struct sim_core *core, enum decision_kind kind)
{
    const struct plan *plan = sim.plan;
    size_t *at = &now.next[core->index];
    while (*at < plan->replay_count &&
           (plan->replay[*at].core != core->index || plan->replay[*at].local < core->local))
        ++*at;
    if (*at == plan->replay_count || plan->replay[*at].local != core->local)
        return NULL;
    /* Several of one point: they were recorded in the order in which they are asked for. */
    return plan->replay[*at].kind == kind ? &plan->replay[(*at)++] : NULL;
}

static unsigned replay_pick(const struct sim_core *core, uint32_t ready, bool leave)
{
    const struct decision *decision = replay_take(core, DECIDE_SWITCH);
    if (decision != NULL && (ready >> decision->argument & 1))
        return decision->argument;
    return leave ? next_in_turn(core->index, ready) : core->index;
}

/* ---- bounded exploration: where else could a run have switched? ---- */

static struct {
    struct bounded_log log;
    size_t capacity;
    size_t switches, left; /* of the run, and of them still to come */
    int interrupted
        [BOUNDED_DEPTH_MAX]; /* the core that each switch has left, until it goes on; -1: it has, or the switch is to come */
    struct bounded_step pending[SIM_CORES_MAX]; /* that each core makes when it goes on */
} bounded;

void bounded_log_begin(size_t switches)
{
    bounded.log = (struct bounded_log){0};
    bounded.capacity = 0;
    bounded.switches = bounded.left = switches;
    for (unsigned i = 0; i < BOUNDED_DEPTH_MAX; i++)
        bounded.interrupted[i] = -1;
    for (unsigned i = 0; i < SIM_CORES_MAX; i++)
        bounded.pending[i] = (struct bounded_step){.core = (uint8_t)i, .kind = POINT_COUNT};
}

struct bounded_log bounded_log_take(void)
{
    return bounded.log;
}

static void bounded_note(const struct sim_core *core, uint32_t ready)
{
    struct bounded_log *log = &bounded.log;
    if (log->count == bounded.capacity) {
        bounded.capacity = bounded.capacity * 2 + 256;
        log->points = realloc(log->points, bounded.capacity * sizeof *log->points);
        if (log->points == NULL)
            exit(2);
    }
    log->points[log->count++] = (struct bounded_point){
        .step = bounded.pending[core->index], .local = core->local, .ready = (uint8_t)ready};
}

/* The core goes on with its pending step. */
static void bounded_note_between(unsigned core)
{
    for (size_t i = 0; i < bounded.switches - bounded.left; i++) {
        if (bounded.interrupted[i] == (int)core)
            bounded.interrupted[i] = -1;
        else if (bounded.interrupted[i] >= 0)
            bounded_steps_add(&bounded.log.between[i], &bounded.pending[core]);
    }
}

void bounded_step(const struct sim_core *core, enum point kind, const void *what)
{
    /* The checks of an access to user memory have points of their own; what follows is the access. */
    bool in_user_mode = core->actor != NULL;
    bounded.pending[core->index] =
        (struct bounded_step){.what = what,
                              .core = (uint8_t)core->index,
                              .kind = in_user_mode ? POINT_USER : (uint8_t)kind,
                              .has_space = core->cpu->locks_held >> LOCK_SPACE & 1};
    bounded_note_between(core->index);
}

static unsigned bounded_pick(const struct sim_core *core, uint32_t ready, bool leave)
{
    unsigned pick = replay_pick(core, ready, leave);
    unsigned other = leave ? next_in_turn(core->index, ready) : core->index;
    if (pick != other) {
        bounded.interrupted[bounded.switches - bounded.left] = (int)core->index;
        bounded.left--;
    } else if (bounded.left == 0 && !leave && (ready & ~(1u << core->index)) != 0) {
        bounded_note(core, ready);
    }
    if (pick != core->index) /* it goes on with what it was about to do */
        bounded_note_between(pick);
    return pick;
}

/* ---- the interface ---- */

void strategy_begin(const struct plan *plan)
{
    memset(&now, 0, sizeof now);
    now.random.state = plan->seed * 0x9e3779b97f4a7c15 + plan->cores;
    /* What is a property of the run and not a decision depends on the seed alone. */
    static const uint16_t steps[] = {20, 20, 200, 2000, 20000};
    sim.step_ns = steps[sim_below(&now.random, ARRAY_COUNT(steps))];
    static const uint8_t delays[] = {0, 0, 4, 20};
    sim.kick_delay = delays[sim_below(&now.random, ARRAY_COUNT(delays))];
    sim.timer_once = sim_below(&now.random, 2);
    sim.buffers = plan->strategy != STRATEGY_BOUNDED;
    if (sim_below(&now.random, 3) == 0)
        now.warp_left = 1 + sim_below(&now.random, WARP_ONE_IN);
    if (plan->strategy == STRATEGY_BOUNDED)
        now.warp_left = sim.step_ns = 0; /* time must not tell equivalent schedules apart */
    now.hold_one_in = sim_below(&now.random, 2) ? 3 : 1000000;
    random_begin();
    if (plan->strategy == STRATEGY_PCT)
        pct_begin(plan);
}

unsigned strategy_pick(struct sim_core *core, uint32_t ready, bool leave)
{
    unsigned other = leave ? next_in_turn(core->index, ready) : core->index;
    unsigned pick = other;
    switch (sim.plan->strategy) {
    case STRATEGY_RANDOM: pick = random_pick(core, ready, leave); break;
    case STRATEGY_PCT: pick = pct_pick(core, ready, leave); break;
    case STRATEGY_REPLAY: pick = replay_pick(core, ready, leave); break;
    case STRATEGY_BOUNDED: pick = bounded_pick(core, ready, leave); break;
    case STRATEGY_DEFAULT: break;
    }
    if (pick != other)
        record(core, DECIDE_SWITCH, pick);
    return pick;
}

unsigned strategy_hold(struct sim_core *core)
{
    unsigned hold = 0;
    if (sim.plan->strategy == STRATEGY_REPLAY) {
        const struct decision *decision = replay_take(core, DECIDE_HOLD);
        hold = decision != NULL ? decision->argument : 0;
    } else if (sim.plan->strategy != STRATEGY_DEFAULT && sim.plan->strategy != STRATEGY_BOUNDED &&
               sim_below(&now.random, now.hold_one_in) == 0) {
        hold = 1 + (unsigned)sim_below(&now.random, 12);
        if (sim_below(&now.random, 4) == 0)
            now.leave_at[core->index] = core->local + 1 + sim_below(&now.random, hold);
    }
    if (hold != 0)
        record(core, DECIDE_HOLD, hold);
    return hold;
}

bool strategy_warp(struct sim_core *core)
{
    bool warp = false;
    if (sim.plan->strategy == STRATEGY_REPLAY) {
        warp = replay_take(core, DECIDE_WARP) != NULL;
    } else if (now.warp_left != 0 && --now.warp_left == 0) {
        warp = true;
        now.warp_left = 1 + sim_below(&now.random, WARP_ONE_IN);
    }
    if (warp)
        record(core, DECIDE_WARP, 0);
    return warp;
}
