/* Does the server library answer each request exactly once, whatever happens in between? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fault.h"
#include "servers/lib/loopback.h"

/* A server with one kind of file; VERB_read waits until somebody writes. */
static struct server server;
static struct loopback loopback;
static struct server_queue readers;
static struct {
    unsigned released, undelivered;
    char put_back[64];
    size_t put_back_len;
    handle_t taken;
    uint32_t events;
    unsigned event_count, timer_count;
} seen;

static void test_open_verb(struct server_request *request)
{
    struct server_file *file = malloc(sizeof(*file));
    if (!file) {
        server_reply(request, -ERR_NOMEM);
        return;
    }
    server_file_init(file, request->server, NULL, (uint32_t)request->wire.args[0]);
    server_reply_open(request, file, 0);
}

static void release(struct server_file *file)
{
    seen.released++;
    free(file);
}

static void read_verb(struct server_request *request)
{
    server_defer(request, &readers);
}

/* Every waiting reader gets the text written. */
static void write_verb(struct server_request *request)
{
    char text[64];
    int64_t len = server_payload(request, text, 0, sizeof(text));
    while (server_queue_first(&readers))
        server_reply_data(server_queue_first(&readers), len, text, (size_t)len);
    server_reply(request, len && text[0] == '!' ? len + 1 : len); /* a bug for one of the tests */
}

static void stat_verb(struct server_request *request)
{
    static const char text[] = "0123456789";
    server_reply_slice(request, text, strlen(text));
}

/* The payload's bytes backwards, in pieces. */
static void control_verb(struct server_request *request)
{
    size_t len = request->wire.in_len;
    char *copy = malloc(len);
    assert_int_equal(server_payload(request, copy, 0, len), len);
    for (size_t i = 0; i < len / 2; i++) {
        char c = copy[i];
        copy[i] = copy[len - 1 - i];
        copy[len - 1 - i] = c;
    }
    server_reply_data(request, (int64_t)len, copy, len);
    free(copy);
}

static void sync_verb(struct server_request *request)
{
    seen.taken = server_take_handle(request);
    server_reply_handle(request, 5, 600, 1, 2);
}

static void private_verb(struct server_request *request)
{
    server_reply_values(request, 7, request->wire.args[0], request->wire.cred.pid);
}

static void undelivered(struct server_request *request, const struct reply *reply)
{
    (void)request;
    seen.undelivered++;
    if (reply->data_len)
        memcpy(seen.put_back + seen.put_back_len, reply->data, reply->data_len);
    seen.put_back_len += reply->data_len;
}

static server_handler_fn *const private_handlers[] = {NULL, private_verb};
static const struct server_ops ops = {
    .handler =
        {
            [VERB_open] = test_open_verb,
            [VERB_read] = read_verb,
            [VERB_write] = write_verb,
            [VERB_stat] = stat_verb,
            [VERB_control] = control_verb,
            [VERB_sync] = sync_verb,
        },
    .private_handler = private_handlers,
    .private_count = 2,
    .release = release,
    .undelivered = undelivered,
};
static const struct server_ops bare_ops = {.handler = {[VERB_open] = test_open_verb},
                                           .release = release};

static int64_t file;

static int64_t open_file(void)
{
    struct loopback_call call = {.verb = VERB_open};
    int64_t result = loopback_call(&loopback, &call);
    return result < 0 ? result : (int64_t)call.values[0];
}

static void start(const struct server_ops *with, size_t buffer_size)
{
    memset(&seen, 0, sizeof(seen));
    memset(&readers, 0, sizeof(readers));
    loopback_init(&loopback, &server);
    assert_int_equal(server_init(&server, with, &loopback.transport, NULL, buffer_size), 0);
    file = open_file();
    assert_true(file > 0);
}

static int setup(void **state)
{
    start(&ops, 0);
    return 0;
}

static int teardown(void **state)
{
    server_fini(&server);
    return 0;
}

static struct loopback_call new_call(uint16_t verb)
{
    return (struct loopback_call){.verb = verb, .file = (uint64_t)file};
}

static void test_unknown_verbs_get_their_errors(void **state)
{
    server_fini(&server);
    start(&bare_ops, 0);
    struct loopback_call call = new_call(VERB_read);
    assert_int_equal(loopback_call(&loopback, &call), -ERR_NOSYS);
    call.verb = VERB_control;
    assert_int_equal(loopback_call(&loopback, &call), -ERR_NOTTY);
    call.verb = 9999;
    assert_int_equal(loopback_call(&loopback, &call), -ERR_NOSYS);
    call.verb = VERB_PRIVATE;
    assert_int_equal(loopback_call(&loopback, &call), -ERR_NOSYS);
    call.file = 4711;
    assert_int_equal(loopback_call(&loopback, &call), -ERR_STALE);
    call.file = 0;
    assert_int_equal(loopback_call(&loopback, &call), -ERR_STALE);
}

static void test_private_verbs_and_values(void **state)
{
    struct loopback_call call = new_call(VERB_PRIVATE + 1);
    call.args[0] = 42;
    call.cred.pid = 17;
    assert_int_equal(loopback_call(&loopback, &call), 7);
    assert_int_equal(call.values[0], 42);
    assert_int_equal(call.values[1], 17);
    call.verb = VERB_PRIVATE;
    assert_int_equal(loopback_call(&loopback, &call), -ERR_NOSYS);
    call.verb = VERB_PRIVATE + 2;
    assert_int_equal(loopback_call(&loopback, &call), -ERR_NOSYS);
}

static void test_deferred_requests_are_answered_by_a_later_one(void **state)
{
    char first[8], second[8];
    struct loopback_call a = new_call(VERB_read), b = new_call(VERB_read),
                         writer = new_call(VERB_write);
    a.out = first;
    b.out = second;
    a.out_len = b.out_len = 8;
    writer.in = "text";
    writer.in_len = 4;
    assert_int_equal(loopback_call(&loopback, &a), LOOPBACK_PENDING);
    assert_int_equal(loopback_call(&loopback, &b), LOOPBACK_PENDING);
    assert_int_equal(server.deferred_count, 2);
    assert_int_equal(loopback_call(&loopback, &writer), 4);
    assert_int_equal(a.result, 4);
    assert_int_equal(b.result, 4);
    assert_memory_equal(first, "text", 4);
    assert_memory_equal(second, "text", 4);
    assert_int_equal(server.deferred_count, 0);
}

static void test_cancel_ends_a_deferred_request_only(void **state)
{
    struct loopback_call a = new_call(VERB_read), b = new_call(VERB_read);
    assert_int_equal(loopback_call(&loopback, &a), LOOPBACK_PENDING);
    assert_int_equal(loopback_call(&loopback, &b), LOOPBACK_PENDING);
    loopback_cancel(&loopback, &a);
    assert_int_equal(a.result, -ERR_INTR);
    assert_false(b.done);
    loopback_cancel(&loopback, &a); /* answered already: nothing happens */
    assert_int_equal(server.deferred_count, 1);
    loopback_cancel(&loopback, &b);
}

static void test_lost_answers_are_told_with_their_data(void **state)
{
    char room[8];
    struct loopback_call a = new_call(VERB_read), b = new_call(VERB_read),
                         writer = new_call(VERB_write);
    a.out = b.out = room;
    a.out_len = b.out_len = 8;
    assert_int_equal(loopback_call(&loopback, &a), LOOPBACK_PENDING);
    assert_int_equal(loopback_call(&loopback, &b), LOOPBACK_PENDING);
    a.gone = true;
    writer.in = "text";
    writer.in_len = 4;
    assert_int_equal(loopback_call(&loopback, &writer), 4);
    assert_int_equal(b.result, 4);
    assert_int_equal(seen.undelivered, 1);
    assert_memory_equal(seen.put_back, "text", 4);
}

static void test_a_refused_answer_becomes_an_error_for_the_client(void **state)
{
    struct loopback_call call = new_call(VERB_write);
    call.in = "!";
    call.in_len = 1;
    assert_int_equal(loopback_call(&loopback, &call), -ERR_IO);
    call.in = "x";
    assert_int_equal(loopback_call(&loopback, &call), 1);
}

static void test_open_of_a_gone_client_is_closed_again(void **state)
{
    struct loopback_call call = {.verb = VERB_open};
    loopback_submit(&loopback, &call);
    call.gone = true;
    loopback_run(&loopback);
    assert_int_equal(seen.released, 1);
    assert_int_equal(server.file_count, 1);
}

static void test_close_waits_for_deferred_requests(void **state)
{
    struct loopback_call a = new_call(VERB_read);
    assert_int_equal(loopback_call(&loopback, &a), LOOPBACK_PENDING);
    loopback_close(&loopback, (uint64_t)file);
    assert_int_equal(seen.released, 0);
    loopback_cancel(&loopback, &a);
    assert_int_equal(seen.released, 1);
}

static void test_payloads_larger_than_the_buffer_come_and_go_whole(void **state)
{
    enum { LEN = 150001 };
    char *in = malloc(LEN), *out = malloc(LEN);
    for (int i = 0; i < LEN; i++)
        in[i] = (char)(i * 13);
    static const size_t sizes[] = {64, 4096, 0};
    for (int round = 0; round < 3; round++) {
        server_fini(&server);
        start(&ops, sizes[round]);
        struct loopback_call call = new_call(VERB_control);
        call.in = in;
        call.out = out;
        call.in_len = call.out_len = LEN;
        assert_int_equal(loopback_call(&loopback, &call), LEN);
        assert_int_equal(call.out_done, LEN);
        for (int i = 0; i < LEN; i++)
            assert_int_equal(out[i], in[LEN - 1 - i]);
    }
    free(in);
    free(out);
}

static void test_slices(void **state)
{
    char room[16];
    struct loopback_call call = new_call(VERB_stat);
    call.out = room;
    call.out_len = 4;
    call.args[0] = 8;
    assert_int_equal(loopback_call(&loopback, &call), 2);
    assert_memory_equal(room, "89", 2);
    call.args[0] = UINT64_MAX;
    assert_int_equal(loopback_call(&loopback, &call), 4);
    call.args[0] = 10;
    assert_int_equal(loopback_call(&loopback, &call), 0);
}

static void test_passed_handles_find_an_owner(void **state)
{
    struct loopback_call call = new_call(VERB_sync);
    call.has_send = true;
    call.send = 300;
    assert_int_equal(loopback_call(&loopback, &call), 5);
    assert_int_equal(seen.taken, 300);
    assert_int_equal(call.received, 600);
    assert_int_equal(call.values[1], 2);
    assert_int_equal(loopback.handles_closed, 0);
    call = new_call(VERB_write); /* a handler that does not take it */
    call.has_send = true;
    call.send = 301;
    assert_int_equal(loopback_call(&loopback, &call), 0);
    assert_int_equal(loopback.last_closed, 301);
    call = new_call(VERB_sync); /* the client is gone before it gets the handle */
    loopback_submit(&loopback, &call);
    call.gone = true;
    loopback_run(&loopback);
    assert_int_equal(loopback.last_closed, 600);
}

static void test_watching_tells_the_level_and_its_changes(void **state)
{
    struct server_file *open = server_file_find(&server, (uint64_t)file);
    server_file_notify(open, 0);
    assert_int_equal(loopback.notify_count, 0); /* nobody watches */
    loopback_watch(&loopback, (uint64_t)file);
    assert_int_equal(loopback.notify_count, 1);
    assert_int_equal(loopback.notified_file, file);
    assert_int_equal(loopback.notified_ready, 0);
    server_file_notify(open, EVENT_READABLE);
    server_file_notify(open, EVENT_READABLE);
    assert_int_equal(loopback.notify_count, 2);
    assert_int_equal(loopback.notified_ready, EVENT_READABLE);
}

static void on_event(struct server *at, uint32_t events, void *arg)
{
    (void)at;
    *(uint32_t *)arg = events;
    seen.event_count++;
}

static void test_events_reach_their_callback_until_unwatched(void **state)
{
    uint64_t cookie, other;
    assert_int_equal(server_watch(&server, 70, EVENT_READABLE, on_event, &seen.events, &cookie), 0);
    assert_int_equal(loopback.watched_handle, 70);
    loopback_event(&loopback, EVENT_READABLE | EVENT_HANGUP);
    assert_int_equal(seen.events, EVENT_READABLE | EVENT_HANGUP);
    server_unwatch(&server, cookie);
    assert_int_equal(loopback.watched_mask, 0);
    loopback_event(&loopback, EVENT_READABLE); /* was on its way */
    assert_int_equal(seen.event_count, 1);
    assert_int_equal(server_watch(&server, 71, EVENT_READABLE, on_event, &seen.events, &other), 0);
    assert_int_not_equal(cookie, other);
}

static void on_timer(struct server *at, void *arg)
{
    struct server_timer *timer = arg;
    seen.timer_count++;
    if (seen.timer_count < 3)
        server_timer_set(at, timer, server_clock(at, DYAD_CLOCK_MONOTONIC) + 10);
}

static void test_timers_fire_in_time_and_can_be_set_again(void **state)
{
    struct server_timer timer, never;
    server_timer_init(&timer, on_timer, &timer);
    server_timer_init(&never, on_timer, &never);
    server_timer_set(&server, &never, 5);
    server_timer_set(&server, &timer, 10);
    server_timer_cancel(&server, &never);
    loopback_advance(&loopback, 9);
    assert_int_equal(seen.timer_count, 0);
    loopback_advance(&loopback, 1);
    assert_int_equal(seen.timer_count, 1);
    loopback_advance(&loopback, 10);
    loopback_advance(&loopback, 10);
    loopback_advance(&loopback, 10);
    assert_int_equal(seen.timer_count, 3);
}

/* To the kernel such a deadline would be a time of the real-time clock, long ago: the server would not rest. */
static void test_a_timer_in_centuries_is_no_deadline(void **state)
{
    struct server_timer timer;
    server_timer_init(&timer, on_timer, &timer);
    server_timer_set(&server, &timer, DEADLINE_REALTIME + 616);
    assert_true(timer.armed);
    assert_true(timer.deadline_ns == DEADLINE_NEVER);
    loopback_advance(&loopback, DEADLINE_REALTIME - loopback.now_ns - 1);
    assert_int_equal(seen.timer_count, 0);
    server_timer_cancel(&server, &timer);
}

static void test_ids_of_closed_files_find_nothing(void **state)
{
    int64_t ids[100];
    for (int i = 0; i < 100; i++)
        ids[i] = open_file();
    for (int i = 0; i < 100; i++)
        loopback_close(&loopback, (uint64_t)ids[i]);
    assert_int_equal(server.file_count, 1);
    int64_t again = open_file();
    for (int i = 0; i < 100; i++) {
        assert_int_not_equal(again, ids[i]);
        assert_null(server_file_find(&server, (uint64_t)ids[i]));
    }
    assert_null(server_file_find(&server, 0));
    assert_null(server_file_find(&server, UINT64_MAX));
}

static void test_iteration_sees_every_open_file(void **state)
{
    int64_t second = open_file(), third = open_file();
    loopback_close(&loopback, (uint64_t)second);
    unsigned count = 0;
    for (struct server_file *open = server_file_next(&server, NULL); open;
         open = server_file_next(&server, open))
        count++;
    assert_int_equal(count, 2);
    assert_non_null(server_file_find(&server, (uint64_t)third));
}

static void test_out_of_memory_is_an_answer(void **state)
{
    bool fired = true;
    for (unsigned n = 1; fired; n++) {
        fault_arm(n);
        struct loopback_call a = new_call(VERB_read), b = new_call(VERB_read),
                             c = new_call(VERB_read);
        int64_t opened[20];
        int64_t results[3] = {loopback_call(&loopback, &a), loopback_call(&loopback, &b),
                              loopback_call(&loopback, &c)};
        for (int i = 0; i < 20; i++)
            opened[i] = open_file();
        fired = fault_fired();
        for (int i = 0; i < 3; i++)
            assert_true(results[i] == LOOPBACK_PENDING || (fired && results[i] == -ERR_NOMEM));
        for (int i = 0; i < 20; i++)
            assert_true(opened[i] > 0 || (fired && opened[i] == -ERR_NOMEM));
        server_queue_reply_all(&readers, -ERR_IO);
        loopback_run(&loopback);
        assert_true(a.done && b.done && c.done);
        server_fini(&server);
        start(&ops, 0);
    }
}

static void test_permission_classes(void **state)
{
    struct cred owner = {.euid = 1, .egid = 9}, member = {.euid = 2, .egid = 5},
                other = {.euid = 3, .egid = 9}, root = {0};
    assert_true(server_may_access(&owner, 0400, 1, 5, 4));
    assert_false(server_may_access(&owner, 0077, 1, 5, 4));
    assert_true(server_may_access(&member, 0070, 1, 5, 7));
    assert_false(server_may_access(&other, 0770, 1, 5, 1));
    assert_true(server_may_access(&root, 0, 1, 5, 6));
    assert_false(server_may_access(&root, 0, 1, 5, 1));
    assert_true(server_may_access(&root, MODE_DIR, 1, 5, 7));
    assert_false(server_may_access(&root, MODE_SOCKET, 1, 5, 1)); /* its bits hold a folder's */
    assert_false(server_may_access(&root, MODE_BLOCK | 0600, 1, 5, 1));
}

static void test_directory_records_follow_each_other_until_the_buffer_is_full(void **state)
{
    static const char *const names[] = {"a", "a longer name", "b"};
    char buffer[128];
    struct server_dirents out = {buffer, sizeof buffer, 0};
    unsigned count = 0;
    while (server_dirents_add(&out, 10 + count, 20 + count, MODE_DIR | 0755, names[count % 3],
                              strlen(names[count % 3])))
        count++;
    assert_int_equal(count, 3);
    for (size_t at = 0, i = 0; at < out.used; i++) {
        struct dyad_dirent record;
        memcpy(&record, buffer + at, sizeof record);
        assert_true(record.ino == 10 + i && record.cookie == 20 + i && record.type == MODE_DIR);
        assert_int_equal(record.name_len, strlen(names[i]));
        assert_memory_equal(buffer + at + sizeof record, names[i], record.name_len);
        assert_true(record.size % 8 == 0 && record.size >= sizeof record + record.name_len);
        at += record.size;
        count -= at <= out.used;
    }
    assert_int_equal(count, 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_unknown_verbs_get_their_errors),
        T(test_private_verbs_and_values),
        T(test_deferred_requests_are_answered_by_a_later_one),
        T(test_cancel_ends_a_deferred_request_only),
        T(test_lost_answers_are_told_with_their_data),
        T(test_a_refused_answer_becomes_an_error_for_the_client),
        T(test_open_of_a_gone_client_is_closed_again),
        T(test_close_waits_for_deferred_requests),
        T(test_payloads_larger_than_the_buffer_come_and_go_whole),
        T(test_slices),
        T(test_passed_handles_find_an_owner),
        T(test_watching_tells_the_level_and_its_changes),
        T(test_events_reach_their_callback_until_unwatched),
        T(test_timers_fire_in_time_and_can_be_set_again),
        T(test_a_timer_in_centuries_is_no_deadline),
        T(test_ids_of_closed_files_find_nothing),
        T(test_iteration_sees_every_open_file),
        T(test_out_of_memory_is_an_answer),
        T(test_permission_classes),
        T(test_directory_records_follow_each_other_until_the_buffer_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
