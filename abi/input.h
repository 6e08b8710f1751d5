/*
 * input.h: what `keyboard:` gives. Opening it (FILE_READ) gives the read end of a pipe with a struct input_key for each change of a key; the
 * last one who opened it gets them. The pipe's end means that the keyboard's server has gone: open again.
 */
#pragma once
#include <stdint.h>

#define INPUT_SHIFT 0x01u
#define INPUT_ALT   0x02u
#define INPUT_CTRL  0x04u
#define INPUT_SUPER 0x08u

struct input_key {
    uint32_t symbol; /* by the layout: a Unicode character, an INPUT_KEY_*, or 0: none */
    uint16_t
        code; /* which key: scan code of set 1, + 0x80 when extended; the same under every layout */
    uint8_t modifiers; /* INPUT_* that are held down */
    uint8_t pressed;   /* 1: down, or repeated; 0: up */
};

/* Keys that are not characters; above all of Unicode. */
enum input_symbol {
    INPUT_KEY_UP = 0x110000,
    INPUT_KEY_DOWN,
    INPUT_KEY_LEFT,
    INPUT_KEY_RIGHT,
    INPUT_KEY_HOME,
    INPUT_KEY_END,
    INPUT_KEY_INSERT,
    INPUT_KEY_DELETE,
    INPUT_KEY_PAGE_UP,
    INPUT_KEY_PAGE_DOWN,
    INPUT_KEY_CENTER, /* keypad 5 without Num Lock */
    INPUT_KEY_BACKSPACE,
    INPUT_KEY_ENTER,
    INPUT_KEY_TAB,
    INPUT_KEY_ESCAPE,
    INPUT_KEY_PRINT,
    INPUT_KEY_PAUSE,
    INPUT_KEY_MENU,
    INPUT_KEY_F1 = 0x110100, /* to F12, in a row */
    INPUT_KEY_F12 = INPUT_KEY_F1 + 11,
};
