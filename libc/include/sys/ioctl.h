/* sys/ioctl.h: device control, with Linux's numbers for what the terminal knows. */
#pragma once
#include <features.h>
#include <bits/winsize.h>

#define TCGETS     0x5401
#define TCSETS     0x5402
#define TCSETSW    0x5403
#define TCSETSF    0x5404
#define TCSBRK     0x5409
#define TCXONC     0x540A
#define TCFLSH     0x540B
#define TIOCSCTTY  0x540E
#define TIOCGPGRP  0x540F
#define TIOCSPGRP  0x5410
#define TIOCGWINSZ 0x5413
#define TIOCSWINSZ 0x5414
#define FIONREAD   0x541B
#define TIOCINQ    FIONREAD
#define FIONBIO    0x5421
#define TIOCPKT    0x5420
#define TIOCNOTTY  0x5422
#define TIOCGSID   0x5429
/* The master of a pseudo-terminal. */
#define TIOCGPTN           0x80045430
#define TIOCSPTLCK         0x40045431
#define TIOCSIG            0x40045436
#define TIOCPKT_DATA       0
#define TIOCPKT_FLUSHREAD  1
#define TIOCPKT_FLUSHWRITE 2
#define TIOCPKT_STOP       4
#define TIOCPKT_START      8
#define TIOCPKT_NOSTOP     16
#define TIOCPKT_DOSTOP     32
#define FIONCLEX           0x5450
#define FIOCLEX            0x5451

__BEGIN_DECLS
int ioctl(int __fd, unsigned long __request, ...);
__END_DECLS
