/* clocks.c: clocks of CPU time, also of other threads and processes; timers and sleeps on them; and the real-time clock when it is set. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "posix_test.h"

#define SECOND 1000000000ll

static long long read_clock(clockid_t clock)
{
    struct timespec now;
    return clock_gettime(clock, &now) == 0 ? now.tv_sec * SECOND + now.tv_nsec : -1;
}

static struct timespec spec(long long ns)
{
    return (struct timespec){.tv_sec = ns / SECOND, .tv_nsec = ns % SECOND};
}

static void burn(long long ns)
{
    long long end = read_clock(CLOCK_THREAD_CPUTIME_ID) + ns;
    while (read_clock(CLOCK_THREAD_CPUTIME_ID) < end)
        continue;
}

/* ---- CPU time ---- */

static pthread_barrier_t barrier;

static void *works_and_waits(void *argument)
{
    (void)argument;
    burn(SECOND / 20);
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    return NULL;
}

static void test_of_threads(void)
{
    pthread_t thread;
    clockid_t own, other;
    struct timespec time;
    CHECK_IS(pthread_getcpuclockid(pthread_self(), &own), 0);
    long long a = read_clock(CLOCK_THREAD_CPUTIME_ID), b = read_clock(own);
    long long c = read_clock(CLOCK_THREAD_CPUTIME_ID);
    CHECK(a <= b && b <= c);
    CHECK_IS(pthread_barrier_init(&barrier, NULL, 2), 0);
    CHECK_IS(pthread_create(&thread, NULL, works_and_waits, NULL), 0);
    CHECK_IS(pthread_getcpuclockid(thread, &other), 0);
    pthread_barrier_wait(&barrier);
    long long used = read_clock(other);
    CHECK(used >= SECOND / 20);
    CHECK(read_clock(CLOCK_PROCESS_CPUTIME_ID) >= used);
    CHECK_IS(clock_getres(other, &time), 0);
    CHECK(time.tv_sec == 0 && time.tv_nsec > 0);
    CHECK_ERROR(clock_settime(other, &time), EPERM);
    pthread_barrier_wait(&barrier);
    CHECK_IS(pthread_join(thread, NULL), 0);
    /* Linux wakes the joiner a moment before the thread has gone. */
    for (int i = 0; i < 1000 && clock_gettime(other, &time) == 0; i++)
        usleep(1000);
    CHECK_ERROR(clock_gettime(other, &time), EINVAL);
    time = spec(1);
    CHECK_IS(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &time, NULL), EINVAL);
    pthread_barrier_destroy(&barrier);
}

static void test_of_processes(void)
{
    clockid_t clock;
    int to_child[2], to_us[2], status;
    char byte = 0;
    CHECK_IS(clock_getcpuclockid(0, &clock), 0);
    CHECK(read_clock(clock) >= 0);
    CHECK_IS(clock_getcpuclockid(getpid(), &clock), 0);
    CHECK(read_clock(clock) <= read_clock(CLOCK_PROCESS_CPUTIME_ID));
    CHECK(pipe(to_child) == 0 && pipe(to_us) == 0);
    pid_t child = fork();
    if (child == 0) {
        close(to_child[1]);
        burn(SECOND / 20);
        (void)write(to_us[1], "x", 1);
        (void)read(to_child[0], &byte, 1);
        _exit(0);
    }
    close(to_child[0]);
    CHECK_IS(clock_getcpuclockid(child, &clock), 0);
    CHECK_IS(read(to_us[0], &byte, 1), 1);
    long long used = read_clock(clock);
    CHECK(used >= SECOND / 20 && used < 10 * SECOND);
    close(to_child[1]);
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(clock_getcpuclockid(child, &clock), ESRCH);
    close(to_us[0]);
    close(to_us[1]);
}

static void *burns(void *argument)
{
    atomic_int *over = argument;
    while (!atomic_load(over))
        continue;
    return NULL;
}

/* A sleep on the process's time lasts until its threads have used so much. */
static void test_sleep_on_cpu_time(void)
{
    atomic_int over = 0;
    pthread_t thread;
    CHECK_IS(pthread_create(&thread, NULL, burns, &over), 0);
    long long before = read_clock(CLOCK_PROCESS_CPUTIME_ID);
    struct timespec time = spec(SECOND / 20);
    CHECK_IS(clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, 0, &time, NULL), 0);
    CHECK(read_clock(CLOCK_PROCESS_CPUTIME_ID) - before >= SECOND / 20);
    time = spec(before);
    CHECK_IS(clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, &time, NULL), 0);
    atomic_store(&over, 1);
    CHECK_IS(pthread_join(thread, NULL), 0);
}

static volatile sig_atomic_t count;

static void on_signal(int sig)
{
    (void)sig;
    count++;
}

static void test_timers_on_cpu_time(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    struct itimerspec value = {.it_value = spec(SECOND / 50)}, now;
    const clockid_t clocks[] = {CLOCK_THREAD_CPUTIME_ID, CLOCK_PROCESS_CPUTIME_ID};
    CHECK(signal(SIGUSR1, on_signal) != SIG_ERR);
    for (int i = 0; i < 2; i++) {
        timer_t timer;
        count = 0;
        CHECK_IS(timer_create(clocks[i], &event, &timer), 0);
        long long before = read_clock(clocks[i]);
        CHECK_IS(timer_settime(timer, 0, &value, NULL), 0);
        CHECK_IS(timer_gettime(timer, &now), 0);
        CHECK(count || now.it_value.tv_nsec > 0); /* on a busy machine it may be over already */
        CHECK(now.it_value.tv_sec == 0 && now.it_value.tv_nsec <= SECOND / 50);
        while (!count)
            continue;
        CHECK(read_clock(clocks[i]) - before >= SECOND / 50);
        CHECK_IS(timer_delete(timer), 0);
    }
}

/* The interval stays though the timer does not run. */
static void test_interval_timer(void)
{
    struct itimerval none = {.it_interval = {3, 500000}}, old;
    CHECK_IS(setitimer(ITIMER_VIRTUAL, &none, NULL), 0);
    CHECK_IS(getitimer(ITIMER_VIRTUAL, &old), 0);
    CHECK(old.it_value.tv_sec == 0 && old.it_value.tv_usec == 0);
    CHECK_IS(setitimer(ITIMER_VIRTUAL, &(struct itimerval){{0, 0}, {0, 0}}, &old), 0);
    CHECK(old.it_interval.tv_sec == 3 && old.it_interval.tv_usec / 10000 == 50);
}

/* ---- the clock is set ---- */

static void set_clock(long long to)
{
    struct timespec now = spec(to);
    CHECK_IS(clock_settime(CLOCK_REALTIME, &now), 0);
}

static long long monotonic(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

static void test_errors(void)
{
    struct timespec now = spec(read_clock(CLOCK_REALTIME)), bad = now;
    bad.tv_nsec = 1000000000;
    CHECK_ERROR(clock_settime(CLOCK_REALTIME, &bad), EINVAL);
    bad.tv_nsec = -1;
    CHECK_ERROR(clock_settime(CLOCK_REALTIME, &bad), EINVAL);
    CHECK_ERROR(clock_settime(CLOCK_MONOTONIC, &now), EINVAL);
    CHECK_ERROR(clock_settime(12345, &now), EINVAL);
    CHECK_ERROR(clock_getres(12345, &now), EINVAL);
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        if (getuid() == 0 && setuid(1) != 0)
            _exit(2);
        struct timeval tv = {.tv_sec = now.tv_sec};
        int refused = clock_settime(CLOCK_REALTIME, &now) == -1 && errno == EPERM;
        errno = 0;
        _exit(refused && settimeofday(&tv, NULL) == -1 && errno == EPERM ? 0 : 1);
    }
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(status, 0);
}

#define YEAR (365 * 86400 * SECOND)

enum how { SLEEP, COND, MUTEX, SEM, READ_LOCK, WRITE_LOCK, RECEIVE, SEND, TIMER_FD, HOWS };
struct waiter {
    enum how how;
    long long until; /* CLOCK_REALTIME */
    sem_t ready;
    atomic_int done;
    int result;
    pthread_mutex_t held;
    pthread_rwlock_t held_rwlock;
};

/* Wait at a queue that is empty, or full: an error number. */
static int wait_for_queue(enum how how, const struct timespec *until)
{
    struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = 1};
    char byte;
    mqd_t queue = mq_open("/posix_clocks", O_RDWR | O_CREAT, 0600, &attr);
    CHECK(queue != (mqd_t)-1);
    CHECK_IS(mq_unlink("/posix_clocks"), 0);
    if (how == SEND)
        CHECK_IS(mq_send(queue, "x", 1, 0), 0);
    int got = how == SEND ? mq_timedsend(queue, "y", 1, 0, until)
                          : (int)mq_timedreceive(queue, &byte, 1, NULL, until);
    int error = got == -1 ? errno : 0;
    CHECK_IS(mq_close(queue), 0);
    return error;
}

static int wait_for_timerfd(const struct timespec *until)
{
    struct itimerspec value = {.it_value = *until};
    uint64_t expirations = 0;
    int fd = timerfd_create(CLOCK_REALTIME, 0);
    CHECK_IS(timerfd_settime(fd, TFD_TIMER_ABSTIME, &value, NULL), 0);
    CHECK_IS(read(fd, &expirations, sizeof expirations), sizeof expirations);
    CHECK_IS(expirations, 1);
    CHECK_IS(close(fd), 0);
    return ETIMEDOUT;
}

static void *waits(void *argument)
{
    struct waiter *w = argument;
    struct timespec until = spec(w->until);
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
    sem_t sem;
    sem_init(&sem, 0, 0);
    sem_post(&w->ready);
    switch (w->how) {
    case SLEEP: w->result = clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL); break;
    case COND:
        pthread_mutex_lock(&mutex);
        do
            w->result = pthread_cond_timedwait(&cond, &mutex, &until);
        while (w->result == 0);
        pthread_mutex_unlock(&mutex);
        break;
    case MUTEX: w->result = pthread_mutex_timedlock(&w->held, &until); break;
    case SEM: w->result = sem_timedwait(&sem, &until) == 0 ? 0 : errno; break;
    case READ_LOCK: w->result = pthread_rwlock_timedrdlock(&w->held_rwlock, &until); break;
    case WRITE_LOCK: w->result = pthread_rwlock_timedwrlock(&w->held_rwlock, &until); break;
    case RECEIVE:
    case SEND: w->result = wait_for_queue(w->how, &until); break;
    case TIMER_FD: w->result = wait_for_timerfd(&until); break;
    case HOWS: break;
    }
    atomic_store(&w->done, 1);
    return NULL;
}

static int wait_done(struct waiter *w, long long ns)
{
    for (long long end = monotonic() + ns; monotonic() < end && !atomic_load(&w->done);)
        usleep(2000);
    return atomic_load(&w->done);
}

static void begin(struct waiter *w, enum how how, long long ns, pthread_t *thread)
{
    *w = (struct waiter){.how = how, .until = read_clock(CLOCK_REALTIME) + ns};
    sem_init(&w->ready, 0, 0);
    pthread_mutex_init(&w->held, NULL);
    pthread_mutex_lock(&w->held);
    pthread_rwlock_init(&w->held_rwlock, NULL);
    pthread_rwlock_wrlock(&w->held_rwlock);
    CHECK_IS(pthread_create(thread, NULL, waits, w), 0);
    sem_wait(&w->ready);
}

static void end(struct waiter *w, pthread_t thread)
{
    pthread_join(thread, NULL);
    pthread_mutex_unlock(&w->held);
    pthread_rwlock_unlock(&w->held_rwlock);
}

/* Those who wait for a time a year ahead are there when the clock is set to it, and not before. */
static void test_waits_follow(enum how how)
{
    static struct waiter w;
    pthread_t thread;
    begin(&w, how, YEAR, &thread);
    CHECK(!wait_done(&w, SECOND / 20));
    set_clock(w.until - 1000 * SECOND);
    CHECK(!wait_done(&w, SECOND / 20));
    set_clock(w.until);
    CHECK(wait_done(&w, 10 * SECOND));
    CHECK_IS(w.result, how == SLEEP ? 0 : ETIMEDOUT);
    end(&w, thread);
    /* What is due soon waits longer when the clock goes back. */
    long long start = monotonic();
    begin(&w, how, SECOND / 10, &thread);
    set_clock(w.until - 3 * SECOND / 10);
    CHECK(wait_done(&w, 20 * SECOND));
    CHECK(monotonic() - start >= 3 * SECOND / 10);
    end(&w, thread);
}

/* Absolute timers follow, delays do not. */
static void test_timers_follow(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    timer_t absolute, delay;
    struct itimerspec value = {0}, now;
    long long start = read_clock(CLOCK_REALTIME);
    count = 0;
    CHECK_IS(timer_create(CLOCK_REALTIME, &event, &absolute), 0);
    CHECK_IS(timer_create(CLOCK_REALTIME, &event, &delay), 0);
    value.it_value = spec(500 * SECOND);
    CHECK_IS(timer_settime(delay, 0, &value, NULL), 0);
    value.it_value = spec(start + YEAR);
    CHECK_IS(timer_settime(absolute, TIMER_ABSTIME, &value, NULL), 0);
    usleep(20000);
    CHECK_IS(count, 0);
    set_clock(start + YEAR);
    for (long long end = monotonic() + 10 * SECOND; !count && monotonic() < end;)
        usleep(1000);
    CHECK_IS(count, 1);
    CHECK_IS(timer_gettime(delay, &now), 0);
    CHECK(now.it_value.tv_sec > 400 && now.it_value.tv_sec <= 500);
    CHECK_IS(timer_gettime(absolute, &now), 0);
    CHECK(now.it_value.tv_sec == 0 && now.it_value.tv_nsec == 0);
    timer_delete(absolute);
    timer_delete(delay);
}

static struct itimerspec left_of(int fd)
{
    struct itimerspec now = {0};
    CHECK_IS(timerfd_gettime(fd, &now), 0);
    return now;
}

/* Of timers that are files, too; what asked for it is told that the clock has been set. */
static void test_timerfds_follow(void)
{
    struct itimerspec value = {.it_interval = {.tv_sec = 1000}};
    long long start = read_clock(CLOCK_REALTIME);
    uint64_t expirations = 0;
    int absolute = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK);
    int delay = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK);
    int cancels = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK);
    value.it_value.tv_sec = 500;
    CHECK_IS(timerfd_settime(delay, TFD_TIMER_CANCEL_ON_SET, &value, NULL), 0);
    value.it_value = spec(start + YEAR);
    CHECK_IS(timerfd_settime(absolute, TFD_TIMER_ABSTIME, &value, NULL), 0);
    CHECK_IS(timerfd_settime(cancels, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &value, NULL),
             0);
    struct pollfd all[] = {{absolute, POLLIN, 0}, {delay, POLLIN, 0}, {cancels, POLLIN, 0}};
    CHECK_IS(poll(all, 3, 0), 0);
    set_clock(start + YEAR / 2);
    CHECK_IS(poll(all, 3, 10000), 1);
    CHECK_IS(all[2].revents, POLLIN);
    CHECK_ERROR(read(cancels, &expirations, 8), ECANCELED);
    CHECK_ERROR(read(cancels, &expirations, 8), EAGAIN); /* once, and the timer goes on */
    long half = (long)(YEAR / SECOND / 2);
    CHECK(left_of(cancels).it_value.tv_sec <= half &&
          left_of(cancels).it_value.tv_sec > half - 100);
    CHECK(left_of(delay).it_value.tv_sec > 400 && left_of(delay).it_value.tv_sec < 500);
    set_clock(start + YEAR + 1500 * SECOND); /* one interval has gone by unseen */
    CHECK_ERROR(read(cancels, &expirations, 8), ECANCELED);
    CHECK_IS(read(absolute, &expirations, 8), 8);
    CHECK_IS(expirations, 2);
    CHECK(left_of(absolute).it_value.tv_sec <= 500 && left_of(absolute).it_value.tv_sec > 400);
    set_clock(start);
    CHECK_ERROR(timerfd_settime(cancels, 0, &value, NULL), ECANCELED); /* nobody had read it */
    CHECK_ERROR(read(delay, &expirations, 8), EAGAIN);
    set_clock(start + SECOND);
    CHECK_ERROR(read(cancels, &expirations, 8), EAGAIN); /* as it is none of those now */
    close(absolute);
    close(delay);
    close(cancels);
}

/* Is the clock ours to set? On Linux it is the machine's, and is left alone. */
static int is_ours(void)
{
#ifdef __dyad__
    return 1;
#else
    return 0;
#endif
}

int main(void)
{
    test_of_threads();
    test_of_processes();
    test_sleep_on_cpu_time();
    test_timers_on_cpu_time();
    test_interval_timer();
    test_errors();
    if (is_ours()) {
        long long before = read_clock(CLOCK_REALTIME), start = monotonic();
        for (int how = 0; how < HOWS; how++)
            test_waits_follow(how);
        test_timers_follow();
        test_timerfds_follow();
        set_clock(before + monotonic() - start);
    }
    return posix_end();
}
