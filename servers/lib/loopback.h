/*
 * loopback.h: the client side of a server that runs in the same process: for host tests, fuzzers and benchmarks.
 *
 * A test submits calls; loopback_run lets the server work until it has nothing to do. Time stands still until the test
 * moves it. Handles are plain numbers that the test makes up.
 */
#pragma once
#include "servers/lib/transport.h"

/* A client's call and, once done, its answer. Zero-initialise; `send` and `received` count only with the has_ flags. */
struct loopback_call {
    uint16_t verb;
    uint64_t file;
    uint64_t args[4];
    uint32_t file_flags;
    const void *in;
    uint32_t in_len;
    void *out;
    uint32_t out_len;
    bool has_send;
    handle_t send;
    struct cred cred;
    uint64_t kid;
    uint32_t thread;
    bool unmapped; /* in and out: what came with the request has come, and nothing more does */
    /* The answer: */
    bool done;
    int64_t result;
    uint64_t values[2];
    uint32_t out_done;
    bool has_received;
    handle_t received;
    /* The library's: */
    uint32_t tag;
    bool gone;
    struct loopback_call *next;
};

#define LOOPBACK_QUEUE 64

struct loopback {
    struct transport transport;
    struct server *server;
    struct loopback_call *calls; /* submitted and not answered */
    struct {
        struct request request;
        struct loopback_call *call; /* NULL: one-way */
    } queue[LOOPBACK_QUEUE];
    unsigned head, queued;
    uint32_t last_tag;
    uint64_t now_ns;   /* CLOCK_MONOTONIC */
    uint64_t ahead_ns; /* the real-time clock's, of that */
    /* What the server did, for tests to look at: */
    const struct loopback_call *last_answered;
    uint64_t notified_file;
    uint32_t notified_ready, notify_count;
    handle_t watched_handle;
    uint32_t watched_mask;
    uint64_t watched_cookie;
    uint32_t handles_closed;
    handle_t last_closed;
    void (*on_handle_close)(struct loopback *, handle_t);
    void *context; /* the test's own */
};

#define LOOPBACK_PENDING INT64_MIN /* the server has deferred the call */

void loopback_init(struct loopback *, struct server *);

/* Hands the call to the server's queue. `call` must live until it is done or abandoned. */
void loopback_submit(struct loopback *, struct loopback_call *);
/* Lets the server handle all that is queued. */
void loopback_run(struct loopback *);
/* Submit and run -> the result, or LOOPBACK_PENDING. */
int64_t loopback_call(struct loopback *, struct loopback_call *);

/* VERB_open of path below dir (0: the scheme's root), which must not wait -> its result; *file: the id, when that is 0. */
int64_t loopback_open(struct loopback *, uint64_t dir, const char *path, uint64_t flags,
                      uint64_t mode, uint64_t *file);

/* A signal arrived: VERB_cancel, and run. */
void loopback_cancel(struct loopback *, struct loopback_call *);
/* The client was killed: the server is sent VERB_cancel, its answer gives -ERR_IDRM. Does not run the server. */
void loopback_abandon(struct loopback *, struct loopback_call *);
/* The kernel wants the levels of the file: VERB_watch without an answer; and run. */
void loopback_watch(struct loopback *, uint64_t file);
/* The last handle of the file was closed; and run. */
void loopback_close(struct loopback *, uint64_t file);
/* The event source of the latest server_watch reports; and run. */
void loopback_event(struct loopback *, uint32_t events);
/* Time passes; and run. */
void loopback_advance(struct loopback *, uint64_t ns);
