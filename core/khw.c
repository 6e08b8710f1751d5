/* khw.c: the `hw:` scheme: the devices that the body emulates, boot arguments, power. */
#include "core/kschemes.h"
#include "core/machine.h"
#include "core/process.h"
#include "core/space.h"

#include "abi/file.h"

#define CONSOLE_CHUNK 1024u

struct khw_file {
    struct ksource_file source; /* begins with struct kfile */
    enum arch_device device;
};

enum {
    HW_FILE,
    HW_BUFFER,
    HW_BYTES
}; /* t->op; the file is counted until the step returns a result */

static struct khw_file *khw_of(struct kobject *object)
{
    return CONTAINER_OF(object, struct khw_file, source.file.object);
}

static struct kdevice *khw_device(struct khw_file *file)
{
    return &file->source.file.object.machine->schemes->devices[file->device];
}

/* Nothing can be done now. */
static status_t khw_block_locked(struct thread *t, struct khw_file *file, struct ksource *source)
    REQUIRES(&source->lock)
{
    if (atomic_load(&file->source.file.flags) & FILE_NONBLOCK)
        return -ERR_AGAIN;
    list_append(&source->waiters, &t->wait.link);
    status_t status = wait_arm(t, &file->source.file.object, &source->lock, DEADLINE_NEVER);
    if (status != STATUS_PARKED)
        list_remove(&t->wait.link);
    return status;
}

static status_t khw_step_done(struct khw_file *file, status_t status)
{
    if (status != STATUS_PARKED)
        kobject_put(&file->source.file.object);
    return status;
}

static status_t khw_start(struct thread *t, struct kobject *object, uint64_t buffer, uint64_t bytes,
                          status_t (*step)(struct thread *))
{
    if (bytes == 0)
        return 0;
    kobject_get(object);
    t->op.pointers[HW_FILE] = khw_of(object);
    t->op.words[HW_BUFFER] = buffer;
    t->op.words[HW_BYTES] = bytes < DYAD_COPY_MAX ? bytes : DYAD_COPY_MAX;
    t->step = step;
    return step(t);
}

/* ---- console ---- */

/* Input is taken from the device into the buffer and leaves that only when the reader's memory has it. */
static status_t console_read_locked(struct thread *t, struct khw_file *file, struct kdevice *device)
    REQUIRES(&device->source.lock)
{
    uint32_t used = atomic_load(&device->used);
    if (used == 0) {
        int64_t got = arch_device_read(file->device, device->buffer, sizeof device->buffer);
        if (got < 0)
            return got == -ERR_NODATA ? 0 : got;
        if (got == 0)
            return khw_block_locked(t, file, &device->source);
        device->start = 0;
        used = (uint32_t)got;
        atomic_store(&device->used, used);
    }
    uint32_t run = t->op.words[HW_BYTES] < used ? (uint32_t)t->op.words[HW_BYTES] : used;
    status_t status =
        user_write(t->space, t->op.words[HW_BUFFER], device->buffer + device->start, run);
    if (status < 0)
        return status;
    device->start += run;
    atomic_store(&device->used, used - run);
    if (used != run)
        ksource_wake_locked(&device->source);
    return run;
}

static status_t console_read_step(struct thread *t)
{
    struct khw_file *file = t->op.pointers[HW_FILE];
    struct kdevice *device = khw_device(file);
    lock_acquire(&device->source.lock);
    status_t status = console_read_locked(t, file, device);
    lock_release(&device->source.lock);
    return khw_step_done(file, status);
}

static status_t console_read(struct thread *t, struct kobject *object, uint64_t buffer,
                             uint64_t bytes, uint64_t offset, unsigned flags)
{
    (void)offset, (void)flags;
    return khw_start(t, object, buffer, bytes, console_read_step);
}

/* One chunk. -> bytes that the device took, or why none. */
static status_t console_write_chunk(struct thread *t, struct khw_file *file, uint64_t buffer,
                                    uint64_t bytes, bool first)
{
    uint8_t chunk[CONSOLE_CHUNK];
    struct kdevice *device = khw_device(file);
    size_t run = bytes < sizeof chunk ? bytes : sizeof chunk;
    status_t status = user_read(t->space, chunk, buffer, run);
    if (status < 0)
        return status;
    lock_acquire(&device->source.lock);
    status = arch_device_write(file->device, chunk, run);
    if (status == 0 && first)
        status = khw_block_locked(t, file, &device->source);
    lock_release(&device->source.lock);
    return status;
}

/* As much as the device takes; waits only for the first byte. */
static status_t console_write_step(struct thread *t)
{
    struct khw_file *file = t->op.pointers[HW_FILE];
    uint64_t bytes = t->op.words[HW_BYTES];
    uint64_t done = 0;
    status_t status = 0;
    while (done < bytes) {
        status =
            console_write_chunk(t, file, t->op.words[HW_BUFFER] + done, bytes - done, done == 0);
        if (status <= 0)
            break;
        done += (uint64_t)status;
    }
    return khw_step_done(file, done != 0 ? (status_t)done : status);
}

static status_t console_write(struct thread *t, struct kobject *object, uint64_t buffer,
                              uint64_t bytes, uint64_t offset, unsigned flags)
{
    (void)offset, (void)flags;
    return khw_start(t, object, buffer, bytes, console_write_step);
}

static unsigned console_poll(struct kobject *object)
{
    struct khw_file *file = khw_of(object);
    unsigned levels = arch_device_poll(file->device);
    return atomic_load(&khw_device(file)->used) != 0 ? levels | EVENT_READABLE : levels;
}

static const struct kobject_ops console_ops = {
    .name = "console",
    .kind = HANDLE_KIND_KERNEL,
    .close = ksource_close,
    .destroy = kfile_destroy,
    .read = console_read,
    .write = console_write,
    .control = kfile_control,
    .poll = console_poll,
};

/* ---- console/size ---- */

static status_t size_read(struct thread *t, struct kobject *object, uint64_t buffer, uint64_t bytes,
                          uint64_t offset, unsigned flags)
{
    struct tty_winsize size = {0};
    (void)flags;
    if (offset != 0 && offset != UINT64_MAX)
        return 0;
    int64_t got = arch_device_read(khw_of(object)->device, &size, sizeof size);
    if (got < 0)
        return got;
    size_t run = bytes < sizeof size ? bytes : sizeof size;
    status_t status = user_write(t->space, buffer, &size, run);
    return status < 0 ? status : (status_t)run;
}

static unsigned size_poll(struct kobject *object)
{
    return arch_device_poll(khw_of(object)->device);
}

static const struct kobject_ops size_ops = {
    .name = "console size",
    .kind = HANDLE_KIND_KERNEL,
    .close = ksource_close,
    .destroy = kfile_destroy,
    .read = size_read,
    .control = kfile_control,
    .poll = size_poll,
};

/* ---- power, crash ---- */

/* -> what arch_halt is to be told, or -ERR_INVAL. */
static int power_parse(const char *text, size_t bytes)
{
    int status = 0;
    if (bytes == 6 && memcmp(text, "reboot", 6) == 0)
        return ARCH_HALT_REBOOT;
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] < '0' || text[i] > '9' || status > 255)
            return -ERR_INVAL;
        status = status * 10 + (text[i] - '0');
    }
    return status > 255 ? -ERR_INVAL : status;
}

static status_t power_write(struct thread *t, struct kobject *object, uint64_t buffer,
                            uint64_t bytes, uint64_t offset, unsigned flags)
{
    char text[8];
    (void)object, (void)offset, (void)flags;
    if (bytes == 0 || bytes > sizeof text)
        return -ERR_INVAL;
    status_t copied = user_read(t->space, text, buffer, bytes);
    if (copied < 0)
        return copied;
    if (bytes > 1 && text[bytes - 1] == '\n')
        bytes--;
    int end = power_parse(text, bytes);
    if (end < 0)
        return end;
    arch_halt(end);
}

static const struct kobject_ops power_ops = {
    .name = "power",
    .kind = HANDLE_KIND_KERNEL,
    .destroy = kfile_destroy,
    .write = power_write,
    .control = kfile_control,
};

#ifdef DYAD_DEBUG
static status_t crash_write(struct thread *t, struct kobject *object, uint64_t buffer,
                            uint64_t bytes, uint64_t offset, unsigned flags)
{
    char text[5];
    (void)object, (void)offset, (void)flags;
    if (bytes < sizeof text)
        return -ERR_INVAL;
    status_t status = user_read(t->space, text, buffer, sizeof text);
    if (status < 0)
        return status;
    if (memcmp(text, "panic", sizeof text) != 0)
        return -ERR_INVAL;
    arch_panic("hw:crash");
}
#define CRASH_WRITE crash_write
#else
#define CRASH_WRITE NULL
#endif

static const struct kobject_ops crash_ops = {
    .name = "crash",
    .kind = HANDLE_KIND_KERNEL,
    .destroy = kfile_destroy,
    .write = CRASH_WRITE,
    .control = kfile_control,
};

/* ---- the tree ---- */

static const struct kobject_ops directory_ops = {
    .name = "hw",
    .kind = HANDLE_KIND_KERNEL,
    .destroy = kfile_destroy,
    .control = kfile_control,
};

static const struct {
    const char *name;
    const struct kobject_ops *ops;
    uint32_t mode, rights;
    bool device;
    enum arch_device number;
} khw_files[] = {
    {"", &directory_ops, MODE_DIR | 0500, 0, false, 0},
    {"console/0", &console_ops, MODE_CHAR | 0600, RIGHT_READ | RIGHT_WRITE, true,
     ARCH_DEVICE_CONSOLE0},
    {"console/1", &console_ops, MODE_CHAR | 0200, RIGHT_WRITE, true, ARCH_DEVICE_CONSOLE1},
    {"console/2", &console_ops, MODE_CHAR | 0200, RIGHT_WRITE, true, ARCH_DEVICE_CONSOLE2},
    {"console/size", &size_ops, MODE_FILE | 0400, RIGHT_READ, true, ARCH_DEVICE_CONSOLE_SIZE},
    {"power", &power_ops, MODE_FILE | 0200, RIGHT_WRITE, false, 0},
    {"crash", &crash_ops, MODE_FILE | 0200, RIGHT_WRITE, false, 0},
};

static status_t khw_open_file(struct thread *t, unsigned index, unsigned flags,
                              struct kobject **out, uint32_t *rights)
{
    size_t bytes = khw_files[index].device ? sizeof(struct khw_file) : sizeof(struct kfile);
    if ((flags & FILE_WRITE) && !(khw_files[index].rights & RIGHT_WRITE))
        return -ERR_ACCES;
    /* Drivers have names in hw: too, but the machine's end is init's business. */
    if (khw_files[index].ops == &power_ops && t->process != t->object.machine->init)
        return -ERR_PERM;
    struct kfile *file = kfile_create(t, bytes, khw_files[index].ops, khw_files[index].mode, flags);
    if (file == NULL)
        return -ERR_NOMEM;
    file->scheme = khw_files[index].ops == &directory_ops ? &khw_scheme : NULL;
    if (khw_files[index].device) {
        struct khw_file *hw = khw_of(&file->object);
        hw->device = khw_files[index].number;
        ksource_open(&khw_device(hw)->source, &hw->source);
    }
    *out = &file->object;
    *rights = kfile_rights(flags, khw_files[index].rights);
    return 0;
}

static status_t khw_open(struct thread *t, const char *rest, size_t bytes, unsigned flags,
                         struct kobject **out, uint32_t *rights)
{
    const struct boot_info *boot = &t->object.machine->boot;
    if (bytes == 4 && memcmp(rest, "args", 4) == 0)
        return ktext_create(t, boot->args, boot->args_bytes, flags, out, rights);
    if (bytes == 3 && memcmp(rest, "pci", 3) == 0)
        return kpci_open(t, flags, out, rights);
    if (bytes == 6 && memcmp(rest, "screen", 6) == 0)
        return kscreen_open(t, flags, out, rights);
    if (bytes == 13 && memcmp(rest, "screen/memory", 13) == 0)
        return kscreen_open_memory(t, flags, out, rights);
    for (unsigned i = 0; i < ARRAY_COUNT(khw_files); i++) {
        if (strlen(khw_files[i].name) == bytes && memcmp(khw_files[i].name, rest, bytes) == 0)
            return khw_open_file(t, i, flags, out, rights);
    }
    return -ERR_NOENT;
}

const struct kernel_scheme_ops khw_scheme = {.name = "hw", .open = khw_open};
