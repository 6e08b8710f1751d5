/*
 * points.c: XSH 2.9.5.2: each function that shall be a cancellation point is one: a request that is pending when it is called is
 * acted upon, whether the call would wait or not. And calls that shall not be one are none.
 */
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"

static int file = -1, ends[2] = {-1, -1};
static mqd_t queue;
static sem_t sem;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_t living;
static void *page;
static char bytes[64];
static struct timespec soon = {.tv_nsec = 1000}, past = {.tv_sec = 1};

static void *lives(void *arg)
{
    char byte;
    read(ends[0], &byte, 1);
    return arg;
}

static void in_accept(void)
{
    accept(-1, NULL, NULL);
}
static void in_clock_nanosleep(void)
{
    clock_nanosleep(CLOCK_MONOTONIC, 0, &soon, NULL);
}
static void in_close(void)
{
    close(-1);
}
static void in_connect(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    connect(-1, (struct sockaddr *)&address, sizeof address);
}
static void in_creat(void)
{
    close(creat("/tmp/posix_points.creat", 0600));
}
static void in_fcntl(void)
{
    struct flock lock = {.l_type = F_UNLCK, .l_whence = SEEK_SET};
    fcntl(file, F_SETLKW, &lock);
}
static void in_fdatasync(void)
{
    fdatasync(file);
}
static void in_fsync(void)
{
    fsync(file);
}
static void in_lockf(void)
{
    if (lockf(file, F_LOCK, 1) == 0)
        lockf(file, F_ULOCK, 1);
}
static void in_mq_receive(void)
{
    mq_receive(queue, bytes, sizeof bytes, NULL);
}
static void in_mq_send(void)
{
    mq_send(queue, bytes, 1, 0);
}
static void in_mq_timedreceive(void)
{
    mq_timedreceive(queue, bytes, sizeof bytes, NULL, &past);
}
static void in_mq_timedsend(void)
{
    mq_timedsend(queue, bytes, 1, 0, &past);
}
static void in_msync(void)
{
    msync(page, 4096, MS_SYNC);
}
static void in_nanosleep(void)
{
    nanosleep(&soon, NULL);
}
static void in_open(void)
{
    close(open("/", O_RDONLY));
}
static void in_openat(void)
{
    close(openat(AT_FDCWD, "/", O_RDONLY));
}
static void in_pause(void)
{
    pause();
}
static void in_poll(void)
{
    poll(NULL, 0, 0);
}
static void in_pread(void)
{
    pread(file, bytes, 1, 0);
}
static void in_pselect(void)
{
    pselect(0, NULL, NULL, NULL, &soon, NULL);
}
static void unlock(void *held)
{
    pthread_mutex_unlock(held);
}
static void in_cond_timedwait(void)
{
    pthread_mutex_lock(&mutex);
    pthread_cleanup_push(unlock, &mutex);
    pthread_cond_timedwait(&cond, &mutex, &past);
    pthread_cleanup_pop(1);
}
static void in_cond_wait(void)
{
    pthread_mutex_lock(&mutex);
    pthread_cleanup_push(unlock, &mutex);
    pthread_cond_wait(&cond, &mutex);
    pthread_cleanup_pop(1);
}
static void in_join(void)
{
    pthread_join(living, NULL);
}
static void in_testcancel(void)
{
    pthread_testcancel();
}
static void in_pwrite(void)
{
    pwrite(file, bytes, 1, 0);
}
static void in_read(void)
{
    read(file, bytes, 1);
}
static void in_readv(void)
{
    struct iovec vector = {bytes, 1};
    readv(file, &vector, 1);
}
static void in_recv(void)
{
    recv(ends[0], bytes, 1, MSG_DONTWAIT);
}
static void in_recvfrom(void)
{
    recvfrom(ends[0], bytes, 1, MSG_DONTWAIT, NULL, NULL);
}
static void in_recvmsg(void)
{
    struct iovec vector = {bytes, 1};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    recvmsg(ends[0], &message, MSG_DONTWAIT);
}
static void in_select(void)
{
    struct timeval none = {0, 0};
    select(0, NULL, NULL, NULL, &none);
}
static void in_sem_timedwait(void)
{
    sem_timedwait(&sem, &past);
}
static void in_sem_wait(void)
{
    sem_wait(&sem);
}
static void in_send(void)
{
    send(ends[0], bytes, 1, MSG_DONTWAIT);
}
static void in_sendmsg(void)
{
    struct iovec vector = {bytes, 1};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    sendmsg(ends[0], &message, MSG_DONTWAIT);
}
static void in_sendto(void)
{
    sendto(ends[0], bytes, 1, MSG_DONTWAIT, NULL, 0);
}
static void in_sigsuspend(void)
{
    sigset_t all;
    sigfillset(&all);
    sigsuspend(&all);
}
static void in_sigtimedwait(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigtimedwait(&set, NULL, &soon);
}
static void in_sigwait(void)
{
    sigset_t set;
    int sig;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigwait(&set, &sig);
}
static void in_sigwaitinfo(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigwaitinfo(&set, NULL);
}
static void in_sleep(void)
{
    sleep(0);
}
static void in_tcdrain(void)
{
    tcdrain(-1);
}
static void in_wait(void)
{
    wait(NULL);
}
static void in_waitid(void)
{
    siginfo_t info;
    waitid(P_ALL, 0, &info, WEXITED);
}
static void in_waitpid(void)
{
    waitpid(-1, NULL, 0);
}
static void in_write(void)
{
    write(file, bytes, 1);
}
static void in_writev(void)
{
    struct iovec vector = {bytes, 1};
    writev(file, &vector, 1);
}

#define X(name) {#name, in_##name}
static const struct point {
    const char *name;
    void (*call)(void);
} points[] = {X(accept),        X(clock_nanosleep), X(close),        X(connect),
              X(creat),         X(fcntl),           X(fdatasync),    X(fsync),
              X(lockf),         X(mq_receive),      X(mq_send),      X(mq_timedreceive),
              X(mq_timedsend),  X(msync),           X(nanosleep),    X(open),
              X(openat),        X(pause),           X(poll),         X(pread),
              X(pselect),       X(cond_timedwait),  X(cond_wait),    X(join),
              X(testcancel),    X(pwrite),          X(read),         X(readv),
              X(recv),          X(recvfrom),        X(recvmsg),      X(select),
              X(sem_timedwait), X(sem_wait),        X(send),         X(sendmsg),
              X(sendto),        X(sigsuspend),      X(sigtimedwait), X(sigwait),
              X(sigwaitinfo),   X(sleep),           X(tcdrain),      X(wait),
              X(waitid),        X(waitpid),         X(write),        X(writev)};
#undef X

static void mark(void *order)
{
    int **at = order;
    *(*at)++ = 1;
}

static void mark_second(void *order)
{
    int **at = order;
    *(*at)++ = 2;
}

static void *cancelled_at(void *arg)
{
    const struct point *point = arg;
    pthread_cancel(pthread_self());
    point->call();
    return NULL;
}

/* With requests disabled the call does what it does, and the request stays. */
static void *not_cancelled_at(void *arg)
{
    const struct point *point = arg;
    int old, order[3] = {0}, *next = order;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
    pthread_cancel(pthread_self());
    point->call();
    CHECK_IS(old, PTHREAD_CANCEL_ENABLE);
    pthread_cleanup_push(mark, &next);
    pthread_cleanup_push(mark_second, &next);
    pthread_cleanup_pop(1);
    pthread_cleanup_pop(0);
    CHECK_IS(order[0], 2);
    CHECK_IS(order[1], 0);
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
    pthread_testcancel();
    return NULL;
}

static void run(const struct point *point, void *(*how)(void *))
{
    pthread_t thread;
    void *result = NULL;
    CHECK_IS(pthread_create(&thread, NULL, how, (void *)point), 0);
    CHECK_IS(pthread_join(thread, &result), 0);
    posix_checks++;
    if (result != PTHREAD_CANCELED) {
        posix_failures++;
        printf("FAIL %s is no cancellation point\n", point->name);
    }
}

/* These are not on either list of POSIX: a request that is pending stays so. */
static void *in_others(void *arg)
{
    pthread_mutex_t own = PTHREAD_MUTEX_INITIALIZER;
    pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
    pthread_barrier_t barrier;
    sem_t one;
    void *value;
    pthread_cancel(pthread_self());
    pthread_mutex_lock(&own);
    pthread_mutex_unlock(&own);
    pthread_rwlock_rdlock(&lock);
    pthread_rwlock_unlock(&lock);
    pthread_rwlock_wrlock(&lock);
    pthread_rwlock_unlock(&lock);
    pthread_barrier_init(&barrier, NULL, 1);
    pthread_barrier_wait(&barrier);
    sem_init(&one, 0, 1);
    sem_trywait(&one);
    sem_post(&one);
    pthread_kill(pthread_self(), 0);
    value = malloc(10);
    free(value);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL); /* the last word is ours */
    return arg;
}

static void test_others_are_none(void)
{
    pthread_t thread;
    void *result = NULL;
    CHECK_IS(pthread_create(&thread, NULL, in_others, &mutex), 0);
    CHECK_IS(pthread_join(thread, &result), 0);
    CHECK(result == &mutex);
}

static const struct point *blocked_point;
static void *blocked(void *unused)
{
    blocked_point->call();
    return unused;
}

static int order[8], *next_order = order;

static void *with_handlers(void *arg)
{
    pthread_cleanup_push(mark, &next_order);
    pthread_cleanup_push(mark_second, &next_order);
    pause();
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return arg;
}

static pthread_key_t key;
static int order_when_destroyed = -1;

static void on_destroy(void *value)
{
    (void)value;
    order_when_destroyed = (int)(next_order - order);
}

static void *with_key(void *arg)
{
    pthread_setspecific(key, &key);
    return with_handlers(arg);
}

/* Cleanup handlers run in reverse order, then the destructors of thread-specific data. */
static void test_the_order_at_the_end(void)
{
    pthread_t thread;
    void *result = NULL;
    CHECK_IS(pthread_key_create(&key, on_destroy), 0);
    CHECK_IS(pthread_create(&thread, NULL, with_key, NULL), 0);
    usleep(5000);
    CHECK_IS(pthread_cancel(thread), 0);
    CHECK_IS(pthread_join(thread, &result), 0);
    CHECK(result == PTHREAD_CANCELED);
    CHECK_IS(order[0], 2);
    CHECK_IS(order[1], 1);
    CHECK_IS(order_when_destroyed, 2);
}

/* Those that wait here for ever are ended while they wait. */
static void test_waiting_calls_are_ended(void)
{
    static const char *const names[] = {"mq_receive", "pause",   "cond_wait",  "sem_wait",
                                        "sigsuspend", "sigwait", "sigwaitinfo"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (size_t j = 0; j < sizeof points / sizeof *points; j++) {
            if (strcmp(points[j].name, names[i]) != 0)
                continue;
            pthread_t thread;
            void *result = NULL;
            blocked_point = &points[j];
            CHECK_IS(pthread_create(&thread, NULL, blocked, NULL), 0);
            usleep(3000);
            CHECK_IS(pthread_cancel(thread), 0);
            CHECK_IS(pthread_join(thread, &result), 0);
            CHECK(result == PTHREAD_CANCELED);
        }
    }
}

int main(void)
{
    struct mq_attr attr = {.mq_maxmsg = 10, .mq_msgsize = sizeof bytes};
    char name[64];
    snprintf(name, sizeof name, "/posix_points.%d", (int)getpid());
    queue = mq_open(name, O_RDWR | O_CREAT, 0600, &attr);
    CHECK(queue != (mqd_t)-1);
    mq_unlink(name);
    file = open("/tmp/posix_points.file", O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK(file >= 0);
    CHECK_IS(ftruncate(file, 4096), 0);
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    CHECK(page != MAP_FAILED);
    CHECK_IS(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    sem_init(&sem, 0, 0);
    CHECK_IS(pthread_create(&living, NULL, lives, NULL), 0);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        run(&points[i], cancelled_at);
    test_others_are_none();
    test_waiting_calls_are_ended();
    test_the_order_at_the_end();
    CHECK_IS(write(ends[1], bytes, 1), 1);
    CHECK_IS(pthread_join(living, NULL), 0); /* whoever was cancelled in it left it */
    static const struct point harmless = {"write", in_write};
    run(&harmless, not_cancelled_at);
    unlink("/tmp/posix_points.file");
    unlink("/tmp/posix_points.creat");
    return posix_end();
}
