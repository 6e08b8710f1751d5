/* regex_trees.h: random regular expressions, each as its text and as the tree that the reference matches with. */
#pragma once
#include "regex_reference.h"

struct random_tree {
    struct reference_node nodes[60];
    int used, groups, depth;
    bool references;
    char text[400];
};

/* Made of test_random(). The root is one of t's nodes. */
struct reference_node *random_tree_make(struct random_tree *t, bool references);
