/* time.h: clocks and the timer of a core. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct core;

/* Once: measures the time stamp counter and the APIC timer against the HPET or the ACPI timer. apic_init came before. */
void time_init(void);
void timer_enter(void); /* on each core */
/* The timer's interrupt on this core. */
void timer_interrupt(struct core *core);
/* Busy waiting, for devices. */
void time_wait_us(uint64_t us);
