/* posix_devctl.c: ioctl for requests whose data has a size (POSIX.1-2024). */
#include <devctl.h>
#include <errno.h>
#include <sys/ioctl.h>
#include <termios.h>

/* What the request reads or writes; 0: nothing, or a number in place of the address. */
static size_t data_size(int request)
{
    switch ((unsigned)request) {
    case TCGETS:
    case TCSETS:
    case TCSETSW:
    case TCSETSF: return sizeof(struct termios);
    case TIOCGWINSZ:
    case TIOCSWINSZ: return sizeof(struct winsize);
    case TIOCGPGRP:
    case TIOCSPGRP:
    case TIOCGSID:
    case TIOCGPTN:
    case TIOCSPTLCK:
    case TIOCPKT:
    case FIONREAD:
    case FIONBIO: return sizeof(int);
    default: return 0;
    }
}

int posix_devctl(int fd, int request, void *restrict data, size_t size, int *restrict info)
{
    int before = errno;
    if (data_size(request) > (data ? size : 0))
        return EINVAL;
    int result = ioctl(fd, (unsigned)request, data);
    int error = result < 0 ? errno : 0;
    errno = before;
    if (!error && info)
        *info = result;
    return error;
}
