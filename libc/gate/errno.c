/* errno.c: each thread's errno. */
#include <errno.h>
#include "internal/thread.h"

int *__errno_location(void)
{
    return &__thread_self()->error;
}
