/*
 * arch.h: the boundary between the portable core and a body (the hosted Linux program, x86_64, the
 * simulator). Every crossing is named arch_*. At most 30 functions; tests/arch checks each contract.
 *
 * Time, randomness, interrupts, core interleaving and device completion enter the core only here.
 * The body's types come from its own "arch_types.h" (struct arch_space, struct arch_user, struct
 * arch_cpu), embedded by value in the core's structures. Unless said otherwise a function may be called
 * from any core, does not block, and takes no lock of the core.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/signal.h"
#include "abi/tty.h"
#include "arch_types.h"
#include "core/base.h"

struct cpu;
struct machine;

/* ---- start and end ---- */

struct boot_range {
    uint64_t base, size; /* bytes, page aligned */
};

/* A linear framebuffer with 32 bits a pixel; width 0: none. */
struct boot_screen {
    uint64_t base; /* physical; page aligned */
    uint32_t width, height;
    uint32_t stride;                            /* bytes a line */
    uint8_t red_shift, green_shift, blue_shift; /* 8 bits each */
};

/* PCI's configuration space in memory (ECAM): a page a function, PCI_BUS_BYTES a bus, bus 0 at `base` even when it is not there. */
#define PCI_BUS_BYTES 0x100000UL
struct boot_pci {
    uint64_t base; /* physical */
    uint16_t segment;
    uint8_t first_bus, last_bus; /* usable ones */
};

/* What a body knows about the machine when it enters the core; borrowed until the machine ends. */
struct boot_info {
    struct boot_range ram[32]; /* usable RAM, initfs and kernel excluded */
    uint32_t ram_count;
    uint32_t cpu_count;
    struct boot_range initfs; /* cpio newc archives, page aligned, in RAM but not in ram[] */
    uint64_t initfs_bytes;    /* exact length */
    const char *args;         /* boot arguments, NUL-separated */
    uint32_t args_bytes;
    uint32_t verbosity;   /* log levels up to this go to ARCH_DEVICE_LOG */
    uint64_t gate;        /* user address of the gate, the same in every space */
    uint32_t xsave_bytes; /* AT_DYAD_XSAVE */
    const char *body;     /* "hosted", "x86_64", "sim" */
    /* Physical addresses that are neither RAM, nor the firmware's, nor the kernel's own devices: drivers may map them. */
    struct boot_range devices[32];
    uint32_t device_count;
    struct boot_screen screen; /* lies in devices[] */
    struct boot_pci pci[8];    /* so do the usable buses of these */
    uint32_t pci_count;
};
/* The body calls machine_boot(&info, memory) (core/machine.h) once, then cpu_main(cpu) on each core. */

/* Start core number `cpu->index` (1..): it calls cpu_main(cpu). -ERR_NODEV when it does not start. */
MUST_CHECK status_t arch_cpu_start(struct cpu *cpu);

/* The core that runs the caller; NULL before cpu_main on this core (boot, unit tests). */
struct cpu *arch_cpu_self(void);

/* Power off with a status (0 to 255), or start the machine again (ARCH_HALT_REBOOT); consoles are drained first. Called on any
 * core, does not return. */
#define ARCH_HALT_REBOOT 0x100
_Noreturn void arch_halt(int status);

/* The kernel cannot go on: report with a backtrace and halt. */
_Noreturn void arch_panic(const char *message);

/* ---- cores ---- */

/* Wait until this core is kicked, has an interrupt, or its timer is due; spurious returns are allowed. The
 * next arch_user_run or arch_pending reports which. */
void arch_cpu_idle(void);

/* Make `cpu` return from arch_user_run (TRAP_KICK) or arch_cpu_idle soon. Sticky: when it is in neither,
 * the next of them returns at once. Everything written before the kick is visible there. */
void arch_cpu_kick(struct cpu *cpu);

/* One step of a spin loop; `spins` counts the steps so far (the body yields to its host when it is large). */
void arch_cpu_relax(unsigned spins);

/* What arrived for this core outside user mode since the last call: device interrupts as a bit mask of
 * enum arch_device, ARCH_DEVICE_LINE's included. Clears them. */
uint32_t arch_pending(void);

/* ---- memory ---- */

/* The kernel's pointer to physical memory; all RAM is always mapped. */
void *arch_phys_ptr(uint64_t phys);

/*
 * The translations of an address space: a cache of core/space.c, which may ask for anything to be
 * dropped or refilled at any time; the body may drop any translation by itself (a fault refills it).
 * The caller holds the space's lock. vaddr is page aligned and the range lies in user space.
 */
MUST_CHECK status_t arch_space_init(struct arch_space *space); /* -ERR_AGAIN, -ERR_NOMEM */
void arch_space_fini(struct arch_space *space);                /* no thread runs in it or will */

/* How memory of devices is cached, beside MAP_PROT_* (boot_info.devices only; RAM is always write-back). */
#define ARCH_PROT_UNCACHED 0x100u
#define ARCH_PROT_COMBINED 0x200u /* writes may be gathered: framebuffers */

/* Translate `pages` pages from vaddr to physically contiguous memory at phys, replacing what was there.
 * prot: MAP_PROT_* of abi/syscall.h, ARCH_PROT_*. Works lazily: visible to every later arch_user_run. All or nothing. */
MUST_CHECK status_t arch_space_map(struct arch_space *space, uint64_t vaddr, uint64_t phys,
                                   size_t pages, unsigned prot);

/* Lower the protection of whatever is translated in the range to `prot` (never raises); 0 forgets the translations. Other cores
 * may still use the old ones until arch_space_sync's ticket is done. */
void arch_space_protect(struct arch_space *space, uint64_t vaddr, size_t pages, unsigned prot);

/*
 * Start making every core forget what protect has taken away so far; never waits. Returns a ticket.
 * Cores that run the space are made to leave user mode (their arch_user_run returns, TRAP_KICK at least).
 * arch_space_synced: true once no core can use a translation removed before the ticket. It becomes
 * true at the latest when each of those cores has returned from arch_user_run; the calling core counts as out.
 */
uint64_t arch_space_sync(struct arch_space *space);
bool arch_space_synced(struct arch_space *space, uint64_t ticket);

/* ---- user contexts ---- */

enum trap_kind {
    TRAP_SYSCALL, /* arch_user_args has it */
    TRAP_FAULT,   /* trap.fault */
    TRAP_IRQ,     /* look at arch_pending */
    TRAP_TIMER,   /* arch_timer_arm's deadline has passed; reporting it disarms the timer */
    TRAP_KICK,
    TRAP_LOST, /* the body lost the context (hosted: its Linux process died); it cannot run again */
};
enum fault_kind {
    FAULT_PAGE,       /* addr, access */
    FAULT_PROTECTION, /* non-canonical address and the like: SIGSEGV */
    FAULT_DIVIDE,     /* SIGFPE */
    FAULT_FPU,        /* SIGFPE */
    FAULT_ILLEGAL,    /* SIGILL */
    FAULT_BREAKPOINT, /* SIGTRAP */
    FAULT_ALIGNMENT,  /* SIGBUS */
};
struct trap {
    enum trap_kind kind;
    enum fault_kind fault;
    uint64_t addr; /* faulting address */
    /* FAULT_PAGE: MAP_PROT_READ, _WRITE or _EXEC: what was tried. FAULT_FPU: the exceptions that are raised and not masked, by the
     * bits of x87's status word. FAULT_BREAKPOINT: 1 after a single step, 0 after an instruction that breaks. */
    unsigned access;
};

/* A fresh user context in `space`, to start with these registers. -ERR_AGAIN when the host has no more threads. */
MUST_CHECK status_t arch_user_init(struct arch_user *user, struct arch_space *space, uint64_t entry,
                                   uint64_t stack, uint64_t arg, uint64_t tls);
void arch_user_fini(struct arch_user *user); /* not running; before its space's fini */

/* A context in `space` with the registers (and FPU control words) of `parent`, which does not run. */
MUST_CHECK status_t arch_user_fork(struct arch_user *user, struct arch_space *space,
                                   struct arch_user *parent);

/* Run the context on this core until it traps. Kernel locks: none held. Returns at once with TRAP_KICK, _IRQ or
 * _TIMER when one of them is pending. System calls that syscall_quick (core/syscall.h) takes may be served without returning. */
void arch_user_run(struct arch_user *user, struct arch_space *space, struct trap *trap);

/* Called on the core that ran the context last, before any other core may run it. */
void arch_user_leave(struct arch_user *user);

/* After TRAP_SYSCALL: number and arguments. Before the next run: the result. */
void arch_user_args(struct arch_user *user, uint64_t *number, uint64_t args[6]);
void arch_user_result(struct arch_user *user, int64_t result);

/* All registers of a context that does not run. set refuses (-ERR_INVAL) non-canonical or kernel addresses in rip and
 * ignores privileged flag bits; afterwards every register is restored exactly, also after TRAP_SYSCALL. */
void arch_user_get(struct arch_user *user, struct user_regs *regs);
MUST_CHECK status_t arch_user_set(struct arch_user *user, const struct user_regs *regs);

/* ---- time, entropy, devices ---- */

uint64_t
arch_time_ns(unsigned clock); /* DYAD_CLOCK_REALTIME or DYAD_CLOCK_MONOTONIC (0 at boot or later) */

/* This core's timer: one deadline (CLOCK_MONOTONIC ns), replacing the last; UINT64_MAX: none. */
void arch_timer_arm(uint64_t deadline_ns);

void arch_entropy(void *buffer, size_t bytes); /* cryptographic quality */

/*
 * Devices. The first ones are the body's own, behind the `hw:` scheme; each is also an interrupt bit. The others are what
 * user-space drivers work with: a body without that hardware answers -ERR_NODEV, and 0 to poll.
 *
 * ARCH_DEVICE_LINE + n: interrupt line n (ISA interrupts by their old numbers, others by the interrupt controllers' global ones), for
 *   `irq:`. Writing one byte: 1 lets the next interrupt through, 0 none; all lines begin with 0. An interrupt sets the line's bit in
 *   arch_pending and lets no other through until the next 1. -ERR_BUSY: the line is the kernel's own.
 * ARCH_DEVICE_PORT + n: I/O port n, for `port:`: 1, 2 or 4 bytes are one access. -ERR_BUSY: the port is the kernel's own (poll: 0).
 * ARCH_DEVICE_SCREEN: boot_info.screen. Writing one byte: 1: the kernel draws no more of its log there; 0: again.
 */
enum arch_device {
    ARCH_DEVICE_CONSOLE0,     /* terminal, both ways */
    ARCH_DEVICE_CONSOLE1,     /* standard output */
    ARCH_DEVICE_CONSOLE2,     /* standard error */
    ARCH_DEVICE_CONSOLE_SIZE, /* reads a struct tty_winsize; ready after a change */
    ARCH_DEVICE_COUNT,
    /* Lines of the kernel's log, for whoever watches the machine (stderr, serial): written only, never full, from any context. */
    ARCH_DEVICE_LOG = ARCH_DEVICE_COUNT,
    ARCH_DEVICE_SCREEN,
    ARCH_DEVICE_LINE = 8,
    ARCH_DEVICE_LINE_END = 32,
    ARCH_DEVICE_PORT = 0x10000,
    ARCH_DEVICE_PORT_END = 0x20000,
};
#define ARCH_LINES ((unsigned)ARCH_DEVICE_LINE_END - ARCH_DEVICE_LINE)

/* Bytes moved; 0: would block (an interrupt bit announces a change); -ERR_NODATA: end of input; other errors. */
int64_t arch_device_read(enum arch_device device, void *buffer, size_t bytes);
int64_t arch_device_write(enum arch_device device, const void *data, size_t bytes);
unsigned arch_device_poll(enum arch_device device); /* EVENT_* level now */
