/* acpi.c: the root table and the checks of every table. */
#include "acpi.h"

#include "fail.h"
#include "memory.h"

struct rsdp {
    char signature[8];
    uint8_t checksum;
    char oem[6];
    uint8_t revision;
    uint32_t rsdt;
    uint32_t length; /* from here on: revision 2 */
    uint64_t xsdt;
    uint8_t checksum2, zero[3];
} __attribute__((packed));

#define RSDP_BYTES_1 20
#define TABLE_MAX    (1u << 20) /* bytes; a larger length is nonsense */

static struct {
    const struct acpi_header *root;
    unsigned entry_bytes; /* 4: RSDT, 8: XSDT */
} acpi;

static uint8_t sum(const void *bytes, size_t count)
{
    uint8_t total = 0;
    for (size_t i = 0; i < count; i++)
        total = (uint8_t)(total + ((const uint8_t *)bytes)[i]);
    return total;
}

static bool rsdp_is_good(const struct rsdp *rsdp)
{
    return memcmp(rsdp->signature, "RSD PTR ", 8) == 0 && sum(rsdp, RSDP_BYTES_1) == 0;
}

/* A PC BIOS leaves it on a 16-byte boundary of its area. */
static uint64_t rsdp_search(void)
{
    for (uint64_t at = 0xe0000; at < 0x100000; at += 16)
        if (rsdp_is_good(phys_window(at, sizeof(struct rsdp), KERNEL_RODATA)))
            return at;
    return 0;
}

/* The whole table, readable; NULL: no such address or length. */
static const struct acpi_header *table_at(uint64_t phys)
{
    if (!phys || phys >= 1UL << 52)
        return NULL;
    const struct acpi_header *header = phys_window(phys, sizeof *header, KERNEL_RODATA);
    if (header->length < sizeof *header || header->length > TABLE_MAX)
        return NULL;
    return phys_window(phys, header->length, KERNEL_RODATA);
}

void acpi_init(uint64_t address)
{
    if (!address)
        address = rsdp_search();
    if (!address)
        fail(
            "the firmware has no ACPI tables (no RSDP); Dyad needs them to find cores and interrupts");
    const struct rsdp *rsdp = phys_window(address, sizeof *rsdp, KERNEL_RODATA);
    if (!rsdp_is_good(rsdp))
        fail("ACPI: the RSDP at %lx is damaged (signature or checksum)", (unsigned long)address);
    bool extended = rsdp->revision >= 2 && rsdp->xsdt;
    acpi.entry_bytes = extended ? 8 : 4;
    acpi.root = table_at(extended ? rsdp->xsdt : rsdp->rsdt);
    if (!acpi.root || memcmp(acpi.root->signature, extended ? "XSDT" : "RSDT", 4) != 0 ||
        sum(acpi.root, acpi.root->length) != 0)
        fail("ACPI: the root table (%s) is damaged", extended ? "XSDT" : "RSDT");
}

static uint64_t entry_at(size_t offset)
{
    uint64_t phys = 0;
    memcpy(&phys, (const uint8_t *)acpi.root + offset, acpi.entry_bytes);
    return phys;
}

const struct acpi_header *acpi_find(const char *signature, bool needed)
{
    bool damaged = false;
    for (size_t at = sizeof *acpi.root; at + acpi.entry_bytes <= acpi.root->length;
         at += acpi.entry_bytes) {
        const struct acpi_header *table = table_at(entry_at(at));
        if (!table || memcmp(table->signature, signature, 4) != 0)
            continue;
        if (sum(table, table->length) == 0)
            return table;
        damaged = true;
    }
    if (needed)
        fail(damaged ? "ACPI: the table %s is damaged (wrong checksum)"
                     : "ACPI: there is no table %s",
             signature);
    return NULL;
}
