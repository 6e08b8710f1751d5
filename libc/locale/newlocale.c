/* newlocale.c: locale objects; there is one. */
#include <errno.h>
#include <locale.h>
#include <string.h>

struct __locale {
    int unused;
};

static struct __locale the_locale;

locale_t newlocale(int mask, const char *name, locale_t base)
{
    (void)mask;
    (void)base;
    if (!name) {
        errno = EINVAL;
        return NULL;
    }
    if (*name && strcmp(name, "C") != 0 && strcmp(name, "POSIX") != 0 &&
        strncmp(name, "C.", 2) != 0) {
        errno = ENOENT;
        return NULL;
    }
    return &the_locale;
}

locale_t duplocale(locale_t loc)
{
    return loc;
}

locale_t uselocale(locale_t loc)
{
    (void)loc;
    return LC_GLOBAL_LOCALE;
}

void freelocale(locale_t loc)
{
    (void)loc;
}
