/*
 * fuzz_mqueue.c: message queues under random calls of several clients: names, rights, priorities, deadlines, notification, clients that
 * are killed, allocations that fail. Messages stay in order, counts hold, and nobody waits for what has happened.
 */
#include "servers/mqueue/mqueue.h"
#include "tests/fuzz/clients.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct mqueue_server host;
static bool
    lost; /* a message: a client has been killed, so a queue may hold one more than its most */

/* ---- processes: a handle of one for each client ---- */

#define PROCESS_HANDLE 500 /* + client */
#define CLIENTS        3u

static bool ended[CLIENTS];

static int64_t process_lives(handle_t process, uint64_t *kid)
{
    if (process < PROCESS_HANDLE || process >= PROCESS_HANDLE + (int)CLIENTS)
        return -ERR_BADF;
    *kid = 1 + (uint64_t)(process - PROCESS_HANDLE);
    return !ended[process - PROCESS_HANDLE];
}

static void process_signal(handle_t process, const struct signal_info *info)
{
    assert(process >= PROCESS_HANDLE && info->signo > 0 && info->signo <= DYAD_SIGNAL_COUNT);
}

static void process_close(handle_t process)
{
    clients_handle_closed(&clients.loop, process);
}

static const struct mqueue_platform platform = {process_lives, process_signal, process_close};

/* The process that was watched last ends, or another of its number begins. */
static void own(void)
{
    unsigned which = input_below(CLIENTS);
    handle_t watched = clients.loop.watched_handle;
    if (input_byte() & 1) {
        ended[which] = false;
    } else if (watched >= PROCESS_HANDLE && clients.loop.watched_mask != 0) {
        ended[watched - PROCESS_HANDLE] = true;
        if (input_byte() & 1) /* the notice may come late */
            loopback_event(&clients.loop, EVENT_EXIT);
    }
}

/* ---- calls ---- */

static void fill_open(struct loopback_call *call)
{
    static const char *const names[] = {"a", "b", "a", "", "x/y"};
    uint8_t *in = (uint8_t *)(uintptr_t)call->in, how = input_byte();
    call->in_len = input_text(in, names, 5);
    if (how & 128) {
        memset(in, 'n', 300);
        call->in_len = how & 64 ? MQUEUE_NAME_MAX : MQUEUE_NAME_MAX + 1;
    }
    static const uint32_t access[] = {FILE_RDWR, FILE_RDWR, FILE_READ, FILE_WRITE};
    call->args[0] =
        access[how & 3] | (how & 12 ? FILE_CREATE : 0) | ((how & 0x30) == 0x30 ? FILE_EXCL : 0);
    call->args[1] = input_byte() % 4 ? 0666 : input_number();
    if (call->in_len == 0)
        call->args[0] = how & 16 ? FILE_PATH : FILE_READ;
    if (how & 12) {
        struct mqueue_attr attr = {.max_messages = input_byte() % 5, .message_bytes = 40};
        if (input_byte() % 16 == 0)
            attr.message_bytes = (uint32_t)input_number();
        in[call->in_len] = 0;
        memcpy(in + call->in_len + 1, &attr, sizeof attr);
        call->in_len += 1 + (uint32_t)sizeof attr;
    }
}

static void fill(struct loopback_call *call)
{
    uint8_t *in = (uint8_t *)(uintptr_t)call->in, how;
    switch (call->verb) {
    case VERB_open:
        if (input_byte() % 16)
            call->file = 0;
        fill_open(call);
        break;
    case MQUEUE_SEND:
    case MQUEUE_RECEIVE:
        how = input_byte();
        call->args[0] = how & 1 ? how >> 5 : how & 2 ? input_number() : 0;
        call->args[1] = how & 4 ? DEADLINE_NEVER : clients.loop.now_ns + (how >> 3) * 10000000ull;
        if (call->verb == MQUEUE_SEND)
            call->in_len = how & 8 ? input_bytes(in, 60) : 3;
        break;
    case MQUEUE_UNLINK:
        in[0] = 'a' + input_below(3);
        call->in_len = input_below(3);
        break;
    case MQUEUE_NOTIFY:
        how = input_byte();
        call->args[0] = how & 7;
        call->args[1] = how & 8 ? input_byte() : 1;
        call->has_send = how & 16;
        call->send =
            PROCESS_HANDLE + (handle_t)(how & 32 ? input_below(CLIENTS + 1) : call->kid - 1);
        break;
    case MQUEUE_WAIT: call->args[0] = input_byte() % 4 ? input_below(12) : input_number(); break;
    default: call->args[0] = input_below(3); break;
    }
}

static void check_deadlines(const struct server_queue *queue)
{
    for (struct server_request *r = server_queue_first(queue); r; r = server_queue_next(r)) {
        uint64_t deadline = r->wire.args[1];
        assert(deadline > clients.loop.now_ns);
        assert(deadline == DEADLINE_NEVER ||
               (host.timer.armed && host.timer.deadline_ns <= deadline));
    }
}

static void check_queue(const struct queue *q)
{
    uint32_t messages = 0, files = 0;
    for (const struct message *m = q->first; m; m = m->next) {
        assert(m->length <= q->attr.message_bytes && m->priority < MQUEUE_PRIORITIES);
        assert(!m->next || m->next->priority <= m->priority);
        messages++;
    }
    for (struct server_file *f = server_file_next(&clients.server, NULL); f;
         f = server_file_next(&clients.server, f))
        files += ((struct mqueue_file *)f)->queue == q;
    assert(messages == q->attr.messages && files == q->files);
    assert(lost || messages <= q->attr.max_messages);
    assert(!server_queue_first(&q->receivers) || !q->first);
    assert(!server_queue_first(&q->senders) || messages >= q->attr.max_messages);
    assert(!server_queue_first(&q->notified) || (q->registration.kid && !q->registration.due));
    assert(q->registration.kid == 0 || q->files > 0);
    check_deadlines(&q->receivers);
    check_deadlines(&q->senders);
}

static void check(void)
{
    uint32_t count = 0;
    for (int i = 0; i < CLIENTS_CALLS; i++)
        lost |= clients.calls[i].call.gone;
    for (const struct queue *q = host.queues; q; q = q->next, count++) {
        assert(!q->unlinked && q->name[0]);
        check_queue(q);
    }
    for (const struct queue *q = host.unlinked; q; q = q->next, count++) {
        assert(q->unlinked && q->files > 0);
        check_queue(q);
    }
    assert(count == host.count);
}

/* What is left has no files, so its names are what holds it. */
static void unlink_all(void)
{
    static const struct cred root = {0};
    clients.files[0] = 0;
    struct loopback_call call = {.verb = VERB_open, .args = {FILE_PATH}, .cred = root};
    int64_t result = loopback_call(&clients.loop, &call);
    assert(result >= 0);
    (void)result;
    uint64_t file = call.values[0];
    while (host.queues) {
        char name[MQUEUE_NAME_MAX + 1];
        strcpy(name, host.queues->name);
        struct loopback_call unlink = {.verb = MQUEUE_UNLINK,
                                       .file = file,
                                       .in = name,
                                       .in_len = (uint32_t)strlen(name),
                                       .cred = root};
        result = loopback_call(&clients.loop, &unlink);
        assert(result == 0);
    }
    loopback_close(&clients.loop, file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t verbs[] = {VERB_open,      MQUEUE_SEND,   MQUEUE_RECEIVE, MQUEUE_SEND,
                                     MQUEUE_RECEIVE, MQUEUE_ATTR,   MQUEUE_UNLINK,  MQUEUE_NOTIFY,
                                     MQUEUE_WAIT,    MQUEUE_NOTIFY, VERB_stat,      VERB_open,
                                     VERB_read};
    static const struct cred creds[] = {
        {.pid = 10}, {.pid = 11, .euid = 1, .egid = 1}, {.pid = 12, .euid = 2, .egid = 1}};
    static const struct clients_target target = {
        .ops = &mqueue_server_ops,
        .context = &host,
        .verbs = verbs,
        .verb_count = sizeof verbs / sizeof verbs[0],
        .creds = creds,
        .cred_count = CLIENTS,
        .fill = fill,
        .own = own,
        .check = check,
    };
    lost = false;
    clients_begin(&target, data, size);
    mqueue_init(&host, &clients.server);
    host.platform = &platform;
    memset(ended, 0, sizeof ended);
    clients_run();
    unlink_all();
    assert(host.count == 0);
    server_fini(&clients.server);
    return 0;
}
