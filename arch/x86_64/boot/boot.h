/* boot.h: the steps from a loader to the kernel in its own address space. */
#pragma once
#include "arch/x86_64/boot/handoff.h"
#include "arch/x86_64/memory.h"
#include "arch/x86_64/serial.h"

struct pvh_start_info;

_Noreturn void pvh_start(const struct pvh_start_info *info); /* from pvh.S */
_Noreturn void entry64(struct handoff *handoff);             /* entry.S */
/* Set all pointers in the image's data for an image at `to`. The image itself is where this code runs. */
void boot_relocate(uint64_t to);
_Noreturn void boot_main(const struct handoff *handoff);
_Noreturn void boot_enter_high(uint64_t cr3, uint64_t stack, uint64_t function);

/* main.c: in the kernel's own address space. */
_Noreturn void kernel_main(void);
extern const uint8_t boot_stack_top[];
extern uint64_t boot_tsc;           /* the time stamp counter when the kernel was entered */
extern struct handoff boot_handoff; /* a copy that stays */
