/* scenarios.c: the list of scenarios. */
#include "tests/sim/scenarios.h"

#include "tests/sim/sim.h"

#define X(name) extern const struct scenario scenario_##name;
SCENARIO_LIST(X)
#undef X

#define X(name) &scenario_##name,
const struct scenario *const sim_scenarios[] = {SCENARIO_LIST(X)};
#undef X

const unsigned sim_scenario_count = sizeof sim_scenarios / sizeof sim_scenarios[0];
