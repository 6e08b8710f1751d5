/*
 * mkfont.c: writes a console font (a PCF file of the X Window System, at most 16 pixels wide, all characters alike) as C.
 *
 *   mkfont FONT.pcf NAME FIRST-LAST...       hexadecimal ranges of characters
 *
 * It gives `NAME[][HEIGHT]`: rows of uint16_t, the left pixel the highest bit. One range: NAME_FIRST to NAME_LAST, all of it, in order.
 * More: what the font has of them, with `NAME_index[]`, sorted by character, beside it. NAME_WIDTH, _HEIGHT and _BASE (rows above the base
 * line) are there in capitals.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH_MAX  16
#define HEIGHT_MAX 64
#define NO_GLYPH   0xffffu

enum { /* kinds of tables */
       PCF_ACCELERATORS = 1 << 1,
       PCF_METRICS = 1 << 2,
       PCF_BITMAPS = 1 << 3,
       PCF_ENCODINGS = 1 << 5,
};
enum {                 /* of a table's format */
       FORMAT_PAD = 3, /* log2 of what rows are padded to */
       FORMAT_BIG_BYTES = 1 << 2,
       FORMAT_BIG_BITS = 1 << 3,
       FORMAT_COMPRESSED = 1 << 8,
};

static uint8_t data[1 << 20];
static size_t size;

struct table {
    size_t at, end;
    uint32_t format;
};

struct font {
    struct table metrics, bitmaps, encodings;
    uint32_t ascent, height, width;
};

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "mkfont: %s\n", what);
    exit(1);
}

/* ---- reading ---- */

static uint32_t number(size_t at, unsigned bytes, bool big)
{
    uint32_t value = 0;
    if (at > size || size - at < bytes)
        fail("the font is short");
    for (unsigned i = 0; i < bytes; i++)
        value |= (uint32_t)data[at + i] << 8 * (big ? bytes - 1 - i : i);
    return value;
}

static uint32_t field(const struct table *table, size_t offset, unsigned bytes)
{
    if (table->at + offset + bytes > table->end)
        fail("a table of the font is short");
    return number(table->at + offset, bytes, table->format & FORMAT_BIG_BYTES);
}

/* A table begins with its format once more, always little endian. */
static struct table find_table(uint32_t kind)
{
    uint32_t count = number(4, 4, false);
    for (size_t at = 8; count > 0; count--, at += 16) {
        if (number(at, 4, false) != kind)
            continue;
        size_t start = number(at + 12, 4, false), bytes = number(at + 8, 4, false);
        if (start > size || bytes > size - start || bytes < 4)
            fail("a table is not in the file");
        return (struct table){start + 4, start + bytes, number(start, 4, false)};
    }
    fail("a table of the font is missing");
}

struct metrics {
    int left, right, width, ascent, descent;
};

static struct metrics metrics_of(const struct font *font, uint32_t glyph)
{
    const struct table *t = &font->metrics;
    int v[5];
    for (unsigned i = 0; i < 5; i++)
        v[i] = t->format & FORMAT_COMPRESSED ? (int)field(t, 2 + glyph * 5 + i, 1) - 0x80
                                             : (int16_t)field(t, 4 + glyph * 12 + 2 * i, 2);
    return (struct metrics){v[0], v[1], v[2], v[3], v[4]};
}

/* -> NO_GLYPH: the font does not have it. */
static uint32_t glyph_of(const struct font *font, uint32_t character)
{
    const struct table *t = &font->encodings;
    uint32_t first_low = field(t, 0, 2), last_low = field(t, 2, 2);
    uint32_t first_high = field(t, 4, 2), last_high = field(t, 6, 2);
    uint32_t low = character & 0xff, high = character >> 8;
    if (low < first_low || low > last_low || high < first_high || high > last_high)
        return NO_GLYPH;
    return field(t, 10 + 2 * ((high - first_high) * (last_low - first_low + 1) + low - first_low),
                 2);
}

static bool pixel(const struct font *font, uint32_t glyph, unsigned row_bytes, unsigned x,
                  unsigned y)
{
    const struct table *t = &font->bitmaps;
    uint32_t count = field(t, 0, 4), start = field(t, 4 + 4 * glyph, 4);
    uint8_t byte = (uint8_t)field(t, 4 + 4 * count + 16 + start + y * row_bytes + x / 8, 1);
    return byte >> (t->format & FORMAT_BIG_BITS ? 7 - x % 8 : x % 8) & 1;
}

/* The glyph where it belongs in the cell. */
static void draw(const struct font *font, uint32_t glyph, uint16_t rows[HEIGHT_MAX])
{
    struct metrics m = metrics_of(font, glyph);
    unsigned pad = 1u << (font->bitmaps.format & FORMAT_PAD);
    unsigned columns = (unsigned)(m.right - m.left), lines = (unsigned)(m.ascent + m.descent);
    unsigned row_bytes = ((columns + 7) / 8 + pad - 1) / pad * pad;
    int top = (int)font->ascent - m.ascent;
    if (m.width != (int)font->width)
        fail("a character is wider or narrower than the others");
    if (m.right < m.left || m.left < 0 || m.right > (int)font->width || top < 0 ||
        (unsigned)top + lines > font->height)
        fail("a glyph is larger than its cell");
    memset(rows, 0, HEIGHT_MAX * sizeof rows[0]);
    for (unsigned y = 0; y < lines; y++)
        for (unsigned x = 0; x < columns; x++)
            if (pixel(font, glyph, row_bytes, x, y))
                rows[(unsigned)top + y] |= (uint16_t)(0x8000u >> ((unsigned)m.left + x));
}

static struct font read_font(void)
{
    if (size < 8 || memcmp(data, "\1fcp", 4) != 0)
        fail("not a PCF font");
    struct table accelerators = find_table(PCF_ACCELERATORS);
    struct font font = {.metrics = find_table(PCF_METRICS),
                        .bitmaps = find_table(PCF_BITMAPS),
                        .encodings = find_table(PCF_ENCODINGS),
                        .ascent = field(&accelerators, 8, 4)};
    font.height = font.ascent + field(&accelerators, 12, 4);
    uint32_t letter = glyph_of(&font, 'M');
    if (letter == NO_GLYPH || font.ascent > HEIGHT_MAX || font.height > HEIGHT_MAX)
        fail("the font is too high, or has no M");
    font.width = (uint32_t)metrics_of(&font, letter).width;
    if (font.width == 0 || font.width > WIDTH_MAX)
        fail("the font is too wide");
    return font;
}

/* ---- writing ---- */

static void print_constant(const char *name, const char *what, uint32_t value)
{
    printf("#define ");
    for (const char *c = name; *c; c++)
        putchar(toupper((unsigned char)*c));
    printf("_%s %u\n", what, value);
}

static void print_glyph(const struct font *font, uint32_t glyph)
{
    uint16_t rows[HEIGHT_MAX];
    draw(font, glyph, rows);
    printf("    {");
    for (uint32_t y = 0; y < font->height; y++)
        printf("0x%04x,", rows[y]);
    printf("},\n");
}

struct range {
    uint32_t first, last;
};

static struct range parse(const char *text)
{
    struct range range;
    if (sscanf(text, "%x-%x", &range.first, &range.last) != 2 || range.last > 0xffff ||
        range.last < range.first)
        fail("a range is FIRST-LAST, hexadecimal, at most ffff");
    return range;
}

static void print_range(const struct font *font, const char *name, struct range range)
{
    print_constant(name, "FIRST", range.first);
    print_constant(name, "LAST", range.last);
    printf("static const uint16_t %s[][%u] = {\n", name, font->height);
    for (uint32_t c = range.first; c <= range.last; c++) {
        uint32_t glyph = glyph_of(font, c);
        if (glyph == NO_GLYPH)
            fail("the font lacks a character of the range");
        print_glyph(font, glyph);
    }
    printf("};\n");
}

/* What there is of the ranges, once as an index and once as glyphs. */
static void print_indexed(const struct font *font, int count, char **ranges, bool index)
{
    uint32_t next = 0;
    for (int i = 0; i < count; i++) {
        struct range range = parse(ranges[i]);
        if (range.first < next)
            fail("the ranges are not in order");
        next = range.last + 1;
        for (uint32_t c = range.first; c <= range.last; c++) {
            uint32_t glyph = glyph_of(font, c);
            if (glyph == NO_GLYPH)
                continue;
            if (index)
                printf("    0x%04x,\n", c);
            else
                print_glyph(font, glyph);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc < 4)
        fail("usage: mkfont FONT.pcf NAME FIRST-LAST...");
    FILE *file = fopen(argv[1], "rb");
    if (!file)
        fail("cannot open the font");
    size = fread(data, 1, sizeof data, file);
    fclose(file);
    struct font font = read_font();
    const char *base = strrchr(argv[1], '/'), *name = argv[2];
    printf("/* Made by tools/mkfont from %s. */\n#pragma once\n#include <stdint.h>\n",
           base ? base + 1 : argv[1]);
    print_constant(name, "WIDTH", font.width);
    print_constant(name, "HEIGHT", font.height);
    print_constant(name, "BASE", font.ascent);
    if (argc == 4) {
        print_range(&font, name, parse(argv[3]));
    } else {
        printf("static const uint16_t %s_index[] = {\n", name);
        print_indexed(&font, argc - 3, argv + 3, true);
        printf("};\nstatic const uint16_t %s[][%u] = {\n", name, font.height);
        print_indexed(&font, argc - 3, argv + 3, false);
        printf("};\n");
    }
    return fflush(stdout) || ferror(stdout);
}
