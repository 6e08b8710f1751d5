/*
 * affinity.c: where on the host a core and the stub thread that it runs are, and whether they spin.
 *
 * A hand-over between them is fastest when both spin on a CPU of their own: 0.2 µs for a null call, where sleeping and
 * waking takes 6 µs. That takes two host CPUs a busy core, and none of them busy with something else: on a loaded host a
 * spinning hand-over takes 50 µs and more, because each side spins while the other waits for a CPU. So a core is in one
 * of two modes: spinning, its stub thread on another CPU; or sleeping. It sleeps while too many cores are busy; otherwise it
 * tries the other mode now and then, measures how long a run takes, and stays with the better.
 * Left alone, Linux puts a woken stub thread on the CPU where its core spins (15 preemptions in 64 runs), so both are bound while
 * they spin. Binding the sleeping ones too saves 4 of 16 µs and starves all other processes of the host (Linux 6.18).
 *
 * Even unbound, two threads that wake each other some 10,000 times a second keep a CPU of such a host from every other session for
 * tens of seconds: with autogroups (EEVDF) each wake-up moves their group forward (docs/decisions.md). So a machine whose cores sleep
 * and wake rests for a moment, all cores at once, whenever somebody else waits for a CPU.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "core/cpu.h"
#include "stub_pool.h"
#include "host.h"

#define PLACE_ANY      0        /* a place: else 1 + an index in affinity.cpus */
#define WINDOW         64       /* runs that are measured together */
#define RUN_CYCLES_MAX 0x100000 /* one long computation shall not hide the others */
#define CROWD_PATIENCE 32       /* runs in a row with too many busy cores */
#define BACKOFF_MIN_NS 5000000UL
#define BACKOFF_MAX_NS 320000000UL
#define SPIN_NS        20000 /* about what sleeping and being woken costs both sides */
#define SLEEP_GUESS_NS 15000 /* a run in sleeping mode, before one was measured */
#define REST_PERIOD_NS 32000000UL
#define REST_NS        4000000UL /* at the beginning of each period, if somebody waits */

/* affinity.rest */
#define REST_WANTED      1u
#define REST_WAITED      2u
#define REST_PERIOD_UNIT 4u

static struct {
    cpu_set_t all;
    int cpus[DYAD_CPUS_MAX];
    unsigned count;
    uint32_t spin_steps;
    uint64_t sleep_guess;  /* cycles */
    _Atomic int busy;      /* cores that are not idle */
    int load;              /* /proc/loadavg, or -1 */
    _Atomic uint64_t rest; /* period * REST_PERIOD_UNIT + what was decided in it */
} affinity;

static void find_cpus(void)
{
    if (sched_getaffinity(0, sizeof(affinity.all), &affinity.all) == 0)
        for (int i = 0; i < CPU_SETSIZE && affinity.count < DYAD_CPUS_MAX; i++)
            if (CPU_ISSET(i, &affinity.all))
                affinity.cpus[affinity.count++] = i;
    if (affinity.count == 0)
        affinity.count = 1;
}

/* A pause instruction takes 40 to 140 cycles. The best of a few tries: others are disturbed. */
static void measure_pause(void)
{
    uint64_t best_ns = UINT64_MAX, best_cycles = UINT64_MAX;
    for (int tries = 0; tries < 5; tries++) {
        uint64_t start_ns = host_time_ns(), start_cycles = __builtin_ia32_rdtsc();
        for (int i = 0; i < 200; i++)
            __builtin_ia32_pause();
        uint64_t cycles = __builtin_ia32_rdtsc() - start_cycles, ns = host_time_ns() - start_ns;
        best_ns = ns < best_ns ? ns : best_ns;
        best_cycles = cycles < best_cycles ? cycles : best_cycles;
    }
    affinity.spin_steps = (uint32_t)(SPIN_NS * 200 / (best_ns + 1)) + 1;
    affinity.sleep_guess = best_cycles * SLEEP_GUESS_NS / (best_ns + 1);
}

unsigned host_cpu_count(void)
{
    if (affinity.count == 0) {
        find_cpus();
        measure_pause();
        affinity.load = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
    }
    return affinity.count;
}

void host_cpu_busy(int change)
{
    host_cpu_count(); /* before other cores exist */
    atomic_fetch_add_explicit(&affinity.busy, change, memory_order_relaxed);
}

static bool is_crowded(void)
{
    unsigned busy = (unsigned)atomic_load_explicit(&affinity.busy, memory_order_relaxed);
    return busy * 2 > affinity.count;
}

/* Failures do not matter: the host may have taken CPUs away. */
static void bind(pid_t thread, unsigned place)
{
    cpu_set_t set = affinity.all;
    if (place != PLACE_ANY) {
        CPU_ZERO(&set);
        CPU_SET(affinity.cpus[place - 1], &set);
    }
    sched_setaffinity(thread, sizeof(set), &set);
}

static unsigned core_place(const struct arch_cpu *arch)
{
    return arch->index % affinity.count + 1;
}

/* While half of the CPUs have cores of their own, these places are free of them. */
static unsigned partner_place(const struct arch_cpu *arch)
{
    return (arch->index + affinity.count / 2) % affinity.count + 1;
}

static void set_mode(struct arch_cpu *arch, bool spins)
{
    if (spins != arch->spins)
        bind(0, spins ? core_place(arch) : PLACE_ANY);
    arch->spins = spins;
    arch->doubts = 0;
    arch->window_runs = 0;
    arch->window_cycles = 0;
}

/* Spinning has turned out slower, or other work on this host: try again later and later. */
static void give_up_spinning(struct arch_cpu *arch)
{
    uint64_t backoff = arch->backoff_ns * 2;
    arch->backoff_ns = backoff > BACKOFF_MAX_NS ? BACKOFF_MAX_NS : backoff;
    arch->retry_ns = host_time_ns() + arch->backoff_ns;
    set_mode(arch, false);
}

static void judge(struct arch_cpu *arch)
{
    uint64_t average = arch->window_cycles / WINDOW;
    if (!arch->spins) {
        arch->sleep_cycles = (arch->sleep_cycles + average) / 2;
        set_mode(arch, !is_crowded() && host_time_ns() >= arch->retry_ns);
    } else if (average > arch->sleep_cycles + arch->sleep_cycles / 4) {
        give_up_spinning(arch);
    } else {
        arch->backoff_ns =
            arch->backoff_ns / 2 < BACKOFF_MIN_NS ? BACKOFF_MIN_NS : arch->backoff_ns / 2;
        set_mode(arch, true);
    }
}

/* A run took that long. */
void host_affinity_account(struct arch_cpu *arch, uint64_t cycles)
{
    arch->doubts = arch->spins && is_crowded() ? arch->doubts + 1 : 0;
    arch->window_cycles += cycles < RUN_CYCLES_MAX ? cycles : RUN_CYCLES_MAX;
    if (arch->doubts > CROWD_PATIENCE)
        set_mode(arch, false);
    else if (++arch->window_runs == WINDOW)
        judge(arch);
}

void host_affinity_enter(struct arch_cpu *arch)
{
    host_cpu_busy(1);
    if (affinity.count > 1) {
        set_mode(arch, true);
        arch->backoff_ns = BACKOFF_MIN_NS;
        arch->sleep_cycles = affinity.sleep_guess;
    }
}

/* More threads of this host run or wait for a CPU than we have busy cores. */
static bool others_wait(void)
{
    char text[64];
    ssize_t n = pread(affinity.load, text, sizeof(text) - 1, 0);
    unsigned runnable = 0;
    text[n > 0 ? n : 0] = '\0';
    if (sscanf(text, "%*s %*s %*s %u/", &runnable) != 1)
        return false;
    return (int)runnable > atomic_load_explicit(&affinity.busy, memory_order_relaxed);
}

/* The first core that comes in a period decides for all: somebody waits, and did when last looked. Waking alone makes two of one. */
static bool rest_wanted(uint64_t period)
{
    uint64_t last = atomic_load_explicit(&affinity.rest, memory_order_relaxed);
    if (last / REST_PERIOD_UNIT == period)
        return last & REST_WANTED;
    uint64_t now = period * REST_PERIOD_UNIT;
    if (others_wait())
        now |= last & REST_WAITED ? REST_WAITED | REST_WANTED : REST_WAITED;
    atomic_store_explicit(&affinity.rest, now, memory_order_relaxed);
    return now & REST_WANTED;
}

static void rest(void)
{
    uint64_t now = host_time_ns() - host_boot_ns(), passed = now % REST_PERIOD_NS;
    if (passed >= REST_NS || !rest_wanted(now / REST_PERIOD_NS))
        return;
    struct timespec left = {.tv_nsec = (long)(REST_NS - passed)};
    nanosleep(&left, NULL);
}

uint32_t host_affinity_update(struct arch_cpu *arch, struct stub *stub, uint32_t index)
{
    if (!arch->spins)
        rest();
    if (affinity.count == 1)
        return 0;
    unsigned place = arch->spins ? partner_place(arch) : PLACE_ANY;
    if (stub->places[index] != place) {
        stub->places[index] = (uint16_t)place;
        bind(stub->tids[index], place);
    }
    return arch->spins && !is_crowded() ? affinity.spin_steps : 0;
}
