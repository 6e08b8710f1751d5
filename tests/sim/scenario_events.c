/* scenario_events.c: event queues, timers, signals, stopping, killing, exec. */
#include "tests/sim/actor.h"

static struct {
    handle_t pipes[2][2];
    handle_t queue;
    unsigned read, written, ended;
    handle_t child;
    uint64_t id;
} s;

/* ---- one queue, two pipes, two waiters ---- */

static void event_waiter(struct actor *a, uint64_t arg)
{
    struct event event;
    for (;;) {
        int64_t status = wait_event(a, s.queue, &event, DEADLINE_NEVER);
        if (status == -ERR_BADF)
            return;
        EXPECT_IS(a, status, 1);
        EXPECT(a, event.cookie < 2 && event.events != 0);
        uint64_t h = (uint64_t)s.pipes[event.cookie][0];
        int64_t got = SYS(a, read, h, at_data(a), 2, UINT64_MAX);
        EXPECT(a, got >= 0 || got == -ERR_AGAIN || got == -ERR_BADF);
        if (got > 0) {
            s.read += (unsigned)got;
            if (chance(a, 3) == 0) /* what is left is for the other one */
                SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + 300000);
        }
        if (got != 0)
            continue;
        if (SYS(a, handle_close, h) == 0 && ++s.ended == 2) /* its watch ends */
            EXPECT_IS(a, SYS(a, handle_close, (uint64_t)s.queue), 0);
    }
    (void)arg;
}

static void event_writer(struct actor *a, uint64_t index)
{
    for (unsigned i = 0; i < 3; i++) {
        put(a, at_data(a), "abc", 3);
        EXPECT_IS(a, SYS(a, write, (uint64_t)s.pipes[index][1], at_data(a), 3, UINT64_MAX), 3);
        s.written += 3;
        if (chance(a, 2) == 0)
            SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + 1000000);
    }
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)s.pipes[index][1]), 0);
}

static void event_first(struct actor *a, uint64_t arg)
{
    s.queue = (handle_t)SYS(a, event_create);
    for (unsigned i = 0; i < 2; i++) {
        EXPECT_IS(a, make_pipe(a, s.pipes[i], FILE_NONBLOCK), 0);
        EXPECT_IS(
            a, SYS(a, event_watch, (uint64_t)s.queue, (uint64_t)s.pipes[i][0], EVENT_READABLE, i),
            0);
    }
    EXPECT(a, spawn(a, HANDLE_NONE, event_waiter, 0) > 0);
    EXPECT(a, spawn(a, HANDLE_NONE, event_writer, 0) > 0);
    EXPECT(a, spawn(a, HANDLE_NONE, event_writer, 1) > 0);
    event_waiter(a, arg);
}

static void events_start(void)
{
    s.read = s.written = s.ended = 0;
    sim_thread(sim_process("events"), event_first, 0);
}

static bool events_finish(void)
{
    return s.read == s.written && s.ended == 2;
}
const struct scenario scenario_events = {.name = "events",
                                         .text = "two waiters share a queue of two pipes",
                                         .start = events_start,
                                         .finish = events_finish};

/* ---- waiting with deadlines ---- */

static void timed_waiter(struct actor *a, uint64_t arg)
{
    struct event event;
    int64_t queue = SYS(a, event_create);
    uint64_t deadline = 0;
    EXPECT_IS(a, SYS(a, event_watch, (uint64_t)queue, (uint64_t)s.pipes[0][0], EVENT_READABLE, arg),
              0);
    for (unsigned i = 0; i < 3; i++) {
        deadline = now_ns() + chance(a, 30000);
        int64_t status = wait_event(a, (handle_t)queue, &event, deadline);
        EXPECT(a, status == 1 || status == -ERR_TIMEDOUT);
        EXPECT(a, status == 1 || now_ns() >= deadline);
        deadline = now_ns() + chance(a, 20000);
        status = SYS(a, futex_wait, AT_SHARED, 0, deadline);
        EXPECT(a, status == 0 || status == -ERR_TIMEDOUT || status == -ERR_AGAIN);
        deadline = now_ns() + chance(a, 20000);
        EXPECT_IS(a, SYS(a, sleep, DYAD_CLOCK_MONOTONIC, deadline), 0);
        EXPECT(a, now_ns() >= deadline);
    }
}

static void timed_first(struct actor *a, uint64_t arg)
{
    uint64_t deadline, count;
    EXPECT_IS(a, make_pipe(a, s.pipes[0], FILE_NONBLOCK), 0);
    EXPECT(a, spawn(a, HANDLE_NONE, timed_waiter, 1) > 0);
    EXPECT(a, spawn(a, HANDLE_NONE, timed_waiter, 2) > 0);
    int64_t timer = open_path(a, "time:monotonic", FILE_RDWR);
    EXPECT(a, timer >= 0);
    for (unsigned i = 0; i < 3; i++) {
        deadline = now_ns() + chance(a, 30000);
        put(a, at_data(a), &deadline, sizeof deadline);
        EXPECT_IS(a, SYS(a, write, (uint64_t)timer, at_data(a), 8, UINT64_MAX), 8);
        EXPECT_IS(a, SYS(a, read, (uint64_t)timer, at_data(a), 8, UINT64_MAX), 8);
        EXPECT(a, now_ns() >= deadline);
        get(a, at_data(a), &count, sizeof count);
        EXPECT_IS(a, count, 1);
        SYS(a, futex_wake, AT_SHARED, 1);
        SYS(a, write, (uint64_t)s.pipes[0][1], at_data(a), 1, UINT64_MAX);
    }
    (void)arg;
}

static void timed_start(void)
{
    sim_thread(sim_process("timed"), timed_first, 0);
}
const struct scenario scenario_timed = {
    .name = "timed", .text = "deadlines race with what they wait for", .start = timed_start};

/* ---- a process with threads in every kind of wait is killed ---- */

static void victim_futex(struct actor *a, uint64_t arg)
{
    for (;;)
        SYS(a, futex_wait, AT_SHARED + arg, 0, DEADLINE_NEVER);
}

static void victim_compute(struct actor *a, uint64_t arg)
{
    for (;;)
        store32(a, AT_MORE + arg, 1);
}

static void victim_sleep(struct actor *a, uint64_t arg)
{
    for (;;)
        SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + 500 * arg);
}

static void victim_map(struct actor *a, uint64_t arg)
{
    for (;;) {
        int64_t at = SYS(a, map, NONE, 0, 3 * DYAD_PAGE_SIZE, MAP_PROT_READ | MAP_PROT_WRITE, NONE);
        EXPECT(a, at > 0);
        store32(a, (uint64_t)at, (uint32_t)arg);
        EXPECT_IS(a, SYS(a, unmap, NONE, (uint64_t)at, 3 * DYAD_PAGE_SIZE), 0);
    }
}

static void victim_first(struct actor *a, uint64_t arg)
{
    handle_t ends[2];
    int64_t status = make_pipe(a, ends, 0);
    EXPECT(a, status == 0 || status == -ERR_SRCH); /* killed already */
    SYS(a, thread_create, NONE, USER_BAD);
    spawn(a, HANDLE_NONE, victim_futex, 0);
    spawn(a, HANDLE_NONE, victim_compute, 0);
    spawn(a, HANDLE_NONE, victim_sleep, 1);
    spawn(a, HANDLE_NONE, victim_map, 1);
    do
        SYS(a, read, (uint64_t)ends[0], at_data(a), 1, UINT64_MAX);
    while (arg == 0);
}

static void kill_first(struct actor *a, uint64_t victim)
{
    compute(a, (unsigned)chance(a, 120));
    EXPECT_IS(a, control(a, (handle_t)victim, PROCESS_KILL, WSTATUS_SIGNAL(9)), 0);
    EXPECT_IS(a, wait_exit(a, (handle_t)victim), WSTATUS_SIGNAL(9));
}

static void kill_start(void)
{
    struct process *other = sim_process("killer"), *victim = sim_process("victim");
    sim_thread(victim, victim_first, 0);
    sim_thread(other, kill_first, (uint64_t)sim_give_process(other, victim));
}
const struct scenario scenario_kill = {
    .name = "kill", .text = "threads in every kind of wait are killed", .start = kill_start};

/* ---- stop and continue ---- */

static void pinger(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < 4; i++) {
        while (load32(a, AT_SHARED) != arg)
            SYS(a, futex_wait, AT_SHARED, !arg, DEADLINE_NEVER);
        store32(a, AT_SHARED, !arg);
        SYS(a, futex_wake, AT_SHARED, 1);
    }
}

static void pinger_first(struct actor *a, uint64_t arg)
{
    EXPECT(a, spawn(a, HANDLE_NONE, pinger, 1) > 0);
    pinger(a, arg);
}

static void stopper(struct actor *a, uint64_t child)
{
    for (unsigned i = 0; i < 3; i++) {
        compute(a, (unsigned)chance(a, 15));
        EXPECT_IS(a, control(a, (handle_t)child, PROCESS_STOP, 0), 0);
        compute(a, (unsigned)chance(a, 15));
        EXPECT(a, control(a, (handle_t)child, PROCESS_CONTINUE, 0) >= 0);
    }
    EXPECT_IS(a, wait_exit(a, (handle_t)child), 0);
}

static void stop_start(void)
{
    struct process *boss = sim_process("boss"), *child = sim_process("child");
    sim_thread(child, pinger_first, 0);
    sim_thread(boss, stopper, (uint64_t)sim_give_process(boss, child));
}
const struct scenario scenario_stop = {
    .name = "stop", .text = "a process is stopped and continued at any time", .start = stop_start};

/* ---- signals: waited for, and to a handler ---- */

static void count_signal(struct actor *a, uint32_t signo)
{
    EXPECT_IS(a, signo, DYAD_SIGUSR1);
    s.read++;
}

static void signal_taker(struct actor *a, uint64_t arg)
{
    struct signal_wait wait = {.set = DYAD_SIGNAL_BIT(DYAD_SIGUSR2), .deadline = DEADLINE_NEVER};
    /* New threads begin with an empty mask. */
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_BLOCK, DYAD_SIGNAL_BIT(DYAD_SIGUSR2)), 0);
    store32(a, AT_SHARED + 4, 1);
    SYS(a, futex_wake, AT_SHARED + 4, 1);
    for (unsigned i = 0; i < 3;) {
        put(a, at_own(a), &wait, sizeof wait);
        int64_t signo = SYS(a, signal_control, SIGNAL_WAIT, at_own(a));
        if (signo == -ERR_INTR)
            continue;
        EXPECT_IS(a, signo, DYAD_SIGUSR2);
        i++;
        store32(a, AT_SHARED, i);
        SYS(a, futex_wake, AT_SHARED, 1);
    }
    (void)arg;
}

static void signal_giver(struct actor *a, uint64_t arg)
{
    int64_t self = SYS(a, process_control, NONE, PROCESS_SELF);
    EXPECT(a, self >= 0);
    while (load32(a, AT_SHARED + 4) == 0)
        SYS(a, futex_wait, AT_SHARED + 4, 0, DEADLINE_NEVER);
    for (uint32_t i = 0; i < 3; i++) {
        EXPECT_IS(a, signal_process(a, (handle_t)self, DYAD_SIGUSR2), 0);
        EXPECT_IS(a, signal_process(a, (handle_t)self, DYAD_SIGUSR1), 0);
        while (load32(a, AT_SHARED) == i)
            SYS(a, futex_wait, AT_SHARED, i, DEADLINE_NEVER);
    }
    (void)arg;
}

static void signal_first(struct actor *a, uint64_t arg)
{
    on_signals(a, DYAD_SIGNAL_BIT(DYAD_SIGUSR1), count_signal);
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_BLOCK, DYAD_SIGNAL_BIT(DYAD_SIGUSR2)), 0);
    EXPECT(a, spawn(a, HANDLE_NONE, signal_taker, arg) > 0);
    signal_giver(a, arg);
}

static void signal_start(void)
{
    s.read = 0;
    sim_thread(sim_process("signal"), signal_first, 0);
}
const struct scenario scenario_signal = {
    .name = "signal", .text = "signals that are waited for and handled", .start = signal_start};

/* ---- exec while the other threads wait and run ---- */

static void exec_image(struct actor *a, uint64_t arg)
{
    SYS(a, process_exit, WSTATUS_EXIT(42));
    (void)arg;
}

static void exec_first(struct actor *a, uint64_t arg)
{
    struct exec_args args = {.entry = actor_entry(exec_image), .name = "image"};
    EXPECT(a, spawn(a, HANDLE_NONE, victim_futex, 0) > 0);
    EXPECT(a, spawn(a, HANDLE_NONE, victim_compute, 0) > 0);
    int64_t space = SYS(a, space_create);
    EXPECT(a, space >= 0);
    EXPECT(a, SYS(a, map, (uint64_t)space, USER_BASE, USER_PAGES * DYAD_PAGE_SIZE,
                  MAP_PROT_READ | MAP_PROT_WRITE | MAP_FLAG_FIXED, NONE) >= 0);
    put(a, at_own(a), &args, sizeof args);
    int64_t status = SYS(a, exec, (uint64_t)space, at_own(a));
    EXPECT_IS(a, status, -1000); /* never returns */
    (void)arg;
}

static void exec_boss(struct actor *a, uint64_t child)
{
    EXPECT_IS(a, wait_exit(a, (handle_t)child), WSTATUS_EXIT(42));
}

static void exec_start(void)
{
    struct process *boss = sim_process("boss"), *child = sim_process("child");
    sim_thread(child, exec_first, 0);
    sim_thread(boss, exec_boss, (uint64_t)sim_give_process(boss, child));
}
const struct scenario scenario_exec = {
    .name = "exec", .text = "a new image while other threads wait and run", .start = exec_start};

/* ---- threads that have just got a core are killed, and then never enter the kernel again ---- */

static void runaway(struct actor *a, uint64_t arg)
{
    for (uint64_t i = chance(a, 4); i != 0; i--)
        SYS(a, yield);
    for (;;)
        compute(a, (unsigned)arg);
}

static void runaway_first(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < 3; i++)
        spawn(a, HANDLE_NONE, runaway, arg);
    if (chance(a, 4) != 0) /* while a new thread begins to run on another core */
        SYS(a, process_exit, WSTATUS_SIGNAL(9));
    runaway(a, arg);
}

static void runaway_start(void)
{
    struct process *other = sim_process("killer"), *victim = sim_process("victim");
    sim_thread(victim, runaway_first, 100);
    sim_thread(other, kill_first, (uint64_t)sim_give_process(other, victim));
}
const struct scenario scenario_runaway = {.name = "runaway",
                                          .text = "threads are killed as they enter user mode",
                                          .start = runaway_start};
