/* test_loader.c: does the loader hand over what the firmware has, and end with a message and a key when anything fails? */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_firmware.h"
#include "sample.h"

#define PAGE 4096u
#define GIB  (1ULL << 30)

static int setup(void **state)
{
    fake_init();
    return 0;
}

static int teardown(void **state)
{
    fake_fini();
    return 0;
}

static bool is_ram(uint64_t at)
{
    for (uint32_t i = 0; i < fake.handoff.range_count; i++)
        if (fake.handoff.ranges[i].kind == HANDOFF_RAM &&
            at - fake.handoff.ranges[i].base < fake.handoff.ranges[i].size)
            return true;
    return false;
}

/* The loader must say TEXT, then wait for a key, then leave. */
static void expect_failure(const char *text)
{
    assert_int_equal(fake_run(), FAKE_GAVE_UP);
    if (!strstr(fake.said, text))
        fail_msg("it said '%s', not '%s'", fake.said, text);
    const char *key = strstr(fake.said, "dyad: press a key to return to the firmware\r\n");
    assert_non_null(key);
    assert_true(key > strstr(fake.said, text));
    assert_int_equal(fake.keys_asked, 3); /* asked until there was one */
    assert_int_equal(fake.status, EFI_LOAD_ERROR);
    assert_true(fake.watchdog_is_off);
}

static void test_healthy_firmware_gives_a_whole_handoff(void **state)
{
    assert_int_equal(fake_run(), FAKE_ENTERED);
    const struct handoff *h = &fake.handoff;
    assert_string_equal(fake.said, "dyad: starting the kernel\r\n");
    assert_true(h->magic == HANDOFF_MAGIC);
    assert_int_equal(h->version, HANDOFF_VERSION);
    assert_int_equal(h->bytes, sizeof(*h));
    assert_int_equal(h->initfs_bytes, fake.files[FAKE_INITFS].bytes);
    assert_int_equal(h->initfs % PAGE, 0);
    assert_memory_equal((void *)h->initfs, fake.files[FAKE_INITFS].data, h->initfs_bytes);
    assert_int_equal(h->args_bytes, 6);
    assert_memory_equal((void *)h->args, "tty=1", 6);
    assert_int_equal(h->rsdp, FAKE_ACPI_AT + 1); /* 2.0, though it comes last */
    for (unsigned i = 0; i < sizeof(h->entropy); i++)
        assert_int_equal(h->entropy[i], 0x5a);
    assert_int_equal((fake.entry - SAMPLE_ENTRY) % PAGE, 0);
    assert_int_equal(*(uint8_t *)fake.entry, 0xaa);
    assert_int_equal(fake.exits, 1);
    assert_int_equal(h->screen.base, FAKE_SCREEN);
    assert_int_equal(h->screen.width, 1024); /* no EDID, and no 7 by 7: the firmware's own */
    assert_int_equal(h->screen.stride, 4096);
}

/* The kernel takes memory from RAM while it still runs on the loader's tables. */
static void test_ram_has_the_kernel_but_not_the_tables(void **state)
{
    assert_int_equal(fake_run(), FAKE_ENTERED);
    assert_true(is_ram(0x100000));
    assert_true(is_ram(fake.entry));
    assert_true(is_ram(fake.handoff.initfs));
    for (size_t at = 0; at < sizeof(*fake.tables); at += PAGE)
        assert_false(is_ram((uint64_t)fake.tables + at));
}

static void test_missing_files_are_named(void **state)
{
    fake.files[FAKE_CONF].data = NULL;
    assert_int_equal(fake_run(), FAKE_ENTERED);
    assert_non_null(strstr(fake.said, "dyad: warning: there is no \\dyad\\boot.conf"));
    assert_int_equal(fake.handoff.args_bytes, 0);
    setup(state);
    fake.files[FAKE_KERNEL].data = NULL;
    expect_failure("dyad: cannot open \\dyad\\kernel.elf: there is no such file\r\n");
    setup(state);
    fake.files[FAKE_INITFS].data = NULL;
    expect_failure("dyad: cannot open \\dyad\\initfs.cpio: there is no such file\r\n");
    setup(state);
    fake.has_volume = false;
    expect_failure(
        "dyad: cannot open the volume that the loader was started from: the file system is damaged\r\n");
}

static void test_short_and_unreadable_files_are_named(void **state)
{
    static const char *const names[] = {"boot.conf", "kernel.elf", "initfs.cpio"};
    for (unsigned i = 0; i < FAKE_FILES; i++) {
        char text[100];
        setup(state);
        fake.files[i].bytes--;
        snprintf(text, sizeof(text),
                 "dyad: \\dyad\\%s ends after %zu bytes, but its folder says that it has %zu\r\n",
                 names[i], fake.files[i].bytes, fake.files[i].says);
        expect_failure(text);
        setup(state);
        fake.files[i].error_at = fake.files[i].bytes - 1;
        snprintf(text, sizeof(text),
                 "dyad: cannot read \\dyad\\%s: the device reports an error (after ", names[i]);
        expect_failure(text);
        setup(state);
        fake.files[i].says = 1ULL << 40;
        snprintf(text, sizeof(text), "dyad: \\dyad\\%s is too large: 1099511627776 bytes\r\n",
                 names[i]);
        expect_failure(text);
    }
    setup(state);
    fake.files[FAKE_KERNEL].bytes = fake.files[FAKE_KERNEL].says = 4000;
    expect_failure("dyad: \\dyad\\kernel.elf (4000 bytes) is cut short: ");
    setup(state);
    fake.files[FAKE_INITFS].bytes = fake.files[FAKE_INITFS].says = 100;
    expect_failure("dyad: \\dyad\\initfs.cpio (100 bytes) is cut short: ");
}

static void test_bad_lines_are_warnings(void **state)
{
    static const char conf[] = "cores=2\ncolour=red\ncores=0\n";
    fake.files[FAKE_CONF] =
        (struct fake_file){"\\dyad\\boot.conf", conf, sizeof(conf) - 1, sizeof(conf) - 1, SIZE_MAX};
    assert_int_equal(fake_run(), FAKE_ENTERED);
    assert_non_null(
        strstr(fake.said, "dyad: warning: \\dyad\\boot.conf line 2: has an unknown key"));
    assert_non_null(strstr(fake.said, "dyad: warning: \\dyad\\boot.conf line 3: cores: "));
    assert_memory_equal((void *)fake.handoff.args, "cores=2", 8);
    assert_int_equal(fake.handoff.args_bytes, 8);
}

/* The first allocation fails, then the second ...: each time a message, until there are enough. */
static void test_each_failing_allocation_is_a_message(void **state)
{
    unsigned enough = 0;
    for (;; enough++) {
        teardown(state);
        setup(state);
        fake.allocations_left = enough;
        if (fake_run() == FAKE_ENTERED)
            break;
        assert_non_null(strstr(fake.said, "dyad: out of memory: no "));
        assert_non_null(strstr(fake.said, " KiB below 4 GiB for "));
        assert_non_null(strstr(fake.said, "dyad: press a key"));
    }
    assert_true(enough >= 8);
}

static void test_changed_map_is_asked_for_again(void **state)
{
    fake.key_changes = 3;
    assert_int_equal(fake_run(), FAKE_ENTERED);
    assert_int_equal(fake.exits, 4);
    assert_true(is_ram(0x100000));
    teardown(state);
    setup(state);
    fake.key_changes = UINT32_MAX;
    expect_failure("dyad: cannot leave the firmware: the firmware refuses the request\r\n");
    assert_int_equal(fake.exits, 8);
}

static void test_firmware_may_lack_what_is_optional(void **state)
{
    static const struct handoff none;
    fake.has_rng = fake.has_screen = false;
    fake.acpi[1] = NULL;
    assert_int_equal(fake_run(), FAKE_ENTERED);
    assert_int_equal(fake.handoff.rsdp, FAKE_ACPI_AT); /* 1.0 */
    assert_memory_equal(fake.handoff.entropy, none.entropy, sizeof(none.entropy));
    assert_int_equal(fake.handoff.screen.width, 0);
    teardown(state);
    setup(state);
    fake.rng_fails = true;
    fake.acpi[0] = fake.acpi[1] = NULL;
    assert_int_equal(fake_run(), FAKE_ENTERED);
    assert_int_equal(fake.handoff.rsdp, 0);
    assert_memory_equal(fake.handoff.entropy, none.entropy, sizeof(none.entropy));
}

static void test_screen_is_set_as_asked_or_as_the_panel_is(void **state)
{
    static const char conf[] = "screen=800x600";
    uint8_t edid[128] = {0, 0xff,     0xff,        0xff,        0xff,        0xff,       0xff,
                         0, [54] = 1, [56] = 0x80, [58] = 0x70, [59] = 0xb0, [61] = 0x40};
    for (unsigned i = 0; i < 127; i++)
        edid[127] = (uint8_t)(edid[127] - edid[i]);
    fake.edid = edid;
    assert_int_equal(fake_run(), FAKE_ENTERED);
    assert_int_equal(fake.mode, 2);
    assert_int_equal(fake.handoff.screen.width, 1920);
    assert_int_equal(fake.handoff.screen.height, 1200);
    teardown(state);
    setup(state);
    fake.edid = edid;
    fake.files[FAKE_CONF] =
        (struct fake_file){"\\dyad\\boot.conf", conf, sizeof(conf) - 1, sizeof(conf) - 1, SIZE_MAX};
    assert_int_equal(fake_run(), FAKE_ENTERED);
    assert_int_equal(fake.handoff.screen.width, 800);
    teardown(state);
    setup(state);
    fake.edid = edid;
    fake.set_mode_fails = true; /* then the current one */
    assert_int_equal(fake_run(), FAKE_ENTERED);
    assert_int_equal(fake.handoff.screen.width, 1024);
    teardown(state);
    setup(state);
    for (unsigned i = 0; i < FAKE_MODES; i++)
        fake.formats[i] = PixelBltOnly;
    assert_int_equal(fake_run(), FAKE_ENTERED);
    assert_int_equal(fake.handoff.screen.width, 0);
    assert_int_equal(fake.handoff.screen.base, 0);
}

static void test_five_levels_are_refused(void **state)
{
    fake.four_levels = false;
    expect_failure("dyad: the firmware uses five levels of page tables");
}

/* Walk the tables as the processor does. -> where `at` is; UINT64_MAX: nowhere. */
static uint64_t walk(const struct tables *tables, uint64_t at)
{
    const uint64_t *table = tables->top;
    for (unsigned shift = 39;; shift -= 9) {
        uint64_t entry = table[at >> shift & 511];
        if ((entry & 3) != 3 || entry >> 63)
            return UINT64_MAX; /* there, writable, executable */
        if (shift == 21)
            return entry & 0x80 ? (entry & ~0x1fffffULL) + (at & 0x1fffff) : UINT64_MAX;
        assert_false(entry & 0x80);
        table = (const uint64_t *)(entry & ~0xfffULL);
    }
}

static void test_tables_map_4_gib_and_the_loader(void **state)
{
    static const uint64_t places[] = {0x12345000, 4 * GIB,   7 * GIB + 0x123456,
                                      511 * GIB,  512 * GIB, 1000 * GIB + 5};
    for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
        struct tables *tables = aligned_alloc(PAGE, (sizeof(*tables) + PAGE - 1) / PAGE * PAGE);
        assert_non_null(tables);
        memset(tables, 0, sizeof(*tables));
        tables_build(tables, places[i]);
        for (uint64_t at = 0; at < 4 * GIB; at += 0x1ff000)
            assert_int_equal(walk(tables, at), at);
        assert_int_equal(walk(tables, 4 * GIB - 1), 4 * GIB - 1);
        assert_int_equal(walk(tables, places[i]), places[i]);
        assert_int_equal(walk(tables, places[i] / GIB * GIB), places[i] / GIB * GIB);
        assert_true(walk(tables, 300 * GIB) == UINT64_MAX);
        free(tables);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_healthy_firmware_gives_a_whole_handoff, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_ram_has_the_kernel_but_not_the_tables, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_missing_files_are_named, setup, teardown),
        cmocka_unit_test_setup_teardown(test_short_and_unreadable_files_are_named, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_lines_are_warnings, setup, teardown),
        cmocka_unit_test_setup_teardown(test_each_failing_allocation_is_a_message, setup, teardown),
        cmocka_unit_test_setup_teardown(test_changed_map_is_asked_for_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_firmware_may_lack_what_is_optional, setup, teardown),
        cmocka_unit_test_setup_teardown(test_screen_is_set_as_asked_or_as_the_panel_is, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_five_levels_are_refused, setup, teardown),
        cmocka_unit_test(test_tables_map_4_gib_and_the_loader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
