/* setlocale.c: the global locale. */
#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "internal/locale.h"

static const char name_c[] = "C", name_utf8[] = "C.UTF-8";

static const char *const categories[LC_ALL] = {
    [LC_CTYPE] = "LC_CTYPE",     [LC_NUMERIC] = "LC_NUMERIC",   [LC_TIME] = "LC_TIME",
    [LC_COLLATE] = "LC_COLLATE", [LC_MONETARY] = "LC_MONETARY", [LC_MESSAGES] = "LC_MESSAGES",
};

static const char *environment_name(int category)
{
    const char *sources[] = {"LC_ALL", categories[category], "LANG"};
    for (size_t i = 0; i < ARRAY_COUNT(sources); i++) {
        const char *value = getenv(sources[i]);
        if (value && *value)
            return value;
    }
    return name_utf8; /* nothing is said: what Dyad's terminals speak */
}

const char *__locale_known(int category, const char *name)
{
    bool from_user = !*name;
    if (from_user)
        name = environment_name(category);
    if (strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0)
        return name_c;
    /* Of a user's language at least the characters are there. */
    const char *dot = strchr(name, '.');
    if (!dot || (!from_user && dot - name != 1) || (!from_user && *name != 'C'))
        return NULL;
    return strcasecmp(dot, ".UTF-8") == 0 || strcasecmp(dot, ".utf8") == 0 ? name_utf8 : NULL;
}

/* Put together what setlocale(LC_ALL) says: one name, or "LC_CTYPE=C.UTF-8;..." when they differ. */
static char *describe(void)
{
    static char text[160];
    const bool *utf8 = __global_locale.utf8;
    bool same = true;
    for (int i = 1; i < LC_ALL; i++)
        same &= utf8[i] == utf8[0];
    if (same)
        return (char *)(utf8[0] ? name_utf8 : name_c);
    char *at = text;
    for (int i = 0; i < LC_ALL; i++) {
        at = stpcpy(at, categories[i]);
        *at++ = '=';
        at = stpcpy(at, utf8[i] ? name_utf8 : name_c);
        *at++ = ';';
    }
    at[-1] = 0;
    return text;
}

/* Read what describe wrote. false: it is not of that form. */
static bool parse(const char *text, struct __locale *out)
{
    for (int i = 0; i < LC_ALL; i++) {
        size_t n = strlen(categories[i]), end;
        if (strncmp(text, categories[i], n) != 0 || text[n] != '=')
            return false;
        text += n + 1;
        end = strcspn(text, ";");
        if (end == 1 && *text == 'C')
            out->utf8[i] = false;
        else if (end == sizeof name_utf8 - 1 && strncmp(text, name_utf8, end) == 0)
            out->utf8[i] = true;
        else
            return false;
        text += end;
        if ((i + 1 < LC_ALL) != (*text == ';'))
            return false;
        text++;
    }
    return true;
}

static char *set_all(const char *name)
{
    struct __locale wanted = {{false}};
    if (strchr(name, '=')) {
        if (!parse(name, &wanted))
            return NULL;
    } else {
        for (int i = 0; i < LC_ALL; i++) {
            const char *known = __locale_known(i, name);
            if (!known)
                return NULL;
            wanted.utf8[i] = known == name_utf8;
        }
    }
    __global_locale = wanted;
    return describe();
}

char *setlocale(int category, const char *name)
{
    if (category < LC_CTYPE || category > LC_ALL)
        return NULL;
    if (category == LC_ALL)
        return name ? set_all(name) : describe();
    if (name) {
        const char *known = __locale_known(category, name);
        if (!known)
            return NULL;
        __global_locale.utf8[category] = known == name_utf8;
    }
    return (char *)(__global_locale.utf8[category] ? name_utf8 : name_c);
}

struct lconv *localeconv(void)
{
    static char empty[] = "", point[] = ".";
    static struct lconv c = {
        .decimal_point = point,
        .thousands_sep = empty,
        .grouping = empty,
        .int_curr_symbol = empty,
        .currency_symbol = empty,
        .mon_decimal_point = empty,
        .mon_thousands_sep = empty,
        .mon_grouping = empty,
        .positive_sign = empty,
        .negative_sign = empty,
        .int_frac_digits = CHAR_MAX,
        .frac_digits = CHAR_MAX,
        .p_cs_precedes = CHAR_MAX,
        .p_sep_by_space = CHAR_MAX,
        .n_cs_precedes = CHAR_MAX,
        .n_sep_by_space = CHAR_MAX,
        .p_sign_posn = CHAR_MAX,
        .n_sign_posn = CHAR_MAX,
        .int_p_cs_precedes = CHAR_MAX,
        .int_p_sep_by_space = CHAR_MAX,
        .int_n_cs_precedes = CHAR_MAX,
        .int_n_sep_by_space = CHAR_MAX,
        .int_p_sign_posn = CHAR_MAX,
        .int_n_sign_posn = CHAR_MAX,
    };
    return &c;
}
