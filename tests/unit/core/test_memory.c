/* Do memory objects and user copies keep their promises, and does every failing allocation leave things as they were? */
#include "core/space_internal.h"
#include "memory_test.h"

#define BASE 0x30000000UL

static struct memory *make_object(struct fixture *f, uint64_t bytes)
{
    struct memory *memory;
    assert_int_equal(memory_create(f->machine, &f->machine->quota, bytes, &memory), 0);
    return memory;
}

static status_t object_read(struct fixture *f, struct memory *memory, uint64_t buffer,
                            uint64_t bytes, uint64_t offset)
{
    return memory->object.ops->read(&f->thread, &memory->object, buffer, bytes, offset, 0);
}

static status_t object_write(struct fixture *f, struct memory *memory, uint64_t buffer,
                             uint64_t bytes, uint64_t offset)
{
    return memory->object.ops->write(&f->thread, &memory->object, buffer, bytes, offset, 0);
}

static uint64_t present_pages(struct memory *memory)
{
    lock_acquire(&memory->lock);
    uint64_t present = memory->present;
    lock_release(&memory->lock);
    return present;
}

/* ---- memory objects ---- */

static void test_object_reads_zero_where_nothing_was_written(void **state)
{
    struct fixture f;
    fixture_start(&f, 8 * MIB);
    struct memory *memory = make_object(&f, 3 * PAGE + 100);
    assert_int_equal(fixture_map(&f, BASE, 32 * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    poke(f.space, BASE + 5, 99);
    assert_int_equal(object_read(&f, memory, BASE, 2 * PAGE, PAGE - 7), 2 * PAGE);
    assert_int_equal(peek(f.space, BASE + 5), 0);
    assert_int_equal(present_pages(memory), 0);
    assert_int_equal(object_read(&f, memory, BASE, 10 * PAGE, 3 * PAGE), 100);
    assert_int_equal(object_read(&f, memory, BASE, 10, 3 * PAGE + 100), 0);
    assert_int_equal(object_read(&f, memory, BASE, 10, UINT64_MAX), -ERR_SPIPE);
    assert_int_equal(object_read(&f, memory, 0x1000, 10, 0), -ERR_FAULT);
    assert_int_equal(object_write(&f, memory, BASE, 10, 3 * PAGE + 95), 5);
    assert_int_equal(object_write(&f, memory, BASE, 10, 3 * PAGE + 100), -ERR_NOSPC);
    assert_int_equal(object_write(&f, memory, BASE, 0, 3 * PAGE + 100), 0);
    assert_int_equal(present_pages(memory), 1);
    memory_check(memory);
    kobject_put(&memory->object);
    fixture_end(&f);
}

static void test_object_gives_back_what_was_written(void **state)
{
    struct fixture f;
    uint8_t bytes[3 * 4096], back[3 * 4096];
    fixture_start(&f, 8 * MIB);
    struct memory *memory = make_object(&f, 16 * PAGE);
    struct fake_random random = {fake_seed()};
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)fake_random(&random);
    assert_int_equal(fixture_map(&f, BASE, 32 * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    assert_int_equal(user_write(f.space, BASE + 77, bytes, sizeof bytes), 0);
    assert_int_equal(object_write(&f, memory, BASE + 77, sizeof bytes, 1234), sizeof bytes);
    assert_int_equal(object_read(&f, memory, BASE + 16 * PAGE + 3, sizeof bytes, 1234),
                     sizeof bytes);
    assert_int_equal(user_read(f.space, back, BASE + 16 * PAGE + 3, sizeof back), 0);
    assert_memory_equal(bytes, back, sizeof bytes);
    kobject_put(&memory->object);
    fixture_end(&f);
}

static void test_shrinking_frees_unmapped_pages_and_growing_shows_zeros(void **state)
{
    struct fixture f;
    fixture_start(&f, 16 * MIB);
    struct memory *memory = make_object(&f, 1000 * PAGE);
    assert_int_equal(
        fixture_map(&f, BASE, 1000 * PAGE, RW, MAP_FLAG_FIXED | MAP_FLAG_SHARED, memory, 0), BASE);
    for (unsigned i = 0; i < 1000; i++) {
        struct page *page;
        uint64_t phys;
        assert_int_equal(memory_page(memory, i, true, &page, &phys), 0);
        memset(arch_phys_ptr(phys), 7, PAGE);
        page_put(f.machine, page);
    }
    uint8_t value;
    assert_int_equal(fake_load(f.space, 0, BASE + 900 * PAGE, &value), 0);
    size_t free = page_count_free(f.machine), mapped = space_present_pages(f.space);
    /* By the system call, in steps. */
    status_t status = memory->object.ops->control(&f.thread, &memory->object, RIGHT_ALL,
                                                  HANDLE_SET_SIZE, PAGE + 10);
    assert_int_equal(status, STATUS_STEP);
    assert_int_equal(memory_bytes(memory), PAGE + 10);
    assert_int_equal(fixture_finish(&f, status), 0);
    assert_int_equal(present_pages(memory), 2);
    assert_true(page_count_free(f.machine) - free >= 998 - mapped);
    assert_int_equal(fake_load(f.space, 0, BASE + 900 * PAGE, &value), 0); /* was mapped: stays */
    assert_int_equal(fake_load(f.space, 0, BASE + 500 * PAGE, &value), -ERR_RANGE);
    assert_int_equal(memory_resize(memory, 3 * PAGE), 0);
    assert_int_equal(peek(f.space, BASE + PAGE + 9), 7);
    assert_int_equal(peek(f.space, BASE + PAGE + 10), 0);
    assert_int_equal(peek(f.space, BASE + 2 * PAGE), 0);
    assert_int_equal(
        memory->object.ops->control(&f.thread, &memory->object, RIGHT_READ, HANDLE_SET_SIZE, 0),
        -ERR_ACCES);
    assert_int_equal(memory->object.ops->control(&f.thread, &memory->object, 0, HANDLE_GET_SIZE, 0),
                     3 * PAGE);
    assert_int_equal(memory_resize(memory, UINT64_MAX), -ERR_FBIG);
    kobject_put(&memory->object);
    fixture_end(&f);
}

static void test_unfinished_shrink_is_finished_by_growth(void **state)
{
    struct fixture f;
    uint64_t phys;
    struct page *page;
    fixture_start(&f, 16 * MIB);
    struct memory *memory = make_object(&f, 700 * PAGE);
    for (unsigned i = 0; i < 700; i++) {
        assert_int_equal(memory_page(memory, i, true, &page, &phys), 0);
        *(uint8_t *)arch_phys_ptr(phys) = 1;
        page_put(f.machine, page);
    }
    assert_int_equal(memory_resize(memory, 0), STATUS_STEP);
    status_t status;
    while ((status = memory_resize(memory, 700 * PAGE)) == STATUS_STEP)
        continue;
    assert_int_equal(status, 0);
    for (unsigned i = 0; i < 700; i++) {
        assert_int_equal(memory_page(memory, i, false, &page, &phys), 0);
        assert_null(page);
    }
    kobject_put(&memory->object);
    fixture_end(&f);
}

static void test_nobody_maps_what_an_unfinished_shrink_has_still_to_drop(void **state)
{
    enum { LAST = 699 };
    struct fixture f;
    uint64_t phys;
    struct page *page, *seen[2];
    fixture_start(&f, 16 * MIB);
    struct memory *memory = make_object(&f, (LAST + 1) * PAGE);
    for (unsigned i = 0; i <= LAST; i++) {
        assert_int_equal(memory_page(memory, i, true, &page, &phys), 0);
        page_put(f.machine, page);
    }
    assert_int_equal(memory_resize(memory, PAGE), STATUS_STEP);
    assert_true(present_pages(memory) > 1);
    memory_peek(memory, LAST - 1, 2, seen);
    assert_true(seen[0] == NULL && seen[1] == NULL);
    memory_peek(memory, 0, 2, seen);
    assert_true(seen[0] != NULL && seen[1] == NULL);
    page_put(f.machine, seen[0]);
    assert_int_equal(memory_page(memory, LAST, false, &page, &phys), -ERR_RANGE);
    while (memory_resize(memory, PAGE) == STATUS_STEP)
        continue;
    assert_int_equal(present_pages(memory), 1);
    kobject_put(&memory->object);
    fixture_end(&f);
}

static void test_object_larger_than_memory_is_fine_until_it_is_touched(void **state)
{
    struct fixture f;
    struct memory *memory;
    struct quota *quota;
    struct quota_limits limits = {10, 1UL << 30, 10, 10};
    struct page *page;
    uint64_t phys;
    fixture_start(&f, 8 * MIB);
    assert_int_equal(quota_create(&f.machine->quota, &limits, &quota), 0);
    assert_int_equal(memory_create(f.machine, quota, UINT64_MAX, &memory), -ERR_FBIG);
    assert_int_equal(memory_create(f.machine, quota, 1UL << 50, &memory), 0);
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(memory_page(memory, i * 1000000007UL, true, &page, &phys), 0);
        page_put(f.machine, page);
    }
    assert_int_equal(memory_page(memory, 5, true, &page, &phys), -ERR_NOMEM);
    assert_int_equal(memory_page(memory, (1UL << 50) / PAGE, true, &page, &phys), -ERR_RANGE);
    kobject_put(&memory->object);
    quota_put(quota);
    fixture_end(&f);
}

/* ---- user copies ---- */

static void test_user_copies_refuse_what_the_user_may_not(void **state)
{
    struct fixture f;
    char bytes[64];
    fixture_start(&f, 8 * MIB);
    assert_int_equal(fixture_map(&f, BASE, 2 * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    assert_int_equal(fixture_map(&f, BASE + 2 * PAGE, PAGE, MAP_PROT_READ, MAP_FLAG_FIXED, NULL, 0),
                     BASE + 2 * PAGE);
    assert_int_equal(fixture_map(&f, BASE + 3 * PAGE, PAGE, 0, MAP_FLAG_FIXED, NULL, 0),
                     BASE + 3 * PAGE);
    static const uint64_t bad[] = {
        0, 8, DYAD_USER_END - 32, DYAD_USER_END, UINT64_MAX - 5, UINT64_MAX, BASE - 32};
    for (unsigned i = 0; i < ARRAY_COUNT(bad); i++) {
        assert_int_equal(user_read(f.space, bytes, bad[i], 64), -ERR_FAULT);
        assert_int_equal(user_write(f.space, bad[i], bytes, 64), -ERR_FAULT);
        assert_int_equal(user_copy(f.space, BASE, f.space, bad[i], 64), -ERR_FAULT);
    }
    assert_int_equal(user_write(f.space, BASE + 2 * PAGE - 32, bytes, 64), -ERR_FAULT);
    assert_int_equal(user_read(f.space, bytes, BASE + 2 * PAGE - 32, 64), 0);
    assert_int_equal(user_read(f.space, bytes, BASE + 3 * PAGE - 32, 64), -ERR_FAULT);
    assert_int_equal(user_copy(f.space, BASE, f.space, BASE + 3 * PAGE - 32, 64), 32);
    assert_int_equal(user_read(f.space, bytes, 0, 0), 0);
    fixture_end(&f);
}

static void test_user_copy_moves_bytes_between_spaces(void **state)
{
    struct fixture f;
    struct space *other;
    uint8_t bytes[5000], back[5000];
    fixture_start(&f, 8 * MIB);
    assert_int_equal(space_create(f.machine, &f.machine->quota, &other), 0);
    assert_int_equal(space_map_now(other, BASE, 20 * PAGE, RW, MAP_FLAG_FIXED, NULL, 0, NULL), 0);
    assert_int_equal(fixture_map(&f, BASE, 20 * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    struct fake_random random = {fake_seed()};
    for (unsigned round = 0; round < 200; round++) {
        size_t length = 1 + fake_below(&random, sizeof bytes);
        uint64_t from = BASE + fake_below(&random, 10 * PAGE),
                 to = BASE + fake_below(&random, 10 * PAGE);
        for (size_t i = 0; i < length; i++)
            bytes[i] = (uint8_t)fake_random(&random);
        assert_int_equal(user_write(f.space, from, bytes, length), 0);
        assert_int_equal(user_copy(other, to, f.space, from, length), length);
        assert_int_equal(user_read(other, back, to, length), 0);
        assert_memory_equal(bytes, back, length);
    }
    assert_int_equal(user_copy(other, BASE, f.space, BASE, 2 * DYAD_COPY_MAX), DYAD_COPY_MAX);
    kobject_put(&other->object);
    fixture_end(&f);
}

static void test_text_words_and_futex_keys(void **state)
{
    struct fixture f;
    char text[16];
    uint32_t word;
    struct futex_key a, b;
    fixture_start(&f, 8 * MIB);
    struct memory *memory = make_object(&f, 4 * PAGE);
    assert_int_equal(fixture_map(&f, BASE, PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    assert_int_equal(user_write(f.space, BASE, "hello\0you", 9), 0);
    assert_int_equal(user_read_text(f.space, text, BASE, 5), 0);
    assert_string_equal(text, "hello");
    assert_int_equal(user_read_text(f.space, text, BASE, 9), -ERR_INVAL);
    assert_int_equal(user_read_text(f.space, text, BASE, 0), 0);
    assert_string_equal(text, "");
    word = 0x12345678;
    assert_int_equal(user_write(f.space, BASE + 64, &word, 4), 0);
    assert_int_equal(user_load32(f.space, BASE + 64, &word), 0);
    assert_int_equal(word, 0x12345678);
    assert_int_equal(user_load32(f.space, BASE + 65, &word), -ERR_INVAL);
    assert_int_equal(user_load32(f.space, BASE - 4, &word), -ERR_FAULT);
    /* The same word of an object through two mappings has one key; private memory has its own in every space. */
    uint64_t one = BASE + 10 * PAGE, two = BASE + 20 * PAGE;
    assert_int_equal(
        fixture_map(&f, one, 2 * PAGE, RW, MAP_FLAG_FIXED | MAP_FLAG_SHARED, memory, PAGE), one);
    assert_int_equal(
        fixture_map(&f, two, PAGE, RW, MAP_FLAG_FIXED | MAP_FLAG_SHARED, memory, 2 * PAGE), two);
    assert_int_equal(user_futex_key(f.space, one + PAGE + 8, &a), 0);
    assert_int_equal(user_futex_key(f.space, two + 8, &b), 0);
    assert_memory_equal(&a, &b, sizeof a);
    assert_int_equal(user_futex_key(f.space, BASE + 8, &b), 0);
    assert_int_equal(b.base, (uintptr_t)f.space);
    assert_int_equal(user_futex_key(f.space, 8, &b), -ERR_FAULT);
    kobject_put(&memory->object);
    fixture_end(&f);
}

static void test_space_handle_reads_and_writes_by_address(void **state)
{
    struct fixture f;
    struct space *target;
    fixture_start(&f, 8 * MIB);
    struct memory *memory = make_object(&f, PAGE);
    assert_int_equal(space_create(f.machine, &f.machine->quota, &target), 0);
    assert_int_equal(space_map_now(target, BASE, PAGE, RX, MAP_FLAG_FIXED, NULL, 0, NULL), 0);
    assert_int_equal(space_map_now(target, BASE + PAGE, PAGE, MAP_PROT_READ,
                                   MAP_FLAG_FIXED | MAP_FLAG_SHARED, memory, 0, NULL),
                     0);
    assert_int_equal(fixture_map(&f, BASE, PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    poke(f.space, BASE, 0xcc);
    /* A breakpoint goes into text, but shared memory that is read-only there stays so. */
    assert_int_equal(space_ops.write(&f.thread, &target->object, BASE, 1, BASE + 100, 0), 1);
    assert_int_equal(peek(target, BASE + 100), 0xcc);
    assert_int_equal(user_write(target, BASE + 100, "x", 1), -ERR_FAULT);
    assert_int_equal(space_ops.write(&f.thread, &target->object, BASE, 1, BASE + PAGE, 0),
                     -ERR_FAULT);
    assert_int_equal(space_ops.read(&f.thread, &target->object, BASE + 1, 1, BASE + 100, 0), 1);
    assert_int_equal(peek(f.space, BASE + 1), 0xcc);
    assert_int_equal(space_ops.read(&f.thread, &target->object, BASE + 1, 1, UINT64_MAX, 0),
                     -ERR_FAULT);
    kobject_put(&target->object);
    kobject_put(&memory->object);
    fixture_end(&f);
}

/* ---- every allocation fails once ---- */

struct sweep {
    struct fixture f;
    struct memory *object;
    uint64_t regions, present, pages, bytes; /* before */
};

static void sweep_note(struct sweep *s)
{
    lock_acquire(&s->f.space->lock);
    s->regions = s->f.space->region_count;
    s->present = s->f.space->present;
    lock_release(&s->f.space->lock);
    s->pages = atomic_load(&s->f.machine->quota.used[QUOTA_PAGES]);
    s->bytes = atomic_load(&s->f.machine->quota.used[QUOTA_KERNEL_BYTES]);
}

/* Nothing is left of what failed. */
static void sweep_compare(struct sweep *s)
{
    struct sweep now = *s;
    fake_space_check(s->f.space);
    sweep_note(&now);
    assert_int_equal(now.regions, s->regions);
    assert_int_equal(now.present, s->present);
    assert_int_equal(now.pages, s->pages);
    assert_int_equal(now.bytes, s->bytes);
}

static void sweep_start(struct sweep *s)
{
    fixture_start(&s->f, 8 * MIB);
    s->object = make_object(&s->f, 8 * PAGE);
    assert_int_equal(fixture_map(&s->f, BASE, 8 * PAGE, RW, MAP_FLAG_FIXED, NULL, 0), BASE);
    for (unsigned i = 0; i < 8; i++)
        poke(s->f.space, BASE + i * PAGE, (uint8_t)i);
    sweep_note(s);
}

static void sweep_end(struct sweep *s)
{
    kobject_put(&s->object->object);
    fixture_end(&s->f);
}

static status_t try_map(void *argument)
{
    struct sweep *s = argument;
    status_t status =
        fixture_map(&s->f, BASE + 2 * PAGE, PAGE, RW, MAP_FLAG_FIXED | MAP_FLAG_SHARED, NULL, 0);
    if (status < 0) {
        sweep_compare(s);
        assert_int_equal(peek(s->f.space, BASE + 2 * PAGE), 2);
    }
    return status < 0 ? status : 0;
}

static status_t try_unmap(void *argument)
{
    struct sweep *s = argument;
    status_t status = fixture_unmap(&s->f, BASE + 2 * PAGE, PAGE);
    if (status < 0)
        sweep_compare(s);
    return status;
}

static status_t try_protect(void *argument)
{
    struct sweep *s = argument;
    status_t status = fixture_protect(&s->f, BASE + 2 * PAGE, PAGE, MAP_PROT_READ);
    if (status < 0) {
        sweep_compare(s);
        poke(s->f.space, BASE + 2 * PAGE, 2);
    }
    return status;
}

static status_t try_fork(void *argument)
{
    struct sweep *s = argument;
    struct space *child;
    status_t status = fixture_fork(&s->f, s->f.space, &child);
    if (status == 0) {
        for (unsigned i = 0; i < 8; i++)
            assert_int_equal(peek(child, BASE + i * PAGE), i);
        kobject_put(&child->object);
    }
    sweep_compare(s);
    return status;
}

static status_t try_fault(void *argument)
{
    struct sweep *s = argument;
    status_t status = fixture_map(&s->f, BASE + 100 * PAGE, PAGE, RW, MAP_FLAG_FIXED, NULL, 0);
    if (status >= 0)
        status = fake_store(s->f.space, 0, BASE + 100 * PAGE, 1);
    assert_int_equal(fixture_unmap(&s->f, BASE + 100 * PAGE, PAGE), 0);
    sweep_compare(s);
    return status;
}

static status_t try_object_fault(void *argument)
{
    struct sweep *s = argument;
    struct memory *memory;
    uint64_t at = BASE + 100 * PAGE;
    status_t status = memory_create(s->f.machine, &s->f.machine->quota, 40 * PAGE, &memory);
    if (status < 0)
        return status;
    status = fixture_map(&s->f, at, 8 * PAGE, RW, MAP_FLAG_FIXED | MAP_FLAG_SHARED, memory, 0);
    if (status >= 0)
        status = fake_store(s->f.space, 0, at + PAGE, 1);
    if (status >= 0)
        status = fixture_map(&s->f, at, 8 * PAGE, RW, MAP_FLAG_FIXED, memory, 0);
    if (status >= 0)
        status = fake_store(s->f.space, 0, at + PAGE, 2);
    kobject_put(&memory->object);
    bool over = atomic_load(&s->f.machine->heap.fault.fail_at) == 0;
    while (fixture_unmap(&s->f, at, 8 * PAGE) < 0)
        assert_true(over);
    sweep_compare(s);
    return status < 0 ? status : 0;
}

/* A write to a page that a fork shares, while another core reads it. */
static status_t try_unshare(void *argument)
{
    struct sweep *s = argument;
    struct alloc_fault *fault = &s->f.machine->heap.fault;
    struct space *child;
    uint8_t value;
    uint64_t n = atomic_exchange(&fault->fail_at, 0);
    assert_int_equal(fixture_fork(&s->f, s->f.space, &child), 0);
    fake_enter(s->f.space, 1);
    assert_int_equal(fake_load(s->f.space, 1, BASE, &value), 0);
    atomic_store(&fault->fail_at, n);
    status_t status = fake_store(s->f.space, 0, BASE, 0);
    n = atomic_exchange(&fault->fail_at, 0);
    assert_int_equal(peek(child, BASE), 0);
    kobject_put(&child->object);
    assert_int_equal(fake_load(s->f.space, 1, BASE, &value),
                     0); /* its old translation leads to no freed page */
    fake_leave(s->f.space, 1);
    sweep_compare(s);
    atomic_store(&fault->fail_at, n);
    return status;
}

static void test_failing_allocations_leave_no_trace(void **state)
{
    static status_t (*const bodies[])(void *) = {try_map,   try_unmap,        try_protect, try_fork,
                                                 try_fault, try_object_fault, try_unshare};
    for (unsigned i = 0; i < ARRAY_COUNT(bodies); i++) {
        struct sweep s;
        sweep_start(&s);
        sweep_allocations(s.f.machine, bodies[i], &s);
        sweep_end(&s);
    }
}

/* The same with the body out of memory for translations, and with a quota that ends at every possible place. */
static void test_body_without_memory_is_no_memory(void **state)
{
    struct sweep s;
    uint8_t value;
    sweep_start(&s);
    atomic_store(&fake_arch.space_map_fail_at, 1);
    assert_int_equal(fake_load(s.f.space, 0, BASE, &value), -ERR_NOMEM);
    assert_int_equal(fake_load(s.f.space, 0, BASE, &value), 0);
    struct space *space;
    atomic_store(&fake_arch.space_init_fail_at, 1);
    assert_int_equal(space_create(s.f.machine, &s.f.machine->quota, &space), -ERR_AGAIN);
    sweep_compare(&s);
    sweep_end(&s);
}

static void test_quota_that_ends_anywhere_leaves_no_trace(void **state)
{
    for (uint64_t kernel_bytes = 0; kernel_bytes < 6000; kernel_bytes += 100) {
        struct fixture f;
        struct quota *quota;
        struct space *space;
        struct quota_limits limits = {3, sizeof(struct space) + kernel_bytes, 1, 1};
        fixture_start(&f, 8 * MIB);
        assert_int_equal(quota_create(&f.machine->quota, &limits, &quota), 0);
        assert_int_equal(space_create(f.machine, quota, &space), 0);
        status_t mapped = space_map_now(space, BASE, 8 * PAGE, RW, MAP_FLAG_FIXED, NULL, 0, NULL);
        assert_true(mapped == 0 || mapped == -ERR_NOMEM);
        unsigned stored = 0;
        while (mapped == 0 && stored < 8 && fake_store(space, 0, BASE + stored * PAGE, 1) == 0)
            stored++;
        assert_true(stored <= 3 && space_present_pages(space) == stored);
        (void)!space_unmap(NULL, space, BASE + PAGE, PAGE);
        fake_space_check(space);
        kobject_put(&space->object);
        quota_put(quota);
        fixture_end(&f);
    }
}

/* Also when another's quota has paid for the pages themselves. */
static void test_pages_of_objects_count_where_they_are_mapped(void **state)
{
    struct fixture f;
    struct quota *quota;
    struct space *space;
    struct memory *memory;
    struct quota_limits limits = {3, 1UL << 20, 1, 1};
    fixture_start(&f, 8 * MIB);
    assert_int_equal(memory_create(f.machine, &f.machine->quota, 8 * PAGE, &memory), 0);
    assert_int_equal(quota_create(&f.machine->quota, &limits, &quota), 0);
    assert_int_equal(space_create(f.machine, quota, &space), 0);
    assert_int_equal(
        space_map_now(space, BASE, 8 * PAGE, RW, MAP_FLAG_FIXED | MAP_FLAG_SHARED, memory, 0, NULL),
        0);
    unsigned stored = 0;
    while (stored < 8 && fake_store(space, 0, BASE + stored * PAGE, 1) == 0)
        stored++;
    assert_int_equal(stored, 3);
    fake_space_check(space);
    kobject_put(&space->object);
    kobject_put(&memory->object);
    quota_put(quota);
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_object_reads_zero_where_nothing_was_written),
        cmocka_unit_test(test_object_gives_back_what_was_written),
        cmocka_unit_test(test_shrinking_frees_unmapped_pages_and_growing_shows_zeros),
        cmocka_unit_test(test_unfinished_shrink_is_finished_by_growth),
        cmocka_unit_test(test_nobody_maps_what_an_unfinished_shrink_has_still_to_drop),
        cmocka_unit_test(test_object_larger_than_memory_is_fine_until_it_is_touched),
        cmocka_unit_test(test_user_copies_refuse_what_the_user_may_not),
        cmocka_unit_test(test_user_copy_moves_bytes_between_spaces),
        cmocka_unit_test(test_text_words_and_futex_keys),
        cmocka_unit_test(test_space_handle_reads_and_writes_by_address),
        cmocka_unit_test(test_failing_allocations_leave_no_trace),
        cmocka_unit_test(test_body_without_memory_is_no_memory),
        cmocka_unit_test(test_quota_that_ends_anywhere_leaves_no_trace),
        cmocka_unit_test(test_pages_of_objects_count_where_they_are_mapped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
