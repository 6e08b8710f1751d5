/* machine.h: the whole machine: every piece of kernel state hangs here. */
#pragma once
#include "core/clock.h"
#include "core/cpu.h"
#include "core/heap.h"
#include "core/page.h"
#include "core/priority.h"
#include "core/quota.h"
#include "core/watchdog.h"

struct process;
struct memory;
struct namespace;
struct klog;
struct futex_table;
struct kernel_schemes;

struct machine {
    struct boot_info boot;
    struct page_pool page_pool;
    struct heap heap;
    struct quota quota; /* the root: all of the machine */
    struct cpu *cpus[DYAD_CPUS_MAX];
    uint32_t cpu_count;
    struct lock lock; /* rank LOCK_MACHINE */
    struct tree processes GUARDED_BY(&lock);
    uint64_t next_kid GUARDED_BY(&lock);
    uint32_t process_count GUARDED_BY(&lock);
    struct priorities priorities;
    struct clock clock;
    /* Constant after init, owned: */
    struct memory *initfs;
    struct namespace *names; /* the system namespace, with the kernel's schemes */
    struct klog *log;
    struct futex_table *futexes;
    struct kernel_schemes *schemes;
    struct process *init;
    struct watchdog watchdog;
};

/* Build the machine in the RAM that info describes (a copy of *info is kept, what it points to is borrowed), load init, and
 * prepare every core. NULL with the reason through ARCH_DEVICE_LOG when that fails. Other cores are started by cpu_main of core 0. */
struct machine *machine_boot(const struct boot_info *info);
/* The parts without init and its process: for tests and simulators. */
struct machine *machine_create(const struct boot_info *info);
void machine_destroy(struct machine *machine);
struct cpu *machine_cpu(struct machine *machine, unsigned index);
