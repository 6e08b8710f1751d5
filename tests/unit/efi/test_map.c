/* test_map.c: does the loader tell the kernel the right RAM, however long the firmware's map is, and choose the right screen? */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "arch/x86_64/efi/map.h"
#include "arch/x86_64/efi/screen.h"

#define PAGE   0x1000ULL
#define STRIDE 48 /* as firmware has it: more than the structure's 40 */

static uint8_t firmware_map[1000 * STRIDE];
static size_t firmware_count;
static struct handoff handoff;

static void put_range(uint32_t type, uint64_t base, uint64_t pages, uint64_t attribute)
{
    EFI_MEMORY_DESCRIPTOR d = {
        .Type = type, .PhysicalStart = base, .NumberOfPages = pages, .Attribute = attribute};
    memset(firmware_map + firmware_count * STRIDE, 0xee, STRIDE);
    memcpy(firmware_map + firmware_count++ * STRIDE, &d, sizeof(d));
}

static void put_wb(uint32_t type, uint64_t base, uint64_t pages)
{
    put_range(type, base, pages, EFI_MEMORY_WB | EFI_MEMORY_UC);
}

static void take(uint64_t hole, uint64_t hole_bytes)
{
    map_take(&handoff, firmware_map, firmware_count * STRIDE, STRIDE, hole, hole_bytes);
    firmware_count = 0;
}

static uint64_t sum_of(uint32_t kind)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < handoff.range_count; i++)
        sum += handoff.ranges[i].kind == kind ? handoff.ranges[i].size : 0;
    return sum;
}

static uint32_t count_of(uint32_t kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < handoff.range_count; i++)
        count += handoff.ranges[i].kind == kind;
    return count;
}

static void test_each_type_has_its_kind(void **state)
{
    static const struct {
        uint32_t type, kind;
    } cases[] = {{EfiReservedMemoryType, HANDOFF_RESERVED},
                 {EfiLoaderCode, HANDOFF_RAM},
                 {EfiLoaderData, HANDOFF_RAM},
                 {EfiBootServicesCode, HANDOFF_RAM},
                 {EfiBootServicesData, HANDOFF_RAM},
                 {EfiRuntimeServicesCode, HANDOFF_RESERVED},
                 {EfiRuntimeServicesData, HANDOFF_RESERVED},
                 {EfiConventionalMemory, HANDOFF_RAM},
                 {EfiUnusableMemory, HANDOFF_RESERVED},
                 {EfiACPIReclaimMemory, HANDOFF_ACPI},
                 {EfiACPIMemoryNVS, HANDOFF_ACPI},
                 {EfiMemoryMappedIO, HANDOFF_RESERVED},
                 {EfiMemoryMappedIOPortSpace, HANDOFF_RESERVED},
                 {EfiPalCode, HANDOFF_RESERVED},
                 {14 /* persistent */, HANDOFF_RESERVED},
                 {15 /* not accepted yet */, HANDOFF_RESERVED},
                 {0x80000000u, HANDOFF_RESERVED}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        put_wb(cases[i].type, 0x100000, 3);
        take(0, 0);
        assert_int_equal(handoff.range_count, 1);
        assert_int_equal(handoff.ranges[0].kind, cases[i].kind);
        assert_int_equal(handoff.ranges[0].base, 0x100000);
        assert_int_equal(handoff.ranges[0].size, 3 * PAGE);
    }
    put_range(EfiConventionalMemory, 0x100000, 3,
              EFI_MEMORY_UC); /* memory that cannot be cached is none */
    take(0, 0);
    assert_int_equal(handoff.ranges[0].kind, HANDOFF_RESERVED);
}

static void test_ram_that_touches_is_one_range_in_any_order(void **state)
{
    put_wb(EfiLoaderData, 0x104000, 4);
    put_wb(EfiConventionalMemory, 0x200000, 1);
    put_wb(EfiBootServicesData, 0x100000, 4);
    put_wb(EfiRuntimeServicesData, 0x10b000, 1);
    put_wb(EfiConventionalMemory, 0x108000, 3);
    take(0, 0);
    assert_int_equal(count_of(HANDOFF_RAM), 2);
    assert_int_equal(sum_of(HANDOFF_RAM), 12 * PAGE);
    assert_int_equal(sum_of(HANDOFF_RESERVED), PAGE);
    for (uint32_t i = 0; i < handoff.range_count; i++)
        if (handoff.ranges[i].base == 0x100000)
            assert_int_equal(handoff.ranges[i].size, 11 * PAGE);
}

static void test_hole_is_left_out_of_ram(void **state)
{
    put_wb(EfiLoaderData, 0x100000, 16);
    put_wb(EfiLoaderData, 0x110000, 16);
    take(0x10e000, 4 * PAGE);
    assert_int_equal(count_of(HANDOFF_RAM), 2);
    assert_int_equal(sum_of(HANDOFF_RAM), 28 * PAGE);
    for (uint32_t i = 0; i < handoff.range_count; i++)
        assert_true(handoff.ranges[i].base + handoff.ranges[i].size <= 0x10e000 ||
                    handoff.ranges[i].base >= 0x112000);
    put_wb(EfiLoaderData, 0x100000, 16);
    take(0x100000, 16 * PAGE);
    assert_int_equal(handoff.range_count, 0);
}

/* Alternating RAM and holes of other kinds: too long for the handoff. The RAM must be there, of it the large pieces. */
static void test_long_map_keeps_the_largest_ram(void **state)
{
    uint64_t at = 0x100000;
    for (unsigned i = 0; i < 300; i++) {
        uint64_t pages = i % 4 == 0 ? 1000 : 2;
        put_wb(EfiConventionalMemory, at, pages);
        put_wb(i % 2 ? EfiReservedMemoryType : EfiACPIReclaimMemory, at + pages * PAGE, 1);
        at += (pages + 1) * PAGE;
    }
    take(0, 0);
    assert_true(handoff.range_count <= HANDOFF_RANGES_MAX);
    assert_int_equal(count_of(HANDOFF_RAM), MAP_RAM_MAX);
    assert_true(sum_of(HANDOFF_RAM) >= 75 * 1000 * PAGE);
    for (uint32_t i = 0; i < handoff.range_count; i++)
        for (uint32_t k = 0; k < i; k++)
            assert_true(handoff.ranges[i].base + handoff.ranges[i].size <= handoff.ranges[k].base ||
                        handoff.ranges[k].base + handoff.ranges[k].size <= handoff.ranges[i].base);
}

static void test_impossible_ranges_are_no_ram(void **state)
{
    put_wb(EfiConventionalMemory, 0x100000, 0);
    put_wb(EfiConventionalMemory, 0x100000, UINT64_MAX);
    put_wb(EfiConventionalMemory, 1ULL << 52, 1);
    put_wb(EfiConventionalMemory, UINT64_MAX - 0xfff, 1);
    put_wb(EfiMemoryMappedIO, 0xfffff00000000, UINT64_MAX);
    take(0, 0);
    assert_int_equal(count_of(HANDOFF_RAM), 0);
    put_wb(EfiConventionalMemory, 0x100000, 1);
    map_take(&handoff, firmware_map, STRIDE, 8, 0, 0); /* a stride that cannot be */
    assert_int_equal(handoff.range_count, 0);
    map_take(&handoff, firmware_map, 39, STRIDE, 0, 0); /* half a descriptor */
    assert_int_equal(handoff.range_count, 0);
    firmware_count = 0;
}

/* ---- screens ---- */

static void make_edid(uint8_t edid[128], uint32_t width, uint32_t height)
{
    static const uint8_t magic[] = {0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0};
    uint8_t sum = 0;
    memset(edid, 0, 128);
    memcpy(edid, magic, sizeof(magic));
    edid[54] = 1;
    edid[56] = (uint8_t)width;
    edid[58] = (uint8_t)(width >> 4 & 0xf0);
    edid[59] = (uint8_t)height;
    edid[61] = (uint8_t)(height >> 4 & 0xf0);
    for (unsigned i = 0; i < 127; i++)
        sum = (uint8_t)(sum + edid[i]);
    edid[127] = (uint8_t)-sum;
}

static void test_native_mode_is_read_from_a_sound_edid_only(void **state)
{
    uint8_t edid[128];
    make_edid(edid, 2560, 1440);
    struct screen_size size = screen_native(edid, sizeof(edid));
    assert_int_equal(size.width, 2560);
    assert_int_equal(size.height, 1440);
    assert_int_equal(screen_native(edid, 127).width, 0);
    assert_int_equal(screen_native(NULL, 0).width, 0);
    edid[56]++;
    assert_int_equal(screen_native(edid, sizeof(edid)).width, 0);
    make_edid(edid, 2560, 1440);
    edid[54]--; /* no timing, but a display descriptor */
    edid[127]++;
    assert_int_equal(screen_native(edid, sizeof(edid)).width, 0);
}

static void test_choice_is_wanted_then_native_then_current_then_largest(void **state)
{
    static const struct handoff_screen modes[] = {{.width = 800, .height = 600},
                                                  {.width = 0, .height = 0},
                                                  {.width = 1920, .height = 1080},
                                                  {.width = 1024, .height = 768}};
    struct screen_size small = {800, 600}, large = {1920, 1080}, unknown = {0, 0},
                       absent = {1366, 768};
    assert_int_equal(screen_choose(modes, 4, small, large, 2), 0);
    assert_int_equal(screen_choose(modes, 4, absent, large, 3), 2);
    assert_int_equal(screen_choose(modes, 4, unknown, small, 2), 0);
    assert_int_equal(screen_choose(modes, 4, unknown, unknown, 3), 3);
    assert_int_equal(screen_choose(modes, 4, absent, absent, 3), 3);
    assert_int_equal(screen_choose(modes, 4, unknown, unknown, 0), 2); /* too small for a panel */
    assert_int_equal(screen_choose(modes, 4, unknown, unknown, 1), 2); /* cannot be used */
    assert_int_equal(screen_choose(modes, 4, absent, unknown, 99), 2);
    assert_int_equal(screen_choose(modes + 1, 1, unknown, unknown, 0), SCREEN_NO_MODE);
    assert_int_equal(screen_choose(modes, 0, small, small, 0), SCREEN_NO_MODE);
}

static void test_only_32_bit_framebuffers_are_described(void **state)
{
    EFI_GRAPHICS_OUTPUT_MODE_INFORMATION info = {
        .HorizontalResolution = 1000, .VerticalResolution = 700, .PixelsPerScanLine = 1024};
    struct handoff_screen screen;
    info.PixelFormat = PixelBlueGreenRedReserved8BitPerColor;
    assert_true(screen_describe(&info, &screen));
    assert_int_equal(screen.stride, 4096);
    assert_int_equal(screen.red_shift, 16);
    assert_int_equal(screen.blue_shift, 0);
    info.PixelFormat = PixelRedGreenBlueReserved8BitPerColor;
    assert_true(screen_describe(&info, &screen));
    assert_int_equal(screen.blue_shift, 16);
    info.PixelFormat = PixelBitMask;
    info.PixelInformation = (EFI_PIXEL_BITMASK){0xff000000, 0xff0000, 0xff00, 0xff};
    assert_true(screen_describe(&info, &screen));
    assert_int_equal(screen.red_shift, 24);
    assert_int_equal(screen.blue_shift, 8);
    info.PixelInformation = (EFI_PIXEL_BITMASK){0xff0000, 0xff00, 0xff, 0}; /* 24 bits a pixel */
    assert_false(screen_describe(&info, &screen));
    assert_int_equal(screen.width, 0);
    info.PixelInformation = (EFI_PIXEL_BITMASK){0x3ff00000, 0xffc00, 0x3ff, 0};
    assert_false(screen_describe(&info, &screen));
    info.PixelInformation = (EFI_PIXEL_BITMASK){0, 0, 0, 0xff000000};
    assert_false(screen_describe(&info, &screen));
    info.PixelFormat = PixelBltOnly;
    assert_false(screen_describe(&info, &screen));
    info.PixelFormat = PixelBlueGreenRedReserved8BitPerColor;
    info.PixelsPerScanLine = 999;
    assert_false(screen_describe(&info, &screen));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_type_has_its_kind),
        cmocka_unit_test(test_ram_that_touches_is_one_range_in_any_order),
        cmocka_unit_test(test_hole_is_left_out_of_ram),
        cmocka_unit_test(test_long_map_keeps_the_largest_ram),
        cmocka_unit_test(test_impossible_ranges_are_no_ram),
        cmocka_unit_test(test_native_mode_is_read_from_a_sound_edid_only),
        cmocka_unit_test(test_choice_is_wanted_then_native_then_current_then_largest),
        cmocka_unit_test(test_only_32_bit_framebuffers_are_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
