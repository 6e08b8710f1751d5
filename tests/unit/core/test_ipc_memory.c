/* test_ipc_memory.c: does every operation survive each of its allocations failing, and give back what it took? */
#include "ipc_test.h"

#include "core/heap.h"

struct world {
    struct rig rig;
    struct actor client, server;
    handle_t scheme, file, names;
    uint64_t next_id;
};

static int world_start(void **state)
{
    static struct world world;
    struct world *w = &world;
    memset(w, 0, sizeof *w);
    rig_start(&w->rig);
    actor_start(&w->client, &w->rig);
    actor_start(&w->server, &w->rig);
    w->scheme = do_scheme(&w->server, "test");
    w->next_id = 100;
    w->file =
        open_file(&w->client, &w->server, w->scheme, "test:file", FILE_RDWR, 7, FILE_SEEKABLE);
    w->names =
        (handle_t)handle_install(w->client.process, &w->rig.machine->names->object, RIGHT_ALL);
    /* User pages come on demand: have them all, so that only the operations allocate. */
    static const uint8_t zeros[USER_BYTES];
    put(&w->client, USER_BASE, zeros, sizeof zeros);
    put(&w->server, USER_BASE, zeros, sizeof zeros);
    *state = w;
    return 0;
}

static int world_end(void **state)
{
    struct world *w = *state;
    actor_end(&w->client);
    actor_end(&w->server);
    rig_end(&w->rig);
    return 0;
}

/* A fresh client process for each try, so that nothing cached hides an allocation. It is gone afterwards. */
static void with_client(struct world *w, void (*body)(struct world *w, struct actor *a))
{
    uint64_t at = atomic_load(&w->rig.machine->heap.fault.fail_at);
    static const uint8_t zeros[USER_BYTES];
    struct actor a;
    atomic_store(&w->rig.machine->heap.fault.fail_at, 0);
    actor_start(&a, &w->rig);
    put(&a, USER_BASE, zeros, sizeof zeros);
    atomic_store(&w->rig.machine->heap.fault.fail_at, at);
    body(w, &a);
    at = atomic_load(&w->rig.machine->heap.fault.fail_at);
    atomic_store(&w->rig.machine->heap.fault.fail_at, 0);
    actor_end(&a);
    while (do_receive(&w->server, w->scheme, 0) == 0)
        continue; /* closes */
    atomic_store(&w->rig.machine->heap.fault.fail_at, at);
}

/* The heap holds the same after a try as before it, whether it failed or not. */
static void sweep_client(struct world *w, void (*body)(struct world *w, struct actor *a))
{
    struct machine *machine = w->rig.machine;
    with_client(w, body); /* the server's tables are as large as they get */
    size_t before = heap_bytes_used(machine);
    for (uint64_t site = 1;; site++) {
        assert_true(site < 1000);
        atomic_store(&machine->heap.fault.fail_at, site);
        with_client(w, body);
        bool reached = atomic_load(&machine->heap.fault.fail_at) == 0;
        atomic_store(&machine->heap.fault.fail_at, 0);
        assert_int_equal(heap_bytes_used(machine), before);
        if (!reached) {
            assert_true(site > 1); /* something did allocate */
            return;
        }
    }
}

static bool ok_or_no_memory(status_t status)
{
    if (status < 0)
        assert_int_equal(status, -ERR_NOMEM);
    return status >= 0;
}

/* The server's part of a call, with its own allocations failing as well. -> false: it could not be received. */
static bool serve_one(struct world *w, struct reply *reply)
{
    status_t status = do_receive(&w->server, w->scheme, 0);
    if (status == -ERR_TIMEDOUT)
        return false; /* the client was told */
    if (status < 0) {
        assert_int_equal(status, -ERR_NOMEM);
        status = do_receive(&w->server, w->scheme, 0);
        assert_int_equal(status, 0);
    }
    struct request r = received(&w->server);
    reply->tag = r.tag;
    if (r.verb == VERB_open)
        reply->values[0] = w->next_id++;
    return true;
}

static void try_open(struct world *w, struct actor *a)
{
    status_t status = do_open(a, "test:x", FILE_RDWR);
    if (status == STATUS_PARKED) {
        struct reply reply = simple_reply(0, 0);
        if (serve_one(w, &reply))
            assert_int_equal(do_reply(&w->server, w->scheme, reply), 0);
        status = actor_result(a);
        /* After the server's yes nothing fails. */
        assert_true(reply.tag == 0 || status >= 0);
    }
    if (ok_or_no_memory(status))
        assert_int_equal(do_close(a, (handle_t)status), 0);
}

static void test_open(void **state)
{
    sweep_client(*state, try_open);
}

static void try_call_with_handles(struct world *w, struct actor *a)
{
    status_t scheme = CALL(
        a, handle_install(a->process, w->server.process->handles.entries[w->scheme & 0xffff].object,
                          RIGHT_CALL | RIGHT_PASS));
    if (!ok_or_no_memory(scheme))
        return;
    status_t queue = CALL(a, event_create(a->t));
    if (!ok_or_no_memory(queue))
        return;
    struct call_args args = {.deadline = DEADLINE_NEVER, .send = (handle_t)queue};
    status_t status = do_call_args(a, (handle_t)scheme, VERB_PRIVATE, args);
    if (status == STATUS_PARKED) {
        struct reply reply = simple_reply(0, 0);
        if (serve_one(w, &reply)) {
            reply.flags = REPLY_HANDLE;
            reply.send = received(&w->server).received;
            assert_int_equal(do_reply(&w->server, w->scheme, reply), 0);
        }
        status = actor_result(a);
    }
    (void)ok_or_no_memory(status);
}

static void test_call_with_handles(void **state)
{
    sweep_client(*state, try_call_with_handles);
}

static void try_pipe(struct world *w, struct actor *a)
{
    handle_t ends[2];
    if (!ok_or_no_memory(CALL(a, pipe_create(a->t, AT_OUT, 0)))) {
        assert_int_equal(a->process->handles.count, 0);
        return;
    }
    get(a, AT_OUT, ends, sizeof ends);
    status_t status = do_write(a, ends[1], AT_IN, 40000, UINT64_MAX);
    if (status < 0)
        assert_int_equal(status, -ERR_NOMEM);
    if (status > 0) {
        assert_true(status % 4096 == 0 || status == 40000);
        assert_int_equal(do_read(a, ends[0], AT_OUT, 65536, UINT64_MAX), status);
    }
}

static void test_pipe(void **state)
{
    sweep_client(*state, try_pipe);
}

static void try_watch(struct world *w, struct actor *a)
{
    handle_t ends[2];
    status_t queue = CALL(a, event_create(a->t));
    if (!ok_or_no_memory(queue) || !ok_or_no_memory(CALL(a, pipe_create(a->t, AT_OUT, 0))))
        return;
    get(a, AT_OUT, ends, sizeof ends);
    status_t status = CALL(a, event_watch(a->t, (handle_t)queue, ends[1], EVENT_WRITABLE, 1));
    status_t events = CALL(a, event_wait(a->t, (handle_t)queue, AT_DATA, 4, 0));
    assert_int_equal(events, ok_or_no_memory(status) ? 1 : -ERR_TIMEDOUT);
}

static void test_watch(void **state)
{
    sweep_client(*state, try_watch);
}

static void try_scheme(struct world *w, struct actor *a)
{
    status_t names = CALL(a, handle_install(a->process, &w->rig.machine->names->object, RIGHT_ALL));
    if (!ok_or_no_memory(names))
        return;
    status_t copy = CALL(a, namespace_control(a->t, (handle_t)names, NAMESPACE_COPY, 0, 0, 0));
    if (!ok_or_no_memory(copy))
        return;
    put_text(a, AT_PATH, "fresh");
    status_t scheme = CALL(a, scheme_create(a->t, (handle_t)copy, AT_PATH, 5, 0));
    if (!ok_or_no_memory(scheme)) {
        /* The name is not left behind. */
        uint64_t at = atomic_exchange(&w->rig.machine->heap.fault.fail_at, 0);
        assert_true(CALL(a, scheme_create(a->t, (handle_t)copy, AT_PATH, 5, 0)) >= 0);
        atomic_store(&w->rig.machine->heap.fault.fail_at, at);
        return;
    }
    status_t listed =
        CALL(a, namespace_control(a->t, (handle_t)copy, NAMESPACE_LIST, AT_DATA, 4096, 0));
    (void)ok_or_no_memory(listed);
}

static void test_scheme_and_namespace(void **state)
{
    sweep_client(*state, try_scheme);
}

static void try_kernel_files(struct world *w, struct actor *a)
{
    static const char *const paths[] = {"sys:memory",   "sys:processes", "log:", "time:monotonic",
                                        "hw:console/0", "proc:",         "hw:"};
    (void)w;
    for (unsigned i = 0; i < ARRAY_COUNT(paths); i++)
        (void)ok_or_no_memory(do_open(a, paths[i], FILE_READ));
}

static void test_kernel_files(void **state)
{
    sweep_client(*state, try_kernel_files);
}

static void test_the_handle_table_is_bounded_and_an_open_knows_before_it_asks(void **state)
{
    struct world *w = *state;
    struct actor *a = &w->client;
    status_t status;
    do
        status = CALL(a, handle_dup(a->t, w->names, RIGHT_ALL));
    while (status >= 0);
    assert_int_equal(status, -ERR_MFILE);
    assert_int_equal(a->process->handles.count, DYAD_HANDLES_MAX);
    assert_int_equal(do_open(a, "test:x", FILE_READ), -ERR_MFILE);
    assert_int_equal(do_receive(&w->server, w->scheme, 0), -ERR_TIMEDOUT);
    /* A reply's handle finds no room: the client is told, the handle is gone from the server. */
    assert_int_equal(do_call(a, w->file, VERB_PRIVATE, 0, 0), STATUS_PARKED);
    assert_int_equal(do_receive(&w->server, w->scheme, 0), 0);
    struct reply reply = simple_reply(received(&w->server).tag, 0);
    reply.flags = REPLY_HANDLE;
    reply.send = (handle_t)CALL(&w->server, event_create(w->server.t));
    assert_int_equal(do_reply(&w->server, w->scheme, reply), 0);
    assert_int_equal(actor_result(a), -ERR_MFILE);
    assert_int_equal(CALL(&w->server, handle_control(w->server.t, reply.send, HANDLE_INFO, 0)),
                     -ERR_BADF);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_start, world_end)
    const struct CMUnitTest tests[] = {
        T(test_open),
        T(test_call_with_handles),
        T(test_pipe),
        T(test_watch),
        T(test_scheme_and_namespace),
        T(test_kernel_files),
        T(test_the_handle_table_is_bounded_and_an_open_knows_before_it_asks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
