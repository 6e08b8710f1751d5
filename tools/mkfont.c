/*
 * mkfont.c: writes a console font with a Unicode table (PSF 1 or 2, 8 pixels wide) as C.
 *
 *   mkfont FONT.psf NAME FIRST LAST [all]
 *
 * FIRST to LAST (hexadecimal) become `NAME[LAST - FIRST + 1][HEIGHT]`, with NAME in capitals _FIRST, _LAST, _WIDTH, _HEIGHT beside it.
 * With `all`, every character of the font becomes `NAME_index[]`, sorted by character, over `NAME[][HEIGHT]`.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHARACTERS_MAX 8192

struct font {
    const uint8_t *glyphs;
    uint32_t count, height, bytes; /* bytes of a glyph */
};
struct entry {
    uint32_t character, glyph;
};

static struct entry entries[CHARACTERS_MAX];
static size_t entry_count;

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "mkfont: %s\n", what);
    exit(1);
}

/* The first glyph with a character counts. */
static void add(uint32_t character, uint32_t glyph)
{
    for (size_t i = 0; i < entry_count; i++)
        if (entries[i].character == character)
            return;
    if (entry_count == CHARACTERS_MAX)
        fail("too many characters");
    entries[entry_count++] = (struct entry){character, glyph};
}

static uint32_t word32(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* PSF 1: 16-bit characters, 0xffff after each glyph's, 0xfffe before sequences (left out). */
static void read_table16(const uint8_t *at, const uint8_t *end, uint32_t glyphs)
{
    bool sequence = false;
    for (uint32_t glyph = 0; glyph < glyphs && end - at >= 2; at += 2) {
        uint32_t c = at[0] | (uint32_t)at[1] << 8;
        if (c == 0xffff) {
            glyph++;
            sequence = false;
        } else if (c == 0xfffe) {
            sequence = true;
        } else if (!sequence) {
            add(c, glyph);
        }
    }
}

/* PSF 2: the same in UTF-8, with 0xff and 0xfe. */
static void read_table8(const uint8_t *at, const uint8_t *end, uint32_t glyphs)
{
    bool sequence = false;
    for (uint32_t glyph = 0; glyph < glyphs && at < end;) {
        uint32_t c = *at++;
        if (c == 0xff) {
            glyph++;
            sequence = false;
            continue;
        }
        if (c == 0xfe) {
            sequence = true;
            continue;
        }
        unsigned more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
        c &= more ? 0x3fu >> more : 0x7fu;
        for (; more && at < end; more--)
            c = c << 6 | (*at++ & 0x3fu);
        if (!sequence)
            add(c, glyph);
    }
}

static struct font read_font(const uint8_t *data, size_t size)
{
    struct font font;
    if (size > 4 && data[0] == 0x36 && data[1] == 0x04) {
        font = (struct font){data + 4, data[2] & 1 ? 512 : 256, data[3], data[3]};
        if (size < 4 + (size_t)font.count * font.bytes || !(data[2] & 6))
            fail("the font is short, or has no Unicode table");
        read_table16(font.glyphs + (size_t)font.count * font.bytes, data + size, font.count);
    } else if (size > 32 && word32(data) == 0x864ab572) {
        font = (struct font){data + word32(data + 8), word32(data + 16), word32(data + 24),
                             word32(data + 20)};
        if (word32(data + 28) > 8 || !(word32(data + 12) & 1))
            fail("only fonts of 8 pixels with a Unicode table");
        if (word32(data + 8) > size || size - word32(data + 8) < (uint64_t)font.count * font.bytes)
            fail("the font is short");
        read_table8(font.glyphs + (size_t)font.count * font.bytes, data + size, font.count);
    } else {
        fail("not a PSF font");
    }
    return font;
}

static int compare(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return x->character < y->character ? -1 : x->character > y->character;
}

static void print_glyph(const struct font *font, uint32_t glyph)
{
    printf("    {");
    for (uint32_t y = 0; y < font->height; y++)
        printf("0x%02x,", font->glyphs[(size_t)glyph * font->bytes + y]);
    printf("},\n");
}

static const struct entry *find(uint32_t character)
{
    struct entry key = {character, 0};
    return bsearch(&key, entries, entry_count, sizeof *entries, compare);
}

static void print_constant(const char *name, const char *what, uint32_t value)
{
    printf("#define ");
    for (const char *c = name; *c; c++)
        putchar(toupper((unsigned char)*c));
    printf("_%s %u\n", what, value);
}

static void print_range(const struct font *font, const char *name, uint32_t first, uint32_t last)
{
    print_constant(name, "FIRST", first);
    print_constant(name, "LAST", last);
    printf("static const uint8_t %s[%u][%u] = {\n", name, last - first + 1, font->height);
    for (uint32_t c = first; c <= last; c++) {
        const struct entry *entry = find(c);
        if (!entry)
            fail("the font lacks a character of the range");
        print_glyph(font, entry->glyph);
    }
    printf("};\n");
}

static void print_all(const struct font *font, const char *name)
{
    print_constant(name, "COUNT", (uint32_t)entry_count);
    printf("static const struct { uint16_t character, glyph; } %s_index[] = {\n", name);
    for (size_t i = 0; i < entry_count && entries[i].character <= 0xffff; i++)
        printf("    {0x%04x, %u},\n", entries[i].character, entries[i].glyph);
    printf("};\nstatic const uint8_t %s[%u][%u] = {\n", name, font->count, font->height);
    for (uint32_t i = 0; i < font->count; i++)
        print_glyph(font, i);
    printf("};\n");
}

int main(int argc, char **argv)
{
    static uint8_t data[1 << 20];
    if (argc < 5)
        fail("usage: mkfont FONT.psf NAME FIRST LAST [all]");
    FILE *file = fopen(argv[1], "rb");
    if (!file)
        fail("cannot open the font");
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    struct font font = read_font(data, size);
    qsort(entries, entry_count, sizeof *entries, compare);
    printf("/* Made by tools/mkfont from %s. */\n#pragma once\n#include <stdint.h>\n",
           strrchr(argv[1], '/') ? strrchr(argv[1], '/') + 1 : argv[1]);
    print_constant(argv[2], "WIDTH", 8);
    print_constant(argv[2], "HEIGHT", font.height);
    if (argc > 5)
        print_all(&font, argv[2]);
    else
        print_range(&font, argv[2], (uint32_t)strtoul(argv[3], NULL, 16),
                    (uint32_t)strtoul(argv[4], NULL, 16));
    return fflush(stdout) || ferror(stdout);
}
