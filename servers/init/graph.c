/* graph.c: missing requirements and cycles, by depth-first search. */
#include "servers/init/graph.h"

#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 64

const char *graph_missing(const struct manager *m, const struct unit *unit)
{
    for (string_list name = unit->config.requires; name && *name; name++)
        if (!manager_find(m, *name))
            return *name;
    return NULL;
}

struct search {
    const struct manager *m;
    const struct unit *goal;
    const struct unit *path[DEPTH_MAX];
    size_t depth;
    const struct unit
        *visited[256]; /* dead ends; more units than that are searched twice at worst */
    size_t visited_count;
};

static bool reaches_goal(struct search *s, const struct unit *from);

static bool was_visited(const struct search *s, const struct unit *unit)
{
    for (size_t i = 0; i < s->visited_count; i++)
        if (s->visited[i] == unit)
            return true;
    return false;
}

static bool any_reaches_goal(struct search *s, string_list names)
{
    for (; names && *names; names++) {
        const struct unit *unit = manager_find(s->m, *names);
        if (unit == s->goal)
            return true;
        if (unit && !was_visited(s, unit) && reaches_goal(s, unit))
            return true;
    }
    return false;
}

static bool reaches_goal(struct search *s, const struct unit *from)
{
    if (s->depth == DEPTH_MAX)
        return false;
    s->path[s->depth++] = from;
    if (any_reaches_goal(s, from->config.requires) || any_reaches_goal(s, from->config.wants) ||
        any_reaches_goal(s, from->config.after))
        return true;
    s->depth--;
    if (s->visited_count < sizeof s->visited / sizeof s->visited[0])
        s->visited[s->visited_count++] = from;
    return false;
}

bool graph_cycle(const struct manager *m, const struct unit *unit, char *text, size_t size)
{
    struct search s = {.m = m, .goal = unit};

    if (!reaches_goal(&s, unit))
        return false;
    size_t used = (size_t)snprintf(text, size, "failed: dependency cycle");
    for (size_t i = 0; i < s.depth && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, " %s ->", s.path[i]->config.name);
    if (used < size)
        snprintf(text + used, size - used, " %s", unit->config.name);
    return true;
}
