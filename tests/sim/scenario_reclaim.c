/* scenario_reclaim.c: what is large is given back in steps by whoever has time for it, and time that nobody needs is counted as idle. */
#include <stdlib.h>
#include <string.h>

#include "tests/sim/actor.h"

#define PAGES   300u /* more than one step frees */
#define AREA    0x20000000UL
#define SECOND  UINT64_C(1000000000)
#define SLACK   40u /* pages that the heap may keep */
#define WORKERS 2u

static unsigned done;

/* A number behind a word in one of the kernel's texts. */
static uint64_t number_of(struct actor *a, const char *path, const char *word)
{
    char text[200] = "";
    int64_t file = open_path(a, path, FILE_READ);
    EXPECT(a, file >= 0);
    int64_t got = SYS(a, read, (uint64_t)file, at_data(a), sizeof text - 1, UINT64_MAX);
    EXPECT(a, got > 0);
    get(a, at_data(a), text, (size_t)got);
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)file), 0);
    const char *at = strstr(text, word);
    EXPECT(a, at != NULL);
    return strtoull(at + strlen(word), NULL, 10);
}

static void rest(struct actor *a, uint64_t ns)
{
    EXPECT_IS(a, SYS(a, sleep, DYAD_CLOCK_MONOTONIC, now_ns() + ns), 0);
}

/* One byte of each page. */
static void fill(struct actor *a, handle_t h, uint64_t from)
{
    for (unsigned i = 0; i < PAGES; i++)
        EXPECT_IS(a, SYS(a, write, (uint64_t)h, at_data(a), 1, from + i * (uint64_t)DYAD_PAGE_SIZE),
                  1);
}

static void use_large(struct actor *a, uint64_t kind)
{
    int64_t h = kind == 0 ? SYS(a, memory_create, PAGES * DYAD_PAGE_SIZE, 0) : SYS(a, space_create);
    EXPECT(a, h >= 0);
    if (kind == 0) {
        fill(a, (handle_t)h, 0);
    } else {
        EXPECT_IS(a,
                  SYS(a, map, (uint64_t)h, AREA, PAGES * DYAD_PAGE_SIZE,
                      MAP_PROT_READ | MAP_PROT_WRITE | MAP_FLAG_FIXED, NONE),
                  AREA);
        fill(a, (handle_t)h, AREA);
    }
    EXPECT_IS(a, SYS(a, handle_close, (uint64_t)h), 0);
    if (++done != WORKERS)
        return;
    uint64_t before = number_of(a, "sys:memory", "free ");
    rest(a, SECOND);
    uint64_t after = number_of(a, "sys:memory", "free ");
    EXPECT(a, after + SLACK >= before); /* and all of it is free in the end: check_end */
    uint64_t seconds = number_of(a, "sys:uptime", ""), idle = number_of(a, "sys:uptime", " ");
    rest(a, 3 * SECOND);
    EXPECT(a, number_of(a, "sys:uptime", "") >= seconds + 2);
    EXPECT(a, number_of(a, "sys:uptime", " ") >= idle + 2);
}

static void reclaim_start(void)
{
    done = 0;
    for (unsigned i = 0; i < WORKERS; i++)
        sim_thread(sim_process("large"), use_large, i);
}
const struct scenario scenario_reclaim = {
    .name = "reclaim", .text = "large objects go in steps; idle time", .start = reclaim_start};
