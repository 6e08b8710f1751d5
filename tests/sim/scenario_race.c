/* scenario_race.c: two things at the same moment: replies to one request, writes to a page under a fork, a signal and a deadline, a wake-up
 * and a deadline, a request and the death of who is woken for it, a handle and the memory that its number is written to. */
#include <string.h>

#include "tests/sim/actor.h"

#define ROUNDS 3u
#define BYTES  600u

static struct {
    handle_t scheme;
    uint32_t tag;           /* of the request that both threads answer; 0: none */
    unsigned round, helped; /* requests taken; of them the helper is done with */
    unsigned answered[ROUNDS + 1];
    bool over;
    uint64_t due[2]; /* when the wait of each ends; 0: there will be no more */
} s;

/* ---- two threads of a server answer the same request: one does, and the client gets that one's answer whole ---- */

static void answer_one(struct actor *a, uint32_t tag, unsigned round, uint8_t who)
{
    uint8_t data[BYTES];
    memset(data, who, sizeof data);
    put(a, at_data(a), data, sizeof data);
    struct reply reply = {.tag = tag,
                          .send = HANDLE_NONE,
                          .data = (const void *)at_data(a),
                          .data_len = BYTES,
                          .result = who,
                          .values = {who}};
    int64_t status = reply_only(a, s.scheme, &reply);
    EXPECT(a, status == 0 || status == -ERR_BUSY || status == -ERR_INVAL);
    s.answered[round] += status == 0;
}

static void twin_helper(struct actor *a, uint64_t who)
{
    while (s.helped != ROUNDS) {
        uint32_t tag = s.tag;
        if (s.helped == s.round) {
            SYS(a, yield);
            continue;
        }
        answer_one(a, tag, s.round, (uint8_t)who);
        s.helped++;
    }
}

static void twin_server(struct actor *a, uint64_t names)
{
    struct request request;
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    EXPECT(a, spawn(a, HANDLE_NONE, twin_helper, 2) > 0);
    while (s.round != ROUNDS) {
        EXPECT_IS(a, receive(a, s.scheme, &request, DEADLINE_NEVER), 0);
        if (request.verb == VERB_open) {
            struct reply reply = {.tag = request.tag, .send = HANDLE_NONE, .values = {1}};
            EXPECT_IS(a, reply_only(a, s.scheme, &reply), 0);
            continue;
        }
        s.tag = request.tag;
        s.round++;
        answer_one(a, request.tag, s.round, 1);
        while (s.helped != s.round)
            SYS(a, yield);
        EXPECT_IS(a, s.answered[s.round], 1);
    }
}

static void twin_client(struct actor *a, uint64_t arg)
{
    int64_t file;
    uint8_t data[BYTES];
    while ((file = open_path(a, "s:", FILE_RDWR)) == -ERR_NODEV)
        SYS(a, yield);
    EXPECT(a, file >= 0);
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct call_args args = call_simple(arg);
        args.out = (void *)at_data(a);
        args.out_len = BYTES;
        int64_t who = call(a, (handle_t)file, VERB_PRIVATE, &args);
        EXPECT(a, who == 1 || who == 2);
        EXPECT_IS(a, args.values[0], who);
        EXPECT_IS(a, args.out_done, BYTES);
        get(a, at_data(a), data, sizeof data);
        for (unsigned j = 0; j < BYTES; j++)
            EXPECT_IS(a, data[j], who);
    }
}

static void twins_start(void)
{
    s.tag = 0;
    s.round = s.helped = 0;
    memset(s.answered, 0, sizeof s.answered);
    struct process *server = sim_process("server");
    sim_thread(server, twin_server, (uint64_t)sim_give_names(server));
    sim_thread(sim_process("client"), twin_client, 5);
}
const struct scenario scenario_twins = {
    .name = "twins", .text = "two threads answer the same request", .start = twins_start};

/* ---- forks while two threads write to the same pages: neither loses a write when the other's makes a copy ---- */

#define AREA     0x800000UL
#define PAGES    2u
#define CHILDREN 2u

static void writers_child(struct actor *a, uint64_t arg)
{
    for (unsigned page = 0; page < PAGES; page++) {
        uint64_t at = AREA + page * DYAD_PAGE_SIZE;
        uint32_t seen = load32(a, at);
        EXPECT_IS(a, load32(a, at), seen); /* the parents' writes do not come here any more */
        store32(a, at, 1000000);
        EXPECT_IS(a, load32(a, at), 1000000);
    }
    SYS(a, process_exit, WSTATUS_EXIT(arg));
}

static void page_writer(struct actor *a, uint64_t index)
{
    for (uint32_t i = 1; !s.over; i++) {
        for (unsigned page = 0; page < PAGES; page++) {
            uint64_t at = AREA + page * DYAD_PAGE_SIZE + 4 * index;
            EXPECT_IS(a, load32(a, at), i - 1);
            store32(a, at, i);
        }
        if (i % 16 == 0) /* it would need the core's whole slice */
            SYS(a, yield);
    }
}

static void writers_first(struct actor *a, uint64_t arg)
{
    const unsigned prot = MAP_PROT_READ | MAP_PROT_WRITE | MAP_FLAG_FIXED;
    EXPECT_IS(a, SYS(a, map, NONE, AREA, PAGES * DYAD_PAGE_SIZE, prot, NONE), AREA);
    for (unsigned i = 1; i <= 2; i++)
        EXPECT(a, spawn(a, HANDLE_NONE, page_writer, i) > 0);
    for (unsigned i = 0; i < CHILDREN; i++) {
        compute(a, (unsigned)chance(a, 40));
        handle_t child = start_child(a, writers_child, i);
        EXPECT_IS(a, wait_exit(a, child), WSTATUS_EXIT(i));
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)child), 0);
    }
    s.over = true;
    (void)arg;
}

static void writers_start(void)
{
    s.over = false;
    sim_thread(sim_process("writers"), writers_first, 0);
}
const struct scenario scenario_writers = {
    .name = "writers", .text = "forks while two threads write to one page", .start = writers_start};

/* ---- a signal and the deadline meet a call while its payloads are copied; the server never answers well ---- */

#define LATE_BYTES (7 * DYAD_PAGE_SIZE)
#define LATE_TRIES 8u

static void late_signal(struct actor *a, uint32_t signo)
{
    EXPECT_IS(a, signo, DYAD_SIGUSR1);
}

/* A call gets an answer that ends where the server has no memory: it is as if nothing had been said. */
static void late_answer(struct actor *a, const struct request *request)
{
    bool opens = request->verb == VERB_open;
    struct reply reply = {.tag = request->tag, .send = HANDLE_NONE, .values = {request->tag + 1}};
    if (!opens) {
        reply.data = (const void *)(USER_BASE + USER_PAGES * DYAD_PAGE_SIZE - LATE_BYTES + 8);
        reply.data_len = LATE_BYTES;
    }
    for (unsigned i = 0; i < (opens ? 1 : LATE_TRIES); i++) {
        int64_t status = reply_only(a, s.scheme, &reply);
        if (status == -ERR_IDRM || status == -ERR_INVAL)
            return; /* the call has ended */
        EXPECT_IS(a, status, opens ? 0 : -ERR_FAULT);
    }
}

static void late_server(struct actor *a, uint64_t names)
{
    struct request request;
    uint64_t at = at_own(a) + 1024;
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    for (unsigned opened = 0; opened < 2;) {
        EXPECT_IS(
            a, SYS(a, scheme_serve, (uint64_t)s.scheme, 0, at, AT_MORE, LATE_BYTES, DEADLINE_NEVER),
            0);
        get(a, at, &request, sizeof request);
        opened += request.verb == VERB_close;
        if (request.tag != 0)
            late_answer(a, &request);
    }
}

static void late_client(struct actor *a, uint64_t arg)
{
    int64_t file;
    while ((file = open_path(a, "s:", FILE_RDWR)) == -ERR_NODEV || file == -ERR_INTR)
        SYS(a, yield);
    EXPECT(a, file >= 0);
    for (unsigned i = 0; i < 3; i++) {
        struct call_args args = call_simple(arg);
        args.in = (const void *)AT_MORE;
        args.out = (void *)AT_MORE;
        args.in_len = args.out_len = LATE_BYTES;
        args.deadline = now_ns() + 30 * sim.step_ns + chance(a, 300) * sim.step_ns;
        int64_t status = call(a, (handle_t)file, VERB_PRIVATE, &args);
        EXPECT(a, status == -ERR_TIMEDOUT || status == -ERR_INTR);
        EXPECT(a, status == -ERR_INTR || now_ns() >= args.deadline);
    }
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)file), 0);
}

static void late_signaller(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < 6; i++) {
        compute(a, (unsigned)chance(a, 40));
        int64_t status = signal_thread(a, arg, DYAD_SIGUSR1);
        EXPECT(a, status == 0 || status == -ERR_SRCH);
    }
}

static void late_first(struct actor *a, uint64_t arg)
{
    on_signals(a, DYAD_SIGNAL_BIT(DYAD_SIGUSR1), late_signal);
    uint64_t self = (uint64_t)SYS(a, thread_control, THREAD_SELF);
    EXPECT(a, spawn(a, HANDLE_NONE, late_signaller, self) > 0);
    late_client(a, arg);
}

static void late_start(void)
{
    struct process *server = sim_process("server");
    sim_thread(server, late_server, (uint64_t)sim_give_names(server));
    sim_thread(sim_process("client"), late_first, 1);
    sim_thread(sim_process("other"), late_first, 2);
}
const struct scenario scenario_late = {
    .name = "late", .text = "signals and deadlines meet calls on their way", .start = late_start};

/* ---- one is woken just when its time is over, and waits again at once: the first deadline ends nothing any more ---- */

static void rearm_sleeper(struct actor *a, uint64_t index)
{
    for (unsigned i = 0; i < 8; i++) {
        uint64_t deadline = now_ns() + (100 + chance(a, 400)) * sim.step_ns;
        s.due[index] = deadline;
        int64_t status = SYS(a, futex_wait, AT_SHARED + 8 * index, 0, deadline);
        EXPECT(a, status == 0 || (status == -ERR_TIMEDOUT && now_ns() >= deadline));
        deadline = now_ns() + 200 * sim.step_ns;
        EXPECT_IS(a, SYS(a, sleep, DYAD_CLOCK_MONOTONIC, deadline), 0);
        EXPECT(a, now_ns() >= deadline);
    }
    s.due[index] = 0;
}

static void rearm_waker(struct actor *a, uint64_t index)
{
    uint64_t due;
    for (unsigned i = 0; i < 200 && (due = s.due[index]) != 0; i++) {
        if (now_ns() + 100 * sim.step_ns < due)
            compute(a, 1);
        else if (SYS(a, futex_wake, AT_SHARED + 8 * index, 1) > 0)
            SYS(a, yield); /* the sleeper goes on here */
    }
}

static void rearm_start(void)
{
    struct process *p = sim_process("p");
    for (unsigned i = 0; i < 2; i++) {
        s.due[i] = 1;
        sim_thread(p, rearm_sleeper, i);
        sim_thread(p, rearm_waker, i);
    }
}
const struct scenario scenario_rearm = {
    .name = "rearm", .text = "woken just in time, and waiting again", .start = rearm_start};

/* ---- two processes serve; one is killed, perhaps when it has just been woken for a request: the other one takes it ---- */

#define VERB_END (VERB_PRIVATE + 1)

static void heir_answer(struct actor *a, const struct request *request, bool heir)
{
    bool ends = request->verb == VERB_END;
    struct reply reply = {
        .tag = request->tag, .send = HANDLE_NONE, .result = ends ? -ERR_AGAIN : 5};
    if (request->verb == VERB_open) {
        reply.result = 0;
        reply.values[0] = request->tag + 1000000UL;
    }
    s.over = ends && heir;
    if (s.over)
        reply.result = 0;
    int64_t status = reply_only(a, s.scheme, &reply);
    EXPECT(a, status == 0 || status == -ERR_IDRM);
}

static void heir_serve(struct actor *a, uint64_t heir)
{
    struct request request;
    while (!s.over) {
        int64_t status = receive(a, s.scheme, &request, DEADLINE_NEVER);
        EXPECT_IS(a, status, 0);
        if (request.tag != 0 && (heir || request.verb != VERB_PRIVATE)) /* it keeps those */
            heir_answer(a, &request, heir);
    }
}

static void heir_killer(struct actor *a, uint64_t child)
{
    compute(a, (unsigned)chance(a, 150));
    EXPECT_IS(a, control(a, (handle_t)child, PROCESS_KILL, WSTATUS_SIGNAL(9)), 0);
}

static void heir_boss(struct actor *a, uint64_t names)
{
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    handle_t child = start_child(a, heir_serve, false);
    EXPECT(a, spawn(a, HANDLE_NONE, heir_killer, (uint64_t)child) > 0);
    heir_serve(a, true);
}

static void heir_client(struct actor *a, uint64_t arg)
{
    int64_t file, status;
    while ((file = open_path(a, "s:", FILE_RDWR)) == -ERR_NODEV)
        SYS(a, yield);
    EXPECT(a, file >= 0);
    for (unsigned i = 0; i < 4; i++) {
        struct call_args args = call_simple(arg);
        EXPECT_IS(a, call(a, (handle_t)file, VERB_stat, &args), 5); /* restartable */
        args = call_simple(arg);
        args.deadline = now_ns() + chance(a, 300) * sim.step_ns;
        status = call(a, (handle_t)file, VERB_PRIVATE, &args);
        EXPECT(a, status == 5 || status == -ERR_TIMEDOUT || status == -ERR_NODEV);
        SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + 1000000); /* nothing is under way then */
    }
    if (--s.round != 0)
        return;
    do {
        struct call_args args = call_simple(arg);
        status = call(a, (handle_t)file, VERB_END, &args);
        EXPECT(a, status == 0 || status == -ERR_AGAIN || status == -ERR_NODEV);
        SYS(a, yield);
    } while (status != 0);
}

static void heir_start(void)
{
    s.over = false;
    s.round = 2;
    struct process *boss = sim_process("boss");
    sim_thread(boss, heir_boss, (uint64_t)sim_give_names(boss));
    sim_thread(sim_process("client"), heir_client, 1);
    sim_thread(sim_process("other"), heir_client, 2);
}
const struct scenario scenario_heir = {
    .name = "heir", .text = "one of two servers is killed as it wakes", .start = heir_start};

/* ---- a thread waits with another mask for a while: the handler runs under that one, and then the old one is back ---- */

#define SUSPEND_MASK (DYAD_SIGNAL_BIT(DYAD_SIGUSR1) | DYAD_SIGNAL_BIT(DYAD_SIGUSR2))

static uint64_t mask_of(struct actor *a)
{
    uint64_t mask = 0;
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_BLOCK, 0, at_data(a)), 0);
    get(a, at_data(a), &mask, sizeof mask);
    return mask;
}

static void suspend_handler(struct actor *a, uint32_t signo)
{
    EXPECT_IS(a, signo, s.over ? DYAD_SIGUSR2 : DYAD_SIGUSR1); /* the other one stays blocked */
    EXPECT(a, mask_of(a) & DYAD_SIGNAL_BIT(signo));
    s.round++;
}

static void suspend_sender(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        compute(a, (unsigned)chance(a, 30));
        EXPECT_IS(a, signal_thread(a, arg, DYAD_SIGUSR2), 0);
        EXPECT_IS(a, signal_thread(a, arg, DYAD_SIGUSR1), 0);
        while (s.round <= i)
            SYS(a, yield);
    }
}

static void suspend_first(struct actor *a, uint64_t arg)
{
    uint64_t pending = 0;
    on_signals(a, SUSPEND_MASK, suspend_handler);
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_SET_MASK, SUSPEND_MASK, 0), 0);
    EXPECT(a, spawn(a, HANDLE_NONE, suspend_sender, (uint64_t)SYS(a, thread_control, THREAD_SELF)) >
                  0);
    for (unsigned i = 0; i < ROUNDS; i++) {
        while (s.round <= i)
            EXPECT_IS(a, SYS(a, signal_control, SIGNAL_SUSPEND, DYAD_SIGNAL_BIT(DYAD_SIGUSR2)),
                      -ERR_INTR);
        EXPECT_IS(a, mask_of(a), SUSPEND_MASK);
    }
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_PENDING, at_data(a)), 0);
    get(a, at_data(a), &pending, sizeof pending);
    EXPECT_IS(a, pending, DYAD_SIGNAL_BIT(DYAD_SIGUSR2));
    s.over = true;
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_UNBLOCK, SUSPEND_MASK, 0), 0);
    EXPECT_IS(a, s.round, ROUNDS + 1); /* at once */
    (void)arg;
}

static void suspend_start(void)
{
    s.over = false;
    s.round = 0;
    sim_thread(sim_process("suspend"), suspend_first, 0);
}
const struct scenario scenario_suspend = {
    .name = "suspend", .text = "a mask for a while, and the old one again", .start = suspend_start};

/* ---- two threads wait for the end of others ---- */

static void join_ends(struct actor *a, uint64_t at)
{
    compute(a, (unsigned)chance(a, 30));
    SYS(a, thread_exit, at);
}

static void join_waits(struct actor *a, uint64_t at)
{
    while (load32(a, at) != 0) {
        int64_t status = SYS(a, futex_wait, at, 1, DEADLINE_NEVER);
        EXPECT(a, status == 0 || status == -ERR_AGAIN);
    }
}

static void join_first(struct actor *a, uint64_t arg)
{
    for (uint64_t i = 0; i < ROUNDS; i++) {
        uint64_t at = AT_SHARED + 8 * i;
        store32(a, at, 1);
        EXPECT(a, spawn(a, HANDLE_NONE, join_waits, at) > 0);
        EXPECT(a, spawn(a, HANDLE_NONE, join_ends, at) > 0);
        join_waits(a, at);
    }
    SYS(a, thread_exit,
        AT_SHARED + arg); /* not aligned: nobody is told, and it ends all the same */
}

static void join_start(void)
{
    sim_thread(sim_process("join"), join_first, 1);
}
const struct scenario scenario_join = {
    .name = "join", .text = "the end of a thread wakes those who wait for it", .start = join_start};

/* ---- a server's request becomes read-only while a handle comes with it: it has the handle and knows of it, or has it not ---- */

#define AT_HIDDEN AT_MORE

static void hide_request(struct actor *a, uint64_t arg)
{
    while (!s.over) {
        EXPECT_IS(a, SYS(a, protect, NONE, AT_HIDDEN, DYAD_PAGE_SIZE, MAP_PROT_READ), 0);
        EXPECT_IS(
            a, SYS(a, protect, NONE, AT_HIDDEN, DYAD_PAGE_SIZE, MAP_PROT_READ | MAP_PROT_WRITE), 0);
        SYS(a, yield);
    }
    (void)arg;
}

static void hidden_server(struct actor *a, uint64_t names)
{
    struct request request;
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    EXPECT(a, spawn(a, HANDLE_NONE, hide_request, 0) > 0);
    while (!s.over) {
        int64_t status = SYS(a, scheme_serve, (uint64_t)s.scheme, 0, AT_HIDDEN, at_data(a),
                             DYAD_PAGE_SIZE, DEADLINE_NEVER);
        if (status == -ERR_FAULT)
            continue;
        EXPECT_IS(a, status, 0);
        get(a, AT_HIDDEN, &request, sizeof request);
        if (request.received != HANDLE_NONE)
            EXPECT_IS(a, SYS(a, handle_close, (uint64_t)request.received), 0);
        s.over = request.verb == VERB_close;
        struct reply reply = {.tag = request.tag, .send = HANDLE_NONE, .values = {1}};
        EXPECT(a, request.tag == 0 || reply_only(a, s.scheme, &reply) == 0);
    }
}

static void hidden_client(struct actor *a, uint64_t arg)
{
    int64_t file;
    while ((file = open_path(a, "s:x", FILE_READ)) < 0)
        SYS(a, yield);
    for (unsigned i = 0; i < ROUNDS; i++) {
        handle_t ends[2];
        EXPECT_IS(a, make_pipe(a, ends, 0), 0);
        struct call_args args = call_simple(arg);
        args.send = ends[1];
        int64_t status = call(a, (handle_t)file, VERB_PRIVATE, &args);
        EXPECT(a, status == 0 || status == -ERR_FAULT);
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)ends[1]), 0);
        /* The server has closed what it knows of, so there is an end. */
        EXPECT_IS(a, SYS(a, read, (uint64_t)ends[0], at_data(a), 1, UINT64_MAX), 0);
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)ends[0]), 0);
    }
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)file), 0);
}

static void hidden_start(void)
{
    s.over = false;
    s.scheme = HANDLE_NONE;
    struct process *server = sim_process("server");
    sim_thread(server, hidden_server, (uint64_t)sim_give_names(server));
    sim_thread(sim_process("client"), hidden_client, 1);
}
const struct scenario scenario_hidden = {
    .name = "hidden", .text = "a request's memory goes as a handle comes", .start = hidden_start};
