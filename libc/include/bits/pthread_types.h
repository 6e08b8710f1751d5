/* bits/pthread_types.h: the objects of <pthread.h>. Zero is a valid initial state of every one. */
#pragma once
#include <bits/types.h>

typedef unsigned long pthread_t;
typedef unsigned int pthread_key_t;

typedef int pthread_once_t; /* a number, so that a program may assign PTHREAD_ONCE_INIT again */

typedef struct {
    size_t __stack_size; /* 0: the default */
    size_t __guard_size;
    void *__stack; /* the caller's own stack, or NULL */
    int __detached;
    int __guard_set;
    int __explicit_sched;
    int __policy, __priority; /* for that */
} pthread_attr_t;

typedef struct {
    int __type;
    int __shared;
    int __robust;
    int __protocol;
    int __ceiling; /* 0: the lowest */
} pthread_mutexattr_t;

typedef struct {
    int __state; /* 0 free, 1 held, 2 held and waited for; see thread/mutex_protocol.c for others */
    int __type;  /* with the protocol, and its ceiling (internal/mutex.h) */
    unsigned __count;  /* of a recursive mutex; the holder's */
    unsigned __robust; /* flags, and the holder's process (thread/robust.c); 0: an ordinary mutex */
    void *__owner;     /* the holder's thread; not kept for a normal mutex */
    void *__next;      /* of the robust mutexes that the holder holds */
} pthread_mutex_t;

typedef struct {
    int __clock;
    int __shared;
} pthread_condattr_t;

typedef struct {
    int __sequence; /* changes with every signal; waiters sleep on it */
    int __waiters;
    int __clock;
    int __reserved;
} pthread_cond_t;

typedef struct {
    int __shared;
} pthread_rwlockattr_t;

typedef struct {
    int __state;    /* readers, or -1 for a writer */
    int __sequence; /* changes when the lock becomes free and somebody waits */
    int __waiters;
    int __writer; /* the writer's thread, 0: none, -1: not kept, for one between processes */
} pthread_rwlock_t;

typedef struct {
    int __shared;
} pthread_barrierattr_t;

typedef struct {
    int __lock;
    int __generation;
    unsigned __count, __arrived;
    int __leaving; /* threads of the last generation that have not yet left */
    int __reserved;
} pthread_barrier_t;

typedef struct {
    int __state;
} pthread_spinlock_t;
