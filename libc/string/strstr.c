/* strstr.c: find a string in a string. */
#include <string.h>

char *strstr(const char *hay, const char *needle)
{
    if (!*needle)
        return (char *)hay;
    hay = strchr(hay, *needle);
    return hay ? memmem(hay, strlen(hay), needle, strlen(needle)) : NULL;
}
