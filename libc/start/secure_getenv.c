/* secure_getenv.c: the environment, unless the program runs with other rights than its caller's. */
#include <elf.h>
#include <stdlib.h>
#include "internal/startup.h"

char *secure_getenv(const char *name)
{
    return __auxv_get(AT_SECURE) ? NULL : getenv(name);
}
