/* width.c: how many screen columns characters take. The ranges follow Unicode's East Asian Width, coarsely. */
#include "servers/tty/width.h"

#include <assert.h>
#include <stdbool.h>

struct range {
    uint32_t first, last;
};

static const struct range zero_width[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
    {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x2064}, {0x20d0, 0x20ff}, {0x302a, 0x302d},
    {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
};
static const struct range double_width[] = {
    {0x1100, 0x115f},   {0x2e80, 0x3029},   {0x302e, 0x303e},   {0x3041, 0x3098},
    {0x309b, 0xa4cf},   {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
    {0x1f680, 0x1f6ff}, {0x1f900, 0x1faff}, {0x20000, 0x3fffd},
};

static bool in_ranges(uint32_t character, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count && ranges[i].first <= character; i++)
        if (character <= ranges[i].last)
            return true;
    return false;
}

unsigned width_of_character(uint32_t character)
{
    if (character < 0x300)
        return 1;
    if (in_ranges(character, zero_width, sizeof zero_width / sizeof zero_width[0]))
        return 0;
    return in_ranges(character, double_width, sizeof double_width / sizeof double_width[0]) ? 2 : 1;
}

static bool is_continuation(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

static size_t sequence_length(uint8_t lead)
{
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef)
        return 3;
    if (lead >= 0xf0 && lead <= 0xf4)
        return 4;
    return 1;
}

size_t width_decode(const uint8_t *bytes, size_t length, uint32_t *character)
{
    size_t wanted = sequence_length(bytes[0]);

    *character = bytes[0];
    if (wanted == 1 || wanted > length)
        return 1;
    uint32_t value = bytes[0] & (0xffu >> (wanted + 1));
    for (size_t i = 1; i < wanted; i++) {
        if (!is_continuation(bytes[i]))
            return 1;
        value = value << 6 | (bytes[i] & 0x3fu);
    }
    *character = value;
    return wanted;
}

size_t width_last_start(const uint8_t *bytes, size_t length)
{
    assert(length > 0);
    size_t start = length - 1;
    size_t lowest = length > 4 ? length - 4 : 0;

    while (start > lowest && is_continuation(bytes[start]))
        start--;
    uint32_t character;
    /* Stray continuation bytes are characters of their own. */
    if (start + width_decode(bytes + start, length - start, &character) != length)
        return length - 1;
    return start;
}
