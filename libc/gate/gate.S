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

/*
 * The same for calls that may wait for long. The last thing before the kernel is a look at the thread's cancel_now
 * (internal/cancel.h): when it is set the result is -ERR_INTR. A request that comes after the look finds the thread between
 * __gate_look and the kernel, and sends it back to look again; so everything up to there leaves the registers as they are.
 */
    .globl dyad_wait2, dyad_wait3, dyad_wait4, dyad_wait6, __gate_look, __gate_enter
    .hidden __gate_look, __gate_enter
    .type dyad_wait6, @function
    .text
    .p2align 4
dyad_wait6:
    .cfi_startproc
    mov 8(%rsp), %rax
    jmp 1f
    .cfi_endproc
    .size dyad_wait6, . - dyad_wait6
    .type dyad_wait2, @function
    .type dyad_wait3, @function
    .type dyad_wait4, @function
dyad_wait2:
dyad_wait3:
dyad_wait4:
    .cfi_startproc
1:  mov %r9, %r11
    mov %rax, %r9
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %rdx, %rsi
    mov %rcx, %rdx
    mov %r8, %r10
    mov %r11, %r8
__gate_look:
    cmpl $0, %fs:0x48
    jne 2f
__gate_enter:
    jmp *__dyad_gate(%rip)
2:  mov $-4, %rax               /* -ERR_INTR */
    ret
    .cfi_endproc
    .size dyad_wait2, . - dyad_wait2
    .section .note.GNU-stack, "", @progbits
