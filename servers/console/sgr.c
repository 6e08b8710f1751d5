/* sgr.c: ESC [ ... m: colours and the rest of a character's style. */
#include "servers/console/vt.h"

/* 24 bits to the nearest of the palette's cube of 6 levels, or of its 24 greys. */
static unsigned level_of(unsigned value)
{
    return value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40;
}

static uint16_t nearest(unsigned red, unsigned green, unsigned blue)
{
    red = red > 255 ? 255 : red;
    green = green > 255 ? 255 : green;
    blue = blue > 255 ? 255 : blue;
    if (red == green && green == blue && red >= 8 && red < 248)
        return (uint16_t)(232 + (red - 8) / 10);
    return (uint16_t)(16 + 36 * level_of(red) + 6 * level_of(green) + level_of(blue));
}

/* 38 and 48: ;5;N or ;2;R;G;B. -> how many parameters it had besides. */
static unsigned extended(struct vt *vt, unsigned at, uint16_t *colour)
{
    const uint32_t *params = vt->params + at;
    unsigned left = vt->param_count - at;
    if (left >= 3 && params[1] == 5) {
        if (params[2] < 256)
            *colour = (uint16_t)params[2];
        return 2;
    }
    if (left >= 5 && params[1] == 2) {
        *colour = nearest(params[2], params[3], params[4]);
        return 4;
    }
    return left - 1; /* not understood: what follows is not either */
}

static const uint8_t flag_of[] = {[1] = VT_BOLD,    [2] = VT_DIM,    [4] = VT_UNDERLINE,
                                  [7] = VT_INVERSE, [8] = VT_HIDDEN, [9] = VT_STRIKE};

static void simple(struct vt_style *style, unsigned param)
{
    if (param < sizeof flag_of) {
        style->flags |= flag_of[param];
    } else if (param == 22) {
        style->flags &= (uint8_t)~(VT_BOLD | VT_DIM);
    } else if (param > 22 && param < 22 + 8) {
        style->flags &= (uint8_t)~flag_of[param - 20];
    } else if (param >= 30 && param < 38) {
        style->ink = (uint16_t)(param - 30);
    } else if (param >= 40 && param < 48) {
        style->paper = (uint16_t)(param - 40);
    } else if (param >= 90 && param < 98) {
        style->ink = (uint16_t)(param - 90 + 8);
    } else if (param >= 100 && param < 108) {
        style->paper = (uint16_t)(param - 100 + 8);
    } else if (param == 39) {
        style->ink = VT_DEFAULT;
    } else if (param == 49) {
        style->paper = VT_DEFAULT;
    }
}

void vt_style_change(struct vt *vt)
{
    struct vt_style *style = &vt->cursor.style;
    if (vt->param_count == 0)
        vt->param_count = 1; /* ESC [ m is ESC [ 0 m */
    for (unsigned i = 0; i < vt->param_count; i++) {
        unsigned param = vt->params[i];
        if (param == 0)
            *style = (struct vt_style){VT_DEFAULT, VT_DEFAULT, 0};
        else if (param == 38)
            i += extended(vt, i, &style->ink);
        else if (param == 48)
            i += extended(vt, i, &style->paper);
        else
            simple(style, param);
    }
}
