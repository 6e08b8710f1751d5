/*
 * bounded.c: every schedule with at most so many preemptions (Musuvathi and Qadeer, PLDI 2007). Each is the default schedule with
 * a list of switches; those with one more come from a run's own points, after its last switch.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/sim/campaign.h"

struct explorer {
    struct plan plan;
    struct decision *chosen;
    double until;
    uint64_t runs;
    bool complete;
};

/* A run with the first `count` switches. -> false: it fails. *log: its points, to be freed. */
static bool explore_run(struct explorer *e, size_t count, struct bounded_log *log)
{
    e->plan.replay = e->chosen;
    e->plan.replay_count = count;
    bounded_log_begin(e->chosen, count);
    sim_run(&e->plan);
    e->runs++;
    *log = bounded_log_take();
    return !sim.failed;
}

static bool explore(struct explorer *e, size_t count, unsigned depth)
{
    struct bounded_log log;
    bool fine = explore_run(e, count, &log);
    for (size_t i = 0; fine && depth > 0 && i < log.count; i++) {
        const struct bounded_point *point = &log.points[i];
        for (unsigned core = 0; fine && core < e->plan.cores; core++) {
            if (core == point->core || !(point->ready >> core & 1))
                continue;
            if (seconds_now() > e->until) {
                e->complete = false;
                break;
            }
            e->chosen[count] = (struct decision){.local = point->local,
                                                 .core = point->core,
                                                 .kind = DECIDE_SWITCH,
                                                 .argument = (uint8_t)core};
            fine = explore(e, count + 1, depth - 1);
        }
    }
    free(log.points);
    return fine;
}

bool bounded_explore(struct plan *plan, unsigned depth, double seconds, uint64_t *runs, bool *all)
{
    struct explorer e = {.plan = *plan, .until = seconds_now() + seconds, .complete = true};
    e.chosen = calloc(depth + 1, sizeof *e.chosen);
    if (e.chosen == NULL)
        exit(2);
    bool fine = explore(&e, 0, depth);
    *runs = e.runs;
    *all = e.complete;
    *plan = e.plan;
    return !fine;
}
