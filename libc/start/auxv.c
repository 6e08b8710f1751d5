/* auxv.c: the auxiliary vector. */
#include <errno.h>
#include <sys/auxv.h>
#include "internal/startup.h"

static const uint64_t *find(uint64_t type)
{
    const uint64_t *entry = __auxv;
    while (entry[0] != AT_NULL && entry[0] != type)
        entry += 2;
    return entry[0] == type ? entry : NULL;
}

uint64_t __auxv_get(uint64_t type)
{
    const uint64_t *entry = find(type);
    return entry ? entry[1] : 0;
}

unsigned long getauxval(unsigned long type)
{
    const uint64_t *entry = find(type);
    if (!entry) {
        errno = ENOENT;
        return 0;
    }
    return entry[1];
}
