/* mcfg.c: where PCI's configuration space is in memory, from the MCFG (PCI Firmware Specification 3.3, 4.1.2). */
#include "acpi.h"

struct mcfg_entry {
    uint64_t base; /* of bus 0, also when the entry begins with another */
    uint16_t segment;
    uint8_t first_bus, last_bus;
    uint32_t reserved;
} __attribute__((packed));
#define MCFG_ENTRIES 44 /* offset of the first in the table */

static bool entry_is_good(const struct mcfg_entry *entry)
{
    return !(entry->base & (PCI_BUS_BYTES - 1)) && entry->base && entry->base < 1UL << 51 &&
           entry->first_bus <= entry->last_bus;
}

unsigned mcfg_read(struct boot_info *info)
{
    unsigned bad = 0;
    const struct acpi_header *table = acpi_find("MCFG", false);
    for (size_t at = MCFG_ENTRIES; table && at + sizeof(struct mcfg_entry) <= table->length;
         at += sizeof(struct mcfg_entry)) {
        struct mcfg_entry entry;
        memcpy(&entry, (const uint8_t *)table + at, sizeof entry);
        if (!entry_is_good(&entry) || info->pci_count == ARRAY_COUNT(info->pci)) {
            bad++;
            continue;
        }
        info->pci[info->pci_count++] = (struct boot_pci){.base = entry.base,
                                                         .segment = entry.segment,
                                                         .first_bus = entry.first_bus,
                                                         .last_bus = entry.last_bus};
    }
    return bad;
}
