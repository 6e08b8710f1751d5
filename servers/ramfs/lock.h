/* lock.h: advisory locks (lock.c) and the processes that own record locks (locker.c). */
#pragma once
#include "servers/ramfs/ramfs.h"

/* A process that owns record locks or waits for one. It is known until it ends, so that it shows itself once only. */
struct locker {
    struct locker *next; /* in ramfs.lockers */
    struct ramfs *fs;
    uint64_t kid;    /* never used again, as a pid is */
    uint32_t pid;    /* 0: a service */
    handle_t handle; /* to hear of its end; HANDLE_NONE: the platform has no processes */
    uint64_t watch;  /* cookie, when there is a handle */
    bool reached;    /* work of locker_would_deadlock */
};

struct lock {
    struct lock *next;                 /* in node->locks */
    struct lock *all_next, **all_link; /* in ramfs.locks: next, and what points here */
    struct node *node;
    struct server_file *file; /* made through */
    struct locker *locker;    /* NULL: the open file owns it */
    bool whole;               /* flock's: it and record locks do not see each other */
    bool exclusive;
    uint64_t first, last; /* bytes, inclusive */
};

/* What a request wants. */
struct lock_wish {
    struct node *node;
    struct server_file *file;
    struct locker *locker; /* NULL: the open file's, or of a process that is not known yet */
    bool by_process, whole, wait, query;
    uint64_t first, last;
    unsigned type; /* enum dyad_lock_type */
};

/* 0 or -ERR_INVAL. */
int lock_wish_parse(struct server_request *, struct lock_wish *wish);
/* The conflicting lock after `previous` (NULL: the first) in the node's list, or NULL. */
struct lock *lock_next_conflict(const struct lock_wish *, const struct lock *previous);
/* Removes the locks of a process everywhere and lets those who waited for them try again. */
void locks_release_locker(struct locker *);

struct locker *locker_find(const struct ramfs *, const struct server_request *);
/*
 * The locker of the request's process, made from the process handle that came along.
 * Errors: -ERR_SRCH when it is not known and no handle came, -ERR_INVAL when that is not the caller's, -ERR_NOLCK.
 */
int locker_get(struct server_request *, struct locker **out);
/* False: it has ended; its locks are gone, and so is the locker. */
bool locker_lives(struct locker *);
/* Would waiting for what is in the way of the wish close a circle of processes that wait for each other? */
bool locker_would_deadlock(struct ramfs *, const struct lock_wish *);
