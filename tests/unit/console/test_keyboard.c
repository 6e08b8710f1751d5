/* test_keyboard.c: do scan codes become the right keys and bytes? Does the driver get along with controllers that answer oddly? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "servers/console/keys.h"
#include "servers/ps2/controller.h"
#include "servers/ps2/keymap.h"

/* ---- keys ---- */

static struct keymap map;
static struct vt vt; /* only its modes are looked at */

/* All that these scan codes type. */
static const char *typed(const char *codes, size_t count)
{
    static char text[256];
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        struct input_key key;
        bool leds;
        uint8_t bytes[KEYS_BYTES_MAX];
        if (!keymap_feed(&map, (uint8_t)codes[i], &key, &leds))
            continue;
        size_t length = keys_bytes(&vt, &key, bytes);
        assert_true(used + length < sizeof text);
        memcpy(text + used, bytes, length);
        used += length;
    }
    text[used] = '\0';
    return text;
}

#define TYPED(codes, wanted) assert_string_equal(typed(codes, sizeof codes - 1), wanted)

static int start(void **state)
{
    (void)state;
    keymap_init(&map, keymap_find("us"));
    memset(&vt, 0, sizeof vt);
    return 0;
}

static void test_letters_and_shift(void **state)
{
    (void)state;
    TYPED("\x1e\x9e", "a");
    TYPED("\x2a\x1e\x9e\xaa\x1e\x9e", "Aa");
    TYPED("\x36\x02\x82\xb6\x02\x82", "!1");
    TYPED("\x1e\x1e\x1e\x9e", "aaa"); /* repeated by the keyboard */
    TYPED("\x1c\x9c\x0e\x8e\x0f\x8f\x01\x81", "\r\x7f\t\033");
}

static void test_caps_and_num_lock(void **state)
{
    (void)state;
    TYPED("\x3a\xba\x1e\x9e\x02\x82\x2a\x1e\x9e\xaa", "A1a");
    assert_int_equal(map.leds, KEYMAP_LED_CAPS);
    TYPED("\x3a\x3a\xba\x1e\x9e", "a"); /* held down it toggles once */
    TYPED("\x47\xc7\x45\xc5\x47\xc7\x53\xd3", "\033[H7.");
    TYPED("\xe0\x47\xe0\xc7", "\033[H"); /* the other Home is not the keypad's */
    assert_int_equal(map.leds, KEYMAP_LED_NUM);
}

static void test_control_and_alt(void **state)
{
    (void)state;
    TYPED("\x1d\x2e\xae\x9d", "\x03");
    TYPED("\xe0\x1d\x1a\x9a\xe0\x9d", "\033"); /* Control-[ */
    TYPED("\x38\x30\xb0\xb8", "\033b");
    TYPED("\x1d\x2b\xab\x9d", "\x1c");
}

static void test_cursor_and_function_keys(void **state)
{
    (void)state;
    TYPED("\xe0\x48\xe0\xc8\xe0\x4b\xe0\xcb", "\033[A\033[D");
    vt.application_keys = true;
    TYPED("\xe0\x48\xe0\xc8\xe0\x4f\xe0\xcf", "\033OA\033OF");
    TYPED("\x1d\xe0\x4d\xe0\xcd\x9d", "\033[1;5C");
    TYPED("\x3b\xbb\x3f\xbf\x58\xd8\xe0\x53\xe0\xd3", "\033OP\033[15~\033[24~\033[3~");
    TYPED("\x2a\x0f\x8f\xaa", "\033[Z");
    /* Shift that the keyboard pretends around extended keys, and Pause, type nothing. */
    TYPED("\xe0\x2a\xe0\x48\xe0\xc8\xe0\xaa\x1e\x9e", "\033OAa");
    TYPED("\xe1\x1d\x45\xe1\x9d\xc5\x1e\x9e", "a");
    assert_int_equal(map.leds, 0);
}

static void test_the_german_layout(void **state)
{
    (void)state;
    keymap_init(&map, keymap_find("de"));
    TYPED("\x15\x95\x2c\xac\x1a\x9a\x0c\x8c", "zy\303\274\303\237");
    TYPED("\x3a\xba\x28\xa8\x3a\xba", "\303\204"); /* Caps Lock: A umlaut */
    TYPED("\xe0\x38\x10\x90\x12\x92\x56\xd6\xe0\xb8", "@\342\202\254|");
    TYPED("\x2a\x08\x88\xaa", "/");
    assert_null(keymap_find("nowhere"));
}

static void test_any_bytes_are_survived(void **state)
{
    (void)state;
    uint32_t random = 1;
    for (unsigned i = 0; i < 1000000; i++) {
        struct input_key key;
        bool leds;
        uint8_t bytes[KEYS_BYTES_MAX];
        random = random * 1664525 + 1013904223;
        if (keymap_feed(&map, (uint8_t)(random >> 24), &key, &leds))
            assert_true(keys_bytes(&vt, &key, bytes) < KEYS_BYTES_MAX);
    }
}

/* ---- the controller ---- */

/* An i8042 with a keyboard. */
static struct {
    bool absent, deaf, stuck; /* no controller; no keyboard; never takes a byte */
    uint8_t config, leds;
    bool enabled, expects_config, expects_leds;
    unsigned again; /* so often it asks to repeat */
    uint8_t queue[32];
    unsigned queued;
    unsigned pauses;
} chip;

static void chip_queue(uint8_t byte)
{
    assert_true(chip.queued < sizeof chip.queue);
    chip.queue[chip.queued++] = byte;
}

static uint8_t chip_status(void *context)
{
    (void)context;
    if (chip.absent)
        return 0xff;
    return (uint8_t)((chip.queued ? 1 : 0) | (chip.stuck ? 2 : 0));
}

static uint8_t chip_read(void *context)
{
    (void)context;
    if (!chip.queued)
        return 0;
    uint8_t byte = chip.queue[0];
    memmove(chip.queue, chip.queue + 1, --chip.queued);
    return byte;
}

static void chip_command(void *context, uint8_t value)
{
    (void)context;
    if (value == 0x20)
        chip_queue(chip.config);
    chip.expects_config = value == 0x60;
}

static void chip_write(void *context, uint8_t value)
{
    (void)context;
    if (chip.expects_config) {
        chip.config = value;
        chip.expects_config = false;
        return;
    }
    if (chip.deaf)
        return;
    if (chip.again) {
        chip.again--;
        chip_queue(0xfe);
        return;
    }
    if (chip.expects_leds)
        chip.leds = value;
    chip.expects_leds = value == 0xed;
    chip.enabled |= value == 0xf4;
    chip_queue(0xfa);
}

static void chip_pause(void *context)
{
    (void)context;
    chip.pauses++;
}

static const struct controller_ops ops = {chip_read, chip_write, chip_status, chip_command,
                                          chip_pause};
static struct controller controller;

static int chip_start(void **state)
{
    (void)state;
    memset(&chip, 0, sizeof chip);
    chip.config = 0x32; /* mouse interrupt on, both clocks off, not translated */
    return 0;
}

static enum controller_result init(void)
{
    return controller_init(&controller, &ops, NULL);
}

static void test_a_keyboard_is_set_up(void **state)
{
    (void)state;
    chip_queue(0x1c); /* something old */
    assert_int_equal(init(), CONTROLLER_READY);
    assert_true(chip.enabled);
    assert_int_equal(chip.config, 0x61);
    uint8_t code;
    assert_false(controller_take(&controller, &code));
    chip_queue(0x1e);
    chip_queue(0x9e);
    assert_true(controller_take(&controller, &code) && code == 0x1e);
    assert_true(controller_take(&controller, &code) && code == 0x9e);
}

static void test_lights_are_set_and_no_key_is_lost_meanwhile(void **state)
{
    (void)state;
    uint8_t code;
    assert_int_equal(init(), CONTROLLER_READY);
    chip_queue(0x1e); /* comes before the answer */
    chip.again = 1;
    controller_leds(&controller, 5);
    assert_int_equal(chip.leds, 5);
    assert_true(controller_take(&controller, &code) && code == 0x1e);
}

static void test_what_does_not_answer_is_given_up(void **state)
{
    (void)state;
    chip.absent = true;
    assert_int_equal(init(), CONTROLLER_ABSENT);
    chip.absent = false;
    chip.stuck = true;
    assert_int_equal(init(), CONTROLLER_ABSENT);
    chip.stuck = false;
    chip.deaf = true;
    chip.pauses = 0;
    assert_int_equal(init(), CONTROLLER_UNANSWERED);
    assert_true(chip.pauses * CONTROLLER_PAUSE_US <= 1000000);
    chip.deaf = false;
    chip.again = 1000;
    assert_int_equal(init(), CONTROLLER_UNANSWERED);
}

int main(void)
{
#define KEYS(f) cmocka_unit_test_setup(f, start)
#define CHIP(f) cmocka_unit_test_setup(f, chip_start)
    const struct CMUnitTest tests[] = {
        KEYS(test_letters_and_shift),
        KEYS(test_caps_and_num_lock),
        KEYS(test_control_and_alt),
        KEYS(test_cursor_and_function_keys),
        KEYS(test_the_german_layout),
        KEYS(test_any_bytes_are_survived),
        CHIP(test_a_keyboard_is_set_up),
        CHIP(test_lights_are_set_and_no_key_is_lost_meanwhile),
        CHIP(test_what_does_not_answer_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
