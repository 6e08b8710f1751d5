/* keymap.h: from scan codes to keys: the decoder's state, modifiers and locks, layouts. Pure. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "abi/input.h"

#define KEYMAP_CODES 0x60 /* keys with characters have codes below */

/* One layout: the characters of a key plainly, with Shift, with AltGr; 0: none. */
struct keymap_layout {
    const char *name;
    bool altgr; /* the right Alt key is AltGr, not Alt */
    uint16_t keys[KEYMAP_CODES][3];
};

/* The layout with that name; NULL: there is none. keymap_layout_name: the n-th, NULL after the last. */
const struct keymap_layout *keymap_find(const char *name);
const char *keymap_layout_name(unsigned index);

#define KEYMAP_LED_SCROLL 1u
#define KEYMAP_LED_NUM    2u
#define KEYMAP_LED_CAPS   4u

struct keymap {
    const struct keymap_layout *layout;
    unsigned leds;    /* KEYMAP_LED_*: the locks that are on */
    uint32_t held;    /* KEYMAP's own bits of modifier keys */
    uint8_t prefix;   /* 0xe0 or 0xe1 was received */
    uint8_t skip;     /* bytes of Pause still to come */
    uint32_t down[8]; /* a bit a code: which keys are down */
};

void keymap_init(struct keymap *map, const struct keymap_layout *layout);
/* A byte of scan code set 1. true: *key is an event. *leds: the locks have changed. */
bool keymap_feed(struct keymap *map, uint8_t byte, struct input_key *key, bool *leds);
