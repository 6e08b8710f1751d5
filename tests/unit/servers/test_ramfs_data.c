/* Do file contents survive writing, truncating, holes, images, mappings and lack of space? */
#include "ramfs_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "cpio_writer.h"

static void test_write_then_read_at_offsets(void **state)
{
    char buffer[16];
    int64_t file = fs_open("f", FILE_RDWR | FILE_CREATE, 0644);
    assert_int_equal(fs_write(file, "hello", 5, 0), 5);
    assert_int_equal(fs_write(file, "J", 1, 0), 1);
    assert_int_equal(fs_read(file, buffer, sizeof(buffer), 0), 5);
    assert_memory_equal(buffer, "Jello", 5);
    assert_int_equal(fs_read(file, buffer, sizeof(buffer), 4), 1);
    assert_int_equal(fs_read(file, buffer, sizeof(buffer), 5), 0);
    assert_int_equal(fs_read(file, buffer, sizeof(buffer), UINT64_MAX - 1), 0);
}

static void test_append_goes_to_the_end_and_tells_where(void **state)
{
    int64_t file = fs_open("f", FILE_WRITE | FILE_CREATE, 0644);
    assert_int_equal(fs_write(file, "abc", 3, 0), 3);
    struct loopback_call call = new_call(VERB_write, file);
    call.file_flags = FILE_APPEND;
    call.in = "def";
    call.in_len = 3;
    assert_int_equal(loopback_call(&fx.loopback, &call), 3);
    assert_int_equal(call.values[0], 6);
    expect_text("f", "abcdef");
}

static void test_rights_of_the_open_file(void **state)
{
    char buffer[4];
    assert_int_equal(fs_make("f", "x", 0644), 0);
    int64_t reader = fs_open("f", FILE_READ, 0), writer = fs_open("f", FILE_WRITE, 0),
            path = fs_open("f", FILE_PATH, 0);
    assert_int_equal(fs_write(reader, "y", 1, 0), -ERR_BADF);
    assert_int_equal(fs_read(writer, buffer, 1, 0), -ERR_BADF);
    assert_int_equal(fs_read(path, buffer, 1, 0), -ERR_BADF);
    assert_int_equal(fs_truncate(reader, 0), -ERR_INVAL);
    assert_int_equal(fs_read(fs_open("/", FILE_READ, 0), buffer, 1, 0), -ERR_ISDIR);
    assert_int_equal(fs_read(12345, buffer, 1, 0), -ERR_STALE);
}

static void test_holes_cost_nothing_and_read_as_zeros(void **state)
{
    struct dyad_stat st;
    char buffer[8192], zeros[8192] = {0};
    int64_t file = fs_open("f", FILE_RDWR | FILE_CREATE, 0644);
    assert_int_equal(fs_write(file, "end", 3, (1ull << 61)), 3);
    assert_int_equal(fs_fstat(file, &st), 0);
    assert_int_equal(st.size, (1ull << 61) + 3);
    assert_int_equal(st.blocks, 8);
    assert_int_equal(fs_read(file, buffer, sizeof(buffer), 1 << 20), sizeof(buffer));
    assert_memory_equal(buffer, zeros, sizeof(buffer));
    assert_int_equal(fs_read(file, buffer, 8, (1ull << 61) - 5), 8);
    assert_memory_equal(buffer, "\0\0\0\0\0end", 8);
    assert_int_equal(fs_write(file, "x", 1, 1ull << 62), -ERR_FBIG);
    assert_int_equal(fs_write(file, "xy", 2, (1ull << 62) - 1), -ERR_FBIG);
    assert_int_equal(fs_truncate(file, (1ull << 62) + 1), -ERR_FBIG);
    assert_int_equal(fs_truncate(file, 1ull << 62), 0);
    assert_int_equal(fs_truncate(file, 0), 0);
    assert_int_equal(fs_fstat(file, &st), 0);
    assert_int_equal(st.blocks, 0);
}

static void test_truncate_down_and_up_shows_zeros(void **state)
{
    char buffer[5000];
    int64_t file = fs_open("f", FILE_RDWR | FILE_CREATE, 0644);
    memset(buffer, 'x', sizeof(buffer));
    assert_int_equal(fs_write(file, buffer, sizeof(buffer), 0), sizeof(buffer));
    assert_int_equal(fs_truncate(file, 10), 0);
    assert_int_equal(fs_truncate(file, 5000), 0);
    assert_int_equal(fs_read(file, buffer, sizeof(buffer), 0), 5000);
    for (int i = 0; i < 5000; i++)
        assert_int_equal(buffer[i], i < 10 ? 'x' : 0);
}

/* What a file should be, kept as a plain array. */
static void test_random_operations_agree_with_an_array(void **state)
{
    enum { SPAN = 70000, STEPS = 4000 };
    uint8_t *model = calloc(1, SPAN), *buffer = malloc(SPAN);
    uint64_t size = 0;
    int64_t file = fs_open("f", FILE_RDWR | FILE_CREATE, 0644);
    srand(7);
    for (int step = 0; step < STEPS; step++) {
        uint64_t offset = (uint64_t)rand() % SPAN;
        size_t len = (size_t)rand() % 9000;
        if (len > SPAN - offset)
            len = SPAN - offset;
        switch (step == STEPS / 2 ? 4 : rand() % 4) {
        case 0:
        case 1:
            memset(buffer, rand(), len);
            assert_int_equal(fs_write(file, buffer, len, offset), len);
            memcpy(model + offset, buffer, len);
            size = len && offset + len > size ? offset + len : size;
            break;
        case 2: {
            int64_t want = offset < size ? (int64_t)(len < size - offset ? len : size - offset) : 0;
            assert_int_equal(fs_read(file, buffer, len, offset), want);
            assert_memory_equal(buffer, model + offset, want);
            break;
        }
        case 3:
            if (rand() % 4 == 0) {
                assert_int_equal(fs_truncate(file, offset), 0);
                if (offset < size)
                    memset(model + offset, 0, size - offset);
                size = offset;
            }
            break;
        default: /* from here on the contents are a memory object */
            assert_int_equal(fs_verb(VERB_map, file, 0, 4096,
                                     MAP_PROT_READ | MAP_PROT_WRITE | MAP_FLAG_SHARED, 0),
                             0);
            fx.handles--;
            break;
        }
    }
    free(model);
    free(buffer);
}

static int64_t next_extent(int64_t file, uint64_t offset, bool hole)
{
    return fs_verb(VERB_control, file, hole ? FILE_CONTROL_NEXT_HOLE : FILE_CONTROL_NEXT_DATA,
                   offset, 0, 0);
}

/* Pages on both sides of the tables' borders are written or cut off; what is data is kept beside. */
static void test_data_and_holes_are_found(void **state)
{
    static const uint64_t pages[] = {0, 1, 2, 511, 512, 513, 1024, 262143, 262144, 262150};
    enum { COUNT = sizeof(pages) / sizeof(pages[0]) };
    bool data[COUNT] = {false};
    uint64_t size = 0;
    uint32_t seed = 1;
    int64_t file = fs_open("f", FILE_RDWR | FILE_CREATE, 0644);
    assert_int_equal(next_extent(file, 0, false), -ERR_NXIO);
    for (int round = 0; round < 3000; round++) {
        seed = seed * 1664525 + 1013904223;
        unsigned at = (seed >> 16) % COUNT, what = (seed >> 24) % 8;
        uint64_t start = pages[at] * PAGE_SIZE + (seed >> 28);
        if (what < 3) {
            assert_int_equal(fs_write(file, "x", 1, start), 1);
            data[at] = true;
            size = start + 1 > size ? start + 1 : size;
        } else if (what == 3) {
            assert_int_equal(fs_truncate(file, start), 0);
            size = start;
            for (unsigned i = 0; i < COUNT; i++)
                data[i] = data[i] && pages[i] * PAGE_SIZE < size;
        }
        int64_t wanted_data = -ERR_NXIO, wanted_hole = -ERR_NXIO;
        for (unsigned i = COUNT; start < size && i-- > at;) {
            if (data[i])
                wanted_data = (int64_t)(i == at ? start : pages[i] * PAGE_SIZE);
        }
        if (start < size) {
            unsigned end = at;
            uint64_t hole = start;
            for (; end < COUNT && data[end] && pages[end] - pages[at] == end - at; end++)
                hole = (pages[end] + 1) * PAGE_SIZE;
            wanted_hole = (int64_t)(hole < size ? hole : size);
        }
        assert_int_equal(next_extent(file, start, false), wanted_data);
        assert_int_equal(next_extent(file, start, true), wanted_hole);
    }
    assert_int_equal(fs_verb(VERB_control, file, 1, 0, 0, 0), -ERR_NOTTY);
    fs_close(file);
}

static void test_payload_beyond_the_buffer(void **state)
{
    enum { LEN = 200000 };
    char *data = malloc(LEN), *back = malloc(LEN);
    for (int i = 0; i < LEN; i++)
        data[i] = (char)(i * 7);
    int64_t file = fs_open("f", FILE_RDWR | FILE_CREATE, 0644);
    assert_int_equal(fs_write(file, data, LEN, 0), LEN);
    for (int64_t at = 0; at < LEN;) {
        int64_t got = fs_read(file, back + at, (size_t)(LEN - at), (uint64_t)at);
        assert_true(got > 0);
        at += got;
    }
    assert_memory_equal(data, back, LEN);
    free(data);
    free(back);
}

static void test_no_space_loses_nothing(void **state)
{
    struct dyad_stat st;
    static char data[65536];
    memset(data, 'd', sizeof(data));
    fixture_stop();
    fixture_start(64 * 1024);
    int64_t file = fs_open("f", FILE_RDWR | FILE_CREATE, 0644);
    int64_t first = fs_write(file, data, sizeof(data), 0);
    assert_true(first > 0 && first < (int64_t)sizeof(data)); /* a short write */
    assert_int_equal(fs_write(file, data, sizeof(data), (uint64_t)first), -ERR_NOSPC);
    assert_int_equal(fs_fstat(file, &st), 0);
    assert_int_equal(st.size, first);
    /* Until nodes do not fit either. */
    char name[8];
    int64_t result = 0;
    for (int i = 0; i < 200 && result == 0; i++) {
        snprintf(name, sizeof(name), "d%d", i);
        result = fs_mkdir(name, 0755);
    }
    assert_int_equal(result, -ERR_NOSPC);
    assert_int_equal(fs_unlink("f"), 0);
    fs_close(file);
    assert_int_equal(fs_make("g", "room again", 0644), 0);
}

/* ---- Files of the image ---------------------------------------------------------------------- */

static _Alignas(4096) char image[256 * 1024];

static void load_image(const char *content, size_t len)
{
    struct cpio_writer writer = {.bytes = image, .room = sizeof(image)};
    memset(image, 0, sizeof(image));
    cpio_add(&writer, "bin/prog", MODE_FILE | 0755, content, len);
    cpio_end(&writer);
    assert_int_equal(ramfs_load(&fx.fs, image, writer.used, 500), 0);
}

static void test_image_pages_are_copied_on_write(void **state)
{
    char content[10000], before[sizeof(image)], buffer[10000];
    struct dyad_stat st;
    for (size_t i = 0; i < sizeof(content); i++)
        content[i] = (char)('a' + i % 26);
    load_image(content, sizeof(content));
    memcpy(before, image, sizeof(image));
    uint64_t used = fx.fs.used;
    int64_t file = fs_open("bin/prog", FILE_RDWR, 0);
    assert_int_equal(fs_fstat(file, &st), 0);
    assert_int_equal(st.blocks, 24);
    assert_int_equal(fs_write(file, "XYZ", 3, 5000), 3);
    assert_true(fx.fs.used > used &&
                fx.fs.used <= used + 3 * 4096); /* a page and its table, not the file */
    memcpy(content + 5000, "XYZ", 3);
    assert_int_equal(fs_read(file, buffer, sizeof(buffer), 0), sizeof(buffer));
    assert_memory_equal(buffer, content, sizeof(content));
    assert_memory_equal(image, before, sizeof(image));
    assert_int_equal(fs_fstat(file, &st), 0);
    assert_int_equal(st.blocks, 24);
    assert_int_equal(fs_truncate(file, 100), 0);
    assert_int_equal(fs_truncate(file, 6000), 0);
    assert_int_equal(fs_read(file, buffer, sizeof(buffer), 0), 6000);
    assert_memory_equal(buffer, content, 100);
    for (int i = 100; i < 6000; i++)
        assert_int_equal(buffer[i], 0);
    assert_int_equal(fs_fstat(file, &st), 0);
    assert_int_equal(st.blocks, 8);
}

static struct loopback_call map(int64_t file, uint64_t offset, uint64_t len, uint64_t prot)
{
    struct loopback_call call = new_call(VERB_map, file);
    call.args[0] = offset;
    call.args[1] = len;
    call.args[2] = prot;
    loopback_call(&fx.loopback, &call);
    return call;
}

static void test_programs_of_the_image_are_mapped_without_a_copy(void **state)
{
    char content[10000] = "program";
    load_image(content, sizeof(content));
    int64_t file = fs_open("bin/prog", FILE_READ | FILE_EXEC, 0);
    struct loopback_call call = map(file, 4096, 4096, MAP_PROT_READ | MAP_PROT_EXEC);
    assert_int_equal(call.result, 0);
    assert_true(call.has_received);
    assert_int_equal(call.received, 10500);
    assert_int_equal(fx.last_dup_rights, RIGHT_READ | RIGHT_EXEC | RIGHT_PASS);
    assert_int_equal(call.values[0] % 4096, 0);
    assert_memory_equal(image + call.values[0] - 4096, content, sizeof(content));
    assert_int_equal(call.values[1], sizeof(content) - 4096);
    fx.handles--;
}

static void test_a_written_file_is_mapped_from_an_object_that_reads_see(void **state)
{
    char content[10000] = "program", buffer[16];
    load_image(content, sizeof(content));
    int64_t file = fs_open("bin/prog", FILE_RDWR, 0);
    assert_int_equal(fs_write(file, "P", 1, 0), 1);
    struct loopback_call call =
        map(file, 0, 10000, MAP_PROT_READ | MAP_PROT_WRITE | MAP_FLAG_SHARED);
    assert_int_equal(call.result, 0);
    assert_int_equal(call.received, 11000);
    assert_true(fx.last_dup_rights & RIGHT_WRITE);
    assert_memory_equal(fx.objects[0].bytes, "Program", 7);
    fx.objects[0].bytes[3] = 'G'; /* the client writes through its mapping */
    assert_int_equal(fs_read(file, buffer, 7, 0), 7);
    assert_memory_equal(buffer, "ProGram", 7);
    assert_int_equal(fs_write(file, "!", 1, 7), 1);
    assert_int_equal(fx.objects[0].bytes[7], '!');
    fx.objects[0].bytes[10001] = 'Z'; /* beyond the end: not part of the file, even when it grows */
    assert_int_equal(fs_truncate(file, 20000), 0);
    assert_int_equal(fs_read(file, buffer, 4, 10000), 4);
    assert_memory_equal(buffer, "\0\0\0\0", 4);
    fx.handles--;
}

static void test_map_rights_and_errors(void **state)
{
    assert_int_equal(fs_make("f", "x", 0755), 0);
    int64_t reader = fs_open("f", FILE_READ, 0), writer = fs_open("f", FILE_WRITE, 0),
            exec = fs_open("f", FILE_EXEC, 0);
    assert_int_equal(map(reader, 0, 1, MAP_PROT_READ | MAP_PROT_WRITE | MAP_FLAG_SHARED).result,
                     -ERR_ACCES);
    assert_int_equal(map(writer, 0, 1, MAP_PROT_READ).result, -ERR_ACCES);
    assert_int_equal(map(reader, 1, 1, MAP_PROT_READ).result, -ERR_INVAL);
    assert_int_equal(map(fs_open("/", FILE_READ, 0), 0, 1, MAP_PROT_READ).result, -ERR_NODEV);
    assert_int_equal(map(exec, 0, 1, MAP_PROT_EXEC).result, 0);
    assert_int_equal(fx.last_dup_rights, RIGHT_EXEC | RIGHT_PASS);
    assert_int_equal(map(reader, 0, 1, MAP_PROT_READ | MAP_PROT_WRITE).result, 0); /* private */
    assert_false(fx.last_dup_rights & RIGHT_WRITE);
    fx.handles -= 2;
}

static void test_failing_map_leaves_the_file_alone(void **state)
{
    for (unsigned n = 1; n <= 3; n++) {
        assert_int_equal(fs_make("f", "kept", 0644), 0);
        int64_t file = fs_open("f", FILE_RDWR, 0);
        fx.object_fault = n;
        assert_true(map(file, 0, 4, MAP_PROT_READ).result < 0);
        fx.object_fault = 0;
        expect_text("f", "kept");
        fs_close(file);
        assert_int_equal(fs_unlink("f"), 0);
        assert_int_equal(fx.handles, 0);
    }
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(test_write_then_read_at_offsets),
        T(test_append_goes_to_the_end_and_tells_where),
        T(test_rights_of_the_open_file),
        T(test_holes_cost_nothing_and_read_as_zeros),
        T(test_truncate_down_and_up_shows_zeros),
        T(test_random_operations_agree_with_an_array),
        T(test_data_and_holes_are_found),
        T(test_payload_beyond_the_buffer),
        T(test_no_space_loses_nothing),
        T(test_image_pages_are_copied_on_write),
        T(test_programs_of_the_image_are_mapped_without_a_copy),
        T(test_a_written_file_is_mapped_from_an_object_that_reads_see),
        T(test_map_rights_and_errors),
        T(test_failing_map_leaves_the_file_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
