/* cpu.h: what the body knows of a core, and how cores are told of things. */
#pragma once
#include <stdatomic.h>

#include "arch/include/arch.h"
#include "trap.h"
#include "x86.h"

/* Things a core must look at before it runs user code or halts. */
#define EVENT_KICK  1u /* arch_cpu_kick */
#define EVENT_TIMER 2u /* the deadline has passed */
#define EVENT_DROP \
    4u /* leave the address space whose tables are loaded: they are about to be freed */

#define ASIDS 8 /* process-context identifiers that a core uses; without PCID only the first */

struct tss {
    uint32_t zero0;
    uint64_t rsp[3];
    uint64_t zero1;
    uint64_t ist[7];
    uint64_t zero2;
    uint16_t zero3, iomap;
} __attribute__((packed));

/* Address translations that a core may hold under one identifier. */
struct asid {
    uint64_t space; /* arch_space.id */
    uint64_t root;
    uint64_t generation; /* of the space when stale ones were last forgotten */
};

struct core {
    struct core *self;      /* offsets of these: trap.h */
    struct cpu *cpu;        /* NULL before cpu_main */
    struct arch_user *user; /* whose FPU and FS state is in the registers; what user_enter runs */
    uint64_t scratch;
    struct tss tss;
    uint64_t gdt[8];
    uint32_t index, apic_id;
    _Atomic uint32_t events;
    uint32_t devices;     /* bits of enum arch_device for arch_pending; only this core's */
    uint64_t deadline_ns; /* of arch_timer_arm */
    /* Written by this core, read by those that take translations away (space.c): */
    _Atomic uint64_t running;            /* id of the space in user mode here; 0: none */
    _Atomic uint64_t running_generation; /* of that space when it was entered, or older */
    _Atomic uint64_t loaded_root;        /* CR3 */
    _Atomic uint64_t loading_root;       /* what it is about to be; 0: no change */
    struct asid asids[ASIDS];
    struct asid *asid; /* the loaded one */
    uint32_t next_asid;
    _Atomic bool started;
};

/* Stacks of a core: STACK_SLOT bytes of virtual memory with unmapped pages between them. */
#define STACK_SLOT         0x20000UL
#define STACK_KERNEL_PAGES 8
#define STACK_OWN_PAGES    2 /* of NMI, double fault, machine check, debug exception */
#define STACK_OWN_COUNT    4

extern struct core *cores[DYAD_CPUS_MAX];
extern uint32_t core_count;

static inline struct core *this_core(void)
{
    struct core *core;
    __asm__("movq %%gs:0, %0" : "=r"(core));
    return core;
}

/* Memory and stacks for core `index`; before machine_boot. The top of its kernel stack goes to *stack. */
struct core *core_create(uint32_t index, uint32_t apic_id, uint64_t *stack);
/* Make the calling processor that core: descriptor tables, GS base, control registers, system call entry. */
void core_enter(struct core *core);
void core_tables_init(void); /* the interrupt table, once */
/* The name of the stack slot part that an address lies in, for a panic; NULL: no guard page. */
const char *core_guard_name(uint64_t address);

void core_notify(struct core *core,
                 uint32_t events); /* set and interrupt, unless it is the caller */
