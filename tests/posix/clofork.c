/* clofork.c: descriptors that a fork closes in the child (POSIX.1-2024). */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include "tests/posix/child.h"

extern char **environ;

static int flags_of(int fd)
{
    return fcntl(fd, F_GETFD);
}

/* Is it open in the child of a fork, and still open here? */
static int survives(int fd)
{
    pid_t child = fork_child();
    if (child == 0)
        _exit(flags_of(fd) >= 0);
    CHECK(flags_of(fd) >= 0);
    return result_of(child);
}

static int is_closed_by_fork(int fd)
{
    CHECK(flags_of(fd) & FD_CLOFORK);
    return !survives(fd);
}

static void test_flags(void)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOFORK);
    CHECK_IS(flags_of(fd), FD_CLOFORK);
    CHECK_IS(fcntl(fd, F_SETFD, FD_CLOFORK | FD_CLOEXEC), 0);
    CHECK_IS(flags_of(fd), FD_CLOFORK | FD_CLOEXEC);
    CHECK(is_closed_by_fork(fd));
    CHECK_IS(fcntl(fd, F_SETFD, FD_CLOEXEC), 0);
    CHECK_IS(flags_of(fd), FD_CLOEXEC);
    CHECK(survives(fd));
    CHECK_IS(fcntl(fd, F_SETFD, FD_CLOFORK), 0);
    CHECK_IS(flags_of(fd), FD_CLOFORK);
    CHECK_IS(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
    int other = dup(fd); /* a new descriptor has none of the flags */
    CHECK_IS(flags_of(other), 0);
    CHECK(survives(other));
    CHECK_IS(close(fd), 0);
    CHECK_IS(dup2(other, fd), fd); /* nor has the next one of the number */
    CHECK_IS(flags_of(fd), 0);
    CHECK(survives(fd));
    close(fd);
    close(other);
}

static void test_who_makes_them(void)
{
    int ends[2], pair[2], from = open("/dev/null", O_RDWR);
    int fd = fcntl(from, F_DUPFD_CLOFORK, 100);
    CHECK(fd >= 100 && is_closed_by_fork(fd));
    CHECK_IS(dup3(from, fd, O_CLOFORK | O_CLOEXEC), fd);
    CHECK_IS(flags_of(fd), FD_CLOFORK | FD_CLOEXEC);
    CHECK_IS(dup3(from, fd, O_CLOEXEC), fd);
    CHECK_IS(flags_of(fd), FD_CLOEXEC);
    CHECK(survives(fd));
    CHECK_IS(pipe2(ends, O_CLOFORK), 0);
    CHECK(is_closed_by_fork(ends[0]) && is_closed_by_fork(ends[1]));
    CHECK_IS(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOFORK, 0, pair), 0);
    CHECK(is_closed_by_fork(pair[0]) && is_closed_by_fork(pair[1]));
    CHECK_IS(write(pair[0], "x", 1), 1); /* they work as ever */
    int plain = socket(AF_UNIX, SOCK_DGRAM, 0);
    CHECK_IS(flags_of(plain), 0);
    int all[] = {from, fd, ends[0], ends[1], pair[0], pair[1], plain};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        CHECK_IS(close(all[i]), 0);
}

/* What the child closes does not go away here: the other end sees no end of file. Its locks stay, too. */
static void test_parent_keeps(void)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char name[] = "/tmp/posix_clofork.XXXXXX";
    int plain = mkstemp(name), ends[2];
    CHECK(plain >= 0);
    int fd = open(name, O_RDWR | O_CLOFORK);
    CHECK_IS(fcntl(fd, F_SETLK, &lock), 0);
    CHECK_IS(pipe2(ends, O_CLOFORK | O_NONBLOCK), 0);
    pid_t child = fork_child();
    if (child == 0) {
        CHECK_IS(fcntl(plain, F_SETLK, &lock), -1);
        CHECK(errno == EAGAIN || errno == EACCES);
        CHECK_ERROR(read(ends[0], name, 1), EBADF);
        _exit(posix_failures);
    }
    CHECK_IS(result_of(child), 0);
    CHECK_ERROR(read(ends[0], &lock, 1), EAGAIN);
    CHECK_IS(unlink(name), 0);
    close(fd);
    close(plain);
    close(ends[0]);
    close(ends[1]);
}

/* A spawned program has them not, whether or not they were for exec. */
static void test_spawn(void)
{
    char command[64];
    char *argv[] = {"sh", "-c", command, NULL};
    pid_t child;
    int fd = fcntl(0, F_DUPFD_CLOFORK, 5);
    CHECK(fd >= 5 && fd <= 9);
    snprintf(command, sizeof command, "! { true <&%d; } 2>/dev/null", fd);
    CHECK_IS(posix_spawn(&child, "/bin/sh", NULL, NULL, argv, environ), 0);
    CHECK_IS(result_of(child), 0);
    CHECK_IS(system(command), 0);
    close(fd);
}

static atomic_int stop;

static void *open_and_close(void *arg)
{
    (void)arg;
    while (!stop) {
        int fd = open("/dev/null", O_RDONLY | O_CLOFORK);
        if (fd >= 0)
            close(fd);
    }
    return NULL;
}

/* No fork comes between the making of a descriptor and its flag. */
static void test_no_gap(void)
{
    pthread_t thread;
    int lowest = open("/dev/null", O_RDONLY);
    close(lowest);
    CHECK_IS(pthread_create(&thread, NULL, open_and_close, NULL), 0);
    for (int i = 0; i < 100; i++) {
        pid_t child = fork_child();
        if (child == 0)
            _exit(flags_of(lowest) >= 0);
        CHECK_IS(result_of(child), 0);
    }
    stop = 1;
    CHECK_IS(pthread_join(thread, NULL), 0);
}

int main(void)
{
    test_flags();
    test_who_makes_them();
    test_parent_keeps();
    test_spawn();
    test_no_gap();
    return posix_end();
}
