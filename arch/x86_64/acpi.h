/* acpi.h: the firmware's tables (ACPI 6.5, chapter 5): finding and checking them. */
#pragma once
#include "arch/include/arch.h"

struct acpi_header {
    char signature[4];
    uint32_t length;
    uint8_t revision, checksum;
    char oem[6], oem_table[8];
    uint32_t oem_revision, creator, creator_revision;
} __attribute__((packed));

/* Finds the root table. Without one, or with a damaged one, Dyad cannot start: it stops with the reason. */
void acpi_init(uint64_t address); /* of the RSDP; 0: not known */
/* The first good table with this signature; NULL: none. A damaged one ends the start when it is `needed`, otherwise it is as if
 * it were not there. */
const struct acpi_header *acpi_find(const char *signature, bool needed);

/* From the MCFG: info->pci. -> entries that are nonsense, or too many. */
unsigned mcfg_read(struct boot_info *info);

/* From the MADT. */
struct madt_info {
    uint64_t apic_base;
    uint32_t cpu_count; /* usable ones, up to DYAD_CPUS_MAX; the first is the one that booted */
    uint32_t apic_ids[DYAD_CPUS_MAX];
    struct {
        uint32_t line; /* global interrupt number */
        bool level, low;
    } isa[16];
};
extern struct madt_info madt;
void madt_init(uint32_t boot_apic_id); /* adds the I/O APICs */
