/* plural.c: which form of a plural belongs to a number: expressions of C with n, decimal numbers and the operators that need no type. */
#include <stdbool.h>
#include <string.h>
#include "internal/messages.h"

#define DEPTH_MOST 50 /* of parentheses and the like: the stack is the program's */

struct parser {
    const char *at;
    unsigned long n;
    int depth;
    bool bad;
};

static unsigned long conditional(struct parser *p);

static bool takes(struct parser *p, const char *token)
{
    p->at += strspn(p->at, " \t");
    size_t length = strlen(token);
    if (strncmp(p->at, token, length) != 0)
        return false;
    p->at += length;
    return true;
}

static unsigned long number(struct parser *p)
{
    unsigned long value = 0;
    p->bad |= (unsigned)*p->at - '0' > 9;
    for (; (unsigned)*p->at - '0' <= 9; p->at++)
        p->bad |= __builtin_mul_overflow(value, 10, &value) ||
                  __builtin_add_overflow(value, (unsigned long)(*p->at - '0'), &value);
    return value;
}

static unsigned long unary(struct parser *p)
{
    unsigned long value;
    if (++p->depth > DEPTH_MOST || p->bad) {
        p->bad = true;
        value = 0;
    } else if (takes(p, "!")) {
        value = !unary(p);
    } else if (takes(p, "(")) {
        value = conditional(p);
        p->bad |= !takes(p, ")");
    } else {
        value = takes(p, "n") ? p->n : number(p);
    }
    p->depth--;
    return value;
}

/* From loosest to tightest; of those that begin alike the longer one first. */
static const struct operation {
    char token[3];
    int level;
} operations[] = {{"||", 0}, {"&&", 1}, {"==", 2}, {"!=", 2}, {"<=", 3}, {">=", 3}, {"<", 3},
                  {">", 3},  {"+", 4},  {"-", 4},  {"*", 5},  {"/", 5},  {"%", 5}};
enum { LEVELS = 6 };

static const struct operation *takes_operation(struct parser *p, int level)
{
    for (size_t i = 0; i < ARRAY_COUNT(operations); i++) {
        if (operations[i].level == level && takes(p, operations[i].token))
            return &operations[i];
    }
    return NULL;
}

static unsigned long apply(struct parser *p, const char *token, unsigned long a, unsigned long b)
{
    switch (token[0]) {
    case '|': return a || b;
    case '&': return a && b;
    case '=': return a == b;
    case '!': return a != b;
    case '<': return token[1] ? a <= b : a < b;
    case '>': return token[1] ? a >= b : a > b;
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    default: break;
    }
    p->bad |= b == 0;
    if (b == 0)
        return 0;
    return token[0] == '/' ? a / b : a % b;
}

static unsigned long binary(struct parser *p, int level)
{
    const struct operation *operation;
    if (level == LEVELS)
        return unary(p);
    unsigned long value = binary(p, level + 1);
    while (!p->bad && (operation = takes_operation(p, level)))
        value = apply(p, operation->token, value, binary(p, level + 1));
    return value;
}

static unsigned long conditional(struct parser *p)
{
    unsigned long value = 0;
    if (++p->depth > DEPTH_MOST) {
        p->bad = true;
    } else {
        value = binary(p, 0);
        if (!p->bad && takes(p, "?")) {
            unsigned long yes = conditional(p);
            p->bad |= !takes(p, ":");
            unsigned long no = conditional(p);
            value = value ? yes : no;
        }
    }
    p->depth--;
    return value;
}

long __plural_form(const char *expression, unsigned long n, unsigned forms)
{
    struct parser p = {.at = expression, .n = n};
    unsigned long value = conditional(&p);
    p.at += strspn(p.at, " \t");
    bool ends = *p.at == ';' || *p.at == '\n' || *p.at == 0;
    return p.bad || !ends || value >= forms ? -1 : (long)value;
}
