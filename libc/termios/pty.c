/* pty.c: the two ends of a pseudo-terminal: scheme `pty:`. */
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utmp.h>
#include "abi/tty.h"
#include "internal/files.h"

#define NAME_SIZE 24

int posix_openpt(int flags)
{
    if (flags & ~(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK))
        return (int)__result(-ERR_INVAL);
    return open("/scheme/pty/ptmx", flags);
}

/* -> the slave's number, or -ERR_*: -ERR_NOTTY when fd is no master. */
static int64_t number(int fd)
{
    return __tty_control(fd, TTY_PTY_NUMBER, 0, NULL, 0, NULL, 0);
}

static int master_only(int64_t result)
{
    return (int)__result(result == -ERR_NOTTY ? -ERR_INVAL : result < 0 ? result : 0);
}

/* The server gives the slave to whoever opens the master. */
int grantpt(int fd)
{
    return master_only(number(fd));
}

int unlockpt(int fd)
{
    return master_only(__tty_control(fd, TTY_PTY_LOCK, 0, NULL, 0, NULL, 0));
}

int ptsname_r(int fd, char *buf, size_t n)
{
    int64_t slave = number(fd);
    char name[NAME_SIZE];
    if (slave >= 0) {
        int length = snprintf(name, sizeof name, "/dev/pts/%d", (int)slave);
        if ((size_t)length < n) {
            memcpy(buf, name, (size_t)length + 1);
            return 0;
        }
        slave = -ERR_RANGE;
    }
    errno = (int)-slave;
    return errno;
}

char *ptsname(int fd)
{
    static char name[NAME_SIZE];
    return ptsname_r(fd, name, sizeof name) ? NULL : name;
}

int openpty(int *master, int *slave, char *name, const struct termios *settings,
            const struct winsize *size)
{
    char path[NAME_SIZE];
    int first = posix_openpt(O_RDWR | O_NOCTTY), second = -1;
    if (first < 0)
        return -1;
    if (grantpt(first) == 0 && unlockpt(first) == 0 && ptsname_r(first, path, sizeof path) == 0)
        second = open(path, O_RDWR | O_NOCTTY);
    if (second < 0) {
        int error = errno;
        close(first);
        errno = error;
        return -1;
    }
    if (settings)
        tcsetattr(second, TCSANOW, settings);
    if (size)
        tcsetwinsize(second, size);
    if (name)
        strcpy(name, path);
    *master = first;
    *slave = second;
    return 0;
}

int login_tty(int fd)
{
    setsid();
    if (ioctl(fd, TIOCSCTTY, 0) < 0)
        return -1;
    for (int i = 0; i < 3; i++)
        dup2(fd, i);
    if (fd > 2)
        close(fd);
    return 0;
}

int forkpty(int *master, char *name, const struct termios *settings, const struct winsize *size)
{
    int first, second;
    if (openpty(&first, &second, name, settings, size) < 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        close(first);
        if (login_tty(second) < 0)
            _exit(127);
        return 0;
    }
    int error = errno;
    close(second);
    if (pid < 0)
        close(first);
    else
        *master = first;
    errno = error;
    return pid;
}
