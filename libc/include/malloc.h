/* malloc.h: the allocator's extensions. */
#pragma once
#include <stdlib.h>

__BEGIN_DECLS
void *memalign(size_t align, size_t size);
size_t malloc_usable_size(void *ptr);
int malloc_trim(size_t pad);
__END_DECLS
