/* signal_stacks.c: sigaltstack, what a fault tells its handler, and what a new thread has of its creator's signals. */
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"

static volatile sig_atomic_t count;

static void on_signal(int sig)
{
    (void)sig;
    count++;
}

static void set_default(int sig)
{
    CHECK(signal(sig, SIG_DFL) != SIG_ERR);
}

static void block(int how, int sig)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, sig);
    CHECK_IS(sigprocmask(how, &set, NULL), 0);
}

/* ---- Stacks ---- */

static char own_stack[65536];
static volatile sig_atomic_t on_own, could_change;

static void on_stack(int sig)
{
    stack_t now, none = {.ss_flags = SS_DISABLE};
    char here;
    (void)sig;
    on_own = &here >= own_stack && &here < own_stack + sizeof own_stack;
    sigaltstack(NULL, &now);
    on_own += now.ss_flags & SS_ONSTACK ? 2 : 0;
    errno = 0;
    could_change = sigaltstack(&none, NULL) == 0 || errno != EPERM;
}

static void test_stacks(void)
{
    stack_t stack = {.ss_sp = own_stack, .ss_size = sizeof own_stack}, old;
    CHECK_IS(sigaltstack(&stack, &old), 0);
    CHECK(old.ss_flags & SS_DISABLE);
    CHECK_IS(sigaltstack(NULL, &old), 0);
    CHECK(old.ss_sp == own_stack && old.ss_size == sizeof own_stack && old.ss_flags == 0);
    struct sigaction action = {.sa_handler = on_stack, .sa_flags = SA_ONSTACK};
    CHECK_IS(sigaction(SIGUSR1, &action, NULL), 0);
    raise(SIGUSR1);
    CHECK_IS(on_own, 3);
    CHECK_IS(could_change, 0);
    action.sa_flags = 0;
    CHECK_IS(sigaction(SIGUSR1, &action, NULL), 0);
    raise(SIGUSR1);
    CHECK_IS(on_own, 0);
    stack.ss_size = 1;
    CHECK_ERROR(sigaltstack(&stack, NULL), ENOMEM);
    stack.ss_size = sizeof own_stack;
    stack.ss_flags = 0x4000;
    CHECK_ERROR(sigaltstack(&stack, NULL), EINVAL);
    set_default(SIGUSR1);
}

/* ---- Faults ---- */

static volatile sig_atomic_t fault_code;
static void *volatile fault_address;
static char *fault_page;

static void on_fault(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    fault_code = info->si_code;
    fault_address = info->si_addr;
    mprotect(fault_page, 4096, PROT_READ | PROT_WRITE);
}

static void test_faults(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    CHECK_IS(sigaction(SIGSEGV, &action, NULL), 0);
    fault_page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(fault_page != MAP_FAILED);
    *(volatile char *)(fault_page + 100) = 1;
    CHECK_IS(fault_code, SEGV_ACCERR);
    CHECK(fault_address == fault_page + 100);
    munmap(fault_page, 4096);
    set_default(SIGSEGV);
}

static void *asks_its_mask(void *arg)
{
    sigset_t now, pending;
    stack_t stack;
    (void)arg;
    pthread_sigmask(SIG_BLOCK, NULL, &now);
    sigpending(&pending);
    sigaltstack(NULL, &stack);
    return (void *)(long)(sigismember(&now, SIGUSR2) + 2 * sigismember(&now, SIGUSR1) +
                          4 * sigismember(&pending, SIGUSR2) + 8 * !(stack.ss_flags & SS_DISABLE));
}

/* It has its creator's mask, but neither its pending signals nor its stack. */
static void test_a_new_thread(void)
{
    stack_t stack = {.ss_sp = own_stack, .ss_size = sizeof own_stack},
            none = {.ss_flags = SS_DISABLE};
    pthread_t thread;
    void *result = NULL;
    CHECK(signal(SIGUSR2, on_signal) != SIG_ERR);
    sigaltstack(&stack, NULL);
    block(SIG_BLOCK, SIGUSR2);
    pthread_kill(pthread_self(), SIGUSR2);
    CHECK_IS(pthread_create(&thread, NULL, asks_its_mask, NULL), 0);
    CHECK_IS(pthread_join(thread, &result), 0);
    CHECK_IS((long)result, 1);
    block(SIG_UNBLOCK, SIGUSR2);
    CHECK_IS(count, 1);
    sigaltstack(&none, NULL);
}

int main(void)
{
    test_stacks();
    test_faults();
    test_a_new_thread();
    return posix_end();
}
