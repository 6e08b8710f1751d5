/* sys/ipc.h: keys and permissions of System V IPC. */
#pragma once
#include <features.h>
#include <bits/types.h>

#define IPC_CREAT   0001000
#define IPC_EXCL    0002000
#define IPC_NOWAIT  0004000
#define IPC_RMID    0
#define IPC_SET     1
#define IPC_STAT    2
#define IPC_PRIVATE ((key_t)0)

struct ipc_perm {
    key_t __key;
    uid_t uid;
    gid_t gid;
    uid_t cuid;
    gid_t cgid;
    mode_t mode;
    int __sequence;
};

__BEGIN_DECLS
key_t ftok(const char *__path, int __id);
__END_DECLS
