/* signals.c: are signals delivered, masked, queued, restarted and reported as POSIX says? */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static volatile sig_atomic_t caught, order[8];
static sigjmp_buf jump;
static siginfo_t last_info;

static void count(int signo)
{
    order[caught++ & 7] = signo;
}

static void count_info(int signo, siginfo_t *info, void *context)
{
    (void)signo, (void)context;
    last_info = *info;
    caught++;
}

static void jump_out(int signo)
{
    siglongjmp(jump, signo);
}

static void handle(int signo, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    CHECK_IS(sigaction(signo, &action, NULL), 0);
}

static void test_raise_runs_the_handler_before_it_returns(void)
{
    caught = 0;
    handle(SIGUSR1, count, 0);
    CHECK_IS(raise(SIGUSR1), 0);
    CHECK_IS(caught, 1);
    CHECK_IS(kill(getpid(), SIGUSR1), 0);
    CHECK_IS(caught, 2);
}

static void test_blocked_signal_waits_and_is_one(void)
{
    sigset_t set, old, pending;
    caught = 0;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    CHECK_IS(sigprocmask(SIG_BLOCK, &set, &old), 0);
    raise(SIGUSR1);
    raise(SIGUSR1);
    CHECK_IS(caught, 0);
    CHECK_IS(sigpending(&pending), 0);
    CHECK_IS(sigismember(&pending, SIGUSR1), 1);
    CHECK_IS(sigprocmask(SIG_SETMASK, &old, NULL), 0);
    CHECK_IS(caught, 1);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void test_registers_and_vectors_survive_a_handler(void)
{
    double x = 1.5, y = 0, start = seconds();
    handle(SIGALRM, count, SA_RESTART);
    struct itimerval every = {{0, 2000}, {0, 2000}};
    CHECK_IS(setitimer(ITIMER_REAL, &every, NULL), 0);
    caught = 0;
    long rounds = 0;
    while (caught < 20 && rounds < 2000000000) {
        y = x * 2 + 1;
        x = (y - 1) / 2;
        rounds++;
    }
    struct itimerval off = {{0, 0}, {0, 0}};
    CHECK_IS(setitimer(ITIMER_REAL, &off, NULL), 0);
    CHECK(caught >= 20 ||
          seconds() - start < 0.04); /* under --seed time stands still in the loop */
    CHECK(x == 1.5 && y == 4.0);
}

static void test_jump_out_of_a_handler_restores_the_mask(void)
{
    sigset_t now;
    handle(SIGUSR2, jump_out, 0);
    int signo = sigsetjmp(jump, 1);
    if (signo == 0)
        raise(SIGUSR2);
    CHECK_IS(signo, SIGUSR2);
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK_IS(sigismember(&now, SIGUSR2), 0);
}

static void test_fault_can_be_caught_with_its_address(void)
{
    struct sigaction action = {.sa_sigaction = NULL};
    action.sa_handler = jump_out;
    CHECK_IS(sigaction(SIGSEGV, &action, NULL), 0);
    int signo = sigsetjmp(jump, 1);
    if (signo == 0)
        *(volatile int *)0x20 = 1;
    CHECK_IS(signo, SIGSEGV);
    signal(SIGSEGV, SIG_DFL);
}

static void test_alternate_stack_takes_a_stack_overflow(void)
{
    static char stack[16384];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    CHECK_IS(sigaltstack(&alternate, NULL), 0);
    handle(SIGSEGV, jump_out, SA_ONSTACK);
    int signo = sigsetjmp(jump, 1);
    if (signo == 0)
        __asm__ volatile("mov $0x30000, %%rsp\n push %%rax" ::: "memory");
    CHECK_IS(signo, SIGSEGV);
    signal(SIGSEGV, SIG_DFL);
}

static void test_read_is_interrupted_or_restarted(void)
{
    int ends[2];
    char byte;
    CHECK_IS(pipe(ends), 0);
    struct itimerval once = {{0, 0}, {0, 50000}};
    handle(SIGALRM, count, 0);
    setitimer(ITIMER_REAL, &once, NULL);
    errno = 0;
    CHECK_IS(read(ends[0], &byte, 1), -1);
    CHECK_IS(errno, EINTR);
    handle(SIGALRM, count, SA_RESTART);
    pid_t child = fork();
    if (child == 0) {
        usleep(200000);
        _exit(write(ends[1], "y", 1) == 1 ? 0 : 1);
    }
    setitimer(ITIMER_REAL, &once, NULL);
    CHECK_IS(read(ends[0], &byte, 1), 1);
    CHECK_IS(waitpid(child, NULL, 0), child);
    close(ends[0]);
    close(ends[1]);
}

static void test_sigsuspend_waits_with_its_mask(void)
{
    sigset_t block, old, empty;
    handle(SIGALRM, count, 0);
    sigemptyset(&empty);
    sigemptyset(&block);
    sigaddset(&block, SIGALRM);
    sigprocmask(SIG_BLOCK, &block, &old);
    struct itimerval once = {{0, 0}, {0, 20000}};
    caught = 0;
    setitimer(ITIMER_REAL, &once, NULL);
    CHECK_IS(sigsuspend(&empty), -1);
    CHECK_IS(errno, EINTR);
    CHECK_IS(caught, 1);
    sigset_t now;
    sigprocmask(SIG_SETMASK, &old, &now);
    CHECK_IS(sigismember(&now, SIGALRM), 1);
}

static void test_sigwait_takes_without_a_handler(void)
{
    sigset_t set, old;
    int signo = 0;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, &old);
    caught = 0;
    kill(getpid(), SIGUSR1);
    CHECK_IS(sigwait(&set, &signo), 0);
    CHECK_IS(signo, SIGUSR1);
    CHECK_IS(caught, 0);
    struct timespec soon = {0, 20000000};
    CHECK_IS(sigtimedwait(&set, NULL, &soon), -1);
    CHECK_IS(errno, EAGAIN);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static void test_child_signal_carries_its_information(void)
{
    struct sigaction action = {.sa_sigaction = count_info, .sa_flags = SA_SIGINFO};
    sigaction(SIGCHLD, &action, NULL);
    caught = 0;
    pid_t child = fork();
    if (child == 0)
        _exit(3);
    int status;
    while (waitpid(child, &status, 0) == -1 && errno == EINTR) {
    }
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    CHECK_IS(caught, 1);
    CHECK_IS(last_info.si_pid, child);
    signal(SIGCHLD, SIG_DFL);
}

static void test_stop_and_continue_are_seen_by_wait(void)
{
    pid_t child = fork();
    if (child == 0) {
        for (;;)
            pause();
    }
    int status = 0;
    CHECK_IS(kill(child, SIGSTOP), 0);
    CHECK_IS(waitpid(child, &status, WUNTRACED), child);
    CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
    CHECK_IS(kill(child, SIGCONT), 0);
    CHECK_IS(waitpid(child, &status, WCONTINUED), child);
    CHECK(WIFCONTINUED(status));
    CHECK_IS(kill(child, SIGKILL), 0);
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void test_errors(void)
{
    CHECK_IS(kill(999999, 0), -1);
    CHECK_IS(errno, ESRCH);
    CHECK_IS(kill(getpid(), 65), -1);
    CHECK_IS(errno, EINVAL);
    struct sigaction action = {.sa_handler = SIG_IGN};
    CHECK_IS(sigaction(SIGKILL, &action, NULL), -1);
    CHECK_IS(errno, EINVAL);
    CHECK_IS(waitpid(-1, NULL, 0), -1);
    CHECK_IS(errno, ECHILD);
}

int main(void)
{
    test_raise_runs_the_handler_before_it_returns();
    test_blocked_signal_waits_and_is_one();
    test_registers_and_vectors_survive_a_handler();
    test_jump_out_of_a_handler_restores_the_mask();
    test_fault_can_be_caught_with_its_address();
    test_alternate_stack_takes_a_stack_overflow();
    test_read_is_interrupted_or_restarted();
    test_sigsuspend_waits_with_its_mask();
    test_sigwait_takes_without_a_handler();
    test_child_signal_carries_its_information();
    test_stop_and_continue_are_seen_by_wait();
    test_errors();
    return check_end();
}
