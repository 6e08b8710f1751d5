/* sys/shm.h: System V shared memory. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <sys/ipc.h>
#if __POSIX_VISIBLE >= 202405
#include <bits/int_types.h>
#define SHM_FAILED ((void *)-1)
#endif

#define SHM_RDONLY 0010000
#define SHM_RND    0020000
#define SHM_REMAP  0040000 /* in place of what is there */
#define SHM_EXEC   0100000
#define SHMLBA     4096
#define SHM_R      0400
#define SHM_W      0200

typedef unsigned long shmatt_t;

struct shmid_ds {
    struct ipc_perm shm_perm;
    size_t shm_segsz;
    time_t shm_atime;
    time_t shm_dtime;
    time_t shm_ctime;
    pid_t shm_cpid;
    pid_t shm_lpid;
    shmatt_t shm_nattch;
};

__BEGIN_DECLS
int shmget(key_t __key, size_t __size, int __flags);
void *shmat(int __id, const void *__address, int __flags);
int shmdt(const void *__address);
int shmctl(int __id, int __command, struct shmid_ds *__data);
__END_DECLS
