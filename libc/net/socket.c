/* socket.c: sockets and their connections. The server of AF_UNIX is the scheme `unix:`; other families have none. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "internal/cancel.h"
#include "internal/socket.h"

#define TYPE_FLAGS (SOCK_NONBLOCK | SOCK_CLOEXEC | SOCK_CLOFORK) /* those of O_ */

/* Only sockets know these verbs, and only files of servers take any. */
static int64_t sort_error(handle_t h, int64_t result)
{
    if (result == -ERR_NOSYS || result == -ERR_BADF || result == -ERR_NOTDIR)
        return -ERR_NOTSOCK;
    if (result == -ERR_INVAL && (dyad_handle_control(h, HANDLE_INFO, 0) & 0xff) != HANDLE_KIND_FILE)
        return -ERR_NOTSOCK;
    return result;
}

int64_t __socket_call(int fd, uint32_t verb, struct call_args *args)
{
    handle_t h = __fd_handle(fd);
    return h == HANDLE_NONE ? -ERR_BADF : sort_error(h, __verb_call(h, verb, args));
}

int64_t __socket_verb(int fd, uint32_t verb, uint64_t a, uint64_t b, uint64_t *values)
{
    handle_t h = __fd_handle(fd);
    return h == HANDLE_NONE ? -ERR_BADF : sort_error(h, __verb(h, verb, a, b, 0, 0, values));
}

static int simple(int64_t result)
{
    return (int)__result(result < 0 ? result : 0);
}

/* ---- Making sockets ---- */

/* Open on the scheme (dir HANDLE_NONE) or on a socket, with SOCK_* flags. */
static int64_t open_socket(handle_t dir, const char *what, int flags)
{
    uint32_t open_flags = FILE_RDWR | (flags & SOCK_NONBLOCK ? FILE_NONBLOCK : 0);
    int64_t result;
    unsigned seen;
    do {
        seen = __interruptions();
        result = dyad_open(dir, what, strlen(what), open_flags, 0, NULL);
    } while (__restart(result, seen));
    return result;
}

static int64_t new_socket(int domain, int type, int protocol)
{
    const char *what;
    if (domain != AF_UNIX)
        return -ERR_AFNOSUPPORT;
    if (protocol != 0 && protocol != PF_UNIX)
        return -ERR_PROTONOSUPPORT;
    switch (type & ~TYPE_FLAGS) {
    case SOCK_STREAM: what = "unix:stream"; break;
    case SOCK_RAW:
    case SOCK_DGRAM: what = "unix:dgram"; break;
    case SOCK_SEQPACKET: what = "unix:seqpacket"; break;
    default: return -ERR_PROTONOSUPPORT;
    }
    int64_t result = open_socket(HANDLE_NONE, what, type);
    return result == -ERR_NODEV ? -ERR_AFNOSUPPORT : result;
}

int socket(int domain, int type, int protocol)
{
    return (int)__result(
        __fd_install_flags(new_socket(domain, type, protocol), type & TYPE_FLAGS, 0));
}

int socketpair(int domain, int type, int protocol, int fds[2])
{
    if (domain != AF_UNIX)
        return (int)__result(domain == AF_INET || domain == AF_INET6 ? -ERR_OPNOTSUPP
                                                                     : -ERR_AFNOSUPPORT);
    int first = socket(domain, type, protocol);
    if (first < 0)
        return -1;
    int64_t second = open_socket(__fd_handle(first), "pair", type);
    second = __fd_install_flags(second, type & TYPE_FLAGS, 0);
    if (second < 0) {
        close(first);
        return (int)__result(second);
    }
    fds[0] = first;
    fds[1] = (int)second;
    return 0;
}

/* ---- Names ---- */

/* A path becomes a node of the file system that leads to the socket. */
static int64_t make_node(int fd, const char *path)
{
    int64_t name = open_socket(__fd_handle(fd), "name", 0);
    if (name < 0)
        return sort_error(__fd_handle(fd), name);
    struct path_request request = {.verb = VERB_mknodat,
                                   .args = {0, S_IFSOCK | (0777 & ~__files.umask)},
                                   .sends = true,
                                   .send = (handle_t)name};
    int64_t result = __path_call(AT_FDCWD, path, &request);
    dyad_handle_close((handle_t)name);
    return result == -ERR_EXIST ? -ERR_ADDRINUSE : result;
}

static int64_t bind_address(int fd, const struct socket_target *to)
{
    bool is_path = to->length > 0 && to->bytes[0] != 0;
    struct call_args args = CALL_ARGS_NONE;
    int64_t result = __socket_verb(fd, SOCKET_GET, SO_TYPE, 0, NULL);
    if (result >= 0 && is_path)
        result = make_node(fd, to->bytes);
    if (result < 0)
        return result;
    args.args[0] = is_path ? SOCKET_BIND_PATH : SOCKET_BIND_NAME;
    args.in = to->bytes;
    args.in_len = (uint32_t)to->length;
    result = __socket_call(fd, SOCKET_BIND, &args);
    if (result < 0 && is_path)
        unlink(to->bytes);
    return result;
}

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
    struct socket_target to;
    int64_t result = __socket_address(address, length, &to);
    if (__fd_handle(fd) == HANDLE_NONE)
        result = -ERR_BADF;
    return simple(result < 0 ? result : bind_address(fd, &to));
}

static int64_t get_name(int fd, uint64_t which, struct sockaddr *address, socklen_t *length)
{
    char bytes[SOCKET_ADDRESS_MAX];
    struct call_args args = CALL_ARGS_NONE;
    args.args[0] = which;
    args.out = bytes;
    args.out_len = sizeof bytes;
    int64_t result = __socket_call(fd, SOCKET_NAME, &args);
    if (result >= 0)
        __socket_store(bytes, (size_t)result, address, length);
    return result;
}

int getsockname(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
    return simple(get_name(fd, 0, address, length));
}

int getpeername(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
    return simple(get_name(fd, 1, address, length));
}

/* ---- Connections ---- */

static int64_t connect_to(int fd, const struct sockaddr *address, socklen_t length)
{
    struct socket_target to = {.name = HANDLE_NONE};
    struct call_args args = CALL_ARGS_NONE;
    int64_t result = __socket_verb(fd, SOCKET_GET, SO_TYPE, 0, NULL);
    if (result < 0)
        return result;
    if (address && length >= sizeof(sa_family_t) && address->sa_family == AF_UNSPEC)
        args.args[0] = 1;
    else
        result = __socket_target(address, length, &to);
    if (result < 0)
        return result;
    args.in = to.bytes;
    args.in_len = (uint32_t)to.length;
    args.send = to.name;
    result = __socket_call(fd, SOCKET_CONNECT, &args);
    __socket_target_end(&to);
    return result;
}

int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    return simple(CANCELLABLE(connect_to(fd, address, length)));
}

int listen(int fd, int backlog)
{
    return simple(__socket_verb(fd, SOCKET_LISTEN, (uint64_t)(uint32_t)backlog, 0, NULL));
}

static int64_t accept_next(int fd, int flags)
{
    if (flags & ~TYPE_FLAGS)
        return -ERR_INVAL;
    int64_t result = __socket_verb(fd, SOCKET_GET, SO_TYPE, 0, NULL);
    if (result >= 0)
        result = sort_error(__fd_handle(fd), open_socket(__fd_handle(fd), "accept", flags));
    return __fd_install_flags(result, flags, 0);
}

int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict length, int flags)
{
    int result = (int)__result(CANCELLABLE(accept_next(fd, flags)));
    if (result >= 0 && address && get_name(result, 1, address, length) < 0)
        __socket_store("", 0, address, length); /* it has hung up already */
    return result;
}

int accept(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
    return accept4(fd, address, length, 0);
}

int shutdown(int fd, int how)
{
    return simple(__socket_verb(fd, SOCKET_SHUTDOWN, (uint64_t)how, 0, NULL));
}

/* There is no urgent data. */
int sockatmark(int fd)
{
    return simple(__socket_verb(fd, SOCKET_GET, SO_TYPE, 0, NULL));
}
