/*
 * trampoline.S: a core's first steps, copied to a page below 1 MiB: from real mode to 64-bit mode in one go. The page is at cs:0.
 */
#include "trampoline.h"

    .section .rodata, "a"
    .balign 16
    .globl trampoline_start, trampoline_end
    .code16
trampoline_start:
    cli
    cld
    movw %cs, %ax
    movw %ax, %ds
    movl TRAMPOLINE_DATA + TRAMPOLINE_PAGE, %ebx
    /* Addresses in the page become physical ones. */
    addl %ebx, gdt_pointer - trampoline_start + 2
    addl %ebx, far_pointer - trampoline_start
    lgdtl gdt_pointer - trampoline_start
    movl $0x20, %eax                    /* CR4.PAE */
    movl %eax, %cr4
    movl TRAMPOLINE_DATA + TRAMPOLINE_ROOT, %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx              /* EFER: long mode, no-execute */
    rdmsr
    orl $0x900, %eax
    wrmsr
    movl $0x80010011, %eax              /* CR0: PG, WP, ET, PE; caches on */
    movl %eax, %cr0
    ljmpl *(far_pointer - trampoline_start)

    .code64
start64:
    movl %ebx, %ebx
    movl $0x10, %eax
    movl %eax, %ss
    xorl %eax, %eax
    movl %eax, %ds
    movl %eax, %es
    movq TRAMPOLINE_DATA + TRAMPOLINE_STACK(%rbx), %rsp
    movq TRAMPOLINE_DATA + TRAMPOLINE_ARGUMENT(%rbx), %rdi
    xorl %ebp, %ebp
    movq TRAMPOLINE_DATA + TRAMPOLINE_FUNCTION(%rbx), %rax
    jmpq *%rax

    .balign 8
gdt:
    .quad 0
    .quad 0x00af9b000000ffff
    .quad 0x00cf93000000ffff
gdt_pointer:
    .word 23
    .long gdt - trampoline_start
    .balign 4
far_pointer:
    .long start64 - trampoline_start
    .word 8
trampoline_end:
    .section .note.GNU-stack, "", @progbits
