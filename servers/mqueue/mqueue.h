/* mqueue.h: message queues: names, messages by priority, who waits for them. Pure: the outside is the server library. */
#pragma once
#include "abi/mqueue.h"
#include "servers/lib/server.h"

#define MQUEUE_QUEUES_MAX 256

struct message {
    struct message *next;
    uint32_t priority, length;
    uint8_t data[];
};

struct queue {
    struct queue *next; /* in mqueue_server.queues while it has its name */
    char name[MQUEUE_NAME_MAX + 1];
    bool unlinked;
    uint32_t files; /* that are open; a queue without name and files is freed */
    uint32_t mode, uid, gid;
    struct mqueue_attr attr; /* messages: how many there are */
    struct message *first;   /* by falling priority, then by age */
    /* Requests that wait; context: their deadline in ns. */
    struct server_queue receivers, senders;
    /* Who is to be told; kid 0: nobody. */
    uint64_t notify_kid;
    const struct server_file
        *notify_file;             /* by which it registered: its end is the registration's, too */
    uint64_t notify_serial;       /* of the registration: an earlier one's wait may come late */
    struct server_queue notified; /* its MQUEUE_WAIT */
    bool notify_due;              /* the message came before the wait */
};

struct mqueue_server {
    struct server *server;
    struct queue *queues;   /* with a name */
    struct queue *unlinked; /* without, but open */
    uint32_t count;
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
void queue_file_closed(struct queue *, const struct server_file *);
uint32_t queue_level(const struct queue *);
void queue_free_messages(struct queue *);
/* A received message's answer was lost: it is the first again. */
void queue_put_back(struct queue *, uint32_t priority, const void *data, size_t length);
