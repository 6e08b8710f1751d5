/* internal/notify.h: what a struct sigevent asks for, and libc's own threads. */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <signal.h>
#include "internal/libc.h"

/* Is it one that can be carried out? */
LIBC_HIDDEN bool __notify_valid(const struct sigevent *event);

/* Do it: send the signal with this si_code, or start the thread. Without memory for a thread the notice is lost. */
LIBC_HIDDEN void __notify(const struct sigevent *event, int code);

/*
 * Start a detached thread of libc's: it has every signal blocked and does not keep the process from ending with the program's
 * last thread. attr may be NULL. -> 0 or -ERR_*. It ends by calling __hidden_thread_ends and returning.
 */
LIBC_HIDDEN int __hidden_thread(void *(*start)(void *), void *arg, const pthread_attr_t *attr);
/* From here the calling thread is one of the program's. */
LIBC_HIDDEN void __hidden_thread_ends(void);
