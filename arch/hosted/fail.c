/* fail.c: the ways out of dyad, and what is said on the way. */
#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console.h"
#include "host_exit.h"
#include "replay/replay.h"
#include "restart.h"
#include "stub_pool.h"

static _Atomic pid_t leaving; /* the thread that ends dyad */

/* The first thread to come leaves, the others wait for the end. One that comes twice has failed while it cleaned up:
 * the guardian and PR_SET_PDEATHSIG do the rest. */
static void leave_once(void)
{
    pid_t nobody = 0, self = gettid();
    if (atomic_compare_exchange_strong(&leaving, &nobody, self))
        return;
    if (nobody == self)
        _exit(HOST_FAILURE);
    host_stop_if_leaving();
}

void host_stop_if_leaving(void)
{
    while (atomic_load(&leaving))
        pause();
}

/* In the coverage preset: what atexit would do. */
__attribute__((weak)) int __llvm_profile_write_file(void);

static _Noreturn void leave(int status)
{
    stub_pool_shutdown();
    terminal_restore();
    if (__llvm_profile_write_file)
        __llvm_profile_write_file();
    _exit(status);
}

_Noreturn void host_exit(int status)
{
    leave_once();
    leave(status);
}

_Noreturn void arch_halt(int status)
{
    console_close();
    console_host_drain();
    if (REPLAY) /* it ends here, also when the machine would start again */
        status = replay_finish(status == ARCH_HALT_REBOOT ? HOST_REBOOT : status);
    if (status != ARCH_HALT_REBOOT)
        host_exit(status);
    leave_once();
    stub_pool_shutdown();
    terminal_restore();
    restart();
    leave(HOST_REBOOT);
}

static void say(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        return; /* nobody listens */
}

_Noreturn void arch_panic(const char *message)
{
    leave_once();
    terminal_restore();
    say("\ndyad: kernel panic: ");
    say(message);
    say("\n");
    if (REPLAY)
        replay_say_where();
    void *frames[64];
    backtrace_symbols_fd(frames, backtrace(frames, 64), STDERR_FILENO);
    leave(HOST_FAILURE);
}

void host_log_write(const char *text, size_t bytes)
{
    if (write(STDERR_FILENO, text, bytes) < 0)
        return;
}

_Noreturn void host_fail(const char *format, ...)
{
    va_list arguments;
    leave_once();
    terminal_restore();
    fputs("dyad: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    leave(HOST_FAILURE);
}

void *host_allocate(size_t bytes)
{
    void *p = calloc(1, bytes);
    if (!p)
        host_fail("out of memory (%zu bytes)", bytes);
    return p;
}

static void crashed(int signal)
{
    static const char digits[] = "0123456789";
    char message[] = "dyad itself crashed with signal 00";
    message[sizeof(message) - 3] = digits[signal / 10 % 10];
    message[sizeof(message) - 2] = digits[signal % 10];
    arch_panic(message);
}

/* The sanitizers have better handlers of their own. */
void host_crash_handlers(void)
{
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    struct sigaction action = {.sa_handler = crashed, .sa_flags = SA_RESETHAND};
    for (size_t i = 0; i < ARRAY_COUNT(signals); i++)
        sigaction(signals[i], &action, NULL);
#endif
    void *warm[1];
    backtrace(warm, 1); /* loads libgcc now rather than in a crash */
    (void)crashed;
}
