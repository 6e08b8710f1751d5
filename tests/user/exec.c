/* exec.c: does exec replace the whole process, whatever its other threads do, and leave it alone when it fails? */
#include <errno.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define ROUNDS 30

static const char *self;
static int block[2];

static void *spins(void *arg)
{
    volatile unsigned long *count = arg;
    for (;;)
        ++*count;
    return NULL;
}

static void *blocks(void *arg)
{
    char byte;
    (void)!read(block[0], &byte, 1);
    return arg;
}

static void *calls(void *arg)
{
    for (;;)
        (void)access("/etc/passwd", R_OK);
    return arg;
}

static void *execs(void *arg)
{
    char *argv[] = {(char *)self, "child", NULL};
    execv(self, argv);
    return arg;
}

static int status_of(pid_t child)
{
    int status = -1;
    CHECK_IS(waitpid(child, &status, 0), child);
    return status;
}

static void start(void *(*body)(void *))
{
    static unsigned long counts[8];
    static int next;
    pthread_t thread;
    CHECK_IS(pthread_create(&thread, NULL, body, &counts[next++ & 7]), 0);
}

static void test_exec_ends_spinning_blocked_and_calling_threads(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        pid_t child = fork();
        if (child == 0) {
            start(spins);
            start(blocks);
            start(calls);
            execs(NULL);
            _exit(1);
        }
        int status = status_of(child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    }
}

static void test_exec_from_a_second_thread(void)
{
    pid_t child = fork();
    if (child == 0) {
        start(execs);
        (void)blocks(NULL);
        _exit(2);
    }
    int status = status_of(child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

static void test_two_execs_at_once_give_one_image(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        pid_t child = fork();
        if (child == 0) {
            start(execs);
            start(execs);
            (void)blocks(NULL);
            _exit(2);
        }
        int status = status_of(child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    }
}

static void test_failed_exec_changes_nothing(void)
{
    char *argv[] = {"x", NULL};
    errno = 0;
    CHECK_IS(execv("/nonexistent", argv), -1);
    CHECK_IS(errno, ENOENT);
    CHECK_IS(execv("/etc/passwd", argv), -1);
    CHECK_IS(errno, EACCES);
    CHECK_IS(execv("/etc", argv), -1);
    CHECK_IS(errno, EACCES);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return 7;
    self = argv[0];
    CHECK_IS(pipe(block), 0);
    test_exec_ends_spinning_blocked_and_calling_threads();
    test_exec_from_a_second_thread();
    test_two_execs_at_once_give_one_image();
    test_failed_exec_changes_nothing();
    return check_end();
}
