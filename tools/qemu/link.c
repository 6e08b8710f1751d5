/* link.c: the other end of arch/x86_64/link.h, between the machine's COM2 and the consoles of arch/hosted/console.c. */
#include "arch/x86_64/link.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "qemu.h"

struct output {
    enum arch_device device;
    uint8_t bytes[LINK_CREDIT]; /* what the machine has sent and the console has not taken */
    size_t used;
    bool failed;
};

static struct {
    int machine, log;
    struct output outputs[LINK_STREAMS];
    uint32_t wanted; /* bytes of input that the machine takes */
    bool ended;      /* it knows that no more comes */
    bool noise;      /* no frame yet, the firmware may be writing */
    int status;      /* -1: still running */
    uint8_t got[1 << 16];
    size_t got_bytes;
} peer = {.outputs = {[LINK_OUT] = {.device = ARCH_DEVICE_CONSOLE1},
                      [LINK_ERR] = {.device = ARCH_DEVICE_CONSOLE2}},
          .status = -1};

static int wake_fd = -1;
static _Atomic uint32_t interrupts; /* bits of enum arch_device from the consoles */

/* Called by the thread on the host's streams. */
void host_interrupt(uint32_t bits)
{
    uint64_t one = 1;
    atomic_fetch_or(&interrupts, bits);
    if (write(wake_fd, &one, sizeof(one)) < 0) {
        /* Only EAGAIN: the counter is full, so we are awake anyway. */
    }
}

_Noreturn void assert_failed(const char *expression, const char *file, int line)
{
    host_fail("%s:%d: assertion failed: %s", file, line, expression);
}

/* At most the credit of both sides is under way, which the socket's buffer holds: this does not block. */
static void send_frame(enum link_kind kind, unsigned stream, const void *data, size_t bytes)
{
    struct {
        struct link_frame header;
        uint8_t payload[LINK_PAYLOAD_MAX];
    } frame = {.header = {(uint8_t)kind, (uint8_t)stream, (uint16_t)bytes}};
    memcpy(frame.payload, data, bytes);
    size_t total = sizeof(frame.header) + bytes;
    if (write(peer.machine, &frame, total) != (ssize_t)total) {
        /* It has ended: reading tells. */
    }
}

static void send_number(enum link_kind kind, unsigned stream, uint32_t number)
{
    send_frame(kind, stream, &number, sizeof(number));
}

static void send_size(void)
{
    struct tty_winsize size;
    if (arch_device_read(ARCH_DEVICE_CONSOLE_SIZE, &size, sizeof(size)) == sizeof(size))
        send_frame(LINK_SIZE, 0, &size, sizeof(size));
}

/* As much as the console takes; for that the machine may send more. */
static void flush(unsigned stream)
{
    struct output *output = &peer.outputs[stream];
    if (!output->used)
        return;
    int64_t taken = arch_device_write(output->device, output->bytes, output->used);
    if (taken < 0) {
        if (!output->failed)
            send_number(LINK_ERROR, stream, (uint32_t)-taken);
        output->failed = true;
        taken = (int64_t)output->used;
    }
    output->used -= (size_t)taken;
    memmove(output->bytes, output->bytes + taken, output->used);
    if (taken)
        send_number(LINK_GRANT, stream, (uint32_t)taken);
}

static void give_input(void)
{
    uint8_t data[LINK_PAYLOAD_MAX];
    while (peer.wanted && !peer.ended) {
        size_t most = peer.wanted < sizeof(data) ? peer.wanted : sizeof(data);
        int64_t n = arch_device_read(ARCH_DEVICE_CONSOLE0, data, most);
        if (n == 0)
            return;
        if (n < 0) {
            peer.ended = true;
            send_frame(LINK_INPUT_END, 0, data, 0);
            return;
        }
        peer.wanted -= (uint32_t)n;
        send_frame(LINK_INPUT, 0, data, (size_t)n);
    }
}

static void hello(uint32_t version)
{
    if (version != LINK_VERSION)
        host_fail("the kernel speaks version %u of the link, we %u: use those of one build",
                  version, LINK_VERSION);
    send_size();
    for (unsigned stream = 0; stream < LINK_STREAMS; stream++)
        send_number(LINK_GRANT, stream, LINK_CREDIT);
}

static uint32_t number_in(const struct link_frame *header, const uint8_t *data)
{
    uint32_t number = 0;
    if (header->length == sizeof(number))
        memcpy(&number, data, sizeof(number));
    return number;
}

static void take_frame(const struct link_frame *header, const uint8_t *data)
{
    switch (header->kind) {
    case LINK_HELLO: hello(number_in(header, data)); break;
    case LINK_WANT:
        peer.wanted = number_in(header, data);
        give_input();
        break;
    case LINK_OUTPUT: {
        struct output *output = &peer.outputs[header->stream % LINK_STREAMS];
        if (header->length > sizeof(output->bytes) - output->used)
            host_fail("the kernel sends more than it may");
        memcpy(output->bytes + output->used, data, header->length);
        output->used += header->length;
        flush(header->stream % LINK_STREAMS);
        break;
    }
    case LINK_STATUS: peer.status = header->length == 1 ? data[0] : HOST_FAILURE; break;
    case LINK_REBOOT: peer.status = ARCH_HALT_REBOOT; break;
    default: host_fail("the kernel sends frames of an unknown kind (%u)", header->kind);
    }
}

/* The firmware writes text to every serial port. The first frame is LINK_HELLO, whose header has NULs, and text has none. -> where
 * frames begin in what was got. */
static size_t skip_noise(void)
{
    static const struct link_frame hello_header = {.kind = LINK_HELLO, .length = 4};
    size_t at = 0;
    while (peer.noise && peer.got_bytes - at >= sizeof(hello_header)) {
        peer.noise = memcmp(peer.got + at, &hello_header, sizeof(hello_header)) != 0;
        at += peer.noise;
    }
    return at;
}

/* false: the machine has ended. */
static bool receive(void)
{
    ssize_t n = read(peer.machine, peer.got + peer.got_bytes, sizeof(peer.got) - peer.got_bytes);
    if (n < 0 && errno == EINTR)
        return true;
    if (n <= 0)
        return false;
    peer.got_bytes += (size_t)n;
    size_t at = skip_noise();
    struct link_frame header;
    while (!peer.noise && peer.got_bytes - at >= sizeof(header)) {
        memcpy(&header, peer.got + at, sizeof(header));
        if (header.length > LINK_PAYLOAD_MAX)
            host_fail("the kernel sends frames that are too long");
        if (peer.got_bytes - at < sizeof(header) + header.length)
            break;
        take_frame(&header, peer.got + at + sizeof(header));
        at += sizeof(header) + header.length;
    }
    peer.got_bytes -= at;
    memmove(peer.got, peer.got + at, peer.got_bytes);
    return true;
}

/* The machine's log goes where the Linux program's goes. false: nothing more. */
static bool take_log(void)
{
    char text[4096];
    ssize_t n = read(peer.log, text, sizeof(text));
    if (n <= 0)
        return false;
    size_t taken = firmware_text(text, (size_t)n);
    host_log_write(text + taken, (size_t)n - taken);
    return true;
}

static void take_interrupts(void)
{
    uint64_t count;
    if (read(wake_fd, &count, sizeof(count)) < 0)
        return;
    uint32_t bits = atomic_exchange(&interrupts, 0);
    if (bits & 1u << ARCH_DEVICE_CONSOLE_SIZE)
        send_size();
    if (bits & 1u << ARCH_DEVICE_CONSOLE0)
        give_input();
    for (unsigned stream = 0; stream < LINK_STREAMS; stream++)
        flush(stream);
}

static void rest_of_log(void)
{
    struct pollfd log = {.fd = peer.log, .events = POLLIN};
    while (poll(&log, 1, 0) > 0 && take_log())
        ;
}

static bool drained(void)
{
    return !peer.outputs[LINK_OUT].used && !peer.outputs[LINK_ERR].used;
}

void link_run(const struct machine_ports *ports, bool noise)
{
    bool log_open = true, machine_open = true;
    peer.machine = ports->link;
    peer.log = ports->log;
    peer.noise = noise;
    while (peer.status < 0 || !drained()) {
        struct pollfd p[3] = {{.fd = machine_open ? peer.machine : -1, .events = POLLIN},
                              {.fd = log_open ? peer.log : -1, .events = POLLIN},
                              {.fd = wake_fd, .events = POLLIN}};
        if (poll(p, 3, -1) < 0)
            continue;
        if (p[1].revents)
            log_open = take_log();
        if (p[2].revents)
            take_interrupts();
        if (p[0].revents)
            machine_open = receive();
        if (!machine_open && peer.status < 0) {
            rest_of_log();
            host_fail("the machine has ended without an exit status");
        }
    }
    rest_of_log();
    arch_halt(peer.status);
}

void link_init(void)
{
    wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_fd < 0)
        host_fail("cannot make an eventfd: %s", strerror(errno));
}
