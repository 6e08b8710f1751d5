/* internal/system_text.h: reading the `sys:` scheme. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "internal/libc.h"

/* The beginning of a file such as "sys:version", NUL-terminated; its length, 0 when it cannot be read. */
LIBC_HIDDEN size_t __system_text(const char *name, char *buf, size_t size);
/* The number in the line "name number" of a text; 0 when there is none. */
LIBC_HIDDEN uint64_t __system_value(const char *text, const char *name);
