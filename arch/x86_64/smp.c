/* smp.c: starting the other cores: INIT, then two start-up interrupts with the page of trampoline.S (SDM volume 3, 9.4). */
#include "smp.h"

#include "acpi.h"
#include "apic.h"
#include "core/cpu.h"
#include "cpu.h"
#include "fail.h"
#include "memory.h"
#include "time.h"
#include "trampoline.h"

#define LOW_FIRST     0x1000UL
#define LOW_END       0xa0000UL
#define INIT_WAIT_US  1000
#define START_WAIT_US 300
#define PATIENCE_US   1000000

extern const uint8_t trampoline_start[], trampoline_end[];

static struct {
    uint64_t page;      /* physical, below 1 MiB */
    uint64_t low_entry; /* of kernel_root, with the page mapped where it is physically */
    uint64_t stacks[DYAD_CPUS_MAX];
} smp;

static uint64_t *low_entry(void)
{
    return arch_phys_ptr(kernel_root);
}

static void find_page(void)
{
    for (uint64_t page = LOW_END - DYAD_PAGE_SIZE; page >= LOW_FIRST; page -= DYAD_PAGE_SIZE)
        if (ram_is_usable(page, DYAD_PAGE_SIZE)) {
            smp.page = page;
            return;
        }
}

void smp_prepare(unsigned count)
{
    for (uint32_t i = 1; i < count; i++)
        (void)core_create(i, madt.apic_ids[i], &smp.stacks[i]);
    core_count = count;
    if (count == 1)
        return;
    find_page();
    if (!smp.page)
        return; /* arch_cpu_start says so */
    phys_window(smp.page, DYAD_PAGE_SIZE, KERNEL_DATA);
    kernel_map(smp.page, smp.page, DYAD_PAGE_SIZE, PTE_PRESENT | PTE_ACCESSED);
    smp.low_entry = *low_entry();
    *low_entry() = 0;
}

/* On the new core, on its own stack. */
static _Noreturn void core_main(struct core *core)
{
    features_enable();
    core_enter(core);
    apic_enter();
    timer_enter();
    atomic_store(&core->started, true);
    cpu_main(core->cpu);
}

static bool has_started(struct core *core, uint64_t patience_us)
{
    for (uint64_t us = 0; !atomic_load(&core->started); us += 10) {
        if (us >= patience_us)
            return false;
        time_wait_us(10);
    }
    return true;
}

static bool start(struct core *core)
{
    apic_send_init(core->apic_id);
    time_wait_us(INIT_WAIT_US);
    apic_send_startup(core->apic_id, (uint8_t)(smp.page >> DYAD_PAGE_SHIFT));
    if (has_started(core, START_WAIT_US))
        return true;
    apic_send_startup(core->apic_id, (uint8_t)(smp.page >> DYAD_PAGE_SHIFT));
    return has_started(core, PATIENCE_US);
}

status_t arch_cpu_start(struct cpu *cpu)
{
    struct core *core = cores[cpu->index];
    if (!smp.page)
        return -ERR_NODEV;
    uint8_t *page = arch_phys_ptr(smp.page);
    struct trampoline_data *data = (void *)(page + TRAMPOLINE_DATA);
    memcpy(page, trampoline_start,
           (size_t)(trampoline_end - trampoline_start)); /* it changes itself */
    *data = (struct trampoline_data){.page = (uint32_t)smp.page,
                                     .root = (uint32_t)kernel_root,
                                     .stack = smp.stacks[core->index] - 8,
                                     .function = (uint64_t)core_main,
                                     .argument = (uint64_t)core};
    core->cpu = cpu;
    *low_entry() = smp.low_entry;
    bool started = start(core);
    *low_entry() = 0;
    invlpg(smp.page);
    return started ? 0 : -ERR_NODEV;
}
