/* signals.c: XSH 2.4 and <signal.h>: what a handler is told, queues, actions and their flags, waiting for signals, stacks. */
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"

static volatile sig_atomic_t count, order[16];
static siginfo_t last, infos[16];

static void on_info(int sig, siginfo_t *info, void *context)
{
    (void)context;
    order[count & 15] = sig;
    infos[count & 15] = last = *info;
    count++;
}

static void on_signal(int sig)
{
    order[count & 15] = sig;
    count++;
}

static void catch_info(int sig, int flags)
{
    struct sigaction action = {.sa_sigaction = on_info, .sa_flags = SA_SIGINFO | flags};
    CHECK_IS(sigaction(sig, &action, NULL), 0);
    count = 0;
    memset(&last, 0, sizeof last);
}

static void catch (int sig, int flags)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};
    CHECK_IS(sigaction(sig, &action, NULL), 0);
    count = 0;
}

static void set_default(int sig)
{
    CHECK(signal(sig, SIG_DFL) != SIG_ERR);
}

static sigset_t one(int sig)
{
    sigset_t set;
    sigemptyset(&set);
    CHECK_IS(sigaddset(&set, sig), 0);
    return set;
}

static void block(int how, int sig)
{
    sigset_t set = one(sig);
    CHECK_IS(sigprocmask(how, &set, NULL), 0);
}

static union sigval number(int n)
{
    union sigval value;
    memset(&value, 0, sizeof value);
    value.sival_int = n;
    return value;
}

static void test_what_a_handler_is_told(void)
{
    catch_info(SIGUSR1, 0);
    CHECK_IS(kill(getpid(), SIGUSR1), 0);
    CHECK_IS(count, 1);
    CHECK_IS(last.si_signo, SIGUSR1);
    CHECK_IS(last.si_code, SI_USER);
    CHECK_IS(last.si_pid, getpid());
    CHECK_IS(last.si_uid, getuid());
    CHECK_IS(sigqueue(getpid(), SIGUSR1, number(77)), 0);
    CHECK_IS(count, 2);
    CHECK_IS(last.si_code, SI_QUEUE);
    CHECK_IS(last.si_value.sival_int, 77);
    CHECK_IS(last.si_pid, getpid());
    memset(&last, 0, sizeof last);
    CHECK_IS(raise(SIGUSR1), 0);
    CHECK_IS(count, 3);
    CHECK_IS(last.si_signo, SIGUSR1);
    CHECK(last.si_code <= 0); /* from a process */
    CHECK_IS(last.si_pid, getpid());
    CHECK_IS(last.si_uid, getuid());
    memset(&last, 0, sizeof last);
    CHECK_IS(pthread_kill(pthread_self(), SIGUSR1), 0);
    CHECK_IS(count, 4);
    CHECK(last.si_code <= 0);
    CHECK_IS(last.si_pid, getpid());
    set_default(SIGUSR1);
}

/* Two signals of a real-time kind are two, in the order of sending; of several kinds the lowest comes first. */
static void test_real_time_signals_queue(void)
{
    catch_info(SIGRTMIN, 0);
    catch_info(SIGRTMIN + 1, 0);
    catch_info(SIGRTMAX, 0);
    block(SIG_BLOCK, SIGRTMIN);
    block(SIG_BLOCK, SIGRTMIN + 1);
    block(SIG_BLOCK, SIGRTMAX);
    for (int i = 0; i < 3; i++) {
        CHECK_IS(sigqueue(getpid(), SIGRTMAX, number(10 + i)), 0);
        CHECK_IS(sigqueue(getpid(), SIGRTMIN + 1, number(20 + i)), 0);
    }
    CHECK_IS(sigqueue(getpid(), SIGRTMIN, number(30)), 0);
    CHECK_IS(count, 0);
    siginfo_t info;
    sigset_t set = one(SIGRTMIN + 1);
    CHECK_IS(sigwaitinfo(&set, &info), SIGRTMIN + 1);
    CHECK_IS(info.si_value.sival_int, 20);
    CHECK_IS(info.si_code, SI_QUEUE);
    CHECK_IS(info.si_pid, getpid());
    sigset_t all = one(SIGRTMAX);
    sigaddset(&all, SIGRTMIN + 1);
    sigaddset(&all, SIGRTMIN);
    static const int expected[] = {30, 21, 22, 10, 11, 12};
    for (int i = 0; i < 6; i++) {
        CHECK(sigwaitinfo(&all, &info) >= SIGRTMIN);
        CHECK_IS(info.si_value.sival_int, expected[i]);
    }
    struct timespec none = {0};
    CHECK_ERROR(sigtimedwait(&all, NULL, &none), EAGAIN);
    for (int i = 0; i < 32; i++)
        CHECK_IS(sigqueue(getpid(), SIGRTMIN, number(i)), 0); /* _POSIX_SIGQUEUE_MAX */
    block(SIG_UNBLOCK, SIGRTMIN);
    CHECK_IS(count, 32);
    CHECK_IS(last.si_value.sival_int, 31);
    block(SIG_UNBLOCK, SIGRTMIN + 1);
    block(SIG_UNBLOCK, SIGRTMAX);
}

/* Sooner or later the queue is full; some systems have no limit for root. */
static void test_the_queue_has_a_limit(void)
{
    enum { MANY = 200000 };
    int queued = 0;
    struct timespec none = {0};
    siginfo_t info;
    sigset_t set = one(SIGRTMIN + 2);
    block(SIG_BLOCK, SIGRTMIN + 2);
    while (queued < MANY && sigqueue(getpid(), SIGRTMIN + 2, number(queued)) == 0)
        queued++;
    CHECK(queued >= 32 && (queued == MANY || errno == EAGAIN));
    CHECK_IS(kill(getpid(), SIGRTMIN + 2), 0);
    for (int i = 0; i < queued; i++) {
        if (sigtimedwait(&set, &info, &none) != SIGRTMIN + 2 || info.si_value.sival_int != i) {
            CHECK_IS(info.si_value.sival_int, i);
            break;
        }
    }
    while (sigtimedwait(&set, NULL, &none) > 0)
        continue;
    CHECK_IS(sigqueue(getpid(), SIGRTMIN + 2, number(0)), 0); /* there is room again */
    CHECK_IS(sigtimedwait(&set, &info, &none), SIGRTMIN + 2);
    block(SIG_UNBLOCK, SIGRTMIN + 2);
}

/* So do those for a thread, which have information as well. */
static void test_signals_for_a_thread_queue(void)
{
    catch_info(SIGRTMIN, 0);
    block(SIG_BLOCK, SIGRTMIN);
    for (int i = 0; i < 3; i++)
        CHECK_IS(pthread_kill(pthread_self(), SIGRTMIN), 0);
    CHECK_IS(count, 0);
    block(SIG_UNBLOCK, SIGRTMIN);
    CHECK_IS(count, 3);
    CHECK_IS(last.si_pid, getpid());
    catch_info(SIGUSR2, 0);
    block(SIG_BLOCK, SIGUSR2);
    raise(SIGUSR2);
    raise(SIGUSR2);
    block(SIG_UNBLOCK, SIGUSR2);
    CHECK_IS(count, 1); /* an ordinary one does not */
    set_default(SIGUSR2);
}

static void test_queueing_errors(void)
{
    CHECK_IS(sigqueue(getpid(), 0, number(1)), 0);
    CHECK_ERROR(sigqueue(getpid(), -1, number(1)), EINVAL);
    CHECK_ERROR(sigqueue(getpid(), 1000, number(1)), EINVAL);
    CHECK_ERROR(sigqueue(0x7ffffff0, 0, number(1)), ESRCH);
    CHECK_ERROR(kill(getpid(), 1000), EINVAL);
    CHECK_ERROR(kill(0x7ffffff0, 0), ESRCH);
    CHECK_ERROR(killpg(0x7ffffff0, 0), ESRCH);
    CHECK_ERROR(raise(-1), EINVAL);
    CHECK_ERROR(raise(1000), EINVAL);
    CHECK_IS(pthread_kill(pthread_self(), 1000), EINVAL);
    CHECK_IS(pthread_kill(pthread_self(), -1), EINVAL);
    CHECK_IS(killpg(getpgrp(), 0), 0);
}

/* ---- Actions ---- */

static void test_actions(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_NODEFER}, old;
    sigaddset(&action.sa_mask, SIGUSR2);
    CHECK_IS(sigaction(SIGUSR1, &action, &old), 0);
    CHECK(old.sa_handler == SIG_DFL);
    CHECK_IS(sigaction(SIGUSR1, NULL, &old), 0);
    CHECK(old.sa_handler == on_signal);
    CHECK(old.sa_flags & SA_NODEFER);
    CHECK_IS(sigismember(&old.sa_mask, SIGUSR2), 1);
    CHECK_IS(sigismember(&old.sa_mask, SIGUSR1), 0);
    CHECK_ERROR(sigaction(SIGKILL, &action, NULL), EINVAL);
    CHECK_ERROR(sigaction(SIGSTOP, &action, NULL), EINVAL);
    CHECK_ERROR(sigaction(0, &action, NULL), EINVAL);
    CHECK_ERROR(sigaction(1000, &action, NULL), EINVAL);
    CHECK_ERROR(sigaction(-1, NULL, &old), EINVAL);
    CHECK_IS(sigaction(SIGKILL, NULL, &old), 0);
    CHECK(old.sa_handler == SIG_DFL);
    errno = 0;
    CHECK(signal(SIGKILL, SIG_IGN) == SIG_ERR);
    CHECK_IS(errno, EINVAL);
    CHECK(signal(SIGUSR1, SIG_IGN) == on_signal);
    CHECK(signal(SIGUSR1, SIG_DFL) == SIG_IGN);
}

static volatile sig_atomic_t depth, deepest, mask_seen, raises;

static void on_nested(int sig)
{
    sigset_t now;
    if (++depth > deepest)
        deepest = depth;
    sigprocmask(SIG_BLOCK, NULL, &now);
    mask_seen = sigismember(&now, sig) + 2 * sigismember(&now, SIGUSR2);
    if (raises++ == 0)
        raise(sig);
    depth--;
}

static void test_masks_in_a_handler(void)
{
    struct sigaction action = {.sa_handler = on_nested};
    sigaddset(&action.sa_mask, SIGUSR2);
    deepest = raises = 0;
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    CHECK_IS(deepest, 1); /* blocked while it is handled */
    CHECK_IS(mask_seen, 3);
    action.sa_flags = SA_NODEFER;
    sigemptyset(&action.sa_mask);
    deepest = raises = 0;
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    CHECK_IS(deepest, 2);
    CHECK_IS(mask_seen, 0);
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK_IS(sigismember(&now, SIGUSR1), 0);
    set_default(SIGUSR1);
}

static volatile sig_atomic_t was_default;

static void on_once(int sig, siginfo_t *info, void *context)
{
    struct sigaction now;
    (void)info, (void)context;
    sigaction(sig, NULL, &now);
    was_default = now.sa_handler == SIG_DFL;
    count++;
}

static void test_reset_on_entry(void)
{
    struct sigaction action = {.sa_sigaction = on_once, .sa_flags = SA_SIGINFO | (int)SA_RESETHAND};
    count = was_default = 0;
    CHECK_IS(sigaction(SIGURG, &action, NULL), 0);
    raise(SIGURG);
    raise(SIGURG); /* ignored by default */
    CHECK_IS(count, 1);
    CHECK_IS(was_default, 1);
}

static void test_pending_while_blocked(void)
{
    sigset_t pending;
    catch (SIGUSR1, 0);
    block(SIG_BLOCK, SIGUSR1);
    raise(SIGUSR1);
    CHECK_IS(sigpending(&pending), 0);
    CHECK_IS(sigismember(&pending, SIGUSR1), 1);
    CHECK_IS(sigismember(&pending, SIGUSR2), 0);
    CHECK_IS(count, 0);
    block(SIG_UNBLOCK, SIGUSR1);
    CHECK_IS(count, 1); /* before it returns */
    CHECK_IS(sigpending(&pending), 0);
    CHECK_IS(sigismember(&pending, SIGUSR1), 0);
    block(SIG_BLOCK, SIGUSR1);
    raise(SIGUSR1);
    signal(SIGUSR1, SIG_IGN); /* discards it */
    CHECK_IS(sigpending(&pending), 0);
    CHECK_IS(sigismember(&pending, SIGUSR1), 0);
    block(SIG_UNBLOCK, SIGUSR1);
    sigset_t set = one(SIGKILL), now;
    sigaddset(&set, SIGSTOP);
    CHECK_IS(sigprocmask(SIG_BLOCK, &set, NULL), 0);
    CHECK_IS(sigprocmask(SIG_BLOCK, NULL, &now), 0);
    CHECK_IS(sigismember(&now, SIGKILL) + sigismember(&now, SIGSTOP), 0);
    CHECK_ERROR(sigprocmask(12345, &set, NULL), EINVAL);
    CHECK_IS(pthread_sigmask(12345, &set, NULL), EINVAL);
    CHECK_IS(sigprocmask(12345, NULL, &now), 0); /* how means nothing without a set */
    set_default(SIGUSR1);
}

static void test_sets(void)
{
    sigset_t set;
    CHECK_IS(sigfillset(&set), 0);
    for (int sig = 1; sig <= SIGRTMAX; sig++) {
        if (sig < 32 || sig >= SIGRTMIN)
            CHECK_IS(sigismember(&set, sig), 1);
    }
    CHECK_IS(sigemptyset(&set), 0);
    for (int sig = 1; sig <= SIGRTMAX; sig++)
        CHECK_IS(sigismember(&set, sig), 0);
    CHECK_ERROR(sigaddset(&set, 0), EINVAL);
    CHECK_ERROR(sigaddset(&set, 1000), EINVAL);
    CHECK_ERROR(sigdelset(&set, -1), EINVAL);
    CHECK_ERROR(sigdelset(&set, 1000), EINVAL);
    CHECK_ERROR(sigismember(&set, 1000), EINVAL);
    CHECK_ERROR(sigismember(&set, -1), EINVAL);
    CHECK_IS(sigaddset(&set, SIGINT), 0);
    CHECK_IS(sigismember(&set, SIGINT), 1);
    CHECK_IS(sigdelset(&set, SIGINT), 0);
    CHECK_IS(sigismember(&set, SIGINT), 0);
    CHECK(SIGRTMAX - SIGRTMIN + 1 >= _POSIX_RTSIG_MAX);
}

#pragma clang diagnostic ignored "-Wdeprecated-declarations"
static void test_the_old_functions(void)
{
    sigset_t now;
    catch (SIGUSR1, 0);
    CHECK_IS(sighold(SIGUSR1), 0);
    raise(SIGUSR1);
    CHECK_IS(count, 0);
    CHECK_IS(sigrelse(SIGUSR1), 0);
    CHECK_IS(count, 1);
    CHECK(sigset(SIGUSR1, SIG_HOLD) == on_signal);
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK_IS(sigismember(&now, SIGUSR1), 1);
    CHECK(sigset(SIGUSR1, SIG_IGN) == SIG_HOLD); /* it was blocked; now it is not */
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK_IS(sigismember(&now, SIGUSR1), 0);
    raise(SIGUSR1);
    CHECK(sigset(SIGUSR1, on_signal) == SIG_IGN);
    raise(SIGUSR1);
    raise(SIGUSR1);
    CHECK_IS(count, 3);
    CHECK(sigset(SIGUSR1, SIG_DFL) == on_signal);
    CHECK_IS(sigignore(SIGUSR1), 0);
    raise(SIGUSR1);
    CHECK(sigset(SIGUSR1, SIG_DFL) == SIG_IGN);
    errno = 0;
    CHECK(sigset(SIGKILL, SIG_IGN) == SIG_ERR);
    CHECK_IS(errno, EINVAL);
    CHECK(sigset(1000, SIG_DFL) == SIG_ERR);
    CHECK_ERROR(sighold(1000), EINVAL);
    CHECK_ERROR(sigrelse(1000), EINVAL);
    CHECK_ERROR(sigignore(1000), EINVAL);
    CHECK_ERROR(sigignore(SIGKILL), EINVAL);
    CHECK_ERROR(siginterrupt(1000, 1), EINVAL);
}

/* ---- Children ---- */

static pid_t child_that(void (*what)(void))
{
    pid_t child = fork();
    if (child == 0) {
        what();
        _exit(3);
    }
    return child;
}

static void stops(void)
{
    raise(SIGSTOP);
}
static void ends(void)
{
}
static void is_killed(void)
{
    raise(SIGKILL);
}

static void wait_for(pid_t child, int options)
{
    int status;
    while (waitpid(child, &status, options) < 0 && errno == EINTR) {
    }
}

static void test_what_a_child_tells(void)
{
    catch_info(SIGCHLD, SA_RESTART);
    pid_t child = child_that(ends);
    wait_for(child, 0);
    CHECK_IS(count, 1);
    CHECK_IS(last.si_signo, SIGCHLD);
    CHECK_IS(last.si_code, CLD_EXITED);
    CHECK_IS(last.si_pid, child);
    CHECK_IS(last.si_status, 3);
    CHECK_IS(last.si_uid, getuid());
    child = child_that(is_killed);
    wait_for(child, 0);
    CHECK_IS(count, 2);
    CHECK_IS(last.si_code, CLD_KILLED);
    CHECK_IS(last.si_status, SIGKILL);
    child = child_that(stops);
    wait_for(child, WUNTRACED);
    CHECK_IS(count, 3);
    CHECK_IS(last.si_code, CLD_STOPPED);
    CHECK_IS(last.si_status, SIGSTOP);
    kill(child, SIGCONT);
    wait_for(child, 0);
    CHECK(count >= 4);
    CHECK(last.si_code == CLD_EXITED || last.si_code == CLD_CONTINUED); /* two may be one */
    set_default(SIGCHLD);
}

static void test_stops_may_be_untold(void)
{
    catch_info(SIGCHLD, SA_NOCLDSTOP);
    pid_t child = child_that(stops);
    wait_for(child, WUNTRACED);
    CHECK_IS(count, 0);
    kill(child, SIGCONT);
    wait_for(child, WCONTINUED);
    wait_for(child, 0);
    while (count == 0)
        usleep(1000);
    CHECK_IS(count, 1);
    CHECK_IS(last.si_code, CLD_EXITED);
    set_default(SIGCHLD);
}

/* Whoever does not want to hear of its children waits until all are gone, and hears that there are none. */
static void test_children_nobody_waits_for(void)
{
    struct sigaction action = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};
    CHECK_IS(sigaction(SIGCHLD, &action, NULL), 0);
    for (int i = 0; i < 3; i++)
        child_that(ends);
    CHECK_ERROR(wait(NULL), ECHILD);
    action = (struct sigaction){.sa_handler = SIG_IGN};
    CHECK_IS(sigaction(SIGCHLD, &action, NULL), 0);
    child_that(ends);
    child_that(ends);
    CHECK_ERROR(wait(NULL), ECHILD);
    action.sa_handler = SIG_DFL;
    CHECK_IS(sigaction(SIGCHLD, &action, NULL), 0);
    pid_t child = child_that(ends);
    CHECK_IS(wait(NULL), child);
}

/* ---- Waiting for signals ---- */

static _Atomic bool answered;

/* Again and again: a signal whose handler has run before the wait began ends no wait. */
static void *sends_soon(void *arg)
{
    do {
        usleep(10000);
        kill(getpid(), (int)(long)arg);
    } while (!answered);
    return NULL;
}

static pthread_t soon(int sig)
{
    answered = false;
    pthread_t thread;
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    CHECK_IS(pthread_create(&thread, NULL, sends_soon, (void *)(long)sig), 0);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return thread;
}

static void end_sender(pthread_t thread)
{
    answered = true;
    pthread_join(thread, NULL);
}

static void test_waiting(void)
{
    sigset_t set = one(SIGUSR1), empty;
    siginfo_t info;
    int sig = 0;
    struct timespec now = {0}, timeout = {.tv_nsec = 20000000}, invalid = {.tv_nsec = 1000000000};
    sigemptyset(&empty);
    block(SIG_BLOCK, SIGUSR1);
    pthread_t thread = soon(SIGUSR1);
    CHECK_IS(sigwait(&set, &sig), 0);
    CHECK_IS(sig, SIGUSR1);
    end_sender(thread);
    while (sigtimedwait(&set, &info, &now) == SIGUSR1)
        continue;
    CHECK_ERROR(sigtimedwait(&set, &info, &timeout), EAGAIN);
    CHECK_ERROR(sigtimedwait(&set, &info, &invalid), EINVAL);
    catch (SIGUSR2, SA_RESTART);
    thread = soon(SIGUSR2);
    timeout.tv_sec = 5;
    CHECK_ERROR(sigtimedwait(&set, &info, &timeout), EINTR);
    end_sender(thread);
    thread = soon(SIGUSR2);
    CHECK_ERROR(sigwaitinfo(&set, &info), EINTR);
    end_sender(thread);
    CHECK(count >= 2);
    raise(SIGUSR1);
    CHECK_IS(sigwaitinfo(&set, NULL), SIGUSR1);
    thread = soon(SIGUSR2);
    CHECK_ERROR(sigsuspend(&empty), EINTR);
    end_sender(thread);
    sigset_t mask;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    CHECK_IS(sigismember(&mask, SIGUSR1), 1); /* the mask is back */
    thread = soon(SIGUSR2);
    CHECK_ERROR(pause(), EINTR);
    end_sender(thread);
    block(SIG_UNBLOCK, SIGUSR1);
    set_default(SIGUSR2);
}

int main(void)
{
    test_what_a_handler_is_told();
    test_real_time_signals_queue();
    test_the_queue_has_a_limit();
    test_signals_for_a_thread_queue();
    test_queueing_errors();
    test_actions();
    test_masks_in_a_handler();
    test_reset_on_entry();
    test_pending_while_blocked();
    test_sets();
    test_the_old_functions();
    test_what_a_child_tells();
    test_stops_may_be_untold();
    test_children_nobody_waits_for();
    test_waiting();
    return posix_end();
}
