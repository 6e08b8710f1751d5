/* entry.S: where every loader enters (handoff.h), and the step from the physical to the virtual kernel. */
    .section .text.boot, "ax"
    .globl entry64, boot_enter_high, boot_stack_top
/* rdi = struct handoff. The stack may be the loader's; ours is in the image. */
entry64:
    cli
    cld
    movq %rdi, %rbx
    leaq boot_stack_top(%rip), %rsp
    xorl %ebp, %ebp
    leaq image_start(%rip), %rdi
    call boot_relocate
    movq %rbx, %rdi
    call boot_main
    ud2

/* boot_enter_high(rdi: cr3, rsi: stack, rdx: address in the virtual kernel). This code is mapped in both. */
boot_enter_high:
    movq %rdi, %cr3
    movq %rsi, %rsp
    xorl %ebp, %ebp
    pushq $0                    /* a backtrace ends here */
    jmpq *%rdx

    .section .bss, "aw", @nobits
    .balign 16
    .skip 8192
boot_stack_top:
    .section .note.GNU-stack, "", @progbits
