/* Do record locks end with their process, and are waiters in a circle found behind any of several readers? */
#include "ramfs_fixture.h"

enum { GET = 5, SET = 6, WAIT = 7, FLOCK = 8, FILE_GET = 10, FILE_SET = 11, FILE_WAIT = 12 };
enum { RD = 0, WR = 1, UN = 2 };
enum { PROCESS = 20000 }; /* handle of process n: PROCESS + n */

static int64_t file_a, file_b;
static unsigned shown, closed;
static bool dead[8];

static int64_t process_lives(void *context, handle_t handle, uint64_t *kid)
{
    if (handle < PROCESS)
        return -ERR_INVAL;
    *kid = (uint64_t)(handle - PROCESS);
    return !dead[*kid];
}

static void (*object_close)(void *context, handle_t);
static void close_handle(void *context, handle_t handle)
{
    if (handle >= PROCESS)
        closed++;
    else
        object_close(context, handle);
}

static void library_closes(struct loopback *loopback, handle_t handle)
{
    closed += handle >= PROCESS;
}

static int setup(void **state)
{
    fixture_setup(state);
    object_close = fx.platform.object_close;
    fx.platform.object_close = close_handle;
    fx.platform.process_lives = process_lives;
    fx.loopback.on_handle_close = library_closes;
    shown = closed = 0;
    memset(dead, 0, sizeof(dead));
    assert_int_equal(fs_make("f", "x", 0666), 0);
    file_a = fs_open("f", FILE_RDWR, 0);
    file_b = fs_open("f", FILE_RDWR, 0);
    return 0;
}

/* Every handle that a client has shown is closed at the end. */
static int teardown(void **state)
{
    fixture_teardown(state);
    assert_int_equal(shown, closed);
    return 0;
}

static struct loopback_call lock_call(unsigned process, int64_t file, uint64_t command,
                                      uint64_t start, uint64_t len, uint64_t type)
{
    struct loopback_call call = new_call(VERB_lock, file);
    call.cred.pid = process;
    call.kid = process;
    call.args[0] = command;
    call.args[1] = start;
    call.args[2] = len;
    call.args[3] = type;
    return call;
}

/* As libc does it: with a handle when the server asks for one. */
static int64_t submit(struct loopback_call *call)
{
    int64_t result = loopback_call(&fx.loopback, call);
    if (result != -ERR_SRCH)
        return result;
    call->done = false;
    call->has_send = true;
    call->send = PROCESS + (handle_t)call->kid;
    shown++;
    return loopback_call(&fx.loopback, call);
}

static int64_t lock(unsigned process, int64_t file, uint64_t command, uint64_t start, uint64_t len,
                    uint64_t type)
{
    struct loopback_call call = lock_call(process, file, command, start, len, type);
    int64_t result = submit(&call);
    assert_true(result != LOOPBACK_PENDING);
    return result;
}

static void test_a_process_shows_itself_once(void **state)
{
    struct loopback_call call = lock_call(1, file_a, SET, 0, 1, WR);
    assert_int_equal(loopback_call(&fx.loopback, &call), -ERR_SRCH);
    assert_int_equal(lock(1, file_a, SET, 0, 1, UN), 0); /* to unlock it need not */
    assert_int_equal(shown, 0);
    assert_int_equal(lock(1, file_a, SET, 0, 1, WR), 0);
    assert_int_equal(lock(1, file_b, SET, 4, 1, RD), 0);
    assert_int_equal(lock(1, file_b, SET, 0, 0, UN), 0);
    assert_int_equal(lock(1, file_b, SET, 4, 1, RD), 0);
    assert_int_equal(shown, 1);
    assert_int_equal(fx.loopback.watched_handle, PROCESS + 1);
    assert_int_equal(fx.loopback.watched_mask, EVENT_EXIT);
}

static void test_another_process_or_no_process_is_refused(void **state)
{
    struct loopback_call call = lock_call(1, file_a, SET, 0, 1, WR);
    call.has_send = true;
    call.send = PROCESS + 2;
    shown++;
    assert_int_equal(loopback_call(&fx.loopback, &call), -ERR_INVAL);
    call.done = false;
    call.send = 15000; /* something else */
    fx.handles++;
    assert_int_equal(loopback_call(&fx.loopback, &call), -ERR_INVAL);
    assert_int_equal(fx.handles, 0); /* it was closed */
    assert_int_equal(lock(2, file_b, SET, 0, 0, WR), 0);
}

static void test_the_end_of_a_process_ends_its_locks(void **state)
{
    assert_int_equal(lock(2, file_b, SET, 100, 1, WR), 0);
    assert_int_equal(lock(1, file_a, SET, 0, 10, WR), 0);
    assert_int_equal(lock(1, file_b, SET, 20, 10, RD), 0);
    struct loopback_call first = lock_call(2, file_b, WAIT, 5, 1, WR),
                         second = lock_call(2, file_a, WAIT, 25, 1, WR);
    assert_int_equal(submit(&first), LOOPBACK_PENDING);
    assert_int_equal(submit(&second), LOOPBACK_PENDING);
    dead[1] = true;
    loopback_event(&fx.loopback, EVENT_EXIT);
    assert_true(first.done && first.result == 0);
    assert_true(second.done && second.result == 0);
    assert_int_equal(closed, 1);
    dead[1] = false;
    assert_int_equal(lock(1, file_a, SET, 5, 1, WR), -ERR_AGAIN); /* it is process 2's */
    assert_int_equal(lock(1, file_a, SET, 0, 5, WR), 0);
}

/* The notice may come after a request of somebody who knows already. */
static void test_a_dead_process_is_not_in_the_way_before_the_notice(void **state)
{
    assert_int_equal(lock(1, file_a, SET, 0, 10, WR), 0);
    struct loopback_call waiting = lock_call(3, file_b, WAIT, 9, 1, RD);
    assert_int_equal(submit(&waiting), LOOPBACK_PENDING);
    dead[1] = true;
    struct dyad_lock_reply answer;
    struct loopback_call query = lock_call(2, file_b, GET, 0, 5, WR);
    query.out = &answer;
    query.out_len = sizeof(answer);
    assert_int_equal(submit(&query), FILE_LOCK_NONE);
    assert_true(waiting.done && waiting.result == 0);
    assert_int_equal(lock(2, file_b, SET, 0, 5, WR), 0);
}

static void test_a_circle_behind_the_second_reader_is_found(void **state)
{
    assert_int_equal(lock(1, file_a, SET, 7, 1, RD), 0);
    assert_int_equal(lock(2, file_a, SET, 7, 1, RD), 0);
    assert_int_equal(lock(3, file_a, SET, 0, 1, WR), 0);
    assert_int_equal(lock(4, file_a, SET, 50, 1, WR), 0);
    for (unsigned reader = 1; reader <= 2; reader++) {
        struct loopback_call waiting = lock_call(reader, file_a, WAIT, 0, 1, WR);
        assert_int_equal(submit(&waiting), LOOPBACK_PENDING);
        assert_int_equal(lock(3, file_a, WAIT, 7, 1, WR), -ERR_DEADLK);
        struct loopback_call other = lock_call(4, file_a, WAIT, 7, 1, WR);
        assert_int_equal(submit(&other), LOOPBACK_PENDING); /* nobody waits for process 4 */
        loopback_cancel(&fx.loopback, &other);
        loopback_cancel(&fx.loopback, &waiting);
    }
    struct loopback_call waiting = lock_call(3, file_a, WAIT, 7, 1, WR);
    assert_int_equal(submit(&waiting), LOOPBACK_PENDING);
    assert_int_equal(lock(1, file_a, SET, 0, 0, UN), 0);
    assert_int_equal(lock(2, file_a, SET, 0, 0, UN), 0);
    assert_true(waiting.done && waiting.result == 0);
}

static void test_neighbours_become_one_lock(void **state)
{
    struct dyad_lock_reply answer;
    assert_int_equal(lock(1, file_a, SET, 10, 5, WR), 0);
    assert_int_equal(lock(1, file_a, SET, 20, 5, WR), 0);
    assert_int_equal(lock(1, file_a, SET, 15, 5, WR), 0);
    assert_int_equal(lock(1, file_a, SET, 25, 5, RD), 0);
    struct loopback_call query = lock_call(2, file_b, GET, 0, 0, WR);
    query.out = &answer;
    query.out_len = sizeof(answer);
    assert_int_equal(submit(&query), WR);
    assert_int_equal(answer.start, 10);
    assert_int_equal(answer.length, 15);
    query = lock_call(2, file_b, GET, 25, 0, WR);
    query.out = &answer;
    query.out_len = sizeof(answer);
    assert_int_equal(submit(&query), RD);
    assert_int_equal(answer.length, 5);
}

static void test_locks_of_open_files_meet_those_of_processes(void **state)
{
    struct dyad_lock_reply answer;
    assert_int_equal(lock(1, file_a, FILE_SET, 0, 10, WR), 0);
    assert_int_equal(shown, 0);
    assert_int_equal(lock(1, file_a, SET, 5, 1, RD), -ERR_AGAIN);
    assert_int_equal(lock(1, file_b, FILE_SET, 5, 1, RD), -ERR_AGAIN);
    assert_int_equal(lock(2, file_a, FILE_SET, 5, 1, RD), 0);
    assert_int_equal(lock(2, file_b, FLOCK, 0, 0, WR), 0);
    struct loopback_call query = lock_call(1, file_b, FILE_GET, 0, 0, WR);
    query.out = &answer;
    query.out_len = sizeof(answer);
    assert_int_equal(submit(&query), WR);
    assert_int_equal(answer.pid, FILE_LOCK_NO_PID);
    struct loopback_call waiting = lock_call(1, file_b, FILE_WAIT, 0, 10, WR);
    assert_int_equal(submit(&waiting), LOOPBACK_PENDING);
    fs_close(file_a);
    assert_true(waiting.done && waiting.result == 0);
}

/* The answer to the first is the last to refer to its file; its release, which looks for others to answer, must wait its turn. */
static void test_a_waiter_whose_file_is_closed_is_answered_among_others(void **state)
{
    int64_t holder = fs_open("f", FILE_RDWR, 0);
    assert_int_equal(lock(3, holder, FILE_SET, 0, 0, WR), 0);
    struct loopback_call first = lock_call(1, file_a, FILE_WAIT, 0, 0, RD),
                         second = lock_call(2, file_b, FILE_WAIT, 0, 0, RD);
    assert_int_equal(submit(&first), LOOPBACK_PENDING);
    assert_int_equal(submit(&second), LOOPBACK_PENDING);
    fs_close(file_a);
    fs_close(holder);
    assert_true(first.done && first.result == 0);
    assert_true(second.done && second.result == 0);
    struct loopback_call query = lock_call(3, fs_open("f", FILE_RDWR, 0), FILE_GET, 0, 0, WR);
    assert_int_equal(submit(&query), RD); /* the second's; the first's went with its file */
    fs_close(file_b);
    assert_int_equal(submit(&query), UN);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_a_process_shows_itself_once),
        T(test_another_process_or_no_process_is_refused),
        T(test_the_end_of_a_process_ends_its_locks),
        T(test_a_dead_process_is_not_in_the_way_before_the_notice),
        T(test_a_circle_behind_the_second_reader_is_found),
        T(test_neighbours_become_one_lock),
        T(test_locks_of_open_files_meet_those_of_processes),
        T(test_a_waiter_whose_file_is_closed_is_answered_among_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
