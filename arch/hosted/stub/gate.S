/*
 * gate.S: where guest code enters and leaves the stub. GS base: the thread's struct stub_context.
 *
 * Between stub_gate's first instruction and stub_exit_end nothing of the guest's state is lost when a
 * signal arrives: before stub_gate_saved the trap will be posted anyway, and from stub_exit on all
 * registers are still in the context, so the handler just starts the exit again (signal.c).
 */
#include "stub_abi.h"

    .section .gate, "ax"
    .globl stub_gate, stub_exit, stub_exit_end, stub_restorer, stub_start_asm, stub_enter
    .globl stub_clone, stub_init_fpu

/* Called by guest code: number in rax, arguments in rdi rsi rdx r10 r8 r9. */
stub_gate:
    popq %gs:CTX_RIP            /* the only access to guest memory, as the first instruction */
    movq %rsp, %gs:CTX_RSP
    movq %rax, %gs:CTX_RAX
    movq %rbx, %gs:CTX_RBX
    movq %rdx, %gs:CTX_RDX
    movq %rsi, %gs:CTX_RSI
    movq %rdi, %gs:CTX_RDI
    movq %rbp, %gs:CTX_RBP
    movq %r8, %gs:CTX_R8
    movq %r9, %gs:CTX_R9
    movq %r10, %gs:CTX_R10
    movq %r12, %gs:CTX_R12
    movq %r13, %gs:CTX_R13
    movq %r14, %gs:CTX_R14
    movq %r15, %gs:CTX_R15
    stmxcsr %gs:CTX_MXCSR
    fnstcw %gs:CTX_FCW
    cld
    movq $0x202, %gs:CTX_RFLAGS
    cmpl $0, %gs:CTX_FSGSBASE
    je 1f
    rdfsbase %rax
    movq %rax, %gs:CTX_FS
1:  movq %gs:CTX_STACK, %rsp
    movq %gs:CTX_SELF, %rdi
    call stub_syscall

/* To the guest, with the registers of the context. Entered with any stack; needs only GS. */
stub_exit:
    cmpl $0, %gs:CTX_STOP
    jne stub_exit_stopped
    cmpl $STUB_MODE_FAST, %gs:CTX_MODE
    jne 2f
1:  movq %gs:CTX_RAX, %rax
    movq %gs:CTX_RBX, %rbx
    movq %gs:CTX_RDX, %rdx
    movq %gs:CTX_RSI, %rsi
    movq %gs:CTX_RDI, %rdi
    movq %gs:CTX_RBP, %rbp
    movq %gs:CTX_R8, %r8
    movq %gs:CTX_R9, %r9
    movq %gs:CTX_R10, %r10
    movq %gs:CTX_R12, %r12
    movq %gs:CTX_R13, %r13
    movq %gs:CTX_R14, %r14
    movq %gs:CTX_R15, %r15
    movq %gs:CTX_RSP, %rsp
    jmpq *%gs:CTX_RIP
2:  cmpl $0, %gs:CTX_FSGSBASE   /* without it stub_prepare has set FS */
    je 3f
    movq %gs:CTX_FS, %rax
    wrfsbase %rax
3:  movq %gs:CTX_SELF, %rsp
    addq $CTX_RFLAGS, %rsp
    popfq                       /* no instruction below changes the flags */
    movq %gs:CTX_RCX, %rcx
    movq %gs:CTX_R11, %r11
    jmp 1b
stub_exit_end:

stub_exit_stopped:
    movq %gs:CTX_STACK, %rsp
    movq %gs:CTX_SELF, %rdi
    call stub_stopped
    jmp stub_exit

/* A new thread's first step, on its own stack: rdi = context. */
stub_enter:
    call stub_thread_main
    jmp stub_exit

stub_restorer:
    movl $15, %eax              /* rt_sigreturn */
    syscall
    ud2

/* ELF entry: rsp points at argc. */
stub_start_asm:
    movq %rsp, %rdi
    andq $-16, %rsp
    call stub_start
    ud2

/* long stub_clone(unsigned long flags, void *stack, struct stub_context *context) */
stub_clone:
    movq %rdx, %r9              /* the child has it too */
    xorl %edx, %edx
    xorl %r10d, %r10d
    xorl %r8d, %r8d
    movl $56, %eax
    syscall
    testq %rax, %rax
    jz 1f
    ret
1:  movq %r9, %rdi
    xorl %ebp, %ebp
    jmp stub_enter

/* void stub_init_fpu(struct stub_context *context, uint32_t has_xsave): vector registers and x87 to their
 * initial state, control words from the context. */
stub_init_fpu:
    testl %esi, %esi
    jz 1f
    movl $-1, %eax
    movl $-1, %edx
    xrstor CTX_FPINIT(%rdi)
    jmp 2f
1:  fxrstor CTX_FPINIT(%rdi)
2:  fldcw CTX_FCW(%rdi)
    ldmxcsr CTX_MXCSR(%rdi)
    ret
    .section .note.GNU-stack, "", @progbits
