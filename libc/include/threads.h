/* threads.h: the threads of C11, on those of POSIX. */
#pragma once
#include <features.h>
#include <bits/thread_types.h>
#include <bits/timespec.h>
#include <time.h>

#ifndef __cplusplus
#define thread_local _Thread_local
#endif
#define TSS_DTOR_ITERATIONS 4

typedef __thread_number thrd_t;
typedef struct __thread_mutex mtx_t;
typedef struct __thread_cond cnd_t;
typedef __thread_key_number tss_t;
#include <bits/once_flag.h>
typedef int (*thrd_start_t)(void *);
typedef void (*tss_dtor_t)(void *);

enum { thrd_success, thrd_busy, thrd_error, thrd_nomem, thrd_timedout };
enum { mtx_plain, mtx_recursive, mtx_timed };

__BEGIN_DECLS
int thrd_create(thrd_t *__thr, thrd_start_t __start, void *__arg);
__noreturn_fn void thrd_exit(int __result);
int thrd_detach(thrd_t __thr);
int thrd_join(thrd_t __thr, int *__result);
int thrd_equal(thrd_t __a, thrd_t __b);
thrd_t thrd_current(void);
int thrd_sleep(const struct timespec *__duration, struct timespec *__remaining);
void thrd_yield(void);

int mtx_init(mtx_t *__mutex, int __type);
void mtx_destroy(mtx_t *__mutex);
int mtx_lock(mtx_t *__mutex);
int mtx_trylock(mtx_t *__mutex);
int mtx_timedlock(mtx_t *__restrict __mutex, const struct timespec *__restrict __deadline);
int mtx_unlock(mtx_t *__mutex);

int cnd_init(cnd_t *__cond);
void cnd_destroy(cnd_t *__cond);
int cnd_wait(cnd_t *__cond, mtx_t *__mutex);
int cnd_timedwait(cnd_t *__restrict __cond, mtx_t *__restrict __mutex,
                  const struct timespec *__restrict __deadline);
int cnd_signal(cnd_t *__cond);
int cnd_broadcast(cnd_t *__cond);

int tss_create(tss_t *__key, tss_dtor_t __destructor);
void tss_delete(tss_t __key);
int tss_set(tss_t __key, void *__value);
void *tss_get(tss_t __key);
__END_DECLS
