/* Does a server that ends leave nobody waiting, and do its timers fire in their order? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "servers/lib/loopback.h"

static struct server server;
static struct loopback loopback;
static unsigned cancels;

static void open_verb(struct server_request *request)
{
    static struct server_file file;
    server_file_init(&file, request->server, NULL, 0);
    server_reply_open(request, &file, 0);
}

/* Answers when it likes, not when it is asked to stop. */
static void note_cancel(struct server_request *request)
{
    (void)request;
    cancels++;
}

static void read_verb(struct server_request *request)
{
    if (server_defer(request, NULL))
        request->cancel = note_cancel;
}

static const struct server_ops ops = {
    .handler = {[VERB_open] = open_verb, [VERB_read] = read_verb},
};

static int setup(void **state)
{
    (void)state;
    cancels = 0;
    loopback_init(&loopback, &server);
    return server_init(&server, &ops, &loopback.transport, NULL, 0);
}

static void test_the_end_answers_a_request_whose_cancel_only_takes_note(void **state)
{
    struct loopback_call opened = {.verb = VERB_open}, calls[3];
    (void)state;
    assert_int_equal(loopback_call(&loopback, &opened), 0);
    for (unsigned i = 0; i < 3; i++) {
        calls[i] = (struct loopback_call){.verb = VERB_read, .file = opened.values[0]};
        assert_int_equal(loopback_call(&loopback, &calls[i]), LOOPBACK_PENDING);
    }
    server_fini(&server);
    assert_int_equal(cancels, 3);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(calls[i].done);
        assert_int_equal(calls[i].result, -ERR_NODEV);
    }
}

static unsigned fired[4], fired_count;

static void on_timer(struct server *of, void *arg)
{
    (void)of;
    if (fired_count < 4)
        fired[fired_count] = *(const unsigned *)arg;
    fired_count++;
}

static void test_timers_fire_by_deadline_and_equal_ones_in_turn(void **state)
{
    static const struct {
        unsigned id;
        uint64_t deadline_ns;
    } plan[] = {{0, 30}, {1, 10}, {2, 20}, {3, 10}};
    static unsigned ids[4];
    struct server_timer timers[4];
    (void)state;
    fired_count = 0;
    for (unsigned i = 0; i < 4; i++) {
        ids[i] = plan[i].id;
        server_timer_init(&timers[i], on_timer, &ids[i]);
        server_timer_set(&server, &timers[i], plan[i].deadline_ns);
    }
    loopback_advance(&loopback, 9);
    assert_int_equal(fired_count, 0);
    loopback_advance(&loopback, 1);
    assert_int_equal(fired_count, 2);
    loopback_advance(&loopback, 100);
    assert_int_equal(fired_count, 4);
    static const unsigned order[] = {1, 3, 2, 0};
    assert_memory_equal(fired, order, sizeof order);
    server_fini(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_the_end_answers_a_request_whose_cancel_only_takes_note, setup),
        cmocka_unit_test_setup(test_timers_fire_by_deadline_and_equal_ones_in_turn, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
