/* kproc.c: the `proc:` scheme: a handle that lets its holder find processes. */
#include "core/ipc.h"
#include "core/kschemes.h"

#include "abi/file.h"

static const struct kobject_ops kproc_ops = {
    .name = "proc",
    .kind = HANDLE_KIND_KERNEL,
    .destroy = kfile_destroy,
    .control = kfile_control,
};

static status_t kproc_open(struct thread *t, const char *rest, size_t bytes, unsigned flags,
                           struct kobject **out, uint32_t *rights)
{
    (void)rest;
    if (bytes != 0)
        return -ERR_NOENT;
    struct kfile *file = kfile_create(t, sizeof *file, &kproc_ops, MODE_DIR | 0500, flags);
    if (file == NULL)
        return -ERR_NOMEM;
    *out = &file->object;
    *rights = RIGHT_CALL | RIGHT_PASS;
    return 0;
}

const struct kernel_scheme_ops kproc_scheme = {.name = "proc", .open = kproc_open};

bool kernel_scheme_is_proc(struct kobject *object)
{
    return object->ops == &kproc_ops;
}
