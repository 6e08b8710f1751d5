/*
 * target.h: what the kernel's fuzz targets share: each says how its processes are set up, and what an input may be; target.c is the rest.
 *
 * An input's first byte chooses the set up and which allocation fails; operations follow (op.h). After them everybody is killed, and
 * everything that the kernel gave out must be back.
 */
#pragma once
#include "tests/fuzz/core/op.h"

struct fuzz_target {
    unsigned variants; /* of the set up */
    unsigned ops;      /* at most, in one input */
    unsigned failures; /* allocation 0 (none) to failures - 1 fails */
    void (*set_up)(unsigned variant);
};
extern const struct fuzz_target fuzz_target; /* the program's */

/* ---- for setting up: words of operations, and usual ones ---- */

#define BLOCK(at)     {.kind = WORD_BLOCK, .value = (at)}
#define HANDLE(which) {.kind = WORD_HANDLE, .value = (which)}
#define NUMBER(n)     {.value = (n)}
#define NEVER         {.kind = WORD_SPECIAL, .value = 2} /* UINT64_MAX; as a handle: none */
#define TEXT(which)   {.kind = WORD_TEXT, .value = (which)}

void target_do(struct op op);
/* The actor waits for a request of the scheme that is its second handle. */
void target_serve(uint8_t actor);
/* The client opens the path that is text number `text`; the server answers with file `id`. */
void target_open(uint8_t client, uint8_t server, uint16_t text, uint16_t id);
