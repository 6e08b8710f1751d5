/* controller.h: the i8042 keyboard controller and the keyboard behind it. Pure: the ports and the clock are operations. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct controller_ops {
    uint8_t (*data_read)(void *context);
    void (*data_write)(void *context, uint8_t value);
    uint8_t (*status_read)(void *context);
    void (*command_write)(void *context, uint8_t value);
    void (*pause)(void *context); /* CONTROLLER_PAUSE_US */
};
#define CONTROLLER_PAUSE_US 100u

enum controller_result {
    CONTROLLER_READY,
    CONTROLLER_ABSENT,    /* nothing answers at its ports */
    CONTROLLER_UNANSWERED /* it is there, but no keyboard has answered; one may be plugged in later */
};

struct controller {
    const struct controller_ops *ops;
    void *context;
    /* Scan codes that came while a command's answer was waited for. */
    uint8_t kept[16];
    unsigned kept_count;
};

/* Interrupts on for the keyboard, off for the mouse, scan codes translated to set 1. Takes at most a second. */
enum controller_result controller_init(struct controller *c, const struct controller_ops *ops,
                                       void *context);
/* The next scan code; false: there is none now. */
bool controller_take(struct controller *c, uint8_t *code);
/* Set the lights (KEYMAP_LED_*); a keyboard that does not answer is left as it is. */
void controller_leds(struct controller *c, unsigned leds);
