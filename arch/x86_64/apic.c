/* apic.c: the local APIC (SDM volume 3, chapter 11), in x2APIC mode where the processor has it, and the I/O APIC (82093AA). */
#include "apic.h"

#include "fail.h"
#include "lock.h"
#include "memory.h"
#include "x86.h"

enum {
    REG_ID = 0x20,
    REG_EOI = 0xb0,
    REG_SPURIOUS = 0xf0,
    REG_ICR = 0x300,
    REG_ICR_HIGH = 0x310,
    REG_TIMER = 0x320,
    REG_THERMAL = 0x330,
    REG_PERFORMANCE = 0x340,
    REG_LINT0 = 0x350,
    REG_LINT1 = 0x360,
    REG_ERROR = 0x370,
    REG_TIMER_START = 0x380,
    REG_TIMER_NOW = 0x390,
    REG_TIMER_DIVIDE = 0x3e0,
    REG_TASK_PRIORITY = 0x80,
};
#define BASE_ENABLE    (1UL << 11)
#define BASE_X2APIC    (1UL << 10)
#define SPURIOUS_ON    0x100
#define MASKED         0x10000u
#define DELIVER_NMI    0x400u
#define DELIVER_INIT   0x500u
#define DELIVER_START  0x600u
#define ASSERTED       0x4000u
#define BUSY           0x1000u
#define DIVIDE_BY_16   3
#define TIMER_DEADLINE (2u << 17)

static volatile uint8_t *registers;

static uint32_t reg_read(uint32_t reg)
{
    if (features.x2apic)
        return (uint32_t)rdmsr(MSR_X2APIC + reg / 16);
    return mmio_read32(registers + reg);
}

static void reg_write(uint32_t reg, uint32_t value)
{
    if (features.x2apic)
        wrmsr(MSR_X2APIC + reg / 16, value);
    else
        mmio_write32(registers + reg, value);
}

void apic_init(uint64_t base)
{
    registers = phys_window(base, DYAD_PAGE_SIZE, KERNEL_DEVICE);
    /* The old controllers: out of the way, then silent. */
    static const uint8_t setup[][2] = {{0x20, 0x11},
                                       {0xa0, 0x11},
                                       {0x21, VECTOR_LEGACY},
                                       {0xa1, VECTOR_LEGACY + 8},
                                       {0x21, 4},
                                       {0xa1, 2},
                                       {0x21, 1},
                                       {0xa1, 1},
                                       {0x21, 0xff},
                                       {0xa1, 0xff}};
    for (unsigned i = 0; i < ARRAY_COUNT(setup); i++)
        outb(setup[i][0], setup[i][1]);
}

void apic_enter(void)
{
    uint64_t base = rdmsr(MSR_APIC_BASE) | BASE_ENABLE;
    wrmsr(MSR_APIC_BASE, base);
    if (features.x2apic)
        wrmsr(MSR_APIC_BASE, base | BASE_X2APIC);
    reg_write(REG_TASK_PRIORITY, 0);
    reg_write(REG_LINT0, MASKED);
    reg_write(REG_LINT1, DELIVER_NMI);
    reg_write(REG_ERROR, MASKED);
    reg_write(REG_THERMAL, MASKED);
    reg_write(REG_PERFORMANCE, MASKED);
    reg_write(REG_TIMER_DIVIDE, DIVIDE_BY_16);
    reg_write(REG_TIMER, VECTOR_TIMER);
    reg_write(REG_TIMER_START, 0);
    reg_write(REG_SPURIOUS, SPURIOUS_ON | VECTOR_SPURIOUS);
    reg_write(REG_EOI, 0);
}

uint32_t apic_id(void)
{
    uint32_t id = reg_read(REG_ID);
    return features.x2apic ? id : id >> 24;
}

void apic_end_of_interrupt(void)
{
    reg_write(REG_EOI, 0);
}

static void command(uint32_t apic_id, uint32_t what)
{
    if (features.x2apic) {
        /* Not serialising, unlike the register in memory: what was written before must be visible to the interrupted core. */
        __asm__ volatile("mfence; lfence" ::: "memory");
        wrmsr(MSR_X2APIC + REG_ICR / 16, (uint64_t)apic_id << 32 | what);
        return;
    }
    while (mmio_read32(registers + REG_ICR) & BUSY)
        __builtin_ia32_pause();
    mmio_write32(registers + REG_ICR_HIGH, apic_id << 24);
    mmio_write32(registers + REG_ICR, what);
}

void apic_send(uint32_t apic_id, uint8_t vector)
{
    command(apic_id, ASSERTED | vector);
}

void apic_send_nmi(uint32_t apic_id)
{
    command(apic_id, ASSERTED | DELIVER_NMI);
}

void apic_send_init(uint32_t apic_id)
{
    command(apic_id, ASSERTED | DELIVER_INIT);
}

void apic_send_startup(uint32_t apic_id, uint8_t page)
{
    command(apic_id, ASSERTED | DELIVER_START | page);
}

void apic_timer_set(uint32_t count)
{
    reg_write(REG_TIMER_START, count);
}

uint32_t apic_timer_left(void)
{
    return reg_read(REG_TIMER_NOW);
}

void apic_timer_deadline_mode(void)
{
    reg_write(REG_TIMER, VECTOR_TIMER | TIMER_DEADLINE);
    __asm__ volatile("mfence" ::: "memory"); /* before the first MSR_TSC_DEADLINE */
}

/* ---- I/O APICs ---- */

#define IOAPICS_MAX 16
enum { IO_SELECT = 0x00, IO_DATA = 0x10, IO_VERSION = 1, IO_TABLE = 0x10 };
#define IO_MASKED (1u << 16)
#define IO_LEVEL  (1u << 15)
#define IO_LOW    (1u << 13)

static struct {
    volatile uint8_t *registers;
    uint32_t first, count;
} ioapics[IOAPICS_MAX];
static uint32_t ioapic_count;

/* Guards the select register of each, once cores are several. */
static struct body_lock ioapic_lock;

static void io_write(volatile uint8_t *io, uint32_t reg, uint32_t value)
{
    mmio_write32(io + IO_SELECT, reg);
    mmio_write32(io + IO_DATA, value);
}

static uint32_t io_read(volatile uint8_t *io, uint32_t reg)
{
    mmio_write32(io + IO_SELECT, reg);
    return mmio_read32(io + IO_DATA);
}

void ioapic_add(uint64_t base, uint32_t first)
{
    if (ioapic_count == IOAPICS_MAX)
        return;
    volatile uint8_t *io = phys_window(base, DYAD_PAGE_SIZE, KERNEL_DEVICE);
    uint32_t count = (io_read(io, IO_VERSION) >> 16 & 0xff) + 1;
    for (uint32_t i = 0; i < count; i++)
        io_write(io, IO_TABLE + 2 * i, IO_MASKED);
    ioapics[ioapic_count].registers = io;
    ioapics[ioapic_count].first = first;
    ioapics[ioapic_count++].count = count;
}

/* The I/O APIC of a line, and the first of its two registers there; NULL: none has it. */
static volatile uint8_t *find_line(uint32_t line, uint32_t *reg)
{
    for (uint32_t i = 0; i < ioapic_count; i++) {
        uint32_t at = line - ioapics[i].first;
        if (line < ioapics[i].first || at >= ioapics[i].count)
            continue;
        *reg = IO_TABLE + 2 * at;
        return ioapics[i].registers;
    }
    return NULL;
}

bool ioapic_route(uint32_t line, uint8_t vector, uint32_t apic_id, bool level, bool low,
                  bool masked)
{
    uint32_t reg;
    volatile uint8_t *io = find_line(line, &reg);
    if (!io)
        return false;
    body_lock(&ioapic_lock);
    io_write(io, reg + 1, apic_id << 24);
    io_write(io, reg,
             vector | (level ? IO_LEVEL : 0) | (low ? IO_LOW : 0) | (masked ? IO_MASKED : 0));
    body_unlock(&ioapic_lock);
    return true;
}

void ioapic_mask(uint32_t line)
{
    uint32_t reg;
    volatile uint8_t *io = find_line(line, &reg);
    if (!io)
        return;
    body_lock(&ioapic_lock);
    io_write(io, reg, io_read(io, reg) | IO_MASKED);
    body_unlock(&ioapic_lock);
}
