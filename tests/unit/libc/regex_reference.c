/* regex_reference.c: see regex_reference.h. */
#include <string.h>
#include "regex_reference.h"

enum { KEY_ROOM = 400, WAYS_MAX = 400000 };

/* What is still to be matched. */
struct task {
    enum { T_NODE, T_END, T_COPIES } kind;
    const struct reference_node *node;
    int start, key, done;
    const struct task *next;
};

/* The lengths of all parts in the order in which they begin, the outer before the inner; -1 is no match at all. */
struct way {
    int key[KEY_ROOM];
    int count;
    struct reference_match match;
};

struct search {
    const char *text;
    int length;
    bool found;
    struct way best;
    long ways;
};

static void run(struct search *s, const struct task *task, int at, struct way way);

static bool is_better(const struct way *a, const struct way *b)
{
    for (int i = 0; i < a->count && i < b->count; i++)
        if (a->key[i] != b->key[i])
            return a->key[i] > b->key[i];
    return false;
}

static void forget(const struct reference_node *node, struct reference_match *match)
{
    if (node->type == R_GROUP)
        match->begin[node->group] = match->end[node->group] = -1;
    for (const struct reference_node *n = node->child; n; n = n->next)
        forget(n, match);
}

/* After `done` copies, the last of which began at task->start. */
static void run_copies(struct search *s, const struct task *task, int at, struct way way)
{
    const struct reference_node *node = task->node;
    bool empty = task->done > 0 && task->start == at, optional = task->done > node->min;
    if (empty && optional && task->done > 1)
        return; /* an empty copy is made only when it must be, or when there is no other */
    if (task->done >= node->min) {
        struct way end = way;
        end.key[end.count++] = -1;
        run(s, task->next, at, end);
    }
    if ((node->max == REFERENCE_INFINITE || task->done < node->max) && !(empty && optional)) {
        struct task more = {T_COPIES, node, at, 0, task->done + 1, task->next};
        struct task one = {T_NODE, node->child, 0, 0, 0, &more};
        forget(node->child, &way.match);
        run(s, &one, at, way);
    }
}

static void run_sequence(struct search *s, const struct reference_node *child,
                         const struct task *next, int at, struct way way)
{
    if (!child) {
        run(s, next, at, way);
        return;
    }
    /* The tasks of all children, the last first. */
    struct task tasks[8];
    const struct reference_node *children[8];
    int n = 0;
    for (; child; child = child->next)
        children[n++] = child;
    for (int i = n; i-- > 0; next = &tasks[i])
        tasks[i] = (struct task){T_NODE, children[i], 0, 0, 0, next};
    run(s, next, at, way);
}

static bool matches_here(const struct search *s, const struct reference_node *node, int at,
                         const struct reference_match *match, int *length)
{
    *length = 0;
    switch (node->type) {
    case R_EMPTY: return true;
    case R_BEGIN: return at == 0;
    case R_END: return at == s->length;
    case R_BACK:
        *length = match->end[node->group] - match->begin[node->group];
        return match->begin[node->group] >= 0 && at + *length <= s->length &&
               strncmp(s->text + match->begin[node->group], s->text + at, (size_t)*length) == 0;
    default: *length = 1; return at < s->length && (!node->set || strchr(node->set, s->text[at]));
    }
}

static void run_node(struct search *s, const struct task *task, int at, struct way way)
{
    const struct reference_node *node = task->node;
    struct task end = {T_END, node, at, way.count++, 0, task->next};
    int branch = 0, length;
    switch (node->type) {
    case R_GROUP: {
        struct task inner = {T_NODE, node->child, 0, 0, 0, &end};
        run(s, &inner, at, way);
        break;
    }
    case R_SEQUENCE: run_sequence(s, node->child, &end, at, way); break;
    case R_ALTERNATIVES:
        for (const struct reference_node *n = node->child; n; n = n->next) {
            struct task inner = {T_NODE, n, 0, 0, 0, &end};
            struct way one = way;
            one.key[one.count++] = -branch++;
            run(s, &inner, at, one);
        }
        break;
    case R_REPEAT: {
        struct task copies = {T_COPIES, node, 0, 0, 0, &end};
        run(s, &copies, at, way);
        break;
    }
    default:
        if (matches_here(s, node, at, &way.match, &length))
            run(s, &end, at + length, way);
    }
}

static void run(struct search *s, const struct task *task, int at, struct way way)
{
    if (s->ways++ > WAYS_MAX || way.count > KEY_ROOM - 4) {
        s->ways = WAYS_MAX + 1;
        return;
    }
    if (!task) {
        if (!s->found || is_better(&way, &s->best))
            s->best = way;
        s->found = true;
        return;
    }
    switch (task->kind) {
    case T_NODE: run_node(s, task, at, way); break;
    case T_COPIES: run_copies(s, task, at, way); break;
    case T_END:
        way.key[task->key] = at - task->start;
        if (task->node->type == R_GROUP) {
            way.match.begin[task->node->group] = task->start;
            way.match.end[task->node->group] = at;
        }
        run(s, task->next, at, way);
    }
}

int reference_match(const struct reference_node *root, const char *text,
                    struct reference_match *out)
{
    static struct search s;
    s = (struct search){.text = text, .length = (int)strlen(text)};
    for (int begin = 0; begin <= s.length; begin++) {
        struct task task = {T_NODE, root, 0, 0, 0, NULL};
        struct way way = {.count = 0};
        memset(&way.match, 0xff, sizeof way.match);
        s.found = false;
        run(&s, &task, begin, way);
        if (s.ways > WAYS_MAX)
            return -1;
        if (s.found) {
            *out = s.best.match;
            out->begin[0] = begin;
            out->end[0] = begin + s.best.key[0];
            return 1;
        }
    }
    return 0;
}
