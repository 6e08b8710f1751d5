/* console.h: the machine's consoles on the host's standard streams, and the host's terminal. */
#pragma once
#include "host.h"

/* console.c: rings between the cores and the host thread. */
struct ring {
    uint8_t *bytes;
    size_t start, used; /* of CONSOLE_RING */
};
#define CONSOLE_RING (1u << 16)

void console_init(bool tty);
/* For the host thread: */
bool console_input_wanted(void); /* read standard input now? */
void console_input(const uint8_t *data,
                   size_t bytes); /* what does not fit is dropped: ask for room first */
size_t console_input_room(void);
void console_input_end(void);
size_t console_output_peek(unsigned stream, uint8_t *data, size_t bytes); /* stream 1 or 2 */
void console_output_done(unsigned stream, size_t bytes);
void console_output_failed(unsigned stream,
                           int error); /* errno: the guest's writes fail with it from now on */
void console_resized(void);
bool console_is_drained(void);
void console_close(void); /* later writes of the guest are dropped */

/* console_host.c: the one thread that reads and writes the host's streams and takes its signals. */
void console_host_start(bool tty);
void console_host_wake(void);
/* In a replay the core itself moves the bytes, and waits for the host's streams: all output of a stream (1, 2) ... */
void console_host_flush(unsigned stream);
/* ... and up to so many bytes of input. 0: it has ended. Less only at its end, or from a terminal. */
size_t console_host_read(uint8_t *data, size_t bytes);
void console_host_drain(void); /* until all output is out, or nothing moves for a minute */

/* terminal.c */
void terminal_start(void);   /* raw mode, and a guardian that restores it should dyad be killed */
void terminal_restore(void); /* any thread, any time, also when not started */
void terminal_suspend(void); /* restore for a while */
void terminal_resume(void);
struct tty_winsize terminal_size(void);
