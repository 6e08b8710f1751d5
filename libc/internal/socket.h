/* internal/socket.h: what the socket calls share. */
#pragma once
#include <sys/socket.h>
#include "abi/socket.h"
#include "internal/files.h"

/* A verb of abi/socket.h. -ERR_NOTSOCK when fd is open but no socket. Fails with -ERR_INTR as POSIX wants. */
LIBC_HIDDEN int64_t __socket_call(int fd, uint32_t verb, struct call_args *args);
LIBC_HIDDEN int64_t __socket_verb(int fd, uint32_t verb, uint64_t a, uint64_t b, uint64_t *values);

/* An address as the server wants it: a handle behind its path, or its bytes. */
struct socket_target {
    handle_t name; /* HANDLE_NONE: bytes */
    size_t length;
    char bytes[SOCKET_ADDRESS_MAX + 1];
};

/* The bytes of an address; a path gets its NUL. -ERR_INVAL, -ERR_AFNOSUPPORT. */
LIBC_HIDDEN int64_t __socket_address(const struct sockaddr *address, socklen_t length,
                                     struct socket_target *out);
/* The same, and opens the name of a path; close it with __socket_target_end. */
LIBC_HIDDEN int64_t __socket_target(const struct sockaddr *address, socklen_t length,
                                    struct socket_target *out);
LIBC_HIDDEN void __socket_target_end(struct socket_target *target);
/* Store the address for a caller who has room for *length bytes; *length becomes its size. */
LIBC_HIDDEN void __socket_store(const void *bytes, size_t count, struct sockaddr *address,
                                socklen_t *length);
