/* test_vt_random.c: can any bytes, on any size of screen, make the terminal or its drawing leave their bounds? Run under ASan. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "servers/console/paint.h"

#define ROUNDS 400
#define BYTES  4000

static uint64_t seed;

static uint32_t random_below(uint32_t limit)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % limit;
}

static void check_answer(void *context, const char *bytes, size_t count)
{
    (void)context;
    assert_true(count > 0 && count < 32 && bytes[0] == '\033');
}

/* Numbers as programs send them, and a few that none would. */
static unsigned number(void)
{
    static const unsigned odd[] = {0, 18, 25, 47, 1047, 1049, 65535, 4294967295u};
    return random_below(4) ? random_below(14) : odd[random_below(8)];
}

/* One sequence, control or piece of text -> its length. */
static size_t piece(char *out, size_t room)
{
    static const char finals[] = "@ABCDEFGHIJKLMPSTXZ`abcdefghlmnrstu";
    static const char *const plain[] = {
        "\n",    "\r\n",   "\b",   "\t",   "\033M", "\0337",    "\0338",        "\033c",
        "\033H", "\033(0", "\016", "\017", "text",  "\303\274", "\346\274\242", "\033]0;x\a"};
    switch (random_below(3)) {
    case 0: return (size_t)snprintf(out, room, "%s", plain[random_below(16)]);
    case 1:
        return (size_t)snprintf(out, room, "\033[%s%u%c", random_below(3) ? "" : "?", number(),
                                finals[random_below(sizeof finals - 1)]);
    default:
        return (size_t)snprintf(out, room, "\033[%u;%u%c", number(), number(),
                                "Hrm"[random_below(3)]);
    }
}

/* Mostly sequences; some of plain noise. */
static void fill(uint8_t *bytes, size_t count)
{
    bool noise = random_below(8) == 0;
    for (size_t i = 0; noise && i < count; i++)
        bytes[i] = (uint8_t)random_below(256);
    for (size_t i = 0; !noise && i < count;) {
        char text[48];
        size_t length = piece(text, sizeof text);
        length = length < count - i ? length : count - i;
        memcpy(bytes + i, text, length);
        i += length;
    }
}

/* Scrolling moves the lines' pointers: each line must still be there, once. */
static void check_lines(const struct vt *vt)
{
    bool seen[2 * VT_ROWS_MAX] = {false};
    for (unsigned i = 0; i < 2 * vt->rows; i++) {
        size_t offset = (size_t)(vt->normal[i] - vt->memory);
        assert_int_equal(offset % vt->columns, 0);
        assert_true(offset / vt->columns < 2 * vt->rows && !seen[offset / vt->columns]);
        seen[offset / vt->columns] = true;
    }
}

static void check(struct vt *vt)
{
    check_lines(vt);
    assert_true(vt->cursor.x < vt->columns && vt->cursor.y < vt->rows);
    assert_true(vt->top < vt->bottom && vt->bottom <= vt->rows);
    assert_true(vt->lines == vt->normal || vt->lines == vt->alternate);
    for (size_t i = 0; i < (size_t)vt->columns * vt->rows; i++) {
        const struct vt_cell *cell = vt_cell(vt, i % vt->columns, i / vt->columns);
        assert_true(cell->character >= 0x20 && cell->character <= 0x10ffff);
        assert_true(cell->style.ink <= VT_DEFAULT && cell->style.paper <= VT_DEFAULT);
    }
}

static void one_round(uint64_t number)
{
    static uint8_t bytes[BYTES];
    struct vt vt;
    struct painter painter;
    seed = number * 0x9e3779b97f4a7c15u + 1;
    struct dyad_screen screen = {.width = 9 + random_below(200),
                                 .height = 18 + random_below(200),
                                 .red_shift = 16,
                                 .green_shift = 8};
    screen.stride = (screen.width + random_below(9)) * 4;
    screen.bytes = (uint64_t)screen.stride * screen.height;
    void *pixels = malloc(screen.bytes);
    assert_non_null(pixels);
    assert_int_equal(painter_init(&painter, &screen, pixels), 0);
    assert_int_equal(vt_init(&vt, painter.columns, painter.rows, check_answer, NULL), 0);
    for (size_t at = 0; at < BYTES;) {
        size_t run = 1 + random_below(500);
        run = run < BYTES - at ? run : BYTES - at;
        fill(bytes + at, run);
        vt_write(&vt, bytes + at, run);
        painter_show(&painter, &vt);
        check(&vt);
        at += run;
    }
    vt_fini(&vt);
    painter_fini(&painter);
    free(pixels);
}

static void test_any_bytes_keep_the_terminal_whole(void **state)
{
    (void)state;
    const char *text = getenv("DYAD_SEED");
    uint64_t first = text ? strtoull(text, NULL, 0) : 1;
    for (uint64_t i = 0; i < (text ? 1 : ROUNDS); i++)
        one_round(first + i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_bytes_keep_the_terminal_whole)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
