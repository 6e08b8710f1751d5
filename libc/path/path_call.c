/* path_call.c: verbs on paths, from server to server. */
#include <string.h>
#include "abi/layout.h"
#include "internal/files.h"

/* Room for a redirect or for the verb's own reply, whichever comes. */
#define REPLY_ROOM (DYAD_PATH_MAX + 1)

/* The longest payload that stands before a path: symlinkat's target. */
#define PREFIX_MAX (DYAD_PATH_MAX + 1)

static int64_t call_with(handle_t dir, const void *in, size_t in_len,
                         const struct path_request *request, char *reply, uint32_t *reply_len)
{
    struct call_args args = CALL_ARGS_NONE;
    memcpy(args.args, request->args, sizeof args.args);
    args.in = in;
    args.in_len = (uint32_t)in_len;
    args.out = reply;
    args.out_len = REPLY_ROOM;
    if (request->sends)
        args.send = request->send;
    int64_t result = __verb_call(dir, request->verb, &args);
    *reply_len = args.out_done;
    return result;
}

/* In its own function: only calls with a prefix pay for the room. */
static __attribute__((noinline)) int64_t call_joined(handle_t dir, const char *text, size_t len,
                                                     const struct path_request *request,
                                                     char *reply, uint32_t *reply_len)
{
    char joined[PREFIX_MAX + DYAD_PATH_MAX];
    memcpy(joined, request->prefix, request->prefix_len);
    memcpy(joined + request->prefix_len, text, len);
    return call_with(dir, joined, request->prefix_len + len, request, reply, reply_len);
}

static int64_t call_at(handle_t dir, const char *text, size_t len,
                       const struct path_request *request, char *reply, uint32_t *reply_len)
{
    if (request->prefix_len)
        return call_joined(dir, text, len, request, reply, reply_len);
    return call_with(dir, text, len, request, reply, reply_len);
}

static int64_t call_in_folder(struct path_target *target, const struct path_request *request,
                              char *reply, uint32_t *reply_len)
{
    int64_t result;
    do
        result = call_at(target->dir, target->text, target->len, request, reply, reply_len);
    while (__path_recover(target, request->verb, result));
    return unlikely(result < 0) ? __path_error(target, result) : result;
}

/* A path of another scheme: the verb goes to the scheme's root directory, with the rest of the path. */
static int64_t call_in_scheme(const struct path_target *target, const struct path_request *request,
                              char *reply, uint32_t *reply_len)
{
    size_t prefix = __path_scheme_prefix(target->text, target->len);
    int64_t root = dyad_open(HANDLE_NONE, target->text, prefix, FILE_PATH, 0, NULL);
    *reply_len = 0;
    if (root < 0)
        return root;
    int64_t result = call_at((handle_t)root, target->text + prefix, target->len - prefix, request,
                             reply, reply_len);
    dyad_handle_close((handle_t)root);
    return result;
}

int64_t __path_call(int dirfd, const char *path, const struct path_request *request)
{
    char reply[REPLY_ROOM];
    if (request->prefix_len > PREFIX_MAX)
        return -ERR_NAMETOOLONG;
    for (int hops = 0; hops <= SYMLOOP_MAX; hops++) {
        struct path_target target;
        uint32_t reply_len;
        int64_t result = __path_target(dirfd, path, reply, &target);
        if (result < 0)
            return result;
        if (target.dir == HANDLE_NONE)
            result = call_in_scheme(&target, request, reply, &reply_len);
        else
            result = call_in_folder(&target, request, reply, &reply_len);
        if (result != -ERR_XDEV || reply_len == 0 || reply_len > DYAD_PATH_MAX) {
            if (result >= 0 && request->out)
                memcpy(request->out, reply,
                       reply_len < request->out_len ? reply_len : request->out_len);
            return result;
        }
        reply[reply_len] = 0;
        path = reply;
    }
    return -ERR_LOOP;
}
