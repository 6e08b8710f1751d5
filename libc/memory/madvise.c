/* madvise.c: hints about memory. */
#include <stdbool.h>
#include <sys/mman.h>
#include "abi/layout.h"
#include "internal/gate.h"
#include "internal/mappings.h"

/* Waking nobody says whether there is memory. */
static bool is_mapped(uint64_t addr)
{
    return dyad_futex_wake((uint32_t *)(uintptr_t)addr, 0) != -ERR_FAULT;
}

int64_t __memory_check(const void *addr, size_t length)
{
    uint64_t at = (uint64_t)addr & ~(uint64_t)(DYAD_PAGE_SIZE - 1), end;
    if (__builtin_add_overflow((uint64_t)addr, length, &end) || end > DYAD_USER_END)
        return -ERR_NOMEM;
    for (; at < end; at += DYAD_PAGE_SIZE) {
        if (!is_mapped(at))
            return -ERR_NOMEM;
    }
    return 0;
}

static int64_t advise(void *addr, int advice)
{
    if ((uint64_t)addr & (DYAD_PAGE_SIZE - 1))
        return -ERR_INVAL;
    switch (advice) {
    case MADV_NORMAL:
    case MADV_RANDOM:
    case MADV_SEQUENTIAL:
    case MADV_WILLNEED:
    case MADV_FREE: return 0;
    default:
        return -ERR_INVAL; /* MADV_DONTNEED must zero: who needs that must know that it did not happen */
    }
}

int madvise(void *addr, size_t length, int advice)
{
    (void)length;
    return (int)__result(advise(addr, advice));
}

int posix_madvise(void *addr, size_t length, int advice)
{
    int64_t result = advice == POSIX_MADV_DONTNEED ? 0 : advise(addr, advice);
    if (result == 0 && ((uint64_t)addr & (DYAD_PAGE_SIZE - 1)))
        result = -ERR_INVAL;
    return (int)-(result < 0 ? result : __memory_check(addr, length));
}
