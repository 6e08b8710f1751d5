/* pty_scheme.c: the scheme `pty:`: `ptmx` makes a pseudo-terminal, `N` is its slave, `current` the caller's controlling one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servers/tty/pty.h"

#define ROOT_INO      1
#define PTMX_INO      2
#define SLAVE_INO     3 /* + number */
#define PTMX_DEVICE   ((5u << 8) | 2u)
#define SLAVE_DEVICE  (136u << 8) /* + number */
#define DEVICE_NUMBER 6

enum kind { KIND_ROOT, KIND_PTMX, KIND_MASTER, KIND_SLAVE };

struct pty_file {
    struct server_file file; /* node: the terminal, for a slave */
    enum kind kind;
    struct pty *pty; /* for KIND_MASTER and KIND_SLAVE */
    bool counts;     /* as an open slave */
};

/* What a path names. */
struct place {
    enum kind kind;
    struct pty *pty;
};

static struct pty_host *host_of(const struct server_request *request)
{
    return request->server->context;
}

static struct pty_file *file_of(const struct server_request *request)
{
    return (struct pty_file *)request->file;
}

/* ---- Paths --------------------------------------------------------------------------------------------------- */

static struct pty *find_controlling(const struct pty_host *host, const struct cred *cred)
{
    for (uint32_t i = 0; i < PTY_MAX; i++) {
        struct pty *p = host->ptys[i];
        if (p && terminal_is_controlling(&p->terminal, cred))
            return p;
    }
    return NULL;
}

static struct pty *find_number(const struct pty_host *host, const char *text, size_t length)
{
    uint32_t number = 0;

    if (length == 0 || length > 3 || (length > 1 && text[0] == '0'))
        return NULL;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return NULL;
        number = number * 10 + (uint32_t)(text[i] - '0');
    }
    struct pty *p = number < PTY_MAX ? host->ptys[number] : NULL;
    return p && p->master ? p : NULL;
}

/* 0; -ERR_XDEV: the session has no pseudo-terminal, perhaps the console. */
static int resolve(const struct server_request *request, const char *path, size_t length,
                   struct place *out)
{
    const struct pty_file *dir = file_of(request);

    *out = (struct place){.kind = KIND_ROOT};
    while (length > 0 && path[0] == '/')
        path++, length--;
    if (dir && dir->kind != KIND_ROOT) {
        *out = (struct place){dir->kind, dir->pty};
        if (dir->kind == KIND_MASTER) /* which is one file: opened again it is ptmx */
            *out = (struct place){.kind = KIND_PTMX};
        return length == 0 ? 0 : -ERR_NOTDIR;
    }
    if (length == 0 || (length == 1 && path[0] == '.'))
        return 0;
    if (length == 4 && memcmp(path, "ptmx", 4) == 0) {
        out->kind = KIND_PTMX;
        return 0;
    }
    out->kind = KIND_SLAVE;
    if (length == 7 && memcmp(path, "current", 7) == 0) {
        out->pty = find_controlling(host_of(request), &request->wire.cred);
        return out->pty ? 0 : -ERR_XDEV;
    }
    out->pty = find_number(host_of(request), path, length);
    return out->pty ? 0 : -ERR_NOENT;
}

static int resolve_data(struct server_request *request, struct place *out)
{
    return resolve(request, request->data, request->data_len, out);
}

static void refuse(struct server_request *request, int error)
{
    static const char console[] = "tty:current";

    if (error == -ERR_XDEV)
        server_reply_redirect(request, console, sizeof console - 1);
    else
        server_reply(request, error);
}

static unsigned wanted(uint32_t flags)
{
    return (flags & FILE_READ ? 4u : 0) | (flags & FILE_WRITE ? 2u : 0);
}

/* ---- Opening and closing ------------------------------------------------------------------------------------- */

static int check_open(const struct server_request *request, const struct place *place,
                      uint32_t flags)
{
    const struct pty *p = place->pty;

    if (place->kind == KIND_ROOT)
        return flags & FILE_WRITE ? -ERR_ISDIR : 0;
    if (flags & FILE_DIRECTORY)
        return -ERR_NOTDIR;
    if ((flags & FILE_CREATE) && (flags & FILE_EXCL))
        return -ERR_EXIST;
    if ((flags & FILE_PATH) || place->kind != KIND_SLAVE)
        return 0;
    if (!server_may_access(&request->wire.cred, p->mode, p->uid, p->gid, wanted(flags)))
        return -ERR_ACCES;
    return p->locked || p->terminal.hung_up ? -ERR_IO : 0;
}

static int make_file(struct server_request *request, const struct place *place, uint32_t flags,
                     struct pty_file **out)
{
    struct pty_file *file = calloc(1, sizeof *file);
    int error = file ? 0 : -ERR_NOMEM;

    if (error == 0) {
        *file = (struct pty_file){.kind = place->kind, .pty = place->pty};
        if (place->kind == KIND_PTMX && !(flags & FILE_PATH)) {
            file->kind = KIND_MASTER;
            error = pty_create(host_of(request), &request->wire.cred, &file->pty);
        }
    }
    if (error < 0) {
        free(file);
        return error;
    }
    *out = file;
    return 0;
}

static void handle_open(struct server_request *request)
{
    uint32_t flags = (uint32_t)request->wire.args[0];
    struct place place;
    struct pty_file *file = NULL;
    int error = resolve_data(request, &place);

    if (error == 0)
        error = check_open(request, &place, flags);
    if (error == 0)
        error = make_file(request, &place, flags, &file);
    if (error < 0) {
        refuse(request, error);
        return;
    }
    struct pty *p = file->pty;
    server_file_init(&file->file, request->server, place.kind == KIND_SLAVE ? &p->terminal : NULL,
                     flags);
    if (file->kind == KIND_MASTER) {
        p->master = &file->file;
        file->file.ready = pty_master_level(p);
    } else if (file->kind == KIND_SLAVE) {
        file->counts = !(flags & FILE_PATH);
        file->file.ready = terminal_ready_level(&p->terminal);
        /* A path's handle keeps the pty's memory too, but not its line. */
        p->holds += !file->counts;
        if (file->counts) {
            pty_slave_opened(p);
            terminal_opened(&p->terminal, &request->wire.cred, flags);
        }
    }
    server_reply_open(request, &file->file, 0);
}

static void release(struct server_file *server_file)
{
    struct pty_file *file = (struct pty_file *)server_file;

    if (file->kind == KIND_MASTER)
        pty_master_closed(file->pty);
    else if (file->kind == KIND_SLAVE && file->counts)
        pty_slave_closed(file->pty);
    else if (file->kind == KIND_SLAVE)
        pty_path_closed(file->pty);
    free(file);
}

/* ---- Reading, writing, control ------------------------------------------------------------------------------- */

static void handle_read(struct server_request *request)
{
    struct pty_file *file = file_of(request);

    switch (file->kind) {
    case KIND_MASTER: pty_master_read(file->pty, request); break;
    case KIND_SLAVE: terminal_read(&file->pty->terminal, request); break;
    default: server_reply(request, -ERR_ISDIR); break;
    }
}

static void handle_write(struct server_request *request)
{
    struct pty_file *file = file_of(request);

    switch (file->kind) {
    case KIND_MASTER: pty_master_write(file->pty, request); break;
    case KIND_SLAVE: terminal_write(&file->pty->terminal, request); break;
    default: server_reply(request, -ERR_ISDIR); break;
    }
}

static void handle_control(struct server_request *request)
{
    struct pty_file *file = file_of(request);

    switch (file->kind) {
    case KIND_MASTER: pty_master_control(file->pty, request); break;
    case KIND_SLAVE: terminal_control(&file->pty->terminal, request); break;
    default: server_reply(request, -ERR_NOTTY); break;
    }
}

static void undelivered(struct server_request *request, const struct reply *reply)
{
    struct pty_file *file = file_of(request);

    if (file && file->kind == KIND_SLAVE)
        terminal_undelivered(&file->pty->terminal, request, reply);
}

static uint32_t ready(struct server_file *server_file)
{
    const struct pty_file *file = (const struct pty_file *)server_file;

    switch (file->kind) {
    case KIND_MASTER: return pty_master_level(file->pty);
    case KIND_SLAVE: return terminal_ready_level(&file->pty->terminal);
    default: return EVENT_READABLE | EVENT_WRITABLE;
    }
}

/* ---- Attributes ---------------------------------------------------------------------------------------------- */

static void reply_stat(struct server_request *request, const struct place *place)
{
    const struct pty *p = place->pty;
    struct dyad_stat stat = {.dev = DEVICE_NUMBER, .nlink = 1, .block_size = 1024};

    switch (place->kind) {
    case KIND_ROOT:
        stat.ino = ROOT_INO;
        stat.mode = MODE_DIR | 0755;
        stat.nlink = 2;
        break;
    case KIND_PTMX:
    case KIND_MASTER:
        stat.ino = PTMX_INO;
        stat.mode = MODE_CHAR | 0666;
        stat.rdev = PTMX_DEVICE;
        break;
    case KIND_SLAVE:
        stat.ino = SLAVE_INO + p->number;
        stat.mode = MODE_CHAR | p->mode;
        stat.uid = p->uid;
        stat.gid = p->gid;
        stat.rdev = SLAVE_DEVICE + p->number;
        break;
    }
    server_reply_stat(request, &stat);
}

static void handle_stat(struct server_request *request)
{
    struct place place = {file_of(request)->kind, file_of(request)->pty};
    reply_stat(request, &place);
}

static void handle_statat(struct server_request *request)
{
    struct place place;
    int error = resolve_data(request, &place);

    if (error < 0)
        refuse(request, error);
    else
        reply_stat(request, &place);
}

static void handle_accessat(struct server_request *request)
{
    struct place place;
    int error = resolve_data(request, &place);
    unsigned want = (unsigned)request->wire.args[0];

    if (error == 0 && place.kind == KIND_SLAVE) {
        const struct pty *p = place.pty;
        if (!server_may_access(&request->wire.cred, p->mode, p->uid, p->gid, want))
            error = -ERR_ACCES;
    } else if (error == 0 && (want & (place.kind == KIND_ROOT ? 2u : 1u))) {
        error = -ERR_ACCES;
    }
    refuse(request, error);
}

/* Mode and owner of a slave change; of the rest, and its times, a change is accepted and means nothing. */
static int set_attributes(const struct server_request *request, const struct place *place,
                          const struct dyad_setattr *attr, uint64_t mask)
{
    const struct cred *cred = &request->wire.cred;
    struct pty *p = place->pty;

    if (place->kind != KIND_SLAVE || !(mask & (SETATTR_MODE | SETATTR_UID | SETATTR_GID)))
        return 0;
    if (cred->euid != 0 && cred->euid != p->uid)
        return -ERR_PERM;
    if (cred->euid != 0 && (((mask & SETATTR_UID) && attr->uid != p->uid) ||
                            ((mask & SETATTR_GID) && attr->gid != cred->egid)))
        return -ERR_PERM;
    if (mask & SETATTR_MODE)
        p->mode = attr->mode & 0777;
    if (mask & SETATTR_UID)
        p->uid = attr->uid;
    if (mask & SETATTR_GID)
        p->gid = attr->gid;
    return 0;
}

static void handle_setattr(struct server_request *request)
{
    struct place place = {file_of(request)->kind, file_of(request)->pty};
    struct dyad_setattr attr;

    if (server_payload(request, &attr, 0, sizeof attr) != sizeof attr)
        server_reply(request, -ERR_INVAL);
    else
        server_reply(request, set_attributes(request, &place, &attr, request->wire.args[0]));
}

static void handle_setattrat(struct server_request *request)
{
    struct dyad_setattr attr;
    struct place place;

    if (request->data_len < sizeof attr) {
        server_reply(request, -ERR_INVAL);
        return;
    }
    memcpy(&attr, request->data, sizeof attr);
    int error = resolve(request, (const char *)request->data + sizeof attr,
                        request->data_len - sizeof attr, &place);
    if (error == 0)
        error = set_attributes(request, &place, &attr, request->wire.args[0]);
    refuse(request, error);
}

static void handle_path(struct server_request *request)
{
    const struct pty_file *file = file_of(request);
    const char *path = file->kind == KIND_SLAVE  ? file->pty->name
                       : file->kind == KIND_ROOT ? "/dev/pts"
                                                 : "/dev/ptmx";

    server_reply_text(request, path, strlen(path));
}

/* Cookies: 1 after ptmx, 2 + N after slave N. */
static void handle_list(struct server_request *request)
{
    const struct pty_host *host = host_of(request);
    uint64_t cookie = request->wire.args[0];
    struct server_dirents list = {0};
    char name[12];

    if (file_of(request)->kind != KIND_ROOT) {
        server_reply(request, -ERR_NOTDIR);
        return;
    }
    list.buffer = server_out(request, &list.room);
    if (list.room > request->wire.out_len)
        list.room = request->wire.out_len;
    bool fits = cookie > 0 || server_dirents_add(&list, PTMX_INO, 1, MODE_CHAR, "ptmx", 4);
    for (uint64_t i = cookie > 1 ? cookie - 1 : 0; fits && i < PTY_MAX; i++) {
        if (!host->ptys[i] || !host->ptys[i]->master)
            continue;
        int length = snprintf(name, sizeof name, "%u", (unsigned)i);
        fits = server_dirents_add(&list, SLAVE_INO + i, 2 + i, MODE_CHAR, name, (size_t)length);
    }
    if (!fits && list.used == 0)
        server_reply(request, -ERR_INVAL);
    else
        server_reply_data(request, (int64_t)list.used, list.buffer, list.used);
}

static void handle_accepted(struct server_request *request)
{
    server_reply(request, 0);
}

const struct server_ops pty_server_ops = {
    .handler =
        {
            [VERB_open] = handle_open,
            [VERB_read] = handle_read,
            [VERB_write] = handle_write,
            [VERB_stat] = handle_stat,
            [VERB_statat] = handle_statat,
            [VERB_setattr] = handle_setattr,
            [VERB_setattrat] = handle_setattrat,
            [VERB_truncate] = handle_accepted,
            [VERB_sync] = handle_accepted,
            [VERB_list] = handle_list,
            [VERB_accessat] = handle_accessat,
            [VERB_path] = handle_path,
            [VERB_control] = handle_control,
        },
    .release = release,
    .undelivered = undelivered,
    .ready = ready,
};
