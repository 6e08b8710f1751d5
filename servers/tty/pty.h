/*
 * pty.h: pseudo-terminals: a terminal (the slave) whose screen and keyboard are a file of another program (the master).
 * The master reads what the line discipline would show and types what it writes. Pure: outside is struct procd_link.
 */
#pragma once
#include "servers/tty/terminal.h"

#define PTY_MAX 128

struct pty {
    struct terminal terminal; /* the slave; first, so that a file's node is both */
    struct pty_host *host;
    uint32_t number;
    char name[24]; /* "/dev/pts/N" */
    uint32_t mode, uid, gid;
    bool locked;     /* until unlockpt */
    bool was_open;   /* the slave, at least once */
    uint32_t slaves; /* open files of the slave that count for closing */
    bool packet_mode;
    uint8_t packet;            /* TTY_PACKET_* not yet told */
    bool was_stopped, flow_on; /* as last told */
    bool pumping;
    uint32_t holds;                       /* not freed while somebody works on it */
    struct server_file *master;           /* NULL: closed */
    struct server_queue readers, writers; /* at the master */
};

/* What all ptys of a server share. */
struct pty_host {
    struct server *server;
    const struct terminal_ops *ops; /* context: the struct pty */
    void *context;                  /* for those who wrote ops */
    struct pty *ptys[PTY_MAX];
};

/* The terminal's ops that a pty answers itself: to be put into host->ops. */
int64_t pty_screen_write(void *pty, const uint8_t *bytes, size_t length);
int64_t pty_keyboard_read(void *pty, uint8_t *bytes, size_t length);
void pty_want(void *pty, bool keyboard, bool screen);
int pty_size_read(void *pty, struct tty_winsize *size);
void pty_pumped(void *pty);

/* -ERR_NOSPC: all are in use; -ERR_NOMEM. */
int pty_create(struct pty_host *host, const struct cred *owner, struct pty **out);
/* The master or a slave has been closed; frees the pty with the last. */
void pty_master_closed(struct pty *p);
void pty_slave_closed(struct pty *p);
void pty_path_closed(struct pty *p); /* a handle that was open as a path only, counted in holds */
void pty_slave_opened(struct pty *p);

/* Requests on the master. */
void pty_master_read(struct pty *p, struct server_request *request);
void pty_master_write(struct pty *p, struct server_request *request);
void pty_master_control(struct pty *p, struct server_request *request);
uint32_t pty_master_level(const struct pty *p);

/* pty_scheme.c: the verbs of `pty:`; the server's context is the struct pty_host. */
extern const struct server_ops pty_server_ops;
