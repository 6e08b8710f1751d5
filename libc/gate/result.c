/* result.c: the one place where a kernel result becomes errno. */
#include <errno.h>
#include "internal/gate.h"

long __result(int64_t result)
{
    if (likely(result >= 0))
        return result;
    errno = (int)-result;
    return -1;
}
