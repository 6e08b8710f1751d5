/* assert.c: what a failed assert does. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

void __assert_fail(const char *expr, const char *file, int line, const char *func)
{
    dprintf(2, "%s:%d: %s: assertion failed: %s\n", file, line, func, expr);
    abort();
}
