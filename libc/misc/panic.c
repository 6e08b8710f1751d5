/* panic.c: the end of a process whose memory can no longer be trusted. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "internal/libc.h"

void __libc_panic(const char *message)
{
    if (write(2, message, strlen(message)) < 0) {
        /* Nobody listens; abort says enough. */
    }
    abort();
}
