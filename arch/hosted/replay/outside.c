/* outside.c: devices, and whatever else comes from outside, at counted traps; what the core does when it is idle. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "console.h"
#include "core/cpu.h"
#include "host_exit.h"
#include "replay/internal.h"

#define DEVICE_TRAPS      32u  /* a device takes so many traps at most */
#define LEAVE_PATIENCE_MS 1000 /* so long the core may take to its next trap */

/* Something from outside, on its way from the host thread to the core. */
struct staged {
    struct staged *next;
    enum replay_event kind;
    size_t bytes;
    uint8_t data[];
};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct staged *first, **end; /* guarded by lock */
    _Atomic bool any;
} staging = {.lock = PTHREAD_MUTEX_INITIALIZER};

void outside_init(void)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&staging.changed, &monotonic);
    staging.end = &staging.first;
}

/* ---- devices ---- */

void replay_device_wake(void)
{
    if (replay.device_pending)
        return;
    replay.device_pending = true;
    replay.device_trap =
        atomic_load(&replay.traps) + 1 + next_random(&replay.device_state) % DEVICE_TRAPS;
}

void outside_flush(void)
{
    console_host_flush(1);
    console_host_flush(2);
}

/* Standard input that is nobody's session: as much as there is room for is waited for, so that its pieces do not depend on the writer. */
static void read_standard_input(void)
{
    uint8_t data[4096];
    size_t room = console_input_room();
    size_t bytes = console_host_read(data, room < sizeof(data) ? room : sizeof(data));
    if (bytes)
        console_input(data, bytes);
    else
        console_input_end();
    trace_event("input", hash_bytes(0, data, bytes), atomic_load(&replay.traps), replay.now_ns);
}

static void device_complete(void)
{
    replay.device_pending = false;
    trace_event("device", replay.device_trap, atomic_load(&replay.traps), replay.now_ns);
    outside_flush();
    if (replay.mode == SEEDED && !replay.live && console_input_wanted())
        read_standard_input();
}

struct tty_winsize replay_window(void)
{
    return replay.window;
}

/* ---- what comes from outside ---- */

_Noreturn static void leave(int status)
{
    outside_flush();
    host_exit(replay_finish(status));
}

/* Handed over at a counted trap, by the host thread or the recording. */
static void deliver(enum replay_event kind, const void *data, size_t bytes)
{
    int32_t status;
    trace_event("event", hash_bytes(kind, data, bytes), atomic_load(&replay.traps), replay.now_ns);
    switch (kind) {
    case REPLAY_INPUT: console_input(data, bytes); break;
    case REPLAY_INPUT_END: console_input_end(); break;
    case REPLAY_RESIZE:
        memcpy(&replay.window, data, sizeof(replay.window));
        console_resized();
        break;
    case REPLAY_LEAVE: memcpy(&status, data, sizeof(status)); leave(status);
    case REPLAY_MARK:
    case REPLAY_END: break;
    }
}

static struct staged *staged_take(void)
{
    pthread_mutex_lock(&staging.lock);
    struct staged *first = staging.first;
    staging.first = NULL;
    staging.end = &staging.first;
    atomic_store(&staging.any, false);
    pthread_mutex_unlock(&staging.lock);
    return first;
}

static void deliver_staged(uint64_t advance_ns)
{
    uint64_t traps = atomic_load(&replay.traps);
    replay.now_ns += advance_ns;
    for (struct staged *s = staged_take(), *next; s; s = next) {
        next = s->next;
        if (replay.mode == RECORDING)
            recording_write(s->kind, traps, advance_ns, s->data, s->bytes);
        advance_ns = 0;
        deliver(s->kind, s->data, s->bytes);
        free(s);
    }
    console_host_wake(); /* it may read again */
}

_Noreturn void replay_diverged(const char *how)
{
    outside_flush();
    trace_flush();
    fprintf(stderr, "dyad: the replay has left the recording at trap %llu: %s\n",
            (unsigned long long)atomic_load(&replay.traps), how);
    host_exit(REPLAY_STATUS_NOT_REPLAYABLE);
}

static void deliver_recorded(void)
{
    uint64_t traps = atomic_load(&replay.traps);
    for (;;) {
        const void *data;
        const struct recording_event *event = recording_peek(&data);
        if (event->trap < traps)
            replay_diverged("it goes on behind what was recorded");
        if (event->trap > traps || event->kind == REPLAY_END)
            return;
        recording_drop();
        if (event->kind == REPLAY_MARK) {
            uint64_t hash = trace_hash();
            if (memcmp(data, &hash, sizeof(hash)) != 0)
                replay_diverged("the trace up to here is another one");
            continue;
        }
        replay.now_ns += event->advance_ns;
        deliver((enum replay_event)event->kind, data, event->bytes);
        if (recording_peek(&data)->trap != traps || recording_peek(&data)->kind == REPLAY_END)
            console_host_wake(); /* as deliver_staged did after the last one */
    }
}

/* Devices first: what an idle core waits for comes behind them in the recording's session, so in its replay too. */
void outside_look(void)
{
    if (replay.device_pending && atomic_load(&replay.traps) >= replay.device_trap)
        device_complete();
    if (replay.mode == REPLAYING)
        deliver_recorded();
    else if (atomic_load(&staging.any))
        deliver_staged(0);
}

bool replay_takes_input(void)
{
    return replay.live && !atomic_load(&staging.any);
}

void replay_stage(enum replay_event kind, const void *data, size_t bytes)
{
    if (!replay.live)
        return;
    struct staged *s = host_allocate(sizeof(*s) + bytes);
    s->kind = kind;
    s->bytes = bytes;
    if (bytes)
        memcpy(s->data, data, bytes);
    pthread_mutex_lock(&staging.lock);
    *staging.end = s;
    staging.end = &s->next;
    atomic_store(&staging.any, true);
    pthread_cond_signal(&staging.changed);
    pthread_mutex_unlock(&staging.lock);
}

bool replay_leave(int status)
{
    if (!replay.live || replay.leaving) /* asked for again: the core does not answer */
        return false;
    replay.leaving = true;
    replay.leaving_status = status;
    int32_t data = status;
    replay_stage(REPLAY_LEAVE, &data, sizeof(data));
    return true;
}

int replay_patience_ms(void)
{
    return replay.leaving ? LEAVE_PATIENCE_MS : -1;
}

_Noreturn void replay_give_up(void)
{
    host_exit(replay.leaving_status);
}

/* ---- idle ---- */

/* Wait in the host's time. -> how long; *came: something was staged. */
static uint64_t wait_staged(uint64_t limit_ns, bool *came)
{
    uint64_t start = host_time_ns();
    uint64_t end = limit_ns > UINT64_MAX / 4 ? UINT64_MAX / 4 : start + limit_ns;
    struct timespec until = {(time_t)(end / 1000000000), (long)(end % 1000000000)};
    int error = 0;
    pthread_mutex_lock(&staging.lock);
    while (!staging.first && error != ETIMEDOUT)
        error = pthread_cond_timedwait(&staging.changed, &staging.lock, &until);
    *came = staging.first != NULL;
    pthread_mutex_unlock(&staging.lock);
    return host_time_ns() - start;
}

/* Nobody runs and nothing is under way: until the deadline, or input. */
static void wait_outside(void)
{
    bool came = false;
    bool forever = replay.deadline_ns == UINT64_MAX;
    uint64_t limit = forever ? UINT64_MAX : replay.deadline_ns - replay.now_ns;
    if (replay.live) {
        uint64_t waited = wait_staged(limit, &came);
        if (came) {
            deliver_staged(waited < limit ? waited : limit - 1); /* the timer is not due yet */
            return;
        }
    } else if (forever && replay.mode == REPLAYING) {
        replay_diverged("nothing can come any more");
    } else if (forever) {
        outside_flush();
        fprintf(stderr, "dyad: every thread waits, and nothing can come any more\n");
        leave(REPLAY_STATUS_HANGS);
    }
    replay.now_ns = replay.deadline_ns;
}

void replay_idle(struct cpu *cpu)
{
    struct arch_cpu *arch = &cpu->arch;
    uint64_t number = atomic_load(&replay.traps);
    outside_look();
    replay_timer_look(cpu);
    if (!atomic_load(&arch->kicked) && !atomic_load(&arch->interrupts) &&
        arch->deadline_ns == UINT64_MAX) {
        if (replay.device_pending)
            device_complete();
        else
            wait_outside();
    }
    atomic_store(&arch->kicked, 0);
    trace_event("idle", atomic_load(&arch->interrupts), number, replay.now_ns);
    replay_count_trap();
}
