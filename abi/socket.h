/*
 * socket.h: the protocol of servers that offer sockets (scheme unix:). Flags, options and types have Linux's values.
 *
 *   open "stream", "dgram", "seqpacket" on the scheme -> a socket. On a socket's handle, with FILE_NONBLOCK for the new one:
 *     "accept"  -> the next connection; waits unless the listener is non-blocking
 *     "pair"    -> a second socket, both connected (the first must be new)
 *     "name"    -> a file that stands for the socket in connect and send, for as long as the socket is open. It is
 *                  put into the file system with VERB_mknodat (send); VERB_open with mode MODE_SOCKET gives it back
 *   read and write are receive and send without flags. A send that nobody can receive any more is -ERR_PIPE.
 *   An address is what follows the family in a struct sockaddr: for unix: a path with its NUL, or a NUL and any bytes.
 */
#pragma once
#include "abi/scheme.h"

enum socket_verb {
    /* in: address; args[0] SOCKET_BIND_*. A path has been made in the file system by the caller. */
    SOCKET_BIND = VERB_PRIVATE + 64,
    SOCKET_CONNECT, /* in: address, or send: a name's handle; args[0] 1: dissolve a datagram socket's connection */
    SOCKET_LISTEN,   /* args[0] int: how many connections may wait */
    SOCKET_SHUTDOWN, /* args[0] SHUT_* */
    SOCKET_NAME,     /* args[0] 0 own, 1 the peer's; out: address -> its length */
    SOCKET_GET, /* args[0] SO_* -> value; timeouts: values[0] ns; SO_PEERCRED: pid, values: uid, gid */
    SOCKET_SET, /* args[0] SO_*, args[1] value (timeouts: ns) */
    /* send: a handle that goes with the next SOCKET_SEND of this thread on this socket; args[0]: how many came before it */
    SOCKET_ATTACH,
    /* args[0] MSG_* flags, args[1] bytes of an address at the start of `in` (or send: a name's handle), args[2] attached
     * handles to take along; in: address, data -> bytes of data */
    SOCKET_SEND,
    /* args[0] MSG_* flags, args[1] handles wanted, args[2] 0, or sizeof(struct socket_origin): it stands at the start of `out`;
     * out: data -> bytes of data; values[0] MSG_* flags | handles << 32, values[1] the datagram's whole length */
    SOCKET_RECEIVE,
    SOCKET_TAKE, /* -> the next handle that this thread's last receive brought */
};

enum socket_bind_kind { SOCKET_BIND_NAME, SOCKET_BIND_PATH };

#define SOCKET_HAS_ORIGIN \
    0x80000000u /* among the flags of SOCKET_RECEIVE: the origin has been stored */
#define SOCKET_ADDRESS_MAX 108
#define SOCKET_HANDLES_MAX 253 /* in one message */

struct socket_origin {
    uint32_t pid, uid, gid; /* of the sender */
    uint32_t has_cred;      /* the receiver asked for them (SO_PASSCRED) */
    uint32_t length;
    uint8_t address[SOCKET_ADDRESS_MAX];
};
