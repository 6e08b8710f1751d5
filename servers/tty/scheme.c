/* scheme.c: the scheme `tty:`: which paths there are, and what each verb does to an open terminal. */
#include "servers/tty/scheme.h"

#include <stdlib.h>
#include <string.h>

#define CONSOLE_INO    2
#define CONSOLE_DEVICE ((5u << 8) | 1u) /* major 5, minor 1, as everywhere */

static struct terminal *terminal_of(struct server_request *request)
{
    return request->server->context;
}

/* The paths lead to the one terminal: 0, or why not for this caller. */
static int resolve(struct server_request *request)
{
    if (server_path_is(request, "") || server_path_is(request, "console"))
        return 0;
    if (server_path_is(request, "current"))
        return terminal_is_controlling(terminal_of(request), &request->wire.cred) ? 0 : -ERR_NXIO;
    return -ERR_NOENT;
}

static void handle_open(struct server_request *request)
{
    struct terminal *t = terminal_of(request);
    uint32_t flags = (uint32_t)request->wire.args[0];
    int error = resolve(request);

    if (error == 0 && (flags & FILE_DIRECTORY))
        error = -ERR_NOTDIR;
    if (error < 0) {
        server_reply(request, error);
        return;
    }
    struct server_file *file = malloc(sizeof *file);
    if (!file) {
        server_reply(request, -ERR_NOMEM);
        return;
    }
    if (!(flags & FILE_PATH))
        terminal_opened(t, &request->wire.cred, flags);
    server_file_init(file, request->server, t, flags);
    file->ready = terminal_ready_level(t);
    server_reply_open(request, file, 0);
}

static void handle_read(struct server_request *request)
{
    terminal_read(terminal_of(request), request);
}

static void handle_write(struct server_request *request)
{
    terminal_write(terminal_of(request), request);
}

static void handle_control(struct server_request *request)
{
    terminal_control(terminal_of(request), request);
}

static void reply_stat(struct server_request *request)
{
    struct dyad_stat stat = {.dev = 5,
                             .ino = CONSOLE_INO,
                             .mode = MODE_CHAR | 0620,
                             .nlink = 1,
                             .rdev = CONSOLE_DEVICE,
                             .block_size = 1024};

    server_reply_stat(request, &stat);
}

static void handle_stat(struct server_request *request)
{
    reply_stat(request);
}

static void handle_statat(struct server_request *request)
{
    int error = resolve(request);

    if (error < 0)
        server_reply(request, error);
    else
        reply_stat(request);
}

static void handle_accessat(struct server_request *request)
{
    int error = resolve(request);

    if (error == 0 && (request->wire.args[0] & 1))
        error = -ERR_ACCES;
    server_reply(request, error);
}

static void handle_path(struct server_request *request)
{
    static const char path[] = "/dev/console";

    server_reply_text(request, path, sizeof path - 1);
}

/* Changing mode, owner, times or size of a terminal succeeds and means nothing. */
static void handle_accepted(struct server_request *request)
{
    server_reply(request, 0);
}

static void release(struct server_file *file)
{
    free(file);
}

static void undelivered(struct server_request *request, const struct reply *reply)
{
    terminal_undelivered(terminal_of(request), request, reply);
}

static uint32_t ready(struct server_file *file)
{
    return terminal_ready_level(file->server->context);
}

const struct server_ops tty_server_ops = {
    .handler =
        {
            [VERB_open] = handle_open,
            [VERB_read] = handle_read,
            [VERB_write] = handle_write,
            [VERB_stat] = handle_stat,
            [VERB_statat] = handle_statat,
            [VERB_setattr] = handle_accepted,
            [VERB_truncate] = handle_accepted,
            [VERB_sync] = handle_accepted,
            [VERB_accessat] = handle_accessat,
            [VERB_path] = handle_path,
            [VERB_control] = handle_control,
        },
    .release = release,
    .undelivered = undelivered,
    .ready = ready,
    .any_file = true, /* There is one terminal, so files opened before a restart are good. */
};
