/*
 * rlimit.c: limits. The kernel's quotas are what really holds; these are the values that programs ask for and may lower
 * for themselves. They are not inherited by exec.
 */
#include <limits.h>
#include <sys/resource.h>
#include <unistd.h>
#include "abi/layout.h"
#include "internal/files.h"
#include "internal/gate.h"
#include "internal/lock.h"

static struct libc_lock lock;
/* Guarded by lock; a zero pair means the default. */
static struct rlimit limits[RLIMIT_NLIMITS];
static char changed[RLIMIT_NLIMITS];

static struct rlimit default_limit(int resource)
{
    switch (resource) {
    case RLIMIT_STACK: return (struct rlimit){DYAD_STACK_SIZE, DYAD_STACK_SIZE};
    case RLIMIT_NOFILE: return (struct rlimit){OPEN_MAX, OPEN_MAX};
    case RLIMIT_CORE: return (struct rlimit){0, 0};
    case RLIMIT_NPROC: return (struct rlimit){CHILD_MAX, CHILD_MAX};
    default: return (struct rlimit){RLIM_INFINITY, RLIM_INFINITY};
    }
}

static int64_t get_locked(int resource, struct rlimit *out)
{
    if (resource < 0 || resource >= RLIMIT_NLIMITS)
        return -ERR_INVAL;
    *out = changed[resource] ? limits[resource] : default_limit(resource);
    return 0;
}

static int64_t set_locked(int resource, const struct rlimit *limit)
{
    struct rlimit old;
    int64_t result = get_locked(resource, &old);
    if (result < 0)
        return result;
    if (limit->rlim_cur > limit->rlim_max)
        return -ERR_INVAL;
    if (limit->rlim_max > old.rlim_max)
        return -ERR_PERM;
    limits[resource] = *limit;
    changed[resource] = 1;
    if (resource == RLIMIT_NOFILE)
        __fd_limit = limit->rlim_cur < OPEN_MAX ? (int)limit->rlim_cur : OPEN_MAX;
    return 0;
}

int getrlimit(int resource, struct rlimit *limit)
{
    libc_lock(&lock);
    int64_t result = get_locked(resource, limit);
    libc_unlock(&lock);
    return (int)__result(result);
}

int setrlimit(int resource, const struct rlimit *limit)
{
    libc_lock(&lock);
    int64_t result = set_locked(resource, limit);
    libc_unlock(&lock);
    return (int)__result(result);
}

int prlimit(pid_t pid, int resource, const struct rlimit *limit, struct rlimit *old)
{
    if (pid != 0 && pid != getpid())
        return (int)__result(-ERR_PERM);
    if (old && getrlimit(resource, old) < 0)
        return -1;
    return limit ? setrlimit(resource, limit) : 0;
}
