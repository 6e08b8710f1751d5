/* random.c: random bytes: ChaCha20 (RFC 8439) keyed from the kernel's entropy, with fast key erasure. */
#include <string.h>

#include "servers/basic/basic.h"

#define RESEED_BYTES (1u << 20)

static uint32_t rotate(uint32_t value, unsigned count)
{
    return value << count | value >> (32 - count);
}

static void quarter_round(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d)
{
    *a += *b;
    *d = rotate(*d ^ *a, 16);
    *c += *d;
    *b = rotate(*b ^ *c, 12);
    *a += *b;
    *d = rotate(*d ^ *a, 8);
    *c += *d;
    *b = rotate(*b ^ *c, 7);
}

static void chacha20_block(const uint32_t key[8], uint32_t counter, uint8_t out[64])
{
    uint32_t start[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}, x[16];
    memcpy(start + 4, key, 32);
    start[12] = counter;
    memcpy(x, start, sizeof(x));
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 4; i++)
            quarter_round(&x[i], &x[4 + i], &x[8 + i], &x[12 + i]);
        for (int i = 0; i < 4; i++)
            quarter_round(&x[i], &x[4 + (i + 1) % 4], &x[8 + (i + 2) % 4], &x[12 + (i + 3) % 4]);
    }
    for (int i = 0; i < 16; i++)
        x[i] += start[i];
    memcpy(out, x, 64);
}

static int reseed(struct basic_random *random)
{
    uint32_t fresh[8];
    int64_t result = random->entropy(fresh, sizeof(fresh));
    if (result < 0)
        return (int)result;
    for (int i = 0; i < 8; i++)
        random->key[i] ^= fresh[i];
    random->until_reseed = RESEED_BYTES;
    return 0;
}

/* Fills the pool; its first 32 bytes become the next key. */
static int refill(struct basic_random *random)
{
    int result = random->until_reseed < sizeof(random->pool) ? reseed(random) : 0;
    if (result)
        return result;
    for (uint32_t i = 0; i < sizeof(random->pool) / 64; i++)
        chacha20_block(random->key, i, random->pool + 64 * (size_t)i);
    memcpy(random->key, random->pool, sizeof(random->key));
    memset(random->pool, 0, sizeof(random->key));
    random->left = sizeof(random->pool) - sizeof(random->key);
    random->until_reseed -= sizeof(random->pool);
    return 0;
}

int basic_random_read(struct basic_random *random, void *buffer, size_t len)
{
    uint8_t *to = buffer;
    while (len) {
        int result = random->left ? 0 : refill(random);
        if (result)
            return result;
        size_t part = len < random->left ? len : random->left;
        uint8_t *from = random->pool + sizeof(random->pool) - random->left;
        memcpy(to, from, part);
        memset(from, 0, part);
        random->left -= part;
        to += part;
        len -= part;
    }
    return 0;
}
