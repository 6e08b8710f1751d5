/* Does an address space do what map, unmap, protect, fault and fork promise, and refuse the rest without a trace? */
#include "memory_test.h"

#define BASE 0x10000000UL

static struct memory *make_object(struct fixture *f, uint64_t pages)
{
    struct memory *memory;
    assert_int_equal(memory_create(f->machine, &f->machine->quota, pages * PAGE, &memory), 0);
    return memory;
}

static void set_object_byte(struct memory *memory, uint64_t index, uint8_t value)
{
    struct page *page;
    uint64_t phys;
    assert_int_equal(memory_page(memory, index, true, &page, &phys), 0);
    *(uint8_t *)arch_phys_ptr(phys) = value;
    page_put(memory->object.machine, page);
}

static uint8_t object_byte(struct memory *memory, uint64_t index)
{
    struct page *page;
    uint64_t phys;
    assert_int_equal(memory_page(memory, index, true, &page, &phys), 0);
    uint8_t value = *(uint8_t *)arch_phys_ptr(phys);
    page_put(memory->object.machine, page);
    return value;
}

static void put_memory(struct memory *memory)
{
    kobject_put(&memory->object);
}

static size_t count_regions(struct space *space)
{
    lock_acquire(&space->lock);
    size_t count = space->region_count;
    lock_release(&space->lock);
    return count;
}

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
        {BASE, PAGE, MAP_PROT_WRITE | MAP_PROT_EXEC, 0, 0, -ERR_ACCES},
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
    assert_int_equal(fixture_protect(&f, BASE, PAGE, MAP_PROT_WRITE | MAP_PROT_EXEC), -ERR_ACCES);
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

/* ---- other cores ---- */

static void test_unmapped_page_stays_until_other_cores_have_left(void **state)
{
    struct fixture f;
    uint8_t value;
    fixture_start(&f, 8 * MIB);
    assert_int_equal(fixture_map(&f, BASE, PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    fake_enter(f.space, 1);
    assert_int_equal(fake_store(f.space, 1, BASE, 5), 0);
    assert_int_equal(space_unmap(&f.thread, f.space, BASE, PAGE), STATUS_PARKED);
    assert_int_equal(space_present_pages(f.space), 1);
    assert_int_equal(fake_load(f.space, 1, BASE, &value), 0); /* through the old translation */
    assert_int_equal(fake_load(f.space, 2, BASE, &value), -ERR_FAULT);
    assert_int_equal(user_read(f.space, &value, BASE, 1), -ERR_FAULT);
    /* The place is not given to anybody meanwhile. */
    struct thread other = {.space = f.space, .object.machine = f.machine};
    assert_int_equal(space_map(&other, f.space, BASE, PAGE, RW, MAP_FLAG_NOREPLACE, NULL, 0),
                     -ERR_EXIST);
    fake_leave(f.space, 1);
    assert_int_equal(f.thread.wait.state, WAIT_NONE);
    assert_int_equal(fixture_finish(&f, STATUS_PARKED), 0);
    assert_int_equal(space_present_pages(f.space), 0);
    assert_int_equal(fake_load(f.space, 1, BASE, &value), -ERR_FAULT);
    fixture_end(&f);
}

static void test_replacing_map_takes_what_was_mapped_there_meanwhile(void **state)
{
    struct fixture f;
    uint8_t value;
    fixture_start(&f, 8 * MIB);
    /* Two regions with a hole; core 1 keeps the replacing map waiting, and another thread maps in the hole. */
    assert_int_equal(fixture_map(&f, BASE + PAGE, PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE + PAGE);
    assert_int_equal(fixture_map(&f, BASE + 5 * PAGE, PAGE, RW, MAP_FLAG_FIXED, NULL, 0),
                     BASE + 5 * PAGE);
    poke(f.space, BASE + PAGE, 1);
    fake_enter(f.space, 1);
    assert_int_equal(fake_load(f.space, 1, BASE + 5 * PAGE, &value), 0);
    assert_int_equal(space_map(&f.thread, f.space, BASE, 8 * PAGE, RX, MAP_FLAG_FIXED, NULL, 0),
                     STATUS_PARKED);
    struct thread other = {.space = f.space, .object.machine = f.machine};
    assert_int_equal(space_map(&other, f.space, BASE + 3 * PAGE, PAGE, RW, MAP_FLAG_FIXED, NULL, 0),
                     BASE + 3 * PAGE);
    poke(f.space, BASE + 3 * PAGE, 3);
    /* A second operation on what the first has closed waits for it. */
    assert_int_equal(space_unmap(&other, f.space, BASE + 5 * PAGE, PAGE), STATUS_STEP);
    assert_int_equal(fixture_finish(&f, STATUS_PARKED), BASE);
    fake_space_check(f.space);
    assert_int_equal(count_regions(f.space), 1);
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(peek(f.space, BASE + i * PAGE), 0);
    assert_int_equal(other.step(&other), 0);
    assert_int_equal(user_read(f.space, &value, BASE + 5 * PAGE, 1), -ERR_FAULT);
    fake_leave(f.space, 1);
    fixture_end(&f);
}

static void test_killed_thread_still_brings_its_unmap_to_an_end(void **state)
{
    struct fixture f;
    uint8_t value;
    fixture_start(&f, 8 * MIB);
    assert_int_equal(fixture_map(&f, BASE, PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    fake_enter(f.space, 1);
    assert_int_equal(fake_load(f.space, 1, BASE, &value), 0);
    atomic_store(&f.thread.attention, ATTENTION_KILL);
    assert_int_equal(space_unmap(&f.thread, f.space, BASE, PAGE), STATUS_STEP);
    assert_int_equal(f.thread.step(&f.thread), STATUS_STEP);
    assert_int_equal(space_present_pages(f.space), 1);
    fake_leave(f.space, 1);
    assert_int_equal(f.thread.step(&f.thread), 0);
    assert_int_equal(count_regions(f.space), 0);
    fixture_end(&f);
}

static void test_broken_copy_on_write_waits_for_old_readers(void **state)
{
    struct fixture f;
    struct space *child;
    uint8_t value;
    fixture_start(&f, 8 * MIB);
    assert_int_equal(fixture_map(&f, BASE, PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    assert_int_equal(fake_store(f.space, 0, BASE, 1), 0);
    assert_int_equal(fixture_fork(&f, f.space, &child), 0);
    fake_enter(f.space, 1);
    assert_int_equal(fake_load(f.space, 1, BASE, &value), 0); /* core 1 has it readable now */
    uint64_t shared = fake_translation(f.space, BASE, NULL);
    assert_int_equal(fake_store(f.space, 0, BASE, 2), 0);
    assert_int_not_equal(fake_translation(f.space, BASE, NULL), shared);
    /* Until core 1 has left, core 0's thread may not go on, since core 1 still reads the old page. */
    assert_int_equal(fake_load(f.space, 1, BASE, &value), 0);
    assert_int_equal(value, 1);
    assert_false(space_settle(&f.thread, f.space));
    kobject_put(&child->object);
    assert_int_equal(page_references(page_of_phys(f.machine, shared)), 1); /* in limbo */
    fake_leave(f.space, 1);
    assert_int_equal(page_references(page_of_phys(f.machine, shared)), 0);
    assert_int_equal(fixture_finish(&f, STATUS_PARKED), STATUS_NO_RESULT);
    assert_true(space_settle(&f.thread, f.space));
    assert_int_equal(fake_load(f.space, 1, BASE, &value), 0);
    assert_int_equal(value, 2);
    fixture_end(&f);
}

/* ---- fork ---- */

static void test_fork_separates_private_and_shares_shared_memory(void **state)
{
    struct fixture f;
    struct space *child;
    fixture_start(&f, 8 * MIB);
    struct memory *object = make_object(&f, 4);
    assert_int_equal(fixture_map(&f, BASE, 4 * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    uint64_t shared = BASE + 10 * PAGE, anonymous = BASE + 20 * PAGE, text = BASE + 30 * PAGE;
    assert_int_equal(fixture_map(&f, shared, PAGE, RW, MAP_FLAG_FIXED | MAP_FLAG_SHARED, object, 0),
                     shared);
    assert_int_equal(
        fixture_map(&f, anonymous, PAGE, RW, MAP_FLAG_FIXED | MAP_FLAG_SHARED, NULL, 0), anonymous);
    assert_int_equal(fixture_map(&f, text, 2 * PAGE, RX, MAP_FLAG_FIXED, object, PAGE), text);
    set_object_byte(object, 1, 77);
    poke(f.space, BASE, 1);
    poke(f.space, BASE + PAGE, 2);
    poke(f.space, shared, 3);
    poke(f.space, anonymous, 4);
    assert_int_equal(peek(f.space, text), 77);
    assert_int_equal(fixture_fork(&f, f.space, &child), 0);
    fake_space_check(f.space);
    fake_space_check(child);
    poke(child, BASE, 101);
    poke(f.space, BASE + PAGE, 102);
    poke(child, shared, 103);
    poke(f.space, anonymous, 104);
    assert_int_equal(peek(f.space, BASE), 1);
    assert_int_equal(peek(child, BASE + PAGE), 2);
    assert_int_equal(peek(f.space, shared), 103);
    assert_int_equal(peek(child, anonymous), 104);
    assert_int_equal(peek(child, text), 77);
    assert_int_equal(peek(child, BASE + 3 * PAGE), 0);
    kobject_put(&child->object);
    /* The last owner writes in place. */
    uint64_t maps = page_count_free(f.machine);
    poke(f.space, BASE, 9);
    assert_int_equal(page_count_free(f.machine), maps);
    put_memory(object);
    fixture_end(&f);
}

static void test_fork_of_fork_keeps_all_apart(void **state)
{
    struct fixture f;
    struct space *spaces[6];
    fixture_start(&f, 8 * MIB);
    assert_int_equal(fixture_map(&f, BASE, PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    spaces[0] = f.space;
    poke(f.space, BASE, 1);
    for (unsigned i = 1; i < 6; i++) {
        assert_int_equal(fixture_fork(&f, spaces[i - 1], &spaces[i]), 0);
        assert_int_equal(peek(spaces[i], BASE), i);
        poke(spaces[i], BASE, (uint8_t)(i + 1));
    }
    for (unsigned i = 0; i < 6; i++) {
        assert_int_equal(peek(spaces[i], BASE), i + 1);
        fake_space_check(spaces[i]);
        if (i)
            kobject_put(&spaces[i]->object);
    }
    fixture_end(&f);
}

static void test_fork_waits_for_cores_that_can_still_write(void **state)
{
    struct fixture f;
    struct space *child;
    uint64_t cursor = 0;
    fixture_start(&f, 8 * MIB);
    assert_int_equal(fixture_map(&f, BASE, 2 * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    fake_enter(f.space, 2);
    assert_int_equal(fake_store(f.space, 2, BASE, 1), 0);
    assert_int_equal(fake_store(f.space, 2, BASE + PAGE, 1), 0);
    assert_int_equal(space_create(f.machine, &f.machine->quota, &child), 0);
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(space_fork_step(f.space, child, &cursor), STATUS_STEP);
    assert_int_equal(fake_store(f.space, 2, BASE, 2), 0); /* through the old translation */
    assert_int_equal(fake_store(f.space, 1, BASE + PAGE, 3),
                     0); /* through a new one: guarded no longer */
    assert_int_equal(space_present_pages(child), 0);
    fake_leave(f.space, 2);
    assert_int_equal(space_fork_step(f.space, child, &cursor), 0);
    assert_int_equal(fake_store(f.space, 2, BASE, 4), 0);
    assert_int_equal(fake_store(f.space, 1, BASE + PAGE, 5), 0);
    assert_int_equal(peek(child, BASE), 2);
    assert_int_equal(peek(child, BASE + PAGE), 3);
    assert_int_equal(peek(f.space, BASE), 4);
    assert_int_equal(peek(f.space, BASE + PAGE), 5);
    kobject_put(&child->object);
    fixture_end(&f);
}

/* Both cores leave user mode when space_settle would have them wait. */
static void settle_both(struct space *space)
{
    if (!atomic_load(&space->unsettled))
        return;
    fake_leave(space, 1);
    fake_leave(space, 2);
    fake_enter(space, 1);
    fake_enter(space, 2);
}

/* Core 2 keeps writing through a translation from before the fork, core 1 through fresh ones. Every write must stay in the
 * parent, and the child must hold one of the values that the page had during the fork. */
static void test_no_write_is_lost_while_a_fork_goes_on(void **state)
{
    enum { PAGES = 600 };
    struct fixture f;
    struct space *child;
    uint8_t parent[PAGES], first[PAGES], value;
    fixture_start(&f, 16 * MIB);
    struct fake_random random = {fake_seed()};
    assert_int_equal(fixture_map(&f, BASE, PAGES * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    for (unsigned round = 0; round < 20; round++) {
        fake_enter(f.space, 1);
        fake_enter(f.space, 2);
        for (unsigned i = 0; i < PAGES; i++) {
            first[i] = parent[i] = (uint8_t)(round * 8);
            assert_int_equal(fake_store(f.space, 2, BASE + i * PAGE, parent[i]), 0);
            settle_both(f.space);
        }
        assert_int_equal(space_create(f.machine, &f.machine->quota, &child), 0);
        uint64_t cursor = 0;
        status_t status;
        unsigned steps = 0;
        while ((status = space_fork_step(f.space, child, &cursor)) == STATUS_STEP) {
            for (unsigned i = 0; i < 40; i++) {
                uint64_t page = fake_below(&random, PAGES);
                parent[page] = (uint8_t)(round * 8 + 1 + i % 7);
                assert_int_equal(fake_store(f.space, 1 + i % 2, BASE + page * PAGE, parent[page]),
                                 0);
                if (i % 2 == 0 && fake_below(&random, 3) == 0) {
                    fake_leave(f.space, 1);
                    fake_enter(f.space, 1);
                }
                settle_both(f.space);
            }
            if (++steps > 8) {
                fake_leave(f.space, 2);
                fake_enter(f.space, 2);
            }
            fake_space_check(f.space);
        }
        assert_int_equal(status, 0);
        for (unsigned i = 0; i < PAGES; i++) {
            assert_int_equal(fake_load(f.space, 1, BASE + i * PAGE, &value), 0);
            assert_int_equal(value, parent[i]);
            value = peek(child, BASE + i * PAGE);
            assert_true(value >= first[i] && value < first[i] + 8);
            first[i] = value;
        }
        /* Afterwards nothing that the parent does shows in the child. */
        for (unsigned i = 0; i < PAGES; i++) {
            assert_int_equal(fake_store(f.space, 2, BASE + i * PAGE, 255), 0);
            settle_both(f.space);
        }
        for (unsigned i = 0; i < PAGES; i++)
            assert_int_equal(peek(child, BASE + i * PAGE), first[i]);
        fake_leave(f.space, 1);
        fake_leave(f.space, 2);
        fake_space_check(child);
        kobject_put(&child->object);
        fake_machine_settle(f.machine);
    }
    fixture_end(&f);
}

static void test_teardown_goes_in_bounded_steps(void **state)
{
    enum { PAGES = 2000 };
    struct fixture f;
    struct space *child;
    fixture_start(&f, 16 * MIB);
    assert_int_equal(fixture_map(&f, BASE, PAGES * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    for (unsigned i = 0; i < PAGES; i++)
        poke(f.space, BASE + i * PAGE, 1);
    assert_int_equal(fixture_fork(&f, f.space, &child), 0);
    unsigned steps = 0;
    while (space_teardown_step(child) == STATUS_STEP)
        steps++;
    assert_true(steps >= PAGES / SPACE_STEP_PAGES);
    assert_int_equal(fixture_map(&f, 0, PAGE, RW, 0, NULL, 0), DYAD_MAP_BASE);
    assert_int_equal(space_map(NULL, child, 0, PAGE, RW, 0, NULL, 0), -ERR_SRCH);
    kobject_put(&child->object);
    /* Without steps before, the rest is left to the machine. */
    assert_int_equal(fixture_fork(&f, f.space, &child), 0);
    kobject_put(&child->object);
    assert_int_equal(atomic_load(&fake_arch.spaces), 2);
    fake_machine_settle(f.machine);
    assert_int_equal(atomic_load(&fake_arch.spaces), 1);
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
        cmocka_unit_test(test_unmapped_page_stays_until_other_cores_have_left),
        cmocka_unit_test(test_replacing_map_takes_what_was_mapped_there_meanwhile),
        cmocka_unit_test(test_killed_thread_still_brings_its_unmap_to_an_end),
        cmocka_unit_test(test_broken_copy_on_write_waits_for_old_readers),
        cmocka_unit_test(test_fork_separates_private_and_shares_shared_memory),
        cmocka_unit_test(test_fork_of_fork_keeps_all_apart),
        cmocka_unit_test(test_fork_waits_for_cores_that_can_still_write),
        cmocka_unit_test(test_no_write_is_lost_while_a_fork_goes_on),
        cmocka_unit_test(test_teardown_goes_in_bounded_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
