/* klogfile.c: the `log:` scheme: the kernel's ring log as a file. */
#include "core/kschemes.h"
#include "core/log.h"
#include "core/machine.h"
#include "core/space.h"

#include "abi/file.h"

static status_t klog_read(struct thread *t, struct kobject *object, uint64_t buffer, uint64_t bytes,
                          uint64_t offset, unsigned flags)
{
    char chunk[1024];
    struct kfile *file = kfile_of(object);
    (void)flags;
    bool advances = kfile_position(file, &offset);
    uint64_t done = 0;
    while (done < bytes && done < DYAD_COPY_MAX) {
        size_t most = bytes - done < sizeof chunk ? bytes - done : sizeof chunk;
        size_t run = log_read(object->machine, &offset, chunk, most);
        if (run == 0)
            break;
        status_t status = user_write(t->space, buffer + done, chunk, run);
        if (status < 0)
            return status;
        done += run;
        offset += run;
    }
    if (advances)
        atomic_store(&file->offset, offset);
    return (status_t)done;
}

static unsigned klog_poll(struct kobject *object)
{
    uint64_t offset = atomic_load(&kfile_of(object)->offset);
    return offset < log_end(object->machine) ? EVENT_READABLE : 0;
}

static const struct kobject_ops klog_ops = {
    .name = "log",
    .kind = HANDLE_KIND_KERNEL,
    .close = ksource_close,
    .destroy = kfile_destroy,
    .read = klog_read,
    .control = kfile_control,
    .poll = klog_poll,
};

static status_t klog_open(struct thread *t, const char *rest, size_t bytes, unsigned flags,
                          struct kobject **out, uint32_t *rights)
{
    (void)rest;
    if (bytes != 0)
        return -ERR_NOENT;
    if (flags & FILE_WRITE)
        return -ERR_ACCES;
    struct kfile *file =
        kfile_create(t, sizeof(struct ksource_file), &klog_ops, MODE_FILE | 0444, flags);
    if (file == NULL)
        return -ERR_NOMEM;
    atomic_fetch_or(&file->flags, FILE_SEEKABLE);
    ksource_open(&t->object.machine->schemes->log, CONTAINER_OF(file, struct ksource_file, file));
    *out = &file->object;
    *rights = kfile_rights(flags, RIGHT_READ);
    return 0;
}

const struct kernel_scheme_ops klog_scheme = {.name = "log", .open = klog_open};
