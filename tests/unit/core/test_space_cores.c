/* test_space_cores.c: do unmap, copy-on-write and fork wait for the cores that still use what they change? */
#include "space_fixture.h"

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

/* Apart from each other, so that they do not become one. */
static void map_many(struct fixture *f, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint64_t at = BASE + 2 * i * PAGE;
        assert_int_equal(fixture_map(f, at, PAGE, RW, MAP_FLAG_FIXED, NULL, 0), at);
        poke(f->space, at, (uint8_t)(i + 1));
    }
}

static void test_fork_of_many_regions_goes_in_bounded_steps(void **state)
{
    enum { COUNT = 300 };
    struct fixture f;
    struct space *child;
    fixture_start(&f, 16 * MIB);
    map_many(&f, COUNT);
    assert_int_equal(space_create(f.machine, &f.machine->quota, &child), 0);
    uint64_t cursor = 0;
    status_t status;
    unsigned steps = 0;
    size_t before = 0;
    do {
        status = space_fork_step(f.space, child, &cursor);
        size_t now = count_regions(child);
        assert_true(now - before <= SPACE_STEP_REGIONS + 1);
        before = now;
        assert_true(++steps < 10000);
    } while (status == STATUS_STEP);
    assert_int_equal(status, 0);
    assert_int_equal(count_regions(child), count_regions(f.space));
    for (unsigned i = 0; i < COUNT; i++) {
        uint64_t at = BASE + 2 * i * PAGE;
        assert_int_equal(peek(child, at), (uint8_t)(i + 1));
        poke(child, at, 0);
        assert_int_equal(peek(f.space, at), (uint8_t)(i + 1));
    }
    kobject_put(&child->object);
    fixture_end(&f);
}

static void test_ranges_of_many_regions_go_in_bounded_steps(void **state)
{
    enum { COUNT = 700 };
    struct fixture f;
    fixture_start(&f, 16 * MIB);
    map_many(&f, COUNT);
    status_t status = space_unmap(&f.thread, f.space, BASE, 2 * COUNT * PAGE);
    unsigned steps = 0;
    for (; status == STATUS_STEP; steps++)
        status = f.thread.step(&f.thread);
    assert_int_equal(status, 0);
    assert_true(steps >= COUNT / (SPACE_STEP_REGIONS * 8));
    assert_int_equal(count_regions(f.space), 0);
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
        cmocka_unit_test(test_unmapped_page_stays_until_other_cores_have_left),
        cmocka_unit_test(test_replacing_map_takes_what_was_mapped_there_meanwhile),
        cmocka_unit_test(test_killed_thread_still_brings_its_unmap_to_an_end),
        cmocka_unit_test(test_broken_copy_on_write_waits_for_old_readers),
        cmocka_unit_test(test_fork_separates_private_and_shares_shared_memory),
        cmocka_unit_test(test_fork_of_fork_keeps_all_apart),
        cmocka_unit_test(test_fork_waits_for_cores_that_can_still_write),
        cmocka_unit_test(test_no_write_is_lost_while_a_fork_goes_on),
        cmocka_unit_test(test_fork_of_many_regions_goes_in_bounded_steps),
        cmocka_unit_test(test_ranges_of_many_regions_go_in_bounded_steps),
        cmocka_unit_test(test_teardown_goes_in_bounded_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
