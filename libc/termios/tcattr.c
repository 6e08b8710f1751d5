/* tcattr.c: a terminal's settings. */
#include <string.h>
#include <termios.h>
#include "abi/tty.h"
#include "internal/files.h"

int tcgetattr(int fd, struct termios *tio)
{
    struct tty_termios wire;
    int64_t result = __tty_control(fd, TTY_GET_TERMIOS, 0, NULL, 0, &wire, sizeof wire);
    if (result >= 0) {
        *tio = (struct termios){.c_iflag = wire.c_iflag,
                                .c_oflag = wire.c_oflag,
                                .c_cflag = wire.c_cflag,
                                .c_lflag = wire.c_lflag,
                                .c_line = wire.c_line,
                                .c_ispeed = wire.c_ispeed,
                                .c_ospeed = wire.c_ospeed};
        memcpy(tio->c_cc, wire.c_cc, sizeof tio->c_cc);
    }
    return (int)__result(result < 0 ? result : 0);
}

int tcsetattr(int fd, int actions, const struct termios *tio)
{
    if (actions < TCSANOW || actions > TCSAFLUSH)
        return (int)__result(-ERR_INVAL);
    struct tty_termios wire = {.c_iflag = tio->c_iflag,
                               .c_oflag = tio->c_oflag,
                               .c_cflag = tio->c_cflag,
                               .c_lflag = tio->c_lflag,
                               .c_line = tio->c_line,
                               .c_ispeed = tio->c_ispeed,
                               .c_ospeed = tio->c_ospeed};
    memcpy(wire.c_cc, tio->c_cc, sizeof wire.c_cc);
    int64_t result =
        __tty_control(fd, TTY_SET_TERMIOS, (uint64_t)actions, &wire, sizeof wire, NULL, 0);
    return (int)__result(result < 0 ? result : 0);
}
