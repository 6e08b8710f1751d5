/* getrandom.c: the kernel's randomness; it never blocks and never runs dry. */
#include <sys/random.h>
#include <unistd.h>
#include "internal/gate.h"

#define CHUNK 256

static int64_t fill(char *buf, size_t n)
{
    for (size_t done = 0; done < n; done += CHUNK) {
        size_t chunk = n - done < CHUNK ? n - done : CHUNK;
        int64_t result = dyad_entropy(buf + done, chunk);
        if (result < 0)
            return result;
    }
    return (int64_t)n;
}

ssize_t getrandom(void *buf, size_t n, unsigned flags)
{
    if (flags & ~(unsigned)(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE))
        return __result(-ERR_INVAL);
    return __result(fill(buf, n));
}

int getentropy(void *buf, size_t n)
{
    if (n > 256)
        return (int)__result(-ERR_IO);
    int64_t result = fill(buf, n);
    return (int)__result(result < 0 ? result : 0);
}
