/*
 * regex/search.c: where the leftmost match begins, and where the longest one there ends, by deterministic automata. A state is what
 * the program may be in before a character, not followed yet, since assertions need to know that character; its transitions are
 * made when they are first taken and kept as long as there is room.
 *
 * The forward automaton looks for a match from every position at once. What was begun earlier stands earlier in a state, in parts
 * that are divided by MARK, and when a part has come to a match all later parts go: they can only give matches that begin later.
 * So the last end that is seen is that of the leftmost-longest match. Its beginning is the farthest that the backward automaton
 * gets from there.
 */
#include <stdlib.h>
#include <string.h>
#include "regex/regex_state.h"

#define MARK UINT32_MAX

struct regex_state {
    struct regex_state *chain; /* with the same hash */
    uint32_t hash, count;
    uint8_t beside; /* what the last character is */
    bool closed;    /* no match begins any more */
    uint32_t *list;
    /* By the class of the next character: the next state, and in bit 0 whether there is a match before it; 0: not known yet. */
    uintptr_t next[];
};

struct regex_chunk {
    struct regex_chunk *next;
    struct regex_state state;
};

static void drop_states(struct regex_automaton *a)
{
    while (a->chunks) {
        struct regex_chunk *next = a->chunks->next;
        free(a->chunks);
        a->chunks = next;
    }
    if (a->table)
        memset(a->table, 0, a->table_size * sizeof(struct regex_state *));
    memset(a->start, 0, sizeof a->start);
    a->dead = NULL;
    a->count = 0;
    a->bytes = 0;
}

static bool grow_table(struct regex_automaton *a)
{
    uint32_t size = a->table_size ? a->table_size * 2 : 64;
    struct regex_state **table = calloc(size, sizeof(struct regex_state *)), *chain;
    if (!table)
        return false;
    for (uint32_t i = 0; i < a->table_size; i++)
        for (struct regex_state *s = a->table[i]; s; s = chain) {
            chain = s->chain;
            s->chain = table[s->hash % size];
            table[s->hash % size] = s;
        }
    free(a->table);
    a->table = table;
    a->table_size = size;
    return true;
}

static uint32_t hash_of(const uint32_t *list, uint32_t count, unsigned flags)
{
    uint32_t hash = flags;
    for (uint32_t i = 0; i < count; i++) {
        hash = (hash ^ list[i]) * 0x9e3779b1u;
        hash ^= hash >> 15;
    }
    return hash;
}

static struct regex_state *make_state(struct regex_cache *cache, struct regex_automaton *a,
                                      uint32_t hash, unsigned beside, bool closed)
{
    size_t list = cache->list_count * sizeof(uint32_t);
    size_t size = sizeof(struct regex_chunk) + cache->stride * sizeof(uintptr_t) + list;
    if (a->count > 2 && a->bytes + size > REGEX_CACHE_MAX)
        drop_states(a);
    if (a->count >= a->table_size && !grow_table(a))
        return NULL;
    struct regex_chunk *chunk = calloc(1, size);
    if (!chunk)
        return NULL;
    chunk->next = a->chunks;
    a->chunks = chunk;
    a->bytes += size;
    struct regex_state *s = &chunk->state;
    s->hash = hash;
    s->beside = (uint8_t)beside;
    s->closed = closed;
    s->count = cache->list_count;
    s->list = (uint32_t *)(s->next + cache->stride);
    if (list)
        memcpy(s->list, cache->list, list);
    s->chain = a->table[hash % a->table_size];
    a->table[hash % a->table_size] = s;
    a->count++;
    if (closed && !s->count)
        a->dead = s;
    return s;
}

/* The state of cache->list, which may be new; making it may have dropped all others. NULL: no memory. */
static struct regex_state *find_state(struct regex_cache *cache, struct regex_automaton *a,
                                      unsigned beside, bool closed)
{
    uint32_t count = cache->list_count;
    uint32_t hash = hash_of(cache->list, count, beside * 2 + closed);
    struct regex_state *s = a->table_size ? a->table[hash % a->table_size] : NULL;
    for (; s; s = s->chain)
        if (s->hash == hash && s->count == count && s->beside == beside && s->closed == closed &&
            (count == 0 || memcmp(s->list, cache->list, count * sizeof *s->list) == 0))
            return s;
    return make_state(cache, a, hash, beside, closed);
}

/* What wait[from..] of the simulation comes to by `class`, into the cache's list, as a part of its own. */
static void add_part(struct regex_cache *cache, uint32_t from, uint16_t class)
{
    struct regex_simulation *sim = &cache->simulation;
    uint32_t begin = cache->list_count;
    for (uint32_t i = from; i < sim->wait_count; i++)
        if (__regex_in_set(&cache->classes, class, sim->program->code[sim->wait[i]].x)) {
            if (cache->list_count == begin && begin > 0)
                cache->list[cache->list_count++] = MARK;
            cache->list[cache->list_count++] = sim->wait[i] + 1;
        }
}

/* Follows a part, and reads `class`. Returns whether it comes to a match before that. */
static bool run_part(struct regex_cache *cache, const uint32_t *list, uint32_t count,
                     const unsigned beside[2], uint16_t class)
{
    struct regex_simulation *sim = &cache->simulation;
    uint32_t from = sim->wait_count;
    for (uint32_t i = 0; i < count; i++)
        __regex_follow_from(sim, list[i], beside[0], beside[1]);
    add_part(cache, from, class);
    return __regex_passed(sim, sim->end);
}

/* The transition of s by `class`, as it stands in next[]; 0: no memory. s may be gone then. */
static uintptr_t make_transition(struct regex_match *m, struct regex_state *s, int direction,
                                 uint16_t class)
{
    static const uint32_t begin = 0;
    struct regex_cache *cache = m->cache;
    struct regex_simulation *sim = &cache->simulation;
    struct regex_automaton *a = &cache->automata[direction];
    unsigned next = cache->classes.beside[class];
    const unsigned beside[2] = {direction ? next : s->beside, direction ? s->beside : next};
    bool match = false, edge = class == CLASS_EDGE_PLAIN || class == CLASS_EDGE_ANCHOR;
    __regex_simulation_start(sim, &m->regex->programs[direction], 0,
                             m->regex->root->end[direction]);
    sim->now_count = 0;
    __regex_follow(sim, class, class); /* of nothing: so that nothing has been passed */
    cache->list_count = 0;
    for (uint32_t i = 0, n; i < s->count && !match; i += n + 1) {
        for (n = 0; i + n < s->count && s->list[i + n] != MARK;)
            n++;
        match = run_part(cache, s->list + i, n, beside, class);
    }
    if (!match && !s->closed)
        match = run_part(cache, &begin, 1, beside, class);
    bool closed = s->closed || match || edge;
    uint32_t count = a->count;
    struct regex_state *to = find_state(cache, a, closed && !cache->list_count ? 0 : next, closed);
    if (!to)
        return 0;
    uintptr_t made = (uintptr_t)to | match;
    if (a->count >= count) /* nothing has been dropped */
        s->next[class] = made;
    return made;
}

/* The state at the beginning of a search, with what is beside its first position. */
static struct regex_state *start_state(struct regex_cache *cache, int direction, unsigned beside)
{
    struct regex_automaton *a = &cache->automata[direction];
    if (!a->start[beside]) {
        cache->list_count = 0;
        if (direction) /* the match ends here and nowhere else */
            cache->list[cache->list_count++] = 0;
        struct regex_state *made = find_state(cache, a, beside, direction);
        a->start[beside] = made; /* only now: making it may drop all states */
    }
    return a->start[beside];
}

/* The class of the character at p, with room for it in *s, which may move. false: no memory. */
static bool next_class(struct regex_match *m, struct regex_state **s, int direction, const char *p,
                       uint16_t *class, size_t *length)
{
    struct regex_cache *cache = m->cache;
    *class = __regex_class_at(&cache->classes, m->regex, p, m->end, length);
    if (*class == CLASS_UNKNOWN)
        return false;
    if (cache->classes.count <= cache->stride)
        return true;
    cache->list_count = (*s)->count;
    if ((*s)->count)
        memcpy(cache->list, (*s)->list, (*s)->count * sizeof(uint32_t));
    unsigned beside = (*s)->beside;
    bool closed = (*s)->closed;
    cache->stride = cache->classes.count * 2;
    drop_states(&cache->automata[0]);
    drop_states(&cache->automata[1]);
    *s = find_state(cache, &cache->automata[direction], beside, closed);
    return *s;
}

/* Where the leftmost-longest match ends, in *end. */
static int search_forward(struct regex_match *m, const char **end)
{
    struct regex_cache *cache = m->cache;
    const char *p = m->text;
    int result = REG_NOMATCH;
    struct regex_state *s = start_state(cache, REGEX_FORWARD, cache->classes.beside[m->left_edge]);
    while (s) {
        uint16_t class = m->right_edge;
        size_t length = 1;
        bool last = m->end ? p == m->end : *p == 0;
        if (!last) {
            class = cache->classes.byte[(unsigned char)*p];
            if (class == CLASS_UNKNOWN && !next_class(m, &s, REGEX_FORWARD, p, &class, &length))
                return REG_ESPACE;
        }
        uintptr_t t = s->next[class];
        if (!t)
            t = make_transition(m, s, REGEX_FORWARD, class);
        if (t & 1) {
            *end = p;
            result = 0;
            if (m->any_end)
                return 0;
        }
        s = (struct regex_state *)(t & ~(uintptr_t)1);
        if (s && (last || s == cache->automata[REGEX_FORWARD].dead))
            return result;
        p += length;
    }
    return REG_ESPACE;
}

/* The farthest beginning of a match that ends at `end`. */
static int search_backward(struct regex_match *m, const char *end, const char **begin)
{
    struct regex_cache *cache = m->cache;
    uint16_t class = m->right_edge;
    size_t length;
    int result = REG_NOMATCH;
    if (m->end ? end < m->end : *end != 0)
        class = __regex_class_at(&cache->classes, m->regex, end, m->end, &length);
    if (class == CLASS_UNKNOWN)
        return REG_ESPACE;
    struct regex_state *s = start_state(cache, REGEX_BACKWARD, cache->classes.beside[class]);
    for (const char *p = end, *q; s; p = q) {
        bool last = p == m->text;
        class = m->left_edge;
        q = last ? p : __regex_previous(m, p);
        if (!last && !next_class(m, &s, REGEX_BACKWARD, q, &class, &length))
            return REG_ESPACE;
        uintptr_t t = s->next[class];
        if (!t)
            t = make_transition(m, s, REGEX_BACKWARD, class);
        if (t & 1) {
            *begin = p;
            result = 0;
        }
        s = (struct regex_state *)(t & ~(uintptr_t)1);
        if (s && (last || s == cache->automata[REGEX_BACKWARD].dead))
            return result;
    }
    return REG_ESPACE;
}

int __regex_search(struct regex_match *m, const char **begin, const char **end)
{
    int error = search_forward(m, end);
    *begin = *end;
    return error || m->any_end ? error : search_backward(m, *end, begin);
}

struct regex_cache *__regex_cache_new(const struct regex *regex)
{
    struct regex_cache *cache = calloc(1, sizeof *cache);
    uint32_t count = 0;
    for (int i = 0; i < REGEX_DIRECTIONS; i++)
        if (regex->programs[i].count > count)
            count = regex->programs[i].count;
    if (!cache)
        return NULL;
    /* A state holds each instruction once, and a mark before each. */
    cache->list = calloc(2 * (size_t)count + 2, sizeof *cache->list);
    if (!cache->list || !__regex_classes_init(&cache->classes, regex) ||
        !__regex_simulation_init(&cache->simulation, count)) {
        __regex_cache_free(cache);
        return NULL;
    }
    cache->simulation.classes = &cache->classes;
    cache->stride = cache->classes.count + 2;
    return cache;
}

void __regex_cache_free(struct regex_cache *cache)
{
    if (!cache)
        return;
    for (int i = 0; i < 2; i++) {
        drop_states(&cache->automata[i]);
        free(cache->automata[i].table);
    }
    __regex_simulation_fini(&cache->simulation);
    __regex_classes_fini(&cache->classes);
    free(cache->list);
    free(cache);
}
