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

/* For mutexes whose __robust is not 0: */

/* Waits while another holds it. EAGAIN: look again; 0: it has been taken from a process that has died; ETIMEDOUT. */
LIBC_HIDDEN int __robust_wait(pthread_mutex_t *mutex, uint64_t deadline);
/* Its state is HELD or CONTENDED by us now: 0, EOWNERDEAD, or ENOTRECOVERABLE when it has been let go again. */
LIBC_HIDDEN int __robust_acquired(pthread_mutex_t *mutex);
/* About to be let go by its holder -> how many waiters to wake. */
LIBC_HIDDEN int __robust_release(pthread_mutex_t *mutex);
LIBC_HIDDEN bool __robust_is_own(const pthread_mutex_t *mutex);
/* What the thread still holds is left to others. */
LIBC_HIDDEN void __robust_thread_ends(struct thread *self);
