/* memfd.c: anonymous files, on old and new Linuxes. */
#include "memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8u
#endif
#ifndef MFD_EXEC
#define MFD_EXEC 16u
#endif

/* Numbers below 16 are left to the descriptors that a stub starts with. */
int memfd_new(const char *name, bool executable)
{
    int fd = memfd_create(name, MFD_CLOEXEC | (executable ? MFD_EXEC : MFD_NOEXEC_SEAL));
    if (fd < 0 && errno == EINVAL)
        fd = memfd_create(name, MFD_CLOEXEC); /* before Linux 6.3 */
    if (fd < 0)
        host_fail("cannot create an anonymous file (memfd_create): %s", strerror(errno));
    int high = fcntl(fd, F_DUPFD_CLOEXEC, 16);
    if (high < 0)
        host_fail("cannot duplicate a descriptor: %s; raise `ulimit -n`", strerror(errno));
    close(fd);
    return high;
}
