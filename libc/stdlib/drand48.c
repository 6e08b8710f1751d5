/* drand48.c: POSIX's 48-bit linear congruential generators; the sequence is specified. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MASK48 ((UINT64_C(1) << 48) - 1)

static unsigned short current[3] = {0x330e, 0, 0};
static uint64_t multiplier = 0x5deece66d;
static uint64_t addend = 0xb;

static uint64_t step(unsigned short x[3])
{
    uint64_t v = x[0] | (uint64_t)x[1] << 16 | (uint64_t)x[2] << 32;
    v = (v * multiplier + addend) & MASK48;
    x[0] = (unsigned short)v;
    x[1] = (unsigned short)(v >> 16);
    x[2] = (unsigned short)(v >> 32);
    return v;
}

double erand48(unsigned short x[3])
{
    return (double)step(x) * 0x1p-48;
}
long nrand48(unsigned short x[3])
{
    return (long)(step(x) >> 17);
}
long jrand48(unsigned short x[3])
{
    return (int32_t)(step(x) >> 16);
}
double drand48(void)
{
    return erand48(current);
}
long lrand48(void)
{
    return nrand48(current);
}
long mrand48(void)
{
    return jrand48(current);
}

static void reset_parameters(void)
{
    multiplier = 0x5deece66d;
    addend = 0xb;
}

void srand48(long seed)
{
    current[0] = 0x330e;
    current[1] = (unsigned short)seed;
    current[2] = (unsigned short)(seed >> 16);
    reset_parameters();
}

unsigned short *seed48(unsigned short x[3])
{
    static unsigned short old[3];
    memcpy(old, current, sizeof old);
    memcpy(current, x, sizeof current);
    reset_parameters();
    return old;
}

void lcong48(unsigned short p[7])
{
    memcpy(current, p, sizeof current);
    multiplier = p[3] | (uint64_t)p[4] << 16 | (uint64_t)p[5] << 32;
    addend = p[6];
}
