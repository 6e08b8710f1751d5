/* mmap.c: mappings of memory and files. */
#include <sys/mman.h>
#include "abi/layout.h"
#include "internal/files.h"
#include "internal/limits.h"
#include "internal/mappings.h"

#pragma weak __mappings_lock
#pragma weak __mappings_unlock
#pragma weak __mappings_may
#pragma weak __mappings_made
#pragma weak __mappings_gone

#define PAGE_MASK (DYAD_PAGE_SIZE - 1)

static uint32_t map_flags(int prot, int flags)
{
    uint32_t out = (uint32_t)prot & 7;
    if (flags & MAP_FIXED_NOREPLACE)
        out |= MAP_FLAG_NOREPLACE;
    else if (flags & MAP_FIXED)
        out |= MAP_FLAG_FIXED;
    if ((flags & MAP_TYPE) == MAP_SHARED)
        out |= MAP_FLAG_SHARED;
    if (flags & MAP_STACK)
        out |= MAP_FLAG_STACK;
    return out;
}

/* Shared anonymous memory is an object of its own, so that forked processes see the same. */
static int64_t map_anonymous(uint64_t addr, uint64_t length, uint32_t prot_flags)
{
    if (!(prot_flags & MAP_FLAG_SHARED))
        return dyad_map(HANDLE_NONE, addr, length, prot_flags, HANDLE_NONE, 0);
    int64_t memory = dyad_memory_create(length, 0);
    if (memory < 0)
        return memory;
    int64_t result = dyad_map(HANDLE_NONE, addr, length, prot_flags, (handle_t)memory, 0);
    dyad_handle_close((handle_t)memory);
    return result;
}

/* The file's server gives a memory object. Some can not: ENODEV, as POSIX has it. */
static int64_t map_file(uint64_t addr, uint64_t length, uint32_t prot_flags, handle_t file,
                        uint64_t offset)
{
    struct call_args args = CALL_ARGS_NONE;
    args.args[0] = offset;
    args.args[1] = length;
    args.args[2] = prot_flags & (7 | MAP_FLAG_SHARED);
    int64_t result = __verb_call(file, VERB_map, &args);
    if (result == -ERR_NOSYS || result == -ERR_OPNOTSUPP)
        return -ERR_NODEV;
    if (result < 0)
        return result;
    if (args.received == HANDLE_NONE)
        return -ERR_PROTO;
    result = dyad_map(HANDLE_NONE, addr, length, prot_flags, args.received, args.values[0]);
    dyad_handle_close(args.received);
    return result;
}

static int64_t map_descriptor(uint64_t addr, uint64_t length, uint32_t prot_flags, int fd,
                              uint64_t offset)
{
    handle_t h = __fd_handle(fd);
    int64_t info = dyad_handle_control(h, HANDLE_INFO, 0);
    if (info < 0)
        return info;
    switch (info & 0xff) {
    case HANDLE_KIND_MEMORY: return dyad_map(HANDLE_NONE, addr, length, prot_flags, h, offset);
    case HANDLE_KIND_FILE: return map_file(addr, length, prot_flags, h, offset);
    default: return -ERR_NODEV;
    }
}

static int64_t map(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
    int type = flags & MAP_TYPE;
    if (length == 0 || (type != MAP_SHARED && type != MAP_PRIVATE) || offset < 0 ||
        (offset & PAGE_MASK) || (prot & ~7))
        return -ERR_INVAL;
    if (length > DYAD_USER_END)
        return -ERR_NOMEM;
    uint64_t at = (uint64_t)addr;
    bool fixed = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
    if (fixed && (at & PAGE_MASK))
        return -ERR_INVAL;
    uint64_t hint = fixed ? at : at & ~PAGE_MASK;
    uint64_t whole = (length + PAGE_MASK) & ~PAGE_MASK;
    if (__limit_memory(whole, type == MAP_PRIVATE && (prot & PROT_WRITE)) < 0)
        return -ERR_NOMEM;
    if (flags & MAP_ANONYMOUS)
        return map_anonymous(hint, whole, map_flags(prot, flags));
    off_t end; /* beyond what any file can have */
    if (__builtin_add_overflow(offset, (off_t)whole, &end))
        return -ERR_OVERFLOW;
    return map_descriptor(hint, whole, map_flags(prot, flags), fd, (uint64_t)offset);
}

/* As map, with a note of what was mapped. */
static int64_t map_noted(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
    uint64_t whole = (length + PAGE_MASK) & ~PAGE_MASK;
    bool shared_file = (flags & MAP_TYPE) == MAP_SHARED && !(flags & MAP_ANONYMOUS);
    __mappings_lock();
    int64_t result = __mappings_may(whole);
    if (result == 0)
        result = map(addr, length, prot, flags, fd, offset);
    if (result >= 0)
        __mappings_made((uint64_t)result, whole, shared_file ? __fd_handle(fd) : HANDLE_NONE);
    __mappings_unlock();
    return result;
}

void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
    return (void *)__result(
        (__mappings_lock ? map_noted : map)(addr, length, prot, flags, fd, offset));
}

static int64_t unmap(uint64_t at, uint64_t length)
{
    if (!__mappings_lock)
        return dyad_unmap(HANDLE_NONE, at, length);
    __mappings_lock();
    int64_t result = dyad_unmap(HANDLE_NONE, at, length);
    if (result >= 0)
        __mappings_gone(at, length);
    __mappings_unlock();
    return result;
}

int munmap(void *addr, size_t length)
{
    uint64_t at = (uint64_t)addr;
    if (length == 0 || (at & PAGE_MASK) || length > DYAD_USER_END)
        return (int)__result(-ERR_INVAL);
    return (int)__result(unmap(at, (length + PAGE_MASK) & ~PAGE_MASK));
}

int mprotect(void *addr, size_t length, int prot)
{
    uint64_t at = (uint64_t)addr;
    if ((at & PAGE_MASK) || (prot & ~7))
        return (int)__result(-ERR_INVAL);
    if (length == 0)
        return 0;
    return (int)__result(
        dyad_protect(HANDLE_NONE, at, (length + PAGE_MASK) & ~PAGE_MASK, (uint32_t)prot));
}
