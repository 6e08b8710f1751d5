/* regex_trees.c: see regex_trees.h. */
#include "regex_trees.h"
#include "dy.h"

static struct reference_node *make_node(struct random_tree *t, enum reference_type type)
{
    struct reference_node *node = &t->nodes[t->used++];
    *node = (struct reference_node){.type = type};
    return node;
}

static struct reference_node *make_alternatives(struct random_tree *t);

static struct reference_node *make_atom(struct random_tree *t)
{
    static const char *const sets[] = {"a", "b", "ab", "c"}, *const texts[] = {"a", "b", "[ab]",
                                                                               "c"};
    unsigned kind = (unsigned)(test_random() % 20);
    struct reference_node *node;
    if (kind < 8 && t->depth < 3 && t->groups < REFERENCE_GROUPS - 1 && t->used < 30) {
        node = make_node(t, R_GROUP);
        node->group = ++t->groups;
        strcat(t->text, "(");
        t->depth++;
        node->child = make_alternatives(t);
        t->depth--;
        strcat(t->text, ")");
        return node;
    }
    if (kind == 8 || kind == 9) {
        strcat(t->text, kind == 8 ? "^" : "$");
        return make_node(t, kind == 8 ? R_BEGIN : R_END);
    }
    node = make_node(t, R_SET);
    if (kind == 10) {
        strcat(t->text, ".");
        return node;
    }
    node->set = sets[kind % 4];
    strcat(t->text, texts[kind % 4]);
    return node;
}

static struct reference_node *make_repeat(struct random_tree *t, struct reference_node *atom)
{
    static const struct {
        const char *text;
        int min, max;
    } repeats[] = {{"*", 0, -1},    {"+", 1, -1},    {"?", 0, 1},     {"{2}", 2, 2},
                   {"{0,2}", 0, 2}, {"{1,3}", 1, 3}, {"{2,}", 2, -1}, {"*", 0, -1}};
    unsigned kind = (unsigned)(test_random() % 16);
    if (kind >= 8 || atom->type == R_BEGIN || atom->type == R_END)
        return atom;
    struct reference_node *node = make_node(t, R_REPEAT);
    strcat(t->text, repeats[kind].text);
    node->min = repeats[kind].min;
    node->max = repeats[kind].max;
    node->child = atom;
    return node;
}

static struct reference_node *make_branch(struct random_tree *t)
{
    unsigned count = (unsigned)(test_random() % 4);
    struct reference_node *node = make_node(t, R_SEQUENCE), **link = &node->child;
    for (; count > 0 && t->used < 50; count--) {
        *link = make_repeat(t, make_atom(t));
        link = &(*link)->next;
    }
    if (t->references && t->groups > 0 && !t->depth && test_random() % 3 == 0) {
        /* to a group that is complete: all are, at the top */
        *link = make_node(t, R_BACK);
        (*link)->group = 1 + (int)(test_random() % (unsigned)t->groups);
        sprintf(t->text + strlen(t->text), "\\%d", (*link)->group);
    }
    /* One member is no sequence: the keys would be the same, only longer. */
    return node;
}

static struct reference_node *make_alternatives(struct random_tree *t)
{
    struct reference_node *node = make_node(t, R_ALTERNATIVES), **link = &node->child;
    do {
        if (node->child)
            strcat(t->text, "|");
        *link = make_branch(t);
        link = &(*link)->next;
    } while (t->used < 40 && test_random() % 3 == 0);
    return node;
}

struct reference_node *random_tree_make(struct random_tree *t, bool references)
{
    *t = (struct random_tree){.references = references};
    return make_alternatives(t);
}
