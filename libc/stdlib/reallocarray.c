/* reallocarray.c: realloc of count objects, safe from overflow. */
#include <errno.h>
#include <stdlib.h>

void *reallocarray(void *ptr, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(ptr, bytes);
}
