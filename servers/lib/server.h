/*
 * server.h: what every server does alike: receive, dispatch by verb, answer each request exactly once.
 *
 * A server fills a struct server_ops, calls server_init and server_run. server_run receives a request, calls
 * handler[verb], and the answer travels with the trap that receives the next request. A handler answers with one of
 * the server_reply functions, or keeps the request with server_defer and answers it later from another handler, an
 * event or a timer. See docs/servers.md for a whole server in 30 lines.
 *
 * One thread runs one struct server; several servers of one process need a thread each.
 * Nothing here makes a system call: that is the transport's (transport.h), so a server also runs in a host test.
 * Every int result is 0 or -ERR_*.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/error.h"
#include "abi/event.h"
#include "abi/file.h"
#include "abi/layout.h"
#include "abi/scheme.h"
#include "abi/syscall.h"

struct server;
struct server_file;
struct server_request;
struct transport;

/* An open file. The server embeds it as the first member of its own struct. */
struct server_file {
    struct server *server;
    uint64_t id;    /* 0 before server_reply_open and after VERB_close */
    uint32_t refs;  /* one for the client's handle, one per request that is deferred on it */
    uint32_t flags; /* FILE_* flags of the open */
    uint32_t ready; /* EVENT_* level, see server_file_notify */
    bool watched;   /* the kernel wants levels */
    bool edges;     /* and news */
    void *node;     /* the server's own */
    struct server_file *next_unused; /* the library's */
};

/* Requests that wait for the same thing, in order of arrival. An answered or cancelled request leaves its queue by
 * itself. Zero-initialised is empty. */
struct server_queue {
    struct server_request *first, *last;
};

/* A request from its receipt to its answer. Handlers read it; only the library writes it, `context` and `cancel` excepted. */
struct server_request {
    struct server *server;
    struct request wire; /* verb, args, cred, out_len … as received */
    /* wire.file. NULL in handler[VERB_open] on the scheme's root. A file id that is not known (it was opened by an earlier
     * instance of the server) is answered -ERR_STALE, unless ops->any_file: then the handler is called, with NULL. */
    struct server_file *file;
    const void *data; /* the first data_len bytes of the payload; only until the handler returns */
    size_t data_len;
    void *context; /* for a deferred request: the server's own; NULL at receipt */
    /* Called instead of the default, which answers -ERR_INTR, when a client wants a deferred request back. It must
     * answer now or soon; and look at those behind it in its queue, where these may want less than it did. */
    void (*cancel)(struct server_request *);
    /* The library's: */
    enum {
        SERVER_REQUEST_FREE,
        SERVER_REQUEST_ACTIVE,
        SERVER_REQUEST_DEFERRED,
        SERVER_REQUEST_STAGED
    } state;
    struct server_queue *queue;
    struct server_request *queue_next, *queue_prev;
    struct server_request *next; /* free list, or the bucket of deferred requests */
};

typedef void server_handler_fn(struct server_request *);
typedef void server_event_fn(struct server *, uint32_t events, void *arg);

struct server_ops {
    bool any_file; /* see server_request.file */
    /* NULL: -ERR_NOSYS (control: -ERR_NOTTY). close, cancel, event and watch are the library's own. */
    server_handler_fn *handler[VERB_COUNT];
    server_handler_fn *const *private_handler; /* [verb - VERB_PRIVATE] */
    unsigned private_count;
    /* The last reference of an open file is gone: free it. NULL: nothing to free. */
    void (*release)(struct server_file *);
    /* The client of an answered request is gone and the answer was not delivered: put data back. May be NULL.
     * reply->data is still valid. Open files and handles in the reply are already taken back by the library.
     * It runs inside the next server_reply or after the handler: put data back, and leave answers to later handlers. */
    void (*undelivered)(struct server_request *, const struct reply *reply);
    /* The file's level when a client begins to watch it; NULL: file->ready as last notified. */
    uint32_t (*ready)(struct server_file *);
};

struct server_timer {
    uint64_t deadline_ns; /* CLOCK_MONOTONIC; meaningful while armed */
    bool armed;
    void (*callback)(struct server *, void *arg);
    void *arg;
    struct server_timer *next;
};

struct server_watch; /* an event source; library's own */

#define SERVER_DEFERRED_BUCKETS 64

struct server {
    const struct server_ops *ops;
    struct transport *transport;
    void *context; /* the server's own */
    bool stop;     /* set by a handler: server_run returns 0 after the pending answer is sent */
    /* The library's: */
    char *in;  /* receive buffer */
    char *out; /* buffer for replies: server_out */
    size_t buffer_size;
    struct server_request *active; /* being handled */
    struct server_request *spare;  /* free requests */
    struct server_request *staged; /* answered, but not sent yet */
    struct reply staged_reply;
    struct server_request *deferred[SERVER_DEFERRED_BUCKETS]; /* by tag */
    size_t deferred_count;
    struct server_file **files; /* by slot, which is in the id */
    size_t file_slots, file_count;
    size_t file_free_hint;      /* no slot below it is free */
    uint64_t file_serial;       /* the other part of the last id */
    struct server_file *unused; /* nobody refers to them: released at the end of the step */
    struct server_watch *watches;
    size_t watch_slots;
    struct server_timer *timers; /* by deadline */
    uint32_t steps;              /* since the start, for looking at the clock now and then */
};

/* ---- Life ------------------------------------------------------------------------------------ */

/* buffer_size: bytes of receive and reply buffer each; 0: DYAD_COPY_MAX. -ERR_NOMEM. */
int server_init(struct server *, const struct server_ops *, struct transport *, void *context,
                size_t buffer_size);

/* Cancels what is deferred, releases the open files, frees everything. */
void server_fini(struct server *);

/* Serves until the scheme dies (-ERR_NODEV), the transport fails, or server->stop is set (0). */
int server_run(struct server *);

/* One trap: sends the pending answer, receives at most one request and handles it, runs due timers.
 * 0, -ERR_TIMEDOUT when nothing came before deadline_ns (or the next timer), or what the transport reports. */
int server_step(struct server *, uint64_t deadline_ns);

/* ---- Answers: exactly one per request -------------------------------------------------------- */

void server_reply(struct server_request *, int64_t result);
void server_reply_values(struct server_request *, int64_t result, uint64_t value0, uint64_t value1);

/* Result and payload. `data` is copied, unless it lies in server_out. At most wire.out_len bytes may be given;
 * more than the reply buffer holds is sent with the transport's copy, transparently. */
void server_reply_data(struct server_request *, int64_t result, const void *data, size_t len);

/* Answers to VERB_stat, and to verbs whose answer is a text (not terminated): -ERR_INVAL and -ERR_RANGE when the client has
 * too little room. */
void server_reply_stat(struct server_request *, const struct dyad_stat *stat);
void server_reply_text(struct server_request *, const char *text, size_t len);

/* The same without a copy: data stays valid and unchanged until the next handler, event or timer callback runs. */
void server_reply_borrowed(struct server_request *, int64_t result, const void *data, size_t len);

/* Result, values and payload; data lies in server_out, or stays as for server_reply_borrowed. At most DYAD_COPY_MAX. */
void server_reply_data_values(struct server_request *, int64_t result, uint64_t value0,
                              uint64_t value1, const void *data, size_t len);

/* Answer to a read of generated contents of `len` bytes: the part at wire.args[0] (~0: from 0). Copies. */
void server_reply_slice(struct server_request *, const void *contents, size_t len);

/* Moves `handle` to the client; closed here when the answer cannot be delivered. For VERB_open it is what open returns. */
void server_reply_handle(struct server_request *, int64_t result, handle_t handle, uint64_t value0,
                         uint64_t value1);

/* Answers VERB_open with a file prepared by server_file_init, which it owns from now on: on -ERR_NOMEM, or when the client
 * is gone, ops->release(file) is called. flags: FILE_SEEKABLE or 0. */
void server_reply_open(struct server_request *, struct server_file *, uint32_t flags);

/* -ERR_XDEV: the path leaves this scheme; `path` (not terminated) is what to open instead. */
void server_reply_redirect(struct server_request *, const char *path, size_t len);

/* Room for building a reply, at least min(wire.out_len, the server's buffer_size) bytes; valid until the next reply. */
void *server_out(struct server_request *, size_t *room);

/* ---- Deferred requests ----------------------------------------------------------------------- */

/* Keeps the request beyond its handler and appends it to `queue` (may be NULL). False: out of memory, and it has been
 * answered -ERR_NOMEM. Its payload remains reachable by server_payload. The server sets context and cancel afterwards. */
bool server_defer(struct server_request *, struct server_queue *queue);

struct server_request *server_queue_first(const struct server_queue *);
struct server_request *server_queue_next(const struct server_request *);
/* Answers all of a queue. */
void server_queue_reply_all(struct server_queue *, int64_t result);

/* The deferred request with that tag, or NULL. */
struct server_request *server_deferred_find(struct server *, uint32_t tag);

/* ---- Payload and passed handles -------------------------------------------------------------- */

/* Copies payload bytes [offset, offset + len) of the request -> bytes copied (less at the payload's end) or -ERR_*. */
int64_t server_payload(struct server_request *, void *to, size_t offset, size_t len);
/* Is the payload at hand just this text: a path, of those that the server has. */
bool server_path_is(const struct server_request *, const char *path);

/* Writes into the client's `out` at once, before the answer; the answer then carries no data. -> bytes or -ERR_*. */
int64_t server_fill(struct server_request *, size_t offset, const void *from, size_t len);

/* The handle that came along becomes the caller's own (HANDLE_NONE: none). Untaken ones are closed with the answer. */
handle_t server_take_handle(struct server_request *);

/* ---- Open files and readiness ---------------------------------------------------------------- */

/* refs 1, level READABLE | WRITABLE. */
void server_file_init(struct server_file *, struct server *, void *node, uint32_t flags);

/* Gives the file its id before the answer: server_reply_open cannot fail afterwards. -ERR_NOMEM. To take it back:
 * server_file_unregister, then server_file_drop. */
int server_file_register(struct server_file *);
void server_file_unregister(struct server_file *);

/* The open file with that id, or NULL. */
struct server_file *server_file_find(struct server *, uint64_t id);
void server_file_hold(struct server_file *);
void server_file_drop(struct server_file *);

/* Iteration over open files: next after `previous` (NULL: first), NULL at the end. */
struct server_file *server_file_next(struct server *, const struct server_file *previous);

/* Sets the readiness level. Costs a system call only when somebody watches and the level changed. */
void server_file_notify(struct server_file *, uint32_t ready);

/* What `levels` say, of those that the file has, has come to be once more: new data behind old. For who watches by EVENT_EDGE; costs a
 * system call only then. */
void server_file_news(struct server_file *, uint32_t levels);

/* ---- Events and time ------------------------------------------------------------------------- */

/* Calls back when `handle` is ready for `mask` (level-triggered). *cookie (may be NULL) names the watch. */
int server_watch(struct server *, handle_t, uint32_t mask, server_event_fn *, void *arg,
                 uint64_t *cookie);
/* Changes the mask (0: silent, but kept). */
int server_watch_mask(struct server *, uint64_t cookie, uint32_t mask);
/* Ends the watch; the handle stays open. */
void server_unwatch(struct server *, uint64_t cookie);

void server_timer_init(struct server_timer *, void (*callback)(struct server *, void *arg),
                       void *arg);
void server_timer_set(struct server *, struct server_timer *, uint64_t deadline_ns);
void server_timer_cancel(struct server *, struct server_timer *);

/* Nanoseconds of enum dyad_clock. */
uint64_t server_clock(struct server *, enum dyad_clock);
/* A kernel deadline, which with DEADLINE_REALTIME is a time of the real-time clock: when it is by CLOCK_MONOTONIC as the clocks go now, at least 1. */
uint64_t server_deadline(struct server *, uint64_t deadline);

/* ---- Small things that several servers need -------------------------------------------------- */

/* True when cred may do `want` (4 read, 2 write, 1 execute or search) to an object of that mode and owner, by the
 * effective ids. Uid 0 may all, execute only if some x bit is set or it is a directory. */
bool server_may_access(const struct cred *, uint32_t mode, uint32_t uid, uint32_t gid,
                       unsigned want);

/* Builder of struct dyad_dirent records in a buffer (usually server_out). */
struct server_dirents {
    char *buffer;
    size_t room, used;
};
/* False when it does not fit any more; cookie: where to continue after this record. */
bool server_dirents_add(struct server_dirents *, uint64_t ino, uint64_t cookie, uint32_t type,
                        const char *name, size_t name_len);
