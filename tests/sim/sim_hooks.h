/* sim_hooks.h: what sim_atomic.h calls, for the file that defines it (which uses the real atomics itself). */
#pragma once
#include <stddef.h>

void sim_atomic_load(const volatile void *at);
void sim_atomic_store(volatile void *at, const void *value, size_t bytes, int order);
void sim_atomic_modify(volatile void *at);
void sim_atomic_fence(void);
