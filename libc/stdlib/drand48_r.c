/* drand48_r.c: the generators of drand48.c with the state in the caller's hands (GNU). */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MASK48     ((UINT64_C(1) << 48) - 1)
#define MULTIPLIER UINT64_C(0x5deece66d)
#define ADDEND     0xb

/* A state of zeros is one that has not been seeded: the usual parameters hold. */
static uint64_t step(unsigned short x[3], const struct drand48_data *data)
{
    uint64_t a = data->__init ? data->__a : MULTIPLIER, c = data->__init ? data->__c : ADDEND;
    uint64_t v = x[0] | (uint64_t)x[1] << 16 | (uint64_t)x[2] << 32;
    v = (v * a + c) & MASK48;
    x[0] = (unsigned short)v;
    x[1] = (unsigned short)(v >> 16);
    x[2] = (unsigned short)(v >> 32);
    return v;
}

int erand48_r(unsigned short x[3], struct drand48_data *data, double *result)
{
    *result = (double)step(x, data) * 0x1p-48;
    return 0;
}

int nrand48_r(unsigned short x[3], struct drand48_data *data, long *result)
{
    *result = (long)(step(x, data) >> 17);
    return 0;
}

int jrand48_r(unsigned short x[3], struct drand48_data *data, long *result)
{
    *result = (int32_t)(step(x, data) >> 16);
    return 0;
}

int drand48_r(struct drand48_data *data, double *result)
{
    return erand48_r(data->__x, data, result);
}

int lrand48_r(struct drand48_data *data, long *result)
{
    return nrand48_r(data->__x, data, result);
}

int mrand48_r(struct drand48_data *data, long *result)
{
    return jrand48_r(data->__x, data, result);
}

static void reset_parameters(struct drand48_data *data)
{
    data->__a = MULTIPLIER;
    data->__c = ADDEND;
    data->__init = 1;
}

int srand48_r(long seed, struct drand48_data *data)
{
    data->__x[0] = 0x330e;
    data->__x[1] = (unsigned short)seed;
    data->__x[2] = (unsigned short)(seed >> 16);
    reset_parameters(data);
    return 0;
}

int seed48_r(unsigned short seed[3], struct drand48_data *data)
{
    memcpy(data->__old_x, data->__x, sizeof data->__x);
    memcpy(data->__x, seed, sizeof data->__x);
    reset_parameters(data);
    return 0;
}

int lcong48_r(unsigned short p[7], struct drand48_data *data)
{
    memcpy(data->__x, p, sizeof data->__x);
    data->__a = p[3] | (uint64_t)p[4] << 16 | (uint64_t)p[5] << 32;
    data->__c = p[6];
    data->__init = 1;
    return 0;
}
