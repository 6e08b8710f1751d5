/* scenario_basic.c: one thing each: futexes, calls, pipes, fork. */
#include "tests/sim/actor.h"

/* ---- futexes: a lock and a counter, as libc's mutex ---- */

#define MUTEX  AT_SHARED
#define TOTAL  (AT_SHARED + 4)
#define ROUNDS 3u

static void mutex_lock(struct actor *a)
{
    uint32_t seen = compare32(a, MUTEX, 0, 1);
    while (seen != 0) {
        if (seen == 2 || compare32(a, MUTEX, 1, 2) != 0)
            SYS(a, futex_wait, MUTEX, 2, DEADLINE_NEVER);
        seen = compare32(a, MUTEX, 0, 2);
    }
}

static void mutex_unlock(struct actor *a)
{
    if (exchange32(a, MUTEX, 0) == 2)
        SYS(a, futex_wake, MUTEX, 1);
}

static void futex_worker(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        mutex_lock(a);
        uint32_t seen = load32(a, TOTAL);
        compute(a, 2);
        store32(a, TOTAL, seen + 1);
        mutex_unlock(a);
    }
    (void)arg;
}

static void futex_start(void)
{
    struct process *p = sim_process("futex");
    for (unsigned i = 0; i < 3; i++)
        sim_thread(p, futex_worker, i);
}
const struct scenario scenario_futex = {
    .name = "futex", .text = "three threads take turns by a mutex", .start = futex_start};

/* ---- calls: two clients, a server with two threads ---- */

static handle_t call_scheme;

static void call_server(struct actor *a, uint64_t arg)
{
    struct request request;
    struct reply reply = {.send = HANDLE_NONE};
    int64_t status = receive(a, call_scheme, &request, DEADLINE_NEVER);
    for (;;) {
        if (status == -ERR_NODEV || status == -ERR_BADF)
            return;
        EXPECT_IS(a, status, 0);
        if (request.tag == 0) { /* VERB_close */
            status = receive(a, call_scheme, &request, DEADLINE_NEVER);
            continue;
        }
        if (request.verb != VERB_open && request.args[0] == 0) /* the end */
            SYS(a, process_exit, 0);
        reply.tag = request.tag;
        reply.values[0] = request.verb == VERB_open ? 1 : request.args[0] + 1;
        reply.result = request.verb == VERB_open ? 0 : 5;
        status = reply_receive(a, call_scheme, &reply, &request, DEADLINE_NEVER);
    }
    (void)arg;
}

static unsigned call_left;
static handle_t call_file;

static void call_client(struct actor *a, uint64_t arg)
{
    for (unsigned i = 1; i <= 3; i++) {
        struct call_args args = call_simple(arg * 100 + i);
        EXPECT_IS(a, call(a, call_file, VERB_PRIVATE, &args), 5);
        EXPECT_IS(a, args.values[0], arg * 100 + i + 1);
    }
    if (--call_left == 0) {
        struct call_args args = call_simple(0);
        EXPECT_IS(a, call(a, call_file, VERB_PRIVATE, &args), -ERR_NODEV);
    }
}

static void call_opener(struct actor *a, uint64_t names)
{
    call_scheme = (handle_t)create_scheme(a, (handle_t)names, "echo");
    EXPECT(a, call_scheme >= 0);
    EXPECT(a, spawn(a, HANDLE_NONE, call_server, 0) > 0);
    call_server(a, 0);
}

static void call_client_opener(struct actor *a, uint64_t arg)
{
    int64_t file = -ERR_NODEV;
    while (file == -ERR_NODEV) {
        file = open_path(a, "echo:", FILE_RDWR);
        SYS(a, yield, 0);
    }
    EXPECT(a, file >= 0);
    call_file = (handle_t)file;
    EXPECT(a, spawn(a, HANDLE_NONE, call_client, 2) > 0);
    call_client(a, 1);
    (void)arg;
}

static void call_start(void)
{
    call_left = 2;
    struct process *server = sim_process("server"), *clients = sim_process("client");
    sim_thread(server, call_opener, (uint64_t)sim_give_names(server));
    sim_thread(clients, call_client_opener, 0);
}
const struct scenario scenario_call = {
    .name = "call", .text = "two clients, a server with two threads", .start = call_start};

/* ---- pipes: two writers, two readers, every byte once ---- */

#define PIPE_ROUNDS 4u
static handle_t pipe_ends[2];
static unsigned pipe_sum, pipe_writers, pipe_expected;

static void pipe_reader(struct actor *a, uint64_t arg)
{
    uint8_t bytes[8];
    int64_t got;
    while ((got = SYS(a, read, (uint64_t)pipe_ends[0], at_data(a), 3 + arg, UINT64_MAX)) > 0) {
        get(a, at_data(a), bytes, (size_t)got);
        for (int64_t i = 0; i < got; i++)
            pipe_sum += bytes[i];
    }
    EXPECT_IS(a, got, 0);
}

static void pipe_writer(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < PIPE_ROUNDS; i++) {
        uint8_t bytes[4] = {1, 2, 3, (uint8_t)(arg + i)};
        put(a, at_data(a), bytes, sizeof bytes);
        EXPECT_IS(a, SYS(a, write, (uint64_t)pipe_ends[1], at_data(a), 4, UINT64_MAX), 4);
        pipe_expected += 6u + (unsigned)arg + i;
    }
    if (--pipe_writers == 0)
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)pipe_ends[1]), 0);
}

static void pipe_first(struct actor *a, uint64_t arg)
{
    EXPECT_IS(a, make_pipe(a, pipe_ends, 0), 0);
    EXPECT(a, spawn(a, HANDLE_NONE, pipe_reader, 0) > 0);
    EXPECT(a, spawn(a, HANDLE_NONE, pipe_writer, 10) > 0);
    EXPECT(a, spawn(a, HANDLE_NONE, pipe_reader, 1) > 0);
    pipe_writer(a, arg);
}

static void pipe_start(void)
{
    pipe_sum = pipe_expected = 0;
    pipe_writers = 2;
    sim_thread(sim_process("pipe"), pipe_first, 20);
}

static bool pipe_finish(void)
{
    return pipe_sum == pipe_expected;
}
const struct scenario scenario_pipe = {.name = "pipe",
                                       .text = "two writers, two readers, every byte once",
                                       .start = pipe_start,
                                       .finish = pipe_finish};

/* ---- fork: memory is copied, the status comes back ---- */

static void fork_child(struct actor *a, uint64_t arg)
{
    EXPECT_IS(a, load32(a, AT_MORE), 11);
    store32(a, AT_MORE, 12);
    EXPECT_IS(a, load32(a, AT_MORE), 12);
    SYS(a, process_exit, WSTATUS_EXIT(arg));
}

static void fork_writer(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < 4; i++)
        store32(a, AT_MORE + 8 + 4 * (i % 2), i);
    (void)arg;
}

static void fork_parent(struct actor *a, uint64_t arg)
{
    store32(a, AT_MORE, 11);
    EXPECT(a, spawn(a, HANDLE_NONE, fork_writer, 0) > 0);
    handle_t child = start_child(a, fork_child, arg);
    store32(a, AT_MORE, 13);
    EXPECT_IS(a, wait_exit(a, child), WSTATUS_EXIT(arg));
    EXPECT_IS(a, load32(a, AT_MORE), 13);
}

static void fork_start(void)
{
    sim_thread(sim_process("fork"), fork_parent, 3);
}
const struct scenario scenario_fork = {
    .name = "fork", .text = "copy-on-write while another thread writes", .start = fork_start};

/* ---- one byte there, one byte back ---- */

static handle_t there[2], back[2];

static void pong(struct actor *a, uint64_t rounds)
{
    while (rounds-- != 0) {
        EXPECT_IS(a, SYS(a, read, (uint64_t)there[0], at_data(a), 16, UINT64_MAX), 1);
        EXPECT_IS(a, SYS(a, write, (uint64_t)back[1], at_data(a), 1, UINT64_MAX), 1);
    }
}

static void ping(struct actor *a, uint64_t rounds)
{
    EXPECT_IS(a, make_pipe(a, there, 0), 0);
    EXPECT_IS(a, make_pipe(a, back, 0), 0);
    EXPECT(a, spawn(a, HANDLE_NONE, pong, rounds) > 0);
    while (rounds-- != 0) {
        EXPECT_IS(a, SYS(a, write, (uint64_t)there[1], at_data(a), 1, UINT64_MAX), 1);
        EXPECT_IS(a, SYS(a, read, (uint64_t)back[0], at_data(a), 16, UINT64_MAX), 1);
    }
}

static void pingpong_start(void)
{
    sim_thread(sim_process("ping"), ping, 4);
}
const struct scenario scenario_pingpong = {
    .name = "pingpong", .text = "one byte there, one byte back", .start = pingpong_start};

/* ---- more than a pipe holds: writers wait for room, in whole pieces up to 4,096 bytes ---- */

#define FULL_BYTES (56u * 1024u)

static void full_writer(struct actor *a, uint64_t arg)
{
    uint64_t from = USER_BASE, left = FULL_BYTES;
    while (left != 0) {
        int64_t put = SYS(a, write, (uint64_t)there[1], from, arg < left ? arg : left, UINT64_MAX);
        EXPECT(a, put > 0);
        left -= (uint64_t)put;
    }
    if (--pipe_writers == 0)
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)there[1]), 0);
}

static void full_first(struct actor *a, uint64_t arg)
{
    uint64_t got = 0;
    int64_t run;
    EXPECT_IS(a, make_pipe(a, there, 0), 0);
    EXPECT(a, spawn(a, HANDLE_NONE, full_writer, 4096) > 0);
    EXPECT(a, spawn(a, HANDLE_NONE, full_writer, 40000) > 0);
    while ((run = SYS(a, read, (uint64_t)there[0], USER_BASE + 40 * DYAD_PAGE_SIZE, 20000,
                      UINT64_MAX)) > 0)
        got += (uint64_t)run;
    EXPECT_IS(a, run, 0);
    EXPECT_IS(a, got, 2 * FULL_BYTES);
    (void)arg;
}

static void full_start(void)
{
    pipe_writers = 2;
    sim_thread(sim_process("full"), full_first, 0);
}
const struct scenario scenario_full = {
    .name = "full", .text = "writers wait for room in a pipe", .start = full_start};
