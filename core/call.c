/* call.c: the client's side of the system calls open, read, write and call: arguments into a request. */
#include "core/kschemes.h"
#include "core/namespace.h"
#include "core/process.h"
#include "core/request.h"
#include "core/space.h"

#define OPEN_FLAGS                                                                  \
    (FILE_RDWR | FILE_CREATE | FILE_EXCL | FILE_NOCTTY | FILE_TRUNC | FILE_APPEND | \
     FILE_NONBLOCK | FILE_SYNC | FILE_DIRECTORY | FILE_NOFOLLOW | FILE_EXEC | FILE_PATH)

status_t file_read(struct thread *t, struct kobject *object, uint64_t buffer, uint64_t bytes,
                   uint64_t offset, unsigned flags);
status_t file_write(struct thread *t, struct kobject *object, uint64_t buffer, uint64_t bytes,
                    uint64_t offset, unsigned flags);

/* ---- filling a request ---- */

static void request_fill(struct request_slot *slot, enum request_kind kind, unsigned verb,
                         struct kobject *target)
{
    struct file *file = target->ops->kind == HANDLE_KIND_FILE ? file_of(target) : NULL;
    slot->kind = kind;
    slot->file = file;
    slot->own_offset = false;
    slot->in = slot->out = 0;
    slot->message.verb = (uint16_t)verb;
    slot->message.file = file != NULL ? file->id : 0;
    slot->message.file_flags =
        file != NULL ? atomic_load_explicit(&file->flags, memory_order_relaxed) : 0;
    slot->message.in_len = slot->message.out_len = 0;
    memset(slot->message.args, 0, sizeof slot->message.args);
}

static void request_take_cred(struct request_slot *slot)
{
    struct process *process = slot->client->process;
    lock_acquire(&process->lock);
    slot->message.cred = process->cred;
    lock_release(&process->lock);
}

/* Submit; what did not get under way is given back. */
static status_t request_send(struct request_slot *slot, struct kobject *target, uint64_t deadline)
{
    status_t status = request_submit(slot, target, deadline);
    if (status != STATUS_PARKED)
        request_release(slot);
    return status;
}

/* ---- read and write ---- */

static status_t file_position(struct request_slot *slot, struct file *file, uint64_t offset)
{
    bool seekable = slot->message.file_flags & FILE_SEEKABLE;
    if (offset != UINT64_MAX) {
        if (!seekable)
            return -ERR_SPIPE;
        if (offset > INT64_MAX)
            return -ERR_INVAL;
        slot->message.args[0] = offset;
        return 0;
    }
    slot->own_offset = seekable;
    if (!seekable)
        slot->message.args[0] = UINT64_MAX;
    else if (slot->kind == REQUEST_WRITE && !(slot->message.file_flags & FILE_APPEND))
        slot->message.args[0] = atomic_fetch_add(&file->offset, slot->message.in_len);
    else
        slot->message.args[0] = atomic_load(&file->offset);
    return 0;
}

static status_t file_transfer(struct thread *t, struct kobject *object, enum request_kind kind,
                              uint64_t buffer, uint64_t bytes, uint64_t offset)
{
    struct request_slot *slot = request_slot_of(t);
    if (slot == NULL)
        return -ERR_NOMEM;
    request_fill(slot, kind, kind == REQUEST_READ ? VERB_read : VERB_write, object);
    request_take_cred(slot);
    uint32_t length = bytes < DYAD_COPY_MAX ? (uint32_t)bytes : DYAD_COPY_MAX;
    if (kind == REQUEST_READ) {
        slot->out = buffer;
        slot->message.out_len = length;
    } else {
        slot->in = buffer;
        slot->message.in_len = length;
    }
    status_t status = file_position(slot, file_of(object), offset);
    if (status < 0)
        return status;
    return request_send(slot, object, DEADLINE_NEVER);
}

status_t file_read(struct thread *t, struct kobject *object, uint64_t buffer, uint64_t bytes,
                   uint64_t offset, unsigned flags)
{
    (void)flags;
    return file_transfer(t, object, REQUEST_READ, buffer, bytes, offset);
}

status_t file_write(struct thread *t, struct kobject *object, uint64_t buffer, uint64_t bytes,
                    uint64_t offset, unsigned flags)
{
    (void)flags;
    return file_transfer(t, object, REQUEST_WRITE, buffer, bytes, offset);
}

/* ---- call ---- */

/* rename and link name a second directory: its id goes into the message, of this scheme's files only. */
static status_t call_take_directory(struct request_slot *slot, handle_t h)
{
    if (h == HANDLE_NONE) {
        slot->message.args[1] = slot->message.file;
        return 0;
    }
    struct kobject *object;
    status_t status = handle_lookup(slot->client->process, h, 0, RIGHT_CALL, &object, NULL);
    if (status < 0)
        return status;
    if (object->ops->kind != HANDLE_KIND_FILE || slot->file == NULL ||
        file_of(object)->scheme != slot->file->scheme) {
        kobject_put(object);
        return -ERR_XDEV;
    }
    slot->other = file_of(object);
    slot->message.args[1] = slot->other->id;
    return 0;
}

static status_t call_take_handle(struct request_slot *slot, unsigned verb, handle_t h)
{
    if (verb == VERB_renameat || verb == VERB_linkat)
        return call_take_directory(slot, h);
    if (h == HANDLE_NONE)
        return 0;
    return handle_ref_take(slot->client->process, h, false, &slot->send);
}

static status_t call_check(uint64_t verb, const struct call_args *args)
{
    /* open to write have system calls of their own, whose replies mean something to the kernel. */
    if (verb <= VERB_write || verb > UINT16_MAX || args->reserved != 0)
        return -ERR_INVAL;
    return 0;
}

static status_t call_object(struct thread *t, struct kobject *target, uint64_t verb, uint64_t user)
{
    struct call_args args;
    status_t status = user_read(t->space, &args, user, sizeof args);
    if (status == 0)
        status = call_check(verb, &args);
    struct request_slot *slot = status == 0 ? request_slot_of(t) : NULL;
    if (slot == NULL)
        return status < 0 ? status : -ERR_NOMEM;
    request_fill(slot, REQUEST_CALL, (unsigned)verb, target);
    request_take_cred(slot);
    memcpy(slot->message.args, args.args, sizeof args.args);
    slot->in = (uint64_t)(uintptr_t)args.in;
    slot->out = (uint64_t)(uintptr_t)args.out;
    slot->message.in_len = args.in_len;
    slot->message.out_len = args.out_len;
    slot->args = user;
    slot->send_number = args.send;
    status = call_take_handle(slot, (unsigned)verb, args.send);
    if (status < 0)
        return status;
    return request_send(slot, target, args.deadline);
}

status_t scheme_call(struct thread *t, handle_t h, uint64_t verb, uint64_t args)
{
    struct kobject *object;
    status_t status = handle_lookup(t->process, h, 0, RIGHT_CALL, &object, NULL);
    if (status < 0)
        return status;
    if (object->ops->kind == HANDLE_KIND_FILE || object->ops->kind == HANDLE_KIND_SCHEME)
        status = call_object(t, object, verb, args);
    else
        status = kernel_call(t, object, verb, args);
    kobject_put(object);
    return status;
}

/* ---- open ---- */

struct open_args {
    uint64_t path, bytes; /* of the part that is the server's */
    uint32_t flags;
    uint64_t mode, redirect;
};

static status_t open_served(struct thread *t, struct kobject *target, const struct open_args *args)
{
    struct request_slot *slot = request_slot_of(t);
    if (slot == NULL)
        return -ERR_NOMEM;
    if (slot->spare == NULL)
        slot->spare = file_alloc(t);
    if (slot->spare == NULL)
        return -ERR_NOMEM;
    /* All that the handle needs is there before the server is asked: after its yes nothing fails. */
    status_t status = handle_reserve(t->process);
    if (status < 0)
        return status;
    request_fill(slot, REQUEST_OPEN, VERB_open, target);
    request_take_cred(slot);
    slot->reserved = true;
    slot->message.args[0] = args->flags;
    slot->message.args[1] = args->mode;
    slot->in = args->path;
    slot->message.in_len = (uint32_t)args->bytes;
    slot->out = args->redirect;
    slot->message.out_len = args->redirect != 0 ? DYAD_PATH_MAX : 0;
    return request_send(slot, target, DEADLINE_NEVER);
}

static status_t open_kernel(struct thread *t, const struct kernel_scheme_ops *kernel,
                            const struct open_args *args)
{
    char rest[DYAD_NAME_MAX + 1];
    struct kobject *object;
    uint32_t rights = 0;
    if (args->bytes > DYAD_NAME_MAX)
        return -ERR_NOENT;
    status_t status = user_read_text(t->space, rest, args->path, args->bytes);
    if (status < 0)
        return status;
    status = kernel->open(t, rest, args->bytes, args->flags, &object, &rights);
    if (status < 0)
        return status;
    struct handle_ref ref = {object, rights};
    kobject_handle_get(object); /* so that it is closed when there is no room for it */
    kobject_put(object);
    status = handle_ref_install(t->process, &ref, false);
    handle_ref_drop(&ref);
    return status;
}

/* "name:rest": the name's length; -ERR_INVAL without one. *args moves on to the rest. */
static status_t open_split(struct thread *t, struct open_args *args,
                           char name[DYAD_SCHEME_NAME_MAX + 1])
{
    char text[DYAD_SCHEME_NAME_MAX + 1];
    size_t most = args->bytes < sizeof text ? args->bytes : sizeof text;
    status_t status = user_read(t->space, text, args->path, most);
    if (status < 0)
        return status;
    size_t length = 0;
    while (length < most && text[length] != ':')
        length++;
    if (length == most)
        return most < sizeof text ? -ERR_INVAL
                                  : -ERR_NODEV; /* no scheme; or one with a longer name than any */
    memcpy(name, text, length);
    name[length] = '\0';
    args->path += length + 1;
    args->bytes -= length + 1;
    return (status_t)length;
}

static status_t open_named(struct thread *t, struct open_args *args)
{
    char name[DYAD_SCHEME_NAME_MAX + 1];
    status_t length = open_split(t, args, name);
    if (length < 0)
        return length;
    struct namespace *names = namespace_of(t->process);
    if (names == NULL)
        return -ERR_NODEV;
    struct scheme *scheme = NULL;
    const struct kernel_scheme_ops *kernel = NULL;
    status_t status = namespace_find(names, name, (size_t)length, &scheme, &kernel);
    kobject_put(&names->object);
    if (status < 0)
        return status;
    if (kernel != NULL)
        return open_kernel(t, kernel, args);
    status = open_served(t, &scheme->object, args);
    kobject_put(&scheme->object);
    return status;
}

static status_t open_relative(struct thread *t, handle_t dir, const struct open_args *args)
{
    struct kobject *object;
    status_t status = handle_lookup(t->process, dir, 0, RIGHT_CALL, &object, NULL);
    if (status < 0)
        return status;
    const struct kernel_scheme_ops *kernel = kernel_scheme_of(object);
    if (object->ops->kind == HANDLE_KIND_FILE || object->ops->kind == HANDLE_KIND_SCHEME)
        status = open_served(t, object, args);
    else
        status = kernel != NULL ? open_kernel(t, kernel, args) : -ERR_NOTDIR;
    kobject_put(object);
    return status;
}

status_t scheme_open(struct thread *t, handle_t dir, uint64_t path, uint64_t bytes, uint64_t flags,
                     uint64_t mode, uint64_t redirect)
{
    if (flags & ~(uint64_t)OPEN_FLAGS)
        return -ERR_INVAL;
    if (bytes > DYAD_PATH_MAX)
        return -ERR_NAMETOOLONG;
    struct open_args args = {path, bytes, (uint32_t)flags, mode, redirect};
    return dir == HANDLE_NONE ? open_named(t, &args) : open_relative(t, dir, &args);
}
