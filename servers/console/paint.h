/* paint.h: cells to pixels: only what has changed since the last time is drawn. Pure but for the memory of the screen. */
#pragma once
#include "abi/screen.h"
#include "servers/console/vt.h"

struct painter {
    struct dyad_screen screen;
    uint8_t *pixels; /* screen.bytes of them, written only */
    unsigned scale;  /* a pixel of the font is a square of that many */
    unsigned columns, rows;
    struct vt_cell *shown; /* what the screen has; character 0: not known */
};

/* How large the font is drawn on a screen: small panels with many pixels need more. */
unsigned painter_scale(const struct dyad_screen *screen);
/* 0, or -1: no memory, or a screen too small for any text. The screen is cleared. */
int painter_init(struct painter *p, const struct dyad_screen *screen, void *pixels);
void painter_fini(struct painter *p);
/* Draw what differs from what is shown. */
void painter_show(struct painter *p, struct vt *vt);
/* The glyph for a character: CONSOLE_FONT_HEIGHT rows, the left pixel the highest bit; another one for what the font lacks. */
#define PAINT_ROW_BITS 16
const uint16_t *painter_glyph(uint32_t character);
