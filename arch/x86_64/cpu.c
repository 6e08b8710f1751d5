/* cpu.c: cores: memory, stacks, descriptor tables, and telling each other of things. */
#include "cpu.h"

#include "apic.h"
#include "core/cpu.h"
#include "fail.h"
#include "memory.h"

struct idt_gate {
    uint16_t offset0, selector;
    uint8_t ist, type;
    uint16_t offset1;
    uint32_t offset2, zero;
};
struct table_pointer {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

#define GATE_INTERRUPT 0x8e
#define GATE_USER      0x60 /* user code may use the INT instruction */
/* A page of its own: read-only once it is filled. */
static struct idt_gate idt[256] __attribute__((aligned(4096)));

struct core *cores[DYAD_CPUS_MAX];
uint32_t core_count;

/* From the low end of a slot: guard, kernel, guard, NMI, guard ...; the last guard is the next slot's. */
static const char *const stack_names[STACK_OWN_COUNT + 1] = {"kernel", "NMI", "double fault",
                                                             "machine check", "debug exception"};

static uint64_t stack_base(uint32_t index, unsigned stack)
{
    uint64_t pages = 1;
    if (stack)
        pages += STACK_KERNEL_PAGES + 1 + (stack - 1) * (STACK_OWN_PAGES + 1UL);
    return stack_area + index * STACK_SLOT + pages * DYAD_PAGE_SIZE;
}

static uint64_t stack_map(uint32_t index, unsigned stack, size_t pages)
{
    uint64_t base = stack_base(index, stack);
    for (size_t i = 0; i < pages; i++)
        kernel_map(base + i * DYAD_PAGE_SIZE, boot_pages(1), DYAD_PAGE_SIZE, KERNEL_DATA);
    return base + pages * DYAD_PAGE_SIZE;
}

const char *core_guard_name(uint64_t address)
{
    for (uint32_t i = 0; i < core_count; i++)
        for (unsigned stack = 0; stack <= STACK_OWN_COUNT; stack++)
            if (PAGE_ROUND_DOWN(address) == stack_base(i, stack) - DYAD_PAGE_SIZE)
                return stack_names[stack];
    return NULL;
}

/* Below the top of an exception's own stack lies the core's address, for trap_own_stack. */
static void own_stacks(struct core *core)
{
    for (unsigned i = 0; i < STACK_OWN_COUNT; i++) {
        uint64_t top = stack_map(core->index, i + 1, STACK_OWN_PAGES) - 16;
        *(struct core **)top = core; // NOLINT(performance-no-int-to-ptr)
        core->tss.ist[i] = top;
    }
}

static void fill_gdt(struct core *core)
{
    uint64_t base = (uint64_t)&core->tss, limit = sizeof core->tss - 1;
    core->gdt[KERNEL_CS / 8] = 0x00af9b000000ffff;
    core->gdt[KERNEL_SS / 8] = 0x00cf93000000ffff;
    /* The place of a 32-bit code segment, by which SYSRET counts, stays empty: in one, SYSCALL would go to MSR_CSTAR. */
    core->gdt[USER_SS / 8] = 0x00cff3000000ffff;
    core->gdt[USER_CS / 8] = 0x00affb000000ffff;
    core->gdt[TSS_SEL / 8] =
        limit | (base & 0xffffff) << 16 | 0x89UL << 40 | (base >> 24 & 0xff) << 56;
    core->gdt[TSS_SEL / 8 + 1] = base >> 32;
}

struct core *core_create(uint32_t index, uint32_t apic_id, uint64_t *stack)
{
    struct core *core = arch_phys_ptr(boot_pages(1));
    _Static_assert(sizeof *core <= DYAD_PAGE_SIZE, "a core fits into a page");
    core->self = core;
    core->index = index;
    core->apic_id = apic_id;
    core->deadline_ns = UINT64_MAX;
    core->tss.iomap = sizeof core->tss;
    core->asid = &core->asids[0];
    core->asid->root = kernel_root;
    atomic_store(&core->loaded_root, kernel_root);
    *stack = stack_map(index, 0, STACK_KERNEL_PAGES);
    own_stacks(core);
    fill_gdt(core);
    cores[index] = core;
    return core;
}

void core_tables_init(void)
{
    for (unsigned vector = 0; vector < 256; vector++) {
        uint64_t entry = (uint64_t)trap_stubs + vector * TRAP_STUB_BYTES;
        uint8_t type = GATE_INTERRUPT | (vector == VECTOR_BREAKPOINT ? GATE_USER : 0);
        idt[vector] = (struct idt_gate){.offset0 = (uint16_t)entry,
                                        .selector = KERNEL_CS,
                                        .type = type,
                                        .offset1 = (uint16_t)(entry >> 16),
                                        .offset2 = (uint32_t)(entry >> 32)};
    }
    idt[VECTOR_NMI].ist = 1;
    idt[VECTOR_DOUBLE_FAULT].ist = 2;
    idt[VECTOR_MACHINE_CHECK].ist = 3;
    idt[VECTOR_DEBUG].ist = 4;
    *kernel_pte((uint64_t)idt) &= ~PTE_WRITE;
    invlpg((uint64_t)idt);
}

static void load_tables(struct core *core)
{
    struct table_pointer gdt_at = {sizeof core->gdt - 1, (uint64_t)core->gdt};
    uint64_t table = (uint64_t)idt;
    /* Made here, not read from a constant: that would hold a pointer which is not aligned, and .relr.dyn has no such. */
    __asm__("" : "+r"(table));
    struct table_pointer idt_at = {sizeof idt - 1, table};
    __asm__ volatile("lgdt %0" ::"m"(gdt_at));
    __asm__ volatile("lidt %0" ::"m"(idt_at));
    __asm__ volatile(
        "pushq %0; leaq 1f(%%rip), %%rax; pushq %%rax; lretq; 1:\n\t"
        "movl %1, %%eax; movl %%eax, %%ss\n\t"
        "xorl %%eax, %%eax; movl %%eax, %%ds; movl %%eax, %%es; movl %%eax, %%fs; movl %%eax, %%gs" ::
            "i"(KERNEL_CS),
        "i"(KERNEL_SS)
        : "rax", "memory");
    core->gdt[TSS_SEL / 8] &= ~(2UL << 40); /* not busy */
    __asm__ volatile("ltr %w0" ::"r"(TSS_SEL));
    __asm__ volatile("lldt %w0" ::"r"(0)); /* none: after a reset there is one at address 0 */
}

void core_enter(struct core *core)
{
    load_tables(core);
    wrmsr(MSR_GS_BASE, (uint64_t)core);
    wrmsr(MSR_KERNEL_GS_BASE, 0);
    wrmsr(MSR_FS_BASE, 0);
    wrmsr(MSR_STAR, (uint64_t)KERNEL_CS << 32 | (uint64_t)(USER_SS - 8) << 48);
    wrmsr(MSR_LSTAR, (uint64_t)syscall_entry);
    wrmsr(MSR_SFMASK, RFLAGS_TF | RFLAGS_IF | RFLAGS_DF | RFLAGS_IOPL | RFLAGS_NT | RFLAGS_AC);
    features_enable_late();
}

struct cpu *arch_cpu_self(void)
{
    struct cpu *cpu;
    __asm__("movq %%gs:%c1, %0" : "=r"(cpu) : "i"(CORE_CPU));
    return cpu;
}

/* The interrupt stays pending while its core is in the kernel, so nothing gets lost between looking and halting. */
void core_notify(struct core *core, uint32_t events)
{
    uint32_t before = atomic_fetch_or(&core->events, events);
    if (core != this_core() && (before & events) != events)
        apic_send(core->apic_id, VECTOR_NOTIFY);
}

void arch_cpu_kick(struct cpu *cpu)
{
    core_notify(cores[cpu->index], EVENT_KICK);
}

void arch_cpu_relax(unsigned spins)
{
    (void)spins;
    __builtin_ia32_pause();
}

uint32_t arch_pending(void)
{
    struct core *core = this_core();
    uint32_t devices = core->devices;
    if (devices)
        core->devices = 0;
    return devices;
}
