/* memory_test.h: what the tests of the memory half share. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/space_internal.h"
#include "core/thread.h"
#include "fake_arch.h"

#define MIB  (1UL << 20)
#define PAGE DYAD_PAGE_SIZE
#define RW   (MAP_PROT_READ | MAP_PROT_WRITE)
#define RX   (MAP_PROT_READ | MAP_PROT_EXEC)

/* A machine with one space, and a thread that exists only to have operations go in steps. */
struct fixture {
    struct machine *machine;
    struct space *space;
    struct thread thread;
};

void fixture_start(struct fixture *f, size_t ram_bytes);
void fixture_end(struct fixture *f);

/* Bring an operation of f->thread to its end, waking it where it parks; the cores of `in_user` leave user mode then. */
status_t fixture_finish(struct fixture *f, status_t status);
status_t fixture_map(struct fixture *f, uint64_t addr, uint64_t bytes, unsigned prot,
                     unsigned flags, struct memory *memory, uint64_t offset);
status_t fixture_unmap(struct fixture *f, uint64_t addr, uint64_t bytes);
status_t fixture_remap(struct fixture *f, uint64_t addr, uint64_t old_bytes, uint64_t bytes,
                       bool move, uint64_t to);
status_t fixture_protect(struct fixture *f, uint64_t addr, uint64_t bytes, unsigned prot);
/* A copy of the space, by as many steps as it takes. */
status_t fixture_fork(struct fixture *f, struct space *from, struct space **out);
/* All at once, by kernel copies. */
uint8_t peek(struct space *space, uint64_t addr);
void poke(struct space *space, uint64_t addr, uint8_t value);

/* Run `body` with the first, second … allocation failing, until one run has none fail. `body` returns the status of what it
 * tried, which must be -ERR_NOMEM when an allocation failed, or a success in spite of it; and checks that no trace is left. */
void sweep_allocations(struct machine *machine, status_t (*body)(void *), void *argument);
