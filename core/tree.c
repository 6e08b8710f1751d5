/* tree.c: AVL trees with parent pointers. */
#include "core/tree.h"

/* Where the pointer to `node` is kept. */
static struct tree_node **tree_anchor(struct tree *tree, struct tree_node *node)
{
    struct tree_node *parent = node->parent;
    if (!parent)
        return &tree->root;
    return parent->left == node ? &parent->left : &parent->right;
}

static void tree_set_left(struct tree_node *node, struct tree_node *child)
{
    node->left = child;
    if (child)
        child->parent = node;
}

static void tree_set_right(struct tree_node *node, struct tree_node *child)
{
    node->right = child;
    if (child)
        child->parent = node;
}

/* balance is height(right) - height(left). Both rotations keep it right for any heights. */
static struct tree_node *tree_rotate_left(struct tree *tree, struct tree_node *node)
{
    struct tree_node *up = node->right;
    struct tree_node **anchor = tree_anchor(tree, node);
    up->parent = node->parent;
    *anchor = up;
    tree_set_right(node, up->left);
    tree_set_left(up, node);
    node->balance = (int8_t)(node->balance - 1 - (up->balance > 0 ? up->balance : 0));
    up->balance = (int8_t)(up->balance - 1 + (node->balance < 0 ? node->balance : 0));
    return up;
}

static struct tree_node *tree_rotate_right(struct tree *tree, struct tree_node *node)
{
    struct tree_node *up = node->left;
    struct tree_node **anchor = tree_anchor(tree, node);
    up->parent = node->parent;
    *anchor = up;
    tree_set_left(node, up->right);
    tree_set_right(up, node);
    node->balance = (int8_t)(node->balance + 1 - (up->balance < 0 ? up->balance : 0));
    up->balance = (int8_t)(up->balance + 1 + (node->balance > 0 ? node->balance : 0));
    return up;
}

/* A node whose balance is 2 or -2: the new top of that subtree. */
static struct tree_node *tree_rebalance(struct tree *tree, struct tree_node *node)
{
    if (node->balance > 0) {
        if (node->right->balance < 0)
            tree_rotate_right(tree, node->right);
        return tree_rotate_left(tree, node);
    }
    if (node->left->balance > 0)
        tree_rotate_left(tree, node->left);
    return tree_rotate_right(tree, node);
}

void tree_insert(struct tree *tree, struct tree_node *node, uint64_t key)
{
    struct tree_node *parent = NULL;
    struct tree_node **at = &tree->root;
    ASSERT(!node->linked);
    while (*at) { /* equal keys go right: insertion order */
        parent = *at;
        at = key < parent->key ? &parent->left : &parent->right;
    }
    *node = (struct tree_node){.parent = parent, .key = key, .linked = true};
    *at = node;
    if (!tree->first || key < tree->first->key)
        tree->first = node;
    /* The subtree at `node` has grown by one. */
    for (; parent; node = parent, parent = node->parent) {
        parent->balance = (int8_t)(parent->balance + (parent->right == node ? 1 : -1));
        if (parent->balance == 0)
            return;
        if (parent->balance == 2 || parent->balance == -2) {
            tree_rebalance(tree, parent);
            return;
        }
    }
}

/* The subtree below `parent`, on its right or left, has shrunk by one. */
static void tree_shrunk(struct tree *tree, struct tree_node *parent, bool right)
{
    while (parent) {
        parent->balance = (int8_t)(parent->balance + (right ? -1 : 1));
        if (parent->balance == 1 || parent->balance == -1)
            return;
        if (parent->balance != 0) {
            parent = tree_rebalance(tree, parent);
            if (parent->balance != 0)
                return;
        }
        right = parent->parent && parent->parent->right == parent;
        parent = parent->parent;
    }
}

void tree_remove(struct tree *tree, struct tree_node *node)
{
    ASSERT(node->linked);
    if (tree->first == node)
        tree->first = tree_next(node);
    if (node->left && node->right) {
        /* The next node has no left child: it takes the place of `node`. */
        struct tree_node *heir = node->right;
        while (heir->left)
            heir = heir->left;
        struct tree_node *parent = heir->parent;
        bool right = parent == node;
        *tree_anchor(tree, heir) = heir->right;
        if (heir->right)
            heir->right->parent = parent;
        *tree_anchor(tree, node) = heir;
        heir->parent = node->parent;
        heir->balance = node->balance;
        tree_set_left(heir, node->left);
        tree_set_right(heir, node->right);
        tree_shrunk(tree, right ? heir : parent, right);
    } else {
        struct tree_node *child = node->left ? node->left : node->right;
        struct tree_node *parent = node->parent;
        bool right = parent && parent->right == node;
        *tree_anchor(tree, node) = child;
        if (child)
            child->parent = parent;
        tree_shrunk(tree, parent, right);
    }
    node->parent = node->left = node->right = NULL;
    node->linked = false;
}

struct tree_node *tree_at_or_above(const struct tree *tree, uint64_t key)
{
    struct tree_node *best = NULL;
    for (struct tree_node *node = tree->root; node;) {
        if (node->key >= key) {
            best = node;
            node = node->left;
        } else {
            node = node->right;
        }
    }
    return best;
}

struct tree_node *tree_at_or_below(const struct tree *tree, uint64_t key)
{
    struct tree_node *best = NULL;
    for (struct tree_node *node = tree->root; node;) {
        if (node->key <= key) {
            best = node;
            node = node->right;
        } else {
            node = node->left;
        }
    }
    return best;
}

struct tree_node *tree_find(const struct tree *tree, uint64_t key)
{
    struct tree_node *node = tree_at_or_above(tree, key);
    return node && node->key == key ? node : NULL;
}

struct tree_node *tree_next(const struct tree_node *node)
{
    struct tree_node *at = node->right;
    if (at) {
        while (at->left)
            at = at->left;
        return at;
    }
    for (at = node->parent; at && at->right == node; at = at->parent)
        node = at;
    return at;
}

struct tree_node *tree_prev(const struct tree_node *node)
{
    struct tree_node *at = node->left;
    if (at) {
        while (at->right)
            at = at->right;
        return at;
    }
    for (at = node->parent; at && at->left == node; at = at->parent)
        node = at;
    return at;
}
