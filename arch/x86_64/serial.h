/* serial.h: the 16550 serial ports: registers, and the early log on the first one. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COM1     0x3f8
#define COM2     0x2f8
#define COM1_IRQ 4
#define COM2_IRQ 3

#define UART_FIFO 16 /* bytes that an idle transmitter takes */

/* The log's port. May be called again. */
void serial_init(void);
/* Whether a line ends as terminals want it, with a carriage return before the newline: unless a program reads the port. */
void serial_for_terminal(bool terminal);
/* By polling; waits for a slow line, gives up on a missing one. Any context. */
void serial_write(const char *text, size_t bytes);
/* The same for a panic: whoever holds the port's lock may never release it. */
void serial_write_now(const char *text, size_t bytes);

/* For console.c: */
bool uart_setup(uint16_t port, bool interrupts); /* false: there is none */
bool uart_can_send(uint16_t port);               /* UART_FIFO bytes */
void uart_send(uint16_t port, uint8_t byte);
bool uart_receive(uint16_t port, uint8_t *byte); /* false: nothing there */
void uart_want_room(uint16_t port, bool want);   /* interrupt when it can send */
bool uart_acknowledge(uint16_t port); /* also of "room"; true: it has another reason to interrupt */
void uart_flush(uint16_t port);       /* until the last byte is on the line */
