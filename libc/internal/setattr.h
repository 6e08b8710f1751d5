/* internal/setattr.h: chmod, chown and utimens are one verb. */
#pragma once
#include "internal/files.h"

LIBC_HIDDEN int64_t __setattr(handle_t h, const struct dyad_setattr *attributes, uint64_t mask);
LIBC_HIDDEN int64_t __setattr_path(int dir, const char *path, const struct dyad_setattr *attributes,
                                   uint64_t mask, bool nofollow);
