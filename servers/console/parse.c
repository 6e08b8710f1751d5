/* parse.c: from bytes to characters, controls and sequences (the states are those of DEC's terminals, as Paul Williams described them). */
#include <string.h>

#include "servers/console/vt.h"
#include "servers/tty/width.h"

#define ESC         0x1b
#define REPLACEMENT 0xfffd
#define PARAM_MAX   65535u

static void string_begin(struct vt *vt)
{
    vt->state = VT_STRING;
    vt->string_escape = false;
}

static void sequence_begin(struct vt *vt)
{
    memset(vt->params, 0, sizeof vt->params);
    vt->param_count = 0;
    vt->private_mark = vt->intermediate = 0;
}

/* ---- controls ---- */

static void control(struct vt *vt, uint8_t c)
{
    switch (c) {
    case 0x07: vt->bell = true; break;
    case 0x08: vt_move(vt, -1, 0); break;
    case 0x09: vt_tab(vt, 1); break;
    case 0x0a:
    case 0x0b:
    case 0x0c:
        if (vt->newline)
            vt->cursor.x = 0;
        vt_line_feed(vt);
        break;
    case 0x0d:
        vt->cursor.x = 0;
        vt->cursor.wrap = false;
        break;
    case 0x0e:
    case 0x0f: vt->cursor.charset = c == 0x0e; break;
    case 0x18:
    case 0x1a: vt->state = VT_GROUND; break; /* CAN, SUB: the sequence is given up */
    case ESC:
        sequence_begin(vt);
        vt->state = VT_ESCAPE;
        break;
    default: break;
    }
}

/* ---- characters ---- */

/* Halves of surrogates and what is beyond Unicode are no characters; nor are C1 controls, which nobody sends in UTF-8. */
static void character(struct vt *vt, uint32_t c)
{
    bool wrong = (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff;
    if (c >= 0x80 && c < 0xa0)
        return;
    unsigned width = wrong ? 1 : width_of_character(c);
    if (width == 0) /* marks that stand on the character before: no cell of their own */
        return;
    vt_print(vt, wrong ? REPLACEMENT : c);
    if (width == 2) /* two columns, as the line discipline counts them */
        vt_print(vt, ' ');
}

static void utf8_begin(struct vt *vt, uint8_t c)
{
    vt->utf8_left = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
    vt->utf8 = c & (0x3fu >> vt->utf8_left);
    vt->utf8_least = vt->utf8_left == 3 ? 0x10000 : vt->utf8_left == 2 ? 0x800 : 0x80;
}

static void ground(struct vt *vt, uint8_t c)
{
    if (vt->utf8_left) {
        if ((c & 0xc0) == 0x80) {
            vt->utf8 = vt->utf8 << 6 | (c & 0x3fu);
            if (--vt->utf8_left == 0)
                character(vt, vt->utf8 < vt->utf8_least ? REPLACEMENT : vt->utf8);
            return;
        }
        vt->utf8_left = 0; /* cut short */
        vt_print(vt, REPLACEMENT);
    }
    if (c < 0x80)
        vt_print(vt, c);
    else if (c >= 0xc2 && c < 0xf5)
        utf8_begin(vt, c);
    else
        vt_print(vt, REPLACEMENT);
}

/* ---- sequences ---- */

static void escape(struct vt *vt, uint8_t c)
{
    vt->state = VT_GROUND;
    switch (c) {
    case '[':
        sequence_begin(vt);
        vt->state = VT_CSI;
        break;
    case ']': /* OSC, DCS, SOS, PM, APC: read to their end, and nothing comes of them */
    case 'P':
    case 'X':
    case '^':
    case '_': string_begin(vt); break;
    case '7': vt_save_cursor(vt); break;
    case '8': vt_restore_cursor(vt); break;
    case 'D': vt_line_feed(vt); break;
    case 'E':
        vt->cursor.x = 0;
        vt_line_feed(vt);
        break;
    case 'H': vt->tabs[vt->cursor.x] = 1; break;
    case 'M': vt_reverse_line_feed(vt); break;
    case 'c': vt_reset(vt); break;
    case '=':
    case '>': vt->application_keypad = c == '='; break;
    default:
        if (c >= 0x20 && c < 0x30) {
            vt->intermediate = c;
            vt->state = VT_ESCAPE_INTERMEDIATE;
        }
        break;
    }
}

/* DECALN: a screen of E. */
static void alignment(struct vt *vt)
{
    vt->top = 0;
    vt->bottom = vt->rows;
    vt_goto(vt, 0, 0);
    for (unsigned y = 0; y < vt->rows; y++)
        for (unsigned x = 0; x < vt->columns; x++)
            *vt_cell(vt, x, y) = (struct vt_cell){'E', {VT_DEFAULT, VT_DEFAULT, 0}};
}

static void escape_intermediate(struct vt *vt, uint8_t c)
{
    if (c < 0x30) /* more of them: nothing that we know */
        return;
    vt->state = VT_GROUND;
    if (vt->intermediate == '(' || vt->intermediate == ')')
        vt->cursor.graphics[vt->intermediate == ')'] = c == '0';
    else if (vt->intermediate == '#' && c == '8')
        alignment(vt);
}

static void digit(struct vt *vt, uint8_t c)
{
    if (vt->param_count == 0)
        vt->param_count = 1;
    uint32_t *param = &vt->params[vt->param_count - 1];
    *param = *param * 10 + (c - '0');
    if (*param > PARAM_MAX)
        *param = PARAM_MAX;
}

static void csi(struct vt *vt, uint8_t c)
{
    if (c >= '0' && c <= '9') {
        digit(vt, c);
    } else if (c == ';' || c == ':') {
        vt->param_count += vt->param_count == 0;
        if (vt->param_count < VT_PARAMS_MAX)
            vt->param_count++;
        else
            vt->state = VT_CSI_IGNORE;
    } else if (c >= 0x3c && c < 0x40) {
        if (vt->param_count || vt->private_mark)
            vt->state = VT_CSI_IGNORE;
        vt->private_mark = c;
    } else if (c < 0x30) {
        vt->intermediate = c;
    } else {
        vt->state = VT_GROUND;
        vt_csi(vt, c);
    }
}

static void in_string(struct vt *vt, uint8_t c)
{
    bool ends = c == 0x07 || c == 0x18 || c == 0x1a || (vt->string_escape && c == '\\');
    if (vt->string_escape && !ends && c != ESC) { /* another sequence has begun */
        sequence_begin(vt);
        escape(vt, c);
        return;
    }
    vt->string_escape = c == ESC;
    if (ends)
        vt->state = VT_GROUND;
}

static void byte(struct vt *vt, uint8_t c)
{
    if (vt->state == VT_STRING) {
        in_string(vt, c);
        return;
    }
    if (c < 0x20) {
        if (vt->utf8_left) {
            vt->utf8_left = 0;
            vt_print(vt, REPLACEMENT);
        }
        control(vt, c);
        return;
    }
    if (c == 0x7f)
        return;
    if (vt->state != VT_GROUND && c >= 0x80) { /* not part of any sequence */
        vt->state = VT_GROUND;
    }
    switch (vt->state) {
    case VT_GROUND: ground(vt, c); break;
    case VT_ESCAPE: escape(vt, c); break;
    case VT_ESCAPE_INTERMEDIATE: escape_intermediate(vt, c); break;
    case VT_CSI: csi(vt, c); break;
    case VT_CSI_IGNORE:
        if (c >= 0x40)
            vt->state = VT_GROUND;
        break;
    case VT_STRING: break;
    }
}

void vt_write(struct vt *vt, const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        byte(vt, bytes[i]);
}
