/* graph.h: checks of the units' dependencies before anything starts. */
#pragma once
#include "servers/init/manager.h"

/* The first required unit that does not exist, or NULL. */
const char *graph_missing(const struct manager *m, const struct unit *unit);

/* Does the unit, through requires, wants and after, wait for itself? Then text is "failed: dependency cycle a -> b -> a". */
bool graph_cycle(const struct manager *m, const struct unit *unit, char *text, size_t size);
