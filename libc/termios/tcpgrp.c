/* tcpgrp.c: a terminal's foreground group and session. */
#include <termios.h>
#include <unistd.h>
#include "abi/tty.h"
#include "internal/files.h"

pid_t tcgetpgrp(int fd)
{
    return (pid_t)__result(__tty_control(fd, TTY_GET_PGRP, 0, NULL, 0, NULL, 0));
}

int tcsetpgrp(int fd, pid_t group)
{
    int64_t result = __tty_control(fd, TTY_SET_PGRP, (uint64_t)group, NULL, 0, NULL, 0);
    return (int)__result(result < 0 ? result : 0);
}

pid_t tcgetsid(int fd)
{
    return (pid_t)__result(__tty_control(fd, TTY_GET_SID, 0, NULL, 0, NULL, 0));
}
