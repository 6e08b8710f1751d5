/* internal/libc.h: attributes and small helpers that every source of the library may use. */
#pragma once
#include <stddef.h>

/* A symbol for use between the library's own files only. */
#define LIBC_HIDDEN __attribute__((visibility("hidden")))
#define LIBC_WEAK   __attribute__((weak))

/* `name` is another, overridable name of `old`. */
#define LIBC_ALIAS(old, name) extern __typeof__(old) name __attribute__((weak, alias(#old)))

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Write message to descriptor 2 and abort. For a corrupted heap and the like: allocates nothing, uses no stdio. */
LIBC_HIDDEN _Noreturn void __libc_panic(const char *message);

extern char **environ;
