/* sigsetjmp.S: setjmp that can save the signal mask too. */

    .text
    .globl sigsetjmp, __sigsetjmp
    .type sigsetjmp, @function
sigsetjmp:
__sigsetjmp:
    movslq %esi, %rax
    movq %rax, 64(%rdi)         /* mask_saved */
    testl %esi, %esi
    jz __setjmp_registers
    /* The frame may be gone when siglongjmp comes, so nothing of ours stays on the stack across the save. */
    pushq %rdi
    call __sigsetjmp_save_mask
    popq %rdi
    jmp __setjmp_registers
    .size sigsetjmp, . - sigsetjmp

    .section .note.GNU-stack, "", @progbits
