/* string.S: the memory functions that the compiler and the core count on; the kernel has no use of vector registers. */
    .text
    .globl memcpy, memmove, memset, memcmp, strlen
    .type memcpy, @function
    .type memmove, @function
    .type memset, @function
    .type memcmp, @function
    .type strlen, @function

/* rdi: to, rsi: from, rdx: bytes */
    .balign 16
memcpy:
    movq %rdi, %rax
    cmpq $16, %rdx
    jb 2f
    cmpq $64, %rdx
    ja 1f
    /* 16 to 64 bytes: words from the front, then the last two, which may overlap. */
    movq -16(%rsi, %rdx), %r8
    movq -8(%rsi, %rdx), %r9
    leaq -16(%rdi, %rdx), %r10
0:  movq (%rsi), %rcx
    movq 8(%rsi), %r11
    movq %rcx, (%rdi)
    movq %r11, 8(%rdi)
    addq $16, %rsi
    addq $16, %rdi
    subq $16, %rdx
    cmpq $16, %rdx
    jae 0b
    movq %r8, (%r10)
    movq %r9, 8(%r10)
    ret
1:  movq %rdx, %rcx
    shrq $3, %rcx
    rep movsq
    andl $7, %edx
    jz 4f
    movq -8(%rsi, %rdx), %rcx
    movq %rcx, -8(%rdi, %rdx)
    ret
2:  cmpq $8, %rdx
    jae 5f
    cmpq $4, %rdx
    jae 6f
3:  testq %rdx, %rdx
    jz 4f
    movb (%rsi), %cl
    movb %cl, (%rdi)
    incq %rsi
    incq %rdi
    decq %rdx
    jmp 3b
4:  ret
5:  movq (%rsi), %rcx
    movq -8(%rsi, %rdx), %r8
    movq %rcx, (%rdi)
    movq %r8, -8(%rdi, %rdx)
    ret
6:  movl (%rsi), %ecx
    movl -4(%rsi, %rdx), %r8d
    movl %ecx, (%rdi)
    movl %r8d, -4(%rdi, %rdx)
    ret
    .size memcpy, . - memcpy

    .balign 16
memmove:
    movq %rdi, %rax
    movq %rdi, %rcx
    subq %rsi, %rcx
    cmpq %rdx, %rcx             /* unsigned: also true when `to` is below `from` */
    jae 1f
    leaq -1(%rdi, %rdx), %rdi
    leaq -1(%rsi, %rdx), %rsi
    movq %rdx, %rcx
    std
    rep movsb
    cld
    ret
1:  movq %rdx, %rcx
    shrq $3, %rcx
    rep movsq
    movl %edx, %ecx
    andl $7, %ecx
    rep movsb
    ret
    .size memmove, . - memmove

/* rdi: to, esi: byte, rdx: bytes */
    .balign 16
memset:
    movq %rdi, %r8
    movzbl %sil, %eax
    movabsq $0x0101010101010101, %rcx
    imulq %rcx, %rax
    movq %rdx, %rcx
    shrq $3, %rcx
    rep stosq
    movl %edx, %ecx
    andl $7, %ecx
    rep stosb
    movq %r8, %rax
    ret
    .size memset, . - memset

    .balign 16
memcmp:
    xorl %eax, %eax
1:  testq %rdx, %rdx
    jz 2f
    movzbl (%rdi), %eax
    movzbl (%rsi), %ecx
    incq %rdi
    incq %rsi
    decq %rdx
    subl %ecx, %eax
    jz 1b
2:  ret
    .size memcmp, . - memcmp

    .balign 16
strlen:
    movq %rdi, %rax
1:  cmpb $0, (%rax)
    je 2f
    incq %rax
    jmp 1b
2:  subq %rdi, %rax
    ret
    .size strlen, . - strlen
    .section .note.GNU-stack, "", @progbits
