/*
 * test_server_model.c: does the server library keep its promises under any sequence of calls, cancels, closes, events, timers and failures
 * of the kernel? After every step the library's own tables are looked at.
 */
#include "server_model.h"

/* ---- the server ---- */

static void serve_open(struct server_request *request)
{
    struct server_file *file = malloc(sizeof *file);
    assert_non_null(file);
    assert_null(request->file);
    w.opened++;
    server_file_init(file, request->server, NULL, 0);
    server_reply_open(request, file, (uint32_t)request->wire.args[1]);
}

static void release(struct server_file *file)
{
    w.released++;
    assert_int_equal(file->refs, 0);
    free(file);
}

static void serve_read(struct server_request *request)
{
    struct call *call = call_of(request->wire.tag);
    unsigned queue = (unsigned)request->wire.args[0];
    call->order = ++w.order;
    assert_true(server_defer(request, queue < 2 ? &w.queues[queue] : NULL));
}

/* Answers some that wait, by queue or by tag. */
static void serve_write(struct server_request *request)
{
    unsigned queue = (unsigned)request->wire.args[0];
    static char data[PAYLOAD];
    for (unsigned i = 0; queue < 2 && i < request->wire.args[1]; i++) {
        struct server_request *first = server_queue_first(&w.queues[queue]);
        if (first == NULL)
            break;
        server_reply_data(first, 11, data, first->wire.out_len);
    }
    for (unsigned i = 0; queue == 2 && i < CALLS; i++) {
        struct server_request *found = server_deferred_find(&w.server, w.calls[i].request.tag);
        if (found == NULL || found->wire.args[0] != 2 || w.calls[i].state != CALL_HELD)
            continue;
        assert_int_equal(found->wire.tag, w.calls[i].request.tag);
        server_reply(found, 11);
        break;
    }
    if (queue == 3) {
        server_queue_reply_all(&w.queues[0], 11);
        assert_null(server_queue_first(&w.queues[0]));
    }
    server_reply(request, 0);
}

static void serve_stat(struct server_request *request)
{
    server_reply_slice(request, server_model_text, SERVER_MODEL_TEXT);
}

static void serve_control(struct server_request *request)
{
    char copy[PAYLOAD], turned[PAYLOAD];
    size_t len = request->wire.in_len, room, half = len / 2;
    int64_t got = server_payload(request, copy, 0, half);
    if (got == (int64_t)half) /* a whole and a part that begins within */
        got += server_payload(request, copy + half, half, sizeof copy);
    if (got != (int64_t)len) {
        server_reply(request, -ERR_INTR);
        return;
    }
    for (size_t i = 0; i < len; i++)
        turned[i] = copy[len - 1 - i];
    void *out = server_out(request, &room);
    if (len <= room)
        memcpy(out, turned, len);
    server_reply_data(request, (int64_t)len, len <= room ? out : turned, len);
}

static void serve_sync(struct server_request *request)
{
    if (request->wire.args[0] & 2 && server_take_handle(request) != HANDLE_NONE)
        w.handles--; /* it is the server's own now */
    w.handles += request->wire.args[0] & 1;
    if (request->wire.args[0] & 1)
        server_reply_handle(request, 0, 77, 1, 2);
    else
        server_reply_values(request, 0, 1, 2);
}

static void serve_level(struct server_request *request)
{
    uint32_t ready = (uint32_t)request->wire.args[0];
    unsigned slot = file_slot(request->file->id);
    w.levels[slot] = ready;
    server_file_notify(request->file, ready);
    if (w.watching[slot])
        assert_int_equal(w.told[slot], ready + 1); /* told before, or now */
    server_reply_values(request, 0, ready, 0);
}

static server_handler_fn *const own[] = {NULL, serve_level};
static const struct server_ops ops = {
    .handler = {[VERB_open] = serve_open,
                [VERB_read] = serve_read,
                [VERB_write] = serve_write,
                [VERB_stat] = serve_stat,
                [VERB_control] = serve_control,
                [VERB_sync] = serve_sync},
    .private_handler = own,
    .private_count = COUNT(own),
    .release = release,
};

static void on_timer(struct server *server, void *arg)
{
    unsigned index = (unsigned)((struct server_timer *)arg - w.timers);
    (void)server;
    assert_true(w.armed[index]);
    assert_true(w.timers[index].deadline_ns <= w.now_ns);
    assert_int_equal(w.timers[index].deadline_ns, first_timer());
    for (unsigned i = 0; i < TIMERS; i++) /* equal ones in turn */
        if (w.armed[i] && w.timers[i].deadline_ns == w.timers[index].deadline_ns)
            assert_true(w.set_order[i] >= w.set_order[index]);
    w.armed[index] = false;
}

static void on_event(struct server *server, uint32_t events, void *arg)
{
    struct watched *watched = arg;
    (void)server;
    assert_true(watched->used);
    watched->seen = events;
}

/* ---- what must be true between two steps ---- */

static unsigned deferred_on(const struct server_file *file)
{
    unsigned count = 0;
    for (unsigned i = 0; i < SERVER_DEFERRED_BUCKETS; i++)
        for (struct server_request *r = w.server.deferred[i]; r; r = r->next)
            count += r->file == file;
    return count + (w.server.staged && w.server.staged->file == file);
}

static void check_files(void)
{
    unsigned count = 0;
    for (size_t i = 0; i < w.server.file_slots; i++) {
        struct server_file *file = w.server.files[i];
        assert_true(file != NULL || w.server.file_free_hint <= i);
        if (file == NULL)
            continue;
        count++;
        assert_ptr_equal(server_file_find(&w.server, file->id), file);
        assert_int_equal(file->refs, 1 + deferred_on(file));
    }
    assert_int_equal(count, w.server.file_count);
    struct server_file *file = NULL;
    while ((file = server_file_next(&w.server, file)) != NULL)
        count--;
    assert_int_equal(count, 0);
}

static void check_queue(const struct server_queue *queue)
{
    struct server_request *previous = NULL;
    for (struct server_request *r = queue->first; r; previous = r, r = server_queue_next(r)) {
        assert_ptr_equal(r->queue_prev, previous);
        assert_ptr_equal(r->queue, queue);
        assert_int_equal(r->state, SERVER_REQUEST_DEFERRED);
    }
    assert_ptr_equal(queue->last, previous);
}

static void check_server(void)
{
    unsigned deferred = 0, held = 0, spare = 0;
    for (unsigned i = 0; i < SERVER_DEFERRED_BUCKETS; i++)
        for (struct server_request *r = w.server.deferred[i]; r; r = r->next) {
            assert_non_null(call_of(r->wire.tag));
            assert_int_equal(r->state, SERVER_REQUEST_DEFERRED);
            assert_true(r->data_len == 0 && r->context == NULL);
            deferred++;
        }
    for (struct server_request *r = w.server.spare; r; r = r->next, spare++)
        assert_true(r->state == SERVER_REQUEST_FREE && r->file == NULL && r->queue == NULL);
    for (unsigned i = 0; i < CALLS; i++)
        held += w.calls[i].state == CALL_HELD;
    assert_int_equal(deferred, w.server.deferred_count);
    assert_int_equal(held, deferred + (w.server.staged != NULL));
    assert_true(spare + (w.server.staged != NULL) >= 2);
    assert_null(w.server.active);
    uint64_t last = 0;
    for (struct server_timer *timer = w.server.timers; timer; timer = timer->next) {
        assert_true(timer->armed && timer->deadline_ns >= last);
        last = timer->deadline_ns;
    }
    check_queue(&w.queues[0]);
    check_queue(&w.queues[1]);
    check_files();
}

/* ---- the clients ---- */

static unsigned any_file(void)
{
    unsigned slot = below(FILES);
    for (unsigned i = 0; i < FILES; i++)
        if (w.files[(slot + i) % FILES] != 0)
            return (slot + i) % FILES;
    return FILES;
}

static void submit(unsigned slot)
{
    static const uint16_t verbs[] = {VERB_read,    VERB_read, VERB_read, VERB_write, VERB_stat,
                                     VERB_control, VERB_sync, LEVEL,     VERB_ready, VERB_list};
    struct call *call = &w.calls[below(CALLS)];
    if (call->state != CALL_FREE)
        return;
    *call = (struct call){.state = CALL_QUEUED};
    struct request *request = &call->request;
    *request = (struct request){.tag = ++w.last_tag, .received = HANDLE_NONE};
    request->verb = slot == FILES || (below(5) == 0 && w.file_count < FILES - CALLS - 2)
                        ? VERB_open
                        : verbs[below(COUNT(verbs))];
    request->file = request->verb == VERB_open ? 0 : below(30) == 0 ? 12345 : w.files[slot];
    request->args[0] = below(request->verb == VERB_read ? 3 : 4);
    request->args[1] = below(4);
    if (request->verb == VERB_stat)
        request->args[0] = below(4) == 0 ? UINT64_MAX : below(SERVER_MODEL_TEXT + 10);
    request->out_len = below(2) == 0 ? below(SMALL) : below(PAYLOAD);
    if (request->verb == VERB_control) {
        request->in_len = below(3) == 0 ? below(SMALL + 2) : below(PAYLOAD);
        request->out_len = request->in_len;
    }
    for (unsigned i = 0; i < request->in_len; i++)
        call->in[i] = (char)below(256);
    if (request->verb == VERB_sync || below(20) == 0)
        request->received = 1000 + (handle_t)below(100);
}

static void send_oneway(uint16_t verb, uint64_t file, uint64_t arg0, uint64_t arg1)
{
    w.oneway = (struct request){.verb = verb,
                                .file = file,
                                .args = {arg0, arg1},
                                .received = below(10) == 0 ? 500 : HANDLE_NONE};
}

/* A close comes when no call names the file any more, as the kernel has it. */
static void close_file(unsigned slot)
{
    for (unsigned i = 0; i < CALLS; i++)
        if (w.calls[i].state != CALL_FREE && w.calls[i].request.file == w.files[slot])
            return;
    send_oneway(VERB_close, w.files[slot], 0, 0);
    w.files[slot] = 0;
    w.file_count--;
}

static void watch_file(unsigned slot)
{
    w.watching[slot] = true;
    w.told[slot] = 0;
    send_oneway(VERB_watch, w.files[slot], EVENT_READABLE, 0);
}

static void touch_timer(void)
{
    unsigned index = below(TIMERS);
    w.armed[index] = below(4) != 0;
    if (!w.armed[index]) {
        server_timer_cancel(&w.server, &w.timers[index]);
        return;
    }
    w.set_order[index] = ++w.set_count;
    server_timer_set(&w.server, &w.timers[index], w.now_ns + below(4));
}

static void touch_watch(void)
{
    struct watched *watched = &w.watches[below(WATCHES)];
    uint64_t cookie = watched->cookie;
    if (!watched->used) {
        assert_int_equal(server_watch(&w.server, 666, 1, on_event, watched, NULL), -ERR_ACCES);
        watched->handle = 100 + (handle_t)(watched - w.watches);
        assert_int_equal(server_watch(&w.server, watched->handle, EVENT_READABLE, on_event, watched,
                                      &watched->cookie),
                         0);
        for (unsigned i = 0; i < WATCHES; i++)
            assert_true(!w.watches[i].used || w.watches[i].cookie != watched->cookie);
        watched->used = true;
        return;
    }
    if (below(2) == 0) {
        assert_int_equal(server_watch_mask(&w.server, cookie, EVENT_WRITABLE), 0);
        return;
    }
    server_unwatch(&w.server, cookie);
    watched->used = false;
    assert_int_equal(server_watch_mask(&w.server, cookie, EVENT_WRITABLE), -ERR_BADF);
    server_unwatch(&w.server, cookie);
}

/* Also of one that has just ended. */
static void report_event(void)
{
    struct watched *watched = &w.watches[below(WATCHES)];
    unsigned events = 1 + below(100);
    if (w.oneway.verb != 0)
        return;
    send_oneway(VERB_event, 0, watched->cookie, events);
    watched->seen = 0;
    while (w.oneway.verb != 0)
        (void)server_step(&w.server, w.now_ns + 5);
    if (watched->used)
        assert_int_equal(watched->seen, events);
}

static void cancel(void)
{
    struct call *call = &w.calls[below(CALLS)];
    if (call->state != CALL_HELD || w.oneway.verb != 0)
        return;
    call->cancelled = true;
    call->gone |= w.refuse != 0 && below(2) == 0;
    send_oneway(VERB_cancel, call->request.file, call->request.tag, 0);
}

static void act(void)
{
    unsigned slot = any_file(), what = below(20);
    if (what < 10)
        submit(slot);
    else if (what < 12)
        cancel();
    else if (what < 14 && slot != FILES && w.oneway.verb == 0)
        what == 12 ? close_file(slot) : watch_file(slot);
    else if (what < 16)
        touch_timer();
    else if (what < 18)
        touch_watch();
    else if (what == 18)
        report_event();
    else
        w.now_ns += below(5);
}

static void run(uint64_t seed, unsigned steps)
{
    memset(&w, 0, sizeof w);
    w.transport.ops = &server_model_kernel;
    w.random = seed;
    w.refuse = seed % 2 == 0 ? 20 : 0;
    w.now_ns = below(1000000);
    assert_int_equal(server_init(&w.server, &ops, &w.transport, NULL, SMALL), 0);
    for (unsigned i = 0; i < TIMERS; i++)
        server_timer_init(&w.timers[i], on_timer, &w.timers[i]);
    for (unsigned i = 0; i < steps; i++) {
        act();
        int result = server_step(&w.server, w.now_ns + 5);
        assert_true(result == 0 || result == -ERR_TIMEDOUT || result == -ERR_INTR);
        check_server();
    }
    for (unsigned i = 0; i < CALLS; i++) {
        if (w.calls[i].state == CALL_QUEUED)
            w.calls[i].state = CALL_FREE;
        w.calls[i].cancelled = true;
    }
    server_fini(&w.server);
    for (unsigned i = 0; i < CALLS; i++)
        assert_int_equal(w.calls[i].state, CALL_FREE); /* all have been answered */
    assert_int_equal(w.opened, w.released);
    assert_int_equal(w.handles, 0);
}

static void test_any_sequence_keeps_the_promises(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++)
        run(seed, 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_sequence_keeps_the_promises)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
