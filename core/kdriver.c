/* kdriver.c: what drivers in user space reach their devices by: `port:`, `memory:`, hw:pci and hw:screen. */
#include "core/kschemes.h"
#include "core/log.h"
#include "core/machine.h"
#include "core/memory.h"
#include "core/process.h"
#include "core/space.h"

#include "abi/file.h"
#include "abi/screen.h"

#define PORTS_MAX 4096u /* of one file: looked at one by one when it is opened */

/* "BASE-SIZE", both hexadecimal, at most 16 digits each. */
static bool range_parse(const char *text, size_t bytes, uint64_t *base, uint64_t *size)
{
    uint64_t *number = base;
    unsigned digits = 0;
    *base = *size = 0;
    for (size_t i = 0; i < bytes; i++) {
        unsigned c = (unsigned char)text[i], digit;
        if (c >= '0' && c <= '9')
            digit = c - '0';
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            digit = (c | 0x20) - 'a' + 10;
        else if (c == '-' && number == base && digits != 0) {
            number = size;
            digits = 0;
            continue;
        } else
            return false;
        if (++digits > 16)
            return false;
        *number = *number << 4 | digit;
    }
    return number == size && digits != 0 && *size != 0;
}

/* ---- port: ---- */

struct kport {
    struct kfile file;
    unsigned base, count; /* constant */
};

static enum arch_device port_device(unsigned port)
{
    return (enum arch_device)(ARCH_DEVICE_PORT + port);
}

/* -> the port for an access of that many bytes at that offset. */
static status_t port_check(struct kobject *object, uint64_t bytes, uint64_t offset)
{
    const struct kport *port = CONTAINER_OF(kfile_of(object), struct kport, file);
    if (bytes != 1 && bytes != 2 && bytes != 4)
        return -ERR_INVAL;
    if (offset >= port->count || bytes > port->count - offset)
        return -ERR_RANGE;
    return port->base + (status_t)offset;
}

static status_t port_read(struct thread *t, struct kobject *object, uint64_t buffer, uint64_t bytes,
                          uint64_t offset, unsigned flags)
{
    uint8_t value[4];
    (void)flags;
    status_t port = port_check(object, bytes, offset);
    if (port < 0)
        return port;
    /* Reading may take something from the device: first see that the buffer is there. */
    status_t status = user_read(t->space, value, buffer, bytes);
    if (status == 0)
        status = user_write(t->space, buffer, value, bytes);
    if (status < 0)
        return status;
    int64_t got = arch_device_read(port_device((unsigned)port), value, bytes);
    if (got < 0)
        return got;
    status = user_write(t->space, buffer, value, bytes);
    return status < 0 ? status : (status_t)bytes;
}

static status_t port_write(struct thread *t, struct kobject *object, uint64_t buffer,
                           uint64_t bytes, uint64_t offset, unsigned flags)
{
    uint8_t value[4];
    (void)flags;
    status_t port = port_check(object, bytes, offset);
    if (port < 0)
        return port;
    status_t status = user_read(t->space, value, buffer, bytes);
    return status < 0 ? status : arch_device_write(port_device((unsigned)port), value, bytes);
}

static const struct kobject_ops port_ops = {
    .name = "port",
    .kind = HANDLE_KIND_KERNEL,
    .destroy = kfile_destroy,
    .read = port_read,
    .write = port_write,
    .control = kfile_control,
};

static status_t port_open(struct thread *t, const char *rest, size_t bytes, unsigned flags,
                          struct kobject **out, uint32_t *rights)
{
    uint64_t base, count, end = ARCH_DEVICE_PORT_END - ARCH_DEVICE_PORT;
    if (!range_parse(rest, bytes, &base, &count))
        return -ERR_NOENT;
    if (base >= end || count > end - base || count > PORTS_MAX)
        return -ERR_RANGE;
    uint8_t none;
    if (arch_device_read(port_device((unsigned)base), &none, 0) == -ERR_NODEV)
        return -ERR_NODEV;
    for (unsigned i = 0; i < count; i++)
        if (arch_device_poll(port_device((unsigned)(base + i))) == 0)
            return -ERR_ACCES;
    struct kfile *file = kfile_create(t, sizeof(struct kport), &port_ops, MODE_CHAR | 0600, flags);
    if (file == NULL)
        return -ERR_NOMEM;
    struct kport *port = CONTAINER_OF(file, struct kport, file);
    port->base = (unsigned)base;
    port->count = (unsigned)count;
    *out = &file->object;
    *rights = kfile_rights(flags, RIGHT_READ | RIGHT_WRITE);
    return 0;
}

const struct kernel_scheme_ops kport_scheme = {.name = "port", .open = port_open};

/* ---- memory: ---- */

static bool range_is_device(const struct boot_info *boot, uint64_t base, uint64_t size)
{
    for (uint32_t i = 0; i < boot->device_count; i++) {
        const struct boot_range *range = &boot->devices[i];
        if (base >= range->base && base - range->base < range->size &&
            size <= range->size - (base - range->base))
            return true;
    }
    return false;
}

static status_t device_memory(struct thread *t, uint64_t base, uint64_t size, unsigned device,
                              unsigned flags, struct kobject **out, uint32_t *rights)
{
    struct memory *memory;
    status_t status =
        memory_create_device(t->object.machine, t->process->quota, base, size, device, &memory);
    if (status < 0)
        return status;
    *out = &memory->object;
    *rights = RIGHT_PASS;
    *rights |= flags & FILE_READ ? RIGHT_READ : 0;
    *rights |= flags & FILE_WRITE ? RIGHT_READ | RIGHT_WRITE : 0;
    return 0;
}

static status_t memory_open(struct thread *t, const char *rest, size_t bytes, unsigned flags,
                            struct kobject **out, uint32_t *rights)
{
    const struct boot_info *boot = &t->object.machine->boot;
    uint64_t base, size;
    if (!range_parse(rest, bytes, &base, &size))
        return -ERR_NOENT;
    if (PAGE_OFFSET(base) != 0 || PAGE_OFFSET(size) != 0)
        return -ERR_INVAL;
    if (boot->device_count == 0)
        return -ERR_NODEV;
    if (!range_is_device(boot, base, size))
        return -ERR_ACCES;
    return device_memory(t, base, size, ARCH_PROT_UNCACHED, flags, out, rights);
}

const struct kernel_scheme_ops kmemory_scheme = {.name = "memory", .open = memory_open};

/* ---- hw:pci ---- */

status_t kpci_open(struct thread *t, unsigned flags, struct kobject **out, uint32_t *rights)
{
    const struct boot_info *boot = &t->object.machine->boot;
    char text[ARRAY_COUNT(boot->pci) * 40], none;
    size_t done = 0;
    if (boot->pci_count == 0 && arch_device_read(port_device(0), &none, 0) == -ERR_NODEV)
        return -ERR_NODEV;
    for (uint32_t i = 0; i < boot->pci_count; i++)
        done += format_text(text + done, sizeof text - done, "%04x %02x %02x %lx\n",
                            boot->pci[i].segment, boot->pci[i].first_bus, boot->pci[i].last_bus,
                            (unsigned long)boot->pci[i].base);
    return ktext_create(t, text, done, flags, out, rights);
}

/* ---- hw:screen ---- */

struct kscreen {
    struct kfile file;
    bool taken; /* constant: this one has taken the screen */
};

static uint64_t screen_bytes(const struct boot_screen *screen)
{
    return PAGE_ROUND_UP((uint64_t)screen->stride * screen->height);
}

static void screen_log(bool draws)
{
    uint8_t byte = !draws;
    (void)arch_device_write(ARCH_DEVICE_SCREEN, &byte, 1);
}

static void screen_close(struct kobject *object)
{
    if (!CONTAINER_OF(kfile_of(object), struct kscreen, file)->taken)
        return;
    screen_log(true);
    atomic_store(&object->machine->schemes->screen_taken, false);
}

static status_t screen_read(struct thread *t, struct kobject *object, uint64_t buffer,
                            uint64_t bytes, uint64_t offset, unsigned flags)
{
    const struct boot_screen *screen = &object->machine->boot.screen;
    struct dyad_screen info = {.width = screen->width,
                               .height = screen->height,
                               .stride = screen->stride,
                               .red_shift = screen->red_shift,
                               .green_shift = screen->green_shift,
                               .blue_shift = screen->blue_shift,
                               .bytes = screen_bytes(screen)};
    (void)flags;
    if (offset != 0 && offset != UINT64_MAX)
        return 0;
    size_t run = bytes < sizeof info ? bytes : sizeof info;
    status_t status = user_write(t->space, buffer, &info, run);
    return status < 0 ? status : (status_t)run;
}

static const struct kobject_ops screen_ops = {
    .name = "screen",
    .kind = HANDLE_KIND_KERNEL,
    .close = screen_close,
    .destroy = kfile_destroy,
    .read = screen_read,
    .control = kfile_control,
};

status_t kscreen_open(struct thread *t, unsigned flags, struct kobject **out, uint32_t *rights)
{
    struct machine *machine = t->object.machine;
    if (machine->boot.screen.width == 0)
        return -ERR_NODEV;
    struct kfile *file =
        kfile_create(t, sizeof(struct kscreen), &screen_ops, MODE_FILE | 0600, flags);
    if (file == NULL)
        return -ERR_NOMEM;
    if ((flags & FILE_WRITE) && atomic_exchange(&machine->schemes->screen_taken, true)) {
        kobject_put(&file->object);
        return -ERR_BUSY;
    }
    if (flags & FILE_WRITE) {
        CONTAINER_OF(file, struct kscreen, file)->taken = true;
        screen_log(false);
    }
    *out = &file->object;
    *rights = kfile_rights(flags, RIGHT_READ | RIGHT_WRITE);
    return 0;
}

status_t kscreen_open_memory(struct thread *t, unsigned flags, struct kobject **out,
                             uint32_t *rights)
{
    const struct boot_screen *screen = &t->object.machine->boot.screen;
    if (screen->width == 0)
        return -ERR_NODEV;
    return device_memory(t, screen->base, screen_bytes(screen), ARCH_PROT_COMBINED, flags, out,
                         rights);
}
