/* time.c: clocks, entropy, and sleeping on a futex word. */
#include <errno.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <asm/unistd.h>
#include <time.h>
#include <unistd.h>

#include "abi/syscall.h"
#include "host.h"
#include "replay/replay.h"

static uint64_t boot_ns;

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void host_time_init(void)
{
    boot_ns = clock_ns(CLOCK_MONOTONIC);
}

uint64_t host_boot_ns(void)
{
    return boot_ns;
}

uint64_t host_time_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

uint64_t arch_time_ns(unsigned clock)
{
    if (REPLAY)
        return replay_time_ns(clock);
    return clock == DYAD_CLOCK_REALTIME ? clock_ns(CLOCK_REALTIME) : host_time_ns() - boot_ns;
}

void arch_entropy(void *buffer, size_t bytes)
{
    if (REPLAY) {
        replay_entropy(buffer, bytes);
        return;
    }
    for (uint8_t *p = buffer; bytes;) {
        ssize_t n = getrandom(p, bytes, 0);
        if (n < 0 && errno != EINTR)
            arch_panic("the host gives no random numbers (getrandom)");
        if (n > 0) {
            p += n;
            bytes -= (size_t)n;
        }
    }
}

/* Not FUTEX_PRIVATE: the words are in pages shared with the stubs. */
void host_futex_wait(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline_ns)
{
    struct timespec t = {(time_t)(deadline_ns / 1000000000), (long)(deadline_ns % 1000000000)};
    syscall(__NR_futex, word, FUTEX_WAIT_BITSET, expected, deadline_ns == UINT64_MAX ? NULL : &t,
            NULL, FUTEX_BITSET_MATCH_ANY);
}

void host_futex_wake(_Atomic uint32_t *word, int count)
{
    syscall(__NR_futex, word, FUTEX_WAKE, count, NULL, NULL, 0);
}
