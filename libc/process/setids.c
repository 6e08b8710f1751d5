/* setids.c: change the process's ids. An id of -1 stays as it is. */
#include <unistd.h>
#include "internal/process.h"

static int set(enum proc_ids which, uint32_t a, uint32_t b, uint32_t c)
{
    const uint32_t ids[3] = {a, b, c};
    uint64_t wide[3];
    for (int i = 0; i < 3; i++)
        wide[i] = ids[i] == UINT32_MAX ? UINT64_MAX : ids[i];
    int64_t result = __proc_verb(PROC_SETIDS, which, wide[0], wide[1], wide[2], NULL);
    if (result >= 0)
        __ids_changed = true;
    return (int)__result(result < 0 ? result : 0);
}

int setuid(uid_t uid)
{
    return set(PROC_IDS_SETUID, uid, UINT32_MAX, UINT32_MAX);
}
int seteuid(uid_t uid)
{
    return set(PROC_IDS_SETEUID, uid, UINT32_MAX, UINT32_MAX);
}
int setgid(gid_t gid)
{
    return set(PROC_IDS_SETGID, gid, UINT32_MAX, UINT32_MAX);
}
int setegid(gid_t gid)
{
    return set(PROC_IDS_SETEGID, gid, UINT32_MAX, UINT32_MAX);
}
int setreuid(uid_t real, uid_t effective)
{
    return set(PROC_IDS_SETREUID, real, effective, UINT32_MAX);
}
int setregid(gid_t real, gid_t effective)
{
    return set(PROC_IDS_SETREGID, real, effective, UINT32_MAX);
}
int setresuid(uid_t real, uid_t effective, uid_t saved)
{
    return set(PROC_IDS_SETRESUID, real, effective, saved);
}
int setresgid(gid_t real, gid_t effective, gid_t saved)
{
    return set(PROC_IDS_SETRESGID, real, effective, saved);
}
