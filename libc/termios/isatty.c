/* isatty.c: is it a terminal, and which? */
#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "abi/tty.h"
#include "internal/files.h"

int isatty(int fd)
{
    struct termios tio;
    return tcgetattr(fd, &tio) == 0;
}

int ttyname_r(int fd, char *buf, size_t n)
{
    char name[TTY_NAME_MAX];
    int64_t length = __tty_control(fd, TTY_NAME, 0, NULL, 0, name, sizeof name);
    if (length < 0)
        return (int)-length;
    if (length > (int64_t)sizeof name || (size_t)length >= n)
        return ERANGE;
    memcpy(buf, name, (size_t)length);
    buf[length] = 0;
    return 0;
}

char *ttyname(int fd)
{
    static char name[TTY_NAME_MAX];
    int error = ttyname_r(fd, name, sizeof name);
    if (error) {
        errno = error;
        return NULL;
    }
    return name;
}
