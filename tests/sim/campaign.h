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
    bool sweep_alloc, sweep_kill;
    uint64_t fail_at, kill_at; /* one run of a sweep; 0: none */
    bool verify, keep_going, no_shrink, quiet;
    const char *trace;
};

/* -> the exit status. */
int campaign_run(const struct campaign *campaign);

/* shrink.c: leave out decisions of the failed run as long as it fails in the same way; *plan becomes that run. The decisions
 * stay in memory of its own. -> runs that it took */
unsigned shrink(struct plan *plan);

/* bounded.c: every schedule with at most `depth` preemptions. -> true: one fails, and *plan is it. */
bool bounded_explore(struct plan *plan, unsigned depth, double seconds, uint64_t *runs, bool *all);

/* The points of a run at which another core could have gone on, from the last of the given switches on (strategy.c). */
struct bounded_point {
    uint32_t local;
    uint8_t core, ready; /* ready: bits of cores */
};
struct bounded_log {
    struct bounded_point *points;
    size_t count;
};
void bounded_log_begin(const struct decision *chosen, size_t count);
struct bounded_log bounded_log_take(void);

double seconds_now(void);
