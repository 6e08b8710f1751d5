/* trap.h: offsets and numbers that trap.S and C share; checked in trap.c. */
#pragma once

/* struct arch_user (struct user_regs is at its start) */
#define USER_RAX    0
#define USER_RBX    8
#define USER_RCX    16
#define USER_RDX    24
#define USER_RSI    32
#define USER_RDI    40
#define USER_RBP    48
#define USER_RSP    56
#define USER_R8     64
#define USER_R9     72
#define USER_R10    80
#define USER_R11    88
#define USER_R12    96
#define USER_R13    104
#define USER_R14    112
#define USER_R15    120
#define USER_RIP    128
#define USER_RFLAGS 136
#define USER_FULL   152

/* struct core */
#define CORE_SELF    0
#define CORE_CPU     8
#define CORE_USER    16
#define CORE_SCRATCH 24
#define CORE_TSS     32
#define CORE_RSP0    (CORE_TSS + 4) /* of the TSS: where interrupts from user mode put their frame */

/* GDT; the order is that of SYSCALL and SYSRET. */
#define KERNEL_CS 0x08
#define KERNEL_SS 0x10
#define USER_SS   0x23
#define USER_CS   0x2b
#define TSS_SEL   0x30

/* What user_enter returns besides exception and interrupt vectors. */
#define TRAP_VECTOR_SYSCALL 0x100
#define TRAP_STUB_BYTES     16

#ifndef __ASSEMBLER__
#include <stdint.h>

struct arch_user;

/* The frame of a trap in the kernel, as trap.S builds it. */
struct trap_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector, error;
    uint64_t rip, cs, rflags, rsp, ss;
};

/* Run the context until it traps: the vector in the low half, the error code in the high one. Interrupts are off
 * before and after. */
uint64_t user_enter(struct arch_user *user);
extern const uint8_t trap_stubs[]; /* of TRAP_STUB_BYTES each, by vector */
extern const uint8_t syscall_entry[];
#endif
