/* ldisc_private.h: what the files of the line discipline share among themselves. */
#pragma once
#include "servers/tty/ldisc.h"

#define QUEUE_END 0x100u /* a canonical record ends after this byte */
#define QUEUE_EOF 0x200u /* no byte: an end-of-file mark, which ends a record too */

/* Is `byte` the control character at `index` (never when that one is disabled)? */
static inline bool ldisc_is_cc(const struct ldisc *l, unsigned index, uint8_t byte)
{
    return byte == l->termios.c_cc[index] && byte != 0;
}

/* Puts a byte on the screen through output processing; dropped (false) when there is no room. */
bool ldisc_put(struct ldisc *l, uint8_t byte);
/* Adds an entry to the input queue; the caller has checked for room. */
void ldisc_queue_push(struct ldisc *l, uint16_t entry);
uint32_t ldisc_queue_used(const struct ldisc *l);

/* Line editing (edit.c): each takes the whole of one control character's work. */
void ldisc_echo(struct ldisc *l, uint8_t byte);
void ldisc_edit_erase(struct ldisc *l, uint8_t typed);
void ldisc_edit_word_erase(struct ldisc *l, uint8_t typed);
void ldisc_edit_kill(struct ldisc *l, uint8_t typed);
void ldisc_edit_reprint(struct ldisc *l, uint8_t typed);
