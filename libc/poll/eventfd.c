/* eventfd.c: counters, files of the scheme event:. */
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "internal/files.h"
#include "internal/poll.h"

int64_t __event_file_open(const char *path, uint64_t mode, int flags)
{
    uint32_t open_flags = FILE_RDWR | (flags & O_NONBLOCK ? FILE_NONBLOCK : 0);
    int64_t result;
    unsigned seen;
    do {
        seen = __interruptions();
        result = dyad_open(HANDLE_NONE, path, strlen(path), open_flags, (uint32_t)mode, NULL);
    } while (__restart(result, seen));
    return __fd_install(result, flags & O_CLOEXEC, 0);
}

int eventfd(unsigned count, int flags)
{
    if (flags & ~(EFD_SEMAPHORE | EFD_CLOEXEC | EFD_NONBLOCK))
        return (int)__result(-ERR_INVAL);
    const char *path = flags & EFD_SEMAPHORE ? "event:semaphore" : "event:counter";
    return (int)__result(__event_file_open(path, count, flags));
}

int eventfd_read(int fd, eventfd_t *value)
{
    return read(fd, value, sizeof *value) == sizeof *value ? 0 : -1;
}

int eventfd_write(int fd, eventfd_t value)
{
    return write(fd, &value, sizeof value) == sizeof value ? 0 : -1;
}
