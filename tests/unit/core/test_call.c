/* test_call.c: calls between a client and a server: does each side get what abi/scheme.h says, at every edge? */
#include "ipc_test.h"

struct pair {
    struct rig rig;
    struct actor client, server;
    handle_t scheme, file; /* the server's scheme; the client's open file, id 7 */
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
    p->file =
        open_file(&p->client, &p->server, p->scheme, "test:file", FILE_RDWR, 7, FILE_SEEKABLE);
    *state = p;
    return 0;
}

static int pair_end(void **state)
{
    struct pair *p = *state;
    if (p->client.t != NULL)
        actor_end(&p->client);
    if (p->server.t != NULL)
        actor_end(&p->server);
    rig_end(&p->rig);
    return 0;
}

/* The client's call with a 3-byte payload waits with the server as request. */
static struct request serve_call(struct pair *p)
{
    put_text(&p->client, AT_IN, "abc");
    assert_int_equal(do_call(&p->client, p->file, VERB_control, 3, 16), STATUS_PARKED);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    return received(&p->server);
}

static void test_open_gives_the_path_to_the_server_and_a_handle_to_the_client(void **state)
{
    struct pair *p = *state;
    assert_int_equal(do_open(&p->client, "test:some/path", FILE_READ | FILE_CREATE), STATUS_PARKED);
    assert_int_equal(do_receive(&p->server, p->scheme, DEADLINE_NEVER), 0);
    struct request r = received(&p->server);
    assert_int_equal(r.verb, VERB_open);
    assert_int_equal(r.file, 0);
    assert_int_equal(r.in_len, 9);
    assert_int_equal(r.in_done, 9);
    assert_int_equal(r.args[0], FILE_READ | FILE_CREATE);
    assert_int_equal(r.received, HANDLE_NONE);
    assert_int_equal(r.kid, p->client.process->kid);
    assert_int_equal(r.cred.uid, 1000);
    assert_int_equal(r.thread, p->client.t->id);
    assert_true(holds(&p->server, AT_BUFFER, "some/path", 9));
    struct reply reply = simple_reply(r.tag, 0);
    reply.values[0] = 99;
    assert_int_equal(do_reply(&p->server, p->scheme, reply), 0);
    status_t h = actor_result(&p->client);
    assert_true(h >= 0);
    status_t info = CALL(&p->client, handle_control(p->client.t, (handle_t)h, HANDLE_INFO, 0));
    assert_int_equal(info & 0xff, HANDLE_KIND_FILE);
    assert_int_equal(info >> 8, RIGHT_READ | RIGHT_CALL | RIGHT_PASS | RIGHT_WATCH);
}

static void test_call_to_a_waiting_server_is_handed_over_at_once(void **state)
{
    struct pair *p = *state;
    assert_int_equal(do_receive(&p->server, p->scheme, DEADLINE_NEVER), STATUS_PARKED);
    put_text(&p->client, AT_IN, "hello");
    assert_int_equal(do_call(&p->client, p->file, VERB_control, 5, 8), STATUS_PARKED);
    assert_int_equal(actor_result(&p->server), 0);
    struct request r = received(&p->server);
    assert_int_equal(r.file, 7);
    assert_int_equal(r.in_done, 5);
    assert_int_equal(r.out_len, 8);
    assert_true(holds(&p->server, AT_BUFFER, "hello", 5));
    put_text(&p->server, AT_DATA, "world!");
    struct reply reply = simple_reply(r.tag, 42);
    reply.data = (const void *)AT_DATA;
    reply.data_len = 6;
    reply.values[0] = 5;
    reply.values[1] = 6;
    assert_int_equal(do_reply_receive(&p->server, p->scheme, reply, DEADLINE_NEVER), STATUS_PARKED);
    assert_int_equal(actor_result(&p->client), 42);
    assert_true(holds(&p->client, AT_OUT, "world!", 6));
    struct call_args out = call_outputs(&p->client);
    assert_int_equal(out.values[0], 5);
    assert_int_equal(out.values[1], 6);
    assert_int_equal(out.out_done, 6);
    assert_int_equal(out.received, HANDLE_NONE);
}

static void test_queued_requests_are_served_in_order(void **state)
{
    struct pair *p = *state;
    struct actor second;
    actor_thread(&second, &p->client);
    assert_int_equal(do_call(&p->client, p->file, VERB_PRIVATE, 0, 0), STATUS_PARKED);
    assert_int_equal(do_call(&second, p->file, VERB_PRIVATE + 1, 0, 0), STATUS_PARKED);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    struct request first = received(&p->server);
    assert_int_equal(first.verb, VERB_PRIVATE);
    assert_int_equal(do_reply_receive(&p->server, p->scheme, simple_reply(first.tag, 1), 0), 0);
    assert_int_equal(actor_result(&p->client), 1);
    struct request next = received(&p->server);
    assert_int_equal(next.verb, VERB_PRIVATE + 1);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(next.tag, 2)), 0);
    assert_int_equal(actor_result(&second), 2);
    actor_kill(&p->client);
    actor_drop(&second);
    actor_drop(&p->client);
}

static void test_replies_may_come_in_any_order(void **state)
{
    struct pair *p = *state;
    struct actor second;
    actor_thread(&second, &p->client);
    assert_int_equal(do_call(&p->client, p->file, VERB_PRIVATE, 0, 0), STATUS_PARKED);
    assert_int_equal(do_call(&second, p->file, VERB_PRIVATE, 0, 0), STATUS_PARKED);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    uint32_t first = received(&p->server).tag;
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    uint32_t next = received(&p->server).tag;
    assert_int_not_equal(first, next);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(next, 2)), 0);
    assert_true(actor_parked(&p->client));
    assert_int_equal(actor_result(&second), 2);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(first, 1)), 0);
    assert_int_equal(actor_result(&p->client), 1);
    actor_kill(&p->client);
    actor_drop(&second);
    actor_drop(&p->client);
}

static void test_a_tag_is_good_for_one_reply(void **state)
{
    struct pair *p = *state;
    struct request r = serve_call(p);
    assert_int_not_equal(r.tag, 0);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(r.tag, 0)), 0);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(r.tag, 0)), -ERR_INVAL);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(0, 0)), -ERR_INVAL);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(0x12345678, 0)), -ERR_INVAL);
    struct request again = serve_call(p);
    assert_int_not_equal(again.tag, r.tag); /* the same index, another generation */
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(again.tag, 0)), 0);
}

static void test_a_bad_reply_leaves_the_request_served(void **state)
{
    struct pair *p = *state;
    struct request r = serve_call(p);
    struct reply reply = simple_reply(r.tag, 0);
    reply.data_len = 17; /* more than the client takes */
    reply.data = (const void *)AT_DATA;
    assert_int_equal(do_reply(&p->server, p->scheme, reply), -ERR_INVAL);
    reply.data_len = 4;
    reply.data = (const void *)USER_BAD;
    assert_int_equal(do_reply(&p->server, p->scheme, reply), -ERR_FAULT);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(r.tag, STATUS_PARKED)),
                     -ERR_INVAL);
    reply = simple_reply(r.tag, 0);
    reply.flags = REPLY_HANDLE; /* with no handle */
    assert_int_equal(do_reply(&p->server, p->scheme, reply), -ERR_INVAL);
    reply.flags = 8;
    assert_int_equal(do_reply(&p->server, p->scheme, reply), -ERR_INVAL);
    assert_int_equal(CALL(&p->server, scheme_serve(p->server.t, p->scheme, USER_BAD, 0, 0, 0, 0)),
                     -ERR_FAULT);
    assert_true(actor_parked(&p->client));
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(r.tag, 3)), 0);
    assert_int_equal(actor_result(&p->client), 3);
}

static void test_bad_client_buffers_are_the_clients_error(void **state)
{
    struct pair *p = *state;
    struct call_args args = {
        .in = (const void *)USER_BAD, .in_len = 4, .deadline = DEADLINE_NEVER, .send = HANDLE_NONE};
    /* A server waits: it never sees the request. */
    assert_int_equal(do_receive(&p->server, p->scheme, DEADLINE_NEVER), STATUS_PARKED);
    assert_int_equal(do_call_args(&p->client, p->file, VERB_control, args), -ERR_FAULT);
    assert_true(actor_parked(&p->server));
    /* Partly bad, across the end of the mapping. */
    args.in = (const void *)(USER_BASE + USER_BYTES - 2);
    assert_int_equal(do_call_args(&p->client, p->file, VERB_control, args), -ERR_FAULT);
    assert_true(actor_parked(&p->server));
    actor_signal(&p->server);
    assert_int_equal(actor_result(&p->server), -ERR_INTR);
    actor_signal_taken(&p->server);
    /* None waits: found out when it is received. */
    assert_int_equal(do_call_args(&p->client, p->file, VERB_control, args), STATUS_PARKED);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), -ERR_TIMEDOUT);
    assert_int_equal(actor_result(&p->client), -ERR_FAULT);
    /* The arguments themselves. */
    assert_int_equal(CALL(&p->client, scheme_call(p->client.t, p->file, VERB_control, USER_BAD)),
                     -ERR_FAULT);
    /* A bad `out` shows when the reply comes; the server has done its part. */
    args = (struct call_args){
        .out = (void *)USER_BAD, .out_len = 4, .deadline = DEADLINE_NEVER, .send = HANDLE_NONE};
    assert_int_equal(do_call_args(&p->client, p->file, VERB_control, args), STATUS_PARKED);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    struct reply reply = simple_reply(received(&p->server).tag, 4);
    reply.data = (const void *)AT_DATA;
    reply.data_len = 4;
    assert_int_equal(do_reply(&p->server, p->scheme, reply), 0);
    assert_int_equal(actor_result(&p->client), -ERR_FAULT);
}

static void test_bad_server_buffers_are_the_servers_error_and_the_request_stays(void **state)
{
    struct pair *p = *state;
    put_text(&p->client, AT_IN, "abc");
    assert_int_equal(do_call(&p->client, p->file, VERB_control, 3, 0), STATUS_PARKED);
    assert_int_equal(
        CALL(&p->server, scheme_serve(p->server.t, p->scheme, 0, USER_BAD, AT_BUFFER, 16, 0)),
        -ERR_FAULT);
    assert_int_equal(
        CALL(&p->server, scheme_serve(p->server.t, p->scheme, 0, AT_REQUEST, USER_BAD, 16, 0)),
        -ERR_FAULT);
    assert_true(actor_parked(&p->client));
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(received(&p->server).tag, 0)), 0);
    assert_int_equal(actor_result(&p->client), 0);
    /* While it waits with a bad buffer: the next call tells it, and finds the next server. */
    assert_int_equal(
        CALL(&p->server, scheme_serve(p->server.t, p->scheme, 0, USER_BAD, 0, 0, DEADLINE_NEVER)),
        STATUS_PARKED);
    assert_int_equal(do_call(&p->client, p->file, VERB_control, 3, 0), STATUS_PARKED);
    assert_int_equal(actor_result(&p->server), -ERR_FAULT);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(received(&p->server).tag, 9)), 0);
    assert_int_equal(actor_result(&p->client), 9);
}

static void test_hostile_arguments_are_refused(void **state)
{
    struct pair *p = *state;
    struct call_args args = {.deadline = DEADLINE_NEVER, .send = HANDLE_NONE};
    for (unsigned verb = 0; verb <= VERB_write; verb++)
        assert_int_equal(do_call_args(&p->client, p->file, verb, args), -ERR_INVAL);
    assert_int_equal(do_call_args(&p->client, p->file, 0x10000, args), -ERR_INVAL);
    args.reserved = 1;
    assert_int_equal(do_call_args(&p->client, p->file, VERB_stat, args), -ERR_INVAL);
    args.reserved = 0;
    assert_int_equal(do_call_args(&p->client, 12345, VERB_stat, args), -ERR_BADF);
    assert_int_equal(do_call_args(&p->client, HANDLE_NONE, VERB_stat, args), -ERR_BADF);
    args.send = 777;
    assert_int_equal(do_call_args(&p->client, p->file, VERB_stat, args), -ERR_BADF);
    assert_int_equal(do_open(&p->client, "nobody:x", FILE_READ), -ERR_NODEV);
    assert_int_equal(do_open(&p->client, "no scheme", FILE_READ), -ERR_INVAL);
    assert_int_equal(do_open(&p->client, "averyveryveryveryveryveryverylongname:x", FILE_READ),
                     -ERR_NODEV);
    assert_int_equal(do_open(&p->client, "", FILE_READ), -ERR_INVAL);
    assert_int_equal(do_open(&p->client, "test:x", 0x80000000u), -ERR_INVAL);
    assert_int_equal(do_open(&p->client, "test:x", FILE_SEEKABLE), -ERR_INVAL);
    assert_int_equal(CALL(&p->client, scheme_open(p->client.t, HANDLE_NONE, USER_BAD, 6, 0, 0, 0)),
                     -ERR_FAULT);
    assert_int_equal(CALL(&p->client, scheme_open(p->client.t, HANDLE_NONE, AT_PATH,
                                                  DYAD_PATH_MAX + 1, 0, 0, 0)),
                     -ERR_NAMETOOLONG);
    assert_int_equal(CALL(&p->client, scheme_open(p->client.t, 9999, AT_PATH, 3, 0, 0, 0)),
                     -ERR_BADF);
    /* Serving needs the right. */
    status_t weak =
        CALL(&p->server, handle_dup(p->server.t, p->scheme, RIGHT_ALL & ~RIGHT_CONTROL));
    assert_int_equal(do_receive(&p->server, (handle_t)weak, 0), -ERR_ACCES);
    assert_int_equal(do_receive(&p->client, p->file, 0), -ERR_INVAL);
    assert_int_equal(CALL(&p->server, scheme_copy(p->server.t, p->scheme, 1, 2, 0, AT_DATA, 1)),
                     -ERR_INVAL);
    assert_int_equal(
        CALL(&p->server, scheme_copy(p->server.t, p->scheme, UINT64_MAX, 0, 0, AT_DATA, 1)),
        -ERR_INVAL);
    assert_int_equal(CALL(&p->server, scheme_notify(p->server.t, p->scheme, 12345, EVENT_READABLE)),
                     -ERR_NOENT);
}

static void test_open_ids_must_be_new_and_not_zero(void **state)
{
    struct pair *p = *state;
    assert_int_equal(do_open(&p->client, "test:x", FILE_READ), STATUS_PARKED);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    struct reply reply = simple_reply(received(&p->server).tag, 0);
    assert_int_equal(do_reply(&p->server, p->scheme, reply), -ERR_INVAL); /* 0 */
    reply.values[0] = 7;
    assert_int_equal(do_reply(&p->server, p->scheme, reply), -ERR_INVAL); /* open */
    reply.values[0] = UINT64_MAX;
    assert_int_equal(do_reply(&p->server, p->scheme, reply),
                     -ERR_INVAL); /* would be an error code */
    reply.values[0] = 8;
    assert_int_equal(do_reply(&p->server, p->scheme, reply), 0);
    assert_true(actor_result(&p->client) >= 0);
}

static void test_failed_open_leaves_nothing_and_a_redirect_comes_terminated(void **state)
{
    struct pair *p = *state;
    uint16_t handles = p->client.process->handles.count;
    assert_int_equal(do_open(&p->client, "test:x", FILE_READ), STATUS_PARKED);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    assert_int_equal(
        do_reply(&p->server, p->scheme, simple_reply(received(&p->server).tag, -ERR_NOENT)), 0);
    assert_int_equal(actor_result(&p->client), -ERR_NOENT);
    put_text(&p->client, AT_OUT, "XXXXXXXXXXXX");
    assert_int_equal(do_open(&p->client, "test:x", FILE_READ), STATUS_PARKED);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    assert_int_equal(received(&p->server).out_len, DYAD_PATH_MAX);
    put_text(&p->server, AT_DATA, "other:y");
    struct reply reply = simple_reply(received(&p->server).tag, -ERR_XDEV);
    reply.data = (const void *)AT_DATA;
    reply.data_len = 7;
    assert_int_equal(do_reply(&p->server, p->scheme, reply), 0);
    assert_int_equal(actor_result(&p->client), -ERR_XDEV);
    assert_true(holds(&p->client, AT_OUT, "other:y\0XXXX", 12));
    assert_int_equal(p->client.process->handles.count, handles);
    assert_int_equal(p->client.process->handles.reserved, 0);
}

static void test_open_relative_to_a_directory_names_it(void **state)
{
    struct pair *p = *state;
    put_text(&p->client, AT_PATH, "sub");
    assert_int_equal(
        CALL(&p->client, scheme_open(p->client.t, p->file, AT_PATH, 3, FILE_READ, 0644, 0)),
        STATUS_PARKED);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    struct request r = received(&p->server);
    assert_int_equal(r.file, 7);
    assert_int_equal(r.args[1], 0644);
    assert_int_equal(r.out_len, 0);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(r.tag, -ERR_NOENT)), 0);
    assert_int_equal(actor_result(&p->client), -ERR_NOENT);
}

/* ---- offsets ---- */

static void answer(struct pair *p, int64_t result, uint64_t value)
{
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    struct reply reply = simple_reply(received(&p->server).tag, result);
    reply.values[0] = value;
    assert_int_equal(do_reply(&p->server, p->scheme, reply), 0);
}

static status_t tell(struct pair *p)
{
    return CALL(&p->client, handle_control(p->client.t, p->file, HANDLE_SEEK_CUR, 0));
}

static void test_reads_and_writes_advance_the_files_own_offset(void **state)
{
    struct pair *p = *state;
    assert_int_equal(do_read(&p->client, p->file, AT_OUT, 100, UINT64_MAX), STATUS_PARKED);
    answer(p, 60, 0);
    assert_int_equal(actor_result(&p->client), 60);
    assert_int_equal(tell(p), 60);
    assert_int_equal(do_write(&p->client, p->file, AT_IN, 100, UINT64_MAX), STATUS_PARKED);
    answer(p, 10, 0);
    assert_int_equal(received(&p->server).args[0], 60);
    assert_int_equal(tell(p), 70); /* a short write gives the rest back */
    assert_int_equal(do_write(&p->client, p->file, AT_IN, 100, UINT64_MAX), STATUS_PARKED);
    answer(p, -ERR_NOSPC, 0);
    assert_int_equal(tell(p), 70);
    assert_int_equal(do_read(&p->client, p->file, AT_OUT, 100, 5), STATUS_PARKED);
    answer(p, 1, 0);
    assert_int_equal(received(&p->server).args[0], 5);
    assert_int_equal(tell(p), 70); /* with an offset given it does not move */
    assert_int_equal(CALL(&p->client, handle_control(p->client.t, p->file, HANDLE_SET_FLAGS,
                                                     FILE_APPEND | FILE_WRITE | FILE_SYNC)),
                     0);
    assert_int_equal(do_write(&p->client, p->file, AT_IN, 4, UINT64_MAX), STATUS_PARKED);
    answer(p, 4, 1004);
    assert_true(received(&p->server).file_flags & FILE_APPEND);
    assert_int_equal(tell(p), 1004);
}

/* tell() while a write is under way is asked by the client's thread, which is parked: this one asks the file itself. */
static void test_two_writes_at_once_do_not_overlap(void **state)
{
    struct pair *p = *state;
    struct actor second;
    actor_thread(&second, &p->client);
    assert_int_equal(do_write(&p->client, p->file, AT_IN, 100, UINT64_MAX), STATUS_PARKED);
    assert_int_equal(do_write(&second, p->file, AT_IN, 50, UINT64_MAX), STATUS_PARKED);
    answer(p, 100, 0);
    assert_int_equal(received(&p->server).args[0], 0);
    answer(p, 50, 0);
    assert_int_equal(received(&p->server).args[0], 100);
    assert_int_equal(tell(p), 150);
    actor_kill(&p->client);
    actor_drop(&second);
    actor_drop(&p->client);
}

static void test_seek_checks_its_range(void **state)
{
    struct pair *p = *state;
    struct thread *t = p->client.t;
    assert_int_equal(CALL(&p->client, handle_control(t, p->file, HANDLE_SEEK_SET, 100)), 100);
    assert_int_equal(CALL(&p->client, handle_control(t, p->file, HANDLE_SEEK_CUR, (uint64_t)-50)),
                     50);
    assert_int_equal(CALL(&p->client, handle_control(t, p->file, HANDLE_SEEK_CUR, (uint64_t)-51)),
                     -ERR_INVAL);
    assert_int_equal(CALL(&p->client, handle_control(t, p->file, HANDLE_SEEK_CUR, INT64_MAX)),
                     -ERR_OVERFLOW);
    assert_int_equal(CALL(&p->client, handle_control(t, p->file, HANDLE_SEEK_SET, (uint64_t)-1)),
                     -ERR_INVAL);
    assert_int_equal(tell(p), 50);
    assert_int_equal(do_read(&p->client, p->file, AT_OUT, 1, (uint64_t)1 << 63), -ERR_INVAL);
    handle_t stream = open_file(&p->client, &p->server, p->scheme, "test:s", FILE_RDWR, 9, 0);
    assert_int_equal(CALL(&p->client, handle_control(t, stream, HANDLE_SEEK_SET, 0)), -ERR_SPIPE);
    assert_int_equal(do_read(&p->client, stream, AT_OUT, 1, 0), -ERR_SPIPE);
    assert_int_equal(do_read(&p->client, stream, AT_OUT, 1, UINT64_MAX), STATUS_PARKED);
    answer(p, 1, 0);
    assert_true(received(&p->server).args[0] == UINT64_MAX);
}

static void test_results_of_read_and_write_are_checked(void **state)
{
    struct pair *p = *state;
    assert_int_equal(do_read(&p->client, p->file, AT_OUT, 10, 0), STATUS_PARKED);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    uint32_t tag = received(&p->server).tag;
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(tag, 11)), -ERR_INVAL);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(tag, 10)), 0);
    /* Lengths beyond one copy are cut. */
    assert_int_equal(do_read(&p->client, p->file, AT_OUT, UINT64_MAX, 0), STATUS_PARKED);
    answer(p, DYAD_COPY_MAX, 0);
    assert_int_equal(received(&p->server).out_len, DYAD_COPY_MAX);
}

/* ---- scheme_copy ---- */

static void test_scheme_copy_reaches_what_did_not_fit(void **state)
{
    struct pair *p = *state;
    put_text(&p->client, AT_IN, "0123456789");
    assert_int_equal(do_call(&p->client, p->file, VERB_control, 10, 20), STATUS_PARKED);
    assert_int_equal(
        CALL(&p->server, scheme_serve(p->server.t, p->scheme, 0, AT_REQUEST, AT_BUFFER, 4, 0)), 0);
    struct request r = received(&p->server);
    assert_int_equal(r.in_len, 10);
    assert_int_equal(r.in_done, 4);
    struct thread *t = p->server.t;
    assert_int_equal(
        CALL(&p->server, scheme_copy(t, p->scheme, r.tag, COPY_FROM_CLIENT, 4, AT_DATA, 100)), 6);
    assert_true(holds(&p->server, AT_DATA, "456789", 6));
    assert_int_equal(
        CALL(&p->server, scheme_copy(t, p->scheme, r.tag, COPY_FROM_CLIENT, 10, AT_DATA, 1)), 0);
    assert_int_equal(CALL(&p->server, scheme_copy(t, p->scheme, r.tag, COPY_FROM_CLIENT, UINT64_MAX,
                                                  AT_DATA, 1)),
                     0);
    assert_int_equal(
        CALL(&p->server, scheme_copy(t, p->scheme, r.tag, COPY_TO_CLIENT, 10, AT_DATA, 6)), 6);
    assert_int_equal(
        CALL(&p->server, scheme_copy(t, p->scheme, r.tag, COPY_TO_CLIENT, 10, USER_BAD, 6)),
        -ERR_FAULT);
    assert_int_equal(
        CALL(&p->server, scheme_copy(t, p->scheme, r.tag + 1, COPY_TO_CLIENT, 0, AT_DATA, 6)),
        -ERR_INVAL);
    assert_true(holds(&p->client, AT_OUT + 10, "456789", 6));
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(r.tag, 0)), 0);
    assert_int_equal(call_outputs(&p->client).out_done, 16);
}

/* ---- handles in messages ---- */

static void test_a_handle_travels_with_a_call_and_back_with_the_reply(void **state)
{
    struct pair *p = *state;
    assert_int_equal(CALL(&p->client, event_create(p->client.t)) >= 0, 1);
    handle_t mine = (handle_t)p->client.t->user.result;
    struct call_args args = {.deadline = DEADLINE_NEVER, .send = mine};
    assert_int_equal(do_call_args(&p->client, p->file, VERB_PRIVATE, args), STATUS_PARKED);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    struct request r = received(&p->server);
    assert_true(r.received >= 0);
    status_t info = CALL(&p->server, handle_control(p->server.t, r.received, HANDLE_INFO, 0));
    assert_int_equal(info & 0xff, HANDLE_KIND_EVENT);
    struct reply reply = simple_reply(r.tag, 0);
    reply.flags = REPLY_HANDLE;
    reply.send = r.received;
    assert_int_equal(do_reply(&p->server, p->scheme, reply), 0);
    assert_int_equal(CALL(&p->server, handle_control(p->server.t, r.received, HANDLE_INFO, 0)),
                     -ERR_BADF); /* moved */
    handle_t back = call_outputs(&p->client).received;
    assert_true(back >= 0);
    assert_int_equal(
        CALL(&p->client, handle_control(p->client.t, back, HANDLE_SAME, (uint64_t)mine)), 1);
}

static void test_a_handle_without_the_right_to_pass_stays(void **state)
{
    struct pair *p = *state;
    assert_true(CALL(&p->client, event_create(p->client.t)) >= 0);
    handle_t mine = (handle_t)p->client.t->user.result;
    status_t weak = CALL(&p->client, handle_dup(p->client.t, mine, RIGHT_ALL & ~RIGHT_PASS));
    struct call_args args = {.deadline = DEADLINE_NEVER, .send = (handle_t)weak};
    assert_int_equal(do_call_args(&p->client, p->file, VERB_PRIVATE, args), -ERR_ACCES);
}

static void test_open_can_return_a_handle_of_any_kind(void **state)
{
    struct pair *p = *state;
    assert_int_equal(do_open(&p->client, "test:queue", FILE_READ), STATUS_PARKED);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    uint32_t tag = received(&p->server).tag;
    handle_t queue = (handle_t)CALL(&p->server, event_create(p->server.t));
    struct reply reply = simple_reply(tag, 0);
    reply.flags = REPLY_HANDLE;
    reply.send = queue;
    assert_int_equal(do_reply(&p->server, p->scheme, reply), 0);
    status_t h = actor_result(&p->client);
    status_t info = CALL(&p->client, handle_control(p->client.t, (handle_t)h, HANDLE_INFO, 0));
    assert_int_equal(info & 0xff, HANDLE_KIND_EVENT);
    assert_int_equal(p->client.process->handles.reserved, 0);
}

static void test_rename_names_the_second_directory_by_its_id(void **state)
{
    struct pair *p = *state;
    handle_t dir = open_file(&p->client, &p->server, p->scheme, "test:d", FILE_READ, 33, 0);
    struct call_args args = {.deadline = DEADLINE_NEVER, .send = dir};
    assert_int_equal(do_call_args(&p->client, p->file, VERB_renameat, args), STATUS_PARKED);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    struct request r = received(&p->server);
    assert_int_equal(r.args[1], 33);
    assert_int_equal(r.received, HANDLE_NONE);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(r.tag, 0)), 0);
    args.send = HANDLE_NONE;
    assert_int_equal(do_call_args(&p->client, p->file, VERB_renameat, args), STATUS_PARKED);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    assert_int_equal(received(&p->server).args[1], 7);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(received(&p->server).tag, 0)), 0);
    args.send = (handle_t)CALL(&p->client, event_create(p->client.t));
    assert_int_equal(do_call_args(&p->client, p->file, VERB_renameat, args), -ERR_XDEV);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, pair_start, pair_end)
    const struct CMUnitTest tests[] = {
        T(test_open_gives_the_path_to_the_server_and_a_handle_to_the_client),
        T(test_call_to_a_waiting_server_is_handed_over_at_once),
        T(test_queued_requests_are_served_in_order),
        T(test_replies_may_come_in_any_order),
        T(test_a_tag_is_good_for_one_reply),
        T(test_a_bad_reply_leaves_the_request_served),
        T(test_bad_client_buffers_are_the_clients_error),
        T(test_bad_server_buffers_are_the_servers_error_and_the_request_stays),
        T(test_hostile_arguments_are_refused),
        T(test_open_ids_must_be_new_and_not_zero),
        T(test_failed_open_leaves_nothing_and_a_redirect_comes_terminated),
        T(test_open_relative_to_a_directory_names_it),
        T(test_reads_and_writes_advance_the_files_own_offset),
        T(test_two_writes_at_once_do_not_overlap),
        T(test_seek_checks_its_range),
        T(test_results_of_read_and_write_are_checked),
        T(test_scheme_copy_reaches_what_did_not_fit),
        T(test_a_handle_travels_with_a_call_and_back_with_the_reply),
        T(test_a_handle_without_the_right_to_pass_stays),
        T(test_open_can_return_a_handle_of_any_kind),
        T(test_rename_names_the_second_directory_by_its_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
