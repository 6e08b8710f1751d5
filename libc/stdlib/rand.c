/* rand.c: the small pseudo-random generators. Not for secrets: that is arc4random. */
#include <stdint.h>
#include <stdlib.h>

/* One step of SplitMix64 (Steele, Lea, Flood 2014): any seed is good, the state is one word. */
static uint64_t split_mix(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static uint64_t rand_state = 1;

void srand(unsigned seed)
{
    rand_state = seed;
}

int rand(void)
{
    return (int)(split_mix(&rand_state) >> 33);
}

int rand_r(unsigned *seed)
{
    uint64_t state = *seed;
    uint64_t value = split_mix(&state);
    *seed = (unsigned)(value ^ value >> 40) + 0x9e3779b9u;
    return (int)(value >> 33);
}

/* random()'s state may be moved to memory of the caller's, of any size from 8 bytes. */
static uint64_t default_random = 1;
static uint64_t *random_state = &default_random;

void srandom(unsigned seed)
{
    *random_state = seed;
}

long random(void)
{
    return (long)(split_mix(random_state) >> 33);
}

char *initstate(unsigned seed, char *state, size_t size)
{
    if (size < sizeof(uint64_t))
        return NULL;
    char *old = setstate(state);
    srandom(seed);
    return old;
}

char *setstate(char *state)
{
    char *old = (char *)random_state;
    random_state = (uint64_t *)(void *)state;
    return old;
}
