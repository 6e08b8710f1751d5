/* aio.c: <aio.h>: asynchronous reading, writing and syncing, lists of them, notices, waiting and cancelling. */
#include <aio.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"

#define MANY 100

static volatile sig_atomic_t signals, code, value;
static sem_t notified;
static pthread_t notified_thread;
static char file_path[64];

static void on_signal(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    signals++;
    code = info->si_code;
    value = info->si_value.sival_int;
}

static void on_notice(union sigval v)
{
    CHECK_IS(v.sival_int, 21);
    notified_thread = pthread_self();
    sem_post(&notified);
}

static int new_file(int flags)
{
    int fd = open(file_path, O_RDWR | O_CREAT | O_TRUNC | flags, 0600);
    CHECK(fd >= 0);
    return fd;
}

static struct aiocb block_of(int fd, void *buffer, size_t bytes, off_t offset)
{
    struct aiocb block;
    memset(&block, 0, sizeof block);
    block.aio_fildes = fd;
    block.aio_buf = buffer;
    block.aio_nbytes = bytes;
    block.aio_offset = offset;
    block.aio_sigevent.sigev_notify = SIGEV_NONE;
    return block;
}

static ssize_t finished(struct aiocb *block)
{
    const struct aiocb *list[] = {NULL, block};
    while (aio_error(block) == EINPROGRESS)
        aio_suspend(list, 2, NULL);
    return aio_return(block);
}

static void test_data_goes_where_it_should(void)
{
    int fd = new_file(0);
    char text[] = "0123456789", got[10] = "", none[4];
    struct aiocb block = block_of(fd, text, 10, 5);
    CHECK_IS(aio_write(&block), 0);
    CHECK_IS(finished(&block), 10);
    CHECK_IS(aio_error(&block), 0);
    CHECK_IS(lseek(fd, 0, SEEK_END), 15);
    block = block_of(fd, got, 10, 7);
    CHECK_IS(aio_read(&block), 0);
    CHECK_IS(finished(&block), 8); /* to the end */
    CHECK(memcmp(got, "23456789", 8) == 0);
    block = block_of(fd, none, 4, 100);
    CHECK_IS(aio_read(&block), 0);
    CHECK_IS(finished(&block), 0); /* beyond it */
    block = block_of(fd, NULL, 0, 0);
    CHECK_IS(aio_write(&block), 0);
    CHECK_IS(finished(&block), 0);
    close(fd);
}

static void test_appending_keeps_the_order(void)
{
    int fd = new_file(O_APPEND);
    static char letters[MANY], got[MANY + 1];
    static struct aiocb blocks[MANY], sync;
    for (int i = 0; i < MANY; i++) {
        letters[i] = (char)(' ' + i % 90);
        blocks[i] = block_of(fd, &letters[i], 1, 0);
        CHECK_IS(aio_write(&blocks[i]), 0);
    }
    sync = block_of(fd, NULL, 0, 0);
    CHECK_IS(aio_fsync(O_SYNC, &sync), 0);
    CHECK_IS(finished(&sync), 0);
    for (int i = 0; i < MANY; i++) { /* a sync ends after all that came before it */
        CHECK_IS(aio_error(&blocks[i]), 0);
        CHECK_IS(aio_return(&blocks[i]), 1);
    }
    CHECK_IS(pread(fd, got, sizeof got, 0), MANY);
    CHECK(memcmp(got, letters, MANY) == 0);
    close(fd);
}

static void test_a_signal_for_each(void)
{
    int fd = new_file(0);
    static char text[MANY];
    static struct aiocb blocks[MANY];
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(SIGRTMIN + 1, &action, NULL);
    signals = 0;
    for (int i = 0; i < 20; i++) {
        blocks[i] = block_of(fd, &text[i], 1, i);
        blocks[i].aio_sigevent.sigev_notify = SIGEV_SIGNAL;
        blocks[i].aio_sigevent.sigev_signo = SIGRTMIN + 1;
        blocks[i].aio_sigevent.sigev_value.sival_int = 33;
        CHECK_IS(aio_write(&blocks[i]), 0);
    }
    for (int i = 0; i < 20; i++)
        CHECK_IS(finished(&blocks[i]), 1);
    while (signals < 20)
        usleep(1000);
    CHECK_IS(code, SI_ASYNCIO);
    CHECK_IS(value, 33);
    close(fd);
}

static void test_a_thread_is_started(void)
{
    int fd = new_file(0);
    char byte = 'x';
    struct aiocb block = block_of(fd, &byte, 1, 0);
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    block.aio_sigevent.sigev_notify = SIGEV_THREAD;
    block.aio_sigevent.sigev_notify_function = on_notice;
    block.aio_sigevent.sigev_notify_attributes = &attr;
    block.aio_sigevent.sigev_value.sival_int = 21;
    sem_init(&notified, 0, 0);
    CHECK_IS(aio_write(&block), 0);
    while (sem_wait(&notified) < 0) {
    }
    CHECK(!pthread_equal(notified_thread, pthread_self()));
    CHECK_IS(finished(&block), 1);
    close(fd);
}

/* An error comes from the call or from the request: both are right. */
static int error_of(int called, struct aiocb *block)
{
    if (called < 0)
        return errno;
    while (aio_error(block) == EINPROGRESS)
        usleep(1000);
    int error = aio_error(block);
    CHECK_IS(aio_return(block), -1);
    return error;
}

static void test_errors(void)
{
    int fd = new_file(0), readonly = open(file_path, O_RDONLY),
        writeonly = open(file_path, O_WRONLY);
    char byte = 0;
    struct aiocb block = block_of(-1, &byte, 1, 0);
    CHECK_IS(error_of(aio_read(&block), &block), EBADF);
    CHECK_IS(error_of(aio_write(&block), &block), EBADF);
    CHECK_IS(error_of(aio_fsync(O_SYNC, &block), &block), EBADF);
    block = block_of(readonly, &byte, 1, 0);
    CHECK_IS(error_of(aio_write(&block), &block), EBADF);
    block = block_of(writeonly, &byte, 1, 0);
    CHECK_IS(error_of(aio_read(&block), &block), EBADF);
    block = block_of(fd, &byte, 1, -1);
    CHECK_IS(error_of(aio_write(&block), &block), EINVAL);
    CHECK_IS(error_of(aio_read(&block), &block), EINVAL);
    block = block_of(fd, &byte, 1, 0);
    block.aio_reqprio = -1;
    CHECK_IS(error_of(aio_write(&block), &block), EINVAL);
    block.aio_reqprio = 1000000;
    CHECK_IS(error_of(aio_read(&block), &block), EINVAL);
    block = block_of(fd, &byte, 1, 0);
    CHECK_ERROR(aio_fsync(12345, &block), EINVAL);
    CHECK_ERROR(aio_cancel(-1, NULL), EBADF);
    CHECK_ERROR(aio_suspend(NULL, -1, NULL), EINVAL);
    CHECK_ERROR(lio_listio(77, NULL, 0, NULL), EINVAL);
    CHECK_IS(aio_cancel(fd, NULL), AIO_ALLDONE);
    close(fd), close(readonly), close(writeonly);
}

static void test_a_waiting_read_is_cancelled(void)
{
    int ends[2];
    char byte = 0, second = 0;
    CHECK_IS(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    struct aiocb first = block_of(ends[0], &byte, 1, 0), later = block_of(ends[0], &second, 1, 0);
    CHECK_IS(aio_read(&first), 0);
    CHECK_IS(aio_read(&later), 0);
    CHECK_IS(aio_error(&later), EINPROGRESS);
    CHECK_IS(aio_cancel(ends[0], &later), AIO_CANCELED); /* it had not begun */
    CHECK_IS(aio_error(&later), ECANCELED);
    CHECK_IS(aio_return(&later), -1);
    CHECK_IS(aio_error(&first), EINPROGRESS);
    CHECK_IS(write(ends[1], "z", 1), 1);
    CHECK_IS(finished(&first), 1);
    CHECK_IS(byte, 'z');
    CHECK_IS(aio_cancel(ends[0], &first), AIO_ALLDONE);
    close(ends[0]), close(ends[1]);
}

/* glibc cannot end a read that waits; both answers are POSIX's. */
static void test_what_runs_is_cancelled_or_not(void)
{
    int ends[2];
    char byte = 0;
    CHECK_IS(pipe(ends), 0);
    struct aiocb block = block_of(ends[0], &byte, 1, 0);
    CHECK_IS(aio_read(&block), 0);
    usleep(20000);
    int answer = aio_cancel(ends[0], NULL);
    CHECK(answer == AIO_CANCELED || answer == AIO_NOTCANCELED);
    CHECK_IS(aio_error(&block), answer == AIO_CANCELED ? ECANCELED : EINPROGRESS);
    CHECK_IS(write(ends[1], "q", 1), 1);
    if (answer == AIO_NOTCANCELED)
        CHECK_IS(finished(&block), 1);
    close(ends[0]), close(ends[1]);
}

static void test_suspend(void)
{
    int ends[2];
    char byte = 0, other = 0;
    CHECK_IS(pipe(ends), 0);
    int fd = new_file(0);
    struct aiocb waits = block_of(ends[0], &byte, 1, 0), quick = block_of(fd, &other, 1, 0);
    const struct aiocb *list[] = {&waits, NULL, &quick};
    struct timespec soon = {.tv_nsec = 30000000}, before, after;
    CHECK_IS(aio_read(&waits), 0);
    clock_gettime(CLOCK_MONOTONIC, &before);
    CHECK_ERROR(aio_suspend(list, 2, &soon), EAGAIN);
    clock_gettime(CLOCK_MONOTONIC, &after);
    CHECK((after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec - before.tv_nsec >= 30000000);
    CHECK_IS(aio_write(&quick), 0);
    CHECK_IS(aio_suspend(list, 3, NULL), 0); /* one is enough */
    CHECK_IS(aio_error(&quick), 0);
    CHECK_IS(aio_return(&quick), 1);
    CHECK_IS(aio_suspend(list, 3, NULL), 0); /* done already */
    CHECK_IS(write(ends[1], "p", 1), 1);
    CHECK_IS(finished(&waits), 1);
    close(ends[0]), close(ends[1]), close(fd);
}

static void on_alarm(int sig)
{
    (void)sig;
}

static void test_a_handler_ends_suspend(void)
{
    int ends[2];
    char byte;
    struct sigaction action = {.sa_handler = on_alarm}, old;
    CHECK_IS(pipe(ends), 0);
    struct aiocb block = block_of(ends[0], &byte, 1, 0);
    const struct aiocb *list[] = {&block};
    sigaction(SIGALRM, &action, &old);
    CHECK_IS(aio_read(&block), 0);
    ualarm(20000, 20000); /* the first one may come before the wait */
    CHECK_ERROR(aio_suspend(list, 1, NULL), EINTR);
    ualarm(0, 0);
    sigaction(SIGALRM, &old, NULL);
    CHECK_IS(write(ends[1], "p", 1), 1);
    CHECK_IS(finished(&block), 1);
    close(ends[0]), close(ends[1]);
}

static void *suspended(void *list)
{
    aio_suspend(list, 1, NULL);
    return NULL;
}

static void test_suspend_is_a_cancellation_point(void)
{
    int ends[2];
    char byte;
    void *result = NULL;
    pthread_t thread;
    CHECK_IS(pipe(ends), 0);
    struct aiocb block = block_of(ends[0], &byte, 1, 0);
    const struct aiocb *list[] = {&block};
    CHECK_IS(aio_read(&block), 0);
    CHECK_IS(pthread_create(&thread, NULL, suspended, list), 0);
    usleep(5000);
    CHECK_IS(pthread_cancel(thread), 0);
    CHECK_IS(pthread_join(thread, &result), 0);
    CHECK(result == PTHREAD_CANCELED);
    CHECK_IS(write(ends[1], "p", 1), 1);
    CHECK_IS(finished(&block), 1);
    close(ends[0]), close(ends[1]);
}

static void test_lists(void)
{
    int fd = new_file(0);
    static char out[MANY], in[MANY];
    static struct aiocb blocks[MANY];
    struct aiocb *list[MANY];
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1};
    event.sigev_value.sival_int = 55;
    for (int i = 0; i < MANY; i++) {
        out[i] = (char)i;
        blocks[i] = block_of(fd, &out[i], 1, i);
        blocks[i].aio_lio_opcode = i % 10 == 3 ? LIO_NOP : LIO_WRITE;
        list[i] = i % 10 == 4 ? NULL : &blocks[i];
    }
    CHECK_IS(lio_listio(LIO_WAIT, list, MANY, NULL), 0);
    for (int i = 0; i < MANY; i++) {
        if (i % 10 != 3 && i % 10 != 4)
            CHECK_IS(aio_return(&blocks[i]), 1);
        blocks[i] = block_of(fd, &in[i], 1, i);
        blocks[i].aio_lio_opcode = LIO_READ;
        list[i] = &blocks[i];
    }
    signals = 0;
    CHECK_IS(lio_listio(LIO_NOWAIT, list, MANY, &event), 0);
    while (!signals)
        usleep(1000);
    CHECK_IS(code, SI_ASYNCIO);
    CHECK_IS(value, 55);
    for (int i = 0; i < MANY; i++) {
        bool hole = i % 10 == 3 || i % 10 == 4;
        CHECK_IS(aio_error(&blocks[i]), 0); /* the notice comes when all have ended */
        CHECK_IS(aio_return(&blocks[i]), i == MANY - 1 && hole ? 0 : 1);
        CHECK_IS(in[i], hole ? 0 : i);
    }
    CHECK_IS(signals, 1);
    CHECK_IS(lio_listio(LIO_WAIT, list, 0, NULL), 0);
    close(fd);
}

static void test_a_list_with_a_bad_entry(void)
{
    int fd = new_file(0);
    char byte = 'x';
    struct aiocb good = block_of(fd, &byte, 1, 0), bad = block_of(-1, &byte, 1, 0), odd = good;
    struct aiocb *list[] = {&good, &bad, &odd};
    good.aio_lio_opcode = bad.aio_lio_opcode = LIO_WRITE;
    odd.aio_lio_opcode = 77;
    CHECK_ERROR(lio_listio(LIO_WAIT, list, 3, NULL), EIO);
    CHECK_IS(aio_error(&good), 0);
    CHECK_IS(aio_error(&bad), EBADF);
    CHECK_IS(aio_error(&odd), EINVAL);
    CHECK_IS(aio_return(&good), 1);
    close(fd);
}

/* Queued is queued: what is wrong with an entry is that entry's own affair, as when it fails later. */
static void test_a_bad_entry_of_a_list_sends_its_notice(void)
{
    int fd = new_file(0);
    char byte = 'x';
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(SIGRTMIN + 1, &action, NULL);
    struct aiocb blocks[3], *list[3];
    for (int i = 0; i < 3; i++) {
        blocks[i] = block_of(i == 1 ? -1 : fd, &byte, 1, i);
        blocks[i].aio_lio_opcode = LIO_WRITE;
        blocks[i].aio_sigevent.sigev_notify = SIGEV_SIGNAL;
        blocks[i].aio_sigevent.sigev_signo = SIGRTMIN + 1;
        list[i] = &blocks[i];
    }
    signals = 0;
    struct sigevent event = blocks[0].aio_sigevent;
    CHECK_IS(lio_listio(LIO_NOWAIT, list, 3, &event), 0);
    while (signals < 4)
        usleep(1000);
    CHECK_IS(aio_error(&blocks[1]), EBADF);
    CHECK_IS(aio_return(&blocks[0]), 1);
    CHECK_IS(aio_return(&blocks[1]), -1);
    CHECK_IS(aio_return(&blocks[2]), 1);
    close(fd);
}

/* The first request of a file is in progress from the start, so it is not cancelled; the later ones wait for it. */
static void test_cancelling_leaves_what_is_in_progress(void)
{
    static char data[1 << 16];
    static struct aiocb blocks[MANY];
    int fd = new_file(0), done = 0, cancelled = 0;
    for (int i = 0; i < MANY; i++) {
        blocks[i] = block_of(fd, data, sizeof data, 0);
        CHECK_IS(aio_write(&blocks[i]), 0);
    }
    int answer = aio_cancel(fd, NULL);
    for (int i = 0; i < MANY; i++) {
        bool whole = finished(&blocks[i]) == (ssize_t)sizeof data;
        CHECK_IS(aio_error(&blocks[i]), whole ? 0 : ECANCELED);
        whole ? done++ : cancelled++;
    }
    CHECK(done >= 1 && aio_error(&blocks[0]) == 0);
    CHECK(answer == AIO_NOTCANCELED || (answer == AIO_CANCELED) == (cancelled > 0));
    close(fd);
}

/* Whoever waits in aio_suspend finds that the notice has come. */
static void test_the_notice_comes_before_the_end_of_the_wait(void)
{
    char byte = 's';
    int fd = new_file(0), missed = 0;
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(SIGRTMIN + 1, &action, NULL);
    struct aiocb block = block_of(fd, &byte, 1, 0);
    const struct aiocb *list[] = {&block};
    block.aio_sigevent.sigev_notify = SIGEV_SIGNAL;
    block.aio_sigevent.sigev_signo = SIGRTMIN + 1;
    for (int i = 0; i < 10 * MANY; i++) {
        signals = 0;
        CHECK_IS(aio_write(&block), 0);
        bool waits = aio_error(&block) == EINPROGRESS;
        CHECK_IS(aio_suspend(list, 1, NULL), 0);
        missed += waits && signals == 0;
        CHECK_IS(aio_return(&block), 1);
        while (signals == 0)
            usleep(1000);
    }
    /* One that ended between the question and the wait was not waited for. */
    CHECK(missed <= 2);
    close(fd);
}

static void test_a_result_asked_for_too_early(void)
{
    int ends[2];
    char byte;
    CHECK_IS(pipe(ends), 0);
    struct aiocb block = block_of(ends[0], &byte, 1, 0);
    CHECK_IS(aio_read(&block), 0);
    errno = 0;
    aio_return(&block);
    CHECK_IS(errno, 0);
    CHECK_IS(write(ends[1], "e", 1), 1);
    CHECK_IS(finished(&block), 1);
    close(ends[0]), close(ends[1]);
}

static void test_a_child_does_not_do_its_parents_work(void)
{
    int ends[2], fd = new_file(0), status;
    char byte, mine = 'm';
    CHECK_IS(pipe(ends), 0);
    struct aiocb block = block_of(ends[0], &byte, 1, 0);
    CHECK_IS(aio_read(&block), 0);
    pid_t child = fork();
    if (child == 0) {
        struct aiocb own = block_of(fd, &mine, 1, 0);
#ifndef __dyad__ /* glibc: its child believes in its parent's threads, and may wait for ever */
        _exit(own.aio_nbytes == 1 ? 0 : 1);
#endif
        _exit(aio_write(&own) == 0 && finished(&own) == 1
                  ? 0
                  : 1); /* it can start requests of its own */
    }
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(status, 0);
    CHECK_IS(write(ends[1], "p", 1), 1);
    CHECK_IS(finished(&block), 1);
    close(ends[0]), close(ends[1]), close(fd);
}

/* Reads that wait on many descriptors do not keep others from running. */
static void test_many_that_wait(void)
{
    enum { PIPES = 16 };
    int ends[PIPES][2], fd = new_file(0);
    static char bytes[PIPES];
    static struct aiocb blocks[PIPES];
    char x = 'x';
    for (int i = 0; i < PIPES; i++) {
        CHECK_IS(pipe(ends[i]), 0);
        blocks[i] = block_of(ends[i][0], &bytes[i], 1, 0);
        CHECK_IS(aio_read(&blocks[i]), 0);
    }
    struct aiocb block = block_of(fd, &x, 1, 0);
    CHECK_IS(aio_write(&block), 0);
    CHECK_IS(finished(&block), 1);
    for (int i = PIPES; i-- > 0;) {
        CHECK_IS(write(ends[i][1], &"abcdefghijklmnop"[i], 1), 1);
        CHECK_IS(finished(&blocks[i]), 1);
        CHECK_IS(bytes[i], 'a' + i);
        close(ends[i][0]), close(ends[i][1]);
    }
    close(fd);
}

int main(void)
{
    snprintf(file_path, sizeof file_path, "/tmp/posix_aio.%d", (int)getpid());
    test_cancelling_leaves_what_is_in_progress(); /* before there is an idle helper of libc's */
    test_data_goes_where_it_should();
    test_appending_keeps_the_order();
    test_a_signal_for_each();
    test_a_thread_is_started();
    test_errors();
    test_a_waiting_read_is_cancelled();
    test_what_runs_is_cancelled_or_not();
    test_suspend();
    test_a_handler_ends_suspend();
    test_suspend_is_a_cancellation_point();
    test_lists();
    test_a_list_with_a_bad_entry();
    test_a_bad_entry_of_a_list_sends_its_notice();
    test_the_notice_comes_before_the_end_of_the_wait();
    test_a_result_asked_for_too_early();
    test_a_child_does_not_do_its_parents_work();
    test_many_that_wait();
    unlink(file_path);
    return posix_end();
}
