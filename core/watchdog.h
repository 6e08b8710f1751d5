/* watchdog.h: names what is stuck. Core 0 looks after the others whenever it comes by. */
#pragma once
#include "core/base.h"

struct machine;

struct watchdog_core {
    uint64_t loops;
    unsigned strikes;
};
/* Only core 0's. */
struct watchdog {
    uint64_t next_ns;
    struct watchdog_core cores[DYAD_CPUS_MAX];
};

/* Called by core 0's loop; cheap unless a period has passed. */
void watchdog_poll(struct machine *machine, uint64_t now_ns);
