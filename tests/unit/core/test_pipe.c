/* test_pipe.c: do pipes keep bytes, atomicity, ends and signals as POSIX wants them? And futexes their wake-ups? */
#include "ipc_test.h"

#define MS        1000000UL
#define PIPE_SIZE 65536u

struct world {
    struct rig rig;
    struct actor a, b; /* threads of one process */
    handle_t reader, writer;
};

static int world_start(void **state)
{
    static struct world world;
    struct world *w = &world;
    memset(w, 0, sizeof *w);
    rig_start(&w->rig);
    actor_start(&w->a, &w->rig);
    actor_thread(&w->b, &w->a);
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

static void fill(struct actor *a, uint64_t user, size_t bytes, uint8_t first)
{
    static uint8_t pattern[2 * PIPE_SIZE];
    for (size_t i = 0; i < bytes; i++)
        pattern[i] = (uint8_t)(first + i * 7);
    put(a, user, pattern, bytes);
}

static void expect(struct actor *a, uint64_t user, size_t bytes, uint8_t first)
{
    static uint8_t found[2 * PIPE_SIZE];
    get(a, user, found, bytes);
    for (size_t i = 0; i < bytes; i++)
        assert_int_equal(found[i], (uint8_t)(first + i * 7));
}

static status_t write_some(struct actor *a, struct world *w, uint64_t bytes)
{
    return do_write(a, w->writer, AT_IN, bytes, UINT64_MAX);
}

static status_t read_some(struct actor *a, struct world *w, uint64_t bytes)
{
    return do_read(a, w->reader, AT_OUT, bytes, UINT64_MAX);
}

static void test_bytes_come_out_as_they_went_in(void **state)
{
    struct world *w = *state;
    fill(&w->a, AT_IN, 100, 3);
    assert_int_equal(write_some(&w->a, w, 100), 100);
    assert_int_equal(read_some(&w->a, w, 40), 40);
    expect(&w->a, AT_OUT, 40, 3);
    assert_int_equal(read_some(&w->a, w, 100), 60);
    expect(&w->a, AT_OUT, 60, (uint8_t)(3 + 40 * 7));
    /* Around the ring's end, in odd sizes. */
    uint8_t in = 0, out = 0;
    for (unsigned i = 0; i < 200; i++) {
        fill(&w->a, AT_IN, 3001, in);
        assert_int_equal(write_some(&w->a, w, 3001), 3001);
        in = (uint8_t)(in + 3001 * 7);
        for (unsigned left = 3001; left != 0;) {
            unsigned most = left < 1000 ? left : 1000;
            status_t got = read_some(&w->a, w, most);
            assert_in_range(got, 1, most);
            expect(&w->a, AT_OUT, (size_t)got, out);
            out = (uint8_t)(out + got * 7);
            left -= (unsigned)got;
        }
    }
}

static void test_a_full_pipe_holds_64_kib_and_then_blocks(void **state)
{
    struct world *w = *state;
    fill(&w->a, AT_IN, PIPE_SIZE, 1);
    assert_int_equal(write_some(&w->a, w, PIPE_SIZE), PIPE_SIZE);
    assert_int_equal(write_some(&w->a, w, 1), STATUS_PARKED);
    assert_int_equal(read_some(&w->b, w, PIPE_SIZE), PIPE_SIZE);
    expect(&w->b, AT_OUT, PIPE_SIZE, 1);
    assert_int_equal(actor_result(&w->a), 1);
}

static void test_a_reader_waits_and_gets_what_comes(void **state)
{
    struct world *w = *state;
    assert_int_equal(read_some(&w->a, w, 100), STATUS_PARKED);
    fill(&w->b, AT_IN, 3, 9);
    assert_int_equal(write_some(&w->b, w, 3), 3);
    assert_int_equal(actor_result(&w->a), 3);
    expect(&w->a, AT_OUT, 3, 9);
}

static void test_a_large_write_goes_on_as_room_comes(void **state)
{
    struct world *w = *state;
    fill(&w->a, AT_IN, PIPE_SIZE, 5);
    assert_int_equal(write_some(&w->a, w, 10000), 10000);
    assert_int_equal(write_some(&w->a, w, PIPE_SIZE), STATUS_PARKED);
    unsigned total = 10000 + PIPE_SIZE;
    while (total != 0) {
        status_t got = read_some(&w->b, w, 7000);
        assert_in_range(got, 1, 7000);
        total -= (unsigned)got;
    }
    assert_int_equal(actor_result(&w->a), PIPE_SIZE);
}

static void test_small_writes_go_in_whole_or_wait(void **state)
{
    struct world *w = *state;
    assert_int_equal(write_some(&w->a, w, PIPE_SIZE - 4000), PIPE_SIZE - 4000);
    assert_int_equal(write_some(&w->a, w, 4096), STATUS_PARKED);
    assert_int_equal(read_some(&w->b, w, 50), 50);
    assert_true(actor_parked(&w->a)); /* 4050 bytes are free */
    assert_int_equal(read_some(&w->b, w, 46), 46);
    assert_int_equal(actor_result(&w->a), 4096);
}

static void test_nonblocking_ends_say_so(void **state)
{
    struct world *w = *state;
    assert_int_equal(
        CALL(&w->a, handle_control(w->a.t, w->reader, HANDLE_SET_FLAGS, FILE_NONBLOCK)), 0);
    assert_int_equal(
        CALL(&w->a, handle_control(w->a.t, w->writer, HANDLE_SET_FLAGS, FILE_NONBLOCK)), 0);
    assert_int_equal(CALL(&w->a, handle_control(w->a.t, w->writer, HANDLE_GET_FLAGS, 0)),
                     FILE_NONBLOCK | FILE_WRITE);
    assert_int_equal(read_some(&w->a, w, 1), -ERR_AGAIN);
    assert_int_equal(write_some(&w->a, w, PIPE_SIZE - 10), PIPE_SIZE - 10);
    assert_int_equal(write_some(&w->a, w, 4096), -ERR_AGAIN); /* atomic: not a part of it */
    assert_int_equal(write_some(&w->a, w, 5000), 10);         /* not atomic: a part */
    assert_int_equal(write_some(&w->a, w, 1), -ERR_AGAIN);
    assert_int_equal(CALL(&w->a, pipe_create(w->a.t, AT_OUT, 1)), -ERR_INVAL);
}

static void test_a_signal_returns_what_was_moved(void **state)
{
    struct world *w = *state;
    assert_int_equal(read_some(&w->a, w, 1), STATUS_PARKED);
    actor_signal(&w->a);
    assert_int_equal(actor_result(&w->a), -ERR_INTR);
    assert_int_equal(read_some(&w->a, w, 1), -ERR_INTR); /* still pending */
    actor_signal_taken(&w->a);
    assert_int_equal(write_some(&w->a, w, 60000), 60000);
    assert_int_equal(write_some(&w->a, w, 10000), STATUS_PARKED);
    actor_signal(&w->a);
    assert_int_equal(actor_result(&w->a), PIPE_SIZE - 60000);
    actor_signal_taken(&w->a);
}

static void test_no_writer_is_the_end_and_no_reader_is_epipe_and_a_signal(void **state)
{
    struct world *w = *state;
    assert_int_equal(write_some(&w->a, w, 3), 3);
    assert_int_equal(do_close(&w->a, w->writer), 0);
    assert_int_equal(read_some(&w->a, w, 10), 3);
    assert_int_equal(read_some(&w->a, w, 10), 0);
    handle_t ends[2];
    assert_int_equal(CALL(&w->a, pipe_create(w->a.t, AT_OUT, 0)), 0);
    get(&w->a, AT_OUT, ends, sizeof ends);
    lock_acquire(&w->a.process->lock);
    w->a.process->signal_caught = DYAD_SIGNAL_BIT(DYAD_SIGPIPE);
    lock_release(&w->a.process->lock);
    assert_int_equal(do_write(&w->a, ends[1], AT_IN, PIPE_SIZE, UINT64_MAX), PIPE_SIZE);
    assert_int_equal(do_write(&w->a, ends[1], AT_IN, 1, UINT64_MAX), STATUS_PARKED);
    assert_int_equal(do_close(&w->b, ends[0]), 0);
    assert_int_equal(actor_result(&w->a), -ERR_PIPE);
    assert_true((w->a.t->signal_pending | w->a.process->signal_pending) &
                DYAD_SIGNAL_BIT(DYAD_SIGPIPE));
    assert_int_equal(do_write(&w->a, ends[1], AT_IN, 1, UINT64_MAX), -ERR_PIPE);
}

static void test_closing_the_last_writer_wakes_the_readers(void **state)
{
    struct world *w = *state;
    struct actor c;
    actor_thread(&c, &w->a);
    assert_int_equal(read_some(&w->a, w, 1), STATUS_PARKED);
    assert_int_equal(read_some(&w->b, w, 1), STATUS_PARKED);
    status_t copy = CALL(&c, handle_dup(c.t, w->writer, RIGHT_ALL));
    assert_int_equal(do_close(&c, w->writer), 0);
    assert_true(actor_parked(&w->a));
    assert_int_equal(do_close(&c, (handle_t)copy), 0);
    assert_int_equal(actor_result(&w->a), 0);
    assert_int_equal(actor_result(&w->b), 0);
    actor_kill(&c);
    actor_drop(&c);
}

static void test_two_readers_share_what_is_written(void **state)
{
    struct world *w = *state;
    struct actor c;
    actor_thread(&c, &w->a);
    assert_int_equal(read_some(&w->a, w, 2), STATUS_PARKED);
    assert_int_equal(do_read(&w->b, w->reader, AT_BUFFER, 2, UINT64_MAX), STATUS_PARKED);
    assert_int_equal(write_some(&c, w, 4), 4); /* one wake-up, handed on */
    assert_int_equal(actor_result(&w->a), 2);
    assert_int_equal(actor_result(&w->b), 2);
    actor_kill(&c);
    actor_drop(&c);
}

static void test_bad_memory_and_offsets_change_nothing(void **state)
{
    struct world *w = *state;
    assert_int_equal(do_write(&w->a, w->writer, USER_BAD, 10, UINT64_MAX), -ERR_FAULT);
    assert_int_equal(do_write(&w->a, w->writer, USER_BASE + USER_BYTES - 5, 10, UINT64_MAX),
                     -ERR_FAULT);
    assert_int_equal(
        CALL(&w->a, handle_control(w->a.t, w->reader, HANDLE_SET_FLAGS, FILE_NONBLOCK)), 0);
    assert_int_equal(read_some(&w->a, w, 1), -ERR_AGAIN);
    assert_int_equal(write_some(&w->a, w, 10), 10);
    assert_int_equal(do_read(&w->a, w->reader, USER_BAD, 10, UINT64_MAX), -ERR_FAULT);
    assert_int_equal(read_some(&w->a, w, 100), 10);
    assert_int_equal(do_read(&w->a, w->reader, AT_OUT, 1, 0), -ERR_SPIPE);
    assert_int_equal(do_write(&w->a, w->writer, AT_IN, 1, 7), -ERR_SPIPE);
    assert_int_equal(do_read(&w->a, w->reader, USER_BAD, 0, UINT64_MAX), 0);
    assert_int_equal(do_read(&w->a, w->writer, AT_OUT, 1, UINT64_MAX), -ERR_ACCES);
    assert_int_equal(CALL(&w->a, pipe_create(w->a.t, USER_BAD, 0)), -ERR_FAULT);
    assert_int_equal(w->a.process->handles.count, 2);
    assert_int_equal(CALL(&w->a, handle_control(w->a.t, w->reader, HANDLE_SEEK_SET, 0)),
                     -ERR_SPIPE);
    struct call_args args = {.out = (void *)AT_OUT, .out_len = 4096, .send = HANDLE_NONE};
    assert_int_equal(do_call_args(&w->a, w->reader, VERB_stat, args), 0);
    assert_int_equal(do_call_args(&w->a, w->reader, VERB_control, args), -ERR_NOTTY);
}

/* ---- futexes ---- */

static void set_word(struct actor *a, uint32_t value)
{
    put(a, AT_DATA, &value, sizeof value);
}

static status_t wait_word(struct actor *a, uint32_t expected, uint64_t deadline)
{
    return CALL(a, futex_wait(a->t, AT_DATA, expected, deadline));
}

static void test_futex_waits_only_while_the_word_is_as_expected(void **state)
{
    struct world *w = *state;
    set_word(&w->a, 5);
    assert_int_equal(wait_word(&w->a, 4, DEADLINE_NEVER), -ERR_AGAIN);
    assert_int_equal(wait_word(&w->a, 5, DEADLINE_NEVER), STATUS_PARKED);
    assert_int_equal(CALL(&w->b, futex_wake(w->b.t, AT_DATA + 4, 10)), 0); /* another word */
    assert_int_equal(CALL(&w->b, futex_wake(w->b.t, AT_DATA, 0)), 0);
    assert_true(actor_parked(&w->a));
    assert_int_equal(CALL(&w->b, futex_wake(w->b.t, AT_DATA, 10)), 1);
    assert_int_equal(actor_result(&w->a), 0);
    assert_int_equal(wait_word(&w->a, 5, 0), -ERR_TIMEDOUT);
    assert_int_equal(wait_word(&w->a, 5, atomic_load(&fake_arch.now_ns) + MS), STATUS_PARKED);
    rig_advance(&w->rig, 2 * MS);
    assert_int_equal(actor_result(&w->a), -ERR_TIMEDOUT);
    assert_int_equal(wait_word(&w->a, 5, DEADLINE_NEVER), STATUS_PARKED);
    actor_signal(&w->a);
    assert_int_equal(actor_result(&w->a), -ERR_INTR);
    actor_signal_taken(&w->a);
    assert_int_equal(CALL(&w->b, futex_wake(w->b.t, AT_DATA, 10)), 0);
    assert_int_equal(CALL(&w->a, futex_wait(w->a.t, USER_BAD, 0, 0)), -ERR_FAULT);
    assert_true(CALL(&w->a, futex_wait(w->a.t, AT_DATA + 1, 0, 0)) < 0);
    assert_int_equal(CALL(&w->a, futex_wake(w->a.t, USER_BAD, 1)), -ERR_FAULT);
}

static void test_futex_wakes_as_many_as_asked_in_order(void **state)
{
    enum { MANY = 150 };
    struct world *w = *state;
    struct actor many[MANY];
    set_word(&w->a, 1);
    for (unsigned i = 0; i < MANY; i++) {
        actor_thread(&many[i], &w->a);
        assert_int_equal(wait_word(&many[i], 1, DEADLINE_NEVER), STATUS_PARKED);
    }
    assert_int_equal(CALL(&w->b, futex_wake(w->b.t, AT_DATA, 2)), 2);
    assert_false(actor_parked(&many[0]));
    assert_false(actor_parked(&many[1]));
    assert_true(actor_parked(&many[2]));
    assert_int_equal(CALL(&w->b, futex_wake(w->b.t, AT_DATA, UINT64_MAX)), MANY - 2);
    for (unsigned i = 0; i < MANY; i++)
        assert_int_equal(actor_result(&many[i]), 0);
    actor_kill(&w->a);
    for (unsigned i = 0; i < MANY; i++)
        actor_drop(&many[i]);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_start, world_end)
    const struct CMUnitTest tests[] = {
        T(test_bytes_come_out_as_they_went_in),
        T(test_a_full_pipe_holds_64_kib_and_then_blocks),
        T(test_a_reader_waits_and_gets_what_comes),
        T(test_a_large_write_goes_on_as_room_comes),
        T(test_small_writes_go_in_whole_or_wait),
        T(test_nonblocking_ends_say_so),
        T(test_a_signal_returns_what_was_moved),
        T(test_no_writer_is_the_end_and_no_reader_is_epipe_and_a_signal),
        T(test_closing_the_last_writer_wakes_the_readers),
        T(test_two_readers_share_what_is_written),
        T(test_bad_memory_and_offsets_change_nothing),
        T(test_futex_waits_only_while_the_word_is_as_expected),
        T(test_futex_wakes_as_many_as_asked_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
