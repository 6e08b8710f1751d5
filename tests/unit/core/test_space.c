/* test_space.c: does an address space do what map, unmap, protect and fault promise, and refuse the rest without a trace? */
#include "space_fixture.h"

/* ---- map ---- */

static void test_map_refuses_bad_requests(void **state)
{
    struct fixture f;
    fixture_start(&f, 8 * MIB);
    struct memory *object = make_object(&f, 4);
    static const struct {
        uint64_t addr, bytes;
        unsigned prot, flags;
        uint64_t offset;
        status_t want;
    } bad[] = {
        {BASE + 1, PAGE, RW, MAP_FLAG_FIXED, 0, -ERR_INVAL},
        {BASE, 0, RW, MAP_FLAG_FIXED, 0, -ERR_INVAL},
        {0, PAGE, RW, MAP_FLAG_FIXED, 0, -ERR_INVAL},
        {0xf000, PAGE, RW, MAP_FLAG_FIXED, 0, -ERR_INVAL},
        {DYAD_USER_END, PAGE, RW, MAP_FLAG_FIXED, 0, -ERR_INVAL},
        {DYAD_USER_END - PAGE, 2 * PAGE, RW, MAP_FLAG_FIXED, 0, -ERR_INVAL},
        {BASE, UINT64_MAX, RW, MAP_FLAG_FIXED, 0, -ERR_INVAL},
        {BASE, UINT64_MAX - BASE, RW, MAP_FLAG_FIXED, 0, -ERR_INVAL},
        {BASE, UINT64_MAX - PAGE + 2, RW, 0, 0, -ERR_INVAL},
        {BASE, PAGE, 8, 0, 0, -ERR_INVAL},
        {BASE, PAGE, MAP_PROT_WRITE | MAP_PROT_EXEC, 0, 0, -ERR_OPNOTSUPP},
        {BASE, PAGE, RW, 0x10000, 0, -ERR_INVAL},
        {BASE, PAGE, RW, 1, 0, -ERR_INVAL},
        {BASE, PAGE, RW, 0, 1, -ERR_INVAL},
        {BASE, PAGE, RW, 0, UINT64_MAX & ~(PAGE - 1), -ERR_INVAL},
        {0, DYAD_USER_END, RW, 0, 0, -ERR_INVAL},
        {0, DYAD_USER_END - DYAD_MAP_BASE, RW, MAP_FLAG_NOREPLACE, 0, -ERR_INVAL},
    };
    for (unsigned i = 0; i < ARRAY_COUNT(bad); i++)
        assert_int_equal(fixture_map(&f, bad[i].addr, bad[i].bytes, bad[i].prot, bad[i].flags,
                                     object, bad[i].offset),
                         bad[i].want);
    assert_int_equal(count_regions(f.space), 0);
    put_memory(object);
    fixture_end(&f);
}

static void test_kernel_chooses_first_fit_upward(void **state)
{
    struct fixture f;
    fixture_start(&f, 8 * MIB);
    uint64_t at = DYAD_MAP_BASE;
    for (unsigned i = 0; i < 10; i++, at += 3 * PAGE)
        assert_int_equal(fixture_map(&f, 0, 3 * PAGE, i % 2 ? RW : MAP_PROT_READ, 0, NULL, 0), at);
    assert_int_equal(fixture_unmap(&f, DYAD_MAP_BASE + 3 * PAGE, 3 * PAGE), 0);
    assert_int_equal(fixture_unmap(&f, DYAD_MAP_BASE + 12 * PAGE, 3 * PAGE), 0);
    assert_int_equal(fixture_map(&f, 0, 4 * PAGE, RW, 0, NULL, 0), at);
    assert_int_equal(fixture_map(&f, 0, 2 * PAGE, RX, 0, NULL, 0), DYAD_MAP_BASE + 3 * PAGE);
    assert_int_equal(fixture_map(&f, 0, 2 * PAGE, RX, 0, NULL, 0), DYAD_MAP_BASE + 12 * PAGE);
    assert_int_equal(fixture_map(&f, 0, PAGE, RX, 0, NULL, 0), DYAD_MAP_BASE + 5 * PAGE);
    /* A hint is taken when it is free, and otherwise ignored. */
    assert_int_equal(fixture_map(&f, BASE, PAGE, RW, 0, NULL, 0), BASE);
    assert_int_equal(fixture_map(&f, BASE, PAGE, RW, 0, NULL, 0), DYAD_MAP_BASE + 14 * PAGE);
    assert_int_equal(fixture_map(&f, BASE, PAGE, RW, MAP_FLAG_NOREPLACE, NULL, 0), -ERR_EXIST);
    assert_int_equal(fixture_map(&f, 0, DYAD_USER_END - DYAD_MAP_BASE, RW, 0, NULL, 0), -ERR_NOMEM);
    fixture_end(&f);
}

static void test_choosing_stays_quick_with_many_holes(void **state)
{
    struct fixture f;
    fixture_start(&f, 64 * MIB);
    /* 20,000 regions with one-page holes: a request for two pages must find room all the same. */
    for (unsigned i = 0; i < 20000; i++)
        assert_int_equal(
            fixture_map(&f, DYAD_MAP_BASE + i * 2 * PAGE, PAGE, RW, MAP_FLAG_FIXED, NULL, 0),
            DYAD_MAP_BASE + i * 2 * PAGE);
    assert_int_equal(fixture_map(&f, 0, PAGE, RW, 0, NULL, 0), DYAD_MAP_BASE + PAGE);
    for (unsigned i = 0; i < 1000; i++)
        assert_true(fixture_map(&f, 0, 2 * PAGE, RW, 0, NULL, 0) > 0);
    assert_int_equal(fixture_unmap(&f, DYAD_MAP_BASE, DYAD_USER_END - DYAD_MAP_BASE), 0);
    assert_int_equal(count_regions(f.space), 0);
    assert_int_equal(fixture_map(&f, 0, PAGE, RW, 0, NULL, 0), DYAD_MAP_BASE);
    fixture_end(&f);
}

static void test_equal_neighbours_become_one_region(void **state)
{
    struct fixture f;
    fixture_start(&f, 8 * MIB);
    struct memory *object = make_object(&f, 8);
    for (unsigned i = 0; i < 8; i += 2)
        assert_int_equal(fixture_map(&f, BASE + i * PAGE, PAGE, RW, MAP_FLAG_FIXED, NULL, 0),
                         BASE + i * PAGE);
    assert_int_equal(count_regions(f.space), 4);
    for (unsigned i = 1; i < 8; i += 2)
        assert_int_equal(fixture_map(&f, BASE + i * PAGE, PAGE, RW, MAP_FLAG_FIXED, NULL, 0),
                         BASE + i * PAGE);
    assert_int_equal(count_regions(f.space), 1);
    assert_int_equal(fixture_protect(&f, BASE + 2 * PAGE, PAGE, MAP_PROT_READ), 0);
    assert_int_equal(count_regions(f.space), 3);
    assert_int_equal(fixture_protect(&f, BASE + 2 * PAGE, PAGE, RW), 0);
    assert_int_equal(count_regions(f.space), 1);
    /* Objects join only where their offsets go on. */
    uint64_t at = BASE + 100 * PAGE;
    assert_int_equal(fixture_map(&f, at, PAGE, RW, MAP_FLAG_SHARED | MAP_FLAG_FIXED, object, 0),
                     at);
    assert_int_equal(
        fixture_map(&f, at + PAGE, PAGE, RW, MAP_FLAG_SHARED | MAP_FLAG_FIXED, object, PAGE),
        at + PAGE);
    assert_int_equal(count_regions(f.space), 2);
    assert_int_equal(
        fixture_map(&f, at + 2 * PAGE, PAGE, RW, MAP_FLAG_SHARED | MAP_FLAG_FIXED, object, 0),
        at + 2 * PAGE);
    assert_int_equal(count_regions(f.space), 3);
    put_memory(object);
    fixture_end(&f);
}

static void test_fixed_map_replaces_what_is_there(void **state)
{
    struct fixture f;
    fixture_start(&f, 8 * MIB);
    struct memory *object = make_object(&f, 4);
    set_object_byte(object, 0, 42);
    assert_int_equal(fixture_map(&f, BASE, 10 * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    for (unsigned i = 0; i < 10; i++)
        poke(f.space, BASE + i * PAGE, (uint8_t)(i + 1));
    assert_int_equal(
        fixture_map(&f, BASE + 3 * PAGE, 2 * PAGE, MAP_PROT_READ, MAP_FLAG_FIXED, object, 0),
        BASE + 3 * PAGE);
    assert_int_equal(
        fixture_map(&f, BASE + 5 * PAGE, 8 * PAGE, RW, MAP_FLAG_FIXED | MAP_FLAG_STACK, NULL, 0),
        BASE + 5 * PAGE);
    assert_int_equal(peek(f.space, BASE + 2 * PAGE), 3);
    assert_int_equal(peek(f.space, BASE + 3 * PAGE), 42);
    assert_int_equal(peek(f.space, BASE + 4 * PAGE), 0);
    assert_int_equal(peek(f.space, BASE + 5 * PAGE), 0);
    assert_int_equal(count_regions(f.space), 3);
    put_memory(object);
    fixture_end(&f);
}

/* ---- fault ---- */

static void test_fault_follows_protection(void **state)
{
    struct fixture f;
    uint8_t value;
    fixture_start(&f, 8 * MIB);
    assert_int_equal(fixture_map(&f, BASE, 4 * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    assert_int_equal(fixture_map(&f, BASE + 4 * PAGE, PAGE, 0, MAP_FLAG_FIXED, NULL, 0),
                     BASE + 4 * PAGE);
    assert_int_equal(fake_load(f.space, 0, BASE - 1, &value), -ERR_FAULT);
    assert_int_equal(fake_load(f.space, 0, 0, &value), -ERR_FAULT);
    assert_int_equal(fake_load(f.space, 0, UINT64_MAX, &value), -ERR_FAULT);
    assert_int_equal(fake_load(f.space, 0, BASE + 4 * PAGE, &value), -ERR_ACCES);
    assert_int_equal(space_fault(f.space, BASE, MAP_PROT_EXEC), -ERR_ACCES);
    assert_int_equal(fake_load(f.space, 0, BASE, &value), 0);
    assert_int_equal(value, 0);
    assert_int_equal(fake_store(f.space, 0, BASE + 2 * PAGE, 7), 0);
    assert_int_equal(fixture_protect(&f, BASE, 4 * PAGE, MAP_PROT_READ), 0);
    assert_int_equal(fake_store(f.space, 0, BASE + 2 * PAGE, 8), -ERR_ACCES);
    assert_int_equal(fake_load(f.space, 0, BASE + 2 * PAGE, &value), 0);
    assert_int_equal(value, 7);
    fixture_end(&f);
}

static void test_fault_in_a_row_makes_pages_ahead(void **state)
{
    struct fixture f;
    fixture_start(&f, 8 * MIB);
    assert_int_equal(fixture_map(&f, BASE, 64 * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    uint64_t maps = atomic_load(&fake_arch.maps);
    for (unsigned i = 0; i < 64; i++)
        assert_int_equal(fake_store(f.space, 0, BASE + i * PAGE, 1), 0);
    assert_true(atomic_load(&fake_arch.maps) - maps <= 32);
    assert_int_equal(space_present_pages(f.space), 64);
    fixture_end(&f);
}

static void test_fault_around_maps_what_is_present(void **state)
{
    struct fixture f;
    uint8_t value;
    fixture_start(&f, 8 * MIB);
    struct memory *object = make_object(&f, 32);
    for (unsigned i = 0; i < 32; i++)
        set_object_byte(object, i, (uint8_t)i);
    assert_int_equal(fixture_map(&f, BASE, 32 * PAGE, RW, MAP_FLAG_FIXED, object, 0), BASE);
    assert_int_equal(fake_load(f.space, 0, BASE + 5 * PAGE, &value), 0);
    assert_int_equal(value, 5);
    assert_int_equal(fake_translation_count(f.space), 16);
    for (unsigned i = 0; i < 16; i++) {
        unsigned prot;
        assert_true(fake_translation(f.space, BASE + i * PAGE, &prot) != 0);
        assert_int_equal(prot, MAP_PROT_READ); /* private: a write must copy */
    }
    put_memory(object);
    fixture_end(&f);
}

static void test_translations_dropped_by_the_body_come_back(void **state)
{
    struct fixture f;
    uint8_t value;
    fixture_start(&f, 8 * MIB);
    assert_int_equal(fixture_map(&f, BASE, 16 * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    for (unsigned i = 0; i < 16; i++)
        assert_int_equal(fake_store(f.space, 0, BASE + i * PAGE, (uint8_t)i), 0);
    fake_space_drop(f.space);
    assert_int_equal(fake_load(f.space, 0, BASE + 3 * PAGE, &value), 0);
    assert_int_equal(value, 3);
    assert_int_equal(fake_translation_count(f.space), 16); /* all of the group at once */
    fixture_end(&f);
}

static void test_beyond_the_object_is_a_range_error(void **state)
{
    struct fixture f;
    uint8_t value;
    fixture_start(&f, 8 * MIB);
    struct memory *object = make_object(&f, 2);
    assert_int_equal(
        fixture_map(&f, BASE, 4 * PAGE, RW, MAP_FLAG_FIXED | MAP_FLAG_SHARED, object, 0), BASE);
    assert_int_equal(fake_store(f.space, 0, BASE + PAGE, 9), 0);
    assert_int_equal(fake_load(f.space, 0, BASE + 2 * PAGE, &value), -ERR_RANGE);
    assert_int_equal(user_read(f.space, &value, BASE + 2 * PAGE, 1), -ERR_FAULT);
    assert_int_equal(memory_resize(object, 3 * PAGE), 0);
    assert_int_equal(fake_load(f.space, 0, BASE + 2 * PAGE, &value), 0);
    assert_int_equal(object_byte(object, 1), 9);
    put_memory(object);
    fixture_end(&f);
}

static void test_private_object_pages_are_copied_when_written(void **state)
{
    struct fixture f;
    uint8_t value;
    fixture_start(&f, 8 * MIB);
    struct memory *object = make_object(&f, 4);
    set_object_byte(object, 1, 11);
    assert_int_equal(fixture_map(&f, BASE, 4 * PAGE, RW, MAP_FLAG_FIXED, object, 0), BASE);
    assert_int_equal(fake_load(f.space, 0, BASE + PAGE, &value), 0);
    assert_int_equal(value, 11);
    assert_int_equal(fake_store(f.space, 0, BASE + PAGE, 12), 0);
    assert_int_equal(object_byte(object, 1), 11);
    set_object_byte(object, 1, 13);
    assert_int_equal(fake_load(f.space, 0, BASE + PAGE, &value), 0);
    assert_int_equal(value, 12);
    put_memory(object); /* the mapping keeps it */
    assert_int_equal(fake_load(f.space, 0, BASE + 2 * PAGE, &value), 0);
    fixture_end(&f);
}

static void test_fixed_memory_is_mapped_in_runs_and_copied_when_written(void **state)
{
    static uint8_t initfs[40 * 4096];
    struct fixture f = {0};
    uint8_t value;
    for (unsigned i = 0; i < 40; i++)
        initfs[i * 4096] = (uint8_t)(i + 1);
    f.machine = fake_machine_initfs(8 * MIB, initfs, sizeof initfs);
    assert_int_equal(space_create(f.machine, &f.machine->quota, &f.space), 0);
    struct memory *fixed = f.machine->initfs;
    assert_int_equal(fixture_map(&f, BASE, 32 * PAGE, RW, MAP_FLAG_FIXED, fixed, 4 * PAGE), BASE);
    uint64_t maps = atomic_load(&fake_arch.maps);
    assert_int_equal(fake_load(f.space, 0, BASE + 3 * PAGE, &value), 0);
    assert_int_equal(value, 8);
    assert_int_equal(fake_translation_count(f.space), 16);
    assert_int_equal(atomic_load(&fake_arch.maps), maps + 1);
    assert_int_equal(fake_store(f.space, 0, BASE + 5 * PAGE, 99), 0);
    assert_int_equal(fake_load(f.space, 0, BASE + 5 * PAGE, &value), 0);
    assert_int_equal(value, 99);
    fake_space_drop(f.space);
    assert_int_equal(fake_load(f.space, 0, BASE + 6 * PAGE, &value), 0);
    assert_int_equal(value, 11);
    assert_int_equal(fake_load(f.space, 0, BASE + 5 * PAGE, &value), 0);
    assert_int_equal(value, 99);
    fake_space_check(f.space);
    assert_int_equal(fixture_map(&f, 0, PAGE, RW, MAP_FLAG_SHARED, fixed, 0), -ERR_ACCES);
    assert_int_equal(fixture_map(&f, 0, PAGE, MAP_PROT_READ, MAP_FLAG_SHARED, fixed, 0),
                     DYAD_MAP_BASE);
    assert_int_equal(fixture_protect(&f, DYAD_MAP_BASE, PAGE, RW), -ERR_ACCES);
    assert_int_equal(fake_load(f.space, 0, DYAD_MAP_BASE, &value), 0);
    assert_int_equal(fixture_protect(&f, BASE, 8 * PAGE, MAP_PROT_READ), 0);
    fake_space_check(f.space);
    assert_int_equal(fixture_unmap(&f, BASE, 8 * PAGE), 0);
    fake_space_check(f.space);
    fixture_end(&f);
}

/* ---- unmap, protect ---- */

static void test_unmap_splits_and_ignores_holes(void **state)
{
    struct fixture f;
    uint8_t value;
    fixture_start(&f, 8 * MIB);
    assert_int_equal(fixture_unmap(&f, BASE, 100 * PAGE), 0);
    assert_int_equal(fixture_map(&f, BASE, 10 * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    for (unsigned i = 0; i < 10; i++)
        assert_int_equal(fake_store(f.space, 0, BASE + i * PAGE, (uint8_t)i), 0);
    assert_int_equal(fixture_unmap(&f, BASE + 4 * PAGE, 2 * PAGE), 0);
    assert_int_equal(fake_load(f.space, 0, BASE + 3 * PAGE, &value), 0);
    assert_int_equal(fake_load(f.space, 0, BASE + 4 * PAGE, &value), -ERR_FAULT);
    assert_int_equal(fake_load(f.space, 0, BASE + 5 * PAGE, &value), -ERR_FAULT);
    assert_int_equal(fake_load(f.space, 0, BASE + 6 * PAGE, &value), 0);
    assert_int_equal(value, 6);
    assert_int_equal(space_present_pages(f.space), 8);
    assert_int_equal(fixture_unmap(&f, BASE - PAGE, 20 * PAGE), 0);
    assert_int_equal(space_present_pages(f.space), 0);
    assert_int_equal(fake_translation_count(f.space), 0);
    assert_int_equal(fixture_unmap(&f, BASE + 1, PAGE), -ERR_INVAL);
    assert_int_equal(fixture_unmap(&f, BASE, 0), -ERR_INVAL);
    fixture_end(&f);
}

static void test_protect_needs_a_gapless_range_and_the_right(void **state)
{
    struct fixture f;
    fixture_start(&f, 8 * MIB);
    struct memory *object = make_object(&f, 4);
    assert_int_equal(fixture_map(&f, BASE, 2 * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    assert_int_equal(fixture_map(&f, BASE + 3 * PAGE, PAGE, RW, MAP_FLAG_FIXED, NULL, 0),
                     BASE + 3 * PAGE);
    assert_int_equal(fixture_protect(&f, BASE, 4 * PAGE, MAP_PROT_READ), -ERR_NOMEM);
    poke(f.space, BASE, 1); /* nothing has changed */
    assert_int_equal(fixture_protect(&f, BASE, PAGE, MAP_PROT_WRITE | MAP_PROT_EXEC),
                     -ERR_OPNOTSUPP);
    assert_int_equal(fixture_protect(&f, BASE, PAGE, 16), -ERR_INVAL);
    /* Shared: no more than it was mapped with, unless the caller's right says so. */
    uint64_t at = BASE + 10 * PAGE;
    assert_int_equal(
        fixture_map(&f, at, PAGE, MAP_PROT_READ, MAP_FLAG_SHARED | MAP_FLAG_FIXED, object, 0), at);
    assert_int_equal(fixture_protect(&f, at, PAGE, RW), -ERR_ACCES);
    assert_int_equal(fixture_map(&f, at, PAGE, MAP_PROT_READ | SPACE_MAY(MAP_PROT_WRITE),
                                 MAP_FLAG_SHARED | MAP_FLAG_FIXED, object, 0),
                     at);
    assert_int_equal(fixture_protect(&f, at, PAGE, RW), 0);
    assert_int_equal(fixture_protect(&f, at, PAGE, RX), -ERR_ACCES);
    /* Private: writes go to a copy, but it may not become executable. */
    assert_int_equal(fixture_map(&f, at, PAGE, MAP_PROT_READ, MAP_FLAG_FIXED, object, 0), at);
    assert_int_equal(fixture_protect(&f, at, PAGE, RW), 0);
    assert_int_equal(fixture_protect(&f, at, PAGE, RX), -ERR_ACCES);
    put_memory(object);
    fixture_end(&f);
}

static void test_large_ranges_go_in_bounded_steps(void **state)
{
    struct fixture f;
    fixture_start(&f, 32 * MIB);
    enum { PAGES = 3000 };
    assert_int_equal(fixture_map(&f, BASE, PAGES * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    for (unsigned i = 0; i < PAGES; i++)
        assert_int_equal(fake_store(f.space, 0, BASE + i * PAGE, 1), 0);
    assert_int_equal(space_protect(&f.thread, f.space, BASE, PAGES * PAGE, MAP_PROT_READ),
                     STATUS_STEP);
    assert_int_equal(fixture_finish(&f, STATUS_STEP), 0);
    fake_space_check(f.space);
    status_t status = space_unmap(&f.thread, f.space, BASE, PAGES * PAGE);
    unsigned steps = 0;
    for (; status == STATUS_STEP; steps++) {
        uint64_t before = space_present_pages(f.space);
        status = f.thread.step(&f.thread);
        assert_true(before - space_present_pages(f.space) <= SPACE_STEP_PAGES);
    }
    assert_int_equal(status, 0);
    assert_true(steps >= PAGES / SPACE_STEP_PAGES);
    /* A huge hole costs nothing. */
    assert_int_equal(fixture_map(&f, 0, 1UL << 40, RW, 0, NULL, 0), DYAD_MAP_BASE);
    poke(f.space, DYAD_MAP_BASE + (1UL << 39), 5);
    assert_int_equal(space_unmap(&f.thread, f.space, DYAD_MAP_BASE, 1UL << 40), 0);
    fixture_end(&f);
}

static void test_a_fork_goes_in_bounded_steps(void **state)
{
    struct fixture f;
    struct space *child;
    fixture_start(&f, 32 * MIB);
    enum { PAGES = 1500 };
    assert_int_equal(fixture_map(&f, BASE, PAGES * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    for (unsigned i = 0; i < PAGES; i++)
        assert_int_equal(fake_store(f.space, 0, BASE + i * PAGE, (uint8_t)i), 0);
    assert_int_equal(space_create(f.machine, &f.machine->quota, &child), 0);
    uint64_t cursor = 0, before = 0;
    unsigned steps = 0;
    status_t status;
    do {
        status = space_fork_step(f.space, child, &cursor);
        assert_true(space_present_pages(child) - before <= SPACE_STEP_PAGES);
        before = space_present_pages(child);
        steps++;
    } while (status == STATUS_STEP && steps < PAGES);
    assert_int_equal(status, 0);
    assert_true(steps >= 2 * PAGES / SPACE_STEP_PAGES); /* guarded first, then shared */
    assert_int_equal(before, PAGES);
    assert_int_equal(peek(child, BASE + 1234 * PAGE), (uint8_t)1234);
    kobject_put(&child->object);
    fixture_end(&f);
}

static void test_a_fork_has_all_pages_or_none_to_give(void **state)
{
    enum { PAGES = 70 };
    static const unsigned rooms[] = {0, 1, 31, 32, 33, 64, 69, 70};
    struct fixture f;
    struct space *child;
    (void)state;
    fixture_start(&f, 16 * MIB);
    assert_int_equal(fixture_map(&f, BASE, PAGES * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    for (unsigned i = 0; i < PAGES; i++)
        assert_int_equal(fake_store(f.space, 0, BASE + i * PAGE, (uint8_t)i), 0);
    struct quota *quota = &f.machine->quota;
    uint64_t limit = quota->limit[QUOTA_PAGES], used = atomic_load(&quota->used[QUOTA_PAGES]);
    for (unsigned i = 0; i < ARRAY_COUNT(rooms); i++) {
        uint64_t cursor = 0;
        status_t status;
        quota->limit[QUOTA_PAGES] = used + rooms[i];
        assert_int_equal(space_create(f.machine, quota, &child), 0);
        do {
            status = space_fork_step(f.space, child, &cursor);
        } while (status == STATUS_STEP);
        assert_int_equal(status, rooms[i] < PAGES ? -ERR_NOMEM : 0);
        if (status == 0)
            assert_int_equal(space_present_pages(child), PAGES);
        kobject_put(&child->object);
        assert_int_equal(atomic_load(&quota->used[QUOTA_PAGES]), used);
    }
    quota->limit[QUOTA_PAGES] = limit;
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_map_refuses_bad_requests),
        cmocka_unit_test(test_kernel_chooses_first_fit_upward),
        cmocka_unit_test(test_choosing_stays_quick_with_many_holes),
        cmocka_unit_test(test_equal_neighbours_become_one_region),
        cmocka_unit_test(test_fixed_map_replaces_what_is_there),
        cmocka_unit_test(test_fault_follows_protection),
        cmocka_unit_test(test_fault_in_a_row_makes_pages_ahead),
        cmocka_unit_test(test_fault_around_maps_what_is_present),
        cmocka_unit_test(test_translations_dropped_by_the_body_come_back),
        cmocka_unit_test(test_beyond_the_object_is_a_range_error),
        cmocka_unit_test(test_private_object_pages_are_copied_when_written),
        cmocka_unit_test(test_fixed_memory_is_mapped_in_runs_and_copied_when_written),
        cmocka_unit_test(test_unmap_splits_and_ignores_holes),
        cmocka_unit_test(test_protect_needs_a_gapless_range_and_the_right),
        cmocka_unit_test(test_large_ranges_go_in_bounded_steps),
        cmocka_unit_test(test_a_fork_goes_in_bounded_steps),
        cmocka_unit_test(test_a_fork_has_all_pages_or_none_to_give),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
