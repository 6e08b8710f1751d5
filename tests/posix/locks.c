/* locks.c: record locks: ranges, whose they are, what ends them (close, exit, a kill), exec and fork, circles of waiters; the open file's own. */
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "posix_test.h"

#ifndef F_OFD_SETLK
#define F_OFD_GETLK  36
#define F_OFD_SETLK  37
#define F_OFD_SETLKW 38
#endif

static char path[] = "/tmp/posix_locks.XXXXXX";
static const char *self;

static int lock(int fd, int command, short type, off_t start, off_t length)
{
    struct flock wish = {
        .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length, .l_pid = 0};
    return fcntl(fd, command, &wish);
}

/* Who is in the way of a write lock there; 0: nobody. Asked by a child, since one's own locks are never in the way. */
struct answer {
    pid_t pid;
    long start, length;
    int type;
};
static struct answer ask(off_t start, off_t length)
{
    struct answer answer = {0};
    int ends[2];
    CHECK_IS(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        int fd = open(path, O_RDWR);
        struct flock wish = {
            .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
        if (fcntl(fd, F_GETLK, &wish) == 0 && wish.l_type != F_UNLCK)
            answer = (struct answer){wish.l_pid, wish.l_start, wish.l_len, wish.l_type};
        _exit(write(ends[1], &answer, sizeof answer) != sizeof answer);
    }
    CHECK_IS(read(ends[0], &answer, sizeof answer), sizeof answer);
    waitpid(child, NULL, 0);
    close(ends[0]);
    close(ends[1]);
    return answer;
}

static void test_ranges(void)
{
    int fd = open(path, O_RDWR);
    CHECK_IS(lock(fd, F_SETLK, F_WRLCK, 10, 20), 0);
    struct answer a = ask(0, 0);
    CHECK_IS(a.pid, getpid());
    CHECK_IS(a.start, 10);
    CHECK_IS(a.length, 20);
    CHECK_IS(a.type, F_WRLCK);
    CHECK_IS(ask(0, 10).pid, 0);
    CHECK_IS(ask(29, 1).pid, getpid());
    CHECK_IS(ask(30, 1).pid, 0);
    CHECK_IS(lock(fd, F_SETLK, F_RDLCK, 15, 5), 0); /* splits: write, read, write */
    a = ask(15, 5);
    CHECK_IS(a.type, F_RDLCK);
    CHECK_IS(a.length, 5);
    a = ask(0, 0);
    CHECK_IS(a.start, 10);
    CHECK_IS(a.length, 5);
    CHECK_IS(lock(fd, F_SETLK, F_UNLCK, 0, 18), 0);
    CHECK_IS(ask(0, 18).pid, 0);
    CHECK_IS(ask(18, 1).type, F_RDLCK);
    CHECK_IS(lock(fd, F_SETLK, F_WRLCK, 100, -10), 0); /* 90 to 99 */
    CHECK_IS(ask(89, 1).pid, 0);
    CHECK_IS(ask(90, 1).pid, getpid());
    CHECK_IS(ask(99, 1).pid, getpid());
    CHECK_IS(ask(100, 1).pid, 0);
    CHECK_ERROR(lock(fd, F_SETLK, F_WRLCK, 5, -6), EINVAL);
    CHECK_ERROR(lock(fd, F_SETLK, 77, 0, 1), EINVAL);
    CHECK_ERROR(lock(-1, F_SETLK, F_WRLCK, 0, 1), EBADF);
    struct flock wish = {.l_type = F_WRLCK, .l_whence = SEEK_END, .l_start = -1, .l_len = 0};
    CHECK_IS(ftruncate(fd, 1000), 0);
    CHECK_IS(fcntl(fd, F_SETLK, &wish), 0);
    CHECK_IS(ask(999, 1).length, 0);
    CHECK_IS(ask(1000000, 1).pid, getpid());
    int only_read = open(path, O_RDONLY), only_write = open(path, O_WRONLY);
    CHECK_ERROR(lock(only_read, F_SETLK, F_WRLCK, 0, 1), EBADF);
    CHECK_ERROR(lock(only_write, F_SETLK, F_RDLCK, 0, 1), EBADF);
    CHECK_IS(lock(only_read, F_SETLK, F_RDLCK, 0, 1), 0);
    close(only_write); /* and with it all locks of the process on the file */
    CHECK_IS(ask(0, 0).pid, 0);
    close(only_read);
    close(fd);
}

/* A child that does `what`, says so, and waits to be killed or told to go on. */
struct child {
    pid_t pid;
    int from, to;
};
static struct child start(void (*what)(int fd), int fd)
{
    int up[2], down[2];
    char byte = 1;
    struct child child = {.pid = -1};
    if (pipe(up) != 0 || pipe(down) != 0)
        abort();
    fflush(stdout);
    child.pid = fork();
    if (child.pid == 0) {
        close(up[0]);
        close(down[1]);
        what(fd);
        if (write(up[1], &byte, 1) != 1 || read(down[0], &byte, 1) != 1)
            _exit(1);
        _exit(posix_failures != 0);
    }
    close(up[1]);
    close(down[0]);
    child.from = up[0];
    child.to = down[1];
    CHECK_IS(read(child.from, &byte, 1), 1);
    return child;
}

static int end(struct child child)
{
    int status = -1;
    CHECK_IS(waitpid(child.pid, &status, 0), child.pid);
    close(child.from);
    close(child.to);
    return status;
}

static void take_all(int fd)
{
    CHECK_IS(lock(fd, F_SETLK, F_WRLCK, 0, 0), 0);
}

static void expect_not_ours(int fd)
{
    CHECK(lock(fd, F_SETLK, F_WRLCK, 0, 0) == -1 && (errno == EAGAIN || errno == EACCES));
}

/* The killed child's descriptor is a copy of ours, so its open file stays open. */
static void test_a_killed_process_keeps_nothing(void)
{
    int fd = open(path, O_RDWR), status;
    for (int i = 0; i < 20; i++) {
        struct child child = start(take_all, fd);
        CHECK(lock(fd, F_SETLK, F_WRLCK, 0, 0) == -1 && (errno == EAGAIN || errno == EACCES));
        kill(child.pid, SIGKILL);
        status = end(child);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        CHECK_IS(lock(fd, F_SETLK, F_WRLCK, 0, 0), 0);
        CHECK_IS(lock(fd, F_SETLK, F_UNLCK, 0, 0), 0);
    }
    struct child child = start(take_all, fd);
    kill(child.pid, SIGKILL); /* while we wait for the lock, or before */
    CHECK_IS(lock(fd, F_SETLKW, F_WRLCK, 0, 0), 0);
    end(child);
    close(fd);
}

static void test_exit_and_fork(void)
{
    int fd = open(path, O_RDWR);
    char byte = 1;
    struct child child = start(take_all, fd);
    CHECK_IS(ask(5, 1).pid, child.pid);
    CHECK_IS(write(child.to, &byte, 1), 1);
    CHECK_IS(end(child), 0);
    CHECK_IS(ask(5, 1).pid, 0);
    take_all(fd); /* A child does not inherit it, and its closing and ending leave it alone. */
    child = start(expect_not_ours, fd);
    CHECK_IS(write(child.to, &byte, 1), 1);
    CHECK_IS(end(child), 0);
    CHECK_IS(ask(5, 1).pid, getpid());
    close(fd);
    CHECK_IS(ask(5, 1).pid, 0);
}

/* In a child: locks, and becomes this program with "hold", which answers on descriptor 1 and ends by its input. */
static void test_exec(int keep)
{
    int up[2], down[2], status;
    char byte = 1;
    if (pipe(up) != 0 || pipe(down) != 0)
        abort();
    pid_t child = fork();
    if (child == 0) {
        int fd = open(path, O_RDWR | (keep ? 0 : O_CLOEXEC));
        take_all(fd);
        dup2(up[1], 1);
        dup2(down[0], 0);
        for (int other = 3; other < 40; other++) {
            if (other != fd)
                close(other);
        }
        char number[12];
        snprintf(number, sizeof number, "%d", fd);
        execl(self, self, "hold", number, (char *)NULL);
        _exit(126);
    }
    close(up[1]);
    close(down[0]);
    CHECK_IS(read(up[0], &byte, 1), 1);
    CHECK_IS(ask(0, 1).pid, keep ? child : 0);
    CHECK_IS(write(down[1], &byte, 1), 1); /* it closes the file */
    CHECK_IS(read(up[0], &byte, 1), 1);
    CHECK_IS(ask(0, 1).pid, 0);
    CHECK_IS(write(down[1], &byte, 1), 1);
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(status, 0);
    close(up[0]);
    close(down[1]);
}

static int hold(int fd)
{
    char byte = 1;
    if (write(1, &byte, 1) != 1 || read(0, &byte, 1) != 1)
        return 1;
    close(fd);
    return write(1, &byte, 1) != 1 || read(0, &byte, 1) != 1;
}

/* ---- Circles of waiters ---- */

/* Three processes each have a byte and want the next one's: one of them is told. */
static void test_deadlock(void)
{
    int fd = open(path, O_RDWR), deadlocks = 0, status;
    pid_t children[3];
    int ready[2], go[2];
    char byte;
    if (pipe(ready) != 0 || pipe(go) != 0)
        abort();
    for (int i = 0; i < 3; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            close(ready[0]);
            close(go[1]);
            if (lock(fd, F_SETLK, F_WRLCK, i, 1) != 0 || write(ready[1], "x", 1) != 1)
                _exit(9);
            (void)!read(go[0], &byte, 1); /* its end */
            int result = lock(fd, F_SETLKW, F_WRLCK, (i + 1) % 3, 1);
            _exit(result == 0 ? 0 : errno == EDEADLK ? 1 : 2);
        }
    }
    for (int i = 0; i < 3; i++)
        CHECK_IS(read(ready[0], &byte, 1), 1);
    close(go[1]);
    for (int i = 0; i < 3; i++) {
        CHECK_IS(waitpid(children[i], &status, 0), children[i]);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
        deadlocks += WEXITSTATUS(status) == 1;
    }
    CHECK_IS(deadlocks, 1);
    close(go[0]);
    close(ready[0]);
    close(ready[1]);
    close(fd);
}

static void on_alarm(int signo)
{
    (void)signo;
}

static void test_interrupted(void)
{
    int fd = open(path, O_RDWR);
    struct child child = start(take_all, fd);
    struct itimerval often = {{0, 20000}, {0, 20000}}, never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &often, NULL);
    CHECK_ERROR(lock(fd, F_SETLKW, F_WRLCK, 0, 0), EINTR);
    setitimer(ITIMER_REAL, &never, NULL);
    kill(child.pid, SIGKILL);
    end(child);
    CHECK_IS(lockf(fd, F_TLOCK, 0), 0);
    CHECK_IS(ask(0, 0).pid, getpid());
    CHECK_IS(lockf(fd, F_ULOCK, 0), 0);
    CHECK_IS(lockf(fd, F_TEST, 0), 0);
    close(fd);
}

/* Locks of the open file: shared with a child that has it, not with another open file of the same process. */
static void test_open_file_locks(void)
{
    int one = open(path, O_RDWR), two = open(path, O_RDWR), status;
    struct flock wish = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 5};
    CHECK_IS(lock(one, F_OFD_SETLK, F_WRLCK, 0, 10), 0);
    CHECK(lock(two, F_OFD_SETLK, F_WRLCK, 5, 1) == -1 && errno == EAGAIN);
    CHECK(lock(two, F_SETLK, F_WRLCK, 5, 1) == -1 && (errno == EAGAIN || errno == EACCES));
    CHECK_IS(lock(two, F_OFD_SETLK, F_WRLCK, 10, 1), 0);
    CHECK_IS(fcntl(two, F_OFD_GETLK, &wish), 0);
    CHECK_IS(wish.l_type, F_WRLCK);
    CHECK_IS(wish.l_pid, -1);
    wish.l_pid = 3;
    CHECK_ERROR(fcntl(two, F_OFD_GETLK, &wish), EINVAL);
    pid_t child = fork();
    if (child == 0) {
        CHECK_IS(lock(one, F_OFD_SETLK, F_UNLCK, 0, 2), 0);
        CHECK(lock(two, F_OFD_SETLK, F_WRLCK, 5, 1) == -1 && errno == EAGAIN);
        close(two);
        _exit(posix_failures != 0);
    }
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(status, 0);
    CHECK_IS(lock(two, F_OFD_SETLK, F_WRLCK, 0, 2), 0);
    CHECK_IS(flock(two, LOCK_EX | LOCK_NB), 0); /* another world */
    CHECK(flock(one, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK);
    close(one);
    CHECK_IS(lock(two, F_OFD_SETLK, F_WRLCK, 0, 0), 0);
    close(two);
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = on_alarm};
    if (argc > 2 && strcmp(argv[1], "hold") == 0)
        return hold(atoi(argv[2]));
    self = argv[0];
    sigaction(SIGALRM, &action, NULL);
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    close(fd);
    test_ranges();
    test_a_killed_process_keeps_nothing();
    test_exit_and_fork();
    test_exec(1);
    test_exec(0);
    test_deadlock();
    test_interrupted();
    test_open_file_locks();
    unlink(path);
    return posix_end();
}
