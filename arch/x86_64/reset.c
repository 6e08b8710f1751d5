/* reset.c: the ways to make a PC start again, each tried until one works. */
#include "reset.h"

#include "fail.h"
#include "memory.h"
#include "options.h"
#include "x86.h"

enum { /* offsets in the FADT (ACPI 6.5, 5.2.9) */
       FADT_FLAGS = 112,
       FADT_RESET_REGISTER = 116,
       FADT_RESET_VALUE = 128,
};
#define RESET_REGISTER_SUPPORTED (1u << 10)
#define KEYBOARD_STATUS          0x64
#define KEYBOARD_FULL            0x02 /* it has not taken the last command yet */
#define KEYBOARD_RESET           0xfe
#define CHIPSET_RESET            0xcf9
#define PCI_ADDRESS              0xcf8
#define PCI_DATA                 0xcfc
#define PCI_ENABLE               0x80000000u
#define PATIENCE                 100000u /* reads of a port, of about a microsecond each */

/* Generic Address Structure (ACPI 6.5, 5.2.3.2). */
struct acpi_address {
    uint8_t space, bits, offset, access;
    uint64_t address;
} __attribute__((packed));
enum {
    SPACE_MEMORY = 0,
    SPACE_PORT = 1,
    SPACE_PCI = 2 /* of bus 0: device in bits 32 up, function in 16 up, offset */
};

static struct {
    bool known;
    struct acpi_address at;
    uint8_t value;
    volatile uint8_t *memory; /* of SPACE_MEMORY */
} acpi_reset;

void reset_init(const struct acpi_header *fadt)
{
    uint32_t flags;
    const uint8_t *bytes = (const uint8_t *)fadt;
    if (fadt->length <= FADT_RESET_VALUE)
        return;
    memcpy(&flags, bytes + FADT_FLAGS, sizeof flags);
    memcpy(&acpi_reset.at, bytes + FADT_RESET_REGISTER, sizeof acpi_reset.at);
    acpi_reset.value = bytes[FADT_RESET_VALUE];
    acpi_reset.known = (flags & RESET_REGISTER_SUPPORTED) && acpi_reset.at.space <= SPACE_PCI &&
                       acpi_reset.at.address < 1UL << 52;
    if (acpi_reset.known && acpi_reset.at.space == SPACE_MEMORY) /* tables do not change later */
        acpi_reset.memory = phys_window(acpi_reset.at.address, 1, KERNEL_DEVICE);
}

static void pause_after_try(void)
{
    for (unsigned i = 0; i < PATIENCE; i++)
        (void)inb(KEYBOARD_STATUS);
}

static void by_acpi(void)
{
    uint64_t address = acpi_reset.at.address;
    if (!acpi_reset.known)
        return;
    switch (acpi_reset.at.space) {
    case SPACE_MEMORY: *acpi_reset.memory = acpi_reset.value; break;
    case SPACE_PORT: outb((uint16_t)address, acpi_reset.value); break;
    default:
        outl(PCI_ADDRESS, PCI_ENABLE | (uint32_t)(address >> 32 & 31) << 11 |
                              (uint32_t)(address >> 16 & 7) << 8 | (uint32_t)(address & 0xfc));
        outb((uint16_t)(PCI_DATA + (address & 3)), acpi_reset.value);
    }
    pause_after_try();
}

static void by_keyboard(void)
{
    for (unsigned i = 0; i < PATIENCE && (inb(KEYBOARD_STATUS) & KEYBOARD_FULL); i++)
        ;
    outb(KEYBOARD_STATUS, KEYBOARD_RESET);
    pause_after_try();
}

static void by_chipset(void)
{
    outb(CHIPSET_RESET, 0x02);
    outb(CHIPSET_RESET, 0x06);
    pause_after_try();
}

/* An exception without a table of exceptions. */
static void by_fault(void)
{
    static const struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) none = {0, 0};
    __asm__ volatile("lidt %0; int3" ::"m"(none));
}

static const struct {
    const char *name;
    void (*run)(void);
} ways[] = {
    {"acpi", by_acpi}, {"keyboard", by_keyboard}, {"chipset", by_chipset}, {"fault", by_fault}};

void power_reset(void)
{
    const char *first = options_find("reboot");
    unsigned start = 0;
    for (unsigned i = 0; first && i < ARRAY_COUNT(ways); i++)
        if (strlen(first) == strlen(ways[i].name) &&
            memcmp(first, ways[i].name, strlen(first)) == 0)
            start = i;
    __asm__ volatile("cli");
    for (unsigned i = start; i < ARRAY_COUNT(ways); i++)
        ways[i].run();
    for (;;)
        __asm__ volatile("hlt");
}
