/* pty.h: pseudo-terminals in one call. */
#pragma once
#include <features.h>
#include <termios.h>
#include <sys/ioctl.h>

__BEGIN_DECLS
int openpty(int *__master, int *__slave, char *__name, const struct termios *__settings,
            const struct winsize *__size);
int forkpty(int *__master, char *__name, const struct termios *__settings,
            const struct winsize *__size);
int login_tty(int __fd);
__END_DECLS
