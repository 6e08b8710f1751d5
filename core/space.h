/*
 * space.h: address spaces: the truth about what a process's memory is; translations are a cache of it.
 *
 * A region is a range with one protection and one backing: anonymous, or a memory object (private
 * copy-on-write or shared). Every page that is mapped or private is in the space's radix tree with a reference,
 * so that no translation outlives its page; fixed memory (the initfs) has no pages and is translated directly.
 * Each page in the tree is charged to the space's quota.
 */
#pragma once
#include "arch.h"
#include "core/kobject.h"
#include "core/memory.h"
#include "core/radix.h"
#include "core/tree.h"

struct thread;

/* Kernel callers of space_map may add to `prot` what space_protect may raise it to later: the rights of the memory's
 * handle. Without it a mapping of a memory object keeps what it is mapped with (a private one may become writable).
 * User input is masked to the MAP_PROT_* bits before. */
#define SPACE_MAY_SHIFT 8
#define SPACE_MAY(prot) ((prot) << SPACE_MAY_SHIFT)

#define SPACE_REGIONS_MAX 65536

struct region {
    struct tree_node node; /* key: start */
    uint64_t start, end;   /* page aligned, end excluded */
    unsigned prot;         /* MAP_PROT_* */
    unsigned may;          /* MAP_PROT_* that prot may be raised to */
    unsigned flags;        /* MAP_FLAG_SHARED, MAP_FLAG_STACK, REGION_* (core/space_internal.h) */
    struct memory *memory; /* counted; NULL: anonymous */
    uint64_t offset;       /* in memory, of start */
    const void *closer;    /* REGION_CLOSING: the operation that removes it */
    struct region *next_dead; /* on its way to be freed, outside the lock */
};

struct space {
    struct kobject object; /* kind HANDLE_KIND_SPACE */
    struct quota *quota;   /* counted */
    struct arch_space arch;
    struct lock lock; /* rank LOCK_SPACE */
    /* Guarded by lock: */
    struct tree regions GUARDED_BY(&lock);
    size_t region_count GUARDED_BY(&lock);
    struct region *recent GUARDED_BY(&lock); /* the last one found, or NULL */
    struct radix pages GUARDED_BY(&lock); /* by virtual page number: struct page * with PAGE_* tags (space_internal.h) */
    uint64_t present GUARDED_BY(&lock); /* words in pages */
    uint64_t mapped GUARDED_BY(&lock);  /* bytes of regions that are no stacks */
    uint64_t hole_start GUARDED_BY(&lock); /* below it no hole is larger than hole_bytes (choosing addresses) */
    uint64_t hole_bytes GUARDED_BY(&lock);
    struct list limbo GUARDED_BY(&lock); /* struct limbo_page: replaced pages that other cores may still read */
    struct list sync_waiters GUARDED_BY(&lock); /* wait.link of threads parked for the ticket in wait.data[0] */
    uint64_t guard_ticket GUARDED_BY(&lock); /* for the write protections of a fork in progress, see space_fork.c */
    enum guard_state { GUARD_SETTLED, GUARD_NEW, GUARD_TICKET } guard_state GUARDED_BY(&lock);
    bool dead GUARDED_BY(&lock); /* being torn down: nothing can be added */
    _Atomic bool unsettled;      /* limbo or sync_waiters may not be empty */
    struct reclaim_item reclaim; /* once dead */
};

extern const struct kobject_ops space_ops;

static inline struct space *space_of(struct kobject *object)
{
    return CONTAINER_OF(object, struct space, object);
}

MUST_CHECK status_t space_create(struct machine *machine, struct quota *quota, struct space **out);

/*
 * The system calls' work. addr 0 without FIXED: the kernel chooses, first fit from DYAD_MAP_BASE upward. All validate everything (alignment,
 * overflow, user range, W^X, memory's size is NOT a limit: pages beyond it raise SIGBUS) before changing anything. `t` is the
 * calling thread. unmap, protect and a replacing map are done in bounded steps and wait for the other cores: they return
 * STATUS_STEP / STATUS_PARKED and go on by t->step; removed pages are freed when their ticket is done.
 */
MUST_CHECK status_t space_map(struct thread *t, struct space *space, uint64_t addr, uint64_t bytes,
                              unsigned prot, unsigned flags, struct memory *memory,
                              uint64_t offset);
MUST_CHECK status_t space_unmap(struct thread *t, struct space *space, uint64_t addr,
                                uint64_t bytes);
MUST_CHECK status_t space_protect(struct thread *t, struct space *space, uint64_t addr,
                                  uint64_t bytes, unsigned prot);

/* remap: abi/syscall.h. Going on like unmap; what fails changes nothing. */
MUST_CHECK status_t space_remap(struct thread *t, struct space *space, uint64_t addr,
                                uint64_t old_bytes, uint64_t bytes, bool move, uint64_t to);

/* The same without a thread, in one go, for a space in which nothing runs yet (boot, tests): no steps, no sync. unmap and protect
 * do so with t NULL. out may be NULL. */
MUST_CHECK status_t space_map_now(struct space *space, uint64_t addr, uint64_t bytes, unsigned prot,
                                  unsigned flags, struct memory *memory, uint64_t offset,
                                  uint64_t *out);

/*
 * Copy `from` into the empty space `to`, which nobody else knows: regions shared by reference, private pages copy-on-write.
 * One bounded step: *cursor starts at 0; 0 when complete, STATUS_STEP with *cursor advanced, or -ERR_NOMEM (`to` is then
 * torn down by the caller). Other threads may use `from` meanwhile: its pages are write-protected and that is settled on every
 * core before they are shared, so a page that is written during the fork is either copied or, if not yet, seen by the child.
 */
MUST_CHECK status_t space_fork_step(struct space *from, struct space *to, uint64_t *cursor);

/* Resolve a fault. 0: the access can be repeated; -ERR_FAULT: no mapping allows it (SIGSEGV); -ERR_RANGE: beyond the
 * end of a memory object (SIGBUS); -ERR_NOMEM: out of memory or quota. Maps neighbours that are present (fault-around, up to 16 pages). */
MUST_CHECK status_t space_fault(struct space *space, uint64_t addr, unsigned access);

/*
 * User code is about to run at these registers (fork, exec): bring in what it touches at once, so that it need not fault. As far as
 * that works: the rest faults. The second also takes the beginnings of the first regions of a program just loaded.
 */
void space_expect(struct space *space, const struct user_regs *regs);
void space_expect_program(struct space *space, const struct user_regs *regs);

/* Wait until no core uses translations removed so far: 0, STATUS_PARKED (t goes on with t->step), or STATUS_STEP when t may
 * not park (a kill is pending): t->step tries again. A bounded wait: each core of the space leaves user mode once. */
MUST_CHECK status_t space_sync(struct thread *t, struct space *space);
/* Called by a core after arch_user_run of the space: frees limbo pages and wakes waiters whose ticket is done. Cheap when
 * there is nothing. */
void space_sync_poll(struct space *space);

/*
 * Called by a core before arch_user_run of t: false: t has to wait (it is parked, or the caller goes on with t->step), since
 * a page that t may have written replaced one that other cores still read (a broken copy-on-write), and whoever t tells about
 * its write must see it. Cheap when there is nothing.
 */
MUST_CHECK bool space_settle(struct thread *t, struct space *space);
/* Whether space_settle or space_sync_poll has something to look at. */
static inline bool space_is_unsettled(const struct space *space)
{
    return atomic_load_explicit(&space->unsettled, memory_order_relaxed);
}

/* Remove everything, in bounded steps: 0 or STATUS_STEP (call again). Nothing runs in the space. */
MUST_CHECK status_t space_teardown_step(struct space *space);

/* -> pages in the tree; *mapped: bytes of address space in use, but for stacks. */
uint64_t space_usage(struct space *space, uint64_t *mapped);
uint64_t space_present_pages(struct space *space);
void space_check(struct space *space); /* asserts the invariants */

/* ---- copies to and from user memory: pages come in as needed; nothing else of the kernel touches it ---- */

/* Kernel memory <-> user memory. -ERR_FAULT (also when `user` range wraps or leaves user space), -ERR_NOMEM. Some bytes may have been
 * copied on failure. Any protection that forbids the user forbids this. */
MUST_CHECK status_t user_read(struct space *space, void *to, uint64_t user, size_t bytes);
MUST_CHECK status_t user_write(struct space *space, uint64_t user, const void *from, size_t bytes);
/* The same for the kernel's loader: private memory takes the write whatever its protection. */
MUST_CHECK status_t space_write_force(struct space *space, uint64_t user, const void *from,
                                      size_t bytes);
/* Between two spaces (or within one), at most DYAD_COPY_MAX bytes. -> bytes copied before the first bad page of either,
 * or the error when none. */
MUST_CHECK status_t user_copy(struct space *to_space, uint64_t to, struct space *from_space,
                              uint64_t from, size_t bytes);
/* A NUL-free string of exactly `bytes` into a kernel buffer of bytes + 1, terminated. -ERR_INVAL for an embedded NUL. */
MUST_CHECK status_t user_read_text(struct space *space, char *to, uint64_t user, size_t bytes);
/* An aligned 32-bit word, atomically: futexes. */
MUST_CHECK status_t user_load32(struct space *space, uint64_t user, uint32_t *out);
/* The same: becomes `wanted` if it is *expected, which becomes what it was. */
MUST_CHECK status_t user_compare32(struct space *space, uint64_t user, uint32_t *expected,
                                   uint32_t wanted);
/* Where a futex word lives: the memory object and offset for shared mappings, the space and address otherwise. */
struct futex_key {
    uintptr_t base;
    uint64_t offset;
};
MUST_CHECK status_t user_futex_key(struct space *space, uint64_t user, struct futex_key *out);
/* Lock-free word copy that sanitizers do not look into (guests race on their own memory). */
void page_copy(void *to, const void *from, size_t bytes);
