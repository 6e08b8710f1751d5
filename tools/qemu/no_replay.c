/*
 * no_replay.c: arch/hosted/replay/replay.h for a program whose machine is QEMU: it neither records nor replays, so replay_on stays false and
 * nobody calls these. They stand in for the Linux body's, which would bring its cores along.
 */
#include "replay/replay.h"

bool replay_on;

static _Noreturn void not_here(void)
{
    host_fail("dyad-qemu cannot record or replay");
}

uint64_t replay_time_ns(unsigned clock)
{
    (void)clock;
    not_here();
}

void replay_entropy(void *buffer, size_t bytes)
{
    (void)buffer, (void)bytes;
    not_here();
}

int replay_finish(int status)
{
    (void)status;
    not_here();
}

void replay_say_where(void)
{
}

void replay_device_wake(void)
{
    not_here();
}

struct tty_winsize replay_window(void)
{
    not_here();
}

bool replay_takes_input(void)
{
    not_here();
}

void replay_stage(enum replay_event kind, const void *data, size_t bytes)
{
    (void)kind, (void)data, (void)bytes;
    not_here();
}

bool replay_leave(int status)
{
    (void)status;
    not_here();
}

int replay_patience_ms(void)
{
    not_here();
}

void replay_give_up(void)
{
    not_here();
}
