/* test_pty_random.c: do pseudo-terminals keep their counts and memory under random calls at both ends? */
#include <stdio.h>

#include "servers/tty/pty.h"
#include "tests/unit/sockets/random_calls.h"

static struct random_clients c;
static struct pty_host host;

static int group_signal(void *context, uint32_t pgid, int signo)
{
    (void)context, (void)pgid, (void)signo;
    return 0;
}

static int group_info(void *context, uint32_t pgid, uint32_t pid, struct terminal_group *group)
{
    (void)context, (void)pgid, (void)pid;
    *group = (struct terminal_group){.session = 10};
    return 0;
}

static bool session_alive(void *context, uint32_t sid)
{
    (void)context, (void)sid;
    return true;
}

static bool session_has_terminal(void *context, uint32_t sid)
{
    (void)context, (void)sid;
    return false;
}

static void session_changed(void *context, uint32_t sid, uint32_t foreground)
{
    (void)context, (void)sid, (void)foreground;
}

static const struct terminal_ops ops = {
    .screen_write = pty_screen_write,
    .keyboard_read = pty_keyboard_read,
    .want = pty_want,
    .size_read = pty_size_read,
    .group_signal = group_signal,
    .group_info = group_info,
    .session_alive = session_alive,
    .session_changed = session_changed,
    .session_has_terminal = session_has_terminal,
    .process_signal = group_signal,
    .pumped = pty_pumped,
};

static void fill(struct loopback_call *call)
{
    char *in = (char *)(uintptr_t)call->in;
    if (call->verb == VERB_open) {
        static const char *const paths[] = {"ptmx", "0", "1", "2", "3", "current", ""};
        const char *path = paths[pick(&c, 7)];
        call->in_len = (uint32_t)strlen(path);
        memcpy(in, path, call->in_len);
        call->args[0] = pick(&c, 8) == 0 ? FILE_PATH : FILE_RDWR;
    } else if (call->verb == VERB_control) {
        call->args[0] = pick(&c, TTY_PTY_SIGNAL + 2);
        call->args[1] = pick(&c, 3);
        for (size_t i = 0; i < sizeof(struct tty_termios); i++)
            in[i] = (char)(pick(&c, 3) ? 0 : pick(&c, 256));
        call->in_len = sizeof(struct tty_termios);
    } else {
        call->args[0] = call->verb == VERB_list ? pick(&c, 6) : UINT64_MAX;
        call->in_len = pick(&c, 600);
        for (uint32_t i = 0; i < call->in_len; i++)
            in[i] = (char)(pick(&c, 4) ? 'a' + pick(&c, 26) : pick(&c, 33));
    }
}

static void check(void)
{
    for (int i = 0; i < PTY_MAX; i++) {
        const struct pty *p = host.ptys[i];
        assert(!p || p->master || p->slaves > 0 || p->holds > 0);
        assert(!p || !p->pumping);
    }
}

static void run(uint64_t seed)
{
    static const uint16_t verbs[] = {VERB_open,  VERB_read, VERB_read,    VERB_write,
                                     VERB_write, VERB_stat, VERB_control, VERB_control,
                                     VERB_ready, VERB_list, VERB_write,   VERB_path};
    memset(&c, 0, sizeof c);
    c.seed = seed;
    loopback_init(&c.loop, &c.server);
    c.loop.now_ns = 1;
    c.loop.context = &c;
    host = (struct pty_host){.server = &c.server, .ops = &ops};
    int error = server_init(&c.server, &pty_server_ops, &c.loop.transport, &host, 0);
    assert(error == 0);
    for (int i = 0; i < 300; i++) {
        uint16_t verb = verbs[pick(&c, sizeof verbs / sizeof verbs[0])];
        uint64_t file = verb == VERB_open ? 0 : c.files[pick(&c, FILES)];
        struct loopback_call *call = NULL;
        if (pick(&c, 6) == 0)
            disturb(&c);
        else if (file || verb == VERB_open)
            call = begin(&c, verb, file);
        if (call) {
            fill(call);
            submit(&c, call);
        }
        /* New masters are unlocked, so that there are slaves. */
        for (int k = 0; k < PTY_MAX; k++)
            if (host.ptys[k])
                host.ptys[k]->locked = false;
        check();
    }
    close_all(&c);
    for (int i = 0; i < PTY_MAX; i++)
        assert(!host.ptys[i]);
    server_fini(&c.server);
}

int main(int argc, char **argv)
{
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 0) : 1, last = argc > 1 ? first : 400;
    for (uint64_t seed = first; seed <= last; seed++)
        run(seed);
    printf("%llu seeds\n", (unsigned long long)(last - first + 1));
    return 0;
}
