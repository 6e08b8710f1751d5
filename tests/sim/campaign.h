/* campaign.h: many runs, and what is done with one that fails. */
#pragma once
#include "tests/sim/sim.h"

struct campaign {
    const char *names; /* of scenarios, with commas; NULL: all */
    uint64_t seed, runs;
    double minutes;
    enum strategy strategy;
    bool mixed; /* random and PCT by turns */
    unsigned depth, cores;
    bool sweep_alloc, sweep_kill, sweep_cancel, sweep_server;
    uint64_t fail_at, kill_at, cancel_at, message_at; /* one run of a sweep; 0: none */
    bool verify, keep_going, no_shrink, quiet;
    bool no_reduce, compare; /* bounded: all schedules; with and without, and compare */
    const char *trace;
};

/* -> the exit status. */
int campaign_run(const struct campaign *campaign);

/* shrink.c: leave out decisions of the failed run as long as it fails in the same way; *plan becomes that run. The decisions
 * stay in memory of its own. -> runs that it took */
unsigned shrink(struct plan *plan);

/* bounded.c: every schedule with at most so many preemptions, or one of those that are equivalent. */
struct exploration {
    struct plan plan; /* in: what to run; out: the schedule that fails */
    unsigned depth;   /* preemptions */
    double seconds;   /* at most */
    bool reduced;     /* leave out equivalent schedules */
    /* out: */
    bool failed, complete;
    uint64_t runs;
    uint64_t *outcomes; /* sorted, each once; the caller frees them */
    size_t outcome_count;
};
void bounded_explore(struct exploration *exploration);

/* What a core does from a scheduling point to its next. */
struct bounded_step {
    const void *what;
    uint8_t core, kind; /* kind: enum point; POINT_COUNT: its beginning */
    bool has_space;     /* the core holds the lock of an address space */
    bool used;          /* in a set: there is one here */
};
/* A point at which another core could have gone on, after the last of the switches (strategy.c). */
struct bounded_point {
    struct bounded_step step; /* that the core is about to make */
    uint32_t local;
    uint8_t ready; /* bits of cores */
};
/* A set of steps: open addressing. */
struct bounded_steps {
    struct bounded_step *slots;
    size_t count, room;
};
void bounded_steps_add(struct bounded_steps *set, const struct bounded_step *step);
void bounded_steps_free(struct bounded_steps *set);

#define BOUNDED_DEPTH_MAX 8u
struct bounded_log {
    struct bounded_point *points;
    size_t count;
    /* By the number of the switch: what was done between it and the next step of the core that was left by it. */
    struct bounded_steps between[BOUNDED_DEPTH_MAX];
};
void bounded_log_begin(size_t switches);
struct bounded_log bounded_log_take(void);

double seconds_now(void);
