/* rlimit.c: asking for limits and setting them; internal/limits.h says who holds them. */
#include <limits.h>
#include <sys/resource.h>
#include <unistd.h>
#include "abi/layout.h"
#include "internal/limits.h"
#include "internal/lock.h"
#include "internal/process.h"

static struct libc_lock lock; /* guards __limits */

static struct rlimit default_limit(int resource)
{
    switch (resource) {
    case RLIMIT_STACK: return (struct rlimit){DYAD_STACK_SIZE, RLIM_INFINITY};
    case RLIMIT_NOFILE: return (struct rlimit){OPEN_MAX, OPEN_MAX};
    case RLIMIT_CORE: return (struct rlimit){0, RLIM_INFINITY};
    case RLIMIT_NPROC: return (struct rlimit){CHILD_MAX, CHILD_MAX};
    default: return (struct rlimit){RLIM_INFINITY, RLIM_INFINITY};
    }
}

static int64_t get_locked(int resource, struct rlimit *out)
{
    if (resource < 0 || resource >= RLIMIT_NLIMITS)
        return -ERR_INVAL;
    const uint64_t *values = __limits.values[resource];
    *out = __limits.set >> resource & 1 ? (struct rlimit){values[0], values[1]}
                                        : default_limit(resource);
    return 0;
}

/* Those that procd holds. A procd without the verb, or none, holds nothing. */
static void tell_procd(int resource, const struct rlimit *limit)
{
    if (resource == RLIMIT_CPU)
        __proc_verb(PROC_LIMIT, PROC_LIMIT_CPU, limit->rlim_cur, limit->rlim_max, 0, NULL);
    if (resource == RLIMIT_NPROC)
        __proc_verb(PROC_LIMIT, PROC_LIMIT_PROCESSES, limit->rlim_cur, limit->rlim_max, 0, NULL);
}

static int64_t set_locked(int resource, const struct rlimit *limit)
{
    struct rlimit old;
    int64_t result = get_locked(resource, &old);
    if (result < 0)
        return result;
    if (limit->rlim_cur > limit->rlim_max)
        return -ERR_INVAL;
    /* More descriptors than the table has are for nobody. */
    bool may_raise =
        dyad_cred_get(CRED_EUID) == 0 && (resource != RLIMIT_NOFILE || limit->rlim_max <= OPEN_MAX);
    if (limit->rlim_max > old.rlim_max && !may_raise)
        return -ERR_PERM;
    __limits.values[resource][0] = limit->rlim_cur;
    __limits.values[resource][1] = limit->rlim_max;
    __limits.set |= UINT64_C(1) << resource;
    __limits_apply();
    tell_procd(resource, limit);
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
