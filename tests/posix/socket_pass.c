/* socket_pass.c: descriptors and credentials that go along with what is sent through a socket. */
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "posix_test.h"

#ifndef SO_PASSCRED /* Linux's, which the host's headers hide from strict programs */
#define SO_PASSCRED     16
#define SCM_CREDENTIALS 2
#endif

struct cred {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};

union control {
    struct cmsghdr header;
    char space[256];
};

static int send_fds(int to, const int *fds, int count)
{
    union control control;
    struct iovec piece = {(char[]){'!'}, 1};
    struct msghdr m = {.msg_iov = &piece,
                       .msg_iovlen = 1,
                       .msg_control = &control,
                       .msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)count)};
    memset(&control, 0, sizeof control);
    struct cmsghdr *h = CMSG_FIRSTHDR(&m);
    h->cmsg_level = SOL_SOCKET;
    h->cmsg_type = SCM_RIGHTS;
    h->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)count);
    memcpy(CMSG_DATA(h), fds, sizeof(int) * (size_t)count);
    return (int)sendmsg(to, &m, 0);
}

/* -> how many came. */
static int receive_fds(int from, int *fds, int most, int *flags)
{
    union control control;
    char byte;
    struct iovec piece = {&byte, 1};
    struct msghdr m = {.msg_iov = &piece,
                       .msg_iovlen = 1,
                       .msg_control = &control,
                       .msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)most)};
    int count = 0;
    if (recvmsg(from, &m, 0) != 1)
        return -1;
    *flags = m.msg_flags;
    for (struct cmsghdr *h = CMSG_FIRSTHDR(&m); h; h = CMSG_NXTHDR(&m, h)) {
        if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS)
            continue;
        count = (int)((h->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        memcpy(fds, CMSG_DATA(h), sizeof(int) * (size_t)count);
    }
    return count;
}

static void test_descriptors(void)
{
    int fds[2], ends[2], got[4], flags, status;
    char text[8];

    CHECK_IS(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    CHECK_IS(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) { /* the child gets the writing end by the socket only */
        close(ends[1]);
        close(fds[0]);
        if (receive_fds(fds[1], got, 4, &flags) != 2)
            _exit(1);
        _exit(write(got[1], "child", 5) == 5 && fcntl(got[0], F_GETFD) == 0 ? 0 : 2);
    }
    int passed[2] = {fds[0], ends[1]};
    CHECK_IS(send_fds(fds[0], passed, 2), 1);
    close(ends[1]);
    CHECK_IS(read(ends[0], text, sizeof text), 5);
    CHECK_IS(read(ends[0], text, sizeof text), 0); /* the passed end is closed with the child */
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK_IS(status, 0);
    /* Too little room: the rest is closed and it is said. */
    CHECK_IS(send_fds(fds[0], (int[]){ends[0], ends[0], ends[0], ends[0]}, 4), 1);
    CHECK_IS(receive_fds(fds[1], got, 1, &flags) >= 1, 1);
    CHECK_IS(flags & MSG_CTRUNC, MSG_CTRUNC);
    close(got[0]);
    /* Bytes before and after descriptors are not mixed with theirs. */
    CHECK_IS(write(fds[0], "ab", 2), 2);
    CHECK_IS(send_fds(fds[0], ends, 1), 1);
    CHECK_IS(write(fds[0], "cd", 2), 2);
    CHECK_IS(recv(fds[1], text, 2, 0), 2);
    CHECK_IS(receive_fds(fds[1], got, 4, &flags), 1);
    close(got[0]);
    CHECK_IS(recv(fds[1], text, sizeof text, 0), 2);
    CHECK_ERROR(send_fds(fds[0], (int[]){99}, 1), EBADF);
    /* In flight when both ends are closed: closed with them. */
    int last[2];
    CHECK_IS(pipe(last), 0);
    CHECK_IS(send_fds(fds[0], &last[1], 1), 1);
    close(last[1]);
    close(fds[0]);
    close(fds[1]);
    CHECK_IS(read(last[0], text, sizeof text), 0);
    close(last[0]);
    close(ends[0]);
}

static void test_credentials(void)
{
    union control control;
    char byte;
    struct iovec piece = {&byte, 1};
    struct msghdr m = {.msg_iov = &piece,
                       .msg_iovlen = 1,
                       .msg_control = &control,
                       .msg_controllen = sizeof control};
    int fds[2], on = 1, status;

    CHECK_IS(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    CHECK_IS(setsockopt(fds[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on), 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(write(fds[0], "c", 1) == 1 ? 0 : 1);
    CHECK_IS(recvmsg(fds[1], &m, 0), 1);
    struct cmsghdr *h = CMSG_FIRSTHDR(&m);
    CHECK(h && h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_CREDENTIALS);
    struct cred cred = {0};
    if (h)
        memcpy(&cred, CMSG_DATA(h), sizeof cred);
    CHECK_IS(cred.pid, pid);
    CHECK_IS(cred.uid, geteuid());
    CHECK_IS(waitpid(pid, &status, 0), pid);
    close(fds[0]);
    close(fds[1]);
}

int main(void)
{
    test_descriptors();
    test_credentials();
    return posix_end();
}
