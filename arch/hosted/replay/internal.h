/* internal.h: what the files of the replay share. */
#pragma once
#include "abi/tty.h"
#include "replay/replay.h"

/* ---- replay.c ---- */

struct replay_state {
    enum { SEEDED, RECORDING, REPLAYING } mode;
    bool live;    /* input comes when it comes; otherwise it is waited for, or the recording's */
    bool leaving; /* the host thread's: it has been told to end once, with this status */
    int leaving_status;
    bool verbose;
    const char *trace_hash; /* file for the last line; NULL: none */
    uint64_t seed;
    uint64_t time_state, device_state, entropy_state; /* of generators */
    uint32_t jump_odds; /* one trap of so many lasts until the deadline, if that is near */
    uint64_t now_ns, deadline_ns; /* virtual */
    _Atomic uint64_t traps;
    bool device_pending;
    uint64_t device_trap; /* when it is done */
    struct tty_winsize window;
    /* The run that may be stuck, and its CPU time when it was first looked at: */
    uint64_t watched_trap, watched_ns;
    const char *args;
    uint32_t args_bytes;
};
extern struct replay_state replay; /* core 0's, but for traps */

void replay_timer_look(struct cpu *cpu); /* the deadline may have come */
void replay_count_trap(void);            /* the end of a counted trap: time passes */

/* SplitMix64 (Steele, Lea and Flood, 2014). */
static inline uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* ---- hashes: not against attackers ---- */

static inline uint64_t hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;
    return hash ^ hash >> 32;
}
uint64_t hash_bytes(uint64_t hash, const void *data, size_t bytes);

/* ---- outside.c ---- */

void outside_init(void);
void outside_look(void);  /* everything that is due before the next trap */
void outside_flush(void); /* all output */
_Noreturn void replay_diverged(const char *how);

/* ---- file.c: the recording ---- */

struct recording_setup {
    uint64_t build, image; /* hashes: this program, the initfs */
    uint64_t memory_bytes, seed;
    uint32_t xsave_bytes; /* of the host's processor */
    uint32_t verbosity, tty, args_bytes;
    struct tty_winsize window;
    uint64_t overlay_bytes;
};

struct recording_event {
    uint64_t trap;       /* it comes before the trap of this number */
    uint64_t advance_ns; /* how long the core had been idle */
    uint32_t kind;       /* enum replay_event */
    uint32_t bytes;      /* of data */
    uint64_t check;      /* a hash of all before, and of this */
};

/* The data of REPLAY_END. */
struct recording_end {
    int64_t status;
    uint64_t traps, trace, state;
};

uint64_t recording_build(void); /* a hash of the program that runs */

/* Writing. Errors of the host end dyad. */
void recording_create(const char *path);
void recording_write_setup(const struct recording_setup *setup, const char *args,
                           const uint8_t *overlay);
void recording_write(enum replay_event kind, uint64_t trap, uint64_t advance_ns, const void *data,
                     size_t bytes);

/* Reading: the whole file is checked by open; whatever is wrong with it ends dyad. What is returned lives for ever. */
void recording_open(const char *path);
const struct recording_setup *recording_setup(void);
const char *recording_args(void);
const uint8_t *recording_overlay(void);
/* The next event. There always is one: after REPLAY_END nothing is asked for. */
const struct recording_event *recording_peek(const void **data);
void recording_drop(void);

/* ---- trace.c: the trace ---- */

void trace_start(const char *path); /* NULL: it is only hashed */
void trace_resume(const struct arch_user *user);
void trace_trap(const struct cpu *cpu, const struct arch_user *user, const struct trap *trap,
                uint64_t number, uint64_t now_ns);
void trace_event(const char *what, uint64_t value, uint64_t number, uint64_t now_ns);
uint64_t trace_hash(void);
void trace_flush(void);

/* ---- state.c ---- */

/* Processes, threads, handles, memory: whatever is the same on every host. Nobody else may run. */
uint64_t state_hash(const struct machine *machine);

/* ---- stuck.c ---- */

void stuck_init(const struct host_options *from);
uint64_t stuck_cpu_ns(const struct stub *stub); /* that its threads have had so far */
/* One line on standard error: who it is, and where. */
void stuck_say(const struct cpu *cpu, const struct arch_user *user);
