/* test_unix_senders.c: do those that send to a socket hear what its room is, also behind one that gives up? Over the loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "servers/lib/loopback.h"
#include "servers/unix/unix.h"

#define SECOND 1000000000ull
/* Linux's numbers */
#define RCVBUF   8
#define SNDTIMEO 21

static struct server server;
static struct loopback loop;
static struct unix_server host;
static uint64_t to, from; /* a pair of datagram sockets */
static const char bytes[5000];

static int64_t no_file(void *context, handle_t handle)
{
    (void)context, (void)handle;
    return -ERR_INVAL;
}

static uint64_t open_at(uint64_t dir, const char *path)
{
    uint64_t file;
    assert_int_equal(loopback_open(&loop, dir, path, FILE_RDWR, 0, &file), 0);
    return file;
}

static void set_option(uint64_t file, uint64_t option, uint64_t value)
{
    struct loopback_call call = {.verb = SOCKET_SET, .file = file, .args = {option, value}};
    assert_int_equal(loopback_call(&loop, &call), 0);
}

static struct loopback_call sending(uint64_t file, uint32_t length)
{
    return (struct loopback_call){
        .verb = SOCKET_SEND, .file = file, .in = bytes, .in_len = length, .thread = 1, .kid = 1};
}

/* `to` has one message, and room for a small one. */
static int start(void **state)
{
    (void)state;
    loopback_init(&loop, &server);
    loop.now_ns = SECOND;
    host = (struct unix_server){.file_id = no_file};
    if (server_init(&server, &unix_server_ops, &loop.transport, &host, 0) != 0)
        return -1;
    unix_init(&host, &server);
    to = open_at(0, "dgram");
    from = open_at(to, "pair");
    set_option(to, RCVBUF, 2500); /* twice that, as on Linux */
    struct loopback_call call = sending(from, 2000);
    return loopback_call(&loop, &call) == 2000 ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    loopback_close(&loop, from);
    loopback_close(&loop, to);
    assert_int_equal(host.count, 0);
    server_fini(&server);
    return 0;
}

static void test_cancelled(void **state)
{
    (void)state;
    struct loopback_call large = sending(from, 4000), small = sending(from, 10);
    assert_int_equal(loopback_call(&loop, &large), LOOPBACK_PENDING);
    assert_int_equal(loopback_call(&loop, &small), LOOPBACK_PENDING); /* not its turn */
    loopback_cancel(&loop, &large);
    assert_int_equal(large.result, -ERR_INTR);
    assert_true(small.done);
    assert_int_equal(small.result, 10);
}

static void test_out_of_time(void **state)
{
    (void)state;
    struct loopback_call large = sending(from, 4000), small = sending(from, 10);
    set_option(from, SNDTIMEO, SECOND);
    assert_int_equal(loopback_call(&loop, &large), LOOPBACK_PENDING);
    set_option(from, SNDTIMEO, 0);
    assert_int_equal(loopback_call(&loop, &small), LOOPBACK_PENDING);
    loopback_advance(&loop, SECOND);
    assert_int_equal(large.result, -ERR_AGAIN);
    assert_true(small.done);
    assert_int_equal(small.result, 10);
}

/* ---- what a sender is told it may do ---- */

static uint32_t level(uint64_t file)
{
    return server_file_find(&server, file)->ready;
}

static int64_t receive(uint64_t file, void *out, uint32_t length)
{
    struct loopback_call call = {.verb = VERB_read, .file = file, .out = out, .out_len = length};
    return loopback_call(&loop, &call);
}

static void test_stream_that_is_filled_again_by_who_waited(void **state)
{
    (void)state;
    char out[4000];
    uint64_t a = open_at(0, "stream"), b = open_at(a, "pair");
    set_option(b, RCVBUF, 0);
    loopback_watch(&loop, a);
    assert_int_equal(level(a), EVENT_WRITABLE);
    struct loopback_call first = sending(a, 4000), second = first, third = first;
    assert_int_equal(loopback_call(&loop, &first), 4000);
    assert_int_equal(loopback_call(&loop, &second), LOOPBACK_PENDING);
    assert_int_equal(loopback_call(&loop, &third), LOOPBACK_PENDING);
    assert_int_equal(level(a), 0);
    assert_int_equal(receive(b, out, sizeof out),
                     sizeof out); /* the second ends, the third fills it again */
    assert_true(second.done && !third.done);
    assert_int_equal(level(a), 0);
    assert_int_equal(receive(b, out, sizeof out), sizeof out);
    assert_true(third.done);
    assert_int_equal(level(a), EVENT_WRITABLE);
    loopback_close(&loop, a);
    loopback_close(&loop, b);
}

/* Two sockets with one destination, one of which sends. */
static void test_all_senders_hear_of_a_full_destination(void **state)
{
    (void)state;
    static char out[sizeof bytes];
    static const char name[2] = {0, 'n'};
    uint64_t target = open_at(0, "dgram"), senders[2];
    struct loopback_call bind = {.verb = SOCKET_BIND, .file = target, .in = name, .in_len = 2};
    assert_true(loopback_call(&loop, &bind) >= 0);
    for (int i = 0; i < 2; i++) {
        senders[i] = open_at(0, "dgram");
        struct loopback_call call = {
            .verb = SOCKET_CONNECT, .file = senders[i], .in = name, .in_len = 2};
        assert_true(loopback_call(&loop, &call) >= 0);
        loopback_watch(&loop, senders[i]);
    }
    set_option(target, RCVBUF, 0); /* the least there is; one message always has room */
    struct loopback_call large = sending(senders[0], sizeof bytes), again = large;
    assert_int_equal(loopback_call(&loop, &large), sizeof bytes);
    assert_int_equal(level(senders[0]), 0);
    assert_int_equal(level(senders[1]), 0);
    assert_true(receive(target, out, sizeof out) > 0);
    assert_int_equal(level(senders[0]), EVENT_WRITABLE);
    assert_int_equal(level(senders[1]), EVENT_WRITABLE);
    assert_int_equal(loopback_call(&loop, &again), sizeof bytes);
    assert_int_equal(level(senders[1]), 0);
    loopback_close(&loop, target); /* to write is to hear that it is gone */
    assert_int_equal(level(senders[0]), EVENT_WRITABLE);
    assert_int_equal(level(senders[1]), EVENT_WRITABLE);
    loopback_close(&loop, senders[0]);
    loopback_close(&loop, senders[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_cancelled, start, stop),
        cmocka_unit_test_setup_teardown(test_out_of_time, start, stop),
        cmocka_unit_test_setup_teardown(test_stream_that_is_filled_again_by_who_waited, start,
                                        stop),
        cmocka_unit_test_setup_teardown(test_all_senders_hear_of_a_full_destination, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
