/* sweep.c: sweeps: in each run one thing goes wrong, at a place that is counted through from the first to the last. */
#include "tests/sim/user.h"

#include <stdio.h>

#include "core/heap.h"
#include "core/scheme.h"

#define POINTS_AFTER \
    200000u /* actors that wait for ever, actively, for what cannot come any more are killed then */

static uint64_t hit_at;

static void hit(void)
{
    sim.disturbed = true;
    hit_at = sim.points;
}

/* Two cores that allocate at once may count below zero. */
static bool allocation_has_failed(void)
{
    uint64_t left = atomic_load(&sim.machine->heap.fault.fail_at);
    return left == 0 || left > sim.plan->fail_at;
}

bool sweep_hit(void)
{
    bool alloc = sim.plan->fail_at != 0 && sim.plan->fail_at != UINT64_MAX;
    if (!sim.disturbed && alloc && allocation_has_failed())
        hit();
    return sim.disturbed;
}

static void kill_process_of(const struct actor *a)
{
    struct process *process = actor_thread(a)->process;
    kobject_get(&process->object);
    process_kill(process, WSTATUS_SIGNAL(DYAD_SIGKILL));
    kobject_put(&process->object);
}

/* Some thread, chosen by the seed and the moment. */
static void kill_one(void)
{
    unsigned start = (unsigned)((sim.plan->seed + sim.plan->kill_at) % SIM_ACTORS_MAX);
    for (unsigned i = 0; i < SIM_ACTORS_MAX; i++) {
        const struct actor *a = &sim_actors[(start + i) % SIM_ACTORS_MAX];
        if (!a->used)
            continue;
        kill_process_of(a);
        return;
    }
}

/* A process at a time: while it is killed others may end. */
static void kill_rest(void)
{
    for (unsigned i = 0; i < SIM_ACTORS_MAX; i++) {
        if (sim_actors[i].used && !thread_is_killed(actor_thread(&sim_actors[i])))
            kill_process_of(&sim_actors[i]);
    }
}

/* ---- cancels ---- */

/* Where a system call is, as others see it. */
enum call_state {
    CALL_RUNS,  /* on a core, or between two steps */
    CALL_WAITS, /* for anything but a request */
    CALL_QUEUED,
    CALL_MOVING,
    CALL_SERVED,
    CALL_CLAIMED, /* somebody completes it */
    CALL_DONE,    /* it has its result and waits for a core */
    CALL_STATES
};
static const char *const state_names[CALL_STATES] = {"runs",   "waits",   "queued", "moving",
                                                     "served", "claimed", "done"};

#define CALLS 64u
static uint64_t cancelled[CALLS][CALL_STATES][2];

/* What must have been met: how many of a state are not is a matter of luck, but none of these. */
static const struct {
    uint8_t number, state;
} expected[] = {
    {SYS_futex_wait, CALL_WAITS},  {SYS_futex_wait, CALL_DONE}, {SYS_read, CALL_WAITS},
    {SYS_read, CALL_RUNS},         {SYS_write, CALL_WAITS},     {SYS_event_wait, CALL_WAITS},
    {SYS_event_wait, CALL_DONE},   {SYS_sleep, CALL_WAITS},     {SYS_scheme_serve, CALL_WAITS},
    {SYS_scheme_serve, CALL_DONE}, {SYS_call, CALL_QUEUED},     {SYS_call, CALL_MOVING},
    {SYS_call, CALL_SERVED},       {SYS_call, CALL_DONE},       {SYS_open, CALL_QUEUED},
    {SYS_open, CALL_SERVED},       {SYS_open, CALL_MOVING},     {SYS_signal_control, CALL_WAITS},
    {SYS_process_fork, CALL_RUNS}, {SYS_unmap, CALL_WAITS},     {SYS_exec, CALL_WAITS},
};

static enum call_state request_state(const struct thread *t)
{
    switch (t->request->state) {
    case REQUEST_QUEUED: return CALL_QUEUED;
    case REQUEST_MOVING: return CALL_MOVING;
    case REQUEST_SERVED: return CALL_SERVED;
    case REQUEST_IDLE: break;
    }
    return CALL_CLAIMED;
}

/* false: it is in user code. */
static bool state_of(const struct actor *a, enum call_state *state)
{
    const struct thread *t = actor_thread(a);
    if (!a->user->waits)
        return false;
    *state = CALL_RUNS;
    if (a->user->answered)
        *state = CALL_DONE;
    else if (t->wait.state == WAIT_CLAIMED)
        *state = CALL_CLAIMED;
    else if (t->wait.state == WAIT_ARMED)
        *state = t->wait.interrupt != NULL && t->request != NULL ? request_state(t) : CALL_WAITS;
    return true;
}

static void cancel(const struct actor *a, enum call_state state)
{
    struct thread *t = actor_thread(a);
    bool kills = sim.plan->cancel_at & 1;
    hit();
    if (a->user->number < CALLS)
        cancelled[a->user->number][state][kills]++;
    if (kills) {
        kill_process_of(a);
        return;
    }
    kobject_get(&t->object);
    thread_interrupt(t, ATTENTION_SIGNAL);
    kobject_put(&t->object);
}

/* Each state of each call of each thread counts once. */
static void cancel_step(void)
{
    for (unsigned i = 0; i < SIM_ACTORS_MAX && !sim.disturbed; i++) {
        struct actor *a = &sim_actors[i];
        enum call_state state;
        if (!a->used || !state_of(a, &state))
            continue;
        if (a->swept != a->calls)
            a->swept_bits = 0;
        a->swept = a->calls;
        if (a->swept_bits >> state & 1)
            continue;
        a->swept_bits |= 1u << state;
        if (++sim.cancel_states == sim.plan->cancel_at / 2)
            cancel(a, state);
    }
}

static const char *call_name(unsigned number)
{
    switch (number) {
#define X(value, name, args) \
    case value: return #name;
        DYAD_SYSCALL_LIST(X)
#undef X
    default: return "?";
    }
}

bool sweep_print_states(void)
{
    bool all = true;
    for (unsigned number = 0; number < CALLS; number++) {
        bool named = false;
        for (unsigned state = 0; state < CALL_STATES; state++) {
            const uint64_t *count = cancelled[number][state];
            if (count[0] + count[1] == 0)
                continue;
            if (!named)
                printf("%-18s", call_name(number));
            printf("  %s %llu+%llu", state_names[state], (unsigned long long)count[0],
                   (unsigned long long)count[1]);
            named = true;
        }
        if (named)
            printf("\n");
    }
    for (unsigned i = 0; i < ARRAY_COUNT(expected); i++) {
        const uint64_t *count = cancelled[expected[i].number][expected[i].state];
        if (count[0] != 0 && count[1] != 0)
            continue;
        printf("never interrupted: %s, %s\n", call_name(expected[i].number),
               state_names[expected[i].state]);
        all = false;
    }
    return all;
}

/* ---- servers that end at each message ---- */

bool sweep_message(void)
{
    if (sim.plan->message_at == 0 || sim.disturbed || ++sim.messages != sim.plan->message_at)
        return false;
    hit();
    return true;
}

/* ---- at work ---- */

void sweep_step(void)
{
    if (sim.plan->kill_at != 0 && !sim.disturbed && sim.points >= sim.plan->kill_at) {
        hit();
        kill_one();
    }
    if (sim.plan->cancel_at != 0 && !sim.disturbed)
        cancel_step();
    if (sim.kill_all || (sweep_hit() && sim.points > hit_at + POINTS_AFTER)) {
        sim.kill_all = true;
        kill_rest();
    }
}

bool sweep_overdue(void)
{
    return sim.disturbed && sim.points > hit_at + POINTS_AFTER;
}

bool sweep_end(void)
{
    if (!sweep_hit() || sim.kill_all)
        return false;
    sim.kill_all = true;
    return true;
}
