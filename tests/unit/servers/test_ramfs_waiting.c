/* Do fifos and advisory locks wait, wake, cancel and end as they should? */
#include "ramfs_fixture.h"

#include <stdlib.h>

/* ---- Fifos ----------------------------------------------------------------------------------- */

static int64_t root;

static void make_fifo(void)
{
    root = open_at(0, "", FILE_PATH, 0);
    assert_int_equal(fs_path_verb(VERB_mknodat, "p", 0, MODE_FIFO | 0666), 0);
}

static struct loopback_call open_call(uint32_t flags)
{
    struct loopback_call call = new_call(VERB_open, root);
    call.args[0] = flags;
    call.in = "p";
    call.in_len = 1;
    return call;
}

/* Both ends, opened the usual way. */
static void open_ends(int64_t *reader, int64_t *writer)
{
    struct loopback_call call = open_call(FILE_READ);
    assert_int_equal(loopback_call(&fx.loopback, &call), LOOPBACK_PENDING);
    *writer = fs_open("p", FILE_WRITE, 0);
    assert_true(*writer > 0);
    assert_true(call.done && call.result == 0);
    *reader = (int64_t)call.values[0];
}

static struct loopback_call read_call(int64_t file, void *buffer, size_t len)
{
    struct loopback_call call = new_call(VERB_read, file);
    call.args[0] = UINT64_MAX;
    call.out = buffer;
    call.out_len = (uint32_t)len;
    return call;
}

static void test_fifo_open_waits_for_the_other_end(void **state)
{
    int64_t reader, writer;
    make_fifo();
    open_ends(&reader, &writer);
    struct dyad_stat st;
    assert_int_equal(fs_fstat(reader, &st), 0);
    assert_int_equal(st.mode, MODE_FIFO | 0666);
    fs_close(reader);
    fs_close(writer);
    assert_int_equal(fs_open("p", FILE_WRITE | FILE_NONBLOCK, 0), -ERR_NXIO);
    reader = fs_open("p", FILE_READ | FILE_NONBLOCK, 0);
    assert_true(reader > 0);
    writer = fs_open("p", FILE_WRITE | FILE_NONBLOCK, 0);
    assert_true(writer > 0);
}

static void test_fifo_open_can_be_cancelled(void **state)
{
    make_fifo();
    struct loopback_call call = open_call(FILE_WRITE);
    assert_int_equal(loopback_call(&fx.loopback, &call), LOOPBACK_PENDING);
    loopback_cancel(&fx.loopback, &call);
    assert_true(call.done);
    assert_int_equal(call.result, -ERR_INTR);
    assert_int_equal(fs_open("p", FILE_WRITE | FILE_NONBLOCK, 0),
                     -ERR_NXIO); /* it counts no longer */
}

static void test_fifo_open_of_a_killed_client_leaves_nothing(void **state)
{
    make_fifo();
    struct loopback_call call = open_call(FILE_READ);
    assert_int_equal(loopback_call(&fx.loopback, &call), LOOPBACK_PENDING);
    loopback_abandon(&fx.loopback, &call);
    loopback_run(&fx.loopback);
    assert_int_equal(fs_open("p", FILE_WRITE | FILE_NONBLOCK, 0), -ERR_NXIO);
    assert_int_equal(fx.server.deferred_count, 0);
}

static void test_fifo_read_waits_for_bytes_and_sees_the_end(void **state)
{
    char buffer[16];
    int64_t reader, writer;
    make_fifo();
    open_ends(&reader, &writer);
    struct loopback_call call = read_call(reader, buffer, sizeof(buffer));
    assert_int_equal(loopback_call(&fx.loopback, &call), LOOPBACK_PENDING);
    assert_int_equal(fs_write(writer, "hello", 5, UINT64_MAX), 5);
    assert_int_equal(call.result, 5);
    assert_memory_equal(buffer, "hello", 5);
    call = read_call(reader, buffer, sizeof(buffer));
    assert_int_equal(loopback_call(&fx.loopback, &call), LOOPBACK_PENDING);
    fs_close(writer);
    assert_true(call.done);
    assert_int_equal(call.result, 0);
}

static void test_fifo_write_without_readers_breaks(void **state)
{
    int64_t reader, writer;
    make_fifo();
    open_ends(&reader, &writer);
    fs_close(reader);
    assert_int_equal(fs_write(writer, "x", 1, UINT64_MAX), -ERR_PIPE);
}

static void test_fifo_passes_much_data_in_order(void **state)
{
    enum { LEN = 300000 };
    char *data = malloc(LEN), *back = malloc(LEN);
    int64_t reader, writer, got = 0;
    for (int i = 0; i < LEN; i++)
        data[i] = (char)(i * 31 >> 3);
    make_fifo();
    open_ends(&reader, &writer);
    struct loopback_call call = new_call(VERB_write, writer);
    call.in = data;
    call.in_len = LEN;
    assert_int_equal(loopback_call(&fx.loopback, &call), LOOPBACK_PENDING);
    while (got < LEN) {
        int64_t part = fs_read(reader, back + got, 7777, UINT64_MAX);
        assert_true(part > 0);
        got += part;
    }
    assert_int_equal(call.result, LEN);
    assert_memory_equal(data, back, LEN);
    free(data);
    free(back);
}

/* Ten bytes more fit. */
static void open_nearly_full(int64_t *reader, int64_t *writer)
{
    static char fill[65536 - 10];
    make_fifo();
    open_ends(reader, writer);
    assert_int_equal(fs_write(*writer, fill, sizeof(fill), UINT64_MAX), sizeof(fill));
}

static void test_fifo_small_writes_are_atomic(void **state)
{
    static char small[20];
    int64_t reader, writer;
    open_nearly_full(&reader, &writer);
    struct loopback_call call = new_call(VERB_write, writer);
    call.in = small;
    call.in_len = sizeof(small);
    call.file_flags = FILE_NONBLOCK;
    assert_int_equal(loopback_call(&fx.loopback, &call), -ERR_AGAIN); /* ten bytes would fit */
    call.file_flags = 0;
    assert_int_equal(loopback_call(&fx.loopback, &call), LOOPBACK_PENDING);
    char buffer[64];
    assert_int_equal(fs_read(reader, buffer, sizeof(buffer), UINT64_MAX), sizeof(buffer));
    assert_int_equal(call.result, sizeof(small));
}

static void test_fifo_smaller_write_goes_on_when_the_first_gives_up(void **state)
{
    static char small[20];
    int64_t reader, writer;
    open_nearly_full(&reader, &writer);
    struct loopback_call first = new_call(VERB_write, writer);
    first.in = small;
    first.in_len = sizeof(small);
    struct loopback_call second = first;
    second.in_len = 5; /* there is room for it, but not its turn */
    assert_int_equal(loopback_call(&fx.loopback, &first), LOOPBACK_PENDING);
    assert_int_equal(loopback_call(&fx.loopback, &second), LOOPBACK_PENDING);
    loopback_cancel(&fx.loopback, &first);
    assert_int_equal(first.result, -ERR_INTR);
    assert_true(second.done);
    assert_int_equal(second.result, 5);
}

static void test_fifo_cancelled_write_tells_what_was_written(void **state)
{
    enum { LEN = 70000 };
    char *data = calloc(1, LEN);
    int64_t reader, writer;
    make_fifo();
    open_ends(&reader, &writer);
    struct loopback_call call = new_call(VERB_write, writer);
    call.in = data;
    call.in_len = LEN;
    assert_int_equal(loopback_call(&fx.loopback, &call), LOOPBACK_PENDING);
    loopback_cancel(&fx.loopback, &call);
    assert_int_equal(call.result, 65536);
    free(data);
}

static void test_fifo_keeps_the_bytes_of_a_lost_answer(void **state)
{
    char buffer[16];
    int64_t reader, writer;
    make_fifo();
    open_ends(&reader, &writer);
    struct loopback_call call = read_call(reader, buffer, 3);
    assert_int_equal(loopback_call(&fx.loopback, &call), LOOPBACK_PENDING);
    call.gone = true; /* killed, and the server does not know yet */
    assert_int_equal(fs_write(writer, "abcdef", 6, UINT64_MAX), 6);
    assert_int_equal(fs_read(reader, buffer, sizeof(buffer), UINT64_MAX), 6);
    assert_memory_equal(buffer, "abcdef", 6);
}

static void test_fifo_levels_for_poll(void **state)
{
    int64_t reader, writer;
    char byte;
    make_fifo();
    open_ends(&reader, &writer);
    assert_int_equal(fs_verb(VERB_watch, reader, EVENT_READABLE, 0, 0, 0), 0);
    assert_int_equal(fx.loopback.notified_file, reader);
    assert_int_equal(fx.loopback.notified_ready, 0);
    assert_int_equal(fs_write(writer, "x", 1, UINT64_MAX), 1);
    assert_int_equal(fx.loopback.notified_ready, EVENT_READABLE);
    assert_int_equal(fs_read(reader, &byte, 1, UINT64_MAX), 1);
    assert_int_equal(fx.loopback.notified_ready, 0);
    fs_close(writer);
    assert_int_equal(fx.loopback.notified_ready, EVENT_READABLE | EVENT_HANGUP);
}

/* ---- Locks ----------------------------------------------------------------------------------- */

enum { GET = 5, SET = 6, WAIT = 7, FLOCK = 8, FLOCK_WAIT = 9, RD = 0, WR = 1, UN = 2 };

static int64_t file_a, file_b;

static void open_locked_file(void)
{
    assert_int_equal(fs_make("f", "x", 0666), 0);
    file_a = fs_open("f", FILE_RDWR, 0);
    file_b = fs_open("f", FILE_RDWR, 0);
}

static struct loopback_call lock_call(uint32_t pid, int64_t file, uint64_t command, uint64_t start,
                                      uint64_t len, uint64_t type)
{
    struct loopback_call call = new_call(VERB_lock, file);
    call.cred.pid = pid;
    call.args[0] = command;
    call.args[1] = start;
    call.args[2] = len;
    call.args[3] = type;
    return call;
}

static int64_t lock(uint32_t pid, int64_t file, uint64_t command, uint64_t start, uint64_t len,
                    uint64_t type)
{
    struct loopback_call call = lock_call(pid, file, command, start, len, type);
    int64_t result = loopback_call(&fx.loopback, &call);
    assert_true(result != LOOPBACK_PENDING);
    return result;
}

static void test_locks_exclude_each_other_by_range_and_type(void **state)
{
    open_locked_file();
    assert_int_equal(lock(1, file_a, SET, 10, 10, WR), 0);
    assert_int_equal(lock(2, file_b, SET, 19, 1, RD), -ERR_AGAIN);
    assert_int_equal(lock(2, file_b, SET, 20, 0, RD), 0);
    assert_int_equal(lock(3, file_b, SET, 30, 5, RD), 0);
    assert_int_equal(lock(3, file_b, SET, 30, 5, WR), -ERR_AGAIN);
    assert_int_equal(lock(1, file_b, SET, 12, 3, RD), 0); /* its own, whatever the descriptor */
    assert_int_equal(lock(2, file_b, SET, 0, 0, 9), -ERR_INVAL);
}

static void test_unlocking_the_middle_splits(void **state)
{
    open_locked_file();
    assert_int_equal(lock(1, file_a, SET, 0, 100, WR), 0);
    assert_int_equal(lock(1, file_a, SET, 40, 20, UN), 0);
    assert_int_equal(lock(2, file_b, SET, 40, 20, WR), 0);
    assert_int_equal(lock(2, file_b, SET, 39, 1, WR), -ERR_AGAIN);
    assert_int_equal(lock(2, file_b, SET, 60, 1, WR), -ERR_AGAIN);
    assert_int_equal(lock(2, file_b, SET, 100, 0, WR), 0);
}

static void test_query_names_the_lock_in_the_way(void **state)
{
    struct {
        uint64_t start, length;
        uint32_t type, pid;
    } answer;
    open_locked_file();
    assert_int_equal(lock(1, file_a, SET, 5, 6, WR), 0);
    struct loopback_call call = lock_call(2, file_b, GET, 0, 0, RD);
    call.out = &answer;
    call.out_len = sizeof(answer);
    assert_int_equal(loopback_call(&fx.loopback, &call), WR);
    assert_int_equal(answer.start, 5);
    assert_int_equal(answer.length, 6);
    assert_int_equal(answer.pid, 1);
    assert_int_equal(lock(1, file_b, GET, 0, 0, RD), UN);
}

static void test_waiting_lock_gets_its_turn(void **state)
{
    open_locked_file();
    assert_int_equal(lock(1, file_a, SET, 0, 10, WR), 0);
    struct loopback_call reader = lock_call(2, file_b, WAIT, 0, 10, RD),
                         other = lock_call(3, file_b, WAIT, 0, 10, RD);
    assert_int_equal(loopback_call(&fx.loopback, &reader), LOOPBACK_PENDING);
    assert_int_equal(loopback_call(&fx.loopback, &other), LOOPBACK_PENDING);
    loopback_cancel(&fx.loopback, &other);
    assert_int_equal(other.result, -ERR_INTR);
    assert_int_equal(lock(1, file_a, SET, 0, 10, UN), 0);
    assert_true(reader.done && reader.result == 0);
    assert_int_equal(lock(1, file_a, SET, 0, 1, WR), -ERR_AGAIN);
}

static void test_closing_releases_and_wakes(void **state)
{
    open_locked_file();
    assert_int_equal(lock(1, file_a, SET, 0, 10, WR), 0);
    struct loopback_call waiting = lock_call(2, file_b, WAIT, 0, 10, WR);
    assert_int_equal(loopback_call(&fx.loopback, &waiting), LOOPBACK_PENDING);
    fs_close(file_a);
    assert_true(waiting.done && waiting.result == 0);
}

static void test_circle_of_waiters_is_refused(void **state)
{
    open_locked_file();
    assert_int_equal(lock(1, file_a, SET, 0, 1, WR), 0);
    assert_int_equal(lock(2, file_b, SET, 1, 1, WR), 0);
    struct loopback_call waiting = lock_call(1, file_a, WAIT, 1, 1, WR);
    assert_int_equal(loopback_call(&fx.loopback, &waiting), LOOPBACK_PENDING);
    assert_int_equal(lock(2, file_b, WAIT, 0, 1, WR), -ERR_DEADLK);
    assert_int_equal(lock(2, file_b, SET, 1, 1, UN), 0);
    assert_true(waiting.done);
}

static void test_flock_belongs_to_the_open_file(void **state)
{
    open_locked_file();
    assert_int_equal(lock(1, file_a, FLOCK, 0, 0, WR), 0);
    assert_int_equal(lock(1, file_b, FLOCK, 0, 0, WR), -ERR_AGAIN);
    assert_int_equal(lock(1, file_b, SET, 0, 0, WR), 0); /* the kinds do not see each other */
    struct loopback_call waiting = lock_call(1, file_b, FLOCK_WAIT, 0, 0, RD);
    assert_int_equal(loopback_call(&fx.loopback, &waiting), LOOPBACK_PENDING);
    assert_int_equal(lock(2, file_a, FLOCK, 0, 0, RD),
                     0); /* from write to read: now both can read */
    assert_true(waiting.done && waiting.result == 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(test_fifo_open_waits_for_the_other_end),
        T(test_fifo_open_can_be_cancelled),
        T(test_fifo_open_of_a_killed_client_leaves_nothing),
        T(test_fifo_read_waits_for_bytes_and_sees_the_end),
        T(test_fifo_write_without_readers_breaks),
        T(test_fifo_passes_much_data_in_order),
        T(test_fifo_small_writes_are_atomic),
        T(test_fifo_smaller_write_goes_on_when_the_first_gives_up),
        T(test_fifo_cancelled_write_tells_what_was_written),
        T(test_fifo_keeps_the_bytes_of_a_lost_answer),
        T(test_fifo_levels_for_poll),
        T(test_locks_exclude_each_other_by_range_and_type),
        T(test_unlocking_the_middle_splits),
        T(test_query_names_the_lock_in_the_way),
        T(test_waiting_lock_gets_its_turn),
        T(test_closing_releases_and_wakes),
        T(test_circle_of_waiters_is_refused),
        T(test_flock_belongs_to_the_open_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
