/* memfd.c: memory as a descriptor. It can be mapped, resized and read at an offset; it has no offset of its own. */
#include <sys/mman.h>
#include "internal/files.h"

int memfd_create(const char *name, unsigned flags)
{
    (void)name;
    if (flags & ~MFD_CLOEXEC)
        return (int)__result(-ERR_INVAL);
    return (int)__result(__fd_install(dyad_memory_create(0, 0), flags & MFD_CLOEXEC, 0));
}
