/*
 * player.h: plays the core for the contract test: hands out pages of RAM, fills address spaces with the
 * programs of guest.S, runs contexts and handles the traps that a test does not ask about.
 */
#pragma once
#include <checks.h> /* the body's: cmocka, or what stands for it in the kernel */

#include "abi/syscall.h"
#include "arch.h"
#include "core/cpu.h"
#include "core/space.h"
#include "core/thread.h"

/* Where every test space has its code (guest.S, read and execute), data and stack. */
#define CODE         DYAD_IMAGE_BASE
#define DATA         0x10000000UL
#define DATA_PAGES   8
#define STACK_TOP    0x20000000UL
#define STACK_PAGES  4
#define GATE_ADDRESS 0x700000001000UL

/* The programs; addresses as linked here, see guest(). */
extern const uint8_t guest_start[], guest_end[];
#define GUEST(name) extern const uint8_t guest_##name[]
GUEST(null_loop);
GUEST(count);
GUEST(spin);
GUEST(fpu_loop);
GUEST(registers);
GUEST(raw_syscall);
GUEST(int80);
GUEST(load);
GUEST(store);
GUEST(jump);
GUEST(divide);
GUEST(illegal);
GUEST(breakpoint);
GUEST(noncanonical);
GUEST(gate_once);
GUEST(fs_loop);
GUEST(touch);
GUEST(control_words);
GUEST(fp_divide);
GUEST(x87_divide);
GUEST(wild_gs);
GUEST(jump_into_stub);
GUEST(scribble);
GUEST(hostile);
GUEST(gs_is_zero);
GUEST(quick);
GUEST(flags);
#undef GUEST

/* The user address of a program. */
#define guest(name) (CODE + (uint64_t)(guest_##name - guest_start))

/* Spaces and contexts are embedded in the core's structures, since bodies find the machine and the quota through them. */
struct player {
    struct space space;         /* only object.machine, quota and arch */
    uint64_t code, data, stack; /* physical */
};

/* ---- the body's half: hosted/player.c, native/main.c ---- */

/* What spaces and contexts belong to; NULL on a body that does not ask. */
extern struct machine *player_machine;
struct cpu *player_cpu(unsigned index);
/* Run `work` on core `index` (not 0); player_join waits for it. */
void player_start(unsigned index, void (*work)(void *), void *argument);
void player_join(unsigned index);
void player_wait_us(unsigned us);

/* ---- the same on every body ---- */

/* Before everything: physical memory that the tests may use. */
void player_ram(uint64_t base, uint64_t bytes);
uint64_t player_pages(size_t pages); /* physical, zeroed, contiguous */
void player_free(uint64_t phys, size_t pages);

void player_open(struct player *p); /* a space with code, data and stack mapped */
void player_close(struct player *p);
void *player_data(struct player *p); /* the kernel's view of DATA */

void player_thread(struct player *p, struct thread *t, uint64_t entry, uint64_t arg);
void player_thread_tls(struct player *p, struct thread *t, uint64_t entry, uint64_t arg,
                       uint64_t tls);
void player_fork(struct player *to, struct thread *child, struct thread *parent);

/* Run until something other than a kick, interrupt or timer; faults on pages of p (dropped translations) are refilled. */
void player_run(struct player *p, struct thread *t, struct trap *trap);
/* The same, and it must be system call `number`. */
void player_expect_syscall(struct player *p, struct thread *t, uint64_t number, uint64_t args[6]);
