/* ids.c: who the process is. The kernel keeps the credentials, procd changes them. */
#include <unistd.h>
#include "internal/process.h"

pid_t getpid(void)
{
    return (pid_t)dyad_cred_get(CRED_PID);
}
pid_t getppid(void)
{
    return (pid_t)dyad_cred_get(CRED_PPID);
}
pid_t getpgrp(void)
{
    return (pid_t)dyad_cred_get(CRED_PGID);
}
uid_t getuid(void)
{
    return (uid_t)dyad_cred_get(CRED_UID);
}
uid_t geteuid(void)
{
    return (uid_t)dyad_cred_get(CRED_EUID);
}
gid_t getgid(void)
{
    return (gid_t)dyad_cred_get(CRED_GID);
}
gid_t getegid(void)
{
    return (gid_t)dyad_cred_get(CRED_EGID);
}

int getresuid(uid_t *real, uid_t *effective, uid_t *saved)
{
    *real = getuid();
    *effective = geteuid();
    *saved = (uid_t)dyad_cred_get(CRED_SUID);
    return 0;
}

int getresgid(gid_t *real, gid_t *effective, gid_t *saved)
{
    *real = getgid();
    *effective = getegid();
    *saved = (gid_t)dyad_cred_get(CRED_SGID);
    return 0;
}
