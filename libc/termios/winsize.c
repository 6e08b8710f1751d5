/* winsize.c: a terminal's size. */
#include <sys/ioctl.h>
#include <termios.h>
#include "abi/tty.h"
#include "internal/files.h"

_Static_assert(sizeof(struct winsize) == sizeof(struct tty_winsize),
               "ioctl passes one as the other");

int tcgetwinsize(int fd, struct winsize *size)
{
    int64_t result = __tty_control(fd, TTY_GET_WINSIZE, 0, NULL, 0, size, sizeof *size);
    return (int)__result(result < 0 ? result : 0);
}

int tcsetwinsize(int fd, const struct winsize *size)
{
    int64_t result = __tty_control(fd, TTY_SET_WINSIZE, 0, size, sizeof *size, NULL, 0);
    return (int)__result(result < 0 ? result : 0);
}
