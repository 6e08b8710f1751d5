/* semaphore.h: counting semaphores. */
#pragma once
#include <features.h>
#include <bits/timespec.h>

typedef struct {
    int __value;
    int __waiters;
} sem_t;
#define SEM_FAILED ((sem_t *)0)

__BEGIN_DECLS
sem_t *sem_open(const char *name, int flags, ...);
int sem_close(sem_t *sem);
int sem_unlink(const char *name);
int sem_init(sem_t *sem, int shared, unsigned value);
int sem_destroy(sem_t *sem);
int sem_wait(sem_t *sem);
int sem_trywait(sem_t *sem);
int sem_timedwait(sem_t *__restrict sem, const struct timespec *__restrict deadline);
int sem_post(sem_t *sem);
int sem_getvalue(sem_t *__restrict sem, int *__restrict value);
__END_DECLS
