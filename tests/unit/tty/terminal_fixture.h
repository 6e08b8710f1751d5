/* terminal_fixture.h: the terminal server over the loopback; the keyboard, the screen and procd are fakes. For test_terminal*.c. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#include <cmocka.h>

#include "abi/signal.h"
#include "servers/lib/loopback.h"
#include "servers/tty/scheme.h"

#define SECOND 1000000000ull
#define TENTH  (SECOND / 10)

static struct fake {
    struct server server;
    struct loopback loop;
    struct terminal terminal;
    uint64_t file;
    /* keyboard and screen */
    char typed[8192];
    size_t typed_length;
    bool keyboard_ended;
    char shown[65536 * 2];
    size_t shown_length, screen_room;
    bool wants_screen, wants_keyboard;
    struct tty_winsize size;
    /* procd */
    struct {
        uint32_t pgid;
        int signo;
    } sent[16];
    size_t sent_count;
    struct terminal_group groups[8]; /* by pgid / 10 */
    bool session_dead;
    uint32_t session_with_terminal;
    uint32_t told_session, told_foreground;
} f;

static inline int64_t screen_write(void *context, const uint8_t *bytes, size_t length)
{
    (void)context;
    if (f.screen_room == 0)
        return -ERR_AGAIN;
    if (length > f.screen_room)
        length = f.screen_room;
    memcpy(f.shown + f.shown_length, bytes, length);
    f.shown_length += length;
    f.screen_room -= length;
    return (int64_t)length;
}

static inline int64_t keyboard_read(void *context, uint8_t *bytes, size_t length)
{
    (void)context;
    if (f.typed_length == 0)
        return f.keyboard_ended ? 0 : -ERR_AGAIN;
    if (length > f.typed_length)
        length = f.typed_length;
    memcpy(bytes, f.typed, length);
    memmove(f.typed, f.typed + length, f.typed_length - length);
    f.typed_length -= length;
    return (int64_t)length;
}

static inline void want(void *context, bool keyboard, bool screen)
{
    (void)context;
    f.wants_keyboard = keyboard;
    f.wants_screen = screen;
}

static inline int size_read(void *context, struct tty_winsize *size)
{
    (void)context;
    *size = f.size;
    return 0;
}

static inline int group_signal(void *context, uint32_t pgid, int signo)
{
    (void)context;
    f.sent[f.sent_count].pgid = pgid;
    f.sent[f.sent_count++].signo = signo;
    return 0;
}

static inline int group_info(void *context, uint32_t pgid, uint32_t pid,
                             struct terminal_group *group)
{
    (void)context;
    (void)pid;
    if (pgid / 10 >= 8 || f.groups[pgid / 10].session == 0)
        return -ERR_SRCH;
    *group = f.groups[pgid / 10];
    return 0;
}

static inline bool session_alive(void *context, uint32_t sid)
{
    (void)context;
    (void)sid;
    return !f.session_dead;
}

static inline void session_changed(void *context, uint32_t sid, uint32_t foreground)
{
    (void)context;
    f.told_session = sid;
    f.told_foreground = foreground;
}

static inline bool session_has_terminal(void *context, uint32_t sid)
{
    (void)context;
    return sid == f.session_with_terminal;
}

static inline int process_signal(void *context, uint32_t pid, int signo)
{
    return group_signal(context, pid, signo);
}

static const struct terminal_ops ops = {.screen_write = screen_write,
                                        .keyboard_read = keyboard_read,
                                        .want = want,
                                        .size_read = size_read,
                                        .group_signal = group_signal,
                                        .group_info = group_info,
                                        .session_alive = session_alive,
                                        .session_changed = session_changed,
                                        .session_has_terminal = session_has_terminal,
                                        .process_signal = process_signal};

/* The shell: leader of session 10; its jobs are the groups 20, 30. */
static const struct cred shell = {.pid = 10, .pgid = 10, .sid = 10};
static const struct cred job = {.pid = 20, .pgid = 20, .sid = 10};
static const struct cred stranger = {.pid = 40, .pgid = 40, .sid = 40};

static inline struct loopback_call open_call(const char *path, const struct cred *cred,
                                             uint32_t flags)
{
    return (struct loopback_call){.verb = VERB_open,
                                  .in = path,
                                  .in_len = (uint32_t)strlen(path),
                                  .args = {flags},
                                  .cred = *cred};
}

static inline int setup(void **state)
{
    (void)state;
    memset(&f, 0, sizeof f);
    f.screen_room = sizeof f.shown;
    f.size = (struct tty_winsize){24, 80, 0, 0};
    f.groups[1] = f.groups[2] = f.groups[3] = (struct terminal_group){.session = 10};
    f.groups[4] = (struct terminal_group){.session = 40};
    loopback_init(&f.loop, &f.server);
    if (server_init(&f.server, &tty_server_ops, &f.loop.transport, &f.terminal, 0) != 0)
        return -1;
    f.loop.now_ns = SECOND;
    terminal_init(&f.terminal, &f.server, &ops, &f);
    struct loopback_call call = open_call("console", &shell, FILE_RDWR);
    if (loopback_call(&f.loop, &call) != 0)
        return -1;
    f.file = call.values[0];
    return 0;
}

static inline int teardown(void **state)
{
    (void)state;
    server_fini(&f.server);
    return 0;
}

static inline struct loopback_call read_call(char *buffer, uint32_t room, const struct cred *cred)
{
    memset(buffer, 0, room);
    return (struct loopback_call){.verb = VERB_read,
                                  .file = f.file,
                                  .args = {UINT64_MAX},
                                  .out = buffer,
                                  .out_len = room,
                                  .cred = *cred};
}

static inline struct loopback_call write_call(const char *text, uint32_t length,
                                              const struct cred *cred)
{
    return (struct loopback_call){.verb = VERB_write,
                                  .file = f.file,
                                  .args = {UINT64_MAX},
                                  .in = text,
                                  .in_len = length,
                                  .cred = *cred};
}

static inline int64_t control(uint64_t command, uint64_t arg, const struct cred *cred)
{
    struct loopback_call call = {
        .verb = VERB_control, .file = f.file, .args = {command, arg}, .cred = *cred};
    return loopback_call(&f.loop, &call);
}

static inline void type(const char *text)
{
    memcpy(f.typed + f.typed_length, text, strlen(text));
    f.typed_length += strlen(text);
    terminal_keyboard_ready(&f.terminal);
    loopback_run(&f.loop);
}

static inline void set_raw(uint8_t minimum, uint8_t time)
{
    struct tty_termios t = f.terminal.ldisc.termios;
    t.c_lflag &= ~(uint32_t)(ICANON | ECHO);
    t.c_cc[VMIN] = minimum;
    t.c_cc[VTIME] = time;
    struct loopback_call call = {.verb = VERB_control,
                                 .file = f.file,
                                 .args = {TTY_SET_TERMIOS},
                                 .in = &t,
                                 .in_len = sizeof t,
                                 .cred = shell};
    assert_int_equal(loopback_call(&f.loop, &call), 0);
}
