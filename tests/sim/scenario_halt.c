/* scenario_halt.c: a process is stopped by one and killed by two others at the same moment. */
#include "tests/sim/actor.h"

#define ROUNDS 2u

static struct {
    handle_t child, empty;
    unsigned round, gone;
} s;

static void runs_for_ever(struct actor *a, uint64_t arg)
{
    for (;;) {
        compute(a, (unsigned)arg);
        SYS(a, yield);
    }
}

/* It goes when its process ends, but not under who has just been given it. */
static void look_at_space(struct actor *a)
{
    int64_t space = control(a, s.child, PROCESS_SPACE, 0);
    EXPECT(a, space >= 0 || space == -ERR_SRCH || space == -ERR_NOMEM);
    if (space >= 0)
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)space), 0);
}

/* Each its part of a round: 0 stops, 1 looks at it and kills, the others kill. */
static void take_part(struct actor *a, uint64_t part)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        while (s.round != round + 1)
            SYS(a, yield);
        compute(a, (unsigned)chance(a, 30));
        if (part == 1)
            look_at_space(a);
        if (part == 0)
            EXPECT_IS(a, control(a, s.child, PROCESS_STOP, 0), 0);
        else
            EXPECT_IS(a, control(a, s.child, PROCESS_KILL, 9), 0);
        EXPECT_IS(a, control(a, s.empty, PROCESS_KILL, 9), 0); /* nobody is in it */
        s.gone++;
    }
}

static void halt_boss(struct actor *a, uint64_t parts)
{
    for (uint64_t part = 0; part < parts; part++)
        EXPECT(a, spawn(a, HANDLE_NONE, take_part, part) > 0);
    for (unsigned round = 0; round < ROUNDS; round++) {
        s.child = start_child(a, runs_for_ever, 3);
        s.empty = (handle_t)SYS(a, process_create, NONE, 0);
        EXPECT(a, s.empty >= 0);
        s.gone = 0;
        s.round = round + 1;
        EXPECT_IS(a, wait_exit(a, s.child), 9);
        EXPECT_IS(a, wait_exit(a, s.empty), 9);
        while (s.gone != parts)
            SYS(a, yield);
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)s.child), 0);
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)s.empty), 0);
    }
}

static void halt_start(void)
{
    s.round = s.gone = 0;
    sim_thread(sim_process("boss"), halt_boss, 3);
}
const struct scenario scenario_halt = {
    .name = "halt", .text = "stopped and killed at once", .start = halt_start};
