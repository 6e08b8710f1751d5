/* sized.c: C23: memory given back by who knows its size, and the alignment of an address. */
#include <stdint.h>
#include <stdlib.h>

void free_sized(void *memory, size_t size)
{
    (void)size;
    free(memory);
}

void free_aligned_sized(void *memory, size_t alignment, size_t size)
{
    (void)alignment, (void)size;
    free(memory);
}

size_t memalignment(const void *address)
{
    uintptr_t value = (uintptr_t)address;
    return value & -value;
}
