/* Does a mapping that grows or moves keep what it holds and whom it is shared with, and stay whole when there is no memory? */
#include "memory_test.h"

#define BASE  0x10000000UL
#define THERE 0x20000000UL

static size_t count_regions(struct space *space)
{
    lock_acquire(&space->lock);
    size_t count = space->region_count;
    lock_release(&space->lock);
    return count;
}

static void map_written(struct fixture *f, uint64_t addr, unsigned pages)
{
    assert_int_equal(fixture_map(f, addr, pages * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), addr);
    for (unsigned i = 0; i < pages; i++)
        poke(f->space, addr + i * PAGE, (uint8_t)(i + 1));
}

static void assert_written(struct space *space, uint64_t addr, unsigned pages)
{
    for (unsigned i = 0; i < pages; i++)
        assert_int_equal(peek(space, addr + i * PAGE), (uint8_t)(i + 1));
}

static void test_bad_requests_are_refused(void **state)
{
    static const struct {
        uint64_t addr, old, bytes, to;
        bool move;
        status_t want;
    } bad[] = {
        {BASE + 1, PAGE, PAGE, 0, true, -ERR_INVAL},
        {BASE, PAGE, 0, 0, true, -ERR_INVAL},
        {BASE, 2 * PAGE, PAGE, 0, true, -ERR_INVAL},
        {0, PAGE, PAGE, 0, true, -ERR_INVAL},
        {BASE, PAGE, UINT64_MAX, 0, true, -ERR_INVAL},
        {BASE, UINT64_MAX, UINT64_MAX, 0, true, -ERR_INVAL},
        {BASE, PAGE, PAGE, THERE + 1, true, -ERR_INVAL},
        {BASE, PAGE, PAGE, DYAD_USER_END, true, -ERR_INVAL},
        {BASE, PAGE, PAGE, THERE, false, -ERR_INVAL},
        {BASE, 4 * PAGE, 4 * PAGE, BASE + 3 * PAGE, true, -ERR_INVAL},
        {BASE + PAGE, PAGE, 2 * PAGE, BASE, true, -ERR_INVAL},
        {BASE, 0, PAGE, 0, true, -ERR_INVAL}, /* private */
        {BASE, 5 * PAGE, 5 * PAGE, 0, true, -ERR_FAULT},
        {BASE + 8 * PAGE, PAGE, PAGE, 0, true, -ERR_FAULT},
        {BASE + PAGE, PAGE, 2 * PAGE, 0, false, -ERR_NOMEM}, /* the next page is there */
    };
    struct fixture f;
    fixture_start(&f, 8 * MIB);
    map_written(&f, BASE, 4);
    for (unsigned i = 0; i < ARRAY_COUNT(bad); i++)
        assert_int_equal(
            fixture_remap(&f, bad[i].addr, bad[i].old, bad[i].bytes, bad[i].move, bad[i].to),
            bad[i].want);
    assert_int_equal(count_regions(f.space), 1);
    assert_written(f.space, BASE, 4);
    fixture_end(&f);
}

static void test_what_follows_free_is_taken_in_place(void **state)
{
    struct fixture f;
    fixture_start(&f, 8 * MIB);
    map_written(&f, BASE, 2);
    assert_int_equal(fixture_remap(&f, BASE, 2 * PAGE, 4 * PAGE, false, 0), BASE);
    assert_int_equal(count_regions(f.space), 1);
    assert_written(f.space, BASE, 2);
    assert_int_equal(peek(f.space, BASE + 3 * PAGE), 0);
    assert_int_equal(fixture_remap(&f, BASE + PAGE, 2 * PAGE, 2 * PAGE, false, 0), BASE + PAGE);
    /* Up to a neighbour of the same kind, which it joins, and no further. */
    map_written(&f, BASE + 6 * PAGE, 1);
    assert_int_equal(fixture_remap(&f, BASE, 4 * PAGE, 6 * PAGE, false, 0), BASE);
    assert_int_equal(count_regions(f.space), 1);
    assert_int_equal(fixture_remap(&f, BASE, 6 * PAGE, 7 * PAGE, false, 0), -ERR_NOMEM);
    fixture_end(&f);
}

static void test_a_part_moves_and_the_rest_stays(void **state)
{
    struct fixture f;
    fixture_start(&f, 8 * MIB);
    map_written(&f, BASE, 5);
    uint64_t present = space_present_pages(f.space);
    assert_int_equal(fixture_remap(&f, BASE + PAGE, 2 * PAGE, 3 * PAGE, true, THERE), THERE);
    assert_int_equal(space_present_pages(f.space), present);
    assert_int_equal(count_regions(f.space), 3);
    assert_int_equal(peek(f.space, THERE), 2);
    assert_int_equal(peek(f.space, THERE + PAGE), 3);
    assert_int_equal(peek(f.space, THERE + 2 * PAGE), 0);
    assert_int_equal(peek(f.space, BASE), 1);
    assert_int_equal(peek(f.space, BASE + 3 * PAGE), 4);
    uint8_t byte;
    assert_int_equal(user_read(f.space, &byte, BASE + PAGE, 1), -ERR_FAULT);
    assert_int_equal(user_read(f.space, &byte, BASE + 2 * PAGE, 1), -ERR_FAULT);
    /* Somebody is there already. */
    assert_int_equal(fixture_remap(&f, THERE, PAGE, PAGE, true, BASE + 3 * PAGE), -ERR_EXIST);
    /* And back into the hole, where all of it is one region again. */
    assert_int_equal(fixture_remap(&f, THERE, 2 * PAGE, 2 * PAGE, true, BASE + PAGE), BASE + PAGE);
    assert_written(f.space, BASE, 5);
    assert_int_equal(count_regions(f.space), 2);
    fixture_end(&f);
}

static void test_no_core_reads_the_old_place_any_more(void **state)
{
    struct fixture f;
    uint8_t value = 0;
    fixture_start(&f, 8 * MIB);
    map_written(&f, BASE, 2);
    fake_enter(f.space, 1);
    assert_int_equal(fake_load(f.space, 1, BASE, &value), 0);
    assert_int_equal(value, 1);
    assert_int_equal(fixture_remap(&f, BASE, 2 * PAGE, 2 * PAGE, true, THERE), THERE);
    if (!fake_is_in_user(f.space, 1))
        fake_enter(f.space, 1);
    assert_int_equal(fake_load(f.space, 1, BASE, &value), -ERR_FAULT);
    assert_int_equal(fake_store(f.space, 1, THERE, 9), 0);
    fake_leave(f.space, 1);
    assert_int_equal(peek(f.space, THERE), 9);
    fixture_end(&f);
}

/* The child of a fork keeps its copy, wherever the parent's goes. */
static void test_copy_on_write_goes_along(void **state)
{
    struct fixture f;
    struct space *child;
    fixture_start(&f, 8 * MIB);
    map_written(&f, BASE, 3);
    assert_int_equal(fixture_fork(&f, f.space, &child), 0);
    assert_int_equal(fixture_remap(&f, BASE, 3 * PAGE, 3 * PAGE, true, THERE), THERE);
    assert_written(f.space, THERE, 3);
    poke(f.space, THERE, 77);
    assert_written(child, BASE, 3);
    kobject_put(&child->object);
    assert_int_equal(peek(f.space, THERE), 77);
    fixture_end(&f);
}

static void test_shared_memory_can_be_mapped_again(void **state)
{
    struct fixture f;
    struct memory *memory;
    fixture_start(&f, 8 * MIB);
    assert_int_equal(memory_create(f.machine, &f.machine->quota, 4 * PAGE, &memory), 0);
    unsigned flags = MAP_FLAG_SHARED | MAP_FLAG_FIXED;
    assert_int_equal(fixture_map(&f, BASE, 2 * PAGE, RW, flags, memory, PAGE), BASE);
    poke(f.space, BASE + PAGE, 5);
    assert_int_equal(fixture_remap(&f, BASE + PAGE, 0, 2 * PAGE, true, THERE), THERE);
    assert_int_equal(peek(f.space, THERE), 5);
    poke(f.space, THERE, 6);
    assert_int_equal(peek(f.space, BASE + PAGE), 6);
    poke(f.space, THERE + PAGE, 7); /* the object's last page, which nobody had mapped */
    assert_int_equal(fixture_remap(&f, BASE, 2 * PAGE, 3 * PAGE, false, 0), BASE);
    assert_int_equal(peek(f.space, BASE + 2 * PAGE), 7);
    kobject_put(&memory->object);
    fixture_end(&f);
}

static status_t move_far(void *argument)
{
    struct fixture *f = argument;
    uint64_t present = space_present_pages(f->space);
    uint64_t charged = atomic_load(&f->machine->quota.used[QUOTA_PAGES]);
    /* Seven leaves of the tree, cut out of the middle. */
    status_t status = fixture_remap(f, BASE + PAGE, 400 * PAGE, 400 * PAGE, true, THERE);
    assert_int_equal(space_present_pages(f->space), present);
    assert_int_equal(atomic_load(&f->machine->quota.used[QUOTA_PAGES]), charged);
    space_check(f->space);
    if (status > 0) {
        uint64_t left = atomic_exchange(&f->machine->heap.fault.fail_at, 0);
        assert_int_equal(fixture_remap(f, THERE, 400 * PAGE, 400 * PAGE, true, BASE + PAGE),
                         BASE + PAGE);
        atomic_store(&f->machine->heap.fault.fail_at, left);
    }
    assert_int_equal(count_regions(f->space), 1);
    assert_written(f->space, BASE, 402);
    return status < 0 ? status : 0;
}

static void test_without_memory_nothing_has_moved(void **state)
{
    struct fixture f;
    fixture_start(&f, 16 * MIB);
    map_written(&f, BASE, 402);
    sweep_allocations(f.machine, move_far, &f);
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_requests_are_refused),
        cmocka_unit_test(test_what_follows_free_is_taken_in_place),
        cmocka_unit_test(test_a_part_moves_and_the_rest_stays),
        cmocka_unit_test(test_no_core_reads_the_old_place_any_more),
        cmocka_unit_test(test_copy_on_write_goes_along),
        cmocka_unit_test(test_shared_memory_can_be_mapped_again),
        cmocka_unit_test(test_without_memory_nothing_has_moved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
