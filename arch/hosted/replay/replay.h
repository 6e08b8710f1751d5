/*
 * replay.h: the whole system in virtual time, the same every time: --seed, --record, --replay (docs/replay.md).
 *
 * One core. Time stands still but at traps: each one, and each time the core is idle, is counted and makes it pass by an amount
 * that depends on the seed. Whatever comes from outside is delivered at a counted trap. All functions are for core 0's thread
 * unless they say otherwise, and for a run with replay_on only.
 */
#pragma once
#include <stddef.h>

#include "host.h"

/* Exit statuses. */
#define REPLAY_STATUS_NOT_REPLAYABLE 122 /* a thread never traps; the replay went another way */
#define REPLAY_STATUS_HANGS          124 /* every thread waits, nothing can come any more */

extern bool replay_on; /* constant once the options are read */
#define REPLAY __builtin_expect(replay_on, 0)

/* ---- the start, in this order (replay.c, file.c) ---- */

/* Right after options_parse. A recording's memory, verbosity and terminal replace the options'. */
void replay_init(struct host_options *options);
/* The recording's boot arguments; false: there is no recording. They are borrowed. */
bool replay_bootargs(const char **args, uint32_t *bytes);
/* The files that the machine gets are known: they are the recording's, or become so. *overlay is malloc'ed. */
void replay_files(const struct host_options *options, const struct boot_info *info,
                  const uint8_t *image, size_t image_bytes, uint8_t **overlay,
                  size_t *overlay_bytes);

/* ---- what the other files of the body ask for ---- */

uint64_t replay_time_ns(unsigned clock);
void replay_entropy(void *buffer, size_t bytes);
void replay_timer_arm(struct cpu *cpu, uint64_t deadline_ns);
void replay_idle(struct cpu *cpu); /* arch_cpu_idle */
/* All mapping changes so far become visible to the stub now, and not while it sleeps: what it finds there shall not depend on
 * how fast it is. */
void replay_publish(struct stub *stub);
/* Around each arch_user_run. */
void replay_run_begin(struct cpu *cpu, struct arch_user *user);
void replay_run_end(struct cpu *cpu, struct arch_user *user, struct trap *trap);
/* The context has run since the last trap, for two seconds of its own time: it is to be stopped. Asked every 50 ms. */
bool replay_is_stuck(const struct stub *stub);
/* The host refuses what the guest would see (no more processes). */
_Noreturn void replay_refused(const char *what);
/* The end: prints and checks the hashes. -> the exit status. */
int replay_finish(int status);
/* On standard error: how to come here again. Any thread. */
void replay_say_where(void);

/* ---- consoles ---- */

/* Input or output is to be moved, or the guest waits for input: at one of the next traps. */
void replay_device_wake(void);
struct tty_winsize replay_window(void);

/* For the host thread: */
enum replay_event {
    REPLAY_INPUT = 1,
    REPLAY_INPUT_END,
    REPLAY_RESIZE,
    REPLAY_LEAVE,
    REPLAY_MARK,
    REPLAY_END
};
bool replay_takes_input(void); /* shall it read standard input now, if the console wants it */
void replay_stage(enum replay_event kind, const void *data, size_t bytes);
/* End with this status at the next trap. False: at once. */
bool replay_leave(int status);
/* How long the host thread may wait for anything; -1: for ever. Then it gives the core up: that computes, or its output blocks. */
int replay_patience_ms(void);
_Noreturn void replay_give_up(void);
