/* scenario_policy.c: what is promised beyond correctness: shares of time, cores, and rights. */
#include "core/sched.h"
#include "tests/sim/actor.h"

#define SLICES 60u

static struct {
    handle_t scheme, file, peer;
    bool go, over;
    uint64_t got_ns[5], gap_ns; /* time that each had; the longest that one waited for a core */
    unsigned ready, ended;
    handle_t given;
    uint32_t given_rights;
    unsigned rounds;
} s;

static void set_weight(struct actor *a, uint64_t weight)
{
    EXPECT_IS(a, SYS(a, thread_control, THREAD_SET_WEIGHT, weight), 0);
}

static uint64_t own_ns(struct actor *a)
{
    return (uint64_t)SYS(a, thread_control, THREAD_CPU_TIME);
}

/* Run until all is over. The scheduler may take the core from it at any point; how long did that take at most? */
static void run_until_over(struct actor *a, unsigned index)
{
    s.ready++;
    while (!s.go)
        SYS(a, yield);
    uint64_t start = own_ns(a), last = now_ns();
    while (!s.over) {
        compute(a, 1);
        uint64_t now = now_ns();
        if (now - last > s.gap_ns)
            s.gap_ns = now - last;
        last = now;
    }
    s.got_ns[index] = own_ns(a) - start;
    s.ended++;
}

static void run_clock(struct actor *a, unsigned threads)
{
    while (s.ready != threads)
        SYS(a, yield);
    s.gap_ns = 0;
    s.go = true;
    SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + SLICES * SCHED_SLICE_NS);
    s.over = true;
}

static void policy_reset(void)
{
    s.go = s.over = false;
    s.ready = s.ended = 0;
    s.gap_ns = 0;
    for (unsigned i = 0; i < ARRAY_COUNT(s.got_ns); i++)
        s.got_ns[i] = 0;
    sim.step_ns = SCHED_SLICE_NS / 200; /* a pass through the kernel takes part of a slice */
}

/* ---- weighted shares: two threads of weights 1 and 2, and a limited quota whose two threads together weigh 1 ---- */

static void fair_hog(struct actor *a, uint64_t index)
{
    set_weight(a, index == 1 ? 2048 : 1024);
    run_until_over(a, (unsigned)index);
}

/* Threads that wait are not among those that share. They have no deadline, which time could jump to. */
static void fair_waiter(struct actor *a, uint64_t arg)
{
    while (load32(a, AT_SHARED) == 0)
        SYS(a, futex_wait, AT_SHARED, 0, DEADLINE_NEVER);
    (void)arg;
}

static void fair_child(struct actor *a, uint64_t index)
{
    for (unsigned i = 0; i < 4; i++)
        EXPECT(a, spawn(a, HANDLE_NONE, fair_waiter, i) > 0);
    EXPECT(a, spawn(a, HANDLE_NONE, fair_hog, index + 1) > 0);
    fair_hog(a, index);
    store32(a, AT_SHARED, 1);
    SYS(a, futex_wake, AT_SHARED, 4);
}

static void fair_boss(struct actor *a, uint64_t arg)
{
    handle_t child = start_child(a, fair_child, 2);
    run_clock(a, 4);
    EXPECT_IS(a, wait_exit(a, child), 0);
    (void)arg;
}

static void fair_start(void)
{
    policy_reset();
    struct process *boss = sim_process("boss"), *hogs = sim_process("hogs");
    struct quota_limits limits = {
        .pages = 100, .kernel_bytes = 100000, .processes = 2, .threads = 12};
    sim_limit(boss, &limits);
    sim_thread(boss, fair_boss, 0);
    sim_thread(hogs, fair_hog, 0);
    sim_thread(hogs, fair_hog, 1);
}

static bool is_near(uint64_t got, uint64_t want)
{
    uint64_t slack = 6 * SCHED_SLICE_NS;
    return got + slack >= want && got <= want + slack;
}

static bool fair_finish(void)
{
    uint64_t all = s.got_ns[0] + s.got_ns[1] + s.got_ns[2] + s.got_ns[3];
    uint64_t limited = s.got_ns[2] + s.got_ns[3];
    sim_report("  of %llu slices: %llu, %llu, %llu + %llu; the longest wait %llu us\n",
               (unsigned long long)(all / SCHED_SLICE_NS),
               (unsigned long long)(s.got_ns[0] / SCHED_SLICE_NS),
               (unsigned long long)(s.got_ns[1] / SCHED_SLICE_NS),
               (unsigned long long)(s.got_ns[2] / SCHED_SLICE_NS),
               (unsigned long long)(s.got_ns[3] / SCHED_SLICE_NS),
               (unsigned long long)(s.gap_ns / 1000));
    return is_near(s.got_ns[0], all / 4) && is_near(s.got_ns[1], all / 2) &&
           is_near(limited, all / 4) && is_near(s.got_ns[2], limited / 2) &&
           s.gap_ns <= 32 * SCHED_SLICE_NS;
}
const struct scenario scenario_fair = {.name = "fair",
                                       .text = "shares by weight, and bounded waits",
                                       .start = fair_start,
                                       .finish = fair_finish,
                                       .cores = 1};

/* ---- a client and a server that call each other for ever do not keep a third thread out ---- */

static void handoff_server(struct actor *a, uint64_t names)
{
    struct request request;
    struct reply reply = {.send = HANDLE_NONE};
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    int64_t status = receive(a, s.scheme, &request, DEADLINE_NEVER);
    while (status == 0 && request.tag != 0) {
        reply.tag = request.tag;
        reply.values[0] = 1;
        status = reply_receive(a, s.scheme, &reply, &request, DEADLINE_NEVER);
    }
    EXPECT_IS(a, status, 0); /* the client's close */
}

static void handoff_client(struct actor *a, uint64_t arg)
{
    int64_t file;
    while ((file = open_path(a, "s:", FILE_RDWR)) == -ERR_NODEV)
        SYS(a, yield);
    EXPECT(a, file >= 0);
    s.ready++;
    while (!s.over) {
        struct call_args args = call_simple(1);
        EXPECT_IS(a, call(a, (handle_t)file, VERB_PRIVATE, &args), 0);
    }
    (void)arg;
}

static void handoff_hog(struct actor *a, uint64_t arg)
{
    run_until_over(a, 0);
    (void)arg;
}

static void handoff_clock(struct actor *a, uint64_t arg)
{
    run_clock(a, 2);
    (void)arg;
}

static void handoff_start(void)
{
    policy_reset();
    struct process *server = sim_process("server"), *hog = sim_process("hog");
    sim_thread(server, handoff_server, (uint64_t)sim_give_names(server));
    sim_thread(sim_process("client"), handoff_client, 0);
    sim_thread(hog, handoff_hog, 0);
    sim_thread(hog, handoff_clock, 0);
}

static bool handoff_finish(void)
{
    sim_report("  the third has %llu of %u slices; its longest wait %llu us\n",
               (unsigned long long)(s.got_ns[0] / SCHED_SLICE_NS), SLICES,
               (unsigned long long)(s.gap_ns / 1000));
    return s.got_ns[0] >= SLICES * SCHED_SLICE_NS / 5 && s.gap_ns <= 12 * SCHED_SLICE_NS;
}
const struct scenario scenario_handoff = {.name = "handoff",
                                          .text = "two that call each other, and a third thread",
                                          .start = handoff_start,
                                          .finish = handoff_finish,
                                          .cores = 1};

/* ---- threads run where they may ---- */

static void bound_thread(struct actor *a, uint64_t index)
{
    for (unsigned i = 0; i < 6; i++) {
        unsigned core = (unsigned)chance(a, sim.plan->cores);
        EXPECT_IS(a, SYS(a, thread_control, THREAD_SET_AFFINITY, 1UL << core), 0);
        for (unsigned j = 0; j < 12; j++) {
            EXPECT_IS(a, sim.core->index, core);
            if (chance(a, 4) == 0)
                SYS(a, yield);
            else if (chance(a, 4) == 0)
                SYS(a, futex_wait, AT_SHARED, 0, now_ns() + 3000);
            else if (chance(a, 2) == 0)
                SYS(a, futex_wake, AT_SHARED, 2);
            else
                compute(a, 3);
        }
    }
    (void)index;
}

static void affinity_start(void)
{
    struct process *p = sim_process("bound");
    for (unsigned i = 0; i < 5; i++)
        sim_thread(p, bound_thread, i);
}
const struct scenario scenario_affinity = {.name = "affinity",
                                           .text = "threads run on the cores that they may use",
                                           .start = affinity_start};

/* ---- rights only shrink: two threads duplicate, pass on and close handles, and know what each may do ---- */

#define OWNED 6u

struct owned {
    handle_t h; /* HANDLE_NONE: closed */
    uint32_t rights;
};

static uint32_t rights_of(struct actor *a, handle_t h)
{
    int64_t info = SYS(a, handle_control, (uint64_t)h, HANDLE_INFO, 0);
    EXPECT(a, info >= 0);
    return (uint32_t)(info >> 8);
}

static void rights_dup(struct actor *a, struct owned *from, struct owned *to)
{
    uint32_t asked = (uint32_t)chance(a, RIGHT_ALL + 1u);
    int64_t h = SYS(a, handle_dup, (uint64_t)from->h, asked);
    EXPECT(a, h >= 0);
    *to = (struct owned){(handle_t)h, from->rights & asked};
    EXPECT_IS(a, rights_of(a, to->h), to->rights);
}

static void rights_close(struct actor *a, struct owned *of)
{
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)of->h), 0);
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)of->h),
              -ERR_BADF); /* a number is not used again at once */
    of->h = HANDLE_NONE;
}

/* `of` names the other process. */
static void rights_use(struct actor *a, const struct owned *of)
{
    int64_t status = control(a, of->h, PROCESS_CONTINUE, 0);
    EXPECT_IS(a, status, of->rights & RIGHT_CONTROL ? 0 : -ERR_ACCES);
    int64_t queue = SYS(a, event_create);
    EXPECT(a, queue >= 0);
    status = SYS(a, event_watch, (uint64_t)queue, (uint64_t)of->h, EVENT_EXIT, 1);
    EXPECT_IS(a, status, of->rights & RIGHT_WATCH ? 0 : -ERR_ACCES);
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)queue), 0);
}

/* To the other process, which looks at what it got. */
static void rights_give(struct actor *a, const struct owned *of)
{
    while (s.given != HANDLE_NONE)
        SYS(a, yield);
    s.given = -2; /* ours, from here on */
    int64_t h = control(a, s.peer, PROCESS_GIVE, (uint64_t)of->h);
    if (!(of->rights & RIGHT_PASS)) {
        EXPECT_IS(a, h, -ERR_ACCES);
        s.given = HANDLE_NONE;
        return;
    }
    EXPECT(a, h >= 0);
    s.given_rights = of->rights;
    s.given = (handle_t)h;
}

static void rights_owner(struct actor *a, uint64_t peer)
{
    struct owned owned[OWNED] = {{(handle_t)peer, RIGHT_ALL}};
    for (unsigned i = 1; i < OWNED; i++)
        owned[i].h = HANDLE_NONE;
    for (unsigned i = 0; i < 20; i++) {
        struct owned *of = &owned[chance(a, OWNED)], *to = &owned[1 + chance(a, OWNED - 1)];
        if (of->h == HANDLE_NONE)
            of = &owned[0];
        if (to->h != HANDLE_NONE)
            rights_close(a, to);
        else
            rights_dup(a, of, to);
        if (of->h != HANDLE_NONE && chance(a, 3) == 0)
            rights_use(a, of);
        if (of->h != HANDLE_NONE && chance(a, 3) == 0)
            rights_give(a, of);
    }
    s.ended++;
}

static void rights_first(struct actor *a, uint64_t peer)
{
    s.peer = (handle_t)peer;
    EXPECT_IS(a, SYS(a, namespace_control, NONE, NAMESPACE_REMOVE, at_own(a), 1, 0), -ERR_ACCES);
    int64_t second = SYS(a, handle_dup, peer, RIGHT_ALL);
    EXPECT(a, second >= 0);
    EXPECT(a, spawn(a, HANDLE_NONE, rights_owner, (uint64_t)second) > 0);
    rights_owner(a, peer);
}

/* Begins with nothing at all: only what it is given can be used. */
static void rights_taker(struct actor *a, uint64_t arg)
{
    while (!s.go)
        SYS(a, yield);
    EXPECT_IS(a, open_path(a, "log:", FILE_WRITE), -ERR_NODEV);
    EXPECT_IS(a, open_path(a, "sys:", FILE_READ), -ERR_NODEV);
    put(a, at_own(a), "x", 1);
    EXPECT_IS(a, SYS(a, namespace_control, NONE, NAMESPACE_ADD, at_own(a), 1, 0), -ERR_ACCES);
    while (s.ended != 2 || s.given >= 0) {
        if (s.given < 0) {
            SYS(a, yield);
            continue;
        }
        EXPECT_IS(a, rights_of(a, s.given), s.given_rights);
        EXPECT_IS(a, control(a, s.given, PROCESS_CONTINUE, 0),
                  s.given_rights & RIGHT_CONTROL ? 0 : -ERR_ACCES);
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)s.given), 0);
        s.given = HANDLE_NONE;
    }
    (void)arg;
}

static void authority_boss(struct actor *a, uint64_t child)
{
    int64_t names = SYS(a, namespace_control, NONE, NAMESPACE_CREATE, 0, 0, 0);
    EXPECT(a, names >= 0);
    EXPECT_IS(a, control(a, (handle_t)child, PROCESS_SET_NAMESPACE, (uint64_t)names), 0);
    int64_t reading = SYS(a, handle_dup, (uint64_t)names, RIGHT_ALL & ~RIGHT_CALL);
    EXPECT(a, reading >= 0);
    put(a, at_own(a), "x", 1);
    EXPECT_IS(a, SYS(a, namespace_control, (uint64_t)reading, NAMESPACE_REMOVE, at_own(a), 1, 0),
              -ERR_ACCES);
    s.go = true;
    rights_first(a, child);
}

static void authority_start(void)
{
    s.given = HANDLE_NONE;
    s.ended = 0;
    s.go = false;
    struct process *boss = sim_process("boss"), *child = sim_process("taker");
    sim_thread(child, rights_taker, 0);
    sim_thread(boss, authority_boss, (uint64_t)sim_give_process(boss, child));
}
const struct scenario scenario_authority = {
    .name = "authority", .text = "handles passed on never allow more", .start = authority_start};
