/*
 * controller.c: the i8042 (IBM PS/2 Technical Reference, keyboard controller). It is not tested or reset: some laptops lose their touchpad
 * by that, and the firmware has done it. Every wait ends.
 */
#include "servers/ps2/controller.h"

#include <string.h>

#define STATUS_OUTPUT 0x01u /* there is a byte to read */
#define STATUS_INPUT  0x02u /* it has not taken the last byte yet */
#define STATUS_MOUSE  0x20u /* the byte is the mouse's */
#define STATUS_NONE   0xffu /* what a port without a device reads as */

#define COMMAND_CONFIG_READ  0x20
#define COMMAND_CONFIG_WRITE 0x60
#define COMMAND_MOUSE_OFF    0xa7
#define COMMAND_KEYBOARD_OFF 0xad
#define COMMAND_KEYBOARD_ON  0xae

#define CONFIG_KEYBOARD_INTERRUPT 0x01u
#define CONFIG_MOUSE_INTERRUPT    0x02u
#define CONFIG_KEYBOARD_CLOCK_OFF 0x10u
#define CONFIG_MOUSE_CLOCK_OFF    0x20u
#define CONFIG_TRANSLATE          0x40u

#define KEYBOARD_LEDS     0xed
#define KEYBOARD_DEFAULTS 0xf6
#define KEYBOARD_ENABLE   0xf4
#define KEYBOARD_OK       0xfa
#define KEYBOARD_AGAIN    0xfe

#define ROUNDS_CONTROLLER 1000u /* pauses: a tenth of a second */
#define ROUNDS_KEYBOARD   2000u
#define FLUSH_MAX         64u
#define TRIES             3u

static uint8_t status(struct controller *c)
{
    return c->ops->status_read(c->context);
}

/* false: it does not take bytes. */
static bool wait_input(struct controller *c)
{
    for (unsigned round = 0; round < ROUNDS_CONTROLLER; round++) {
        if (!(status(c) & STATUS_INPUT))
            return true;
        c->ops->pause(c->context);
    }
    return false;
}

static bool wait_output(struct controller *c, unsigned rounds)
{
    for (unsigned round = 0; round < rounds; round++) {
        if (status(c) & STATUS_OUTPUT)
            return true;
        c->ops->pause(c->context);
    }
    return false;
}

static bool command(struct controller *c, uint8_t code)
{
    if (!wait_input(c))
        return false;
    c->ops->command_write(c->context, code);
    return true;
}

static bool data(struct controller *c, uint8_t value)
{
    if (!wait_input(c))
        return false;
    c->ops->data_write(c->context, value);
    return true;
}

static void flush(struct controller *c)
{
    for (unsigned i = 0; i < FLUSH_MAX && (status(c) & STATUS_OUTPUT); i++)
        (void)c->ops->data_read(c->context);
}

/* The keyboard's answer to a byte. Scan codes that come before it are kept. */
static int answer(struct controller *c)
{
    for (unsigned bytes = 0; bytes < FLUSH_MAX && wait_output(c, ROUNDS_KEYBOARD); bytes++) {
        bool mouse = status(c) & STATUS_MOUSE;
        uint8_t byte = c->ops->data_read(c->context);
        if (mouse)
            continue;
        if (byte == KEYBOARD_OK || byte == KEYBOARD_AGAIN)
            return byte;
        if (c->kept_count < sizeof c->kept)
            c->kept[c->kept_count++] = byte;
    }
    return -1;
}

static bool keyboard(struct controller *c, uint8_t byte)
{
    for (unsigned i = 0; i < TRIES; i++) {
        if (!data(c, byte))
            return false;
        int result = answer(c);
        if (result != KEYBOARD_AGAIN)
            return result == KEYBOARD_OK;
    }
    return false;
}

static bool configure(struct controller *c)
{
    if (!command(c, COMMAND_KEYBOARD_OFF) || !command(c, COMMAND_MOUSE_OFF))
        return false;
    flush(c);
    if (!command(c, COMMAND_CONFIG_READ) || !wait_output(c, ROUNDS_CONTROLLER))
        return false;
    unsigned config = c->ops->data_read(c->context);
    config |= CONFIG_KEYBOARD_INTERRUPT | CONFIG_TRANSLATE | CONFIG_MOUSE_CLOCK_OFF;
    config &= ~(CONFIG_MOUSE_INTERRUPT | CONFIG_KEYBOARD_CLOCK_OFF);
    return command(c, COMMAND_CONFIG_WRITE) && data(c, (uint8_t)config) &&
           command(c, COMMAND_KEYBOARD_ON);
}

enum controller_result controller_init(struct controller *c, const struct controller_ops *ops,
                                       void *context)
{
    *c = (struct controller){.ops = ops, .context = context};
    if (status(c) == STATUS_NONE || !configure(c))
        return CONTROLLER_ABSENT;
    bool there = keyboard(c, KEYBOARD_DEFAULTS) && keyboard(c, KEYBOARD_ENABLE);
    c->kept_count = 0; /* of before */
    return there ? CONTROLLER_READY : CONTROLLER_UNANSWERED;
}

bool controller_take(struct controller *c, uint8_t *code)
{
    if (c->kept_count) {
        *code = c->kept[0];
        memmove(c->kept, c->kept + 1, --c->kept_count);
        return true;
    }
    for (unsigned i = 0; i < FLUSH_MAX; i++) {
        uint8_t now = status(c);
        if (!(now & STATUS_OUTPUT) || now == STATUS_NONE)
            return false;
        *code = c->ops->data_read(c->context);
        if (!(now & STATUS_MOUSE))
            return true;
    }
    return false;
}

void controller_leds(struct controller *c, unsigned leds)
{
    if (keyboard(c, KEYBOARD_LEDS))
        (void)keyboard(c, (uint8_t)leds);
}
