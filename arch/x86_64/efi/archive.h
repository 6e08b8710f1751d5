/* archive.h: is a file what the kernel takes as initfs: cpio archives (newc), one behind the other? */
#pragma once
#include <stddef.h>

/* -> NULL, or what is wrong, as the end of a sentence that begins with the file's name. Looks at all headers, not at the data. */
const char *archive_check(const void *file, size_t bytes);
