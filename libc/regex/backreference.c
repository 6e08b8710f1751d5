/*
 * regex/backreference.c: matches of expressions with back references, by all ways at once: a way is a place in the exact program and
 * what the groups referred to are there. Ways that come to the same do not count twice; still there may be very many, since such
 * matches are hard by nature, and REGEX_STEPS_MAX ends that.
 */
#include <stdlib.h>
#include <string.h>
#include "regex/regex_state.h"

/* A way at a position; its slots are positions, or REGEX_NONE. */
struct way {
    struct way *next;  /* at the same position, not gone yet */
    struct way *chain; /* with the same hash */
    uint32_t at, position, hash;
    uint32_t slots[];
};

struct walk {
    struct regex_match *m;
    struct regex_text text;
    const struct regex_program *program;
    struct way **waiting; /* by position */
    struct way **table;
    uint32_t table_size, count, slot_count;
    uint32_t *slots; /* of the way that is gone at present */
    uint32_t best;   /* the longest end, or REGEX_NONE */
    uint32_t limit;  /* ends beyond it do not count */
    bool failed;
};

bool __regex_same(const struct regex *regex, const char *a, const char *b, size_t length)
{
    if (memcmp(a, b, length) == 0)
        return true;
    if (!(regex->flags & REG_ICASE))
        return false;
    for (const char *end = a + length; a < end;) {
        size_t n, n_b;
        uint32_t c = __regex_char(a, end, &n), d = __regex_char(b, b + (end - a), &n_b);
        if (c == REGEX_INVALID || n != n_b || towlower((wint_t)c) != towlower((wint_t)d))
            return false;
        a += n;
        b += n;
    }
    return true;
}

static const char *place(const struct walk *w, uint32_t position)
{
    return w->text.at ? w->text.at[position] : w->text.begin + position;
}

static bool grow_table(struct walk *w)
{
    uint32_t size = w->table_size ? w->table_size * 2 : 256;
    struct way **table = calloc(size, sizeof(struct way *)), *chain;
    if (!table)
        return false;
    for (uint32_t i = 0; i < w->table_size; i++)
        for (struct way *way = w->table[i]; way; way = chain) {
            chain = way->chain;
            way->chain = table[way->hash % size];
            table[way->hash % size] = way;
        }
    free(w->table);
    w->table = table;
    w->table_size = size;
    return true;
}

/* A new way, or NULL when it has been gone already or there is no memory. */
static struct way *add_way(struct walk *w, uint32_t at, uint32_t position, const uint32_t *slots)
{
    size_t size = w->slot_count * sizeof *slots;
    uint32_t hash = at * 0x9e3779b1u ^ position;
    for (uint32_t i = 2; i < w->slot_count; i++) {
        hash = (hash ^ slots[i]) * 0x9e3779b1u;
        hash ^= hash >> 15;
    }
    if (w->count >= w->table_size && !grow_table(w)) {
        w->failed = true;
        return NULL;
    }
    struct way **head = &w->table[hash % w->table_size];
    for (struct way *way = *head; way; way = way->chain)
        if (way->hash == hash && way->at == at && way->position == position &&
            memcmp(way->slots, slots, size) == 0)
            return NULL;
    struct way *way = __regex_alloc(&w->m->arena, sizeof *way + size);
    if (!way) {
        w->failed = true;
        return NULL;
    }
    way->at = at;
    way->position = position;
    way->hash = hash;
    memcpy(way->slots, slots, size);
    way->chain = *head;
    *head = way;
    w->count++;
    return way;
}

static void wait_at(struct walk *w, uint32_t at, uint32_t position, const uint32_t *slots)
{
    struct way *way = add_way(w, at, position, slots);
    if (way) {
        way->next = w->waiting[position];
        w->waiting[position] = way;
    }
}

/* Where the text of a group ends when it comes again at `position`; REGEX_NONE when it does not. */
static uint32_t end_of_same(struct walk *w, const uint32_t *group, uint32_t position)
{
    if (group[0] == REGEX_NONE || group[1] == REGEX_NONE)
        return REGEX_NONE;
    uint32_t count = group[1] - group[0];
    if (count > w->text.length - position)
        return REGEX_NONE;
    const char *a = place(w, group[0]), *b = place(w, position);
    size_t length = (size_t)(place(w, group[1]) - a);
    if ((size_t)(place(w, position + count) - b) != length ||
        !__regex_same(w->m->regex, a, b, length))
        return REGEX_NONE;
    return position + count;
}

static bool holds(const struct walk *w, uint32_t assertion, uint32_t position)
{
    const struct regex_classes *classes = &w->m->cache->classes;
    const uint16_t *class = w->text.class + position;
    return __regex_assertion_holds(assertion, classes->beside[class[-1]],
                                   classes->beside[class[0]]);
}

/* From one instruction to the next, as long as that is the only one. Returns whether it goes on at *at. */
static bool step(struct walk *w, uint32_t *at, uint32_t position, uint32_t *slots)
{
    const struct regex_instruction *i = &w->program->code[(*at)++];
    uint32_t end;
    switch (i->op) {
    case OP_PASS: return true;
    case OP_JUMP: *at = i->x; return true;
    case OP_ASSERTION: return holds(w, i->x, position);
    case OP_SAVE: slots[i->x] = position; return true;
    case OP_MOVED: return slots[i->x] != position;
    case OP_FORGET:
        for (uint32_t slot = i->x; slot < i->y; slot++)
            slots[slot] = REGEX_NONE;
        return true;
    case OP_SPLIT:
        /* To be here is another thing than to wait here. */
        if (!add_way(w, *at - 1 + w->program->count, position, slots))
            return false;
        wait_at(w, i->y, position, slots);
        *at = i->x;
        return true;
    case OP_SET:
        if (position < w->text.length &&
            __regex_in_set(&w->m->cache->classes, w->text.class[position], i->x))
            wait_at(w, *at, position + 1, slots);
        return false;
    case OP_REFERENCE:
        end = end_of_same(w, slots + 2 * i->x, position);
        if (end != REGEX_NONE && end != position)
            wait_at(w, *at, end, slots);
        return end == position;
    }
    return false;
}

static void go(struct walk *w, const struct way *way)
{
    uint32_t at = way->at, position = way->position, end = w->program->count - 1;
    uint32_t *slots = w->slots;
    memcpy(slots, way->slots, w->slot_count * sizeof *slots);
    do {
        if (at == end) {
            if (position <= w->limit && (w->best == REGEX_NONE || position > w->best))
                w->best = position;
            return;
        }
        w->m->steps++;
    } while (step(w, &at, position, slots) && !w->failed);
}

/* The longest match that begins at `begin`, into w->best. Returns 0 or REG_ESPACE. */
static int walk_from(struct walk *w, uint32_t begin)
{
    struct regex_mark mark = __regex_mark(&w->m->arena);
    for (uint32_t i = 0; i < w->slot_count; i++)
        w->slots[i] = REGEX_NONE;
    w->best = REGEX_NONE;
    w->count = 0;
    if (w->table)
        memset(w->table, 0, w->table_size * sizeof(struct way *));
    wait_at(w, 0, begin, w->slots);
    for (uint32_t p = begin; p <= w->text.length && !w->failed; p++)
        while (w->waiting[p] && !w->failed) {
            struct way *way = w->waiting[p];
            w->waiting[p] = way->next;
            go(w, way);
            w->failed |= w->m->steps > REGEX_STEPS_MAX;
        }
    __regex_release(&w->m->arena, mark);
    return w->failed ? REG_ESPACE : 0;
}

/* The longest match at `begin` whose subexpressions can be told. */
static int search_at(struct walk *w, uint32_t begin)
{
    w->limit = REGEX_NONE;
    for (;;) {
        int error = walk_from(w, begin);
        if (error)
            return error;
        if (w->best == REGEX_NONE)
            return REG_NOMATCH;
        if (w->m->any_end)
            return 0;
        error = __regex_subexpressions(w->m, place(w, begin), place(w, w->best));
        if (error != REG_NOMATCH || w->best == begin)
            return error;
        w->limit = w->best - 1;
    }
}

int __regex_search_exact(struct regex_match *m, const char **begin, const char **end)
{
    /* Where a match begins at the earliest when references match anything. */
    bool any_end = m->any_end;
    m->any_end = false;
    int result = __regex_search(m, begin, end);
    m->any_end = any_end;
    if (result)
        return result;
    struct walk w = {
        .m = m, .program = &m->regex->programs[REGEX_EXACT], .slot_count = m->regex->slots};
    const char *text_end = m->end ? m->end : *end + strlen(*end);
    if (!__regex_text_init(m, &w.text, m->text, text_end))
        return REG_ESPACE;
    w.waiting = __regex_alloc(&m->arena, (w.text.length + 1) * sizeof(struct way *));
    w.slots = __regex_alloc(&m->arena, w.slot_count * sizeof *w.slots);
    result = w.waiting && w.slots ? REG_NOMATCH : REG_ESPACE;
    for (uint32_t p = 0; result == REG_NOMATCH && p <= w.text.length; p++)
        if (place(&w, p) >= *begin) {
            result = search_at(&w, p);
            *begin = place(&w, p);
        }
    if (!result)
        *end = place(&w, w.best);
    free(w.table);
    return result;
}
