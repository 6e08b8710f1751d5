/* apic.h: the local APIC of each core and the I/O APICs. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define VECTOR_LEGACY   0x20 /* of the two masked 8259s; spurious ones still come */
#define VECTOR_IRQ      0x30 /* + global interrupt number: lines of the I/O APICs in use */
#define VECTOR_TIMER    0xf0
#define VECTOR_NOTIFY   0xf1
#define VECTOR_SPURIOUS 0xff

/* Once, with the address from the MADT. */
void apic_init(uint64_t base);
void apic_enter(void); /* on each core */
uint32_t apic_id(void);
void apic_end_of_interrupt(void);
void apic_send(uint32_t apic_id, uint8_t vector);
void apic_send_nmi(uint32_t apic_id);
void apic_send_init(uint32_t apic_id);
void apic_send_startup(uint32_t apic_id, uint8_t page);

/* The timer counts down from `count` once; 0 stops it. */
void apic_timer_set(uint32_t count);
uint32_t apic_timer_left(void);
void apic_timer_deadline_mode(void); /* it counts no more; MSR_TSC_DEADLINE sets it */

/* Add an I/O APIC; all its lines are masked. */
void ioapic_add(uint64_t base, uint32_t first);
/* Deliver global interrupt `line` (the MADT's overrides applied by the caller) to a core. false: no I/O APIC has it. */
bool ioapic_route(uint32_t line, uint8_t vector, uint32_t apic_id, bool level, bool low,
                  bool masked);
void ioapic_mask(uint32_t line);
