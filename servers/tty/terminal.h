/*
 * terminal.h: a terminal as programs see it: reads and writes that wait, job control, size, end of input.
 * It puts the line discipline, the server library and the outside (struct terminal_ops) together.
 */
#pragma once
#include "servers/lib/server.h"
#include "servers/tty/ldisc.h"

#define TERMINAL_PENDING_MAX 4096

/* What procd knows about a process group. */
struct terminal_group {
    uint32_t session;
    bool orphaned;
    uint64_t masked; /* signals that the asking process blocks or ignores */
};

/* The outside. Every function returns >= 0 or -ERR_*. */
struct terminal_ops {
    int64_t (*screen_write)(void *context, const uint8_t *bytes,
                            size_t length); /* never waits: -ERR_AGAIN */
    int64_t (*keyboard_read)(void *context, uint8_t *bytes,
                             size_t length); /* the same; 0: the end */
    /* Which of the two should wake us. */
    void (*want)(void *context, bool keyboard, bool screen);
    int (*size_read)(void *context, struct tty_winsize *size);
    int (*group_signal)(void *context, uint32_t pgid, int signo);
    int (*group_info)(void *context, uint32_t pgid, uint32_t pid, struct terminal_group *group);
    bool (*session_alive)(void *context, uint32_t sid);
    /* Tells procd whose controlling terminal this is (sid 0: nobody's any more). */
    void (*session_changed)(void *context, uint32_t sid, uint32_t foreground);
    bool (*session_has_terminal)(void *context, uint32_t sid);
    int (*process_signal)(void *context, uint32_t pid, int signo);
    /* Something may have moved: output for the screen, room for typing. NULL: the two events above are enough. */
    void (*pumped)(void *context);
};

struct terminal {
    struct server *server;
    const struct terminal_ops *ops;
    void *context; /* for ops */
    struct ldisc ldisc;
    struct tty_winsize size;
    uint32_t session;    /* whose controlling terminal this is; 0: nobody's */
    uint32_t foreground; /* process group */
    const char *name;    /* "/dev/console" */
    bool is_pty;         /* what is written counts as shown: nothing waits for the screen */
    bool hung_up;        /* the other end is gone: EIO, and 0 for reads */
    bool input_flushed, output_flushed; /* by TTY_FLUSH, for who looks after it and clears them */
    bool input_ended; /* the keyboard is gone: reads give 0 once the queue is empty */
    bool want_keyboard, want_screen;
    uint64_t last_input_ns;
    uint8_t pending[TERMINAL_PENDING_MAX]; /* typed, but not yet taken by the line discipline */
    size_t pending_length;
    struct server_queue readers, writers, drainers;
    struct server_timer read_timer; /* VTIME of the first reader */
};

/* server is initialised; termios are the defaults. */
void terminal_init(struct terminal *t, struct server *server, const struct terminal_ops *ops,
                   void *context);

/* Events from outside. */
void terminal_keyboard_ready(struct terminal *t);
void terminal_screen_ready(struct terminal *t);
void terminal_size_ready(struct terminal *t);

/* For a terminal without a keyboard that can be read: types bytes -> how many found room. */
size_t terminal_type(struct terminal *t, const uint8_t *bytes, size_t length);
size_t terminal_type_room(const struct terminal *t);
/* The other end is gone for good: ends what waits and takes the terminal from its session (SIGHUP, SIGCONT). */
void terminal_hang_up(struct terminal *t);

/* Handlers of requests on an open file of the terminal. */
void terminal_read(struct terminal *t, struct server_request *request);
void terminal_write(struct terminal *t, struct server_request *request);
void terminal_control(struct terminal *t, struct server_request *request);
/* A read's answer did not arrive: what it carried is typed input again. */
void terminal_undelivered(struct terminal *t, struct server_request *request,
                          const struct reply *reply);

/* Opening makes it the controlling terminal of a session leader that has none, unless FILE_NOCTTY. */
void terminal_opened(struct terminal *t, const struct cred *cred, uint32_t flags);
bool terminal_is_controlling(const struct terminal *t, const struct cred *cred);
uint32_t terminal_ready_level(const struct terminal *t);

/* ---- Among the terminal's own files ---- */

/* job.c: may `cred` use the terminal now? 0; -ERR_INTR: its group was sent signo; -ERR_IO. */
int terminal_check_foreground(struct terminal *t, const struct cred *cred, int signo);
int terminal_set_foreground(struct terminal *t, const struct cred *cred, uint32_t pgid);
int terminal_set_controlling(struct terminal *t, const struct cred *cred);
int terminal_drop_controlling(struct terminal *t, const struct cred *cred);
void terminal_signal_foreground(struct terminal *t, int signo);
void terminal_lose_session(struct terminal *t);
/* terminal.c: after any change: moves output on, serves waiters, tells pollers. */
void terminal_pump(struct terminal *t);
