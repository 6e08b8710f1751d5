/* handle.h: a process's handles: objects with rights; the number carries a generation. */
#pragma once
#include "abi/syscall.h"
#include "core/kobject.h"

struct process;

struct handle_entry {
    struct kobject *object; /* a handle reference; NULL: free */
    uint32_t rights;
    uint16_t generation; /* 15 bits; changes when the handle is closed */
    uint16_t next_free;  /* index + 1; 0: none */
};
/* Guarded by the process's lock; charged to its quota. */
struct handle_table {
    struct handle_entry *entries;
    uint16_t capacity;
    uint16_t count;
    uint16_t reserved;   /* free entries promised by handle_reserve */
    uint16_t first_free; /* index + 1 */
};

/* A handle outside of any table: in flight with a message. It counts as a handle of the object. */
struct handle_ref {
    struct kobject *object; /* NULL: none */
    uint32_t rights;
};

/* The object behind h, with a reference for the caller. -ERR_BADF: none; -ERR_ACCES: lacks one of `rights`; -ERR_INVAL: not of
 * kind (enum handle_kind; 0: any). rights_out may be NULL. */
MUST_CHECK status_t handle_lookup(struct process *process, handle_t h, unsigned kind,
                                  uint32_t rights, struct kobject **out, uint32_t *rights_out);
/* A new handle of the object (which gets a handle reference). -> the handle; -ERR_MFILE, -ERR_NOMEM, -ERR_SRCH (dying). */
MUST_CHECK status_t handle_install(struct process *process, struct kobject *object,
                                   uint32_t rights);
MUST_CHECK status_t handle_close(struct process *process, handle_t h);

/* Promise room for one more handle, so that handle_ref_install cannot fail for lack of it. */
MUST_CHECK status_t handle_reserve(struct process *process);
void handle_unreserve(struct process *process);

/* Take a handle out of the table to send it: RIGHT_PASS is required. remove: it leaves the table (a move); otherwise
 * the table keeps it. *out has a handle reference. */
MUST_CHECK status_t handle_take(struct process *process, handle_t h, bool remove,
                                struct kobject **out, uint32_t *rights);
/* The same into a handle_ref, which keeps a scheme served while it is in flight. */
MUST_CHECK status_t handle_ref_take(struct process *process, handle_t h, bool remove,
                                    struct handle_ref *ref);
/* Put it into a table; ref is empty afterwards. On failure (as handle_install) it is unchanged. reserved: uses up a
 * reservation in any case, and only a dying process (-ERR_SRCH) refuses. */
MUST_CHECK status_t handle_ref_install(struct process *process, struct handle_ref *ref,
                                       bool reserved);
/* Close it. Holds no locks. Harmless when empty. */
void handle_ref_drop(struct handle_ref *ref);

/* All handles of `from` (same numbers) into the empty table of `to`, which nobody else knows yet. */
MUST_CHECK status_t handle_table_copy(struct process *to, struct process *from);
/* Close up to `most` handles: true when the table is empty and freed. */
bool handle_table_close_step(struct process *process, unsigned most);

/* The system calls' work. */
MUST_CHECK status_t handle_dup(struct thread *t, handle_t h, uint64_t rights);
MUST_CHECK status_t handle_control(struct thread *t, handle_t h, uint64_t op, uint64_t arg);
