/* scenario_memory.c: mappings that change under running threads, shared memory, quotas; and the standard mix. */
#include "tests/sim/actor.h"

#define AREA   0x800000UL
#define AWAY   0xc00000UL /* where it is moved to */
#define RW     (MAP_PROT_READ | MAP_PROT_WRITE)
#define ROUNDS 3u

static struct {
    handle_t memory;
    uint64_t at;
    bool over;
    unsigned left;
} s;

/* ---- a thread uses memory that another one unmaps and protects ---- */

static void on_segv(struct actor *a, uint32_t signo)
{
    EXPECT_IS(a, signo, DYAD_SIGSEGV);
    SYS(a, yield);
}

static void toucher(struct actor *a, uint64_t arg)
{
    for (uint32_t i = 0; i < 6; i++) {
        store32(a, AREA + 8 * arg, i);
        store32(a, AREA + DYAD_PAGE_SIZE + 8 * arg, i);
        (void)load32(a, AREA + 2 * DYAD_PAGE_SIZE);
        (void)load32(
            a, AWAY + 3 * DYAD_PAGE_SIZE); /* nothing may come in there while it is moved to */
    }
}

static int64_t move(struct actor *a, uint64_t from, unsigned old_pages, unsigned pages, uint64_t to)
{
    return SYS(a, remap, NONE, from, old_pages * DYAD_PAGE_SIZE, pages * DYAD_PAGE_SIZE, REMAP_MOVE,
               to);
}

static void mapper(struct actor *a, uint64_t arg)
{
    on_signals(a, DYAD_SIGNAL_BIT(DYAD_SIGSEGV), on_segv);
    EXPECT(a, spawn(a, HANDLE_NONE, toucher, 1) > 0);
    EXPECT(a, spawn(a, HANDLE_NONE, toucher, 2) > 0);
    for (unsigned i = 0; i < ROUNDS; i++) {
        EXPECT_IS(a, SYS(a, map, NONE, AREA, 4 * DYAD_PAGE_SIZE, RW | MAP_FLAG_FIXED, NONE), AREA);
        store32(a, AREA + 12, i);
        store32(a, AREA + 3 * DYAD_PAGE_SIZE, i);
        EXPECT_IS(a, SYS(a, protect, NONE, AREA, 2 * DYAD_PAGE_SIZE, MAP_PROT_READ), 0);
        EXPECT_IS(a, load32(a, AREA + 12), i);
        EXPECT_IS(a, SYS(a, protect, NONE, AREA, 2 * DYAD_PAGE_SIZE, RW), 0);
        EXPECT_IS(a, move(a, AREA, 4, 5, AWAY), AWAY);
        EXPECT_IS(a, load32(a, AWAY + 12), i);
        EXPECT_IS(a, SYS(a, unmap, NONE, AWAY + 4 * DYAD_PAGE_SIZE, DYAD_PAGE_SIZE), 0);
        EXPECT_IS(a, move(a, AWAY, 4, 4, AREA), AREA);
        EXPECT_IS(a, load32(a, AREA + 12), i);
        EXPECT_IS(a, SYS(a, unmap, NONE, AREA + DYAD_PAGE_SIZE, 2 * DYAD_PAGE_SIZE), 0);
        EXPECT_IS(a, SYS(a, unmap, NONE, AREA, DYAD_PAGE_SIZE), 0);
    }
    EXPECT_IS(a, SYS(a, map, NONE, AREA, 4 * DYAD_PAGE_SIZE, RW | MAP_FLAG_FIXED, NONE), AREA);
    EXPECT_IS(a, SYS(a, map, NONE, AWAY, 4 * DYAD_PAGE_SIZE, RW | MAP_FLAG_FIXED, NONE), AWAY);
    (void)arg;
}

static void map_start(void)
{
    sim_thread(sim_process("map"), mapper, 0);
}
const struct scenario scenario_map = {
    .name = "map", .text = "memory is unmapped and protected under others", .start = map_start};

/* ---- forks while others write: each child sees one moment ---- */

static void snapshot_child(struct actor *a, uint64_t arg)
{
    uint32_t first = load32(a, AREA), second = load32(a, AREA + DYAD_PAGE_SIZE);
    /* The writer writes the second page first: it is never behind by more than the fork's own time. */
    EXPECT_IS(a, load32(a, AREA), first);
    EXPECT_IS(a, load32(a, AREA + DYAD_PAGE_SIZE), second);
    store32(a, AREA, 1000000);
    EXPECT_IS(a, load32(a, AREA), 1000000);
    SYS(a, process_exit, WSTATUS_EXIT(arg));
}

static void snapshot_writer(struct actor *a, uint64_t arg)
{
    for (uint32_t i = 1; !s.over; i++) {
        store32(a, AREA + DYAD_PAGE_SIZE, i);
        store32(a, AREA, i);
        EXPECT_IS(a, load32(a, AREA + DYAD_PAGE_SIZE), i);
        EXPECT_IS(a, load32(a, AREA), i); /* no write may be lost, or come from the child */
    }
    (void)arg;
}

static void snapshot_first(struct actor *a, uint64_t arg)
{
    int64_t children[2];
    EXPECT_IS(a, SYS(a, map, NONE, AREA, 4 * DYAD_PAGE_SIZE, RW | MAP_FLAG_FIXED, NONE), AREA);
    EXPECT(a, spawn(a, HANDLE_NONE, snapshot_writer, 0) > 0);
    for (unsigned i = 0; i < 2; i++) {
        children[i] = fork_into(a, snapshot_child, i);
        EXPECT(a, children[i] >= 0);
        EXPECT_IS(a, control(a, (handle_t)children[i], PROCESS_START, 0), 0);
    }
    for (unsigned i = 0; i < 2; i++)
        EXPECT_IS(a, wait_exit(a, (handle_t)children[i]), WSTATUS_EXIT(i));
    s.over = true;
    (void)arg;
}

static void snapshot_start(void)
{
    s.over = false;
    sim_thread(sim_process("snapshot"), snapshot_first, 0);
}
const struct scenario scenario_snapshot = {
    .name = "snapshot", .text = "forks while another thread writes", .start = snapshot_start};

/* ---- forks while another thread changes the mappings: the child has each page of before or of after, and nothing else ---- */

#define REMAP_PAGES 6u

static uint64_t remap_page(uint64_t page)
{
    return AREA + page * DYAD_PAGE_SIZE;
}

/* A page that is there holds what was written to it by whoever mapped it last. */
static void remap_child(struct actor *a, uint64_t arg)
{
    int64_t self = SYS(a, process_control, NONE, PROCESS_SELF);
    int64_t space = control(a, (handle_t)self, PROCESS_SPACE, 0);
    EXPECT(a, space >= 0);
    for (unsigned page = 0; page < REMAP_PAGES; page++) {
        uint32_t value = 0;
        int64_t status = SYS(a, read, (uint64_t)space, at_data(a), sizeof value, remap_page(page));
        EXPECT(a, status == -ERR_FAULT || status == sizeof value);
        get(a, at_data(a), &value, sizeof value);
        if (status == sizeof value)
            EXPECT(a, value == 0 || value == page + 1);
    }
    SYS(a, process_exit, WSTATUS_EXIT(arg));
}

static void remap_changer(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; !s.over; i++) {
        uint64_t page = chance(a, REMAP_PAGES), pages = 1 + chance(a, REMAP_PAGES - page);
        uint64_t bytes = pages * DYAD_PAGE_SIZE;
        switch (chance(a, 4)) {
        case 0: EXPECT_IS(a, SYS(a, unmap, NONE, remap_page(page), bytes), 0); break;
        case 1:
            EXPECT(a, SYS(a, protect, NONE, remap_page(page), bytes, MAP_PROT_READ) <= 0);
            break;
        default:
            EXPECT_IS(a, SYS(a, map, NONE, remap_page(page), bytes, RW | MAP_FLAG_FIXED, NONE),
                      remap_page(page));
            for (uint64_t at = page; at < page + pages; at++)
                store32(a, remap_page(at), (uint32_t)at + 1);
        }
        if (i % 8 == 0)
            SYS(a, yield);
    }
    (void)arg;
}

static void remap_first(struct actor *a, uint64_t arg)
{
    EXPECT(a, spawn(a, HANDLE_NONE, remap_changer, 0) > 0);
    for (unsigned i = 0; i < 3; i++) {
        compute(a, (unsigned)chance(a, 60));
        handle_t child = start_child(a, remap_child, i);
        EXPECT_IS(a, wait_exit(a, child), WSTATUS_EXIT(i));
        EXPECT_IS(a, SYS(a, handle_close, (uint64_t)child), 0);
    }
    s.over = true;
    (void)arg;
}

static void remap_start(void)
{
    s.over = false;
    sim_thread(sim_process("remap"), remap_first, 0);
}
const struct scenario scenario_remap = {
    .name = "remap", .text = "forks while another thread maps and unmaps", .start = remap_start};

/* ---- threads read a page while its last other owner ends and a write replaces it ---- */

static void limbo_child(struct actor *a, uint64_t arg)
{
    compute(a, (unsigned)chance(a, 30));
    SYS(a, process_exit, WSTATUS_EXIT(arg));
}

static void limbo_reader(struct actor *a, uint64_t arg)
{
    uint32_t last = 0;
    for (unsigned i = 1; !s.over; i++) {
        if (i % 32 == 0) /* it would need the core's whole slice */
            SYS(a, yield);
        uint32_t seen = load32(a, AREA);
        EXPECT(a, seen >= last); /* an old page, but not an older one than before */
        last = seen;
    }
    (void)arg;
}

static void limbo_first(struct actor *a, uint64_t arg)
{
    EXPECT_IS(a, SYS(a, map, NONE, AREA, DYAD_PAGE_SIZE, RW | MAP_FLAG_FIXED, NONE), AREA);
    store32(a, AREA, 1);
    EXPECT(a, spawn(a, HANDLE_NONE, limbo_reader, 0) > 0);
    EXPECT(a, spawn(a, HANDLE_NONE, limbo_reader, 1) > 0);
    for (uint32_t i = 2; i < 5; i++) {
        handle_t child = start_child(a, limbo_child, i);
        compute(a, (unsigned)chance(a, 60));
        store32(a, AREA, i);
        EXPECT_IS(a, wait_exit(a, child), WSTATUS_EXIT(i));
    }
    s.over = true;
    (void)arg;
}

static void limbo_start(void)
{
    s.over = false;
    sim_thread(sim_process("limbo"), limbo_first, 0);
}
const struct scenario scenario_limbo = {
    .name = "limbo", .text = "readers of a page that a write replaces", .start = limbo_start};

/* ---- shared memory and futexes between processes ---- */

static void share_child(struct actor *a, uint64_t arg)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        while (load32(a, s.at) != 1)
            SYS(a, futex_wait, s.at, 0, DEADLINE_NEVER);
        store32(a, s.at, 0);
        SYS(a, futex_wake, s.at, 10);
    }
    EXPECT_IS(a, SYS(a, unmap, NONE, s.at, DYAD_PAGE_SIZE), 0);
    (void)arg;
}

static void share_first(struct actor *a, uint64_t arg)
{
    s.memory = (handle_t)SYS(a, memory_create, 3 * DYAD_PAGE_SIZE, 0);
    s.at =
        (uint64_t)SYS(a, map, NONE, 0, DYAD_PAGE_SIZE, RW | MAP_FLAG_SHARED, (uint64_t)s.memory, 0);
    EXPECT(a, (int64_t)s.at > 0);
    handle_t child = start_child(a, share_child, 0);
    for (unsigned i = 0; i < ROUNDS; i++) {
        while (load32(a, s.at) != 0)
            SYS(a, futex_wait, s.at, 1, DEADLINE_NEVER);
        store32(a, s.at, 1);
        SYS(a, futex_wake, s.at, 10);
    }
    EXPECT_IS(a, wait_exit(a, child), 0);
    (void)arg;
}

static void share_start(void)
{
    sim_thread(sim_process("share"), share_first, 0);
}
const struct scenario scenario_share = {
    .name = "share", .text = "futexes in memory that two processes share", .start = share_start};

/* ---- a child that may use little ---- */

static void greedy_thread(struct actor *a, uint64_t arg)
{
    compute(a, (unsigned)arg);
}

static void greedy(struct actor *a, uint64_t arg)
{
    int64_t status = 0;
    for (unsigned i = 0; i < 12 && status >= 0; i++)
        status = spawn(a, HANDLE_NONE, greedy_thread, i);
    EXPECT(a, status > 0 || status == -ERR_AGAIN || status == -ERR_NOMEM);
    for (status = 0; status >= 0;)
        status = SYS(a, event_create);
    EXPECT(a, status == -ERR_NOMEM);
    status = SYS(a, process_create, NONE, 0);
    EXPECT(a, status == -ERR_NOMEM || status == -ERR_AGAIN);
    for (uint64_t at = AREA; at < AREA + 64 * DYAD_PAGE_SIZE; at += DYAD_PAGE_SIZE)
        store32(a, at, 1); /* more pages than it may have: the kernel kills it */
    EXPECT(a, arg == 1);
}

static void quota_first(struct actor *a, uint64_t arg)
{
    EXPECT_IS(
        a, SYS(a, map, NONE, AREA, 64 * DYAD_PAGE_SIZE, RW | MAP_FLAG_FIXED | MAP_FLAG_STACK, NONE),
        AREA);
    int64_t children[2];
    for (unsigned i = 0; i < 2; i++) {
        children[i] = fork_into(a, greedy, 0);
        EXPECT(a, children[i] >= 0);
    }
    for (unsigned i = 0; i < 2; i++)
        EXPECT_IS(a, control(a, (handle_t)children[i], PROCESS_START, 0), 0);
    for (unsigned i = 0; i < 2; i++)
        EXPECT_IS(a, wait_exit(a, (handle_t)children[i]), WSTATUS_SIGNAL(9));
    (void)arg;
}

static void quota_start(void)
{
    struct process *boss = sim_process("boss");
    struct quota_limits limits = {.pages = 60, .kernel_bytes = 60000, .processes = 2, .threads = 6};
    sim_limit(boss, &limits);
    sim_thread(boss, quota_first, 0);
}
const struct scenario scenario_quota = {.name = "quota",
                                        .text = "two children that want more than they may have",
                                        .start = quota_start};

/* ---- the mix by which speed is measured: 4 cores, 8 threads and more ---- */

extern const struct scenario scenario_futex, scenario_call, scenario_fork;

static void standard_start(void)
{
    scenario_futex.start();
    scenario_call.start();
    scenario_fork.start();
}
const struct scenario scenario_standard = {.name = "standard",
                                           .text = "futexes, calls, fork and exit on 4 cores",
                                           .start = standard_start,
                                           .cores = 4};
