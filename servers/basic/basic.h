/* basic.h: null:, zero:, rand: and full:, the files that are always ready. */
#pragma once
#include "servers/lib/server.h"

enum basic_kind { BASIC_NULL, BASIC_ZERO, BASIC_RAND, BASIC_FULL };

/* A ChaCha20 key stream that replaces its own key, so that earlier output cannot be computed from the state. */
struct basic_random {
    uint32_t key[8];
    uint8_t pool[512];
    size_t left;                                  /* unused bytes at the end of pool */
    uint64_t until_reseed;                        /* bytes */
    int64_t (*entropy)(void *buffer, size_t len); /* as the system call */
};

struct basic {
    struct server *server;
    enum basic_kind kind;
    struct basic_random random;
};

/* entropy: where randomness comes from; only BASIC_RAND uses it. */
int basic_init(struct basic *, struct server *, struct transport *, enum basic_kind,
               int64_t (*entropy)(void *buffer, size_t len));

/* 0 or -ERR_* of the entropy source. */
int basic_random_read(struct basic_random *, void *buffer, size_t len);
