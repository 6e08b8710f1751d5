/* bits/pthread_types.h: the objects of <pthread.h>. Zero is a valid initial state of every one. */
#pragma once
#define __need_size_t
#include <stddef.h>
#include <bits/thread_types.h>

typedef __thread_number pthread_t;
typedef __thread_key_number pthread_key_t;
typedef __thread_once_flag pthread_once_t;

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

typedef struct __thread_mutex pthread_mutex_t;

typedef struct {
    int __clock;
    int __shared;
} pthread_condattr_t;

typedef struct __thread_cond pthread_cond_t;

typedef struct {
    int __shared;
} pthread_rwlockattr_t;

typedef struct {
    int __state;    /* readers, or -1 for a writer */
    int __sequence; /* changes when the lock becomes free and somebody waits */
    int __waiters;
    int __writer;  /* the writer's thread, 0: none, -1: not kept, for one between processes */
    void *__first; /* of those that wait with a real-time priority */
    int __list_lock;
} pthread_rwlock_t;

typedef struct {
    int __shared;
} pthread_barrierattr_t;

typedef struct {
    int __lock;
    int __generation;
    unsigned __count, __arrived;
    int __leaving; /* threads that have come and not yet left */
    int __reserved;
} pthread_barrier_t;

typedef struct {
    int __state;
} pthread_spinlock_t;
