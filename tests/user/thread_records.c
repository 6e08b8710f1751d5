/* thread_records.c: what was sent to a thread and never taken goes with the thread: does the kernel's memory stay as it was? */
#include <dyad/syscall.h>
#include <pthread.h>
#include <signal.h>
#include "tests/posix/posix_test.h"

#define THREADS 200
#define SIGNALS 5

static uint64_t kernel_bytes(void)
{
    struct process_info info = {0};
    CHECK(dyad_process_control(HANDLE_NONE, PROCESS_INFO, dyad_arg(&info), sizeof info) >= 0);
    return info.kernel_bytes;
}

static void *is_sent_signals(void *arg)
{
    sigset_t set, pending;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    for (int i = 0; i < SIGNALS; i++)
        CHECK_IS(pthread_kill(pthread_self(), SIGRTMIN), 0);
    CHECK_IS(sigpending(&pending), 0);
    CHECK_IS(sigismember(&pending, SIGRTMIN), 1);
    return arg;
}

static void run_threads(int count)
{
    for (int i = 0; i < count; i++) {
        pthread_t thread;
        CHECK_IS(pthread_create(&thread, NULL, is_sent_signals, NULL), 0);
        CHECK_IS(pthread_join(thread, NULL), 0);
    }
}

int main(void)
{
    run_threads(2); /* what is allocated once */
    uint64_t before = kernel_bytes();
    run_threads(THREADS);
    uint64_t after = kernel_bytes();
    CHECK(after < before + THREADS * SIGNALS * 16); /* a record has more */
    return posix_end();
}
