/* verb.c: verb calls on handles, restarted after signals that allow it. */
#include "abi/scheme.h"
#include "internal/gate.h"

/* May the function behind this verb fail with EINTR? stat, mkdir and the like may not. */
static bool is_interruptible(uint32_t verb)
{
    return verb == VERB_open || verb == VERB_read || verb == VERB_write || verb == VERB_lock ||
           verb == VERB_control || verb >= VERB_PRIVATE;
}

int64_t __verb_call(handle_t h, uint32_t verb, struct call_args *args)
{
    int64_t result;
    unsigned seen;
    do {
        seen = __interruptions();
        result = dyad_call(h, verb, args);
    } while (__restart(result, seen) || unlikely(result == -ERR_INTR && !is_interruptible(verb) &&
                                                 !__thread_self()->cancel_now));
    return result;
}

int64_t __verb(handle_t h, uint32_t verb, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
               uint64_t *values)
{
    struct call_args args = CALL_ARGS_NONE;
    args.args[0] = a;
    args.args[1] = b;
    args.args[2] = c;
    args.args[3] = d;
    int64_t result = __verb_call(h, verb, &args);
    if (values) {
        values[0] = args.values[0];
        values[1] = args.values[1];
    }
    return result;
}

int64_t __verb_data(handle_t h, uint32_t verb, uint64_t a, uint64_t b, const void *in,
                    size_t in_len, void *out, size_t out_len)
{
    struct call_args args = CALL_ARGS_NONE;
    args.args[0] = a;
    args.args[1] = b;
    args.in = in;
    args.in_len = (uint32_t)in_len;
    args.out = out;
    args.out_len = (uint32_t)out_len;
    return __verb_call(h, verb, &args);
}
