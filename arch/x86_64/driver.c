/* driver.c: the hardware that user-space drivers work with, behind arch_device_*: interrupt lines, I/O ports, the screen. */
#include "driver.h"

#include "abi/event.h"
#include "console.h"
#include "irq.h"
#include "screen.h"
#include "serial.h"
#include "x86.h"

static unsigned number_of(enum arch_device device, enum arch_device first)
{
    return (unsigned)device - (unsigned)first;
}

static bool is_line(enum arch_device device)
{
    return device >= ARCH_DEVICE_LINE && device < ARCH_DEVICE_LINE_END;
}

static bool is_port(enum arch_device device)
{
    return device >= ARCH_DEVICE_PORT && device < ARCH_DEVICE_PORT_END;
}

/* The kernel's own, beside the ports of its console: the old interrupt controllers, which must stay silent, and the log. */
static const struct {
    uint16_t first, count;
} own_ports[] = {{0x20, 2}, {0xa0, 2}, {COM1, 8}};

static bool port_is_own(unsigned port)
{
    unsigned console = console_port();
    for (unsigned i = 0; i < ARRAY_COUNT(own_ports); i++)
        if (port - own_ports[i].first < own_ports[i].count)
            return true;
    return port - console < 8;
}

/* An access must not reach into the kernel's ports either. */
static bool port_allowed(unsigned port, size_t bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        if (port + i > UINT16_MAX || port_is_own(port + i))
            return false;
    return true;
}

static int64_t port_read(uint16_t port, void *buffer, size_t bytes)
{
    uint32_t value;
    if (!port_allowed(port, bytes))
        return -ERR_BUSY;
    switch (bytes) {
    case 0: return 0;
    case 1: value = inb(port); break;
    case 2: value = inw(port); break;
    case 4: value = inl(port); break;
    default: return -ERR_INVAL;
    }
    memcpy(buffer, &value, bytes);
    return (int64_t)bytes;
}

static int64_t port_write(uint16_t port, const void *data, size_t bytes)
{
    uint32_t value = 0;
    if (!port_allowed(port, bytes))
        return -ERR_BUSY;
    if (bytes != 1 && bytes != 2 && bytes != 4)
        return -ERR_INVAL;
    memcpy(&value, data, bytes);
    if (bytes == 1)
        outb(port, (uint8_t)value);
    else if (bytes == 2)
        outw(port, (uint16_t)value);
    else
        outl(port, value);
    return (int64_t)bytes;
}

int64_t driver_read(enum arch_device device, void *buffer, size_t bytes)
{
    if (is_port(device))
        return port_read((uint16_t)number_of(device, ARCH_DEVICE_PORT), buffer, bytes);
    return -ERR_NODEV;
}

int64_t driver_write(enum arch_device device, const void *data, size_t bytes)
{
    if (is_port(device))
        return port_write((uint16_t)number_of(device, ARCH_DEVICE_PORT), data, bytes);
    if (bytes != 1)
        return -ERR_INVAL;
    bool on = *(const uint8_t *)data;
    if (is_line(device))
        return irq_line_set(number_of(device, ARCH_DEVICE_LINE), on);
    if (device != ARCH_DEVICE_SCREEN)
        return -ERR_NODEV;
    screen_hand_over(on);
    return 1;
}

unsigned driver_poll(enum arch_device device)
{
    if (!is_port(device) || port_is_own(number_of(device, ARCH_DEVICE_PORT)))
        return 0;
    return EVENT_READABLE | EVENT_WRITABLE;
}
