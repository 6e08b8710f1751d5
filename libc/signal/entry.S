/*
 * entry.S: where the kernel sends a thread that has a caught signal: rdi = signo, rsi = struct signal_frame, all signals
 * blocked. Every general register is in the frame; the FPU and vector state is saved here, and restored here after
 * the handler. SIGNAL_RETURN leaves vector registers alone.
 */
#define XSAVE_HEADER 512        /* the XSAVE header must be zero before the first XSAVE */

    .text
    .globl __signal_entry
    .hidden __signal_entry
    .type __signal_entry, @function
__signal_entry:
    .cfi_startproc
    .cfi_undefined rip
    cld
    mov %edi, %r12d
    mov %rsi, %rbx
    mov __signal_xsave_size(%rip), %rcx
    mov $512, %eax
    cmp %rax, %rcx
    cmovb %rax, %rcx
    mov %rcx, %r14
    sub %rcx, %rsp
    and $-64, %rsp
    mov %rsp, %r13
    cmp $512, %r14
    jbe 1f
    xor %eax, %eax
    mov %rax, XSAVE_HEADER + 0(%r13)
    mov %rax, XSAVE_HEADER + 8(%r13)
    mov %rax, XSAVE_HEADER + 16(%r13)
    mov %rax, XSAVE_HEADER + 24(%r13)
    mov %rax, XSAVE_HEADER + 32(%r13)
    mov %rax, XSAVE_HEADER + 40(%r13)
    mov %rax, XSAVE_HEADER + 48(%r13)
    mov %rax, XSAVE_HEADER + 56(%r13)
    mov $-1, %eax
    mov $-1, %edx
    xsave64 (%r13)
    jmp 2f
1:  fxsave64 (%r13)
2:  fninit
    ldmxcsr default_mxcsr(%rip)
    xor %ebp, %ebp
    mov %r12d, %edi
    mov %rbx, %rsi
    mov %r13, %rdx
    call __signal_dispatch
    cmp $512, %r14
    jbe 3f
    mov $-1, %eax
    mov $-1, %edx
    xrstor64 (%r13)
    jmp 4f
3:  fxrstor64 (%r13)
4:  mov $21, %eax               /* SYS_signal_control */
    mov $9, %edi                /* SIGNAL_RETURN */
    mov %rbx, %rsi
    xor %edx, %edx
    call *__dyad_gate(%rip)
    ud2
    .cfi_endproc
    .size __signal_entry, . - __signal_entry

    .section .rodata
    .p2align 2
default_mxcsr:
    .long 0x1f80
    .section .note.GNU-stack, "", @progbits
