/* timer.c: per-core timers. */
#include "core/timer.h"

#include "core/machine.h"

static struct cpu *timer_home(struct machine *machine)
{
    struct cpu *self = arch_cpu_self();
    return self != NULL ? self : machine->cpus[0];
}

/* Relaxed: see cpu.h. */
static void timer_note_first(struct cpu *cpu) REQUIRES(&cpu->timer_lock)
{
    struct tree_node *node = tree_first(&cpu->timers);
    atomic_store_explicit(&cpu->timer_first_ns, node != NULL ? node->key : UINT64_MAX,
                          memory_order_relaxed);
}

void timer_arm(struct machine *machine, struct timer *timer, uint64_t deadline_ns,
               uint64_t sequence)
{
    ASSERT(timer->cpu == NULL);
    struct cpu *cpu = timer_home(machine);
    timer->cpu = cpu;
    lock_acquire(&cpu->timer_lock);
    timer->sequence = sequence;
    tree_insert(&cpu->timers, &timer->node, deadline_ns);
    timer_note_first(cpu);
    lock_release(&cpu->timer_lock);
}

void timer_disarm(struct timer *timer)
{
    struct cpu *cpu = timer->cpu;
    if (cpu == NULL)
        return;
    lock_acquire(&cpu->timer_lock);
    if (timer->node.linked) {
        tree_remove(&cpu->timers, &timer->node);
        timer_note_first(cpu);
    }
    lock_release(&cpu->timer_lock);
    timer->cpu = NULL;
}

/* The first due timer, unlinked and with a reference to its object; NULL: none. */
static struct timer *timer_take_due(struct cpu *cpu, uint64_t now_ns, uint64_t *sequence)
{
    struct timer *timer = NULL;
    lock_acquire(&cpu->timer_lock);
    struct tree_node *node = tree_first(&cpu->timers);
    if (node != NULL && node->key <= now_ns) {
        timer = CONTAINER_OF(node, struct timer, node);
        tree_remove(&cpu->timers, node);
        timer_note_first(cpu);
        /* The owner disarms (and so takes this lock) before the object can go away. */
        kobject_get(timer->object);
        *sequence = timer->sequence;
    }
    lock_release(&cpu->timer_lock);
    return timer;
}

void timer_run(struct cpu *cpu, uint64_t now_ns)
{
    uint64_t sequence = 0;
    struct timer *timer;
    while (timer_next(cpu) <= now_ns && (timer = timer_take_due(cpu, now_ns, &sequence)) != NULL) {
        struct kobject *object = timer->object;
        timer->fire(timer, sequence);
        kobject_put(object);
    }
}
