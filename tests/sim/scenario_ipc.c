/* scenario_ipc.c: calls that are cancelled, that time out, whose server or client dies, that carry handles. */
#include "tests/sim/actor.h"

#define VERB_END (VERB_PRIVATE + 1) /* the server's process exits */
#define ANSWER   5

/* What the scenarios of this file share; set by each start. */
static struct {
    handle_t scheme; /* the server's */
    handle_t file;   /* the clients' */
    unsigned clients;
    uint64_t rounds;
    handle_t victim;
    uint64_t ids[4];
    unsigned id_count;
} s;

/* The last client to come here ends the server. */
static void client_done(struct actor *a)
{
    if (--s.clients != 0)
        return;
    int64_t status;
    do {
        struct call_args args = call_simple(0);
        status = call(a, s.file, VERB_END, &args);
    } while (status == -ERR_INTR || status == -ERR_AGAIN);
    EXPECT_IS(a, status, -ERR_NODEV);
}

static handle_t open_server(struct actor *a)
{
    int64_t file;
    while ((file = open_path(a, "s:", FILE_RDWR)) == -ERR_NODEV || file == -ERR_INTR)
        SYS(a, yield);
    EXPECT(a, file >= 0 || file == -ERR_SRCH); /* killed already */
    return (handle_t)file;
}

/* The first of the client's two threads: both use the same file. */
static void open_for_two(struct actor *a, actor_fn *client, uint64_t first, uint64_t second)
{
    s.file = open_server(a);
    EXPECT(a, spawn(a, HANDLE_NONE, client, second) > 0);
    client(a, first);
}

/* A server, and a client that will have two threads. */
static void start_two(const char *name, actor_fn *server, actor_fn *client, uint64_t arg)
{
    s.clients = 2;
    struct process *process = sim_process(name);
    sim_thread(process, server, (uint64_t)sim_give_names(process));
    sim_thread(sim_process("client"), client, arg);
}

static struct reply answer_to(const struct request *request)
{
    struct reply reply = {.tag = request->tag, .send = HANDLE_NONE, .result = ANSWER};
    reply.values[0] = request->args[0] + 1;
    if (request->verb == VERB_open) {
        reply.result = 0;
        reply.values[0] = request->tag + 1000000UL;
    }
    return reply;
}

/* -> false: the scheme is gone. */
static bool serve_next(struct actor *a, const struct reply *reply, struct request *request)
{
    int64_t status = reply_receive(a, s.scheme, reply, request, DEADLINE_NEVER);
    while (status == -ERR_IDRM || status == -ERR_INTR || (status == 0 && request->tag == 0))
        status = receive(a, s.scheme, request, DEADLINE_NEVER);
    if (status == -ERR_NODEV || status == -ERR_BADF)
        return false;
    EXPECT_IS(a, status, 0);
    if (request->verb == VERB_END)
        SYS(a, process_exit, 0);
    return true;
}

/* Answers everything in order, and ignores notices. */
static void plain_server(struct actor *a, uint64_t unused)
{
    struct request request;
    struct reply reply;
    (void)unused;
    for (bool more = serve_next(a, NULL, &request); more; more = serve_next(a, &reply, &request))
        reply = answer_to(&request);
}

/* ---- cancel ---- */

static void on_signal(struct actor *a, uint32_t signo)
{
    EXPECT_IS(a, signo, DYAD_SIGUSR1);
}

/* Holds a request for a while, so that a signal meets it in every state. */
static void holding_server(struct actor *a, uint64_t names)
{
    struct request held = {0}, request;
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    for (;;) {
        uint64_t deadline = held.tag != 0 ? now_ns() + 3000 : DEADLINE_NEVER;
        int64_t status = receive(a, s.scheme, &request, deadline);
        bool cancel = status == 0 && request.verb == VERB_cancel;
        if (status == 0 && request.tag != 0 && held.tag == 0) {
            if (request.verb == VERB_END)
                SYS(a, process_exit, 0);
            held = request;
            continue;
        }
        if (held.tag == 0 || (cancel && request.args[0] != held.tag))
            continue;
        struct reply reply = answer_to(&held);
        if (cancel && held.verb != VERB_open)
            reply.result = -ERR_INTR;
        int64_t sent = reply_only(a, s.scheme, &reply);
        EXPECT(a, sent == 0 || sent == -ERR_IDRM);
        held.tag = 0;
        if (status == 0 && request.tag != 0) {
            if (request.verb == VERB_END)
                SYS(a, process_exit, 0);
            held = request;
        }
    }
}

static void cancel_client(struct actor *a, uint64_t arg)
{
    for (unsigned i = 1; i <= 3; i++) {
        struct call_args args = call_simple(arg * 100 + i);
        int64_t status = call(a, s.file, VERB_PRIVATE, &args);
        EXPECT(a, status == ANSWER || status == -ERR_INTR);
        if (status == ANSWER)
            EXPECT_IS(a, args.values[0], arg * 100 + i + 1);
    }
    client_done(a);
}

static void signaller(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < 4; i++) {
        compute(a, (unsigned)chance(a, 12));
        int64_t status = signal_thread(a, s.ids[i % s.id_count], DYAD_SIGUSR1);
        EXPECT(a, status == 0 || status == -ERR_SRCH);
    }
    (void)arg;
}

static void cancel_first(struct actor *a, uint64_t arg)
{
    on_signals(a, DYAD_SIGNAL_BIT(DYAD_SIGUSR1), on_signal);
    s.file = open_server(a);
    s.ids[0] = (uint64_t)SYS(a, thread_control, THREAD_SELF);
    s.ids[1] = (uint64_t)spawn(a, HANDLE_NONE, cancel_client, 2);
    s.id_count = 2;
    EXPECT(a, spawn(a, HANDLE_NONE, signaller, 0) > 0);
    cancel_client(a, arg);
}

static void cancel_start(void)
{
    start_two("server", holding_server, cancel_first, 1);
}
const struct scenario scenario_cancel = {.name = "cancel",
                                         .text = "calls are interrupted by signals in every state",
                                         .start = cancel_start};

/* ---- deadlines ---- */

static void deadline_client(struct actor *a, uint64_t arg)
{
    for (unsigned i = 1; i <= 4; i++) {
        struct call_args args = call_simple(arg * 100 + i);
        args.deadline = now_ns() + chance(a, 40000);
        int64_t status = call(a, s.file, VERB_PRIVATE, &args);
        EXPECT(a, status == ANSWER || status == -ERR_TIMEDOUT);
        if (status == ANSWER)
            EXPECT_IS(a, args.values[0], arg * 100 + i + 1);
    }
    client_done(a);
}

static void deadline_first(struct actor *a, uint64_t arg)
{
    open_for_two(a, deadline_client, arg, 2);
}

static void deadline_start(void)
{
    start_two("server", holding_server, deadline_first, 1);
}
const struct scenario scenario_deadline = {.name = "deadline",
                                           .text = "calls time out; late replies find nobody",
                                           .start = deadline_start};

/* ---- the server dies ---- */

static void orphan_client(struct actor *a, uint64_t arg)
{
    int64_t status;
    do {
        struct call_args args = call_simple(arg);
        status = call(a, s.file, VERB_PRIVATE, &args);
        EXPECT(a, status == ANSWER || status == -ERR_NODEV);
    } while (status == ANSWER);
}

static void orphan_first(struct actor *a, uint64_t arg)
{
    int64_t file;
    while ((file = open_path(a, "s:", FILE_RDWR)) == -ERR_NODEV && s.clients != 0)
        SYS(a, yield);
    s.file = (handle_t)file;
    if (file < 0) /* the server has died before */
        return;
    EXPECT(a, spawn(a, HANDLE_NONE, orphan_client, 2) > 0);
    orphan_client(a, arg);
}

static void killer(struct actor *a, uint64_t victim)
{
    compute(a, (unsigned)chance(a, 60));
    EXPECT_IS(a, control(a, (handle_t)victim, PROCESS_KILL, WSTATUS_SIGNAL(9)), 0);
    EXPECT_IS(a, wait_exit(a, (handle_t)victim), WSTATUS_SIGNAL(9));
    s.clients = 0;
}

static void death_server(struct actor *a, uint64_t names)
{
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    spawn(a, HANDLE_NONE, plain_server, 0); /* -ERR_SRCH: killed already */
    plain_server(a, 0);
}

static void death_start(void)
{
    s.clients = 1;
    struct process *server = sim_process("server"), *other = sim_process("killer");
    sim_thread(server, death_server, (uint64_t)sim_give_names(server));
    sim_thread(sim_process("client"), orphan_first, 1);
    sim_thread(other, killer, (uint64_t)sim_give_process(other, server));
}
const struct scenario scenario_death = {
    .name = "death", .text = "the server is killed in the middle", .start = death_start};

/* ---- a client dies ---- */

static void lost_client(struct actor *a, uint64_t arg)
{
    for (;;) {
        struct call_args args = call_simple(arg);
        int64_t status = call(a, s.victim, VERB_PRIVATE, &args);
        EXPECT(a, status == ANSWER || s.victim < 0);
    }
}

static void lost_first(struct actor *a, uint64_t arg)
{
    s.victim = open_server(a);
    spawn(a, HANDLE_NONE, lost_client, 2); /* -ERR_SRCH: killed already */
    lost_client(a, arg);
}

static void client_killer(struct actor *a, uint64_t victim)
{
    s.file = open_server(a);
    killer(a, victim);
    struct call_args args = call_simple(7);
    EXPECT_IS(a, call(a, s.file, VERB_PRIVATE, &args), ANSWER);
    EXPECT_IS(a, args.values[0], 8);
    s.clients = 1;
    client_done(a);
}

static void client_death_start(void)
{
    struct process *server = sim_process("server"), *other = sim_process("killer");
    struct process *client = sim_process("client");
    sim_thread(server, holding_server, (uint64_t)sim_give_names(server));
    sim_thread(client, lost_first, 1);
    sim_thread(other, client_killer, (uint64_t)sim_give_process(other, client));
}
const struct scenario scenario_client_death = {
    .name = "client-death", .text = "a client is killed in its calls", .start = client_death_start};

/* ---- a supervisor keeps the scheme; servers come and go ---- */

/* Serves `count` requests, takes one more, and exits without an answer. */
static void mortal_server(struct actor *a, uint64_t count)
{
    struct request request;
    struct reply reply;
    bool more = serve_next(a, NULL, &request);
    for (; more && count-- != 0; more = serve_next(a, &reply, &request))
        reply = answer_to(&request);
    SYS(a, process_exit, 0);
}

static void supervisor(struct actor *a, uint64_t names)
{
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    for (unsigned i = 0; s.clients != 0; i++) {
        handle_t child = start_child(a, mortal_server, i < 3 ? i : 1000000);
        EXPECT(a, wait_exit(a, child) >= 0);
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)child), 0);
    }
}

static void patient_client(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < 3; i++) {
        struct call_args args = call_simple(arg + i);
        EXPECT_IS(a, call(a, s.file, VERB_stat, &args), ANSWER); /* restartable */
        EXPECT_IS(a, args.values[0], arg + i + 1);
        args = call_simple(arg + i);
        int64_t status = call(a, s.file, VERB_PRIVATE, &args);
        EXPECT(a, status == ANSWER || status == -ERR_NODEV);
    }
    if (--s.clients == 0) {
        struct call_args args = call_simple(0);
        EXPECT_IS(a, call(a, s.file, VERB_END, &args), -ERR_NODEV);
    }
}

static void patient_first(struct actor *a, uint64_t arg)
{
    open_for_two(a, patient_client, arg, 20);
}

static void supervise_start(void)
{
    start_two("boss", supervisor, patient_first, 10);
}
const struct scenario scenario_supervise = {
    .name = "supervise", .text = "servers die, their scheme lives on", .start = supervise_start};

/* ---- handles in both directions ---- */

static void handle_server(struct actor *a, uint64_t names)
{
    struct request request;
    struct reply reply;
    handle_t ends[2];
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    for (bool more = serve_next(a, NULL, &request); more; more = serve_next(a, &reply, &request)) {
        reply = answer_to(&request);
        if (request.received == HANDLE_NONE)
            continue;
        put(a, at_data(a), "x", 1);
        EXPECT_IS(a, SYS(a, write, (uint64_t)request.received, at_data(a), 1, UINT64_MAX), 1);
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)request.received), 0);
        EXPECT_IS(a, make_pipe(a, ends, 0), 0);
        EXPECT_IS(a, SYS(a, write, (uint64_t)ends[1], at_data(a), 1, UINT64_MAX), 1);
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)ends[1]), 0);
        reply.flags = REPLY_HANDLE;
        reply.send = ends[0];
    }
}

static void handle_client(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < 2; i++) {
        handle_t ends[2];
        EXPECT_IS(a, make_pipe(a, ends, 0), 0);
        struct call_args args = call_simple(arg);
        args.send = ends[1];
        EXPECT_IS(a, call(a, s.file, VERB_PRIVATE, &args), ANSWER);
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)ends[1]), 0);
        EXPECT(a, args.received >= 0);
        for (unsigned j = 0; j < 2; j++) {
            uint64_t h = (uint64_t)(j == 0 ? ends[0] : args.received);
            EXPECT_IS(a, SYS(a, read, h, at_data(a), 8, UINT64_MAX), 1);
            EXPECT_IS(a, SYS(a, read, h, at_data(a), 8, UINT64_MAX), 0);
            EXPECT_IS(a, SYS(a, handle_close, h), 0);
        }
    }
    client_done(a);
}

static void handle_first(struct actor *a, uint64_t arg)
{
    open_for_two(a, handle_client, arg, 2);
}

static void handles_start(void)
{
    start_two("server", handle_server, handle_first, 1);
}
const struct scenario scenario_handles = {
    .name = "handles", .text = "pipe ends travel with calls and replies", .start = handles_start};

/* ---- several servers in different processes; one gives up its handle ---- */

static void leaving_server(struct actor *a, uint64_t arg)
{
    struct request request;
    int64_t status = receive(a, s.scheme, &request, DEADLINE_NEVER);
    if (status == -ERR_NODEV)
        return;
    EXPECT_IS(a, status, 0);
    if (request.tag != 0) {
        struct reply reply = answer_to(&request);
        if (request.verb == VERB_END)
            reply.result = -ERR_AGAIN; /* the other one must end */
        EXPECT(a, reply_only(a, s.scheme, &reply) <= 0);
    }
    compute(a, (unsigned)arg);
}

static void leaving_boss(struct actor *a, uint64_t names)
{
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    int64_t child = fork_into(a, leaving_server, 4);
    EXPECT_IS(a, control(a, (handle_t)child, PROCESS_START, 0), 0);
    plain_server(a, 0);
}

static void leaving_client(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < 3; i++) { /* opens and closes give notices */
        handle_t file = open_server(a);
        struct call_args args = call_simple(arg);
        EXPECT_IS(a, call(a, file, VERB_stat, &args), ANSWER);
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)file), 0);
    }
    s.file = open_server(a);
    client_done(a);
}

static void leaving_start(void)
{
    s.clients = 2;
    struct process *boss = sim_process("boss");
    sim_thread(boss, leaving_boss, (uint64_t)sim_give_names(boss));
    sim_thread(sim_process("client"), leaving_client, 1);
    sim_thread(sim_process("other"), leaving_client, 2);
}
const struct scenario scenario_leaving = {
    .name = "leaving", .text = "two processes serve, one of them ends", .start = leaving_start};

/* ---- a server gives up other schemes while it waits for requests: each time it looks again whether it still serves ---- */

static void giver(struct actor *a, uint64_t count)
{
    while (count-- != 0) {
        int64_t scheme = SYS(a, scheme_create, NONE, 0, 0, 0);
        EXPECT(a, scheme >= 0);
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)scheme), 0);
    }
}

static void giving_server(struct actor *a, uint64_t names)
{
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    EXPECT(a, spawn(a, HANDLE_NONE, giver, 8) > 0);
    plain_server(a, 0);
}

static void giving_client(struct actor *a, uint64_t arg)
{
    s.file = open_server(a);
    for (unsigned i = 0; i < 6; i++) {
        struct call_args args = call_simple(arg);
        EXPECT_IS(a, call(a, s.file, VERB_stat, &args), ANSWER);
    }
    client_done(a);
}

static void giving_start(void)
{
    start_two("server", giving_server, giving_client, 1);
    s.clients = 1;
}
const struct scenario scenario_giving = {
    .name = "giving", .text = "a server gives up other schemes", .start = giving_start};

/* ---- a file is closed while another thread calls by the same handle: the call is made whole, or not at all ---- */

/* No request names a file after its VERB_close. */
static void closed_server(struct actor *a, uint64_t names)
{
    struct request request;
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    for (;;) {
        EXPECT_IS(a, receive(a, s.scheme, &request, DEADLINE_NEVER), 0);
        if (request.tag == 0 && request.verb == VERB_close)
            s.ids[s.id_count++ % ARRAY_COUNT(s.ids)] = request.file;
        if (request.tag == 0)
            continue;
        if (request.verb == VERB_END)
            SYS(a, process_exit, 0);
        for (unsigned i = 0; i < ARRAY_COUNT(s.ids); i++)
            EXPECT(a, request.verb == VERB_open || request.file != s.ids[i]);
        struct reply reply = answer_to(&request);
        EXPECT_IS(a, reply_only(a, s.scheme, &reply), 0);
    }
}

static void closer(struct actor *a, uint64_t file)
{
    EXPECT_IS(a, SYS(a, handle_close, file), 0);
}

static void closed_client(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < 3; i++) {
        handle_t file = open_server(a);
        int64_t status = ANSWER;
        EXPECT(a, spawn(a, HANDLE_NONE, closer, (uint64_t)file) > 0);
        while (status == ANSWER) {
            struct call_args args = call_simple(arg);
            status = call(a, file, VERB_stat, &args);
        }
        EXPECT_IS(a, status, -ERR_BADF);
    }
    s.file = open_server(a);
    client_done(a);
}

static void closed_start(void)
{
    start_two("server", closed_server, closed_client, 1);
    s.clients = 1;
    memset(s.ids, 0, sizeof s.ids);
}
const struct scenario scenario_closed = {
    .name = "closed", .text = "a file is closed while another thread calls", .start = closed_start};
