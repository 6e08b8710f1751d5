/* setjmp.h: non-local jumps. */
#pragma once
#include <features.h>

/* rbx rbp r12-r15 rsp rip, then for sigsetjmp: whether the mask is saved, and the mask. */
struct __jmp_buf {
    unsigned long __regs[8];
    unsigned long __mask_saved;
    unsigned long __mask[16];
};

typedef struct __jmp_buf jmp_buf[1];
#if __POSIX_VISIBLE
typedef struct __jmp_buf sigjmp_buf[1];
#endif

__BEGIN_DECLS
int setjmp(jmp_buf __env) __attribute__((__returns_twice__));
__noreturn_fn void longjmp(jmp_buf __env, int __value);
#if __XSI_UNTIL_7
int _setjmp(jmp_buf __env) __attribute__((__returns_twice__));
__noreturn_fn void _longjmp(jmp_buf __env, int __value);
#endif
#if __POSIX_VISIBLE
int sigsetjmp(sigjmp_buf __env, int __save_mask) __attribute__((__returns_twice__));
__noreturn_fn void siglongjmp(sigjmp_buf __env, int __value);
#endif
__END_DECLS

#define setjmp(env) setjmp(env)
#if __POSIX_VISIBLE
#define sigsetjmp(env, save) sigsetjmp(env, save)
#endif
