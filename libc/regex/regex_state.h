/*
 * regex/regex_state.h: a compiled regular expression and what a match works with.
 *
 * regcomp makes a tree of the pattern (parse.c, bracket.c) and of the tree programs for a nondeterministic automaton (program.c): one
 * that reads a text forwards, one that reads it backwards, and, when there are back references, one that follows them.
 * regexec finds where the leftmost match begins and where the longest one there ends by deterministic automata that are made as
 * the text asks for them (search.c), or for back references by backreference.c. Then, when the caller wants subexpressions, it
 * goes down the tree and gives each part, from left to right, the longest text that leaves a match for the rest, which is what
 * POSIX says, word by word (subexpressions.c). Nothing takes more than polynomial time, but back references.
 */
#pragma once
#include <limits.h>
#include <regex.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <wctype.h>
#include "internal/libc.h"

enum {
    REGEX_CODE_MAX = 1 << 18, /* instructions of a program */
    REGEX_DEPTH_MAX =
        700, /* groups and repetitions in one another: program.c recurses, 200 bytes each */
    REGEX_MEMORY_MAX = 64 << 20,  /* bytes of one arena */
    REGEX_CACHE_MAX = 1 << 20,    /* bytes of states that are kept; a few are kept in any case */
    REGEX_INFINITE = -1,          /* no upper bound of a repetition */
    REGEX_NONE = 0x7fffffff,      /* no position, no instruction */
    REGEX_REFERENCES_MAX = 9 + 1, /* \1 to \9 */
    REGEX_SLOTS_MAX = 1000, /* a way of backreference.c has that many positions on the stack */
};

/* Steps of one match with back references, after which it ends with REG_ESPACE. */
#ifndef REGEX_STEPS_MAX
#define REGEX_STEPS_MAX (1l << 26)
#endif

/* ---- arena.c: memory that is given back together, or back to a mark ---- */

struct regex_block;
struct regex_arena {
    struct regex_block *block;
    size_t total;
};
struct regex_mark {
    struct regex_block *block;
    size_t used;
};

/* Zeroed, aligned for any object. NULL when there is no memory or the arena has had REGEX_MEMORY_MAX. */
LIBC_HIDDEN void *__regex_alloc(struct regex_arena *arena, size_t size);
LIBC_HIDDEN struct regex_mark __regex_mark(const struct regex_arena *arena);
LIBC_HIDDEN void __regex_release(struct regex_arena *arena, struct regex_mark mark);
LIBC_HIDDEN void __regex_arena_fini(struct regex_arena *arena);

/* ---- bracket.c: sets of characters ---- */

struct regex_range {
    uint32_t first, last;
};
struct regex_set {
    struct regex_range *ranges;
    wctype_t *types;
    uint32_t range_count, range_room, type_count, type_room;
    bool negated;
    bool any_case;
    bool not_newline; /* of a negated set */
};

/* What a byte that begins no character counts as: in no set. */
#define REGEX_INVALID UINT32_MAX

/* A set without ranges, or NULL. */
LIBC_HIDDEN struct regex_set *__regex_set_new(struct regex_arena *arena);
/* The next two: false when there is no memory. */
LIBC_HIDDEN bool __regex_set_add(struct regex_arena *arena, struct regex_set *set, uint32_t first,
                                 uint32_t last);
LIBC_HIDDEN bool __regex_set_add_type(struct regex_arena *arena, struct regex_set *set,
                                      wctype_t type);
LIBC_HIDDEN bool __regex_set_has(const struct regex_set *set, uint32_t c);

/* The bracket expression after '[' at *p, which is left behind its ']'. Returns 0 or REG_*. */
LIBC_HIDDEN int __regex_parse_bracket(struct regex_arena *arena, const char **p, int flags,
                                      struct regex_set **out);

/* The character at p, and its length; REGEX_INVALID and 0 when none begins there. end NULL: nothing beyond a null byte is read. */
LIBC_HIDDEN uint32_t __regex_char(const char *p, const char *end, size_t *length);

/* ---- parse.c: the tree ---- */

enum regex_node_type {
    NODE_EMPTY,
    NODE_SET,
    NODE_ASSERTION,
    NODE_REFERENCE,
    NODE_GROUP,
    NODE_SEQUENCE,
    NODE_ALTERNATIVES,
    NODE_REPEAT,
};

enum regex_assertion {
    ASSERT_LINE_BEGIN,
    ASSERT_LINE_END,
    ASSERT_WORD_BEGIN,
    ASSERT_WORD_END,
    ASSERT_WORD_EDGE,
    ASSERT_NO_WORD_EDGE,
};

/* Programs; the third only with back references. */
enum regex_direction { REGEX_FORWARD, REGEX_BACKWARD, REGEX_EXACT, REGEX_DIRECTIONS };

struct regex_node {
    enum regex_node_type type;
    bool has_group, has_reference; /* it or a node below */
    bool emitted[REGEX_DIRECTIONS];
    bool may_be_empty; /* it may match the empty string */
    bool group_after;  /* a later member of its sequence has a group or a reference */
    uint32_t index;    /* the number of a set, an assertion, a group or a reference */
    uint32_t depth;
    int min, max; /* of a repetition */
    uint32_t first_group, last_group;
    struct regex_node *child,
        *last_child; /* of sequence and alternatives; child of group and repetition */
    struct regex_node *next, *previous; /* children of one parent */
    /* The first copy in a program, [begin, end): */
    uint32_t begin[REGEX_DIRECTIONS], end[REGEX_DIRECTIONS];
    /* In the backward program: passed when this member of a sequence and all after it have been read. */
    uint32_t after;
    uint32_t *marks; /* of a repetition, the same after so many copies + 1 */
    uint32_t mark_count;
    uint32_t slot; /* of a repetition in the exact program: where a copy began */
};

struct regex_instruction {
    enum regex_operation {
        OP_SET,       /* a character in set x */
        OP_SPLIT,     /* go on at x and at y */
        OP_JUMP,      /* at x */
        OP_ASSERTION, /* if x holds here */
        OP_PASS,      /* a place to be seen at */
        /* Of the exact program: */
        OP_SAVE,      /* the position in slot x */
        OP_FORGET,    /* slots x to y-1 */
        OP_MOVED,     /* if the position is not that in slot x */
        OP_REFERENCE, /* the text of group x */
    } op;
    uint32_t x, y;
};

struct regex_program {
    struct regex_instruction *code;
    uint32_t count, room;
};

struct regex {
    struct regex_arena arena;
    struct regex_node *root;
    struct regex_set **sets;
    uint32_t set_count, set_room;
    uint32_t literal[128]; /* set + 1 of an ASCII character */
    uint32_t newline_set;  /* set + 1 when lines matter to ^ and $ */
    uint32_t word_set;     /* set + 1 when an assertion needs it */
    uint32_t all_set;      /* set + 1: what a reference may match */
    struct regex_program programs[REGEX_DIRECTIONS];
    uint32_t groups;
    bool referenced[REGEX_REFERENCES_MAX];
    bool has_reference;
    uint32_t slots; /* of the exact program: two a group up to \9, one a repetition */
    int flags;
    bool multibyte;
    atomic_flag cache_busy;
    struct regex_cache *cache; /* guarded by cache_busy; who finds that set makes one of its own */
};

/* Makes regex->root and all the tree needs. Returns 0 or REG_*. */
LIBC_HIDDEN int __regex_parse(struct regex *regex, const char *pattern);

/* ---- program.c ---- */

/* The programs of regex->root. Returns 0 or REG_ESPACE. */
LIBC_HIDDEN int __regex_compile(struct regex *regex);

/* ---- classes.c: characters that no set of the expression tells apart are one class ---- */

enum {
    CLASS_EDGE_PLAIN,  /* the end of the text, not of a line (REG_NOTBOL, REG_NOTEOL) */
    CLASS_EDGE_ANCHOR, /* the end of the text and of a line */
    CLASS_INVALID,     /* a byte that begins no character */
    CLASS_FIRST,
    CLASS_UNKNOWN = 0xffff,
};
/* What assertions ask of the characters beside them. */
enum { BESIDE_LINE = 1, BESIDE_WORD = 2 };

struct regex_classes {
    uint16_t byte[256]; /* CLASS_UNKNOWN: the first byte of a longer character */
    uint32_t count, room, words;
    uint64_t *members; /* a row a class: the sets that it is in */
    uint8_t *beside;
    struct {
        uint32_t c;
        uint16_t class;
    } recent[256];
};

LIBC_HIDDEN bool __regex_classes_init(struct regex_classes *classes, const struct regex *regex);
LIBC_HIDDEN void __regex_classes_fini(struct regex_classes *classes);
/* The class of the character at p (before end), its length in *length. CLASS_UNKNOWN: no memory. */
LIBC_HIDDEN uint16_t __regex_class_at(struct regex_classes *classes, const struct regex *regex,
                                      const char *p, const char *end, size_t *length);
static inline bool __regex_in_set(const struct regex_classes *classes, uint16_t class, uint32_t set)
{
    return classes->members[(size_t)class * classes->words + set / 64] >> (set % 64) & 1;
}

/* ---- simulate.c: the states a program may be in ---- */

struct regex_simulation {
    const struct regex_program *program;
    const struct regex_classes *classes;
    uint32_t end;                /* where the part of the program ends that is run */
    uint32_t *stamp, generation; /* the instructions that have been passed at this position */
    uint32_t *stack;
    uint32_t *now, now_count;   /* where to go on from, not followed yet */
    uint32_t *wait, wait_count; /* instructions that want a character */
    uint32_t room;
    long steps;
};

/* For programs up to `count` instructions. false: no memory. */
LIBC_HIDDEN bool __regex_simulation_init(struct regex_simulation *s, uint32_t count);
LIBC_HIDDEN void __regex_simulation_fini(struct regex_simulation *s);
/* Begin at instruction `begin`; `end` is reached, not run. */
LIBC_HIDDEN void __regex_simulation_start(struct regex_simulation *s,
                                          const struct regex_program *program, uint32_t begin,
                                          uint32_t end);
/* The next two in turn at each position: follow between the classes left and right of it; read one character. */
LIBC_HIDDEN void __regex_follow(struct regex_simulation *s, uint16_t left, uint16_t right);
LIBC_HIDDEN void __regex_read(struct regex_simulation *s, uint16_t class);
/* Whether an assertion holds between what is left and what is right, BESIDE_*. */
LIBC_HIDDEN bool __regex_assertion_holds(uint32_t assertion, unsigned left, unsigned right);
/* A part of __regex_follow, for search.c: one instruction, into what has been passed already. */
LIBC_HIDDEN void __regex_follow_from(struct regex_simulation *s, uint32_t at, unsigned beside_left,
                                     unsigned beside_right);
static inline bool __regex_passed(const struct regex_simulation *s, uint32_t at)
{
    return s->stamp[at] == s->generation;
}

/* ---- search.c ---- */

struct regex_state;
struct regex_chunk;
struct regex_automaton {
    struct regex_state **table; /* by hash */
    uint32_t table_size, count;
    struct regex_state *dead;
    struct regex_state *start[4]; /* by what is beside the first position */
    size_t bytes;
    struct regex_chunk *chunks;
};

struct regex_cache {
    struct regex_classes classes;
    struct regex_simulation simulation;
    struct regex_automaton automata[2]; /* forward, backward */
    uint32_t stride;                    /* classes that a state has room for */
    uint32_t *list, list_count;         /* the state that is being made */
};

/* One call of regexec. */
struct regex_match {
    struct regex *regex;
    struct regex_cache *cache;
    const char *string;             /* what offsets count from */
    const char *text, *end;         /* end NULL: up to the null byte */
    uint16_t left_edge, right_edge; /* CLASS_EDGE_* */
    bool any_end;                   /* the caller does not ask where */
    struct regex_arena arena;
    regmatch_t *matches;  /* of groups, when group_count > 0 */
    uint32_t group_count; /* that the caller wants, the whole included */
    long steps;
};

LIBC_HIDDEN struct regex_cache *__regex_cache_new(const struct regex *regex);
LIBC_HIDDEN void __regex_cache_free(struct regex_cache *cache);
/* The leftmost-longest match that begins at or after m->text. Returns 0, REG_NOMATCH, REG_ESPACE. */
LIBC_HIDDEN int __regex_search(struct regex_match *m, const char **begin, const char **end);

/* ---- text.c ---- */

/* The text of a match, as classes; position i is before class[i]; class[-1] and class[length] are what is beside it. */
struct regex_text {
    uint16_t *class;
    const char **at; /* of each position, its place; NULL when a character is a byte */
    const char *begin;
    size_t length;
};
/* The beginning of the character that ends at p, which is behind m->text. */
LIBC_HIDDEN const char *__regex_previous(const struct regex_match *m, const char *p);
/* false: no memory. */
LIBC_HIDDEN bool __regex_text_init(struct regex_match *m, struct regex_text *text,
                                   const char *begin, const char *end);

/* ---- subexpressions.c ---- */

/* Fills m->matches for a match from begin to end; REG_NOMATCH only when back references do not fit. */
LIBC_HIDDEN int __regex_subexpressions(struct regex_match *m, const char *begin, const char *end);

/* ---- backreference.c ---- */

/* As __regex_search, from m->text on, for expressions with back references; fills m->matches. */
LIBC_HIDDEN int __regex_search_exact(struct regex_match *m, const char **begin, const char **end);
/* Whether [a, a+length) and [b, b+length) are the same to the expression. */
LIBC_HIDDEN bool __regex_same(const struct regex *regex, const char *a, const char *b,
                              size_t length);
