/* semaphore.h: counting semaphores. */
#pragma once
#include <features.h>
#include <bits/types.h>
#if __POSIX_VISIBLE >= 200112
#include <bits/timespec.h>
#endif

typedef struct {
    int __value;
    int __waiters;
} sem_t;
#define SEM_FAILED ((sem_t *)0)

__BEGIN_DECLS
sem_t *sem_open(const char *__name, int __flags, ...);
int sem_close(sem_t *__sem);
int sem_unlink(const char *__name);
int sem_init(sem_t *__sem, int __shared, unsigned __value);
int sem_destroy(sem_t *__sem);
int sem_wait(sem_t *__sem);
int sem_trywait(sem_t *__sem);
#if __POSIX_VISIBLE >= 200112
int sem_timedwait(sem_t *__restrict __sem, const struct timespec *__restrict __deadline);
int sem_clockwait(sem_t *__restrict __sem, clockid_t __clock,
                  const struct timespec *__restrict __deadline);
#endif
int sem_post(sem_t *__sem);
int sem_getvalue(sem_t *__restrict __sem, int *__restrict __value);
__END_DECLS
