/* fail.h: the ways to stop. */
#pragma once
#include "arch/include/arch.h"
#include "trap.h"

/* The machine cannot be started: the reason on the serial port (and the screen), then nothing. Never a bug of the kernel. */
_Noreturn void fail(const char *format, ...) PRINTF_LIKE(1, 2);
/* A fault in the kernel: a panic with the registers. */
_Noreturn void fail_trap(const struct trap_frame *frame);
/* An exception of user mode that is not the program's: NMI (returns when it means nothing), double fault, machine
 * check. */
void fail_user_trap(uint32_t vector);
/* Whether a core that gets an NMI should stop: another one panics. */
bool fail_is_panicking(void);

/* symbols.c: name and offset of a kernel address; NULL: not known. */
const char *symbol_find(uint64_t address, uint64_t *offset);

/* power.c */
void power_init(void); /* from the FADT */
_Noreturn void power_off(void);
_Noreturn void power_reset(void); /* reset.c: the machine starts again */
