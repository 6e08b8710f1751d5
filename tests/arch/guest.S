/* guest.S: programs that run as guests of the contract test. Position independent; rdi: argument. */
#define GATE movabsq $0x700000001000, %rax; movq %rax, %r15
#define ENTRY(name) .globl guest_##name; .balign 16; guest_##name:

    .section .rodata
    .balign 4096
    .globl guest_start, guest_end
guest_start:

/* system call 0 by the gate, for ever; r14 = rdi is left alone */
ENTRY(null_loop)
    GATE
1:  xorl %eax, %eax
    call *%r15
    jmp 1b

/* adds 1 to the quad at rdi for ever */
ENTRY(count)
1:  incq (%rdi)
    jmp 1b

ENTRY(spin)
1:  pause
    jmp 1b

/* one call by the gate with number 7 and arguments 1..6, then number 8 with the result as argument, for ever */
ENTRY(gate_once)
    GATE
    movl $7, %eax
    movl $1, %edi
    movl $2, %esi
    movl $3, %edx
    movl $4, %r10d
    movl $5, %r8d
    movl $6, %r9d
    call *%r15
1:  movq %rax, %rdi
    movl $8, %eax
    call *%r15
    jmp 1b

/* Fills registers with a pattern from rdi, and keeps the stack pointer at its own address. */
.macro PATTERN
    movq %rdi, %rbx
    leaq 1(%rdi), %rbp
    leaq 2(%rdi), %r12
    leaq 3(%rdi), %r13
    leaq 4(%rdi), %r14
    leaq 5(%rdi), %rsi
    leaq 6(%rdi), %rdx
    leaq 7(%rdi), %r10
    leaq 8(%rdi), %r8
    leaq 9(%rdi), %r9
    movq %rsp, (%rsp)
.endm

/* Fills registers with a pattern from rdi, makes call 9 by the gate, checks those that must be preserved; then call 10 with
 * the number of mismatches, for ever. */
ENTRY(registers)
    subq $512, %rsp
    andq $-16, %rsp
1:  PATTERN
    GATE
    movl $9, %eax
    call *%r15
    xorl %ecx, %ecx
    xorl %r11d, %r11d
#define SAME(register, offset) leaq offset(%rdi), %rax; cmpq %register, %rax; setne %r11b; addq %r11, %rcx
    SAME(rbx, 0)
    SAME(rbp, 1)
    SAME(r12, 2)
    SAME(r13, 3)
    SAME(r14, 4)
    SAME(rsi, 5)
    SAME(rdx, 6)
    SAME(r10, 7)
    SAME(r8, 8)
    SAME(r9, 9)
    cmpq %rsp, (%rsp)
    setne %r11b
    addq %r11, %rcx
    pushq %rdi
    movq %rcx, %rdi
    movl $10, %eax
    call *%r15
    popq %rdi
    jmp 1b

/* Integer, x87, SSE and flags under preemption: rdi = iterations. Each step computes the same in two ways.
 * Ends with call 11: rdi = mismatches. */
ENTRY(fpu_loop)
    movq %rdi, %rbx
    xorl %r12d, %r12d
    movl $3, %eax
    cvtsi2sdl %eax, %xmm1
    movq %rbx, %r13
    pcmpeqd %xmm7, %xmm7
    movl $0x12345678, %eax
    movd %eax, %xmm8
    fld1
    fld1
    faddp
1:  cvtsi2sdq %r13, %xmm0
    mulsd %xmm1, %xmm0
    cvttsd2si %xmm0, %rax
    leaq (%r13, %r13, 2), %rcx
    cmpq %rax, %rcx
    setne %dl
    movzbl %dl, %edx
    addq %rdx, %r12
    movd %xmm8, %eax
    cmpl $0x12345678, %eax
    setne %dl
    addq %rdx, %r12
    stc
    pushfq
    std
    pause
    pushfq
    cld
    popq %rax
    btl $10, %eax
    setnc %dl
    addq %rdx, %r12
    popq %rax
    btl $0, %eax
    setnc %dl
    addq %rdx, %r12
    pmovmskb %xmm7, %eax
    cmpl $0xffff, %eax
    setne %dl
    addq %rdx, %r12
    decq %r13
    jnz 1b
    subq $16, %rsp
    fistpq (%rsp)
    cmpq $2, (%rsp)
    setne %dl
    addq %rdx, %r12
    addq $16, %rsp
    GATE
    movq %r12, %rdi
    movl $11, %eax
    call *%r15
    ud2

/* Reads the quad at fs:0, rdi times, and compares with rsi; mismatches by call 12. Then for ever again. */
ENTRY(fs_loop)
    movq %rdi, %rbx
    movq %fs:0, %r12
    xorl %ecx, %ecx
    GATE
2:  movq %rbx, %r13
1:  movq %fs:0, %rdx
    cmpq %rdx, %r12
    setne %dl
    movzbl %dl, %edx
    addq %rdx, %rcx
    decq %r13
    jnz 1b
    movq %rcx, %rdi
    movq %r12, %rsi
    movl $12, %eax
    call *%r15
    xorl %ecx, %ecx
    jmp 2b

/* number rdi, arguments 1..6, by the instruction; then call 13 with the result, for ever */
ENTRY(raw_syscall)
    movq %rdi, %rax
    movl $1, %edi
    movl $2, %esi
    movl $3, %edx
    movl $4, %r10d
    movl $5, %r8d
    movl $6, %r9d
    movl $0x77, %ebx
    syscall
    movq %rax, %rdi
    movq %rbx, %rsi
    movl $13, %eax
    syscall
    ud2

ENTRY(int80)
    movl $20, %eax
    int $0x80
    ud2

ENTRY(load)
    movq (%rdi), %rax
    GATE
    movl $14, %eax
    call *%r15
    ud2

ENTRY(store)
    movb $0x5a, (%rdi)
    GATE
    movl $14, %eax
    call *%r15
    ud2

/* Stores 1 to 8 pages' first bytes from rdi, for ever */
ENTRY(touch)
1:  movb $1, (%rdi)
    movb $1, 0x1000(%rdi)
    jmp 1b

ENTRY(jump)
    jmp *%rdi

ENTRY(divide)
    xorl %ecx, %ecx
    movl $1, %eax
    xorl %edx, %edx
    divl %ecx
    ud2

ENTRY(illegal)
    ud2

ENTRY(breakpoint)
    int3
    ud2

ENTRY(noncanonical)
    movabsq $0x8000000000000000, %rax
    movq (%rax), %rax
    ud2

/* Sets mxcsr and the x87 control word, makes call 15, then call 16 with both as they are now, for ever */
ENTRY(control_words)
    GATE
    subq $24, %rsp
    movl $0x7f80, (%rsp)        /* round to zero, all exceptions masked */
    ldmxcsr (%rsp)
    movw $0xe7f, 4(%rsp)        /* round to zero, double precision */
    fldcw 4(%rsp)
    movl $15, %eax
    call *%r15
1:  stmxcsr (%rsp)
    fnstcw 4(%rsp)
    movl (%rsp), %edi
    movzwl 4(%rsp), %esi
    movl $16, %eax
    call *%r15
    jmp 1b

/* An unmasked x87 division by zero. */
ENTRY(x87_divide)
    subq $8, %rsp
    fninit
    movw $0x37b, (%rsp)
    fldcw (%rsp)
    fld1
    fldz
    fdivrp
    fwait
    ud2

/* An unmasked SSE division by zero. */
ENTRY(fp_divide)
    subq $8, %rsp
    movl $0x1d80, (%rsp)
    ldmxcsr (%rsp)
    pxor %xmm1, %xmm1
    movl $1, %eax
    cvtsi2sdl %eax, %xmm0
    divsd %xmm1, %xmm0
    ud2

ENTRY(wild_gs)
    xorl %eax, %eax
    wrgsbase %rax
    GATE
    xorl %eax, %eax
    call *%r15
    ud2

ENTRY(jump_into_stub)
    movabsq $0x700000001123, %rax
    xorl %edi, %edi
    jmp *%rax

/* Fills the pages that it shares with the kernel with the byte rsi, from rdi, rdx bytes; then call 0 by the instruction. */
ENTRY(scribble)
    movq %rsi, %rax
    movq %rdx, %rcx
    rep stosb
    xorl %eax, %eax
    syscall
    jmp guest_scribble

/* Whether the second way of a call (served without leaving the context) keeps what it must: pattern from rdi, 1000 times call 33
 * with it, which gives 3 * rdi + 1; then call 10 with the number of mismatches, for ever. */
ENTRY(quick)
    subq $512, %rsp
    andq $-16, %rsp
2:  movq $1000, 8(%rsp)
    movq $0, 16(%rsp)
1:  PATTERN
    GATE
    movl $33, %eax
    stc
    call *%r15
    movl $0, %ecx               /* leaves the flags */
    movl $0, %r11d
    setnc %r11b
    addq %r11, %rcx
    leaq 1(%rdi, %rdi, 2), %r11
    cmpq %r11, %rax
    setne %r11b
    movzbl %r11b, %r11d
    addq %r11, %rcx
    SAME(rbx, 0)
    SAME(rbp, 1)
    SAME(r12, 2)
    SAME(r13, 3)
    SAME(r14, 4)
    SAME(rsi, 5)
    SAME(rdx, 6)
    SAME(r10, 7)
    SAME(r8, 8)
    SAME(r9, 9)
    cmpq %rsp, (%rsp)
    setne %r11b
    addq %r11, %rcx
    addq %rcx, 16(%rsp)
    decq 8(%rsp)
    jnz 1b
    pushq %rdi
    movq 24(%rsp), %rdi
    movl $10, %eax
    call *%r15
    popq %rdi
    jmp 2b

/* Spoils GS base and makes call 17 with what it was before, for ever. */
ENTRY(gs_is_zero)
    GATE
    rdgsbase %rdi
    movabsq $0xffff800012345678, %rax
    wrgsbase %rax
    movl $17, %eax
    call *%r15
    jmp guest_gs_is_zero

/* Calls 0 by the instruction, with the flags in rdi, for ever. */
ENTRY(flags)
    movq %rdi, %rbx
    pushq %rbx
    popfq
    xorl %eax, %eax
    syscall
    jmp guest_flags

/* Tries one of the things that user code may not do; number rdi. Call 18 with rflags when nothing has stopped it. */
#define TRY(number) .balign 32; .org guest_hostile_list + 32 * number
ENTRY(hostile)
    shlq $5, %rdi
    leaq guest_hostile_list(%rip), %rax
    addq %rax, %rdi
    movq %rsp, %rbp
    xorl %eax, %eax
    xorl %ecx, %ecx
    xorl %edx, %edx
    call *%rdi
    GATE
    pushfq
    popq %rdi
    movl $18, %eax
    call *%r15
    ud2
    .balign 32
guest_hostile_list:
TRY(0);  cli; ret
TRY(1);  sti; ret
TRY(2);  hlt; ret
TRY(3);  inb $0x64, %al; ret
TRY(4);  outb %al, $0x80; ret
TRY(5);  rdmsr; ret
TRY(6);  wrmsr; ret
TRY(7);  movq %cr0, %rax; ret
TRY(8);  movq %rax, %cr4; ret
TRY(9);  movq %rax, %dr7; ret
TRY(10); lgdt (%rsp); ret
TRY(11); lidt (%rsp); ret
TRY(12); lldt %ax; ret
TRY(13); ltr %ax; ret
TRY(14); swapgs; ret
TRY(15); wbinvd; ret
TRY(16); invlpg (%rsp); ret
TRY(17); sysretq; ret
TRY(18); clts; ret
TRY(19); int $0x20; ret
TRY(20); int $2; ret
TRY(21); int $8; ret
TRY(22); int $18; ret
TRY(23); xsetbv; ret
/* A far return and an interrupt return to the kernel's code segment, and to the place of the 32-bit one, to call from there. */
TRY(24); pushq $0x08; leaq guest_back(%rip), %rax; pushq %rax; lretq
TRY(25); pushq $0x1b; leaq guest_back32(%rip), %rax; pushq %rax; lretq
TRY(26); movl $0x10, %eax; movl %eax, %ss; ret
TRY(27); movl $0x10, %eax; movl %eax, %ds; ret
TRY(28); movabsq $0x8000000000000000, %rax; wrfsbase %rax; ret
TRY(29); movabsq $0x8000000000000000, %rsp; pushq %rax; ret
TRY(30); movabsq $0x7fffffffffff, %rax; jmp *%rax
TRY(31); movl $0x0c, %eax; movl %eax, %ds; ret
TRY(32); sysenter; ret
TRY(33); jmp guest_iret_kernel
TRY(34); jmp guest_iret_nt
TRY(35); sgdt -16(%rsp); ret
TRY(36); sidt -16(%rsp); ret
TRY(37); sldt %eax; ret
TRY(38); str %eax; ret
TRY(39); smsw %eax; ret
TRY(40); .byte 0xf1; ret            /* int1 */
TRY(41); .byte 0xce; ret            /* into: not in 64-bit mode */
TRY(42); stac; ret
TRY(43); clac; ret
/* No fault, and no effect: the privileged flags stay as they are. */
TRY(44); pushq $0x3000; popfq; ret
TRY(45); jmp guest_iret_flags
TRY(46); ret
guest_iret_kernel:
    pushq $0x10
    pushq %rbp
    pushq $0x202
    pushq $0x08
    leaq guest_back(%rip), %rax
    pushq %rax
    iretq
guest_iret_nt:
    pushq $0x4202
    popfq
    pushq $0x23
    pushq %rbp
    pushq $0x202
    pushq $0x2b
    leaq guest_back(%rip), %rax
    pushq %rax
    iretq
guest_iret_flags:
    movq %rsp, %rax
    pushq $0x23
    pushq %rax
    pushq $0x3002
    pushq $0x2b
    leaq guest_back(%rip), %rax
    pushq %rax
    iretq
guest_back:
    ret
guest_back32:
    .code32
    movl $0, %eax
    syscall
    ud2
    .code64

    .balign 4096
guest_end:
    .section .note.GNU-stack, "", @progbits
