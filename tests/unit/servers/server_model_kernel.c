/* server_model_kernel.c: see server_model.h. */
#include "server_model.h"

struct world w;

const char server_model_text[SERVER_MODEL_TEXT] =
    "The quick brown fox jumps over the lazy dog, and back again to where it came from, twice.";

unsigned below(unsigned limit)
{
    w.random = w.random * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(w.random >> 33) % limit;
}

struct call *call_of(uint32_t tag)
{
    for (unsigned i = 0; i < CALLS; i++)
        if (w.calls[i].state == CALL_HELD && w.calls[i].request.tag == tag)
            return &w.calls[i];
    return NULL;
}

unsigned file_slot(uint64_t id)
{
    for (unsigned i = 0; i < FILES; i++)
        if (w.files[i] == id)
            return i;
    fail();
    return 0;
}

static void take_open(struct call *call, const struct reply *reply)
{
    if (reply->result < 0)
        return;
    unsigned slot = 0;
    for (unsigned i = 0; i < FILES; i++)
        assert_int_not_equal(w.files[i], reply->values[0]);
    slot = file_slot(0);
    assert_in_range(reply->values[0], 1, INT64_MAX);
    assert_int_equal(reply->values[1], call->request.args[1]);
    w.files[slot] = reply->values[0];
    w.levels[slot] = EVENT_READABLE | EVENT_WRITABLE;
    w.watching[slot] = false;
    w.file_count++;
}

static void check_slice(const struct call *call, const struct reply *reply)
{
    uint64_t at = call->request.args[0] == UINT64_MAX ? 0 : call->request.args[0];
    size_t left = at < SERVER_MODEL_TEXT ? SERVER_MODEL_TEXT - at : 0;
    size_t expected = left < call->request.out_len ? left : call->request.out_len;
    assert_int_equal(reply->result, expected);
    assert_memory_equal(call->out, server_model_text + (expected != 0 ? at : 0), expected);
}

static void check_echo(const struct call *call, const struct reply *reply)
{
    assert_int_equal(reply->result, call->request.in_len);
    assert_int_equal(call->out_done, call->request.in_len);
    for (unsigned i = 0; i < call->request.in_len; i++)
        assert_int_equal(call->out[i], call->in[call->request.in_len - 1 - i]);
}

/* Queues are served in the order in which requests joined them. */
static void check_read(struct call *call, const struct reply *reply)
{
    unsigned queue = (unsigned)call->request.args[0];
    if (reply->result == -ERR_INTR) {
        assert_true(call->cancelled);
        return;
    }
    assert_int_equal(reply->result, 11);
    if (queue > 1)
        return;
    assert_true(call->order > w.first_order[queue]);
    w.first_order[queue] = call->order;
}

static void check_answer(struct call *call, const struct reply *reply)
{
    if (reply->result == -ERR_STALE) {
        assert_int_equal(call->request.file, 12345);
        return;
    }
    assert_int_not_equal(call->request.file, 12345);
    switch (call->request.verb) {
    case VERB_open: take_open(call, reply); break;
    case VERB_stat: check_slice(call, reply); break;
    case VERB_control: check_echo(call, reply); break;
    case VERB_read: check_read(call, reply); break;
    case VERB_write: assert_int_equal(reply->result, 0); break;
    case VERB_sync:
        assert_int_equal(!!(reply->flags & REPLY_HANDLE), call->request.args[0] & 1);
        break;
    case LEVEL: assert_int_equal(reply->values[0], call->request.args[0]); break;
    case VERB_ready:
        assert_int_equal(reply->result, w.levels[file_slot(call->request.file)]);
        break;
    case VERB_list: assert_int_equal(reply->result, -ERR_NOSYS); break;
    default: fail();
    }
}

static int64_t take_reply(const struct reply *reply)
{
    struct call *call = call_of(reply->tag);
    assert_non_null(call); /* a tag is answered once */
    assert_true(reply->data_len <= call->request.out_len);
    if (w.refuse != 0 && !call->gone && reply->result != -ERR_IO && below(w.refuse) == 0)
        return -ERR_INVAL; /* it stays with the server, who must answer otherwise */
    call->state = CALL_FREE;
    if (call->gone) {
        w.lost++;
        return -ERR_IDRM;
    }
    if (reply->data_len != 0) {
        memcpy(call->out, reply->data, reply->data_len);
        call->out_done = reply->data_len;
    }
    if (reply->flags & REPLY_HANDLE)
        w.handles--;
    if (reply->result != -ERR_IO)
        check_answer(call, reply);
    else
        assert_int_not_equal(w.refuse, 0);
    return 0;
}

static bool receive(struct request *request, void *buffer, size_t len)
{
    unsigned start = below(CALLS);
    if (w.oneway.verb != 0) {
        *request = w.oneway;
        w.oneway.verb = 0;
        w.handles += request->received != HANDLE_NONE;
        return true;
    }
    for (unsigned i = 0; i < CALLS; i++) {
        struct call *call = &w.calls[(start + i) % CALLS];
        if (call->state != CALL_QUEUED)
            continue;
        call->state = CALL_HELD;
        *request = call->request;
        request->in_done = (uint32_t)(len < call->request.in_len ? len : call->request.in_len);
        memcpy(buffer, call->in, request->in_done);
        w.handles += request->received != HANDLE_NONE;
        return true;
    }
    return false;
}

uint64_t first_timer(void)
{
    uint64_t first = DEADLINE_NEVER;
    for (unsigned i = 0; i < TIMERS; i++)
        if (w.armed[i] && w.timers[i].deadline_ns < first)
            first = w.timers[i].deadline_ns;
    return first;
}

static int64_t kernel_serve(struct transport *transport, const struct reply *reply,
                            struct request *request, void *buffer, size_t len, uint64_t deadline)
{
    (void)transport;
    int64_t result = reply != NULL ? take_reply(reply) : 0;
    if (result < 0 || request == NULL)
        return result;
    uint64_t first = first_timer();
    assert_int_equal(len, SMALL);
    assert_int_equal(deadline, first < w.now_ns + 5 ? first : w.now_ns + 5);
    if (below(16) == 0)
        return -ERR_INTR;
    return receive(request, buffer, len) ? 0 : -ERR_TIMEDOUT;
}

static int64_t kernel_copy(struct transport *transport, uint32_t tag, enum copy_direction direction,
                           size_t offset, void *buffer, size_t len)
{
    struct call *call = call_of(tag);
    (void)transport;
    assert_non_null(call);
    size_t total = direction == COPY_FROM_CLIENT ? call->request.in_len : call->request.out_len;
    assert_true(offset < total && len <= total - offset && len <= DYAD_COPY_MAX);
    if (call->gone)
        return -ERR_IDRM;
    size_t part = len > 50 && below(2) == 0 ? 50 : len; /* the library asks for the rest */
    if (direction == COPY_FROM_CLIENT)
        memcpy(buffer, call->in + offset, part);
    else
        memcpy(call->out + offset, buffer, part);
    if (direction == COPY_TO_CLIENT && call->out_done < offset + part)
        call->out_done = (unsigned)(offset + part);
    return (int64_t)part;
}

static int64_t kernel_notify(struct transport *transport, uint64_t file, uint32_t ready)
{
    unsigned slot = file_slot(file);
    (void)transport;
    assert_true(w.watching[slot]);
    assert_int_not_equal(w.told[slot], ready + 1);
    w.told[slot] = ready + 1;
    return 0;
}

static int64_t kernel_watch(struct transport *transport, handle_t handle, uint32_t mask,
                            uint64_t cookie)
{
    (void)transport;
    if (handle == 666)
        return -ERR_ACCES;
    for (unsigned i = 0; i < WATCHES; i++) {
        if (w.watches[i].used && w.watches[i].handle == handle)
            assert_int_equal(w.watches[i].cookie, cookie);
        else if (w.watches[i].used && mask != 0)
            assert_int_not_equal(w.watches[i].cookie, cookie);
    }
    return 0;
}

static void kernel_close(struct transport *transport, handle_t handle)
{
    (void)transport;
    assert_true(handle > 0);
    w.handles--;
}

static uint64_t kernel_clock(struct transport *transport, enum dyad_clock clock)
{
    (void)transport, (void)clock;
    return w.now_ns;
}

const struct transport_ops server_model_kernel = {
    .serve = kernel_serve,
    .copy = kernel_copy,
    .notify = kernel_notify,
    .watch = kernel_watch,
    .handle_close = kernel_close,
    .clock = kernel_clock,
};
