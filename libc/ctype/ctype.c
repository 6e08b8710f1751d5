/* ctype.c: the character classes. One table of bits serves them all; entry 0 stands for EOF. */
#include <ctype.h>
#include "internal/libc.h"

enum { UP = 1, LO = 2, DI = 4, HEX = 8, SP = 16, BL = 32, CN = 64, PU = 128 };

static const unsigned char class[1 + 128] = {
    [1 + 0 ... 1 + 8] = CN,           [1 + '\t'] = CN | SP | BL,  [1 + '\n' ... 1 + '\r'] = CN | SP,
    [1 + 14 ... 1 + 31] = CN,         [1 + ' '] = SP | BL,        [1 + '!' ... 1 + '/'] = PU,
    [1 + '0' ... 1 + '9'] = DI | HEX, [1 + ':' ... 1 + '@'] = PU, [1 + 'A' ... 1 + 'F'] = UP | HEX,
    [1 + 'G' ... 1 + 'Z'] = UP,       [1 + '[' ... 1 + '`'] = PU, [1 + 'a' ... 1 + 'f'] = LO | HEX,
    [1 + 'g' ... 1 + 'z'] = LO,       [1 + '{' ... 1 + '~'] = PU, [1 + 127] = CN,
};

/* Safe for any int, also for a negative char that a careless program passes. */
static int has(int c, int bits)
{
    return (unsigned)c + 1 < ARRAY_COUNT(class) ? class[c + 1] & bits : 0;
}

int isalnum(int c)
{
    return has(c, UP | LO | DI);
}
int isalpha(int c)
{
    return has(c, UP | LO);
}
int isascii(int c)
{
    return (unsigned)c < 128;
}
int isblank(int c)
{
    return has(c, BL);
}
int iscntrl(int c)
{
    return has(c, CN);
}
int isdigit(int c)
{
    return has(c, DI);
}
int isgraph(int c)
{
    return has(c, UP | LO | DI | PU);
}
int islower(int c)
{
    return has(c, LO);
}
int isprint(int c)
{
    return c == ' ' ? 1 : has(c, UP | LO | DI | PU);
}
int ispunct(int c)
{
    return has(c, PU);
}
int isspace(int c)
{
    return has(c, SP);
}
int isupper(int c)
{
    return has(c, UP);
}
int isxdigit(int c)
{
    return has(c, HEX);
}
int toascii(int c)
{
    return c & 127;
}
int tolower(int c)
{
    return has(c, UP) ? c + 32 : c;
}
int toupper(int c)
{
    return has(c, LO) ? c - 32 : c;
}
