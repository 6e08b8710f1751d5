/* crt0.S: where a program starts. The kernel or exec leaves argc, argv, envp and auxv on the stack. */
    .text
    .globl _start
    .type _start, @function
_start:
    .cfi_startproc
    .cfi_undefined rip
    xor %ebp, %ebp
    mov %rsp, %rdi
    lea main(%rip), %rsi
    and $-16, %rsp
    call __libc_start
    ud2
    .cfi_endproc
    .size _start, . - _start
    .section .note.GNU-stack, "", @progbits
