/* setlocale.c: the one locale, C with UTF-8, under the names by which programs ask for it. */
#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <string.h>

static const char *known(const char *name)
{
    if (!*name || strcmp(name, "C.UTF-8") == 0 || strcmp(name, "C.utf8") == 0)
        return "C.UTF-8";
    return strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0 ? "C" : NULL;
}

char *setlocale(int category, const char *name)
{
    static const char *current = "C";
    if (category < LC_CTYPE || category > LC_ALL)
        return NULL;
    if (name) {
        const char *found = known(name);
        if (!found)
            return NULL;
        current = found;
    }
    return (char *)current;
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
