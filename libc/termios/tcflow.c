/* tcflow.c: what waits in a terminal's queues, and whether it moves. */
#include <termios.h>
#include "abi/tty.h"
#include "internal/cancel.h"
#include "internal/files.h"

static int simple(int fd, uint32_t command, uint64_t arg)
{
    int64_t result = __tty_control(fd, command, arg, NULL, 0, NULL, 0);
    return (int)__result(result < 0 ? result : 0);
}

int tcdrain(int fd)
{
    int64_t result = CANCELLABLE(__tty_control(fd, TTY_DRAIN, 0, NULL, 0, NULL, 0));
    return (int)__result(result < 0 ? result : 0);
}

int tcsendbreak(int fd, int duration)
{
    return simple(fd, TTY_BREAK, (uint64_t)duration);
}

int tcflush(int fd, int queue)
{
    if (queue < TCIFLUSH || queue > TCIOFLUSH)
        return (int)__result(-ERR_INVAL);
    return simple(fd, TTY_FLUSH, (uint64_t)queue);
}

int tcflow(int fd, int action)
{
    if (action < TCOOFF || action > TCION)
        return (int)__result(-ERR_INVAL);
    return simple(fd, TTY_FLOW, (uint64_t)action);
}
