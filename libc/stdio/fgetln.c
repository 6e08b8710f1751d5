/* fgetln.c: the BSDs' fgetln and fpurge. */
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>

/* The line, not terminated; it is there until the next call. */
char *fgetln(FILE *file, size_t *length)
{
    static char *line;
    static size_t room;
    ssize_t n = getline(&line, &room, file);
    *length = n > 0 ? (size_t)n : 0;
    return n > 0 ? line : NULL;
}

int fpurge(FILE *file)
{
    __fpurge(file);
    return 0;
}
