/* ldisc_fixture.h: a line discipline, what is typed on it and what it shows, for test_ldisc*.c. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#include <cmocka.h>

#include "servers/tty/ldisc.h"

static struct ldisc l;

static inline int setup(void **state)
{
    (void)state;
    ldisc_init(&l);
    return 0;
}

static inline void type(const char *text)
{
    assert_int_equal(ldisc_input(&l, (const uint8_t *)text, strlen(text)), strlen(text));
}

/* What is on its way to the screen, taken. */
static inline const char *screen(void)
{
    static char shown[LDISC_OUTPUT_MAX + 1];
    const uint8_t *bytes;
    size_t total = 0, count;

    while ((count = ldisc_screen_peek(&l, &bytes)) > 0) {
        memcpy(shown + total, bytes, count);
        total += count;
        ldisc_screen_done(&l, count);
    }
    shown[total] = '\0';
    return shown;
}

static inline const char *read_line(size_t room)
{
    static char line[LDISC_QUEUE_MAX + 1];
    bool ended;
    size_t count = ldisc_read(&l, (uint8_t *)line, room, &ended);

    line[count] = '\0';
    return line;
}

static inline void set_flags(uint32_t input, uint32_t output, uint32_t local)
{
    struct tty_termios t = l.termios;
    t.c_iflag = input;
    t.c_oflag = output;
    t.c_lflag = local;
    ldisc_set_termios(&l, &t);
}

static inline void local_off(uint32_t flags)
{
    set_flags(l.termios.c_iflag, l.termios.c_oflag, l.termios.c_lflag & ~flags);
}

static inline void set_cc(unsigned index, uint8_t value)
{
    l.termios.c_cc[index] = value;
}
