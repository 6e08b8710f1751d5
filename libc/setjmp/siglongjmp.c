/* siglongjmp.c: the part of sigsetjmp and siglongjmp that deals with the signal mask. */
#include <setjmp.h>
#include <signal.h>
#include "internal/libc.h"

_Static_assert(sizeof(sigset_t) <= sizeof((struct __jmp_buf *)0)->__mask, "the mask must fit");

LIBC_HIDDEN void __sigsetjmp_save_mask(struct __jmp_buf *env);

void __sigsetjmp_save_mask(struct __jmp_buf *env)
{
    sigprocmask(SIG_SETMASK, NULL, (sigset_t *)(void *)env->__mask);
}

void siglongjmp(sigjmp_buf env, int value)
{
    if (env->__mask_saved)
        sigprocmask(SIG_SETMASK, (sigset_t *)(void *)env->__mask, NULL);
    longjmp(env, value);
}
