/*
 * regex/program.c: programs of the tree. A repetition is written out, so the bounds of REGEX_CODE_MAX are what limits intervals.
 * In the backward program places that subexpressions.c asks for have an instruction of their own, OP_PASS, since an instruction
 * of the tree's next part can also be come to in other ways.
 */
#include <stdlib.h>
#include <string.h>
#include "regex/regex_state.h"

struct compiler {
    struct regex *regex;
    struct regex_program *program;
    enum regex_direction direction;
    bool failed; /* no memory, or too long */
    uint32_t
        nodes; /* so many have been written: what is empty makes no program long, but takes time */
};

/* The number of a new instruction; when that fails, one that may be written to. */
static uint32_t emit(struct compiler *c, enum regex_operation op, uint32_t x, uint32_t y)
{
    struct regex_program *program = c->program;
    if (program->count == program->room && !c->failed) {
        uint32_t room = program->room ? program->room * 2 : 32;
        struct regex_instruction *code =
            room > REGEX_CODE_MAX ? NULL : reallocarray(program->code, room, sizeof *program->code);
        if (code) {
            program->code = code;
            program->room = room;
        }
        c->failed = !code;
    }
    if (c->failed)
        return 0;
    program->code[program->count] = (struct regex_instruction){op, x, y};
    return program->count++;
}

static uint32_t here(const struct compiler *c)
{
    return c->program->count;
}

static void set_x(struct compiler *c, uint32_t at, uint32_t x)
{
    if (!c->failed)
        c->program->code[at].x = x;
}

static void set_y(struct compiler *c, uint32_t at, uint32_t y)
{
    if (!c->failed)
        c->program->code[at].y = y;
}

static void emit_node(struct compiler *c, struct regex_node *node);

static void emit_sequence(struct compiler *c, struct regex_node *node, bool first)
{
    if (c->direction != REGEX_BACKWARD) {
        for (struct regex_node *n = node->child; n; n = n->next)
            emit_node(c, n);
        return;
    }
    for (struct regex_node *n = node->last_child; n; n = n->previous) {
        emit_node(c, n);
        if (node->has_group || node->has_reference) {
            uint32_t at = emit(c, OP_PASS, 0, 0);
            if (first)
                n->after = at;
        }
    }
}

static void emit_alternatives(struct compiler *c, struct regex_node *node)
{
    uint32_t jumps = REGEX_NONE; /* a list through x */
    for (struct regex_node *n = node->child; n; n = n->next) {
        uint32_t split = n->next ? emit(c, OP_SPLIT, here(c) + 1, 0) : 0;
        emit_node(c, n);
        if (!n->next)
            break;
        jumps = emit(c, OP_JUMP, jumps, 0);
        set_y(c, split, here(c));
    }
    while (jumps != REGEX_NONE && !c->failed) {
        uint32_t next = c->program->code[jumps].x;
        set_x(c, jumps, here(c));
        jumps = next;
    }
}

/* Any text: what it is, is seen to later. */
static void emit_reference(struct compiler *c, const struct regex_node *node)
{
    if (c->direction == REGEX_EXACT) {
        emit(c, OP_REFERENCE, node->index, 0);
        return;
    }
    uint32_t split = emit(c, OP_SPLIT, here(c) + 1, here(c) + 3);
    emit(c, OP_SET, c->regex->all_set - 1, 0);
    emit(c, OP_JUMP, split, 0);
}

/* What happens at the beginning of a repetition's copy in the exact program: groups inside have no match again. */
static void emit_copy_begin(struct compiler *c, const struct regex_node *node, uint32_t slot)
{
    if (c->direction != REGEX_EXACT)
        return;
    uint32_t first = node->first_group, last = node->last_group;
    if (last >= REGEX_REFERENCES_MAX)
        last = REGEX_REFERENCES_MAX - 1;
    if (node->has_group && first <= last)
        emit(c, OP_FORGET, first * 2, last * 2 + 2);
    if (slot)
        emit(c, OP_SAVE, slot, 0);
}

/* One copy. `moved`: it must not be empty, and then the slot says where it began. */
static void emit_copy(struct compiler *c, struct regex_node *node, uint32_t slot, bool moved,
                      uint32_t *mark)
{
    emit_copy_begin(c, node, moved ? slot : 0);
    emit_node(c, node->child);
    if (moved && slot && c->direction == REGEX_EXACT)
        emit(c, OP_MOVED, slot, 0);
    if (c->direction == REGEX_BACKWARD && (node->has_group || node->has_reference)) {
        uint32_t at = emit(c, OP_PASS, 0, 0);
        if (mark)
            *mark = at + 1;
    }
}

/* Room for a mark after each copy, in the first copy of the repetition itself. */
static uint32_t *make_marks(struct compiler *c, struct regex_node *node, uint32_t copies,
                            bool first)
{
    if (!first || c->direction != REGEX_BACKWARD || !(node->has_group || node->has_reference))
        return NULL;
    node->marks = __regex_alloc(&c->regex->arena, copies * sizeof *node->marks);
    node->mark_count = copies;
    c->failed |= !node->marks;
    return node->marks;
}

static void emit_repeat(struct compiler *c, struct regex_node *node, bool first)
{
    bool infinite = node->max == REGEX_INFINITE;
    uint32_t min = (uint32_t)node->min, copies = infinite ? (min ? min : 1) : (uint32_t)node->max,
             splits = REGEX_NONE;
    if (copies == 0)
        return;
    if (c->direction == REGEX_EXACT && node->child->may_be_empty && !node->slot)
        node->slot = c->regex->slots++;
    uint32_t slot = node->slot;
    uint32_t *marks = make_marks(c, node, copies, first);
    for (uint32_t i = 0; i < copies && !c->failed; i++) {
        uint32_t again = here(c);
        if (i >= min) {
            splits = emit(c, OP_SPLIT, again + 1, splits);
            again++;
        }
        /* A copy beyond those that must be may be empty only when it is the first. */
        emit_copy(c, node, slot, i >= min && i > 0, marks ? marks + i : NULL);
        if (infinite && i == copies - 1 && slot && c->direction == REGEX_EXACT) {
            /* the copies to come, which must not be empty, are another one */
            uint32_t loop = emit(c, OP_SPLIT, here(c) + 1, splits);
            splits = loop;
            again = here(c) - 1;
            emit_copy(c, node, slot, true, NULL);
            emit(c, OP_JUMP, again, 0);
        } else if (infinite && i == copies - 1) {
            splits = emit(c, OP_SPLIT, again, splits);
        }
    }
    while (splits != REGEX_NONE && !c->failed) {
        uint32_t next = c->program->code[splits].y;
        set_y(c, splits, here(c));
        splits = next;
    }
}

static void emit_group(struct compiler *c, struct regex_node *node)
{
    bool save = c->direction == REGEX_EXACT && node->index < REGEX_REFERENCES_MAX &&
                c->regex->referenced[node->index];
    if (save)
        emit(c, OP_SAVE, node->index * 2, 0);
    emit_node(c, node->child);
    if (save)
        emit(c, OP_SAVE, node->index * 2 + 1, 0);
}

static void emit_node(struct compiler *c, struct regex_node *node)
{
    bool first = !node->emitted[c->direction];
    c->failed |= ++c->nodes > 4 * REGEX_CODE_MAX;
    if (c->failed)
        return;
    if (first)
        node->begin[c->direction] = here(c);
    switch (node->type) {
    case NODE_EMPTY: break;
    case NODE_SET: emit(c, OP_SET, node->index, 0); break;
    case NODE_ASSERTION: emit(c, OP_ASSERTION, node->index, 0); break;
    case NODE_REFERENCE: emit_reference(c, node); break;
    case NODE_GROUP: emit_group(c, node); break;
    case NODE_SEQUENCE: emit_sequence(c, node, first); break;
    case NODE_ALTERNATIVES: emit_alternatives(c, node); break;
    case NODE_REPEAT: emit_repeat(c, node, first); break;
    }
    if (first)
        node->end[c->direction] = here(c);
    node->emitted[c->direction] = true;
}

int __regex_compile(struct regex *regex)
{
    int directions = regex->has_reference ? REGEX_DIRECTIONS : REGEX_EXACT;
    regex->slots = 2 * REGEX_REFERENCES_MAX;
    for (int i = 0; i < directions; i++) {
        struct compiler c = {
            .regex = regex, .program = &regex->programs[i], .direction = (enum regex_direction)i};
        emit_node(&c, regex->root);
        emit(&c, OP_PASS, 0, 0); /* the end */
        if (c.failed || regex->slots > REGEX_SLOTS_MAX)
            return REG_ESPACE;
    }
    return 0;
}
