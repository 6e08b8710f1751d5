/* regex/simulate.c: the states that a program may be in, all at once, over one text. */
#include <stdlib.h>
#include <string.h>
#include "regex/regex_state.h"

bool __regex_simulation_init(struct regex_simulation *s, uint32_t count)
{
    /* One more than there are instructions: the end. */
    *s = (struct regex_simulation){.room = count + 1};
    s->stamp = calloc(4 * (size_t)s->room, sizeof *s->stamp);
    if (!s->stamp)
        return false;
    s->stack = s->stamp + s->room;
    s->now = s->stack + s->room;
    s->wait = s->now + s->room;
    return true;
}

void __regex_simulation_fini(struct regex_simulation *s)
{
    free(s->stamp);
}

static void next_generation(struct regex_simulation *s)
{
    if (++s->generation == 0) {
        memset(s->stamp, 0, s->room * sizeof *s->stamp);
        s->generation = 1;
    }
}

void __regex_simulation_start(struct regex_simulation *s, const struct regex_program *program,
                              uint32_t begin, uint32_t end)
{
    s->program = program;
    s->end = end;
    s->now[0] = begin;
    s->now_count = 1;
}

bool __regex_assertion_holds(uint32_t assertion, unsigned left, unsigned right)
{
    bool before = left & BESIDE_WORD, after = right & BESIDE_WORD;
    switch (assertion) {
    case ASSERT_LINE_BEGIN: return left & BESIDE_LINE;
    case ASSERT_LINE_END: return right & BESIDE_LINE;
    case ASSERT_WORD_BEGIN: return !before && after;
    case ASSERT_WORD_END: return before && !after;
    case ASSERT_WORD_EDGE: return before != after;
    default: return before == after;
    }
}

static void push(struct regex_simulation *s, uint32_t at, uint32_t *depth)
{
    if (s->stamp[at] != s->generation) {
        s->stamp[at] = s->generation;
        s->stack[(*depth)++] = at;
    }
}

/* Each instruction is pushed once, so the stack holds them all. */
void __regex_follow_from(struct regex_simulation *s, uint32_t at, unsigned left, unsigned right)
{
    uint32_t depth = 0;
    push(s, at, &depth);
    while (depth > 0) {
        at = s->stack[--depth];
        if (at == s->end)
            continue;
        const struct regex_instruction *i = &s->program->code[at];
        switch (i->op) {
        case OP_SET: s->wait[s->wait_count++] = at; break;
        case OP_SPLIT:
            push(s, i->y, &depth);
            push(s, i->x, &depth);
            break;
        case OP_JUMP: push(s, i->x, &depth); break;
        case OP_ASSERTION:
            if (__regex_assertion_holds(i->x, left, right))
                push(s, at + 1, &depth);
            break;
        default: push(s, at + 1, &depth);
        }
    }
}

void __regex_follow(struct regex_simulation *s, uint16_t left, uint16_t right)
{
    next_generation(s);
    s->wait_count = 0;
    for (uint32_t i = 0; i < s->now_count; i++)
        __regex_follow_from(s, s->now[i], s->classes->beside[left], s->classes->beside[right]);
    s->steps += s->wait_count + 1;
}

void __regex_read(struct regex_simulation *s, uint16_t class)
{
    s->now_count = 0;
    for (uint32_t i = 0; i < s->wait_count; i++)
        if (__regex_in_set(s->classes, class, s->program->code[s->wait[i]].x))
            s->now[s->now_count++] = s->wait[i] + 1;
}
