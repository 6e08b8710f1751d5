/* test_unix_senders.c: is a sender behind one that gives up not forgotten? Over the loopback. */
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
static const char bytes[4000];

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_cancelled, start, stop),
        cmocka_unit_test_setup_teardown(test_out_of_time, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
