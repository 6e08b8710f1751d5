/* memmem.c: find a block in a block, in linear time (two-way search), for memmem, strstr and strcasestr. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* The byte that is compared: of a letter the small one when `fold`, which is constant in both users. */
static inline unsigned char byte_at(const unsigned char *s, size_t i, bool fold)
{
    return fold ? (unsigned char)tolower(s[i]) : s[i];
}

/*
 * The place where the needle's maximal suffix begins, and that suffix's period, for one of the two byte orders.
 * (Crochemore and Perrin, Two-way string matching, 1991.)
 */
static inline size_t maximal_suffix(const unsigned char *x, size_t m, bool fold, bool reverse,
                                    size_t *period)
{
    size_t best = 0, cand = 1, k = 0, p = 1;
    while (cand + k < m) {
        unsigned char a = byte_at(x, cand + k, fold), b = byte_at(x, best + k, fold);
        bool less = reverse ? a > b : a < b;
        if (less) {
            cand += k + 1;
            k = 0;
            p = cand - best;
        } else if (a == b) {
            if (k + 1 == p) {
                cand += p;
                k = 0;
            } else {
                k++;
            }
        } else {
            best = cand++;
            k = 0;
            p = 1;
        }
    }
    *period = p;
    return best;
}

static inline bool is_equal(const unsigned char *a, const unsigned char *b, size_t n, bool fold)
{
    size_t i = 0;
    while (i < n && byte_at(a, i, fold) == byte_at(b, i, fold))
        i++;
    return i == n;
}

static inline __attribute__((always_inline)) void *
two_way(const unsigned char *hay, size_t n, const unsigned char *x, size_t m, bool fold)
{
    size_t p, q;
    size_t cut = maximal_suffix(x, m, fold, false, &p), cut2 = maximal_suffix(x, m, fold, true, &q);
    if (cut2 > cut) {
        cut = cut2;
        p = q;
    }
    bool periodic = cut + p <= m && is_equal(x, x + p, cut, fold);
    if (!periodic)
        p = (cut > m - cut ? cut : m - cut) + 1;
    size_t known = 0; /* this many bytes of the needle are known to match */
    for (size_t pos = 0; pos <= n - m;) {
        size_t i = cut > known ? cut : known;
        while (i < m && byte_at(x, i, fold) == byte_at(hay, pos + i, fold))
            i++;
        if (i < m) {
            pos += i - cut + 1;
            known = 0;
            continue;
        }
        for (i = cut; i > known && byte_at(x, i - 1, fold) == byte_at(hay, pos + i - 1, fold);)
            i--;
        if (i <= known)
            return (void *)(hay + pos);
        pos += p;
        known = periodic ? m - p : 0;
    }
    return NULL;
}

void *memmem(const void *hay, size_t n, const void *needle, size_t m)
{
    if (m == 0)
        return (void *)hay;
    if (n < m)
        return NULL;
    const unsigned char *start = memchr(hay, *(const unsigned char *)needle, n - m + 1);
    if (!start || m == 1)
        return (void *)start;
    return two_way(start, n - (size_t)(start - (const unsigned char *)hay), needle, m, false);
}

char *strcasestr(const char *hay, const char *needle)
{
    size_t n = strlen(hay), m = strlen(needle);
    if (n < m)
        return NULL;
    return m == 0 ? (char *)hay
                  : two_way((const unsigned char *)hay, n, (const unsigned char *)needle, m, true);
}
