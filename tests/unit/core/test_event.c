/* test_event.c: does an event queue report what is ready, as long as it is, to those who wait, and nothing for ever lost? */
#include "core/signal.h"
#include "ipc_test.h"

#define MS        1000000UL
#define AT_EVENTS AT_DATA

struct world {
    struct rig rig;
    struct actor a, b;              /* two threads of one process */
    handle_t queue, reader, writer; /* the pipe is a's */
};

static int world_start(void **state)
{
    static struct world world;
    struct world *w = &world;
    memset(w, 0, sizeof *w);
    rig_start(&w->rig);
    actor_start(&w->a, &w->rig);
    actor_thread(&w->b, &w->a);
    w->queue = (handle_t)CALL(&w->a, event_create(w->a.t));
    handle_t ends[2];
    assert_int_equal(CALL(&w->a, pipe_create(w->a.t, AT_OUT, 0)), 0);
    get(&w->a, AT_OUT, ends, sizeof ends);
    w->reader = ends[0];
    w->writer = ends[1];
    *state = w;
    return 0;
}

static int world_end(void **state)
{
    struct world *w = *state;
    actor_kill(&w->a);
    actor_drop(&w->b);
    actor_drop(&w->a);
    rig_end(&w->rig);
    return 0;
}

static status_t watch(struct actor *a, handle_t queue, handle_t object, uint64_t mask,
                      uint64_t cookie)
{
    return CALL(a, event_watch(a->t, queue, object, mask, cookie));
}

static status_t wait_events(struct actor *a, handle_t queue, uint64_t count, uint64_t deadline)
{
    return CALL(a, event_wait(a->t, queue, AT_EVENTS, count, deadline));
}

static struct event event_at(struct actor *a, unsigned index)
{
    struct event event;
    get(a, AT_EVENTS + index * sizeof event, &event, sizeof event);
    return event;
}

static void test_a_level_is_reported_until_it_falls(void **state)
{
    struct world *w = *state;
    assert_int_equal(watch(&w->a, w->queue, w->reader, EVENT_READABLE, 77), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), -ERR_TIMEDOUT);
    assert_int_equal(do_write(&w->a, w->writer, AT_IN, 5, UINT64_MAX), 5);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 1);
        assert_int_equal(event_at(&w->a, 0).cookie, 77);
        assert_int_equal(event_at(&w->a, 0).events, EVENT_READABLE);
    }
    assert_int_equal(do_read(&w->a, w->reader, AT_OUT, 5, UINT64_MAX), 5);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), -ERR_TIMEDOUT);
    assert_int_equal(do_write(&w->a, w->writer, AT_IN, 5, UINT64_MAX), 5);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 1);
}

static void test_a_watch_of_something_ready_reports_at_once(void **state)
{
    struct world *w = *state;
    assert_int_equal(watch(&w->a, w->queue, w->writer, EVENT_WRITABLE, 1), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 1);
    assert_int_equal(event_at(&w->a, 0).events, EVENT_WRITABLE);
}

static void test_waiting_ends_by_event_deadline_signal_and_close(void **state)
{
    struct world *w = *state;
    assert_int_equal(watch(&w->a, w->queue, w->reader, EVENT_READABLE, 5), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, DEADLINE_NEVER), STATUS_PARKED);
    assert_int_equal(do_write(&w->b, w->writer, AT_IN, 1, UINT64_MAX), 1);
    assert_int_equal(actor_result(&w->a), 1);
    assert_int_equal(do_read(&w->b, w->reader, AT_OUT, 1, UINT64_MAX), 1);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 5 * MS), STATUS_PARKED);
    rig_advance(&w->rig, 6 * MS);
    assert_int_equal(actor_result(&w->a), -ERR_TIMEDOUT);
    assert_int_equal(wait_events(&w->a, w->queue, 8, DEADLINE_NEVER), STATUS_PARKED);
    actor_signal(&w->a);
    assert_int_equal(actor_result(&w->a), -ERR_INTR);
    actor_signal_taken(&w->a);
    assert_int_equal(wait_events(&w->a, w->queue, 8, DEADLINE_NEVER), STATUS_PARKED);
    assert_int_equal(do_close(&w->b, w->queue), 0);
    assert_int_equal(actor_result(&w->a), -ERR_BADF);
}

static void test_a_pair_has_one_watch_and_watching_again_replaces_it(void **state)
{
    struct world *w = *state;
    assert_int_equal(watch(&w->a, w->queue, w->writer, EVENT_WRITABLE, 1), 0);
    assert_int_equal(watch(&w->a, w->queue, w->writer, EVENT_WRITABLE, 2), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 1);
    assert_int_equal(event_at(&w->a, 0).cookie, 2);
    assert_int_equal(watch(&w->a, w->queue, w->writer, EVENT_READABLE, 3), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), -ERR_TIMEDOUT);
    assert_int_equal(watch(&w->a, w->queue, w->writer, EVENT_WRITABLE, 4), 0);
    assert_int_equal(watch(&w->a, w->queue, w->writer, 0, 0), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), -ERR_TIMEDOUT);
    assert_int_equal(watch(&w->a, w->queue, w->writer, 0, 0), 0); /* again: nothing to stop */
}

static void test_error_and_hangup_are_always_reported(void **state)
{
    struct world *w = *state;
    assert_int_equal(watch(&w->a, w->queue, w->reader, EVENT_READABLE, 1), 0);
    assert_int_equal(do_close(&w->a, w->writer), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 1);
    assert_int_equal(event_at(&w->a, 0).events, EVENT_HANGUP);
}

static void test_hostile_arguments(void **state)
{
    struct world *w = *state;
    assert_int_equal(watch(&w->a, w->queue, w->reader, 0x8000u, 1), -ERR_INVAL);
    assert_int_equal(watch(&w->a, w->queue, w->reader, EVENT_READABLE | 0x80u, 1), -ERR_INVAL);
    assert_int_equal(watch(&w->a, w->reader, w->reader, 1, 1), -ERR_INVAL);
    assert_int_equal(watch(&w->a, w->queue, w->queue, 1, 1), -ERR_INVAL);
    assert_int_equal(watch(&w->a, 4444, w->reader, 1, 1), -ERR_BADF);
    assert_int_equal(watch(&w->a, w->queue, 4444, 1, 1), -ERR_BADF);
    status_t weak = CALL(&w->a, handle_dup(w->a.t, w->reader, RIGHT_READ));
    assert_int_equal(watch(&w->a, w->queue, (handle_t)weak, 1, 1), -ERR_ACCES);
    assert_int_equal(wait_events(&w->a, w->queue, 0, 0), -ERR_INVAL);
    assert_int_equal(wait_events(&w->a, w->reader, 1, 0), -ERR_INVAL);
    assert_int_equal(watch(&w->a, w->queue, w->writer, EVENT_WRITABLE, 1), 0);
    assert_int_equal(CALL(&w->a, event_wait(w->a.t, w->queue, USER_BAD, 1, 0)), -ERR_FAULT);
    assert_int_equal(wait_events(&w->a, w->queue, 1, 0), 1); /* not lost */
}

static void test_more_events_than_room_come_in_turn(void **state)
{
    struct world *w = *state;
    handle_t ends[2];
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(CALL(&w->a, pipe_create(w->a.t, AT_OUT, 0)), 0);
        get(&w->a, AT_OUT, ends, sizeof ends);
        assert_int_equal(watch(&w->a, w->queue, ends[1], EVENT_WRITABLE, i), 0);
    }
    unsigned seen = 0;
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(wait_events(&w->a, w->queue, 1, 0), 1);
        seen |= 1u << event_at(&w->a, 0).cookie;
    }
    assert_int_equal(seen, 31);
    assert_int_equal(wait_events(&w->a, w->queue, 100, 0), 5);
}

static void test_watches_end_with_the_last_handle_of_object_or_queue(void **state)
{
    struct world *w = *state;
    struct event touched = {0};
    put(&w->a, AT_EVENTS, &touched,
        sizeof touched); /* so that the page is there when memory is measured */
    status_t copy = CALL(&w->a, handle_dup(w->a.t, w->writer, RIGHT_ALL));
    size_t before = heap_bytes_used(w->rig.machine);
    assert_int_equal(watch(&w->a, w->queue, w->writer, EVENT_WRITABLE, 1), 0);
    assert_int_equal(do_close(&w->a, w->writer), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 1, 0), 1);
    assert_int_equal(do_close(&w->a, (handle_t)copy), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 1, 0), -ERR_TIMEDOUT);
    assert_int_equal(heap_bytes_used(w->rig.machine), before);
    assert_int_equal(watch(&w->a, w->queue, w->reader, EVENT_READABLE, 1), 0);
    assert_int_equal(do_close(&w->a, w->queue), 0);
    assert_true(heap_bytes_used(w->rig.machine) < before); /* queue and watch */
}

/* A child inherits queue and object, and watches the writer for 9. */
static void child_watches(struct world *w, struct actor *child, uint64_t mask)
{
    actor_start(child, &w->rig);
    assert_int_equal(handle_table_copy(child->process, w->a.process), 0);
    assert_int_equal(watch(child, w->queue, w->writer, mask, 9), 0);
}

/* The parent's watch goes with the parent's handle, not with the child's. */
static void test_watches_belong_to_the_watching_process(void **state)
{
    struct world *w = *state;
    struct actor child;
    child_watches(w, &child, EVENT_WRITABLE);
    assert_int_equal(watch(&w->a, w->queue, w->reader, EVENT_READABLE, 8), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 1);
    assert_int_equal(event_at(&w->a, 0).cookie, 9);
    actor_end(&child);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), -ERR_TIMEDOUT);
    assert_int_equal(do_write(&w->a, w->writer, AT_IN, 1, UINT64_MAX), 1);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 1);
    assert_int_equal(event_at(&w->a, 0).cookie, 8);
}

/* Others still have one, and the queue is still there. */
static void test_a_watch_ends_with_the_watchers_last_handle_of_the_object(void **state)
{
    struct world *w = *state;
    struct actor child;
    child_watches(w, &child, EVENT_WRITABLE);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 1);
    assert_int_equal(do_close(&child, w->writer), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), -ERR_TIMEDOUT);
    actor_end(&child);
}

static void test_every_waiter_of_a_queue_is_told(void **state)
{
    struct world *w = *state;
    assert_int_equal(watch(&w->a, w->queue, w->reader, EVENT_READABLE, 1), 0);
    struct actor c;
    actor_thread(&c, &w->a);
    assert_int_equal(wait_events(&w->a, w->queue, 8, DEADLINE_NEVER), STATUS_PARKED);
    assert_int_equal(wait_events(&w->b, w->queue, 8, DEADLINE_NEVER), STATUS_PARKED);
    assert_int_equal(do_write(&c, w->writer, AT_IN, 1, UINT64_MAX), 1);
    assert_int_equal(actor_result(&w->a), 1);
    assert_int_equal(actor_result(&w->b), 1);
    actor_kill(&w->a);
    actor_drop(&c);
}

/* ---- what epoll asks for ---- */

static handle_t new_queue(struct world *w)
{
    status_t queue = CALL(&w->a, event_create(w->a.t));
    assert_true(queue >= 0);
    return (handle_t)queue;
}

static void write_byte(struct world *w)
{
    assert_int_equal(do_write(&w->a, w->writer, AT_IN, 1, UINT64_MAX), 1);
}

static void test_an_edge_is_reported_once_and_news_again(void **state)
{
    struct world *w = *state;
    uint32_t own = 5u << EVENT_OWN_SHIFT;
    assert_int_equal(watch(&w->a, w->queue, w->reader, EVENT_READABLE | EVENT_EDGE | own, 1), 0);
    write_byte(w);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 1);
    assert_int_equal(event_at(&w->a, 0).events, EVENT_READABLE | EVENT_EDGE | own);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), -ERR_TIMEDOUT);
    write_byte(w); /* there is more of it */
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 1);
    assert_int_equal(do_read(&w->a, w->reader, AT_OUT, 1, UINT64_MAX), 1);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), -ERR_TIMEDOUT);
}

static void test_once_is_once_until_it_is_set_again(void **state)
{
    struct world *w = *state;
    uint32_t mask = EVENT_READABLE | EVENT_ONCE;
    assert_int_equal(watch(&w->a, w->queue, w->reader, mask, 1), 0);
    write_byte(w);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 1);
    assert_int_equal(do_close(&w->a, w->writer), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), -ERR_TIMEDOUT);
    assert_int_equal(watch(&w->a, w->queue, w->reader, mask | EVENT_NEW, 1), -ERR_EXIST);
    assert_int_equal(watch(&w->a, w->queue, w->reader, mask | EVENT_OLD, 2), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 1);
    assert_int_equal(event_at(&w->a, 0).cookie, 2);
    assert_int_equal(event_at(&w->a, 0).events & EVENT_LEVELS, EVENT_READABLE | EVENT_HANGUP);
}

static void test_numbers_tell_watches_of_one_object_apart(void **state)
{
    struct world *w = *state;
    uint64_t second = UINT64_C(7) << 32;
    assert_int_equal(watch(&w->a, w->queue, w->reader, EVENT_READABLE | EVENT_OLD, 1), -ERR_NOENT);
    assert_int_equal(watch(&w->a, w->queue, w->reader, EVENT_READABLE | EVENT_NEW, 1), 0);
    assert_int_equal(watch(&w->a, w->queue, w->reader, EVENT_OLD | second, 0), -ERR_NOENT);
    assert_int_equal(watch(&w->a, w->queue, w->reader, EVENT_READABLE | EVENT_NEW | second, 2), 0);
    write_byte(w);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 2);
    assert_int_equal(event_at(&w->a, 0).number + event_at(&w->a, 1).number, 7);
    assert_int_equal(watch(&w->a, w->queue, w->reader, EVENT_OLD, 0), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 1);
    assert_int_equal(event_at(&w->a, 0).cookie, 2);
    assert_int_equal(event_at(&w->a, 0).number, 7);
    assert_int_equal(watch(&w->a, w->queue, w->reader, EVENT_OLD | second, 0), 0);
    assert_int_equal(watch(&w->a, w->queue, w->reader, EVENT_OLD | second, 0), -ERR_NOENT);
}

/* Made by a process that ends; kept while another one has queue and object. */
static void test_a_kept_watch_outlives_its_process(void **state)
{
    struct world *w = *state;
    struct actor child;
    child_watches(w, &child, EVENT_WRITABLE | EVENT_KEPT);
    actor_end(&child);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 1);
    assert_int_equal(event_at(&w->a, 0).cookie, 9);
    size_t before = heap_bytes_used(w->rig.machine);
    assert_int_equal(do_close(&w->a, w->writer), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), -ERR_TIMEDOUT);
    assert_true(heap_bytes_used(w->rig.machine) < before);
}

static void test_a_queue_in_a_queue_is_readable_while_it_has_events(void **state)
{
    struct world *w = *state;
    handle_t middle = new_queue(w), outer = new_queue(w);
    assert_int_equal(watch(&w->a, outer, middle, EVENT_READABLE, 3), 0);
    assert_int_equal(watch(&w->a, middle, w->queue, EVENT_READABLE, 2), 0);
    assert_int_equal(watch(&w->a, w->queue, w->reader, EVENT_READABLE, 1), 0);
    assert_int_equal(wait_events(&w->a, outer, 8, 0), -ERR_TIMEDOUT);
    assert_int_equal(wait_events(&w->a, outer, 8, DEADLINE_NEVER), STATUS_PARKED);
    assert_int_equal(do_write(&w->b, w->writer, AT_IN, 1, UINT64_MAX), 1);
    assert_int_equal(actor_result(&w->a), 1);
    assert_int_equal(event_at(&w->a, 0).cookie, 3);
    assert_int_equal(wait_events(&w->a, middle, 8, 0), 1);
    assert_int_equal(event_at(&w->a, 0).cookie, 2);
    assert_int_equal(do_read(&w->a, w->reader, AT_OUT, 1, UINT64_MAX), 1);
    assert_int_equal(wait_events(&w->a, outer, 8, 0), -ERR_TIMEDOUT);
    /* What is ready when it is watched reaches those outside, too. */
    assert_int_equal(wait_events(&w->a, outer, 8, DEADLINE_NEVER), STATUS_PARKED);
    assert_int_equal(watch(&w->b, w->queue, w->writer, EVENT_WRITABLE, 4), 0);
    assert_int_equal(actor_result(&w->a), 1);
    assert_int_equal(do_close(&w->a, w->queue), 0);
    assert_int_equal(wait_events(&w->a, outer, 8, 0), -ERR_TIMEDOUT);
}

static void test_queues_do_not_contain_each_other(void **state)
{
    struct world *w = *state;
    handle_t b = new_queue(w), c = new_queue(w);
    assert_int_equal(watch(&w->a, w->queue, b, EVENT_READABLE, 1), 0);
    assert_int_equal(watch(&w->a, b, c, EVENT_READABLE, 1), 0);
    assert_int_equal(watch(&w->a, c, w->queue, EVENT_READABLE, 1), -ERR_LOOP);
    assert_int_equal(watch(&w->a, c, b, EVENT_READABLE, 1), -ERR_LOOP);
    assert_int_equal(watch(&w->a, w->queue, c, EVENT_READABLE, 1), 0);
    assert_int_equal(watch(&w->a, c, w->reader, EVENT_READABLE, 1), 0);
    write_byte(w);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 2);
    assert_int_equal(watch(&w->a, b, c, 0, 0), 0);
    assert_int_equal(watch(&w->a, w->queue, b, 0, 0), 0);
    assert_int_equal(watch(&w->a, c, b, EVENT_READABLE, 1), 0);
    handle_t chain[10];
    chain[0] = new_queue(w);
    unsigned length = 1;
    status_t status = 0;
    for (; length < 10 && status == 0; length++) {
        chain[length] = new_queue(w);
        status = watch(&w->a, chain[length], chain[length - 1], EVENT_READABLE, 1);
    }
    assert_int_equal(status, -ERR_LOOP);
    assert_in_range(length, 5, 7);
}

/* A blocked signal is an event for who watches its process for it. */
static void test_a_pending_signal_is_an_event(void **state)
{
    struct world *w = *state;
    uint64_t set = DYAD_SIGNAL_BIT(10) | DYAD_SIGNAL_BIT(64);
    status_t self = handle_install(w->a.process, &w->a.process->object, RIGHT_ALL);
    assert_int_equal(CALL(&w->a, handle_control(w->a.t, w->queue, HANDLE_SIGNALS, 0)), -ERR_INVAL);
    assert_int_equal(watch(&w->a, w->queue, (handle_t)self, EVENT_PENDING, set), 0);
    assert_int_equal(CALL(&w->a, handle_control(w->a.t, w->queue, HANDLE_SIGNALS, 0)),
                     (status_t)set);
    struct signal_info usr1 = {.signo = 10}, usr2 = {.signo = 12};
    assert_int_equal(CALL(&w->a, signal_control(w->a.t, SIGNAL_SET_MASK, ~0UL, 0)), 0);
    assert_int_equal(CALL(&w->b, signal_control(w->b.t, SIGNAL_SET_MASK, ~0UL, 0)), 0);
    assert_int_equal(process_signal(w->a.process, 0, &usr2), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), -ERR_TIMEDOUT);
    assert_int_equal(wait_events(&w->a, w->queue, 8, DEADLINE_NEVER), STATUS_PARKED);
    assert_int_equal(process_signal(w->a.process, w->b.t->id, &usr1), 0); /* one of its threads' */
    rig_pump(&w->rig);
    assert_int_equal(actor_result(&w->a), 1);
    assert_int_equal(event_at(&w->a, 0).events, EVENT_PENDING);
    struct signal_wait wait = {.set = set};
    put(&w->b, AT_IN, &wait, sizeof wait);
    assert_int_equal(CALL(&w->b, signal_control(w->b.t, SIGNAL_WAIT, AT_IN, 0)), 10);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), -ERR_TIMEDOUT);
    /* No set is taken for what the kernel says to itself. */
    for (int64_t hostile = -4098; hostile <= -4096; hostile++) {
        assert_int_equal(watch(&w->a, w->queue, (handle_t)self, EVENT_PENDING, (uint64_t)hostile),
                         0);
        assert_true(CALL(&w->a, handle_control(w->a.t, w->queue, HANDLE_SIGNALS, 0)) < -4098);
    }
}

static void test_news_of_a_level_that_stays(void **state)
{
    struct world *w = *state;
    handle_t scheme = do_scheme(&w->b, "srv");
    handle_t file = open_file(&w->a, &w->b, scheme, "srv:x", FILE_READ, 5, 0);
    assert_int_equal(watch(&w->a, w->queue, file, EVENT_READABLE | EVENT_EDGE, 55), 0);
    assert_int_equal(do_receive(&w->b, scheme, 0), 0);
    assert_int_equal(received(&w->b).args[0], EVENT_READABLE | EVENT_EDGE);
    uint64_t both = EVENT_READABLE | EVENT_WRITABLE;
    assert_int_equal(CALL(&w->b, scheme_notify(w->b.t, scheme, 5, both)), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 1);
    assert_int_equal(CALL(&w->b, scheme_notify(w->b.t, scheme, 5, both)), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), -ERR_TIMEDOUT);
    assert_int_equal(CALL(&w->b, scheme_notify(w->b.t, scheme, 5, both | EVENT_WRITABLE << 16)), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), -ERR_TIMEDOUT);
    assert_int_equal(CALL(&w->b, scheme_notify(w->b.t, scheme, 5, both | EVENT_READABLE << 16)), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, 0), 1);
    assert_int_equal(event_at(&w->a, 0).events & EVENT_LEVELS, EVENT_READABLE);
}

/* ---- schemes ---- */

static void test_events_of_a_scheme_come_to_its_server(void **state)
{
    struct world *w = *state;
    handle_t scheme = do_scheme(&w->a, "srv");
    assert_int_equal(watch(&w->a, scheme, w->reader, EVENT_READABLE, 123), 0);
    assert_int_equal(do_receive(&w->a, scheme, 0), -ERR_TIMEDOUT);
    assert_int_equal(do_receive(&w->a, scheme, DEADLINE_NEVER), STATUS_PARKED);
    assert_int_equal(do_write(&w->b, w->writer, AT_IN, 1, UINT64_MAX), 1);
    assert_int_equal(actor_result(&w->a), 0);
    struct request r = received(&w->a);
    assert_int_equal(r.verb, VERB_event);
    assert_int_equal(r.tag, 0);
    assert_int_equal(r.args[0], 123);
    assert_int_equal(r.args[1], EVENT_READABLE);
    assert_int_equal(do_receive(&w->a, scheme, 0), 0); /* level-triggered */
    assert_int_equal(received(&w->a).verb, VERB_event);
    assert_int_equal(do_read(&w->a, w->reader, AT_OUT, 1, UINT64_MAX), 1);
    assert_int_equal(do_receive(&w->a, scheme, 0), -ERR_TIMEDOUT);
    /* An event that stays does not keep requests away. */
    assert_int_equal(do_write(&w->a, w->writer, AT_IN, 1, UINT64_MAX), 1);
    assert_int_equal(do_open(&w->b, "srv:x", FILE_READ), STATUS_PARKED);
    assert_int_equal(do_receive(&w->a, scheme, 0), 0);
    if (received(&w->a).verb == VERB_event)
        assert_int_equal(do_receive(&w->a, scheme, 0), 0);
    assert_int_equal(received(&w->a).verb, VERB_open);
    status_t weak = CALL(&w->a, handle_dup(w->a.t, scheme, RIGHT_ALL & ~RIGHT_CONTROL));
    assert_int_equal(watch(&w->a, (handle_t)weak, w->reader, EVENT_READABLE, 1), -ERR_ACCES);
}

static void test_watching_a_file_asks_its_server_to_report(void **state)
{
    struct world *w = *state;
    handle_t scheme = do_scheme(&w->b, "srv");
    handle_t file = open_file(&w->a, &w->b, scheme, "srv:x", FILE_READ, 5, 0);
    assert_int_equal(watch(&w->a, w->queue, file, EVENT_READABLE | EVENT_WRITABLE, 55), 0);
    assert_int_equal(do_receive(&w->b, scheme, 0), 0);
    struct request r = received(&w->b);
    assert_int_equal(r.verb, VERB_watch);
    assert_int_equal(r.file, 5);
    assert_int_equal(r.args[0], EVENT_READABLE | EVENT_WRITABLE);
    assert_int_equal(r.tag, 0);
    assert_int_equal(watch(&w->a, w->queue, file, EVENT_READABLE, 55), 0);
    assert_int_equal(do_receive(&w->b, scheme, 0), -ERR_TIMEDOUT); /* asked already */
    assert_int_equal(wait_events(&w->a, w->queue, 8, DEADLINE_NEVER), STATUS_PARKED);
    assert_int_equal(CALL(&w->b, scheme_notify(w->b.t, scheme, 5, EVENT_WRITABLE)), 0);
    assert_true(actor_parked(&w->a));
    assert_int_equal(CALL(&w->b, scheme_notify(w->b.t, scheme, 5, EVENT_READABLE)), 0);
    assert_int_equal(actor_result(&w->a), 1);
    assert_int_equal(event_at(&w->a, 0).events, EVENT_READABLE);
    assert_int_equal(CALL(&w->b, scheme_notify(w->b.t, scheme, 5, 0)), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 8, DEADLINE_NEVER), STATUS_PARKED);
    assert_int_equal(do_close(&w->b, scheme), 0);
    assert_int_equal(actor_result(&w->a), 1);
    assert_int_equal(event_at(&w->a, 0).events, EVENT_HANGUP);
}

static void test_a_schemes_handle_is_readable_while_requests_wait(void **state)
{
    struct world *w = *state;
    handle_t scheme = do_scheme(&w->a, "srv");
    assert_int_equal(watch(&w->a, w->queue, scheme, EVENT_READABLE, 1), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 1, 0), -ERR_TIMEDOUT);
    assert_int_equal(do_open(&w->b, "srv:x", FILE_READ), STATUS_PARKED);
    assert_int_equal(wait_events(&w->a, w->queue, 1, 0), 1);
    assert_int_equal(event_at(&w->a, 0).events, EVENT_READABLE);
    assert_int_equal(do_receive(&w->a, scheme, 0), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 1, 0), -ERR_TIMEDOUT);
}

static void test_a_process_reports_its_end(void **state)
{
    struct world *w = *state;
    struct actor child;
    actor_start(&child, &w->rig);
    status_t h = handle_install(w->a.process, &child.process->object, RIGHT_ALL);
    assert_true(h >= 0);
    assert_int_equal(watch(&w->a, w->queue, (handle_t)h, EVENT_EXIT, 3), 0);
    assert_int_equal(wait_events(&w->a, w->queue, 1, DEADLINE_NEVER), STATUS_PARKED);
    actor_end(&child);
    assert_int_equal(actor_result(&w->a), 1);
    assert_int_equal(event_at(&w->a, 0).events, EVENT_EXIT);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_start, world_end)
    const struct CMUnitTest tests[] = {
        T(test_a_level_is_reported_until_it_falls),
        T(test_a_watch_of_something_ready_reports_at_once),
        T(test_waiting_ends_by_event_deadline_signal_and_close),
        T(test_a_pair_has_one_watch_and_watching_again_replaces_it),
        T(test_error_and_hangup_are_always_reported),
        T(test_hostile_arguments),
        T(test_more_events_than_room_come_in_turn),
        T(test_watches_end_with_the_last_handle_of_object_or_queue),
        T(test_watches_belong_to_the_watching_process),
        T(test_a_watch_ends_with_the_watchers_last_handle_of_the_object),
        T(test_every_waiter_of_a_queue_is_told),
        T(test_an_edge_is_reported_once_and_news_again),
        T(test_once_is_once_until_it_is_set_again),
        T(test_numbers_tell_watches_of_one_object_apart),
        T(test_a_kept_watch_outlives_its_process),
        T(test_a_queue_in_a_queue_is_readable_while_it_has_events),
        T(test_queues_do_not_contain_each_other),
        T(test_a_pending_signal_is_an_event),
        T(test_news_of_a_level_that_stays),
        T(test_events_of_a_scheme_come_to_its_server),
        T(test_watching_a_file_asks_its_server_to_report),
        T(test_a_schemes_handle_is_readable_while_requests_wait),
        T(test_a_process_reports_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
