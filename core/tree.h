/* tree.h: balanced intrusive binary trees, ordered by a 64-bit key (equal keys keep insertion order). */
#pragma once
#include "core/base.h"

struct tree_node {
    struct tree_node *parent, *left, *right;
    uint64_t key;
    int8_t balance;
    bool linked;
};
struct tree {
    struct tree_node *root;
    struct tree_node *first; /* cached: the smallest key */
};

void tree_insert(struct tree *tree, struct tree_node *node, uint64_t key);
void tree_remove(struct tree *tree, struct tree_node *node);
struct tree_node *tree_find(const struct tree *tree, uint64_t key); /* exact, the first; NULL */
struct tree_node *tree_at_or_below(const struct tree *tree,
                                   uint64_t key); /* the last with key <= key */
struct tree_node *tree_at_or_above(const struct tree *tree,
                                   uint64_t key); /* the first with key >= key */
struct tree_node *tree_next(const struct tree_node *node);
struct tree_node *tree_prev(const struct tree_node *node);
static inline struct tree_node *tree_first(const struct tree *tree)
{
    return tree->first;
}
