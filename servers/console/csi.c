/* csi.c: control sequences: ESC [ ... and a letter. */
#include <stdio.h>
#include <string.h>

#include "servers/console/vt.h"

static int as_count(unsigned number)
{
    return number > 65535 ? 65535 : (int)number;
}

static void reply(struct vt *vt, const char *text)
{
    if (vt->reply)
        vt->reply(vt->context, text, strlen(text));
}

/* ---- erasing ---- */

static void erase_screen(struct vt *vt, unsigned what)
{
    unsigned all = vt->columns * vt->rows;
    unsigned at = vt->cursor.y * vt->columns + vt->cursor.x;
    if (what == 0)
        vt_erase(vt, vt->cursor.x, vt->cursor.y, all - at);
    else if (what == 1)
        vt_erase(vt, 0, 0, at + 1);
    else if (what == 2)
        vt_erase(vt, 0, 0, all);
}

static void erase_line(struct vt *vt, unsigned what)
{
    unsigned x = vt->cursor.x;
    if (what == 0)
        vt_erase(vt, x, vt->cursor.y, vt->columns - x);
    else if (what == 1)
        vt_erase(vt, 0, vt->cursor.y, x + 1);
    else if (what == 2)
        vt_erase(vt, 0, vt->cursor.y, vt->columns);
}

static void erase_cells(struct vt *vt, unsigned count)
{
    unsigned room = vt->columns - vt->cursor.x;
    vt_erase(vt, vt->cursor.x, vt->cursor.y, count < room ? count : room);
}

/* Only inside the region. */
static void shift_lines(struct vt *vt, int lines)
{
    if (vt->cursor.y < vt->top || vt->cursor.y >= vt->bottom)
        return;
    vt_scroll(vt, vt->cursor.y, vt->bottom, lines);
    vt->cursor.x = 0;
    vt->cursor.wrap = false;
}

/* ---- modes ---- */

static void alternate_screen(struct vt *vt, unsigned mode, bool on)
{
    bool is_on = vt->lines == vt->alternate;
    if (mode == 1049 && on && !is_on)
        vt_save_cursor(vt);
    if (on != is_on)
        vt_use_alternate(vt, on, mode != 47);
    if (mode == 1049 && !on && is_on)
        vt_restore_cursor(vt);
}

static void private_mode(struct vt *vt, unsigned mode, bool on)
{
    switch (mode) {
    case 1: vt->application_keys = on; break;
    case 5: vt->reversed = on; break;
    case 6:
        vt->cursor.origin = on;
        vt_goto(vt, 0, 0);
        break;
    case 7: vt->no_wrap = !on; break;
    case 25: vt->hidden = !on; break;
    case 66: vt->application_keypad = on; break;
    case 47:
    case 1047:
    case 1049: alternate_screen(vt, mode, on); break;
    case 1048:
        if (on)
            vt_save_cursor(vt);
        else
            vt_restore_cursor(vt);
        break;
    default: break;
    }
}

static void set_modes(struct vt *vt, bool on)
{
    for (unsigned i = 0; i < vt->param_count; i++) {
        if (vt->private_mark == '?')
            private_mode(vt, vt->params[i], on);
        else if (vt->params[i] == 4)
            vt->insert = on;
        else if (vt->params[i] == 20)
            vt->newline = on;
    }
}

static void scroll_region(struct vt *vt)
{
    unsigned top = vt_param(vt, 0, 1), bottom = vt_param(vt, 1, vt->rows);
    if (bottom > vt->rows)
        bottom = vt->rows;
    if (top >= bottom)
        return;
    vt->top = top - 1;
    vt->bottom = bottom;
    vt_goto(vt, 0, 0);
}

/* DECSTR: modes and style, not the text. */
static void soft_reset(struct vt *vt)
{
    vt->insert = vt->no_wrap = vt->hidden = vt->application_keys = vt->application_keypad = false;
    vt->top = 0;
    vt->bottom = vt->rows;
    vt->cursor.origin = vt->cursor.wrap = false;
    vt->cursor.charset = vt->cursor.graphics[0] = vt->cursor.graphics[1] = 0;
    vt->cursor.style = (struct vt_style){VT_DEFAULT, VT_DEFAULT, 0};
    vt->saved[0] = vt->saved[1] = (struct vt_cursor){.style = {VT_DEFAULT, VT_DEFAULT, 0}};
}

/* ---- questions ---- */

static void status_report(struct vt *vt)
{
    char text[32];
    unsigned y = vt->cursor.y - (vt->cursor.origin ? vt->top : 0);
    if (vt_param(vt, 0, 0) == 5) {
        reply(vt, "\033[0n");
    } else if (vt_param(vt, 0, 0) == 6) {
        snprintf(text, sizeof text, "\033[%u;%uR", y + 1, vt->cursor.x + 1);
        reply(vt, text);
    }
}

static void window_report(struct vt *vt)
{
    char text[32];
    if (vt_param(vt, 0, 0) != 18)
        return;
    snprintf(text, sizeof text, "\033[8;%u;%ut", vt->rows, vt->columns);
    reply(vt, text);
}

/* ---- the letters ---- */

static void clear_tabs(struct vt *vt, unsigned what)
{
    if (what == 0)
        vt->tabs[vt->cursor.x] = 0;
    else if (what == 3)
        memset(vt->tabs, 0, vt->columns);
}

static void repeat(struct vt *vt, unsigned count)
{
    unsigned most = vt->columns * vt->rows;
    for (unsigned i = 0; vt->last && i < count && i < most; i++)
        vt_print(vt, vt->last);
}

static unsigned row_of(const struct vt *vt)
{
    return vt->cursor.y - (vt->cursor.origin ? vt->top : 0);
}

static bool moves(struct vt *vt, uint8_t final)
{
    unsigned n = vt_param(vt, 0, 1);
    int count = as_count(n);
    switch (final) {
    case 'A': vt_move(vt, 0, -count); return true;
    case 'e':
    case 'B': vt_move(vt, 0, count); return true;
    case 'a':
    case 'C': vt_move(vt, count, 0); return true;
    case 'D': vt_move(vt, -count, 0); return true;
    case 'E':
        vt_move(vt, 0, count);
        vt->cursor.x = 0;
        return true;
    case 'F':
        vt_move(vt, 0, -count);
        vt->cursor.x = 0;
        return true;
    case '`':
    case 'G': vt_goto(vt, n - 1, row_of(vt)); return true;
    case 'd': vt_goto(vt, vt->cursor.x, n - 1); return true;
    case 'f':
    case 'H': vt_goto(vt, vt_param(vt, 1, 1) - 1, n - 1); return true;
    case 'I': vt_tab(vt, n); return true;
    case 'Z': vt_tab_back(vt, n); return true;
    default: return false;
    }
}

static bool changes(struct vt *vt, uint8_t final)
{
    unsigned n = vt_param(vt, 0, 1), what = vt_param(vt, 0, 0);
    int count = as_count(n);
    switch (final) {
    case '@': vt_insert_cells(vt, n); return true;
    case 'P': vt_delete_cells(vt, n); return true;
    case 'X': erase_cells(vt, n); return true;
    case 'J': erase_screen(vt, what); return true;
    case 'K': erase_line(vt, what); return true;
    case 'L': shift_lines(vt, -count); return true;
    case 'M': shift_lines(vt, count); return true;
    case 'S': vt_scroll(vt, vt->top, vt->bottom, count); return true;
    case 'T': vt_scroll(vt, vt->top, vt->bottom, -count); return true;
    case 'b': repeat(vt, n); return true;
    default: return false;
    }
}

void vt_csi(struct vt *vt, uint8_t final)
{
    bool plain = !vt->private_mark && !vt->intermediate;
    if (final == 'h' || final == 'l') {
        set_modes(vt, final == 'h');
        return;
    }
    if (vt->intermediate == '!' && final == 'p')
        soft_reset(vt);
    if (vt->private_mark == '>' && final == 'c')
        reply(vt, "\033[>1;10;0c"); /* VT220, as old an xterm as knows no more than we do */
    /* Erasing "selectively" is erasing: nothing can be protected. */
    if (vt->private_mark == '?' && (final == 'J' || final == 'K'))
        plain = true;
    if (!plain || moves(vt, final) || changes(vt, final))
        return;
    switch (final) {
    case 'c': reply(vt, "\033[?62;22c"); break; /* VT220 with colours */
    case 'g': clear_tabs(vt, vt_param(vt, 0, 0)); break;
    case 'm': vt_style_change(vt); break;
    case 'n': status_report(vt); break;
    case 'r': scroll_region(vt); break;
    case 's': vt_save_cursor(vt); break;
    case 't': window_report(vt); break;
    case 'u': vt_restore_cursor(vt); break;
    default: break;
    }
}
