/* quota.h: limits on what a group of processes uses, charged before anything is allocated. */
#pragma once
#include "abi/syscall.h"
#include "core/lock.h"

struct machine;

enum quota_kind { QUOTA_PAGES, QUOTA_KERNEL_BYTES, QUOTA_PROCESSES, QUOTA_THREADS, QUOTA_KINDS };

/* A node of the quota tree: a charge counts here and in every ancestor, or nowhere. */
struct quota {
    _Atomic uint32_t references;
    struct quota *parent; /* counted; NULL: the machine's own */
    struct machine *machine;
    _Atomic uint64_t used[QUOTA_KINDS];
    uint64_t limit[QUOTA_KINDS];
    /* Threads of this node that want to run, not of its children; not counted for the machine's own. Under contention the threads of
     * a quota together weigh as much as one outside it (core/sched.c). */
    _Atomic uint32_t running;
};

void quota_init_root(struct quota *quota, struct machine *machine);
/* A child of parent with these limits, its own memory charged to parent. */
MUST_CHECK status_t quota_create(struct quota *parent, const struct quota_limits *limits,
                                 struct quota **out);
void quota_get(struct quota *quota);
void quota_put(struct quota *quota);

/* -ERR_NOMEM for pages and bytes, -ERR_AGAIN for processes and threads; then nothing is charged. Lock-free. */
MUST_CHECK status_t quota_charge(struct quota *quota, enum quota_kind kind, uint64_t amount);
void quota_release(struct quota *quota, enum quota_kind kind, uint64_t amount);

/* heap_alloc charged to a quota; free with the same quota and size. */
void *quota_alloc(struct quota *quota, size_t bytes);
void quota_free(struct quota *quota, void *pointer, size_t bytes);
