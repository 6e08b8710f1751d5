/*
 * irq.c: interrupts, and exceptions of the kernel itself. A line is the kernel's own (the console's serial port), or a driver's in user
 * space: that one is masked as soon as it has interrupted, until the driver lets it through again.
 */
#include "irq.h"

#include "acpi.h"
#include "apic.h"
#include "console.h"
#include "fail.h"
#include "time.h"

#define GLOBAL_LINES (VECTOR_TIMER - VECTOR_IRQ)
#define ISA_LINES    16

static struct {
    uint8_t kernel; /* ISA interrupt + 1: the kernel's; 0: not */
    uint8_t
        driver; /* number behind ARCH_DEVICE_LINE, + 1; 0: nobody's. Changed and read with the line masked, or by core 0 */
} lines[GLOBAL_LINES]; /* by global interrupt number */

bool irq_route_isa(unsigned irq)
{
    uint32_t line = madt.isa[irq].line;
    if (line >= GLOBAL_LINES)
        return false;
    lines[line].kernel = (uint8_t)(irq + 1);
    return ioapic_route(line, (uint8_t)(VECTOR_IRQ + line), cores[0]->apic_id, madt.isa[irq].level,
                        madt.isa[irq].low, false);
}

/* ISA interrupts are where the MADT says; PCI's lines, above them, are level-triggered and active low. */
int64_t irq_line_set(unsigned number, bool open)
{
    bool isa = number < ISA_LINES;
    uint32_t line = isa ? madt.isa[number].line : number;
    if (line >= GLOBAL_LINES)
        return -ERR_NODEV;
    if (lines[line].kernel || (lines[line].driver && lines[line].driver != number + 1))
        return -ERR_BUSY;
    if (!open && !lines[line].driver)
        return 1;
    lines[line].driver = open ? (uint8_t)(number + 1) : 0;
    bool level = !isa || madt.isa[number].level, low = !isa || madt.isa[number].low;
    if (!ioapic_route(line, (uint8_t)(VECTOR_IRQ + line), cores[0]->apic_id, level, low, !open)) {
        lines[line].driver = 0;
        return -ERR_NODEV;
    }
    return 1;
}

static void line_interrupt(struct core *core, uint32_t line)
{
    uint8_t kernel = lines[line].kernel, driver = lines[line].driver;
    if (kernel) {
        core->devices |= console_interrupt(kernel - 1U);
        return;
    }
    ioapic_mask(line); /* also one that was on its way when its driver went */
    if (driver)
        core->devices |= 1u << (ARCH_DEVICE_LINE + driver - 1);
}

void irq_handle(struct core *core, uint32_t vector)
{
    if (vector == VECTOR_SPURIOUS || vector < VECTOR_IRQ)
        return; /* these want no acknowledgement */
    if (vector == VECTOR_TIMER)
        timer_interrupt(core);
    else if (vector < VECTOR_TIMER)
        line_interrupt(core, vector - VECTOR_IRQ);
    apic_end_of_interrupt(); /* of a level-triggered line: after it is masked, or its device silent */
}

/* Interrupts are on in the kernel only while it halts for want of work; everything else here is a bug, or the end. */
void trap_kernel(struct trap_frame *frame)
{
    if (frame->vector >= 32)
        irq_handle(this_core(), (uint32_t)frame->vector);
    else if (frame->vector == VECTOR_NMI && !fail_is_panicking())
        return; /* from the chipset, nobody's */
    else
        fail_trap(frame);
}
