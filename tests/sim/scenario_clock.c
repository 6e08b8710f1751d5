/* scenario_clock.c: the real-time clock is set under those who wait for one of its times: none is forgotten. (Time may
 * pass at any moment here: that they do not end before is asked by tests/posix/clocks.c.) */
#include "tests/sim/actor.h"

#define SECOND  UINT64_C(1000000000)
#define DAY     (86400 * SECOND)
#define WAITERS 4u
#define WORD    0x900000UL

static struct {
    uint64_t until; /* what all wait for */
    unsigned ready, done;
} s;

static uint64_t realtime(struct actor *a)
{
    return (uint64_t)SYS(a, clock_get, DYAD_CLOCK_REALTIME);
}

static void set(struct actor *a, uint64_t now)
{
    EXPECT_IS(a, SYS(a, thread_control, THREAD_SET_REALTIME, now, 0), 0);
    EXPECT(a, realtime(a) >= now);
}

/* One that sleeps, one with an event queue, and others with a word that nobody changes. */
static void waiter(struct actor *a, uint64_t how)
{
    int64_t queue = how == 2 ? SYS(a, event_create) : 0;
    EXPECT(a, queue >= 0);
    s.ready++;
    switch (how) {
    case 0: EXPECT_IS(a, SYS(a, sleep, DYAD_CLOCK_REALTIME, s.until), 0); break;
    case 2:
        EXPECT_IS(a,
                  SYS(a, event_wait, (uint64_t)queue, at_data(a), 1, s.until | DEADLINE_REALTIME),
                  -ERR_TIMEDOUT);
        break;
    default: EXPECT_IS(a, SYS(a, futex_wait, WORD, 0, s.until | DEADLINE_REALTIME), -ERR_TIMEDOUT);
    }
    s.done++;
}

static void setter(struct actor *a, uint64_t arg)
{
    (void)arg;
    EXPECT_IS(a,
              SYS(a, map, NONE, WORD, DYAD_PAGE_SIZE,
                  MAP_PROT_READ | MAP_PROT_WRITE | MAP_FLAG_FIXED, NONE),
              WORD);
    uint64_t start = realtime(a);
    s.until = start + 30 * DAY;
    for (unsigned how = 0; how < WAITERS; how++)
        EXPECT(a, spawn(a, HANDLE_NONE, waiter, how) > 0);
    set(a, start + DAY);
    set(a, start + DAY / 2);
    while (s.ready < WAITERS)
        SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + 1000);
    set(a, start + 29 * DAY);
    SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + SECOND);
    /* Half of the time by setting it, half because the time comes. */
    set(a, chance(a, 2) ? s.until : s.until - SECOND);
    for (unsigned i = 0; s.done < WAITERS && i < 1000; i++)
        SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + SECOND);
    EXPECT_IS(a, s.done, WAITERS);
    EXPECT_IS(a, SYS(a, thread_control, THREAD_SET_REALTIME, DEADLINE_REALTIME, 0), -ERR_INVAL);
}

static void clock_start(void)
{
    s.ready = s.done = 0;
    sim_thread(sim_process("clock"), setter, 0);
}
const struct scenario scenario_clock = {
    .name = "clock", .text = "the real-time clock is set under waiters", .start = clock_start};
