/*
 * socket.c: the socket calls. No server offers sockets yet, so socket() knows no family, and no descriptor is a socket.
 */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include "internal/files.h"

static int not_a_socket(int fd)
{
    return (int)__result(__fd_handle(fd) == HANDLE_NONE ? -ERR_BADF : -ERR_NOTSOCK);
}

int socket(int domain, int type, int protocol)
{
    (void)domain, (void)type, (void)protocol;
    return (int)__result(-ERR_AFNOSUPPORT);
}

int socketpair(int domain, int type, int protocol, int fds[2])
{
    (void)fds;
    return socket(domain, type, protocol);
}

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
    (void)address, (void)length;
    return not_a_socket(fd);
}

int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    (void)address, (void)length;
    return not_a_socket(fd);
}

int listen(int fd, int backlog)
{
    (void)backlog;
    return not_a_socket(fd);
}

int accept(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
    return accept4(fd, address, length, 0);
}

int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict length, int flags)
{
    (void)address, (void)length, (void)flags;
    return not_a_socket(fd);
}

int shutdown(int fd, int how)
{
    (void)how;
    return not_a_socket(fd);
}

int getsockname(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
    (void)address, (void)length;
    return not_a_socket(fd);
}

int getpeername(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
    (void)address, (void)length;
    return not_a_socket(fd);
}

int getsockopt(int fd, int level, int option, void *restrict value, socklen_t *restrict length)
{
    (void)level, (void)option, (void)value, (void)length;
    return not_a_socket(fd);
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
    (void)level, (void)option, (void)value, (void)length;
    return not_a_socket(fd);
}

ssize_t send(int fd, const void *data, size_t size, int flags)
{
    return sendto(fd, data, size, flags, NULL, 0);
}

ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *to,
               socklen_t length)
{
    (void)data, (void)size, (void)flags, (void)to, (void)length;
    return not_a_socket(fd);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    (void)message, (void)flags;
    return not_a_socket(fd);
}

ssize_t recv(int fd, void *data, size_t size, int flags)
{
    return recvfrom(fd, data, size, flags, NULL, NULL);
}

ssize_t recvfrom(int fd, void *restrict data, size_t size, int flags,
                 struct sockaddr *restrict from, socklen_t *restrict length)
{
    (void)data, (void)size, (void)flags, (void)from, (void)length;
    return not_a_socket(fd);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    (void)message, (void)flags;
    return not_a_socket(fd);
}

int sockatmark(int fd)
{
    return not_a_socket(fd);
}
