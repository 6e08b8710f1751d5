/*
 * fuzz_procd.c: requests of any processes to procd over a kernel that is a table, with exits, faults and signals between them, forks
 * that fail and restarts of procd. After every operation the table is whole; at the end each wait is answered or forgotten.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servers/lib/loopback.h"
#include "servers/procd/scheme.h"
#include "tests/unit/procd/fake_kernel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OPS_MAX   64u
#define CALLS_MAX 8u

static struct fake_kernel k;
static struct server server;
static struct loopback loop;
static struct kernel_ops ops;
static uint64_t file;
static struct pending {
    struct loopback_call call;
    uint8_t in[160], out[4096];
    bool used;
} calls[CALLS_MAX];

#define EXPECT(condition)                                                                 \
    do {                                                                                  \
        if (!(condition)) {                                                               \
            fprintf(stderr, "fuzz_procd: line %d: not true: %s\n", __LINE__, #condition); \
            abort();                                                                      \
        }                                                                                 \
    } while (0)

struct input {
    const uint8_t *at, *end;
};

static uint8_t take(struct input *in)
{
    return in->at < in->end ? *in->at++ : 0;
}

/* A pid, group or other number: mostly small, some awkward. */
static uint64_t take_number(struct input *in)
{
    static const uint64_t special[] = {UINT64_MAX,    INT64_MAX,        (uint64_t)INT64_MIN,
                                       UINT32_MAX,    INT32_MAX,        1u << 31,
                                       PROCD_PID_MAX, PROCD_PID_MAX + 1};
    uint8_t kind = take(in);
    if (kind < 160)
        return kind % 16;
    if (kind < 200)
        return -(uint64_t)(kind % 16);
    return kind < 232 ? special[kind % 8] : (uint64_t)take(in) << kind % 40;
}

/* ---- the table ---- */

static void check_children(const struct process *parent)
{
    const struct process *before = NULL;
    for (const struct process *child = parent->first_child; child != NULL;
         child = child->next_sibling) {
        EXPECT(child->parent == parent && child->prev_sibling == before);
        before = child;
    }
    EXPECT(parent->last_child == before);
}

static void check_table(void)
{
    const struct process *before = NULL;
    size_t count = 0;
    for (const struct process *p = k.procd.first; p != NULL; p = p->next, count++) {
        EXPECT(p->prev == before && (before == NULL || before->cred.pid < p->cred.pid));
        EXPECT(procd_find(&k.procd, p->cred.pid) == p);
        EXPECT((p->life == LIFE_ZOMBIE) == (p->handle == HANDLE_NONE));
        if (p->life != LIFE_ZOMBIE)
            EXPECT(procd_find_kid(&k.procd, p->kid) == p);
        check_children(p);
        before = p;
    }
    EXPECT(k.procd.last == before && k.procd.count == count);
    for (const struct waiter *w = k.procd.waiters; w != NULL; w = w->next)
        EXPECT(w->process->life != LIFE_ZOMBIE);
}

/* ---- operations ---- */

static struct process *nth_process(unsigned n)
{
    struct process *p = k.procd.first;
    for (n = k.procd.count ? n % (unsigned)k.procd.count : 0; n > 0; n--)
        p = p->next;
    return p;
}

static struct pending *free_call(void)
{
    for (unsigned i = 0; i < CALLS_MAX; i++) {
        if (!calls[i].used || calls[i].call.done)
            return &calls[i];
    }
    return NULL;
}

static void do_call(struct input *in)
{
    struct pending *pending = free_call();
    const struct process *caller = nth_process(take(in));
    if (pending == NULL)
        return;
    *pending = (struct pending){.used = true};
    struct loopback_call *call = &pending->call;
    uint8_t verb = take(in);
    call->verb = (uint16_t)(verb < 240 ? PROC_FORK + verb % (PROC_SESSION_TTY - PROC_FORK + 2)
                                       : verb % VERB_COUNT);
    if (call->verb == VERB_close || call->verb == VERB_cancel || call->verb == VERB_event ||
        call->verb == VERB_open)
        call->verb = VERB_stat;
    if ((call->verb == PROC_FORK || call->verb == PROC_SPAWNED) && k.next_kid >= FAKE_MAX - 1)
        call->verb = PROC_LIST; /* the fake kernel is full */
    call->file = file;
    call->kid = caller != NULL && take(in) % 8 != 0 ? caller->kid : take(in) % FAKE_MAX;
    if (caller != NULL)
        call->cred = caller->cred;
    call->thread = 1;
    for (unsigned i = 0; i < 4; i++)
        call->args[i] = take_number(in);
    call->in = pending->in;
    call->in_len = take(in) % (sizeof pending->in + 1);
    memset(pending->in, take(in) % 4, sizeof pending->in);
    call->out = pending->out;
    call->out_len = take(in) % 4 ? sizeof pending->out : take(in);
    if (call->verb == PROC_SPAWNED) {
        call->has_send = true;
        call->send = fake_create(&k);
    }
    k.fail_fork = take(in) % 16 == 0 ? -ERR_AGAIN : 0;
    k.fail_supervise = take(in) % 16 == 0 ? -ERR_NOMEM : 0;
    k.fail_start = take(in) % 16 == 0 ? -ERR_SRCH : 0;
    (void)loopback_call(&loop, call);
}

static void do_life(struct input *in, uint8_t what)
{
    struct process *p = nth_process(take(in));
    uint8_t value = take(in);
    if (p == NULL || p->life == LIFE_ZOMBIE || fake_of(&k, p->cred.pid)->event_count >= 7)
        return;
    if (fake_of(&k, p->cred.pid)->info.state == PROCESS_STATE_DEAD)
        return;
    if (what == 0)
        fake_exit(&k, p->cred.pid, value % 2 ? value << 8 : value & 0x7f);
    else if (what == 1)
        fake_default_signal(&k, p->cred.pid, 1 + value % 40);
    else
        fake_fault(&k, p->cred.pid, 1 + value % 31);
}

static void start_server(void)
{
    struct loopback_call open = {.verb = VERB_open};
    memset(&loop, 0, sizeof loop);
    loopback_init(&loop, &server);
    if (server_init(&server, &procd_server_ops, &loop.transport, &k.procd, 4096) != 0 ||
        loopback_call(&loop, &open) != 0)
        abort();
    file = open.values[0];
}

static void do_restart(void)
{
    for (unsigned i = 0; i < CALLS_MAX; i++) {
        if (calls[i].used && !calls[i].call.done)
            loopback_cancel(&loop, &calls[i].call);
        calls[i].used = false;
    }
    server_fini(&server);
    fake_restart_procd(&k);
    k.procd.ops = &ops;
    start_server();
}

static void do_op(struct input *in)
{
    uint8_t what = take(in);
    struct pending *pending = &calls[what % CALLS_MAX];
    if (what < 170) {
        do_call(in);
    } else if (what < 215) {
        do_life(in, what % 3);
    } else if (what < 230) {
        if (pending->used && !pending->call.done)
            loopback_cancel(&loop, &pending->call);
    } else if (what < 238) {
        if (pending->used && !pending->call.done && !pending->call.gone) {
            loopback_abandon(&loop, &pending->call);
            loopback_run(&loop);
            pending->used = false;
        }
    } else if (what < 246) {
        k.now_ns += (uint64_t)take(in) << 24;
        procd_tick(&k.procd);
    } else if (what < 254) {
        fake_bury(&k);
    } else {
        do_restart();
    }
    loopback_run(&loop);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, data + size};
    memset(calls, 0, sizeof calls);
    fake_init(&k);
    ops = fake_kernel_ops;
    ops.wait_done = scheme_wait_done;
    k.procd.ops = &ops;
    start_server();
    for (unsigned i = 0; i < 2; i++) { /* init and a shell in a session of its own */
        struct loopback_call spawn = {.verb = PROC_SPAWNED,
                                      .file = file,
                                      .kid = 1,
                                      .args = {0, 0, i},
                                      .has_send = true,
                                      .send = fake_create(&k)};
        if (loopback_call(&loop, &spawn) != i + 1)
            abort();
    }
    for (unsigned i = 0; i < OPS_MAX && in.at < in.end; i++) {
        do_op(&in);
        check_table();
    }
    for (unsigned i = 0; i < CALLS_MAX; i++) {
        if (calls[i].used && !calls[i].call.done && !calls[i].call.gone)
            loopback_cancel(&loop, &calls[i].call);
        EXPECT(!calls[i].used || calls[i].call.done);
    }
    EXPECT(server.deferred_count == 0 && k.procd.waiters == NULL);
    server_fini(&server);
    procd_fini(&k.procd);
    return 0;
}
