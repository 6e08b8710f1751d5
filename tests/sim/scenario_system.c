/* scenario_system.c: what procd, a shell and unruly servers do with the kernel. */
#include "tests/sim/actor.h"

#define CHILDREN 3u
#define VERB_END (VERB_PRIVATE + 1)

static struct {
    handle_t scheme;
    handle_t pipe[2];
    handle_t child[CHILDREN];
    unsigned exits, answers, threads;
    bool closed;
} s;

static struct reply answer_to(const struct request *request)
{
    struct reply reply = {.tag = request->tag, .send = HANDLE_NONE, .result = 5};
    reply.values[0] = request->args[0] + 1;
    if (request->verb == VERB_open) {
        reply.result = 0;
        reply.values[0] = request->tag + 1000000UL;
    }
    return reply;
}

/* ---- procd: a server that hears of its children's ends by its scheme ---- */

static void procd_child(struct actor *a, uint64_t index)
{
    int64_t file = open_path(a, "procd:", FILE_RDWR);
    EXPECT(a, file >= 0);
    struct call_args args = call_simple(index);
    EXPECT_IS(a, call(a, (handle_t)file, VERB_PRIVATE, &args), 5);
    EXPECT_IS(a, args.values[0], index + 1);
    s.answers++;
    SYS(a, process_exit, WSTATUS_EXIT(index + 1));
}

static void procd_reap(struct actor *a, uint64_t index)
{
    struct process_info info;
    EXPECT(a, index < CHILDREN);
    if (s.child[index] < 0) /* another thread was told as well: level-triggered */
        return;
    handle_t child = s.child[index];
    s.child[index] = -1;
    EXPECT_IS(a, control(a, child, PROCESS_INFO, at_own(a)), 0);
    get(a, at_own(a), &info, sizeof info);
    EXPECT_IS(a, info.state, PROCESS_STATE_DEAD);
    EXPECT_IS(a, info.status, WSTATUS_EXIT(index + 1));
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)child), 0);
    s.exits++;
}

static void procd_serve(struct actor *a, uint64_t arg)
{
    struct request request;
    struct reply reply;
    const struct reply *answer = NULL;
    while (s.exits != CHILDREN) {
        int64_t status = reply_receive(a, s.scheme, answer, &request, DEADLINE_NEVER);
        answer = NULL;
        if (status == -ERR_BADF || status == -ERR_NODEV || status == -ERR_IDRM)
            continue;
        EXPECT_IS(a, status, 0);
        if (request.verb == VERB_event)
            procd_reap(a, request.args[0]);
        if (request.tag == 0)
            continue;
        reply = answer_to(&request);
        answer = &reply;
    }
    SYS(a, process_exit, arg);
}

static void procd_first(struct actor *a, uint64_t names)
{
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "procd");
    for (unsigned i = 0; i < CHILDREN; i++) {
        s.child[i] = (handle_t)fork_into(a, procd_child, i);
        EXPECT(a, s.child[i] >= 0);
        EXPECT_IS(a, SYS(a, event_watch, (uint64_t)s.scheme, (uint64_t)s.child[i], EVENT_EXIT, i),
                  0);
    }
    for (unsigned i = 0; i < CHILDREN; i++)
        EXPECT_IS(a, control(a, s.child[i], PROCESS_START, 0), 0);
    for (unsigned i = 1; i < s.threads; i++)
        EXPECT(a, spawn(a, HANDLE_NONE, procd_serve, 0) > 0);
    procd_serve(a, 0);
}

static void procd_start(void)
{
    s.exits = s.answers = 0;
    s.threads = 1 + sim.plan->seed / 3 % 2;
    struct process *procd = sim_process("procd");
    sim_thread(procd, procd_first, (uint64_t)sim_give_names(procd));
}

static bool procd_finish(void)
{
    return s.exits == CHILDREN && s.answers == CHILDREN;
}
const struct scenario scenario_procd = {.name = "procd",
                                        .text = "a server hears of its children's ends",
                                        .start = procd_start,
                                        .finish = procd_finish};

/* ---- echo hi | cat ---- */

static void pipeline_echo(struct actor *a, uint64_t arg)
{
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)s.pipe[0]), 0);
    put(a, at_data(a), "hi\n", 3);
    EXPECT_IS(a, SYS(a, write, (uint64_t)s.pipe[1], at_data(a), 3, UINT64_MAX), 3);
    SYS(a, process_exit, WSTATUS_EXIT(arg));
}

static void pipeline_cat(struct actor *a, uint64_t arg)
{
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)s.pipe[1]), 0);
    int64_t console = open_path(a, "hw:console/1", FILE_WRITE);
    EXPECT(a, console >= 0);
    int64_t got;
    while ((got = SYS(a, read, (uint64_t)s.pipe[0], at_data(a), 4096, UINT64_MAX)) > 0) {
        EXPECT_IS(a, got, 3);
        EXPECT_IS(a, SYS(a, write, (uint64_t)console, at_data(a), (uint64_t)got, UINT64_MAX), got);
        s.answers++;
    }
    EXPECT_IS(a, got, 0);
    SYS(a, process_exit, WSTATUS_EXIT(arg));
}

static void pipeline_shell(struct actor *a, uint64_t arg)
{
    EXPECT_IS(a, make_pipe(a, s.pipe, 0), 0);
    int64_t echo = fork_into(a, pipeline_echo, 1);
    EXPECT(a, echo >= 0);
    EXPECT_IS(a, control(a, (handle_t)echo, PROCESS_START, 0), 0);
    int64_t cat = fork_into(a, pipeline_cat, 2);
    EXPECT(a, cat >= 0);
    EXPECT_IS(a, control(a, (handle_t)cat, PROCESS_START, 0), 0);
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)s.pipe[0]), 0);
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)s.pipe[1]), 0);
    EXPECT_IS(a, wait_exit(a, (handle_t)echo), WSTATUS_EXIT(1));
    EXPECT_IS(a, wait_exit(a, (handle_t)cat), WSTATUS_EXIT(2));
    (void)arg;
}

static void pipeline_start(void)
{
    s.answers = 0;
    sim_thread(sim_process("sh"), pipeline_shell, 0);
}

static bool pipeline_finish(void)
{
    return s.answers == 1;
}
const struct scenario scenario_pipeline = {.name = "pipeline",
                                           .text = "echo hi | cat",
                                           .start = pipeline_start,
                                           .finish = pipeline_finish};

/* ---- default signals go to a supervisor, who lets the thread go on or ends it ---- */

static void default_child(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < arg; i++)
        SYS(a, futex_wait, AT_SHARED, 1, DEADLINE_NEVER);
    for (;;)
        SYS(a, futex_wait, AT_SHARED, 0, DEADLINE_NEVER);
}

static void default_boss(struct actor *a, uint64_t child)
{
    struct process_event taken;
    struct event event;
    unsigned resumed = 0;
    int64_t queue = SYS(a, event_create);
    EXPECT_IS(a, control(a, (handle_t)child, PROCESS_SUPERVISE, 0), 0);
    EXPECT_IS(
        a, SYS(a, event_watch, (uint64_t)queue, child, EVENT_EXIT | EVENT_SIGNAL | EVENT_FAULT, 1),
        0);
    EXPECT_IS(a, signal_process(a, (handle_t)child, DYAD_SIGUSR1), 0);
    EXPECT_IS(a, signal_process(a, (handle_t)child, DYAD_SIGTERM), 0);
    for (;;) {
        EXPECT_IS(a, wait_event(a, (handle_t)queue, &event, DEADLINE_NEVER), 1);
        int64_t status = control(a, (handle_t)child, PROCESS_TAKE_EVENT, at_own(a));
        EXPECT(a, status == 0 || status == 1);
        get(a, at_own(a), &taken, sizeof taken);
        if (status == 1 && taken.events == EVENT_EXIT)
            break;
        if (status != 1)
            continue;
        EXPECT_IS(a, taken.events, EVENT_SIGNAL);
        if (taken.signo == DYAD_SIGUSR1)
            EXPECT_IS(a, control(a, (handle_t)child, PROCESS_RESUME, taken.signo), 0);
        else
            EXPECT_IS(a, control(a, (handle_t)child, PROCESS_KILL, WSTATUS_SIGNAL(taken.signo)), 0);
        resumed++;
    }
    EXPECT_IS(a, resumed, 2);
    EXPECT_IS(a, taken.status, WSTATUS_SIGNAL(DYAD_SIGTERM));
}

static void defaults_start(void)
{
    struct process *boss = sim_process("boss"), *child = sim_process("child");
    sim_thread(child, default_child, 2);
    sim_thread(child, default_child, 3);
    sim_thread(boss, default_boss, (uint64_t)sim_give_process(boss, child));
}
const struct scenario scenario_defaults = {.name = "defaults",
                                           .text = "a supervisor decides about default signals",
                                           .start = defaults_start};

/* ---- a server process closes its handle of a scheme that another one serves as well ---- */

/* -> false: over. */
static bool gone_serve(struct actor *a, uint64_t deadline)
{
    struct request request;
    int64_t status = receive(a, s.scheme, &request, deadline);
    while (status == 0 && request.tag != 0) {
        struct reply reply = answer_to(&request);
        status = reply_receive(a, s.scheme, &reply, &request, deadline);
    }
    if (status == 0 && request.verb == VERB_close)
        s.exits++;
    bool over = status == -ERR_BADF || status == -ERR_NODEV;
    EXPECT(a, over || status == 0 || status == -ERR_TIMEDOUT);
    return !over;
}

static void gone_thread(struct actor *a, uint64_t arg)
{
    while (gone_serve(a, now_ns() + arg) && s.exits == 0)
        continue;
}

static void gone_closer(struct actor *a, uint64_t arg)
{
    EXPECT(a, spawn(a, HANDLE_NONE, gone_thread, arg) > 0);
    while (!s.closed)
        SYS(a, yield);
    compute(a, (unsigned)chance(a, 40));
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)s.scheme), 0);
}

static void gone_boss(struct actor *a, uint64_t names)
{
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    int64_t child = fork_into(a, gone_closer, 1000000);
    EXPECT_IS(a, control(a, (handle_t)child, PROCESS_START, 0), 0);
    while (s.exits == 0)
        gone_serve(a, now_ns() + 1000000);
}

static void gone_client(struct actor *a, uint64_t arg)
{
    int64_t file;
    while ((file = open_path(a, "s:", FILE_RDWR)) == -ERR_NODEV)
        SYS(a, yield);
    EXPECT(a, file >= 0);
    s.closed =
        true; /* from here on the other process's handle goes, and there is a notice but no request */
    compute(a, (unsigned)arg);
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)file), 0);
}

static void gone_start(void)
{
    s.closed = false;
    s.exits = 0;
    struct process *boss = sim_process("boss");
    sim_thread(boss, gone_boss, (uint64_t)sim_give_names(boss));
    sim_thread(sim_process("client"), gone_client, 5);
}
const struct scenario scenario_gone = {.name = "gone",
                                       .text = "a server closes its handle while its thread waits",
                                       .start = gone_start};

/* ---- the only server process closes its scheme while a thread of it copies ---- */

static void shut_thread(struct actor *a, uint64_t arg)
{
    struct request request;
    struct reply reply;
    const struct reply *answer = NULL;
    for (;;) {
        int64_t status = reply_receive(a, s.scheme, answer, &request, DEADLINE_NEVER);
        answer = NULL;
        if (status == -ERR_BADF || status == -ERR_NODEV)
            return;
        EXPECT(a,
               status == 0 || status == -ERR_IDRM || status == -ERR_INVAL); /* ended by the close */
        if (status != 0 || request.tag == 0)
            continue;
        if (request.in_len != 0) {
            status = SYS(a, scheme_copy, (uint64_t)s.scheme, request.tag, COPY_FROM_CLIENT, 0,
                         at_data(a), request.in_len);
            EXPECT(a, status == (int64_t)request.in_len || status == -ERR_BADF ||
                          status == -ERR_NODEV || status == -ERR_IDRM || status == -ERR_INVAL);
        }
        reply = answer_to(&request);
        answer = &reply;
    }
    (void)arg;
}

static void shut_first(struct actor *a, uint64_t names)
{
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    EXPECT(a, spawn(a, HANDLE_NONE, shut_thread, 0) > 0);
    EXPECT(a, spawn(a, HANDLE_NONE, shut_thread, 0) > 0);
    while (!s.closed)
        SYS(a, yield);
    compute(a, (unsigned)chance(a, 100));
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)s.scheme), 0);
}

static void shut_client(struct actor *a, uint64_t arg)
{
    int64_t file, status;
    while ((file = open_path(a, "s:", FILE_RDWR)) == -ERR_NODEV && !s.closed)
        SYS(a, yield);
    s.closed = true;
    if (file < 0)
        return;
    do {
        struct call_args args = call_simple(arg);
        args.in = (const void *)at_data(a);
        args.in_len = 64;
        status = call(a, (handle_t)file, VERB_PRIVATE, &args);
        EXPECT(a, status == 5 || status == -ERR_NODEV);
    } while (status == 5);
}

static void shut_start(void)
{
    s.closed = false;
    struct process *server = sim_process("server");
    sim_thread(server, shut_first, (uint64_t)sim_give_names(server));
    sim_thread(sim_process("client"), shut_client, 1);
    sim_thread(sim_process("other"), shut_client, 2);
}
const struct scenario scenario_shut = {
    .name = "shut", .text = "a scheme is closed while it is served", .start = shut_start};

/* ---- a client watches a file whose server reports readiness ---- */

#define READY_ROUNDS 3u

static void ready_server(struct actor *a, uint64_t names)
{
    struct request request;
    struct reply reply;
    const struct reply *answer = NULL;
    uint64_t file = 0;
    unsigned given = 0;
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    for (;;) {
        EXPECT_IS(a, reply_receive(a, s.scheme, answer, &request, DEADLINE_NEVER), 0);
        answer = NULL;
        if (request.verb == VERB_close)
            return;
        if (request.verb == VERB_watch) {
            EXPECT(a, request.args[0] & EVENT_READABLE);
            file = request.file;
        }
        if (request.tag != 0) {
            reply = answer_to(&request);
            answer = &reply;
        }
        bool taken = request.verb == VERB_PRIVATE;
        if (taken)
            EXPECT_IS(a, SYS(a, scheme_notify, (uint64_t)s.scheme, file, 0), 0);
        if ((taken || request.verb == VERB_watch) && given++ != READY_ROUNDS)
            EXPECT_IS(a, SYS(a, scheme_notify, (uint64_t)s.scheme, file, EVENT_READABLE), 0);
    }
}

static void ready_client(struct actor *a, uint64_t arg)
{
    struct event event;
    int64_t file;
    while ((file = open_path(a, "s:", FILE_RDWR)) == -ERR_NODEV)
        SYS(a, yield);
    EXPECT(a, file >= 0);
    int64_t queue = SYS(a, event_create);
    EXPECT_IS(a, SYS(a, event_watch, (uint64_t)queue, (uint64_t)file, EVENT_READABLE, arg), 0);
    for (unsigned i = 0; i < READY_ROUNDS; i++) {
        EXPECT_IS(a, wait_event(a, (handle_t)queue, &event, DEADLINE_NEVER), 1);
        EXPECT_IS(a, event.cookie, arg);
        EXPECT_IS(a, event.events, EVENT_READABLE);
        struct call_args args = call_simple(i);
        EXPECT_IS(a, call(a, (handle_t)file, VERB_PRIVATE, &args), 5);
    }
}

static void ready_start(void)
{
    struct process *server = sim_process("server");
    sim_thread(server, ready_server, (uint64_t)sim_give_names(server));
    sim_thread(sim_process("client"), ready_client, 17);
}
const struct scenario scenario_ready = {
    .name = "ready", .text = "a server reports that its file is ready", .start = ready_start};

/* ---- a server takes a request, closes its handle and goes ---- */

static void quitter(struct actor *a, uint64_t arg)
{
    struct request request;
    EXPECT_IS(a, receive(a, s.scheme, &request, DEADLINE_NEVER), 0);
    EXPECT_IS(a, request.verb, VERB_open);
    struct reply reply = answer_to(&request);
    EXPECT_IS(a, reply_receive(a, s.scheme, &reply, &request, DEADLINE_NEVER), 0);
    EXPECT_IS(a, request.verb, VERB_PRIVATE);
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)s.scheme), 0);
    compute(a, (unsigned)arg);
}

static void quitter_boss(struct actor *a, uint64_t names)
{
    s.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    handle_t child = start_child(a, quitter, 2);
    EXPECT_IS(a, wait_exit(a, child), 0);
    while (!s.closed) {
        compute(a, 20);
        SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + 1000000);
        if (now_ns() > 1000000000)
            expect_failed(
                a, "a request waits for ever for a server that has closed its handle and ended");
    }
}

static void quitter_client(struct actor *a, uint64_t arg)
{
    int64_t file;
    while ((file = open_path(a, "s:", FILE_RDWR)) == -ERR_NODEV)
        SYS(a, yield);
    EXPECT(a, file >= 0);
    struct call_args args = call_simple(1);
    EXPECT_IS(a, call(a, (handle_t)file, VERB_PRIVATE, &args), -ERR_NODEV);
    s.closed = true;
    (void)arg;
}

static void quitter_start(void)
{
    s.closed = false;
    struct process *boss = sim_process("boss");
    sim_thread(boss, quitter_boss, (uint64_t)sim_give_names(boss));
    sim_thread(sim_process("client"), quitter_client, 0);
}
const struct scenario scenario_quitter = {.name = "quitter",
                                          .text =
                                              "a server takes a request, closes its handle, ends",
                                          .start = quitter_start};
