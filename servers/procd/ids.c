/* ids.c: the set*id family by POSIX's rules. Uid 0 is the privilege, for groups too. */
#include <string.h>

#include "abi/error.h"
#include "servers/procd/procd.h"

#define UNCHANGED UINT32_MAX

/* One kind of ids: user or group. */
struct id_set {
    uint32_t real, effective, saved;
};

static bool has(const struct id_set *set, uint32_t id)
{
    return id == UNCHANGED || id == set->real || id == set->effective || id == set->saved;
}

static int set_id(struct id_set *set, uint32_t id, bool privileged)
{
    if (id == UNCHANGED)
        return -ERR_INVAL;
    if (privileged)
        *set = (struct id_set){id, id, id};
    else if (id == set->real || id == set->saved)
        set->effective = id;
    else
        return -ERR_PERM;
    return 0;
}

static int set_effective(struct id_set *set, uint32_t id, bool privileged)
{
    if (id == UNCHANGED)
        return -ERR_INVAL;
    if (!privileged && id != set->real && id != set->saved)
        return -ERR_PERM;
    set->effective = id;
    return 0;
}

static int set_real_effective(struct id_set *set, uint32_t real, uint32_t effective,
                              bool privileged)
{
    uint32_t old_real = set->real;

    if (!privileged && ((real != UNCHANGED && real != set->real && real != set->effective) ||
                        !has(set, effective)))
        return -ERR_PERM;
    if (real != UNCHANGED)
        set->real = real;
    if (effective != UNCHANGED)
        set->effective = effective;
    if (real != UNCHANGED || (effective != UNCHANGED && effective != old_real))
        set->saved = set->effective;
    return 0;
}

static int set_all(struct id_set *set, const uint32_t ids[3], bool privileged)
{
    if (!privileged && (!has(set, ids[0]) || !has(set, ids[1]) || !has(set, ids[2])))
        return -ERR_PERM;
    if (ids[0] != UNCHANGED)
        set->real = ids[0];
    if (ids[1] != UNCHANGED)
        set->effective = ids[1];
    if (ids[2] != UNCHANGED)
        set->saved = ids[2];
    return 0;
}

static int apply(enum proc_ids which, struct id_set *set, const uint32_t ids[3], bool privileged)
{
    switch (which) {
    case PROC_IDS_SETUID:
    case PROC_IDS_SETGID: return set_id(set, ids[0], privileged);
    case PROC_IDS_SETEUID:
    case PROC_IDS_SETEGID: return set_effective(set, ids[0], privileged);
    case PROC_IDS_SETREUID:
    case PROC_IDS_SETREGID: return set_real_effective(set, ids[0], ids[1], privileged);
    case PROC_IDS_SETRESUID:
    case PROC_IDS_SETRESGID: return set_all(set, ids, privileged);
    }
    return -ERR_INVAL;
}

static bool concerns_users(enum proc_ids which)
{
    return which == PROC_IDS_SETUID || which == PROC_IDS_SETEUID || which == PROC_IDS_SETREUID ||
           which == PROC_IDS_SETRESUID;
}

int procd_setids(struct procd *p, struct process *caller, enum proc_ids which,
                 const uint32_t ids[3])
{
    struct cred *cred = &caller->cred, before = *cred;
    bool users = concerns_users(which), privileged = cred->euid == 0;
    struct id_set set = users ? (struct id_set){cred->uid, cred->euid, cred->suid}
                              : (struct id_set){cred->gid, cred->egid, cred->sgid};
    int error = apply(which, &set, ids, privileged);

    if (error < 0)
        return error;
    if (users) {
        cred->uid = set.real;
        cred->euid = set.effective;
        cred->suid = set.saved;
    } else {
        cred->gid = set.real;
        cred->egid = set.effective;
        cred->sgid = set.saved;
    }
    error = procd_update_cred(p, caller);
    if (error < 0)
        *cred = before;
    return error;
}

int procd_setgroups(struct process *caller, const uint32_t *groups, size_t count)
{
    if (caller->cred.euid != 0)
        return -ERR_PERM;
    if (count > PROCD_GROUPS_MAX)
        return -ERR_INVAL;
    memcpy(caller->groups, groups, count * sizeof *groups);
    caller->group_count = (uint32_t)count;
    return 0;
}
