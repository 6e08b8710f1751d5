/* test_space.c: do spaces map, forget and lower what they are told, also while other cores run them? */

#include "player.h"
#include "suites.h"

#define FAR 0x40000000UL
#define RW  (MAP_PROT_READ | MAP_PROT_WRITE)

/* Run `program` on `addr` until its call 14 (then true) or a fault at addr. */
static bool access_works(struct player *p, uint64_t program, uint64_t addr)
{
    struct thread user;
    struct trap trap;
    player_thread(p, &user, program, addr);
    player_run(p, &user, &trap);
    bool works = trap.kind == TRAP_SYSCALL;
    if (!works) {
        assert_int_equal(trap.kind, TRAP_FAULT);
        assert_int_equal(trap.fault, FAULT_PAGE);
        assert_int_equal(trap.addr, addr);
    }
    arch_user_fini(&user.user);
    return works;
}

static bool can_load(struct player *p, uint64_t addr)
{
    return access_works(p, guest(load), addr);
}

static bool can_store(struct player *p, uint64_t addr)
{
    return access_works(p, guest(store), addr);
}

static void test_map_obeys_protection(void **state)
{
    struct player p;
    player_open(&p);
    uint64_t page = player_pages(1);
    assert_int_equal(arch_space_map(&p.space.arch, FAR, page, 1, MAP_PROT_READ), 0);
    assert_true(can_load(&p, FAR));
    assert_false(can_store(&p, FAR));
    assert_int_equal(arch_space_map(&p.space.arch, FAR, page, 1, RW), 0);
    assert_true(can_store(&p, FAR));
    assert_int_equal(arch_space_map(&p.space.arch, FAR, page, 1, 0), 0);
    assert_false(can_load(&p, FAR));
    player_close(&p);
    player_free(page, 1);
}

static void test_map_covers_the_whole_user_range(void **state)
{
    struct player p;
    player_open(&p);
    uint64_t page = player_pages(1);
    static const uint64_t places[] = {DYAD_USER_BASE, DYAD_MAP_BASE,
                                      DYAD_STACK_TOP - DYAD_PAGE_SIZE,
                                      DYAD_USER_END - DYAD_PAGE_SIZE};
    for (unsigned i = 0; i < ARRAY_COUNT(places); i++) {
        assert_false(can_load(&p, places[i]));
        assert_int_equal(arch_space_map(&p.space.arch, places[i], page, 1, RW), 0);
        assert_true(can_store(&p, places[i]));
        arch_space_protect(&p.space.arch, places[i], 1, 0);
        assert_false(can_load(&p, places[i]));
    }
    player_close(&p);
    player_free(page, 1);
}

static void test_unmap_forgets_part_of_a_run(void **state)
{
    struct player p;
    player_open(&p);
    uint64_t pages = player_pages(8);
    assert_int_equal(arch_space_map(&p.space.arch, FAR, pages, 8, RW), 0);
    arch_space_protect(&p.space.arch, FAR + 2 * DYAD_PAGE_SIZE, 3, 0);
    for (unsigned i = 0; i < 8; i++) {
        bool mapped = i < 2 || i >= 5;
        bool works = can_store(&p, FAR + i * DYAD_PAGE_SIZE);
        assert_int_equal(works, mapped);
        assert_int_equal(*(uint8_t *)arch_phys_ptr(pages + i * DYAD_PAGE_SIZE), mapped ? 0x5a : 0);
    }
    player_close(&p);
    player_free(pages, 8);
}

static void test_protect_lowers_and_never_raises(void **state)
{
    struct player p;
    player_open(&p);
    uint64_t pages = player_pages(4);
    assert_int_equal(arch_space_map(&p.space.arch, FAR, pages, 2, RW), 0);
    assert_int_equal(
        arch_space_map(&p.space.arch, FAR + 2 * DYAD_PAGE_SIZE, pages, 1, MAP_PROT_READ), 0);
    arch_space_protect(&p.space.arch, FAR, 3, RW);
    assert_false(can_store(&p, FAR + 2 * DYAD_PAGE_SIZE)); /* not raised */
    assert_int_equal(arch_space_map(&p.space.arch, FAR, pages, 2, RW), 0);
    arch_space_protect(&p.space.arch, FAR, 4, MAP_PROT_READ); /* the last is a hole */
    assert_false(can_store(&p, FAR));
    assert_false(can_store(&p, FAR + DYAD_PAGE_SIZE));
    assert_false(can_load(&p, FAR + 3 * DYAD_PAGE_SIZE));
    assert_int_equal(arch_space_map(&p.space.arch, FAR, pages, 2, RW), 0);
    arch_space_protect(&p.space.arch, FAR, 2, 0);
    assert_false(can_load(&p, FAR));
    player_close(&p);
    player_free(pages, 4);
}

/* More requests than the ring holds, without running in between. */
static void test_many_requests_at_once(void **state)
{
    struct player p;
    struct trap trap;
    struct thread user;
    player_open(&p);
    uint64_t page = player_pages(1);
    for (unsigned i = 0; i < 1000; i++)
        assert_int_equal(arch_space_map(&p.space.arch, FAR + i * 0x3000UL, page, 1, RW), 0);
    for (unsigned i = 0; i < 1000; i++)
        arch_space_protect(&p.space.arch, FAR + i * 0x3000UL, 1, 0);
    for (unsigned i = 0; i < 1000; i += 111)
        assert_false(can_load(&p, FAR + i * 0x3000UL));
    assert_int_equal(arch_space_map(&p.space.arch, FAR, page, 1, RW), 0);
    player_thread(&p, &user, guest(store), FAR);
    player_run(&p, &user, &trap);
    assert_int_equal(trap.kind, TRAP_SYSCALL);
    arch_user_fini(&user.user);
    player_close(&p);
    player_free(page, 1);
}

/* Beyond Linux's max_map_count: translations may be dropped, but none may be wrong, and it must go on. */
static void test_more_mappings_than_linux_allows(void **state)
{
    enum { COUNT = 70000 };
    struct player p;
    struct thread user;
    struct trap trap;
    player_open(&p);
    uint64_t pages = player_pages(2);
    player_thread(&p, &user, guest(null_loop), 0);
    for (unsigned i = 0; i < COUNT; i++) {
        /* Alternating pages, so that Linux cannot merge them. */
        uint64_t vaddr = FAR + i * DYAD_PAGE_SIZE;
        assert_int_equal(
            arch_space_map(&p.space.arch, vaddr, pages + (i & 1) * DYAD_PAGE_SIZE, 1, RW), 0);
        if (i % 200 == 0) {
            player_run(&p, &user, &trap);
            assert_int_equal(trap.kind, TRAP_SYSCALL);
            arch_user_result(&user.user, 0);
        }
    }
    arch_user_fini(&user.user);
    for (unsigned i = 0; i < 2; i++) { /* the last ones are there, and are the right pages */
        uint8_t *byte = arch_phys_ptr(pages + (i & 1) * DYAD_PAGE_SIZE);
        *byte = 0;
        if (can_store(&p, FAR + (COUNT - 2 + i) * DYAD_PAGE_SIZE))
            assert_int_equal(*byte, 0x5a);
    }
    player_close(&p);
    player_free(pages, 2);
}

static void test_reused_space_is_empty(void **state)
{
    uint64_t page = player_pages(1);
    for (unsigned i = 0; i < 60; i++) {
        struct player p;
        player_open(&p);
        assert_false(can_load(&p, FAR + (i & 7) * DYAD_PAGE_SIZE));
        for (unsigned k = 0; k < 8; k++)
            assert_int_equal(arch_space_map(&p.space.arch, FAR + k * DYAD_PAGE_SIZE, page, 1, RW),
                             0);
        assert_true(can_store(&p, FAR + (i & 7) * DYAD_PAGE_SIZE));
        player_close(&p);
    }
    player_free(page, 1);
}

static void test_two_hundred_spaces_at_once(void **state)
{
    enum { COUNT = 200 };
    static struct player p[COUNT];
    static struct thread user[COUNT];
    uint64_t args[6];
    for (unsigned i = 0; i < COUNT; i++) {
        player_open(&p[i]);
        player_thread(&p[i], &user[i], guest(gate_once), 0);
    }
    for (unsigned i = 0; i < COUNT; i++)
        player_expect_syscall(&p[i], &user[i], 7, NULL);
    for (unsigned i = 0; i < COUNT; i++) {
        arch_user_result(&user[i].user, i);
        player_expect_syscall(&p[i], &user[i], 8, args);
        assert_int_equal(args[0], i);
    }
    for (unsigned i = COUNT; i-- > 0;) {
        arch_user_fini(&user[i].user);
        player_close(&p[i]);
    }
}

/* ---- other cores ---- */

struct runner {
    struct player *p;
    struct thread user;
    _Atomic bool stop;
    _Atomic uint64_t faults, runs;
    _Atomic bool out; /* waits outside after a fault */
};

/* Core 1: run the context, whatever it traps for, until told to stop. */
static void run_until_stop(void *argument)
{
    struct runner *r = argument;
    struct trap trap;
    while (!atomic_load(&r->stop)) {
        arch_user_run(&r->user.user, &r->p->space.arch, &trap);
        atomic_fetch_add(&r->runs, 1);
        if (trap.kind == TRAP_FAULT) {
            atomic_fetch_add(&r->faults, 1);
            break;
        }
        if (trap.kind == TRAP_SYSCALL)
            arch_user_result(&r->user.user, 0);
    }
    arch_user_leave(&r->user.user);
}

static void stop_runner(struct runner *r)
{
    atomic_store(&r->stop, true);
    arch_cpu_kick(player_cpu(1));
    player_join(1);
}

static void wait_synced(struct player *p, uint64_t ticket)
{
    for (unsigned i = 0; !arch_space_synced(&p->space.arch, ticket); i++)
        arch_cpu_relax(i);
}

static void wait_for_count(_Atomic uint64_t *count)
{
    uint64_t before = atomic_load(count);
    for (unsigned i = 0; atomic_load(count) == before; i++)
        arch_cpu_relax(i);
}

/* A page taken from under a running program: after the ticket no store may reach it any more. */
static void test_unmap_while_another_core_runs(void **state)
{
    for (unsigned round = 0; round < 30; round++) {
        struct player p;
        player_open(&p);
        struct runner r = {.p = &p};
        uint64_t page = player_pages(1);
        volatile uint64_t *count = arch_phys_ptr(page);
        assert_int_equal(arch_space_map(&p.space.arch, FAR, page, 1, RW), 0);
        player_thread(&p, &r.user, guest(count), FAR);
        player_start(1, run_until_stop, &r);
        wait_for_count((_Atomic uint64_t *)arch_phys_ptr(page));
        arch_space_protect(&p.space.arch, FAR, 1, 0);
        wait_synced(&p, arch_space_sync(&p.space.arch));
        uint64_t last = *count;
        for (unsigned i = 0; i < 2000; i++)
            assert_int_equal(*count, last);
        player_join(1); /* it runs into the fault */
        assert_int_equal(atomic_load(&r.faults), 1);
        arch_user_fini(&r.user.user);
        player_close(&p);
        player_free(page, 1);
    }
}

static void test_sync_is_done_at_once_when_nobody_runs(void **state)
{
    struct player p;
    player_open(&p);
    uint64_t page = player_pages(1);
    assert_int_equal(arch_space_map(&p.space.arch, FAR, page, 1, RW), 0);
    assert_true(can_store(&p, FAR));
    arch_space_protect(&p.space.arch, FAR, 1, 0);
    uint64_t ticket = arch_space_sync(&p.space.arch);
    assert_true(arch_space_synced(&p.space.arch, ticket));
    assert_false(can_load(&p, FAR));
    assert_true(arch_space_synced(&p.space.arch, ticket));
    player_close(&p);
    player_free(page, 1);
}

/* Two threads of one space, one on each core, while the mappings below them change all the time. */
static void test_threads_of_one_space_on_two_cores(void **state)
{
    struct player p;
    player_open(&p);
    struct runner r = {.p = &p};
    player_thread(&p, &r.user, guest(null_loop), 0);
    struct thread mine;
    player_thread(&p, &mine, guest(null_loop), 0);
    struct user_regs regs;
    arch_user_get(&mine.user, &regs);
    regs.rsp -= 2 * DYAD_PAGE_SIZE;
    assert_int_equal(arch_user_set(&mine.user, &regs), 0);
    uint64_t page = player_pages(1);
    player_start(1, run_until_stop, &r);
    struct trap trap;
    for (unsigned i = 0; i < 3000; i++) {
        assert_int_equal(arch_space_map(&p.space.arch, FAR, page, 1, RW), 0);
        player_run(&p, &mine, &trap);
        assert_int_equal(trap.kind, TRAP_SYSCALL);
        arch_user_result(&mine.user, 0);
        arch_space_protect(&p.space.arch, FAR, 1, 0);
        wait_synced(&p, arch_space_sync(&p.space.arch));
    }
    stop_runner(&r);
    assert_int_equal(atomic_load(&r.faults), 0);
    arch_user_fini(&mine.user);
    arch_user_fini(&r.user.user);
    player_close(&p);
    player_free(page, 1);
}

const struct CMUnitTest space_tests[] = {
    cmocka_unit_test(test_map_obeys_protection),
    cmocka_unit_test(test_map_covers_the_whole_user_range),
    cmocka_unit_test(test_unmap_forgets_part_of_a_run),
    cmocka_unit_test(test_protect_lowers_and_never_raises),
    cmocka_unit_test(test_many_requests_at_once),
    cmocka_unit_test(test_more_mappings_than_linux_allows),
    cmocka_unit_test(test_reused_space_is_empty),
    cmocka_unit_test(test_two_hundred_spaces_at_once),
    cmocka_unit_test(test_unmap_while_another_core_runs),
    cmocka_unit_test(test_sync_is_done_at_once_when_nobody_runs),
    cmocka_unit_test(test_threads_of_one_space_on_two_cores),
};
const size_t space_test_count = ARRAY_COUNT(space_tests);
