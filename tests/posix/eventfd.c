/* eventfd.c: does a counter count, wait, tell pollers, and go from process to process as other descriptors do? */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "posix_test.h"

#define MOST 0xfffffffffffffffeu

static short ready(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT};
    CHECK(poll(&p, 1, 0) >= 0);
    return p.revents;
}

static void test_counting(void)
{
    uint64_t value = 0, room[3] = {0};
    int fd = eventfd(5, 0);
    CHECK(fd >= 0);
    CHECK_IS(ready(fd), POLLIN | POLLOUT);
    CHECK_IS(read(fd, &value, 8), 8);
    CHECK_IS(value, 5);
    CHECK_IS(ready(fd), POLLOUT);
    CHECK_IS(eventfd_write(fd, 3), 0);
    CHECK_IS(eventfd_write(fd, 4), 0);
    CHECK_IS(read(fd, room, sizeof room), 8);
    CHECK_IS(room[0], 7);
    CHECK_IS(eventfd_write(fd, 0), 0);
    CHECK_IS(ready(fd), POLLOUT);
    eventfd_t typed = 0;
    CHECK_IS(eventfd_write(fd, 9), 0);
    CHECK_IS(eventfd_read(fd, &typed), 0);
    CHECK_IS(typed, 9);
    CHECK_IS(fcntl(fd, F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_RDWR);
    CHECK_IS(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    CHECK_ERROR(read(fd, &value, 8), EAGAIN);
    close(fd);
    fd = eventfd(0xffffffffu, 0);
    CHECK_IS(read(fd, &value, 8), 8);
    CHECK(value == 0xffffffffu);
    struct stat st;
    CHECK_IS(fstat(fd, &st), 0);
    CHECK(!S_ISREG(st.st_mode) && !S_ISSOCK(st.st_mode));
    close(fd);
}

static void test_errors(void)
{
    uint64_t value = 1;
    CHECK_ERROR(eventfd(0, 0x40), EINVAL);
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    CHECK_IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    CHECK_IS(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    CHECK_ERROR(read(fd, &value, 8), EAGAIN);
    CHECK_ERROR(read(fd, &value, 7), EINVAL);
    CHECK_ERROR(write(fd, &value, 7), EINVAL);
    value = UINT64_MAX;
    CHECK_ERROR(write(fd, &value, 8), EINVAL);
    value = MOST;
    CHECK_IS(write(fd, &value, 8), 8);
    CHECK_IS(ready(fd), POLLIN);
    value = 1;
    CHECK_ERROR(write(fd, &value, 8), EAGAIN);
    value = 0;
    CHECK_IS(write(fd, &value, 8), 8);
    CHECK_IS(read(fd, &value, 8), 8);
    CHECK(value == MOST);
    close(fd);
}

static void test_semaphore(void)
{
    uint64_t value;
    int fd = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
    for (int i = 0; i < 2; i++) {
        CHECK_IS(read(fd, &value, 8), 8);
        CHECK_IS(value, 1);
    }
    CHECK_ERROR(read(fd, &value, 8), EAGAIN);
    CHECK_IS(eventfd_write(fd, 3), 0);
    CHECK_IS(read(fd, &value, 8), 8);
    CHECK_IS(ready(fd), POLLIN | POLLOUT);
    close(fd);
}

/* ---- Waiting ---- */

static int counter, counter_back;

static void *read_then_answer(void *unused)
{
    uint64_t value = 0;
    if (read(counter, &value, 8) != 8)
        return (void *)1;
    value += 100;
    return write(counter_back, &value, 8) == 8 ? NULL : (void *)2;
}

static void *write_one(void *unused)
{
    uint64_t value = 1;
    return write(counter, &value, 8) == 8 ? NULL : (void *)1;
}

static void test_waiting(void)
{
    pthread_t thread;
    void *result;
    uint64_t value = 7;
    counter = eventfd(0, 0);
    counter_back = eventfd(0, 0);
    CHECK_IS(pthread_create(&thread, NULL, read_then_answer, NULL), 0);
    CHECK_IS(write(counter, &value, 8), 8);
    CHECK_IS(read(counter_back, &value, 8), 8);
    CHECK_IS(value, 107);
    CHECK_IS(pthread_join(thread, &result), 0);
    CHECK(result == NULL);
    /* A write beyond the largest value waits for a read. */
    value = MOST;
    CHECK_IS(write(counter, &value, 8), 8);
    CHECK_IS(pthread_create(&thread, NULL, write_one, NULL), 0);
    struct pollfd p = {.fd = counter, .events = POLLOUT};
    CHECK_IS(poll(&p, 1, 20), 0);
    CHECK_IS(read(counter, &value, 8), 8);
    CHECK(value == MOST);
    CHECK_IS(pthread_join(thread, &result), 0);
    CHECK(result == NULL);
    CHECK_IS(read(counter, &value, 8), 8);
    CHECK_IS(value, 1);
    /* poll wakes up, too. */
    CHECK_IS(pthread_create(&thread, NULL, write_one, NULL), 0);
    p.events = POLLIN;
    CHECK_IS(poll(&p, 1, 20000), 1);
    pthread_join(thread, NULL);
    close(counter);
    close(counter_back);
}

static void on_alarm(int sig)
{
    (void)sig;
}

static void test_interrupted(void)
{
    uint64_t value;
    struct sigaction action = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &action, NULL);
    int fd = eventfd(0, 0);
    ualarm(20000, 20000);
    CHECK_ERROR(read(fd, &value, 8), EINTR);
    ualarm(0, 0);
    CHECK_IS(eventfd_write(fd, 1), 0);
    CHECK_IS(read(fd, &value, 8), 8);
    close(fd);
}

/* By edge each write is an event, read or not. */
static void test_edges(void)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    int fd = eventfd(0, 0), epfd = epoll_create1(0);
    CHECK_IS(epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event), 0);
    CHECK_IS(epoll_wait(epfd, &event, 1, 0), 0);
    for (int i = 0; i < 3; i++) {
        CHECK_IS(eventfd_write(fd, 1), 0);
        CHECK_IS(epoll_wait(epfd, &event, 1, 0), 1);
        CHECK_IS(epoll_wait(epfd, &event, 1, 0), 0);
    }
    close(fd);
    close(epfd);
}

/* ---- Processes ---- */

static void send_descriptor(int socket, int fd)
{
    char control[CMSG_SPACE(sizeof fd)] = {0}, c = 'x';
    struct iovec data = {&c, 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    sendmsg(socket, &message, 0);
}

static int receive_descriptor(int socket)
{
    char control[CMSG_SPACE(sizeof(int))], c;
    struct iovec data = {&c, 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    int fd = -1;
    if (recvmsg(socket, &message, 0) == 1 && CMSG_FIRSTHDR(&message))
        memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    return fd;
}

static void test_processes(void)
{
    uint64_t value = 0;
    int fd = eventfd(0, 0), s[2], status;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
    pid_t child = fork();
    if (child == 0) {
        eventfd_write(fd, 11);
        int own = eventfd(0, 0);
        send_descriptor(s[1], own);
        _exit(eventfd_read(own, &value) == 0 ? (int)value : 99);
    }
    CHECK_IS(read(fd, &value, 8), 8);
    CHECK_IS(value, 11);
    int theirs = receive_descriptor(s[0]);
    CHECK(theirs >= 0);
    CHECK_IS(eventfd_write(theirs, 33), 0);
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(WEXITSTATUS(status), 33);
    /* One counter under two numbers. */
    int copy = dup(fd);
    close(fd);
    CHECK_IS(eventfd_write(copy, 2), 0);
    CHECK_IS(read(copy, &value, 8), 8);
    CHECK_IS(value, 2);
    close(copy);
    close(theirs);
    close(s[0]);
    close(s[1]);
}

/* A timeout of nothing asks for what is so now, also where nobody has asked before. */
static void test_at_once(void)
{
    struct timespec none = {0};
    for (int i = 0; i < 20; i++) {
        int fd = eventfd(0, EFD_NONBLOCK);
        struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT};
        CHECK(ppoll(&p, 1, &none, NULL) == 1 && p.revents == POLLOUT);
        close(fd);

        fd = eventfd(0, EFD_NONBLOCK);
        fd_set readable, writable;
        FD_ZERO(&readable);
        FD_ZERO(&writable);
        FD_SET(fd, &readable);
        FD_SET(fd, &writable);
        CHECK_IS(select(fd + 1, &readable, &writable, NULL, &(struct timeval){0}), 1);
        CHECK(!FD_ISSET(fd, &readable) && FD_ISSET(fd, &writable));
        close(fd);

        fd = eventfd(1, EFD_NONBLOCK);
        int epfd = epoll_create1(0);
        struct epoll_event event = {.events = EPOLLIN};
        CHECK(epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event) == 0);
        CHECK(epoll_pwait2(epfd, &event, 1, &none, NULL) == 1 && event.events == EPOLLIN);
        close(epfd);
        close(fd);
    }
}

int main(void)
{
    test_at_once();
    test_counting();
    test_errors();
    test_semaphore();
    test_waiting();
    test_interrupted();
    test_edges();
    test_processes();
    return posix_end();
}
