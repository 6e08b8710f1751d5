/* fault.h: makes the n-th allocation fail. Link with -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* The allocation with this number from now on fails (1: the next), once. 0: none. */
void fault_arm(unsigned number);
/* Did it fail? Disarms. */
bool fault_fired(void);
/* Blocks allocated through the wrapped functions and not freed are not counted; ASan's leak check does that. */
