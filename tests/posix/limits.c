/* limits.c: <limits.h>, the options of <unistd.h>, and sysconf, which shall agree with both. */
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"

/* What POSIX says is the least, and what sysconf may say: -1 is no limit. */
#define LEAST(name, least) {#name, _SC_##name, least}
static const struct {
    const char *name;
    int number;
    long least;
} limits[] = {
    LEAST(AIO_LISTIO_MAX, _POSIX_AIO_LISTIO_MAX),
    LEAST(AIO_MAX, _POSIX_AIO_MAX),
    LEAST(AIO_PRIO_DELTA_MAX, 0),
    LEAST(ARG_MAX, _POSIX_ARG_MAX),
    LEAST(ATEXIT_MAX, 32),
    LEAST(CHILD_MAX, _POSIX_CHILD_MAX),
    LEAST(CLK_TCK, 1),
    LEAST(DELAYTIMER_MAX, _POSIX_DELAYTIMER_MAX),
    LEAST(HOST_NAME_MAX, 64), /* Linux's; POSIX: 255 */
    LEAST(IOV_MAX, 16),
    LEAST(LOGIN_NAME_MAX, _POSIX_LOGIN_NAME_MAX),
    LEAST(MQ_OPEN_MAX, _POSIX_MQ_OPEN_MAX),
    LEAST(MQ_PRIO_MAX, _POSIX_MQ_PRIO_MAX),
    LEAST(NGROUPS_MAX, _POSIX_NGROUPS_MAX),
    LEAST(OPEN_MAX, _POSIX_OPEN_MAX),
    LEAST(PAGESIZE, 1),
    LEAST(RTSIG_MAX, _POSIX_RTSIG_MAX),
    LEAST(SEM_NSEMS_MAX, _POSIX_SEM_NSEMS_MAX),
    LEAST(SEM_VALUE_MAX, _POSIX_SEM_VALUE_MAX),
    LEAST(SIGQUEUE_MAX, _POSIX_SIGQUEUE_MAX),
    LEAST(STREAM_MAX, _POSIX_STREAM_MAX),
    LEAST(SYMLOOP_MAX, _POSIX_SYMLOOP_MAX),
    LEAST(THREAD_DESTRUCTOR_ITERATIONS, _POSIX_THREAD_DESTRUCTOR_ITERATIONS),
    LEAST(THREAD_KEYS_MAX, _POSIX_THREAD_KEYS_MAX),
    LEAST(THREAD_STACK_MIN, 0),
    LEAST(THREAD_THREADS_MAX, _POSIX_THREAD_THREADS_MAX),
    LEAST(TIMER_MAX, _POSIX_TIMER_MAX),
    LEAST(TTY_NAME_MAX, _POSIX_TTY_NAME_MAX),
    LEAST(TZNAME_MAX, _POSIX_TZNAME_MAX),
};

/* These every system has whose _POSIX_VERSION is 200809L. */
#define OPTION(name, macro) {#name, _SC_##name, macro}
static const struct {
    const char *name;
    int number;
    long value;
} options[] = {
    OPTION(ASYNCHRONOUS_IO, _POSIX_ASYNCHRONOUS_IO),
    OPTION(BARRIERS, _POSIX_BARRIERS),
    OPTION(CLOCK_SELECTION, _POSIX_CLOCK_SELECTION),
    OPTION(MAPPED_FILES, _POSIX_MAPPED_FILES),
    OPTION(MEMORY_PROTECTION, _POSIX_MEMORY_PROTECTION),
    OPTION(READER_WRITER_LOCKS, _POSIX_READER_WRITER_LOCKS),
    OPTION(REALTIME_SIGNALS, _POSIX_REALTIME_SIGNALS),
    OPTION(SEMAPHORES, _POSIX_SEMAPHORES),
    OPTION(SPIN_LOCKS, _POSIX_SPIN_LOCKS),
    OPTION(THREAD_SAFE_FUNCTIONS, _POSIX_THREAD_SAFE_FUNCTIONS),
    OPTION(THREADS, _POSIX_THREADS),
    OPTION(TIMEOUTS, _POSIX_TIMEOUTS),
    OPTION(TIMERS, _POSIX_TIMERS),
    OPTION(VERSION, _POSIX_VERSION),
};

/* Those of the realtime and threads' groups that Linux has as well. */
static const int optional[] = {_SC_FSYNC,
                               _SC_JOB_CONTROL,
                               _SC_MEMLOCK,
                               _SC_MEMLOCK_RANGE,
                               _SC_MESSAGE_PASSING,
                               _SC_MONOTONIC_CLOCK,
                               _SC_PRIORITIZED_IO,
                               _SC_REGEXP,
                               _SC_SAVED_IDS,
                               _SC_SHELL,
                               _SC_SPAWN,
                               _SC_SYNCHRONIZED_IO,
                               _SC_CPUTIME,
                               _SC_SHARED_MEMORY_OBJECTS,
                               _SC_THREAD_ATTR_STACKADDR,
                               _SC_THREAD_ATTR_STACKSIZE,
                               _SC_THREAD_PROCESS_SHARED};

int main(void)
{
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        errno = 0;
        long value = sysconf(limits[i].number);
        posix_checks++;
        if (value == -1 ? errno != 0 : value < limits[i].least) {
            posix_failures++;
            printf("FAIL %s is %ld\n", limits[i].name, value);
        }
    }
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        posix_checks++;
        if (options[i].value < 200809 || sysconf(options[i].number) != options[i].value) {
            posix_failures++;
            printf("FAIL %s is %ld, sysconf says %ld\n", options[i].name, options[i].value,
                   sysconf(options[i].number));
        }
    }
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++)
        CHECK(sysconf(optional[i]) > 0);
    CHECK_ERROR(sysconf(-1), EINVAL);
    CHECK_ERROR(sysconf(100000), EINVAL);
    CHECK(sysconf(_SC_PAGESIZE) == sysconf(_SC_PAGE_SIZE));
    CHECK_IS(sysconf(_SC_THREAD_KEYS_MAX), PTHREAD_KEYS_MAX);
    CHECK_IS(sysconf(_SC_SEM_VALUE_MAX), SEM_VALUE_MAX);
    CHECK_IS(sysconf(_SC_DELAYTIMER_MAX), DELAYTIMER_MAX);
    CHECK(PTHREAD_STACK_MIN > 0);
    CHECK_IS(NZERO, 20);
    CHECK(SIGRTMAX - SIGRTMIN >= _POSIX_RTSIG_MAX - 1);
    CHECK_IS(_POSIX_CLOCKRES_MIN, 20000000);
    CHECK_IS(SSIZE_MAX, LONG_MAX);
    struct timespec resolution;
    CHECK_IS(clock_getres(CLOCK_REALTIME, &resolution), 0);
    CHECK(resolution.tv_sec == 0 && resolution.tv_nsec <= _POSIX_CLOCKRES_MIN);
    CHECK_ERROR(clock_getres(12345, &resolution), EINVAL);
    CHECK_ERROR(clock_gettime(12345, &resolution), EINVAL);
    CHECK_ERROR(clock_settime(CLOCK_MONOTONIC, &resolution), EINVAL);
    resolution.tv_nsec = 1000000000;
    CHECK_ERROR(clock_settime(CLOCK_REALTIME, &resolution), EINVAL);
    return posix_end();
}
