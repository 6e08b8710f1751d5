/* serve.c: the scheme `init:`: conversations and the read-only texts of control.h. */
#include <stdlib.h>
#include <string.h>

#include "servers/init/init.h"

/* An open file. With path "" it takes commands, else its text was made at open. */
struct conversation {
    struct server_file file; /* first */
    struct init *init;
    struct text answer;
    size_t position;        /* of the next read; conversations have no offset of the kernel's */
    struct unit *settling;  /* the answer waits for it */
    bool wanted_up, failed; /* failed: the read after the answer says so */
    bool takes_commands;
    struct server_queue readers;
    struct conversation *next;
};

static struct conversation *conversation_of(struct server_request *request)
{
    return (struct conversation *)request->file;
}

static void handle_open(struct server_request *request)
{
    struct init *init = request->server->context;
    struct conversation *c = calloc(1, sizeof *c);
    int error = 0;

    if (!c) {
        server_reply(request, -ERR_NOMEM);
        return;
    }
    server_file_init(&c->file, request->server, NULL, (uint32_t)request->wire.args[0]);
    c->init = init;
    c->takes_commands = request->data_len == 0;
    if (!c->takes_commands)
        error = command_file(&init->commands, request->data, request->data_len, &c->answer);
    if (error < 0) {
        free(c);
        server_reply(request, error);
        return;
    }
    c->next = init->conversations;
    init->conversations = c;
    server_reply_open(request, &c->file, 0);
}

static void release(struct server_file *file)
{
    struct conversation *c = (struct conversation *)file;
    struct conversation **link = &c->init->conversations;

    while (*link != c)
        link = &(*link)->next;
    *link = c->next;
    text_free(&c->answer);
    free(c);
}

static void give(struct conversation *c, struct server_request *request)
{
    size_t left = c->answer.length - c->position;
    size_t length = left < request->wire.out_len ? left : request->wire.out_len;

    if (left == 0) {
        server_reply(request, c->failed ? -ERR_IO : 0);
        c->failed = false;
        return;
    }
    c->position += length;
    server_reply_data(request, (int64_t)length, c->answer.bytes + c->position - length, length);
}

static void handle_read(struct server_request *request)
{
    struct conversation *c = conversation_of(request);

    if (!c->settling)
        give(c, request);
    else if (request->wire.file_flags & FILE_NONBLOCK)
        server_reply(request, -ERR_AGAIN);
    else
        (void)server_defer(request, &c->readers);
}

void init_settle(struct init *init)
{
    struct server_request *request;

    for (struct conversation *c = init->conversations; c; c = c->next) {
        if (!c->settling || !manager_is_settled(c->settling))
            continue;
        c->failed = !command_settled(c->settling, c->wanted_up, &c->answer);
        c->settling = NULL;
        while ((request = server_queue_first(&c->readers)))
            give(c, request);
    }
}

static void handle_write(struct server_request *request)
{
    struct conversation *c = conversation_of(request);
    struct command_result result;
    char line[INIT_COMMAND_MAX];

    if (!c->takes_commands || request->wire.in_len > sizeof line) {
        server_reply(request, c->takes_commands ? -ERR_2BIG : -ERR_BADF);
        return;
    }
    int64_t length = server_payload(request, line, 0, request->wire.in_len);
    int error = length < 0 ? (int)length
                           : command_run(&c->init->commands, line, (size_t)length,
                                         request->wire.cred.euid == 0, &result);
    if (error < 0) {
        server_reply(request, error);
        return;
    }
    text_free(&c->answer);
    c->answer = result.text;
    c->position = 0;
    c->settling = result.settling;
    c->wanted_up = result.wanted_up;
    c->failed = false;
    server_reply(request, length);
    init_after_event(c->init);
}

static void handle_stat(struct server_request *request)
{
    const struct conversation *c = conversation_of(request);
    struct dyad_stat stat = {.ino = 1,
                             .mode = MODE_FILE | 0644,
                             .nlink = 1,
                             .size = c->answer.length,
                             .block_size = 4096};

    server_reply_stat(request, &stat);
}

/* `echo stop x > /scheme/init` truncates on open; nothing to do. */
static void handle_truncate(struct server_request *request)
{
    server_reply(request, 0);
}

const struct server_ops init_server_ops = {
    .handler = {[VERB_open] = handle_open,
                [VERB_read] = handle_read,
                [VERB_write] = handle_write,
                [VERB_stat] = handle_stat,
                [VERB_truncate] = handle_truncate},
    .release = release,
};
