/* cpu.c: the machine's cores: threads of this process, what wakes them, their timers. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>

#include "core/cpu.h"
#include "core/machine.h"
#include "host.h"
#include "replay/replay.h"
#include "stub/stub_abi.h"

static _Thread_local struct cpu *self;
static _Atomic(struct cpu *) cpus[DYAD_CPUS_MAX];
static _Atomic uint32_t device_interrupts; /* that came before core 0 did */

struct cpu *host_cpu_at(unsigned index)
{
    return index < DYAD_CPUS_MAX ? atomic_load(&cpus[index]) : NULL;
}

struct cpu *arch_cpu_self(void)
{
    return self;
}

void host_cpu_enter(struct cpu *cpu)
{
    ASSERT(cpu->index < DYAD_CPUS_MAX);
    prctl(PR_SET_TIMERSLACK, 1UL); /* preempt on time, not up to 50 µs late */
    self = cpu;
    struct arch_cpu *arch = &cpu->arch;
    arch->index = cpu->index;
    arch->deadline_ns = UINT64_MAX;
    arch->last = NULL;
    host_affinity_enter(arch);
    atomic_store(&cpus[cpu->index], cpu);
    if (cpu->index == 0 && atomic_load(&device_interrupts))
        host_interrupt(0);
}

static void *core_thread(void *argument)
{
    host_cpu_enter(argument);
    cpu_main(argument);
}

status_t arch_cpu_start(struct cpu *cpu)
{
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int error = pthread_create(&thread, &attributes, core_thread, cpu);
    pthread_attr_destroy(&attributes);
    return error ? -ERR_NODEV : 0;
}

/*
 * Wake-ups. The waker sets its flag (kicked, interrupts, a stub's dead), then looks at wait_word; the core
 * publishes wait_word, marks the word SLEEPING, then looks at the flags. All are sequentially
 * consistent, so either the core sees the flag or the waker sees the mark, changes the word and wakes.
 */
void host_cpu_wake(struct cpu *cpu)
{
    _Atomic uint32_t *word = atomic_load(&cpu->arch.wait_word);
    uint32_t sleeping = STUB_POST_SLEEPING;
    if (word && atomic_compare_exchange_strong(word, &sleeping, STUB_POST_RUNNING))
        host_futex_wake(word, 1);
}

void arch_cpu_kick(struct cpu *cpu)
{
    atomic_store(&cpu->arch.kicked, 1);
    host_cpu_wake(cpu);
}

void host_interrupt(uint32_t bits)
{
    atomic_fetch_or(&device_interrupts, bits);
    struct cpu *cpu = host_cpu_at(0);
    if (!cpu)
        return;
    atomic_fetch_or(&cpu->arch.interrupts, atomic_exchange(&device_interrupts, 0));
    host_cpu_wake(cpu);
}

uint32_t arch_pending(void)
{
    if (!atomic_load_explicit(&self->arch.interrupts, memory_order_relaxed))
        return 0;
    return atomic_exchange(&self->arch.interrupts, 0);
}

void arch_timer_arm(uint64_t deadline_ns)
{
    if (REPLAY) {
        replay_timer_arm(self, deadline_ns);
        return;
    }
    uint64_t boot = host_boot_ns();
    self->arch.deadline_ns = deadline_ns > UINT64_MAX - boot ? UINT64_MAX : deadline_ns + boot;
}

static bool timer_due(const struct arch_cpu *arch)
{
    return arch->deadline_ns != UINT64_MAX && host_time_ns() >= arch->deadline_ns;
}

void arch_cpu_idle(void)
{
    struct arch_cpu *arch = &self->arch;
    if (REPLAY) {
        replay_idle(self);
        return;
    }
    host_cpu_busy(-1);
    uint32_t spinning = STUB_CMD_SPIN;
    if (arch->last) /* nothing more for it to wait for */
        atomic_compare_exchange_strong(&arch->last->cmd, &spinning, STUB_CMD_PARK);
    atomic_store(&arch->wait_word, &arch->idle_word);
    atomic_store(&arch->idle_word, STUB_POST_SLEEPING);
    if (!atomic_load(&arch->kicked) && !atomic_load(&arch->interrupts) && !timer_due(arch))
        host_futex_wait(&arch->idle_word, STUB_POST_SLEEPING, arch->deadline_ns);
    atomic_store(&arch->idle_word, STUB_POST_RUNNING);
    (void)atomic_exchange(&arch->kicked,
                          0); /* reads it: what was written before the kick is visible now */
    host_cpu_busy(1);
}

void arch_cpu_relax(unsigned spins)
{
    __builtin_ia32_pause();
    if (spins > 200)
        sched_yield();
}
