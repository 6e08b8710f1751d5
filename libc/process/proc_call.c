/* proc_call.c: calls to the process server, which may have been restarted meanwhile. */
#include <dyad/startup.h>
#include "internal/files.h"
#include "internal/process.h"

/* Open "procd:" in place of the handle `dead` (or of none). */
static int64_t reopen(handle_t dead)
{
    int64_t fresh = dyad_open(HANDLE_NONE, "procd:", 6, FILE_RDWR, 0, NULL);
    if (fresh < 0)
        return fresh;
    if (!__c11_atomic_compare_exchange_strong(&__proc_server, &dead, (handle_t)fresh,
                                              __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        dyad_handle_close((handle_t)fresh); /* another thread was first */
        return 0;
    }
    if (dead != HANDLE_NONE)
        dyad_handle_close(dead);
    return 0;
}

handle_t dyad_proc_handle(void)
{
    if (__proc_server == HANDLE_NONE)
        reopen(HANDLE_NONE);
    return __proc_server;
}

/* Only waiting for a child may end with EINTR: kill, fork and the like never do. */
static int64_t call(handle_t server, uint32_t verb, struct call_args *args)
{
    int64_t result;
    do
        result = __verb_call(server, verb, args);
    while (result == -ERR_INTR && verb != PROC_WAIT);
    return result;
}

int64_t __proc_call(uint32_t verb, struct call_args *args)
{
    handle_t server = dyad_proc_handle();
    if (server == HANDLE_NONE)
        return -ERR_NOSYS;
    int64_t result = call(server, verb, args);
    if (result != -ERR_NODEV || reopen(server) < 0)
        return result;
    result = call(__proc_server, verb, args);
    /* The signal that the dead server took may have killed its target, perhaps the server itself. */
    return verb == PROC_KILL && result == -ERR_SRCH ? 0 : result;
}

int64_t __proc_verb(uint32_t verb, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t *values)
{
    struct call_args args = CALL_ARGS_NONE;
    args.args[0] = a;
    args.args[1] = b;
    args.args[2] = c;
    args.args[3] = d;
    int64_t result = __proc_call(verb, &args);
    if (values) {
        values[0] = args.values[0];
        values[1] = args.values[1];
    }
    return result;
}
