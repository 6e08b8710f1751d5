/*
 * gate.S: the system call functions. One body serves every argument count: moving registers that carry nothing is
 * cheaper than seven copies. The kernel wants number rax, arguments rdi rsi rdx r10 r8 r9.
 */
    .text
    .globl dyad_syscall0, dyad_syscall1, dyad_syscall2, dyad_syscall3, dyad_syscall4, dyad_syscall5, dyad_syscall6
    .type dyad_syscall6, @function
    .p2align 4
dyad_syscall6:
    .cfi_startproc
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %rdx, %rsi
    mov %rcx, %rdx
    mov %r8, %r10
    mov %r9, %r8
    mov 8(%rsp), %r9
    jmp *__dyad_gate(%rip)
    .cfi_endproc
    .size dyad_syscall6, . - dyad_syscall6

    .type dyad_syscall0, @function
    .type dyad_syscall1, @function
    .type dyad_syscall2, @function
    .type dyad_syscall3, @function
    .type dyad_syscall4, @function
    .type dyad_syscall5, @function
    .p2align 4
dyad_syscall0:
dyad_syscall1:
dyad_syscall2:
dyad_syscall3:
dyad_syscall4:
dyad_syscall5:
    .cfi_startproc
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %rdx, %rsi
    mov %rcx, %rdx
    mov %r8, %r10
    mov %r9, %r8
    jmp *__dyad_gate(%rip)
    .cfi_endproc
    .size dyad_syscall0, . - dyad_syscall0
    .section .note.GNU-stack, "", @progbits
