/* limits.c: the limits of this process as the rest of libc obeys them: see internal/limits.h. */
#include <limits.h>
#include <string.h>
#include <sys/resource.h>
#include "abi/layout.h"
#include "internal/files.h"
#include "internal/limits.h"

#define STACK_MOST (UINT64_C(1) << 30) /* of a program that is told to have no limit */

_Static_assert(STARTUP_LIMITS == RLIMIT_NLIMITS, "one place for each");

struct startup_limits __limits;
_Atomic uint64_t __limit_file = UINT64_MAX, __limit_space = UINT64_MAX, __limit_data = UINT64_MAX;

/* UINT64_MAX when it has not been set. */
static uint64_t soft(int resource)
{
    return __limits.set >> resource & 1 ? __limits.values[resource][0] : UINT64_MAX;
}

void __limits_apply(void)
{
    uint64_t files = soft(RLIMIT_NOFILE);
    __fd_limit = files < OPEN_MAX ? (int)files : OPEN_MAX;
    __limit_file = soft(RLIMIT_FSIZE);
    __limit_space = soft(RLIMIT_AS);
    __limit_data = soft(RLIMIT_DATA);
}

void __limits_start(const struct startup_limits *limits)
{
    __limits = *limits;
    __limits_apply();
}

const struct startup_limits *__limits_inherited(void)
{
    return __limits.set ? &__limits : NULL;
}

uint64_t __limits_stack(void)
{
    uint64_t size = soft(RLIMIT_STACK);
    if (!(__limits.set >> RLIMIT_STACK & 1))
        return 0;
    if (size > STACK_MOST)
        return STACK_MOST;
    return size < DYAD_PAGE_SIZE ? DYAD_PAGE_SIZE : size;
}

int64_t __limit_memory_slowly(uint64_t bytes, bool data)
{
    struct process_info info;
    uint64_t limit = __limit_space;
    if (data && __limit_data < limit)
        limit = __limit_data;
    if (dyad_process_control(HANDLE_NONE, PROCESS_INFO, dyad_arg(&info), sizeof info) < 0)
        return 0;
    return info.mapped > limit || bytes > limit - info.mapped ? -ERR_NOMEM : 0;
}

static bool is_regular(handle_t file, struct dyad_stat *st)
{
    return __handle_stat(file, st) >= 0 && (st->mode & MODE_TYPE) == MODE_FILE;
}

static int64_t too_large(void)
{
    __raise_own(DYAD_SIGXFSZ);
    return -ERR_FBIG;
}

int64_t __limit_write_slowly(handle_t file, size_t *n, int64_t offset)
{
    struct dyad_stat st;
    uint64_t limit = __limit_file;
    if (*n == 0 || !is_regular(file, &st))
        return 0;
    int64_t flags = dyad_handle_control(file, HANDLE_GET_FLAGS, 0);
    if (offset < 0 && flags >= 0 && (flags & FILE_APPEND))
        offset = (int64_t)st.size;
    else if (offset < 0)
        offset = dyad_handle_control(file, HANDLE_SEEK_CUR, 0);
    if (offset < 0)
        return 0; /* the write will say what is wrong */
    if ((uint64_t)offset >= limit)
        return too_large();
    if (*n > limit - (uint64_t)offset)
        *n = limit - (uint64_t)offset;
    return 0;
}

int64_t __limit_grow(handle_t file, uint64_t size)
{
    struct dyad_stat st;
    if (likely(size <= __limit_file) || !is_regular(file, &st) || size <= st.size)
        return 0;
    return too_large();
}
