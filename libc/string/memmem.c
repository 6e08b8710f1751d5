/* memmem.c: find a block in a block, in linear time (two-way search) for memmem, strstr and their kin. */
#include <string.h>
#include <stdbool.h>

/*
 * The place where the needle's maximal suffix begins, and that suffix's period, for one of the two byte orders.
 * (Crochemore and Perrin, Two-way string matching, 1991.)
 */
static size_t maximal_suffix(const unsigned char *x, size_t m, bool reverse, size_t *period)
{
    size_t best = 0, cand = 1, k = 0, p = 1;
    while (cand + k < m) {
        unsigned char a = x[cand + k], b = x[best + k];
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

static void *two_way(const unsigned char *hay, size_t n, const unsigned char *x, size_t m)
{
    size_t p, q;
    size_t cut = maximal_suffix(x, m, false, &p), cut2 = maximal_suffix(x, m, true, &q);
    if (cut2 > cut) {
        cut = cut2;
        p = q;
    }
    bool periodic = cut + p <= m && memcmp(x, x + p, cut) == 0;
    if (!periodic)
        p = (cut > m - cut ? cut : m - cut) + 1;
    size_t known = 0; /* this many bytes of the needle are known to match */
    for (size_t pos = 0; pos <= n - m;) {
        size_t i = cut > known ? cut : known;
        while (i < m && x[i] == hay[pos + i])
            i++;
        if (i < m) {
            pos += i - cut + 1;
            known = 0;
            continue;
        }
        for (i = cut; i > known && x[i - 1] == hay[pos + i - 1];)
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
    return two_way(start, n - (size_t)(start - (const unsigned char *)hay), needle, m);
}
