/* lockf.c: record locks from the file's offset on. */
#include <fcntl.h>
#include <unistd.h>
#include <errno.h>

int lockf(int fd, int command, off_t size)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_len = size};
    switch (command) {
    case F_ULOCK: lock.l_type = F_UNLCK; return fcntl(fd, F_SETLK, &lock);
    case F_LOCK: return fcntl(fd, F_SETLKW, &lock);
    case F_TLOCK: return fcntl(fd, F_SETLK, &lock);
    case F_TEST:
        if (fcntl(fd, F_GETLK, &lock) < 0)
            return -1;
        if (lock.l_type == F_UNLCK)
            return 0;
        errno = EACCES;
        return -1;
    default: errno = EINVAL; return -1;
    }
}
