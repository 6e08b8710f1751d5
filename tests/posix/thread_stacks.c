/* thread_stacks.c: the stacks of threads: how large they are, where they end, and what pthread_getattr_np tells of them. */
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"

#ifndef __dyad__
/* POSIX has no way to ask; glibc and musl declare it with _GNU_SOURCE. */
int pthread_getattr_np(pthread_t thread, pthread_attr_t *attr);
#endif

#define LEAST ((size_t)sysconf(_SC_THREAD_STACK_MIN))
#define PAGE  ((size_t)sysconf(_SC_PAGESIZE))

struct shown {
    void *address;
    size_t size, guard;
    int detached;
};

static struct shown show(pthread_t thread)
{
    struct shown shown = {0};
    pthread_attr_t attr;
    CHECK_IS(pthread_getattr_np(thread, &attr), 0);
    CHECK_IS(pthread_attr_getstack(&attr, &shown.address, &shown.size), 0);
    CHECK_IS(pthread_attr_getguardsize(&attr, &shown.guard), 0);
    CHECK_IS(pthread_attr_getdetachstate(&attr, &shown.detached), 0);
    CHECK_IS(pthread_attr_destroy(&attr), 0);
    return shown;
}

static bool is_within(const struct shown *shown, const void *at)
{
    return (const char *)at > (char *)shown->address &&
           (const char *)at < (char *)shown->address + shown->size;
}

static void *show_own(void *arg)
{
    struct shown *shown = arg;
    *shown = show(pthread_self());
    CHECK(is_within(shown, &shown));
    return NULL;
}

static struct shown shown_with(const pthread_attr_t *attr)
{
    struct shown shown = {0};
    pthread_t thread;
    CHECK_IS(pthread_create(&thread, attr, show_own, &shown), 0);
    CHECK_IS(pthread_join(thread, NULL), 0);
    return shown;
}

static void test_what_is_told(void)
{
    pthread_attr_t attr;
    char *own = mmap(NULL, 4 * LEAST, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct shown shown = show(pthread_self());
    CHECK(is_within(&shown, &shown));
    CHECK_IS(shown.detached, PTHREAD_CREATE_JOINABLE);
    CHECK_IS(pthread_attr_init(&attr), 0);
    CHECK_IS(pthread_attr_setstacksize(&attr, 4 * LEAST), 0);
    CHECK_IS(pthread_attr_setguardsize(&attr, 2 * PAGE), 0);
    shown = shown_with(&attr);
    CHECK_IS(shown.guard, 2 * PAGE);
    CHECK(shown.size + 2 * PAGE >= 4 * LEAST); /* glibc takes the guard from it */
    CHECK_IS(pthread_attr_setstack(&attr, own, 4 * LEAST), 0);
    shown = shown_with(&attr);
    CHECK(shown.address == own);
    CHECK_IS(shown.size, 4 * LEAST);
    CHECK_IS(munmap(own, 4 * LEAST), 0);
}

/* Use the stack up to depth bytes below the first frame; not a loop to the compiler. */
static long use(volatile char *first, long depth)
{
    volatile char frame[400];
    frame[0] = frame[399] = 1;
    if (first - frame >= depth)
        return frame[0];
    return use(first, depth) + frame[399];
}

static void *use_so_much(void *arg)
{
    volatile char first = 0;
    use(&first, (long)(size_t)arg);
    return NULL;
}

/* In a child: whether a thread with the attributes lives to use so much of its stack. */
static int status_of_using(const pthread_attr_t *attr, size_t bytes)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        pthread_t thread;
        signal(SIGSEGV, SIG_DFL);
        if (pthread_create(&thread, attr, use_so_much, (void *)bytes) != 0)
            _exit(2);
        pthread_join(thread, NULL);
        _exit(0);
    }
    CHECK_IS(waitpid(child, &status, 0), child);
    return status;
}

/* What was asked for is there, but for what the library needs of it; beyond it comes the guard and nothing else. */
static void test_the_end_is_where_it_was_asked_for(void)
{
    pthread_attr_t attr;
    CHECK_IS(pthread_attr_init(&attr), 0);
    for (size_t size = LEAST; size <= 4 * LEAST; size += PAGE) {
        CHECK_IS(pthread_attr_setstacksize(&attr, size), 0);
        CHECK_IS(status_of_using(&attr, size / 2), 0);
        int status = status_of_using(&attr, size);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    }
}

int main(void)
{
    test_the_end_is_where_it_was_asked_for(); /* glibc uses the stacks of threads that are over again */
    test_what_is_told();
    return posix_end();
}
