/* strstr.c: find a string in a string. */
#include <string.h>
#include <strings.h>

char *strstr(const char *hay, const char *needle)
{
    if (!*needle)
        return (char *)hay;
    hay = strchr(hay, *needle);
    return hay ? memmem(hay, strlen(hay), needle, strlen(needle)) : NULL;
}

char *strcasestr(const char *hay, const char *needle)
{
    size_t m = strlen(needle);
    for (; strncasecmp(hay, needle, m) != 0; hay++)
        if (!*hay)
            return NULL;
    return (char *)hay;
}
