/* ppoll.c: the mask of ppoll and pselect (and of sigsuspend) holds in one step with the wait: no signal comes between them. */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "posix_test.h"

static volatile sig_atomic_t handled;
static sigset_t open_mask, blocked;
static int ends[2];

static void on_signal(int sig)
{
    handled += sig == SIGUSR1;
}

static int is_blocked(void)
{
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    return sigismember(&now, SIGUSR1);
}

static int wait_with(int use_select, long ms, const sigset_t *mask)
{
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    if (!use_select) {
        struct pollfd fd = {.fd = ends[0], .events = POLLIN};
        return ppoll(&fd, 1, ms < 0 ? NULL : &time, mask);
    }
    fd_set in;
    FD_ZERO(&in);
    FD_SET(ends[0], &in);
    return pselect(ends[0] + 1, &in, NULL, NULL, ms < 0 ? NULL : &time, mask);
}

/* One that is pending ends the wait, whatever the time. */
static void test_pending(int use_select)
{
    handled = 0;
    raise(SIGUSR1);
    CHECK_IS(handled, 0);
    CHECK_ERROR(wait_with(use_select, -1, &open_mask), EINTR);
    CHECK_IS(handled, 1);
    CHECK(is_blocked());
    raise(SIGUSR1);
    CHECK_ERROR(wait_with(use_select, 0, &open_mask), EINTR);
    CHECK_IS(handled, 2);
    CHECK(is_blocked());
    CHECK_IS(wait_with(use_select, 1, &open_mask), 0); /* and is gone */
    /* A mask that keeps it out, and none. */
    raise(SIGUSR1);
    CHECK_IS(wait_with(use_select, 1, &blocked), 0);
    CHECK_IS(wait_with(use_select, 1, NULL), 0);
    CHECK_IS(handled, 2);
    CHECK_ERROR(wait_with(use_select, -1, &open_mask), EINTR);
    CHECK_IS(handled, 3);
    /* What is ready, is; the mask is as it was. */
    CHECK_IS(write(ends[1], "x", 1), 1);
    CHECK_IS(wait_with(use_select, -1, &open_mask), 1);
    char byte;
    CHECK_IS(read(ends[0], &byte, 1), 1);
    CHECK(is_blocked());
}

/* Another process sends them as fast as it is answered: each must end one wait. */
static void test_race(int use_select)
{
    enum { ROUNDS = 300 };
    int answer[2], status;
    CHECK_IS(pipe(answer), 0);
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        char byte;
        for (int i = 0; i < ROUNDS; i++) {
            if (read(answer[0], &byte, 1) != 1)
                _exit(1);
            for (volatile int spin = 0; spin < i * 7 % 500; spin++)
                continue;
            kill(parent, SIGUSR1);
        }
        _exit(0);
    }
    handled = 0;
    for (int i = 0; i < ROUNDS; i++) {
        if (write(answer[1], "a", 1) != 1 || wait_with(use_select, 20000, &open_mask) != -1 ||
            errno != EINTR || handled != i + 1) {
            CHECK(!"a signal was lost");
            kill(pid, SIGKILL);
            break;
        }
    }
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK_IS(status, 0);
    close(answer[0]);
    close(answer[1]);
}

/* The mask in the handler is the wait's with the signal itself, and the one before when it returns. */
static sigset_t inner;

static void look_at_mask(int sig)
{
    handled += sig == SIGUSR1;
    sigprocmask(SIG_BLOCK, NULL, &inner);
}

static int wait_by(int way, const sigset_t *mask)
{
    return way == 2 ? sigsuspend(mask) : wait_with(way, -1, mask);
}

static void test_handler_mask(void)
{
    struct sigaction action = {.sa_handler = look_at_mask};
    sigset_t before, during, after;
    sigaction(SIGUSR1, &action, NULL);
    before = during = blocked;
    sigaddset(&before, SIGTERM);
    sigdelset(&during, SIGUSR1);
    sigaddset(&during, SIGUSR2);
    sigprocmask(SIG_SETMASK, &before, NULL);
    for (int way = 0; way < 3; way++) {
        handled = 0;
        raise(SIGUSR1);
        CHECK_ERROR(wait_by(way, &during), EINTR);
        CHECK_IS(handled, 1);
        CHECK_IS(sigismember(&inner, SIGUSR1), 1);
        CHECK_IS(sigismember(&inner, SIGUSR2), 1);
        CHECK_IS(sigismember(&inner, SIGTERM), 0);
        sigprocmask(SIG_BLOCK, NULL, &after);
        CHECK_IS(sigismember(&after, SIGUSR1), 1);
        CHECK_IS(sigismember(&after, SIGUSR2), 0);
        CHECK_IS(sigismember(&after, SIGTERM), 1);
    }
    sigprocmask(SIG_SETMASK, &blocked, NULL);
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    struct timespec bad = {.tv_nsec = 1000000000};
    sigaction(SIGUSR1, &action, NULL);
    sigemptyset(&open_mask);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    CHECK_IS(pipe(ends), 0);
    CHECK_ERROR(ppoll(NULL, 0, &bad, NULL), EINVAL);
    CHECK_ERROR(pselect(0, NULL, NULL, NULL, &bad, NULL), EINVAL);
    for (int use_select = 0; use_select < 2; use_select++) {
        test_pending(use_select);
        test_race(use_select);
    }
    test_handler_mask();
    return posix_end();
}
