/*
 * history.c: see history.h. The search is Wing and Gong's (1993) with Lowe's memory of configurations (2017): which operations have
 * been taken so far and the model's state. From one of them only operations go on that were called before the first return that is
 * still missing.
 */
#include "tests/sim/history.h"

#include <string.h>

#include "tests/sim/sim.h"

#define SEEN_SLOTS  4096u /* a power of 2 */
#define SEARCH_MOST 200000u
#define STEP_BITS   2u /* an operation has at most 3 steps */

static struct {
    struct operation operations[HISTORY_MAX];
    unsigned count;
    uint64_t now;
} history;

struct search {
    const struct model *model;
    uint8_t steps[HISTORY_MAX]; /* taken of each operation; COMPLETE: all */
    unsigned left;              /* operations that have to be completed still */
    unsigned tries, most_done;
    uint64_t seen[SEEN_SLOTS];
    unsigned seen_count;
};
#define COMPLETE ((1u << STEP_BITS) - 1)

void history_reset(void)
{
    history.count = 0;
    history.now = 0;
}

unsigned history_call(unsigned kind, uint64_t arg0, uint64_t arg1, uint64_t arg2)
{
    if (history.count == HISTORY_MAX)
        sim_fail("a history of more than %u operations", HISTORY_MAX);
    history.operations[history.count] =
        (struct operation){.kind = kind, .args = {arg0, arg1, arg2}, .called_at = ++history.now};
    return history.count++;
}

void history_return(unsigned id, int64_t result, uint64_t value)
{
    struct operation *operation = &history.operations[id];
    operation->result = result;
    operation->value = value;
    operation->returned = true;
    operation->returned_at = ++history.now;
}

void history_return_maybe(unsigned id, int64_t result)
{
    history_return(id, result, 0);
    history.operations[id].maybe = true;
}

void history_settle(unsigned id, bool happened, uint64_t value)
{
    struct operation *operation = &history.operations[id];
    operation->maybe = false;
    operation->never = !happened;
    operation->value = value;
    operation->returned_at = UINT64_MAX;
}

bool history_get(unsigned id, struct operation *operation)
{
    if (id >= history.count)
        return false;
    *operation = history.operations[id];
    return true;
}

/* ---- the search ---- */

static bool must_complete(const struct operation *operation)
{
    return operation->returned && !operation->maybe && !operation->never;
}

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3u;
    return hash ^ hash >> 29;
}

/* Has this configuration been searched already? Remembers it. */
static bool search_seen(struct search *s, const void *state)
{
    uint64_t hash = hash_bytes(0xcbf29ce484222325u, s->steps, history.count);
    hash = hash_bytes(hash, state, HISTORY_STATE) | 1;
    unsigned slot = (unsigned)(hash >> 20) % SEEN_SLOTS;
    while (s->seen[slot] != 0 && s->seen[slot] != hash)
        slot = (slot + 1) % SEEN_SLOTS;
    if (s->seen[slot] == hash)
        return true;
    if (s->seen_count < SEEN_SLOTS / 2) { /* beyond that it is only slower */
        s->seen[slot] = hash;
        s->seen_count++;
    }
    return false;
}

/* When the first of the operations that are not complete returned: what was called later comes later. */
static uint64_t search_horizon(const struct search *s)
{
    uint64_t first = UINT64_MAX;
    for (unsigned i = 0; i < history.count; i++) {
        const struct operation *operation = &history.operations[i];
        if (must_complete(operation) && s->steps[i] != COMPLETE && operation->returned_at < first)
            first = operation->returned_at;
    }
    return first;
}

static bool search_from(struct search *s, const uint8_t *state)
{
    if (s->left == 0)
        return true;
    if (search_seen(s, state))
        return false;
    if (++s->tries > SEARCH_MOST)
        sim_fail("%s: a history that takes too long to check", s->model->name);
    uint64_t horizon = search_horizon(s);
    for (unsigned i = 0; i < history.count; i++) {
        const struct operation *operation = &history.operations[i];
        if (s->steps[i] == COMPLETE || operation->called_at > horizon || operation->never)
            continue;
        _Alignas(uint64_t) uint8_t next[HISTORY_STATE];
        memcpy(next, state, sizeof next);
        uint8_t before = s->steps[i];
        unsigned taken = s->model->step(next, operation, before);
        if (taken == 0)
            continue;
        bool ends = taken == 2 && must_complete(operation);
        s->steps[i] = taken == 2 ? COMPLETE : (uint8_t)(before + 1);
        s->left -= ends;
        if (search_from(s, next))
            return true;
        s->left += ends;
        s->steps[i] = before;
    }
    return false;
}

static void history_report(const struct model *model)
{
    for (unsigned i = 0; i < history.count; i++) {
        const struct operation *operation = &history.operations[i];
        char text[96];
        model->print(operation, text, sizeof text);
        sim_report("  %llu..%llu  %s%s\n", (unsigned long long)operation->called_at,
                   (unsigned long long)operation->returned_at, text,
                   !operation->returned ? " (no result)"
                   : operation->maybe   ? " (perhaps)"
                   : operation->never   ? " (never)"
                                        : "");
    }
}

void history_check(const struct model *model)
{
    static struct search search;
    _Alignas(uint64_t) uint8_t state[HISTORY_STATE];
    memset(&search, 0, sizeof search);
    memset(state, 0, sizeof state);
    search.model = model;
    for (unsigned i = 0; i < history.count; i++)
        search.left += must_complete(&history.operations[i]);
    model->init(state);
    if (search_from(&search, state))
        return;
    history_report(model);
    sim_fail("%s: not linearizable", model->name);
}
