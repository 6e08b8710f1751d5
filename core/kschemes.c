/* kschemes.c: the frame of the kernel's own schemes: their files, sources of change, registration. */
#include "core/kschemes.h"

#include "abi/file.h"
#include "core/ipc.h"
#include "core/log.h"
#include "core/machine.h"
#include "core/namespace.h"
#include "core/process.h"
#include "core/space.h"

/* ---- files ---- */

struct kfile *kfile_create(struct thread *t, size_t bytes, const struct kobject_ops *ops,
                           uint32_t mode, unsigned flags)
{
    struct quota *quota = t->process->quota;
    struct kfile *file = quota_alloc(quota, bytes);
    if (file == NULL)
        return NULL;
    kobject_init(&file->object, t->object.machine, ops);
    quota_get(quota);
    file->quota = quota;
    file->bytes = bytes;
    file->mode = mode;
    atomic_init(&file->flags, flags & (FILE_RDWR | FILE_NONBLOCK | FILE_APPEND));
    return file;
}

void kfile_destroy(struct kobject *object)
{
    struct kfile *file = kfile_of(object);
    struct quota *quota = file->quota;
    quota_free(quota, file, file->bytes);
    quota_put(quota);
}

static status_t kfile_seek(struct kfile *file, uint64_t from, uint64_t arg)
{
    int64_t offset;
    if (__builtin_add_overflow((int64_t)from, (int64_t)arg, &offset))
        return -ERR_OVERFLOW;
    if (offset < 0)
        return -ERR_INVAL;
    atomic_store(&file->offset, (uint64_t)offset);
    return offset;
}

status_t kfile_control(struct thread *t, struct kobject *object, unsigned rights, enum handle_op op,
                       uint64_t arg)
{
    struct kfile *file = kfile_of(object);
    (void)t, (void)rights;
    switch (op) {
    case HANDLE_GET_FLAGS: return atomic_load(&file->flags);
    case HANDLE_SET_FLAGS:
        if (arg & FILE_NONBLOCK)
            atomic_fetch_or(&file->flags, FILE_NONBLOCK);
        else
            atomic_fetch_and(&file->flags, ~FILE_NONBLOCK);
        return 0;
    case HANDLE_SEEK_SET:
    case HANDLE_SEEK_CUR:
        if (!(atomic_load(&file->flags) & FILE_SEEKABLE))
            return -ERR_SPIPE;
        return kfile_seek(file, op == HANDLE_SEEK_CUR ? atomic_load(&file->offset) : 0, arg);
    default: return -ERR_INVAL;
    }
}

uint32_t kfile_rights(unsigned flags, uint32_t allowed)
{
    uint32_t rights = RIGHT_CALL | RIGHT_PASS | RIGHT_WATCH;
    if (flags & FILE_READ)
        rights |= RIGHT_READ;
    if (flags & FILE_WRITE)
        rights |= RIGHT_WRITE;
    return rights & (allowed | RIGHT_CALL | RIGHT_PASS | RIGHT_WATCH);
}

bool kfile_position(struct kfile *file, uint64_t *offset)
{
    if (*offset != UINT64_MAX)
        return false;
    *offset = atomic_load(&file->offset);
    return true;
}

/* ---- text ---- */

struct ktext {
    struct kfile file;
    char text[];
};

static status_t ktext_read(struct thread *t, struct kobject *object, uint64_t buffer,
                           uint64_t bytes, uint64_t offset, unsigned flags)
{
    struct kfile *file = kfile_of(object);
    struct ktext *text = CONTAINER_OF(file, struct ktext, file);
    (void)flags;
    bool advances = kfile_position(file, &offset);
    if (offset >= file->size)
        return 0;
    size_t run = bytes < file->size - offset ? bytes : file->size - offset;
    if (run > DYAD_COPY_MAX)
        run = DYAD_COPY_MAX;
    status_t status = user_write(t->space, buffer, text->text + offset, run);
    if (status < 0)
        return status;
    if (advances)
        atomic_store(&file->offset, offset + run);
    return (status_t)run;
}

static const struct kobject_ops ktext_ops = {
    .name = "text",
    .kind = HANDLE_KIND_KERNEL,
    .destroy = kfile_destroy,
    .read = ktext_read,
    .control = kfile_control,
};

status_t ktext_create(struct thread *t, const char *text, size_t bytes, unsigned flags,
                      struct kobject **out, uint32_t *rights)
{
    if (flags & FILE_WRITE)
        return -ERR_ACCES;
    struct kfile *file =
        kfile_create(t, sizeof(struct ktext) + bytes, &ktext_ops, MODE_FILE | 0444, flags);
    if (file == NULL)
        return -ERR_NOMEM;
    atomic_fetch_or(&file->flags, FILE_SEEKABLE);
    file->size = bytes;
    memcpy(CONTAINER_OF(file, struct ktext, file)->text, text, bytes);
    *out = &file->object;
    *rights = kfile_rights(flags, RIGHT_READ);
    return 0;
}

/* ---- sources ---- */

void ksource_init(struct ksource *source) NO_THREAD_ANALYSIS
{
    lock_init(&source->lock, LOCK_DEVICE);
    list_init(&source->files);
    list_init(&source->waiters);
    source->round = 0;
    atomic_init(&source->file_count, 0);
}

void ksource_open(struct ksource *source, struct ksource_file *file)
{
    file->source = source;
    list_init(&file->link);
    lock_acquire(&source->lock);
    file->round = source->round;
    list_append(&source->files, &file->link);
    lock_release(&source->lock);
    atomic_fetch_add(&source->file_count, 1);
}

void ksource_close(struct kobject *object)
{
    struct ksource_file *file = CONTAINER_OF(kfile_of(object), struct ksource_file, file);
    lock_acquire(&file->source->lock);
    list_remove(&file->link);
    lock_release(&file->source->lock);
    atomic_fetch_sub(&file->source->file_count, 1);
}

void ksource_wake_locked(struct ksource *source)
{
    struct list *node;
    while ((node = list_pop(&source->waiters)) != NULL) {
        struct thread *t = LIST_ENTRY(node, struct thread, wait.link);
        if (wait_claim(t))
            wait_resume(t);
    }
}

/* A file that has not been told of this round's change, counted; NULL: none is left. A listed file has a handle. */
static struct ksource_file *ksource_next(struct ksource *source)
{
    struct ksource_file *found = NULL;
    lock_acquire(&source->lock);
    LIST_FOR_EACH(node, &source->files)
    {
        struct ksource_file *file = LIST_ENTRY(node, struct ksource_file, link);
        if (file->round == source->round)
            continue;
        file->round = source->round;
        kobject_get(&file->file.object);
        found = file;
        break;
    }
    lock_release(&source->lock);
    return found;
}

void ksource_changed(struct ksource *source, unsigned levels)
{
    lock_acquire(&source->lock);
    source->round++;
    ksource_wake_locked(source);
    lock_release(&source->lock);
    struct ksource_file *file;
    while ((file = ksource_next(source)) != NULL) {
        watch_trigger(&file->file.object, levels);
        kobject_put(&file->file.object);
    }
}

/* ---- calls ---- */

static void kernel_stat(struct kobject *object, struct dyad_stat *stat)
{
    *stat = (struct dyad_stat){.mode = MODE_FILE | 0600, .nlink = 1, .block_size = DYAD_PAGE_SIZE};
    if (object->ops->kind == HANDLE_KIND_PIPE_READ || object->ops->kind == HANDLE_KIND_PIPE_WRITE) {
        stat->mode = MODE_FIFO | 0600;
    } else if (object->ops->kind == HANDLE_KIND_KERNEL) {
        stat->mode = kfile_of(object)->mode;
        stat->size = kfile_of(object)->size;
    }
}

static status_t kernel_call_stat(struct thread *t, struct kobject *object, uint64_t user)
{
    struct call_args args;
    struct dyad_stat stat;
    status_t status = user_read(t->space, &args, user, sizeof args);
    if (status < 0)
        return status;
    kernel_stat(object, &stat);
    args.out_done = args.out_len < sizeof stat ? args.out_len : sizeof stat;
    args.values[0] = args.values[1] = 0;
    args.received = HANDLE_NONE;
    status = user_write(t->space, (uint64_t)(uintptr_t)args.out, &stat, args.out_done);
    return status < 0 ? status : user_write(t->space, user, &args, sizeof args);
}

status_t kernel_call(struct thread *t, struct kobject *object, uint64_t verb, uint64_t args)
{
    switch (verb) {
    case VERB_stat: return kernel_call_stat(t, object, args);
    case VERB_control: return -ERR_NOTTY;
    default: return -ERR_INVAL;
    }
}

const struct kernel_scheme_ops *kernel_scheme_of(struct kobject *object)
{
    return object->ops->kind == HANDLE_KIND_KERNEL ? kfile_of(object)->scheme : NULL;
}

/* ---- the machine's ---- */

status_t kernel_schemes_init(struct machine *machine)
{
    static const struct kernel_scheme_ops *const all[] = {
        &ksys_scheme, &klog_scheme, &ktime_scheme, &kproc_scheme,
        &khw_scheme,  &kirq_scheme, &kport_scheme, &kmemory_scheme};
    struct kernel_schemes *schemes = heap_alloc(machine, sizeof *schemes);
    if (schemes == NULL)
        return -ERR_NOMEM;
    reaper_init(&schemes->reaper);
    for (unsigned i = 0; i < ARCH_DEVICE_COUNT; i++)
        ksource_init(&schemes->devices[i].source);
    ksource_init(&schemes->log);
    kirq_init(&schemes->irqs);
    machine->schemes = schemes;
    status_t status = 0;
    for (unsigned i = 0; status == 0 && i < ARRAY_COUNT(all); i++)
        status = namespace_add_kernel(machine->names, all[i]);
    return status;
}

void kernel_schemes_fini(struct machine *machine)
{
    while (atomic_load(&machine->schemes->reaper.count) != 0)
        reap_run(machine);
    heap_free(machine, machine->schemes);
    machine->schemes = NULL;
}

void kernel_schemes_irq(struct machine *machine, uint32_t devices)
{
    for (unsigned i = 0; i < ARCH_DEVICE_COUNT; i++) {
        if (devices >> i & 1)
            ksource_changed(&machine->schemes->devices[i].source,
                            arch_device_poll((enum arch_device)i));
    }
    if (devices >> ARCH_DEVICE_LINE != 0)
        kirq_interrupts(machine, devices);
}

void kernel_schemes_log_grown(struct machine *machine)
{
    struct kernel_schemes *schemes = machine->schemes;
    if (atomic_load_explicit(&schemes->log.file_count, memory_order_relaxed) == 0)
        return;
    uint64_t end = log_end(machine);
    if (atomic_exchange(&schemes->log_seen, end) != end)
        ksource_changed(&schemes->log, EVENT_READABLE);
}
