/* machine.c: builds the machine, and takes it down again for tests and simulators. */
#include "core/machine.h"

#include "core/init.h"
#include "core/ipc.h"
#include "core/log.h"
#include "core/memory.h"
#include "core/namespace.h"
#include "core/process.h"

_Noreturn void assert_failed(const char *expression, const char *file, int line)
{
    char text[256];
    (void)format_text(text, sizeof text, "%s:%d: assertion failed: %s", file, line, expression);
    arch_panic(text);
}

/* The machine's own memory comes first, from the start of a range of RAM. */
static struct machine *machine_carve(struct boot_info *info)
{
    uint64_t bytes = PAGE_ROUND_UP(sizeof(struct machine));
    for (uint32_t i = 0; i < info->ram_count; i++) {
        struct boot_range *range = &info->ram[i];
        if (range->size < bytes)
            continue;
        struct machine *machine = arch_phys_ptr(range->base);
        range->base += bytes;
        range->size -= bytes;
        memset(machine, 0, sizeof *machine);
        return machine;
    }
    return NULL;
}

static void cpu_init(struct cpu *cpu, struct machine *machine, uint32_t index)
{
    cpu->index = index;
    cpu->machine = machine;
    lock_init(&cpu->queue.lock, LOCK_RUNQUEUE);
    lock_init(&cpu->timer_lock, LOCK_TIMER);
    cpu->timer_armed_ns = UINT64_MAX;
    cpu->spill_ns = UINT64_MAX;
    atomic_init(&cpu->timer_first_ns, UINT64_MAX);
}

static status_t machine_add_cpus(struct machine *machine)
{
    for (uint32_t i = 0; i < machine->cpu_count; i++) {
        struct cpu *cpu = heap_alloc(machine, sizeof *cpu);
        if (cpu == NULL)
            return -ERR_NOMEM;
        cpu_init(cpu, machine, i);
        machine->cpus[i] = cpu;
    }
    return 0;
}

static status_t machine_init(struct machine *machine)
{
    heap_init(&machine->heap);
    quota_init_root(&machine->quota, machine);
    status_t status = log_init(machine);
    if (status == 0)
        status = machine_add_cpus(machine);
    if (status == 0)
        status = futex_init(machine);
    if (status == 0)
        status = namespace_create(machine, &machine->quota, &machine->names);
    if (status == 0)
        status = kernel_schemes_init(machine);
    if (status == 0 && machine->boot.initfs.size != 0)
        status = memory_create_fixed(machine, machine->boot.initfs.base, machine->boot.initfs.size,
                                     &machine->initfs);
    return status;
}

struct machine *machine_create(const struct boot_info *info)
{
    struct boot_info left = *info;
    struct machine *machine = machine_carve(&left);
    if (machine == NULL)
        return NULL;
    machine->boot = *info;
    machine->cpu_count = info->cpu_count;
    lock_init(&machine->lock, LOCK_MACHINE);
    priority_init(machine);
    clock_init(machine);
    lock_acquire(&machine->lock);
    machine->next_kid = 1;
    lock_release(&machine->lock);
    if (page_pool_init(&machine->page_pool, &left) < 0)
        return NULL;
    if (machine_init(machine) < 0) {
        machine_destroy(machine);
        return NULL;
    }
    return machine;
}

void machine_destroy(struct machine *machine)
{
    if (machine->initfs != NULL)
        kobject_put(&machine->initfs->object);
    if (machine->schemes != NULL)
        kernel_schemes_fini(machine);
    if (machine->names != NULL)
        kobject_put(&machine->names->object);
    if (machine->futexes != NULL)
        futex_fini(machine);
    for (uint32_t i = 0; i < machine->cpu_count; i++) {
        heap_free(machine, machine->cpus[i]);
        machine->cpus[i] = NULL;
    }
    log_fini(machine);
}

struct cpu *machine_cpu(struct machine *machine, unsigned index)
{
    ASSERT(index < machine->cpu_count);
    return machine->cpus[index];
}

static void say(const char *text)
{
    (void)arch_device_write(ARCH_DEVICE_LOG, text, strlen(text));
}

struct machine *machine_boot(const struct boot_info *info)
{
    struct machine *machine = machine_create(info);
    if (machine == NULL) {
        say("dyad: too little memory to start the kernel\n");
        return NULL;
    }
    log_line(machine, LOG_INFO, "Dyad on %s: %u cores, %lu MiB", info->body, info->cpu_count,
             (unsigned long)(page_count_total(machine) * DYAD_PAGE_SIZE >> 20));
    status_t status = init_start(machine);
    if (status < 0) {
        char text[96];
        (void)format_text(text, sizeof text,
                          "dyad: cannot start /sbin/init from the initfs: error %ld\n",
                          (long)-status);
        say(text);
        return NULL;
    }
    return machine;
}
