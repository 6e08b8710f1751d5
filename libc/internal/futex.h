/* internal/futex.h: waiting for a word to change. Both return 0 or -ERR_*; wake returns the number woken. */
#pragma once
#include <stdint.h>
#include "abi/error.h"
#include "abi/syscall.h"
#include "internal/libc.h"

/* 0 when woken; -ERR_AGAIN when *addr != expected; -ERR_TIMEDOUT; -ERR_INTR after a signal. May wake for no reason. */
int __futex_wait(_Atomic int *addr, int expected, uint64_t deadline_ns);
int __futex_wake(_Atomic int *addr, int count);

/* The int in a public object, as an atomic. */
static inline _Atomic int *__futex_word(int *word)
{
    return (_Atomic int *)word;
}
