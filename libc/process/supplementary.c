/* supplementary.c: supplementary groups. */
#include <grp.h>
#include <limits.h>
#include <unistd.h>
#include "internal/process.h"

int getgroups(int count, gid_t list[])
{
    gid_t groups[NGROUPS_MAX];
    struct call_args args = CALL_ARGS_NONE;
    args.out = groups;
    args.out_len = sizeof groups;
    int64_t n = __proc_call(PROC_GETGROUPS, &args);
    if (n > NGROUPS_MAX)
        n = NGROUPS_MAX;
    if (n >= 0 && count != 0 && count < n)
        n = -ERR_INVAL;
    for (int64_t i = 0; count != 0 && i < n; i++)
        list[i] = groups[i];
    return (int)__result(n);
}

int setgroups(size_t count, const gid_t *list)
{
    struct call_args args = CALL_ARGS_NONE;
    if (count > NGROUPS_MAX)
        return (int)__result(-ERR_INVAL);
    args.in = list;
    args.in_len = (uint32_t)(count * sizeof *list);
    int64_t result = __proc_call(PROC_SETGROUPS, &args);
    return (int)__result(result < 0 ? result : 0);
}
