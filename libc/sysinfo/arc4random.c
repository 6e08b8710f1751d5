/* arc4random.c: random numbers that need no seed. */
#include <stdlib.h>
#include <sys/random.h>

void arc4random_buf(void *buf, size_t n)
{
    if (getrandom(buf, n, 0) != (ssize_t)n)
        abort();
}

unsigned arc4random(void)
{
    unsigned value;
    arc4random_buf(&value, sizeof value);
    return value;
}

/* Values below the first multiple of bound that fits are drawn again: the rest is even. */
unsigned arc4random_uniform(unsigned bound)
{
    if (bound < 2)
        return 0;
    unsigned low = -bound % bound, value;
    do
        value = arc4random();
    while (value < low);
    return value % bound;
}
