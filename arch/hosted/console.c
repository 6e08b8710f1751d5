/* console.c: the emulated consoles: byte rings with backpressure both ways, between cores and the host thread. */
#include "console.h"

#include <pthread.h>
#include <string.h>

#include "abi/event.h"
#include "replay/replay.h"

/* Console 0 is the terminal, or standard input and output; 1 is standard output, 2 standard error. The outputs of 0 and
 * 1 are one stream, so that their order is kept. */
enum { STREAM_IN, STREAM_OUT, STREAM_ERR, STREAMS };

static struct {
    pthread_mutex_t lock;
    /* Guarded by lock: */
    struct ring rings[STREAMS];
    bool ended;            /* no more input will come */
    bool wanted;           /* the guest has looked for input since it was last empty */
    bool blocked[STREAMS]; /* the guest found the output ring without room */
    int error
        [STREAMS]; /* errno of the host's write: output is dropped, and without a terminal refused */
    bool closed;
    bool resized;
    bool tty;
    uint8_t storage[STREAMS][CONSOLE_RING];
} console = {.lock = PTHREAD_MUTEX_INITIALIZER};

static size_t ring_room(const struct ring *ring)
{
    return CONSOLE_RING - ring->used;
}

static size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void ring_put(struct ring *ring, const uint8_t *data, size_t bytes)
{
    size_t end = (ring->start + ring->used) % CONSOLE_RING;
    size_t first = min_size(bytes, CONSOLE_RING - end);
    memcpy(ring->bytes + end, data, first);
    memcpy(ring->bytes, data + first, bytes - first);
    ring->used += bytes;
}

static size_t ring_peek(const struct ring *ring, uint8_t *data, size_t bytes)
{
    bytes = min_size(bytes, ring->used);
    size_t first = min_size(bytes, CONSOLE_RING - ring->start);
    memcpy(data, ring->bytes + ring->start, first);
    memcpy(data + first, ring->bytes, bytes - first);
    return bytes;
}

static void ring_drop(struct ring *ring, size_t bytes)
{
    ring->start = (ring->start + bytes) % CONSOLE_RING;
    ring->used -= bytes;
}

static void lock(void)
{
    pthread_mutex_lock(&console.lock);
}

static void unlock(void)
{
    pthread_mutex_unlock(&console.lock);
}

static uint32_t bit(enum arch_device device)
{
    return 1u << device;
}

void console_init(bool tty)
{
    for (unsigned i = 0; i < STREAMS; i++)
        console.rings[i] = (struct ring){.bytes = console.storage[i]};
    console.tty = tty;
}

/* ---- the guest's side ---- */

static unsigned stream_of(enum arch_device device)
{
    return device == ARCH_DEVICE_CONSOLE2 ? STREAM_ERR : STREAM_OUT;
}

/* Lets the host thread read ahead only once the guest has asked: input meant for a later command is left alone. */
static bool want_input_locked(void)
{
    bool wake = !console.wanted && !console.ended;
    console.wanted = true;
    return wake;
}

static int64_t read_size(void *buffer, size_t bytes)
{
    struct tty_winsize size = REPLAY ? replay_window() : terminal_size();
    if (bytes < sizeof(size))
        return -ERR_INVAL;
    lock();
    console.resized = false;
    unlock();
    memcpy(buffer, &size, sizeof(size));
    return sizeof(size);
}

/* Interrupt lines, ports and screens are hardware, which a Linux program does not have. */
static bool is_hardware(enum arch_device device)
{
    return device > ARCH_DEVICE_LOG;
}

int64_t arch_device_read(enum arch_device device, void *buffer, size_t bytes)
{
    if (is_hardware(device))
        return -ERR_NODEV;
    if (device == ARCH_DEVICE_CONSOLE_SIZE)
        return read_size(buffer, bytes);
    if (device != ARCH_DEVICE_CONSOLE0)
        return -ERR_BADF;
    lock();
    struct ring *ring = &console.rings[STREAM_IN];
    bool was_full = ring_room(ring) == 0;
    size_t n = ring_peek(ring, buffer, bytes);
    ring_drop(ring, n);
    int64_t result = (int64_t)n;
    if (n == 0 && bytes && console.ended)
        result = -ERR_NODATA;
    bool wake = (ring->used == 0 && n == 0 && want_input_locked()) || (was_full && n);
    unlock();
    if (wake)
        console_host_wake();
    return result;
}

int64_t arch_device_write(enum arch_device device, const void *data, size_t bytes)
{
    if (is_hardware(device))
        return -ERR_NODEV;
    if (device == ARCH_DEVICE_LOG) {
        host_log_write(data, bytes);
        return (int64_t)bytes;
    }
    if (device == ARCH_DEVICE_CONSOLE_SIZE)
        return -ERR_BADF;
    unsigned stream = stream_of(device);
    lock();
    struct ring *ring = &console.rings[stream];
    bool drop = console.error[stream] || console.closed;
    int error = console.tty ? 0 : console.error[stream];
    bool was_empty = ring->used == 0;
    size_t n = drop ? bytes : min_size(bytes, ring_room(ring));
    if (!drop)
        ring_put(ring, data, n);
    if (n < bytes)
        console.blocked[stream] = true;
    unlock();
    if (!drop && was_empty && n)
        console_host_wake();
    return error ? -error : (int64_t)n; /* Dyad's errors have Linux's numbers */
}

unsigned arch_device_poll(enum arch_device device)
{
    unsigned events = 0;
    bool wake = false;
    if (is_hardware(device))
        return 0;
    lock();
    if (device == ARCH_DEVICE_CONSOLE_SIZE) {
        events = console.resized ? EVENT_READABLE : 0;
    } else {
        unsigned stream = stream_of(device);
        if (ring_room(&console.rings[stream]) || console.error[stream] || console.closed)
            events |= EVENT_WRITABLE;
        else
            console.blocked[stream] = true;
        if (device == ARCH_DEVICE_CONSOLE0) {
            if (console.rings[STREAM_IN].used || console.ended)
                events |= EVENT_READABLE;
            else
                wake = want_input_locked();
        }
    }
    unlock();
    if (wake)
        console_host_wake();
    return events;
}

/* ---- the host thread's side ---- */

bool console_input_wanted(void)
{
    lock();
    bool wanted =
        !console.ended && (console.tty || (console.wanted && ring_room(&console.rings[STREAM_IN])));
    unlock();
    return wanted;
}

size_t console_input_room(void)
{
    lock();
    size_t room = ring_room(&console.rings[STREAM_IN]);
    unlock();
    return room;
}

void console_input(const uint8_t *data, size_t bytes)
{
    lock();
    struct ring *ring = &console.rings[STREAM_IN];
    ring_put(ring, data, min_size(bytes, ring_room(ring)));
    console.wanted = false;
    unlock();
    host_interrupt(bit(ARCH_DEVICE_CONSOLE0));
}

void console_input_end(void)
{
    lock();
    console.ended = true;
    unlock();
    host_interrupt(bit(ARCH_DEVICE_CONSOLE0));
}

size_t console_output_peek(unsigned stream, uint8_t *data, size_t bytes)
{
    lock();
    size_t n = ring_peek(&console.rings[stream], data, bytes);
    unlock();
    return n;
}

static uint32_t stream_bits(unsigned stream)
{
    return stream == STREAM_ERR ? bit(ARCH_DEVICE_CONSOLE2)
                                : bit(ARCH_DEVICE_CONSOLE0) | bit(ARCH_DEVICE_CONSOLE1);
}

/* Tell a guest that waits for room once half of the ring is free, not for every few bytes. */
void console_output_done(unsigned stream, size_t bytes)
{
    lock();
    struct ring *ring = &console.rings[stream];
    ring_drop(ring, min_size(bytes, ring->used));
    bool tell = console.blocked[stream] && ring_room(ring) >= CONSOLE_RING / 2;
    if (tell)
        console.blocked[stream] = false;
    unlock();
    if (tell)
        host_interrupt(stream_bits(stream));
}

void console_output_failed(unsigned stream, int error)
{
    lock();
    console.error[stream] = error;
    ring_drop(&console.rings[stream], console.rings[stream].used);
    unlock();
    host_interrupt(stream_bits(stream));
}

void console_resized(void)
{
    lock();
    console.resized = true;
    unlock();
    host_interrupt(bit(ARCH_DEVICE_CONSOLE_SIZE));
}

bool console_is_drained(void)
{
    lock();
    bool drained = console.rings[STREAM_OUT].used == 0 && console.rings[STREAM_ERR].used == 0;
    unlock();
    return drained;
}

void console_close(void)
{
    lock();
    console.closed = true;
    unlock();
}
