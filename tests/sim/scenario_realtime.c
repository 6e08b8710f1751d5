/* scenario_realtime.c: priorities: turns, locks and servers that are lent priority, and what real-time threads leave to others. That
 * no core runs a thread while a higher one waits is checked in every scenario (check.c). */
#include "core/sched.h"
#include "core/scheme.h"
#include "tests/sim/actor.h"
#include "tests/sim/user.h"

#define LOCK_A    (AT_SHARED + 64)
#define LOCK_B    (AT_SHARED + 128)
#define TOLD      (AT_SHARED + 192)
#define LOCKERS   5u
#define THROTTLED 40u /* milliseconds of an ordinary thread beside one that never waits */

static struct {
    bool go, over, tried;
    unsigned hogs, hogs_wanted, ready, ended, inside;
    unsigned order[16], count; /* who came when */
    struct actor *low, *middle;
    struct actor *clients[2];
    handle_t scheme;
    uint64_t ran_ns, took_ns;
} s;

static void realtime_reset(void)
{
    s = (typeof(s)){.scheme = HANDLE_NONE};
    sim.step_ns = 2000;
}

static void set_sched(struct actor *a, unsigned policy, unsigned priority)
{
    EXPECT_IS(a, SYS(a, thread_control, THREAD_SET_SCHED, 0, SCHED_WORD(policy, priority)), 0);
    EXPECT_IS(a, SYS(a, thread_control, THREAD_GET_SCHED, 0), SCHED_WORD(policy, priority));
}

static uint32_t runs_at(const struct actor *a)
{
    return atomic_load(&actor_thread(a)->priority);
}

static uint32_t lock_id(struct actor *a)
{
    return (uint32_t)SYS(a, thread_control, THREAD_LOCK_ID);
}

static int64_t lock_until(struct actor *a, uint64_t at, uint64_t deadline)
{
    if (compare32(a, at, 0, lock_id(a)) == 0)
        return 0;
    int64_t got;
    do
        got = SYS(a, thread_control, THREAD_LOCK, at, deadline);
    while (got == -ERR_AGAIN || got == -ERR_INTR);
    return got;
}

static void unlock(struct actor *a, uint64_t at)
{
    uint32_t id = lock_id(a);
    if (compare32(a, at, id, 0) != id)
        EXPECT_IS(a, SYS(a, thread_control, THREAD_UNLOCK, at), 0);
}

static void note(unsigned who)
{
    if (s.count < ARRAY_COUNT(s.order))
        s.order[s.count++] = who;
}

static void expect_order(struct actor *a, const unsigned *order, unsigned count)
{
    EXPECT_IS(a, s.count, count);
    for (unsigned i = 0; i < count; i++)
        EXPECT_IS(a, s.order[i], order[i]);
    s.count = 0;
}

/* ---- turns, on one core ---- */

enum { COMPUTES, YIELDS, IS_LONG, SLEEPS };

/* arg: who | what << 8 */
static void turns_thread(struct actor *a, uint64_t arg)
{
    unsigned who = arg & 0xff, what = (unsigned)(arg >> 8);
    note(who);
    if (what == YIELDS)
        SYS(a, yield);
    if (what == SLEEPS)
        SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + DYAD_SCHED_RR_NS / 2);
    for (unsigned i = 0; what == IS_LONG && i < DYAD_SCHED_RR_NS / sim.step_ns; i++) {
        compute(a, 2); /* some two turns */
        if (s.order[s.count - 1] != who)
            note(who);
    }
    if (what == YIELDS || what == IS_LONG)
        note(who);
    s.ended++;
}

/* At the creator's priority, behind it; then at its own. -> its id */
static uint64_t turns_spawn(struct actor *a, uint32_t sched, unsigned who, unsigned what)
{
    int64_t id = spawn(a, HANDLE_NONE, turns_thread, who | what << 8);
    EXPECT(a, id > 0);
    EXPECT_IS(a, SYS(a, thread_control, THREAD_SET_SCHED, (uint64_t)id, sched), 0);
    return (uint64_t)id;
}

#define FIFO(priority) SCHED_WORD(DYAD_SCHED_FIFO, priority)
#define RR(priority)   SCHED_WORD(DYAD_SCHED_RR, priority)

static void turns_run(struct actor *a, unsigned threads, const unsigned *order, unsigned count)
{
    EXPECT_IS(a, s.count, 0); /* none has begun */
    set_sched(a, DYAD_SCHED_FIFO, 1);
    EXPECT_IS(a, s.ended, threads); /* all that are above it, before it goes on */
    expect_order(a, order, count);
    set_sched(a, DYAD_SCHED_FIFO, 50);
    s.ended = 0;
}

static void turns_boss(struct actor *a, uint64_t arg)
{
    set_sched(a, DYAD_SCHED_FIFO, 50);
    /* By priority, and in the order of coming; who yields goes behind its equals. */
    for (unsigned i = 0; i < 4; i++)
        turns_spawn(a, FIFO(10 + i / 2), i, YIELDS);
    turns_run(a, 4, (const unsigned[]){2, 3, 2, 3, 0, 1, 0, 1}, 8);
    /* FIFO keeps the core, whatever waits of its kind; RR takes turns. */
    turns_spawn(a, FIFO(10), 0, IS_LONG);
    turns_spawn(a, FIFO(10), 1, IS_LONG);
    turns_run(a, 2, (const unsigned[]){0, 0, 1, 1}, 4);
    /* Whom a higher one has interrupted goes on before its equals. */
    turns_spawn(a, FIFO(40), 2, SLEEPS);
    turns_spawn(a, FIFO(10), 0, IS_LONG);
    turns_spawn(a, FIFO(10), 1, IS_LONG);
    turns_run(a, 3, (const unsigned[]){2, 0, 0, 1, 1}, 5);
    turns_spawn(a, RR(10), 0, IS_LONG);
    turns_spawn(a, RR(10), 1, IS_LONG);
    set_sched(a, DYAD_SCHED_FIFO, 1);
    EXPECT_IS(a, s.ended, 2);
    EXPECT(a, s.order[0] != s.order[1]); /* neither has ended before the other began */
    (void)arg;
}

/* Where a change puts one that is ready. */
static void moves_boss(struct actor *a, uint64_t arg)
{
    set_sched(a, DYAD_SCHED_FIFO, 50);
    uint64_t ids[4];
    for (unsigned i = 0; i < 4; i++)
        ids[i] = turns_spawn(a, FIFO(10), i, COMPUTES);
    /* The same again: to the end. pthread_setschedprio: an unchanged one stays, a raised one goes to the end, a lowered one to the front. */
    EXPECT_IS(a, SYS(a, thread_control, THREAD_SET_SCHED, ids[0], FIFO(10)), 0);
    EXPECT_IS(a, SYS(a, thread_control, THREAD_SET_SCHED, ids[1], FIFO(10) | SCHED_KEEP_PLACE), 0);
    turns_run(a, 4, (const unsigned[]){1, 2, 3, 0}, 4);
    for (unsigned i = 0; i < 4; i++)
        ids[i] = turns_spawn(a, FIFO(10 + i % 2), i, COMPUTES);
    EXPECT_IS(a, SYS(a, thread_control, THREAD_SET_SCHED, ids[3], FIFO(10) | SCHED_KEEP_PLACE), 0);
    EXPECT_IS(a, SYS(a, thread_control, THREAD_SET_SCHED, ids[0], FIFO(11) | SCHED_KEEP_PLACE), 0);
    turns_run(a, 4, (const unsigned[]){1, 0, 3, 2}, 4);
    (void)arg;
}

static void turns_start(void)
{
    realtime_reset();
    sim.step_ns = 20000;
    sim_thread(sim_process("p"), turns_boss, 0);
}
const struct scenario scenario_turns = {.name = "turns",
                                        .text = "real-time threads by priority, then in order",
                                        .start = turns_start,
                                        .cores = 1};

static void moves_start(void)
{
    realtime_reset();
    sim_thread(sim_process("p"), moves_boss, 0);
}
const struct scenario scenario_moves = {.name = "moves",
                                        .text = "where a new priority puts a thread that is ready",
                                        .start = moves_start,
                                        .cores = 1};

/* ---- a core that gets free of a higher one takes what waits elsewhere before its own ordinary threads ---- */

static void bind(struct actor *a, uint64_t mask)
{
    EXPECT_IS(a, SYS(a, thread_control, THREAD_SET_AFFINITY, mask), 0);
}

static void pull_hog(struct actor *a, uint64_t core)
{
    bind(a, 1UL << core);
    while (s.ready < 2)
        SYS(a, yield);
    set_sched(a, DYAD_SCHED_FIFO, 70);
    s.hogs++;
    while (s.hogs < 2)
        compute(a, 1);
    compute(a, 200);
    while (core == 0 && !s.over)
        compute(a, 1);
}

static void pull_ordinary(struct actor *a, uint64_t arg)
{
    bind(a, 2);
    s.ready++;
    while (!s.over)
        compute(a, 1);
    (void)arg;
}

/* Its last core is the first one, where it cannot run. */
static void pull_waiting(struct actor *a, uint64_t arg)
{
    bind(a, 1);
    bind(a, UINT64_MAX);
    s.ready++;
    set_sched(a, DYAD_SCHED_FIFO, 40);
    while (s.hogs < 2)
        compute(a, 1);
    compute(a, 300);
    s.over = true;
    (void)arg;
}

static void pull_start(void)
{
    realtime_reset();
    struct process *p = sim_process("p");
    sim_thread(p, pull_hog, 0);
    sim_thread(p, pull_hog, 1);
    sim_thread(p, pull_ordinary, 0);
    sim_thread(p, pull_waiting, 0);
}
const struct scenario scenario_pull = {.name = "pull",
                                       .text = "a real-time thread goes where it may run first",
                                       .start = pull_start,
                                       .cores = 2};

/* ---- a lock lends priority: however many cores there are, threads between the two have them all ---- */

static void hog(struct actor *a, uint64_t priority)
{
    while (!s.go)
        SYS(a, yield);
    set_sched(a, DYAD_SCHED_FIFO, (unsigned)priority);
    s.hogs++;
    while (!s.over)
        compute(a, 1);
}

static void wait_for_hogs(struct actor *a)
{
    while (s.hogs < s.hogs_wanted)
        SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + 500 * sim.step_ns);
}

static void lender_low(struct actor *a, uint64_t arg)
{
    s.low = a;
    set_sched(a, DYAD_SCHED_FIFO, 1);
    EXPECT_IS(a, lock_until(a, LOCK_A, DEADLINE_NEVER), 0);
    s.ready++;
    while (!s.tried)
        SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + 500 * sim.step_ns);
    compute(a, 20);
    unlock(a, LOCK_A);
    EXPECT_IS(a, runs_at(a), 1);
    (void)arg;
}

static void lender_middle(struct actor *a, uint64_t arg)
{
    s.middle = a;
    set_sched(a, DYAD_SCHED_FIFO, 2);
    while (s.ready < 1)
        SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + 500 * sim.step_ns);
    EXPECT_IS(a, lock_until(a, LOCK_B, DEADLINE_NEVER), 0);
    s.ready++;
    EXPECT_IS(a, lock_until(a, LOCK_A, DEADLINE_NEVER), 0);
    compute(a, 5);
    unlock(a, LOCK_A);
    unlock(a, LOCK_B);
    EXPECT_IS(a, runs_at(a), 2);
    (void)arg;
}

/* It waits for the middle, which waits for the low one. */
static void lender_high(struct actor *a, uint64_t arg)
{
    while (s.ready < 2)
        SYS(a, yield);
    set_sched(a, DYAD_SCHED_FIFO, 90);
    s.go = true;
    wait_for_hogs(a);
    if (chance(a, 2) == 0) {
        EXPECT_IS(a, lock_until(a, LOCK_B, now_ns() + 600 * sim.step_ns), -ERR_TIMEDOUT);
        EXPECT(a, runs_at(s.low) <= 2 && runs_at(s.middle) <= 2); /* nobody lends any more */
    }
    s.tried = true;
    EXPECT_IS(a, lock_until(a, LOCK_B, DEADLINE_NEVER), 0);
    EXPECT_IS(a, runs_at(a), 90);
    unlock(a, LOCK_B);
    s.over = true;
    (void)arg;
}

static void lender_start(void)
{
    realtime_reset();
    struct process *p = sim_process("p");
    s.hogs_wanted = sim.plan->cores;
    sim_thread(p, lender_low, 0);
    sim_thread(p, lender_middle, 0);
    for (unsigned i = 0; i < s.hogs_wanted; i++)
        sim_thread(p, hog, 50);
    sim_thread(p, lender_high, 0);
}
const struct scenario scenario_lender = {
    .name = "lender", .text = "priority is lent along a chain of locks", .start = lender_start};

/* ---- so does a call to its server, and requests come in the order of priority ---- */

static void lent_server(struct actor *a, uint64_t names)
{
    struct request request;
    struct reply reply = {.send = HANDLE_NONE};
    handle_t scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    s.scheme = scheme;
    while (s.ready < 3) /* the low one's and the high one's requests will wait */
        SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + 500 * sim.step_ns);
    int64_t status = receive(a, scheme, &request, DEADLINE_NEVER);
    while (status == 0 && s.count < 4) {
        if (request.tag != 0 && request.verb >= VERB_PRIVATE) {
            note((unsigned)request.args[0]);
            EXPECT(a, runs_at(a) >= request.args[0]);
            compute(a, 10);
        }
        reply.tag = request.tag;
        reply.values[0] = 1;
        bool last = s.count == 4;
        status = request.tag == 0 ? receive(a, scheme, &request, DEADLINE_NEVER)
                 : last           ? reply_only(a, scheme, &reply)
                                  : reply_receive(a, scheme, &reply, &request, DEADLINE_NEVER);
    }
    EXPECT_IS(a, runs_at(a), 0);
    EXPECT_IS(a, s.order[0], 70);
    EXPECT_IS(a, s.order[1], 60);
}

static void lent_client(struct actor *a, uint64_t priority)
{
    s.clients[priority == 70] = a;
    while (s.scheme == HANDLE_NONE)
        SYS(a, yield);
    struct call_args args = call_simple(priority);
    set_sched(a, DYAD_SCHED_FIFO, (unsigned)priority);
    s.ready++;
    EXPECT_IS(a, call(a, s.scheme, VERB_PRIVATE, &args), 0);
    EXPECT_IS(a, call(a, s.scheme, VERB_PRIVATE, &args), 0);
    if (++s.ended == 2)
        s.over = true;
}

/* Does its call wait for the server, and for no reply yet? */
static bool is_queued(const struct actor *a)
{
    const struct request_slot *slot = actor_thread(a)->request;
    return slot && slot->state == REQUEST_QUEUED;
}

static void lent_clock(struct actor *a, uint64_t arg)
{
    while (s.ready < 2)
        SYS(a, yield);
    set_sched(a, DYAD_SCHED_FIFO, 80);
    s.go = true;
    wait_for_hogs(a);
    while (!is_queued(s.clients[0]) || !is_queued(s.clients[1]))
        SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + 500 * sim.step_ns);
    s.ready++;
    (void)arg;
}

static void lent_start(void)
{
    realtime_reset();
    struct process *p = sim_process("p");
    s.hogs_wanted = sim.plan->cores;
    sim_thread(p, lent_server, (uint64_t)sim_give_names(p));
    sim_thread(p, lent_client, 60);
    sim_thread(p, lent_client, 70);
    for (unsigned i = 0; i < s.hogs_wanted; i++)
        sim_thread(p, hog, 50);
    sim_thread(p, lent_clock, 0);
}
const struct scenario scenario_lent = {
    .name = "lent", .text = "a server runs at its clients' priority", .start = lent_start};

/* ---- many threads, two locks: exclusion, deadlines, holders that end ---- */

static void locker(struct actor *a, uint64_t index)
{
    if (chance(a, 3) != 0)
        set_sched(a, chance(a, 2) ? DYAD_SCHED_FIFO : DYAD_SCHED_RR, 1 + (unsigned)chance(a, 99));
    uint32_t own = runs_at(a);
    for (unsigned i = 0; i < 4; i++) {
        uint64_t deadline = chance(a, 2) ? DEADLINE_NEVER : now_ns() + chance(a, 200) * sim.step_ns;
        int64_t got = lock_until(a, LOCK_A, deadline);
        if (got == -ERR_TIMEDOUT && deadline != DEADLINE_NEVER)
            continue;
        EXPECT_IS(a, got, 0);
        EXPECT_IS(a, s.inside++, 0);
        EXPECT_IS(a, SYS(a, thread_control, THREAD_LOCK, LOCK_A, DEADLINE_NEVER), -ERR_DEADLK);
        compute(a, (unsigned)chance(a, 10));
        s.inside--;
        unlock(a, LOCK_A);
        EXPECT(a, runs_at(a) == own);
    }
    if (load32(a, LOCK_A) != lock_id(a))
        EXPECT_IS(a, SYS(a, thread_control, THREAD_UNLOCK, LOCK_A), -ERR_PERM);
    int64_t got = lock_until(a, LOCK_B, DEADLINE_NEVER);
    EXPECT(a, got == (s.count != 0 ? -ERR_OWNERDEAD : 0) || got == -ERR_OWNERDEAD);
    if (got == 0)
        note((unsigned)index); /* and ends with it */
}

static void locks_start(void)
{
    realtime_reset();
    struct process *p = sim_process("p");
    for (unsigned i = 0; i < LOCKERS; i++)
        sim_thread(p, locker, i);
}

static bool locks_finish(void)
{
    return s.count == 1;
}
const struct scenario scenario_locks = {.name = "locks",
                                        .text = "locks with priorities, deadlines, and deaths",
                                        .start = locks_start,
                                        .finish = locks_finish};

/* ---- priorities change under way, of others and of oneself ---- */

static void shuffled(struct actor *a, uint64_t index)
{
    for (unsigned i = 0; i < 12; i++) {
        unsigned priority = (unsigned)chance(a, 4) * 10;
        uint64_t word = SCHED_WORD(priority ? DYAD_SCHED_FIFO : DYAD_SCHED_OTHER, priority);
        uint64_t keep = chance(a, 2) ? SCHED_KEEP_PLACE : 0, of = chance(a, 5);
        int64_t status = SYS(a, thread_control, THREAD_SET_SCHED, of, word | keep);
        EXPECT(a, status == 0 || status == -ERR_SRCH);
        switch (chance(a, 5)) {
        case 0: SYS(a, yield); break;
        case 1: SYS(a, futex_wait, TOLD, 0, now_ns() + chance(a, 100) * sim.step_ns); break;
        case 2: SYS(a, futex_wake, TOLD, 1); break;
        case 3:
            SYS(a, thread_control, THREAD_SET_AFFINITY, 1UL << chance(a, sim.plan->cores));
            break;
        default: compute(a, 8); break;
        }
        if (chance(a, 3) == 0)
            SYS(a, thread_control, THREAD_SET_AFFINITY, UINT64_MAX);
    }
    (void)index;
}

static void shuffle_start(void)
{
    realtime_reset();
    struct process *p = sim_process("p");
    for (unsigned i = 0; i < 5; i++)
        sim_thread(p, shuffled, i);
}
const struct scenario scenario_shuffle = {
    .name = "shuffle", .text = "priorities change under way", .start = shuffle_start};

/* A change meets a thread that just begins to run: it sees the change, or is seen and told (check.c). */
static void beginner(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < 8; i++) {
        SYS(a, futex_wait, TOLD, 0, now_ns() + (1 + chance(a, 8)) * sim.step_ns);
        compute(a, 2);
    }
    (void)arg;
}

static void changer(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < 16; i++) {
        unsigned priority = (unsigned)chance(a, 3) * 10;
        int64_t got = SYS(a, thread_control, THREAD_SET_SCHED, 1 + chance(a, 4),
                          SCHED_WORD(priority ? DYAD_SCHED_FIFO : DYAD_SCHED_OTHER, priority));
        EXPECT(a, got == 0 || got == -ERR_SRCH);
    }
    (void)arg;
}

static void begin_start(void)
{
    realtime_reset();
    struct process *p = sim_process("p");
    for (
        unsigned i = 0; i < 5;
        i++) /* more than cores: else a core is thought to run who ran there last, and told in vain */
        sim_thread(p, i < 4 ? beginner : changer, 0);
}
const struct scenario scenario_begin = {
    .name = "begin", .text = "priorities change when threads begin to run", .start = begin_start};

/* Two are woken at once, both for the core where they ran last, which is idle: the second one needs another. */
static void pushed(struct actor *a, uint64_t index)
{
    set_sched(a, DYAD_SCHED_FIFO, 10 + 10 * (unsigned)index);
    for (unsigned i = 0; i < 6; i++) {
        SYS(a, thread_control, THREAD_SET_AFFINITY, 1UL); /* now both were there last */
        SYS(a, thread_control, THREAD_SET_AFFINITY, UINT64_MAX);
        s.inside++;
        SYS(a, futex_wait, index == 0 ? LOCK_A : LOCK_B, 0, now_ns() + 400 * sim.step_ns);
        compute(a, 20);
    }
}

static void pusher(struct actor *a, uint64_t index)
{
    for (unsigned i = 0; i < 6; i++) {
        for (unsigned n = 0; n < 400 && s.inside < 2 * (i + 1); n++)
            compute(a, 1);
        compute(a, 20); /* until they sleep */
        SYS(a, futex_wake, index == 0 ? LOCK_A : LOCK_B, 1);
    }
}

static void push_start(void)
{
    realtime_reset();
    struct process *p = sim_process("p");
    for (unsigned i = 0; i < 4; i++)
        sim_thread(p, i < 2 ? pushed : pusher, i % 2);
}
const struct scenario scenario_push = {
    .name = "push", .text = "real-time threads are woken at once", .start = push_start};

/* ---- who never waits leaves others something ---- */

/* Its CPU time, and now; both of one moment, with nobody in between. */
static uint64_t cpu_time_at(struct actor *a, uint64_t *now)
{
    for (;;) {
        uint64_t begun = now_ns(), ran = (uint64_t)SYS(a, thread_control, THREAD_CPU_TIME);
        *now = now_ns();
        if (*now - begun < 3000000)
            return ran;
    }
}

static void throttle_other(struct actor *a, uint64_t arg)
{
    while (s.hogs < s.hogs_wanted)
        SYS(a, yield);
    uint64_t start, end, before = cpu_time_at(a, &start);
    while (now_ns() - start < 300000000)
        compute(a, 1);
    s.ran_ns = cpu_time_at(a, &end) - before;
    s.took_ns = end - start;
    s.over = true;
    (void)arg;
}

static void throttle_start(void)
{
    realtime_reset();
    struct process *p = sim_process("p");
    s.hogs_wanted = 1;
    s.go = true;
    sim.step_ns = 20000;
    sim_thread(p, throttle_other, 0);
    sim_thread(p, hog, 99);
}

static bool throttle_finish(void)
{
    sim_report("  %llu us of %llu\n", (unsigned long long)(s.ran_ns / 1000),
               (unsigned long long)(s.took_ns / 1000));
    return s.ran_ns * 1000 >= 25 * s.took_ns && s.ran_ns * 100 <= 9 * s.took_ns;
}
const struct scenario scenario_throttle = {.name = "throttle",
                                           .text = "real-time threads leave others something",
                                           .start = throttle_start,
                                           .finish = throttle_finish,
                                           .cores = 1};
