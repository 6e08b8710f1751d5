/*
 * fake_arch.h: a body for unit tests of the core: RAM from malloc, a table of translations instead of an MMU, a clock that
 * stands still. Several machines may exist, one after another or at once.
 *
 * The fake has cores' translation caches as well: fake_load and fake_store act like user code on core number `core`, and keep
 * using old translations as real cores do until arch_space_sync's ticket reaches them. fake_machine_check and every access
 * assert that no such translation leads to a page that has been freed.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch.h"
#include "core/cpu.h"
#include "core/machine.h"
#include "core/space.h"

#define FAKE_CORES 4

/* A machine with this much RAM and FAKE_CORES cores, and no initfs; NULL never. */
struct machine *fake_machine(size_t ram_bytes);
/* The same; the initfs is a copy of these bytes. */
struct machine *fake_machine_initfs(size_t ram_bytes, const void *initfs, size_t initfs_bytes);
/* Takes it down and asserts that every page and byte, and every arch_space, was given back. */
void fake_machine_destroy(struct machine *machine);
/* Let queued work run: dead objects that are freed in steps. */
void fake_machine_settle(struct machine *machine);

/* What arch_cpu_self gives in this host thread: NULL at first. */
void fake_set_cpu(struct cpu *cpu);

/* ---- user memory as user code on a core sees it ---- */

/* Between these a core is in user mode in the space, so arch_space_sync waits for it. */
void fake_enter(struct space *space, unsigned core);
void fake_leave(struct space *space, unsigned core);
bool fake_is_in_user(struct space *space, unsigned core);
/* One byte; faults are resolved by space_fault, whose error is returned. */
MUST_CHECK status_t fake_load(struct space *space, unsigned core, uint64_t addr, uint8_t *out);
MUST_CHECK status_t fake_store(struct space *space, unsigned core, uint64_t addr, uint8_t value);

/* ---- translations ---- */

/* What is translated at addr: its physical address, or 0; *prot may be NULL. */
uint64_t fake_translation(struct space *space, uint64_t addr, unsigned *prot);
size_t fake_translation_count(struct space *space);
/* Asserts that every translation agrees with what space.c says, and allows no more. */
void fake_space_check(struct space *space);
/* The body drops all translations of the space by itself, as it may at any time. */
void fake_space_drop(struct space *space);

/* ---- knobs and counters, reset by fake_machine ---- */
struct fake_arch {
    _Atomic uint64_t now_ns;       /* CLOCK_MONOTONIC */
    _Atomic int space_map_fail_at; /* the n-th arch_space_map from now fails; 0: none */
    _Atomic int space_init_fail_at;
    _Atomic int user_init_fail_at;
    _Atomic uint64_t maps, unmaps, protects, syncs, kicks;
    _Atomic int64_t spaces, users; /* that exist */
    _Atomic uint32_t pending;      /* what arch_pending gives, once */
    bool log_to_stderr;
    void (*log_write)(const char *text, size_t bytes); /* to ARCH_DEVICE_LOG; NULL: nobody */
    /* NULL: reports TRAP_KICK. */
    void (*user_run)(struct arch_user *user, struct arch_space *space, struct trap *trap);
    int64_t (*device_read)(enum arch_device device, void *buffer, size_t bytes);
    int64_t (*device_write)(enum arch_device device, const void *data, size_t bytes);
    unsigned (*device_poll)(enum arch_device device);
};
extern struct fake_arch fake_arch;

/* ---- for tests in general ---- */

/* A fixed seed, or that of the environment variable DYAD_SEED; printed when the process fails. */
uint64_t fake_seed(void);
struct fake_random {
    uint64_t state;
};
uint64_t fake_random(struct fake_random *random);
static inline uint64_t fake_below(struct fake_random *random, uint64_t limit)
{
    return fake_random(random) % limit;
}
