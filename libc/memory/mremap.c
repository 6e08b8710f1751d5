/*
 * mremap.c: a mapping becomes longer or shorter, or goes elsewhere. The kernel moves pages, so nothing is copied, and what is shared or
 * copy-on-write stays so. A fork sees the memory at one of its places: it waits for the lock.
 */
#include <stdarg.h>
#include <sys/mman.h>
#include "abi/layout.h"
#include "internal/atfork.h"
#include "internal/gate.h"
#include "internal/limits.h"
#include "internal/lock.h"
#include "internal/mappings.h"
#include "internal/signals.h"

#pragma weak __mappings_lock
#pragma weak __mappings_unlock
#pragma weak __mappings_moved

#define PAGE_MASK (DYAD_PAGE_SIZE - 1)
#define FLAGS     (MREMAP_MAYMOVE | MREMAP_FIXED)

static struct libc_lock lock;

void __mremap_fork_lock(void)
{
    libc_lock(&lock);
}

void __mremap_fork_unlock(void)
{
    libc_unlock(&lock);
}

struct remap_call {
    uint64_t addr, old, length, to; /* whole pages; to 0: wherever */
    int flags;
};

static int64_t check(const struct remap_call *r)
{
    if ((r->flags & ~FLAGS) || (r->flags & FLAGS) == MREMAP_FIXED || (r->addr & PAGE_MASK) ||
        r->length == 0)
        return -ERR_INVAL;
    if (!(r->flags & MREMAP_FIXED))
        return 0;
    if ((r->to & PAGE_MASK) || r->to < DYAD_USER_BASE || r->to > DYAD_USER_END - r->length)
        return -ERR_INVAL;
    return r->to < r->addr + r->old && r->addr < r->to + r->length ? -ERR_INVAL : 0;
}

static int64_t remap(const struct remap_call *r)
{
    uint32_t flags = r->flags & MREMAP_MAYMOVE ? REMAP_MOVE : 0;
    int64_t result = dyad_remap(HANDLE_NONE, r->addr, r->old, r->length, flags, r->to);
    /* Another thread may map where the place has just been made free. */
    while (result == -ERR_EXIST) {
        result = dyad_unmap(HANDLE_NONE, r->to, r->length);
        if (result >= 0)
            result = dyad_remap(HANDLE_NONE, r->addr, r->old, r->length, flags, r->to);
    }
    return result;
}

static int64_t change(struct remap_call r)
{
    int64_t result = check(&r);
    /* Is there anything? Its own length of one page fits everything that is. */
    if (result >= 0)
        result = dyad_remap(HANDLE_NONE, r.addr, DYAD_PAGE_SIZE, DYAD_PAGE_SIZE, 0, 0);
    if (result < 0)
        return result == -ERR_INVAL && check(&r) >= 0 ? -ERR_FAULT : result;
    if (r.length > r.old && __limit_memory(r.length - r.old, false) < 0)
        return -ERR_NOMEM;
    if (r.old > r.length) {
        result = dyad_unmap(HANDLE_NONE, r.addr + r.length, r.old - r.length);
        if (result < 0)
            return result;
        r.old = r.length;
    }
    return !(r.flags & MREMAP_FIXED) && r.old == r.length ? (int64_t)r.addr : remap(&r);
}

void *mremap(void *old, size_t old_length, size_t length, int flags, ...)
{
    va_list ap;
    va_start(ap, flags);
    void *to = flags & MREMAP_FIXED ? va_arg(ap, void *) : NULL;
    va_end(ap);
    struct remap_call request = {.addr = (uint64_t)old,
                                 .old = (old_length + PAGE_MASK) & ~PAGE_MASK,
                                 .length = (length + PAGE_MASK) & ~PAGE_MASK,
                                 .to = (uint64_t)to,
                                 .flags = flags};
    if (old_length > DYAD_USER_END || length > DYAD_USER_END) /* rounding might wrap */
        return (void *)__result(old_length > DYAD_USER_END ? -ERR_INVAL : -ERR_NOMEM);
    uint64_t mask = __signals_block_all();
    libc_lock(&lock);
    if (__mappings_lock)
        __mappings_lock();
    int64_t result = change(request);
    if (__mappings_lock && result >= 0)
        __mappings_moved(request.addr, request.old, (uint64_t)result, request.length);
    if (__mappings_lock)
        __mappings_unlock();
    libc_unlock(&lock);
    __signals_restore(mask);
    return (void *)__result(result);
}
