/* main.c: the kernel from its first step in its own address space to the core's loop. */
#include "acpi.h"
#include "apic.h"
#include "boot/boot.h"
#include "console.h"
#include "core/log.h"
#include "core/machine.h"
#include "cpu.h"
#include "entropy.h"
#include "fail.h"
#include "options.h"
#include "selftest.h"
#include "smp.h"
#include "space.h"
#include "time.h"

#define EXIT_BROKEN 125

static unsigned pci_refused; /* entries of the MCFG that cannot be true */

static void describe(struct boot_info *info)
{
    info->cpu_count = core_count;
    info->initfs =
        (struct boot_range){boot_handoff.initfs, PAGE_ROUND_UP(boot_handoff.initfs_bytes)};
    info->initfs_bytes = boot_handoff.initfs_bytes;
    info->args = arch_phys_ptr(options.phys);
    info->args_bytes = options.bytes;
    info->verbosity = (uint32_t)options_number("loglevel", 0);
    info->gate = GATE_ADDRESS;
    info->xsave_bytes = features.xsave_bytes;
    info->body = "x86_64";
    unsigned bad = mcfg_read(info), read = info->pci_count;
    devices_describe(info, &boot_handoff);
    pci_refused = bad + read - info->pci_count;
    ram_describe(info); /* last: now the core has the memory */
}

static void devices_init(void)
{
    serial_for_terminal(!options_find("link"));
    acpi_init(boot_handoff.rsdp);
    apic_init(rdmsr(MSR_APIC_BASE) & PTE_ADDRESS);
    apic_enter();
    cores[0]->apic_id = apic_id();
    madt_init(cores[0]->apic_id);
    time_init();
    timer_enter();
    power_init();
    console_init();
}

static void log_state(struct machine *machine)
{
    if (!entropy_is_strong())
        log_line(machine, LOG_WARNING,
                 "random numbers are weak: no RDRAND, nothing from the loader");
    if (pci_refused)
        log_line(machine, LOG_WARNING, "ACPI: %u entries of the MCFG are wrong and left out",
                 pci_refused);
    if (madt.cpu_count > core_count)
        log_line(machine, LOG_INFO, "%u of %u cores are used", core_count, madt.cpu_count);
}

/* On the first core's own stack, with a guard page below. */
static _Noreturn void kernel_start(void)
{
    static struct boot_info info; /* borrowed by the machine */
    devices_init();
    uint64_t wanted = options_number("cores", DYAD_CPUS_MAX);
    smp_prepare(wanted && wanted < madt.cpu_count ? (unsigned)wanted : madt.cpu_count);
    space_init();
    selftest_run();
    describe(&info);
    if (!info.initfs_bytes)
        fail("there is no initfs: give one to the loader (qemu: -initrd initfs.cpio)");
    struct machine *machine = machine_boot(&info);
    if (!machine)
        arch_halt(EXIT_BROKEN); /* it has said why */
    log_state(machine);
    cores[0]->cpu = machine_cpu(machine, 0);
    atomic_store(&cores[0]->started, true);
    cpu_main(cores[0]->cpu);
}

void kernel_main(void)
{
    uint64_t stack;
    *(uint64_t *)arch_phys_ptr(kernel_root) = 0; /* what the switch needed for itself */
    write_cr3(kernel_root);
    core_tables_init();
    struct core *core = core_create(0, 0, &stack);
    core_count = 1;
    core_enter(core);
    boot_enter_high(kernel_root, stack, (uint64_t)kernel_start);
}
