/*
 * radix.h: a sparse array of words by a 54-bit index, for the pages of spaces and memory objects.
 *
 * A 64-way radix tree without chains: a node stands only where indices differ, so the three corners of a
 * small process cost a leaf or two each, and a lookup is two to four loads. Leaves cover 64 aligned
 * indices with a bitmap, which makes walks proportional to what is present. Not locked: the owner's lock.
 */
#pragma once
#include "core/quota.h"

#define RADIX_BITS       6
#define RADIX_WAYS       (1U << RADIX_BITS)
#define RADIX_INDEX_BITS 54

struct radix_node {
    uint64_t prefix;             /* of all indices below it; the bits that select are 0 */
    uint64_t present;            /* a bit a slot */
    unsigned shift;              /* 0: a leaf */
    uintptr_t slots[RADIX_WAYS]; /* a leaf's words, or struct radix_node * */
};
struct radix {
    struct radix_node *root;
};

static inline bool radix_node_covers(const struct radix_node *node, uint64_t index)
{
    return (index ^ node->prefix) >> (node->shift + RADIX_BITS) == 0;
}

/* The leaf that covers `index`, or NULL. Present words of it may be changed in place, never to 0. */
static inline struct radix_node *radix_leaf(const struct radix *radix, uint64_t index)
{
    struct radix_node *node = radix->root;
    while (node && radix_node_covers(node, index)) {
        if (node->shift == 0)
            return node;
        node = (struct radix_node *)node->slots[index >> node->shift & (RADIX_WAYS - 1)];
    }
    return NULL;
}

/* The word, or 0 when there is none. */
static inline uintptr_t radix_get(const struct radix *radix, uint64_t index)
{
    const struct radix_node *leaf = radix_leaf(radix, index);
    return leaf ? leaf->slots[index & (RADIX_WAYS - 1)] : 0;
}

/* Store a word (not 0) where there was none. Nodes are charged to quota. -ERR_NOMEM: nothing has changed. */
MUST_CHECK status_t radix_insert(struct radix *radix, struct quota *quota, uint64_t index,
                                 uintptr_t word);

/* The same when `leaf` (or NULL) covered the index before: filling a tree in order does not search. *leaf becomes the one that
 * covers it now. The tree may have lost nothing since. */
static inline MUST_CHECK status_t radix_insert_near(struct radix *radix, struct quota *quota,
                                                    struct radix_node **leaf, uint64_t index,
                                                    uintptr_t word)
{
    struct radix_node *near = *leaf;
    if (near && radix_node_covers(near, index)) {
        uint64_t bit = UINT64_C(1) << (index & (RADIX_WAYS - 1));
        ASSERT(!(near->present & bit));
        near->slots[index & (RADIX_WAYS - 1)] = word;
        near->present |= bit;
        return 0;
    }
    status_t status = radix_insert(radix, quota, index, word);
    *leaf = status < 0 ? NULL : radix_leaf(radix, index);
    return status;
}

/* Take out the word, or 0. The nodes that it empties are freed. */
uintptr_t radix_remove(struct radix *radix, struct quota *quota, uint64_t index);

/* The first word at or above *index, which becomes its index; NULL: none. It may be changed in place, not to 0. */
uintptr_t *radix_next_slot(const struct radix *radix, uint64_t *index);
static inline uintptr_t radix_next(const struct radix *radix, uint64_t *index)
{
    const uintptr_t *slot = radix_next_slot(radix, index);
    return slot ? *slot : 0;
}

/* Take out the words of the first leaf that has any in [*index, end): up to RADIX_WAYS into words. -> how many; *index goes on behind
 * them. 0: there are none. */
unsigned radix_remove_leaf(struct radix *radix, struct quota *quota, uint64_t *index, uint64_t end,
                           uintptr_t words[RADIX_WAYS]);

/* A walk over the words in [index, end), in order; they may be changed in place, but the tree may not change otherwise. */
struct radix_walk {
    const struct radix *radix;
    struct radix_node *leaf;
    uint64_t bits; /* words of the leaf still to come */
    uint64_t next; /* where to look for the next leaf */
    uint64_t end;
    uint64_t index; /* of the word returned last */
};
static inline struct radix_walk radix_walk_start(const struct radix *radix, uint64_t index,
                                                 uint64_t end)
{
    return (struct radix_walk){.radix = radix, .next = index, .end = end};
}
/* Find the next leaf: for radix_walk_next. */
bool radix_walk_leaf(struct radix_walk *walk);
static inline uintptr_t *radix_walk_next(struct radix_walk *walk)
{
    if (walk->bits == 0 && !radix_walk_leaf(walk))
        return NULL;
    unsigned way = (unsigned)__builtin_ctzll(walk->bits);
    walk->bits &= walk->bits - 1;
    walk->index = walk->leaf->prefix + way;
    return &walk->leaf->slots[way];
}

/* Asserts the invariants and counts the words. */
size_t radix_check(const struct radix *radix);
