/*
 * manager.h: the units' state machine: what should run, in which order, and what happens when something ends.
 * Pure: processes, logging and the clock are behind struct manager_ops.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "servers/init/unit.h"

#define MANAGER_FAILURES_MAX     5u /* in a row, then the unit is failed */
#define MANAGER_BACKOFF_MAX_NS   10000000000ull
#define MANAGER_GOOD_LIFE_NS     10000000000ull
#define MANAGER_STOP_PATIENCE_NS 2000000000ull

enum unit_state {
    UNIT_STOPPED,
    UNIT_IDLE,     /* starts when somebody asks for what it serves */
    UNIT_WAITING,  /* for what it requires */
    UNIT_STARTING, /* runs, but is not ready */
    UNIT_READY,
    UNIT_EXITED, /* a oneshot that succeeded, a service that ended and may, a session that is over */
    UNIT_STOPPING, /* was asked to end */
    UNIT_BACKOFF,  /* will be started again */
    UNIT_FAILED,
};

struct unit {
    struct unit_config config;
    enum unit_state state;
    bool wanted;          /* should run */
    bool halt;            /* must stop first, whether wanted again or not */
    bool broken;          /* its unit file can never work: manager_check */
    bool doomed;          /* being stopped because something it requires has failed */
    unsigned failures;    /* in a row */
    unsigned restarts;    /* since boot */
    uint64_t since_ns;    /* in this state */
    uint64_t deadline_ns; /* of this state; UINT64_MAX: none */
    int32_t status;       /* wait status of its last process */
    int launch_error;     /* 0 or the -ERR_* that kept it from starting last */
    uint32_t pid;         /* 0: none known; for display */
    void *instance;       /* the ops' own */
    struct unit *next;
};

enum manager_level { LEVEL_ERROR, LEVEL_WARNING, LEVEL_INFO, LEVEL_DEBUG };

struct manager_ops {
    /* Starts a process for the unit: 0 or -ERR_*. Never calls the manager. */
    int (*launch)(void *context, struct unit *unit);
    /* Has manager_demanded called once somebody asks for what the unit serves, until it is launched: 0 or -ERR_*. */
    int (*offer)(void *context, struct unit *unit);
    /* Asks its process to end (force: makes it). */
    void (*terminate)(void *context, struct unit *unit, bool force);
    void (*log)(void *context, const struct unit *unit, enum manager_level level, const char *text);
    /* It has reached another state. */
    void (*changed)(void *context, struct unit *unit);
    uint64_t (*now)(void *context);
};

struct manager {
    const struct manager_ops *ops;
    void *context; /* for ops */
    struct unit *first, *last;
};

void manager_init(struct manager *m, const struct manager_ops *ops, void *context);
void manager_fini(struct manager *m);

/* Moves config into a new unit, replacing a stopped one of that name. NULL: out of memory, config is untouched. */
struct unit *manager_add(struct manager *m, struct unit_config *config);
struct unit *manager_find(const struct manager *m, const char *name);

/* After the last manager_add: units with unknown requirements or in a dependency cycle are failed, with a log line each. */
void manager_check(struct manager *m);

/* What people want. start also starts what the unit requires and wants; stop also stops what requires it. */
void manager_start_all(struct manager *m);
void manager_start(struct manager *m, struct unit *unit);
void manager_stop(struct manager *m, struct unit *unit);
void manager_restart(struct manager *m, struct unit *unit);
/* Everything but one unit (NULL: none), each before what it was started after. */
void manager_stop_all(struct manager *m, const struct unit *but);

/* What happened. */
void manager_demanded(struct manager *m, struct unit *unit);
void manager_notified(struct manager *m, struct unit *unit);
void manager_exited(struct manager *m, struct unit *unit, int32_t status);
void manager_tick(struct manager *m);
uint64_t
manager_deadline(const struct manager *m); /* when manager_tick is due; UINT64_MAX: never */

bool manager_is_running(const struct unit *unit);
/* It will not change by itself: for answers that wait until a command has had its effect. */
bool manager_is_settled(const struct unit *unit);
const char *manager_state_name(enum unit_state state);
