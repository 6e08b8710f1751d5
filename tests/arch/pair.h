/* pair.h: two cores that answer each other, for the tests of cores. */
#pragma once
#include "player.h"

struct pair {
    _Atomic uint64_t rounds;
    _Atomic bool stop;
    struct player *p;
    struct thread *user;
};

/* A core's work: runs the context, which calls all the time or computes; counts the kicks that it is told of. */
void run_and_answer(void *pair);
