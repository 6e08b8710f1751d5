/*
 * fuzz_event.c: counters and timers under random calls of several clients, a clock that goes and is set, clients that are killed,
 * allocations that fail. Nobody waits for what is there, and a watched file is as ready as it was last told to be.
 */
#include "servers/event/event.h"
#include "tests/fuzz/clients.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Times near to now by the clock that is meant, so that they meet; some that are never. */
static uint64_t some_time(bool real)
{
    uint8_t which = input_byte();
    if (which >= 240)
        return input_number();
    uint64_t now = clients.loop.now_ns + (real ? clients.loop.ahead_ns : 0);
    return (which & 1 ? now : 0) + (which >> 1) * 20000000ull;
}

static uint32_t put(struct loopback_call *call, const void *bytes, uint32_t length)
{
    memcpy((uint8_t *)(uintptr_t)call->in, bytes, length);
    return input_byte() % 32 ? length : length - 1;
}

static void fill_set(struct loopback_call *call)
{
    call->args[0] = input_byte() % 4;
    struct event_timer timer = {.value_ns = some_time(call->args[0] & EVENT_TIMER_ABSOLUTE)};
    if (input_byte() & 1)
        timer.interval_ns = some_time(false);
    call->in_len = put(call, &timer, sizeof timer);
}

static void fill(struct loopback_call *call)
{
    static const char *const names[] = {"counter", "semaphore", "timer", "timer", "", "x"};
    uint64_t value;
    switch (call->verb) {
    case VERB_open:
        if (input_byte() % 16)
            call->file = 0;
        call->in_len = input_text((uint8_t *)(uintptr_t)call->in, names, 6);
        call->args[0] = call->in_len ? FILE_RDWR : FILE_PATH;
        call->args[1] = input_number();
        break;
    case VERB_write:
        value = input_number();
        call->in_len = put(call, &value, sizeof value);
        break;
    case EVENT_TIMER_SET: fill_set(call); break;
    default: break;
    }
}

/* The clock is set, and the server told of it: by root. */
static void own(void)
{
    struct loopback_call root = {.verb = VERB_open, .args = {FILE_PATH}};
    clients.loop.ahead_ns = input_byte() * 50000000ull;
    if (loopback_call(&clients.loop, &root) != 0)
        return;
    struct loopback_call set = {.verb = EVENT_CLOCK_SET, .file = root.values[0]};
    int64_t result = loopback_call(&clients.loop, &set);
    assert(result == 0);
    (void)result;
    loopback_close(&clients.loop, root.values[0]);
}

static void check_counter(const struct event_file *file)
{
    const struct server_request *writer = server_queue_first(&file->writers);
    assert(!server_queue_first(&file->readers) || file->counter.count == 0);
    assert(file->counter.count <= EVENT_COUNTER_MAX);
    assert(!writer || (uintptr_t)writer->context > EVENT_COUNTER_MAX - file->counter.count);
}

static void check(void)
{
    struct server_file *next = NULL;
    while ((next = server_file_next(&clients.server, next))) {
        const struct event_file *file = (const struct event_file *)next;
        if (file->kind == EVENT_COUNTER)
            check_counter(file);
        else if (file->kind == EVENT_TIMER)
            assert(!server_queue_first(&file->readers) || alarm_level(file) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t verbs[] = {
        VERB_open,  VERB_open,       VERB_read,       VERB_read,       VERB_read,       VERB_write,
        VERB_write, EVENT_TIMER_SET, EVENT_TIMER_SET, EVENT_TIMER_GET, EVENT_CLOCK_SET, VERB_stat};
    static const struct cred creds[] = {{.pid = 10, .euid = 1}, {.pid = 11, .euid = 2}};
    static const struct clients_target target = {
        .ops = &event_server_ops,
        .verbs = verbs,
        .verb_count = sizeof verbs / sizeof verbs[0],
        .creds = creds,
        .cred_count = 2,
        .fill = fill,
        .own = own,
        .check = check,
    };
    clients_begin(&target, data, size);
    clients_run();
    server_fini(&clients.server);
    return 0;
}
