/* basic.c: a server of one file that is always ready: nothing, zeros, random bytes, or zeros without room to write. */
#include "servers/basic/basic.h"

#include <stdlib.h>
#include <string.h>

static void basic_open(struct server_request *request)
{
    uint32_t flags = (uint32_t)request->wire.args[0];
    if (request->wire.in_len || request->wire.file) {
        server_reply(request, -ERR_NOENT); /* There is only the scheme's root. */
        return;
    }
    if (flags & FILE_DIRECTORY) {
        server_reply(request, -ERR_NOTDIR);
        return;
    }
    struct server_file *file = malloc(sizeof(*file));
    if (!file) {
        server_reply(request, -ERR_NOMEM);
        return;
    }
    server_file_init(file, request->server, NULL, flags);
    /* Programs seek in what they are given as an empty file. */
    const struct basic *basic = request->server->context;
    server_reply_open(request, file, basic->kind == BASIC_RAND ? 0 : FILE_SEEKABLE);
}

static void basic_release(struct server_file *file)
{
    free(file);
}

static void basic_read(struct server_request *request)
{
    struct basic *basic = request->server->context;
    size_t room, len = request->wire.out_len;
    if (basic->kind == BASIC_NULL) {
        server_reply(request, 0);
        return;
    }
    void *out = server_out(request, &room);
    if (len > room)
        len = room;
    int result = 0;
    if (basic->kind != BASIC_RAND)
        memset(out, 0, len);
    else
        result = basic_random_read(&basic->random, out, len);
    if (result)
        server_reply(request, result);
    else
        server_reply_data(request, (int64_t)len, out, len);
}

static void basic_write(struct server_request *request)
{
    const struct basic *basic = request->server->context;
    bool full = basic->kind == BASIC_FULL && request->wire.in_len;
    server_reply(request, full ? -ERR_NOSPC : (int64_t)request->wire.in_len);
}

static void basic_stat(struct server_request *request)
{
    struct basic *basic = request->server->context;
    struct dyad_stat stat = {
        .dev = 2,
        .ino = (uint64_t)basic->kind + 1,
        .mode = MODE_CHAR | 0666,
        .nlink = 1,
        .rdev = 1u << 8 | (basic->kind == BASIC_NULL   ? 3
                           : basic->kind == BASIC_ZERO ? 5
                           : basic->kind == BASIC_FULL ? 7
                                                       : 9), /* as elsewhere */
        .block_size = DYAD_PAGE_SIZE,
    };
    server_reply_stat(request, &stat);
}

/* Times and owners of a device are not kept; touch and chmod of it do no harm. */
static void basic_accept(struct server_request *request)
{
    server_reply(request, 0);
}

/* They are no folders: there is nothing below. */
static void basic_access(struct server_request *request)
{
    bool itself = server_path_is(request, "") || server_path_is(request, ".");
    server_reply(request, itself ? 0 : -ERR_NOTDIR);
}

static void basic_path(struct server_request *request)
{
    static const char *const paths[] = {"/scheme/null", "/scheme/zero", "/scheme/rand",
                                        "/scheme/full"};
    struct basic *basic = request->server->context;
    const char *path = paths[basic->kind];
    server_reply_text(request, path, strlen(path));
}

static const struct server_ops ops = {
    .any_file = true, /* They have no state, so files opened before a restart go on working. */
    .handler =
        {
            [VERB_open] = basic_open,
            [VERB_read] = basic_read,
            [VERB_write] = basic_write,
            [VERB_stat] = basic_stat,
            [VERB_setattr] = basic_accept,
            [VERB_accessat] = basic_access,
            [VERB_truncate] = basic_accept,
            [VERB_sync] = basic_accept,
            [VERB_path] = basic_path,
        },
    .release = basic_release,
};

int basic_init(struct basic *basic, struct server *server, struct transport *transport,
               enum basic_kind kind, int64_t (*entropy)(void *buffer, size_t len))
{
    *basic = (struct basic){.server = server, .kind = kind, .random = {.entropy = entropy}};
    return server_init(server, &ops, transport, basic, 0);
}
