/*
 * fuzz_path.c: names and paths as text: schemes come and go in a namespace, and "name:rest" is opened; a model says what must happen.
 *
 * A line is an operation: c NAME creates a scheme, a NAME gives the first living one another name, r NAME removes a name, x N closes the
 * N-th scheme's handle, o PATH opens, k lists a copy of the namespace. What is opened and has a server arrives there whole.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/scheme.h"
#include "core/space.h"
#include "tests/fuzz/core/body.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LINES_MAX   48u
#define SCHEMES_MAX 12u
#define NAMES_MAX   24u
#define AT_TEXT     (USER_BASE + 4096)
#define AT_REQUEST  USER_BASE
#define AT_REPLY    (USER_BASE + 512)
#define AT_BUFFER   (USER_BASE + 3 * 4096)
#define ANY         ((uint64_t)(int64_t)HANDLE_NONE)

static struct thread *server, *client;
static handle_t names_handle;

static struct model {
    handle_t schemes[SCHEMES_MAX]; /* HANDLE_NONE: closed, and so dead */
    unsigned scheme_count;
    struct {
        char name[DYAD_SCHEME_NAME_MAX + 1];
        unsigned scheme;
    } names[NAMES_MAX];
    unsigned name_count;
} model;

static const char *const kernel_names[] = {"sys", "log", "time", "proc", "hw"};

/* ---- the model ---- */

static int64_t check_name(const char *text, size_t bytes)
{
    if (bytes == 0)
        return -ERR_INVAL;
    if (bytes > DYAD_SCHEME_NAME_MAX)
        return -ERR_NAMETOOLONG;
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] <= ' ' || text[i] > '~' || text[i] == ':' || text[i] == '/')
            return -ERR_INVAL;
    }
    return 0;
}

static bool is_kernel(const char *text, size_t bytes)
{
    for (unsigned i = 0; i < ARRAY_COUNT(kernel_names); i++) {
        if (strlen(kernel_names[i]) == bytes && memcmp(kernel_names[i], text, bytes) == 0)
            return true;
    }
    return false;
}

static int find_name(const char *text, size_t bytes)
{
    for (unsigned i = 0; i < model.name_count; i++) {
        if (strlen(model.names[i].name) == bytes && memcmp(model.names[i].name, text, bytes) == 0)
            return (int)i;
    }
    return -1;
}

static bool is_alive(int name)
{
    return model.schemes[model.names[name].scheme] != HANDLE_NONE;
}

/* What adding the name gives, and the model with it. */
static int64_t add_name(const char *text, size_t bytes, unsigned scheme)
{
    int found = find_name(text, bytes);
    if (is_kernel(text, bytes) || (found >= 0 && is_alive(found)))
        return -ERR_EXIST;
    if (found < 0) {
        found = (int)model.name_count++;
        memcpy(model.names[found].name, text, bytes);
        model.names[found].name[bytes] = '\0';
    }
    model.names[found].scheme = scheme;
    return 0;
}

/* ---- operations ---- */

static int64_t call(struct thread *t, uint64_t number, uint64_t a, uint64_t b, uint64_t c,
                    uint64_t d, uint64_t e, uint64_t f)
{
    int64_t result = 0;
    bool done = body_call(t, number, (const uint64_t[6]){a, b, c, d, e, f}, &result);
    return done ? result : STATUS_PARKED;
}

static void put_text(struct thread *t, const char *text, size_t bytes)
{
    ASSERT(bytes == 0 || user_write(t->space, AT_TEXT, text, bytes) == 0);
}

static void do_create(const char *text, size_t bytes)
{
    if (model.scheme_count == SCHEMES_MAX || model.name_count == NAMES_MAX)
        return;
    put_text(server, text, bytes);
    int64_t expected = check_name(text, bytes);
    int64_t result =
        call(server, SYS_scheme_create, (uint64_t)names_handle, AT_TEXT, bytes, 0, 0, 0);
    if (expected == 0)
        expected = add_name(text, bytes, model.scheme_count);
    ASSERT(expected < 0 ? result == expected : result >= 0);
    if (result >= 0)
        model.schemes[model.scheme_count++] = (handle_t)result;
}

static void do_add(const char *text, size_t bytes)
{
    unsigned which = 0;
    while (which < model.scheme_count && model.schemes[which] == HANDLE_NONE)
        which++;
    if (which == model.scheme_count || model.name_count == NAMES_MAX)
        return;
    put_text(server, text, bytes);
    int64_t expected = check_name(text, bytes);
    if (expected == 0)
        expected = add_name(text, bytes, which);
    ASSERT(call(server, SYS_namespace_control, (uint64_t)names_handle, NAMESPACE_ADD, AT_TEXT,
                bytes, (uint64_t)model.schemes[which], 0) == expected);
}

static void do_remove(const char *text, size_t bytes)
{
    put_text(server, text, bytes);
    int64_t expected = check_name(text, bytes);
    int found = expected == 0 ? find_name(text, bytes) : -1;
    if (is_kernel(text, bytes))
        return; /* it can be removed, which is of no interest here */
    if (expected == 0 && found < 0)
        expected = -ERR_NOENT;
    ASSERT(call(server, SYS_namespace_control, (uint64_t)names_handle, NAMESPACE_REMOVE, AT_TEXT,
                bytes, 0, 0) == expected);
    if (found >= 0)
        model.names[found] = model.names[--model.name_count];
}

static void do_close(unsigned which)
{
    if (which >= model.scheme_count || model.schemes[which] == HANDLE_NONE)
        return;
    ASSERT(call(server, SYS_handle_close, (uint64_t)model.schemes[which], 0, 0, 0, 0, 0) == 0);
    model.schemes[which] = HANDLE_NONE;
}

/* The request of an open is what was asked for; its server refuses it. */
static void serve_open(handle_t scheme, const char *rest, size_t bytes)
{
    struct request request;
    char there[DYAD_PATH_MAX];
    ASSERT(call(server, SYS_scheme_serve, (uint64_t)scheme, 0, AT_REQUEST, AT_BUFFER, sizeof there,
                0) == 0);
    ASSERT(user_read(server->space, &request, AT_REQUEST, sizeof request) == 0);
    ASSERT(request.verb == VERB_open && request.file == 0 && request.in_len == bytes &&
           request.in_done == bytes);
    ASSERT(bytes == 0 || user_read(server->space, there, AT_BUFFER, bytes) == 0);
    ASSERT(memcmp(there, rest, bytes) == 0);
    struct reply reply = {.tag = request.tag, .result = -ERR_NOENT, .send = HANDLE_NONE};
    ASSERT(user_write(server->space, AT_REPLY, &reply, sizeof reply) == 0);
    ASSERT(call(server, SYS_scheme_serve, (uint64_t)scheme, AT_REPLY, 0, 0, 0, 0) == 0);
    ASSERT(body_can_act(client) && client->user.result == -ERR_NOENT);
}

static void do_open(const char *text, size_t bytes)
{
    const char *colon =
        memchr(text, ':', bytes < DYAD_SCHEME_NAME_MAX + 1 ? bytes : DYAD_SCHEME_NAME_MAX + 1);
    put_text(client, text, bytes);
    int64_t result = call(client, SYS_open, ANY, AT_TEXT, bytes, FILE_READ, 0, 0);
    if (bytes > DYAD_PATH_MAX) {
        ASSERT(result == -ERR_NAMETOOLONG);
    } else if (colon == NULL) {
        ASSERT(result == (bytes <= DYAD_SCHEME_NAME_MAX ? -ERR_INVAL : -ERR_NODEV));
    } else if (is_kernel(text, (size_t)(colon - text))) {
        ASSERT(result != STATUS_PARKED);
        if (result >= 0)
            ASSERT(call(client, SYS_handle_close, (uint64_t)result, 0, 0, 0, 0, 0) == 0);
    } else {
        int found = find_name(text, (size_t)(colon - text));
        if (found < 0 || !is_alive(found)) {
            ASSERT(result == -ERR_NODEV);
            return;
        }
        ASSERT(result == STATUS_PARKED);
        serve_open(model.schemes[model.names[found].scheme], colon + 1,
                   bytes - (size_t)(colon + 1 - text));
    }
}

/* The list names every living scheme once, in a copy as well, and nothing else. */
static void do_list(void)
{
    static char text[4096];
    int64_t copy =
        call(server, SYS_namespace_control, (uint64_t)names_handle, NAMESPACE_COPY, 0, 0, 0, 0);
    ASSERT(copy >= 0);
    int64_t bytes = call(server, SYS_namespace_control, (uint64_t)copy, NAMESPACE_LIST, AT_BUFFER,
                         sizeof text, 0, 0);
    ASSERT(bytes >= 0 && user_read(server->space, text, AT_BUFFER, (size_t)bytes) == 0);
    unsigned lines = 0, expected = ARRAY_COUNT(kernel_names);
    for (int64_t i = 0; i < bytes; i++)
        lines += text[i] == '\n';
    for (unsigned i = 0; i < model.name_count; i++)
        expected += is_alive((int)i);
    ASSERT(lines == expected);
    ASSERT(call(server, SYS_handle_close, (uint64_t)copy, 0, 0, 0, 0, 0) == 0);
}

static void do_line(const char *line, size_t length)
{
    const char *text = line + 2;
    size_t bytes = length < 2 ? 0 : length - 2;
    if (length == 0 || bytes > DYAD_PATH_MAX + 1)
        return;
    switch (line[0]) {
    case 'c': do_create(text, bytes); break;
    case 'a': do_add(text, bytes); break;
    case 'r': do_remove(text, bytes); break;
    case 'x': do_close(bytes != 0 ? (unsigned)(text[0] - '0') : 0); break;
    case 'o': do_open(text, bytes); break;
    case 'k': do_list(); break;
    default: break;
    }
}

static void run(const char *data, size_t size)
{
    memset(&model, 0, sizeof model);
    body_restore(0);
    for (unsigned i = 0; i < LINES_MAX && size != 0; i++) {
        const char *end = memchr(data, '\n', size);
        size_t length = end != NULL ? (size_t)(end - data) : size;
        do_line(data, length);
        length += end != NULL;
        data += length;
        size -= length;
    }
    body_teardown(size % 16 == 0);
    body_coverage_end(0);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    body_init(0);
    struct namespace *names = body_names();
    server = body_process("server", names);
    client = body_process("client", names);
    names_handle = body_give(server, &names->object, RIGHT_ALL);
    kobject_put(&names->object);
    body_snapshot(0);
    body_teardown(true);
    body_coverage_begin();
    run("", 0);
    body_coverage_learn(0);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    run((const char *)data, size);
    return 0;
}
