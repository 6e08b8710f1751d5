/* radix.c: see radix.h. */
#include "core/radix.h"

/* Levels of the deepest tree: a node of every shift. */
#define RADIX_LEVELS (RADIX_INDEX_BITS / RADIX_BITS)

static unsigned node_way(const struct radix_node *node, uint64_t index)
{
    return index >> node->shift & (RADIX_WAYS - 1);
}

static uint64_t way_bit(unsigned way)
{
    return UINT64_C(1) << way;
}

static struct radix_node *node_child(const struct radix_node *node, unsigned way)
{
    return (struct radix_node *)node->slots[way];
}

static void node_set(struct radix_node *node, uint64_t index, uintptr_t word)
{
    unsigned way = node_way(node, index);
    node->slots[way] = word;
    node->present |= way_bit(way);
}

static struct radix_node *node_create(struct quota *quota, uint64_t index, unsigned shift)
{
    struct radix_node *node = quota_alloc(quota, sizeof *node);
    if (!node)
        return NULL;
    node->shift = shift;
    node->prefix = index >> (shift + RADIX_BITS) << (shift + RADIX_BITS);
    return node;
}

/* The shift of the node where two different indices part. */
static unsigned fork_shift(uint64_t a, uint64_t b)
{
    unsigned top_bit = 63 - (unsigned)__builtin_clzll(a ^ b);
    return top_bit / RADIX_BITS * RADIX_BITS;
}

/* Hang a new leaf for `index` at `place`, above the node that is there already, if any. */
static status_t radix_grow(struct quota *quota, struct radix_node **place, uint64_t index,
                           uintptr_t word)
{
    struct radix_node *old = *place;
    struct radix_node *leaf = node_create(quota, index, 0);
    if (!leaf)
        return -ERR_NOMEM;
    node_set(leaf, index, word);
    if (!old) {
        *place = leaf;
        return 0;
    }
    struct radix_node *fork = node_create(quota, index, fork_shift(index, old->prefix));
    if (!fork) {
        quota_free(quota, leaf, sizeof *leaf);
        return -ERR_NOMEM;
    }
    node_set(fork, index, (uintptr_t)leaf);
    node_set(fork, old->prefix, (uintptr_t)old);
    *place = fork;
    return 0;
}

status_t radix_insert(struct radix *radix, struct quota *quota, uint64_t index, uintptr_t word)
{
    struct radix_node *parent = NULL;
    struct radix_node *node = radix->root;
    ASSERT(word != 0 && index >> RADIX_INDEX_BITS == 0);
    while (node && radix_node_covers(node, index)) {
        unsigned way = node_way(node, index);
        if (node->shift == 0) {
            ASSERT(!(node->present & way_bit(way)));
            node_set(node, index, word);
            return 0;
        }
        parent = node;
        node = node_child(node, way);
    }
    struct radix_node *place = node;
    status_t status = radix_grow(quota, &place, index, word);
    if (status < 0)
        return status;
    if (parent)
        node_set(parent, index, (uintptr_t)place);
    else
        radix->root = place;
    return 0;
}

/* A node above the leaves that has one child left gives its place to that. */
static void radix_join(struct radix *radix, struct quota *quota, struct radix_node *parent,
                       struct radix_node *node)
{
    if (node->shift == 0 || (node->present & (node->present - 1)) != 0)
        return;
    struct radix_node *child = node_child(node, (unsigned)__builtin_ctzll(node->present));
    if (parent)
        parent->slots[node_way(parent, node->prefix)] = (uintptr_t)child;
    else
        radix->root = child;
    quota_free(quota, node, sizeof *node);
}

/* The nodes from the root to the leaf that covers `index`, into path; -> how many, 0: there is no leaf. */
static unsigned radix_path(const struct radix *radix, uint64_t index,
                           struct radix_node *path[RADIX_LEVELS])
{
    unsigned depth = 0;
    struct radix_node *node = radix->root;
    while (node && radix_node_covers(node, index)) {
        path[depth++] = node;
        if (node->shift == 0)
            return depth;
        node = node_child(node, node_way(node, index));
    }
    return 0;
}

/* The leaf at the end of the path is empty: free it, and what is empty above it. */
static void radix_prune(struct radix *radix, struct quota *quota, struct radix_node **path,
                        unsigned depth)
{
    uint64_t index = path[depth - 1]->prefix;
    quota_free(quota, path[--depth], sizeof **path);
    while (depth-- > 0) {
        struct radix_node *node = path[depth];
        unsigned way = node_way(node, index);
        node->slots[way] = 0;
        node->present &= ~way_bit(way);
        if (node->present) {
            radix_join(radix, quota, depth > 0 ? path[depth - 1] : NULL, node);
            return;
        }
        quota_free(quota, node, sizeof *node);
    }
    radix->root = NULL;
}

uintptr_t radix_remove(struct radix *radix, struct quota *quota, uint64_t index)
{
    struct radix_node *path[RADIX_LEVELS];
    unsigned depth = radix_path(radix, index, path);
    if (depth == 0)
        return 0;
    struct radix_node *leaf = path[depth - 1];
    unsigned way = node_way(leaf, index);
    uintptr_t word = leaf->slots[way];
    leaf->slots[way] = 0;
    leaf->present &= ~way_bit(way);
    if (word != 0 && leaf->present == 0)
        radix_prune(radix, quota, path, depth);
    return word;
}

/* The bits of a leaf's words that lie in [index, end). */
static uint64_t leaf_bits(const struct radix_node *leaf, uint64_t index, uint64_t end)
{
    uint64_t bits = leaf->present;
    if (index > leaf->prefix)
        bits &= ~UINT64_C(0) << (index - leaf->prefix);
    if (end - leaf->prefix < RADIX_WAYS)
        bits &= way_bit((unsigned)(end - leaf->prefix)) - 1;
    return bits;
}

unsigned radix_remove_leaf(struct radix *radix, struct quota *quota, uint64_t *index, uint64_t end,
                           uintptr_t words[RADIX_WAYS])
{
    struct radix_node *path[RADIX_LEVELS];
    if (!radix_next_slot(radix, index) || *index >= end)
        return 0;
    unsigned depth = radix_path(radix, *index, path), count = 0;
    struct radix_node *leaf = path[depth - 1];
    uint64_t bits = leaf_bits(leaf, *index, end);
    leaf->present &= ~bits;
    *index = leaf->prefix + RADIX_WAYS;
    for (; bits; bits &= bits - 1) {
        unsigned way = (unsigned)__builtin_ctzll(bits);
        words[count++] = leaf->slots[way];
        leaf->slots[way] = 0;
    }
    if (leaf->present == 0)
        radix_prune(radix, quota, path, depth);
    return count;
}

bool radix_walk_leaf(struct radix_walk *walk)
{
    uint64_t index = walk->next;
    if (index >= walk->end || !radix_next_slot(walk->radix, &index) || index >= walk->end)
        return false;
    walk->leaf = radix_leaf(walk->radix, index);
    walk->bits = leaf_bits(walk->leaf, index, walk->end);
    walk->next = walk->leaf->prefix + RADIX_WAYS;
    return true;
}

static uintptr_t *node_first(struct radix_node *node, uint64_t *index)
{
    while (node->shift != 0)
        node = node_child(node, (unsigned)__builtin_ctzll(node->present));
    unsigned way = (unsigned)__builtin_ctzll(node->present);
    *index = node->prefix + way;
    return &node->slots[way];
}

uintptr_t *radix_next_slot(const struct radix *radix, uint64_t *index)
{
    struct radix_node *turn = NULL; /* the lowest node with something to the right of our way */
    uint64_t right = 0;
    struct radix_node *node = radix->root;
    while (node) {
        if (!radix_node_covers(node, *index)) {
            if (node->prefix > *index)
                return node_first(node, index);
            break;
        }
        unsigned way = node_way(node, *index);
        uint64_t above = node->present & (~UINT64_C(1) << way);
        if (above) {
            turn = node;
            right = above;
        }
        if (!(node->present & way_bit(way)))
            break;
        if (node->shift == 0)
            return &node->slots[way];
        node = node_child(node, way);
    }
    if (!turn)
        return NULL;
    unsigned way = (unsigned)__builtin_ctzll(right);
    if (turn->shift != 0)
        return node_first(node_child(turn, way), index);
    *index = turn->prefix + way;
    return &turn->slots[way];
}

/* Recursion is bounded by RADIX_LEVELS. */
static size_t node_check(const struct radix_node *node)
{
    size_t words = 0;
    ASSERT(node->present != 0 && node->shift % RADIX_BITS == 0);
    ASSERT(node->shift == 0 || (node->present & (node->present - 1)) != 0); /* no chains */
    for (unsigned way = 0; way < RADIX_WAYS; way++) {
        ASSERT(!(node->present & way_bit(way)) == !node->slots[way]);
        if (!node->slots[way])
            continue;
        if (node->shift == 0) {
            words++;
            continue;
        }
        const struct radix_node *child = node_child(node, way);
        ASSERT(child->shift < node->shift && radix_node_covers(node, child->prefix));
        ASSERT(node_way(node, child->prefix) == way);
        words += node_check(child);
    }
    return words;
}

size_t radix_check(const struct radix *radix)
{
    return radix->root ? node_check(radix->root) : 0;
}
