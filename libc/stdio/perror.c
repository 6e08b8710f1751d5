/* perror.c: the text of errno, on stderr. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

void perror(const char *s)
{
    char text[64]; /* strerror's own may be in use */
    strerror_r(errno, text, sizeof text);
    if (s && *s)
        fprintf(stderr, "%s: %s\n", s, text);
    else
        fprintf(stderr, "%s\n", text);
}
