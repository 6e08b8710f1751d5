/* watchdog.c: names what is stuck: cores that do not answer a kick, and who runs there. */
#include "core/watchdog.h"

#include "core/cpu.h"
#include "core/log.h"
#include "core/machine.h"
#include "core/process.h"

#define WATCHDOG_PERIOD_NS 2000000000UL
#define WATCHDOG_STRIKES   3 /* periods without a sign of life */

/* A core that runs user code answers a kick within microseconds, an idle one is marked as such; so a core whose loop does not
 * move through several kicks is held up in the kernel, or by its body (hosted: a stub that is stopped in a debugger). */
static void watchdog_look(struct machine *machine, struct watchdog_core *seen, struct cpu *cpu)
{
    uint64_t loops = atomic_load_explicit(&cpu->loop_count, memory_order_relaxed);
    if (loops != seen->loops || atomic_load_explicit(&cpu->idle, memory_order_relaxed)) {
        if (seen->strikes >= WATCHDOG_STRIKES)
            log_line(machine, LOG_WARNING, "watchdog: core %u goes on", cpu->index);
        seen->loops = loops;
        seen->strikes = 0;
        return;
    }
    arch_cpu_kick(cpu);
    if (++seen->strikes != WATCHDOG_STRIKES)
        return;
    uint64_t kid = atomic_load_explicit(&cpu->current_kid, memory_order_relaxed);
    uint32_t thread = atomic_load_explicit(&cpu->current_thread_id, memory_order_relaxed);
    log_line(machine, LOG_ERROR,
             "watchdog: core %u is stuck with thread %u of process %lu (kernel id)", cpu->index,
             thread, (unsigned long)kid);
}

void watchdog_poll(struct machine *machine, uint64_t now_ns)
{
    struct watchdog *watchdog = &machine->watchdog;
    if (now_ns < watchdog->next_ns)
        return;
    watchdog->next_ns = now_ns + WATCHDOG_PERIOD_NS;
    for (uint32_t i = 1; i < machine->cpu_count; i++)
        watchdog_look(machine, &watchdog->cores[i], machine->cpus[i]);
}
