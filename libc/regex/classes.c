/*
 * regex/classes.c: characters that no set of the expression tells apart are one class, and the matcher works with classes. Those
 * of ASCII are known at the beginning, others are found as texts have them.
 */
#include <stdlib.h>
#include <string.h>
#include "regex/regex_state.h"

static bool grow(struct regex_classes *classes)
{
    uint32_t room = classes->room ? classes->room * 2 : 32;
    if (room >= CLASS_UNKNOWN || (size_t)room * classes->words * 8 > REGEX_MEMORY_MAX)
        return false;
    uint64_t *members =
        reallocarray(classes->members, room, classes->words * sizeof *classes->members);
    if (!members)
        return false;
    classes->members = members;
    uint8_t *beside = realloc(classes->beside, room);
    if (!beside)
        return false;
    classes->beside = beside;
    classes->room = room;
    return true;
}

/* A row of no set, behind the last class. */
static uint64_t *new_row(struct regex_classes *classes)
{
    if (classes->count >= classes->room && !grow(classes))
        return NULL;
    return memset(classes->members + (size_t)classes->count * classes->words, 0,
                  classes->words * sizeof *classes->members);
}

static bool has(const uint64_t *row, uint32_t set)
{
    return set && row[(set - 1) / 64] >> ((set - 1) % 64) & 1;
}

/* The class of characters in the sets of the row behind the last class: an older one, or a new one. */
static uint16_t find_row(struct regex_classes *classes, const struct regex *regex)
{
    size_t size = classes->words * sizeof *classes->members;
    uint32_t new = classes->count;
    const uint64_t *row = classes->members + (size_t)new * classes->words;
    for (uint32_t i = CLASS_FIRST; i < new; i++)
        if (memcmp(classes->members + (size_t)i * classes->words, row, size) == 0)
            return (uint16_t)i;
    classes->beside[new] = (uint8_t)((has(row, regex->newline_set) ? BESIDE_LINE : 0) |
                                     (has(row, regex->word_set) ? BESIDE_WORD : 0));
    classes->count++;
    return (uint16_t)new;
}

static uint16_t class_of(struct regex_classes *classes, const struct regex *regex, uint32_t c)
{
    uint64_t *row = new_row(classes);
    if (!row)
        return CLASS_UNKNOWN;
    for (uint32_t set = 0; set < regex->set_count; set++)
        if (__regex_set_has(regex->sets[set], c))
            row[set / 64] |= (uint64_t)1 << (set % 64);
    return find_row(classes, regex);
}

bool __regex_classes_init(struct regex_classes *classes, const struct regex *regex)
{
    *classes = (struct regex_classes){.words = regex->set_count / 64 + 1};
    for (classes->count = 0; classes->count < CLASS_FIRST; classes->count++) {
        if (!new_row(classes))
            return false;
        classes->beside[classes->count] = classes->count == CLASS_EDGE_ANCHOR ? BESIDE_LINE : 0;
    }
    for (unsigned c = 0; c < 256; c++)
        classes->byte[c] = CLASS_UNKNOWN;
    for (unsigned c = 0; c < 128; c++) {
        classes->byte[c] = class_of(classes, regex, c);
        if (classes->byte[c] == CLASS_UNKNOWN)
            return false;
    }
    for (unsigned i = 0; i < ARRAY_COUNT(classes->recent); i++)
        classes->recent[i].c = REGEX_INVALID;
    return true;
}

void __regex_classes_fini(struct regex_classes *classes)
{
    free(classes->members);
    free(classes->beside);
}

uint16_t __regex_class_at(struct regex_classes *classes, const struct regex *regex, const char *p,
                          const char *end, size_t *length)
{
    uint16_t class = classes->byte[(unsigned char)*p];
    *length = 1;
    if (class != CLASS_UNKNOWN)
        return class;
    uint32_t c = __regex_char(p, end, length);
    if (*length == 0) {
        *length = 1;
        return CLASS_INVALID;
    }
    unsigned slot = (c ^ c >> 8) % ARRAY_COUNT(classes->recent);
    if (classes->recent[slot].c == c)
        return classes->recent[slot].class;
    class = class_of(classes, regex, c);
    if (class != CLASS_UNKNOWN) {
        classes->recent[slot].c = c;
        classes->recent[slot].class = class;
    }
    return class;
}
