/* bstring.c: BSD's memory functions, and the erasure that the compiler may not drop. */
#include <string.h>
#include <strings.h>

void bcopy(const void *src, void *dst, size_t n)
{
    memmove(dst, src, n);
}

void bzero(void *p, size_t n)
{
    memset(p, 0, n);
}

void explicit_bzero(void *p, size_t n)
{
    memset(p, 0, n);
    __asm__ volatile("" : : "r"(p) : "memory");
}

void *memset_explicit(void *p, int c, size_t n)
{
    memset(p, c, n);
    __asm__ volatile("" : : "r"(p) : "memory");
    return p;
}

int ffsll(long long i)
{
    return i ? __builtin_ctzll((unsigned long long)i) + 1 : 0;
}

int ffsl(long i)
{
    return ffsll(i);
}

int ffs(int i)
{
    return ffsll((unsigned)i);
}
