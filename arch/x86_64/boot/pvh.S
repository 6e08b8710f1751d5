/*
 * pvh.S: where a PVH loader (qemu -kernel) enters, in 32-bit mode without paging: ebx has the start information. The image is
 * where it was linked. Identity tables for the first 4 GiB, then on to pvh_start in C.
 */
    .section .note.pvh, "a", @note
    .balign 4
    .long 4                     /* name */
    .long 8                     /* description */
    .long 18                    /* XEN_ELFNOTE_PHYS32_ENTRY */
    .asciz "Xen"
    .quad pvh_start_address

    .section .text.boot, "ax"
    .globl start32
    .code32
start32:
    cli
    cld
    movl $pvh_tables_address, %edi      /* zeroed by the loader: top, second, four third-level tables */
    leal 0x1003(%edi), %eax
    movl %eax, (%edi)
    leal 0x2003(%edi), %eax
    movl %eax, 0x1000(%edi)
    addl $0x1000, %eax
    movl %eax, 0x1008(%edi)
    addl $0x1000, %eax
    movl %eax, 0x1010(%edi)
    addl $0x1000, %eax
    movl %eax, 0x1018(%edi)
    leal 0x2000(%edi), %esi
    movl $0x83, %eax                    /* 2 MiB, writable, present */
1:  movl %eax, (%esi)
    addl $8, %esi
    addl $0x200000, %eax
    jnc 1b
    movl $0x20, %eax                    /* CR4.PAE */
    movl %eax, %cr4
    movl %edi, %cr3
    movl $0xc0000080, %ecx              /* EFER.LME */
    rdmsr
    orl $0x100, %eax
    wrmsr
    movl %cr0, %eax
    orl $0x80000000, %eax
    movl %eax, %cr0
    lgdt pvh_gdt_pointer_address
    ljmp $8, $pvh_start64_address

    .code64
start64:
    leaq pvh_stack_top(%rip), %rsp
    movl $0x10, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    xorl %eax, %eax
    movl %eax, %fs
    movl %eax, %gs
    movl %ebx, %edi
    xorl %ebp, %ebp
    call pvh_start
    ud2

    .globl start64, pvh_gdt_pointer, pvh_tables
    .section .rodata, "a"
    .balign 8
pvh_gdt:
    .quad 0
    .quad 0x00af9a000000ffff            /* 64-bit code */
    .quad 0x00cf92000000ffff            /* data */
pvh_gdt_pointer:
    .word 23
    .long pvh_gdt_address

    .section .bss, "aw", @nobits
    .balign 4096
pvh_tables:
    .skip 6 * 4096
    .skip 4096
pvh_stack_top:
    .globl pvh_gdt
    .section .note.GNU-stack, "", @progbits
