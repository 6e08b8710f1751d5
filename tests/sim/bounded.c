/*
 * bounded.c: every schedule with at most so many preemptions (Musuvathi and Qadeer, PLDI 2007). Each is the default schedule with
 * a list of switches; those with one more come from a run's own points, after its last switch.
 *
 * Partial-order reduction, with sleep sets in mind (Godefroid, 1996): core c is preempted at its point l, and others run until c goes on.
 * Preempted one step later, at l + 1, the same happens, only with that step of c before instead of after what the others do. When the step
 * is independent of all of that, both are the same trace (Mazurkiewicz), and the second is left out, and so is all that follows from it:
 * whatever a further preemption can do there it can do after the first one as well. What the others do before c goes on depends on further
 * preemptions when there are more than two cores, so all that was seen in the whole subtree of the first preemption counts, not its first
 * run alone (with three cores that lost outcomes). What is left out further down in the subtree adds no other steps.
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
    /* By switch: what was done until the core that it left went on, in all runs that have begun with the switches up to it. */
    struct bounded_steps between[BOUNDED_DEPTH_MAX];
};

/* ---- sets of steps ---- */

static bool steps_are_alike(const struct bounded_step *a, const struct bounded_step *b)
{
    return a->what == b->what && a->kind == b->kind && a->has_space == b->has_space;
}

static struct bounded_step *steps_slot(const struct bounded_steps *set,
                                       const struct bounded_step *step)
{
    size_t at = ((uintptr_t)step->what >> 3) * 31 + step->kind * 2u + step->has_space;
    for (;; at++) {
        struct bounded_step *slot = &set->slots[at & (set->room - 1)];
        if (!slot->used || steps_are_alike(slot, step))
            return slot;
    }
}

static void steps_grow(struct bounded_steps *set)
{
    struct bounded_steps grown = {.count = set->count, .room = set->room != 0 ? set->room * 2 : 64};
    grown.slots = calloc(grown.room, sizeof *grown.slots);
    if (grown.slots == NULL)
        exit(2);
    for (size_t i = 0; i < set->room; i++) {
        if (set->slots[i].used)
            *steps_slot(&grown, &set->slots[i]) = set->slots[i];
    }
    free(set->slots);
    *set = grown;
}

void bounded_steps_add(struct bounded_steps *set, const struct bounded_step *step)
{
    if (set->count * 2 >= set->room)
        steps_grow(set);
    struct bounded_step *slot = steps_slot(set, step);
    if (slot->used)
        return;
    *slot = *step;
    slot->used = true;
    set->count++;
}

void bounded_steps_free(struct bounded_steps *set)
{
    free(set->slots);
    *set = (struct bounded_steps){0};
}

static void steps_merge(struct bounded_steps *to, const struct bounded_steps *from)
{
    for (size_t i = 0; i < from->room; i++) {
        if (from->slots[i].used)
            bounded_steps_add(to, &from->slots[i]);
    }
}

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
                          const struct bounded_steps *between)
{
    if (between->room == 0 || at->step.core != next->step.core || next->local != at->local + 1 ||
        at->ready != next->ready)
        return false;
    for (size_t i = 0; i < between->room; i++) {
        const struct bounded_step *other = &between->slots[i];
        if (!other->used)
            continue;
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
    for (size_t i = 0; i < count; i++) {
        steps_merge(&e->between[i], &log->between[i]);
        bounded_steps_free(&log->between[i]);
    }
    if (!sim.failed)
        outcome_add(e, sim.outcome);
    return !sim.failed;
}

static bool explore(struct explorer *e, size_t count, unsigned depth);

/* All ways to leave the core at this point. lasts: by the core that goes on instead, what was done then until this one went on, when it was
 * left for that one last; empty: it was not. */
static bool explore_point(struct explorer *e, const struct bounded_point *point,
                          const struct bounded_point *before, size_t count, unsigned depth,
                          struct bounded_steps *lasts)
{
    struct exploration *x = e->result;
    for (unsigned core = 0; core < x->plan.cores; core++) {
        if (core == point->step.core || !(point->ready >> core & 1)) {
            bounded_steps_free(&lasts[core]);
            continue;
        }
        if (x->reduced && before != NULL && step_commutes(before, point, &lasts[core]))
            continue;
        if (seconds_now() > e->until) {
            x->complete = false;
            return true;
        }
        e->chosen[count] = (struct decision){.local = point->local,
                                             .core = point->step.core,
                                             .kind = DECIDE_SWITCH,
                                             .argument = (uint8_t)core};
        bounded_steps_free(&lasts[core]);
        if (!explore(e, count + 1, depth - 1))
            return false;
        lasts[core] = e->between[count];
        e->between[count] = (struct bounded_steps){0};
    }
    return true;
}

static bool explore(struct explorer *e, size_t count, unsigned depth)
{
    struct bounded_log log;
    struct bounded_steps lasts[SIM_CORES_MAX] = {{0}};
    bool fine = explore_run(e, count, &log);
    for (size_t i = 0; fine && depth > 0 && i < log.count && e->result->complete; i++)
        fine = explore_point(e, &log.points[i], i != 0 ? &log.points[i - 1] : NULL, count, depth,
                             lasts);
    for (unsigned core = 0; core < SIM_CORES_MAX; core++)
        bounded_steps_free(&lasts[core]);
    free(log.points);
    return fine;
}

void bounded_explore(struct exploration *exploration)
{
    struct explorer e = {.result = exploration, .until = seconds_now() + exploration->seconds};
    exploration->complete = true;
    exploration->runs = 0;
    exploration->outcomes = NULL;
    exploration->outcome_count = 0;
    e.chosen = calloc(exploration->depth + 1, sizeof *e.chosen);
    if (e.chosen == NULL)
        exit(2);
    exploration->failed = !explore(&e, 0, exploration->depth);
    for (unsigned i = 0; i < BOUNDED_DEPTH_MAX; i++)
        bounded_steps_free(&e.between[i]);
    if (!exploration->failed)
        free(e.chosen); /* else it is the plan's */
}
