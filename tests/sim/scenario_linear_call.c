/*
 * scenario_linear_call.c: the history of calls to a server that keeps a counter, against a sequential model (history.h): no reply is
 * lost, comes twice or to the wrong client, while signals and deadlines end calls in every state.
 */
#include <stdio.h>
#include <string.h>

#include "tests/sim/actor.h"
#include "tests/sim/history.h"

#define VERB_ADD (VERB_PRIVATE + 2) /* -> the value before */
#define VERB_END (VERB_PRIVATE + 1)
#define HELD     2u
#define ADDED    3

static struct {
    handle_t scheme, file;
    uint64_t value;
    unsigned clients;
    uint64_t ids[3];
    bool done[HISTORY_MAX];       /* by the number of the operation: the server has added it */
    uint64_t before[HISTORY_MAX]; /* and what was there before */
    bool twins;                   /* a second thread sends each answer as well */
    struct reply twin;
    unsigned accepted; /* of the answers with its tag */
} counter;

static void call_model_init(void *state)
{
    (void)state;
}

static unsigned call_model_step(void *state, const struct operation *o, unsigned step)
{
    uint64_t *value = state;
    (void)step;
    if (o->value != *value)
        return 0;
    *value += o->args[0];
    return 2;
}

static void call_model_print(const struct operation *o, char *text, unsigned bytes)
{
    snprintf(text, bytes, "add(%llu) = %lld, %llu", (unsigned long long)o->args[0],
             (long long)o->result, (unsigned long long)o->value);
}
static const struct model call_model = {"calls", call_model_init, call_model_step,
                                        call_model_print};

static void answer_add(struct actor *a, const struct request *request, bool cancelled)
{
    struct reply reply = {.tag = request->tag, .send = HANDLE_NONE, .result = ADDED};
    if (request->verb == VERB_open) {
        reply.result = 0;
        reply.values[0] = request->tag + 1000000UL;
    } else if (cancelled) {
        reply.result = -ERR_INTR;
    } else {
        reply.values[0] = counter.value;
        counter.value += request->args[0];
        EXPECT(a, !counter.done[request->args[1]]); /* each once */
        counter.done[request->args[1]] = true;
        counter.before[request->args[1]] = reply.values[0];
    }
    counter.twin = reply;
    counter.accepted = 0;
    int64_t status = reply_only(a, counter.scheme, &reply);
    bool twin_first = counter.twins && (status == -ERR_BUSY || status == -ERR_INVAL);
    EXPECT(a, status == 0 || status == -ERR_IDRM || twin_first);
    EXPECT(a, (counter.accepted += status == 0) <= 1);
    if (chance(a, 4) == 0 &&
        !counter.twins) { /* the tag is used up, and may already be another request's */
        reply.values[0] = 999;
        EXPECT_IS(a, reply_only(a, counter.scheme, &reply), -ERR_INVAL);
    }
}

/* At most one of two answers with the same tag is taken. */
static void answering_twin(struct actor *a, uint64_t arg)
{
    for (;;) {
        struct reply reply = counter.twin;
        if (reply.tag == 0) {
            SYS(a, yield);
            continue;
        }
        int64_t status = reply_only(a, counter.scheme, &reply);
        EXPECT(a,
               status == 0 || status == -ERR_IDRM || status == -ERR_BUSY || status == -ERR_INVAL);
        if (reply.tag == counter.twin.tag)
            EXPECT(a, (counter.accepted += status == 0) <= 1);
        compute(a, (unsigned)chance(a, 10));
        SYS(a, yield);
    }
    (void)arg;
}

/* Of the requests that it holds, the one that is cancelled. */
static void answer_cancelled(struct actor *a, struct request *held, uint64_t tag)
{
    for (unsigned i = 0; i < HELD; i++) {
        if (held[i].tag == 0 || held[i].tag != tag)
            continue;
        answer_add(a, &held[i], held[i].verb != VERB_open);
        held[i].tag = 0;
    }
}

/* Holds requests for a while, so that cancels and deadlines meet them, and answers the latest first. */
static void counting_server(struct actor *a, uint64_t names)
{
    struct request held[HELD] = {{0}}, request;
    counter.scheme = (handle_t)create_scheme(a, (handle_t)names, "s");
    if (counter.twins)
        EXPECT(a, spawn(a, HANDLE_NONE, answering_twin, 0) > 0);
    for (;;) {
        bool holds = held[0].tag != 0 || held[1].tag != 0;
        uint64_t deadline = holds ? now_ns() + 1000 + chance(a, 3000) : DEADLINE_NEVER;
        int64_t status = receive(a, counter.scheme, &request, deadline);
        if (status == 0 && request.verb == VERB_cancel)
            answer_cancelled(a, held, request.args[0]);
        if (status == 0 && request.verb == VERB_END)
            SYS(a, process_exit, 0);
        unsigned slot = held[0].tag == 0 ? 0 : 1;
        bool takes = status == 0 && request.tag != 0;
        if (!takes && status != -ERR_TIMEDOUT)
            continue;
        if (held[slot].tag != 0) {
            answer_add(a, &held[slot], false);
            held[slot].tag = 0;
        } else if (!takes && held[!slot].tag != 0) {
            answer_add(a, &held[!slot], false);
            held[!slot].tag = 0;
        }
        if (takes)
            held[slot] = request;
    }
}

static void adding_client(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < 3; i++) {
        struct call_args args = call_simple(1 + chance(a, 4));
        if (chance(a, 2))
            args.deadline = now_ns() + 1000 + chance(a, 20000);
        unsigned id = history_call(0, args.args[0], 0, 0);
        args.args[1] = id;
        int64_t status = call(a, counter.file, VERB_ADD, &args);
        if (status != ADDED && status != -ERR_INTR)
            EXPECT_IS(a, status, -ERR_TIMEDOUT);
        if (status == ADDED)
            history_return(id, status, args.values[0]);
        else
            history_return_maybe(id, status);
    }
    if (--counter.clients != 0)
        return;
    int64_t status;
    do {
        struct call_args args = call_simple(0);
        status = call(a, counter.file, VERB_END, &args);
    } while (status == -ERR_INTR);
    EXPECT_IS(a, status, -ERR_NODEV);
    (void)arg;
}

static void on_cancel(struct actor *a, uint32_t signo)
{
    EXPECT_IS(a, signo, DYAD_SIGUSR1);
}

static void cancelling_client(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < 3; i++) {
        compute(a, (unsigned)chance(a, 20));
        int64_t status = signal_thread(a, counter.ids[i], DYAD_SIGUSR1);
        EXPECT(a, status == 0 || status == -ERR_SRCH);
    }
    adding_client(a, arg);
}

static void adding_first(struct actor *a, uint64_t arg)
{
    int64_t file;
    on_signals(a, DYAD_SIGNAL_BIT(DYAD_SIGUSR1), on_cancel);
    while ((file = open_path(a, "s:", FILE_RDWR)) == -ERR_NODEV)
        SYS(a, yield);
    EXPECT(a, file >= 0);
    counter.file = (handle_t)file;
    counter.ids[0] = (uint64_t)SYS(a, thread_control, THREAD_SELF);
    for (unsigned i = 1; i < 3; i++)
        counter.ids[i] = (uint64_t)spawn(a, HANDLE_NONE, adding_client, i);
    EXPECT(a, spawn(a, HANDLE_NONE, cancelling_client, 3) > 0);
    adding_client(a, arg);
}

static void linear_call_start(void)
{
    memset(&counter, 0, sizeof counter);
    counter.clients = 4;
    counter.twins = sim.plan->seed % 4 == 0;
    history_reset();
    struct process *server = sim_process("server");
    sim_thread(server, counting_server, (uint64_t)sim_give_names(server));
    sim_thread(sim_process("client"), adding_first, 0);
}

/* A deadline leaves open whether the server has done it, or does it later; -ERR_INTR says that it never does. */
static bool linear_call_finish(void)
{
    struct operation operation;
    for (unsigned i = 0; history_get(i, &operation); i++) {
        if (operation.result == -ERR_INTR && counter.done[i])
            sim_fail("a call that was interrupted has been done all the same");
        if (operation.maybe)
            history_settle(i, counter.done[i], counter.before[i]);
    }
    history_check(&call_model);
    return true;
}
const struct scenario scenario_linear_call = {.name = "linear-call",
                                              .text = "calls against a sequential model",
                                              .start = linear_call_start,
                                              .finish = linear_call_finish};
