/* socket_address.c: struct sockaddr_un and what the server calls an address. */
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>
#include "internal/socket.h"

#define PATH_OFFSET offsetof(struct sockaddr_un, sun_path)

int64_t __socket_address(const struct sockaddr *address, socklen_t length,
                         struct socket_target *out)
{
    out->name = HANDLE_NONE;
    out->length = 0;
    if (!address || length < PATH_OFFSET || length > sizeof(struct sockaddr_un))
        return -ERR_INVAL;
    if (address->sa_family != AF_UNIX)
        return -ERR_INVAL;
    size_t count = length - PATH_OFFSET;
    memcpy(out->bytes, (const char *)address + PATH_OFFSET, count);
    if (count > 0 && out->bytes[0] != 0) { /* a path, whether or not its NUL was counted */
        out->bytes[count] = 0;
        count = strlen(out->bytes) + 1;
        if (count > SOCKET_ADDRESS_MAX)
            return -ERR_NAMETOOLONG;
    }
    out->length = count;
    return 0;
}

int64_t __socket_target(const struct sockaddr *address, socklen_t length, struct socket_target *out)
{
    int64_t result = __socket_address(address, length, out);
    if (result < 0)
        return result;
    if (out->length == 0)
        return -ERR_INVAL;
    if (out->bytes[0] == 0)
        return 0;
    result =
        __path_open(AT_FDCWD, out->bytes, FILE_RDWR | FILE_NONBLOCK | FILE_NOCTTY, MODE_SOCKET);
    if (result < 0)
        return result == -ERR_NXIO || result == -ERR_ISDIR ? -ERR_CONNREFUSED : result;
    out->name = (handle_t)result;
    out->length = 0;
    return 0;
}

void __socket_target_end(struct socket_target *target)
{
    if (target->name != HANDLE_NONE)
        dyad_handle_close(target->name);
}

void __socket_store(const void *bytes, size_t count, struct sockaddr *address, socklen_t *length)
{
    struct sockaddr_un full = {.sun_family = AF_UNIX};
    if (!address || !length)
        return;
    memcpy(full.sun_path, bytes, count);
    size_t size = PATH_OFFSET + count;
    memcpy(address, &full, size < *length ? size : *length);
    *length = (socklen_t)size;
}
