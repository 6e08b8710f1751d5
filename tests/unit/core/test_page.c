/* Do pages and heap pieces come back exactly as they went, whatever the order, and from several threads? */
#include <pthread.h>

#include "memory_test.h"

static void test_new_machine_has_all_pages_free(void **state)
{
    struct machine *machine = fake_machine(8 * MIB);
    size_t total = page_count_total(machine);
    assert_true(total > 8 * MIB / PAGE - 64 && total < 8 * MIB / PAGE);
    assert_true(page_count_free(machine) + 8 > total);
    page_pool_check(machine);
    fake_machine_destroy(machine);
}

static void test_too_little_ram_is_refused(void **state)
{
    static _Alignas(4096) char ram[2 * 4096];
    static struct page_pool pool;
    struct boot_info info = {.ram = {{(uintptr_t)ram, 4096}}, .ram_count = 1};
    assert_int_equal(page_pool_init(&pool, &info), -ERR_NOMEM);
    info.ram_count = 0;
    assert_int_equal(page_pool_init(&pool, &info), -ERR_NOMEM);
    info.ram_count = 1;
    info.ram[0].size = 2 * 4096;
    assert_int_equal(page_pool_init(&pool, &info), 0);
    assert_int_equal(pool.total, 1);
}

static void test_ranges_with_holes_are_never_joined(void **state)
{
    enum { PAGES = 64 };
    static _Alignas(4096) char ram[PAGES * 4096];
    static struct machine machine;
    struct boot_info info = {.ram_count = 3};
    uintptr_t base = (uintptr_t)ram;
    info.ram[0] = (struct boot_range){base, 3 * 4096};
    info.ram[1] = (struct boot_range){base + 5 * 4096, 6 * 4096};
    info.ram[2] = (struct boot_range){base + 40 * 4096, 24 * 4096};
    memset(&machine, 0, sizeof machine);
    heap_init(&machine.heap);
    assert_int_equal(page_pool_init(&machine.page_pool, &info), 0);
    page_pool_check(&machine);
    assert_null(page_of_phys(&machine, base + 3 * 4096));
    assert_null(page_of_phys(&machine, base + 11 * 4096));
    assert_null(page_of_phys(&machine, base));
    assert_non_null(page_of_phys(&machine, base + 5 * 4096));
    size_t count = 0, total = page_count_total(&machine);
    while (page_alloc(&machine, 0))
        count++;
    assert_int_equal(count, total);
}

/* What the test believes about the blocks it holds. */
struct held {
    struct page *page;
    unsigned order;
};

static void test_random_blocks_do_not_overlap_and_all_come_back(void **state)
{
    enum { HELD = 200 };
    struct machine *machine = fake_machine(16 * MIB);
    struct held held[HELD] = {0};
    struct fake_random random = {fake_seed()};
    size_t before = page_count_free(machine), out = 0;
    for (unsigned step = 0; step < 20000; step++) {
        struct held *h = &held[fake_below(&random, HELD)];
        if (h->page) {
            uint64_t *start = page_ptr(machine, h->page);
            assert_int_equal(*start, h - held);
            assert_int_equal(start[(PAGE << h->order) / 8 - 1], h - held);
            page_free_block(machine, h->page);
            h->page = NULL;
            out -= (size_t)1 << h->order;
        } else {
            h->order = (unsigned)fake_below(&random, step % 3 ? 1 : 9);
            h->page = page_alloc(machine, h->order);
            if (!h->page)
                continue;
            assert_int_equal(page_phys(machine, h->page) % (PAGE << h->order), 0);
            uint64_t *start = page_ptr(machine, h->page);
            start[0] = start[(PAGE << h->order) / 8 - 1] = (uint64_t)(h - held);
            out += (size_t)1 << h->order;
        }
        if (step % 1000 == 0) {
            page_pool_check(machine);
            assert_int_equal(page_count_free(machine) + out, before);
        }
    }
    for (unsigned i = 0; i < HELD; i++) {
        if (held[i].page)
            page_free_block(machine, held[i].page);
    }
    fake_machine_destroy(machine);
}

static void test_last_page_is_found_in_another_cores_cache(void **state)
{
    struct machine *machine = fake_machine(4 * MIB);
    static struct page *pages[1024];
    size_t count = 0;
    fake_set_cpu(machine->cpus[1]);
    struct page *first = page_alloc(machine, 0); /* fills core 1's cache */
    fake_set_cpu(machine->cpus[2]);
    while ((pages[count] = page_alloc(machine, 0)) != NULL)
        count++;
    assert_int_equal(page_count_free(machine), 0);
    while (count-- > 0)
        page_put(machine, pages[count]);
    page_put(machine, first);
    fake_set_cpu(NULL);
    fake_machine_destroy(machine);
}

static void test_pages_in_a_row_are_contiguous_when_memory_is_fresh(void **state)
{
    struct machine *machine = fake_machine(4 * MIB);
    struct page *pages[16], *rest[64];
    size_t skipped = 0;
    do /* until the start of a batch */
        rest[skipped] = page_alloc(machine, 0);
    while (page_phys(machine, rest[skipped++]) % (16 * PAGE) != 15 * PAGE);
    for (unsigned i = 0; i < 16; i++) {
        pages[i] = page_alloc(machine, 0);
        if (i)
            assert_ptr_equal(pages[i], pages[i - 1] + 1);
    }
    for (unsigned i = 0; i < 16; i++)
        page_put(machine, pages[i]);
    while (skipped-- > 0)
        page_put(machine, rest[skipped]);
    fake_machine_destroy(machine);
}

static void test_heap_pieces_are_zeroed_and_apart(void **state)
{
    enum { HELD = 300 };
    struct machine *machine = fake_machine(16 * MIB);
    struct {
        uint8_t *at;
        size_t bytes;
    } held[HELD] = {0};
    struct fake_random random = {fake_seed()};
    for (unsigned step = 0; step < 30000; step++) {
        unsigned i = (unsigned)fake_below(&random, HELD);
        if (held[i].at) {
            for (size_t k = 0; k < held[i].bytes; k += held[i].bytes / 7 + 1)
                assert_int_equal(held[i].at[k], (uint8_t)i);
            heap_free(machine, held[i].at);
            held[i].at = NULL;
        } else {
            uint64_t size_class = fake_below(&random, 100);
            size_t limit = size_class < 80 ? 600 : size_class < 99 ? 5000 : 60000;
            held[i].bytes = 1 + fake_below(&random, limit);
            held[i].at = heap_alloc(machine, held[i].bytes);
            if (!held[i].at)
                continue;
            assert_int_equal((uintptr_t)held[i].at % 16, 0);
            for (size_t k = 0; k < held[i].bytes; k++)
                assert_int_equal(held[i].at[k], 0);
            memset(held[i].at, (int)i, held[i].bytes);
        }
        if (step % 2000 == 0)
            heap_check(machine);
    }
    for (unsigned i = 0; i < HELD; i++)
        heap_free(machine, held[i].at);
    fake_machine_destroy(machine);
}

static void test_heap_classes_fit_every_size(void **state)
{
    struct machine *machine = fake_machine(4 * MIB);
    size_t base = heap_bytes_used(machine);
    for (size_t bytes = 1; bytes <= 5000; bytes++) {
        void *piece = heap_alloc(machine, bytes);
        assert_non_null(piece);
        size_t used = heap_bytes_used(machine) - base;
        assert_true(used >= bytes && (bytes < 64 || used <= bytes * 2));
        heap_free(machine, piece);
    }
    void *largest = heap_alloc(machine, HEAP_MAX);
    assert_non_null(largest);
    heap_free(machine, largest);
    heap_free(machine, NULL);
    fake_machine_destroy(machine);
}

/* ---- several threads, for ThreadSanitizer ---- */

struct worker {
    pthread_t thread;
    struct machine *machine;
    struct quota *quota;
    struct memory *memory;
    unsigned index;
};

static void *page_worker(void *argument)
{
    struct worker *w = argument;
    struct fake_random random = {fake_seed() + w->index};
    struct page *pages[64] = {0};
    void *pieces[64] = {0};
    fake_set_cpu(w->machine->cpus[w->index]);
    for (unsigned step = 0; step < 4000; step++) {
        unsigned i = (unsigned)fake_below(&random, 64);
        if (pages[i]) {
            page_put(w->machine, pages[i]);
            pages[i] = NULL;
        } else {
            pages[i] = page_alloc(w->machine, 0);
            if (pages[i])
                memset(page_ptr(w->machine, pages[i]), (int)step, 64);
        }
        i = (unsigned)fake_below(&random, 64);
        size_t bytes = 16 + i * 20;
        if (pieces[i]) {
            quota_free(w->quota, pieces[i], bytes);
            pieces[i] = NULL;
        } else {
            pieces[i] = quota_alloc(w->quota, bytes);
        }
    }
    for (unsigned i = 0; i < 64; i++) {
        if (pages[i])
            page_put(w->machine, pages[i]);
        quota_free(w->quota, pieces[i], 16 + i * 20);
    }
    fake_set_cpu(NULL);
    return NULL;
}

static void *memory_worker(void *argument)
{
    struct worker *w = argument;
    struct fake_random random = {fake_seed() + w->index};
    fake_set_cpu(w->machine->cpus[w->index]);
    for (unsigned step = 0; step < 4000; step++) {
        struct page *page;
        uint64_t phys, index = fake_below(&random, 700);
        if (step % 50 == 0) {
            status_t status;
            do
                status = memory_resize(w->memory, fake_below(&random, 700) * PAGE);
            while (status == STATUS_STEP);
            assert_int_equal(status, 0);
        } else if (memory_page(w->memory, index, step & 1, &page, &phys) == 0 && page) {
            page_copy(page_ptr(w->machine, page), &index, sizeof index);
            page_put(w->machine, page);
        }
    }
    fake_set_cpu(NULL);
    return NULL;
}

static void run_workers(void *(*work)(void *), struct worker *model)
{
    struct worker workers[FAKE_CORES];
    for (unsigned i = 0; i < FAKE_CORES; i++) {
        workers[i] = *model;
        workers[i].index = i;
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (unsigned i = 0; i < FAKE_CORES; i++)
        pthread_join(workers[i].thread, NULL);
}

static void test_threads_share_pages_heap_and_quota(void **state)
{
    struct worker model = {.machine = fake_machine(4 * MIB)};
    struct quota_limits limits = {UINT64_MAX, 60000, UINT64_MAX, UINT64_MAX};
    assert_int_equal(quota_create(&model.machine->quota, &limits, &model.quota), 0);
    run_workers(page_worker, &model);
    quota_put(model.quota);
    fake_machine_destroy(model.machine);
}

static void test_threads_share_a_memory_object(void **state)
{
    struct worker model = {.machine = fake_machine(4 * MIB)};
    assert_int_equal(memory_create(model.machine, &model.machine->quota, 700 * PAGE, &model.memory),
                     0);
    run_workers(memory_worker, &model);
    memory_check(model.memory);
    kobject_put(&model.memory->object);
    fake_machine_destroy(model.machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_machine_has_all_pages_free),
        cmocka_unit_test(test_too_little_ram_is_refused),
        cmocka_unit_test(test_ranges_with_holes_are_never_joined),
        cmocka_unit_test(test_random_blocks_do_not_overlap_and_all_come_back),
        cmocka_unit_test(test_last_page_is_found_in_another_cores_cache),
        cmocka_unit_test(test_pages_in_a_row_are_contiguous_when_memory_is_fresh),
        cmocka_unit_test(test_heap_pieces_are_zeroed_and_apart),
        cmocka_unit_test(test_heap_classes_fit_every_size),
        cmocka_unit_test(test_threads_share_pages_heap_and_quota),
        cmocka_unit_test(test_threads_share_a_memory_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
