/* regex/regcomp.c: regcomp, regfree, regerror. */
#include <stdlib.h>
#include <string.h>
#include "regex/regex_state.h"

static void destroy(struct regex *regex)
{
    for (int i = 0; i < REGEX_DIRECTIONS; i++)
        free(regex->programs[i].code);
    __regex_cache_free(regex->cache);
    __regex_arena_fini(&regex->arena);
    free(regex);
}

int regcomp(regex_t *restrict regex, const char *restrict pattern, int flags)
{
    struct regex *made = calloc(1, sizeof *made);
    *regex = (regex_t){0};
    if (!made)
        return REG_ESPACE;
    made->flags = flags;
    made->multibyte = MB_CUR_MAX > 1;
    atomic_flag_clear(&made->cache_busy);
    int error = __regex_parse(made, pattern);
    if (!error)
        error = __regex_compile(made);
    if (error) {
        destroy(made);
        return error;
    }
    regex->re_nsub = made->groups;
    regex->__opaque = made;
    return 0;
}

void regfree(regex_t *regex)
{
    if (regex->__opaque)
        destroy(regex->__opaque);
    regex->__opaque = NULL;
}

size_t regerror(int error, const regex_t *restrict regex, char *restrict buffer, size_t size)
{
    static const char *const texts[] = {
        [REG_OK] = "No error",
        [REG_NOMATCH] = "No match",
        [REG_BADPAT] = "Invalid regular expression",
        [REG_ECOLLATE] = "Unknown collating element",
        [REG_ECTYPE] = "Unknown character class name",
        [REG_EESCAPE] = "Trailing backslash",
        [REG_ESUBREG] = "Invalid back reference",
        [REG_EBRACK] = "Missing ']'",
        [REG_EPAREN] = "Unmatched parenthesis",
        [REG_EBRACE] = "Missing '}'",
        [REG_BADBR] = "Invalid contents of {}",
        [REG_ERANGE] = "Invalid character range",
        [REG_ESPACE] = "Out of memory",
        [REG_BADRPT] = "Repetition of nothing",
    };
    bool known = error >= 0 && (size_t)error < ARRAY_COUNT(texts);
    const char *text = known ? texts[error] : "Unknown error";
    (void)regex;
    size_t needed = strlen(text) + 1;
    if (size > 0) {
        size_t n = needed < size ? needed : size;
        memcpy(buffer, text, n - 1);
        buffer[n - 1] = 0;
    }
    return needed;
}
