/*
 * sim_atomic.h: included before every file of core/ when it is compiled for the simulator: each atomic operation tells the
 * simulator first, which may let another core go on there. Stores may stay in the core's store buffer for a while, as on x86.
 */
#pragma once
#include <stdatomic.h>

#include "tests/sim/sim_hooks.h"

#undef atomic_load
#undef atomic_load_explicit
#undef atomic_store
#undef atomic_store_explicit
#undef atomic_exchange
#undef atomic_exchange_explicit
#undef atomic_compare_exchange_strong
#undef atomic_compare_exchange_strong_explicit
#undef atomic_compare_exchange_weak
#undef atomic_compare_exchange_weak_explicit
#undef atomic_fetch_add
#undef atomic_fetch_add_explicit
#undef atomic_fetch_sub
#undef atomic_fetch_sub_explicit
#undef atomic_fetch_or
#undef atomic_fetch_or_explicit
#undef atomic_fetch_and
#undef atomic_fetch_and_explicit
#undef atomic_thread_fence

#define SIM_VALUE_OF(p) __typeof__(__c11_atomic_load((p), __ATOMIC_RELAXED))
#define SIM_MODIFY(p, operation) \
    __extension__({              \
        sim_atomic_modify((p));  \
        operation;               \
    })

#define atomic_load_explicit(p, order)   \
    __extension__({                      \
        sim_atomic_load((p));            \
        __c11_atomic_load((p), (order)); \
    })
#define atomic_store_explicit(p, v, order)                            \
    __extension__({                                                   \
        SIM_VALUE_OF(p) sim_value = (v);                              \
        sim_atomic_store((p), &sim_value, sizeof sim_value, (order)); \
    })
#define atomic_exchange_explicit(p, v, order) \
    SIM_MODIFY(p, __c11_atomic_exchange((p), (v), (order)))
#define atomic_compare_exchange_strong_explicit(p, e, v, yes, no) \
    SIM_MODIFY(p, __c11_atomic_compare_exchange_strong((p), (e), (v), (yes), (no)))
/* Never fails by chance: on x86 it does not. */
#define atomic_compare_exchange_weak_explicit atomic_compare_exchange_strong_explicit
#define atomic_fetch_add_explicit(p, v, order) \
    SIM_MODIFY(p, __c11_atomic_fetch_add((p), (v), (order)))
#define atomic_fetch_sub_explicit(p, v, order) \
    SIM_MODIFY(p, __c11_atomic_fetch_sub((p), (v), (order)))
#define atomic_fetch_or_explicit(p, v, order) \
    SIM_MODIFY(p, __c11_atomic_fetch_or((p), (v), (order)))
#define atomic_fetch_and_explicit(p, v, order) \
    SIM_MODIFY(p, __c11_atomic_fetch_and((p), (v), (order)))

#define SIM_SC                memory_order_seq_cst
#define atomic_load(p)        atomic_load_explicit(p, SIM_SC)
#define atomic_store(p, v)    atomic_store_explicit(p, v, SIM_SC)
#define atomic_exchange(p, v) atomic_exchange_explicit(p, v, SIM_SC)
#define atomic_compare_exchange_strong(p, e, v) \
    atomic_compare_exchange_strong_explicit(p, e, v, SIM_SC, SIM_SC)
#define atomic_compare_exchange_weak(p, e, v) \
    atomic_compare_exchange_strong_explicit(p, e, v, SIM_SC, SIM_SC)
#define atomic_fetch_add(p, v) atomic_fetch_add_explicit(p, v, SIM_SC)
#define atomic_fetch_sub(p, v) atomic_fetch_sub_explicit(p, v, SIM_SC)
#define atomic_fetch_or(p, v)  atomic_fetch_or_explicit(p, v, SIM_SC)
#define atomic_fetch_and(p, v) atomic_fetch_and_explicit(p, v, SIM_SC)
#define atomic_thread_fence(order)          \
    do {                                    \
        sim_atomic_fence();                 \
        __c11_atomic_thread_fence((order)); \
    } while (0)
