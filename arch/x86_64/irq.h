/* irq.h: what an interrupt or an exception in the kernel does. */
#pragma once
#include "cpu.h"

/* Vectors from 32 on, on this core; leaves its marks in core->events and core->devices. */
void irq_handle(struct core *core, uint32_t vector);
/* Deliver ISA line `irq` to the first core, for the kernel. false: no I/O APIC has it. */
_Bool irq_route_isa(unsigned irq);
/* ARCH_DEVICE_LINE + number: let the next interrupt through, or none. 1, -ERR_NODEV, -ERR_BUSY. */
int64_t irq_line_set(unsigned number, _Bool open);
void trap_kernel(struct trap_frame *frame); /* from trap.S */
