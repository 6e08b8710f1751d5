/* a64l.c: numbers in base 64, least significant digit first. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char digits[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

long a64l(const char *s)
{
    uint32_t value = 0;
    for (int i = 0; i < 6 && s[i]; i++) {
        const char *d = strchr(digits, s[i]);
        if (!d)
            break;
        value |= (uint32_t)(d - digits) << (6 * i);
    }
    return (int32_t)value;
}

char *l64a(long value)
{
    static char text[7];
    uint32_t v = (uint32_t)value;
    int i = 0;
    for (; v; v >>= 6)
        text[i++] = digits[v & 63];
    text[i] = 0;
    return text;
}
