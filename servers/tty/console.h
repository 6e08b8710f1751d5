/* console.h: what the terminal is shown on and typed at: the kernel's console (hw:console/0), or the screen and keyboard (console:). */
#pragma once
#include "abi/tty.h"
#include "servers/lib/server.h"

struct console {
    struct server *server;
    server_event_fn *event, *size_event;
    void *arg;
    handle_t input, output, size; /* input is output when it is the kernel's */
    uint64_t input_watch, output_watch;
    bool served;                    /* by console: */
    bool watched;                   /* the watches are there */
    bool wants_input, wants_output; /* events that are wanted */
    void (*reopened)(void *arg);    /* another console, of another size perhaps */
};

/* console: when there is such a server, otherwise the kernel's. event is called as console_want says, size_event after a change of size.
 * 0 or -ERR_*; -ERR_NODEV: there is none. */
int console_open(struct console *c);
/* Neither waits: -ERR_AGAIN. read: 0 at the end of the kernel's input. The end of console:'s server leads to another console. */
int64_t console_read(struct console *c, uint8_t *bytes, size_t length);
int64_t console_write(struct console *c, const uint8_t *bytes, size_t length);
void console_want(struct console *c, bool input, bool output);
int console_size(struct console *c, struct tty_winsize *size);
