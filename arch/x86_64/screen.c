/* screen.c: the kernel's text on the framebuffer: glyphs drawn once, scrolled by starting again at the top. */
#include "screen.h"

#include "fail.h"
#include "lock.h"
#include "memory.h"
#include "screen_font.h"

#define REACHABLE_EARLY (1UL << 32) /* what loaders map for us */
#define LARGE_FROM      2560u       /* pixels of width from which glyphs are drawn twice as large */
#define ROW_BITS        16          /* of a glyph: uint16_t, the left pixel the highest bit */

static struct {
    struct body_lock lock;
    struct handoff_screen mode;
    uint32_t scale, width, height; /* of a cell, in pixels */
    uint32_t columns, rows;
    uint32_t column, row;
    uint32_t ink, paper;
    bool taken, failing;
} screen;

static uint64_t bytes_of(const struct handoff_screen *mode)
{
    return (uint64_t)mode->stride * mode->height;
}

/* Whether the tables in use have it. */
static bool is_there(void)
{
    if (!screen.columns)
        return false;
    return direct_base || screen.mode.base + bytes_of(&screen.mode) <= REACHABLE_EARLY;
}

static uint32_t colour(uint32_t red, uint32_t green, uint32_t blue)
{
    return red << screen.mode.red_shift | green << screen.mode.green_shift |
           blue << screen.mode.blue_shift;
}

static volatile uint32_t *line_at(uint32_t y)
{
    uint8_t *start = arch_phys_ptr(screen.mode.base);
    return (volatile uint32_t *)(start + (uint64_t)y * screen.mode.stride);
}

static void fill(uint32_t from, uint32_t to)
{
    for (uint32_t y = from; y < to; y++) {
        volatile uint32_t *line = line_at(y);
        for (uint32_t x = 0; x < screen.mode.width; x++)
            line[x] = screen.paper;
    }
}

static void draw(uint32_t column, uint32_t row, uint8_t c)
{
    const uint16_t *glyph = screen_font[c - SCREEN_FONT_FIRST];
    for (uint32_t y = 0; y < screen.height; y++) {
        volatile uint32_t *line =
            line_at(row * screen.height + y) + (uint64_t)column * screen.width;
        uint32_t bits = glyph[y / screen.scale];
        for (uint32_t x = 0; x < screen.width; x++)
            line[x] = bits >> (ROW_BITS - 1 - x / screen.scale) & 1 ? screen.ink : screen.paper;
    }
}

/* The next line, empty; one further is emptied as well, so that the end of the text can be seen. */
static void new_line(void)
{
    screen.column = 0;
    screen.row = screen.row + 1 < screen.rows ? screen.row + 1 : 0;
    uint32_t rows = screen.row + 2 < screen.rows ? 2 : screen.rows - screen.row;
    fill(screen.row * screen.height, (screen.row + rows) * screen.height);
}

static void put(uint8_t c)
{
    if (c == '\n') {
        new_line();
        return;
    }
    if (c < SCREEN_FONT_FIRST || c > SCREEN_FONT_LAST)
        return;
    if (screen.column == screen.columns)
        new_line();
    draw(screen.column++, screen.row, c);
}

void screen_init(const struct handoff_screen *mode)
{
    uint32_t scale = mode->width < LARGE_FROM ? 1 : 2;
    if (mode->width < SCREEN_FONT_WIDTH || mode->height < 4 * SCREEN_FONT_HEIGHT * scale ||
        mode->stride / 4 < mode->width || PAGE_OFFSET(mode->base))
        return;
    screen.mode = *mode;
    screen.scale = scale;
    screen.width = SCREEN_FONT_WIDTH * scale;
    screen.height = SCREEN_FONT_HEIGHT * scale;
    screen.columns = mode->width / screen.width;
    screen.rows = mode->height / screen.height;
    screen.ink = colour(0xc0, 0xc0, 0xc0);
    screen.paper = 0;
    if (is_there())
        fill(0, mode->height);
}

bool screen_usable(void)
{
    return screen.columns;
}

void screen_map(uint64_t base)
{
    if (screen.columns)
        kernel_map(base + screen.mode.base, screen.mode.base, PAGE_ROUND_UP(bytes_of(&screen.mode)),
                   KERNEL_DATA | PTE_COMBINED);
}

void screen_write(const char *text, size_t bytes)
{
    if (!is_there())
        return;
    body_lock(&screen.lock);
    for (size_t i = 0; i < bytes && !screen.taken; i++)
        put((uint8_t)text[i]);
    body_unlock(&screen.lock);
}

/* The lock may be held by a core that is stopped. */
void screen_write_now(const char *text, size_t bytes)
{
    if (!is_there())
        return;
    if (!screen.failing) {
        screen.failing = true;
        screen.ink = colour(0xff, 0xff, 0xff);
        screen.paper = colour(0x80, 0, 0);
        screen.column = screen.row = 0;
        fill(0, screen.mode.height);
    }
    for (size_t i = 0; i < bytes; i++)
        put((uint8_t)text[i]);
}

void screen_hand_over(bool taken)
{
    if (!is_there())
        return;
    body_lock(&screen.lock);
    screen.taken = taken;
    if (!taken) {
        screen.column = screen.row = 0;
        fill(0, screen.mode.height);
    }
    body_unlock(&screen.lock);
}
