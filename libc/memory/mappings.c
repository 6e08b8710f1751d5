/*
 * mappings.c: mlock, msync and their kin, by notes of what is mapped. The pages of a mapped file are its server's cache, so reads see
 * writes without msync, and nothing is ever swapped: what is left of both is what can be seen of them. msync has the file's times marked,
 * since nobody else tells its server of the writes; for that a file is kept open while it is mapped. Locked pages are those that
 * MS_INVALIDATE finds busy and RLIMIT_MEMLOCK counts.
 */
#include "internal/mappings.h"
#include <sys/mman.h>
#include <sys/resource.h>
#include "abi/layout.h"
#include "abi/scheme.h"
#include "internal/cancel.h"
#include "internal/files.h"
#include "internal/lock.h"
#include "internal/pages.h"
#include "internal/ranges.h"

#define PAGE_MASK   (DYAD_PAGE_SIZE - 1)
#define FILES_FIRST 64

static struct {
    struct libc_lock lock;
    /* Guarded by lock: */
    struct range_set locked, shared; /* a shared range's value: 1 + index in files */
    bool future;                     /* new mappings are locked */
    handle_t *files;                 /* HANDLE_NONE: free */
    size_t room;
} notes;

void __mappings_lock(void)
{
    libc_lock(&notes.lock);
}

void __mappings_unlock(void)
{
    libc_unlock(&notes.lock);
}

/* ---- Files ---- */

static bool more_files(void)
{
    size_t old = notes.room * sizeof(handle_t);
    size_t size = old ? 2 * old : FILES_FIRST * sizeof(handle_t);
    size = (size + PAGE_MASK) & ~PAGE_MASK;
    handle_t *files = old ? __pages_resize(notes.files, old, size) : __pages_map(size);
    if (!files)
        return false;
    notes.files = files;
    for (; notes.room < size / sizeof(handle_t); notes.room++)
        files[notes.room] = HANDLE_NONE;
    return true;
}

/* 1 + the file's index; 0: there is no memory, and its times will be those of the mmap. */
static uint64_t value_of(handle_t file)
{
    size_t slot = notes.room;
    for (size_t i = notes.room; i-- > 0;) {
        if (notes.files[i] == HANDLE_NONE)
            slot = i;
        else if (dyad_handle_control(notes.files[i], HANDLE_SAME, file) == 1)
            return i + 1;
    }
    if (slot == notes.room && !more_files())
        return 0;
    int64_t own = dyad_handle_dup(file, RIGHT_ALL);
    if (own < 0)
        return 0;
    notes.files[slot] = (handle_t)own;
    return slot + 1;
}

static void close_unused(void)
{
    for (size_t i = 0; i < notes.room; i++) {
        bool used = notes.files[i] == HANDLE_NONE;
        for (size_t r = 0; r < notes.shared.count && !used; r++)
            used = notes.shared.items[r].value == i + 1;
        if (!used) {
            dyad_handle_close(notes.files[i]);
            notes.files[i] = HANDLE_NONE;
        }
    }
}

void __mappings_close_files(void)
{
    for (size_t i = 0; i < notes.room; i++) {
        if (notes.files[i] != HANDLE_NONE)
            dyad_handle_close(notes.files[i]);
    }
}

static bool may_be_written(handle_t file)
{
    int64_t info = dyad_handle_control(file, HANDLE_INFO, 0);
    return info >= 0 && (info & 0xff) == HANDLE_KIND_FILE &&
           (dyad_handle_control(file, HANDLE_GET_FLAGS, 0) & FILE_WRITE);
}

/* ---- Changes of the address space ---- */

static uint64_t limit(void)
{
    struct rlimit limit;
    bool none = dyad_cred_get(CRED_EUID) == 0 || getrlimit(RLIMIT_MEMLOCK, &limit) < 0;
    return none ? UINT64_MAX : limit.rlim_cur;
}

static uint64_t mapped_bytes(void)
{
    struct process_info info = {0};
    dyad_process_control(HANDLE_NONE, PROCESS_INFO, dyad_arg(&info), sizeof info);
    return info.mapped;
}

/* So many bytes of [start, end) are locked. After mlockall a range may be larger than what is mapped in it. */
static uint64_t locked_bytes(uint64_t start, uint64_t end)
{
    uint64_t bytes = 0;
    const struct range *r;
    for (uint64_t at = start; (r = __ranges_find(&notes.locked, at, end)); at = r->end)
        bytes += (r->end < end ? r->end : end) - (r->start > at ? r->start : at);
    return bytes;
}

static bool exceeds(uint64_t more)
{
    uint64_t most = limit();
    if (most == UINT64_MAX)
        return false;
    uint64_t bytes = locked_bytes(0, DYAD_USER_END), all = mapped_bytes();
    bytes = bytes < all ? bytes : all;
    return more > most || bytes > most - more;
}

int64_t __mappings_may(uint64_t bytes)
{
    return notes.future && exceeds(bytes) ? -ERR_AGAIN : 0;
}

void __mappings_made(uint64_t addr, uint64_t bytes, handle_t file)
{
    uint64_t value = file != HANDLE_NONE && may_be_written(file) ? value_of(file) : 0;
    __ranges_set(&notes.locked, addr, addr + bytes, notes.future);
    bool replaces = __ranges_find(&notes.shared, addr, addr + bytes);
    if (!__ranges_set(&notes.shared, addr, addr + bytes, value) || replaces)
        close_unused();
}

void __mappings_gone(uint64_t addr, uint64_t bytes)
{
    __ranges_set(&notes.locked, addr, addr + bytes, 0);
    if (__ranges_find(&notes.shared, addr, addr + bytes)) {
        __ranges_set(&notes.shared, addr, addr + bytes, 0);
        close_unused();
    }
}

static void move(struct range_set *set, uint64_t from, uint64_t old, uint64_t to, uint64_t length)
{
    const struct range *r = __ranges_find(set, from, from + DYAD_PAGE_SIZE);
    uint64_t value = r ? r->value : 0;
    __ranges_set(set, from, from + old, 0);
    __ranges_set(set, to, to + length, value);
}

void __mappings_moved(uint64_t from, uint64_t old, uint64_t to, uint64_t length)
{
    move(&notes.locked, from, old, to, length);
    move(&notes.shared, from, old, to, length);
}

void __mappings_in_child(void)
{
    notes.locked.count = 0;
    notes.future = false;
}

/* ---- What is asked for ---- */

struct pages {
    uint64_t start, end;
};

/* The pages that [addr, addr + length) touches; addr need not be a page's. -ERR_NOMEM: there are some that are not there. */
static int64_t pages_of(const void *addr, size_t length, struct pages *out)
{
    int64_t result = __memory_check(addr, length);
    if (result == 0)
        *out = (struct pages){(uint64_t)addr & ~PAGE_MASK,
                              ((uint64_t)addr + length + PAGE_MASK) & ~PAGE_MASK};
    return result;
}

/* Have the times of the files marked. A server that is gone has none. */
static int64_t mark_files(struct pages pages)
{
    uint64_t last = 0;
    const struct range *r;
    for (uint64_t at = pages.start; (r = __ranges_find(&notes.shared, at, pages.end));
         at = r->end) {
        int64_t result = 0;
        if (r->value != last)
            result = __verb(notes.files[r->value - 1], VERB_sync, SYNC_MAPPED, 0, 0, 0, NULL);
        if (result == -ERR_INTR)
            return result;
        last = r->value;
    }
    return 0;
}

static int64_t sync_locked(struct pages pages, int flags)
{
    if ((flags & MS_INVALIDATE) && __ranges_find(&notes.locked, pages.start, pages.end))
        return -ERR_BUSY;
    return flags & (MS_ASYNC | MS_SYNC) ? mark_files(pages) : 0;
}

static int64_t sync_range(const void *addr, size_t length, int flags)
{
    if (((uint64_t)addr & PAGE_MASK) || (flags & ~(MS_ASYNC | MS_SYNC | MS_INVALIDATE)) ||
        (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC))
        return -ERR_INVAL;
    struct pages pages;
    int64_t result = pages_of(addr, length, &pages);
    if (result < 0)
        return result;
    __mappings_lock();
    result = sync_locked(pages, flags);
    __mappings_unlock();
    return result;
}

int msync(void *addr, size_t length, int flags)
{
    return (int)__result(CANCELLABLE(sync_range(addr, length, flags)));
}

static int64_t set_locked(const void *addr, size_t length, bool lock)
{
    struct pages pages;
    int64_t result = pages_of(addr, length, &pages);
    if (result < 0)
        return result;
    if (lock && limit() == 0)
        return -ERR_PERM;
    __mappings_lock();
    uint64_t more = pages.end - pages.start - locked_bytes(pages.start, pages.end);
    if ((lock && more && exceeds(more)) ||
        !__ranges_set(&notes.locked, pages.start, pages.end, lock))
        result = -ERR_NOMEM;
    __mappings_unlock();
    return result;
}

int mlock(const void *addr, size_t length)
{
    return (int)__result(set_locked(addr, length, true));
}

int munlock(const void *addr, size_t length)
{
    return (int)__result(set_locked(addr, length, false));
}

/* Whoever may not lock memory is told so, though there is nothing to do. */
static int64_t lock_all(int flags)
{
    if (flags == 0 || flags & ~(MCL_CURRENT | MCL_FUTURE))
        return -ERR_INVAL;
    uint64_t most = limit();
    if (most == 0)
        return -ERR_PERM;
    if (most != UINT64_MAX && (flags & MCL_CURRENT) && mapped_bytes() > most)
        return -ERR_NOMEM;
    if ((flags & MCL_CURRENT) && !__ranges_set(&notes.locked, 0, DYAD_USER_END, 1))
        return -ERR_NOMEM;
    notes.future = flags & MCL_FUTURE;
    return 0;
}

int mlockall(int flags)
{
    __mappings_lock();
    int64_t result = lock_all(flags);
    __mappings_unlock();
    return (int)__result(result);
}

int munlockall(void)
{
    __mappings_lock();
    __mappings_in_child();
    __mappings_unlock();
    return 0;
}
