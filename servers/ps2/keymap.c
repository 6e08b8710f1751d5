/* keymap.c: scan codes of set 1 (what the controller translates to), modifiers and locks. */
#include "servers/ps2/keymap.h"

#include <string.h>

#define BREAK    0x80u
#define EXTENDED 0x80u /* in a code */

enum code {
    CODE_ESCAPE = 0x01,
    CODE_BACKSPACE = 0x0e,
    CODE_TAB = 0x0f,
    CODE_ENTER = 0x1c,
    CODE_LEFT_CTRL = 0x1d,
    CODE_LEFT_SHIFT = 0x2a,
    CODE_RIGHT_SHIFT = 0x36,
    CODE_KEYPAD_TIMES = 0x37,
    CODE_LEFT_ALT = 0x38,
    CODE_CAPS = 0x3a,
    CODE_F1 = 0x3b,
    CODE_F10 = 0x44,
    CODE_NUM = 0x45,
    CODE_SCROLL = 0x46,
    CODE_KEYPAD = 0x47, /* 7 8 9 - 4 5 6 + 1 2 3 0 . */
    CODE_KEYPAD_END = 0x53,
    CODE_F11 = 0x57,
    CODE_F12 = 0x58,
    CODE_KEYPAD_ENTER = EXTENDED | 0x1c,
    CODE_RIGHT_CTRL = EXTENDED | 0x1d,
    CODE_KEYPAD_OVER = EXTENDED | 0x35,
    CODE_PRINT = EXTENDED | 0x37,
    CODE_RIGHT_ALT = EXTENDED | 0x38,
    CODE_LEFT_SUPER = EXTENDED | 0x5b,
    CODE_RIGHT_SUPER = EXTENDED | 0x5c,
    CODE_MENU = EXTENDED | 0x5d,
    CODE_PAUSE = 0x145, /* our own: it has no code of one byte */
};

/* Bits of keymap.held. */
enum {
    HELD_LSHIFT = 1,
    HELD_RSHIFT = 2,
    HELD_LCTRL = 4,
    HELD_RCTRL = 8,
    HELD_LALT = 16,
    HELD_RALT = 32,
    HELD_SUPER = 64
};

static uint32_t held_bit(unsigned code)
{
    switch (code) {
    case CODE_LEFT_SHIFT: return HELD_LSHIFT;
    case CODE_RIGHT_SHIFT: return HELD_RSHIFT;
    case CODE_LEFT_CTRL: return HELD_LCTRL;
    case CODE_RIGHT_CTRL: return HELD_RCTRL;
    case CODE_LEFT_ALT: return HELD_LALT;
    case CODE_RIGHT_ALT: return HELD_RALT;
    case CODE_LEFT_SUPER:
    case CODE_RIGHT_SUPER: return HELD_SUPER;
    default: return 0;
    }
}

static unsigned led_of(unsigned code)
{
    switch (code) {
    case CODE_CAPS: return KEYMAP_LED_CAPS;
    case CODE_NUM: return KEYMAP_LED_NUM;
    case CODE_SCROLL: return KEYMAP_LED_SCROLL;
    default: return 0;
    }
}

static bool altgr(const struct keymap *map)
{
    return map->layout->altgr && (map->held & HELD_RALT);
}

static uint8_t modifiers(const struct keymap *map)
{
    unsigned result = 0;
    if (map->held & (HELD_LSHIFT | HELD_RSHIFT))
        result |= INPUT_SHIFT;
    if (map->held & (HELD_LCTRL | HELD_RCTRL))
        result |= INPUT_CTRL;
    if ((map->held & HELD_LALT) || ((map->held & HELD_RALT) && !map->layout->altgr))
        result |= INPUT_ALT;
    if (map->held & HELD_SUPER)
        result |= INPUT_SUPER;
    return (uint8_t)result;
}

/* ---- symbols ---- */

/* Keys whose second character is the first one's capital: what Caps Lock is for. Latin-1's differ by 0x20 like ASCII's. */
static bool is_letter(const uint16_t characters[3])
{
    return characters[1] + 0x20 == characters[0] &&
           ((characters[0] >= 'a' && characters[0] <= 'z') || characters[0] >= 0xe0);
}

static uint32_t character_of(const struct keymap *map, unsigned code)
{
    if (code >= KEYMAP_CODES)
        return 0;
    const uint16_t *characters = map->layout->keys[code];
    if (altgr(map))
        return characters[2];
    bool shift = map->held & (HELD_LSHIFT | HELD_RSHIFT);
    if (is_letter(characters) && (map->leds & KEYMAP_LED_CAPS))
        shift = !shift;
    return characters[shift];
}

static const uint32_t navigation[CODE_KEYPAD_END - CODE_KEYPAD + 1] = {
    INPUT_KEY_HOME,  INPUT_KEY_UP,     INPUT_KEY_PAGE_UP,   '-',
    INPUT_KEY_LEFT,  INPUT_KEY_CENTER, INPUT_KEY_RIGHT,     '+',
    INPUT_KEY_END,   INPUT_KEY_DOWN,   INPUT_KEY_PAGE_DOWN, INPUT_KEY_INSERT,
    INPUT_KEY_DELETE};
static const char digits[] = "789-456+1230.";

/* The keypad proper: digits with Num Lock; Shift turns that round. */
static uint32_t keypad_of(const struct keymap *map, unsigned code)
{
    unsigned at = code - CODE_KEYPAD;
    bool shift = map->held & (HELD_LSHIFT | HELD_RSHIFT);
    bool number = ((map->leds & KEYMAP_LED_NUM) != 0) != shift;
    return number ? (uint32_t)digits[at] : navigation[at];
}

static uint32_t named_of(unsigned code)
{
    switch (code) {
    case CODE_ESCAPE: return INPUT_KEY_ESCAPE;
    case CODE_BACKSPACE: return INPUT_KEY_BACKSPACE;
    case CODE_TAB: return INPUT_KEY_TAB;
    case CODE_ENTER:
    case CODE_KEYPAD_ENTER: return INPUT_KEY_ENTER;
    case CODE_KEYPAD_TIMES: return '*';
    case CODE_KEYPAD_OVER: return '/';
    case CODE_F11: return INPUT_KEY_F1 + 10;
    case CODE_F12: return INPUT_KEY_F12;
    case CODE_PRINT: return INPUT_KEY_PRINT;
    case CODE_PAUSE: return INPUT_KEY_PAUSE;
    case CODE_MENU: return INPUT_KEY_MENU;
    default: return 0;
    }
}

static uint32_t symbol_of(const struct keymap *map, unsigned code)
{
    uint32_t named = named_of(code);
    if (named)
        return named;
    if (code >= CODE_F1 && code <= CODE_F10)
        return INPUT_KEY_F1 + (code - CODE_F1);
    if (code >= CODE_KEYPAD && code <= CODE_KEYPAD_END)
        return keypad_of(map, code);
    if (code >= (EXTENDED | CODE_KEYPAD) && code <= (EXTENDED | CODE_KEYPAD_END)) {
        uint32_t symbol = navigation[code - (EXTENDED | CODE_KEYPAD)];
        return symbol >= INPUT_KEY_UP ? symbol : 0;
    }
    return character_of(map, code);
}

/* ---- bytes ---- */

/* -> whether the key was down before. */
static bool mark(struct keymap *map, unsigned code, bool pressed)
{
    uint32_t *word = &map->down[code / 32 % 8], bit = 1u << code % 32;
    bool was = *word & bit;
    *word = pressed ? *word | bit : *word & ~bit;
    return was;
}

static bool key_changed(struct keymap *map, unsigned code, bool pressed, struct input_key *key,
                        bool *leds)
{
    uint32_t bit = held_bit(code);
    unsigned led = led_of(code);
    bool repeated = mark(map, code, pressed) && pressed;
    map->held = pressed ? map->held | bit : map->held & ~bit;
    if (led && pressed && !repeated) {
        map->leds ^= led;
        *leds = true;
    }
    *key = (struct input_key){.symbol = bit || led ? 0 : symbol_of(map, code),
                              .code = (uint16_t)code,
                              .modifiers = modifiers(map),
                              .pressed = pressed};
    return true;
}

/* Pause sends e1 1d 45 e1 9d c5 at once and nothing when it is let go. */
static bool feed_pause(struct keymap *map, struct input_key *key)
{
    if (--map->skip)
        return false;
    *key = (struct input_key){.symbol = INPUT_KEY_PAUSE,
                              .code = CODE_PAUSE & 0xff,
                              .modifiers = modifiers(map),
                              .pressed = 1};
    return true;
}

bool keymap_feed(struct keymap *map, uint8_t byte, struct input_key *key, bool *leds)
{
    *leds = false;
    if (map->skip)
        return feed_pause(map, key);
    if (byte == 0xe1) {
        map->skip = 5;
        return false;
    }
    if (byte == 0xe0) {
        map->prefix = byte;
        return false;
    }
    unsigned place = byte & ~BREAK;
    unsigned code = place | (map->prefix ? EXTENDED : 0);
    bool extended = map->prefix;
    map->prefix = 0;
    if (place == 0 || place == 0x7f)
        return false; /* errors and answers of the keyboard */
    if (extended && (place == CODE_LEFT_SHIFT || place == CODE_RIGHT_SHIFT))
        return false; /* not real: for programs of 1985 that knew no extended keys */
    return key_changed(map, code, !(byte & BREAK), key, leds);
}

void keymap_init(struct keymap *map, const struct keymap_layout *layout)
{
    memset(map, 0, sizeof *map);
    map->layout = layout;
}
