/* quota.c: charges up a tree of limits, by compare-and-swap. */
#include "core/quota.h"

#include "core/heap.h"
#include "core/machine.h"

void quota_init_root(struct quota *quota, struct machine *machine)
{
    atomic_init(&quota->references, 1);
    quota->parent = NULL;
    quota->machine = machine;
    atomic_init(&quota->running, 0);
    for (unsigned kind = 0; kind < QUOTA_KINDS; kind++) {
        atomic_init(&quota->used[kind], 0);
        quota->limit[kind] = UINT64_MAX;
    }
}

status_t quota_create(struct quota *parent, const struct quota_limits *limits, struct quota **out)
{
    struct quota *quota = quota_alloc(parent, sizeof *quota);
    if (!quota)
        return -ERR_NOMEM;
    quota_init_root(quota, parent->machine);
    quota->parent = parent;
    quota_get(parent);
    quota->limit[QUOTA_PAGES] = limits->pages;
    quota->limit[QUOTA_KERNEL_BYTES] = limits->kernel_bytes;
    quota->limit[QUOTA_PROCESSES] = limits->processes;
    quota->limit[QUOTA_THREADS] = limits->threads;
    *out = quota;
    return 0;
}

void quota_get(struct quota *quota)
{
    atomic_fetch_add_explicit(&quota->references, 1, memory_order_relaxed);
}

void quota_put(struct quota *quota)
{
    while (atomic_fetch_sub_explicit(&quota->references, 1, memory_order_acq_rel) == 1) {
        struct quota *parent = quota->parent;
        ASSERT(parent); /* the machine keeps its reference of the root */
        for (unsigned kind = 0; kind < QUOTA_KINDS; kind++)
            ASSERT(atomic_load_explicit(&quota->used[kind], memory_order_relaxed) == 0);
        quota_free(parent, quota, sizeof *quota);
        quota = parent;
    }
}

/* In this node only. Exact: an amount that does not fit is never visible, or it would make others fail. */
static bool quota_charge_node(struct quota *quota, enum quota_kind kind, uint64_t amount)
{
    uint64_t limit = quota->limit[kind];
    uint64_t used = atomic_load_explicit(&quota->used[kind], memory_order_relaxed);
    do {
        if (amount > limit || used > limit - amount)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(&quota->used[kind], &used, used + amount,
                                                    memory_order_relaxed, memory_order_relaxed));
    return true;
}

static void quota_release_until(struct quota *quota, const struct quota *end, enum quota_kind kind,
                                uint64_t amount)
{
    for (; quota != end; quota = quota->parent) {
        uint64_t before =
            atomic_fetch_sub_explicit(&quota->used[kind], amount, memory_order_relaxed);
        ASSERT(before >= amount);
    }
}

status_t quota_charge(struct quota *quota, enum quota_kind kind, uint64_t amount)
{
    for (struct quota *at = quota; at; at = at->parent) {
        if (quota_charge_node(at, kind, amount))
            continue;
        quota_release_until(quota, at, kind, amount);
        return kind == QUOTA_PAGES || kind == QUOTA_KERNEL_BYTES ? -ERR_NOMEM : -ERR_AGAIN;
    }
    return 0;
}

void quota_release(struct quota *quota, enum quota_kind kind, uint64_t amount)
{
    quota_release_until(quota, NULL, kind, amount);
}

void *quota_alloc(struct quota *quota, size_t bytes)
{
    if (quota_charge(quota, QUOTA_KERNEL_BYTES, bytes) < 0)
        return NULL;
    void *pointer = heap_alloc(quota->machine, bytes);
    if (!pointer)
        quota_release(quota, QUOTA_KERNEL_BYTES, bytes);
    return pointer;
}

void quota_free(struct quota *quota, void *pointer, size_t bytes)
{
    if (!pointer)
        return;
    heap_free(quota->machine, pointer);
    quota_release(quota, QUOTA_KERNEL_BYTES, bytes);
}
