/* mqueue.h: message queues: names, messages by priority, who waits for them. Pure: the outside is the server library. */
#pragma once
#include "abi/mqueue.h"
#include "abi/signal.h"
#include "servers/lib/server.h"

#define MQUEUE_QUEUES_MAX 256

struct message {
    struct message *next;
    uint32_t priority, length;
    uint8_t data[];
};

/* A process that is registered with one queue or more, watched once: an object has one watch in a server. */
struct mqueue_client {
    struct mqueue_client *next; /* in mqueue_server.clients */
    struct mqueue_server *host;
    uint64_t kid;
    handle_t process;
    bool may_signal; /* by this handle */
    uint64_t watch;  /* cookie */
    uint32_t registrations;
};

/* Who is to be told of the first message. */
struct registration {
    uint64_t kid;                   /* 0: nobody */
    const struct server_file *file; /* by which it registered: its end is the registration's, too */
    uint64_t serial;                /* an earlier registration's wait may come late */
    uint32_t kind;                  /* enum mqueue_notify */
    uint32_t signo;
    uint64_t value;
    struct mqueue_client *client; /* NULL: without a handle its death is not noticed */
    bool due;                     /* the message came before the wait */
};

struct queue {
    struct queue *next; /* in mqueue_server.queues while it has its name */
    char name[MQUEUE_NAME_MAX + 1];
    bool unlinked;
    uint32_t files; /* that are open; a queue without name and files is freed */
    uint32_t mode, uid, gid;
    struct mqueue_attr attr; /* messages: how many there are */
    struct message *first;   /* by falling priority, then by age */
    /* Requests that wait; args[1]: their deadline. */
    struct server_queue receivers, senders;
    struct registration registration;
    struct server_queue notified; /* its MQUEUE_WAIT */
};

/* What the process provides (main.c: system calls; a test: its own). */
struct mqueue_platform {
    int64_t (*lives)(handle_t process, uint64_t *kid); /* 1, 0 or -ERR_* */
    void (*signal)(handle_t process, const struct signal_info *);
    void (*close)(handle_t process);
};

struct mqueue_server {
    struct server *server;
    const struct mqueue_platform *platform; /* NULL: no signals, and no deaths */
    struct queue *queues;                   /* with a name */
    struct queue *unlinked;                 /* without, but open */
    uint32_t count;
    struct mqueue_client *clients;
    struct server_timer timer; /* the earliest deadline of a waiting request */
};

struct mqueue_file {
    struct server_file file;
    struct queue *queue; /* NULL: the scheme's root */
};

void mqueue_init(struct mqueue_server *, struct server *);
extern const struct server_ops mqueue_server_ops;

/* queue.c: each answers or keeps its request. */
void queue_send(struct queue *, struct server_request *);
void queue_receive(struct queue *, struct server_request *);
void queue_notify(struct queue *, struct server_request *);
void queue_wait(struct queue *, struct server_request *);
/* A message has come to the empty queue and nobody waited for it. */
void queue_tell(struct queue *, const struct cred *sender);
void queue_file_closed(struct queue *, const struct server_file *);
uint32_t queue_level(const struct queue *);
/* The real-time clock has been set. */
void queue_clock_set(struct mqueue_server *);
void queue_free_messages(struct queue *);
/* A received message's answer was lost: it is the first again. */
void queue_put_back(struct mqueue_server *, struct queue *, uint32_t priority, const void *data,
                    size_t length);
