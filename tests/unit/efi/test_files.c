/* test_files.c: does the loader know a whole kernel and a whole initfs from damaged ones, whatever the damage? */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/x86_64/efi/archive.h"
#include "arch/x86_64/efi/image.h"
#include "sample.h"

#define ROUNDS 20000

/* In memory of exactly that size, so that a read behind it is found. */
static const char *check_exactly(const uint8_t *file, size_t bytes, struct kernel_image *image)
{
    uint8_t *copy = malloc(bytes ? bytes : 1);
    assert_non_null(copy);
    memcpy(copy, file, bytes);
    const char *wrong = image_check(copy, bytes, image);
    if (!wrong) {
        uint8_t *to = malloc(image->bytes);
        assert_non_null(to);
        image_place(copy, image, to);
        free(to);
    }
    free(copy);
    return wrong;
}

static void test_whole_kernel_is_placed(void **state)
{
    static uint8_t file[SAMPLE_KERNEL_BYTES], to[0x4000];
    struct kernel_image image;
    sample_kernel(file);
    assert_null(check_exactly(file, sizeof(file), &image));
    assert_int_equal(image.base, 0x100000);
    assert_int_equal(image.bytes, sizeof(to));
    assert_int_equal(image.entry, 0x10);
    memset(to, 0xff, sizeof(to));
    image_place(file, &image, to);
    assert_int_equal(to[0xff], 0xaa);
    assert_int_equal(to[0x100], 0);
    assert_int_equal(to[0x200f], 0xbb);
    assert_int_equal(to[0x2010], 0);
    assert_int_equal(to[0x3fff], 0);
}

static void test_kernel_cut_anywhere_is_refused(void **state)
{
    static uint8_t file[SAMPLE_KERNEL_BYTES];
    struct kernel_image image;
    sample_kernel(file);
    assert_string_equal(check_exactly(file, 0, &image), "is empty");
    for (size_t bytes = 1; bytes < sizeof(file); bytes++) {
        const char *wrong = check_exactly(file, bytes, &image);
        assert_non_null(wrong);
        assert_non_null(strstr(wrong, "cut short"));
    }
}

static void test_each_damage_of_a_kernel_has_its_words(void **state)
{
    static const struct {
        size_t at;
        uint8_t byte;
        const char *words;
    } cases[] = {
        {0, 0, "not an ELF file"},
        {4, 1, "not for x86-64"},
        {18, 3, "not for x86-64"},
        {16, 2, "not position independent"},
        {54, 57, "no program headers"},
        {56, 0, "no program headers"},
        {24 + 2, 0x20, "entry"},
        {64 + 17, 8, "not at pages"},
        {64 + 16 + 2, 0x11, "overlap"},
        {64 + 40 + 7, 1, "impossible size"},
        {64 + 32 + 1, 0xff, "cut short"},
        {64 + 56 + 8 + 7, 0xff, "cut short"},
        {64, 2, "entry"},
        {64 + 56 + 40 + 3, 0x7f, "impossible size"},
    };
    struct kernel_image image;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        static uint8_t file[SAMPLE_KERNEL_BYTES];
        sample_kernel(file);
        file[cases[i].at] = cases[i].byte;
        const char *wrong = check_exactly(file, sizeof(file), &image);
        if (!wrong || !strstr(wrong, cases[i].words))
            fail_msg("case %zu: '%s', not '%s'", i, wrong ? wrong : "(fine)", cases[i].words);
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static void test_random_damage_of_a_kernel_is_safe(void **state)
{
    static uint8_t file[SAMPLE_KERNEL_BYTES];
    struct kernel_image image;
    uint32_t seed = 1;
    unsigned refused = 0;
    for (unsigned i = 0; i < ROUNDS / 10; i++) {
        sample_kernel(file);
        for (unsigned k = next_random(&seed) % 4 + 1; k; k--)
            file[next_random(&seed) % 176] = (uint8_t)next_random(&seed);
        refused += check_exactly(file, sizeof(file), &image) != NULL;
    }
    assert_true(refused > ROUNDS / 40);
}

/* ---- archives ---- */

static const char *check_archive(const char *file, size_t bytes)
{
    char *copy = malloc(bytes ? bytes : 1);
    assert_non_null(copy);
    memcpy(copy, file, bytes);
    const char *wrong = archive_check(copy, bytes);
    free(copy);
    return wrong;
}

static void test_whole_archives_are_accepted(void **state)
{
    static char file[4096];
    size_t one = sample_archive(file);
    assert_null(check_archive(file, one));
    assert_null(check_archive(file, one + 512)); /* zeros behind it */
    size_t two = one + 100 + sample_archive(file + one + 100);
    assert_null(check_archive(file, two));
    assert_string_equal(check_archive(file, 0), "is empty");
}

static void test_archive_cut_anywhere_is_refused(void **state)
{
    static char file[4096];
    size_t one = sample_archive(file), two = one + 100 + sample_archive(file + one + 100);
    for (size_t bytes = 1; bytes < one; bytes++)
        assert_non_null(strstr(check_archive(file, bytes), "cut short"));
    for (size_t bytes = one + 101; bytes < two; bytes++)
        assert_non_null(strstr(check_archive(file, bytes), "cut short"));
}

static void test_each_damage_of_an_archive_has_its_words(void **state)
{
    static const struct {
        size_t at;
        char byte;
        const char *words;
    } cases[] = {{0, '1', "no cpio archive"},  {5, '2', "no cpio archive"},
                 {60, 'g', "no cpio archive"}, {54, 'F', "ends behind it"},
                 {94, 'F', "ends behind it"},  {116, 'x', "no proper name"},
                 {109, 'x', "no cpio archive"}};
    static char file[4096];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t bytes = sample_archive(file);
        file[cases[i].at] = cases[i].byte;
        const char *wrong = check_archive(file, bytes);
        if (!wrong || !strstr(wrong, cases[i].words))
            fail_msg("case %zu: '%s', not '%s'", i, wrong ? wrong : "(fine)", cases[i].words);
    }
}

static void test_random_damage_of_an_archive_is_safe(void **state)
{
    static char file[4096];
    uint32_t seed = 7;
    unsigned refused = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        size_t bytes = sample_archive(file);
        for (unsigned k = next_random(&seed) % 4 + 1; k; k--)
            file[next_random(&seed) % bytes] = (char)next_random(&seed);
        refused += check_archive(file, bytes) != NULL;
    }
    assert_true(refused > ROUNDS / 2);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_kernel_is_placed),
        cmocka_unit_test(test_kernel_cut_anywhere_is_refused),
        cmocka_unit_test(test_each_damage_of_a_kernel_has_its_words),
        cmocka_unit_test(test_random_damage_of_a_kernel_is_safe),
        cmocka_unit_test(test_whole_archives_are_accepted),
        cmocka_unit_test(test_archive_cut_anywhere_is_refused),
        cmocka_unit_test(test_each_damage_of_an_archive_has_its_words),
        cmocka_unit_test(test_random_damage_of_an_archive_is_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
