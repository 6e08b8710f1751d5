/* vt.c: the grid of cells: printing, moving, erasing, scrolling. */
#include <stdlib.h>
#include <string.h>

#include "servers/console/vt.h"

#define TAB_WIDTH 8

static const struct vt_style default_style = {VT_DEFAULT, VT_DEFAULT, 0};

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Erased cells keep the paper (as xterm's "bce"), nothing else. */
static struct vt_cell blank(const struct vt *vt)
{
    return (struct vt_cell){' ', {VT_DEFAULT, vt->cursor.style.paper, 0}};
}

static void blank_cells(const struct vt *vt, struct vt_cell *cells, size_t count)
{
    struct vt_cell cell = blank(vt);
    for (size_t i = 0; i < count; i++)
        cells[i] = cell;
}

int vt_init(struct vt *vt, unsigned columns, unsigned rows,
            void (*reply)(void *context, const char *bytes, size_t count), void *context)
{
    memset(vt, 0, sizeof *vt);
    if (!columns || !rows || columns > VT_COLUMNS_MAX || rows > VT_ROWS_MAX)
        return -1;
    vt->columns = columns;
    vt->rows = rows;
    vt->reply = reply;
    vt->context = context;
    vt->normal = malloc(2 * rows * sizeof *vt->normal);
    vt->memory = malloc(2 * (size_t)rows * columns * sizeof *vt->memory);
    vt->tabs = malloc(columns);
    if (!vt->normal || !vt->memory || !vt->tabs) {
        vt_fini(vt);
        return -1;
    }
    vt->alternate = vt->normal + rows;
    for (unsigned y = 0; y < 2 * rows; y++)
        vt->normal[y] = vt->memory + (size_t)y * columns;
    vt_reset(vt);
    return 0;
}

void vt_fini(struct vt *vt)
{
    free(vt->normal);
    free(vt->memory);
    free(vt->tabs);
    vt->normal = vt->alternate = vt->lines = NULL;
    vt->memory = NULL;
    vt->tabs = NULL;
}

void vt_tabs_default(struct vt *vt)
{
    for (unsigned x = 0; x < vt->columns; x++)
        vt->tabs[x] = x % TAB_WIDTH == 0;
}

/* As after being switched on. */
void vt_reset(struct vt *vt)
{
    vt->cursor = (struct vt_cursor){.style = default_style};
    vt->saved[0] = vt->saved[1] = vt->cursor;
    vt->top = 0;
    vt->bottom = vt->rows;
    vt->no_wrap = vt->insert = vt->newline = vt->hidden = vt->reversed = false;
    vt->application_keys = vt->application_keypad = vt->bell = false;
    vt->lines = vt->normal;
    vt->last = 0;
    blank_cells(vt, vt->memory, 2 * (size_t)vt->columns * vt->rows);
    vt_tabs_default(vt);
}

/* ---- moving ---- */

void vt_goto(struct vt *vt, unsigned x, unsigned y)
{
    unsigned first = vt->cursor.origin ? vt->top : 0;
    unsigned end = vt->cursor.origin ? vt->bottom : vt->rows;
    vt->cursor.x = least(x, vt->columns - 1);
    vt->cursor.y = least(y, end - first - 1) + first;
    vt->cursor.wrap = false;
}

static unsigned moved(unsigned at, int by, unsigned first, unsigned end)
{
    int64_t to = (int64_t)at + by;
    if (to < (int64_t)first)
        return first;
    return to >= (int64_t)end ? end - 1 : (unsigned)to;
}

void vt_move(struct vt *vt, int dx, int dy)
{
    unsigned y = vt->cursor.y;
    unsigned first = y >= vt->top ? vt->top : 0, end = y < vt->bottom ? vt->bottom : vt->rows;
    vt->cursor.x = moved(vt->cursor.x, dx, 0, vt->columns);
    vt->cursor.y = moved(y, dy, first, end);
    vt->cursor.wrap = false;
}

void vt_tab(struct vt *vt, unsigned count)
{
    unsigned x = vt->cursor.x;
    for (count = least(count, vt->columns); count && x < vt->columns - 1; count--)
        do
            x++;
        while (x < vt->columns - 1 && !vt->tabs[x]);
    vt->cursor.x = x;
    vt->cursor.wrap = false;
}

void vt_tab_back(struct vt *vt, unsigned count)
{
    unsigned x = vt->cursor.x;
    for (count = least(count, vt->columns); count && x > 0; count--)
        do
            x--;
        while (x > 0 && !vt->tabs[x]);
    vt->cursor.x = x;
    vt->cursor.wrap = false;
}

/* ---- scrolling and erasing ---- */

static void swap_lines(struct vt_cell **a, struct vt_cell **b)
{
    struct vt_cell *line = *a;
    *a = *b;
    *b = line;
}

static void reverse_lines(struct vt_cell **lines, unsigned count)
{
    for (unsigned i = 0; i < count / 2; i++)
        swap_lines(&lines[i], &lines[count - 1 - i]);
}

/* Turns the lines round by `count` (three reversals), and empties those that came in. */
void vt_scroll(struct vt *vt, unsigned from, unsigned to, int lines)
{
    unsigned height = to - from;
    unsigned count = least(lines < 0 ? 0u - (unsigned)lines : (unsigned)lines, height);
    unsigned head = lines > 0 ? count : height - count;
    struct vt_cell **start = vt->lines + from;
    reverse_lines(start, head);
    reverse_lines(start + head, height - head);
    reverse_lines(start, height);
    struct vt_cell **fresh = lines > 0 ? start + height - count : start;
    for (unsigned i = 0; i < count; i++)
        blank_cells(vt, fresh[i], vt->columns);
}

void vt_line_feed(struct vt *vt)
{
    vt->cursor.wrap = false;
    if (vt->cursor.y + 1 == vt->bottom)
        vt_scroll(vt, vt->top, vt->bottom, 1);
    else if (vt->cursor.y + 1 < vt->rows)
        vt->cursor.y++;
}

void vt_reverse_line_feed(struct vt *vt)
{
    vt->cursor.wrap = false;
    if (vt->cursor.y == vt->top)
        vt_scroll(vt, vt->top, vt->bottom, -1);
    else if (vt->cursor.y > 0)
        vt->cursor.y--;
}

void vt_erase(struct vt *vt, unsigned x, unsigned y, unsigned count)
{
    for (; count && y < vt->rows; y++, x = 0) {
        unsigned run = least(count, vt->columns - x);
        blank_cells(vt, vt_cell(vt, x, y), run);
        count -= run;
    }
    vt->cursor.wrap = false;
}

void vt_insert_cells(struct vt *vt, unsigned count)
{
    unsigned room = vt->columns - vt->cursor.x;
    struct vt_cell *start = vt_cell(vt, vt->cursor.x, vt->cursor.y);
    count = least(count, room);
    memmove(start + count, start, (room - count) * sizeof *start);
    blank_cells(vt, start, count);
    vt->cursor.wrap = false;
}

void vt_delete_cells(struct vt *vt, unsigned count)
{
    unsigned room = vt->columns - vt->cursor.x;
    struct vt_cell *start = vt_cell(vt, vt->cursor.x, vt->cursor.y);
    count = least(count, room);
    memmove(start, start + count, (room - count) * sizeof *start);
    blank_cells(vt, start + room - count, count);
    vt->cursor.wrap = false;
}

/* ---- printing ---- */

/* DEC's special graphics, characters 0x5f to 0x7e. */
static const uint16_t line_drawing[] = {
    0x00a0, 0x25c6, 0x2592, 0x2409, 0x240c, 0x240d, 0x240a, 0x00b0, 0x00b1, 0x2424, 0x240b,
    0x2518, 0x2510, 0x250c, 0x2514, 0x253c, 0x23ba, 0x23bb, 0x2500, 0x23bc, 0x23bd, 0x251c,
    0x2524, 0x2534, 0x252c, 0x2502, 0x2264, 0x2265, 0x03c0, 0x2260, 0x00a3, 0x00b7};

void vt_print(struct vt *vt, uint32_t character)
{
    struct vt_cursor *cursor = &vt->cursor;
    if (cursor->graphics[cursor->charset] && character >= 0x5f && character <= 0x7e)
        character = line_drawing[character - 0x5f];
    if (cursor->wrap && !vt->no_wrap) {
        cursor->x = 0;
        vt_line_feed(vt);
    }
    if (vt->insert)
        vt_insert_cells(vt, 1);
    *vt_cell(vt, cursor->x, cursor->y) = (struct vt_cell){character, cursor->style};
    vt->last = character;
    if (cursor->x + 1 < vt->columns)
        cursor->x++;
    else
        cursor->wrap = true;
}

/* ---- saving ---- */

void vt_save_cursor(struct vt *vt)
{
    vt->saved[vt->lines == vt->alternate] = vt->cursor;
}

void vt_restore_cursor(struct vt *vt)
{
    vt->cursor = vt->saved[vt->lines == vt->alternate];
}

void vt_use_alternate(struct vt *vt, bool alternate, bool clear)
{
    vt->lines = alternate ? vt->alternate : vt->normal;
    for (unsigned y = 0; alternate && clear && y < vt->rows; y++)
        blank_cells(vt, vt->lines[y], vt->columns);
    vt->cursor.wrap = false;
}
