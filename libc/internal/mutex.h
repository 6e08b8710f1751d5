/* internal/mutex.h: what mutex.c and robust.c know of a mutex. */
#pragma once
#include <pthread.h>
#include "internal/thread.h"

enum { FREE, HELD, CONTENDED }; /* __state */

/* __robust: flags, and above MUTEX_PID_SHIFT the holder's process when the mutex is shared. Written by the holder. */
#define MUTEX_ROBUST          1u
#define MUTEX_INCONSISTENT    2u /* its holder died */
#define MUTEX_NOT_RECOVERABLE 4u /* and nobody has mended what it protects */
#define MUTEX_SHARED          8u
#define MUTEX_PID_SHIFT       8

/* __type: PTHREAD_MUTEX_*, and for mutexes with a protocol these and the ceiling above MUTEX_CEILING_SHIFT. */
#define MUTEX_KIND          3u
#define MUTEX_INHERIT       0x10u
#define MUTEX_PROTECT       0x20u
#define MUTEX_PROTOCOL      0x30u
#define MUTEX_CEILING_SHIFT 8

static inline bool __mutex_has(const pthread_mutex_t *mutex, unsigned protocol)
{
    return (unsigned)mutex->__type & protocol;
}

/* PTHREAD_PRIO_INHERIT: __state is a word of THREAD_LOCK. 0, or an errno value. */
LIBC_HIDDEN int __inherit_try(pthread_mutex_t *mutex);
LIBC_HIDDEN int __inherit_wait(pthread_mutex_t *mutex, uint64_t deadline);
LIBC_HIDDEN void __inherit_free(pthread_mutex_t *mutex);
LIBC_HIDDEN bool __inherit_is_own(const pthread_mutex_t *mutex);
/* PTHREAD_PRIO_PROTECT: before it is taken: 0, EINVAL, EPERM; and after it has been given back. */
LIBC_HIDDEN int __protect_begin(int ceiling);
LIBC_HIDDEN void __protect_end(int ceiling);
LIBC_HIDDEN int __mutex_ceiling(const pthread_mutex_t *mutex);
/* Take one whatever its ceiling, unless the caller holds it: 0, or as pthread_mutex_lock. */
LIBC_HIDDEN int __mutex_take(pthread_mutex_t *mutex);
/* Give the state back and wake so many waiters. */
LIBC_HIDDEN void __mutex_free(pthread_mutex_t *mutex, int wake);

/* For mutexes whose __robust is not 0: */

/* Its state is HELD or CONTENDED by us now: 0, EOWNERDEAD, or ENOTRECOVERABLE when it has been let go again. */
LIBC_HIDDEN int __robust_acquired(pthread_mutex_t *mutex);
/* About to be let go by its holder -> how many waiters to wake. */
LIBC_HIDDEN int __robust_release(pthread_mutex_t *mutex);
LIBC_HIDDEN bool __robust_is_own(const pthread_mutex_t *mutex);
/* What the thread still holds is left to others. */
LIBC_HIDDEN void __robust_thread_ends(struct thread *self);
