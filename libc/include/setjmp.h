/* setjmp.h: non-local jumps. */
#pragma once
#include <features.h>

/* rbx rbp r12-r15 rsp rip, then for sigsetjmp: whether the mask is saved, and the mask. */
struct __jmp_buf {
    unsigned long regs[8];
    unsigned long mask_saved;
    unsigned long mask[16];
};

typedef struct __jmp_buf jmp_buf[1];
typedef struct __jmp_buf sigjmp_buf[1];

__BEGIN_DECLS
int setjmp(jmp_buf env) __attribute__((__returns_twice__));
int _setjmp(jmp_buf env) __attribute__((__returns_twice__));
int sigsetjmp(sigjmp_buf env, int save_mask) __attribute__((__returns_twice__));
__noreturn_fn void longjmp(jmp_buf env, int value);
__noreturn_fn void _longjmp(jmp_buf env, int value);
__noreturn_fn void siglongjmp(sigjmp_buf env, int value);
__END_DECLS

#define setjmp(env)          setjmp(env)
#define sigsetjmp(env, save) sigsetjmp(env, save)
