/* scenario_process.c: processes in trouble: two execs at once, signals while stopped, queues closed under many, tables that are full. */
#include "tests/sim/actor.h"

#define ANSWER 5

static struct {
    handle_t queue, scheme, child, client;
    handle_t pipe[2];
    unsigned waiting, images, handled, opened, answered, warm;
    unsigned progress[2];
    bool go, over;
} s;

/* Until another thread has said so. */
static void wait_for(struct actor *a, const bool *condition)
{
    while (!*condition)
        SYS(a, yield);
}

/* ---- an event queue is closed while several wait ---- */

static void closing_waiter(struct actor *a, uint64_t arg)
{
    struct event event;
    s.waiting++;
    EXPECT_IS(a, wait_event(a, s.queue, &event, DEADLINE_NEVER), -ERR_BADF);
    s.waiting--;
    (void)arg;
}

static void closing_first(struct actor *a, uint64_t arg)
{
    EXPECT_IS(a, make_pipe(a, s.pipe, 0), 0);
    s.queue = (handle_t)SYS(a, event_create);
    EXPECT_IS(a, SYS(a, event_watch, (uint64_t)s.queue, (uint64_t)s.pipe[0], EVENT_READABLE, 1), 0);
    for (unsigned i = 0; i < 3; i++)
        EXPECT(a, spawn(a, HANDLE_NONE, closing_waiter, i) > 0);
    while (s.waiting != 3)
        SYS(a, yield);
    compute(a, (unsigned)chance(a, 200));
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)s.queue), 0);
    (void)arg;
}

static void closing_start(void)
{
    s.waiting = 0;
    sim_thread(sim_process("closing"), closing_first, 0);
}

static bool closing_finish(void)
{
    return s.waiting == 0;
}
const struct scenario scenario_closing = {.name = "closing",
                                          .text = "an event queue is closed while three wait",
                                          .start = closing_start,
                                          .finish = closing_finish};

/* ---- two threads exec at once: one image runs, and nothing of the old one is left ---- */

static void race_handler(struct actor *a, uint32_t signo)
{
    (void)a, (void)signo;
}

static void race_image(struct actor *a, uint64_t arg)
{
    struct process_info info;
    s.images++;
    int64_t self = SYS(a, process_control, NONE, PROCESS_SELF);
    EXPECT(a, self >= 0);
    EXPECT_IS(a, control(a, (handle_t)self, PROCESS_INFO, at_own(a)), 0);
    get(a, at_own(a), &info, sizeof info);
    EXPECT_IS(a, info.signals_caught, 0);
    EXPECT(a, info.threads <= 2); /* the one that called exec may still be ending */
    compute(a, 20);
    SYS(a, process_exit, WSTATUS_EXIT(42));
    (void)arg;
}

static void race_exec(struct actor *a, uint64_t arg)
{
    struct exec_args args = {.entry = actor_entry(race_image), .name = "image"};
    int64_t space = SYS(a, space_create);
    EXPECT(a, space >= 0);
    EXPECT(a, SYS(a, map, (uint64_t)space, USER_BASE, USER_PAGES * DYAD_PAGE_SIZE,
                  MAP_PROT_READ | MAP_PROT_WRITE | MAP_FLAG_FIXED, NONE) >= 0);
    put(a, at_own(a), &args, sizeof args);
    EXPECT_IS(a, SYS(a, exec, (uint64_t)space, at_own(a)), -ERR_BUSY); /* the other one was first */
    for (;;)
        SYS(a, yield); /* until it kills us */
    (void)arg;
}

static void race_first(struct actor *a, uint64_t arg)
{
    on_signals(a, DYAD_SIGNAL_BIT(DYAD_SIGUSR1), race_handler);
    int64_t id = spawn(a, HANDLE_NONE, race_exec, 0);
    EXPECT(a, id > 0);
    race_exec(a, arg);
}

static void race_boss(struct actor *a, uint64_t child)
{
    EXPECT_IS(a, wait_exit(a, (handle_t)child), WSTATUS_EXIT(42));
}

static void exec_race_start(void)
{
    s.images = 0;
    struct process *boss = sim_process("boss"), *child = sim_process("child");
    sim_thread(child, race_first, 0);
    sim_thread(boss, race_boss, (uint64_t)sim_give_process(boss, child));
}

static bool exec_race_finish(void)
{
    return s.images == 1;
}
const struct scenario scenario_exec_race = {.name = "exec-race",
                                            .text = "two threads of a process exec at once",
                                            .start = exec_race_start,
                                            .finish = exec_race_finish};

/* ---- signals come to a process that is stopped ---- */

static void count_handled(struct actor *a, uint32_t signo)
{
    EXPECT_IS(a, signo, DYAD_SIGUSR1);
    s.handled++;
}

static void stopped_child(struct actor *a, uint64_t arg)
{
    on_signals(a, DYAD_SIGNAL_BIT(DYAD_SIGUSR1), count_handled);
    s.go = true;
    while (!s.over)
        SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + 3000);
    (void)arg;
}

static void stopping_boss(struct actor *a, uint64_t child)
{
    wait_for(a, &s.go);
    for (unsigned i = 0; i < 3; i++) {
        EXPECT_IS(a, control(a, (handle_t)child, PROCESS_STOP, 0), 0);
        compute(a, (unsigned)chance(a, 20));
        EXPECT_IS(a, signal_process(a, (handle_t)child, DYAD_SIGUSR1), 0);
        compute(a, (unsigned)chance(a, 20));
        EXPECT(a, control(a, (handle_t)child, PROCESS_CONTINUE, 0) >= 0);
        unsigned seen = s.handled;
        while (s.handled == seen && s.handled == 0) /* the first at least must come through */
            SYS(a, yield);
    }
    s.over = true;
    EXPECT_IS(a, wait_exit(a, (handle_t)child), 0);
}

static void stop_signal_start(void)
{
    s.go = s.over = false;
    s.handled = 0;
    struct process *boss = sim_process("boss"), *child = sim_process("child");
    sim_thread(child, stopped_child, 0);
    sim_thread(boss, stopping_boss, (uint64_t)sim_give_process(boss, child));
}
const struct scenario scenario_stop_signal = {
    .name = "stop-signal", .text = "signals come to a stopped process", .start = stop_signal_start};

/* ---- a signal for the process finds the thread that does not block it ---- */

static void open_thread(struct actor *a, uint64_t arg)
{
    /* It begins with its creator's mask. */
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_UNBLOCK, DYAD_SIGNAL_BIT(DYAD_SIGUSR1)), 0);
    while (s.handled == 0) {
        int64_t status = SYS(a, futex_wait, AT_SHARED, 0, DEADLINE_NEVER);
        EXPECT(a, status == -ERR_INTR || status == -ERR_AGAIN);
    }
    (void)arg;
}

static void blocking_thread(struct actor *a, uint64_t arg)
{
    on_signals(a, DYAD_SIGNAL_BIT(DYAD_SIGUSR1), count_handled);
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_BLOCK, DYAD_SIGNAL_BIT(DYAD_SIGUSR1)), 0);
    EXPECT(a, spawn(a, HANDLE_NONE, open_thread, arg) > 0);
    s.go = true;
    EXPECT_IS(a, SYS(a, futex_wait, AT_SHARED + 4, 0, DEADLINE_NEVER), 0);
}

static void blocked_boss(struct actor *a, uint64_t child)
{
    wait_for(a, &s.go);
    EXPECT_IS(a, signal_process(a, (handle_t)child, DYAD_SIGUSR1), 0);
    while (s.handled == 0)
        SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + 1000000);
    EXPECT_IS(a, control(a, (handle_t)child, PROCESS_KILL, WSTATUS_SIGNAL(9)), 0);
    EXPECT_IS(a, control(a, (handle_t)child, PROCESS_KILL, WSTATUS_SIGNAL(15)), 0);
    EXPECT_IS(a, wait_exit(a, (handle_t)child), WSTATUS_SIGNAL(9)); /* the first one counts */
}

static void blocked_start(void)
{
    s.go = false;
    s.handled = 0;
    struct process *boss = sim_process("boss"), *child = sim_process("child");
    sim_thread(child, blocking_thread, 0);
    sim_thread(boss, blocked_boss, (uint64_t)sim_give_process(boss, child));
}
const struct scenario scenario_blocked = {
    .name = "blocked", .text = "a signal that one of two threads blocks", .start = blocked_start};

/* ---- two threads are parked at the default action of different signals; each is resumed for its own ---- */

static void parked_thread(struct actor *a, uint64_t index)
{
    while (!s.over) {
        s.progress[index]++;
        SYS(a, yield);
    }
}

/* Until it goes on. */
static void wait_for_progress(struct actor *a, unsigned index, unsigned before)
{
    while (s.progress[index] == before)
        SYS(a, yield);
}

static int64_t signal_one(struct actor *a, handle_t process, uint32_t thread, uint32_t signo)
{
    struct signal_post post = {.info = {.signo = signo}, .thread = thread};
    put(a, at_own(a), &post, sizeof post);
    return control(a, process, PROCESS_SIGNAL, at_own(a));
}

static void resuming_boss(struct actor *a, uint64_t child)
{
    struct event event;
    int64_t queue = SYS(a, event_create);
    EXPECT_IS(a, control(a, (handle_t)child, PROCESS_SUPERVISE, 0), 0);
    EXPECT_IS(a, SYS(a, event_watch, (uint64_t)queue, child, EVENT_EXIT | EVENT_SIGNAL, 1), 0);
    EXPECT_IS(a, signal_one(a, (handle_t)child, 1, DYAD_SIGUSR1), 0);
    EXPECT_IS(a, signal_one(a, (handle_t)child, 2, DYAD_SIGUSR2), 0);
    for (unsigned taken = 0; taken < 2;) {
        EXPECT_IS(a, wait_event(a, (handle_t)queue, &event, DEADLINE_NEVER), 1);
        int64_t status = control(a, (handle_t)child, PROCESS_TAKE_EVENT, at_own(a));
        EXPECT(a, status == 0 || status == 1);
        taken += status == 1;
    }
    unsigned first = s.progress[0], second = s.progress[1];
    EXPECT_IS(a, control(a, (handle_t)child, PROCESS_RESUME, DYAD_SIGUSR1), 0);
    wait_for_progress(a, 0, first);
    compute(a, (unsigned)chance(a, 100));
    EXPECT_IS(a, s.progress[1], second);
    EXPECT_IS(a, control(a, (handle_t)child, PROCESS_RESUME, DYAD_SIGUSR2), 0);
    wait_for_progress(a, 1, second);
    s.over = true;
    EXPECT_IS(a, wait_exit(a, (handle_t)child), 0);
}

static void resume_start(void)
{
    s.over = false;
    s.progress[0] = s.progress[1] = 0;
    struct process *boss = sim_process("boss"), *child = sim_process("child");
    sim_thread(child, parked_thread, 0);
    sim_thread(child, parked_thread, 1);
    sim_thread(boss, resuming_boss, (uint64_t)sim_give_process(boss, child));
}
const struct scenario scenario_resume = {.name = "resume",
                                         .text = "parked threads go on for their own signal only",
                                         .start = resume_start};

/* ---- a call that a signal has cancelled is not offered to the next server ---- */

static void cancelled_server(struct actor *a, uint64_t generation)
{
    struct request request;
    for (;;) {
        EXPECT_IS(a, receive(a, s.scheme, &request, DEADLINE_NEVER), 0);
        if (request.tag == 0)
            continue;
        struct reply reply = {.tag = request.tag, .send = HANDLE_NONE, .result = ANSWER};
        if (request.verb == VERB_open) {
            reply.result = 0;
            reply.values[0] = 7;
        } else if (generation == 0) {
            EXPECT_IS(a, signal_one(a, s.client, request.thread, DYAD_SIGUSR1), 0);
            do
                EXPECT_IS(a, receive(a, s.scheme, &request, DEADLINE_NEVER), 0);
            while (request.verb != VERB_cancel);
            SYS(a, process_exit, 0); /* without an answer */
        }
        EXPECT_IS(a, reply_only(a, s.scheme, &reply), 0);
    }
}

static void cancelled_boss(struct actor *a, uint64_t names)
{
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    for (unsigned i = 0; i < 2; i++) {
        handle_t child = start_child(a, cancelled_server, i);
        if (i == 1)
            wait_for(a, &s.over);
        if (i == 1)
            EXPECT_IS(a, control(a, child, PROCESS_KILL, WSTATUS_SIGNAL(9)), 0);
        EXPECT(a, wait_exit(a, child) >= 0);
    }
}

static void cancelled_client(struct actor *a, uint64_t arg)
{
    int64_t file;
    on_signals(a, DYAD_SIGNAL_BIT(DYAD_SIGUSR1), count_handled);
    while ((file = open_path(a, "s:", FILE_RDWR)) == -ERR_NODEV)
        SYS(a, yield);
    EXPECT(a, file >= 0);
    struct call_args args = call_simple(1);
    EXPECT_IS(a, call(a, (handle_t)file, VERB_stat, &args), -ERR_INTR);
    s.over = true;
    (void)arg;
}

static void cancelled_start(void)
{
    s.over = false;
    struct process *boss = sim_process("boss"), *client = sim_process("client");
    s.client = sim_give_process(boss, client);
    sim_thread(boss, cancelled_boss, (uint64_t)sim_give_names(boss));
    sim_thread(client, cancelled_client, 0);
}
const struct scenario scenario_cancelled = {
    .name = "cancelled", .text = "a cancelled call ends with its server", .start = cancelled_start};

/* ---- opens when neither the table nor the quota has room: what the server has opened the client gets ---- */

#define OPENERS    3u
#define TABLE_FULL 15 /* of 16 */
#define SIGNAL_RT  40u

static void reserve_server(struct actor *a, uint64_t names)
{
    struct request request;
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    for (;;) {
        /* Long enough that a core which comes first under pct gets idle between, though every point may take 20 us. */
        int64_t status = receive(a, s.scheme, &request, now_ns() + 20000000);
        if (status == -ERR_TIMEDOUT && s.over)
            return;
        if (status != 0 || request.tag == 0)
            continue;
        struct reply reply = {.tag = request.tag, .send = HANDLE_NONE, .result = -ERR_NOENT};
        if (request.in_len == 1) { /* the others only try it */
            reply.result = 0;
            reply.values[0] = 100 + ++s.answered;
            SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + 200000); /* the others get as far */
        }
        EXPECT_IS(a, reply_only(a, s.scheme, &reply), 0);
    }
}

static void reserve_opener(struct actor *a, uint64_t arg)
{
    int64_t file;
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_BLOCK, DYAD_SIGNAL_BIT(SIGNAL_RT)), 0);
    while ((file = open_path(a, "s:", FILE_RDWR)) == -ERR_NODEV)
        SYS(a, yield);
    EXPECT(a, file < 0); /* but the memory that an open needs is there now */
    s.warm++;
    wait_for(a, &s.go);
    file = open_path(a, "s:x", FILE_RDWR);
    EXPECT(a, file >= 0 || file == -ERR_NOMEM);
    s.opened += file >= 0;
    if (++s.waiting == OPENERS)
        SYS(a, process_exit, 0);
    for (;;)
        SYS(a, yield);
    (void)arg;
}

/* Queued signals take what is left of the quota. */
static void use_up_memory(struct actor *a, handle_t self)
{
    struct process_info info;
    uint64_t before = 0;
    for (;;) {
        for (unsigned i = 0; i < 8; i++)
            EXPECT_IS(a, signal_process(a, self, SIGNAL_RT), 0);
        EXPECT_IS(a, control(a, self, PROCESS_INFO, at_own(a)), 0);
        get(a, at_own(a), &info, sizeof info);
        if (info.kernel_bytes == before)
            return;
        before = info.kernel_bytes;
    }
}

static void reserve_child(struct actor *a, uint64_t arg)
{
    struct process_info info;
    int64_t self = SYS(a, process_control, NONE, PROCESS_SELF);
    EXPECT(a, self >= 0);
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_BLOCK, DYAD_SIGNAL_BIT(SIGNAL_RT)), 0);
    for (unsigned i = 0; i < OPENERS; i++)
        EXPECT(a, spawn(a, HANDLE_NONE, reserve_opener, i) > 0);
    while (s.warm != OPENERS)
        SYS(a, yield);
    do {
        EXPECT_IS(a, control(a, (handle_t)self, PROCESS_INFO, at_own(a)), 0);
        get(a, at_own(a), &info, sizeof info);
        if (info.handles < TABLE_FULL)
            EXPECT(a, SYS(a, handle_dup, (uint64_t)self, RIGHT_ALL) >= 0);
    } while (info.handles < TABLE_FULL);
    use_up_memory(a, (handle_t)self);
    s.go = true;
    (void)arg;
}

static void reserve_boss(struct actor *a, uint64_t arg)
{
    handle_t child = start_child(a, reserve_child, arg);
    EXPECT(a, wait_exit(a, child) >= 0);
    s.over = true;
}

static void reserve_start(void)
{
    s.over = s.go = false;
    s.opened = s.answered = s.warm = s.waiting = 0;
    struct process *server = sim_process("server"), *boss = sim_process("boss");
    struct quota_limits limits = {.pages = 200, .kernel_bytes = 8000, .processes = 2, .threads = 8};
    sim_limit(boss, &limits);
    sim_thread(server, reserve_server, (uint64_t)sim_give_names(server));
    sim_thread(boss, reserve_boss, 0);
}

static bool reserve_finish(void)
{
    sim_report("  the server has opened %u, the client %u\n", s.answered, s.opened);
    return s.opened == s.answered && s.opened != 0;
}
const struct scenario scenario_reserve = {.name = "reserve",
                                          .text = "opens with a full table and no memory",
                                          .start = reserve_start,
                                          .finish = reserve_finish};
