/*
 * regex_reference.h: regular expressions by POSIX's words and nothing else: all ways in which a tree can match are tried, and the best is
 * that with the longest whole, then with the longest parts from left to right (XBD 9.1). Exponential.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum { REFERENCE_GROUPS = 10, REFERENCE_INFINITE = -1 };

enum reference_type {
    R_EMPTY,
    R_SET,
    R_BEGIN,
    R_END,
    R_GROUP,
    R_SEQUENCE,
    R_ALTERNATIVES,
    R_REPEAT,
    R_BACK
};

struct reference_node {
    enum reference_type type;
    const char *set; /* the characters it matches; NULL: any */
    int group;       /* of R_GROUP and R_BACK */
    int min, max;    /* of R_REPEAT */
    struct reference_node *child, *next;
};

struct reference_match {
    int begin[REFERENCE_GROUPS], end[REFERENCE_GROUPS];
};

/* The leftmost-longest match of the tree in text. Returns 1, 0 when there is none, -1 when there are too many ways to try. */
int reference_match(const struct reference_node *root, const char *text,
                    struct reference_match *out);
