/* bits/winsize.h: the size of a terminal, for <termios.h> and <sys/ioctl.h>. */
#pragma once

struct winsize {
    unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel;
};
