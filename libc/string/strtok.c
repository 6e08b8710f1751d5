/* strtok.c: cut a string into tokens. */
#include <string.h>

char *strtok_r(char *restrict s, const char *restrict delim, char **restrict save)
{
    if (!s)
        s = *save;
    if (!s)
        return NULL;
    s += strspn(s, delim);
    if (!*s) {
        *save = s;
        return NULL;
    }
    char *end = s + strcspn(s, delim);
    *save = *end ? end + 1 : end; /* at the end it stays: there is no token any more */
    *end = 0;
    return s;
}

char *strtok(char *restrict s, const char *restrict delim)
{
    static char *save;
    return strtok_r(s, delim, &save);
}

char *strsep(char **restrict s, const char *restrict delim)
{
    char *token = *s;
    if (token) {
        char *end = token + strcspn(token, delim);
        *s = *end ? end + 1 : NULL;
        *end = 0;
    }
    return token;
}
