/* mremap.c: a mapping that becomes longer, shorter, or moves: keeps it what it holds, and with whom it shares? As on Linux; POSIX has none. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sys/mman.h>
#include <sys/wait.h>
#include <pthread.h>
#include <stdint.h>
#include <unistd.h>

#include "posix_test.h"

#define PAGE 4096ul

static char *map(size_t pages, int flags)
{
    char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);
    CHECK(p != MAP_FAILED);
    return p;
}

static char *map_private(size_t pages)
{
    char *p = map(pages, MAP_PRIVATE);
    for (size_t i = 0; i < pages; i++)
        p[i * PAGE] = (char)(i + 1);
    return p;
}

static int is_written(const char *p, size_t pages, size_t first)
{
    for (size_t i = 0; i < pages; i++)
        if (p[i * PAGE] != (char)(first + i + 1))
            return 0;
    return 1;
}

/* msync says ENOMEM where nothing is mapped. */
static int is_mapped(const char *p)
{
    return msync((void *)(uintptr_t)p, PAGE, MS_ASYNC) == 0;
}

static void test_errors(void)
{
    char *p = map_private(4), *free = map(8, MAP_PRIVATE);
    munmap(free, 8 * PAGE);
    errno = 0;
#define REFUSES(call, error) CHECK_ERROR((call) == MAP_FAILED ? -1 : 0, error)
    REFUSES(mremap(p, PAGE, PAGE, 0x40), EINVAL);
    REFUSES(mremap(p, PAGE, PAGE, MREMAP_FIXED, free), EINVAL); /* without MAYMOVE */
    REFUSES(mremap(p + 1, PAGE, PAGE, 0), EINVAL);
    REFUSES(mremap(p, PAGE, 0, MREMAP_MAYMOVE), EINVAL);
    REFUSES(mremap(p, 4 * PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, free + 1), EINVAL);
    REFUSES(mremap(p, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, p + PAGE), EINVAL);
    REFUSES(mremap(free, PAGE, 2 * PAGE, MREMAP_MAYMOVE), EFAULT);
    REFUSES(mremap(free, 2 * PAGE, PAGE, 0), EFAULT);
    REFUSES(mremap(p, 0, PAGE, MREMAP_MAYMOVE), EINVAL); /* private */
    REFUSES(mremap(p, PAGE, (size_t)1 << 46, 0), ENOMEM);
    /* The second page is another mapping for its protection: the range is not one. */
    CHECK_IS(mprotect(p + PAGE, PAGE, PROT_READ), 0);
    REFUSES(mremap(p, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE), EFAULT);
    REFUSES(mremap(p, PAGE, 2 * PAGE, 0), ENOMEM); /* there is something behind it */
    CHECK_IS(mprotect(p + PAGE, PAGE, PROT_READ | PROT_WRITE), 0);
    CHECK(is_written(p, 4, 0));
    munmap(p, 4 * PAGE);
}

static void test_shorter_and_longer(void)
{
    char *p = map_private(8);
    CHECK(mremap(p, 8 * PAGE, 3 * PAGE - 5, 0) == p);
    CHECK(is_written(p, 3, 0));
    CHECK(!is_mapped(p + 3 * PAGE));
    CHECK(mremap(p, 3 * PAGE, 8 * PAGE, 0) == p); /* what follows is free */
    CHECK(is_written(p, 3, 0));
    CHECK_IS(p[3 * PAGE], 0);
    CHECK(mremap(p, 8 * PAGE, 8 * PAGE, MREMAP_MAYMOVE) == p);
    munmap(p, 8 * PAGE);
}

static void test_moves(void)
{
    char *p = map_private(6), *there = map_private(6);
    /* Out of the middle, over what is there. */
    CHECK(mremap(p + PAGE, 3 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, there) == there);
    CHECK(is_written(there, 3, 1));
    CHECK_IS(there[3 * PAGE], 0);
    CHECK(is_written(there + 4 * PAGE, 2, 4));
    CHECK(p[0] == 1 && is_written(p + 4 * PAGE, 2, 4));
    CHECK(!is_mapped(p + PAGE) && !is_mapped(p + 3 * PAGE));
    there[PAGE] = 77;
    /* Shorter, and elsewhere. */
    CHECK(mremap(there, 4 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, p + PAGE) == p + PAGE);
    CHECK(p[PAGE] == 2 && p[2 * PAGE] == 77 && !is_mapped(there + 2 * PAGE) && !is_mapped(there));
    munmap(p, 6 * PAGE);
    munmap(there, 6 * PAGE);
}

static void test_grows_elsewhere(void)
{
    char *p = map_private(300), *q;
    CHECK_IS(mprotect(p + 299 * PAGE, PAGE, PROT_READ), 0); /* in its way */
    CHECK((q = mremap(p, 299 * PAGE, 400 * PAGE, MREMAP_MAYMOVE)) != MAP_FAILED && q != p);
    CHECK(is_written(q, 299, 0));
    CHECK_IS(q[399 * PAGE], 0);
    CHECK(!is_mapped(p));
    CHECK_IS(p[299 * PAGE], (char)300);
    munmap(q, 400 * PAGE);
    munmap(p, 300 * PAGE);
}

static int child_says(int yes)
{
    _exit(yes ? 0 : 1);
}

/* Copies of a fork are two memories, wherever they move. */
static void test_after_a_fork(void)
{
    int status = -1;
    char *p = map_private(3), *there = map(3, MAP_PRIVATE);
    pid_t child = fork();
    if (child == 0) {
        char *q = mremap(p, 3 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, there);
        int good = q == there && is_written(q, 3, 0);
        q[0] = 99;
        child_says(good && q[0] == 99);
    }
    CHECK(mremap(p, 3 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, there) == there);
    there[PAGE] = 55;
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(status, 0);
    CHECK(there[0] == 1 && there[PAGE] == 55 && there[2 * PAGE] == 3);
    munmap(there, 3 * PAGE);
}

static void test_shared_memory(void)
{
    int status = -1;
    char *p = map(4, MAP_SHARED), *again;
    p[PAGE] = 5;
    again = mremap(p + PAGE, 0, 2 * PAGE, MREMAP_MAYMOVE); /* a second mapping of it */
    CHECK(again != MAP_FAILED && again != p + PAGE);
    CHECK_IS(again[0], 5);
    again[PAGE] = 6;
    CHECK_IS(p[2 * PAGE], 6);
    char *moved = mremap(p, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, map(4, MAP_PRIVATE));
    CHECK(moved != MAP_FAILED);
    pid_t child = fork();
    if (child == 0) {
        moved[3 * PAGE] = 9;
        child_says(again[0] == 5);
    }
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(status, 0);
    CHECK(moved[3 * PAGE] == 9 && moved[2 * PAGE] == 6);
    munmap(moved, 4 * PAGE);
    munmap(again, 2 * PAGE);
}

static void test_files(void)
{
    char name[] = "/tmp/mremapXXXXXX", byte = 0;
    int fd = mkstemp(name);
    CHECK(fd >= 0 && ftruncate(fd, (off_t)(4 * PAGE)) == 0);
    char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)PAGE);
    CHECK(p != MAP_FAILED);
    p[0] = 'a';
    char *q = mremap(p, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, map(3, MAP_PRIVATE));
    CHECK(q != MAP_FAILED);
    q[2 * PAGE] = 'c'; /* the file's last page, which was not mapped before */
    CHECK_IS(q[0], 'a');
    CHECK(pread(fd, &byte, 1, (off_t)(3 * PAGE)) == 1 && byte == 'c');
    munmap(q, 3 * PAGE);
    close(fd);
    unlink(name);
}

/* ---- others meanwhile ---- */

static volatile int over;

static void *grows(void *argument)
{
    (void)argument;
    for (size_t round = 0; round < 60; round++) {
        size_t size = 300000;
        unsigned char *p = malloc(size);
        CHECK(p != NULL);
        memset(p, (int)round, size);
        for (; p && size < 3000000; size *= 2) {
            p = realloc(p, size * 2);
            if (p && (p[0] != (unsigned char)round || p[size - 1] != (unsigned char)round))
                CHECK(!"realloc keeps what is there");
            if (p)
                memset(p + size, (int)round, size);
        }
        p = realloc(p, 400000);
        CHECK(p && p[399999] == (unsigned char)round);
        free(p);
    }
    over = 1;
    return NULL;
}

static void test_realloc_beside_forks(void)
{
    pthread_t thread;
    CHECK_IS(pthread_create(&thread, NULL, grows, NULL), 0);
    do {
        int status = -1;
        pid_t child = fork();
        if (child == 0) { /* the heap is whole in the child as well */
            char *p = malloc(500000);
            p = realloc(p, 5000000);
            child_says(p && (p[4999999] = 1) == 1);
        }
        CHECK_IS(waitpid(child, &status, 0), child);
        CHECK_IS(status, 0);
    } while (!over);
    pthread_join(thread, NULL);
}

int main(void)
{
    test_errors();
    test_shorter_and_longer();
    test_moves();
    test_grows_elsewhere();
    test_after_a_fork();
    test_shared_memory();
    test_files();
    test_realloc_beside_forks();
    return posix_end();
}
