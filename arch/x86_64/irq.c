/* irq.c: interrupts, and exceptions of the kernel itself. */
#include "irq.h"

#include "acpi.h"
#include "apic.h"
#include "console.h"
#include "fail.h"
#include "time.h"

static uint8_t isa_of_vector[VECTOR_TIMER - VECTOR_IRQ]; /* + 1; 0: none */

bool irq_route_isa(unsigned irq)
{
    uint32_t line = madt.isa[irq].line;
    if (line >= ARRAY_COUNT(isa_of_vector))
        return false;
    isa_of_vector[line] = (uint8_t)(irq + 1);
    return ioapic_route(line, (uint8_t)(VECTOR_IRQ + line), cores[0]->apic_id, madt.isa[irq].level,
                        madt.isa[irq].low);
}

void irq_handle(struct core *core, uint32_t vector)
{
    if (vector == VECTOR_SPURIOUS || vector < VECTOR_IRQ)
        return; /* these want no acknowledgement */
    if (vector == VECTOR_TIMER)
        timer_interrupt(core);
    else if (vector < VECTOR_TIMER && isa_of_vector[vector - VECTOR_IRQ])
        core->devices |= console_interrupt(isa_of_vector[vector - VECTOR_IRQ] - 1U);
    apic_end_of_interrupt();
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
