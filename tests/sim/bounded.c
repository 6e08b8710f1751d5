/*
 * bounded.c: every schedule with at most so many preemptions (Musuvathi and Qadeer, PLDI 2007). Each is the default schedule with
 * a list of switches; those with one more come from a run's own points, after its last switch.
 *
 * Partial-order reduction: core c is preempted at its point l, and others run until c goes on. Preempted one step later, at l + 1,
 * the same happens, only with that step of c before instead of after what the others do. When the step is independent of all of
 * that, both are the same trace (Mazurkiewicz), and the second is left out, and so is all that follows from it: whatever a further
 * preemption can do there it can do after the first one as well. With two cores only: a third may be given the core in between, and
 * then more would have to be known (with three an outcome was lost in a test).
 *
 * Steps are independent when they are about different objects (or both only load), or one is in user code and the other in the
 * kernel without any space locked. That is enough for code whose other accesses are ordered by locks and atomics; that outcomes are not lost is
 * tested (--compare). Time stands still while a core can go on.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/sim/campaign.h"

struct explorer {
    struct exploration *result;
    struct decision *chosen;
    double until;
    size_t outcome_room;
};

/* What the others did after the last preemption of a point's core in favour of another one. */
struct between {
    struct bounded_step *steps; /* NULL: not known */
    size_t count;
};

/* ---- independence ---- */

enum step_class {
    STEP_KERNEL, /* on one object: locks, atomics */
    STEP_NONE,   /* a fence: stores are not held back here; the beginning */
    STEP_USER,   /* user code, or on the way there and back */
    STEP_IDLE,
    STEP_KICK,
    STEP_ANY, /* not known */
};

static enum step_class step_class(unsigned kind)
{
    switch (kind) {
    case POINT_LOCK:
    case POINT_UNLOCK:
    case POINT_LOAD:
    case POINT_STORE:
    case POINT_MODIFY: return STEP_KERNEL;
    case POINT_FENCE: return STEP_NONE;
    case POINT_ENTER:
    case POINT_LEAVE:
    case POINT_USER: return STEP_USER;
    case POINT_IDLE: return STEP_IDLE;
    case POINT_KICK: return STEP_KICK;
    case POINT_COUNT: return STEP_NONE; /* the core begins: nothing is before its first point */
    default: return STEP_ANY;
    }
}

/* With a space locked a core may copy user memory, and take away translations, which stops others. */
static bool kernel_and_other(const struct bounded_step *kernel, enum step_class other)
{
    if (other == STEP_USER || other == STEP_KICK)
        return !kernel->has_space;
    return other == STEP_IDLE;
}

static bool steps_are_independent(const struct bounded_step *a, const struct bounded_step *b)
{
    enum step_class first = step_class(a->kind), second = step_class(b->kind);
    if (first == STEP_ANY || second == STEP_ANY)
        return false;
    if (first == STEP_NONE || second == STEP_NONE)
        return true;
    if (first == STEP_KERNEL && second == STEP_KERNEL)
        return a->what != b->what || (a->kind == POINT_LOAD && b->kind == POINT_LOAD);
    if (first == STEP_KERNEL)
        return kernel_and_other(a, second);
    return second == STEP_KERNEL && kernel_and_other(b, first);
}

/* The step from point `at` to the next point of the same core; a release happens before its own point. */
static bool step_commutes(const struct bounded_point *at, const struct bounded_point *next,
                          const struct between *between)
{
    if (between->steps == NULL || at->step.core != next->step.core ||
        next->local != at->local + 1 || at->ready != next->ready)
        return false;
    for (size_t i = 0; i < between->count; i++) {
        const struct bounded_step *other = &between->steps[i];
        if (!steps_are_independent(&at->step, other))
            return false;
        if (next->step.kind == POINT_UNLOCK && !steps_are_independent(&next->step, other))
            return false;
    }
    return true;
}

/* ---- outcomes ---- */

static void outcome_add(struct explorer *e, uint64_t outcome)
{
    struct exploration *x = e->result;
    size_t low = 0, high = x->outcome_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (x->outcomes[middle] < outcome)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < x->outcome_count && x->outcomes[low] == outcome)
        return;
    if (x->outcome_count == e->outcome_room) {
        e->outcome_room = e->outcome_room * 2 + 64;
        x->outcomes = realloc(x->outcomes, e->outcome_room * sizeof *x->outcomes);
        if (x->outcomes == NULL)
            exit(2);
    }
    memmove(&x->outcomes[low + 1], &x->outcomes[low],
            (x->outcome_count - low) * sizeof *x->outcomes);
    x->outcomes[low] = outcome;
    x->outcome_count++;
}

/* ---- the search ---- */

/* A run with the first `count` switches. -> false: it fails. *log: its points, to be freed. */
static bool explore_run(struct explorer *e, size_t count, struct bounded_log *log)
{
    struct exploration *x = e->result;
    x->plan.replay = e->chosen;
    x->plan.replay_count = count;
    bounded_log_begin(count);
    sim_run(&x->plan);
    x->runs++;
    *log = bounded_log_take();
    if (!sim.failed)
        outcome_add(e, sim.outcome);
    return !sim.failed;
}

static bool explore(struct explorer *e, size_t count, unsigned depth, struct between *between);

/* All ways to leave the core at this point. lasts: by the core that goes on instead. */
static bool explore_point(struct explorer *e, const struct bounded_point *point,
                          const struct bounded_point *before, size_t count, unsigned depth,
                          struct between *lasts)
{
    struct exploration *x = e->result;
    bool reducible = x->reduced && x->plan.cores == 2;
    for (unsigned core = 0; core < x->plan.cores; core++) {
        if (core == point->step.core || !(point->ready >> core & 1)) {
            free(lasts[core].steps);
            lasts[core] = (struct between){0};
            continue;
        }
        if (reducible && before != NULL && step_commutes(before, point, &lasts[core]))
            continue;
        if (seconds_now() > e->until) {
            x->complete = false;
            return true;
        }
        e->chosen[count] = (struct decision){.local = point->local,
                                             .core = point->step.core,
                                             .kind = DECIDE_SWITCH,
                                             .argument = (uint8_t)core};
        free(lasts[core].steps);
        if (!explore(e, count + 1, depth - 1, &lasts[core]))
            return false;
    }
    return true;
}

static bool explore(struct explorer *e, size_t count, unsigned depth, struct between *between)
{
    struct bounded_log log;
    struct between lasts[SIM_CORES_MAX] = {{0}};
    bool fine = explore_run(e, count, &log);
    for (size_t i = 0; fine && depth > 0 && i < log.count && e->result->complete; i++)
        fine = explore_point(e, &log.points[i], i != 0 ? &log.points[i - 1] : NULL, count, depth,
                             lasts);
    for (unsigned core = 0; core < SIM_CORES_MAX; core++)
        free(lasts[core].steps);
    free(log.points);
    *between = (struct between){log.between, log.between_count};
    return fine;
}

void bounded_explore(struct exploration *exploration)
{
    struct explorer e = {.result = exploration, .until = seconds_now() + exploration->seconds};
    struct between unused = {0};
    exploration->complete = true;
    exploration->runs = 0;
    exploration->outcomes = NULL;
    exploration->outcome_count = 0;
    e.chosen = calloc(exploration->depth + 1, sizeof *e.chosen);
    if (e.chosen == NULL)
        exit(2);
    exploration->failed = !explore(&e, 0, exploration->depth, &unused);
    free(unused.steps);
    if (!exploration->failed)
        free(e.chosen); /* else it is the plan's */
}
