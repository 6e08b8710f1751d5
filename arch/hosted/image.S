/* image.S: the stub's ELF file, embedded. STUB_IMAGE is its path, from CMake. */
    .section .rodata
    .balign 16
    .globl stub_image, stub_image_end
stub_image:
    .incbin STUB_IMAGE
stub_image_end:
    .byte 0
    .section .note.GNU-stack, "", @progbits
