/*
 * fma.c: x * y + z, rounded once. The product and the sum are each made exactly, as a value and its error; then the sum is
 * rounded to odd in 64 bits, so that rounding it again to 53 or 24 gives what rounding once would.
 */
#include <math.h>
#include <stdint.h>

struct sum {
    long double value, error;
};

/* Knuth's two-sum: value + error is exactly a + b. */
static struct sum exact_sum(long double a, long double b)
{
    volatile long double s = a + b, bb = s - a;
    volatile long double ea = a - (s - bb), eb = b - bb;
    return (struct sum){s, ea + eb};
}

/* Split into halves of 32 bits, whose products are exact. */
static struct sum split(long double x)
{
    volatile long double t = x * 0x1.00000001p32L;
    volatile long double high = t - (t - x);
    return (struct sum){high, x - high};
}

static struct sum exact_product(long double x, long double y)
{
    long double p = x * y;
    struct sum a = split(x), b = split(y);
    volatile long double e = a.value * b.value - p;
    e += a.value * b.error;
    e += a.error * b.value;
    e += a.error * b.error;
    return (struct sum){p, e};
}

static long double round_to_odd(struct sum s)
{
    union {
        long double value;
        struct {
            uint64_t mantissa;
            uint16_t sign_exponent;
        } bits;
    } u = {.value = s.value};
    if (s.error == 0 || u.bits.mantissa & 1)
        return s.value;
    return nextafterl(s.value, s.error > 0 ? HUGE_VALL : -HUGE_VALL);
}

static struct sum fused(long double x, long double y, long double z)
{
    struct sum p = exact_product(x, y), s = exact_sum(p.value, z);
    struct sum low = exact_sum(s.error, p.error);
    struct sum r = exact_sum(s.value, low.value);
    r.error += low.error;
    return r;
}

static int is_plain(long double x, long double y, long double z)
{
    return __builtin_isfinite(x) && __builtin_isfinite(y) && __builtin_isfinite(z) && x != 0 &&
           y != 0 && z != 0;
}

double fma(double x, double y, double z)
{
    return (double)(is_plain(x, y, z) ? round_to_odd(fused(x, y, z)) : (long double)x * y + z);
}

float fmaf(float x, float y, float z)
{
    return (float)(is_plain(x, y, z) ? round_to_odd(fused(x, y, z)) : (long double)x * y + z);
}

/* Exact but where the halves overflow or underflow; there the product is rounded first. */
long double fmal(long double x, long double y, long double z)
{
    if (!is_plain(x, y, z))
        return x * y + z;
    struct sum r = fused(x, y, z);
    return r.value + r.error == r.value + r.error ? r.value + r.error : x * y + z;
}
