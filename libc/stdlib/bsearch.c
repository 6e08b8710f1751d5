/* bsearch.c: search a sorted array. */
#include <stdlib.h>

void *bsearch(const void *key, const void *base, size_t count, size_t size,
              int (*cmp)(const void *, const void *))
{
    const char *low = base;
    while (count) {
        const char *mid = low + count / 2 * size;
        int d = cmp(key, mid);
        if (d == 0)
            return (void *)mid;
        if (d > 0) {
            low = mid + size;
            count--;
        }
        count /= 2;
    }
    return NULL;
}
