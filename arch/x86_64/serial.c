/* serial.c: 16550 serial ports (PC16550D data sheet), 115200 baud, 8 bits, no parity. */
#include "serial.h"

#include "lock.h"
#include "x86.h"

enum { DATA, INTERRUPTS, FIFO, LINE, MODEM, LINE_STATUS, MODEM_STATUS, SCRATCH }; /* registers */
#define INTERRUPT_RECEIVED 0x01
#define INTERRUPT_ROOM     0x02
#define FIFO_SETUP         0xc7 /* on, both cleared, interrupt at 14 bytes */
#define LINE_8N1           0x03
#define LINE_DIVISOR       0x80
#define MODEM_READY        0x0b /* DTR, RTS, OUT2: interrupts reach the controller */
#define STATUS_RECEIVED    0x01
#define STATUS_ROOM        0x20
#define STATUS_EMPTY       0x40
#define PATIENCE           200000 /* polls; a line of 115200 baud needs some 2,000 for a full FIFO */

static struct body_lock log_lock;
static bool log_present, log_for_terminal = true;

bool uart_setup(uint16_t port, bool interrupts)
{
    outb(port + SCRATCH, 0x5a);
    if (inb(port + SCRATCH) != 0x5a)
        return false;
    outb(port + INTERRUPTS, 0);
    outb(port + LINE, LINE_DIVISOR);
    outb(port + DATA, 1);
    outb(port + INTERRUPTS, 0);
    outb(port + LINE, LINE_8N1);
    outb(port + FIFO, FIFO_SETUP);
    outb(port + MODEM, MODEM_READY);
    if (interrupts)
        outb(port + INTERRUPTS, INTERRUPT_RECEIVED);
    return true;
}

bool uart_can_send(uint16_t port)
{
    return inb(port + LINE_STATUS) & STATUS_ROOM;
}

void uart_send(uint16_t port, uint8_t byte)
{
    outb(port + DATA, byte);
}

bool uart_receive(uint16_t port, uint8_t *byte)
{
    if (!(inb(port + LINE_STATUS) & STATUS_RECEIVED))
        return false;
    *byte = inb(port + DATA);
    return true;
}

void uart_want_room(uint16_t port, bool want)
{
    outb(port + INTERRUPTS, INTERRUPT_RECEIVED | (want ? INTERRUPT_ROOM : 0));
}

bool uart_acknowledge(uint16_t port)
{
    return !(inb(port + FIFO) & 1);
}

void uart_flush(uint16_t port)
{
    for (unsigned polls = 0; polls < PATIENCE && !(inb(port + LINE_STATUS) & STATUS_EMPTY); polls++)
        __builtin_ia32_pause();
}

/* ---- the log ---- */

void serial_init(void)
{
    log_present = uart_setup(COM1, false);
}

void serial_for_terminal(bool terminal)
{
    log_for_terminal = terminal;
}

/* false: the line does not move. */
static bool log_byte(uint8_t byte)
{
    for (unsigned polls = 0; !uart_can_send(COM1); polls++)
        if (polls == PATIENCE)
            return false;
    uart_send(COM1, byte);
    return true;
}

void serial_write_now(const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes && log_present; i++) {
        bool ok = text[i] != '\n' || !log_for_terminal || log_byte('\r');
        if (!ok || !log_byte((uint8_t)text[i]))
            return;
    }
}

void serial_write(const char *text, size_t bytes)
{
    body_lock(&log_lock);
    serial_write_now(text, bytes);
    body_unlock(&log_lock);
}
