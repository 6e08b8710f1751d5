/* test_server_contract.c: sentence by sentence what server.h promises of beginnings, ends, sizes, errors and time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fault.h"
#include "servers/lib/transport.h"

/* A kernel that says what the test tells it to, and keeps what it was told. */
static struct {
    struct transport transport;
    struct request next; /* verb 0: none */
    int64_t results[8];  /* of the traps that receive, while `count` lasts; then there is nothing */
    unsigned count, traps, stray;
    struct reply reply;
    char data[4096];
    unsigned answers, notified, watched;
    uint64_t notified_file, now_ns, deadline;
    uint32_t ready, mask;
    int64_t watch_result, copy_result;
} kernel;
static struct server server;
static unsigned fired, handled;
static bool null_file;

static int64_t serve(struct transport *transport, const struct reply *reply,
                     struct request *request, void *buffer, size_t len, uint64_t deadline)
{
    (void)transport, (void)buffer, (void)len;
    if (reply != NULL) {
        kernel.reply = *reply;
        kernel.answers++;
        if (reply->data_len != 0)
            memcpy(kernel.data, reply->data, reply->data_len);
    }
    if (request == NULL)
        return 0;
    kernel.deadline = deadline;
    if (kernel.traps < kernel.count && kernel.results[kernel.traps] < 0)
        return kernel.results[kernel.traps++];
    kernel.traps++;
    if (kernel.next.verb == 0)
        return -ERR_TIMEDOUT;
    *request = kernel.next;
    kernel.next.verb = 0;
    return 0;
}

static int64_t copy(struct transport *transport, uint32_t tag, enum copy_direction direction,
                    size_t offset, void *buffer, size_t len)
{
    (void)transport, (void)tag, (void)direction, (void)offset, (void)buffer;
    return kernel.copy_result != 0 ? kernel.copy_result : (int64_t)len;
}

static int64_t notify(struct transport *transport, uint64_t file, uint32_t ready)
{
    (void)transport;
    kernel.notified++;
    kernel.notified_file = file;
    kernel.ready = ready;
    return 0;
}

static int64_t watch(struct transport *transport, handle_t handle, uint32_t mask, uint64_t cookie)
{
    (void)transport, (void)handle, (void)cookie;
    kernel.watched++;
    kernel.mask = mask;
    return kernel.watch_result;
}

static void handle_close(struct transport *transport, handle_t handle)
{
    (void)transport;
    kernel.stray += handle == 9;
}

static uint64_t clock(struct transport *transport, enum dyad_clock which)
{
    (void)transport;
    return kernel.now_ns + (which == DYAD_CLOCK_REALTIME ? 5000 : 0);
}

static const struct transport_ops transport_ops = {.serve = serve,
                                                   .copy = copy,
                                                   .notify = notify,
                                                   .watch = watch,
                                                   .handle_close = handle_close,
                                                   .clock = clock};

/* ---- a server ---- */

static struct server_file open_file;
static size_t text_length;
static const char sentence[] = "twelve bytes";

static void open_verb(struct server_request *request)
{
    server_file_init(&open_file, request->server, NULL, 7);
    server_reply_open(request, &open_file, FILE_SEEKABLE);
}

static void stop_verb(struct server_request *request)
{
    handled++;
    null_file = request->file == NULL;
    request->server->stop = true;
    server_reply(request, 3);
}

static void path_verb(struct server_request *request)
{
    server_reply_text(request, sentence, text_length);
}

static void stat_verb(struct server_request *request)
{
    static const struct dyad_stat stat = {.size = 77};
    server_reply_stat(request, &stat);
}

static void redirect_verb(struct server_request *request)
{
    server_reply_redirect(request, sentence, text_length);
}

static void values_verb(struct server_request *request)
{
    server_reply_data_values(request, 4, 5, 6, sentence, text_length);
}

/* The payload, read from every place, also beyond its end. */
static void setattr_verb(struct server_request *request)
{
    char all[8] = "xxxxxxxx";
    for (size_t at = 0; at < 8; at++) {
        int64_t got = server_payload(request, all, at, sizeof all);
        if (got != (at < 5 ? 5 - (int64_t)at : 0)) {
            server_reply(request, -ERR_IO);
            return;
        }
    }
    server_reply(request, 5);
}

static uint32_t level(struct server_file *file)
{
    assert_ptr_equal(file, &open_file);
    return EVENT_HANGUP;
}

static server_handler_fn *const own[] = {stop_verb, NULL};
static const struct server_ops plain = {.handler = {[VERB_open] = open_verb,
                                                    [VERB_sync] = stop_verb,
                                                    [VERB_setattr] = setattr_verb,
                                                    [VERB_path] = path_verb,
                                                    [VERB_stat] = stat_verb,
                                                    [VERB_readlinkat] = redirect_verb,
                                                    [VERB_pathconf] = values_verb},
                                        .private_handler = own,
                                        .private_count = 2};
static const struct server_ops any = {
    .any_file = true, .handler = {[VERB_open] = open_verb, [VERB_sync] = stop_verb}};
static const struct server_ops levels = {.handler = {[VERB_open] = open_verb}, .ready = level};

static void begin(const struct server_ops *ops)
{
    memset(&kernel, 0, sizeof kernel);
    kernel.transport.ops = &transport_ops;
    kernel.now_ns = 1024 * 1000;
    fired = handled = 0;
    assert_int_equal(server_init(&server, ops, &kernel.transport, &fired, 256), 0);
    assert_ptr_equal(server.context, &fired);
    kernel.next = (struct request){.tag = 1, .verb = VERB_open, .received = HANDLE_NONE};
    while (server_step(&server, DEADLINE_NEVER) == 0)
        continue;
    assert_int_equal(kernel.reply.result, 0);
    assert_int_equal(kernel.reply.values[0], open_file.id);
    assert_int_equal(kernel.reply.values[1], FILE_SEEKABLE);
}

/* One request; -> its result. */
static int64_t ask(uint16_t verb, uint64_t file, uint32_t out_len)
{
    kernel.next = (struct request){
        .tag = 2, .verb = verb, .file = file, .out_len = out_len, .received = HANDLE_NONE};
    while (server_step(&server, DEADLINE_NEVER) == 0)
        continue;
    return kernel.reply.result;
}

/* One message without an answer. */
static void tell(uint16_t verb, uint64_t file, uint64_t arg)
{
    kernel.next =
        (struct request){.verb = verb, .file = file, .args = {arg}, .received = HANDLE_NONE};
    while (server_step(&server, DEADLINE_NEVER) == 0)
        continue;
}

/* ---- beginning and end ---- */

static void test_init_fails_cleanly_without_memory(void **state)
{
    int result = -ERR_NOMEM;
    (void)state;
    kernel.transport.ops = &transport_ops;
    for (unsigned n = 1; n < 10; n++) {
        fault_arm(n);
        result = server_init(&server, &plain, &kernel.transport, NULL, 64);
        bool failed = fault_fired();
        assert_int_equal(result, failed ? -ERR_NOMEM : 0);
        if (!failed) {
            assert_int_equal(n, 5); /* two buffers, two requests */
            break;
        }
    }
    assert_int_equal(result, 0);
    server_fini(&server);
}

static void test_buffers_have_the_size_asked_for_or_the_largest(void **state)
{
    (void)state;
    begin(&plain);
    assert_int_equal(server.buffer_size, 256);
    server_fini(&server);
    assert_int_equal(server_init(&server, &plain, &kernel.transport, NULL, 0), 0);
    assert_int_equal(server.buffer_size, DYAD_COPY_MAX);
    server_fini(&server);
}

static void test_ids_begin_with_the_microseconds_since_boot(void **state)
{
    (void)state;
    begin(&plain);
    uint64_t first = open_file.id;
    assert_int_equal(first >> 20, 1000 + 1);
    assert_int_equal(server_file_register(&open_file), 0); /* it has one */
    assert_int_equal(open_file.id, first);
    server_fini(&server);
    kernel.now_ns += 1024;
}

static void test_run_ends_when_the_scheme_dies_or_the_transport_fails(void **state)
{
    static const int64_t ends[] = {-ERR_NODEV, -ERR_BADF};
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        begin(&plain);
        kernel.traps = 0;
        kernel.count = 3;
        kernel.results[0] = -ERR_TIMEDOUT; /* nothing came; a signal; both go on */
        kernel.results[1] = -ERR_INTR;
        kernel.results[2] = ends[i];
        assert_int_equal(server_run(&server), ends[i]);
        assert_int_equal(kernel.traps, 3);
        server_fini(&server);
    }
}

static void test_stop_sends_the_pending_answer_first(void **state)
{
    (void)state;
    begin(&plain);
    kernel.next = (struct request){
        .tag = 5, .verb = VERB_sync, .file = open_file.id, .received = HANDLE_NONE};
    unsigned before = kernel.answers;
    assert_int_equal(server_run(&server), 0);
    assert_int_equal(kernel.answers, before + 1);
    assert_int_equal(kernel.reply.tag, 5);
    assert_int_equal(kernel.reply.result, 3);
    server_fini(&server);
}

/* ---- which handler ---- */

static void test_each_verb_goes_where_it_belongs(void **state)
{
    (void)state;
    begin(&plain);
    assert_int_equal(ask(VERB_sync, 4711, 0), -ERR_STALE);
    assert_int_equal(ask(VERB_open, 4711, 0), -ERR_STALE);
    assert_int_equal(handled, 0);
    assert_int_equal(ask(VERB_sync, open_file.id, 0), 3);
    assert_false(null_file);
    assert_int_equal(ask(VERB_PRIVATE, open_file.id, 0), 3);
    assert_int_equal(ask(VERB_PRIVATE + 1, open_file.id, 0), -ERR_NOSYS);
    assert_int_equal(ask(VERB_PRIVATE + 2, open_file.id, 0), -ERR_NOSYS);
    assert_int_equal(ask(VERB_PRIVATE - 1, open_file.id, 0), -ERR_NOSYS);
    assert_int_equal(ask(VERB_COUNT, open_file.id, 0), -ERR_NOSYS);
    assert_int_equal(ask(VERB_control, open_file.id, 0), -ERR_NOTTY);
    assert_int_equal(ask(VERB_watch, 4711, 0), -ERR_STALE);
    assert_int_equal(handled, 2);
    server_fini(&server);
}

/* A level of a file that an earlier instance had would be a lie. */
static void test_a_watch_without_an_answer_is_of_a_file_that_is_there(void **state)
{
    (void)state;
    begin(&plain);
    tell(VERB_watch, 4711, EVENT_READABLE);
    assert_int_equal(kernel.notified, 0);
    tell(VERB_watch, open_file.id, EVENT_READABLE);
    assert_int_equal(kernel.notified, 1);
    assert_int_equal(kernel.notified_file, open_file.id);
    server_fini(&server);
}

static void test_any_file_takes_ids_of_an_earlier_instance(void **state)
{
    (void)state;
    begin(&any);
    assert_int_equal(ask(VERB_sync, 4711, 0), 3);
    assert_true(null_file);
    assert_int_equal(ask(VERB_watch, 4711, 0), 0); /* it is always ready */
    assert_int_equal(kernel.notified_file, 4711);
    assert_int_equal(kernel.ready, EVENT_READABLE | EVENT_WRITABLE);
    assert_int_equal(ask(VERB_ready, 4711, 0), EVENT_READABLE | EVENT_WRITABLE);
    server_fini(&server);
}

static void test_levels_are_asked_for_when_there_is_somebody_to_ask(void **state)
{
    (void)state;
    begin(&levels);
    assert_int_equal(ask(VERB_ready, open_file.id, 0), EVENT_HANGUP);
    assert_int_equal(kernel.notified, 0);
    assert_int_equal(ask(VERB_watch, open_file.id, 0), 0);
    assert_int_equal(kernel.ready, EVENT_HANGUP);
    assert_int_equal(kernel.notified_file, open_file.id);
    server_file_notify(&open_file, EVENT_HANGUP); /* nothing has changed */
    assert_int_equal(kernel.notified, 1);
    server_file_notify(&open_file, EVENT_READABLE);
    assert_int_equal(kernel.notified, 2);
    server_file_hold(&open_file);
    server_file_unregister(&open_file);
    server_file_notify(&open_file, 0); /* nobody can watch it any more */
    assert_int_equal(kernel.notified, 2);
    server_file_unregister(&open_file); /* harmless */
    assert_int_equal(server.file_count, 0);
    server_file_drop(&open_file);
    server_file_drop(&open_file);
    server_fini(&server);
}

/* A message without an answer brings a handle that nobody wants. */
static void test_a_handle_with_a_message_is_closed(void **state)
{
    static const uint16_t verbs[] = {VERB_close, VERB_cancel, VERB_event, VERB_watch, VERB_sync};
    (void)state;
    begin(&plain);
    for (unsigned i = 0; i < 5; i++) {
        kernel.next = (struct request){.verb = verbs[i], .file = 4711, .received = 9};
        while (server_step(&server, DEADLINE_NEVER) == 0)
            continue;
        assert_int_equal(kernel.stray, i + 1);
    }
    assert_int_equal(kernel.answers, 1);
    assert_int_equal(handled, 0);
    server_fini(&server);
}

/* ---- sizes ---- */

static void test_answers_fit_or_have_their_error(void **state)
{
    (void)state;
    begin(&plain);
    text_length = 12;
    assert_int_equal(ask(VERB_path, open_file.id, 12), 12);
    assert_int_equal(kernel.reply.data_len, 12);
    assert_memory_equal(kernel.data, sentence, 12);
    assert_int_equal(ask(VERB_path, open_file.id, 11), -ERR_RANGE);
    assert_int_equal(kernel.reply.data_len, 0);
    assert_int_equal(ask(VERB_readlinkat, open_file.id, 12), -ERR_XDEV);
    assert_int_equal(kernel.reply.data_len, 12);
    assert_int_equal(ask(VERB_readlinkat, open_file.id, 11), -ERR_NAMETOOLONG);
    assert_int_equal(kernel.reply.data_len, 0);
    assert_int_equal(ask(VERB_stat, open_file.id, sizeof(struct dyad_stat)), 0);
    assert_int_equal(kernel.reply.data_len, sizeof(struct dyad_stat));
    assert_int_equal(((struct dyad_stat *)(void *)kernel.data)->size, 77);
    assert_int_equal(ask(VERB_stat, open_file.id, sizeof(struct dyad_stat) - 1), -ERR_INVAL);
    kernel.next = (struct request){.tag = 3, .verb = VERB_setattr, .file = open_file.id};
    kernel.next.received = HANDLE_NONE;
    kernel.next.in_len = kernel.next.in_done = 5;
    while (server_step(&server, DEADLINE_NEVER) == 0)
        continue;
    assert_int_equal(kernel.reply.result, 5);
    text_length = 5;
    assert_int_equal(ask(VERB_pathconf, open_file.id, 6), 4);
    assert_true(kernel.reply.values[0] == 5 && kernel.reply.values[1] == 6);
    assert_int_equal(kernel.reply.data_len, 5);
    assert_int_equal(kernel.reply.send, HANDLE_NONE);
    assert_int_equal(kernel.reply.flags, 0);
    server_fini(&server);
}

static void test_directory_records_are_whole_and_padded(void **state)
{
    char buffer[256];
    struct server_dirents out = {buffer, 0, 0};
    struct dyad_dirent entry;
    size_t head = offsetof(struct dyad_dirent, name);
    (void)state;
    for (size_t length = 1; length <= 12; length++) {
        size_t size = (sizeof entry + length + 7) & ~(size_t)7;
        memset(buffer, 'x', sizeof buffer);
        out = (struct server_dirents){buffer, size - 1, 0};
        assert_false(server_dirents_add(&out, 7, 8, MODE_DIR | 0755, sentence, length));
        out.room = size;
        assert_true(server_dirents_add(&out, 7, 8, MODE_DIR | 0755, sentence, length));
        assert_int_equal(out.used, size);
        assert_false(server_dirents_add(&out, 7, 8, 0, sentence, 1));
        memcpy(&entry, buffer, sizeof entry);
        assert_true(entry.ino == 7 && entry.cookie == 8 && entry.type == MODE_DIR);
        assert_true(entry.size == size && entry.name_len == length);
        assert_memory_equal(buffer + head, sentence, length);
        for (size_t i = head + length; i < size; i++)
            assert_int_equal(buffer[i], 0);
        assert_int_equal(buffer[size], 'x');
    }
}

/* All of the nine bits, against what POSIX says: one class decides, the owner's first. */
static void test_permission_is_that_of_one_class(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 512 * 4 * 8; i++) {
        unsigned mode = i & 0777, who = i >> 9 & 3, want = i >> 11;
        struct cred cred = {.uid = 1, .euid = who & 1 ? 1 : 9, .gid = 2, .egid = who & 2 ? 2 : 9};
        unsigned bits = cred.euid == 1 ? mode >> 6 : cred.egid == 2 ? mode >> 3 & 7 : mode & 7;
        assert_int_equal(server_may_access(&cred, MODE_FILE | mode, 1, 2, want),
                         (bits & want) == want);
        struct cred root = {.uid = 1, .gid = 1, .egid = 1};
        assert_int_equal(server_may_access(&root, MODE_FILE | mode, 1, 2, want),
                         !(want & 1) || (mode & 0111));
        assert_true(server_may_access(&root, MODE_DIR | mode, 1, 2, want));
    }
}

/* ---- watches and time ---- */

static void on_event(struct server *of, uint32_t events, void *arg)
{
    (void)of;
    fired += events;
    assert_ptr_equal(arg, &fired);
}

static void test_watches_fail_without_harm_to_others(void **state)
{
    uint64_t cookies[5], none = 99;
    (void)state;
    begin(&plain);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(server_watch(&server, 50, 1, on_event, &fired, &cookies[i]), 0);
    fault_arm(1);
    assert_int_equal(server_watch(&server, 50, 1, on_event, &fired, &none), -ERR_NOMEM);
    assert_true(fault_fired());
    assert_int_equal(none, 99);
    kernel.watch_result = -ERR_ACCES;
    assert_int_equal(server_watch(&server, 50, 1, on_event, &fired, &none), -ERR_ACCES);
    assert_int_equal(server_watch_mask(&server, cookies[0], 2), -ERR_ACCES);
    kernel.watch_result = 1;
    assert_int_equal(server_watch_mask(&server, cookies[0], 6), 0);
    assert_int_equal(kernel.mask, 6);
    assert_int_equal(server_watch(&server, 50, 1, on_event, &fired, &cookies[4]), 0);
    kernel.next = (struct request){.verb = VERB_event, .args = {cookies[3], 4}};
    kernel.next.received = HANDLE_NONE;
    assert_int_equal(server_step(&server, DEADLINE_NEVER), 0);
    assert_int_equal(fired, 4);
    kernel.next = (struct request){.verb = VERB_event, .args = {1000, 4}};
    kernel.next.received = HANDLE_NONE;
    assert_int_equal(server_step(&server, DEADLINE_NEVER), 0); /* nobody's */
    assert_int_equal(fired, 4);
    server_fini(&server);
}

/* What a watch used is used again: a server may watch and stop for ever. */
static void test_the_room_of_an_ended_watch_is_used_again(void **state)
{
    uint64_t cookie, seen = UINT64_MAX;
    (void)state;
    begin(&plain);
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(server_watch(&server, 50, 1, on_event, &fired, &cookie), 0);
        assert_int_not_equal(cookie, seen);
        seen = cookie;
        server_unwatch(&server, cookie);
    }
    assert_int_equal(server.watch_slots, 4);
    server_fini(&server);
}

static struct server_timer timer, other;

static void again(struct server *of, void *arg)
{
    (void)arg;
    fired++;
    server_timer_set(of, &timer, server_clock(of, DYAD_CLOCK_MONOTONIC));
}

static void once(struct server *of, void *arg)
{
    (void)of, (void)arg;
    fired += 100;
}

static void test_a_timer_set_for_now_waits_for_the_next_round(void **state)
{
    (void)state;
    begin(&plain);
    assert_int_equal(server_clock(&server, DYAD_CLOCK_REALTIME), kernel.now_ns + 5000);
    server_timer_init(&timer, again, NULL);
    server_timer_set(&server, &timer, kernel.now_ns);
    assert_int_equal(server_step(&server, DEADLINE_NEVER), 0); /* there was something to do */
    assert_int_equal(kernel.deadline, kernel.now_ns);
    assert_int_equal(fired, 1);
    assert_int_equal(server_step(&server, DEADLINE_NEVER), 0);
    assert_int_equal(fired, 2);
    server_timer_cancel(&server, &timer);
    server_timer_cancel(&server, &timer);
    assert_int_equal(server_step(&server, 12345), -ERR_TIMEDOUT);
    assert_int_equal(kernel.deadline, 12345);
    server_fini(&server);
}

/* Also one that sets itself for later lets the others of this round fire. */
static void later(struct server *of, void *arg)
{
    (void)arg;
    fired++;
    server_timer_set(of, &timer, server_clock(of, DYAD_CLOCK_MONOTONIC) + 1);
}

static void test_all_due_timers_fire_in_one_round(void **state)
{
    (void)state;
    begin(&plain);
    server_timer_init(&timer, later, NULL);
    server_timer_init(&other, once, NULL);
    server_timer_set(&server, &timer, kernel.now_ns - 2);
    server_timer_set(&server, &other, kernel.now_ns);
    (void)server_step(&server, DEADLINE_NEVER);
    assert_int_equal(fired, 101);
    assert_true(timer.armed && !other.armed);
    server_fini(&server);
}

/* Time is looked at when requests never stop coming, too. */
static void test_timers_fire_under_load(void **state)
{
    (void)state;
    begin(&plain);
    server_timer_init(&timer, once, NULL);
    server_timer_set(&server, &timer, kernel.now_ns + 10);
    kernel.now_ns += 10;
    for (unsigned i = 0; i < 64 && fired == 0; i++) {
        kernel.next = (struct request){
            .tag = 10 + i, .verb = VERB_list, .file = open_file.id, .received = HANDLE_NONE};
        assert_int_equal(server_step(&server, DEADLINE_NEVER), 0);
    }
    assert_int_equal(fired, 100);
    server_fini(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_init_fails_cleanly_without_memory),
        cmocka_unit_test(test_buffers_have_the_size_asked_for_or_the_largest),
        cmocka_unit_test(test_ids_begin_with_the_microseconds_since_boot),
        cmocka_unit_test(test_run_ends_when_the_scheme_dies_or_the_transport_fails),
        cmocka_unit_test(test_stop_sends_the_pending_answer_first),
        cmocka_unit_test(test_each_verb_goes_where_it_belongs),
        cmocka_unit_test(test_a_watch_without_an_answer_is_of_a_file_that_is_there),
        cmocka_unit_test(test_any_file_takes_ids_of_an_earlier_instance),
        cmocka_unit_test(test_levels_are_asked_for_when_there_is_somebody_to_ask),
        cmocka_unit_test(test_a_handle_with_a_message_is_closed),
        cmocka_unit_test(test_answers_fit_or_have_their_error),
        cmocka_unit_test(test_directory_records_are_whole_and_padded),
        cmocka_unit_test(test_permission_is_that_of_one_class),
        cmocka_unit_test(test_watches_fail_without_harm_to_others),
        cmocka_unit_test(test_the_room_of_an_ended_watch_is_used_again),
        cmocka_unit_test(test_a_timer_set_for_now_waits_for_the_next_round),
        cmocka_unit_test(test_all_due_timers_fire_in_one_round),
        cmocka_unit_test(test_timers_fire_under_load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
