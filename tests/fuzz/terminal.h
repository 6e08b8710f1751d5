/* terminal.h: what the targets of the terminal and of pseudo-terminals have in common: procd behind them, controls, what must hold. */
#pragma once
#include <termios.h>

#include "abi/signal.h"
#include "servers/tty/terminal.h"
#include "tests/fuzz/clients.h"

/* A shell (leader of session 10), its jobs, and the leader of another session. */
static const struct cred terminal_creds[] = {
    {.pid = 10, .pgid = 10, .sid = 10, .uid = 1, .euid = 1},
    {.pid = 20, .pgid = 20, .sid = 10, .uid = 1, .euid = 1},
    {.pid = 31, .pgid = 30, .sid = 10},
    {.pid = 40, .pgid = 40, .sid = 40, .uid = 2, .euid = 2},
    {.pid = 40, .pgid = 40, .sid = 40},
};

static struct terminal_world {
    struct terminal_group groups[5]; /* by pgid / 10 */
    bool dead[5];                    /* sessions */
    uint32_t owner;                  /* session 10's and 40's terminals: bits */
    bool deaf;                       /* signals reach nobody */
} world;

static inline int world_group_signal(void *context, uint32_t pgid, int signo)
{
    (void)context;
    assert(pgid != 0 && signo > 0 && signo <= 64);
    return world.deaf ? -ERR_SRCH : 0;
}

static inline int world_group_info(void *context, uint32_t pgid, uint32_t pid,
                                   struct terminal_group *group)
{
    (void)context, (void)pid;
    if (pgid / 10 >= 5 || pgid % 10 || world.groups[pgid / 10].session == 0)
        return -ERR_SRCH;
    *group = world.groups[pgid / 10];
    return 0;
}

static inline bool world_session_alive(void *context, uint32_t sid)
{
    (void)context;
    return sid / 10 < 5 && !world.dead[sid / 10];
}

static inline void world_start(void)
{
    memset(&world, 0, sizeof world);
    for (int i = 1; i < 4; i++)
        world.groups[i].session = 10;
    world.groups[4].session = 40;
}

static inline void world_change(void)
{
    unsigned what = input_below(8), group = 1 + input_below(4);
    struct terminal_group *g = &world.groups[group];
    switch (what) {
    case 0: g->orphaned = !g->orphaned; break;
    case 1: g->masked ^= DYAD_SIGNAL_BIT(DYAD_SIGTTIN); break;
    case 2: g->masked ^= DYAD_SIGNAL_BIT(DYAD_SIGTTOU); break;
    case 3: world.dead[group] = !world.dead[group]; break;
    case 4: world.deaf = !world.deaf; break;
    default: g->session = g->session ? 0 : group == 4 ? 40 : 10; break;
    }
}

/* Typing: what is long is mostly text, since to erase or show again a long line takes its length each time. */
static inline uint32_t fill_typing(uint8_t *out, uint32_t room)
{
    uint32_t length = input_bytes(out, room);
    for (uint32_t i = 300; i < length; i++)
        if ((out[i] < 0x20 && out[i] != '\n') || out[i] >= 0x7f)
            out[i] = 'k';
    return length;
}

/* Modes near those that programs set, or any. */
static inline uint32_t fill_termios(uint8_t *in, const struct terminal *like)
{
    struct tty_termios t = like->ldisc.termios;
    uint8_t changes = input_byte();
    if (changes & 1)
        t.c_lflag ^= ICANON;
    if (changes & 2)
        t.c_lflag ^= TOSTOP;
    if (changes & 4)
        t.c_lflag ^= ECHO | ISIG;
    if (changes & 8)
        t.c_iflag ^= IXON;
    if (changes & 16)
        t.c_oflag ^= OPOST;
    if (changes & 32) {
        t.c_cc[VMIN] = input_byte() & 7;
        t.c_cc[VTIME] = input_byte() & 3;
    }
    if (changes & 64)
        t.c_cc[input_below(TTY_NCCS)] = input_byte();
    memcpy(in, &t, sizeof t);
    if (changes & 128)
        return input_bytes(in, sizeof t);
    return sizeof t;
}

static inline void fill_control(struct loopback_call *call, const struct terminal *like,
                                unsigned commands)
{
    uint8_t *in = (uint8_t *)(uintptr_t)call->in;
    call->args[0] = input_below(commands + 2);
    call->args[1] = input_byte() % 8 ? input_below(3) : input_number();
    if (call->args[0] == TTY_SET_PGRP)
        call->args[1] = 10 * input_below(6);
    if (call->args[0] == TTY_SET_TERMIOS)
        call->in_len = fill_termios(in, like);
    else
        call->in_len = input_byte() % 4 ? 0 : input_bytes(in, sizeof(struct tty_winsize));
}

/* Nothing waits for what has happened. */
static inline void check_terminal(struct terminal *t)
{
    const struct ldisc *l = &t->ldisc;
    const struct server_request *reader = server_queue_first(&t->readers);
    size_t readable = ldisc_readable(l), least = l->termios.c_cc[VMIN];

    assert(l->queue_tail - l->queue_head <= LDISC_QUEUE_MAX);
    assert(l->output_tail - l->output_head <= LDISC_OUTPUT_MAX);
    assert(l->line_length < LDISC_LINE_MAX);
    assert(l->records <= l->queue_tail - l->queue_head && l->eof_marks <= l->records);
    assert(t->pending_length <= sizeof t->pending);
    assert(t->want_keyboard == (!t->input_ended && t->pending_length < sizeof t->pending));
    assert(!server_queue_first(&t->writers) || ldisc_output_room(l) == 0);
    assert(!server_queue_first(&t->drainers) || !ldisc_output_empty(l));
    if (!reader)
        return;
    assert(!t->hung_up && !(t->input_ended && t->pending_length == 0));
    if (l->termios.c_lflag & ICANON)
        assert(!ldisc_has_record(l));
    else if (least > 0)
        assert(readable == 0 || (readable < least && readable < reader->wire.out_len));
    else /* until VTIME is over, and no longer than that */
        assert(readable == 0 && t->read_timer.armed &&
               t->read_timer.deadline_ns > clients.loop.now_ns);
    assert(!terminal_is_controlling(t, &reader->wire.cred) ||
           reader->wire.cred.pgid == t->foreground);
}
