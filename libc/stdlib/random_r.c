/* random_r.c: random() with the state in the caller's hands (GNU). The sequences are those of random(). */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int invalid(void)
{
    errno = EINVAL;
    return -1;
}

int srandom_r(unsigned seed, struct random_data *data)
{
    uint64_t state = seed;
    if (!data || !data->state)
        return invalid();
    memcpy(data->state, &state, sizeof state);
    return 0;
}

int initstate_r(unsigned seed, char *state, size_t size, struct random_data *data)
{
    if (!data || size < sizeof(uint64_t))
        return invalid();
    data->state = (int32_t *)(void *)state;
    return srandom_r(seed, data);
}

int setstate_r(char *state, struct random_data *data)
{
    if (!data || !state)
        return invalid();
    data->state = (int32_t *)(void *)state;
    return 0;
}

int random_r(struct random_data *data, int32_t *result)
{
    uint64_t state;
    if (!data || !data->state || !result)
        return invalid();
    memcpy(&state, data->state, sizeof state);
    /* One step of SplitMix64, as in rand.c. */
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    memcpy(data->state, &state, sizeof state);
    *result = (int32_t)((z ^ z >> 31) >> 33);
    return 0;
}
