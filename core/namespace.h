/* namespace.h: which scheme a name means, for a set of processes. */
#pragma once
#include "abi/scheme.h"
#include "core/kobject.h"
#include "core/scheme.h"

struct thread;
struct quota;

#define NAMESPACE_ENTRIES_MAX 256u

struct namespace_entry {
    struct list link;
    struct scheme *
        scheme; /* counted, or NULL for a kernel scheme; a dead one counts as absent and is replaced */
    const struct kernel_scheme_ops *kernel;
    uint32_t length; /* of name */
    char name[DYAD_SCHEME_NAME_MAX + 1];
};
struct namespace
{
    struct kobject object; /* kind HANDLE_KIND_NAMESPACE */
    struct lock lock;      /* rank LOCK_NAMESPACE */
    struct list entries GUARDED_BY(&lock);
    uint32_t count GUARDED_BY(&lock);
    struct quota *quota; /* counted */
};

MUST_CHECK status_t namespace_create(struct machine *machine, struct quota *quota,
                                     struct namespace **out);
MUST_CHECK status_t namespace_add_kernel(struct namespace *names,
                                         const struct kernel_scheme_ops *ops);
/* -ERR_EXIST: a live scheme or a kernel scheme has the name. */
MUST_CHECK status_t namespace_add(struct namespace *names, const char *name, struct scheme *scheme);
/* -ERR_NODEV: no such name, or its server has died. *scheme is counted; exactly one of the two is set. */
MUST_CHECK status_t namespace_find(struct namespace *names, const char *name, size_t bytes,
                                   struct scheme **scheme, const struct kernel_scheme_ops **kernel);
/* The process's namespace, counted; NULL: the process is ending. */
struct namespace *namespace_of(struct process *process);
/* A scheme's name from user memory, checked and terminated. */
MUST_CHECK status_t namespace_read_name(struct thread *t, char name[DYAD_SCHEME_NAME_MAX + 1],
                                        uint64_t user, uint64_t bytes);
/* "name kid\n" lines, as many as fit whole. -> bytes */
size_t namespace_list(struct namespace *names, char *to, size_t bytes);
MUST_CHECK status_t namespace_control(struct thread *t, handle_t names, uint64_t op, uint64_t name,
                                      uint64_t bytes, uint64_t arg);
