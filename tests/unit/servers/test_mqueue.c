/* test_mqueue.c: do message queues keep order, wait, give up, tell and forget as abi/mqueue.h says? Over the loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "servers/lib/loopback.h"
#include "servers/mqueue/mqueue.h"

#define BYTES 16

static struct server server;
static struct loopback loop;
static struct mqueue_server host;

static int start(void **state)
{
    (void)state;
    memset(&loop, 0, sizeof loop);
    loopback_init(&loop, &server);
    loop.now_ns = 1000;
    mqueue_init(&host, &server);
    assert_int_equal(server_init(&server, &mqueue_server_ops, &loop.transport, &host, 0), 0);
    return 0;
}

/* With room for `messages`; 0: it exists. */
static int64_t open_as(const char *name, uint32_t flags, uint32_t messages, uint32_t uid)
{
    char path[MQUEUE_NAME_MAX + 1 + sizeof(struct mqueue_attr)];
    struct mqueue_attr attr = {.max_messages = messages, .message_bytes = BYTES};
    size_t length = strlen(name);
    memcpy(path, name, length + 1);
    memcpy(path + length + 1, &attr, sizeof attr);
    struct loopback_call call = {
        .verb = VERB_open,
        .args = {flags | (messages ? FILE_CREATE : 0), 0640},
        .in = path,
        .in_len = (uint32_t)(messages ? length + 1 + sizeof attr : length),
        .cred = {.uid = uid, .euid = uid, .gid = uid, .egid = uid},
    };
    int64_t result = loopback_call(&loop, &call);
    return result < 0 ? result : (int64_t)call.values[0];
}

static uint64_t new_queue(uint32_t messages)
{
    int64_t file = open_as("q", FILE_RDWR, messages, 0);
    assert_true(file > 0);
    return (uint64_t)file;
}

static struct loopback_call sending(uint64_t file, const char *text, uint64_t priority,
                                    uint64_t deadline)
{
    return (struct loopback_call){.verb = MQUEUE_SEND,
                                  .file = file,
                                  .args = {priority, deadline},
                                  .in = text,
                                  .in_len = (uint32_t)strlen(text)};
}

static int64_t send(uint64_t file, const char *text, uint64_t priority)
{
    struct loopback_call call = sending(file, text, priority, DEADLINE_NEVER);
    return loopback_call(&loop, &call);
}

static struct loopback_call receiving(uint64_t file, char *out, uint64_t deadline)
{
    memset(out, 0, BYTES);
    return (struct loopback_call){
        .verb = MQUEUE_RECEIVE, .file = file, .args = {0, deadline}, .out = out, .out_len = BYTES};
}

static void expect(uint64_t file, const char *text, uint64_t priority)
{
    char out[BYTES];
    struct loopback_call call = receiving(file, out, DEADLINE_NEVER);
    assert_int_equal(loopback_call(&loop, &call), strlen(text));
    assert_memory_equal(out, text, strlen(text));
    assert_int_equal(call.values[0], priority);
}

static int64_t simple(uint64_t file, uint16_t verb, uint64_t arg, uint64_t kid)
{
    struct loopback_call call = {.verb = verb, .file = file, .args = {arg}, .kid = kid};
    return loopback_call(&loop, &call);
}

static int64_t unlink_as(uint64_t root, const char *name, uint32_t uid)
{
    struct loopback_call call = {.verb = MQUEUE_UNLINK,
                                 .file = root,
                                 .in = name,
                                 .in_len = (uint32_t)strlen(name),
                                 .cred = {.uid = uid, .euid = uid}};
    return loopback_call(&loop, &call);
}

/* What has a name lives on without files. */
static int stop(void **state)
{
    (void)state;
    int64_t root = open_as("", FILE_PATH, 0, 0);
    while (host.queues)
        assert_int_equal(unlink_as((uint64_t)root, host.queues->name, 0), 0);
    server_fini(&server);
    return 0;
}

static void test_higher_priorities_first_then_the_older(void **state)
{
    (void)state;
    uint64_t q = new_queue(8);
    assert_int_equal(send(q, "a1", 1), 0);
    assert_int_equal(send(q, "b5", 5), 0);
    assert_int_equal(send(q, "c1", 1), 0);
    assert_int_equal(send(q, "d5", 5), 0);
    assert_int_equal(send(q, "", MQUEUE_PRIORITIES - 1), 0);
    expect(q, "", MQUEUE_PRIORITIES - 1);
    expect(q, "b5", 5);
    expect(q, "d5", 5);
    expect(q, "a1", 1);
    expect(q, "c1", 1);
}

static void test_what_is_refused(void **state)
{
    (void)state;
    uint64_t q = new_queue(2);
    int64_t reader = open_as("q", FILE_READ, 0, 0), writer = open_as("q", FILE_WRITE, 0, 0);
    char out[BYTES];
    struct loopback_call call = receiving(q, out, DEADLINE_NEVER);
    assert_true(reader > 0 && writer > 0);
    assert_int_equal(send(q, "x", MQUEUE_PRIORITIES), -ERR_INVAL);
    assert_int_equal(send(q, "seventeen letters", 0), -ERR_MSGSIZE);
    assert_int_equal(send((uint64_t)reader, "x", 0), -ERR_BADF);
    call.out_len = BYTES - 1;
    assert_int_equal(loopback_call(&loop, &call), -ERR_MSGSIZE);
    call = receiving((uint64_t)writer, out, DEADLINE_NEVER);
    assert_int_equal(loopback_call(&loop, &call), -ERR_BADF);
    assert_int_equal(simple(q, VERB_read, 0, 1), -ERR_BADF);
    assert_int_equal(open_as("q", FILE_RDWR, 0, 5), -ERR_ACCES);
    assert_int_equal(open_as("q", FILE_RDWR | FILE_EXCL, 2, 0), -ERR_EXIST);
    assert_int_equal(open_as("none", FILE_RDWR, 0, 0), -ERR_NOENT);
    assert_int_equal(open_as("big", FILE_RDWR, MQUEUE_MESSAGES_MAX + 1, 0), -ERR_INVAL);
    assert_int_equal(open_as("a/b", FILE_RDWR, 1, 0), -ERR_ACCES);
}

/* Each waits in its turn; a message goes to the one that has waited longest, and room to the sender that has. */
static void test_waiting_in_turn(void **state)
{
    (void)state;
    uint64_t q = new_queue(1);
    char first[BYTES], second[BYTES];
    struct loopback_call a = receiving(q, first, DEADLINE_NEVER);
    struct loopback_call b = receiving(q, second, DEADLINE_NEVER);
    assert_int_equal(loopback_call(&loop, &a), LOOPBACK_PENDING);
    assert_int_equal(loopback_call(&loop, &b), LOOPBACK_PENDING);
    assert_int_equal(send(q, "one", 0), 0);
    assert_true(a.done && !b.done);
    assert_int_equal(send(q, "two", 0), 0);
    assert_true(b.done);
    assert_memory_equal(first, "one", 3);
    assert_memory_equal(second, "two", 3);
    assert_int_equal(send(q, "full", 0), 0);
    struct loopback_call c = sending(q, "late", 9, DEADLINE_NEVER);
    struct loopback_call d = sending(q, "later", 9, DEADLINE_NEVER);
    assert_int_equal(loopback_call(&loop, &c), LOOPBACK_PENDING);
    assert_int_equal(loopback_call(&loop, &d), LOOPBACK_PENDING);
    expect(q, "full", 0);
    assert_true(c.done && !d.done);
    expect(q, "late", 9);
    assert_true(d.done);
    expect(q, "later", 9);
}

/* The answer that is given last has the core: a receiver's comes after those of the senders that it lets in. */
static void test_who_receives_goes_on_before_who_is_let_in(void **state)
{
    (void)state;
    uint64_t q = new_queue(1);
    char out[BYTES];
    assert_int_equal(send(q, "full", 0), 0);
    struct loopback_call sender = sending(q, "late", 0, DEADLINE_NEVER);
    struct loopback_call receiver = receiving(q, out, DEADLINE_NEVER);
    assert_int_equal(loopback_call(&loop, &sender), LOOPBACK_PENDING);
    assert_int_equal(loopback_call(&loop, &receiver), strlen("full"));
    assert_true(sender.done);
    assert_ptr_equal(loop.last_answered, &receiver);
}

static void test_deadlines_and_nonblocking_files(void **state)
{
    (void)state;
    uint64_t q = new_queue(1);
    char out[BYTES], other[BYTES];
    struct loopback_call past = receiving(q, out, 1000), soon = receiving(q, out, 2000);
    struct loopback_call later = receiving(q, other, 3000);
    assert_int_equal(loopback_call(&loop, &past), -ERR_TIMEDOUT);
    assert_int_equal(loopback_call(&loop, &later), LOOPBACK_PENDING);
    assert_int_equal(loopback_call(&loop, &soon), LOOPBACK_PENDING);
    loopback_advance(&loop, 999);
    assert_true(!soon.done && !later.done);
    loopback_advance(&loop, 1);
    assert_true(soon.done && !later.done);
    assert_int_equal(soon.result, -ERR_TIMEDOUT);
    loopback_advance(&loop, 1000);
    assert_true(later.done);
    assert_int_equal(later.result, -ERR_TIMEDOUT);
    struct loopback_call call = receiving(q, out, DEADLINE_NEVER);
    call.file_flags = FILE_NONBLOCK;
    assert_int_equal(loopback_call(&loop, &call), -ERR_AGAIN);
    assert_int_equal(send(q, "x", 0), 0);
    call = sending(q, "y", 0, 1000);
    assert_int_equal(loopback_call(&loop, &call), -ERR_TIMEDOUT);
    call = sending(q, "y", 0, DEADLINE_NEVER);
    call.file_flags = FILE_NONBLOCK;
    assert_int_equal(loopback_call(&loop, &call), -ERR_AGAIN);
    expect(q, "x", 0);
}

static void test_deadlines_of_the_real_time_clock(void **state)
{
    (void)state;
    uint64_t q = new_queue(1);
    char out[BYTES], other[BYTES];
    loop.ahead_ns = 70000;
    struct loopback_call first = receiving(q, out, 72000 | DEADLINE_REALTIME);
    struct loopback_call second = receiving(q, other, 90000 | DEADLINE_REALTIME);
    struct loopback_call past = receiving(q, out, 71000 | DEADLINE_REALTIME);
    struct loopback_call set = {.verb = MQUEUE_CLOCK_SET};
    set.file = (uint64_t)open_as("", FILE_PATH, 0, 0);
    assert_int_equal(loopback_call(&loop, &past), -ERR_TIMEDOUT);
    assert_int_equal(loopback_call(&loop, &first), LOOPBACK_PENDING);
    assert_int_equal(loopback_call(&loop, &second), LOOPBACK_PENDING);
    loop.ahead_ns -= 500;
    assert_int_equal(loopback_call(&loop, &set), 0);
    loopback_advance(&loop, 1499);
    assert_true(!first.done && !second.done);
    loopback_advance(&loop, 1);
    assert_true(first.done && !second.done);
    assert_int_equal(first.result, -ERR_TIMEDOUT);
    loop.ahead_ns += 18000;
    assert_int_equal(loopback_call(&loop, &set), 0);
    loopback_advance(&loop, 0);
    assert_true(second.done);
    assert_int_equal(second.result, -ERR_TIMEDOUT);
    set.cred.euid = 7;
    assert_int_equal(loopback_call(&loop, &set), -ERR_PERM);
}

/* A signal ends a wait; a message that no receiver got stays where it was. */
static void test_waits_that_end_early(void **state)
{
    (void)state;
    uint64_t q = new_queue(4);
    char out[BYTES];
    struct loopback_call wait = receiving(q, out, DEADLINE_NEVER);
    assert_int_equal(loopback_call(&loop, &wait), LOOPBACK_PENDING);
    loopback_cancel(&loop, &wait);
    assert_true(wait.done);
    assert_int_equal(wait.result, -ERR_INTR);
    assert_int_equal(send(q, "first", 3), 0);
    assert_int_equal(send(q, "second", 3), 0);
    struct loopback_call lost = receiving(q, out, DEADLINE_NEVER);
    loopback_submit(&loop, &lost);
    loopback_abandon(&loop, &lost);
    loopback_run(&loop);
    expect(q, "first", 3);
    expect(q, "second", 3);
}

static void test_telling_a_process(void **state)
{
    (void)state;
    uint64_t q = new_queue(4);
    int64_t number = simple(q, MQUEUE_NOTIFY, 1, 7);
    assert_true(number > 0);
    assert_int_equal(simple(q, MQUEUE_NOTIFY, 1, 8), -ERR_BUSY);
    assert_int_equal(simple(q, MQUEUE_WAIT, (uint64_t)number, 8), -ERR_CANCELED);
    assert_int_equal(simple(q, MQUEUE_NOTIFY, 0, 8), 0); /* not its own: nothing happens */
    struct loopback_call wait = {
        .verb = MQUEUE_WAIT, .file = q, .args = {(uint64_t)number}, .kid = 7};
    assert_int_equal(loopback_call(&loop, &wait), LOOPBACK_PENDING);
    assert_int_equal(send(q, "x", 0), 0);
    assert_true(wait.done);
    assert_int_equal(wait.result, 0);
    number = simple(q, MQUEUE_NOTIFY, 1, 7); /* once only: it may register again */
    assert_true(number > 0);
    assert_int_equal(send(q, "y", 0), 0); /* not to an empty queue */
    expect(q, "x", 0);
    expect(q, "y", 0);
    assert_int_equal(send(q, "z", 0), 0); /* before the wait */
    assert_int_equal(simple(q, MQUEUE_WAIT, (uint64_t)number, 7), 0);
    assert_int_equal(simple(q, MQUEUE_WAIT, (uint64_t)number, 7), -ERR_CANCELED);
    expect(q, "z", 0);
}

/* ---- Signals: processes are handles from 500 on, with the kid as the rest ---- */

static struct signal_info posted;
static handle_t posted_to;
static unsigned closed;
static bool dead;

static int64_t lives(handle_t process, uint64_t *kid)
{
    if (process < 500)
        return -ERR_INVAL;
    *kid = (uint64_t)(process - 500);
    return !dead;
}

static void signal_process(handle_t process, const struct signal_info *info)
{
    posted_to = process;
    posted = *info;
}

static void close_process(handle_t process)
{
    (void)process;
    closed++;
}

static const struct mqueue_platform platform = {lives, signal_process, close_process};

static int64_t notify_by_signal(uint64_t file, handle_t process, uint64_t kid)
{
    struct loopback_call call = {.verb = MQUEUE_NOTIFY,
                                 .file = file,
                                 .args = {MQUEUE_NOTIFY_SIGNAL, 10, 77},
                                 .has_send = true,
                                 .send = process,
                                 .kid = kid};
    host.platform = &platform;
    closed = 0;
    dead = false;
    posted_to = HANDLE_NONE;
    return loopback_call(&loop, &call);
}

static void test_the_server_posts_the_signal(void **state)
{
    (void)state;
    uint64_t q = new_queue(4);
    assert_int_equal(notify_by_signal(q, 508, 7), -ERR_INVAL); /* somebody else's handle */
    assert_int_equal(closed, 1);
    assert_true(notify_by_signal(q, 507, 7) > 0);
    assert_int_equal(loop.watched_handle, 507);
    assert_int_equal(loop.watched_mask, EVENT_EXIT);
    struct loopback_call call = sending(q, "x", 0, DEADLINE_NEVER);
    call.cred = (struct cred){.pid = 42, .uid = 9, .euid = 8};
    assert_int_equal(loopback_call(&loop, &call), 0);
    assert_int_equal(posted_to, 507);
    assert_int_equal(posted.signo, 10);
    assert_int_equal(posted.code, -3);
    assert_int_equal(posted.pid, 42);
    assert_int_equal(posted.uid, 9);
    assert_int_equal(posted.value, 77);
    assert_int_equal(closed, 1); /* it is used up */
    expect(q, "x", 0);
    posted_to = HANDLE_NONE;
    assert_int_equal(send(q, "y", 0), 0);
    assert_int_equal(posted_to, HANDLE_NONE);
}

/* One watch for all: leaving one queue leaves the other's, and the end of the process ends both. */
static void test_a_process_with_two_queues(void **state)
{
    (void)state;
    uint64_t q = new_queue(4), other = (uint64_t)open_as("other", FILE_RDWR, 4, 0);
    struct loopback_call weak = {.verb = MQUEUE_NOTIFY,
                                 .file = other,
                                 .args = {MQUEUE_NOTIFY_NOBODY},
                                 .has_send = true,
                                 .send = 507,
                                 .kid = 7};
    host.platform = &platform;
    assert_true(loopback_call(&loop, &weak) > 0);
    assert_true(notify_by_signal(q, 507, 7) > 0); /* the better handle replaces it */
    assert_int_equal(closed, 1);
    assert_int_equal(simple(q, MQUEUE_NOTIFY, MQUEUE_NOTIFY_NOT, 7), 0);
    assert_int_equal(closed, 1);
    assert_int_equal(loop.watched_mask, EVENT_EXIT);
    assert_true(notify_by_signal(q, 507, 7) > 0);
    assert_int_equal(closed, 1); /* there is one already */
    loopback_event(&loop, EVENT_EXIT);
    assert_int_equal(closed, 2);
    assert_null(host.clients);
    assert_true(simple(q, MQUEUE_NOTIFY, MQUEUE_NOTIFY_NOBODY, 8) > 0);
    assert_true(simple(other, MQUEUE_NOTIFY, MQUEUE_NOTIFY_NOBODY, 8) > 0);
}

static void test_the_end_of_a_process_ends_its_registration(void **state)
{
    (void)state;
    uint64_t q = new_queue(4);
    assert_true(notify_by_signal(q, 507, 7) > 0);
    assert_int_equal(simple(q, MQUEUE_NOTIFY, MQUEUE_NOTIFY_NOBODY, 8), -ERR_BUSY);
    loopback_event(&loop, EVENT_EXIT);
    assert_int_equal(closed, 1);
    assert_int_equal(send(q, "x", 0), 0);
    assert_int_equal(posted_to, HANDLE_NONE);
    assert_true(notify_by_signal(q, 507, 7) > 0);
    dead = true; /* the notice is late */
    assert_true(simple(q, MQUEUE_NOTIFY, MQUEUE_NOTIFY_NOBODY, 8) > 0);
    assert_int_equal(closed, 1);
    assert_int_equal(simple(q, MQUEUE_NOTIFY, 0, 7), 0);
    assert_int_equal(simple(q, MQUEUE_NOTIFY, MQUEUE_NOTIFY_NOBODY, 7), -ERR_BUSY);
}

static void test_who_receives_comes_before_who_is_told(void **state)
{
    (void)state;
    uint64_t q = new_queue(4);
    char out[BYTES];
    assert_true(simple(q, MQUEUE_NOTIFY, 1, 7) > 0);
    struct loopback_call wait = receiving(q, out, DEADLINE_NEVER);
    assert_int_equal(loopback_call(&loop, &wait), LOOPBACK_PENDING);
    assert_int_equal(send(q, "x", 0), 0);
    assert_true(wait.done);
    assert_int_equal(simple(q, MQUEUE_NOTIFY, 1, 8), -ERR_BUSY); /* still registered */
    loopback_close(&loop, q);
    int64_t other = open_as("q", FILE_RDWR, 0, 0);
    assert_true(simple((uint64_t)other, MQUEUE_NOTIFY, 1, 8) > 0); /* its end was the file's */
}

static struct loopback_call waiting(uint64_t file, int64_t number)
{
    return (struct loopback_call){
        .verb = MQUEUE_WAIT, .file = file, .args = {(uint64_t)number}, .kid = 7};
}

static void test_all_waits_end_with_their_registration(void **state)
{
    (void)state;
    uint64_t q = new_queue(4), other = (uint64_t)open_as("q", FILE_RDWR, 0, 0);
    int64_t number = simple(q, MQUEUE_NOTIFY, 1, 7);
    struct loopback_call first = waiting(other, number), second = waiting(other, number);
    assert_int_equal(loopback_call(&loop, &first), LOOPBACK_PENDING);
    assert_int_equal(loopback_call(&loop, &second), LOOPBACK_PENDING);
    assert_int_equal(send(q, "x", 0), 0);
    assert_true(first.done && first.result == 0);
    assert_true(second.done && second.result == -ERR_CANCELED);
    expect(q, "x", 0);

    number = simple(q, MQUEUE_NOTIFY, 1, 7);
    first = waiting(other, number);
    assert_int_equal(loopback_call(&loop, &first), LOOPBACK_PENDING);
    loopback_close(&loop, q); /* by which it registered */
    assert_true(first.done && first.result == -ERR_CANCELED);
}

static void test_a_name_ends_before_its_queue(void **state)
{
    (void)state;
    uint64_t q = new_queue(2);
    int64_t root = open_as("", FILE_PATH, 0, 0);
    assert_true(root > 0);
    assert_int_equal(send(q, "old", 0), 0);
    assert_int_equal(unlink_as((uint64_t)root, "q", 5), -ERR_ACCES);
    assert_int_equal(unlink_as((uint64_t)root, "q", 0), 0);
    assert_int_equal(unlink_as((uint64_t)root, "q", 0), -ERR_NOENT);
    assert_int_equal(open_as("q", FILE_RDWR, 0, 0), -ERR_NOENT);
    int64_t fresh = open_as("q", FILE_RDWR, 2, 0);
    assert_int_equal(send((uint64_t)fresh, "new", 0), 0);
    expect(q, "old", 0);
    expect((uint64_t)fresh, "new", 0);
    assert_int_equal(host.count, 2);
    loopback_close(&loop, q);
    assert_int_equal(host.count, 1);
    assert_int_equal(simple((uint64_t)root, MQUEUE_SEND, 0, 1), -ERR_BADF); /* the root is none */
}

static void test_attributes_and_levels(void **state)
{
    (void)state;
    uint64_t q = new_queue(1);
    struct mqueue_attr attr = {0};
    struct loopback_call call = {
        .verb = MQUEUE_ATTR, .file = q, .out = &attr, .out_len = sizeof attr};
    loopback_watch(&loop, q);
    assert_int_equal(send(q, "x", 0), 0);
    assert_int_equal(loop.notified_ready, EVENT_READABLE);
    assert_int_equal(loopback_call(&loop, &call), 0);
    assert_true(attr.max_messages == 1 && attr.message_bytes == BYTES && attr.messages == 1);
    expect(q, "x", 0);
    assert_int_equal(loop.notified_ready, EVENT_WRITABLE);
    call.out_len = 3;
    assert_int_equal(loopback_call(&loop, &call), -ERR_INVAL);
}

static void test_a_killed_receivers_message_goes_to_the_next(void **state)
{
    (void)state;
    uint64_t q = new_queue(2);
    char out[2][BYTES];
    struct loopback_call first = receiving(q, out[0], DEADLINE_NEVER),
                         second = receiving(q, out[1], DEADLINE_NEVER);
    struct loopback_call sent = sending(q, "x", 3, DEADLINE_NEVER);
    assert_int_equal(loopback_call(&loop, &first), LOOPBACK_PENDING);
    assert_int_equal(loopback_call(&loop, &second), LOOPBACK_PENDING);
    loopback_submit(&loop, &sent);
    loopback_abandon(&loop, &first); /* before the answer reaches it */
    loopback_run(&loop);
    assert_true(sent.done && second.done && !first.done);
    assert_int_equal(second.result, 1);
    assert_int_equal(second.values[0], 3);
}

static void test_a_killed_receivers_message_is_told_to_pollers(void **state)
{
    (void)state;
    uint64_t q = new_queue(2);
    char out[BYTES];
    struct loopback_call first = receiving(q, out, DEADLINE_NEVER);
    struct loopback_call sent = sending(q, "x", 3, DEADLINE_NEVER);
    loopback_watch(&loop, q);
    assert_int_equal(loopback_call(&loop, &first), LOOPBACK_PENDING);
    loopback_submit(&loop, &sent);
    loopback_abandon(&loop, &first);
    loopback_run(&loop);
    assert_int_equal(loop.notified_ready, EVENT_READABLE | EVENT_WRITABLE);
    expect(q, "x", 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_higher_priorities_first_then_the_older),
        TEST(test_what_is_refused),
        TEST(test_waiting_in_turn),
        TEST(test_who_receives_goes_on_before_who_is_let_in),
        TEST(test_deadlines_and_nonblocking_files),
        TEST(test_deadlines_of_the_real_time_clock),
        TEST(test_waits_that_end_early),
        TEST(test_telling_a_process),
        TEST(test_the_server_posts_the_signal),
        TEST(test_a_process_with_two_queues),
        TEST(test_the_end_of_a_process_ends_its_registration),
        TEST(test_who_receives_comes_before_who_is_told),
        TEST(test_all_waits_end_with_their_registration),
        TEST(test_a_name_ends_before_its_queue),
        TEST(test_attributes_and_levels),
        TEST(test_a_killed_receivers_message_goes_to_the_next),
        TEST(test_a_killed_receivers_message_is_told_to_pollers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
