/* fuzz_ldisc.c: any keys, output and modes; the line discipline must keep its counters and its memory. */
#include <assert.h>
#include <string.h>

#include "servers/tty/ldisc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ldisc l;
static uint8_t buffer[4096];

static void check(void)
{
    assert(l.queue_tail - l.queue_head <= LDISC_QUEUE_MAX);
    assert(l.output_tail - l.output_head <= LDISC_OUTPUT_MAX);
    assert(l.line_length < LDISC_LINE_MAX);
    assert(l.records <= l.queue_tail - l.queue_head && l.eof_marks <= l.records);
}

/* One operation: a byte says which, a byte how much, then its data. */
static size_t step(const uint8_t *data, size_t size)
{
    const uint8_t *shown;
    bool ended;
    size_t length = data[1] < size - 2 ? data[1] : size - 2;
    struct tty_termios t = l.termios;

    switch (data[0] % 6) {
    case 0: (void)ldisc_output(&l, data + 2, length); break;
    case 1: {
        size_t got = ldisc_read(&l, buffer, (size_t)data[1] * 16, &ended);
        if (data[0] & 0x80)
            ldisc_unread(&l, buffer, got, ended);
        return 2;
    }
    case 2:
        memcpy(&t, data + 2, length < sizeof t ? length : sizeof t);
        ldisc_set_termios(&l, &t);
        break;
    case 3: {
        size_t ready = ldisc_screen_peek(&l, &shown);
        if (ready > 0)
            ldisc_screen_done(&l, ready > data[1] ? data[1] : ready);
        return 2;
    }
    default: (void)ldisc_input(&l, data + 2, length); break;
    }
    return length + 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ldisc_init(&l);
    while (size >= 2) {
        size_t used = step(data, size);
        data += used;
        size -= used;
        check();
    }
    return 0;
}
