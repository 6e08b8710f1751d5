/*
 * bits/thread_types.h: what <pthread.h> and <threads.h> give names of their own to: ISO C does not let the one show those of the
 * other.
 */
#pragma once

typedef unsigned long __thread_number;
typedef unsigned int __thread_key_number;
typedef int __thread_once_flag; /* a number, so that a program may assign PTHREAD_ONCE_INIT again */

struct __thread_mutex {
    int __state; /* 0 free, 1 held, 2 held and waited for; see thread/mutex_protocol.c for others */
    int __type;  /* with the protocol, and its ceiling (internal/mutex.h) */
    unsigned __count;  /* of a recursive mutex; the holder's */
    unsigned __robust; /* flags, and the holder's process (thread/robust.c); 0: an ordinary mutex */
    void *__owner;     /* the holder's thread; not kept for a normal mutex */
    void *__next;      /* of the robust mutexes that the holder holds */
};

struct __thread_cond {
    int __sequence; /* changes with every signal; waiters sleep on it */
    int __waiters;
    int __clock;
    int __reserved;
};
