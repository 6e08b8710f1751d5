/* malloc.h: the allocator's extensions. */
#pragma once
#include <stdlib.h>

__BEGIN_DECLS
void *memalign(size_t __align, size_t __size);
size_t malloc_usable_size(void *__ptr);
int malloc_trim(size_t __pad);
__END_DECLS
