/* stack_protector.c: where code built with -fstack-protector goes when a canary was overwritten. */
#include "internal/libc.h"

_Noreturn void __stack_chk_fail(void);

void __stack_chk_fail(void)
{
    __libc_panic("stack smashing detected");
}
