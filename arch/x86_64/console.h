/* console.h: the consoles behind arch_device_*. */
#pragma once
#include <stdint.h>

/* After options and interrupts are there. */
void console_init(void);
/* The first port of the console's serial port. */
uint16_t console_port(void);
/* An ISA interrupt: -> bits of enum arch_device to report. */
uint32_t console_interrupt(unsigned irq);
/* Everything out, then the exit status, as far as somebody listens. */
void console_end(int status);
