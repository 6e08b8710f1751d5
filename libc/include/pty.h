/* pty.h: pseudo-terminals in one call. */
#pragma once
#include <features.h>
#include <termios.h>
#include <sys/ioctl.h>

__BEGIN_DECLS
int openpty(int *master, int *slave, char *name, const struct termios *settings,
            const struct winsize *size);
int forkpty(int *master, char *name, const struct termios *settings, const struct winsize *size);
int login_tty(int fd);
__END_DECLS
