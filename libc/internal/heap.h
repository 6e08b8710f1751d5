/* internal/heap.h: what the rest of the library needs of malloc beyond stdlib.h. */
#pragma once
#include <stddef.h>
#include "internal/libc.h"

/* malloc with the payload at a multiple of align, a power of two. */
LIBC_HIDDEN void *__malloc_aligned(size_t align, size_t size);
