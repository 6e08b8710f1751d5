/* pipe.c: pipes are the kernel's. */
#include <fcntl.h>
#include <unistd.h>
#include "internal/files.h"

static int64_t pipe_open(int fds[2], int flags)
{
    if (flags & ~(O_CLOEXEC | O_CLOFORK | O_NONBLOCK))
        return -ERR_INVAL;
    handle_t ends[2];
    int64_t result = dyad_pipe_create(ends, flags & O_NONBLOCK ? FILE_NONBLOCK : 0);
    if (result < 0)
        return result;
    int64_t reader = __fd_install_flags(ends[0], flags, 0);
    if (reader < 0) {
        dyad_handle_close(ends[1]);
        return reader;
    }
    int64_t writer = __fd_install_flags(ends[1], flags, 0);
    if (writer < 0) {
        close((int)reader);
        return writer;
    }
    fds[0] = (int)reader;
    fds[1] = (int)writer;
    return 0;
}

int pipe2(int fds[2], int flags)
{
    return (int)__result(pipe_open(fds, flags));
}

int pipe(int fds[2])
{
    return (int)__result(pipe_open(fds, 0));
}
