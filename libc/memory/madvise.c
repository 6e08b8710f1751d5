/*
 * madvise.c: hints about memory. The pages of a mapped file are its server's cache, so reads see writes without msync;
 * nothing is locked, since nothing is swapped.
 */
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include "abi/layout.h"
#include "internal/cancel.h"
#include "internal/gate.h"

/* Waking nobody says whether there is memory. */
static bool is_mapped(uint64_t addr)
{
    return dyad_futex_wake((uint32_t *)(uintptr_t)addr, 0) != -ERR_FAULT;
}

/* Is there memory on each page that [addr, addr + length) touches? addr need not be a page's. */
static int64_t check_range(const void *addr, size_t length)
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

static int64_t sync_range(const void *addr, size_t length, int flags)
{
    if (((uint64_t)addr & (DYAD_PAGE_SIZE - 1)) ||
        (flags & ~(MS_ASYNC | MS_SYNC | MS_INVALIDATE)) ||
        (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC))
        return -ERR_INVAL;
    return check_range(addr, length);
}

int msync(void *addr, size_t length, int flags)
{
    return (int)__result(CANCELLABLE(sync_range(addr, length, flags)));
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
    return (int)-(result < 0 ? result : check_range(addr, length));
}

/* Whoever may not lock memory is told so, though there is nothing to do. */
static int64_t may_lock(void)
{
    struct rlimit limit;
    if (dyad_cred_get(CRED_EUID) == 0 || getrlimit(RLIMIT_MEMLOCK, &limit) < 0 || limit.rlim_cur)
        return 0;
    return -ERR_PERM;
}

int mlock(const void *addr, size_t length)
{
    int64_t result = check_range(addr, length);
    return (int)__result(result < 0 ? result : may_lock());
}

int munlock(const void *addr, size_t length)
{
    return (int)__result(check_range(addr, length));
}

int mlockall(int flags)
{
    if (flags == 0 || flags & ~(MCL_CURRENT | MCL_FUTURE))
        return (int)__result(-ERR_INVAL);
    return (int)__result(may_lock());
}

int munlockall(void)
{
    return 0;
}
