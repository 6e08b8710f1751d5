/*
 * vt.h: a terminal as programs know it (ECMA-48, DEC VT100 to VT220, xterm): bytes go in, a grid of cells comes out. Pure: it draws
 * nothing and calls nothing but `reply`.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VT_COLUMNS_MAX 1024
#define VT_ROWS_MAX    512
#define VT_PARAMS_MAX  16

/* Colours: 0 to 255 are xterm's palette; the default ones are what the screen has. */
#define VT_DEFAULT   256u
#define VT_BOLD      0x01u
#define VT_DIM       0x02u
#define VT_UNDERLINE 0x04u
#define VT_INVERSE   0x08u
#define VT_HIDDEN    0x10u
#define VT_STRIKE    0x20u

struct vt_style {
    uint16_t ink, paper;
    uint8_t flags; /* VT_BOLD ... */
};
struct vt_cell {
    uint32_t character; /* Unicode; never a control character */
    struct vt_style style;
};

struct vt_cursor {
    unsigned x, y;
    bool wrap; /* it stands behind the last column: the next character begins a line */
    struct vt_style style;
    bool origin;
    uint8_t charset;     /* 0 or 1: G0 or G1 is used */
    uint8_t graphics[2]; /* G0, G1 have DEC's line drawing characters */
};

enum vt_state { VT_GROUND, VT_ESCAPE, VT_ESCAPE_INTERMEDIATE, VT_CSI, VT_CSI_IGNORE, VT_STRING };

struct vt {
    unsigned columns, rows;
    struct vt_cell **
        lines; /* the visible ones, one a row: `normal` or `alternate`; scrolling only moves the pointers */
    struct vt_cell **normal, **alternate;
    struct vt_cell *memory;            /* of all lines of both */
    struct vt_cursor cursor, saved[2]; /* saved: of the normal and the alternate screen */
    unsigned top, bottom;              /* scroll region: rows top to bottom - 1 */
    uint8_t *tabs;                     /* a byte a column */
    /* Modes. */
    bool no_wrap, insert, newline, hidden, reversed;
    bool application_keys;   /* DECCKM: the cursor keys send ESC O */
    bool application_keypad; /* DECKPAM */
    bool bell;               /* was rung; whoever looks clears it */
    /* What is being read. */
    enum vt_state state;
    uint32_t params[VT_PARAMS_MAX];
    unsigned param_count;
    uint8_t private_mark; /* '?', '>', '=', '<', or 0 */
    uint8_t intermediate;
    bool string_escape; /* in VT_STRING after ESC: a '\' ends it */
    uint32_t utf8;
    uint8_t utf8_left;
    uint32_t utf8_least; /* below it the encoding was longer than needed */
    uint32_t last;       /* the last character printed, for REP */
    /* Answers to what the program asks. */
    void (*reply)(void *context, const char *bytes, size_t count);
    void *context;
};

/* 0, or -1: no memory (or a size beyond the most). reply may be NULL. */
int vt_init(struct vt *vt, unsigned columns, unsigned rows,
            void (*reply)(void *context, const char *bytes, size_t count), void *context);
void vt_fini(struct vt *vt);
void vt_write(struct vt *vt, const uint8_t *bytes, size_t count);
static inline struct vt_cell *vt_cell(struct vt *vt, unsigned x, unsigned y)
{
    return &vt->lines[y][x];
}

/* ---- between the files of the terminal ---- */

/* vt.c: what happens to the grid. Rows and columns count from 0; everything is cut to the screen. */
void vt_reset(struct vt *vt);
void vt_print(struct vt *vt, uint32_t character);
void vt_goto(struct vt *vt, unsigned x,
             unsigned y);                    /* y counts from the region's top in origin mode */
void vt_move(struct vt *vt, int dx, int dy); /* stays in the region when it is there */
void vt_line_feed(struct vt *vt);
void vt_reverse_line_feed(struct vt *vt);
void vt_scroll(struct vt *vt, unsigned from, unsigned to, int lines); /* > 0: up */
void vt_erase(struct vt *vt, unsigned x, unsigned y, unsigned count); /* cells, over line ends */
void vt_insert_cells(struct vt *vt, unsigned count);
void vt_delete_cells(struct vt *vt, unsigned count);
void vt_tab(struct vt *vt, unsigned count);
void vt_tab_back(struct vt *vt, unsigned count);
void vt_tabs_default(struct vt *vt);
void vt_save_cursor(struct vt *vt);
void vt_restore_cursor(struct vt *vt);
void vt_use_alternate(struct vt *vt, bool alternate, bool clear);

/* csi.c */
void vt_csi(struct vt *vt, uint8_t final);
void vt_style_change(struct vt *vt); /* sgr.c */
static inline unsigned vt_param(const struct vt *vt, unsigned index, unsigned otherwise)
{
    return index < vt->param_count && vt->params[index] ? vt->params[index] : otherwise;
}
