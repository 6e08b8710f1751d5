/* internal/pages.h: whole pages from the kernel, zeroed, readable and writable. */
#pragma once
#include <stddef.h>
#include "internal/libc.h"

/* NULL when there is no memory; errno is not touched. */
void *__pages_map(size_t size);
void __pages_unmap(void *pages, size_t size);
/* Longer or shorter, perhaps elsewhere, with what they hold; NULL: as they were. old and size are whole pages. */
void *__pages_resize(void *pages, size_t old, size_t size);
