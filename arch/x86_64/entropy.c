/*
 * entropy.c: random numbers: ChaCha20 (RFC 8439) with a key that is replaced after every use ("fast key erasure"), seeded from the
 * processor's generator, the loader and the time stamp counter.
 */
#include "entropy.h"

#include "arch/include/arch.h"
#include "lock.h"
#include "x86.h"

#define KEY_WORDS   8
#define BLOCK_WORDS 16

static struct {
    struct body_lock lock;
    uint32_t key[KEY_WORDS];
    uint64_t uses; /* the nonce */
    bool strong;
} pool;

static uint32_t rotate(uint32_t value, unsigned by)
{
    return value << by | value >> (32 - by);
}

static void quarter_round(uint32_t s[BLOCK_WORDS], unsigned a, unsigned b, unsigned c, unsigned d)
{
    s[a] += s[b], s[d] = rotate(s[d] ^ s[a], 16);
    s[c] += s[d], s[b] = rotate(s[b] ^ s[c], 12);
    s[a] += s[b], s[d] = rotate(s[d] ^ s[a], 8);
    s[c] += s[d], s[b] = rotate(s[b] ^ s[c], 7);
}

static void chacha_block(const uint32_t key[KEY_WORDS], uint32_t counter, uint64_t nonce,
                         uint32_t out[BLOCK_WORDS])
{
    const uint32_t start[BLOCK_WORDS] = {
        0x61707865, 0x3320646e, 0x79622d32, 0x6b206574,      key[0],
        key[1],     key[2],     key[3],     key[4],          key[5],
        key[6],     key[7],     counter,    (uint32_t)nonce, (uint32_t)(nonce >> 32),
        0};
    memcpy(out, start, sizeof start);
    for (unsigned round = 0; round < 10; round++) {
        quarter_round(out, 0, 4, 8, 12);
        quarter_round(out, 1, 5, 9, 13);
        quarter_round(out, 2, 6, 10, 14);
        quarter_round(out, 3, 7, 11, 15);
        quarter_round(out, 0, 5, 10, 15);
        quarter_round(out, 1, 6, 11, 12);
        quarter_round(out, 2, 7, 8, 13);
        quarter_round(out, 3, 4, 9, 14);
    }
    for (unsigned i = 0; i < BLOCK_WORDS; i++)
        out[i] += start[i];
}

static bool draw(uint64_t *out)
{
    uint8_t ok = 0;
    for (unsigned tries = 0; features.rdseed && !ok && tries < 100; tries++)
        __asm__ volatile("rdseed %0; setc %1" : "=r"(*out), "=qm"(ok)::"cc");
    for (unsigned tries = 0; features.rdrand && !ok && tries < 100; tries++)
        __asm__ volatile("rdrand %0; setc %1" : "=r"(*out), "=qm"(ok)::"cc");
    return ok;
}

/* Absorb a word: the next key depends on all before. */
static void mix(uint64_t word)
{
    uint32_t block[BLOCK_WORDS];
    chacha_block(pool.key, (uint32_t)word, word >> 32 ^ pool.uses++ << 32, block);
    memcpy(pool.key, block, sizeof pool.key);
}

/* 128 bits from the processor, which fills some of what it is given itself. */
void entropy_seed(const void *bytes, size_t count)
{
    uint64_t word = 0, any = 0;
    unsigned drawn = 0;
    body_lock(&pool.lock);
    for (size_t i = 0; i + sizeof word <= count; i += sizeof word) {
        memcpy(&word, (const uint8_t *)bytes + i, sizeof word);
        any |= word;
        mix(word);
    }
    for (unsigned i = 0; i < 4; i++) {
        drawn += draw(&word);
        mix(word ^ rdtsc());
    }
    pool.strong |= drawn >= 2 || any;
    body_unlock(&pool.lock);
}

bool entropy_is_strong(void)
{
    return pool.strong;
}

void arch_entropy(void *buffer, size_t bytes)
{
    uint32_t key[KEY_WORDS], block[BLOCK_WORDS];
    body_lock(&pool.lock);
    uint64_t use = pool.uses++;
    memcpy(key, pool.key, sizeof key);
    chacha_block(key, 0, use, block);
    memcpy(pool.key, block, sizeof pool.key);
    body_unlock(&pool.lock);
    /* The other half of the block's key makes the caller's numbers: nobody else has it. */
    memcpy(key, block + KEY_WORDS, sizeof key);
    for (uint32_t counter = 1; bytes; counter++) {
        chacha_block(key, counter, use, block);
        size_t run = bytes < sizeof block ? bytes : sizeof block;
        memcpy(buffer, block, run);
        buffer = (uint8_t *)buffer + run;
        bytes -= run;
    }
}
