/* gate.S: the page that user code calls to enter the kernel: copied to its own page, mapped in every space. */
    .section .rodata, "a"
    .balign 4096
    .globl gate_page
gate_page:
    syscall
    ret
    .fill 4096 - (. - gate_page), 1, 0xcc
    .section .note.GNU-stack, "", @progbits
