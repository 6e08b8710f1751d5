/* space.h: the tables of address spaces, as the files of the body use them. */
#pragma once
#include "cpu.h"

/* The page with the gate, the same in every space. Before machine_boot. */
#define GATE_ADDRESS 0x700000001000UL
void space_init(void);

/* Before user mode: this core uses the space's translations as they are now. From here on it is seen as running. */
void space_enter(struct core *core, struct arch_space *space);
static inline void space_leave(struct core *core)
{
    atomic_store_explicit(&core->running, 0, memory_order_release);
}
/* EVENT_DROP: load the kernel's own tables. */
void space_drop(struct core *core);
