/*
 * scheme.h: schemes served by processes: calls, files, requests. The ABI is abi/scheme.h; docs/scheme.md has the
 * states of a request.
 *
 * A request lives in its client's thread (one slot a thread, kept for the next call), so a call allocates nothing. Every
 * decision about it is taken under the scheme's lock: the wait of a calling thread has an `interrupt` function, so signals,
 * deadlines and kills come through that lock as well. User memory is copied without the lock, in state MOVING, which
 * nobody but the mover leaves; who wants to end the call meanwhile leaves a note in slot.pending.
 */
#pragma once
#include "abi/scheme.h"
#include "core/event.h"
#include "core/handle.h"
#include "core/kobject.h"
#include "core/thread.h"
#include "core/tree.h"

struct namespace;
struct process;
struct file;

enum request_state {
    REQUEST_IDLE,   /* the thread's own: no call */
    REQUEST_QUEUED, /* in scheme.queue; no server has seen it */
    REQUEST_MOVING, /* somebody copies its payload or its reply; only they may complete it */
    REQUEST_SERVED, /* received by a server, reply pending */
};

enum request_kind { REQUEST_CALL, REQUEST_OPEN, REQUEST_READ, REQUEST_WRITE };

/* A thread's call. Written by the thread before it submits; then under the scheme's lock, or by the mover. */
struct request_slot {
    struct list link;  /* in scheme.queue */
    uint32_t priority; /* where in that queue: its client's when it joined, then by due_ns */
    uint64_t due_ns;
    uint64_t order;        /* scheme.order when it joined it */
    struct thread *client; /* constant */
    enum request_state state;
    enum request_kind kind;
    uint64_t sequence;      /* of the client's wait */
    status_t pending;       /* why to end it after MOVING; 0: go on */
    uint64_t server_kid;    /* SERVED: the process that received it */
    struct file *file;      /* pinned; kept alive by the wait. NULL: the scheme's root */
    struct file *other;     /* counted, pinned: the new directory of renameat and linkat */
    struct handle_ref send; /* in flight until a server receives it */
    struct file *spare;     /* memory for the file that an open makes; kept for the next */
    bool reserved;          /* the client's handle table has room for it */
    bool own_offset;        /* read, write: the file's offset is used and advances */
    handle_t send_number;   /* as the client gave it */
    uint32_t out_done;      /* bytes that scheme_copy has put into `out` */
    uint64_t in, out;       /* the client's buffers */
    uint64_t args;          /* the client's struct call_args; open: unused */
    struct request message; /* what the server gets */
};

/* What a tag names. */
enum tag_state { TAG_FREE, TAG_HELD, TAG_ABANDONED };
struct request_tag {
    struct request_slot *slot; /* TAG_HELD */
    uint64_t server_kid;       /* TAG_ABANDONED: who may still reply */
    uint16_t generation;       /* never 0 */
    uint16_t next, prev;       /* index + 1: free list (next only), or scheme.cancels */
    uint8_t state;             /* enum tag_state */
    bool cancel_queued : 1, cancel_sent : 1;
};
#define TAG_CHUNK      64u
#define TAG_CHUNKS_MAX 128u /* 8192 requests at once with the servers of a scheme */

#define NOTICE_CLOSE 1u
#define NOTICE_WATCH 2u

/* An open file of a scheme. In scheme.files, which counts it, until its server has been told of its close. */
struct file {
    struct kobject object; /* kind HANDLE_KIND_FILE */
    struct scheme *scheme; /* counted */
    struct quota *quota;   /* counted; paid for it */
    uint64_t id;           /* the server's */
    _Atomic uint64_t offset;
    _Atomic uint32_t flags; /* FILE_* */
    _Atomic uint32_t ready; /* EVENT_* level by scheme_notify */
    /* Guarded by the scheme's lock: */
    struct tree_node node;   /* in scheme.files by id */
    struct list notice_link; /* in scheme.notices: so nothing is allocated at close */
    uint32_t notices;        /* NOTICE_* to be sent */
    uint64_t notice_order;   /* scheme.order when it joined scheme.notices */
    uint32_t watched_mask;   /* what the server has been asked to report */
    uint32_t pins; /* requests that name it and are not complete: the close comes after them */
    bool closed;   /* its last handle is */
};

struct scheme {
    struct kobject object;     /* kind HANDLE_KIND_SCHEME */
    struct lock lock;          /* rank LOCK_SCHEME */
    struct event_queue events; /* watches bound to this scheme: VERB_event */
    /* Guarded by lock: */
    struct list queue GUARDED_BY(&lock); /* request_slot.link, by priority, then due_ns; non-empty implies no servers */
    struct list
        servers GUARDED_BY(&lock); /* wait.link of threads in serve, the last that came first */
    struct list notices GUARDED_BY(&lock); /* files with something to say */
    uint16_t cancel_first GUARDED_BY(&lock), cancel_last
                                     GUARDED_BY(&lock); /* tags with a cancel to send */
    bool notice_last GUARDED_BY(&lock);  /* the last message was no request: a request is next */
    uint64_t order GUARDED_BY(&lock);    /* counts requests and notices as they come */
    uint16_t tag_free GUARDED_BY(&lock); /* index + 1 */
    uint16_t chunk_count GUARDED_BY(&lock);
    struct request_tag *chunks[TAG_CHUNKS_MAX] GUARDED_BY(&lock);
    struct tree files GUARDED_BY(&lock);
    _Atomic bool dead;    /* written under lock; polls read it without */
    _Atomic bool backlog; /* written under lock: something waits for a server (EVENT_READABLE) */
    _Atomic uint32_t controls; /* handles with RIGHT_CONTROL, in tables or in flight */
    struct reap reap;          /* after its death */
    uint16_t reap_tag;         /* how far that is */
    struct priority_pool pool; /* what its clients lend its servers */
    /* Constant: */
    struct quota *quota; /* counted; the creator's */
    uint64_t owner_kid;
    char name[DYAD_SCHEME_NAME_MAX + 1];
};

/* Kernel schemes implement this instead of a server. open -> a kobject with one reference. */
struct kernel_scheme_ops {
    const char *name;
    status_t (*open)(struct thread *t, const char *rest, size_t bytes, unsigned flags,
                     struct kobject **out, uint32_t *rights);
};

extern const struct kobject_ops scheme_ops, file_ops;

static inline struct scheme *scheme_of(struct kobject *object)
{
    return CONTAINER_OF(object, struct scheme, object);
}
static inline struct file *file_of(struct kobject *object)
{
    return CONTAINER_OF(object, struct file, object);
}
static inline bool scheme_is_dead(struct scheme *scheme)
{
    return atomic_load_explicit(&scheme->dead, memory_order_acquire);
}

/* The system calls' work (see abi/scheme.h, abi/syscall.h). Arguments as in the ABI. */
MUST_CHECK status_t scheme_create(struct thread *t, handle_t names, uint64_t name, uint64_t bytes,
                                  uint64_t flags);
MUST_CHECK status_t scheme_serve(struct thread *t, handle_t scheme, uint64_t reply,
                                 uint64_t request, uint64_t buffer, uint64_t bytes,
                                 uint64_t deadline);
MUST_CHECK status_t scheme_copy(struct thread *t, handle_t scheme, uint64_t tag, uint64_t direction,
                                uint64_t offset, uint64_t buffer, uint64_t bytes);
MUST_CHECK status_t scheme_notify(struct thread *t, handle_t scheme, uint64_t file, uint64_t ready);
MUST_CHECK status_t scheme_open(struct thread *t, handle_t dir, uint64_t path, uint64_t bytes,
                                uint64_t flags, uint64_t mode, uint64_t redirect);
MUST_CHECK status_t scheme_call(struct thread *t, handle_t file, uint64_t verb, uint64_t args);

/* May `t`, blocked in a call, be forked by the server process `server`? (process_fork's rule) */
bool scheme_is_serving(struct process *server, struct thread *t);
/* The server process with this kernel id has ended, and the scheme may live on: its requests end or are queued again.
 * No locks held; none of its threads is left. */
void scheme_server_ended(struct scheme *scheme, uint64_t kid);
/* The process has closed or passed on its last handle to serve the scheme: none of its threads waits for requests any more, and
 * what it has received ends as if it had died. No locks held. */
void scheme_server_left(struct scheme *scheme, struct process *process);
/* The thread is destroyed: gives back its slot. */
void request_slot_free(struct thread *t);

/* A handle with RIGHT_CONTROL comes and goes; with the last one the scheme dies. put holds no locks. */
void scheme_control_get(struct kobject *object);
void scheme_control_put(struct kobject *object);
/* Let a waiting server look for messages. Takes the scheme's lock. */
void scheme_wake(struct scheme *scheme);
/* A client watches the file: its server is asked to report the levels in mask. No locks held. */
void file_watch(struct file *file, uint32_t mask);

/* ---- between core/scheme.c, core/request.c and core/serve.c ---- */

/* Memory for a file, charged and prepared, not yet in a scheme. NULL: out of memory. */
struct file *file_alloc(struct thread *t);
void file_free(struct file *file); /* never published */
/* Enter a spare file under the server's id; the tree's reference is the file's first. False: id is taken or 0. */
bool file_publish_locked(struct scheme *scheme, struct file *file, uint64_t id)
    REQUIRES(&scheme->lock);
/* Out of the tree: true when the caller must drop the tree's reference (without locks). */
bool file_unlist_locked(struct scheme *scheme, struct file *file) REQUIRES(&scheme->lock);

/* A request stops naming the file: a close that waited for that is announced. */
void file_unpin_locked(struct scheme *scheme, struct file *file) REQUIRES(&scheme->lock);
/* Queue what is in file->notices, and wake a server for it. */
void file_notice_locked(struct scheme *scheme, struct file *file, uint32_t notices)
    REQUIRES(&scheme->lock);

/* A waiting server, claimed, out of the list; NULL: none. */
struct thread *scheme_take_server_locked(struct scheme *scheme) REQUIRES(&scheme->lock);
void scheme_wake_locked(struct scheme *scheme) REQUIRES(&scheme->lock);
void scheme_update_backlog_locked(struct scheme *scheme) REQUIRES(&scheme->lock);

/* Tags. alloc: -ERR_NOMEM, -ERR_AGAIN (all are in use). find: NULL for a tag that names nothing. */
MUST_CHECK status_t tag_alloc_locked(struct scheme *scheme, struct request_slot *slot)
    REQUIRES(&scheme->lock);
struct request_tag *tag_find_locked(struct scheme *scheme, uint32_t number) REQUIRES(&scheme->lock);
struct request_tag *tag_at_locked(struct scheme *scheme, unsigned index) REQUIRES(&scheme->lock);
void tag_free_locked(struct scheme *scheme, struct request_tag *tag, unsigned index)
    REQUIRES(&scheme->lock);
/* Send a cancel for the tag, once. */
void tag_cancel_locked(struct scheme *scheme, struct request_tag *tag, unsigned index)
    REQUIRES(&scheme->lock);
/* The next cancel to send: its tag, or 0. */
uint32_t tag_pop_cancel_locked(struct scheme *scheme) REQUIRES(&scheme->lock);
static inline unsigned tag_index(uint32_t tag)
{
    return tag & 0xffff;
}

/* Where the payload of a request went wrong. */
enum delivery { DELIVERY_DONE, DELIVERY_CLIENT, DELIVERY_SERVER };
/* Copy the request to a server thread that is current or claimed. No locks; the slot is MOVING. *why: the error of the
 * side that is to blame. */
enum delivery request_deliver(struct request_slot *slot, struct thread *server, status_t *why);
/* What deliver did to the server's table is undone; a handle that was sent is lost to the request. */
void request_undeliver(struct request_slot *slot, struct thread *server);

/* The request leaves the scheme: tag, pins. Its client is claimed, and must then be ended by request_end. */
void request_detach_locked(struct scheme *scheme, struct request_slot *slot)
    REQUIRES(&scheme->lock);
/* Give back what a failed request holds, and make its claimed client ready. No locks held. */
void request_end(struct request_slot *slot, status_t result);
/* After MOVING, back in `state`: act on what came meanwhile. True: detached, and the caller must request_end with *why. */
bool request_settle_locked(struct scheme *scheme, struct request_slot *slot,
                           enum request_state state, status_t *why) REQUIRES(&scheme->lock);

/* t->op of scheme_serve. */
enum { SERVE_SCHEME, SERVE_REQUEST, SERVE_BUFFER, SERVE_BYTES, SERVE_DEADLINE, SERVE_EPOCH };
status_t scheme_serve_step(struct thread *t);
/* Has the server, which received by a handle that it had then, given up a handle of some scheme since? */
bool serve_is_stale(const struct thread *server);
