/* test_malloc.c: does the heap keep blocks apart, give memory back, and notice abuse? */
#include "dy.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

DY(malloc);
DY(calloc);
DY(realloc);
DY(free);
DY(aligned_alloc);
DY(posix_memalign);
size_t dy_malloc_usable_size(void *p);
void dy___malloc_fork_lock(void);
void dy___malloc_fork_unlock(void);

static void test_first_malloc_is_one_arena(void **state)
{
    assert_int_equal(test_pages_mapped, 0);
    void *p = dy_malloc(10);
    assert_non_null(p);
    assert_int_equal(test_pages_mapped, 256);
    dy_free(p);
}

static size_t random_size(void)
{
    switch (test_random() % 12) {
    case 0: return test_random() % 600000;
    case 1:
    case 2: return test_random() % 40000;
    case 3:
    case 4: return test_random() % 4000;
    default: return test_random() % 300;
    }
}

struct block {
    unsigned char *p;
    size_t n;
    unsigned char fill;
};

static void check(const struct block *b)
{
    for (size_t i = 0; i < b->n; i += b->n > 5000 ? 97 : 1)
        assert_int_equal(b->p[i], b->fill);
}

static void stress(struct block *blocks, size_t count, int rounds)
{
    for (int i = 0; i < rounds; i++) {
        struct block *b = &blocks[test_random() % count];
        unsigned kind = (unsigned)(test_random() % 8);
        if (b->p)
            check(b);
        if (b->p && kind < 3) {
            size_t n = random_size(), keep = n < b->n ? n : b->n;
            b->p = dy_realloc(b->p, n);
            assert_non_null(b->p);
            b->n = keep;
            check(b);
            b->n = n;
        } else {
            dy_free(b->p);
            b->n = random_size();
            if (kind == 4) {
                size_t align = (size_t)16 << test_random() % 10;
                b->p = dy_aligned_alloc(align, b->n);
                assert_int_equal((uintptr_t)b->p % align, 0);
            } else if (kind == 5) {
                b->p = dy_calloc(1, b->n);
                for (size_t k = 0; k < b->n; k++)
                    assert_int_equal(b->p[k], 0);
            } else {
                b->p = dy_malloc(b->n);
            }
            assert_non_null(b->p);
        }
        assert_int_equal((uintptr_t)b->p % 16, 0);
        assert_true(dy_malloc_usable_size(b->p) >= b->n);
        b->fill = (unsigned char)test_random();
        memset(b->p, b->fill, dy_malloc_usable_size(b->p));
    }
}

static void test_stress_keeps_blocks_apart(void **state)
{
    static struct block blocks[500];
    stress(blocks, 500, 30000);
    for (size_t i = 0; i < 500; i++)
        dy_free(blocks[i].p);
    assert_int_equal(test_pages_mapped, 256);
}

static void test_small_blocks_come_back(void **state)
{
    enum { COUNT = 200000 };
    static void *p[COUNT];
    size_t before = test_pages_mapped;
    for (int i = 0; i < COUNT; i++)
        p[i] = dy_malloc(24);
    assert_true((test_pages_mapped - before) * 4096 < COUNT * 32 * 5 / 4 + (1 << 20));
    for (int i = 0; i < COUNT; i++)
        dy_free(p[(i * 7919L) % COUNT]);
    assert_int_equal(test_pages_mapped, 256);
}

static void test_realloc_grows_medium_in_place(void **state)
{
    size_t n = 20000;
    int moves = 0;
    char *p = memset(dy_malloc(n), 'r', n);
    for (; n < 200000; n += 10000) {
        char *q = dy_realloc(p, n);
        moves += q != p;
        p = q;
        for (size_t i = 0; i < 20000; i++)
            assert_int_equal(p[i], 'r');
    }
    assert_true(moves < 4);
    dy_free(p);
}

static void test_impossible_sizes_fail(void **state)
{
    volatile size_t huge = SIZE_MAX;
    dy_errno = 0;
    assert_null(dy_malloc(huge));
    assert_int_equal(dy_errno, ENOMEM);
    assert_null(dy_malloc(huge / 2));
    assert_null(dy_calloc(huge / 2, 3));
    assert_null(dy_aligned_alloc(4096, huge - 100));
    void *p = dy_malloc(100);
    assert_null(dy_realloc(p, huge - 50));
    dy_free(p);
    assert_int_equal(dy_posix_memalign(&p, 3, 8), EINVAL);
    assert_null(dy_aligned_alloc(24, 8));
    assert_non_null(p = dy_malloc(0));
    dy_free(p);
}

static void double_free(void)
{
    void *p = dy_malloc(40);
    dy_malloc(40);
    dy_free(p);
    dy_free(p);
}

static void double_free_medium(void)
{
    void *p = dy_malloc(40000);
    dy_free(p);
    dy_free(p);
}

/* One byte too many, into the block that follows. */
static void overflow(void)
{
    char *p[1000];
    for (int i = 0; i < 1000; i++)
        p[i] = memset(dy_malloc(24), 0, 24);
    for (int i = 1; i < 1000; i++)
        if (p[i] == p[i - 1] + 32) {
            p[i - 1][24]++;
            dy_free(p[i]);
        }
}

static void free_inside(void)
{
    char *p = dy_calloc(1, 100);
    dy_free(p + 16);
}

static void write_after_free(void)
{
    char *p = dy_malloc(24);
    dy_malloc(24);
    dy_free(p);
    memset(p, 'A', 8);
    dy_malloc(24);
    dy_malloc(24);
}

static void test_abuse_aborts(void **state)
{
    void (*abuses[])(void) = {double_free, double_free_medium, overflow, free_inside,
                              write_after_free};
    for (size_t i = 0; i < sizeof abuses / sizeof *abuses; i++) {
        int status = test_in_child(abuses[i]);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
            fail_msg("abuse %zu was not noticed: status %x", i, status);
    }
}

static void *thread_main(void *arg)
{
    struct block blocks[50] = {0};
    test_random_state += (uintptr_t)arg;
    stress(blocks, 50, 5000);
    for (size_t i = 0; i < 50; i++)
        dy_free(blocks[i].p);
    return NULL;
}

static void child_allocates(void)
{
    if (!dy_malloc(100))
        _Exit(1);
}

static void test_threads_and_fork(void **state)
{
#if __has_feature(thread_sanitizer)
    skip(); /* it does not see our locks: the library is not instrumented */
#endif
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, thread_main, (void *)(intptr_t)i);
    for (int i = 0; i < 20; i++) {
        dy___malloc_fork_lock();
        fflush(NULL);
        pid_t pid = fork();
        dy___malloc_fork_unlock();
        if (pid == 0) {
            child_allocates();
            _Exit(0);
        }
        int status;
        waitpid(pid, &status, 0);
        assert_int_equal(status, 0);
    }
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_malloc_is_one_arena),
        cmocka_unit_test(test_realloc_grows_medium_in_place), /* while the heap is fresh */
        cmocka_unit_test(test_stress_keeps_blocks_apart),
        cmocka_unit_test(test_small_blocks_come_back),
        cmocka_unit_test(test_impossible_sizes_fail),
        cmocka_unit_test(test_abuse_aborts),
        cmocka_unit_test(test_threads_and_fork),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
