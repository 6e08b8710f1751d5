/* test_paint.c: does the screen's memory get the pixels of the cells, where they belong, and only those that have changed? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "servers/console/paint.h"

#define W    9 /* of a cell */
#define H    18
#define PAD  3 /* pixels beyond each line, which are not ours */
#define MARK 0x5a5a5a5au

struct world {
    struct vt vt;
    struct painter painter;
    struct dyad_screen screen;
    uint32_t *pixels;
};

static void world_start(struct world *w, unsigned width, unsigned height)
{
    w->screen = (struct dyad_screen){.width = width,
                                     .height = height,
                                     .stride = (width + PAD) * 4,
                                     .red_shift = 16,
                                     .green_shift = 8,
                                     .blue_shift = 0};
    w->screen.bytes = (uint64_t)w->screen.stride * height;
    w->pixels = malloc(w->screen.bytes);
    assert_non_null(w->pixels);
    assert_int_equal(painter_init(&w->painter, &w->screen, w->pixels), 0);
    assert_int_equal(vt_init(&w->vt, w->painter.columns, w->painter.rows, NULL, NULL), 0);
}

static void world_end(struct world *w)
{
    vt_fini(&w->vt);
    painter_fini(&w->painter);
    free(w->pixels);
}

static void show(struct world *w, const char *text)
{
    vt_write(&w->vt, (const uint8_t *)text, strlen(text));
    painter_show(&w->painter, &w->vt);
}

static uint32_t pixel(const struct world *w, unsigned x, unsigned y)
{
    return w->pixels[y * (w->screen.width + PAD) + x];
}

/* Whether the cell has the character's glyph in these colours. */
static bool cell_is(const struct world *w, unsigned column, unsigned row, uint32_t character,
                    uint32_t ink, uint32_t paper)
{
    const uint16_t *glyph = painter_glyph(character);
    unsigned scale = w->painter.scale;
    for (unsigned y = 0; y < H * scale; y++)
        for (unsigned x = 0; x < W * scale; x++)
            if (pixel(w, column * W * scale + x, row * H * scale + y) !=
                (glyph[y / scale] >> (15 - x / scale) & 1 ? ink : paper))
                return false;
    return true;
}

static void test_characters_are_drawn_in_their_colours(void **state)
{
    (void)state;
    struct world w;
    world_start(&w, 8 * W + 5, 4 * H + 7);
    assert_int_equal(w.painter.columns, 8);
    assert_int_equal(w.painter.rows, 4);
    show(&w, "A\033[38;5;196;48;5;21mB\033[0;7mC\033[0m\303\274\342\224\214\033[?25l");
    assert_true(cell_is(&w, 0, 0, 'A', 0xc8c8c8, 0));
    assert_true(cell_is(&w, 1, 0, 'B', 0xff0000, 0x0000ff));
    assert_true(cell_is(&w, 2, 0, 'C', 0, 0xc8c8c8));
    assert_true(cell_is(&w, 3, 0, 0xfc, 0xc8c8c8, 0));
    assert_true(cell_is(&w, 4, 0, 0x250c, 0xc8c8c8, 0));
    assert_false(cell_is(&w, 0, 0, 'B', 0xc8c8c8, 0));
    world_end(&w);
}

static void test_the_cursor_is_an_inverse_cell(void **state)
{
    (void)state;
    struct world w;
    world_start(&w, 8 * W, 4 * H);
    show(&w, "ab\b");
    assert_true(cell_is(&w, 1, 0, 'b', 0, 0xc8c8c8));
    show(&w, "\033[2;1H");
    assert_true(cell_is(&w, 1, 0, 'b', 0xc8c8c8, 0));
    assert_true(cell_is(&w, 0, 1, ' ', 0, 0xc8c8c8));
    show(&w, "\033[?25l");
    assert_true(cell_is(&w, 0, 1, ' ', 0xc8c8c8, 0));
    world_end(&w);
}

static void test_what_has_not_changed_is_not_drawn(void **state)
{
    (void)state;
    struct world w;
    world_start(&w, 8 * W, 4 * H);
    show(&w, "abc\033[?25l");
    w.pixels[0] = MARK; /* of the a */
    w.pixels[W] = MARK; /* of the b */
    show(&w, "\033[1;2HX");
    assert_int_equal(w.pixels[0], MARK);
    assert_true(cell_is(&w, 1, 0, 'X', 0xc8c8c8, 0));
    world_end(&w);
}

static void test_nothing_is_drawn_beside_the_lines(void **state)
{
    (void)state;
    struct world w;
    world_start(&w, 8 * W, 4 * H);
    for (unsigned y = 0; y < 4 * H; y++)
        for (unsigned x = 8 * W; x < 8 * W + PAD; x++)
            w.pixels[y * (8 * W + PAD) + x] = MARK;
    for (unsigned i = 0; i < 100; i++)
        show(&w, "\033[41mxxxxxxxx\r\n");
    for (unsigned y = 0; y < 4 * H; y++)
        for (unsigned x = 8 * W; x < 8 * W + PAD; x++)
            assert_int_equal(pixel(&w, x, y), MARK);
    world_end(&w);
}

static void test_large_screens_get_large_characters(void **state)
{
    (void)state;
    struct world w;
    world_start(&w, 3840, 4 * H);
    assert_int_equal(w.painter.scale, 2);
    assert_int_equal(w.painter.columns, 3840 / 2 / W);
    assert_int_equal(w.painter.rows, 2);
    show(&w, "A\033[?25l");
    assert_true(cell_is(&w, 0, 0, 'A', 0xc8c8c8, 0));
    world_end(&w);
    static const struct {
        unsigned width, scale;
    } scales[] = {{640, 1}, {2559, 1}, {2560, 2}, {4799, 2}, {5120, 3}, {7680, 4}, {60000, 8}};
    for (unsigned i = 0; i < sizeof scales / sizeof scales[0]; i++)
        assert_int_equal(painter_scale(&(struct dyad_screen){.width = scales[i].width}),
                         scales[i].scale);
}

/* Each script has glyphs of its own; what the font lacks is the same for all. */
static void test_the_font_has_the_scripts_that_it_should(void **state)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {{0x20, 0x7e},     {0xa0, 0x17f},    {0x391, 0x3a1},   {0x3a3, 0x3c9},
                  {0x400, 0x45f},   {0x2190, 0x21ff}, {0x2500, 0x257f}, {0x2580, 0x259f},
                  {0x2800, 0x28ff}, {0xfffd, 0xfffd}};
    const uint16_t *replacement = painter_glyph(0xfffd);
    (void)state;
    for (unsigned i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        for (uint32_t c = ranges[i].first; c <= ranges[i].last; c++)
            assert_int_equal(painter_glyph(c) == replacement, c == 0xfffd);
    assert_ptr_equal(painter_glyph(0x4e00), replacement);
    assert_ptr_equal(painter_glyph(0x1f600), replacement);
    assert_memory_not_equal(painter_glyph(0x416), painter_glyph(0x3a9), H * sizeof(uint16_t));
}

static void test_screens_that_cannot_be_used_are_refused(void **state)
{
    (void)state;
    struct painter painter;
    static uint32_t pixels[64 * 64];
    struct dyad_screen good = {
        .width = 64, .height = 64, .stride = 256, .bytes = sizeof pixels, .red_shift = 16};
    struct dyad_screen narrow = good, flat = good, short_lines = good, little = good;
    narrow.width = W - 1;
    flat.height = H - 1;
    short_lines.stride = 252;
    little.bytes--;
    const struct dyad_screen *bad[] = {&narrow, &flat, &short_lines, &little};
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(painter_init(&painter, bad[i], pixels), -1);
    assert_int_equal(painter_init(&painter, &good, pixels), 0);
    painter_fini(&painter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_characters_are_drawn_in_their_colours),
        cmocka_unit_test(test_the_cursor_is_an_inverse_cell),
        cmocka_unit_test(test_what_has_not_changed_is_not_drawn),
        cmocka_unit_test(test_nothing_is_drawn_beside_the_lines),
        cmocka_unit_test(test_large_screens_get_large_characters),
        cmocka_unit_test(test_the_font_has_the_scripts_that_it_should),
        cmocka_unit_test(test_screens_that_cannot_be_used_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
