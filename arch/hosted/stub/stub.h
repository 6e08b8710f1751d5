/* stub.h: the functions of the stub, its own raw system calls and nothing from a libc. */
#pragma once
#include <asm/unistd.h>
#include <stdbool.h>

#include "abi/layout.h"
#include "stub_abi.h"

#define HEADER ((struct stub_header *)STUB_HEADER)

static inline long sys6(long number, long a, long b, long c, long d, long e, long f)
{
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
#define SYS0(n)             sys6(n, 0, 0, 0, 0, 0, 0)
#define SYS1(n, a)          sys6(n, (long)(a), 0, 0, 0, 0, 0)
#define SYS2(n, a, b)       sys6(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define SYS3(n, a, b, c)    sys6(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define SYS4(n, a, b, c, d) sys6(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)

static inline struct stub_context *stub_context_at(uint32_t index)
{
    return (struct stub_context *)(STUB_CONTEXTS + (uint64_t)index * 4096);
}

#pragma GCC visibility push(hidden) /* reached without a global offset table */

_Noreturn void stub_die(int status);

/* gate.S */
extern const char stub_gate[], stub_exit[], stub_exit_end[];
void stub_restorer(void);
_Noreturn void stub_enter(struct stub_context *context);
long stub_clone(unsigned long flags, void *stack, struct stub_context *context);
void stub_init_fpu(struct stub_context *context, uint32_t has_xsave);

/* stub.c: called by gate.S */
void stub_start(long *stack);
void stub_thread_main(struct stub_context *context);
void stub_syscall(struct stub_context *context);
void stub_stopped(struct stub_context *context);

/* wait.c */
void stub_futex_wait(_Atomic uint32_t *word, uint32_t expected);
void stub_futex_wake(_Atomic uint32_t *word, int count);
void stub_post(struct stub_context *context); /* the trap is filled in */
void stub_wait(
    struct stub_context *context); /* until the core says RUN; mappings are up to date then */
void stub_clone_service(void);

/* mappings.c */
void stub_mappings_update(void);

/* signal.c, filter.c: once a process, once a thread */
void stub_signals_init(void);
void stub_filter_init(void);

#pragma GCC visibility pop
