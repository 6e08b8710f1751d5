/*
 * handoff.h: what a loader (PVH entry, UEFI) hands to the kernel, and how.
 *
 * The loader copies the PT_LOAD segments of kernel.elf to physical memory: contiguous, page aligned, at the distances of
 * their p_vaddr, zeros after p_filesz. Then it calls the ELF entry (moved by the same distance as the segments) as
 *
 *     void entry(struct handoff *handoff);      SysV calling convention: the pointer in rdi
 *
 * in 64-bit mode with interrupts off and paging on. The kernel image, the handoff and everything it points to must be mapped
 * where they are physically (identity), as must be usable RAM below 4 GiB; writable and executable. Any stack with 256 bytes
 * will do. The kernel relocates itself (it is a PIE with .relr.dyn only), chooses its addresses and builds its page tables.
 * It uses neither the loader's tables nor the handoff afterwards; but until it has tables of its own it takes memory from the RAM of
 * `ranges`, so the loader's tables must not be there.
 */
#pragma once
#include <stdint.h>

#define HANDOFF_MAGIC      0x646e614864617944UL /* "DyadHand" */
#define HANDOFF_VERSION    1
#define HANDOFF_RANGES_MAX 128

enum handoff_kind {
    HANDOFF_RAM = 1,  /* free for the kernel, boot services' memory included */
    HANDOFF_RESERVED, /* anything else: firmware, devices, persistent memory */
    HANDOFF_ACPI,     /* tables; left alone */
};

struct handoff_range {
    uint64_t base,
        size; /* bytes; not necessarily page aligned or sorted; where they overlap, RAM loses */
    uint32_t kind; /* enum handoff_kind; unknown ones count as reserved */
    uint32_t zero;
};

/* A linear framebuffer with 32 bits a pixel; width 0: none. */
struct handoff_screen {
    uint64_t base;
    uint32_t width, height;
    uint32_t stride;                            /* bytes a line */
    uint8_t red_shift, green_shift, blue_shift; /* 8 bits each */
    uint8_t zero;
};

/* All addresses are physical. What lies in RAM need not be reserved in `ranges`: the kernel takes care of the image, the initfs
 * and the arguments itself. */
struct handoff {
    uint64_t magic;
    uint32_t version;
    uint32_t bytes;                /* sizeof(struct handoff) of the loader */
    uint64_t initfs, initfs_bytes; /* cpio archives; page aligned; 0, 0: none */
    /* Boot arguments: NUL-separated (abi/kernel_schemes.h, and those of arch/x86_64/options.h). */
    uint64_t args, args_bytes;
    uint64_t
        command_line; /* more of them, as a text of words with blanks between, NUL at its end; 0: none */
    uint64_t rsdp; /* ACPI; 0: not known */
    struct handoff_screen screen;
    uint8_t entropy[32]; /* from the firmware; zeros: none */
    uint32_t range_count;
    uint32_t zero;
    struct handoff_range ranges[HANDOFF_RANGES_MAX];
};
