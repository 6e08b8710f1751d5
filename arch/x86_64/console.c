/*
 * console.c: consoles on a serial port: the terminal on COM1, or all of them over the link (link.h) on COM2. Output waits in
 * rings; the port is filled whenever there is something, and by its interrupt when it was busy.
 */
#include "console.h"

#include "abi/event.h"
#include "driver.h"
#include "fail.h"
#include "irq.h"
#include "link.h"
#include "lock.h"
#include "memory.h"
#include "options.h"
#include "screen.h"
#include "serial.h"
#include "time.h"

#define RING_BYTES    16384u
#define DRAIN_IDLE_US 60000000UL
#define DRAIN_STEP_US 100UL

struct ring {
    uint8_t *bytes;
    uint32_t start, used;
};

static struct {
    struct body_lock lock;
    uint16_t port;
    unsigned irq;
    bool link, tty, present;
    /* Guarded by lock: */
    struct ring in, out[LINK_STREAMS];
    bool blocked[LINK_STREAMS]; /* the guest found the ring without room */
    uint32_t credit[LINK_STREAMS];
    uint32_t error[LINK_STREAMS];
    uint32_t asked;  /* bytes of input on their way */
    bool hello, ask; /* frames to be sent */
    bool ended, resized;
    bool waits; /* for the port: it interrupts when it has room */
    int status; /* -1: not to be sent */
    struct tty_winsize size;
    /* The frame being sent, and the one being received. */
    uint8_t frame[sizeof(struct link_frame) + LINK_PAYLOAD_MAX];
    uint32_t frame_bytes, frame_sent;
    uint8_t got[sizeof(struct link_frame) + LINK_PAYLOAD_MAX];
    uint32_t got_bytes;
} console;

/* ---- rings ---- */

static uint32_t ring_room(const struct ring *ring)
{
    return RING_BYTES - ring->used;
}

static uint32_t ring_put(struct ring *ring, const uint8_t *data, size_t bytes)
{
    uint32_t count = bytes < ring_room(ring) ? (uint32_t)bytes : ring_room(ring);
    uint32_t end = (ring->start + ring->used) % RING_BYTES;
    uint32_t first = count < RING_BYTES - end ? count : RING_BYTES - end;
    memcpy(ring->bytes + end, data, first);
    memcpy(ring->bytes, data + first, count - first);
    ring->used += count;
    return count;
}

static uint32_t ring_take(struct ring *ring, uint8_t *data, size_t bytes)
{
    uint32_t count = bytes < ring->used ? (uint32_t)bytes : ring->used;
    uint32_t first = count < RING_BYTES - ring->start ? count : RING_BYTES - ring->start;
    memcpy(data, ring->bytes + ring->start, first);
    memcpy(data + first, ring->bytes, count - first);
    ring->start = (ring->start + count) % RING_BYTES;
    ring->used -= count;
    return count;
}

/* ---- sending ---- */

static void frame_begin(enum link_kind kind, unsigned stream, uint32_t length)
{
    struct link_frame header = {(uint8_t)kind, (uint8_t)stream, (uint16_t)length};
    memcpy(console.frame, &header, sizeof header);
    console.frame_bytes = (uint32_t)sizeof header + length;
    console.frame_sent = 0;
}

static void frame_number(enum link_kind kind, uint32_t number, uint32_t length)
{
    frame_begin(kind, 0, length);
    memcpy(console.frame + sizeof(struct link_frame), &number, length);
}

static bool frame_output(unsigned stream)
{
    struct ring *ring = &console.out[stream];
    uint32_t most = console.link ? console.credit[stream] : LINK_PAYLOAD_MAX;
    most = most < LINK_PAYLOAD_MAX ? most : LINK_PAYLOAD_MAX;
    if (!ring->used || !most)
        return false;
    uint32_t count = ring_take(ring, console.frame + sizeof(struct link_frame), most);
    frame_begin(LINK_OUTPUT, stream, count);
    console.credit[stream] -= console.link ? count : 0;
    if (!console.link)
        console.frame_sent = sizeof(struct link_frame); /* bytes alone */
    return true;
}

/* The next thing to send; false: nothing, or no credit for it. */
static bool frame_next(void)
{
    if (console.hello) {
        console.hello = false;
        frame_number(LINK_HELLO, LINK_VERSION, 4);
        return true;
    }
    if (console.ask) {
        console.ask = false;
        frame_number(LINK_WANT, console.asked, 4);
        return true;
    }
    if (frame_output(LINK_ERR) || frame_output(LINK_OUT))
        return true;
    if (console.status < 0)
        return false;
    if (console.status == ARCH_HALT_REBOOT)
        frame_begin(LINK_REBOOT, 0, 0);
    else
        frame_number(LINK_STATUS, (uint32_t)console.status, 1);
    console.status = -1;
    return true;
}

static uint32_t stream_bits(unsigned stream)
{
    return stream == LINK_ERR ? 1u << ARCH_DEVICE_CONSOLE2
                              : 1u << ARCH_DEVICE_CONSOLE0 | 1u << ARCH_DEVICE_CONSOLE1;
}

/* Tell a guest that waits for room once half of the ring is free, not for every few bytes. */
static uint32_t room_bits(void)
{
    uint32_t bits = 0;
    for (unsigned stream = 0; stream < LINK_STREAMS; stream++) {
        if (!console.blocked[stream] || ring_room(&console.out[stream]) < RING_BYTES / 2)
            continue;
        console.blocked[stream] = false;
        bits |= stream_bits(stream);
    }
    return bits;
}

/* Fill the port. -> what the guest is to be told. */
static uint32_t pump(void)
{
    bool waits = false;
    while (console.present) {
        if (console.frame_sent == console.frame_bytes && !frame_next())
            break;
        if (!uart_can_send(console.port)) {
            waits = true;
            break;
        }
        for (unsigned i = 0; i < UART_FIFO && console.frame_sent < console.frame_bytes; i++)
            uart_send(console.port, console.frame[console.frame_sent++]);
    }
    if (console.present && waits != console.waits)
        uart_want_room(console.port, waits);
    console.waits = waits;
    return room_bits();
}

/* ---- receiving ---- */

static uint32_t got_number(void)
{
    uint32_t number;
    memcpy(&number, console.got + sizeof(struct link_frame), sizeof number);
    return number;
}

static uint32_t frame_received(const struct link_frame *header)
{
    unsigned stream = header->stream;
    const uint8_t *data = console.got + sizeof *header;
    switch (header->kind) {
    case LINK_INPUT:
        console.asked -= header->length < console.asked ? header->length : console.asked;
        ring_put(&console.in, data, header->length);
        return 1u << ARCH_DEVICE_CONSOLE0;
    case LINK_INPUT_END: console.ended = true; return 1u << ARCH_DEVICE_CONSOLE0;
    case LINK_SIZE:
        if (header->length != sizeof console.size)
            return 0;
        memcpy(&console.size, data, sizeof console.size);
        console.resized = true;
        return 1u << ARCH_DEVICE_CONSOLE_SIZE;
    case LINK_GRANT:
        if (header->length == 4 && stream < LINK_STREAMS)
            console.credit[stream] += got_number();
        return 0;
    case LINK_ERROR:
        if (header->length != 4 || stream >= LINK_STREAMS)
            return 0;
        console.error[stream] = got_number();
        console.out[stream].used = 0;
        return stream_bits(stream);
    default: return 0;
    }
}

static uint32_t link_byte(uint8_t byte)
{
    struct link_frame header;
    console.got[console.got_bytes++] = byte;
    if (console.got_bytes < sizeof header)
        return 0;
    memcpy(&header, console.got, sizeof header);
    if (header.length > LINK_PAYLOAD_MAX) { /* nonsense: start again */
        console.got_bytes = 0;
        return 0;
    }
    if (console.got_bytes < sizeof header + header.length)
        return 0;
    console.got_bytes = 0;
    return frame_received(&header);
}

static uint32_t receive(void)
{
    uint8_t byte;
    uint32_t bits = 0;
    while (uart_receive(console.port, &byte)) {
        if (console.link) {
            bits |= link_byte(byte);
        } else {
            ring_put(&console.in, &byte, 1); /* what nobody reads is lost */
            bits |= 1u << ARCH_DEVICE_CONSOLE0;
        }
    }
    return bits;
}

/* The line's edge counts: leave only when the port has nothing more to say, or there will be no other. */
uint32_t console_interrupt(unsigned irq)
{
    uint32_t bits = 0;
    if (!console.present || irq != console.irq)
        return 0;
    body_lock(&console.lock);
    do
        bits |= receive() | pump();
    while (uart_acknowledge(console.port));
    body_unlock(&console.lock);
    return bits;
}

/* ---- arch.h ---- */

static int64_t read_size(void *buffer, size_t bytes)
{
    if (bytes < sizeof console.size)
        return -ERR_INVAL;
    body_lock(&console.lock);
    console.resized = false;
    memcpy(buffer, &console.size, sizeof console.size);
    body_unlock(&console.lock);
    return sizeof console.size;
}

/* The guest looks for input and there is none: only now more may come. */
static void ask_for_input(void)
{
    if (!console.link || console.asked || console.ended)
        return;
    console.asked = ring_room(&console.in);
    console.ask = true;
    this_core()->devices |= pump();
}

uint16_t console_port(void)
{
    return console.port;
}

int64_t arch_device_read(enum arch_device device, void *buffer, size_t bytes)
{
    if (device > ARCH_DEVICE_LOG)
        return driver_read(device, buffer, bytes);
    if (device == ARCH_DEVICE_CONSOLE_SIZE)
        return read_size(buffer, bytes);
    if (device != ARCH_DEVICE_CONSOLE0)
        return -ERR_BADF;
    body_lock(&console.lock);
    int64_t result = ring_take(&console.in, buffer, bytes);
    if (result == 0 && bytes) {
        if (console.ended)
            result = -ERR_NODATA;
        else
            ask_for_input();
    }
    body_unlock(&console.lock);
    return result;
}

static unsigned stream_of(enum arch_device device)
{
    return device == ARCH_DEVICE_CONSOLE2 ? LINK_ERR : LINK_OUT;
}

int64_t arch_device_write(enum arch_device device, const void *data, size_t bytes)
{
    if (device > ARCH_DEVICE_LOG)
        return driver_write(device, data, bytes);
    if (device == ARCH_DEVICE_LOG) {
        serial_write(data, bytes);
        screen_write(data, bytes);
        return (int64_t)bytes;
    }
    if (device == ARCH_DEVICE_CONSOLE_SIZE)
        return -ERR_BADF;
    unsigned stream = stream_of(device);
    body_lock(&console.lock);
    int64_t result = (int64_t)bytes;
    if (console.error[stream]) {
        if (!console.tty)
            result = -(int64_t)console.error[stream]; /* Dyad's errors have Linux's numbers */
    } else if (console.present) {
        result = ring_put(&console.out[stream], data, bytes);
        console.blocked[stream] |= (size_t)result < bytes;
        this_core()->devices |= pump();
    }
    body_unlock(&console.lock);
    return result;
}

unsigned arch_device_poll(enum arch_device device)
{
    unsigned events = 0;
    if (device > ARCH_DEVICE_LOG)
        return driver_poll(device);
    body_lock(&console.lock);
    if (device == ARCH_DEVICE_CONSOLE_SIZE) {
        events = console.resized ? EVENT_READABLE : 0;
    } else {
        unsigned stream = stream_of(device);
        if (ring_room(&console.out[stream]) || console.error[stream])
            events |= EVENT_WRITABLE;
        else
            console.blocked[stream] = true;
        if (device == ARCH_DEVICE_CONSOLE0) {
            if (console.in.used || console.ended)
                events |= EVENT_READABLE;
            else
                ask_for_input();
        }
    }
    body_unlock(&console.lock);
    return events;
}

/* ---- start and end ---- */

static struct ring ring_new(void)
{
    return (struct ring){.bytes = arch_phys_ptr(boot_pages(RING_BYTES / DYAD_PAGE_SIZE))};
}

void console_init(void)
{
    const char *link = options_find("link");
    if (link && (strlen(link) != 4 || memcmp(link, "com2", 4) != 0))
        fail("link=%s: only com2 is known", link);
    console.link = link;
    console.tty = options_find("tty");
    console.port = link ? COM2 : COM1;
    console.irq = link ? COM2_IRQ : COM1_IRQ;
    console.status = -1;
    console.hello = link;
    console.size = (struct tty_winsize){24, 80, 0, 0};
    console.in = ring_new();
    for (unsigned stream = 0; stream < LINK_STREAMS; stream++)
        console.out[stream] = ring_new();
    if (!irq_route_isa(console.irq))
        fail("ACPI: no I/O APIC has the interrupt of the serial port");
    console.present = uart_setup(console.port, true);
    if (link && !console.present)
        fail("link=com2: there is no such serial port");
    body_lock(&console.lock);
    pump();
    body_unlock(&console.lock);
}

static bool drained(void)
{
    return !console.out[LINK_OUT].used && !console.out[LINK_ERR].used &&
           console.frame_sent == console.frame_bytes;
}

/* By polling, with interrupts off, until nothing moves for a minute. */
static void drain(void)
{
    uint32_t before = UINT32_MAX;
    for (uint64_t idle = 0; idle < DRAIN_IDLE_US && !drained(); idle += DRAIN_STEP_US) {
        uint32_t left = console.out[LINK_OUT].used + console.out[LINK_ERR].used +
                        console.frame_bytes - console.frame_sent;
        idle = left == before ? idle : 0;
        before = left;
        (void)receive();
        (void)pump();
        if (!drained())
            time_wait_us(DRAIN_STEP_US);
    }
}

void console_end(int status)
{
    if (!console.present)
        return;
    body_lock(&console.lock); /* for ever */
    drain();
    if (console.link) {
        console.status = status;
        (void)pump();
        drain();
    }
    uart_flush(console.port);
}
