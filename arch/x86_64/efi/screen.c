/* screen.c: pixel formats, EDID, and the choice of a mode. */
#include "arch/x86_64/efi/screen.h"

#define PANEL_WIDTH_MIN  1024u
#define PANEL_HEIGHT_MIN 768u
#define EDID_BYTES       128u
#define EDID_TIMING      54u /* the first detailed timing; its first word is the pixel clock */

struct screen_size screen_native(const uint8_t *edid, size_t bytes)
{
    static const uint8_t magic[] = {0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0};
    uint8_t sum = 0;
    if (!edid || bytes < EDID_BYTES || memcmp(edid, magic, sizeof magic) != 0)
        return (struct screen_size){0, 0};
    for (unsigned i = 0; i < EDID_BYTES; i++)
        sum = (uint8_t)(sum + edid[i]);
    const uint8_t *timing = edid + EDID_TIMING;
    if (sum || (!timing[0] && !timing[1]))
        return (struct screen_size){0, 0};
    return (struct screen_size){.width = timing[2] | (timing[4] & 0xf0u) << 4,
                                .height = timing[5] | (timing[7] & 0xf0u) << 4};
}

/* Eight bits in a row, at any place of 32. */
static bool is_byte(uint32_t mask, uint8_t *shift)
{
    *shift = mask ? (uint8_t)__builtin_ctz(mask) : 0;
    return mask >> *shift == 0xff;
}

static bool find_shifts(const EFI_GRAPHICS_OUTPUT_MODE_INFORMATION *info,
                        struct handoff_screen *out)
{
    const EFI_PIXEL_BITMASK *masks = &info->PixelInformation;
    switch (info->PixelFormat) {
    case PixelRedGreenBlueReserved8BitPerColor:
        out->red_shift = 0;
        out->green_shift = 8;
        out->blue_shift = 16;
        return true;
    case PixelBlueGreenRedReserved8BitPerColor:
        out->blue_shift = 0;
        out->green_shift = 8;
        out->red_shift = 16;
        return true;
    case PixelBitMask: /* the highest bit of all masks tells how many bits a pixel has */
        return is_byte(masks->RedMask, &out->red_shift) &&
               is_byte(masks->GreenMask, &out->green_shift) &&
               is_byte(masks->BlueMask, &out->blue_shift) &&
               (masks->RedMask | masks->GreenMask | masks->BlueMask | masks->ReservedMask) >> 24;
    default: return false;
    }
}

bool screen_describe(const EFI_GRAPHICS_OUTPUT_MODE_INFORMATION *info, struct handoff_screen *out)
{
    *out = (struct handoff_screen){.width = 0};
    if (!info->HorizontalResolution || !info->VerticalResolution ||
        info->PixelsPerScanLine < info->HorizontalResolution ||
        info->PixelsPerScanLine > UINT32_MAX / 4 || !find_shifts(info, out))
        return false;
    out->width = info->HorizontalResolution;
    out->height = info->VerticalResolution;
    out->stride = info->PixelsPerScanLine * 4;
    return true;
}

static uint32_t find(const struct handoff_screen *modes, uint32_t count, struct screen_size size)
{
    for (uint32_t i = 0; i < count; i++)
        if (modes[i].width && modes[i].width == size.width && modes[i].height == size.height)
            return i;
    return SCREEN_NO_MODE;
}

static uint32_t find_largest(const struct handoff_screen *modes, uint32_t count)
{
    uint32_t best = SCREEN_NO_MODE;
    uint64_t most = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t pixels = (uint64_t)modes[i].width * modes[i].height;
        if (pixels <= most)
            continue;
        most = pixels;
        best = i;
    }
    return best;
}

uint32_t screen_choose(const struct handoff_screen *modes, uint32_t count,
                       struct screen_size wanted, struct screen_size native, uint32_t current)
{
    uint32_t mode = find(modes, count, wanted);
    if (mode == SCREEN_NO_MODE)
        mode = find(modes, count, native);
    if (mode != SCREEN_NO_MODE)
        return mode;
    if (current < count && modes[current].width >= PANEL_WIDTH_MIN &&
        modes[current].height >= PANEL_HEIGHT_MIN)
        return current;
    return find_largest(modes, count);
}
