/*
 * socket_message.c: sending and receiving, with descriptors that go along. A call to the server has one buffer each way, so
 * what comes in several pieces, or with an address before it, goes through a copy.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "abi/layout.h"
#include "internal/cancel.h"
#include "internal/socket.h"

#define IOV_LIMIT 1024

/* -> bytes, or -ERR_INVAL. */
static int64_t total_length(const struct msghdr *message)
{
    int64_t total = 0;
    if (message->msg_iovlen < 0 || message->msg_iovlen > IOV_LIMIT)
        return -ERR_MSGSIZE;
    for (int i = 0; i < message->msg_iovlen; i++) {
        if (message->msg_iov[i].iov_len > (size_t)(SSIZE_MAX - total))
            return -ERR_INVAL;
        total += (int64_t)message->msg_iov[i].iov_len;
    }
    return total;
}

/* ---- Sending ---- */

struct send {
    int fd;
    uint64_t flags;
    struct socket_target to;
    unsigned handles;
    const char *data; /* address, then bytes */
    size_t prefix, length;
};

static int64_t send_once(struct send *s, size_t done, size_t count)
{
    struct call_args args = CALL_ARGS_NONE;
    args.args[0] = s->flags;
    args.args[1] = s->prefix;
    args.args[2] = done ? 0 : s->handles;
    args.in = s->data + done;
    args.in_len = (uint32_t)(s->prefix + count);
    args.send = s->to.name;
    return __socket_call(s->fd, SOCKET_SEND, &args);
}

/* A stream's data in portions; anything else in one. */
static int64_t send_all(struct send *s)
{
    size_t done = 0;
    do {
        size_t count = s->length - done;
        if (count > DYAD_COPY_MAX && s->prefix == 0 && s->to.name == HANDLE_NONE &&
            __socket_verb(s->fd, SOCKET_GET, SO_TYPE, 0, NULL) == SOCK_STREAM)
            count = DYAD_COPY_MAX;
        int64_t result = count > UINT32_MAX / 2 ? -ERR_MSGSIZE : send_once(s, done, count);
        if (result < 0)
            return done ? (int64_t)done : result;
        done += (size_t)result;
        if ((size_t)result < count)
            break;
    } while (done < s->length);
    return (int64_t)done;
}

static int64_t attach(int fd, const struct cmsghdr *header, unsigned *count)
{
    size_t fds = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < fds; i++) {
        int passed;
        memcpy(&passed, CMSG_DATA(header) + i * sizeof passed, sizeof passed);
        struct call_args args = CALL_ARGS_NONE;
        args.send = __fd_handle(passed);
        args.args[0] = *count;
        if (args.send == HANDLE_NONE)
            return -ERR_BADF;
        int64_t result = __socket_call(fd, SOCKET_ATTACH, &args);
        if (result < 0)
            return result == -ERR_ACCES ? -ERR_BADF : result;
        ++*count;
    }
    return 0;
}

static int64_t check_cred(const struct cmsghdr *header)
{
    struct ucred cred;
    if (header->cmsg_len != CMSG_LEN(sizeof cred))
        return -ERR_INVAL;
    memcpy(&cred, CMSG_DATA(header), sizeof cred);
    /* The server says who it was anyway: nobody can send as another. */
    return cred.pid == getpid() && (cred.uid == getuid() || cred.uid == geteuid()) &&
                   (cred.gid == getgid() || cred.gid == getegid())
               ? 0
               : -ERR_PERM;
}

static int64_t send_control(int fd, const struct msghdr *message, unsigned *handles)
{
    int64_t result = 0;
    if (!message->msg_control)
        return 0;
    for (struct cmsghdr *h = CMSG_FIRSTHDR(message); h && result >= 0;
         h = CMSG_NXTHDR(message, h)) {
        if (h->cmsg_len < CMSG_LEN(0) || (char *)h + h->cmsg_len > __CMSG_END(message))
            result = -ERR_INVAL;
        else if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS)
            result = attach(fd, h, handles);
        else if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_CREDENTIALS)
            result = check_cred(h);
        else
            result = -ERR_INVAL;
    }
    return result;
}

/* The payload in one piece: the caller's own memory where it is that, else a copy, to be freed. */
static int64_t gather(struct send *s, const struct msghdr *message, char **copy)
{
    *copy = NULL;
    s->prefix = s->to.length;
    if (message->msg_iovlen <= 1 && s->prefix == 0) {
        s->data = message->msg_iovlen ? message->msg_iov[0].iov_base : NULL;
        return 0;
    }
    char *at = *copy = malloc(s->prefix + s->length + 1);
    if (!at)
        return -ERR_NOBUFS;
    memcpy(at, s->to.bytes, s->prefix);
    at += s->prefix;
    for (int i = 0; i < message->msg_iovlen; i++) {
        if (message->msg_iov[i].iov_len)
            memcpy(at, message->msg_iov[i].iov_base, message->msg_iov[i].iov_len);
        at += message->msg_iov[i].iov_len;
    }
    s->data = *copy;
    return 0;
}

static int64_t send_message(int fd, const struct msghdr *message, int flags)
{
    struct send s = {.fd = fd, .flags = (uint64_t)(unsigned)flags, .to.name = HANDLE_NONE};
    char *copy = NULL;
    int64_t result = total_length(message);
    if (flags & MSG_OOB)
        result = -ERR_OPNOTSUPP;
    if (__fd_handle(fd) == HANDLE_NONE)
        result = -ERR_BADF;
    if (result < 0)
        return result;
    s.length = (size_t)result;
    result = message->msg_name && message->msg_namelen
                 ? __socket_target(message->msg_name, message->msg_namelen, &s.to)
                 : 0;
    if (result >= 0)
        result = send_control(fd, message, &s.handles);
    if (result >= 0)
        result = gather(&s, message, &copy);
    if (result >= 0)
        result = send_all(&s);
    free(copy);
    __socket_target_end(&s.to);
    if (result == -ERR_PIPE && !(flags & MSG_NOSIGNAL))
        __raise_own(DYAD_SIGPIPE);
    return result;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    return __result(CANCELLABLE(send_message(fd, message, flags)));
}

ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *to,
               socklen_t length)
{
    struct iovec piece = {(void *)(uintptr_t)data, size};
    struct msghdr message = {.msg_name = (void *)(uintptr_t)to,
                             .msg_namelen = length,
                             .msg_iov = &piece,
                             .msg_iovlen = 1};
    return sendmsg(fd, &message, flags);
}

ssize_t send(int fd, const void *data, size_t size, int flags)
{
    return sendto(fd, data, size, flags, NULL, 0);
}

/* ---- Receiving ---- */

struct receive {
    uint64_t flags, wanted; /* wanted: handles */
    uint64_t head;          /* bytes of origin before the data */
    char *out;
    size_t room; /* with head */
    /* Result: */
    unsigned message_flags, handles;
    bool has_origin;
    size_t whole;
};

static int64_t receive_once(int fd, struct receive *r)
{
    struct call_args args = CALL_ARGS_NONE;
    args.args[0] = r->flags;
    args.args[1] = r->wanted;
    args.args[2] = r->head;
    args.out = r->out;
    args.out_len = (uint32_t)(r->room < DYAD_COPY_MAX ? r->room : DYAD_COPY_MAX);
    int64_t result = __socket_call(fd, SOCKET_RECEIVE, &args);
    if (result >= 0) {
        r->message_flags = (unsigned)args.values[0] & ~SOCKET_HAS_ORIGIN;
        r->has_origin = args.values[0] & SOCKET_HAS_ORIGIN;
        r->handles = (unsigned)(args.values[0] >> 32);
        r->whole = args.values[1];
    }
    return result;
}

/* MSG_WAITALL on a stream: more until it is full, the end, an error or a handler. */
static int64_t receive_all(int fd, struct receive *r)
{
    int64_t done = receive_once(fd, r);
    size_t wanted = r->room - r->head;
    if (!(r->flags & MSG_WAITALL) || (r->flags & MSG_PEEK) || done <= 0 || (size_t)done >= wanted ||
        __socket_verb(fd, SOCKET_GET, SO_TYPE, 0, NULL) != SOCK_STREAM)
        return done;
    while ((size_t)done < wanted && r->handles == 0) {
        struct receive more = {
            .flags = r->flags, .out = r->out + r->head + done, .room = wanted - (size_t)done};
        int64_t result = receive_once(fd, &more);
        if (result <= 0)
            break;
        done += result;
    }
    return done;
}

static void scatter(const struct msghdr *message, const char *data, size_t count)
{
    for (int i = 0; i < message->msg_iovlen && count > 0; i++) {
        size_t part = message->msg_iov[i].iov_len;
        part = part < count ? part : count;
        if (part)
            memcpy(message->msg_iov[i].iov_base, data, part);
        data += part;
        count -= part;
    }
}

/* Where the next control message goes. */
struct control {
    char *at;
    size_t left, used;
};

/* False: there is no room for all of it. */
static bool put_control(struct control *c, int type, const void *data, size_t size)
{
    if (c->left < CMSG_LEN(size))
        return false;
    struct cmsghdr *header = (struct cmsghdr *)c->at;
    *header = (struct cmsghdr){(socklen_t)CMSG_LEN(size), SOL_SOCKET, type};
    memcpy(CMSG_DATA(header), data, size);
    size_t space = CMSG_SPACE(size) < c->left ? CMSG_SPACE(size) : c->left;
    c->at += space;
    c->left -= space;
    c->used += space;
    return true;
}

/* The descriptors that came -> false when not all could be taken. */
static bool take_descriptors(int fd, struct control *c, unsigned count, int flags)
{
    int fds[SOCKET_HANDLES_MAX];
    unsigned taken = 0;
    while (taken < count && taken < SOCKET_HANDLES_MAX &&
           c->left >= CMSG_LEN((taken + 1) * sizeof(int))) {
        struct call_args args = CALL_ARGS_NONE;
        int64_t result = __socket_call(fd, SOCKET_TAKE, &args);
        if (result >= 0)
            result = __fd_install_flags(args.received, flags, 0);
        if (result < 0)
            break;
        fds[taken++] = (int)result;
    }
    if (taken > 0)
        put_control(c, SCM_RIGHTS, fds, taken * sizeof(int));
    return taken == count;
}

static uint64_t handles_wanted(const struct msghdr *message)
{
    size_t room = message->msg_control ? message->msg_controllen : 0;
    size_t most = room < CMSG_LEN(sizeof(int)) ? 0 : (room - CMSG_LEN(0)) / sizeof(int);
    return most < SOCKET_HANDLES_MAX ? most : SOCKET_HANDLES_MAX;
}

static void finish(int fd, struct msghdr *message, const struct receive *r,
                   const struct socket_origin *origin)
{
    struct control control = {message->msg_control, message->msg_controllen, 0};
    message->msg_flags = (int)r->message_flags;
    if (!message->msg_control)
        control.left = 0;
    if (origin->has_cred) {
        struct ucred cred = {(pid_t)origin->pid, origin->uid, origin->gid};
        if (!put_control(&control, SCM_CREDENTIALS, &cred, sizeof cred))
            message->msg_flags |= MSG_CTRUNC;
    }
    int flags = (r->flags & MSG_CMSG_CLOEXEC ? O_CLOEXEC : 0) |
                (r->flags & MSG_CMSG_CLOFORK ? O_CLOFORK : 0);
    if (r->handles > 0 && !take_descriptors(fd, &control, r->handles, flags))
        message->msg_flags |= MSG_CTRUNC;
    message->msg_controllen = (socklen_t)control.used;
    if (message->msg_name && origin->length)
        __socket_store(origin->address, origin->length, message->msg_name, &message->msg_namelen);
    else
        message->msg_namelen = 0;
}

static int64_t receive_message(int fd, struct msghdr *message, int flags)
{
    struct socket_origin origin = {0};
    int64_t total = total_length(message);
    if (flags & MSG_OOB)
        total = -ERR_OPNOTSUPP;
    if (__fd_handle(fd) == HANDLE_NONE)
        total = -ERR_BADF;
    if (total < 0)
        return total;
    struct receive r = {.flags = (uint64_t)(unsigned)flags,
                        .wanted = handles_wanted(message),
                        .head = sizeof origin};
    size_t most = (size_t)total;
    if (most > DYAD_COPY_MAX && !(flags & MSG_WAITALL))
        most = DYAD_COPY_MAX;
    r.room = most + r.head;
    r.out = malloc(r.room);
    if (!r.out)
        return -ERR_NOBUFS;
    int64_t result = receive_all(fd, &r);
    if (result >= 0) {
        if (r.has_origin)
            memcpy(&origin, r.out, sizeof origin);
        scatter(message, r.out + r.head, (size_t)result);
        finish(fd, message, &r, &origin);
        if (flags & MSG_TRUNC && r.whole > (size_t)result)
            result = (int64_t)r.whole;
    }
    free(r.out);
    return result;
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    return __result(CANCELLABLE(receive_message(fd, message, flags)));
}

/* Without address and control: straight into the caller's memory. */
static int64_t receive_plain(int fd, void *data, size_t size, int flags)
{
    struct receive r = {.flags = (uint64_t)(unsigned)flags, .out = data, .room = size};
    if (flags & MSG_OOB)
        return __fd_handle(fd) == HANDLE_NONE ? -ERR_BADF : -ERR_OPNOTSUPP;
    int64_t result = receive_all(fd, &r);
    if (result >= 0 && (flags & MSG_TRUNC) && r.whole > (size_t)result)
        result = (int64_t)r.whole;
    return result;
}

ssize_t recv(int fd, void *data, size_t size, int flags)
{
    return __result(CANCELLABLE(receive_plain(fd, data, size, flags)));
}

ssize_t recvfrom(int fd, void *restrict data, size_t size, int flags,
                 struct sockaddr *restrict from, socklen_t *restrict length)
{
    if (!from)
        return recv(fd, data, size, flags);
    struct iovec piece = {data, size};
    struct msghdr message = {
        .msg_name = from, .msg_namelen = length ? *length : 0, .msg_iov = &piece, .msg_iovlen = 1};
    ssize_t result = recvmsg(fd, &message, flags);
    if (result >= 0 && length)
        *length = message.msg_namelen;
    return result;
}
