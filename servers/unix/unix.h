/*
 * unix.h: sockets between processes of this machine. A socket has a queue of messages that have been sent to it; sending is
 * putting one into the peer's. Pure: the outside is the server library and file_id.
 */
#pragma once
#include "abi/socket.h"
#include "servers/lib/server.h"

#define UNIX_SOCKETS_MAX  4096
#define UNIX_BUFFER_BYTES 212992u /* a queue's default limit */
#define UNIX_BUFFER_MAX   (1u << 20)
#define UNIX_BACKLOG_MAX  128u

/* Values that POSIX leaves open: Linux's. */
enum unix_type { UNIX_STREAM = 1, UNIX_DGRAM = 2, UNIX_SEQPACKET = 5 };
#define UNIX_MSG_PEEK     0x2u
#define UNIX_MSG_CTRUNC   0x8u
#define UNIX_MSG_TRUNC    0x20u
#define UNIX_MSG_DONTWAIT 0x40u
#define UNIX_MSG_EOR      0x80u

struct address {
    uint32_t refs;
    uint32_t length;
    uint8_t bytes[SOCKET_ADDRESS_MAX];
};

struct message {
    struct message *next;
    struct address *from;   /* counted; NULL: the sender has no name */
    uint32_t pid, uid, gid; /* of the sender */
    uint32_t length, taken; /* bytes, and how many of them have been read */
    uint32_t handle_count;
    handle_t *handles; /* ours */
    uint8_t data[];
};

/* Handles that one thread has attached, or has still to take. */
struct parcel {
    struct parcel *next;
    uint64_t kid;
    uint32_t thread;
    uint32_t count, first;
    handle_t handles[SOCKET_HANDLES_MAX];
};

/* What a socket's "name" file knows of it; the file owns this. */
struct name {
    struct sock *sock; /* NULL: closed */
};

enum sock_state { SOCK_NEW, SOCK_LISTENING, SOCK_CONNECTED };

struct sock {
    uint32_t refs; /* its file, its peer's pointer, a listener's queue, a waiting connect */
    struct unix_server *host;
    struct sock *all_next, *all_prev;
    struct server_file *file; /* NULL: not yet accepted, or closed */
    enum unix_type type;
    enum sock_state state;
    bool closed, shut_read, shut_write;
    bool pass_cred;
    bool full; /* as those that send to it have been told */
    int error; /* SO_ERROR: ERR_* */
    struct address *address;
    bool bound; /* the address is its own, not the listener's that it came from */
    struct name *name;
    struct sock *peer; /* counted; for datagrams the default destination */
    uint32_t pid, uid, gid, peer_pid, peer_uid, peer_gid;
    struct message *first, *last; /* received, not yet read */
    size_t queued, limit;         /* bytes, with what each message costs */
    size_t send_limit;            /* SO_SNDBUF: what one datagram may have */
    uint64_t receive_timeout_ns, send_timeout_ns;
    uint64_t options;                    /* of those that mean nothing here: bit by number */
    struct sock *pending, *pending_next; /* a listener's connections, oldest first */
    uint32_t pending_count, backlog;
    struct parcel *attached, *arrived;
    /* Requests that wait here; context: their deadline in ns, or 0. */
    struct server_queue readers, acceptors;
    struct server_queue senders;    /* to this socket */
    struct server_queue connectors; /* to this listener */
};

struct unix_server {
    struct server *server;
    /* The file id behind a handle of our own scheme, or -ERR_*. */
    int64_t (*file_id)(void *context, handle_t);
    void *context;
    struct sock *all;
    uint32_t count;
    uint32_t next_autobind;
    struct server_timer timer; /* the earliest deadline of a waiting request */
};

/* An open file: a socket, a name, or the scheme's root. */
struct unix_file {
    struct server_file file;
    struct sock *sock;
    struct name *name;
};

void unix_init(struct unix_server *, struct server *);
extern const struct server_ops unix_server_ops;

/* ---- sock.c: life ---- */

struct sock *sock_create(struct unix_server *, enum unix_type, const struct cred *);
void sock_hold(struct sock *);
void sock_drop(struct sock *);
/* The last handle is gone (or a connection was never accepted). */
void sock_close(struct sock *);
void sock_make_pair(struct sock *a, struct sock *b);
int sock_shutdown(struct sock *, uint64_t how);
uint32_t sock_level(const struct sock *);
/* After any change: answers who waits and tells pollers. */
void sock_pump(struct sock *);
struct address *address_create(const void *bytes, uint32_t length);
void address_drop(struct address *);
/* Keeps the request in the queue, until timeout_ns is over (0: for ever). */
void sock_wait(struct server_request *, struct server_queue *, uint64_t timeout_ns);
bool sock_must_not_wait(const struct server_request *, uint64_t flags);

/* ---- connect.c: names and connections; each answers its request ---- */

void sock_bind(struct sock *, struct server_request *);
void sock_listen(struct sock *, struct server_request *);
void sock_connect(struct sock *, struct server_request *);
void sock_accept(struct sock *, struct server_request *);
void sock_serve_connectors(struct sock *listener);
void sock_serve_acceptors(struct sock *listener);
/* The destination of a name's handle or an address. 0 or -ERR_*. *out is borrowed. */
int sock_find(struct unix_server *, handle_t name, const void *address, size_t length,
              struct sock **out);

/* ---- message.c: messages and the handles in them ---- */

size_t message_cost(size_t length);
struct message *message_create(size_t length);
void message_free(struct unix_server *, struct message *);
/* Collects the caller's attached handles into the message. -ERR_INVAL: it has not attached so many. */
int message_take_attached(struct sock *, const struct server_request *, uint32_t count,
                          struct message *);
/* The message's handles are now for the requesting thread to take: at most `wanted` -> how many. */
uint32_t message_deliver_handles(struct sock *, const struct server_request *, uint32_t wanted,
                                 struct message *);
void parcels_free(struct unix_server *, struct parcel **list);
void sock_attach(struct sock *, struct server_request *);
void sock_take(struct sock *, struct server_request *);

/* ---- transfer.c: send and receive; each answers or keeps its request ---- */

void sock_send(struct sock *, struct server_request *);
void sock_receive(struct sock *, struct server_request *);
void sock_serve_readers(struct sock *);
void sock_serve_senders(struct sock *);
/* Takes the first message off the queue. */
void sock_drop_first(struct sock *);
