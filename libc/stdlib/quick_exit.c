/* quick_exit.c: the end of a process that skips everything but its own short list. */
#include <stdlib.h>
#include "internal/lock.h"

enum { QUICK_MAX = 32 };

static struct libc_lock lock;
static void (*functions[QUICK_MAX])(void);
static int count;

int at_quick_exit(void (*fn)(void))
{
    libc_lock(&lock);
    int result = count < QUICK_MAX ? 0 : -1;
    if (result == 0)
        functions[count++] = fn;
    libc_unlock(&lock);
    return result;
}

void quick_exit(int status)
{
    libc_lock(&lock);
    while (count > 0) {
        void (*fn)(void) = functions[--count];
        libc_unlock(&lock);
        fn();
        libc_lock(&lock);
    }
    _Exit(status);
}
