/*
 * server_model.h: a model of the kernel as a server's transport: it notes what each call must get, and fails when an answer is another, comes
 * twice, or is for nobody. test_server_model.c has the server and its clients.
 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "servers/lib/transport.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define CALLS             24u
#define FILES             40u
#define TIMERS            5u
#define WATCHES           7u
#define PAYLOAD           300u
#define SMALL             64u /* the server's buffers: payloads are larger */
#define SERVER_MODEL_TEXT 90u
#define LEVEL             (VERB_PRIVATE + 1u)

enum call_state { CALL_FREE, CALL_QUEUED, CALL_HELD };

struct call {
    enum call_state state;
    struct request request;
    char in[PAYLOAD], out[PAYLOAD];
    unsigned out_done;
    int64_t order; /* reads: when the server deferred it; 0: not deferred */
    bool cancelled, gone;
};

struct watched {
    bool used;
    uint64_t cookie;
    handle_t handle;
    unsigned seen;
};

struct world {
    struct transport transport;
    struct server server;
    struct server_queue queues[2];
    uint64_t random, now_ns;
    struct call calls[CALLS];
    uint32_t last_tag;
    struct request oneway; /* verb 0: none */
    uint64_t files[FILES]; /* ids that clients have */
    uint32_t levels[FILES], told[FILES];
    bool watching[FILES];
    unsigned opened, released, file_count;
    int64_t order, first_order[2]; /* what a queue has given away so far */
    int handles;                   /* that are the server's */
    struct server_timer timers[TIMERS];
    uint64_t set_order[TIMERS], set_count, fired_deadline, fired_order;
    bool armed[TIMERS];
    struct watched watches[WATCHES];
    unsigned refuse; /* one of so many answers is refused or lost; 0: none */
    unsigned lost;
};
extern struct world w;

/* What VERB_stat is a slice of. */
extern const char server_model_text[SERVER_MODEL_TEXT];
extern const struct transport_ops server_model_kernel;

/* A number below the limit, by the seed. */
unsigned below(unsigned limit);
/* The call that the server holds under the tag; NULL: none. */
struct call *call_of(uint32_t tag);
/* Where the id is in w.files; it must be there. */
unsigned file_slot(uint64_t id);
/* The deadline of the first armed timer. */
uint64_t first_timer(void);
