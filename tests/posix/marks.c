/* marks.c: times of files, FIFOs and pipes, record locks, select and poll on files. */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#include "posix_test.h"

static char base[] = "/tmp/posix_marks_XXXXXX";

/* ---- which times an operation marks ---- */

enum { A = 1, M = 2, C = 4 };

static struct stat mark(const char *path)
{
    /* Both times far back, so that a mark shows however coarse the clock is. */
    struct timespec old[2] = {{1000, 0}, {2000, 0}};
    struct stat st;
    CHECK_IS(utimensat(AT_FDCWD, path, old, 0), 0);
    CHECK_IS(stat(path, &st), 0);
    CHECK(st.st_atim.tv_sec == 1000 && st.st_mtim.tv_sec == 2000);
    struct timespec moment = {0, 20000000};
    nanosleep(&moment, NULL);
    return st;
}

static int marks_since(const char *path, const struct stat *before)
{
    struct stat st;
    CHECK_IS(stat(path, &st), 0);
    return (st.st_atim.tv_sec != before->st_atim.tv_sec ? A : 0) |
           (st.st_mtim.tv_sec != before->st_mtim.tv_sec ? M : 0) |
           (st.st_ctim.tv_sec != before->st_ctim.tv_sec ||
                    st.st_ctim.tv_nsec != before->st_ctim.tv_nsec
                ? C
                : 0);
}

#define MARKS(path, expected, operation)                      \
    do {                                                      \
        struct stat marks_before = mark(path);                \
        operation;                                            \
        CHECK_IS(marks_since(path, &marks_before), expected); \
    } while (0)

static void test_marks(void)
{
    char c;
    int fd = open("f", O_RDWR | O_CREAT, 0644);
    CHECK_IS(mkdir("d", 0755), 0);
    CHECK_IS(write(fd, "text", 4), 4);
    MARKS("f", M | C, CHECK_IS(pwrite(fd, "x", 1, 0), 1));
    MARKS("f", 0, CHECK_IS(write(fd, "", 0), 0));
    struct stat st = mark("f");
    CHECK_IS(pread(fd, &c, 1, 0), 1);
    int seen = marks_since("f", &st);
    CHECK(seen == A || seen == 0); /* a mount may leave it out */
    MARKS("f", M | C, CHECK_IS(ftruncate(fd, 2), 0));
    MARKS("f", M | C, CHECK_IS(truncate("f", 10), 0));
    MARKS("f", C, CHECK_IS(chmod("f", 0600), 0));
    MARKS("f", C, CHECK_IS(fchmod(fd, 0644), 0));
    MARKS("f", C, CHECK_IS(link("f", "g"), 0));
    MARKS("f", C, CHECK_IS(unlink("g"), 0));
    MARKS("f", 0, close(open("f", O_RDONLY)));
    MARKS("f", M | C, close(open("f", O_WRONLY | O_TRUNC)));
    MARKS("d", M | C, CHECK_IS(symlink("x", "d/s"), 0));
    MARKS("d", M | C, CHECK_IS(unlink("d/s"), 0));
    MARKS("d", M | C, close(open("d/new", O_CREAT | O_WRONLY, 0644)));
    MARKS("d", 0, close(open("d/new", O_CREAT | O_WRONLY, 0644)));
    MARKS("d", M | C, CHECK_IS(rename("d/new", "d/newer"), 0));
    MARKS("d", M | C, CHECK_IS(mkfifo("d/p", 0644), 0));
    MARKS("d", M | C, CHECK_IS(mkdir("d/e", 0755), 0));
    MARKS("d", M | C, CHECK_IS(rmdir("d/e"), 0));
    unlink("d/p");
    unlink("d/newer");
    rmdir("d");
    /* Setting them. */
    struct timespec times[2] = {{5, 6}, {0, UTIME_OMIT}};
    CHECK_IS(utimensat(AT_FDCWD, "f", times, 0), 0);
    CHECK_IS(stat("f", &st), 0);
    CHECK(st.st_atim.tv_sec == 5 && st.st_atim.tv_nsec == 6);
    times[0].tv_nsec = UTIME_OMIT;
    times[1] = (struct timespec){7, 8};
    CHECK_IS(futimens(fd, times), 0);
    CHECK_IS(stat("f", &st), 0);
    CHECK(st.st_atim.tv_sec == 5 && st.st_mtim.tv_sec == 7 && st.st_mtim.tv_nsec == 8);
    times[1].tv_nsec = UTIME_NOW;
    CHECK_IS(futimens(fd, times), 0);
    CHECK_IS(stat("f", &st), 0);
    CHECK(st.st_atim.tv_sec == 5 && st.st_mtim.tv_sec > 100000);
    times[1].tv_nsec = 1000000000;
    CHECK_ERROR(futimens(fd, times), EINVAL);
    CHECK_ERROR(utimensat(AT_FDCWD, "f", times, 0x40000000), EINVAL);
    CHECK_ERROR(utimensat(AT_FDCWD, "nosuch", NULL, 0), ENOENT);
    struct timeval tv[2] = {{11, 500000}, {12, 0}}, bad[2] = {{1, 1000000}, {1, 0}};
    CHECK_IS(utimes("f", tv), 0);
    CHECK_IS(stat("f", &st), 0);
    CHECK(st.st_atim.tv_sec == 11 && st.st_atim.tv_nsec == 500000000 && st.st_mtime == 12);
    CHECK_ERROR(utimes("f", bad), EINVAL);
    struct utimbuf u = {21, 22};
    CHECK_IS(utime("f", &u), 0);
    CHECK_IS(stat("f", &st), 0);
    CHECK(st.st_atime == 21 && st.st_mtime == 22);
    CHECK_IS(utime("f", NULL), 0);
    CHECK_IS(symlink("f", "l"), 0);
    times[0] = times[1] = (struct timespec){33, 0};
    CHECK_IS(utimensat(AT_FDCWD, "l", times, AT_SYMLINK_NOFOLLOW), 0);
    CHECK_IS(lstat("l", &st), 0);
    CHECK_IS(st.st_mtime, 33);
    CHECK_IS(stat("l", &st), 0);
    CHECK(st.st_mtime != 33);
    unlink("l");
    close(fd);
    unlink("f");
}

/* ---- pipes and FIFOs ---- */

static void test_pipes(void)
{
    static char big[PIPE_BUF * 32];
    int p[2];
    char c;
    CHECK_IS(pipe(p), 0);
    CHECK_IS(fcntl(p[0], F_GETFL) & O_ACCMODE, O_RDONLY);
    CHECK_IS(fcntl(p[1], F_GETFL) & O_ACCMODE, O_WRONLY);
    CHECK_ERROR(read(p[1], &c, 1), EBADF);
    CHECK_ERROR(write(p[0], &c, 1), EBADF);
    CHECK_ERROR(lseek(p[0], 0, SEEK_CUR), ESPIPE);
    CHECK_ERROR(pread(p[0], &c, 1, 0), ESPIPE);
    CHECK_ERROR(ftruncate(p[1], 0), EINVAL);
    struct stat st;
    CHECK_IS(fstat(p[0], &st), 0);
    CHECK(S_ISFIFO(st.st_mode));
    CHECK_IS(fcntl(p[0], F_SETFL, O_NONBLOCK), 0);
    CHECK_IS(fcntl(p[1], F_SETFL, O_NONBLOCK), 0);
    CHECK_ERROR(read(p[0], &c, 1), EAGAIN);
    ssize_t n, total = 0;
    while ((n = write(p[1], big, sizeof big)) > 0)
        total += n;
    CHECK_IS(errno, EAGAIN);
    CHECK(total >= PIPE_BUF);
    /* Less than PIPE_BUF goes whole or not at all. */
    CHECK_ERROR(write(p[1], big, PIPE_BUF), EAGAIN);
    CHECK_IS(read(p[0], big, 100), 100);
    CHECK_ERROR(write(p[1], big, PIPE_BUF), EAGAIN);
    while (read(p[0], big, sizeof big) > 0)
        continue;
    CHECK_IS(write(p[1], "left", 4), 4);
    close(p[1]);
    CHECK_IS(read(p[0], big, sizeof big), 4);
    CHECK_IS(read(p[0], big, sizeof big), 0);
    close(p[0]);
    CHECK_IS(pipe2(p, O_CLOEXEC | O_NONBLOCK), 0);
    CHECK_IS(fcntl(p[0], F_GETFD), FD_CLOEXEC);
    CHECK(fcntl(p[1], F_GETFL) & O_NONBLOCK);
    close(p[0]);
    signal(SIGPIPE, SIG_IGN);
    CHECK_ERROR(write(p[1], "x", 1), EPIPE);
    close(p[1]);
    CHECK_ERROR(pipe2(p, 0x1), EINVAL);

    CHECK_IS(mkfifo("fifo", 0644), 0);
    CHECK_ERROR(open("fifo", O_WRONLY | O_NONBLOCK), ENXIO);
    int r = open("fifo", O_RDONLY | O_NONBLOCK);
    CHECK(r >= 0);
    CHECK_IS(read(r, &c, 1), 0); /* no writer */
    int w = open("fifo", O_WRONLY | O_NONBLOCK);
    CHECK(w >= 0);
    CHECK_ERROR(read(r, &c, 1), EAGAIN);
    CHECK_IS(write(w, "fifo", 4), 4);
    CHECK_IS(read(r, big, 10), 4);
    close(r);
    CHECK_ERROR(write(w, "x", 1), EPIPE);
    close(w);
    pid_t pid = fork();
    if (pid == 0) {
        int fd = open("fifo", O_WRONLY); /* waits for the reader */
        _exit(write(fd, "child", 5) == 5 ? 0 : 1);
    }
    r = open("fifo", O_RDONLY);
    CHECK_IS(read(r, big, 5), 5);
    CHECK_IS(read(r, big, 5), 0);
    close(r);
    int status;
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    unlink("fifo");
}

/* ---- record locks ---- */

static struct flock lock_of(short type, off_t start, off_t len)
{
    return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len};
}

/* What a child is told about a range: the type of the lock in its way, F_UNLCK when none is. */
static int child_sees(int fd, short type, off_t start, off_t len, struct flock *out)
{
    int p[2];
    CHECK_IS(pipe(p), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct flock l = lock_of(type, start, len);
        if (fcntl(fd, F_GETLK, &l) < 0)
            l.l_type = 99;
        _exit(write(p[1], &l, sizeof l) == (ssize_t)sizeof l ? 0 : 1);
    }
    CHECK_IS(read(p[0], out, sizeof *out), sizeof *out);
    CHECK_IS(waitpid(pid, NULL, 0), pid);
    close(p[0]);
    close(p[1]);
    return out->l_type;
}

static void test_locks(void)
{
    struct flock l, seen;
    int fd = open("f", O_RDWR | O_CREAT, 0644), ro = open("f", O_RDONLY);
    CHECK_IS(write(fd, "0123456789", 10), 10);
    l = lock_of(F_WRLCK, 2, 4);
    CHECK_IS(fcntl(fd, F_SETLK, &l), 0);
    l = lock_of(F_WRLCK, 0, 0);
    CHECK_IS(fcntl(fd, F_GETLK, &l), 0);
    CHECK_IS(l.l_type, F_UNLCK); /* one's own is in nobody's way */
    CHECK_IS(child_sees(fd, F_RDLCK, 0, 0, &seen), F_WRLCK);
    CHECK(seen.l_start == 2 && seen.l_len == 4 && seen.l_pid == getpid() &&
          seen.l_whence == SEEK_SET);
    CHECK_IS(child_sees(fd, F_RDLCK, 0, 2, &seen), F_UNLCK);
    CHECK_IS(child_sees(fd, F_RDLCK, 6, 0, &seen), F_UNLCK);
    /* Unlocking the middle makes two. */
    l = lock_of(F_UNLCK, 3, 1);
    CHECK_IS(fcntl(fd, F_SETLK, &l), 0);
    CHECK_IS(child_sees(fd, F_RDLCK, 3, 1, &seen), F_UNLCK);
    CHECK(child_sees(fd, F_RDLCK, 4, 1, &seen) == F_WRLCK && seen.l_start == 4 && seen.l_len == 2);
    l = lock_of(F_RDLCK, 0, 0);
    CHECK_IS(fcntl(fd, F_SETLK, &l), 0); /* replaces them all */
    CHECK_IS(child_sees(fd, F_RDLCK, 0, 0, &seen), F_UNLCK);
    CHECK(child_sees(fd, F_WRLCK, 5, 1, &seen) == F_RDLCK && seen.l_start == 0 && seen.l_len == 0);
    CHECK_IS(lseek(fd, 5, SEEK_SET), 5);
    l = (struct flock){.l_type = F_UNLCK, .l_whence = SEEK_CUR, .l_start = -2, .l_len = 4};
    CHECK_IS(fcntl(fd, F_SETLK, &l), 0);
    CHECK_IS(child_sees(fd, F_WRLCK, 3, 4, &seen), F_UNLCK);
    l = (struct flock){
        .l_type = F_WRLCK, .l_whence = SEEK_END, .l_start = 0, .l_len = -2}; /* 8 and 9 */
    CHECK_IS(fcntl(fd, F_SETLK, &l), 0);
    CHECK(child_sees(fd, F_RDLCK, 8, 1, &seen) == F_WRLCK && seen.l_start == 8 && seen.l_len == 2);
    l = lock_of(F_RDLCK, -1, 1);
    CHECK_ERROR(fcntl(fd, F_SETLK, &l), EINVAL);
    l = lock_of(77, 0, 1);
    CHECK_ERROR(fcntl(fd, F_SETLK, &l), EINVAL);
    l = lock_of(F_WRLCK, 0, 1);
    CHECK_ERROR(fcntl(ro, F_SETLK, &l), EBADF);
    CHECK_ERROR(fcntl(-1, F_SETLK, &l), EBADF);
    /* Closing any descriptor of the file releases them. */
    close(ro);
    CHECK_IS(child_sees(fd, F_WRLCK, 0, 0, &seen), F_UNLCK);
    /* One that waits gets it when the holder ends. */
    int p[2];
    char c;
    CHECK_IS(pipe(p), 0);
    pid_t pid = fork();
    if (pid == 0) {
        l = lock_of(F_WRLCK, 0, 0);
        fcntl(fd, F_SETLK, &l);
        write(p[1], "x", 1);
        struct timespec moment = {0, 30000000};
        nanosleep(&moment, NULL);
        _exit(0);
    }
    CHECK_IS(read(p[0], &c, 1), 1);
    l = lock_of(F_WRLCK, 0, 1);
    errno = 0;
    CHECK(fcntl(fd, F_SETLK, &l) == -1 && (errno == EAGAIN || errno == EACCES));
    CHECK_IS(fcntl(fd, F_SETLKW, &l), 0);
    CHECK_IS(waitpid(pid, NULL, 0), pid);
    close(p[0]);
    close(p[1]);
    CHECK_IS(lseek(fd, 0, SEEK_SET), 0);
    CHECK_IS(lockf(fd, F_TLOCK, 5), 0);
    CHECK_IS(lockf(fd, F_TEST, 5), 0);
    CHECK_IS(lockf(fd, F_ULOCK, 0), 0);
    CHECK_ERROR(lockf(fd, 99, 0), EINVAL);
    CHECK_ERROR(lockf(-1, F_LOCK, 0), EBADF);
    close(fd);
    unlink("f");
}

/* ---- waiting for descriptors ---- */

static void test_select(void)
{
    int p[2];
    fd_set r, w;
    struct timeval none = {0, 0};
    CHECK_IS(pipe(p), 0);
    int file = open("f", O_RDWR | O_CREAT, 0644), top = (file > p[1] ? file : p[1]) + 1;
    FD_ZERO(&r);
    FD_ZERO(&w);
    FD_SET(p[0], &r);
    FD_SET(p[1], &w);
    FD_SET(file, &r);
    CHECK_IS(select(top, &r, &w, NULL, &none), 2);
    CHECK(!FD_ISSET(p[0], &r) && FD_ISSET(p[1], &w) &&
          FD_ISSET(file, &r)); /* files are always ready */
    CHECK_IS(write(p[1], "x", 1), 1);
    FD_ZERO(&r);
    FD_SET(p[0], &r);
    CHECK_IS(select(top, &r, NULL, NULL, NULL), 1);
    CHECK_ERROR(select(-1, NULL, NULL, NULL, &none), EINVAL);
    struct timeval bad = {-1, 0};
    CHECK_ERROR(select(0, NULL, NULL, NULL, &bad), EINVAL);
    /* One just closed: Linux looks at no number beyond its table of descriptors. */
    int closed = dup(p[0]);
    close(closed);
    FD_ZERO(&r);
    FD_SET(closed, &r);
    CHECK_ERROR(select(closed + 1, &r, NULL, NULL, &none), EBADF);
    struct timeval wait = {0, 10000};
    CHECK_IS(select(0, NULL, NULL, NULL, &wait), 0);
    struct pollfd f[4] = {{p[0], POLLIN, 0}, {p[1], POLLOUT, 0}, {-1, POLLIN, 77}, {99, POLLIN, 0}};
    CHECK_IS(poll(f, 4, 0), 3);
    CHECK(f[0].revents == POLLIN && f[1].revents == POLLOUT && f[2].revents == 0 &&
          f[3].revents == POLLNVAL);
    char c;
    CHECK_IS(read(p[0], &c, 1), 1);
    close(p[1]);
    CHECK_IS(poll(f, 1, 0), 1);
    CHECK(f[0].revents & POLLHUP);
    CHECK_IS(poll(NULL, 0, 1), 0);
    close(p[0]);
    CHECK_IS(pipe(p), 0);
    close(p[0]);
    f[0] = (struct pollfd){p[1], POLLOUT, 0};
    CHECK_IS(poll(f, 1, 0), 1);
    CHECK(f[0].revents & POLLERR);
    close(p[1]);
    close(file);
    unlink("f");
}

static void test_kinds(void)
{
    int fd = open("f", O_RDWR | O_CREAT, 0644);
    struct termios t;
    char buf[10];
    CHECK(isatty(fd) == 0 && errno == ENOTTY);
    CHECK(isatty(-1) == 0 && errno == EBADF);
    CHECK_ERROR(tcgetattr(fd, &t), ENOTTY);
    CHECK_ERROR(tcgetattr(-1, &t), EBADF);
    CHECK_ERROR(tcdrain(fd), ENOTTY);
    CHECK_ERROR(tcgetpgrp(fd), ENOTTY);
    CHECK(ttyname(fd) == NULL && errno == ENOTTY);
    CHECK_IS(ttyname_r(fd, buf, sizeof buf), ENOTTY);
    CHECK_IS(ttyname_r(-1, buf, sizeof buf), EBADF);
    memset(&t, 0, sizeof t);
    CHECK_IS(cfsetispeed(&t, B9600), 0);
    CHECK_IS(cfsetospeed(&t, B19200), 0);
    CHECK_IS(cfgetospeed(&t), B19200);
    CHECK_ERROR(cfsetospeed(&t, 12345), EINVAL);
    struct sockaddr_in in = {.sin_family = AF_INET};
    CHECK_ERROR(connect(fd, (struct sockaddr *)&in, sizeof in), ENOTSOCK);
    CHECK_ERROR(bind(-1, (struct sockaddr *)&in, sizeof in), EBADF);
    CHECK_ERROR(listen(fd, 1), ENOTSOCK);
    CHECK_ERROR(send(fd, "x", 1, 0), ENOTSOCK);
    CHECK_ERROR(recv(fd, buf, 1, 0), ENOTSOCK);
    CHECK_ERROR(shutdown(fd, SHUT_RD), ENOTSOCK);
    CHECK_ERROR(socket(12345, SOCK_STREAM, 0), EAFNOSUPPORT);
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_ERROR(lseek(s, 0, SEEK_SET), ESPIPE);
    CHECK_ERROR(shutdown(s, 99), EINVAL);
    struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "nosuch"};
    CHECK_ERROR(connect(s, (struct sockaddr *)&un, sizeof un), ENOENT);
    close(s);
    CHECK_ERROR(mkfifo("f", 0644), EEXIST);
    CHECK_IS(flock(fd, LOCK_EX | LOCK_NB), 0);
    CHECK_IS(flock(fd, LOCK_UN), 0);
    CHECK_ERROR(flock(fd, 77), EINVAL);
    close(fd);
    unlink("f");
}

int main(void)
{
    umask(022);
    CHECK(mkdtemp(base) != NULL);
    CHECK_IS(chdir(base), 0);
    test_marks();
    test_pipes();
    test_locks();
    test_select();
    test_kinds();
    chdir("/");
    CHECK_IS(rmdir(base), 0);
    return posix_end();
}
