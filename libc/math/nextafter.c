/* nextafter.c: the neighbour of a value in its type. */
#include <math.h>
#include <stdint.h>

double nexttoward(double x, long double y)
{
    union {
        double value;
        uint64_t bits;
    } u = {.value = x};
    if (x != x || y != y)
        return x + (double)y;
    if (x == y)
        return (double)y;
    if (x == 0)
        u.bits = 1 | (uint64_t)(y < 0) << 63;
    else
        u.bits += (x < y) == (x > 0) ? 1 : -UINT64_C(1);
    return u.value;
}

float nexttowardf(float x, long double y)
{
    union {
        float value;
        uint32_t bits;
    } u = {.value = x};
    if (x != x || y != y)
        return x + (float)y;
    if (x == y)
        return (float)y;
    if (x == 0)
        u.bits = 1 | (uint32_t)(y < 0) << 31;
    else
        u.bits += (x < y) == (x > 0) ? 1 : -UINT32_C(1);
    return u.value;
}

long double nexttowardl(long double x, long double y)
{
    union {
        long double value;
        struct {
            uint64_t mantissa;
            uint16_t sign_exponent;
        } bits;
    } u = {.value = x};
    if (x != x || y != y)
        return x + y;
    if (x == y)
        return y;
    if (x == 0) {
        u.bits.mantissa = 1;
        u.bits.sign_exponent = (uint16_t)((y < 0) << 15);
        return u.value;
    }
    /* The leading bit is explicit: above 2^64 - 1 and below 2^63 the exponent moves. */
    if ((x < y) == (x > 0)) {
        if (++u.bits.mantissa << 1 == 0) {
            u.bits.mantissa = UINT64_C(1) << 63;
            u.bits.sign_exponent++;
        }
    } else if (u.bits.mantissa-- << 1 == 0 && u.bits.sign_exponent & 0x7fff) {
        u.bits.sign_exponent--;
        if (u.bits.sign_exponent & 0x7fff)
            u.bits.mantissa = UINT64_MAX;
    }
    return u.value;
}

double nextafter(double x, double y)
{
    return nexttoward(x, y);
}
float nextafterf(float x, float y)
{
    return nexttowardf(x, y);
}
long double nextafterl(long double x, long double y)
{
    return nexttowardl(x, y);
}
