/* layout.h: the user address space and machine-wide limits, the same on every body. */
#pragma once

#define DYAD_PAGE_SHIFT 12
#define DYAD_PAGE_SIZE  4096UL

/* User space is [USER_BASE, USER_END). Below is never mapped, so small wild pointers fault. */
#define DYAD_USER_BASE 0x10000UL
#define DYAD_USER_END  0x6ffffff00000UL

/* Where things go by default. Static programs are linked at IMAGE; the kernel places unaddressed
 * mappings upward from MAP; the main stack ends at STACK_TOP, below an unmapped guard. */
#define DYAD_IMAGE_BASE 0x400000UL
#define DYAD_MAP_BASE   0x100000000000UL
#define DYAD_STACK_TOP  0x6fffff000000UL
#define DYAD_STACK_SIZE (8UL << 20)

/* [HOLE_BASE, HOLE_END) belongs to the body: the hosted stub and its gate; on x86_64 the gate page.
 * The GS base belongs to the body as well: user code must not use the GS segment. */
#define DYAD_HOLE_BASE 0x700000000000UL
#define DYAD_HOLE_END  0x7fffffffffffUL

#define DYAD_PATH_MAX        4096    /* bytes of a path, without a terminator */
#define DYAD_NAME_MAX        255     /* bytes of a path component */
#define DYAD_SCHEME_NAME_MAX 31      /* bytes of a scheme's name */
#define DYAD_HANDLES_MAX     1024    /* handles of a process */
#define DYAD_COPY_MAX        65536UL /* bytes moved by one read, write, call, serve or scheme_copy */
#define DYAD_CPUS_MAX        64
