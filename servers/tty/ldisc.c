/* ldisc.c: the input side of the line discipline: signals, flow control, canonical lines, the input queue. */
#include "servers/tty/ldisc.h"

#include <assert.h>
#include <string.h>
#include <termios.h>

#include "servers/tty/ldisc_private.h"

#define BELL       '\a'
#define XOFF_LEVEL (LDISC_QUEUE_MAX / 2) /* well before the intake ends */
#define XON_LEVEL  (LDISC_QUEUE_MAX / 8)

void ldisc_default_termios(struct tty_termios *t)
{
    static const uint8_t cc[TTY_NCCS] = {
        [VINTR] = 3,     [VQUIT] = 28,    [VERASE] = 0x7f, [VKILL] = 21,  [VEOF] = 4,
        [VTIME] = 0,     [VMIN] = 1,      [VSTART] = 17,   [VSTOP] = 19,  [VSUSP] = 26,
        [VREPRINT] = 18, [VDISCARD] = 15, [VWERASE] = 23,  [VLNEXT] = 22,
    };

    memset(t, 0, sizeof *t);
    t->c_iflag = ICRNL | IXON | IMAXBEL | IUTF8;
    t->c_oflag = OPOST | ONLCR;
    t->c_cflag = B38400 | CS8 | CREAD | HUPCL | CLOCAL;
    t->c_lflag = ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE;
    memcpy(t->c_cc, cc, sizeof cc);
    t->c_ispeed = t->c_ospeed = 38400;
}

void ldisc_init(struct ldisc *l)
{
    memset(l, 0, sizeof *l);
    ldisc_default_termios(&l->termios);
}

static bool has_input(const struct ldisc *l, uint32_t flag)
{
    return l->termios.c_iflag & flag;
}

static bool has_local(const struct ldisc *l, uint32_t flag)
{
    return l->termios.c_lflag & flag;
}

uint32_t ldisc_queue_used(const struct ldisc *l)
{
    return l->queue_tail - l->queue_head;
}

static uint32_t queue_free(const struct ldisc *l)
{
    return LDISC_QUEUE_MAX - ldisc_queue_used(l);
}

void ldisc_queue_push(struct ldisc *l, uint16_t entry)
{
    assert(queue_free(l) > 0);
    l->queue[l->queue_tail++ % LDISC_QUEUE_MAX] = entry;
    if (entry & (QUEUE_END | QUEUE_EOF))
        l->records++;
    if (entry & QUEUE_EOF)
        l->eof_marks++;
}

/* Makes the typed line readable; the room was there before its last byte was taken. */
static void line_push(struct ldisc *l, uint16_t last_mark)
{
    for (uint32_t i = 0; i < l->line_length; i++) {
        bool last = i + 1 == l->line_length;
        ldisc_queue_push(l, l->line[i] | (last ? last_mark : 0));
    }
    l->line_length = 0;
}

static void bell(struct ldisc *l)
{
    if (has_input(l, IMAXBEL))
        ldisc_put_raw(l, BELL);
}

/* ---- Signals and flow control -------------------------------------------------------------------------------- */

static bool take_signal(struct ldisc *l, uint8_t byte)
{
    bool *signal = NULL;

    if (!has_local(l, ISIG))
        return false;
    if (ldisc_is_cc(l, VINTR, byte))
        signal = &l->effects.interrupt;
    else if (ldisc_is_cc(l, VQUIT, byte))
        signal = &l->effects.quit;
    else if (ldisc_is_cc(l, VSUSP, byte))
        signal = &l->effects.suspend;
    if (!signal)
        return false;
    *signal = true;
    if (!has_local(l, NOFLSH)) {
        ldisc_flush_input(l);
        ldisc_flush_output(l);
    }
    if (has_input(l, IXON))
        l->stopped = false;
    ldisc_echo(l, byte);
    return true;
}

static bool take_flow(struct ldisc *l, uint8_t byte)
{
    if (!has_input(l, IXON))
        return false;
    if (ldisc_is_cc(l, VSTART, byte)) {
        l->stopped = false;
        return true;
    }
    if (ldisc_is_cc(l, VSTOP, byte)) {
        l->stopped = true;
        return true;
    }
    if (l->stopped && has_input(l, IXANY))
        l->stopped = false; /* The byte itself is input. */
    return false;
}

/* IXOFF: asks the sender to pause before the queue is full. */
static void update_send_flow(struct ldisc *l)
{
    uint32_t used = ldisc_queue_used(l) + l->line_length;

    if (!l->stop_sent && has_input(l, IXOFF) && used >= XOFF_LEVEL && l->termios.c_cc[VSTOP] != 0) {
        ldisc_put_raw(l, l->termios.c_cc[VSTOP]);
        l->stop_sent = true;
    } else if (l->stop_sent && (used <= XON_LEVEL || !has_input(l, IXOFF))) {
        ldisc_put_raw(l, l->termios.c_cc[VSTART]);
        l->stop_sent = false;
    }
}

/* ---- One byte of input --------------------------------------------------------------------------------------- */

static void line_append(struct ldisc *l, uint8_t byte)
{
    /* One place stays for the delimiter, so that a full line can still be ended. */
    if (l->line_length >= LDISC_LINE_MAX - 1) {
        bell(l);
        return;
    }
    if (l->line_length == 0)
        l->line_column = l->column;
    l->line[l->line_length++] = byte;
    ldisc_echo(l, byte);
}

static void line_end(struct ldisc *l, uint8_t byte)
{
    ldisc_echo(l, byte);
    l->line[l->line_length++] = byte;
    line_push(l, QUEUE_END);
}

static void line_eof(struct ldisc *l)
{
    /* An end of file after text ends the record without a byte; alone it is an empty record. */
    if (l->line_length > 0)
        line_push(l, QUEUE_END);
    else
        ldisc_queue_push(l, QUEUE_EOF);
}

static bool take_extended_edit(struct ldisc *l, uint8_t byte)
{
    if (!has_local(l, IEXTEN))
        return false;
    if (ldisc_is_cc(l, VWERASE, byte)) {
        ldisc_edit_word_erase(l, byte);
    } else if (ldisc_is_cc(l, VREPRINT, byte)) {
        ldisc_edit_reprint(l, byte);
    } else if (ldisc_is_cc(l, VLNEXT, byte)) {
        l->literal_next = true;
        if (has_local(l, ECHO) && has_local(l, ECHOCTL)) {
            (void)ldisc_put(l, '^');
            (void)ldisc_put(l, '\b');
        }
    } else {
        return false;
    }
    return true;
}

static void take_canonical(struct ldisc *l, uint8_t byte)
{
    if (ldisc_is_cc(l, VERASE, byte))
        ldisc_edit_erase(l, byte);
    else if (ldisc_is_cc(l, VKILL, byte))
        ldisc_edit_kill(l, byte);
    else if (ldisc_is_cc(l, VEOF, byte))
        line_eof(l);
    else if (byte == '\n' || ldisc_is_cc(l, VEOL, byte) ||
             (has_local(l, IEXTEN) && ldisc_is_cc(l, VEOL2, byte)))
        line_end(l, byte);
    else if (!take_extended_edit(l, byte))
        line_append(l, byte);
}

static void take_plain(struct ldisc *l, uint8_t byte)
{
    if (has_local(l, ICANON)) {
        line_append(l, byte);
        return;
    }
    ldisc_queue_push(l, byte);
    ldisc_echo(l, byte);
}

/* Input translation -> false when the byte is dropped. */
static bool translate(const struct ldisc *l, uint8_t *byte)
{
    if (has_input(l, ISTRIP))
        *byte &= 0x7f;
    if (*byte == '\r') {
        if (has_input(l, IGNCR))
            return false;
        if (has_input(l, ICRNL))
            *byte = '\n';
    } else if (*byte == '\n' && has_input(l, INLCR)) {
        *byte = '\r';
    }
    if (has_input(l, IUCLC) && has_local(l, IEXTEN) && *byte >= 'A' && *byte <= 'Z')
        *byte = (uint8_t)(*byte - 'A' + 'a');
    return true;
}

static void take_byte(struct ldisc *l, uint8_t byte)
{
    if (l->literal_next) {
        l->literal_next = false;
        take_plain(l, has_input(l, ISTRIP) ? byte & 0x7f : byte);
        return;
    }
    if (!translate(l, &byte) || take_flow(l, byte) || take_signal(l, byte))
        return;
    if (has_local(l, ICANON))
        take_canonical(l, byte);
    else
        take_plain(l, byte);
}

/* A byte is taken only while a whole line still fits behind what waits in the queue. */
static bool has_room(const struct ldisc *l)
{
    return queue_free(l) > LDISC_LINE_MAX;
}

size_t ldisc_input(struct ldisc *l, const uint8_t *bytes, size_t length)
{
    size_t done = 0;

    while (done < length && has_room(l))
        take_byte(l, bytes[done++]);
    update_send_flow(l);
    return done;
}

/* ---- Reading ------------------------------------------------------------------------------------------------- */

bool ldisc_has_record(const struct ldisc *l)
{
    return l->records > 0;
}

size_t ldisc_readable(const struct ldisc *l)
{
    if (!has_local(l, ICANON))
        return ldisc_queue_used(l) - l->eof_marks;
    if (l->records == 0)
        return 0;
    size_t count = 0;
    for (uint32_t i = l->queue_head; i != l->queue_tail; i++) {
        uint16_t entry = l->queue[i % LDISC_QUEUE_MAX];
        if (!(entry & QUEUE_EOF))
            count++;
        if (entry & (QUEUE_END | QUEUE_EOF))
            break;
    }
    return count;
}

static uint16_t queue_pop(struct ldisc *l)
{
    uint16_t entry = l->queue[l->queue_head++ % LDISC_QUEUE_MAX];

    if (entry & (QUEUE_END | QUEUE_EOF))
        l->records--;
    if (entry & QUEUE_EOF)
        l->eof_marks--;
    return entry;
}

size_t ldisc_read(struct ldisc *l, uint8_t *out, size_t length, bool *record_ended)
{
    bool canonical = has_local(l, ICANON);
    size_t count = 0;

    *record_ended = false;
    if (canonical && l->records == 0)
        return 0;
    while (count < length && l->queue_head != l->queue_tail && !*record_ended) {
        uint16_t entry = queue_pop(l);
        if (!(entry & QUEUE_EOF))
            out[count++] = (uint8_t)entry;
        *record_ended = canonical && (entry & (QUEUE_END | QUEUE_EOF));
    }
    update_send_flow(l);
    return count;
}

static void queue_push_front(struct ldisc *l, uint16_t entry)
{
    l->queue[--l->queue_head % LDISC_QUEUE_MAX] = entry;
    if (entry & (QUEUE_END | QUEUE_EOF))
        l->records++;
    if (entry & QUEUE_EOF)
        l->eof_marks++;
}

void ldisc_unread(struct ldisc *l, const uint8_t *bytes, size_t length, bool record_ended)
{
    if (length + l->line_length + 1 > queue_free(l))
        return;
    if (length == 0 && record_ended)
        queue_push_front(l, QUEUE_EOF);
    for (size_t i = length; i-- > 0;)
        queue_push_front(l, bytes[i] | (record_ended && i + 1 == length ? QUEUE_END : 0));
}

bool ldisc_poll_readable(const struct ldisc *l)
{
    if (has_local(l, ICANON))
        return l->records > 0;
    uint32_t wanted =
        l->termios.c_cc[VTIME] == 0 && l->termios.c_cc[VMIN] > 0 ? l->termios.c_cc[VMIN] : 1;
    return ldisc_queue_used(l) - l->eof_marks >= wanted;
}

void ldisc_flush_input(struct ldisc *l)
{
    l->queue_head = l->queue_tail;
    l->records = 0;
    l->eof_marks = 0;
    l->line_length = 0;
    l->literal_next = false;
    update_send_flow(l);
}

/* ---- Changing modes ------------------------------------------------------------------------------------------ */

void ldisc_set_termios(struct ldisc *l, const struct tty_termios *termios)
{
    bool was_canonical = has_local(l, ICANON);

    l->termios = *termios;
    bool canonical = has_local(l, ICANON);
    if (was_canonical && !canonical) {
        line_push(l, 0);
        l->literal_next = false;
    } else if (!was_canonical && canonical && l->queue_head != l->queue_tail) {
        /* What was typed before is a record of its own. */
        uint16_t *last = &l->queue[(l->queue_tail - 1) % LDISC_QUEUE_MAX];
        if (!(*last & (QUEUE_END | QUEUE_EOF))) {
            *last |= QUEUE_END;
            l->records++;
        }
    }
    if (!has_input(l, IXON))
        l->stopped = false;
    update_send_flow(l);
}
