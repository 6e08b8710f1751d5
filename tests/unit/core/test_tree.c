/* Do trees stay ordered and balanced, and the radix tree and quotas exact? */
#include "core/radix.h"
#include "core/tree.h"
#include "memory_test.h"

#define NODES 2000

static int height_check(const struct tree_node *node)
{
    if (!node)
        return 0;
    int left = height_check(node->left), right = height_check(node->right);
    assert_int_equal(node->balance, right - left);
    assert_true(node->balance >= -1 && node->balance <= 1);
    assert_true(!node->left || (node->left->parent == node && node->left->key <= node->key));
    assert_true(!node->right || (node->right->parent == node && node->right->key >= node->key));
    return 1 + (left > right ? left : right);
}

static void test_tree_agrees_with_sorted_array(void **state)
{
    static struct tree_node nodes[NODES];
    static uint8_t present[NODES];
    struct tree tree = {0};
    struct fake_random random = {fake_seed()};
    for (unsigned step = 0; step < 20000; step++) {
        uint64_t key = fake_below(&random, NODES);
        if (present[key])
            tree_remove(&tree, &nodes[key]);
        else
            tree_insert(&tree, &nodes[key], key * 10);
        present[key] ^= 1;
        if (step % 500 == 0)
            height_check(tree.root);

        uint64_t probe = fake_below(&random, NODES);
        int64_t below = (int64_t)probe, above = (int64_t)probe;
        while (below >= 0 && !present[below])
            below--;
        while (above < NODES && !present[above])
            above++;
        assert_ptr_equal(tree_at_or_below(&tree, probe * 10 + 5), below < 0 ? NULL : &nodes[below]);
        assert_ptr_equal(tree_at_or_above(&tree, probe * 10),
                         above == NODES ? NULL : &nodes[above]);
        assert_ptr_equal(tree_find(&tree, probe * 10), present[probe] ? &nodes[probe] : NULL);
        assert_null(tree_find(&tree, probe * 10 + 1));
    }
    struct tree_node *node = tree_first(&tree);
    struct tree_node *last = NULL;
    for (unsigned key = 0; key < NODES; key++) {
        if (!present[key])
            continue;
        assert_ptr_equal(node, &nodes[key]);
        assert_ptr_equal(tree_prev(node), last);
        last = node;
        node = tree_next(node);
    }
    assert_null(node);
}

static void test_equal_keys_keep_insertion_order(void **state)
{
    struct tree_node nodes[100] = {0};
    struct tree tree = {0};
    for (unsigned i = 0; i < 100; i++)
        tree_insert(&tree, &nodes[i], i % 3);
    struct tree_node *node = tree_first(&tree);
    for (unsigned key = 0; key < 3; key++) {
        for (unsigned i = key; i < 100; i += 3, node = tree_next(node))
            assert_ptr_equal(node, &nodes[i]);
    }
    assert_ptr_equal(tree_find(&tree, 1), &nodes[1]);
    assert_ptr_equal(tree_at_or_below(&tree, 1), &nodes[97]);
    height_check(tree.root);
}

/* Keys that meet at every level of the radix tree. */
static uint64_t spread_key(unsigned i)
{
    static const uint64_t bases[] = {0, 0x400, 0x100000000, 0x6fffff000, 1, UINT64_C(1) << 53};
    return bases[i % 6] + i / 6 * (i % 4 ? 1 : 97);
}

#define KEYS 3000

static void test_radix_agrees_with_array(void **state)
{
    struct machine *machine = fake_machine(8 * MIB);
    static uintptr_t words[KEYS];
    struct radix radix = {0};
    struct fake_random random = {fake_seed()};
    size_t present = 0;
    memset(words, 0, sizeof words);
    for (unsigned step = 0; step < 30000; step++) {
        unsigned i = (unsigned)fake_below(&random, KEYS);
        uint64_t key = spread_key(i);
        uintptr_t there = radix_get(&radix, key);
        if (there) {
            assert_int_equal(radix_remove(&radix, &machine->quota, key), there);
            present--;
        } else {
            assert_int_equal(radix_insert(&radix, &machine->quota, key, key * 16 + 16), 0);
            present++;
        }
        assert_int_equal(radix_get(&radix, key), there ? 0 : key * 16 + 16);
        if (step % 1000 == 0)
            assert_int_equal(radix_check(&radix), present);
    }
    uint64_t at = 0, last = 0;
    size_t seen = 0;
    for (uintptr_t word; (word = radix_next(&radix, &at)) != 0; at++) {
        assert_int_equal(word, at * 16 + 16);
        assert_true(seen == 0 || at > last);
        last = at;
        seen++;
    }
    assert_int_equal(seen, present);

    /* A walk over part of it, then removal by leaves of that part and of the rest. */
    uint64_t start = spread_key(1000), end = spread_key(1000) + 5000;
    struct radix_walk walk = radix_walk_start(&radix, start, end);
    size_t inside = 0;
    for (uintptr_t *slot; (slot = radix_walk_next(&walk)) != NULL; inside++)
        assert_true(*slot == walk.index * 16 + 16 && walk.index >= start && walk.index < end);
    uintptr_t taken[RADIX_WAYS];
    at = start;
    for (unsigned count;
         (count = radix_remove_leaf(&radix, &machine->quota, &at, end, taken)) != 0;)
        inside -= count;
    assert_int_equal(inside, 0);
    at = start;
    assert_true(radix_next(&radix, &at) == 0 || at >= end);
    at = 0;
    while (radix_remove_leaf(&radix, &machine->quota, &at, UINT64_C(1) << RADIX_INDEX_BITS,
                             taken) != 0)
        radix_check(&radix);
    assert_null(radix.root);
    assert_int_equal(atomic_load(&machine->quota.used[QUOTA_KERNEL_BYTES]), 0);
    fake_machine_destroy(machine);
}

static void test_radix_insert_without_memory_changes_nothing(void **state)
{
    struct machine *machine = fake_machine(8 * MIB);
    struct radix radix = {0};
    assert_int_equal(radix_insert(&radix, &machine->quota, 5, 50), 0);
    for (uint64_t n = 1; n <= 2; n++) {
        atomic_store(&machine->heap.fault.fail_at, n);
        assert_int_equal(radix_insert(&radix, &machine->quota, 1 << 20, 60), -ERR_NOMEM);
        assert_int_equal(radix_check(&radix), 1);
    }
    assert_int_equal(radix_insert(&radix, &machine->quota, 1 << 20, 60), 0);
    assert_int_equal(radix_remove(&radix, &machine->quota, 5), 50);
    assert_int_equal(radix_remove(&radix, &machine->quota, 5), 0);
    assert_int_equal(radix_remove(&radix, &machine->quota, 1 << 20), 60);
    fake_machine_destroy(machine);
}

static void test_quota_charges_all_ancestors_or_none(void **state)
{
    struct machine *machine = fake_machine(8 * MIB);
    struct quota_limits wide = {100, 100000, 5, 5}, narrow = {1000, 1000, UINT64_MAX, 1};
    struct quota *upper, *lower;
    assert_int_equal(quota_create(&machine->quota, &wide, &upper), 0);
    assert_int_equal(quota_create(upper, &narrow, &lower), 0);
    assert_int_equal(quota_charge(lower, QUOTA_PAGES, 100), 0);
    assert_int_equal(quota_charge(lower, QUOTA_PAGES, 1), -ERR_NOMEM);
    assert_int_equal(atomic_load(&lower->used[QUOTA_PAGES]), 100);
    assert_int_equal(atomic_load(&upper->used[QUOTA_PAGES]), 100);
    assert_int_equal(quota_charge(lower, QUOTA_KERNEL_BYTES, UINT64_MAX), -ERR_NOMEM);
    assert_int_equal(quota_charge(lower, QUOTA_THREADS, 2), -ERR_AGAIN);
    assert_null(quota_alloc(lower, 1001));
    void *piece = quota_alloc(lower, 1000);
    assert_non_null(piece);
    assert_null(quota_alloc(lower, 1));
    quota_free(lower, piece, 1000);
    quota_release(lower, QUOTA_PAGES, 100);
    quota_put(upper); /* the child keeps it */
    quota_put(lower);
    fake_machine_destroy(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree_agrees_with_sorted_array),
        cmocka_unit_test(test_equal_keys_keep_insertion_order),
        cmocka_unit_test(test_radix_agrees_with_array),
        cmocka_unit_test(test_radix_insert_without_memory_changes_nothing),
        cmocka_unit_test(test_quota_charges_all_ancestors_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
