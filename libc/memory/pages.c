/* pages.c: memory for malloc, thread stacks and exec. */
#include "abi/layout.h"
#include "internal/gate.h"
#include "internal/limits.h"
#include "internal/pages.h"

void *__pages_map(size_t size)
{
    if (__limit_memory(size, true) < 0)
        return NULL;
    int64_t addr = dyad_map(HANDLE_NONE, 0, size, MAP_PROT_READ | MAP_PROT_WRITE, HANDLE_NONE, 0);
    return addr < 0 ? NULL : (void *)addr;
}

void *__pages_resize(void *pages, size_t old, size_t size)
{
    if (size > old && __limit_memory(size - old, true) < 0)
        return NULL;
    if (size < old) {
        __pages_unmap((char *)pages + size, old - size);
        return pages;
    }
    int64_t addr = dyad_remap(HANDLE_NONE, (uint64_t)pages, old, size, REMAP_MOVE, 0);
    return addr < 0 ? NULL : (void *)addr;
}

void __pages_unmap(void *pages, size_t size)
{
    dyad_unmap(HANDLE_NONE, (uint64_t)pages, (size + DYAD_PAGE_SIZE - 1) & ~(DYAD_PAGE_SIZE - 1));
}
