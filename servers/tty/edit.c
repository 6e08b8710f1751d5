/* edit.c: echo and the editing of the canonical line: erase, word erase, kill, reprint. */
#include <assert.h>
#include <termios.h>

#include "servers/tty/ldisc_private.h"
#include "servers/tty/width.h"

#define TAB_STOP 8u
#define DELETE   0x7f

static bool has_local(const struct ldisc *l, uint32_t flag)
{
    return l->termios.c_lflag & flag;
}

static bool is_control(uint8_t byte)
{
    return byte < 0x20 || byte == DELETE;
}

static void put_all(struct ldisc *l, const char *text)
{
    for (; *text != '\0'; text++)
        (void)ldisc_put(l, (uint8_t)*text); /* Echo without room is lost, as on any terminal. */
}

/* The byte as the line shows it. */
static void put_visible(struct ldisc *l, uint8_t byte)
{
    if (has_local(l, ECHOCTL) && is_control(byte) && byte != '\t') {
        (void)ldisc_put(l, '^');
        (void)ldisc_put(l, byte ^ 0x40);
    } else {
        (void)ldisc_put(l, byte);
    }
}

void ldisc_echo(struct ldisc *l, uint8_t byte)
{
    if (byte == '\n') {
        if (has_local(l, ECHO) || (has_local(l, ECHONL) && has_local(l, ICANON)))
            (void)ldisc_put(l, '\n');
    } else if (has_local(l, ECHO)) {
        if (byte == '\r' && !has_local(l, ECHOCTL))
            (void)ldisc_put(l, '\r');
        else
            put_visible(l, byte);
    }
}

/* Screen column after the first `length` bytes of the line. */
static uint32_t column_after(const struct ldisc *l, uint32_t length)
{
    uint32_t column = l->line_column;

    for (uint32_t i = 0; i < length;) {
        uint32_t character = l->line[i];
        size_t step = 1;
        if (l->termios.c_iflag & IUTF8)
            step = width_decode(l->line + i, length - i, &character);
        if (character == '\t')
            column += TAB_STOP - column % TAB_STOP;
        else if (character < 0x80 && is_control((uint8_t)character))
            column += has_local(l, ECHOCTL) ? 2 : 0;
        else
            column += width_of_character(character);
        i += (uint32_t)step;
    }
    return column;
}

/* Shortens the line and takes the rest off the screen. */
static void truncate_visibly(struct ldisc *l, uint32_t length)
{
    uint32_t before = column_after(l, l->line_length);
    uint32_t after = column_after(l, length);

    for (uint32_t i = after; i < before; i++)
        put_all(l, "\b \b");
    l->line_length = length;
}

static uint32_t previous_character(const struct ldisc *l, uint32_t length)
{
    if (l->termios.c_iflag & IUTF8)
        return (uint32_t)width_last_start(l->line, length);
    return length - 1;
}

static void shorten(struct ldisc *l, uint32_t length, uint8_t typed)
{
    assert(length <= l->line_length);
    if (has_local(l, ECHO) && has_local(l, ECHOE)) {
        truncate_visibly(l, length);
        return;
    }
    l->line_length = length;
    if (has_local(l, ECHO))
        put_visible(l, typed);
}

void ldisc_edit_erase(struct ldisc *l, uint8_t typed)
{
    if (l->line_length > 0)
        shorten(l, previous_character(l, l->line_length), typed);
}

static bool is_word(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || byte == '_' || byte >= 0x80;
}

void ldisc_edit_word_erase(struct ldisc *l, uint8_t typed)
{
    uint32_t length = l->line_length;

    while (length > 0 && !is_word(l->line[length - 1]))
        length--;
    while (length > 0 && is_word(l->line[length - 1]))
        length--;
    if (length < l->line_length)
        shorten(l, length, typed);
}

void ldisc_edit_kill(struct ldisc *l, uint8_t typed)
{
    if (has_local(l, ECHO) && has_local(l, ECHOE) && has_local(l, ECHOK) && has_local(l, ECHOKE)) {
        truncate_visibly(l, 0);
        return;
    }
    l->line_length = 0;
    if (!has_local(l, ECHO))
        return;
    put_visible(l, typed);
    if (has_local(l, ECHOK))
        (void)ldisc_put(l, '\n');
    l->line_column = l->column;
}

void ldisc_edit_reprint(struct ldisc *l, uint8_t typed)
{
    if (!has_local(l, ECHO))
        return;
    put_visible(l, typed);
    (void)ldisc_put(l, '\n');
    l->line_column = l->column;
    for (uint32_t i = 0; i < l->line_length; i++)
        put_visible(l, l->line[i]);
}
