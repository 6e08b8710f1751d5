/* madt.c: cores and interrupt controllers, from the MADT (ACPI 6.5, 5.2.12). */
#include "acpi.h"
#include "apic.h"
#include "fail.h"

struct madt_table {
    struct acpi_header header;
    uint32_t apic_base, flags;
} __attribute__((packed));

enum { LOCAL_APIC = 0, IO_APIC = 1, OVERRIDE = 2, LOCAL_ADDRESS = 5, LOCAL_X2APIC = 9 };
#define CPU_ENABLED   1u
#define POLARITY_LOW  3u
#define TRIGGER_LEVEL (3u << 2)

struct madt_info madt;

static uint32_t word_at(const uint8_t *entry, unsigned offset)
{
    uint32_t word;
    memcpy(&word, entry + offset, sizeof word);
    return word;
}

/* The core that booted stays first, wherever it is in the table. */
static void add_cpu(uint32_t id, uint32_t flags)
{
    if (!(flags & CPU_ENABLED) || id == madt.apic_ids[0] || madt.cpu_count == DYAD_CPUS_MAX)
        return;
    for (uint32_t i = 0; i < madt.cpu_count; i++)
        if (madt.apic_ids[i] == id)
            return;
    madt.apic_ids[madt.cpu_count++] = id;
}

static void add_override(const uint8_t *entry)
{
    uint8_t irq = entry[3];
    uint16_t flags = (uint16_t)(entry[8] | entry[9] << 8);
    if (irq >= ARRAY_COUNT(madt.isa))
        return;
    madt.isa[irq].line = word_at(entry, 4);
    madt.isa[irq].low = (flags & POLARITY_LOW) == POLARITY_LOW;
    madt.isa[irq].level = (flags & TRIGGER_LEVEL) == TRIGGER_LEVEL;
}

/* Shortest length of an entry of each type that we read. */
static const uint8_t entry_bytes[] = {
    [LOCAL_APIC] = 8, [IO_APIC] = 12, [OVERRIDE] = 10, [LOCAL_ADDRESS] = 12, [LOCAL_X2APIC] = 16};

static void take_entry(const uint8_t *entry)
{
    switch (entry[0]) {
    case LOCAL_APIC: add_cpu(entry[3], word_at(entry, 4)); break;
    case LOCAL_X2APIC: add_cpu(word_at(entry, 4), word_at(entry, 8)); break;
    case IO_APIC: ioapic_add(word_at(entry, 4), word_at(entry, 8)); break;
    case OVERRIDE: add_override(entry); break;
    case LOCAL_ADDRESS: memcpy(&madt.apic_base, entry + 4, sizeof madt.apic_base); break;
    default: break;
    }
}

static void walk(const struct madt_table *table)
{
    const uint8_t *at = (const uint8_t *)(table + 1);
    const uint8_t *end = (const uint8_t *)table + table->header.length;
    while (end - at >= 2) {
        uint8_t type = at[0], length = at[1];
        if (length < 2 || length > end - at ||
            (type < sizeof entry_bytes && length < entry_bytes[type]))
            fail("ACPI: the MADT has an entry of type %u with length %u", type, length);
        take_entry(at);
        at += length;
    }
}

void madt_init(uint32_t boot_apic_id)
{
    const struct madt_table *table = (const struct madt_table *)acpi_find("APIC", true);
    madt.apic_base = table->apic_base;
    madt.apic_ids[0] = boot_apic_id;
    madt.cpu_count = 1;
    for (uint32_t i = 0; i < ARRAY_COUNT(madt.isa); i++)
        madt.isa[i].line = i;
    walk(table);
}
