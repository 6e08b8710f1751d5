/* regex/text.c: the text of a match as classes of characters. */
#include "regex/regex_state.h"

const char *__regex_previous(const struct regex_match *m, const char *p)
{
    const char *q = p - 1;
    size_t length;
    if (!m->regex->multibyte)
        return q;
    while (q > m->text && p - q < 4 && ((unsigned char)*q & 0xc0) == 0x80)
        q--;
    (void)__regex_char(q, p, &length);
    return length == (size_t)(p - q) ? q : p - 1;
}

/* The classes beside the text. */
static bool find_edges(struct regex_match *m, const char *begin, const char *end, uint16_t *left,
                       uint16_t *right)
{
    struct regex_classes *classes = &m->cache->classes;
    size_t length;
    *left = m->left_edge;
    *right = m->right_edge;
    if (begin > m->text) {
        const char *p = __regex_previous(m, begin);
        *left = __regex_class_at(classes, m->regex, p, begin, &length);
    }
    if (m->end ? end < m->end : *end != 0)
        *right = __regex_class_at(classes, m->regex, end, m->end, &length);
    return *left != CLASS_UNKNOWN && *right != CLASS_UNKNOWN;
}

bool __regex_text_init(struct regex_match *m, struct regex_text *text, const char *begin,
                       const char *end)
{
    size_t bytes = (size_t)(end - begin), n = 0, length;
    uint16_t *class =
        bytes > REGEX_MEMORY_MAX / 8 ? NULL : __regex_alloc(&m->arena, (bytes + 2) * sizeof *class);
    if (!class)
        return false;
    *text = (struct regex_text){.class = class + 1, .begin = begin};
    for (const char *p = begin; p < end; p += length) {
        text->class[n] = __regex_class_at(&m->cache->classes, m->regex, p, end, &length);
        if (length > 1 && !text->at) {
            text->at = __regex_alloc(&m->arena, (bytes + 1) * sizeof(const char *));
            for (size_t i = 0; text->at && i <= n; i++)
                text->at[i] = begin + i;
        }
        if (text->class[n] == CLASS_UNKNOWN || (length > 1 && !text->at))
            return false;
        n++;
        if (text->at)
            text->at[n] = p + length;
    }
    text->length = n;
    return find_edges(m, begin, end, class, &text->class[n]);
}
