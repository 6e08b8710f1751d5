/* sys/sendfile.h: from one descriptor to another. */
#pragma once
#include <features.h>
#include <bits/types.h>

__BEGIN_DECLS
/* offset NULL: in's own offset moves on; otherwise *offset does. */
ssize_t sendfile(int __out, int __in, off_t *__offset, size_t __n);
__END_DECLS
