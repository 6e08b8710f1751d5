/*
 * socket.c: AF_UNIX sockets: the three types, names in the file system and abstract ones, ends and errors. What goes along
 * with data is in socket_pass.c.
 */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "posix_test.h"

#ifndef SO_PEERCRED /* Linux's, which the host's headers hide from strict programs */
#define SO_PEERCRED 17
#endif

struct cred {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};

static char folder[64];

static struct sockaddr_un path_address(const char *name, socklen_t *length)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%s/%s", folder, name);
    *length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(a.sun_path) + 1);
    return a;
}

static int bound(int type, const char *name)
{
    socklen_t length;
    struct sockaddr_un a = path_address(name, &length);
    int fd = socket(AF_UNIX, type, 0);
    CHECK(fd >= 0);
    CHECK_IS(bind(fd, (struct sockaddr *)&a, length), 0);
    return fd;
}

static int connect_path(int fd, const char *name)
{
    socklen_t length;
    struct sockaddr_un a = path_address(name, &length);
    return connect(fd, (struct sockaddr *)&a, length);
}

static short events_of(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT};
    return poll(&p, 1, 0) < 0 ? -1 : p.revents;
}

static void test_errors(void)
{
    int fds[2], file = open("/dev/null", O_RDWR);
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    socklen_t length = sizeof a;
    char text[8];

    CHECK_ERROR(socket(9999, SOCK_STREAM, 0), EAFNOSUPPORT);
    CHECK_ERROR(socket(AF_UNIX, SOCK_STREAM, 77), EPROTONOSUPPORT);
    CHECK_ERROR(listen(file, 1), ENOTSOCK);
    CHECK_ERROR(accept(file, NULL, NULL), ENOTSOCK);
    CHECK_ERROR(accept(-1, NULL, NULL), EBADF);
    CHECK_ERROR(send(file, "x", 1, 0), ENOTSOCK);
    CHECK_ERROR(recv(-1, text, 1, 0), EBADF);
    CHECK_ERROR(getsockname(file, (struct sockaddr *)&a, &length), ENOTSOCK);
    CHECK_IS(pipe(fds), 0);
    CHECK_ERROR(shutdown(fds[0], SHUT_RD), ENOTSOCK);
    close(fds[0]);
    close(fds[1]);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_ERROR(listen(fd, 1), EINVAL); /* no name */
    CHECK_ERROR(accept(fd, NULL, NULL), EINVAL);
    CHECK_ERROR(send(fd, "x", 1, MSG_NOSIGNAL), ENOTCONN);
    CHECK_ERROR(getpeername(fd, (struct sockaddr *)&a, &length), ENOTCONN);
    CHECK_ERROR(connect_path(fd, "missing"), ENOENT);
    CHECK_ERROR(lseek(fd, 0, SEEK_CUR), ESPIPE);
    CHECK_ERROR(setsockopt(fd, SOL_SOCKET, 9999, &file, sizeof file), ENOPROTOOPT);
    struct stat st;
    CHECK_IS(fstat(fd, &st), 0);
    CHECK(S_ISSOCK(st.st_mode));
    int dgram = socket(AF_UNIX, SOCK_DGRAM, 0);
    CHECK_ERROR(listen(dgram, 1), EOPNOTSUPP);
    CHECK_ERROR(accept(dgram, NULL, NULL), EOPNOTSUPP);
    CHECK_ERROR(send(dgram, "x", 1, 0), ENOTCONN);
    close(dgram);
    close(fd);
    close(file);
}

static void test_pairs(void)
{
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
    char text[16];
    int fds[2];

    for (int i = 0; i < 3; i++) {
        int type = 0;
        socklen_t length = sizeof type;
        CHECK_IS(socketpair(AF_UNIX, types[i], 0, fds), 0);
        CHECK_IS(getsockopt(fds[0], SOL_SOCKET, SO_TYPE, &type, &length), 0);
        CHECK_IS(type, types[i]);
        CHECK_IS(write(fds[0], "abc", 3), 3);
        CHECK_IS(write(fds[0], "de", 2), 2);
        CHECK_IS(read(fds[1], text, sizeof text), types[i] == SOCK_STREAM ? 5 : 3);
        CHECK(memcmp(text, "abc", 3) == 0);
        CHECK_IS(send(fds[1], "back", 4, 0), 4);
        CHECK_IS(recv(fds[0], text, sizeof text, 0), 4);
        close(fds[0]);
        close(fds[1]);
    }
    CHECK_IS(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
    CHECK_IS(fcntl(fds[1], F_GETFD), FD_CLOEXEC);
    CHECK(fcntl(fds[1], F_GETFL) & O_NONBLOCK);
    CHECK_ERROR(recv(fds[1], text, sizeof text, 0), EAGAIN);
    close(fds[0]);
    close(fds[1]);
}

static void test_stream_server(void)
{
    char text[32];
    struct sockaddr_un a, want;
    socklen_t length;
    int listener = bound(SOCK_STREAM, "server"), client = socket(AF_UNIX, SOCK_STREAM, 0);

    CHECK_ERROR(connect_path(client, "server"), ECONNREFUSED); /* nobody listens */
    CHECK_IS(listen(listener, 5), 0);
    CHECK_IS(events_of(listener), 0);
    CHECK_IS(connect_path(client, "server"), 0);
    CHECK_ERROR(connect_path(client, "server"), EISCONN);
    CHECK_IS(events_of(listener), POLLIN);
    CHECK_IS(send(client, "early", 5, 0), 5); /* before it is accepted */
    length = sizeof a;
    memset(&a, 1, sizeof a);
    int end = accept(listener, (struct sockaddr *)&a, &length);
    CHECK(end >= 0);
    CHECK_IS(a.sun_family, AF_UNIX);
    CHECK_IS(length, sizeof(sa_family_t)); /* the client has no name */
    CHECK_IS(recv(end, text, sizeof text, 0), 5);
    length = sizeof a;
    CHECK_IS(getpeername(client, (struct sockaddr *)&a, &length), 0);
    socklen_t want_length;
    want = path_address("server", &want_length);
    CHECK_IS(length, want_length);
    CHECK(strcmp(a.sun_path, want.sun_path) == 0);
    length = sizeof a;
    CHECK_IS(getsockname(end, (struct sockaddr *)&a, &length), 0);
    CHECK(strcmp(a.sun_path, want.sun_path) == 0);
    int accepts = 0;
    length = sizeof accepts;
    CHECK_IS(getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &length), 0);
    CHECK_IS(accepts, 1);
    struct cred cred = {0};
    length = sizeof cred;
    CHECK_IS(getsockopt(end, SOL_SOCKET, SO_PEERCRED, &cred, &length), 0);
    CHECK_IS(cred.pid, getpid());
    CHECK_IS(cred.uid, geteuid());
    CHECK_IS(fcntl(listener, F_SETFL, O_NONBLOCK), 0);
    CHECK_ERROR(accept(listener, NULL, NULL), EAGAIN);
    close(client);
    CHECK_IS(recv(end, text, sizeof text, 0), 0);
    CHECK(events_of(end) & POLLHUP);
    CHECK_ERROR(send(end, "x", 1, MSG_NOSIGNAL), EPIPE);
    close(end);
    close(listener);
    client = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_ERROR(connect_path(client, "server"), ECONNREFUSED); /* the name is still there */
    CHECK_IS(unlink(want.sun_path), 0);
    close(client);
}

static void test_names(void)
{
    socklen_t length;
    struct stat st;
    struct sockaddr_un a = path_address("name", &length);
    int fd = bound(SOCK_DGRAM, "name"), other = socket(AF_UNIX, SOCK_DGRAM, 0);

    CHECK_ERROR(bind(other, (struct sockaddr *)&a, length), EADDRINUSE);
    struct sockaddr_un second = path_address("second", &length);
    CHECK_ERROR(bind(fd, (struct sockaddr *)&second, length), EINVAL);
    length -= 2;
    CHECK_IS(stat(a.sun_path, &st), 0);
    CHECK(S_ISSOCK(st.st_mode));
    CHECK_ERROR(open(a.sun_path, O_RDWR), ENXIO);
    int file = open(a.sun_path, O_CREAT | O_EXCL | O_RDWR, 0600);
    CHECK_IS(file, -1);
    struct sockaddr_un to = path_address("moved", &length);
    CHECK_IS(rename(a.sun_path, to.sun_path), 0);
    CHECK_IS(connect(other, (struct sockaddr *)&to, length), 0);
    CHECK_IS(send(other, "hi", 2, 0), 2);
    char text[8];
    CHECK_IS(recv(fd, text, sizeof text, 0), 2);
    int stream = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_ERROR(connect(stream, (struct sockaddr *)&to, length), EPROTOTYPE);
    close(stream);
    CHECK_IS(unlink(to.sun_path), 0);
    CHECK_IS(send(other, "hi", 2, 0), 2); /* connected is connected */
    struct sockaddr_un again = path_address("name", &length);
    CHECK_IS(bind(other, (struct sockaddr *)&again, length), 0);
    close(other);
    close(fd);
    CHECK_IS(unlink(again.sun_path), 0);
    file = open(again.sun_path, O_CREAT | O_RDWR, 0600);
    close(file);
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_ERROR(connect(fd, (struct sockaddr *)&again, length), ECONNREFUSED);
    unlink(again.sun_path);
    close(fd);
}

static void test_abstract_names(void)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "\0dyad posix test"}, got;
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 16), size = sizeof got;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0), other = socket(AF_UNIX, SOCK_STREAM, 0);

    CHECK_IS(bind(fd, (struct sockaddr *)&a, length), 0);
    CHECK_ERROR(bind(other, (struct sockaddr *)&a, length), EADDRINUSE);
    CHECK_IS(listen(fd, 1), 0);
    CHECK_IS(connect(other, (struct sockaddr *)&a, length), 0);
    CHECK_IS(getpeername(other, (struct sockaddr *)&got, &size), 0);
    CHECK_IS(size, length);
    CHECK(memcmp(&got, &a, length) == 0);
    close(fd);
    close(other);
    other = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_ERROR(connect(other, (struct sockaddr *)&a, length), ECONNREFUSED);
    /* Bound to nothing: the system chooses. */
    CHECK_IS(bind(other, (struct sockaddr *)&a, sizeof(sa_family_t)), 0);
    size = sizeof got;
    CHECK_IS(getsockname(other, (struct sockaddr *)&got, &size), 0);
    CHECK(size > sizeof(sa_family_t) && got.sun_path[0] == 0);
    close(other);
}

static void test_datagrams(void)
{
    int a = bound(SOCK_DGRAM, "a"), b = bound(SOCK_DGRAM, "b");
    struct sockaddr_un from;
    socklen_t length = sizeof from, to_length;
    struct sockaddr_un to = path_address("b", &to_length), name = path_address("a", &length);
    char text[8];

    CHECK_IS(sendto(a, "one", 3, 0, (struct sockaddr *)&to, to_length), 3);
    CHECK_IS(sendto(a, "", 0, 0, (struct sockaddr *)&to, to_length), 0);
    CHECK_IS(sendto(a, "longer than that", 16, 0, (struct sockaddr *)&to, to_length), 16);
    length = sizeof from;
    CHECK_IS(recvfrom(b, text, sizeof text, 0, (struct sockaddr *)&from, &length), 3);
    CHECK(strcmp(from.sun_path, name.sun_path) == 0);
    CHECK_IS(recv(b, text, sizeof text, 0), 0);
    CHECK_IS(recv(b, text, sizeof text, MSG_PEEK), 8);
    struct iovec piece = {text, sizeof text};
    struct msghdr m = {.msg_iov = &piece, .msg_iovlen = 1};
    CHECK_IS(recvmsg(b, &m, 0), 8);
    CHECK_IS(m.msg_flags & MSG_TRUNC, MSG_TRUNC);
    CHECK_ERROR(recv(b, text, sizeof text, MSG_DONTWAIT), EAGAIN);
    CHECK_IS(connect(a, (struct sockaddr *)&to, to_length), 0);
    CHECK_IS(write(a, "two", 3), 3);
    CHECK_IS(read(b, text, sizeof text), 3);
    /* One that is connected hears its peer only. */
    CHECK_IS(connect(b, (struct sockaddr *)&name, length), 0);
    int c = socket(AF_UNIX, SOCK_DGRAM, 0);
    CHECK_ERROR(sendto(c, "x", 1, 0, (struct sockaddr *)&to, to_length), EPERM);
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    CHECK_IS(connect(b, &nobody, sizeof nobody), 0);
    CHECK_IS(sendto(c, "x", 1, 0, (struct sockaddr *)&to, to_length), 1);
    length = sizeof from;
    CHECK_IS(recvfrom(b, text, sizeof text, 0, (struct sockaddr *)&from, &length), 1);
    CHECK(length <= sizeof(sa_family_t));
    close(b);
    CHECK_ERROR(send(a, "x", 1, 0), ECONNREFUSED);
    unlink(to.sun_path);
    unlink(name.sun_path);
    close(a);
    close(c);
}

static void test_records(void)
{
    char text[8];
    int fds[2];

    CHECK_IS(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
    CHECK_IS(send(fds[0], "abcdef", 6, 0), 6);
    CHECK_IS(send(fds[0], "gh", 2, 0), 2);
    CHECK_IS(recv(fds[1], text, 4, 0), 4); /* the rest of the record is lost */
    CHECK_IS(recv(fds[1], text, 4, 0), 2);
    CHECK(memcmp(text, "gh", 2) == 0);
    close(fds[0]);
    CHECK_IS(recv(fds[1], text, 4, 0), 0);
    close(fds[1]);
}

/* ---- Waiting, ends, amounts ---------------------------------------------------------------------------------- */

static void test_shutdown(void)
{
    char text[8];
    int fds[2];

    signal(SIGPIPE, SIG_IGN);
    CHECK_IS(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    CHECK_IS(write(fds[0], "end", 3), 3);
    CHECK_IS(shutdown(fds[0], SHUT_WR), 0);
    CHECK_ERROR(write(fds[0], "x", 1), EPIPE);
    CHECK_IS(read(fds[1], text, sizeof text), 3);
    CHECK_IS(read(fds[1], text, sizeof text), 0);
    CHECK_IS(write(fds[1], "back", 4), 4);
    CHECK_IS(read(fds[0], text, sizeof text), 4);
    CHECK_IS(shutdown(fds[0], SHUT_RD), 0);
    CHECK_IS(read(fds[0], text, sizeof text), 0);
    CHECK_ERROR(write(fds[1], "x", 1), EPIPE);
    CHECK_ERROR(shutdown(fds[0], 9), EINVAL);
    close(fds[0]);
    close(fds[1]);
    /* Closed with unread data: the other end is told by a reset. */
    CHECK_IS(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    CHECK_IS(write(fds[0], "lost", 4), 4);
    close(fds[1]);
    CHECK_ERROR(read(fds[0], text, sizeof text), ECONNRESET);
    CHECK_IS(read(fds[0], text, sizeof text), 0);
    close(fds[0]);
    signal(SIGPIPE, SIG_DFL);
    pid_t pid = fork();
    if (pid == 0) {
        socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
        close(fds[1]);
        (void)!write(fds[0], "x", 1);
        _exit(0);
    }
    int status = 0;
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
}

static void *reader(void *arg)
{
    static char block[50000];
    long total = 0;
    ssize_t n;
    while ((n = read(*(int *)arg, block, sizeof block)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            if (block[i] != (char)((total + i) * 7))
                return (void *)-1L;
        total += n;
    }
    return (void *)total;
}

static void test_large_transfer(void)
{
    static char data[1000000];
    int fds[2];
    pthread_t thread;
    void *total;

    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (char)(i * 7);
    CHECK_IS(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    CHECK_IS(pthread_create(&thread, NULL, reader, &fds[1]), 0);
    CHECK_IS(write(fds[0], data, sizeof data), (long)sizeof data); /* waits, and writes all */
    close(fds[0]);
    CHECK_IS(pthread_join(thread, &total), 0);
    CHECK_IS((long)total, (long)sizeof data);
    close(fds[1]);
    /* Without waiting it stops when it is full. */
    CHECK_IS(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    ssize_t n = write(fds[0], data, sizeof data);
    CHECK(n > 0 && n < (ssize_t)sizeof data);
    while (write(fds[0], data, 4096) > 0)
        ;
    CHECK_IS(errno, EAGAIN);
    CHECK_IS(events_of(fds[0]) & POLLOUT, 0);
    while (read(fds[1], data, sizeof data) > 0)
        ;
    CHECK_IS(errno, EAGAIN);
    CHECK_IS(events_of(fds[0]) & POLLOUT, POLLOUT);
    close(fds[0]);
    close(fds[1]);
}

static void *late_writer(void *arg)
{
    int fd = *(int *)arg;
    (void)!write(fd, "he", 2);
    (void)!write(fd, "llo", 3);
    return NULL;
}

static void on_alarm(int signo)
{
    (void)signo;
}

static void test_waiting(void)
{
    char text[8];
    int fds[2];
    pthread_t thread;
    struct timeval limit = {.tv_usec = 20000}, got;
    socklen_t length = sizeof got;

    CHECK_IS(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    CHECK_IS(pthread_create(&thread, NULL, late_writer, &fds[0]), 0);
    CHECK_IS(recv(fds[1], text, 5, MSG_WAITALL), 5);
    CHECK(memcmp(text, "hello", 5) == 0);
    CHECK_IS(pthread_join(thread, NULL), 0);
    CHECK_IS(setsockopt(fds[1], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    CHECK_IS(getsockopt(fds[1], SOL_SOCKET, SO_RCVTIMEO, &got, &length), 0);
    CHECK(got.tv_sec == 0 && got.tv_usec == 20000);
    CHECK_ERROR(recv(fds[1], text, 5, 0), EAGAIN);
    /* A handler without SA_RESTART ends the wait. */
    struct sigaction action = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval often = {.it_value = {.tv_usec = 20000}, .it_interval = {.tv_usec = 20000}};
    setitimer(ITIMER_REAL, &often, NULL);
    CHECK_ERROR(recv(fds[0], text, 5, 0), EINTR);
    /* Times beyond the clock's end: the second is 512 ns in 64 bits, the third 616 ns before the last one. */
    static const struct timeval long_times[] = {
        {LONG_MAX, 0}, {20211507185753197, 0}, {18446744073, 709551}};
    for (int i = 0; i < 3; i++) {
        CHECK_IS(setsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &long_times[i], sizeof limit), 0);
        CHECK_ERROR(recv(fds[0], text, 5, 0), EINTR);
    }
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    close(fds[0]);
    close(fds[1]);
}

static void *connector(void *arg)
{
    long done = 0;
    (void)arg;
    for (int i = 0; i < 20; i++) {
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        char c = (char)i;
        if (connect_path(fd, "busy") == 0 && write(fd, &c, 1) == 1 && read(fd, &c, 1) == 1 &&
            c == (char)(i + 1))
            done++;
        close(fd);
    }
    return (void *)done;
}

/* More clients than the backlog: each waits its turn and is served. */
static void test_backlog(void)
{
    pthread_t threads[4];
    void *done;
    int listener = bound(SOCK_STREAM, "busy");

    CHECK_IS(listen(listener, 1), 0);
    for (int i = 0; i < 4; i++)
        CHECK_IS(pthread_create(&threads[i], NULL, connector, NULL), 0);
    for (int i = 0; i < 80; i++) {
        char c;
        int fd = accept(listener, NULL, NULL);
        CHECK(fd >= 0);
        CHECK_IS(read(fd, &c, 1), 1);
        c++;
        CHECK_IS(write(fd, &c, 1), 1);
        close(fd);
    }
    for (int i = 0; i < 4; i++) {
        CHECK_IS(pthread_join(threads[i], &done), 0);
        CHECK_IS((long)done, 20);
    }
    int full = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), clients[8], n = 0;
    while (n < 8 && connect_path(full, "busy") == 0) {
        clients[n++] = full;
        full = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    }
    CHECK(n >= 1 && n < 8);
    CHECK_IS(errno, EAGAIN);
    close(listener); /* those who were never accepted are reset */
    char c;
    CHECK_ERROR(read(clients[0], &c, 1), ECONNRESET);
    for (int i = 0; i < n; i++)
        close(clients[i]);
    close(full);
    socklen_t length;
    struct sockaddr_un a = path_address("busy", &length);
    unlink(a.sun_path);
}

int main(void)
{
    snprintf(folder, sizeof folder, "/tmp/socketXXXXXX");
    CHECK(mkdtemp(folder) != NULL);
    test_errors();
    test_pairs();
    test_stream_server();
    test_names();
    test_abstract_names();
    test_datagrams();
    test_records();
    test_shutdown();
    test_large_transfer();
    test_waiting();
    test_backlog();
    CHECK_IS(rmdir(folder), 0);
    return posix_end();
}
