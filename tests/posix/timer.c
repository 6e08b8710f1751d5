/* timer.c: timer_create and the calls around it. */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"

static volatile sig_atomic_t signals, code, value;
static sem_t notified;

static void on_signal(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    signals++;
    code = info->si_code;
    value = info->si_value.sival_int;
}

static void on_expiry(union sigval v)
{
    CHECK_IS(v.sival_int, 7);
    sem_post(&notified);
}

static timer_t make_timer(clockid_t clock, int sig, int number)
{
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = sig};
    event.sigev_value.sival_int = number;
    CHECK_IS(timer_create(clock, &event, &timer), 0);
    return timer;
}

static struct itimerspec in_ms(long first, long interval)
{
    return (struct itimerspec){.it_value = {first / 1000, first % 1000 * 1000000},
                               .it_interval = {interval / 1000, interval % 1000 * 1000000}};
}

static void wait_for_signals(int count)
{
    while (signals < count)
        usleep(1000);
}

static void test_a_timer_sends_its_signal(void)
{
    timer_t timer = make_timer(CLOCK_MONOTONIC, SIGUSR1, 42);
    struct itimerspec spec = in_ms(10, 0);
    signals = 0;
    CHECK_IS(timer_settime(timer, 0, &spec, NULL), 0);
    wait_for_signals(1);
    CHECK_IS(code, SI_TIMER);
    CHECK_IS(value, 42);
    CHECK_IS(timer_gettime(timer, &spec), 0);
    CHECK(spec.it_value.tv_sec == 0 && spec.it_value.tv_nsec == 0);
    CHECK_IS(timer_delete(timer), 0);
}

static void test_an_interval_repeats(void)
{
    timer_t timer = make_timer(CLOCK_REALTIME, SIGUSR1, 1);
    struct itimerspec spec = in_ms(5, 5), old;
    signals = 0;
    CHECK_IS(timer_settime(timer, 0, &spec, NULL), 0);
    wait_for_signals(5);
    spec = in_ms(0, 0);
    CHECK_IS(timer_settime(timer, 0, &spec, &old), 0);
    CHECK_IS(old.it_interval.tv_nsec, 5000000);
    CHECK(old.it_value.tv_nsec > 0 && old.it_value.tv_nsec <= 5000000);
    CHECK_IS(timer_delete(timer), 0);
}

static void test_expirations_while_blocked_are_overruns(void)
{
    sigset_t set, old;
    siginfo_t info;
    timer_t timer = make_timer(CLOCK_MONOTONIC, SIGUSR2, 9);
    struct itimerspec spec = in_ms(5, 5);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, &old);
    CHECK_IS(timer_settime(timer, 0, &spec, NULL), 0);
    usleep(60000);
    CHECK_IS(sigwaitinfo(&set, &info), SIGUSR2);
    CHECK_IS(info.si_code, SI_TIMER);
    CHECK(timer_getoverrun(timer) >= 3);
    CHECK_IS(sigwaitinfo(&set, &info), SIGUSR2);
    CHECK_IS(timer_delete(timer), 0);
    signal(SIGUSR2, SIG_IGN); /* what came since */
    signal(SIGUSR2, SIG_DFL);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

/* It is queued while it is blocked, and counts until it is let go; what comes after that is no signal. */
static void test_overruns_of_a_signal_that_is_ignored(void)
{
    sigset_t set, old;
    struct timespec begin, end;
    struct itimerspec spec = {.it_value = {0, 50000000}, .it_interval = {0, 2}};
    timer_t timer = make_timer(CLOCK_MONOTONIC, SIGCONT, 9);
    sigemptyset(&set);
    sigaddset(&set, SIGCONT);
    sigprocmask(SIG_BLOCK, &set, &old);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    CHECK_IS(timer_settime(timer, 0, &spec, NULL), 0);
    usleep(150000);
    clock_gettime(CLOCK_MONOTONIC, &end);
    sigprocmask(SIG_SETMASK, &old, NULL);
    long due = (end.tv_sec - begin.tv_sec) * 1000000000L + end.tv_nsec - begin.tv_nsec - 50000000L;
    int overruns = timer_getoverrun(timer);
    CHECK(overruns > (due - 10000000L) / 2);
    usleep(10000);
    CHECK(timer_getoverrun(timer) >= overruns);
    CHECK_IS(timer_delete(timer), 0);
}

static void test_absolute_time_in_the_past_expires_at_once(void)
{
    timer_t timer = make_timer(CLOCK_MONOTONIC, SIGUSR1, 3);
    struct itimerspec spec = {.it_value = {0, 1}};
    signals = 0;
    CHECK_IS(timer_settime(timer, TIMER_ABSTIME, &spec, NULL), 0);
    nanosleep(&(struct timespec){0, 1}, NULL);
    CHECK_IS(signals, 1);
    CHECK_IS(timer_delete(timer), 0);
}

/* This program asks for no other CPU clock: pthread_getcpuclockid would hide what timer_create lacks. */
static void test_cpu_time_timer(clockid_t clock)
{
    timer_t timer = make_timer(clock, SIGUSR1, 4);
    struct itimerspec spec = in_ms(20, 0);
    signals = 0;
    CHECK_IS(timer_settime(timer, 0, &spec, NULL), 0);
    while (!signals) {
    }
    CHECK_IS(value, 4);
    CHECK_IS(timer_delete(timer), 0);
}

static void test_a_thread_is_notified(void)
{
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = on_expiry};
    struct itimerspec spec = in_ms(5, 5);
    event.sigev_value.sival_int = 7;
    sem_init(&notified, 0, 0);
    CHECK_IS(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
    CHECK_IS(timer_settime(timer, 0, &spec, NULL), 0);
    for (int i = 0; i < 3; i++)
        sem_wait(&notified);
    CHECK_IS(timer_delete(timer), 0);
    usleep(20000);
}

static void test_children_do_not_inherit_timers(void)
{
    int status;
    timer_t timer = make_timer(CLOCK_MONOTONIC, SIGUSR1, 5);
    struct itimerspec spec = in_ms(20, 0);
    signals = 0;
    CHECK_IS(timer_settime(timer, 0, &spec, NULL), 0);
    pid_t child = fork();
    if (child == 0) {
        signals = 0;
        usleep(50000);
        usleep(20000);
        _exit(signals != 0);
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    CHECK_IS(status, 0);
    CHECK_IS(signals, 1);
    CHECK_IS(timer_delete(timer), 0);
}

/* Each has its own place in the queue of a real-time signal. */
static void test_two_timers_with_one_signal(void)
{
    sigset_t set, old;
    siginfo_t info;
    int values = 0;
    timer_t timers[2];
    struct itimerspec spec = in_ms(2, 0);
    struct timespec none = {0};
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN + 2);
    sigprocmask(SIG_BLOCK, &set, &old);
    for (int i = 0; i < 2; i++) {
        timers[i] = make_timer(CLOCK_MONOTONIC, SIGRTMIN + 2, i + 1);
        CHECK_IS(timer_settime(timers[i], 0, &spec, NULL), 0);
    }
    usleep(50000);
    for (int i = 0; i < 2; i++) {
        CHECK_IS(sigtimedwait(&set, &info, &none), SIGRTMIN + 2);
        values |= info.si_value.sival_int;
        CHECK_IS(timer_getoverrun(timers[i]), 0);
        CHECK_IS(timer_delete(timers[i]), 0);
    }
    CHECK_IS(values, 3);
    CHECK_ERROR(sigtimedwait(&set, &info, &none), EAGAIN);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static void test_bad_arguments(void)
{
    timer_t timer = make_timer(CLOCK_MONOTONIC, SIGUSR1, 0);
    struct itimerspec spec = {.it_value = {0, 1000000000}};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 1000};
    timer_t other;
    CHECK_ERROR(timer_settime(timer, 0, &spec, NULL), EINVAL);
    spec.it_value = (struct timespec){-1, 0};
    CHECK_ERROR(timer_settime(timer, 0, &spec, NULL), EINVAL);
    CHECK_ERROR(timer_create((clockid_t)99, NULL, &other), EINVAL);
    CHECK_ERROR(timer_create(CLOCK_MONOTONIC, &event, &other), EINVAL);
    CHECK_IS(timer_delete(timer), 0);
}

static volatile sig_atomic_t ticks;

static void on_tick(int signo)
{
    (void)signo;
    ticks++;
}

static void spin_until_ticks(int wanted)
{
    struct timespec now, start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do
        clock_gettime(CLOCK_MONOTONIC, &now);
    while (ticks < wanted && now.tv_sec - start.tv_sec < 20);
}

static void test_interval_timers_of_cpu_time(void)
{
    static const struct {
        int which, signo;
    } kinds[] = {{ITIMER_VIRTUAL, SIGVTALRM}, {ITIMER_PROF, SIGPROF}};
    struct itimerval timer = {{0, 10000}, {0, 10000}}, got, none = {0};
    struct sigaction action = {.sa_handler = on_tick};

    for (int i = 0; i < 2; i++) {
        sigaction(kinds[i].signo, &action, NULL);
        ticks = 0;
        CHECK_IS(setitimer(kinds[i].which, &timer, NULL), 0);
        CHECK_IS(getitimer(kinds[i].which, &got), 0);
        CHECK(got.it_interval.tv_usec == 10000 && got.it_interval.tv_sec == 0);
        CHECK(got.it_value.tv_usec > 0 && got.it_value.tv_usec <= 20000);
        spin_until_ticks(3);
        CHECK(ticks >= 3);
        CHECK_IS(setitimer(kinds[i].which, &none, &got), 0);
        CHECK_IS(got.it_interval.tv_usec, 10000);
        CHECK_IS(getitimer(kinds[i].which, &got), 0);
        CHECK(got.it_value.tv_sec == 0 && got.it_value.tv_usec == 0);
    }
    CHECK_ERROR(setitimer(77, &timer, NULL), EINVAL);
    CHECK_ERROR(getitimer(-1, &got), EINVAL);
    timer.it_value.tv_usec = 1000000;
    CHECK_ERROR(setitimer(ITIMER_PROF, &timer, NULL), EINVAL);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);
    test_a_timer_sends_its_signal();
    test_an_interval_repeats();
    test_expirations_while_blocked_are_overruns();
    test_absolute_time_in_the_past_expires_at_once();
    test_cpu_time_timer(CLOCK_PROCESS_CPUTIME_ID);
    test_cpu_time_timer(CLOCK_THREAD_CPUTIME_ID);
    test_overruns_of_a_signal_that_is_ignored();
    test_a_thread_is_notified();
    test_children_do_not_inherit_timers();
    test_two_timers_with_one_signal();
    test_bad_arguments();
    test_interval_timers_of_cpu_time();
    return posix_end();
}
