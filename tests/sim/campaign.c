/* campaign.c: see campaign.h. */
#include "tests/sim/campaign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/heap.h"

#define CORES_DEFAULT_MAX 4u
#define CHUNK             100u
#define KILL_STRIDE       13u
#define BOUNDED_SECONDS   100.0

struct progress {
    const struct campaign *campaign;
    double start, until; /* until 0: no limit */
    uint64_t runs, points, failures;
    uint64_t sites; /* of sweeps */
};

double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- plans ---- */

/* How long a run is, for PCT: that of the default schedule. */
static uint64_t scenario_length(const struct scenario *scenario, unsigned cores)
{
    static struct {
        const struct scenario *scenario;
        unsigned cores;
        uint64_t length;
    } known[256];
    unsigned i = 0;
    for (; known[i].scenario != NULL && i < 255; i++) {
        if (known[i].scenario == scenario && known[i].cores == cores)
            return known[i].length;
    }
    struct plan plan = {
        .scenario = scenario, .seed = 1, .strategy = STRATEGY_DEFAULT, .cores = cores};
    sim_run(&plan);
    known[i].scenario = scenario;
    known[i].cores = cores;
    known[i].length = sim.failed ? 2000 : sim.points;
    return known[i].length;
}

static struct plan make_plan(const struct campaign *campaign, const struct scenario *scenario,
                             uint64_t seed)
{
    struct plan plan = {.scenario = scenario,
                        .seed = seed,
                        .strategy = campaign->strategy,
                        .cores = campaign->cores,
                        .depth = campaign->depth,
                        .fail_at = campaign->fail_at,
                        .kill_at = campaign->kill_at,
                        .cancel_at = campaign->cancel_at,
                        .message_at = campaign->message_at};
    if (plan.cores == 0)
        plan.cores = scenario->cores != 0 ? scenario->cores : 1 + seed % CORES_DEFAULT_MAX;
    if (campaign->mixed && seed / CORES_DEFAULT_MAX % 2)
        plan.strategy = STRATEGY_PCT;
    if (plan.depth == 0 && plan.strategy == STRATEGY_BOUNDED)
        plan.depth = 1;
    if (plan.depth == 0)
        plan.depth = 2 + seed / 8 % 4;
    if (plan.strategy == STRATEGY_PCT)
        plan.length = scenario_length(scenario, plan.cores);
    return plan;
}

/* ---- failures ---- */

static const struct plan *current_plan;

static void print_command(FILE *out, const struct plan *plan)
{
    static const char *const strategies[] = {"random", "pct", "default", "replay", "bounded"};
    fprintf(out, "dyad-sim --scenario %s --cores %u --strategy %s --depth %u --seed %llu",
            plan->scenario->name, plan->cores, strategies[plan->strategy], plan->depth,
            (unsigned long long)plan->seed);
    if (plan->fail_at != 0)
        fprintf(out, " --fail-at %llu", (unsigned long long)plan->fail_at);
    if (plan->kill_at != 0)
        fprintf(out, " --kill-at %llu", (unsigned long long)plan->kill_at);
    if (plan->cancel_at != 0)
        fprintf(out, " --cancel-at %llu", (unsigned long long)plan->cancel_at);
    if (plan->message_at != 0)
        fprintf(out, " --message-at %llu", (unsigned long long)plan->message_at);
    fprintf(out, "\n");
}

/* AddressSanitizer ends the program itself. */
void __asan_on_error(void);
void __asan_on_error(void)
{
    if (current_plan == NULL)
        return;
    fprintf(stderr, "in: ");
    print_command(stderr, current_plan);
}

static void show_failure(const struct progress *progress, struct plan *plan)
{
    const struct campaign *campaign = progress->campaign;
    printf("FAILED  %s after %llu schedules, %.1f s\n  %s\n%s", plan->scenario->name,
           (unsigned long long)progress->runs, seconds_now() - progress->start, sim.message,
           sim.report);
    printf("  replay: ");
    print_command(stdout, plan);
    fflush(stdout);
    size_t before = sim.decision_count;
    if (!campaign->no_shrink) {
        unsigned runs = shrink(plan);
        printf("  shrunk from %zu to %zu decisions in %u runs; what happens:\n", before,
               plan->replay_count, runs);
    }
    plan->trace = true;
    sim_run(plan);
    trace_words();
    printf("  %s\n%s", sim.message, sim.report);
    if (campaign->trace != NULL && !trace_write_json(campaign->trace))
        perror(campaign->trace);
    fflush(stdout);
}

/* -> false: stop. */
static bool run_plan(struct progress *progress, struct plan *plan)
{
    current_plan = plan;
    sim_run(plan);
    progress->runs++;
    progress->points += sim.points;
    if (!sim.failed && progress->campaign->verify) {
        uint64_t hash = sim.hash;
        sim_run(plan);
        if (!sim.failed && sim.hash != hash) {
            sim.failed = true;
            snprintf(sim.message, sizeof sim.message, "not deterministic: hashes %#llx, %#llx",
                     (unsigned long long)hash, (unsigned long long)sim.hash);
        }
    }
    if (!sim.failed)
        return true;
    progress->failures++;
    struct plan shown = *plan;
    show_failure(progress, &shown);
    return progress->campaign->keep_going;
}

static bool time_is_over(const struct progress *progress)
{
    return progress->until != 0 && seconds_now() > progress->until;
}

/* ---- sweeps ---- */

/* Under one seed: a run that counts, into *count, and then one for each number from first to *count, as *at. -> false: stop. */
static bool sweep_counted(struct progress *progress, struct plan *plan, uint64_t *at,
                          uint64_t first, uint64_t scale, const uint64_t *count)
{
    *at = UINT64_MAX;
    if (!run_plan(progress, plan))
        return false;
    uint64_t last = *count * scale + scale - 1;
    progress->sites += *count;
    for (*at = first; *at <= last && !time_is_over(progress); ++*at) {
        if (!run_plan(progress, plan))
            return false;
    }
    return true;
}

/* Under one seed, somebody is killed at each moment, in strides. -> false: stop. */
static bool sweep_kill(struct progress *progress, struct plan plan)
{
    if (!run_plan(progress, &plan))
        return false;
    uint64_t points = sim.points;
    for (plan.kill_at = 1; plan.kill_at <= points && !time_is_over(progress);
         plan.kill_at += KILL_STRIDE) {
        if (!run_plan(progress, &plan))
            return false;
    }
    return true;
}

/* Every schedule with a few preemptions, under one seed. -> false: it fails. */
static bool explore_all(struct progress *progress, const struct plan *plan, bool reduced,
                        struct exploration *e)
{
    double left = progress->until != 0 ? progress->until - seconds_now() : BOUNDED_SECONDS;
    *e = (struct exploration){
        .plan = *plan, .depth = plan->depth, .seconds = left, .reduced = reduced};
    bounded_explore(e);
    progress->runs += e->runs;
    progress->points += e->runs * sim.points;
    printf("%-16s %9llu schedules stand for all with up to %u preemptions%s: %zu outcomes\n",
           plan->scenario->name, (unsigned long long)e->runs, plan->depth,
           e->complete ? "" : " (not all: time is over)", e->outcome_count);
    fflush(stdout);
    if (!e->failed)
        return true;
    progress->failures++;
    show_failure(progress, &e->plan);
    return false;
}

/* -> false: stop. */
static bool run_bounded(struct progress *progress, struct plan plan)
{
    const struct campaign *campaign = progress->campaign;
    struct exploration e, all;
    bool go = explore_all(progress, &plan, !campaign->no_reduce, &e);
    if (go && campaign->compare) {
        go = explore_all(progress, &plan, false, &all);
        bool same = e.outcome_count == all.outcome_count && e.complete && all.complete &&
                    memcmp(e.outcomes, all.outcomes, e.outcome_count * sizeof *e.outcomes) == 0;
        if (go && !same) {
            printf("FAILED  %s: the reduction loses outcomes, or time was over\n",
                   plan.scenario->name);
            progress->failures++;
            go = false;
        }
        free(all.outcomes);
    }
    free(e.outcomes);
    return go;
}

static bool run_seed(struct progress *progress, const struct scenario *scenario, uint64_t seed)
{
    const struct campaign *campaign = progress->campaign;
    struct plan plan = make_plan(campaign, scenario, seed);
    if (campaign->sweep_alloc)
        return sweep_counted(progress, &plan, &plan.fail_at, 1, 1, &sim.alloc_sites);
    if (campaign->sweep_cancel)
        return sweep_counted(progress, &plan, &plan.cancel_at, 2, 2, &sim.cancel_states);
    if (campaign->sweep_server)
        return sweep_counted(progress, &plan, &plan.message_at, 1, 1, &sim.messages);
    if (campaign->sweep_kill)
        return sweep_kill(progress, plan);
    if (campaign->strategy == STRATEGY_BOUNDED)
        return run_bounded(progress, plan);
    return run_plan(progress, &plan);
}

/* ---- all ---- */

static bool is_wanted(const struct campaign *campaign, const struct scenario *scenario)
{
    size_t length = strlen(scenario->name);
    const char *at = campaign->names;
    if (at == NULL)
        return !scenario->open_bug;
    while ((at = strstr(at, scenario->name)) != NULL) {
        bool begins = at == campaign->names || at[-1] == ',';
        if (begins && (at[length] == '\0' || at[length] == ','))
            return true;
        at += length;
    }
    return false;
}

/* What a scenario has had so far. */
struct tally {
    uint64_t runs, points, hash;
    double seconds;
};

/* Seeds first to end - 1. -> false: stop. */
static bool run_scenario(struct progress *progress, const struct scenario *scenario,
                         struct tally *tally, uint64_t first, uint64_t end)
{
    double start = seconds_now();
    uint64_t runs = progress->runs, points = progress->points;
    bool go = true;
    for (uint64_t seed = first; seed != end && go && !time_is_over(progress); seed++) {
        go = run_seed(progress, scenario, seed);
        tally->hash = (tally->hash ^ sim.hash) * 0x100000001b3u;
    }
    tally->seconds += seconds_now() - start;
    tally->runs += progress->runs - runs;
    tally->points += progress->points - points;
    return go;
}

static void print_tally(const struct scenario *scenario, const struct tally *tally)
{
    if (tally->runs == 0)
        return;
    printf("%-16s %9llu runs, %6llu points each, %7.0f runs/s, hash of all %016llx\n",
           scenario->name, (unsigned long long)tally->runs,
           (unsigned long long)(tally->points / tally->runs), (double)tally->runs / tally->seconds,
           (unsigned long long)tally->hash);
    fflush(stdout);
}

/* A chunk of seeds for each scenario in turn, so that all get on at the same rate. */
static bool run_chunk(struct progress *progress, struct tally *tallies, uint64_t done,
                      uint64_t chunk)
{
    const struct campaign *campaign = progress->campaign;
    for (unsigned i = 0; i < sim_scenario_count; i++) {
        uint64_t first = campaign->seed + done;
        if (is_wanted(campaign, sim_scenarios[i]) &&
            !run_scenario(progress, sim_scenarios[i], &tallies[i], first, first + chunk))
            return false;
    }
    return true;
}

int campaign_run(const struct campaign *campaign)
{
    static struct tally tallies[256];
    struct progress progress = {.campaign = campaign, .start = seconds_now()};
    bool found = false;
    for (unsigned i = 0; i < sim_scenario_count; i++)
        found |= is_wanted(campaign, sim_scenarios[i]);
    if (!found) {
        fprintf(stderr, "dyad-sim: no such scenario (see --list)\n");
        return 2;
    }
    if (campaign->minutes > 0)
        progress.until = progress.start + campaign->minutes * 60;
    for (uint64_t done = 0; done < campaign->runs && !time_is_over(&progress);) {
        uint64_t chunk = campaign->runs - done < CHUNK ? campaign->runs - done : CHUNK;
        if (!run_chunk(&progress, tallies, done, chunk))
            break;
        done += chunk;
    }
    for (unsigned i = 0; i < sim_scenario_count && !campaign->quiet; i++)
        print_tally(sim_scenarios[i], &tallies[i]);
    if (progress.sites != 0)
        printf("swept %llu places, each of them\n", (unsigned long long)progress.sites);
    bool all = !campaign->sweep_cancel || sweep_print_states() || campaign->names != NULL;
    return progress.failures != 0 || !all;
}
