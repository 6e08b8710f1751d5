/* sigaltstack.c: a stack for handlers of the calling thread. */
#include <signal.h>
#include "internal/signals.h"

/* What the kernel was told; it has no query. Threads start without one. */
static _Thread_local stack_t current = {.ss_flags = SS_DISABLE};

static bool on_it(void)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    return !(current.ss_flags & SS_DISABLE) && here - (uintptr_t)current.ss_sp < current.ss_size;
}

static int64_t set(const stack_t *stack, bool active)
{
    if (active)
        return -ERR_PERM;
    if (stack->ss_flags & ~SS_DISABLE)
        return -ERR_INVAL;
    bool off = stack->ss_flags & SS_DISABLE;
    if (!off && stack->ss_size < MINSIGSTKSZ)
        return -ERR_NOMEM;
    int64_t result = dyad_signal_control(SIGNAL_STACK, off ? 0 : dyad_arg(stack->ss_sp),
                                         off ? 0 : stack->ss_size);
    if (result >= 0)
        current =
            off ? (stack_t){.ss_flags = SS_DISABLE} : (stack_t){stack->ss_sp, 0, stack->ss_size};
    return result;
}

int sigaltstack(const stack_t *restrict stack, stack_t *restrict old)
{
    bool active = on_it();
    stack_t before = current;
    if (active)
        before.ss_flags = SS_ONSTACK;
    int64_t result = stack ? set(stack, active) : 0;
    if (result >= 0 && old)
        *old = before;
    return (int)__result(result);
}
