/* shrink.c: a failing schedule with as few departures from the default one as possible: delta debugging over its decisions. */
#include <stdlib.h>
#include <string.h>

#include "tests/sim/campaign.h"

#define RUNS_MAX    4000u
#define SECONDS_MAX 20.0

/* Is it the same bug? The message up to its first number says so. */
static size_t message_kind(const char *message)
{
    return strcspn(message, "0123456789");
}

struct shrinker {
    struct plan plan;
    struct decision *best, *tried;
    size_t count;
    char kind[SIM_MESSAGE_BYTES];
    unsigned runs;
    double until;
};

static bool still_fails(struct shrinker *s, size_t count)
{
    s->plan.replay = s->tried;
    s->plan.replay_count = count;
    s->runs++;
    sim_run(&s->plan);
    return sim.failed && strncmp(sim.message, s->kind, strlen(s->kind)) == 0;
}

static bool is_over(const struct shrinker *s)
{
    return s->runs >= RUNS_MAX || seconds_now() > s->until;
}

/* Without decisions [at, at + length). */
static bool try_without(struct shrinker *s, size_t at, size_t length)
{
    memcpy(s->tried, s->best, at * sizeof *s->best);
    memcpy(s->tried + at, s->best + at + length, (s->count - at - length) * sizeof *s->best);
    if (!still_fails(s, s->count - length))
        return false;
    struct decision *old = s->best;
    s->best = s->tried;
    s->tried = old;
    s->count -= length;
    return true;
}

static bool shrink_pass(struct shrinker *s, size_t length)
{
    bool any = false;
    for (size_t at = 0; at + length <= s->count && !is_over(s);) {
        if (try_without(s, at, length))
            any = true;
        else
            at += length;
    }
    return any;
}

unsigned shrink(struct plan *plan)
{
    struct shrinker s = {.plan = *plan, .until = seconds_now() + SECONDS_MAX};
    size_t bytes = (sim.decision_count + 1) * sizeof(struct decision);
    s.best = malloc(bytes);
    s.tried = malloc(bytes);
    if (s.best == NULL || s.tried == NULL)
        exit(2);
    s.count = sim.decision_count;
    memcpy(s.best, sim.decisions, s.count * sizeof *s.best);
    memcpy(s.kind, sim.message, message_kind(sim.message));
    s.plan.strategy = STRATEGY_REPLAY;
    memcpy(s.tried, s.best, s.count * sizeof *s.best);
    if (!still_fails(&s, s.count))
        return s.runs; /* it cannot be replayed from its decisions: stays as it is */
    for (size_t length = s.count / 2; length > 0 && !is_over(&s);) {
        bool any = shrink_pass(&s, length);
        if (!any || length > 1)
            length /= 2;
    }
    s.plan.replay = s.best;
    s.plan.replay_count = s.count;
    *plan = s.plan;
    return s.runs;
}
