/* gets.c: a line without a limit. Nobody should use it; XSI still has it. */
#include <stdio.h>
#include "internal/stdio.h"

char *gets(char *s)
{
    size_t n = 0;
    int c;
    FLOCK(stdin);
    while ((c = file_getc(stdin)) != EOF && c != '\n')
        s[n++] = (char)c;
    bool failed = stdin->flags & FILE_ERROR || (c == EOF && n == 0);
    FUNLOCK(stdin);
    if (failed)
        return NULL;
    s[n] = 0;
    return s;
}
