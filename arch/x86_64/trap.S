/*
 * trap.S: the ways into the kernel and out to user mode.
 *
 * GS base is the core's struct core in the kernel; in user mode that is in KERNEL_GS_BASE. The kernel's stack stays as it is
 * while user code runs: user_enter leaves its frame there, and a trap returns from user_enter.
 */
#include "trap.h"

    .text
    .globl user_enter, trap_stubs, syscall_entry
    .type user_enter, @function
user_enter:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, %gs:CORE_RSP0
    cmpl $0, USER_FULL(%rdi)
    jne 1f
    movq USER_RAX(%rdi), %rax
    movq USER_RBX(%rdi), %rbx
    movq USER_RDX(%rdi), %rdx
    movq USER_RSI(%rdi), %rsi
    movq USER_RBP(%rdi), %rbp
    movq USER_R8(%rdi), %r8
    movq USER_R9(%rdi), %r9
    movq USER_R10(%rdi), %r10
    movq USER_R12(%rdi), %r12
    movq USER_R13(%rdi), %r13
    movq USER_R14(%rdi), %r14
    movq USER_R15(%rdi), %r15
    movq USER_RIP(%rdi), %rcx
    movq USER_RFLAGS(%rdi), %r11
    movq USER_RSP(%rdi), %rsp       /* from here on only interrupts with stacks of their own can come */
    movq USER_RDI(%rdi), %rdi
    swapgs
    sysretq

1:  movl $0, USER_FULL(%rdi)
    pushq $USER_SS
    pushq USER_RSP(%rdi)
    pushq USER_RFLAGS(%rdi)
    pushq $USER_CS
    pushq USER_RIP(%rdi)
    movq USER_RAX(%rdi), %rax
    movq USER_RBX(%rdi), %rbx
    movq USER_RCX(%rdi), %rcx
    movq USER_RDX(%rdi), %rdx
    movq USER_RSI(%rdi), %rsi
    movq USER_RBP(%rdi), %rbp
    movq USER_R8(%rdi), %r8
    movq USER_R9(%rdi), %r9
    movq USER_R10(%rdi), %r10
    movq USER_R11(%rdi), %r11
    movq USER_R12(%rdi), %r12
    movq USER_R13(%rdi), %r13
    movq USER_R14(%rdi), %r14
    movq USER_R15(%rdi), %r15
    movq USER_RDI(%rdi), %rdi
    swapgs
    iretq
    .size user_enter, . - user_enter

/* rcx and r11 are not the caller's any more: the ABI gives them up. */
    .balign 16
syscall_entry:
    swapgs
    movq %rsp, %gs:CORE_SCRATCH
    movq %gs:CORE_USER, %rsp
    movq %rax, USER_RAX(%rsp)
    movq %rdx, USER_RDX(%rsp)
    movq %rsi, USER_RSI(%rsp)
    movq %rdi, USER_RDI(%rsp)
    movq %r8, USER_R8(%rsp)
    movq %r9, USER_R9(%rsp)
    movq %r10, USER_R10(%rsp)
    movq %rcx, USER_RIP(%rsp)
    movq %r11, USER_RFLAGS(%rsp)
    movq %gs:CORE_SCRATCH, %rcx
    movq %rcx, USER_RSP(%rsp)
    movq syscall_quick_mask(%rip), %rcx
    btq %rax, %rcx
    jc 2f
1:  movq %rbx, USER_RBX(%rsp)
    movq %rbp, USER_RBP(%rsp)
    movq %r12, USER_R12(%rsp)
    movq %r13, USER_R13(%rsp)
    movq %r14, USER_R14(%rsp)
    movq %r15, USER_R15(%rsp)
    movl $TRAP_VECTOR_SYSCALL, %eax
    jmp return_from_user

/* Served here if it can be (core/syscall.h): C keeps the registers that are not saved yet. The stack below user_enter's frame is free. */
2:  movq %gs:CORE_RSP0, %rsp
    subq $8, %rsp               /* aligned to 16 at the call */
    movq %rdi, %rsi
    movq %rax, %rdi
    call syscall_quick
    movq %gs:CORE_USER, %rdi
    testl %eax, %eax
    jz 3f
    movq %rdx, %rax
    movq USER_RDX(%rdi), %rdx
    movq USER_RSI(%rdi), %rsi
    movq USER_R8(%rdi), %r8
    movq USER_R9(%rdi), %r9
    movq USER_R10(%rdi), %r10
    movq USER_RIP(%rdi), %rcx
    movq USER_RFLAGS(%rdi), %r11
    movq USER_RSP(%rdi), %rsp
    movq USER_RDI(%rdi), %rdi
    swapgs
    sysretq
3:  movq %rdi, %rsp
    jmp 1b

return_from_user:
    movq %gs:CORE_RSP0, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret

/* ---- exceptions and interrupts: vector and error code are on the stack ---- */

trap_common:
    testb $3, 24(%rsp)
    jz trap_in_kernel
trap_from_user:
    swapgs
    pushq %rdi
    movq %gs:CORE_USER, %rdi
    movq %rax, USER_RAX(%rdi)
    movq %rbx, USER_RBX(%rdi)
    movq %rcx, USER_RCX(%rdi)
    movq %rdx, USER_RDX(%rdi)
    movq %rsi, USER_RSI(%rdi)
    movq %rbp, USER_RBP(%rdi)
    movq %r8, USER_R8(%rdi)
    movq %r9, USER_R9(%rdi)
    movq %r10, USER_R10(%rdi)
    movq %r11, USER_R11(%rdi)
    movq %r12, USER_R12(%rdi)
    movq %r13, USER_R13(%rdi)
    movq %r14, USER_R14(%rdi)
    movq %r15, USER_R15(%rdi)
    popq USER_RDI(%rdi)
    popq %rax                   /* vector */
    popq %rdx                   /* error code */
    popq USER_RIP(%rdi)
    popq %rcx                   /* CS */
    popq USER_RFLAGS(%rdi)
    popq USER_RSP(%rdi)
    movl $1, USER_FULL(%rdi)
    shlq $32, %rdx
    orq %rdx, %rax
    movq %gs:CORE_RSP0, %rsp
    pushq $2                    /* interrupts do not clear direction, alignment check (SMAP) and trap flags */
    popfq
    jmp return_from_user

.macro SAVE_ALL
    pushq %rax
    pushq %rbx
    pushq %rcx
    pushq %rdx
    pushq %rsi
    pushq %rdi
    pushq %rbp
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    cld
.endm
.macro RESTORE_ALL
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rbp
    popq %rdi
    popq %rsi
    popq %rdx
    popq %rcx
    popq %rbx
    popq %rax
    addq $16, %rsp
.endm

trap_in_kernel:
    SAVE_ALL
    movq %rsp, %rdi
    call trap_kernel
    RESTORE_ALL
    iretq

/* On a stack of its own, with the core's address above the frame. In the kernel it may have come between two instructions that
 * change the stack and GS, so neither is believed. */
trap_own_stack:
    testb $3, 24(%rsp)
    jnz trap_from_user
    SAVE_ALL
    movl $0xc0000101, %ecx      /* GS_BASE */
    rdmsr
    movl %eax, %r12d
    movl %edx, %r13d
    movq 22 * 8(%rsp), %rax
    movq %rax, %rdx
    shrq $32, %rdx
    wrmsr
    movq %rsp, %rdi
    call trap_kernel
    movl $0xc0000101, %ecx
    movl %r12d, %eax
    movl %r13d, %edx
    wrmsr
    RESTORE_ALL
    iretq

    .balign TRAP_STUB_BYTES
trap_stubs:
    .set vector, 0
    .rept 256
    .balign TRAP_STUB_BYTES
    .if (vector == 8) || (vector >= 10 && vector <= 14) || (vector == 17) || (vector == 21) || (vector == 29) || (vector == 30)
    .else
    pushq $0
    .endif
    pushq $vector
    .if (vector == 1) || (vector == 2) || (vector == 8) || (vector == 18)
    jmp trap_own_stack
    .else
    jmp trap_common
    .endif
    .set vector, vector + 1
    .endr
    .balign TRAP_STUB_BYTES
    .section .note.GNU-stack, "", @progbits
