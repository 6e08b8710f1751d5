/* paint.c: see paint.h. */
#include "servers/console/paint.h"

#include <stdlib.h>
#include <string.h>

#include "console_font.h"

_Static_assert(CONSOLE_FONT_WIDTH <= PAINT_ROW_BITS, "a row of a glyph is a word");

#define SCALED_FROM 2560u /* pixels of width from which the font is drawn larger */
#define SCALE_STEP  1600u /* ... and that many make a step: 2 at 3840 */
#define SCALE_MAX   8u
#define UNDERLINE   (CONSOLE_FONT_BASE + 2u)     /* rows of the glyph */
#define STRIKE      (CONSOLE_FONT_BASE * 2u / 3) /* the middle of small letters */
#define REPLACEMENT 0xfffd

/* ---- colours ---- */

static const uint32_t base_palette[16] = {
    0x000000, 0xaa0000, 0x00aa00, 0xaa5500, 0x2040cc, 0xaa00aa, 0x00aaaa, 0xb8b8b8,
    0x555555, 0xff5555, 0x55ff55, 0xffff55, 0x6a8cff, 0xff55ff, 0x55ffff, 0xffffff};
#define DEFAULT_INK   0xc8c8c8u
#define DEFAULT_PAPER 0x000000u

static uint32_t cube_level(unsigned level)
{
    return level ? 55 + 40 * level : 0;
}

/* -> 0xRRGGBB of one of the 256. */
static uint32_t palette(unsigned colour)
{
    if (colour < 16)
        return base_palette[colour];
    if (colour >= 232)
        return (8 + 10 * (colour - 232)) * 0x010101u;
    colour -= 16;
    return cube_level(colour / 36) << 16 | cube_level(colour / 6 % 6) << 8 | cube_level(colour % 6);
}

static uint32_t to_pixel(const struct painter *p, uint32_t rgb)
{
    return (rgb >> 16 & 0xff) << p->screen.red_shift | (rgb >> 8 & 0xff) << p->screen.green_shift |
           (rgb & 0xff) << p->screen.blue_shift;
}

struct colours {
    uint32_t ink, paper;
};

static struct colours colours_of(const struct painter *p, const struct vt_style *style)
{
    unsigned ink = style->ink;
    if (ink < 8 && (style->flags & VT_BOLD))
        ink += 8; /* bold is bright: the font has one weight */
    uint32_t front = ink != VT_DEFAULT        ? palette(ink)
                     : style->flags & VT_BOLD ? 0xffffff
                                              : DEFAULT_INK;
    uint32_t back = style->paper != VT_DEFAULT ? palette(style->paper) : DEFAULT_PAPER;
    if (style->flags & VT_DIM)
        front = (front & 0xfefefe) >> 1;
    if (style->flags & VT_INVERSE) {
        uint32_t swapped = front;
        front = back;
        back = swapped;
    }
    if (style->flags & VT_HIDDEN)
        front = back;
    return (struct colours){to_pixel(p, front), to_pixel(p, back)};
}

/* ---- glyphs ---- */

static const uint16_t *find_glyph(uint32_t character)
{
    size_t low = 0, high = sizeof console_font_index / sizeof console_font_index[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (console_font_index[middle] == character)
            return console_font[middle];
        if (console_font_index[middle] < character)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const uint16_t *painter_glyph(uint32_t character)
{
    const uint16_t *glyph = find_glyph(character);
    if (!glyph)
        glyph = find_glyph(REPLACEMENT);
    return glyph ? glyph : find_glyph('?');
}

static uint16_t glyph_row(const struct vt_cell *cell, const uint16_t *glyph, unsigned row)
{
    bool line = ((cell->style.flags & VT_UNDERLINE) && row == UNDERLINE) ||
                ((cell->style.flags & VT_STRIKE) && row == STRIKE);
    return line ? 0xffff : glyph[row];
}

static void draw_cell(struct painter *p, unsigned x, unsigned y, const struct vt_cell *cell)
{
    const uint16_t *glyph = painter_glyph(cell->character);
    struct colours colours = colours_of(p, &cell->style);
    unsigned scale = p->scale;
    uint32_t line[CONSOLE_FONT_WIDTH * SCALE_MAX];
    size_t bytes = (size_t)CONSOLE_FONT_WIDTH * scale * sizeof line[0];
    uint8_t *at =
        p->pixels + (size_t)y * CONSOLE_FONT_HEIGHT * scale * p->screen.stride + (size_t)x * bytes;
    for (unsigned row = 0; row < CONSOLE_FONT_HEIGHT; row++) {
        uint16_t bits = glyph_row(cell, glyph, row);
        for (unsigned i = 0; i < CONSOLE_FONT_WIDTH * scale; i++)
            line[i] = bits >> (PAINT_ROW_BITS - 1 - i / scale) & 1 ? colours.ink : colours.paper;
        for (unsigned i = 0; i < scale; i++, at += p->screen.stride)
            memcpy(at, line, bytes);
    }
}

/* ---- the screen ---- */

unsigned painter_scale(const struct dyad_screen *screen)
{
    if (screen->width < SCALED_FROM)
        return 1;
    unsigned scale = screen->width / SCALE_STEP;
    return scale < 2 ? 2 : scale > SCALE_MAX ? SCALE_MAX : scale;
}

static unsigned most(unsigned count, unsigned limit)
{
    return count < limit ? count : limit;
}

int painter_init(struct painter *p, const struct dyad_screen *screen, void *pixels)
{
    memset(p, 0, sizeof *p);
    p->screen = *screen;
    p->pixels = pixels;
    p->scale = painter_scale(screen);
    p->columns = most(screen->width / (CONSOLE_FONT_WIDTH * p->scale), VT_COLUMNS_MAX);
    p->rows = most(screen->height / (CONSOLE_FONT_HEIGHT * p->scale), VT_ROWS_MAX);
    if (!p->columns || !p->rows || screen->stride / 4 < screen->width ||
        (uint64_t)screen->stride * screen->height > screen->bytes)
        return -1;
    p->shown = calloc((size_t)p->columns * p->rows, sizeof *p->shown);
    if (!p->shown)
        return -1;
    memset(p->pixels, 0, (size_t)screen->stride * screen->height);
    return 0;
}

void painter_fini(struct painter *p)
{
    free(p->shown);
    p->shown = NULL;
}

/* Field by field: there may be padding between them. */
static bool same(const struct vt_cell *a, const struct vt_cell *b)
{
    return a->character == b->character && a->style.ink == b->style.ink &&
           a->style.paper == b->style.paper && a->style.flags == b->style.flags;
}

static struct vt_cell wanted(struct vt *vt, unsigned x, unsigned y)
{
    struct vt_cell cell = *vt_cell(vt, x, y);
    bool cursor = !vt->hidden && x == vt->cursor.x && y == vt->cursor.y;
    if (cursor != vt->reversed)
        cell.style.flags ^= VT_INVERSE;
    return cell;
}

void painter_show(struct painter *p, struct vt *vt)
{
    unsigned columns = most(vt->columns, p->columns), rows = most(vt->rows, p->rows);
    for (unsigned y = 0; y < rows; y++) {
        for (unsigned x = 0; x < columns; x++) {
            struct vt_cell cell = wanted(vt, x, y);
            struct vt_cell *shown = &p->shown[(size_t)y * p->columns + x];
            if (same(&cell, shown))
                continue;
            draw_cell(p, x, y, &cell);
            *shown = cell;
        }
    }
}
