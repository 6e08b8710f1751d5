/* test_odd_calls.c: are calls at the edge of what makes sense answered as abi/syscall.h says, and is nothing else touched by them? */
#include "ipc_test.h"

#include "abi/file.h"
#include "core/machine.h"
#include "core/memory.h"
#include "core/signal.h"
#include "core/space.h"

struct pair {
    struct rig rig;
    struct actor client, server;
    handle_t scheme;
};

static int pair_start(void **state)
{
    static struct pair pair;
    struct pair *p = &pair;
    memset(p, 0, sizeof *p);
    rig_start(&p->rig);
    actor_start(&p->client, &p->rig);
    actor_start(&p->server, &p->rig);
    p->scheme = do_scheme(&p->server, "test");
    *state = p;
    return 0;
}

static int pair_end(void **state)
{
    struct pair *p = *state;
    actor_end(&p->client);
    actor_end(&p->server);
    rig_end(&p->rig);
    return 0;
}

/* A request that the client's call has made. -> its tag */
static struct request serve(struct pair *p)
{
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    return received(&p->server);
}

static status_t answer(struct pair *p, struct reply reply)
{
    return do_reply(&p->server, p->scheme, reply);
}

static uint64_t position(struct pair *p, handle_t h)
{
    return (uint64_t)CALL(&p->client, handle_control(p->client.t, h, HANDLE_SEEK_CUR, 0));
}

/* ---- futexes ---- */

static void test_words_that_are_not_there(void **state)
{
    static const uint64_t nowhere[] = {USER_BAD, DYAD_USER_END, DYAD_USER_END - 4, UINT64_MAX - 3};
    struct pair *p = *state;
    struct thread *t = p->client.t;
    for (unsigned i = 0; i < ARRAY_COUNT(nowhere); i++) {
        assert_int_equal(CALL(&p->client, futex_wait(t, nowhere[i], 0, DEADLINE_NEVER)),
                         -ERR_FAULT);
        assert_int_equal(CALL(&p->client, futex_wake(t, nowhere[i], 1)), -ERR_FAULT);
        assert_int_equal(CALL(&p->client, futex_lock(t, nowhere[i], DEADLINE_NEVER)), -ERR_FAULT);
        assert_int_equal(CALL(&p->client, futex_unlock(t, nowhere[i])), -ERR_FAULT);
    }
}

static void test_only_the_holder_gives_a_lock(void **state)
{
    struct pair *p = *state;
    uint32_t word = 0;
    put(&p->client, AT_DATA, &word, sizeof word);
    assert_int_equal(CALL(&p->client, futex_unlock(p->client.t, AT_DATA)), -ERR_PERM);
    assert_int_equal(CALL(&p->client, futex_lock(p->client.t, AT_DATA, DEADLINE_NEVER)), 0);
    get(&p->client, AT_DATA, &word, sizeof word);
    assert_true(word != 0 && word == p->client.t->lock_id);
    assert_int_equal(CALL(&p->client, futex_lock(p->client.t, AT_DATA, DEADLINE_NEVER)),
                     -ERR_DEADLK);
    word++; /* somebody else's now */
    put(&p->client, AT_DATA, &word, sizeof word);
    assert_int_equal(CALL(&p->client, futex_unlock(p->client.t, AT_DATA)), -ERR_PERM);
    assert_true(holds(&p->client, AT_DATA, &word, sizeof word));
    word--;
    put(&p->client, AT_DATA, &word, sizeof word);
    assert_int_equal(CALL(&p->client, futex_unlock(p->client.t, AT_DATA)), 0);
    word = 0;
    assert_true(holds(&p->client, AT_DATA, &word, sizeof word));
}

/* ---- files of a server ---- */

static void test_the_position_follows_what_was_moved(void **state)
{
    struct pair *p = *state;
    handle_t h =
        open_file(&p->client, &p->server, p->scheme, "test:f", FILE_RDWR, 7, FILE_SEEKABLE);
    assert_int_equal(do_read(&p->client, h, AT_OUT, 100, UINT64_MAX), STATUS_PARKED);
    assert_int_equal(answer(p, simple_reply(serve(p).tag, 0)), 0); /* its end */
    assert_int_equal(actor_result(&p->client), 0);
    assert_int_equal(position(p, h), 0);
    assert_int_equal(do_write(&p->client, h, AT_IN, 100, UINT64_MAX), STATUS_PARKED);
    struct request r = serve(p);
    assert_int_equal(r.args[0], 0);
    assert_int_equal(answer(p, simple_reply(r.tag, 60)), 0);
    assert_int_equal(actor_result(&p->client), 60);
    assert_int_equal(position(p, h), 60);
    assert_int_equal(do_write(&p->client, h, AT_IN, 100, UINT64_MAX), STATUS_PARKED);
    r = serve(p);
    assert_int_equal(r.args[0], 60);
    assert_int_equal(answer(p, simple_reply(r.tag, -ERR_NOSPC)), 0);
    assert_int_equal(actor_result(&p->client), -ERR_NOSPC);
    assert_int_equal(position(p, h), 60);
    assert_int_equal(do_read(&p->client, h, AT_OUT, 100, UINT64_MAX), STATUS_PARKED);
    assert_int_equal(answer(p, simple_reply(serve(p).tag, -ERR_IO)), 0);
    assert_int_equal(actor_result(&p->client), -ERR_IO);
    assert_int_equal(position(p, h), 60);
}

static void test_the_position_of_who_appends_is_the_servers_word(void **state)
{
    struct pair *p = *state;
    handle_t h = open_file(&p->client, &p->server, p->scheme, "test:f", FILE_RDWR | FILE_APPEND, 7,
                           FILE_SEEKABLE);
    assert_int_equal(do_write(&p->client, h, AT_IN, 10, UINT64_MAX), STATUS_PARKED);
    struct request r = serve(p);
    assert_true(r.file_flags & FILE_APPEND);
    struct reply reply = simple_reply(r.tag, 10);
    reply.values[0] = 510; /* where the file ends now */
    assert_int_equal(answer(p, reply), 0);
    assert_int_equal(actor_result(&p->client), 10);
    assert_int_equal(position(p, h), 510);
    assert_int_equal(do_write(&p->client, h, AT_IN, 10, UINT64_MAX), STATUS_PARKED);
    assert_int_equal(answer(p, simple_reply(serve(p).tag, -ERR_NOSPC)), 0);
    assert_int_equal(actor_result(&p->client), -ERR_NOSPC);
    assert_int_equal(position(p, h), 510);
}

static void test_copies_are_cut_to_what_is_there_and_count_once(void **state)
{
    struct pair *p = *state;
    struct thread *t = p->server.t;
    handle_t h = open_file(&p->client, &p->server, p->scheme, "test:f", FILE_RDWR, 7, 0);
    assert_int_equal(do_call(&p->client, h, VERB_PRIVATE, 20, 30), STATUS_PARKED);
    uint32_t tag = serve(p).tag;
#define COPY(direction, offset, bytes) \
    CALL(&p->server, scheme_copy(t, p->scheme, tag, direction, offset, AT_BUFFER, bytes))
    assert_int_equal(COPY(COPY_FROM_CLIENT, 0, 0), 0);
    assert_int_equal(COPY(COPY_FROM_CLIENT, 20, 5), 0);
    assert_int_equal(COPY(COPY_FROM_CLIENT, 19, 5), 1);
    assert_int_equal(COPY(COPY_FROM_CLIENT, UINT64_MAX, 5), 0);
    assert_int_equal(COPY(COPY_TO_CLIENT, 29, 500), 1);
    assert_int_equal(COPY(COPY_TO_CLIENT, 10, 15), 15); /* behind it there is more already */
    assert_int_equal(COPY(COPY_TO_CLIENT, 30, 1), 0);
    assert_int_equal(COPY(COPY_TO_CLIENT, 0, 5), 5);
#undef COPY
    assert_int_equal(answer(p, simple_reply(tag, 0)), 0);
    assert_int_equal(actor_result(&p->client), 0);
    assert_int_equal(call_outputs(&p->client).out_done, 30);
}

static void test_an_answer_that_is_too_large_is_none(void **state)
{
    struct pair *p = *state;
    handle_t h = open_file(&p->client, &p->server, p->scheme, "test:f", FILE_RDWR, 7, 0);
    assert_int_equal(do_call(&p->client, h, VERB_PRIVATE, 0, 100), STATUS_PARKED);
    struct request r = serve(p);
    struct reply reply = simple_reply(r.tag, 0);
    reply.data = (const void *)AT_BUFFER;
    reply.data_len = 101;
    assert_int_equal(answer(p, reply), -ERR_INVAL);
    reply.data_len = DYAD_COPY_MAX + 1;
    assert_int_equal(answer(p, reply), -ERR_INVAL);
    assert_true(actor_parked(&p->client));
    reply.data_len = 100;
    assert_int_equal(answer(p, reply), 0);
    assert_int_equal(actor_result(&p->client), 0);
    assert_int_equal(call_outputs(&p->client).out_done, 100);
}

/* The table of handles has to grow for what is passed, and cannot. */
static void test_a_handle_that_finds_no_room_is_the_clients_error(void **state)
{
    struct pair *p = *state;
    handle_t h = open_file(&p->client, &p->server, p->scheme, "test:f", FILE_RDWR, 7, 0);
    struct process *server = p->server.process;
    while (server->handles.count < server->handles.capacity)
        assert_true(CALL(&p->server, event_create(p->server.t)) >= 0);
    struct call_args args = {.deadline = DEADLINE_NEVER};
    args.send = (handle_t)CALL(&p->client, event_create(p->client.t));
    assert_int_equal(do_call_args(&p->client, h, VERB_PRIVATE, args), STATUS_PARKED);
    atomic_store(&p->rig.machine->heap.fault.fail_at, 1);
    status_t status = do_receive(&p->server, p->scheme, 0);
    atomic_store(&p->rig.machine->heap.fault.fail_at, 0);
    assert_int_equal(status, -ERR_TIMEDOUT);
    assert_int_equal(actor_result(&p->client), -ERR_NOMEM);
    /* The client has it still, and next time it arrives. */
    assert_int_equal(do_call_args(&p->client, h, VERB_PRIVATE, args), STATUS_PARKED);
    struct request r = serve(p);
    assert_true(r.received != HANDLE_NONE);
    assert_int_equal(answer(p, simple_reply(r.tag, 0)), 0);
    assert_int_equal(actor_result(&p->client), 0);
}

static void protect_page(struct actor *a, uint64_t at, bool writable)
{
    const unsigned prot = MAP_PROT_READ | (writable ? MAP_PROT_WRITE : 0);
    assert_int_equal(CALL(a, space_protect(a->t, a->t->space, at, 0x1000, prot)), 0);
}

/* What comes back cannot be stored: the client learns of it, and keeps no handle that it does not know. */
static void test_arguments_that_can_only_be_read(void **state)
{
    struct pair *p = *state;
    handle_t h = open_file(&p->client, &p->server, p->scheme, "test:f", FILE_RDWR, 7, 0);
    uint16_t before = p->client.process->handles.count;
    for (int passes = 0; passes < 2; passes++) {
        struct call_args args = {.deadline = DEADLINE_NEVER, .send = HANDLE_NONE};
        put(&p->client, AT_ARGS, &args, sizeof args);
        protect_page(&p->client, AT_ARGS, false);
        assert_int_equal(CALL(&p->client, scheme_call(p->client.t, h, VERB_PRIVATE, AT_ARGS)),
                         STATUS_PARKED);
        struct reply reply = simple_reply(serve(p).tag, 0);
        if (passes) {
            reply.flags = REPLY_HANDLE;
            reply.send = (handle_t)CALL(&p->server, event_create(p->server.t));
        }
        status_t status = answer(p, reply);
        assert_true(status == 0 || status == -ERR_IDRM);
        assert_int_equal(actor_result(&p->client), -ERR_FAULT);
        assert_int_equal(p->client.process->handles.count, before);
        protect_page(&p->client, AT_ARGS, true);
    }
}

static void test_a_second_directory_is_of_the_same_scheme(void **state)
{
    struct pair *p = *state;
    handle_t h = open_file(&p->client, &p->server, p->scheme, "test:f", FILE_RDWR, 7, 0);
    handle_t second = do_scheme(&p->server, "other");
    handle_t foreign = open_file(&p->client, &p->server, second, "other:f", FILE_RDWR, 7, 0);
    struct call_args args = {.deadline = DEADLINE_NEVER, .send = foreign};
    assert_int_equal(do_call_args(&p->client, h, VERB_renameat, args), -ERR_XDEV);
    args.send = (handle_t)CALL(&p->client, event_create(p->client.t));
    assert_int_equal(do_call_args(&p->client, h, VERB_renameat, args), -ERR_XDEV);
    args.send = h;
    assert_int_equal(do_call_args(&p->client, h, VERB_renameat, args), STATUS_PARKED);
    struct request r = serve(p);
    assert_true(r.file == 7 && r.args[1] == 7);
    assert_int_equal(answer(p, simple_reply(r.tag, 0)), 0);
    assert_int_equal(actor_result(&p->client), 0);
}

static void test_a_redirect_needs_no_room(void **state)
{
    static const char text[] = "file:/x";
    struct pair *p = *state;
    for (int room = 0; room < 2; room++) {
        put_text(&p->client, AT_PATH, "test:link");
        assert_int_equal(CALL(&p->client, scheme_open(p->client.t, HANDLE_NONE, AT_PATH, 9,
                                                      FILE_READ, 0, room ? AT_OUT : 0)),
                         STATUS_PARKED);
        struct reply reply = simple_reply(serve(p).tag, -ERR_XDEV);
        put(&p->server, AT_DATA, text, sizeof text - 1);
        reply.data = (const void *)AT_DATA;
        reply.data_len = sizeof text - 1;
        if (!room) { /* what is too much is refused, and then it may be said without the text */
            assert_int_equal(answer(p, reply), -ERR_INVAL);
            reply.data_len = 0;
        }
        assert_int_equal(answer(p, reply), 0);
        assert_int_equal(actor_result(&p->client), -ERR_XDEV);
        assert_int_equal(holds(&p->client, AT_OUT, text, sizeof text), room);
    }
}

/* ---- names and signals ---- */

static void test_a_namespace_is_full_at_some_point(void **state)
{
    struct pair *p = *state;
    struct actor *a = &p->server;
    handle_t names =
        (handle_t)handle_install(a->process, &p->rig.machine->names->object, RIGHT_ALL);
    handle_t own = (handle_t)CALL(a, namespace_control(a->t, names, NAMESPACE_COPY, AT_PATH, 0, 0));
    assert_true(own >= 0);
    char name[16] = "";
    status_t status = 0;
    int count = 0;
    for (; status == 0 && count < 10000; count++) {
        snprintf(name, sizeof name, "n%d", count);
        put_text(a, AT_PATH, name);
        status = CALL(a, namespace_control(a->t, own, NAMESPACE_ADD, AT_PATH, strlen(name),
                                           (uint64_t)p->scheme));
    }
    assert_int_equal(status, -ERR_DQUOT);
    assert_true(count > 200);
    put_text(a, AT_PATH, "n7");
    assert_int_equal(CALL(a, namespace_control(a->t, own, NAMESPACE_REMOVE, AT_PATH, 2, 0)), 0);
    put_text(a, AT_PATH, name);
    assert_int_equal(CALL(a, namespace_control(a->t, own, NAMESPACE_ADD, AT_PATH, strlen(name),
                                               (uint64_t)p->scheme)),
                     0);
    assert_int_equal(do_close(a, own), 0);
    assert_int_equal(do_close(a, names), 0);
}

static uint64_t pending(struct pair *p)
{
    uint64_t set = 0;
    assert_int_equal(CALL(&p->client, signal_control(p->client.t, SIGNAL_PENDING, AT_OUT, 0)), 0);
    get(&p->client, AT_OUT, &set, sizeof set);
    return set;
}

static void test_an_ignored_signal_waits_only_where_it_is_blocked(void **state)
{
    const uint64_t bit = DYAD_SIGNAL_BIT(10);
    struct pair *p = *state;
    struct thread *t = p->client.t;
    struct signal_actions actions = {.ignored = bit};
    struct signal_post post = {.info = {.signo = 10}};
    put(&p->client, AT_IN, &actions, sizeof actions);
    assert_int_equal(CALL(&p->client, signal_control(t, SIGNAL_SET_ACTIONS, AT_IN, 0)), 0);
    put(&p->client, AT_IN, &post, sizeof post);
    assert_int_equal(CALL(&p->client, thread_control(t, THREAD_SIGNAL, t->id, AT_IN)), 0);
    assert_int_equal(pending(p), 0);
    assert_int_equal(CALL(&p->client, signal_control(t, SIGNAL_BLOCK, bit, 0)), 0);
    assert_int_equal(CALL(&p->client, thread_control(t, THREAD_SIGNAL, t->id, AT_IN)), 0);
    assert_int_equal(pending(p), bit);
    struct signal_wait wait = {.set = bit, .deadline = DEADLINE_NEVER};
    put(&p->client, AT_DATA, &wait, sizeof wait);
    protect_page(&p->client, AT_DATA, false);
    assert_int_equal(CALL(&p->client, signal_control(t, SIGNAL_WAIT, AT_DATA, 0)), -ERR_FAULT);
    protect_page(&p->client, AT_DATA, true);
    assert_int_equal(CALL(&p->client, signal_control(t, SIGNAL_UNBLOCK, bit, 0)), 0);
    assert_int_equal(pending(p), 0);
}

/* ---- processes and memory ---- */

static void test_operations_that_do_not_exist(void **state)
{
    struct pair *p = *state;
    handle_t h = (handle_t)handle_install(p->client.process, &p->client.process->object, RIGHT_ALL);
    assert_int_equal(CALL(&p->client, process_control(p->client.t, h, 1000, 0, 0)), -ERR_INVAL);
    assert_int_equal(CALL(&p->client, process_control(p->client.t, h, UINT64_MAX, 0, 0)),
                     -ERR_INVAL);
    assert_int_equal(CALL(&p->client, thread_control(p->client.t, 1000, 0, 0)), -ERR_INVAL);
    assert_int_equal(CALL(&p->client, signal_control(p->client.t, 1000, 0, 0)), -ERR_INVAL);
    assert_int_equal(do_close(&p->client, h), 0);
}

static void test_a_process_that_never_began_ends_with_its_last_handle(void **state)
{
    struct pair *p = *state;
    struct machine *machine = p->rig.machine;
    struct process *process;
    uint64_t before = heap_bytes_used(machine);
    uint32_t count = rig_processes(&p->rig);
    assert_int_equal(process_create(machine, &machine->quota, machine->names, &process), 0);
    for (int i = 0; i < 200; i++)
        assert_true(handle_install(process, &machine->names->object, RIGHT_ALL) >= 0);
    handle_t h = (handle_t)handle_install(p->client.process, &process->object, RIGHT_ALL);
    assert_int_equal(CALL(&p->client, process_control(p->client.t, h, PROCESS_GET_SCHED, 0, 0)),
                     -ERR_SRCH);
    kobject_put(&process->object);
    assert_int_equal(do_close(&p->client, h), 0);
    rig_pump(&p->rig);
    assert_int_equal(rig_processes(&p->rig), count);
    assert_true(heap_bytes_used(machine) <= before + 4096); /* the client's table may have grown */
}

static void test_a_wish_for_an_address_is_granted_where_there_is_room(void **state)
{
    const uint64_t wish = 0x60000000;
    struct pair *p = *state;
    struct thread *t = p->client.t;
    const uint32_t prot = MAP_PROT_READ | SPACE_MAY(MAP_PROT_READ);
#define MAP(at, flags) CALL(&p->client, space_map(t, t->space, at, 0x2000, prot, flags, NULL, 0))
    assert_int_equal(MAP(wish, 0), wish);
    status_t other = MAP(wish + 0x1000, 0); /* half of it is taken */
    assert_true(other > 0 && (uint64_t)other != wish && (uint64_t)other != wish + 0x1000);
    assert_int_equal(MAP(wish + 0x1000, MAP_FLAG_NOREPLACE), -ERR_EXIST);
    assert_int_equal(MAP(wish + 0x2000, MAP_FLAG_NOREPLACE), wish + 0x2000);
#undef MAP
}

static void test_memory_of_a_fixed_size_keeps_it(void **state)
{
    struct pair *p = *state;
    struct memory *memory;
    assert_int_equal(memory_create_device(p->rig.machine, &p->rig.machine->quota, 0xe0000000,
                                          0x4000, ARCH_PROT_UNCACHED, &memory),
                     0);
    assert_int_equal(memory_resize(memory, 0x1000), -ERR_ROFS);
    assert_int_equal(memory_resize(memory, 0x8000), -ERR_ROFS);
    assert_int_equal(memory_bytes(memory), 0x4000);
    /* Shared and never to be executed. */
    struct thread *t = p->client.t;
    const uint32_t all = MAP_PROT_READ | MAP_PROT_EXEC;
    assert_int_equal(CALL(&p->client, space_map(t, t->space, 0, 0x1000, all | SPACE_MAY(all),
                                                MAP_FLAG_SHARED, memory, 0)),
                     -ERR_INVAL);
    /* Beyond its end there is nothing. */
    const uint32_t read = MAP_PROT_READ | SPACE_MAY(MAP_PROT_READ);
    status_t at =
        CALL(&p->client, space_map(t, t->space, 0, 0x8000, read, MAP_FLAG_SHARED, memory, 0));
    assert_true(at > 0);
    assert_int_equal(space_fault(t->space, (uint64_t)at + 0x3000, MAP_PROT_READ), 0);
    assert_int_equal(space_fault(t->space, (uint64_t)at + 0x4000, MAP_PROT_READ), -ERR_RANGE);
    kobject_put(&memory->object);
}

static void test_a_large_object_shrinks_in_steps_and_is_gone_when_closed(void **state)
{
    enum { PAGES = 1500 };
    struct pair *p = *state;
    struct thread *t = p->client.t;
    struct memory *memory;
    struct page *page;
    uint64_t phys;
    _Atomic uint64_t *used = &t->process->quota->used[QUOTA_PAGES];
    uint64_t before = atomic_load(used);
    assert_int_equal(
        memory_create(p->rig.machine, t->process->quota, PAGES * DYAD_PAGE_SIZE, &memory), 0);
    status_t h = handle_install(t->process, &memory->object, RIGHT_ALL);
    assert_true(h >= 0);
    for (unsigned i = 0; i < PAGES; i++) {
        assert_int_equal(memory_page(memory, i, true, &page, &phys), 0);
        page_put(p->rig.machine, page);
    }
    assert_int_equal(atomic_load(used), before + PAGES);
    assert_int_equal(
        CALL(&p->client, handle_control(t, (handle_t)h, HANDLE_SET_SIZE, DYAD_PAGE_SIZE)), 0);
    assert_int_equal(atomic_load(used), before + 1);
    assert_int_equal(atomic_load(&memory->object.references), 2); /* the handle's and ours */
    kobject_put(&memory->object);
    assert_int_equal(do_close(&p->client, (handle_t)h), 0);
    assert_int_equal(atomic_load(used), before);
}

static void test_long_reads_of_memory_go_in_parts(void **state)
{
    struct pair *p = *state;
    struct memory *memory;
    uint8_t byte = 7;
    assert_int_equal(
        memory_create(p->rig.machine, &p->rig.machine->quota, 3 * DYAD_COPY_MAX, &memory), 0);
    handle_t h = (handle_t)handle_install(p->client.process, &memory->object, RIGHT_ALL);
    kobject_put(&memory->object);
    put(&p->client, AT_IN, &byte, 1);
    assert_int_equal(do_write(&p->client, h, AT_IN, 1, 0), 1);
    assert_int_equal(do_read(&p->client, h, AT_BUFFER, 2 * DYAD_COPY_MAX, 0), DYAD_COPY_MAX);
    assert_true(holds(&p->client, AT_BUFFER, &byte, 1));
    assert_int_equal(do_read(&p->client, h, AT_BUFFER, 10, 3 * DYAD_COPY_MAX - 4), 4);
    assert_int_equal(do_read(&p->client, h, AT_BUFFER, 10, 3 * DYAD_COPY_MAX), 0);
    assert_int_equal(do_write(&p->client, h, AT_IN, 10, 3 * DYAD_COPY_MAX), -ERR_NOSPC);
    assert_int_equal(do_write(&p->client, h, AT_IN, 10, 3 * DYAD_COPY_MAX - 4), 4);
    assert_int_equal(do_read(&p->client, h, USER_BAD, 10, 0), -ERR_FAULT);
    assert_int_equal(do_write(&p->client, h, USER_BAD, 10, 0), -ERR_FAULT);
}

/* Only its server, while it serves it, may copy somebody else's thread. */
static void test_a_thread_that_is_not_served_is_not_copied(void **state)
{
    struct pair *p = *state;
    status_t h = handle_install(p->client.process, &p->server.process->object, RIGHT_ALL);
    assert_true(h >= 0);
    assert_int_equal(CALL(&p->client, process_fork(p->client.t, (handle_t)h, p->server.t->id, 0)),
                     -ERR_BUSY);
    assert_int_equal(do_close(&p->client, (handle_t)h), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, pair_start, pair_end)
    const struct CMUnitTest tests[] = {
        T(test_words_that_are_not_there),
        T(test_only_the_holder_gives_a_lock),
        T(test_the_position_follows_what_was_moved),
        T(test_the_position_of_who_appends_is_the_servers_word),
        T(test_copies_are_cut_to_what_is_there_and_count_once),
        T(test_an_answer_that_is_too_large_is_none),
        T(test_a_handle_that_finds_no_room_is_the_clients_error),
        T(test_arguments_that_can_only_be_read),
        T(test_a_second_directory_is_of_the_same_scheme),
        T(test_a_redirect_needs_no_room),
        T(test_a_namespace_is_full_at_some_point),
        T(test_an_ignored_signal_waits_only_where_it_is_blocked),
        T(test_operations_that_do_not_exist),
        T(test_a_process_that_never_began_ends_with_its_last_handle),
        T(test_a_wish_for_an_address_is_granted_where_there_is_room),
        T(test_memory_of_a_fixed_size_keeps_it),
        T(test_a_large_object_shrinks_in_steps_and_is_gone_when_closed),
        T(test_long_reads_of_memory_go_in_parts),
        T(test_a_thread_that_is_not_served_is_not_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
