/* sys/sendfile.h: from one descriptor to another. */
#pragma once
#include <features.h>
#include <bits/types.h>

__BEGIN_DECLS
/* offset NULL: in's own offset moves on; otherwise *offset does. */
ssize_t sendfile(int out, int in, off_t *offset, size_t n);
__END_DECLS
