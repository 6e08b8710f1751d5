/*
 * fuzz_console.c: any output on a screen of any size, drawn now and then: the terminal's grid stays whole, the drawing stays inside the
 * screen, and a screen that is drawn bit by bit looks like one that is drawn at once. The first bytes say how large it is.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "servers/console/keys.h"
#include "servers/console/paint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_answer(void *context, const char *bytes, size_t count)
{
    (void)context;
    assert(count > 0 && count < 32 && bytes[0] == '\033');
}

/* Scrolling moves the lines' pointers: each line must still be there, once. */
static void check(struct vt *vt)
{
    bool seen[2 * VT_ROWS_MAX] = {false};
    for (unsigned i = 0; i < 2 * vt->rows; i++) {
        struct vt_cell *line = i < vt->rows ? vt->normal[i] : vt->alternate[i - vt->rows];
        size_t offset = (size_t)(line - vt->memory);
        assert(offset % vt->columns == 0 && offset / vt->columns < 2 * vt->rows);
        assert(!seen[offset / vt->columns]);
        seen[offset / vt->columns] = true;
    }
    assert(vt->cursor.x < vt->columns && vt->cursor.y < vt->rows);
    assert(vt->top < vt->bottom && vt->bottom <= vt->rows);
    assert(vt->lines == vt->normal || vt->lines == vt->alternate);
    assert(vt->param_count <= VT_PARAMS_MAX);
    for (size_t i = 0; i < (size_t)vt->columns * vt->rows; i++) {
        const struct vt_cell *cell = vt_cell(vt, i % vt->columns, i / vt->columns);
        assert(cell->character >= 0x20 && cell->character <= 0x10ffff);
        assert(cell->style.ink <= VT_DEFAULT && cell->style.paper <= VT_DEFAULT);
    }
}

/* What keys send depends on the modes that the output has set. */
static void check_keys(struct vt *vt, const uint8_t *data)
{
    struct input_key key = {.symbol = data[0] & 1 ? INPUT_KEY_UP + data[1] % 18u : data[1],
                            .code = data[2],
                            .modifiers = data[0] >> 1 & 15,
                            .pressed = data[0] >> 5 & 1};
    uint8_t bytes[KEYS_BYTES_MAX];
    size_t count = keys_bytes(vt, &key, bytes);
    assert(count <= sizeof bytes);
    assert(key.pressed || count == 0);
}

static void compare_pictures(const struct dyad_screen *screen, struct vt *vt, const void *pixels)
{
    struct painter fresh;
    void *other = malloc(screen->bytes);
    assert(other);
    if (painter_init(&fresh, screen, other) == 0) {
        painter_show(&fresh, vt);
        for (uint32_t y = 0; y < screen->height; y++) {
            size_t at = (size_t)y * screen->stride;
            assert(memcmp((const char *)pixels + at, (const char *)other + at,
                          (size_t)screen->width * 4) == 0);
        }
        painter_fini(&fresh);
    }
    free(other);
}

static void run(struct painter *p, struct vt *vt, const uint8_t *data, size_t size)
{
    while (size > 3) {
        size_t length = 1u + data[0] % 64u;
        check_keys(vt, data);
        data++, size--;
        length = length < size ? length : size;
        vt_write(vt, data, length);
        data += length;
        size -= length;
        if (length & 1)
            painter_show(p, vt);
        check(vt);
    }
    painter_show(p, vt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct painter painter;
    struct vt vt;
    if (size < 3)
        return 0;
    struct dyad_screen screen = {.width = 1 + data[0] % 200u,
                                 .height = 1 + data[1] % 150u,
                                 .red_shift = 16,
                                 .green_shift = 8};
    screen.stride = (screen.width + data[2] % 9u) * 4;
    screen.bytes = (uint64_t)screen.stride * screen.height;
    void *pixels = malloc(screen.bytes);
    assert(pixels);
    memset(pixels, 0x5a, screen.bytes);
    if (painter_init(&painter, &screen, pixels) == 0) {
        if (vt_init(&vt, painter.columns, painter.rows, check_answer, NULL) == 0) {
            run(&painter, &vt, data + 3, size - 3);
            compare_pictures(&screen, &vt, pixels);
            vt_fini(&vt);
        }
        painter_fini(&painter);
    }
    free(pixels);
    return 0;
}
