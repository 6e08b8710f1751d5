/* manager.c: the units' state machine. Every entry changes wishes or states and then calls pump(), which does what follows. */
#include "servers/init/manager.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servers/init/graph.h"

static void log_line(struct manager *m, const struct unit *unit, enum manager_level level,
                     const char *text)
{
    m->ops->log(m->context, unit, level, text);
}

static void set_state(struct manager *m, struct unit *unit, enum unit_state state)
{
    if (unit->state == state)
        return;
    unit->state = state;
    unit->since_ns = m->ops->now(m->context);
    unit->deadline_ns = UINT64_MAX;
    m->ops->changed(m->context, unit);
}

bool manager_is_running(const struct unit *unit)
{
    return unit->state == UNIT_STARTING || unit->state == UNIT_READY ||
           unit->state == UNIT_STOPPING;
}

bool manager_is_settled(const struct unit *unit)
{
    return !unit->halt &&
           (unit->state == UNIT_STOPPED || unit->state == UNIT_IDLE || unit->state == UNIT_READY ||
            unit->state == UNIT_EXITED || unit->state == UNIT_FAILED);
}

const char *manager_state_name(enum unit_state state)
{
    static const char *const names[] = {"stopped", "idle",     "waiting", "starting", "ready",
                                        "exited",  "stopping", "backoff", "failed"};
    return names[state];
}

/* ---- Dependencies -------------------------------------------------------------------------------------------- */

enum readiness { DEPENDENCIES_MET, DEPENDENCIES_PENDING, DEPENDENCIES_FAILED };

static bool is_up(const struct unit *unit)
{
    return (unit->state == UNIT_READY || unit->state == UNIT_EXITED) && !unit->halt;
}

/* For order only: a unit that is still on its way is waited for. */
static bool is_coming(const struct unit *unit)
{
    return unit && unit->wanted && !manager_is_settled(unit);
}

static bool any_coming(const struct manager *m, string_list names)
{
    for (; names && *names; names++)
        if (is_coming(manager_find(m, *names)))
            return true;
    return false;
}

static enum readiness dependencies(const struct manager *m, const struct unit *unit,
                                   const char **culprit)
{
    bool pending = any_coming(m, unit->config.wants) || any_coming(m, unit->config.after);

    for (string_list name = unit->config.requires; name && *name; name++) {
        const struct unit *required = manager_find(m, *name);
        if (!required || required->state == UNIT_FAILED) {
            *culprit = *name;
            return DEPENDENCIES_FAILED;
        }
        if (!is_up(required))
            pending = true;
    }
    return pending ? DEPENDENCIES_PENDING : DEPENDENCIES_MET;
}

/* Does it run and need the unit, or is it being stopped as well and was started after it? */
static bool goes_before(const struct unit *other, const struct unit *unit)
{
    const char *name = unit->config.name;

    if (!manager_is_running(other))
        return false;
    return string_list_has(other->config.requires, name) ||
           (other->halt && (string_list_has(other->config.wants, name) ||
                            string_list_has(other->config.after, name)));
}

static bool must_stay(const struct manager *m, const struct unit *unit)
{
    for (const struct unit *other = m->first; other; other = other->next)
        if (goes_before(other, unit))
            return true;
    return false;
}

/* ---- Starting and failing ------------------------------------------------------------------------------------ */

static void describe_end(const struct unit *unit, char *text, size_t size)
{
    if (unit->launch_error)
        snprintf(text, size, "could not start (error %d)", -unit->launch_error);
    else if ((unit->status & 0x7f) == 0)
        snprintf(text, size, "exited with status %d", unit->status >> 8 & 0xff);
    else
        snprintf(text, size, "was killed by signal %d", unit->status & 0x7f);
}

static uint64_t backoff_ns(const struct unit *unit)
{
    uint64_t pause = unit->config.backoff_ns;

    for (unsigned i = 1; i < unit->failures && pause < MANAGER_BACKOFF_MAX_NS; i++)
        pause *= 2;
    return pause < MANAGER_BACKOFF_MAX_NS ? pause : MANAGER_BACKOFF_MAX_NS;
}

/* Its process has ended badly, or never began. */
static void handle_failure(struct manager *m, struct unit *unit)
{
    char end[64], text[160];

    describe_end(unit, end, sizeof end);
    unit->failures++;
    if (unit->config.restart == RESTART_NEVER || unit->failures >= MANAGER_FAILURES_MAX) {
        snprintf(text, sizeof text, "%s; failed after %u start%s", end, unit->failures,
                 unit->failures == 1 ? "" : "s");
        log_line(m, unit, LEVEL_ERROR, text);
        set_state(m, unit, UNIT_FAILED);
        return;
    }
    uint64_t pause = backoff_ns(unit);
    snprintf(text, sizeof text, "%s; restart in %u ms", end, (unsigned)(pause / 1000000));
    log_line(m, unit, LEVEL_WARNING, text);
    set_state(m, unit, UNIT_BACKOFF);
    unit->deadline_ns = m->ops->now(m->context) + pause;
}

static void launch(struct manager *m, struct unit *unit)
{
    unit->launch_error = m->ops->launch(m->context, unit);
    if (unit->launch_error) {
        handle_failure(m, unit);
        return;
    }
    bool ready = unit->config.type == UNIT_SIMPLE || unit->config.type == UNIT_SESSION;
    set_state(m, unit, ready ? UNIT_READY : UNIT_STARTING);
    /* A oneshot may take as long as its work does. */
    if (unit->config.type == UNIT_NOTIFY)
        unit->deadline_ns = m->ops->now(m->context) + unit->config.start_timeout_ns;
}

static bool pump_waiting(struct manager *m, struct unit *unit)
{
    const char *culprit = NULL;
    char text[96];

    switch (dependencies(m, unit, &culprit)) {
    case DEPENDENCIES_PENDING: return false;
    case DEPENDENCIES_FAILED:
        snprintf(text, sizeof text, "failed: it requires %s, which does not run", culprit);
        log_line(m, unit, LEVEL_ERROR, text);
        set_state(m, unit, UNIT_FAILED);
        return true;
    case DEPENDENCIES_MET: launch(m, unit); return true;
    }
    return false;
}

static bool pump_halt(struct manager *m, struct unit *unit)
{
    if (unit->state == UNIT_STOPPING)
        return false;
    if (!manager_is_running(unit)) {
        unit->halt = false;
        set_state(m, unit, unit->wanted ? UNIT_WAITING : UNIT_STOPPED);
        return true;
    }
    if (must_stay(m, unit))
        return false;
    set_state(m, unit, UNIT_STOPPING);
    unit->deadline_ns = m->ops->now(m->context) + MANAGER_STOP_PATIENCE_NS;
    m->ops->terminate(m->context, unit, false);
    return true;
}

/* A running unit whose requirement has failed goes down with it. */
static bool pump_doom(struct manager *m, struct unit *unit)
{
    if (unit->halt || (unit->state != UNIT_STARTING && unit->state != UNIT_READY))
        return false;
    for (string_list name = unit->config.requires; name && *name; name++) {
        const struct unit *required = manager_find(m, *name);
        if (required && required->state == UNIT_FAILED) {
            unit->halt = unit->doomed = true;
            return true;
        }
    }
    return false;
}

static void pump(struct manager *m)
{
    bool again = true;

    while (again) {
        again = false;
        for (struct unit *unit = m->first; unit; unit = unit->next) {
            if (unit->halt)
                again |= pump_halt(m, unit);
            else if (unit->state == UNIT_WAITING)
                again |= pump_waiting(m, unit);
            else
                again |= pump_doom(m, unit);
        }
    }
}

/* ---- What happened ------------------------------------------------------------------------------------------- */

void manager_notified(struct manager *m, struct unit *unit)
{
    if (unit->state != UNIT_STARTING || unit->config.type != UNIT_NOTIFY)
        return;
    set_state(m, unit, UNIT_READY);
    pump(m);
}

static void handle_stopped(struct manager *m, struct unit *unit)
{
    unit->halt = false;
    if (unit->doomed) {
        unit->doomed = false;
        log_line(m, unit, LEVEL_ERROR, "stopped and failed: something that it requires has failed");
        set_state(m, unit, UNIT_FAILED);
    } else {
        set_state(m, unit, unit->wanted ? UNIT_WAITING : UNIT_STOPPED);
    }
}

static void handle_end(struct manager *m, struct unit *unit)
{
    bool success = unit->status == 0;

    if (unit->config.type == UNIT_SESSION || (success && unit->config.type == UNIT_ONESHOT) ||
        (success && unit->state == UNIT_READY && unit->config.restart != RESTART_ALWAYS)) {
        set_state(m, unit, UNIT_EXITED);
        return;
    }
    if (unit->state == UNIT_READY &&
        m->ops->now(m->context) - unit->since_ns >= MANAGER_GOOD_LIFE_NS)
        unit->failures = 0;
    handle_failure(m, unit);
}

void manager_exited(struct manager *m, struct unit *unit, int32_t status)
{
    assert(manager_is_running(unit));
    unit->status = status;
    if (unit->state == UNIT_STOPPING)
        handle_stopped(m, unit);
    else
        handle_end(m, unit);
    pump(m);
}

static void deadline_passed(struct manager *m, struct unit *unit)
{
    unit->deadline_ns = UINT64_MAX;
    switch (unit->state) {
    case UNIT_STARTING:
        log_line(m, unit, LEVEL_ERROR, "did not become ready in time, killed");
        m->ops->terminate(m->context, unit, true);
        break;
    case UNIT_STOPPING:
        log_line(m, unit, LEVEL_WARNING, "did not stop in time, killed");
        m->ops->terminate(m->context, unit, true);
        break;
    case UNIT_BACKOFF:
        unit->restarts++;
        set_state(m, unit, UNIT_WAITING);
        break;
    default: break;
    }
}

void manager_tick(struct manager *m)
{
    uint64_t now = m->ops->now(m->context);

    for (struct unit *unit = m->first; unit; unit = unit->next)
        if (unit->deadline_ns <= now)
            deadline_passed(m, unit);
    pump(m);
}

uint64_t manager_deadline(const struct manager *m)
{
    uint64_t earliest = UINT64_MAX;

    for (const struct unit *unit = m->first; unit; unit = unit->next)
        if (unit->deadline_ns < earliest)
            earliest = unit->deadline_ns;
    return earliest;
}

/* ---- What people want ---------------------------------------------------------------------------------------- */

static void want_all(struct manager *m, string_list names);

/* Ends because a unit on its way returns at once, and those in a cycle are broken. */
static void want(struct manager *m, struct unit *unit)
{
    bool dormant = unit->state == UNIT_STOPPED || unit->state == UNIT_IDLE ||
                   unit->state == UNIT_FAILED || (unit->state == UNIT_EXITED && !unit->wanted);

    if (unit->broken || (unit->wanted && !dormant))
        return;
    unit->wanted = true;
    if (dormant) {
        unit->failures = 0;
        set_state(m, unit, UNIT_WAITING);
    }
    want_all(m, unit->config.requires);
    want_all(m, unit->config.wants);
}

static void want_all(struct manager *m, string_list names)
{
    for (; names && *names; names++) {
        struct unit *unit = manager_find(m, *names);
        if (unit)
            want(m, unit);
    }
}

/* What cannot be offered is started. */
static void offer(struct manager *m, struct unit *unit)
{
    if (m->ops->offer(m->context, unit) < 0) {
        want(m, unit);
        return;
    }
    unit->wanted = true;
    set_state(m, unit, UNIT_IDLE);
}

void manager_start_all(struct manager *m)
{
    for (struct unit *unit = m->first; unit; unit = unit->next)
        if (unit->config.start == START_ON_DEMAND && unit->state == UNIT_STOPPED)
            offer(m, unit);
    for (struct unit *unit = m->first; unit; unit = unit->next)
        if (unit->config.start == START_AT_BOOT && unit->state == UNIT_STOPPED)
            want(m, unit);
    pump(m);
}

void manager_demanded(struct manager *m, struct unit *unit)
{
    if (unit->state != UNIT_IDLE)
        return;
    want(m, unit);
    pump(m);
}

void manager_start(struct manager *m, struct unit *unit)
{
    if (unit->state == UNIT_EXITED)
        unit->wanted = false; /* Runs once more. */
    want(m, unit);
    pump(m);
}

static void unwant(struct manager *m, struct unit *unit)
{
    if (unit->broken || (!unit->wanted && !manager_is_running(unit)))
        return;
    unit->wanted = false;
    unit->halt = true;
    for (struct unit *other = m->first; other; other = other->next)
        if (other->wanted && string_list_has(other->config.requires, unit->config.name))
            unwant(m, other);
}

void manager_stop(struct manager *m, struct unit *unit)
{
    unwant(m, unit);
    pump(m);
}

void manager_stop_all(struct manager *m, const struct unit *but)
{
    for (struct unit *unit = m->first; unit; unit = unit->next) {
        if (unit == but || unit->broken)
            continue;
        unit->wanted = false;
        unit->halt = true;
    }
    pump(m);
}

/* Stops it and what requires it; what ran is wanted still, and so comes back in order. */
static void halt_tree(struct manager *m, struct unit *unit)
{
    if (unit->halt || !manager_is_running(unit))
        return;
    unit->halt = true;
    for (struct unit *other = m->first; other; other = other->next)
        if (string_list_has(other->config.requires, unit->config.name))
            halt_tree(m, other);
}

void manager_restart(struct manager *m, struct unit *unit)
{
    if (!manager_is_running(unit)) {
        manager_start(m, unit);
        return;
    }
    unit->failures = 0;
    unit->restarts++;
    unit->wanted = true;
    halt_tree(m, unit);
    pump(m);
}

/* ---- The list ------------------------------------------------------------------------------------------------ */

void manager_init(struct manager *m, const struct manager_ops *ops, void *context)
{
    *m = (struct manager){.ops = ops, .context = context};
}

void manager_fini(struct manager *m)
{
    while (m->first) {
        struct unit *unit = m->first;
        m->first = unit->next;
        unit_free(&unit->config);
        free(unit);
    }
    m->last = NULL;
}

struct unit *manager_find(const struct manager *m, const char *name)
{
    for (struct unit *unit = m->first; unit; unit = unit->next)
        if (strcmp(unit->config.name, name) == 0)
            return unit;
    return NULL;
}

struct unit *manager_add(struct manager *m, struct unit_config *config)
{
    struct unit *unit = manager_find(m, config->name);

    if (unit) {
        assert(unit->state == UNIT_STOPPED);
        unit_free(&unit->config);
        unit->config = *config;
        return unit;
    }
    unit = calloc(1, sizeof *unit);
    if (!unit)
        return NULL;
    unit->config = *config;
    unit->deadline_ns = UINT64_MAX;
    if (m->last)
        m->last->next = unit;
    else
        m->first = unit;
    m->last = unit;
    return unit;
}

void manager_check(struct manager *m)
{
    char text[256];

    for (struct unit *unit = m->first; unit; unit = unit->next) {
        const char *missing = graph_missing(m, unit);
        if (missing)
            snprintf(text, sizeof text, "failed: it requires %s, and there is no such unit",
                     missing);
        else if (!graph_cycle(m, unit, text, sizeof text))
            continue;
        log_line(m, unit, LEVEL_ERROR, text);
        unit->broken = true;
        set_state(m, unit, UNIT_FAILED);
    }
}
