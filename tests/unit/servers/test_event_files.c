/* test_event_files.c: do counters and timers count, wait and tell as abi/event_file.h says? Over the loopback, where time stands still. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "servers/event/event.h"
#include "servers/lib/loopback.h"

#define START 1000000u

static struct server server;
static struct loopback loop;

static int start(void **state)
{
    (void)state;
    memset(&loop, 0, sizeof loop);
    loopback_init(&loop, &server);
    loop.now_ns = START;
    assert_int_equal(server_init(&server, &event_server_ops, &loop.transport, NULL, 4096), 0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    server_fini(&server);
    return 0;
}

static int64_t open_file(const char *path, uint64_t mode)
{
    uint64_t file;
    int64_t result = loopback_open(&loop, 0, path, FILE_RDWR, mode, &file);
    return result < 0 ? result : (int64_t)file;
}

static uint64_t value; /* of the last read */

static struct loopback_call reading(int64_t file)
{
    return (struct loopback_call){
        .verb = VERB_read, .file = (uint64_t)file, .out = &value, .out_len = sizeof value};
}

/* What a read that does not wait gives. */
static int64_t read_now(int64_t file)
{
    struct loopback_call call = reading(file);
    call.file_flags = FILE_NONBLOCK;
    int64_t result = loopback_call(&loop, &call);
    return result < 0 ? result : (int64_t)value;
}

static int64_t write_now(int64_t file, uint64_t number)
{
    struct loopback_call call = {.verb = VERB_write,
                                 .file = (uint64_t)file,
                                 .file_flags = FILE_NONBLOCK,
                                 .in = &number,
                                 .in_len = sizeof number};
    return loopback_call(&loop, &call);
}

static int64_t level(int64_t file)
{
    struct loopback_call call = {.verb = VERB_ready, .file = (uint64_t)file};
    return loopback_call(&loop, &call);
}

static void watch(int64_t file, uint64_t mask)
{
    struct loopback_call call = {.verb = VERB_watch, .file = (uint64_t)file, .args = {mask}};
    assert_int_equal(loopback_call(&loop, &call), 0);
    loop.notify_count = 0;
}

static void test_what_can_be_opened(void **state)
{
    (void)state;
    assert_true(open_file("counter", EVENT_COUNTER_MAX) > 0);
    assert_int_equal(open_file("counter", UINT64_MAX), -ERR_INVAL);
    assert_int_equal(open_file("timer", DYAD_CLOCK_PROCESS), -ERR_INVAL);
    assert_int_equal(open_file("", 0), -ERR_NOENT);
    assert_int_equal(open_file("counters", 0), -ERR_NOENT);
}

static void test_a_counter_counts_to_its_end(void **state)
{
    (void)state;
    int64_t file = open_file("counter", 4);
    assert_int_equal(level(file), EVENT_READABLE | EVENT_WRITABLE);
    assert_int_equal(read_now(file), 4);
    assert_int_equal(level(file), EVENT_WRITABLE);
    assert_int_equal(read_now(file), -ERR_AGAIN);
    assert_int_equal(write_now(file, UINT64_MAX), -ERR_INVAL);
    assert_int_equal(write_now(file, EVENT_COUNTER_MAX - 1), 8);
    assert_int_equal(level(file), EVENT_READABLE | EVENT_WRITABLE);
    assert_int_equal(write_now(file, 2), -ERR_AGAIN);
    assert_int_equal(write_now(file, 1), 8);
    assert_int_equal(level(file), EVENT_READABLE);
    assert_int_equal(write_now(file, 0), 8);
    assert_true(read_now(file) == (int64_t)EVENT_COUNTER_MAX);
}

static void test_reads_and_writes_wait_in_order(void **state)
{
    (void)state;
    int64_t file = open_file("semaphore", 0);
    struct loopback_call first = reading(file), second = reading(file);
    assert_int_equal(loopback_call(&loop, &first), LOOPBACK_PENDING);
    assert_int_equal(loopback_call(&loop, &second), LOOPBACK_PENDING);
    assert_int_equal(write_now(file, 1), 8);
    assert_true(first.done && !second.done);
    assert_int_equal(value, 1);
    assert_int_equal(write_now(file, 5), 8);
    assert_true(second.done);
    assert_int_equal(read_now(file), 1);
    assert_int_equal(write_now(file, EVENT_COUNTER_MAX - 3), 8); /* 3 were left: full */
    uint64_t three = 3;
    struct loopback_call writer = {
        .verb = VERB_write, .file = (uint64_t)file, .in = &three, .in_len = sizeof three};
    assert_int_equal(loopback_call(&loop, &writer), LOOPBACK_PENDING);
    assert_int_equal(read_now(file), 1);
    assert_int_equal(read_now(file), 1);
    assert_false(writer.done);
    assert_int_equal(read_now(file), 1);
    assert_true(writer.done);
    assert_int_equal(writer.result, 8);
    struct loopback_call third = {
        .verb = VERB_write, .file = (uint64_t)file, .in = &three, .in_len = sizeof three};
    assert_int_equal(loopback_call(&loop, &third), LOOPBACK_PENDING);
    loopback_cancel(&loop, &third);
    assert_int_equal(third.result, -ERR_INTR);
}

static void test_a_smaller_write_goes_on_when_the_first_gives_up(void **state)
{
    (void)state;
    int64_t file = open_file("semaphore", EVENT_COUNTER_MAX);
    uint64_t much = 1000, little = 2;
    struct loopback_call first = {
        .verb = VERB_write, .file = (uint64_t)file, .in = &much, .in_len = sizeof much};
    struct loopback_call second = first;
    second.in = &little;
    assert_int_equal(loopback_call(&loop, &first), LOOPBACK_PENDING);
    assert_int_equal(loopback_call(&loop, &second), LOOPBACK_PENDING);
    assert_int_equal(read_now(file), 1);
    assert_int_equal(read_now(file), 1);
    assert_false(first.done || second.done);
    loopback_cancel(&loop, &first);
    assert_int_equal(first.result, -ERR_INTR);
    assert_true(second.done);
    assert_int_equal(second.result, 8);
}

static void test_a_lost_answer_is_not_lost(void **state)
{
    (void)state;
    int64_t file = open_file("counter", 0);
    struct loopback_call call = reading(file);
    assert_int_equal(loopback_call(&loop, &call), LOOPBACK_PENDING);
    call.gone = true; /* killed: its cancel comes too late */
    assert_int_equal(write_now(file, 6), 8);
    assert_int_equal(read_now(file), 6);
}

static void test_who_watches_is_told_once_by_level_and_each_time_by_edge(void **state)
{
    (void)state;
    int64_t file = open_file("counter", 0);
    watch(file, EVENT_READABLE);
    write_now(file, 1);
    assert_int_equal(loop.notify_count, 1);
    assert_int_equal(loop.notified_ready, EVENT_READABLE | EVENT_WRITABLE);
    write_now(file, 1);
    assert_int_equal(loop.notify_count, 1);
    watch(file, EVENT_READABLE | EVENT_EDGE);
    write_now(file, 1);
    assert_int_equal(loop.notify_count, 1);
    assert_int_equal(loop.notified_ready, EVENT_READABLE | EVENT_WRITABLE | EVENT_READABLE << 16);
    assert_int_equal(read_now(file), 3);
    assert_int_equal(loop.notified_ready, EVENT_WRITABLE);
}

/* ---- timers ---- */

static struct event_timer was;

static int64_t set(int64_t file, unsigned how, uint64_t at, uint64_t interval)
{
    struct event_timer wanted = {at, interval};
    struct loopback_call call = {.verb = EVENT_TIMER_SET,
                                 .file = (uint64_t)file,
                                 .args = {how},
                                 .in = &wanted,
                                 .in_len = sizeof wanted,
                                 .out = &was,
                                 .out_len = sizeof was};
    return loopback_call(&loop, &call);
}

static struct event_timer get(int64_t file)
{
    struct event_timer timer;
    struct loopback_call call = {
        .verb = EVENT_TIMER_GET, .file = (uint64_t)file, .out = &timer, .out_len = sizeof timer};
    assert_int_equal(loopback_call(&loop, &call), 0);
    return timer;
}

static void test_a_timer_expires_once(void **state)
{
    (void)state;
    int64_t file = open_file("timer", DYAD_CLOCK_MONOTONIC);
    assert_int_equal(read_now(file), -ERR_AGAIN);
    assert_int_equal(set(file, false, 100, 0), 0);
    assert_int_equal(was.value_ns, 0);
    loopback_advance(&loop, 99);
    assert_int_equal(level(file), 0);
    assert_int_equal(get(file).value_ns, 1);
    struct loopback_call call = reading(file);
    assert_int_equal(loopback_call(&loop, &call), LOOPBACK_PENDING);
    loopback_advance(&loop, 1);
    assert_true(call.done);
    assert_int_equal(value, 1);
    assert_int_equal(level(file), 0);
    assert_int_equal(get(file).value_ns, 0);
    loopback_advance(&loop, 1000);
    assert_int_equal(read_now(file), -ERR_AGAIN);
    assert_int_equal(write_now(file, 1), -ERR_INVAL);
}

static void test_a_timer_counts_what_nobody_read(void **state)
{
    (void)state;
    int64_t file = open_file("timer", DYAD_CLOCK_REALTIME);
    assert_int_equal(set(file, false, 100, 10), 0);
    watch(file, EVENT_READABLE | EVENT_EDGE);
    loopback_advance(&loop, 100);
    assert_int_equal(loop.notify_count, 1);
    loopback_advance(&loop, 39);
    assert_int_equal(loop.notify_count, 1); /* until it is read */
    assert_int_equal(get(file).value_ns, 1);
    assert_int_equal(read_now(file), 4);
    assert_int_equal(level(file), 0);
    loopback_advance(&loop, 1);
    assert_int_equal(read_now(file), 1);
    assert_int_equal(set(file, true, START, 50), 0); /* 140 ago */
    assert_int_equal(was.value_ns, 10);
    assert_int_equal(was.interval_ns, 10);
    assert_int_equal(read_now(file), 3);
    assert_int_equal(get(file).value_ns, 10);
    assert_int_equal(set(file, false, 0, 7), 0);
    loopback_advance(&loop, 1000);
    assert_int_equal(level(file), 0);
}

/* Two wait; the first is killed just when it gets an answer. */
static void kill_the_first_of_two(int64_t file, uint64_t ns, struct loopback_call *second)
{
    static struct loopback_call first;
    uint64_t one = 1;
    struct loopback_call write = {
        .verb = VERB_write, .file = (uint64_t)file, .in = &one, .in_len = sizeof one};
    first = *second = reading(file);
    assert_int_equal(loopback_call(&loop, &first), LOOPBACK_PENDING);
    assert_int_equal(loopback_call(&loop, second), LOOPBACK_PENDING);
    if (ns == 0)
        loopback_submit(&loop, &write);
    loop.now_ns += ns;
    loopback_abandon(&loop, &first);
    loopback_run(&loop);
    assert_true(first.gone);
}

static void test_what_a_killed_reader_did_not_get_goes_to_the_next(void **state)
{
    (void)state;
    static const char *const counters[] = {"counter", "semaphore"};
    struct loopback_call second;
    for (unsigned i = 0; i < 2; i++) {
        int64_t file = open_file(counters[i], 0);
        kill_the_first_of_two(file, 0, &second);
        assert_true(second.done);
        assert_int_equal(value, 1);
        assert_int_equal(level(file), EVENT_WRITABLE);
    }
    int64_t file = open_file("timer", DYAD_CLOCK_MONOTONIC);
    assert_int_equal(set(file, 0, 50, 0), 0);
    kill_the_first_of_two(file, 50, &second);
    assert_true(second.done);
    assert_int_equal(value, 1);
    assert_int_equal(level(file), 0);
}

static int64_t clock_set_as(uint32_t uid)
{
    struct loopback_call open = {.verb = VERB_open, .args = {FILE_PATH}, .in = ""};
    assert_int_equal(loopback_call(&loop, &open) < 0, 0);
    struct loopback_call call = {
        .verb = EVENT_CLOCK_SET, .file = open.values[0], .cred = {.uid = uid, .euid = uid}};
    int64_t result = loopback_call(&loop, &call);
    loopback_close(&loop, open.values[0]);
    return result;
}

static void test_a_time_of_the_real_time_clock_follows_it(void **state)
{
    (void)state;
    loop.ahead_ns = 5000;
    int64_t file = open_file("timer", DYAD_CLOCK_REALTIME);
    assert_int_equal(set(file, EVENT_TIMER_ABSOLUTE, START + 6000, 100), 0);
    struct loopback_call call = reading(file);
    assert_int_equal(loopback_call(&loop, &call), LOOPBACK_PENDING);
    loop.ahead_ns = 4000; /* back: it comes later */
    assert_int_equal(clock_set_as(0), 0);
    loopback_advance(&loop, 1999);
    assert_true(!call.done);
    assert_int_equal(get(file).value_ns, 1);
    loopback_advance(&loop, 1);
    assert_true(call.done);
    assert_int_equal(value, 1);
    watch(file, EVENT_READABLE);
    loop.ahead_ns = 4250; /* on: it has come */
    assert_int_equal(clock_set_as(0), 0);
    loopback_advance(&loop, 0);
    assert_int_equal(loop.notified_ready, EVENT_READABLE);
    assert_int_equal(read_now(file), 2);
    assert_int_equal(clock_set_as(7), -ERR_PERM);
}

static void test_what_has_expired_stays_when_the_clock_is_set_back(void **state)
{
    (void)state;
    loop.ahead_ns = 5000;
    int64_t file = open_file("timer", DYAD_CLOCK_REALTIME);
    assert_int_equal(set(file, EVENT_TIMER_ABSOLUTE, START + 6000, 0), 0);
    watch(file, EVENT_READABLE);
    loop.ahead_ns = 6000;
    assert_int_equal(clock_set_as(0), 0);
    assert_int_equal(loop.notified_ready, EVENT_READABLE);
    loop.ahead_ns = 5000;
    assert_int_equal(clock_set_as(0), 0);
    assert_int_equal(level(file), EVENT_READABLE);
    assert_int_equal(read_now(file), 1);
    loopback_advance(&loop, 2000);
    assert_int_equal(read_now(file), -ERR_AGAIN);
}

static void test_a_canceled_timer_says_so_once(void **state)
{
    (void)state;
    unsigned how = EVENT_TIMER_ABSOLUTE | EVENT_TIMER_CANCEL;
    int64_t file = open_file("timer", DYAD_CLOCK_REALTIME);
    int64_t other = open_file("timer", DYAD_CLOCK_MONOTONIC);
    assert_int_equal(set(file, how, START + 100, 0), 0);
    assert_int_equal(set(other, how, START + 100, 0), 0);
    struct loopback_call call = reading(file);
    assert_int_equal(loopback_call(&loop, &call), LOOPBACK_PENDING);
    assert_int_equal(clock_set_as(0), 0);
    assert_true(call.done);
    assert_int_equal(call.result, -ERR_CANCELED);
    assert_int_equal(level(file), 0);
    assert_int_equal(clock_set_as(0), 0);
    assert_int_equal(level(file), EVENT_READABLE);
    assert_int_equal(read_now(file), -ERR_CANCELED);
    assert_int_equal(read_now(file), -ERR_AGAIN);
    assert_int_equal(clock_set_as(0), 0);
    assert_int_equal(set(file, EVENT_TIMER_ABSOLUTE, START + 200, 0), -ERR_CANCELED);
    assert_int_equal(clock_set_as(0), 0);
    loopback_advance(&loop, 200);
    assert_int_equal(read_now(file), 1);
    assert_int_equal(read_now(other), 1);
}

static void test_an_expiration_whose_reader_is_gone_counts_again(void **state)
{
    (void)state;
    int64_t file = open_file("timer", DYAD_CLOCK_MONOTONIC);
    assert_int_equal(set(file, false, 10, 10), 0);
    struct loopback_call call = reading(file);
    assert_int_equal(loopback_call(&loop, &call), LOOPBACK_PENDING);
    call.gone = true;
    loopback_advance(&loop, 10);
    assert_int_equal(level(file), EVENT_READABLE);
    loopback_advance(&loop, 15);
    assert_int_equal(read_now(file), 2);
    loopback_advance(&loop, 5);
    assert_int_equal(read_now(file), 1);
}

static void test_a_closed_timer_does_nothing(void **state)
{
    (void)state;
    int64_t file = open_file("timer", DYAD_CLOCK_MONOTONIC);
    assert_int_equal(set(file, false, 10, 10), 0);
    loopback_close(&loop, (uint64_t)file);
    loopback_advance(&loop, 100);
    assert_int_equal(server.file_count, 0);
}

static void test_hostile_calls(void **state)
{
    (void)state;
    int64_t counter = open_file("counter", 1), timer = open_file("timer", DYAD_CLOCK_MONOTONIC);
    struct loopback_call call = reading(counter);
    call.out_len = 7;
    assert_int_equal(loopback_call(&loop, &call), -ERR_INVAL);
    call = (struct loopback_call){
        .verb = VERB_write, .file = (uint64_t)counter, .in = "x", .in_len = 1};
    assert_int_equal(loopback_call(&loop, &call), -ERR_INVAL);
    assert_int_equal(set(counter, false, 1, 1), -ERR_INVAL);
    call = (struct loopback_call){
        .verb = EVENT_TIMER_SET, .file = (uint64_t)timer, .in = "x", .in_len = 1};
    assert_int_equal(loopback_call(&loop, &call), -ERR_INVAL);
    call = (struct loopback_call){.verb = EVENT_TIMER_GET, .file = (uint64_t)timer};
    assert_int_equal(loopback_call(&loop, &call), -ERR_INVAL);
    assert_int_equal(set(timer, false, 1ull << 63, 0), 0); /* no time of another clock */
    loopback_advance(&loop, 100);
    assert_int_equal(set(timer, false, UINT64_MAX, UINT64_MAX), 0);
    loopback_advance(&loop, 100);
    assert_int_equal(level(timer), 0);
    assert_int_equal(set(timer, true, 1, UINT64_MAX), 0);
    assert_int_equal(read_now(timer), 1);
    assert_int_equal(level(timer), 0);
    assert_int_equal(set(timer, true, 1, 1), 0);
    assert_true(read_now(timer) > 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, start, end)
    const struct CMUnitTest tests[] = {
        T(test_what_can_be_opened),
        T(test_a_counter_counts_to_its_end),
        T(test_reads_and_writes_wait_in_order),
        T(test_a_smaller_write_goes_on_when_the_first_gives_up),
        T(test_a_lost_answer_is_not_lost),
        T(test_who_watches_is_told_once_by_level_and_each_time_by_edge),
        T(test_a_timer_expires_once),
        T(test_a_timer_counts_what_nobody_read),
        T(test_a_time_of_the_real_time_clock_follows_it),
        T(test_what_has_expired_stays_when_the_clock_is_set_back),
        T(test_a_canceled_timer_says_so_once),
        T(test_an_expiration_whose_reader_is_gone_counts_again),
        T(test_what_a_killed_reader_did_not_get_goes_to_the_next),
        T(test_a_closed_timer_does_nothing),
        T(test_hostile_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
