/* strspn.c: spans of characters that are, or are not, in a set. */
#include <limits.h>
#include <stdbool.h>
#include <string.h>

struct set {
    bool has[UCHAR_MAX + 1];
};

static void set_fill(struct set *set, const char *chars)
{
    memset(set, 0, sizeof *set);
    for (; *chars; chars++)
        set->has[(unsigned char)*chars] = true;
}

size_t strspn(const char *s, const char *accept)
{
    struct set set;
    set_fill(&set, accept);
    size_t n = 0;
    while (set.has[(unsigned char)s[n]])
        n++;
    return n;
}

size_t strcspn(const char *s, const char *reject)
{
    if (!reject[0] || !reject[1])
        return (size_t)(strchrnul(s, reject[0]) - s);
    struct set set;
    set_fill(&set, reject);
    set.has[0] = true;
    size_t n = 0;
    while (!set.has[(unsigned char)s[n]])
        n++;
    return n;
}

char *strpbrk(const char *s, const char *accept)
{
    s += strcspn(s, accept);
    return *s ? (char *)s : NULL;
}
