/* getsubopt.c: options of the form key=value,key. */
#include <stdlib.h>
#include <string.h>

int getsubopt(char **option, char *const *keys, char **value)
{
    char *start = *option, *end = strchrnul(start, ',');
    *option = *end ? end + 1 : end;
    *end = 0;
    *value = NULL;
    for (int i = 0; keys[i]; i++) {
        size_t len = strlen(keys[i]);
        if (strncmp(start, keys[i], len) != 0 || (start[len] && start[len] != '='))
            continue;
        if (start[len])
            *value = start + len + 1;
        return i;
    }
    *value = start;
    return -1;
}
