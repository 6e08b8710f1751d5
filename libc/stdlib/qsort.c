/*
 * qsort.c: sorting in place: quicksort on the median of three, insertion sort for short runs, and heapsort when
 * quicksort goes wrong, so that no input takes more than n log n.
 */
#include <stdlib.h>
#include <stdint.h>
#include <string.h>

struct sorter {
    size_t size;
    int (*cmp)(const void *, const void *, void *);
    void *arg;
};

enum { INSERTION_MAX = 8 };

static void swap(char *a, char *b, size_t size)
{
    for (; size >= 8; size -= 8, a += 8, b += 8) {
        uint64_t va, vb;
        __builtin_memcpy(&va, a, 8);
        __builtin_memcpy(&vb, b, 8);
        __builtin_memcpy(a, &vb, 8);
        __builtin_memcpy(b, &va, 8);
    }
    for (; size; size--, a++, b++) {
        char t = *a;
        *a = *b;
        *b = t;
    }
}

static int compare(const struct sorter *s, const char *a, const char *b)
{
    return s->cmp(a, b, s->arg);
}

static void insertion_sort(const struct sorter *s, char *base, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (char *p = base + i * s->size; p > base && compare(s, p - s->size, p) > 0; p -= s->size)
            swap(p - s->size, p, s->size);
}

static void sift_down(const struct sorter *s, char *base, size_t root, size_t n)
{
    for (size_t child; (child = 2 * root + 1) < n; root = child) {
        char *c = base + child * s->size;
        if (child + 1 < n && compare(s, c, c + s->size) < 0) {
            child++;
            c += s->size;
        }
        char *r = base + root * s->size;
        if (compare(s, r, c) >= 0)
            return;
        swap(r, c, s->size);
    }
}

static void heap_sort(const struct sorter *s, char *base, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift_down(s, base, i, n);
    while (n > 1) {
        n--;
        swap(base, base + n * s->size, s->size);
        sift_down(s, base, 0, n);
    }
}

/* Put the median of first, middle and last into the first place; leaves the largest of the three last. */
static void choose_pivot(const struct sorter *s, char *base, size_t n)
{
    char *mid = base + n / 2 * s->size, *last = base + (n - 1) * s->size;
    if (compare(s, base, mid) > 0)
        swap(base, mid, s->size);
    if (compare(s, mid, last) > 0) {
        swap(mid, last, s->size);
        if (compare(s, base, mid) > 0)
            swap(base, mid, s->size);
    }
    swap(base, mid, s->size);
}

/* Hoare's partition around base[0]; returns the pivot's final place. Equal elements go to both sides. */
static size_t partition(const struct sorter *s, char *base, size_t n)
{
    size_t size = s->size, i = 0, j = n;
    for (;;) {
        while (++i < n && compare(s, base + i * size, base) < 0)
            continue;
        while (compare(s, base + --j * size, base) > 0)
            continue;
        if (i >= j)
            break;
        swap(base + i * size, base + j * size, size);
    }
    swap(base, base + j * size, size);
    return j;
}

static void quick_sort(const struct sorter *s, char *base, size_t n, int depth_left)
{
    while (n > INSERTION_MAX) {
        if (depth_left-- == 0) {
            heap_sort(s, base, n);
            return;
        }
        choose_pivot(s, base, n);
        size_t p = partition(s, base, n), right = n - p - 1;
        char *right_base = base + (p + 1) * s->size;
        if (p < right) { /* recurse into the shorter side: the stack stays logarithmic */
            quick_sort(s, base, p, depth_left);
            base = right_base;
            n = right;
        } else {
            quick_sort(s, right_base, right, depth_left);
            n = p;
        }
    }
    insertion_sort(s, base, n);
}

void qsort_r(void *base, size_t count, size_t size, int (*cmp)(const void *, const void *, void *),
             void *arg)
{
    if (count < 2 || size == 0)
        return;
    struct sorter s = {size, cmp, arg};
    quick_sort(&s, base, count, 2 * (64 - __builtin_clzl(count)));
}

typedef int (*plain_compare)(const void *, const void *);

static int call_plain(const void *a, const void *b, void *arg)
{
    return (*(plain_compare *)arg)(a, b);
}

void qsort(void *base, size_t count, size_t size, int (*cmp)(const void *, const void *))
{
    plain_compare plain = cmp;
    qsort_r(base, count, size, call_plain, &plain);
}
