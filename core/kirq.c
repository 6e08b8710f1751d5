/* kirq.c: the `irq:` scheme: interrupt lines for drivers in user space. */
#include "core/kschemes.h"
#include "core/machine.h"
#include "core/process.h"
#include "core/space.h"

#include "abi/file.h"

struct kirq {
    struct kfile file;
    unsigned line;    /* constant */
    struct lock lock; /* rank LOCK_DEVICE; never together with the table's */
    /* Guarded by lock: */
    bool closed GUARDED_BY(&lock);
    struct list waiters GUARDED_BY(&lock); /* wait.link */
    _Atomic uint64_t count;                /* interrupts that nobody has read; written under lock */
};

enum {
    IRQ_FILE,
    IRQ_BUFFER
}; /* t->op of a read; the file is counted until the step returns a result */

static struct kirq *kirq_of(struct kobject *object)
{
    return CONTAINER_OF(kfile_of(object), struct kirq, file);
}

static struct kirq_table *table_of(struct machine *machine)
{
    return &machine->schemes->irqs;
}

static status_t line_set(unsigned line, bool open)
{
    uint8_t byte = open;
    return arch_device_write((enum arch_device)(ARCH_DEVICE_LINE + line), &byte, 1);
}

void kirq_init(struct kirq_table *table) NO_THREAD_ANALYSIS
{
    lock_init(&table->lock, LOCK_DEVICE);
}

/* ---- interrupts ---- */

static void kirq_wake_locked(struct kirq *irq) REQUIRES(&irq->lock)
{
    struct list *node;
    while ((node = list_pop(&irq->waiters)) != NULL) {
        struct thread *t = LIST_ENTRY(node, struct thread, wait.link);
        if (wait_claim(t))
            wait_resume(t);
    }
}

static void kirq_fire(struct machine *machine, unsigned line)
{
    struct kirq_table *table = table_of(machine);
    lock_acquire(&table->lock);
    struct kirq *irq = table->bound[line];
    if (irq != NULL)
        kobject_get(&irq->file.object); /* what is bound has a handle */
    lock_release(&table->lock);
    if (irq == NULL)
        return; /* its driver has just gone */
    lock_acquire(&irq->lock);
    atomic_fetch_add(&irq->count, 1);
    kirq_wake_locked(irq);
    lock_release(&irq->lock);
    watch_trigger(&irq->file.object, EVENT_READABLE);
    kobject_put(&irq->file.object);
}

void kirq_interrupts(struct machine *machine, uint32_t devices)
{
    for (unsigned line = 0; line < ARCH_LINES; line++)
        if (devices >> (ARCH_DEVICE_LINE + line) & 1)
            kirq_fire(machine, line);
}

/* ---- the file ---- */

static status_t kirq_read_locked(struct thread *t, struct kirq *irq) REQUIRES(&irq->lock)
{
    uint64_t count = atomic_load(&irq->count);
    if (irq->closed)
        return -ERR_BADF;
    if (count != 0) {
        status_t status = user_write(t->space, t->op.words[IRQ_BUFFER], &count, sizeof count);
        if (status < 0)
            return status;
        atomic_store(&irq->count, 0);
        return sizeof count;
    }
    if (atomic_load(&irq->file.flags) & FILE_NONBLOCK)
        return -ERR_AGAIN;
    list_append(&irq->waiters, &t->wait.link);
    status_t status = wait_arm(t, &irq->file.object, &irq->lock, DEADLINE_NEVER);
    if (status != STATUS_PARKED)
        list_remove(&t->wait.link);
    return status;
}

static status_t kirq_read_step(struct thread *t)
{
    struct kirq *irq = t->op.pointers[IRQ_FILE];
    lock_acquire(&irq->lock);
    status_t status = kirq_read_locked(t, irq);
    lock_release(&irq->lock);
    if (status != STATUS_PARKED)
        kobject_put(&irq->file.object);
    return status;
}

static status_t kirq_read(struct thread *t, struct kobject *object, uint64_t buffer, uint64_t bytes,
                          uint64_t offset, unsigned flags)
{
    (void)offset, (void)flags;
    if (bytes < sizeof(uint64_t))
        return -ERR_INVAL;
    kobject_get(object);
    t->op.pointers[IRQ_FILE] = kirq_of(object);
    t->op.words[IRQ_BUFFER] = buffer;
    t->step = kirq_read_step;
    return kirq_read_step(t);
}

/* The driver has seen to its device: the line may interrupt again, unless somebody has closed the file meanwhile. */
static status_t kirq_write(struct thread *t, struct kobject *object, uint64_t buffer,
                           uint64_t bytes, uint64_t offset, unsigned flags)
{
    struct kirq *irq = kirq_of(object);
    struct kirq_table *table = table_of(object->machine);
    uint64_t ignored;
    (void)offset, (void)flags;
    if (bytes != sizeof ignored)
        return -ERR_INVAL;
    status_t status = user_read(t->space, &ignored, buffer, sizeof ignored);
    if (status < 0)
        return status;
    status = -ERR_BADF;
    lock_acquire(&table->lock);
    if (table->bound[irq->line] == irq)
        status = line_set(irq->line, true);
    lock_release(&table->lock);
    return status < 0 ? status : (status_t)sizeof ignored;
}

static unsigned kirq_poll(struct kobject *object)
{
    return atomic_load(&kirq_of(object)->count) != 0 ? EVENT_READABLE : 0;
}

static void kirq_close(struct kobject *object)
{
    struct kirq *irq = kirq_of(object);
    struct kirq_table *table = table_of(object->machine);
    lock_acquire(&table->lock);
    if (table->bound[irq->line] == irq) {
        (void)line_set(irq->line, false); /* it was there when it was opened */
        table->bound[irq->line] = NULL;
    }
    lock_release(&table->lock);
    lock_acquire(&irq->lock);
    irq->closed = true;
    kirq_wake_locked(irq);
    lock_release(&irq->lock);
}

static const struct kobject_ops kirq_ops = {
    .name = "irq",
    .kind = HANDLE_KIND_KERNEL,
    .close = kirq_close,
    .destroy = kfile_destroy,
    .read = kirq_read,
    .write = kirq_write,
    .control = kfile_control,
    .poll = kirq_poll,
};

/* ---- opening ---- */

static bool line_parse(const char *text, size_t bytes, unsigned *line)
{
    *line = 0;
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] < '0' || text[i] > '9' || *line > UINT16_MAX)
            return false;
        *line = *line * 10 + (unsigned)(text[i] - '0');
    }
    return bytes != 0;
}

static status_t kirq_bind(struct kirq *irq)
{
    struct kirq_table *table = table_of(irq->file.object.machine);
    status_t status = -ERR_BUSY;
    lock_acquire(&table->lock);
    if (table->bound[irq->line] == NULL) {
        status = line_set(irq->line, true);
        if (status >= 0)
            table->bound[irq->line] = irq;
    }
    lock_release(&table->lock);
    return status < 0 ? status : 0;
}

static struct kirq *kirq_create(struct thread *t, unsigned line, unsigned flags) NO_THREAD_ANALYSIS
{
    struct kfile *file = kfile_create(t, sizeof(struct kirq), &kirq_ops, MODE_CHAR | 0600, flags);
    if (file == NULL)
        return NULL;
    struct kirq *irq = CONTAINER_OF(file, struct kirq, file);
    irq->line = line;
    lock_init(&irq->lock, LOCK_DEVICE);
    list_init(&irq->waiters);
    return irq;
}

static status_t kirq_open(struct thread *t, const char *rest, size_t bytes, unsigned flags,
                          struct kobject **out, uint32_t *rights)
{
    unsigned line;
    if (!line_parse(rest, bytes, &line))
        return -ERR_NOENT;
    if (line >= ARCH_LINES)
        return -ERR_NODEV;
    struct kirq *irq = kirq_create(t, line, flags);
    if (irq == NULL)
        return -ERR_NOMEM;
    status_t status = kirq_bind(irq);
    if (status < 0) {
        kobject_put(&irq->file.object);
        return status;
    }
    *out = &irq->file.object;
    *rights = kfile_rights(flags, RIGHT_READ | RIGHT_WRITE);
    return 0;
}

const struct kernel_scheme_ops kirq_scheme = {.name = "irq", .open = kirq_open};
