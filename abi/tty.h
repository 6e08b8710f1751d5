/* tty.h: VERB_control commands of the tty scheme, and struct termios as libc and server share it. */
#pragma once
#include <stdint.h>

enum tty_command {
    TTY_GET_TERMIOS = 1, /* out: struct tty_termios */
    TTY_SET_TERMIOS,     /* args[1] 0 now, 1 drain, 2 flush; in: struct tty_termios */
    TTY_GET_WINSIZE,     /* out: struct tty_winsize */
    TTY_SET_WINSIZE,     /* in; SIGWINCH to the foreground group when it changed */
    TTY_GET_PGRP,        /* -> foreground process group */
    TTY_SET_PGRP,        /* args[1] pgid; SIGTTOU rules apply */
    TTY_GET_SID,         /* -> session */
    TTY_SET_CONTROLLING, /* the caller, a session leader without a terminal, takes this one */
    TTY_DROP_CONTROLLING,
    TTY_FLUSH, /* args[1] 0 input, 1 output, 2 both */
    TTY_DRAIN,
    TTY_FLOW, /* args[1] 0 stop output, 1 start output, 2 send STOP, 3 send START */
    TTY_BREAK,
    TTY_NAME,        /* out: name such as "/dev/console" -> bytes */
    TTY_INPUT_COUNT, /* -> bytes readable (FIONREAD) */
    /* The master of a pseudo-terminal (scheme pty:) only; the others reach the terminal behind it, without job control: */
    TTY_PTY_NUMBER, /* -> number: the slave is pty:NUMBER */
    TTY_PTY_LOCK,   /* args[1] 1: the slave cannot be opened (as at first), 0: it can */
    TTY_PTY_PACKET, /* args[1] 1: a read gives a byte TTY_PACKET_* and, after 0, data */
    TTY_PTY_SIGNAL, /* args[1] signal, to the foreground group */
};

#define TTY_PACKET_FLUSHREAD  0x01u
#define TTY_PACKET_FLUSHWRITE 0x02u
#define TTY_PACKET_STOP       0x04u
#define TTY_PACKET_START      0x08u
#define TTY_PACKET_NOSTOP     0x10u
#define TTY_PACKET_DOSTOP     0x20u

#define TTY_NCCS 32
/* Flag bits and c_cc indices have Linux's values; libc's <termios.h> names them. */
struct tty_termios {
    uint32_t c_iflag, c_oflag, c_cflag, c_lflag;
    uint8_t c_line;
    uint8_t c_cc[TTY_NCCS];
    uint8_t reserved[3];
    uint32_t c_ispeed, c_ospeed;
};

struct tty_winsize {
    uint16_t rows, cols, xpixel, ypixel;
};
