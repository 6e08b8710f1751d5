/* getenv.c: look a variable up in the environment. */
#include <stdlib.h>
#include <string.h>
#include "internal/libc.h"

char *getenv(const char *name)
{
    size_t len = strcspn(name, "=");
    if (len == 0 || name[len] || !environ)
        return NULL;
    for (char **e = environ; *e; e++)
        if (strncmp(*e, name, len) == 0 && (*e)[len] == '=')
            return *e + len + 1;
    return NULL;
}
