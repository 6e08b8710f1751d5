/*
 * affinity.c: where on the host a core and the stub thread that it runs are, and whether they spin.
 *
 * A hand-over between them is fastest when both spin on a CPU of their own: 0.2 µs for a null call, where sleeping and
 * waking takes 6 µs. That takes two host CPUs a busy core, and none of them busy with something else: on a loaded host a
 * spinning hand-over takes 50 µs and more, because each side spins while the other waits for a CPU. So a core is in one
 * of two modes: spinning and free to move; or sleeping and bound, with its stub thread, to one CPU (12 µs between two
 * spaces; 16 when Linux may spread them). It sleeps while too many cores are busy, and for a time after spinning has
 * not paid.
 */
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/cpu.h"
#include "stub_pool.h"
#include "host.h"

#define WINDOW 64               /* runs after which spinning is judged */
#define MISSES_MAX 16           /* of them in which the other side did not come in time */
#define PREEMPTED_MAX 1         /* times that Linux took the CPU away from us meanwhile */
#define CROWD_PATIENCE 32       /* runs in a row with too many busy cores */
#define BACKOFF_MIN_NS 5000000UL
#define BACKOFF_MAX_NS 320000000UL
#define SPIN_NS 20000           /* about what sleeping and being woken costs both sides */

static struct {
    cpu_set_t all;
    int cpus[DYAD_CPUS_MAX];
    unsigned count;
    uint32_t spin_steps;
    _Atomic int busy; /* cores that are not idle */
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
    uint64_t best = UINT64_MAX;
    for (int tries = 0; tries < 5; tries++) {
        uint64_t start = host_time_ns();
        for (int i = 0; i < 200; i++)
            __builtin_ia32_pause();
        uint64_t took = host_time_ns() - start;
        best = took < best ? took : best;
    }
    affinity.spin_steps = (uint32_t)(SPIN_NS * 200 / (best + 1)) + 1;
}

unsigned host_cpu_count(void)
{
    if (affinity.count == 0) {
        find_cpus();
        measure_pause();
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
static void bind(pid_t thread, int cpu)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    if (cpu >= 0)
        CPU_SET(cpu, &one);
    sched_setaffinity(thread, sizeof(one), cpu >= 0 ? &one : &affinity.all);
}

static long preemptions(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nivcsw : 0;
}

static void window_begin(struct arch_cpu *arch)
{
    arch->window_runs = arch->window_misses = 0;
    arch->preemptions = preemptions();
}

static void start_sleeping(struct arch_cpu *arch)
{
    if (affinity.count > 1)
        bind(0, affinity.cpus[arch->index % affinity.count]);
    arch->host_cpu = affinity.cpus[arch->index % affinity.count];
    arch->crowded_runs = 0;
}

static void start_spinning(struct arch_cpu *arch)
{
    bind(0, -1);
    arch->host_cpu = -1;
    arch->crowded_runs = 0;
    window_begin(arch);
}

/* At the end of a window: has spinning paid? */
static void judge(struct arch_cpu *arch)
{
    bool paid = arch->window_misses <= MISSES_MAX &&
                preemptions() - arch->preemptions <= PREEMPTED_MAX;
    if (paid) {
        arch->backoff_ns /= 2;
        window_begin(arch);
        return;
    }
    arch->backoff_ns = arch->backoff_ns * 4 < BACKOFF_MIN_NS ? BACKOFF_MIN_NS : arch->backoff_ns * 4;
    if (arch->backoff_ns > BACKOFF_MAX_NS)
        arch->backoff_ns = BACKOFF_MAX_NS;
    arch->retry_ns = host_time_ns() + arch->backoff_ns;
    start_sleeping(arch);
}

static void choose_mode(struct arch_cpu *arch)
{
    bool crowded = is_crowded();
    if (arch->host_cpu < 0) {
        arch->crowded_runs = crowded ? arch->crowded_runs + 1 : 0;
        if (arch->crowded_runs > CROWD_PATIENCE || affinity.count < 2)
            start_sleeping(arch);
        else if (++arch->window_runs >= WINDOW)
            judge(arch);
        return;
    }
    arch->crowded_runs = crowded ? 0 : arch->crowded_runs + 1; /* the other way round */
    if (arch->crowded_runs > CROWD_PATIENCE && affinity.count > 1 && host_time_ns() >= arch->retry_ns)
        start_spinning(arch);
}

uint32_t host_affinity_update(struct arch_cpu *arch, struct stub *stub, uint32_t index)
{
    choose_mode(arch);
    int16_t place = (int16_t)(arch->host_cpu + 1);
    if (stub->places[index] != place) {
        stub->places[index] = place;
        bind(stub->tids[index], arch->host_cpu);
    }
    return arch->host_cpu < 0 && !is_crowded() ? affinity.spin_steps : 0;
}
