/* trampoline.h: what trampoline.S finds at the end of its page. */
#pragma once
#define TRAMPOLINE_DATA     0xf00
#define TRAMPOLINE_PAGE     0
#define TRAMPOLINE_ROOT     4
#define TRAMPOLINE_STACK    8
#define TRAMPOLINE_FUNCTION 16
#define TRAMPOLINE_ARGUMENT 24

#ifndef __ASSEMBLER__
#include <stdint.h>

struct trampoline_data {
    uint32_t page, root; /* physical */
    uint64_t stack, function, argument;
};
#endif
