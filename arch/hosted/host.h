/* host.h: what the files of the Linux body share: options, RAM, cores, the end. See also stub_pool.h, console.h. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "arch/include/arch.h"

#define HOST_FAILURE 125 /* exit status when dyad itself fails */
#define HOST_REBOOT \
    123 /* when the guest restarts the machine and nobody could say what it should do next: -c, a script */

/* options.c */
struct host_options {
    unsigned cores;
    uint64_t memory_bytes;
    const char *initfs;
    const char **add; /* host paths for /host */
    unsigned add_count;
    const char *command; /* -c */
    const char *script;  /* host path */
    char **arguments;    /* of command or script */
    unsigned argument_count;
    unsigned verbosity; /* log levels up to this are printed: 0 errors, 2 info, 3 debug */
    bool debug_guest;
    bool tty; /* the console is the host's terminal */
    /* replay.h: */
    bool seeded, memory_given, any_build;
    uint64_t seed;
    const char *record, *replay;    /* recordings */
    const char *trace, *trace_hash; /* files to write */
};
void options_parse(struct host_options *options, int argc,
                   char **argv);         /* exits on errors and --help */
uint64_t options_size(const char *text); /* "64M" -> bytes; 0: not a size */

/* bootargs.c: the boot arguments for the options, NUL-separated; the caller owns *args. */
void bootargs_make(const struct host_options *options, const char **args, uint32_t *bytes);

/* fail.c */
void host_log_write(const char *text, size_t bytes);
_Noreturn void host_fail(const char *format, ...) PRINTF_LIKE(1, 2); /* before the machine runs */
void host_crash_handlers(
    void); /* a fault in dyad itself prints a backtrace and restores the terminal */
void *host_allocate(size_t bytes); /* zeroed; never NULL: running out of host memory ends dyad */

/* ram.c */
#define RAM_BASE 0x100000UL
void ram_init(uint64_t bytes);
int ram_fd(void);
uint64_t ram_bytes(void);

/* initfs.c: load the archive and the overlay into the top of RAM and describe RAM in info. */
void initfs_load(const struct host_options *options, struct boot_info *info);

/* overlay.c: the archive with the files of --add and the script; empty when there are none. The caller owns *data. */
void overlay_make(const struct host_options *options, uint8_t **data, size_t *bytes);

/* boot.c: everything up to machine_boot. Threads are running afterwards. */
void host_boot(const struct host_options *options, struct boot_info *info);

/* cpu.c */
void host_cpu_enter(struct cpu *cpu);    /* the calling thread is this core from now on */
struct cpu *host_cpu_at(unsigned index); /* NULL: not started */
void host_cpu_wake(struct cpu *cpu);     /* it looks again at whatever it waits for */
void host_interrupt(uint32_t bits);      /* devices; any thread */

/* affinity.c */
unsigned host_cpu_count(void);  /* of the host, as far as we may use them */
void host_cpu_busy(int change); /* a core begins (1) or ends (-1) to have work */
void host_affinity_enter(
    struct arch_cpu *arch); /* the calling thread is this core from now on, and busy */
/* Before this core runs a thread: put both where they belong; how many steps each may spin, 0: not at all. */
uint32_t host_affinity_update(struct arch_cpu *arch, struct stub *stub, uint32_t index);
void host_affinity_account(struct arch_cpu *arch, uint64_t cycles); /* after it */

/* Sleep on *word while it is `expected`, at most until the monotonic time deadline_ns (UINT64_MAX: no limit). */
void host_futex_wait(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline_ns);
void host_futex_wake(_Atomic uint32_t *word, int count);
uint64_t host_time_ns(void); /* CLOCK_MONOTONIC of the host, absolute */
uint64_t host_boot_ns(void); /* its value when the machine booted */
void host_time_init(void);
