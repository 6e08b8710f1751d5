/* regex/regexec.c: regexec. */
#include <stdlib.h>
#include "regex/regex_state.h"

/* The expression's cache, or one for this call when another thread has that. NULL: no memory. */
static struct regex_cache *take_cache(struct regex *regex, bool *own)
{
    *own = !atomic_flag_test_and_set_explicit(&regex->cache_busy, memory_order_acquire);
    if (!*own)
        return __regex_cache_new(regex);
    if (!regex->cache)
        regex->cache = __regex_cache_new(regex);
    if (!regex->cache)
        atomic_flag_clear_explicit(&regex->cache_busy, memory_order_release);
    return regex->cache;
}

static void give_cache(struct regex *regex, struct regex_cache *cache, bool own)
{
    if (own)
        atomic_flag_clear_explicit(&regex->cache_busy, memory_order_release);
    else
        __regex_cache_free(cache);
}

/* The match and its groups, the first m->group_count of them into m->matches. */
static int run(struct regex_match *m)
{
    const char *begin, *end;
    int result = m->regex->has_reference ? __regex_search_exact(m, &begin, &end)
                                         : __regex_search(m, &begin, &end);
    if (!result && !m->regex->has_reference && m->group_count > 1)
        result = __regex_subexpressions(m, begin, end);
    if (!result && m->group_count > 0)
        m->matches[0] = (regmatch_t){begin - m->string, end - m->string};
    return result;
}

int regexec(const regex_t *restrict regex, const char *restrict string, size_t match_count,
            regmatch_t *restrict matches, int flags)
{
    struct regex *compiled = regex->__opaque;
    struct regex_match m = {.regex = compiled,
                            .string = string,
                            .text = string,
                            .left_edge = flags & REG_NOTBOL ? CLASS_EDGE_PLAIN : CLASS_EDGE_ANCHOR,
                            .right_edge =
                                flags & REG_NOTEOL ? CLASS_EDGE_PLAIN : CLASS_EDGE_ANCHOR};
    bool own;
    if (flags & REG_STARTEND) {
        m.text = string + matches[0].rm_so;
        m.end = string + matches[0].rm_eo;
    }
    if (compiled->flags & REG_NOSUB)
        match_count = 0;
    m.any_end = match_count == 0;
    m.matches = matches;
    m.group_count = match_count > compiled->groups ? compiled->groups + 1 : (uint32_t)match_count;
    m.cache = take_cache(compiled, &own);
    if (!m.cache)
        return REG_ESPACE;
    int result = run(&m);
    __regex_arena_fini(&m.arena);
    give_cache(compiled, m.cache, own);
    for (size_t i = m.group_count; !result && i < match_count; i++)
        matches[i] = (regmatch_t){-1, -1};
    return result;
}
