/* sys/socket.h: sockets. AF_INET and AF_INET6 wait for a network server: socket() says EAFNOSUPPORT. */
#pragma once
#include <features.h>
#include <sys/types.h>
#include <bits/iovec.h>
#include <bits/sa_family.h>
#if __MISC_VISIBLE
#include <sys/uio.h>
#endif

typedef unsigned socklen_t;

struct sockaddr {
    sa_family_t sa_family;
    char sa_data[14];
};

struct sockaddr_storage {
    sa_family_t ss_family;
    char __ss_padding[118];
    unsigned long __ss_align;
};

struct msghdr {
    void *msg_name;
    socklen_t msg_namelen;
    struct iovec *msg_iov;
    int msg_iovlen;
    void *msg_control;
    socklen_t msg_controllen;
    int msg_flags;
};

struct cmsghdr {
    socklen_t cmsg_len; /* with this header */
    int cmsg_level;
    int cmsg_type;
};

struct linger {
    int l_onoff;
    int l_linger;
};

#if __GNU_VISIBLE
struct ucred {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};
#endif

#define __CMSG_ALIGN(length) (((length) + sizeof(size_t) - 1) & ~(sizeof(size_t) - 1))
#define __CMSG_HEADER        __CMSG_ALIGN(sizeof(struct cmsghdr))
#define __CMSG_END(message)  ((char *)(message)->msg_control + (message)->msg_controllen)
#define __CMSG_AFTER(header) ((char *)(header) + __CMSG_ALIGN((header)->cmsg_len))
#define CMSG_DATA(header)    ((unsigned char *)(header) + __CMSG_HEADER)
#define CMSG_SPACE(length)   (__CMSG_HEADER + __CMSG_ALIGN(length))
#define CMSG_LEN(length)     (__CMSG_HEADER + (length))
#define CMSG_FIRSTHDR(message)                                   \
    ((size_t)(message)->msg_controllen >= sizeof(struct cmsghdr) \
         ? (struct cmsghdr *)(message)->msg_control              \
         : (struct cmsghdr *)0)
#define CMSG_NXTHDR(message, header)                                             \
    ((header)->cmsg_len < sizeof(struct cmsghdr) ||                              \
             __CMSG_AFTER(header) + sizeof(struct cmsghdr) > __CMSG_END(message) \
         ? (struct cmsghdr *)0                                                   \
         : (struct cmsghdr *)__CMSG_AFTER(header))

#define SCM_RIGHTS      1
#define SCM_CREDENTIALS 2

#define SOCK_STREAM    1
#define SOCK_DGRAM     2
#define SOCK_RAW       3
#define SOCK_SEQPACKET 5
#define SOCK_NONBLOCK  04000
#define SOCK_CLOEXEC   02000000
#if __POSIX_VISIBLE >= 202405
#define SOCK_CLOFORK 04000000
#endif

#define AF_UNSPEC 0
#define AF_UNIX   1
#define AF_LOCAL  AF_UNIX
#define AF_INET   2
#define AF_INET6  10
#define PF_UNSPEC AF_UNSPEC
#define PF_UNIX   AF_UNIX
#define PF_LOCAL  AF_LOCAL
#define PF_INET   AF_INET
#define PF_INET6  AF_INET6

#define SOL_SOCKET    1
#define SO_DEBUG      1
#define SO_REUSEADDR  2
#define SO_TYPE       3
#define SO_ERROR      4
#define SO_DONTROUTE  5
#define SO_BROADCAST  6
#define SO_SNDBUF     7
#define SO_RCVBUF     8
#define SO_KEEPALIVE  9
#define SO_OOBINLINE  10
#define SO_LINGER     13
#define SO_REUSEPORT  15
#define SO_PASSCRED   16
#define SO_PEERCRED   17
#define SO_RCVLOWAT   18
#define SO_SNDLOWAT   19
#define SO_RCVTIMEO   20
#define SO_SNDTIMEO   21
#define SO_ACCEPTCONN 30
#define SO_PROTOCOL   38
#define SO_DOMAIN     39

#define SOMAXCONN 128

#define MSG_OOB          0x0001
#define MSG_PEEK         0x0002
#define MSG_DONTROUTE    0x0004
#define MSG_CTRUNC       0x0008
#define MSG_TRUNC        0x0020
#define MSG_DONTWAIT     0x0040
#define MSG_EOR          0x0080
#define MSG_WAITALL      0x0100
#define MSG_NOSIGNAL     0x4000
#define MSG_CMSG_CLOEXEC 0x40000000
#if __POSIX_VISIBLE >= 202405
#define MSG_CMSG_CLOFORK 0x20000000
#endif

#define SHUT_RD   0
#define SHUT_WR   1
#define SHUT_RDWR 2

__BEGIN_DECLS
int socket(int __domain, int __type, int __protocol);
int socketpair(int __domain, int __type, int __protocol, int __fds[2]);
int bind(int __fd, const struct sockaddr *__address, socklen_t __length);
int connect(int __fd, const struct sockaddr *__address, socklen_t __length);
int listen(int __fd, int __backlog);
int accept(int __fd, struct sockaddr *__restrict __address, socklen_t *__restrict __length);
int shutdown(int __fd, int __how);
int getsockname(int __fd, struct sockaddr *__restrict __address, socklen_t *__restrict __length);
int getpeername(int __fd, struct sockaddr *__restrict __address, socklen_t *__restrict __length);
int getsockopt(int __fd, int __level, int __option, void *__restrict __value,
               socklen_t *__restrict __length);
int setsockopt(int __fd, int __level, int __option, const void *__value, socklen_t __length);
ssize_t send(int __fd, const void *__data, size_t __size, int __flags);
ssize_t sendto(int __fd, const void *__data, size_t __size, int __flags,
               const struct sockaddr *__to, socklen_t __length);
ssize_t sendmsg(int __fd, const struct msghdr *__message, int __flags);
ssize_t recv(int __fd, void *__data, size_t __size, int __flags);
ssize_t recvfrom(int __fd, void *__restrict __data, size_t __size, int __flags,
                 struct sockaddr *__restrict __from, socklen_t *__restrict __length);
ssize_t recvmsg(int __fd, struct msghdr *__message, int __flags);
#if __POSIX_VISIBLE >= 202405
int accept4(int __fd, struct sockaddr *__restrict __address, socklen_t *__restrict __length,
            int __flags);
#endif
#if __POSIX_VISIBLE >= 200112
int sockatmark(int __fd);
#endif
__END_DECLS
