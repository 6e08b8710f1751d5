/* sys/sem.h: System V semaphores. */
#pragma once
#include <features.h>
#include <bits/types.h>
#if __GNU_VISIBLE
#include <bits/timespec.h>
#endif
#include <sys/ipc.h>

#define SEM_UNDO 0x1000 /* when the process ends */

#define GETPID  11
#define GETVAL  12
#define GETALL  13
#define GETNCNT 14
#define GETZCNT 15
#define SETVAL  16
#define SETALL  17

struct semid_ds {
    struct ipc_perm sem_perm;
    time_t sem_otime;
    time_t sem_ctime;
    unsigned short sem_nsems;
};

struct sembuf {
    unsigned short sem_num;
    short sem_op;
    short sem_flg;
};

__BEGIN_DECLS
int semget(key_t __key, int __count, int __flags);
int semop(int __id, struct sembuf *__operations, size_t __count);
int semctl(int __id, int __number, int __command, ...);
#if __GNU_VISIBLE
int semtimedop(int __id, struct sembuf *__operations, size_t __count,
               const struct timespec *__timeout);
#endif
__END_DECLS
