/*
 * sweep.c: does every system call survive hostile arguments? Every argument of every call takes each of a list of ridiculous
 * values, the others being plausible, each in a forked child, since a call may well end, stop or replace it.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static const uint64_t hostile[] = {
    0,
    1,
    7,
    0xfff,
    0x1000,
    0xffff,
    0x10000,
    0x400000,
    0x7fffffff,
    0x80000000,
    0xffffffff,
    0x100000000,
    0x6fffffffffff,
    0x6ffffff00000,
    0x700000000000,
    0x700000001000,
    0x7fffffffffff,
    0x800000000000,
    0xffff800000000000,
    0x7fffffffffffffff,
    0x8000000000000000,
    0xffffffffffffff00,
    0xfffffffffffffff8,
    0xffffffffffffffff,
};
#define HOSTILE_COUNT (sizeof hostile / sizeof hostile[0])

static char scratch[8192] __attribute__((aligned(4096)));

/* What a call gets where it is not under test: handles, pointers into scratch, small numbers. */
static const uint64_t plausible[3][6] = {
    {0, (uint64_t)(uintptr_t)0, 64, 0, 0, 0},
    {(uint64_t)-1, 0, 16, (uint64_t)-1, 0, 0},
    {1, 1, 1, 1, 1, 1},
};

static int64_t raw(uint64_t number, const uint64_t a[6])
{
    return dyad_syscall6(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* Calls that do what they are asked and so never come back are left to their own tests. */
static int leaves(uint64_t number)
{
    return number == SYS_process_exit || number == SYS_thread_exit || number == SYS_sleep;
}

static void sweep_call(uint64_t number, int args)
{
    for (int argument = 0; argument < args; argument++) {
        for (size_t model = 0; model < 3; model++) {
            uint64_t a[6];
            for (int i = 0; i < 6; i++)
                a[i] = plausible[model][i] == 0 && i > 0 ? (uint64_t)(uintptr_t)scratch
                                                         : plausible[model][i];
            for (size_t value = 0; value < HOSTILE_COUNT; value++) {
                a[argument] = hostile[value];
                (void)raw(number, a);
            }
        }
    }
}

/* One child a call: it may be killed, but not take anything else with it, and not hang for ever. */
static void sweep_in_child(uint64_t number, const char *name, int args)
{
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        alarm(5); /* calls that block with a hostile deadline are cut short by this signal */
        signal(SIGALRM, SIG_DFL);
        sweep_call(number, args);
        _exit(0);
    }
    int status = -1;
    if (waitpid(child, &status, 0) != child) {
        check_failures++;
        printf("FAIL %s: the child was lost\n", name);
    }
    check_count++;
}

int main(void)
{
#define X(number, name, args) \
    if (!leaves(number))      \
        sweep_in_child(number, #name, args);
    DYAD_SYSCALL_LIST(X)
#undef X
    uint64_t none[6] = {0};
    CHECK_IS(raw(SYS_COUNT, none), -ERR_NOSYS);
    CHECK_IS(raw(UINT64_MAX, none), -ERR_NOSYS);
    return check_end();
}
