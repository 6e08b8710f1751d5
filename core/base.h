/* base.h: the few definitions that every file of the core uses. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/error.h"
#include "abi/layout.h"

/* 0 or positive: success; -ERR_*: failure. */
typedef int64_t status_t;

/*
 * STATUS_PARKED: the thread waits for something; whoever completes the wait sets its result. The
 * caller must not touch the thread any more. Never reaches user space.
 * STATUS_STEP: the operation has more bounded steps to do (thread->step); the same thread goes on later.
 */
#define STATUS_PARKED ((status_t) - 4096)
#define STATUS_STEP   ((status_t) - 4097)
/* The registers were set by the operation (exec, signal return): no result is stored. */
#define STATUS_NO_RESULT ((status_t) - 4098)

#define MUST_CHECK               __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#define ARRAY_COUNT(a)           (sizeof(a) / sizeof((a)[0]))
#define CONTAINER_OF(pointer, type, member) \
    ((type *)((char *)(1 ? (pointer) : &((type *)0)->member) - offsetof(type, member)))
#define ROUND_UP(x, to)    (((x) + (to) - 1) / (to) * (to))
#define PAGE_ROUND_UP(x)   (((x) + DYAD_PAGE_SIZE - 1) & ~(DYAD_PAGE_SIZE - 1))
#define PAGE_ROUND_DOWN(x) ((x) & ~(DYAD_PAGE_SIZE - 1))
#define PAGE_OFFSET(x)     ((x) & (DYAD_PAGE_SIZE - 1))

/* An invariant or a precondition. Fails only by a bug in the kernel, never by anything a user does. */
_Noreturn void assert_failed(const char *expression, const char *file, int line);
#define ASSERT(e) ((e) ? (void)0 : assert_failed(#e, __FILE__, __LINE__))

/* From the compiler's runtime, the host's libc or core/string.c of a body; a host file has <string.h> as well. */
/* NOLINTBEGIN(readability-redundant-declaration,readability-inconsistent-declaration-parameter-name) */
void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int byte, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);
size_t strlen(const char *text);
/* NOLINTEND(readability-redundant-declaration,readability-inconsistent-declaration-parameter-name) */
