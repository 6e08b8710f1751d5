/*
 * regex/subexpressions.c: what the subexpressions of a match are. XBD 9.1: consistent with the whole match being the longest of
 * the leftmost, each subpattern, from left to right, matches the longest possible string; a null string is longer than no match.
 *
 * A node of the tree and the text that it has to match are a goal. A member of a sequence gets the longest text at whose end the
 * members after it match the rest; a copy in a repetition likewise. Which places those are is known from one run of the
 * backward program over the text of the whole sequence or repetition, so there is nothing to take back, but for back
 * references, which the programs let match anything: when one does not fit, the last choice gives its next best.
 */
#include <stdlib.h>
#include <string.h>
#include "regex/regex_state.h"

/* For positions from `from` on, a row each: the marks of a backward program that were passed. */
struct table {
    uint8_t *bits;
    size_t row, from;
};

struct goal {
    struct goal *next; /* what is to be done then */
    enum { GOAL_NODE, GOAL_MEMBERS, GOAL_COPIES, GOAL_EMPTY_COPY } kind;
    struct regex_node *node; /* of GOAL_MEMBERS: the first of those that are left */
    size_t from, to;
    const struct table *table;
    uint32_t done; /* members, copies */
};

/* A decision that another may take the place of. */
struct choice {
    struct goal *goal;
    size_t *candidates; /* the better ones last; of alternatives their numbers */
    size_t count;
    size_t trail_count;
    struct regex_mark mark;
};

struct change {
    uint32_t group;
    size_t from, to;
};

struct solver {
    struct regex_match *match;
    struct regex_text text;
    struct regex_simulation *sim;
    bool goes_back;
    struct goal *goals;
    size_t (*groups)[2]; /* positions, or REGEX_NONE */
    uint32_t group_count;
    struct choice *choices;
    size_t choice_count, choice_room;
    struct change *trail;
    size_t trail_count, trail_room;
    int error;
};

/* Whether anybody asks what it matches. */
static bool is_wanted(const struct solver *s, const struct regex_node *node)
{
    return (node->has_group && node->first_group < s->group_count) || node->has_reference;
}

static void *allocate(struct solver *s, size_t size)
{
    void *p = __regex_alloc(&s->match->arena, size);
    if (!p)
        s->error = REG_ESPACE;
    return p;
}

static void add_goal(struct solver *s, struct goal goal)
{
    struct goal *g = allocate(s, sizeof *g);
    if (!g)
        return;
    *g = goal;
    g->next = s->goals;
    s->goals = g;
}

static void add_node_goal(struct solver *s, struct regex_node *node, size_t from, size_t to)
{
    if (is_wanted(s, node))
        add_goal(s, (struct goal){.kind = GOAL_NODE, .node = node, .from = from, .to = to});
}

static bool add_change(struct solver *s, uint32_t group)
{
    if (s->trail_count == s->trail_room) {
        size_t room = s->trail_room ? s->trail_room * 2 : 16;
        struct change *trail = reallocarray(s->trail, room, sizeof *trail);
        if (!trail) {
            s->error = REG_ESPACE;
            return false;
        }
        s->trail = trail;
        s->trail_room = room;
    }
    s->trail[s->trail_count++] = (struct change){group, s->groups[group][0], s->groups[group][1]};
    return true;
}

static void set_group(struct solver *s, uint32_t group, size_t from, size_t to)
{
    if (group >= s->group_count || (s->goes_back && !add_change(s, group)))
        return;
    s->groups[group][0] = from;
    s->groups[group][1] = to;
}

/* ---- runs of programs ---- */

/* Where in [from, to] the node's backward program, begun at `to`, passes which of the marks. NULL: no memory. */
static const struct table *make_table(struct solver *s, const struct regex_node *node, size_t from,
                                      size_t to, const uint32_t *marks, uint32_t count)
{
    struct regex_simulation *sim = s->sim;
    const uint16_t *class = s->text.class;
    struct table *table = allocate(s, sizeof *table);
    size_t row = (count + 7) / 8;
    if (!table || to - from + 1 > REGEX_MEMORY_MAX / row) {
        s->error = REG_ESPACE;
        return NULL;
    }
    *table = (struct table){allocate(s, (to - from + 1) * row), row, from};
    if (!table->bits)
        return NULL;
    __regex_simulation_start(sim, &s->match->regex->programs[REGEX_BACKWARD],
                             node->begin[REGEX_BACKWARD], node->end[REGEX_BACKWARD]);
    for (size_t p = to;; p--) {
        __regex_follow(sim, class[(ptrdiff_t)p - 1], class[p]);
        uint8_t *bits = table->bits + (p - from) * row;
        for (uint32_t i = 0; i < count; i++)
            if (__regex_passed(sim, marks[i]))
                bits[i / 8] |= (uint8_t)(1u << (i % 8));
        if (p == from || !sim->wait_count)
            return table;
        __regex_read(sim, class[(ptrdiff_t)p - 1]);
    }
}

static bool has_mark(const struct table *table, size_t p, uint32_t i)
{
    return table->bits[(p - table->from) * table->row + i / 8] >> (i % 8) & 1;
}

/* One end after the other that `node` may have when it begins at `from`, up to `to`; first with p == from. */
static bool next_end(struct solver *s, const struct regex_node *node, size_t from, size_t to,
                     size_t *p, bool first)
{
    struct regex_simulation *sim = s->sim;
    const uint16_t *class = s->text.class;
    if (first) {
        __regex_simulation_start(sim, &s->match->regex->programs[REGEX_FORWARD],
                                 node->begin[REGEX_FORWARD], node->end[REGEX_FORWARD]);
        *p = from;
    }
    for (bool here = first;; here = true) {
        if (here) {
            __regex_follow(sim, class[(ptrdiff_t)*p - 1], class[*p]);
            if (__regex_passed(sim, sim->end))
                return true;
        }
        if (*p == to || !sim->wait_count)
            return false;
        __regex_read(sim, class[*p]);
        ++*p;
    }
}

static bool matches_all(struct solver *s, const struct regex_node *node, size_t from, size_t to)
{
    size_t p;
    for (bool more = next_end(s, node, from, to, &p, true); more;
         more = next_end(s, node, from, to, &p, false))
        if (p == to)
            return true;
    return false;
}

/* ---- choices ---- */

struct candidates {
    size_t best;
    bool any;
    size_t *list; /* all of them, when there may be a way back */
    size_t count;
};

static void add_candidate(struct solver *s, struct candidates *c, size_t value, size_t most)
{
    c->best = value;
    c->any = true;
    if (!s->goes_back)
        return;
    if (!c->list)
        c->list = allocate(s, most * sizeof *c->list);
    if (c->list)
        c->list[c->count++] = value;
}

/* Remember that `goal` has other candidates than the last. */
static void add_choice(struct solver *s, struct goal *goal, struct candidates *c,
                       size_t trail_count)
{
    if (!s->goes_back || c->count < 2)
        return;
    if (s->choice_count == s->choice_room) {
        size_t room = s->choice_room ? s->choice_room * 2 : 16;
        struct choice *choices = reallocarray(s->choices, room, sizeof *choices);
        if (!choices) {
            s->error = REG_ESPACE;
            return;
        }
        s->choices = choices;
        s->choice_room = room;
    }
    s->choices[s->choice_count++] =
        (struct choice){goal, c->list, c->count - 1, trail_count, __regex_mark(&s->match->arena)};
}

static void take(struct solver *s, struct goal *goal, size_t candidate);

static bool go_back(struct solver *s)
{
    if (!s->choice_count)
        return false;
    struct choice *c = &s->choices[s->choice_count - 1];
    while (s->trail_count > c->trail_count) {
        struct change *change = &s->trail[--s->trail_count];
        s->groups[change->group][0] = change->from;
        s->groups[change->group][1] = change->to;
    }
    __regex_release(&s->match->arena, c->mark);
    struct goal *goal = c->goal;
    size_t candidate = c->candidates[--c->count];
    if (!c->count)
        s->choice_count--;
    s->goals = goal->next;
    take(s, goal, candidate);
    return true;
}

/* The best candidate, the others for later. */
static bool choose(struct solver *s, struct goal *goal, struct candidates *c)
{
    if (s->error || !c->any)
        return false;
    add_choice(s, goal, c, s->trail_count);
    take(s, goal, c->best);
    return true;
}

/* ---- goals ---- */

/* Whether copies from p on can match the rest when `done` are made. */
static bool copies_fit(const struct goal *g, uint32_t done, size_t p)
{
    const struct regex_node *node = g->node;
    bool infinite = node->max == REGEX_INFINITE;
    uint32_t need = done < (uint32_t)node->min ? (uint32_t)node->min - done : 0;
    uint32_t most = infinite ? node->mark_count : (uint32_t)node->max - done;
    if (p == g->to && need == 0)
        return true;
    if (most > node->mark_count)
        most = node->mark_count;
    for (uint32_t r = need ? need : 1; r <= most; r++)
        if (has_mark(g->table, p, r - 1))
            return true;
    return false;
}

/* The longest next copy. More copies than must be are not empty, unless there is no other. */
static bool choose_copy(struct solver *s, struct goal *g)
{
    const struct regex_node *node = g->node;
    struct candidates c = {0};
    size_t p;
    for (bool more = next_end(s, node->child, g->from, g->to, &p, true); more;
         more = next_end(s, node->child, g->from, g->to, &p, false))
        if ((p > g->from || g->done < (uint32_t)node->min) && copies_fit(g, g->done + 1, p))
            add_candidate(s, &c, p, g->to - g->from + 1);
    return choose(s, g, &c);
}

/* The copies that are left to make. */
static bool solve_copies(struct solver *s, struct goal *g)
{
    struct regex_node *node = g->node;
    size_t last = g->from;
    /* Nobody needs to know what the copies before the last were, but back references. */
    while (!s->goes_back && g->from < g->to) {
        last = g->from;
        if (!choose_copy(s, g))
            return false;
    }
    if (g->from < g->to)
        return choose_copy(s, g);
    if (g->done < (uint32_t)node->min || g->done == 0) {
        struct candidates c = {0};
        if (g->done >= (uint32_t)node->min)
            add_candidate(s, &c, 0, 2); /* no copy */
        if (matches_all(s, node->child, g->to, g->to))
            add_candidate(s, &c, 1, 2); /* an empty one */
        struct goal *empty = allocate(s, sizeof *empty);
        if (!empty)
            return false;
        *empty = *g; /* g itself may be come back to */
        empty->kind = GOAL_EMPTY_COPY;
        return choose(s, empty, &c);
    }
    if (!s->goes_back)
        add_node_goal(s, node->child, last, g->to);
    return true;
}

/* g, behind members that leave no choice. */
static struct goal *skip_plain_members(struct solver *s, struct goal *g)
{
    struct goal *behind = allocate(s, sizeof *behind);
    if (!behind)
        return NULL;
    for (*behind = *g; behind->node->next; behind->node = behind->node->next, behind->done++) {
        enum regex_node_type type = behind->node->type;
        if (type != NODE_SET && type != NODE_ASSERTION && type != NODE_EMPTY)
            break;
        behind->from += type == NODE_SET;
    }
    return behind;
}

static bool solve_members(struct solver *s, struct goal *g)
{
    struct candidates c = {0};
    size_t p;
    g = skip_plain_members(s, g);
    if (!g)
        return false;
    const struct regex_node *member = g->node;
    if (!member->next)
        add_candidate(s, &c, g->to, 1);
    else
        for (bool more = next_end(s, member, g->from, g->to, &p, true); more;
             more = next_end(s, member, g->from, g->to, &p, false))
            if (has_mark(g->table, p, g->done + 1))
                add_candidate(s, &c, p, g->to - g->from + 1);
    return choose(s, g, &c);
}

static bool solve_alternatives(struct solver *s, struct goal *g)
{
    struct candidates c = {0};
    size_t count = 0, i;
    for (struct regex_node *n = g->node->child; n; n = n->next)
        count++;
    i = count;
    /* The first is the best, and so the last candidate. */
    for (struct regex_node *n = g->node->last_child; n && s->goes_back; n = n->previous)
        if (i--, matches_all(s, n, g->from, g->to))
            add_candidate(s, &c, i, count);
    i = 0;
    for (struct regex_node *n = g->node->child; n && !s->goes_back && !c.any; n = n->next, i++)
        if (!n->next || matches_all(s, n, g->from, g->to))
            add_candidate(s, &c, i, count);
    return choose(s, g, &c);
}

static bool solve_sequence(struct solver *s, struct goal *g)
{
    uint32_t count = 0, i = 0;
    for (struct regex_node *n = g->node->child; n; n = n->next)
        count++;
    uint32_t *marks = allocate(s, count * sizeof *marks);
    if (!marks)
        return false;
    for (struct regex_node *n = g->node->child; n; n = n->next)
        marks[i++] = n->after;
    const struct table *table = make_table(s, g->node, g->from, g->to, marks, count);
    if (table)
        add_goal(s, (struct goal){.kind = GOAL_MEMBERS,
                                  .node = g->node->child,
                                  .from = g->from,
                                  .to = g->to,
                                  .table = table});
    return true;
}

static bool solve_repeat(struct solver *s, struct goal *g)
{
    struct regex_node *node = g->node;
    if (node->max == 0)
        return true;
    const struct table *table = make_table(s, node, g->from, g->to, node->marks, node->mark_count);
    if (table)
        add_goal(
            s,
            (struct goal){
                .kind = GOAL_COPIES, .node = node, .from = g->from, .to = g->to, .table = table});
    return true;
}

static bool solve_reference(struct solver *s, const struct goal *g)
{
    const size_t *group = s->groups[g->node->index];
    const struct regex_text *t = &s->text;
    if (group[0] == REGEX_NONE)
        return false;
    const char *a = t->at ? t->at[group[0]] : t->begin + group[0],
               *a_end = t->at ? t->at[group[1]] : t->begin + group[1],
               *b = t->at ? t->at[g->from] : t->begin + g->from,
               *b_end = t->at ? t->at[g->to] : t->begin + g->to;
    return a_end - a == b_end - b && __regex_same(s->match->regex, a, b, (size_t)(a_end - a));
}

static bool solve_node(struct solver *s, struct goal *g)
{
    struct regex_node *node = g->node;
    switch (node->type) {
    case NODE_GROUP:
        set_group(s, node->index, g->from, g->to);
        add_node_goal(s, node->child, g->from, g->to);
        return true;
    case NODE_REFERENCE: return solve_reference(s, g);
    case NODE_SEQUENCE: return solve_sequence(s, g);
    case NODE_ALTERNATIVES: return solve_alternatives(s, g);
    case NODE_REPEAT: return solve_repeat(s, g);
    default: return true;
    }
}

/* A copy of a repetition: groups inside have no match of the copies before. */
static void add_copy(struct solver *s, const struct regex_node *node, size_t from, size_t to)
{
    for (uint32_t i = node->first_group; node->has_group && i <= node->last_group; i++)
        set_group(s, i, REGEX_NONE, REGEX_NONE);
    add_node_goal(s, node->child, from, to);
}

static void take_copy(struct solver *s, struct goal *g, size_t end)
{
    if (!s->goes_back) {
        g->from = end;
        g->done++;
        return;
    }
    add_goal(s, (struct goal){.kind = GOAL_COPIES,
                              .node = g->node,
                              .from = end,
                              .to = g->to,
                              .table = g->table,
                              .done = g->done + 1});
    add_copy(s, g->node, g->from, end);
}

static void take_member(struct solver *s, const struct goal *g, size_t end)
{
    if (g->node->group_after)
        add_goal(s, (struct goal){.kind = GOAL_MEMBERS,
                                  .node = g->node->next,
                                  .from = end,
                                  .to = g->to,
                                  .table = g->table,
                                  .done = g->done + 1});
    add_node_goal(s, g->node, g->from, end);
}

/* Go on with a candidate: where a member or copy ends, whether there is an empty copy, or which alternative. */
static void take(struct solver *s, struct goal *g, size_t candidate)
{
    struct regex_node *node = g->node->child;
    switch (g->kind) {
    case GOAL_COPIES: take_copy(s, g, candidate); break;
    case GOAL_MEMBERS: take_member(s, g, candidate); break;
    case GOAL_EMPTY_COPY:
        if (candidate)
            add_copy(s, g->node, g->to, g->to);
        break;
    case GOAL_NODE:
        while (candidate-- > 0)
            node = node->next;
        add_node_goal(s, node, g->from, g->to);
    }
}

/* Reaches all goals. Returns 0 or REG_*. */
static int solve(struct solver *s)
{
    while (s->goals && !s->error) {
        struct goal *g = s->goals;
        s->goals = g->next;
        bool ok = g->kind == GOAL_NODE      ? solve_node(s, g)
                  : g->kind == GOAL_MEMBERS ? solve_members(s, g)
                                            : solve_copies(s, g);
        s->match->steps += s->sim->steps + 1;
        s->sim->steps = 0;
        if (s->goes_back && s->match->steps > REGEX_STEPS_MAX)
            return REG_ESPACE;
        if (!ok && !s->error && !go_back(s))
            return REG_NOMATCH;
    }
    return s->error;
}

/* ---- the whole ---- */

static void give(const struct solver *s)
{
    const struct regex_text *t = &s->text;
    for (uint32_t i = 1; i < s->group_count; i++) {
        const size_t *g = s->groups[i];
        regmatch_t *out = &s->match->matches[i];
        *out = (regmatch_t){-1, -1};
        if (g[0] != REGEX_NONE) {
            out->rm_so = (t->at ? t->at[g[0]] : t->begin + g[0]) - s->match->string;
            out->rm_eo = (t->at ? t->at[g[1]] : t->begin + g[1]) - s->match->string;
        }
    }
}

int __regex_subexpressions(struct regex_match *m, const char *begin, const char *end)
{
    struct solver s = {.match = m,
                       .sim = &m->cache->simulation,
                       .goes_back = m->regex->has_reference,
                       .group_count = m->group_count};
    struct regex_mark mark = __regex_mark(&m->arena);
    if (s.goes_back && s.group_count < REGEX_REFERENCES_MAX)
        s.group_count = m->regex->groups + 1;
    s.groups = __regex_alloc(&m->arena, s.group_count * sizeof *s.groups);
    int result = REG_ESPACE;
    if (s.groups && __regex_text_init(m, &s.text, begin, end)) {
        for (uint32_t i = 0; i < s.group_count; i++)
            s.groups[i][0] = s.groups[i][1] = REGEX_NONE;
        add_node_goal(&s, m->regex->root, 0, s.text.length);
        result = solve(&s);
    }
    s.group_count = m->group_count;
    if (!result)
        give(&s);
    free(s.choices);
    free(s.trail);
    __regex_release(&m->arena, mark);
    return result;
}
