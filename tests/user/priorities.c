/* priorities.c: do threads run at the priority that they are lent, by who waits for a mutex or a server, and do real-time threads leave
 * something to others? Threads of a priority between the two have all cores, so that without it nothing would move. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

#define CORES_MAX 8
#define LIMIT_MS \
    4000 /* after that the ones in the middle give up: the others were not lent anything */

static pthread_mutex_t mutex;
static atomic_int held, hogs, over, gave_up, tried;

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void sleep_ms(long ms)
{
    struct timespec t = {.tv_nsec = ms * 1000000};
    nanosleep(&t, NULL);
}

static void become(int priority)
{
    struct sched_param param = {.sched_priority = priority};
    CHECK_IS(pthread_setschedparam(pthread_self(), priority ? SCHED_FIFO : SCHED_OTHER, &param), 0);
}

static void *hog(void *arg)
{
    long start = now_ms();
    become((int)(long)arg);
    hogs++;
    while (!over) {
        if (now_ms() - start > LIMIT_MS) {
            gave_up++;
            break;
        }
    }
    return NULL;
}

static void start_hogs(pthread_t *threads, long count, int priority)
{
    hogs = over = gave_up = 0;
    for (long i = 0; i < count; i++)
        CHECK_IS(pthread_create(&threads[i], NULL, hog, (void *)(long)priority), 0);
    while (hogs < count)
        sleep_ms(1);
}

static void end_hogs(pthread_t *threads, long count)
{
    over = 1;
    for (long i = 0; i < count; i++)
        CHECK_IS(pthread_join(threads[i], NULL), 0);
    CHECK_IS(gave_up, 0);
}

static void *low(void *arg)
{
    become(1);
    CHECK_IS(pthread_mutex_lock(&mutex), 0);
    held = 1;
    while (!tried)
        sleep_ms(1);
    CHECK_IS(pthread_mutex_unlock(&mutex), 0);
    return arg;
}

static void test_mutex(long cores)
{
    pthread_t threads[CORES_MAX], holder;
    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
    CHECK_IS(pthread_mutex_init(&mutex, &attr), 0);
    held = tried = 0;
    CHECK_IS(pthread_create(&holder, NULL, low, NULL), 0);
    while (!held)
        sleep_ms(1);
    become(90);
    start_hogs(threads, cores, 50);
    tried = 1;
    CHECK_IS(pthread_mutex_lock(&mutex), 0);
    CHECK_IS(pthread_mutex_unlock(&mutex), 0);
    end_hogs(threads, cores);
    become(0);
    CHECK_IS(pthread_join(holder, NULL), 0);
}

/* The file server, and procd. */
static void test_servers(long cores)
{
    pthread_t threads[CORES_MAX];
    struct stat st;
    become(90);
    start_hogs(threads, cores, 50);
    for (int i = 0; i < 20; i++) {
        CHECK_IS(stat("/", &st), 0);
        CHECK(getpgid(getppid()) >= 0);
    }
    end_hogs(threads, cores);
    become(0);
}

static void test_rest(long cores)
{
    pthread_t threads[CORES_MAX];
    struct stat st;
    start_hogs(threads, cores, 99);
    CHECK_IS(stat("/", &st), 0);
    end_hogs(threads, cores);
}

static void *caller(void *arg)
{
    struct stat st;
    become(1);
    while (!over)
        CHECK_IS(stat("/", &st), 0);
    return arg;
}

/* The file server is likely to be in a call of a client of priority 1 when the hogs come: it gets what is left to the others. */
static void test_rest_for_servers(long cores)
{
    pthread_t threads[CORES_MAX], client;
    struct stat st;
    for (int i = 0; i < 5; i++) {
        over = 0;
        CHECK_IS(pthread_create(&client, NULL, caller, NULL), 0);
        sleep_ms(20);
        start_hogs(threads, cores, 50);
        CHECK_IS(stat("/", &st), 0);
        end_hogs(threads, cores);
        CHECK_IS(pthread_join(client, NULL), 0);
    }
}

int main(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    CHECK(cores >= 1 && cores <= CORES_MAX);
    test_mutex(cores);
    test_servers(cores);
    test_rest(cores);
    test_rest_for_servers(cores);
    return check_end();
}
