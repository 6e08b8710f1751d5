/*
 * ldisc.h: the line discipline of a terminal: what was typed and written goes in, what programs read, what the screen
 * shows and which signals arise come out. Pure: no calls to anything, no clock.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/tty.h"

#define LDISC_LINE_MAX     4096 /* bytes of a canonical line with its delimiter (POSIX MAX_CANON + 1) */
#define LDISC_QUEUE_MAX    16384 /* entries of the input queue; a power of two */
#define LDISC_OUTPUT_MAX   32768 /* bytes of the output buffer; a power of two */
#define LDISC_ECHO_RESERVE 4096  /* of them kept for echo: writers stop before */

/* What ldisc_input found out besides bytes; the caller acts on it and clears it. */
struct ldisc_effects {
    bool interrupt, quit, suspend; /* signals to the foreground group */
};

struct ldisc {
    struct tty_termios termios;

    /* Input that programs may read. An entry is a byte, with QUEUE_* marks where a canonical record ends. */
    uint16_t queue[LDISC_QUEUE_MAX];
    uint32_t queue_head, queue_tail; /* free-running; head: where reading goes on */
    uint32_t records;                /* marked entries in the queue */
    uint32_t eof_marks;              /* entries that hold no byte */

    /* The canonical line being typed. */
    uint8_t line[LDISC_LINE_MAX];
    uint32_t line_length;
    uint32_t line_column; /* screen column where it starts */
    bool literal_next;    /* VLNEXT was typed */

    /* Output, processed, on its way to the screen. */
    uint8_t output[LDISC_OUTPUT_MAX];
    uint32_t output_head, output_tail; /* free-running */
    uint32_t column;                   /* screen column after all of it */
    uint8_t utf8_left;                 /* continuation bytes still to come in the output stream */
    bool stopped;                      /* by VSTOP or TTY_FLOW */
    bool stop_sent;                    /* IXOFF: we asked the other side to stop */

    struct ldisc_effects effects;
};

void ldisc_init(struct ldisc *l);
void ldisc_default_termios(struct tty_termios *termios);

/* Takes typed bytes -> how many; fewer than length only when the input queue is full of unread input. */
size_t ldisc_input(struct ldisc *l, const uint8_t *bytes, size_t length);

/* Takes bytes that a program writes -> how many found room. */
size_t ldisc_output(struct ldisc *l, const uint8_t *bytes, size_t length);

/* Bytes (or, canonical, the current record's bytes) that a read could take now. */
size_t ldisc_readable(const struct ldisc *l);
bool ldisc_has_record(const struct ldisc *l); /* canonical: a read would not block */
/* Moves up to length readable bytes out, canonical: of one record -> bytes; 0 also for an end-of-file mark.
 * *record_ended: an end of record was taken along. */
size_t ldisc_read(struct ldisc *l, uint8_t *out, size_t length, bool *record_ended);
/* Puts back what a read took when its reader is gone. Best effort: a flush or a full queue may lose it. */
void ldisc_unread(struct ldisc *l, const uint8_t *bytes, size_t length, bool record_ended);
/* For polling: a read would give something now. */
bool ldisc_poll_readable(const struct ldisc *l);

/* The output's next contiguous bytes for the screen (none while stopped), and how many of them were shown. */
size_t ldisc_screen_peek(const struct ldisc *l, const uint8_t **bytes);
void ldisc_screen_done(struct ldisc *l, size_t count);
size_t ldisc_output_room(const struct ldisc *l); /* for writers, without the echo's reserve */
bool ldisc_output_empty(const struct ldisc *l);

void ldisc_set_termios(struct ldisc *l, const struct tty_termios *termios);
void ldisc_flush_input(struct ldisc *l);
void ldisc_flush_output(struct ldisc *l);
/* Sends a byte to the screen as it is (TTY_FLOW's STOP and START). */
void ldisc_put_raw(struct ldisc *l, uint8_t byte);
