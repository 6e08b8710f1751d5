/* test_request_end.c: does every way in which a call can end early leave client, server and scheme as promised? */
#include "ipc_test.h"

#define MS 1000000UL

struct pair {
    struct rig rig;
    struct actor client, server;
    handle_t scheme, file;
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
    p->file = open_file(&p->client, &p->server, p->scheme, "test:file", FILE_RDWR, 7, 0);
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

static status_t call_until(struct pair *p, uint64_t deadline)
{
    struct call_args args = {.deadline = deadline, .send = HANDLE_NONE};
    return do_call_args(&p->client, p->file, VERB_PRIVATE, args);
}

/* A call that the server has received. -> its tag */
static uint32_t serve_call(struct pair *p, uint64_t deadline)
{
    assert_int_equal(call_until(p, deadline), STATUS_PARKED);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    struct request r = received(&p->server);
    assert_int_equal(r.verb, VERB_PRIVATE);
    return r.tag;
}

static void expect_cancel(struct pair *p, uint32_t tag)
{
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    struct request r = received(&p->server);
    assert_int_equal(r.verb, VERB_cancel);
    assert_int_equal(r.tag, 0);
    assert_int_equal(r.args[0], tag);
}

static void expect_nothing(struct pair *p)
{
    assert_int_equal(do_receive(&p->server, p->scheme, 0), -ERR_TIMEDOUT);
}

/* ---- signals ---- */

static void test_signal_takes_a_queued_call_back(void **state)
{
    struct pair *p = *state;
    assert_int_equal(call_until(p, DEADLINE_NEVER), STATUS_PARKED);
    actor_signal(&p->client);
    assert_int_equal(actor_result(&p->client), -ERR_INTR);
    expect_nothing(p);
    /* A signal that is pending when the call is made. */
    assert_int_equal(call_until(p, DEADLINE_NEVER), -ERR_INTR);
    expect_nothing(p);
    assert_int_equal(do_receive(&p->server, p->scheme, DEADLINE_NEVER), STATUS_PARKED);
    assert_int_equal(call_until(p, DEADLINE_NEVER), -ERR_INTR);
    assert_true(actor_parked(&p->server)); /* it has received again */
    actor_signal_taken(&p->client);
    assert_int_equal(call_until(p, DEADLINE_NEVER), STATUS_PARKED);
    assert_int_equal(actor_result(&p->server), 0);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(received(&p->server).tag, 5)), 0);
    assert_int_equal(actor_result(&p->client), 5);
}

static void test_a_call_that_is_not_made_leaves_no_handle_with_the_server(void **state)
{
    struct pair *p = *state;
    uint16_t before = p->server.process->handles.count;
    assert_int_equal(do_receive(&p->server, p->scheme, DEADLINE_NEVER), STATUS_PARKED);
    struct call_args args = {.deadline = DEADLINE_NEVER};
    args.send = (handle_t)CALL(&p->client, event_create(p->client.t));
    actor_signal(&p->client);
    assert_int_equal(do_call_args(&p->client, p->file, VERB_PRIVATE, args), -ERR_INTR);
    assert_int_equal(p->server.process->handles.count, before);
    args.deadline = 0;
    actor_signal_taken(&p->client);
    assert_int_equal(do_call_args(&p->client, p->file, VERB_PRIVATE, args), -ERR_TIMEDOUT);
    assert_int_equal(p->server.process->handles.count, before);
    assert_true(actor_parked(&p->server));
}

static void test_a_request_that_could_not_be_received_stays_first(void **state)
{
    struct pair *p = *state;
    struct actor second;
    actor_thread(&second, &p->client);
    assert_int_equal(call_until(p, DEADLINE_NEVER), STATUS_PARKED);
    assert_int_equal(do_call(&second, p->file, VERB_PRIVATE + 1, 0, 0), STATUS_PARKED);
    assert_int_equal(CALL(&p->server, scheme_serve(p->server.t, p->scheme, 0, USER_BAD, 0, 0, 0)),
                     -ERR_FAULT);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    assert_int_equal(received(&p->server).verb, VERB_PRIVATE);
    actor_kill(&p->client);
    actor_drop(&second);
    actor_drop(&p->client);
}

static void test_signal_of_a_served_call_sends_one_cancel_and_the_client_stays(void **state)
{
    struct pair *p = *state;
    uint32_t tag = serve_call(p, DEADLINE_NEVER);
    actor_signal(&p->client);
    actor_signal(&p->client);
    assert_true(actor_parked(&p->client));
    expect_cancel(p, tag);
    actor_signal(&p->client);
    expect_nothing(p);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(tag, 17)), 0);
    assert_int_equal(actor_result(&p->client), 17); /* no byte is lost */
}

static void test_cancel_reaches_a_waiting_server_at_once(void **state)
{
    struct pair *p = *state;
    uint32_t tag = serve_call(p, DEADLINE_NEVER);
    assert_int_equal(do_receive(&p->server, p->scheme, DEADLINE_NEVER), STATUS_PARKED);
    actor_signal(&p->client);
    assert_int_equal(actor_result(&p->server), 0);
    assert_int_equal(received(&p->server).verb, VERB_cancel);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(tag, -ERR_INTR)), 0);
    assert_int_equal(actor_result(&p->client), -ERR_INTR);
}

static void test_a_reply_before_the_cancel_is_received_withdraws_it(void **state)
{
    struct pair *p = *state;
    uint32_t tag = serve_call(p, DEADLINE_NEVER);
    actor_signal(&p->client);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(tag, 1)), 0);
    expect_nothing(p);
}

static void test_a_cancel_survives_a_bad_request_pointer(void **state)
{
    struct pair *p = *state;
    uint32_t tag = serve_call(p, DEADLINE_NEVER);
    actor_signal(&p->client);
    assert_int_equal(CALL(&p->server, scheme_serve(p->server.t, p->scheme, 0, USER_BAD, 0, 0, 0)),
                     -ERR_FAULT);
    expect_cancel(p, tag);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(tag, 0)), 0);
}

/* ---- deadlines ---- */

static void test_deadline_ends_a_queued_call(void **state)
{
    struct pair *p = *state;
    assert_int_equal(call_until(p, 0), -ERR_TIMEDOUT);
    assert_int_equal(call_until(p, 5 * MS), STATUS_PARKED);
    rig_advance(&p->rig, 4 * MS);
    assert_true(actor_parked(&p->client));
    rig_advance(&p->rig, 2 * MS);
    assert_int_equal(actor_result(&p->client), -ERR_TIMEDOUT);
    expect_nothing(p);
}

static void test_deadline_abandons_a_served_call(void **state)
{
    struct pair *p = *state;
    uint32_t tag = serve_call(p, 5 * MS);
    rig_advance(&p->rig, 6 * MS);
    assert_int_equal(actor_result(&p->client), -ERR_TIMEDOUT);
    expect_cancel(p, tag);
    handle_t queue = (handle_t)CALL(&p->server, event_create(p->server.t));
    struct reply late = simple_reply(tag, 0);
    late.flags = REPLY_HANDLE;
    late.send = queue;
    assert_int_equal(
        CALL(&p->server, scheme_copy(p->server.t, p->scheme, tag, COPY_TO_CLIENT, 0, AT_DATA, 1)),
        -ERR_IDRM);
    assert_int_equal(do_reply_receive(&p->server, p->scheme, late, 0), -ERR_IDRM);
    assert_int_equal(CALL(&p->server, handle_control(p->server.t, queue, HANDLE_INFO, 0)) & 0xff,
                     HANDLE_KIND_EVENT);
    assert_int_equal(do_reply(&p->server, p->scheme, late), -ERR_INVAL); /* the tag is free again */
}

static void test_the_client_can_call_again_while_its_old_call_is_abandoned(void **state)
{
    struct pair *p = *state;
    uint32_t old = serve_call(p, 5 * MS);
    rig_advance(&p->rig, 6 * MS);
    uint32_t tags[4];
    expect_cancel(p, old);
    for (unsigned i = 0; i < 4; i++) {
        tags[i] = serve_call(p, DEADLINE_NEVER);
        assert_int_not_equal(tags[i], old);
        assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(tags[i], i)), 0);
        assert_int_equal(actor_result(&p->client), i);
    }
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(old, 0)), -ERR_IDRM);
}

static void test_server_deadline_and_signal_end_a_receive(void **state)
{
    struct pair *p = *state;
    assert_int_equal(do_receive(&p->server, p->scheme, 5 * MS), STATUS_PARKED);
    rig_advance(&p->rig, 6 * MS);
    assert_int_equal(actor_result(&p->server), -ERR_TIMEDOUT);
    assert_int_equal(do_receive(&p->server, p->scheme, DEADLINE_NEVER), STATUS_PARKED);
    actor_signal(&p->server);
    assert_int_equal(actor_result(&p->server), -ERR_INTR);
}

/* ---- kill ---- */

static void test_kill_ends_a_queued_and_a_served_call_at_once(void **state)
{
    struct pair *p = *state;
    struct actor second;
    actor_thread(&second, &p->client);
    uint32_t tag = serve_call(p, DEADLINE_NEVER);
    struct call_args args = {.deadline = DEADLINE_NEVER, .send = HANDLE_NONE};
    assert_int_equal(do_call_args(&second, p->file, VERB_PRIVATE, args), STATUS_PARKED);
    actor_kill(&p->client);
    actor_drop(&second);
    actor_drop(&p->client);
    expect_cancel(p, tag);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    assert_int_equal(received(&p->server).verb, VERB_close);
    assert_int_equal(received(&p->server).file, 7);
    expect_nothing(p);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(tag, 0)), -ERR_IDRM);
}

static void test_kill_during_an_open_gives_the_server_its_id_back(void **state)
{
    struct pair *p = *state;
    assert_int_equal(do_open(&p->client, "test:x", FILE_READ), STATUS_PARKED);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    uint32_t tag = received(&p->server).tag;
    actor_end(&p->client);
    expect_cancel(p, tag);
    struct reply reply = simple_reply(tag, 0);
    reply.values[0] = 8;
    assert_int_equal(do_reply(&p->server, p->scheme, reply),
                     -ERR_IDRM); /* so the server closes it by itself */
}

/* ---- death of the scheme ---- */

static void test_death_completes_queued_and_served_calls(void **state)
{
    struct pair *p = *state;
    struct actor second, third;
    actor_thread(&second, &p->client);
    actor_thread(&third, &p->client);
    (void)serve_call(p, DEADLINE_NEVER);
    struct call_args args = {.deadline = DEADLINE_NEVER, .send = HANDLE_NONE};
    assert_int_equal(do_call_args(&second, p->file, VERB_PRIVATE, args), STATUS_PARKED);
    assert_int_equal(do_open(&third, "test:y", FILE_READ), STATUS_PARKED);
    assert_int_equal(do_close(&p->server, p->scheme), 0);
    assert_int_equal(actor_result(&p->client), -ERR_NODEV);
    assert_int_equal(actor_result(&second), -ERR_NODEV);
    assert_int_equal(actor_result(&third), -ERR_NODEV);
    assert_int_equal(call_until(p, DEADLINE_NEVER), -ERR_NODEV);
    assert_int_equal(do_open(&p->client, "test:x", FILE_READ), -ERR_NODEV);
    assert_int_equal(do_read(&p->client, p->file, AT_OUT, 1, UINT64_MAX), -ERR_NODEV);
    assert_int_equal(do_close(&p->client, p->file), 0);
    actor_kill(&p->client);
    actor_drop(&second);
    actor_drop(&third);
    actor_drop(&p->client);
}

static void test_the_servers_kill_is_the_schemes_death(void **state)
{
    struct pair *p = *state;
    (void)serve_call(p, DEADLINE_NEVER);
    actor_end(&p->server);
    assert_int_equal(actor_result(&p->client), -ERR_NODEV);
    /* The name is free for the next instance; the old file stays dead. */
    actor_start(&p->server, &p->rig);
    p->scheme = do_scheme(&p->server, "test");
    assert_int_equal(call_until(p, DEADLINE_NEVER), -ERR_NODEV);
    handle_t file = open_file(&p->client, &p->server, p->scheme, "test:again", FILE_READ, 7, 0);
    assert_int_not_equal(file, p->file);
}

static void test_a_scheme_lives_as_long_as_any_handle_that_can_serve(void **state)
{
    struct pair *p = *state;
    status_t second = CALL(&p->server, handle_dup(p->server.t, p->scheme, RIGHT_ALL));
    status_t weak = CALL(&p->server, handle_dup(p->server.t, p->scheme, RIGHT_CALL | RIGHT_PASS));
    assert_int_equal(do_close(&p->server, p->scheme), 0);
    p->scheme = (handle_t)second;
    uint32_t tag = serve_call(p, DEADLINE_NEVER);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(tag, 1)), 0);
    assert_int_equal(do_close(&p->server, p->scheme), 0);
    assert_int_equal(call_until(p, DEADLINE_NEVER), -ERR_NODEV);
    struct call_args args = {.deadline = DEADLINE_NEVER, .send = HANDLE_NONE};
    assert_int_equal(do_call_args(&p->server, (handle_t)weak, VERB_PRIVATE, args), -ERR_NODEV);
}

static void test_death_wakes_waiting_servers(void **state)
{
    struct pair *p = *state;
    struct actor second;
    actor_thread(&second, &p->server);
    assert_int_equal(do_receive(&second, p->scheme, DEADLINE_NEVER), STATUS_PARKED);
    assert_int_equal(do_close(&p->server, p->scheme), 0);
    assert_true(actor_result(&second) == -ERR_NODEV || actor_result(&second) == -ERR_BADF);
    actor_kill(&p->server);
    actor_drop(&second);
    actor_drop(&p->server);
}

/* Scheme i's only serving handle waits in the queue of scheme i + 1: the last one's end ends them all, without recursion. */
static void test_a_chain_of_schemes_in_each_others_queues_dies_in_turn(void **state)
{
    enum { CHAIN = 40 };
    struct pair *p = *state;
    struct actor threads[CHAIN];
    handle_t schemes[CHAIN];
    for (unsigned i = 0; i < CHAIN; i++) {
        actor_thread(&threads[i], &p->client);
        schemes[i] = (handle_t)CALL(&p->client, scheme_create(p->client.t, HANDLE_NONE, 0, 0, 0));
        assert_true(schemes[i] >= 0);
    }
    for (unsigned i = 0; i + 1 < CHAIN; i++) {
        struct call_args args = {.deadline = DEADLINE_NEVER, .send = schemes[i]};
        assert_int_equal(do_call_args(&threads[i], schemes[i + 1], VERB_PRIVATE, args),
                         STATUS_PARKED);
        assert_int_equal(do_close(&p->client, schemes[i]), 0);
    }
    assert_true(actor_parked(&threads[0]));
    assert_int_equal(do_close(&p->client, schemes[CHAIN - 1]), 0);
    for (unsigned i = 0; i + 1 < CHAIN; i++)
        assert_int_equal(actor_result(&threads[i]), -ERR_NODEV);
    actor_kill(&p->client);
    for (unsigned i = 0; i < CHAIN; i++)
        actor_drop(&threads[i]);
    actor_drop(&p->client);
}

static void test_a_schemes_own_handle_in_its_own_queue_is_freed_with_the_caller(void **state)
{
    struct pair *p = *state;
    struct actor second;
    actor_thread(&second, &p->client);
    handle_t own = (handle_t)CALL(&p->client, scheme_create(p->client.t, HANDLE_NONE, 0, 0, 0));
    struct call_args args = {.deadline = DEADLINE_NEVER, .send = own};
    assert_int_equal(do_call_args(&second, own, VERB_PRIVATE, args), STATUS_PARKED);
    assert_int_equal(do_close(&p->client, own), 0);
    assert_true(actor_parked(&second)); /* nobody can ever serve it, but it can be interrupted */
    actor_signal(&second);
    assert_int_equal(actor_result(&second), -ERR_INTR);
    actor_kill(&p->client);
    actor_drop(&second);
    actor_drop(&p->client); /* rig_end finds no leak */
}

/* ---- notices ---- */

static void test_close_is_announced_once_after_the_last_handle(void **state)
{
    struct pair *p = *state;
    status_t copy = CALL(&p->client, handle_dup(p->client.t, p->file, RIGHT_ALL));
    assert_int_equal(do_close(&p->client, p->file), 0);
    expect_nothing(p);
    assert_int_equal(do_close(&p->client, (handle_t)copy), 0);
    assert_int_equal(CALL(&p->server, scheme_serve(p->server.t, p->scheme, 0, USER_BAD, 0, 0, 0)),
                     -ERR_FAULT);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    assert_int_equal(received(&p->server).verb, VERB_close);
    assert_int_equal(received(&p->server).file, 7);
    assert_int_equal(received(&p->server).tag, 0);
    expect_nothing(p);
    /* Now the id may be used again. */
    p->file = open_file(&p->client, &p->server, p->scheme, "test:file", FILE_RDWR, 7, 0);
}

static void test_close_waits_for_requests_that_name_the_file(void **state)
{
    struct pair *p = *state;
    struct actor second;
    actor_thread(&second, &p->client);
    uint32_t tag = serve_call(p, DEADLINE_NEVER);
    assert_int_equal(do_close(&second, p->file), 0);
    expect_nothing(p);
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(tag, 0)), 0);
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    assert_int_equal(received(&p->server).verb, VERB_close);
    actor_kill(&p->client);
    actor_drop(&second);
    actor_drop(&p->client);
}

static void test_notices_and_requests_take_turns(void **state)
{
    struct pair *p = *state;
    struct actor second;
    handle_t files[8];
    actor_thread(&second, &p->client);
    for (unsigned i = 0; i < 8; i++)
        files[i] = open_file(&p->client, &p->server, p->scheme, "test:f", FILE_READ, 100 + i, 0);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(do_close(&p->client, files[i]), 0);
    assert_int_equal(call_until(p, DEADLINE_NEVER), STATUS_PARKED);
    for (unsigned i = 4; i < 8; i++)
        assert_int_equal(do_close(&second, files[i]), 0);
    unsigned closes = 0;
    do {
        assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
        closes += received(&p->server).verb == VERB_close;
    } while (received(&p->server).verb == VERB_close);
    assert_int_equal(closes, 4); /* what the client closed before its call, and nothing later */
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(received(&p->server).tag, 0)), 0);
    while (closes < 8) {
        assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
        assert_int_equal(received(&p->server).verb, VERB_close);
        closes++;
    }
    expect_nothing(p);
    actor_kill(&p->client);
    actor_drop(&second);
    actor_drop(&p->client);
}

/* ---- all tags ---- */

static void test_abandoned_calls_use_up_tags_and_the_next_client_is_told(void **state)
{
    struct pair *p = *state;
    uint64_t now = 0;
    unsigned most = TAG_CHUNK * TAG_CHUNKS_MAX;
    for (unsigned i = 0; i < most; i++) {
        now = atomic_load(&fake_arch.now_ns);
        assert_int_equal(call_until(p, now + 10), STATUS_PARKED);
        do
            assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
        while (received(&p->server).verb == VERB_cancel);
        rig_advance(&p->rig, 11);
    }
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0); /* the last cancel */
    assert_int_equal(call_until(p, DEADLINE_NEVER), STATUS_PARKED);
    expect_nothing(p);
    assert_int_equal(actor_result(&p->client), -ERR_AGAIN);
}

static void test_only_the_process_that_received_a_call_serves_it(void **state)
{
    struct pair *p = *state;
    assert_false(scheme_is_serving(p->server.process, p->client.t));
    assert_int_equal(call_until(p, DEADLINE_NEVER), STATUS_PARKED);
    assert_false(scheme_is_serving(p->server.process, p->client.t)); /* queued */
    assert_int_equal(do_receive(&p->server, p->scheme, 0), 0);
    assert_true(scheme_is_serving(p->server.process, p->client.t));
    assert_false(scheme_is_serving(p->client.process, p->client.t));
    assert_int_equal(do_reply(&p->server, p->scheme, simple_reply(received(&p->server).tag, 0)), 0);
    assert_false(scheme_is_serving(p->server.process, p->client.t));
}

/* More files than one turn of the reaper ends: its core must not sleep, or stay in user mode, before the rest is done. */
static void test_death_of_a_scheme_with_very_many_files_keeps_the_core_awake(void **state)
{
    struct pair *p = *state;
    for (unsigned i = 0; i < 700; i++)
        (void)open_file(&p->client, &p->server, p->scheme, "test:x", FILE_READ, 100 + i, 0);
    uint64_t kicks = atomic_load(&fake_arch.kicks);
    actor_enter(&p->server);
    status_t status = handle_close(p->server.process, p->scheme);
    assert_true(atomic_load(&fake_arch.kicks) > kicks);
    assert_true(reaper_pending(&p->rig.machine->schemes->reaper));
    assert_int_equal(actor_leave(&p->server, status), 0);
    while (reaper_pending(&p->rig.machine->schemes->reaper))
        rig_pump(&p->rig);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, pair_start, pair_end)
    const struct CMUnitTest tests[] = {
        T(test_signal_takes_a_queued_call_back),
        T(test_a_call_that_is_not_made_leaves_no_handle_with_the_server),
        T(test_a_request_that_could_not_be_received_stays_first),
        T(test_signal_of_a_served_call_sends_one_cancel_and_the_client_stays),
        T(test_cancel_reaches_a_waiting_server_at_once),
        T(test_a_reply_before_the_cancel_is_received_withdraws_it),
        T(test_a_cancel_survives_a_bad_request_pointer),
        T(test_deadline_ends_a_queued_call),
        T(test_deadline_abandons_a_served_call),
        T(test_the_client_can_call_again_while_its_old_call_is_abandoned),
        T(test_server_deadline_and_signal_end_a_receive),
        T(test_kill_ends_a_queued_and_a_served_call_at_once),
        T(test_kill_during_an_open_gives_the_server_its_id_back),
        T(test_death_completes_queued_and_served_calls),
        T(test_the_servers_kill_is_the_schemes_death),
        T(test_a_scheme_lives_as_long_as_any_handle_that_can_serve),
        T(test_death_wakes_waiting_servers),
        T(test_a_chain_of_schemes_in_each_others_queues_dies_in_turn),
        T(test_a_schemes_own_handle_in_its_own_queue_is_freed_with_the_caller),
        T(test_close_is_announced_once_after_the_last_handle),
        T(test_close_waits_for_requests_that_name_the_file),
        T(test_notices_and_requests_take_turns),
        T(test_abandoned_calls_use_up_tags_and_the_next_client_is_told),
        T(test_only_the_process_that_received_a_call_serves_it),
        T(test_death_of_a_scheme_with_very_many_files_keeps_the_core_awake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
