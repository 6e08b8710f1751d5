/*
 * madvise.c: hints about memory. The pages of a mapped file are its server's cache, so reads see writes without msync;
 * nothing is locked, since nothing is swapped.
 */
#include <sys/mman.h>
#include "abi/layout.h"
#include "internal/gate.h"

/* Waking nobody says whether there is memory. */
static bool is_mapped(uint64_t addr)
{
    return dyad_futex_wake((uint32_t *)(uintptr_t)addr, 0) != -ERR_FAULT;
}

/* Of the range the first and the last page are looked at. */
int msync(void *addr, size_t length, int flags)
{
    uint64_t last = ((uint64_t)addr + (length ? length - 1 : 0)) & ~(uint64_t)(DYAD_PAGE_SIZE - 1);
    if (((uint64_t)addr & (DYAD_PAGE_SIZE - 1)) ||
        (flags & ~(MS_ASYNC | MS_SYNC | MS_INVALIDATE)) ||
        (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC))
        return (int)__result(-ERR_INVAL);
    if (length && (!is_mapped((uint64_t)addr) || !is_mapped(last)))
        return (int)__result(-ERR_NOMEM);
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
    (void)length;
    return advice == POSIX_MADV_DONTNEED ? 0 : (int)-advise(addr, advice);
}

int mlock(const void *addr, size_t length)
{
    (void)addr;
    (void)length;
    return 0;
}

int munlock(const void *addr, size_t length)
{
    return mlock(addr, length);
}

int mlockall(int flags)
{
    return (int)__result(flags & ~(MCL_CURRENT | MCL_FUTURE) ? -ERR_INVAL : 0);
}

int munlockall(void)
{
    return 0;
}
