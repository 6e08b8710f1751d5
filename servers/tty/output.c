/* output.c: the output side of the line discipline: post-processing, the screen column, the output buffer. */
#include <assert.h>
#include <termios.h>

#include "servers/tty/ldisc_private.h"
#include "servers/tty/width.h"

#define TAB_STOP      8u
#define BYTE_ROOM_MAX TAB_STOP /* the most that one written byte can become */

static uint32_t output_used(const struct ldisc *l)
{
    return l->output_tail - l->output_head;
}

static uint32_t output_free(const struct ldisc *l)
{
    return LDISC_OUTPUT_MAX - output_used(l);
}

static void output_push(struct ldisc *l, uint8_t byte)
{
    assert(output_free(l) > 0);
    l->output[l->output_tail++ % LDISC_OUTPUT_MAX] = byte;
}

/* The column after a byte without a meaning of its own. With IUTF8 only lead bytes count; a lead byte of a wide
 * character counts as its lead's plane tells, which is enough for tabs. */
static void advance_column(struct ldisc *l, uint8_t byte)
{
    if (l->termios.c_iflag & IUTF8) {
        if ((byte & 0xc0) == 0x80)
            return;
        if (byte >= 0xf0) {
            l->column += 2;
            return;
        }
    }
    if (byte >= 0x20 && byte != 0x7f)
        l->column++;
}

static void put_newline(struct ldisc *l)
{
    if (l->termios.c_oflag & ONLCR) {
        output_push(l, '\r');
        l->column = 0;
    }
    if (l->termios.c_oflag & ONLRET)
        l->column = 0;
    output_push(l, '\n');
}

static void put_return(struct ldisc *l)
{
    if ((l->termios.c_oflag & ONOCR) && l->column == 0)
        return;
    if (l->termios.c_oflag & OCRNL) {
        if (l->termios.c_oflag & ONLRET)
            l->column = 0;
        output_push(l, '\n');
        return;
    }
    l->column = 0;
    output_push(l, '\r');
}

static void put_tab(struct ldisc *l)
{
    uint32_t spaces = TAB_STOP - l->column % TAB_STOP;

    l->column += spaces;
    if ((l->termios.c_oflag & TABDLY) != XTABS) {
        output_push(l, '\t');
        return;
    }
    while (spaces-- > 0)
        output_push(l, ' ');
}

/* The caller has made sure of BYTE_ROOM_MAX. */
static void put_processed(struct ldisc *l, uint8_t byte)
{
    switch (byte) {
    case '\n': put_newline(l); break;
    case '\r': put_return(l); break;
    case '\t': put_tab(l); break;
    case '\b':
        if (l->column > 0)
            l->column--;
        output_push(l, byte);
        break;
    default:
        if (l->termios.c_oflag & OLCUC && byte >= 'a' && byte <= 'z')
            byte = (uint8_t)(byte - 'a' + 'A');
        advance_column(l, byte);
        output_push(l, byte);
        break;
    }
}

static void put_unprocessed(struct ldisc *l, uint8_t byte)
{
    if (byte == '\r')
        l->column = 0;
    else if (byte == '\b' && l->column > 0)
        l->column--;
    else
        advance_column(l, byte);
    output_push(l, byte);
}

static void put_any(struct ldisc *l, uint8_t byte)
{
    if (l->termios.c_oflag & OPOST)
        put_processed(l, byte);
    else
        put_unprocessed(l, byte);
}

bool ldisc_put(struct ldisc *l, uint8_t byte)
{
    if (output_free(l) < BYTE_ROOM_MAX)
        return false;
    put_any(l, byte);
    return true;
}

void ldisc_put_raw(struct ldisc *l, uint8_t byte)
{
    if (output_free(l) > 0)
        output_push(l, byte);
}

size_t ldisc_output_room(const struct ldisc *l)
{
    uint32_t kept = LDISC_ECHO_RESERVE + BYTE_ROOM_MAX;
    return output_free(l) > kept ? output_free(l) - kept : 0;
}

size_t ldisc_output(struct ldisc *l, const uint8_t *bytes, size_t length)
{
    size_t done = 0;

    while (done < length && ldisc_output_room(l) > 0)
        put_any(l, bytes[done++]);
    return done;
}

bool ldisc_output_empty(const struct ldisc *l)
{
    return output_used(l) == 0;
}

size_t ldisc_screen_peek(const struct ldisc *l, const uint8_t **bytes)
{
    uint32_t start = l->output_head % LDISC_OUTPUT_MAX;
    uint32_t count = output_used(l);

    if (l->stopped)
        return 0;
    if (count > LDISC_OUTPUT_MAX - start)
        count = LDISC_OUTPUT_MAX - start;
    *bytes = l->output + start;
    return count;
}

void ldisc_screen_done(struct ldisc *l, size_t count)
{
    assert(count <= output_used(l));
    l->output_head += (uint32_t)count;
}

void ldisc_flush_output(struct ldisc *l)
{
    l->output_head = l->output_tail;
}
