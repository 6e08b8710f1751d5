/*
 * calls.c: what single system calls cost, with the gate and the calling loop: lines of "name ns". With --icount a nanosecond is
 * an instruction (tests/boot/native_icount.sh).
 */
#include <stdio.h>
#include <time.h>

#include "dyad/syscall.h"

#define TIMES 20000

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

#define ROW(name, call)                                                   \
    do {                                                                  \
        uint64_t start = now();                                           \
        for (int i = 0; i < TIMES; i++)                                   \
            (void)(call);                                                 \
        printf("%s %lu\n", name, (unsigned long)(now() - start) / TIMES); \
    } while (0)

/* With an argument: only the time since the kernel's first instruction. */
int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        printf("now %lu\n", (unsigned long)now());
        return 0;
    }
    ROW("null", dyad_null());
    ROW("cred_get", dyad_cred_get(CRED_PID));
    ROW("clock_get", dyad_clock_get(DYAD_CLOCK_MONOTONIC));
    ROW("refused_handle", dyad_handle_close(HANDLE_NONE)); /* through the core's loop */
    ROW("yield", dyad_yield());
    return 0;
}
