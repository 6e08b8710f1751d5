/*
 * body.h: the machine under the kernel's fuzz targets: one core in one OS thread, all of core/ with its real loop, and a state
 * that is taken once and put back before every run.
 *
 * A user thread that enters user mode is set aside; body_call lets one of them make a system call and runs the machine until nothing moves
 * any more. body_teardown kills all processes and checks that every page, byte and charge came back.
 */
#pragma once
#include "arch.h"
#include "core/machine.h"
#include "core/namespace.h"
#include "core/process.h"
#include "core/thread.h"

#define BODY_USERS_MAX 64u

#define USER_BASE  0x100000UL
#define USER_PAGES 16UL /* mapped in every process, the first one present */
#define USER_BAD   (USER_BASE + (USER_PAGES + 1) * DYAD_PAGE_SIZE) /* nothing is mapped there */

struct body {
    struct machine *machine;
    struct cpu *cpu;
    uint64_t now_ns;
    bool idle;
    struct thread *turn;  /* makes the call in its arch_user when it next enters user mode */
    struct trap trap;     /* and traps with this */
    struct thread *aside; /* has entered user mode in this step */
    struct arch_user *users[BODY_USERS_MAX]; /* all contexts, in slots that stay */
    unsigned user_count;
    int64_t spaces;
};
extern struct body body;

/* The empty machine; once. initfs_bytes: room for an initfs, whole pages, at body_initfs; 0: none. */
void body_init(size_t initfs_bytes);
#define body_initfs ((uint8_t *)0x210000000000UL)

/* ---- for setting up ---- */

/* A namespace with the kernel's schemes, counted. The machine's own would keep the names of dead schemes after the processes. */
struct namespace *body_names(void);
/* A process with a thread in user mode and memory at USER_BASE. Both are borrowed: they live until the teardown. */
struct thread *body_process(const char *name, struct namespace *names);
struct thread *body_thread(struct thread *of);
/* A handle of the object for the thread's process. */
handle_t body_give(struct thread *t, struct kobject *object, uint32_t rights);
/* Setting up has gone wrong if this is not true. */
void body_expect(bool condition, const char *what);

/* ---- running ---- */

struct thread *body_thread_at(unsigned slot); /* NULL: none */
static inline bool body_can_act(const struct thread *t)
{
    return t->user.in_user;
}
/* The thread makes the system call; then everybody runs until nothing moves. -> true with its result, if it has one now. */
bool body_call(struct thread *t, uint64_t number, const uint64_t args[6], int64_t *result);
/* The same with a trap of another kind. */
void body_trap(struct thread *t, const struct trap *trap);
void body_settle(void);
void body_advance(uint64_t ns);

/* ---- the end of a run ---- */

/* Everything is back: for targets that make no processes. */
void body_check_empty(void);
/* Kill everybody and check that the machine is as it was before the set up. thorough: walk the allocators' lists as well. */
void body_teardown(bool thorough);

#define BODY_SNAPSHOTS 4u
/* Remember the state as it is now, which must be after body_init and a set up. */
void body_snapshot(unsigned number);
void body_restore(unsigned number);

/*
 * Setting up and the end of everybody cover a thousand edges in every run, and libFuzzer would look at them each time. learn: the counters
 * since begin are those of a run without input; end takes away what is as it is then.
 */
void body_coverage_begin(void);
void body_coverage_learn(unsigned number);
void body_coverage_end(unsigned number);
