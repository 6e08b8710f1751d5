/* replay.c: virtual time, seeded choices, counted traps, the start and the end. */
#include "replay/replay.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "abi/syscall.h"
#include "console.h"
#include "core/cpu.h"
#include "host_exit.h"
#include "replay/internal.h"
#include "stub_pool.h"

#define REALTIME_BASE_NS 1767225600000000000UL /* 2026-01-01: the same in every run */
#define TRAP_NS_MIN      200u /* what a trap takes at least, and most of them at most more */
#define TRAP_NS_SPREAD   4096u
#define JUMP_NS_MAX      4000000u /* a little more than a slice */
#define STUCK_NS         2000000000UL
#define MARK_TRAPS       0x4000u /* a recording holds the trace's hash this often */

bool replay_on;

struct replay_state replay = {.deadline_ns = UINT64_MAX, .watched_trap = UINT64_MAX};

uint64_t hash_bytes(uint64_t hash, const void *data, size_t bytes)
{
    const uint8_t *p = data;
    uint64_t word;
    for (size_t left = bytes; left >= sizeof(word); left -= sizeof(word), p += sizeof(word)) {
        memcpy(&word, p, sizeof(word));
        hash = hash_word(hash, word);
    }
    word = 0;
    if (bytes % sizeof(word))
        memcpy(&word, p, bytes % sizeof(word));
    return hash_word(hash_word(hash, word), bytes);
}

/* ---- the start ---- */

static void check_options(const struct host_options *o)
{
    if (!o->replay)
        return;
    if (o->seeded || o->record)
        host_fail("--replay goes without --seed and --record: the recording has its own");
    if (o->command || o->script || o->add_count)
        host_fail("--replay goes without a command and --add: the recording has its own");
}

static void seed_all(uint64_t seed)
{
    uint64_t state = seed;
    replay.seed = seed;
    replay.time_state = next_random(&state);
    replay.device_state = next_random(&state);
    replay.entropy_state = next_random(&state);
    replay.jump_odds = 4u << next_random(&state) % 5; /* 4 to 64 */
}

static void init_replaying(struct host_options *o)
{
    recording_open(o->replay);
    const struct recording_setup *setup = recording_setup();
    if (setup->build != recording_build() && !o->any_build)
        host_fail("%s was recorded by another build of dyad (%016llx, this one is %016llx); "
                  "--any-build tries it",
                  o->replay, (unsigned long long)setup->build,
                  (unsigned long long)recording_build());
    if (o->memory_given && o->memory_bytes != setup->memory_bytes)
        host_fail("%s was recorded with --mem %lluK", o->replay,
                  (unsigned long long)(setup->memory_bytes >> 10));
    replay.mode = REPLAYING;
    replay.window = setup->window;
    replay.args = recording_args();
    replay.args_bytes = setup->args_bytes;
    o->memory_bytes = setup->memory_bytes;
    o->verbosity = setup->verbosity;
    o->tty = setup->tty;
    seed_all(setup->seed);
}

static void init_recording(struct host_options *o)
{
    if (!o->seeded && getrandom(&o->seed, sizeof(o->seed), 0) != (ssize_t)sizeof(o->seed))
        host_fail("the host gives no random numbers (getrandom): %s", strerror(errno));
    recording_create(o->record);
    replay.mode = RECORDING;
    seed_all(o->seed);
}

void replay_init(struct host_options *o)
{
    replay.verbose = o->verbosity > 0;
    replay.trace_hash = o->trace_hash;
    replay_on = o->seeded || o->record || o->replay;
    if (!replay_on) {
        if (o->trace || o->trace_hash)
            host_fail("--trace and --trace-hash go with --seed, --record or --replay");
        return;
    }
    check_options(o);
    outside_init();
    replay.window = (struct tty_winsize){24, 80, 0, 0};
    if (o->tty && !o->replay)
        replay.window = terminal_size();
    if (o->replay)
        init_replaying(o);
    else if (o->record)
        init_recording(o);
    else
        seed_all(o->seed);
    replay.live = o->record || (o->tty && !o->replay);
    stuck_init(o);
    trace_start(o->trace);
}

bool replay_bootargs(const char **args, uint32_t *bytes)
{
    if (replay.mode != REPLAYING)
        return false;
    *args = replay.args;
    *bytes = replay.args_bytes;
    return true;
}

static void load_files(const struct boot_info *info, uint64_t image, uint8_t **overlay,
                       size_t *overlay_bytes)
{
    const struct recording_setup *setup = recording_setup();
    if (setup->image != image)
        host_fail("the recording was made with another system image (%016llx, this one is %016llx)",
                  (unsigned long long)setup->image, (unsigned long long)image);
    if (setup->xsave_bytes != info->xsave_bytes)
        host_fail(
            "the recording was made on a processor with other registers (%u bytes of them, here %u)",
            setup->xsave_bytes, info->xsave_bytes);
    *overlay_bytes = setup->overlay_bytes;
    *overlay = host_allocate(*overlay_bytes + 1);
    if (*overlay_bytes)
        memcpy(*overlay, recording_overlay(), *overlay_bytes);
}

void replay_files(const struct host_options *options, const struct boot_info *info,
                  const uint8_t *image, size_t image_bytes, uint8_t **overlay,
                  size_t *overlay_bytes)
{
    if (replay.mode == SEEDED)
        return;
    uint64_t image_hash = hash_bytes(0, image, image_bytes);
    if (replay.mode == REPLAYING) {
        load_files(info, image_hash, overlay, overlay_bytes);
        return;
    }
    struct recording_setup setup = {.build = recording_build(),
                                    .image = image_hash,
                                    .memory_bytes = options->memory_bytes,
                                    .seed = replay.seed,
                                    .xsave_bytes = info->xsave_bytes,
                                    .verbosity = options->verbosity,
                                    .tty = options->tty,
                                    .args_bytes = info->args_bytes,
                                    .window = replay.window,
                                    .overlay_bytes = *overlay_bytes};
    recording_write_setup(&setup, info->args, *overlay);
}

/* ---- time and entropy ---- */

uint64_t replay_time_ns(unsigned clock)
{
    return clock == DYAD_CLOCK_REALTIME ? REALTIME_BASE_NS + replay.now_ns : replay.now_ns;
}

void replay_entropy(void *buffer, size_t bytes)
{
    for (uint8_t *p = buffer; bytes; p++, bytes--)
        *p = (uint8_t)(next_random(&replay.entropy_state) >> 56);
}

/* Where the deadline is due is decided by us: run.c and cpu.c see one that is long past, or none. */
void replay_timer_arm(struct cpu *cpu, uint64_t deadline_ns)
{
    cpu->arch.deadline_ns = UINT64_MAX;
    replay.deadline_ns = deadline_ns;
}

void replay_timer_look(struct cpu *cpu)
{
    if (replay.deadline_ns > replay.now_ns)
        return;
    replay.deadline_ns = UINT64_MAX;
    cpu->arch.deadline_ns = 0;
}

void replay_count_trap(void)
{
    uint64_t random = next_random(&replay.time_state);
    replay.now_ns += TRAP_NS_MIN + (random >> 32) % TRAP_NS_SPREAD;
    if (random % replay.jump_odds == 0 && replay.deadline_ns - replay.now_ns < JUMP_NS_MAX)
        replay.now_ns = replay.deadline_ns; /* the slice ends here, or a timer comes early */
    uint64_t traps = atomic_load(&replay.traps) + 1;
    atomic_store(&replay.traps, traps);
    uint64_t hash = trace_hash();
    if (replay.mode == RECORDING && traps % MARK_TRAPS == 0)
        recording_write(REPLAY_MARK, traps, 0, &hash, sizeof(hash));
}

/* ---- runs ---- */

void replay_publish(struct stub *stub)
{
    stub->published = atomic_load(&stub->tail);
    atomic_store(&stub->header->tail, stub->published);
}

void replay_run_begin(struct cpu *cpu, struct arch_user *user)
{
    outside_look();
    replay_timer_look(cpu);
    replay_publish(user->stub);
    user->trap_kind = STUB_TRAP_NONE;
    trace_resume(user);
}

/* What the processor leaves behind by chance, or Linux: rcx and r11 of a system call; the resume flag. And all registers are
 * loaded from the page the next time, so that they are what we have seen. */
static void make_canonical(struct arch_user *user)
{
    struct user_regs *regs = &user->context->regs;
    if (user->trap_kind == STUB_TRAP_SYSCALL)
        regs->rcx = regs->r11 = 0;
    regs->rflags &= ~0x10000UL;
    user->context->mode = STUB_MODE_FULL;
}

/* A nanosecond of virtual time is a cycle. */
static void emulate_tsc(struct arch_user *user)
{
    struct user_regs *regs = &user->context->regs;
    uint32_t length = user->context->error;
    regs->rax = (uint32_t)replay.now_ns;
    regs->rdx = replay.now_ns >> 32;
    if (length == 3) /* rdtscp */
        regs->rcx = 0;
    regs->rip += length == 3 ? 3 : 2;
}

_Noreturn static void report_stuck(const struct cpu *cpu, const struct arch_user *user)
{
    outside_flush();
    trace_flush();
    stuck_say(cpu, user);
    replay_say_where();
    host_exit(REPLAY_STATUS_NOT_REPLAYABLE);
}

void replay_run_end(struct cpu *cpu, struct arch_user *user, struct trap *trap)
{
    switch (user->trap_kind) {
    case STUB_TRAP_STOPPED: report_stuck(cpu, user);
    case STUB_TRAP_TSC:
        emulate_tsc(user);
        make_canonical(user);
        break;
    case STUB_TRAP_SYSCALL:
    case STUB_TRAP_FAULT: make_canonical(user); break;
    default: break;
    }
    trace_trap(cpu, user, trap, atomic_load(&replay.traps), replay.now_ns);
    replay_count_trap();
}

bool replay_is_stuck(const struct stub *stub)
{
    uint64_t traps = atomic_load(&replay.traps), used = stuck_cpu_ns(stub);
    if (replay.watched_trap != traps) {
        replay.watched_trap = traps;
        replay.watched_ns = used;
    }
    return used - replay.watched_ns >= STUCK_NS;
}

/* ---- the end ---- */

void replay_say_where(void)
{
    fprintf(stderr, "replay: seed %llu, trap %llu\n", (unsigned long long)replay.seed,
            (unsigned long long)atomic_load(&replay.traps));
}

_Noreturn void replay_refused(const char *what)
{
    outside_flush();
    fprintf(stderr, "dyad: %s: this run cannot be replayed\n", what);
    replay_say_where();
    host_exit(REPLAY_STATUS_NOT_REPLAYABLE);
}

static void print_result(const struct recording_end *end)
{
    char line[160];
    int bytes =
        snprintf(line, sizeof(line), "replay: seed %llu traps %llu trace %016llx state %016llx\n",
                 (unsigned long long)replay.seed, (unsigned long long)end->traps,
                 (unsigned long long)end->trace, (unsigned long long)end->state);
    if (replay.verbose)
        host_log_write(line, (size_t)bytes);
    if (!replay.trace_hash)
        return;
    FILE *file = fopen(replay.trace_hash, "we");
    if (!file || fputs(line, file) < 0 || fclose(file) != 0)
        host_fail("--trace-hash %s: %s", replay.trace_hash, strerror(errno));
}

int replay_finish(int status)
{
    struct cpu *cpu = arch_cpu_self();
    struct recording_end end = {status, atomic_load(&replay.traps), trace_hash(),
                                cpu ? state_hash(cpu->machine) : 0};
    trace_flush();
    if (replay.mode == RECORDING)
        recording_write(REPLAY_END, end.traps, 0, &end, sizeof(end));
    print_result(&end);
    if (replay.mode == REPLAYING) {
        const void *data;
        if (recording_peek(&data)->kind != REPLAY_END)
            replay_diverged("it has ended early");
        if (memcmp(data, &end, sizeof(end)) != 0)
            replay_diverged("its end is another one");
    }
    return status;
}
