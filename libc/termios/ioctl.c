/* ioctl.c: the requests that programs still make by number. Others are EINVAL or ENOTTY. */
#include <fcntl.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>
#include "abi/tty.h"
#include "internal/files.h"

static int set_nonblocking(int fd, int on)
{
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 ? -1 : fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

/* On a terminal what can be read; on a file what is left of it. */
static int64_t readable_bytes(int fd, int *out)
{
    struct dyad_stat st;
    int64_t n = __tty_control(fd, TTY_INPUT_COUNT, 0, NULL, 0, NULL, 0);
    if (n == -ERR_NOTTY || n == -ERR_INVAL) {
        n = __handle_stat(__fd_handle(fd), &st);
        if (n >= 0 && (st.mode & MODE_TYPE) != MODE_FILE)
            n = -ERR_NOTTY;
        int64_t at = n < 0 ? n : dyad_handle_control(__fd_handle(fd), HANDLE_SEEK_CUR, 0);
        n = at < 0 ? at : (int64_t)st.size > at ? (int64_t)st.size - at : 0;
    }
    if (n >= 0)
        *out = n > INT_MAX ? INT_MAX : (int)n;
    return n < 0 ? n : 0;
}

static int store_pid(pid_t pid, pid_t *out)
{
    if (pid < 0)
        return -1;
    *out = pid;
    return 0;
}

static int tty_simple(int fd, uint32_t command, uint64_t arg)
{
    int64_t result = __tty_control(fd, command, arg, NULL, 0, NULL, 0);
    return (int)__result(result < 0 ? result : 0);
}

static int pty_number(int fd, int *out)
{
    int64_t number = __tty_control(fd, TTY_PTY_NUMBER, 0, NULL, 0, NULL, 0);
    if (number >= 0)
        *out = (int)number;
    return (int)__result(number < 0 ? number : 0);
}

int ioctl(int fd, unsigned long request, ...)
{
    va_list list;
    va_start(list, request);
    void *arg = va_arg(list, void *);
    va_end(list);
    switch (request) {
    case TCGETS: return tcgetattr(fd, arg);
    case TCSETS: return tcsetattr(fd, TCSANOW, arg);
    case TCSETSW: return tcsetattr(fd, TCSADRAIN, arg);
    case TCSETSF: return tcsetattr(fd, TCSAFLUSH, arg);
    case TCSBRK: return arg ? tcdrain(fd) : tcsendbreak(fd, 0);
    case TCXONC: return tcflow(fd, (int)(long)arg);
    case TCFLSH: return tcflush(fd, (int)(long)arg);
    case TIOCGWINSZ: return tcgetwinsize(fd, arg);
    case TIOCSWINSZ: return tcsetwinsize(fd, arg);
    case TIOCGPGRP: return store_pid(tcgetpgrp(fd), arg);
    case TIOCSPGRP: return tcsetpgrp(fd, *(pid_t *)arg);
    case TIOCGSID: return store_pid(tcgetsid(fd), arg);
    case TIOCSCTTY: return tty_simple(fd, TTY_SET_CONTROLLING, (uint64_t)(long)arg);
    case TIOCNOTTY: return tty_simple(fd, TTY_DROP_CONTROLLING, 0);
    case TIOCGPTN: return pty_number(fd, arg);
    case TIOCSPTLCK: return tty_simple(fd, TTY_PTY_LOCK, *(int *)arg != 0);
    case TIOCPKT: return tty_simple(fd, TTY_PTY_PACKET, *(int *)arg != 0);
    case TIOCSIG: return tty_simple(fd, TTY_PTY_SIGNAL, (uint64_t)(long)arg);
    case FIONREAD: return (int)__result(readable_bytes(fd, arg));
    case FIONBIO: return set_nonblocking(fd, *(int *)arg);
    case FIOCLEX: return fcntl(fd, F_SETFD, FD_CLOEXEC);
    case FIONCLEX: return fcntl(fd, F_SETFD, 0);
    default: return (int)__result(__fd_handle(fd) == HANDLE_NONE ? -ERR_BADF : -ERR_NOTTY);
    }
}
