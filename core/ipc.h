/* ipc.h: the remaining blocking objects: pipes, futexes; and the kernel's own schemes. */
#pragma once
#include "core/kobject.h"
#include "core/namespace.h"

struct thread;

MUST_CHECK status_t pipe_create(struct thread *t, uint64_t ends, uint64_t flags);

MUST_CHECK status_t futex_init(struct machine *machine);
void futex_fini(struct machine *machine);
MUST_CHECK status_t futex_wait(struct thread *t, uint64_t addr, uint64_t expected,
                               uint64_t deadline);
MUST_CHECK status_t futex_wake(struct thread *t, uint64_t addr, uint64_t count);
/* Locks that lend priority: THREAD_LOCK and THREAD_UNLOCK. */
MUST_CHECK status_t futex_lock(struct thread *t, uint64_t addr, uint64_t deadline);
MUST_CHECK status_t futex_unlock(struct thread *t, uint64_t addr);
/* For thread exit: wake all waiters of the word in the thread's space. */
void futex_wake_exit(struct thread *t, uint64_t addr);

/* sys: log: time: proc: hw: — adds them to machine->names. */
MUST_CHECK status_t kernel_schemes_init(struct machine *machine);
void kernel_schemes_fini(struct machine *machine);
/* Device interrupts from arch_pending(): wakes readers, writers and watchers of hw: files. No locks held. */
void kernel_schemes_irq(struct machine *machine, uint32_t devices);
/* The `proc:` scheme's handle, for PROCESS_FIND and PROCESS_NEXT: true when the object is one. */
bool kernel_scheme_is_proc(struct kobject *object);
/* The log has grown: wake readers of log:. Called by cpu_main when log_end moved. */
void kernel_schemes_log_grown(struct machine *machine);
