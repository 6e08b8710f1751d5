/*
 * sim.h: the parts of the simulator among themselves. Scenarios include actor.h only.
 *
 * A machine's cores are fibers of one OS thread. Whenever core/ takes or drops a lock, uses an atomic, kicks, or a user thread
 * touches memory, there is a scheduling point (sim_point) at which a strategy may let another core go on. Everything that is not
 * decided by the plan is the same in every run of it: RAM lies at a fixed address, time is counted.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch.h"
#include "core/cpu.h"
#include "core/machine.h"
#include "core/thread.h"
#include "tests/sim/fiber.h"

#define SIM_CORES_MAX  8
#define SIM_ACTORS_MAX 64
#define SIM_RAM_BASE   0x200000000000UL
#define SIM_RAM_BYTES  (6UL << 20)

/* ---- what happens at a scheduling point ---- */

enum point {
    POINT_LOCK,
    POINT_UNLOCK,
    POINT_LOAD,
    POINT_STORE,
    POINT_MODIFY,
    POINT_FENCE,
    POINT_KICK,
    POINT_RELAX,
    POINT_ENTER, /* user mode */
    POINT_LEAVE,
    POINT_USER, /* between two accesses of a user thread */
    POINT_IDLE,
    POINT_COUNT
};

enum core_state { CORE_READY, CORE_LOCKED, CORE_IDLE };

/* A store that the other cores do not see yet. */
struct held_store {
    volatile void *at;
    uint64_t value;
    uint8_t bytes;
};
#define SIM_HELD_MAX 8

struct sim_core {
    unsigned index;
    struct cpu *cpu;
    struct fiber kernel;   /* the loop of the core */
    struct fiber *running; /* that one, or the actor's that the core runs */
    struct actor *actor;   /* in user mode */
    enum core_state state;
    struct lock *wanted; /* CORE_LOCKED */
    bool kicked;
    unsigned kick_left; /* user mode: accesses until it is noticed */
    uint32_t irq;
    uint64_t timer_ns;
    uint32_t local;        /* its scheduling points so far */
    uint32_t entry_points; /* of them since it began this round of its loop */
    unsigned held_count;   /* stores in its buffer */
    unsigned held_left;    /* its own points until they become visible */
    struct held_store held[SIM_HELD_MAX];
};

/* ---- a run ---- */

enum strategy {
    STRATEGY_RANDOM,
    STRATEGY_PCT,
    STRATEGY_DEFAULT,
    STRATEGY_REPLAY,
    STRATEGY_BOUNDED
};

enum decision_kind { DECIDE_SWITCH, DECIDE_HOLD, DECIDE_WARP };
/* Something that the default schedule (a core goes on until it cannot, then the next in turn) would not have done. */
struct decision {
    uint32_t local; /* the core's own count of points */
    uint8_t core;
    uint8_t kind;     /* enum decision_kind */
    uint8_t argument; /* the core to go on with; points to hold a store for */
};

struct scenario {
    const char *name, *text;
    void (*start)(void);
    bool (*finish)(void); /* NULL; false: something is wrong at the end */
    unsigned cores;       /* 0: any */
    bool open_bug;        /* it shows one that is not fixed yet: run only by name */
    bool threads_wait; /* it ends with threads that wait for ever: the machine is not taken down */
};

/* All that determines a run. */
struct plan {
    const struct scenario *scenario;
    uint64_t seed;
    enum strategy strategy;
    unsigned cores, depth;
    uint64_t length; /* estimated points, for PCT */
    const struct decision *replay;
    size_t replay_count;
    uint64_t fail_at; /* the n-th allocation of the run fails; 0: none, UINT64_MAX: count only */
    uint64_t kill_at; /* a thread's process is killed after so many points; 0: never */
    /* A thread is interrupted at the n-th state that a system call of any thread is seen in, twice the number for a signal, and one
     * more for a kill; 0: never, UINT64_MAX: count only. */
    uint64_t cancel_at;
    uint64_t
        message_at; /* a server ends as it receives the n-th message of the run; 0, UINT64_MAX: the same */
    bool trace;
};

#define SIM_MESSAGE_BYTES 512
#define SIM_REPORT_BYTES  8192
#define SIM_DECISIONS_MAX (1u << 20)

struct sim {
    const struct plan *plan;
    bool running;  /* scheduling points count */
    bool stopping; /* the cores leave their loops */
    bool failed;
    char message[SIM_MESSAGE_BYTES];
    char report[SIM_REPORT_BYTES]; /* what was going on, in lines */
    struct machine *machine;
    struct sim_core cores[SIM_CORES_MAX];
    struct sim_core *core;         /* running; NULL: outside of all */
    struct sim_core *checked_from; /* a checker runs on its fiber, as if outside */
    struct fiber main;
    uint32_t ready; /* bits of cores that may go on */
    uint64_t points;
    uint64_t hash;
    uint64_t
        outcome; /* of what all actors have seen, whatever the order of what does not matter to them */
    uint64_t now_ns, step_ns;
    uint64_t next_due_ns; /* the first timer of an idle core */
    unsigned alone;       /* points since the last switch */
    bool
        timer_once; /* a timer that ends arch_cpu_idle is off, as after TRAP_TIMER; else still armed */
    bool buffers; /* stores may be held back */
    unsigned
        kick_delay; /* accesses that a user thread still makes after its core has been kicked */
    bool
        disturbed; /* a sweep has failed an allocation or killed somebody: actors may miss what they expect */
    const struct thread
        *starved;  /* on whose core an allocation was made to fail; its call has not returned yet */
    bool kill_all; /* and those that are left must go now */
    unsigned users, spaces;
    uint64_t alloc_sites, cancel_states, messages; /* of the run so far, for sweeps */
    struct decision *decisions;                    /* taken in this run */
    size_t decision_count;
};
extern struct sim sim;

/* Run the plan: sets sim.failed, message, hash, points, decisions. */
void sim_run(const struct plan *plan);

/* The run has found a bug: ends it. */
_Noreturn void sim_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A line for the report of a failure. */
void sim_report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* engine.c */
void sim_point(enum point kind, const void *what, const void *where);
/* The current core cannot go on until something makes it ready. */
void engine_block(enum core_state state);
void engine_ready(struct sim_core *core);
void engine_timer_changed(struct sim_core *core);
struct sim_core *sim_core_of(const struct cpu *cpu);

/* sweep.c: an allocation that fails, a process that is killed; whoever is left then must still go without a trace. */
bool sweep_hit(void);          /* has it happened? */
void sweep_step(void);         /* between two rounds of a core's loop: act */
bool sweep_end(void);          /* nothing moves any more: true: the rest is killed now */
bool sweep_overdue(void);      /* cores must look in */
bool sweep_message(void);      /* a server has received one: true: it must end */
bool sweep_print_states(void); /* which states have been cancelled; false: not all that there are */

/* store.c */
void store_flush(struct sim_core *core);
void store_tick(struct sim_core *core);

/* strategy.c */
void strategy_begin(const struct plan *plan);
unsigned strategy_pick(struct sim_core *core, uint32_t ready, bool blocked);
unsigned strategy_hold(struct sim_core *core);
bool strategy_warp(struct sim_core *core);
/* Bounded: what the core does when it goes on from this point. */
void bounded_step(const struct sim_core *core, enum point kind, const void *what);

struct sim_random {
    uint64_t state;
};
uint64_t sim_random(struct sim_random *random);
static inline uint64_t sim_below(struct sim_random *random, uint64_t limit)
{
    return sim_random(random) % limit;
}

/* space.c */
void space_core_enter(struct arch_space *space, struct sim_core *core);
void space_core_leave(struct arch_space *space, struct sim_core *core);
void *space_access(struct arch_space *space, struct sim_core *core, uint64_t addr, unsigned access);
void sim_space_reset(void);
bool sim_space_in_user(const struct arch_space *space);

/* user.c */
void sim_user_reset(void);

/* check.c */
void check_often(void); /* at some points, while anything may be under way */
void check_idle(void);  /* all cores are idle: nothing is under way */
void check_end(void);   /* the machine is taken down */
void check_describe(void);
/* check_objects.c: all_idle: nothing is under way, so that all that refers to an object can be seen. */
void check_objects(bool all_idle);

/* Nobody holds it: what it guards is whole. */
static inline bool lock_is_free(const struct lock *lock)
{
    return atomic_load_explicit(&lock->held, memory_order_relaxed) == 0;
}

/* authority.c */
void authority_reset(void);
void authority_look(void);
void authority_freed(const void *memory, size_t bytes);

/* trace.c */
void trace_begin(void);
void trace_point(const struct sim_core *core, enum point kind, const void *what, const void *where);
void trace_switch(unsigned to, bool blocked);
void trace_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void trace_words(void);
bool trace_write_json(const char *path);

/* quarantine.c */
void quarantine_flush(void);
void quarantine_forget(void);

/* scenarios.c */
extern const struct scenario *const sim_scenarios[];
extern const unsigned sim_scenario_count;
