/* futex.c: the kernel's futexes. */
#include "internal/futex.h"
#include "internal/gate.h"

int __futex_wait(_Atomic int *addr, int expected, uint64_t deadline_ns)
{
    return (int)dyad_futex_wait(addr, (uint32_t)expected, deadline_ns);
}

int __futex_wake(_Atomic int *addr, int count)
{
    return (int)dyad_futex_wake(addr, (uint32_t)count);
}
