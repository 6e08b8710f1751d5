/* newlocale.c: locale objects, and the thread's own. */
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include "internal/locale.h"

locale_t newlocale(int mask, const char *name, locale_t base)
{
    if (!name || mask & ~LC_ALL_MASK) {
        errno = EINVAL;
        return NULL;
    }
    struct __locale wanted = {{false}};
    if (base)
        wanted = *base;
    for (int i = 0; i < LC_ALL; i++) {
        if (!(mask & 1 << i))
            continue;
        const char *known = __locale_known(i, name);
        if (!known) {
            errno = ENOENT;
            return NULL;
        }
        wanted.utf8[i] = known[1] != 0;
    }
    locale_t loc = base ? base : malloc(sizeof *loc);
    if (loc)
        *loc = wanted;
    return loc;
}

locale_t duplocale(locale_t loc)
{
    if (!loc) {
        errno = EINVAL;
        return NULL;
    }
    const struct __locale *from = loc == LC_GLOBAL_LOCALE ? &__global_locale : loc;
    locale_t copy = malloc(sizeof *copy);
    if (copy)
        *copy = *from;
    return copy;
}

const char *getlocalename_l(int category, locale_t loc)
{
    const struct __locale *at = loc == LC_GLOBAL_LOCALE ? &__global_locale : loc;
    if (category < 0 || category >= LC_ALL)
        return NULL;
    return at->utf8[category] ? "C.UTF-8" : "C";
}

locale_t uselocale(locale_t loc)
{
    locale_t old = __thread_locale ? __thread_locale : LC_GLOBAL_LOCALE;
    if (loc)
        __thread_locale = loc == LC_GLOBAL_LOCALE ? NULL : loc;
    return old;
}

void freelocale(locale_t loc)
{
    if (loc != LC_GLOBAL_LOCALE)
        free(loc);
}
