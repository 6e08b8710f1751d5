/* internal/mktemp.h: fresh names, for mkstemp's family and stdio's tmpnam. */
#pragma once
#include "internal/libc.h"

/*
 * Replace the X's before the suffix and call make(path, flags) until it does not fail with EEXIST.
 * Returns make's result; EINVAL when the template has no six X's.
 */
LIBC_HIDDEN int __make_temporary(char *template, int suffix_len,
                                 int (*make)(const char *path, int flags), int flags);
