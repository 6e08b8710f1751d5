/* power.c: power off by ACPI's sleep state S5 (ACPI 6.5, 4.8 and 7.4). */
#include "acpi.h"
#include "fail.h"
#include "memory.h"
#include "reset.h"
#include "screen.h"
#include "serial.h"
#include "time.h"
#include "x86.h"

enum { /* offsets in the FADT */
       FADT_DSDT = 40,
       FADT_SMI_COMMAND = 48,
       FADT_ACPI_ENABLE = 52,
       FADT_PM1A_CONTROL = 64,
       FADT_PM1B_CONTROL = 68,
       FADT_X_DSDT = 140,
};
#define SCI_ENABLED  1u
#define SLEEP_ENABLE (1u << 13)
#define AML_NAME     0x08
#define AML_PACKAGE  0x12
#define AML_BYTE     0x0a

static struct {
    uint16_t control_a, control_b; /* ports; 0: none */
    uint16_t smi_command;
    uint8_t acpi_enable;
    uint8_t type_a, type_b; /* SLP_TYP of S5 */
    bool looked;            /* power_init was here */
    bool known;             /* how to switch off */
} power;

static uint64_t field(const struct acpi_header *table, unsigned offset, unsigned bytes)
{
    uint64_t value = 0;
    if (table->length >= offset + bytes)
        memcpy(&value, (const uint8_t *)table + offset, bytes);
    return value;
}

/* An integer of AML: ZeroOp, OneOp or a byte. -> bytes read, 0: something else. */
static unsigned aml_integer(const uint8_t *at, uint8_t *value)
{
    if (at[0] == AML_BYTE) {
        *value = at[1];
        return 2;
    }
    *value = at[0];
    return at[0] <= 1 ? 1 : 0;
}

/* Name (_S5_, Package { type a, type b, ...}); a package of that size has a length of one byte. */
static bool parse_s5(const uint8_t *at, const uint8_t *end)
{
    if (end - at < 12 || at[0] != AML_NAME || memcmp(at + 1, "_S5_", 4) != 0 ||
        at[5] != AML_PACKAGE)
        return false;
    at += 6 + 1 + (at[6] >> 6) + 1; /* length, number of elements */
    unsigned used = aml_integer(at, &power.type_a);
    return used && aml_integer(at + used, &power.type_b);
}

static bool find_s5(const struct acpi_header *fadt)
{
    uint64_t dsdt = field(fadt, FADT_X_DSDT, 8);
    if (!dsdt)
        dsdt = field(fadt, FADT_DSDT, 4);
    if (!dsdt)
        return false;
    const struct acpi_header *header = phys_window(dsdt, sizeof *header, KERNEL_RODATA);
    if (header->length < sizeof *header || header->length > 1u << 22)
        return false;
    phys_window(dsdt, header->length, KERNEL_RODATA);
    const uint8_t *end = (const uint8_t *)header + header->length;
    for (const uint8_t *at = (const uint8_t *)(header + 1); at < end; at++)
        if (*at == AML_NAME && parse_s5(at, end))
            return true;
    return false;
}

void power_init(void)
{
    const struct acpi_header *fadt = acpi_find("FACP", false);
    power.looked = true;
    if (!fadt)
        return;
    reset_init(fadt);
    power.control_a = (uint16_t)field(fadt, FADT_PM1A_CONTROL, 4);
    power.control_b = (uint16_t)field(fadt, FADT_PM1B_CONTROL, 4);
    power.smi_command = (uint16_t)field(fadt, FADT_SMI_COMMAND, 4);
    power.acpi_enable = (uint8_t)field(fadt, FADT_ACPI_ENABLE, 1);
    power.known = power.control_a && find_s5(fadt);
}

static void acpi_mode(void)
{
    if ((inw(power.control_a) & SCI_ENABLED) || !power.smi_command || !power.acpi_enable)
        return;
    outb(power.smi_command, power.acpi_enable);
    for (unsigned i = 0; i < 1000 && !(inw(power.control_a) & SCI_ENABLED); i++)
        time_wait_us(1000);
}

void power_off(void)
{
    if (power.known) {
        acpi_mode();
        outw(power.control_a, (uint16_t)(power.type_a << 10 | SLEEP_ENABLE));
        if (power.control_b)
            outw(power.control_b, (uint16_t)(power.type_b << 10 | SLEEP_ENABLE));
        time_wait_us(1000000);
    }
    static const char text[] = "dyad: this machine cannot be switched off by software\n";
    if (!power.looked) /* QEMU is told to end then */
        power_reset();
    serial_write_now(text, sizeof text - 1);
    screen_write_now(text, sizeof text - 1);
    for (;;)
        __asm__ volatile("cli; hlt");
}
