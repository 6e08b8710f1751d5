/* aligned.c: the standards' several names for aligned memory. */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include "internal/heap.h"

static int is_power_of_two(size_t n)
{
    return n && !(n & (n - 1));
}

void *aligned_alloc(size_t align, size_t size)
{
    if (!is_power_of_two(align)) {
        errno = EINVAL;
        return NULL;
    }
    return __malloc_aligned(align, size);
}

void *memalign(size_t align, size_t size)
{
    return aligned_alloc(align, size);
}

void *valloc(size_t size)
{
    return __malloc_aligned(4096, size);
}

int posix_memalign(void **out, size_t align, size_t size)
{
    if (!is_power_of_two(align) || align % sizeof(void *))
        return EINVAL;
    int saved = errno;
    void *p = __malloc_aligned(align, size);
    errno = saved;
    if (!p)
        return ENOMEM;
    *out = p;
    return 0;
}

int malloc_trim(size_t pad)
{
    (void)pad;
    return 0;
}
