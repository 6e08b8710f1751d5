/* getchar.c: one byte from standard input. */
#include <stdio.h>

int getchar(void)
{
    return getc(stdin);
}

int getchar_unlocked(void)
{
    return getc_unlocked(stdin);
}
