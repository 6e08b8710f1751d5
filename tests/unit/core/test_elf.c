/* Are archives and programs found and mapped exactly, and damaged ones refused whatever is wrong with them? */
#include "core/cpio.h"
#include "core/elf.h"
#include "memory_test.h"

#define ARCHIVE_MAX (64 * 4096)

static uint8_t archive[ARCHIVE_MAX];
static size_t archive_bytes;

static void append(const void *data, size_t bytes)
{
    assert_true(archive_bytes + bytes <= sizeof archive);
    memcpy(archive + archive_bytes, data, bytes);
    archive_bytes += bytes;
}

/* An entry as mkinitfs writes it: `align` pads the name with NULs until the data starts on such a boundary. */
static void append_file(const char *name, uint32_t mode, const void *data, size_t bytes,
                        size_t align)
{
    static const char zeros[4096];
    char header[128];
    size_t start = ROUND_UP(archive_bytes, 4), name_bytes = strlen(name) + 1;
    name_bytes += ROUND_UP(start + 110 + name_bytes, align) - (start + 110 + name_bytes);
    append(zeros, start - archive_bytes);
    snprintf(header, sizeof header, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", 1,
             mode, 0, 0, 1, 0, (unsigned)bytes, 0, 0, 0, 0, (unsigned)name_bytes, 0);
    append(header, 110);
    append(name, strlen(name) + 1);
    append(zeros, name_bytes - strlen(name) - 1);
    append(zeros, ROUND_UP(archive_bytes, 4) - archive_bytes);
    append(data, bytes);
}

static void archive_start(void)
{
    memset(archive, 0, sizeof archive);
    archive_bytes = 0;
}

static void archive_end(void)
{
    append_file("TRAILER!!!", 0, "", 0, 4);
    archive_bytes = ROUND_UP(archive_bytes, 512);
}

static void test_file_is_found_and_later_archives_win(void **state)
{
    struct cpio_file file;
    archive_start();
    append_file("sbin", 040755, "", 0, 4);
    append_file("sbin/init", 0100755, "one", 3, 4096);
    append_file("./etc/motd", 0100644, "hello", 5, 4);
    archive_end();
    assert_true(cpio_find(archive, archive_bytes, "sbin/init", &file));
    assert_int_equal(file.offset % 4096, 0);
    assert_memory_equal(archive + file.offset, "one", 3);
    append_file("/sbin/init", 0100755, "other", 5, 4096);
    append_file("sbin", 0120777, "x", 1, 4);
    archive_end();
    assert_true(cpio_find(archive, archive_bytes, "sbin/init", &file));
    assert_int_equal(file.bytes, 5);
    assert_memory_equal(archive + file.offset, "other", 5);
    assert_true(cpio_find(archive, archive_bytes, "etc/motd", &file));
    assert_int_equal(file.mode, 0100644);
    assert_false(cpio_find(archive, archive_bytes, "sbin", &file)); /* not a file */
    assert_false(cpio_find(archive, archive_bytes, "sbin/ini", &file));
    assert_false(cpio_find(archive, archive_bytes, "sbin/init2", &file));
    assert_false(cpio_find(archive, 0, "sbin/init", &file));
}

static void test_damaged_archives_never_lead_outside(void **state)
{
    struct cpio_file file;
    struct fake_random random = {fake_seed()};
    static uint8_t copy[ARCHIVE_MAX];
    archive_start();
    append_file("a", 0100644, "aaaa", 4, 4);
    append_file("b", 0100644, "bbbbbbbb", 8, 4);
    archive_end();
    for (unsigned round = 0; round < 20000; round++) {
        size_t bytes = 1 + fake_below(&random, archive_bytes), at = 0;
        uint8_t *exact = test_malloc(bytes); /* the sanitizer sees a read beyond it */
        memcpy(copy, archive, archive_bytes);
        for (unsigned i = 0; i < round % 4; i++)
            copy[fake_below(&random, archive_bytes)] = (uint8_t)"0f8F\0x"[fake_below(&random, 6)];
        memcpy(exact, copy, bytes);
        for (unsigned entries = 0; cpio_next(exact, bytes, &at, &file); entries++) {
            assert_true(entries < 100 && at <= bytes + 4);
            assert_true(file.offset <= bytes && file.bytes <= bytes - file.offset);
            size_t name = (size_t)((const uint8_t *)file.name - exact);
            assert_true(name <= bytes && file.name_bytes <= bytes - name);
        }
        test_free(exact);
    }
}

/* What follows a name without a NUL is no part of it. */
static void test_a_name_ends_with_its_field(void **state)
{
    static const struct {
        unsigned bytes, found;
    } cases[] = {{0, 0}, {1, 1}, {2, 0}, {3, 1}};
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        struct cpio_file file;
        size_t at = 0;
        archive_start();
        append_file("./ab", 0100644, "", 0, 4);
        char digits[9];
        snprintf(digits, sizeof digits, "%08x", cases[i].bytes);
        memcpy(archive + 94, digits, 8); /* the size of the name */
        assert_true(cpio_next(archive, archive_bytes, &at, &file));
        assert_int_equal(file.name_bytes, cases[i].found);
    }
}

/* ---- ELF ---- */

struct program {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, phoff, shoff;
    uint32_t flags;
    uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
    struct {
        uint32_t type, flags;
        uint64_t offset, vaddr, paddr, filesz, memsz, align;
    } headers[3];
    uint8_t pad[4096 * 3 - 64 - 3 * 56];
};

/* Text at 0x400000 (with the headers), data and bss at 0x402100. */
static struct program make_program(void)
{
    struct program p = {
        .ident = {0x7f, 'E', 'L', 'F', 2, 1, 1},
        .type = 2,
        .machine = 62,
        .entry = 0x400200,
        .phoff = 64,
        .phentsize = 56,
        .phnum = 3,
        .headers = {{1, 5, 0, 0x400000, 0, 4096, 4096, 4096},
                    {1, 6, 0x1100, 0x402100, 0, 0x300, 0x3000, 4096},
                    {0x6474e551, 6, 0, 0, 0, 0, 0, 16}},
    };
    memset(p.pad, 0xee, sizeof p.pad);
    return p;
}

static void test_program_is_mapped_with_zeroed_bss(void **state)
{
    struct program p = make_program();
    struct fixture f = {0};
    struct cpio_file file;
    struct elf_image image;
    archive_start();
    append_file("init", 0100755, &p, sizeof p, 4096);
    archive_end();
    f.machine = fake_machine_initfs(8 * MIB, archive, archive_bytes);
    const void *place = arch_phys_ptr(f.machine->initfs->fixed_base);
    assert_true(cpio_find(place, archive_bytes, "init", &file));
    for (unsigned round = 0; round < 2;
         round++) { /* twice: the first must not have changed the initfs */
        assert_int_equal(space_create(f.machine, &f.machine->quota, &f.space), 0);
        assert_int_equal(
            elf_load(f.space, f.machine->initfs, place, file.offset, file.bytes, &image), 0);
        assert_int_equal(image.entry, 0x400200);
        assert_int_equal(image.phdr, 0x400040);
        assert_int_equal(image.phnum, 3);
        assert_int_equal(image.phent, 56);
        assert_int_equal(peek(f.space, 0x400000), 0x7f);
        assert_int_equal(peek(f.space, 0x400200), 0xee);
        assert_int_equal(peek(f.space, 0x402100), 0xee);
        assert_int_equal(peek(f.space, 0x4023ff), 0xee);
        for (uint64_t at = 0x402400; at < 0x405100; at += 0x80)
            assert_int_equal(peek(f.space, at), 0);
        uint8_t value;
        assert_int_equal(fake_store(f.space, 0, 0x400200, 1), -ERR_ACCES);
        assert_int_equal(fake_store(f.space, 0, 0x402100, 1), 0);
        assert_int_equal(fake_load(f.space, 0, 0x406000, &value), -ERR_FAULT);
        fake_space_check(f.space);
        kobject_put(&f.space->object);
    }
    fake_machine_destroy(f.machine);
}

static void test_bad_programs_are_refused(void **state)
{
    struct elf_image image;
    struct program p = make_program();
    assert_int_equal(elf_parse(&p, sizeof p, &image), 0);
    assert_int_equal(image.segment_count, 2);
#define REFUSED(change)                                                 \
    do {                                                                \
        p = make_program();                                             \
        change;                                                         \
        assert_int_equal(elf_parse(&p, sizeof p, &image), -ERR_NOEXEC); \
    } while (0)
    REFUSED(p.ident[0] = 0);
    REFUSED(p.ident[4] = 1);
    REFUSED(p.type = 3);
    REFUSED(p.machine = 3);
    REFUSED(p.phentsize = 32);
    REFUSED(p.phoff = UINT64_MAX - 3);
    REFUSED(p.phnum = UINT16_MAX);
    REFUSED(p.phnum = 0);
    REFUSED(p.entry = 0x402200);
    REFUSED(p.entry = 0);
    REFUSED(p.headers[0].vaddr = 0x400001);
    REFUSED(p.headers[0].vaddr = 0);
    REFUSED(p.headers[0].vaddr = DYAD_USER_END);
    REFUSED(p.headers[0].vaddr = UINT64_MAX & ~4095UL);
    REFUSED(p.headers[0].memsz = UINT64_MAX);
    REFUSED(p.headers[0].filesz = 4097);
    REFUSED(p.headers[0].flags = 7);
    REFUSED(p.headers[1].offset = UINT64_MAX - 0xeff);
    REFUSED(p.headers[1].filesz = p.headers[1].memsz = sizeof p);
    REFUSED(p.headers[1].vaddr = 0x400100);
    REFUSED(p.headers[2].type = 3);
    p = make_program();
    assert_int_equal(elf_parse(&p, 63, &image), -ERR_NOEXEC);
    assert_int_equal(elf_parse(&p, 100, &image), -ERR_NOEXEC);
}

static void test_random_programs_are_refused_or_can_be_mapped(void **state)
{
    struct fake_random random = {fake_seed()};
    struct fixture f = {0};
    unsigned loaded = 0;
    for (unsigned round = 0; round < 3000; round++) {
        struct program p = make_program();
        struct elf_image image;
        for (unsigned i = 0; i < 2; i++)
            ((uint8_t *)&p)[fake_below(&random, 64 + 3 * 56)] ^=
                (uint8_t)(1 << fake_below(&random, 8));
        if (elf_parse(&p, sizeof p, &image) < 0)
            continue;
        f.machine = fake_machine_initfs(4 * MIB, &p, sizeof p);
        assert_int_equal(space_create(f.machine, &f.machine->quota, &f.space), 0);
        status_t status =
            elf_load(f.space, f.machine->initfs, arch_phys_ptr(f.machine->initfs->fixed_base), 0,
                     sizeof p, &image);
        assert_true(status == 0 || status == -ERR_NOMEM);
        fake_space_check(f.space);
        kobject_put(&f.space->object);
        fake_machine_destroy(f.machine);
        loaded++;
    }
    assert_true(loaded > 100);
}

/* As many segments as there is room for, and one more. */
static void test_a_program_has_at_most_so_many_segments(void **state)
{
    static struct {
        uint8_t bytes[64];
        struct {
            uint32_t type, flags;
            uint64_t offset, vaddr, paddr, filesz, memsz, align;
        } headers[ELF_SEGMENTS_MAX + 1];
    } file;
    for (unsigned count = 1; count <= ELF_SEGMENTS_MAX + 1; count++) {
        struct program first = make_program();
        struct elf_image image;
        first.phnum = (uint16_t)count;
        memset(&file, 0, sizeof file);
        memcpy(file.bytes, &first, sizeof file.bytes);
        for (unsigned i = 0; i < count; i++) {
            file.headers[i].type = 1;
            file.headers[i].flags = i == 0 ? 5 : 6;
            file.headers[i].vaddr = 0x400000 + i * 0x1000UL;
            file.headers[i].filesz = i == 0 ? sizeof file : 0;
            file.headers[i].memsz = 0x1000;
            file.headers[i].align = 0x1000;
        }
        status_t status = elf_parse(&file, sizeof file, &image);
        assert_int_equal(status == 0, count <= ELF_SEGMENTS_MAX);
        if (status == 0)
            assert_int_equal(image.segment_count, count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file_is_found_and_later_archives_win),
        cmocka_unit_test(test_damaged_archives_never_lead_outside),
        cmocka_unit_test(test_a_name_ends_with_its_field),
        cmocka_unit_test(test_a_program_has_at_most_so_many_segments),
        cmocka_unit_test(test_program_is_mapped_with_zeroed_bss),
        cmocka_unit_test(test_bad_programs_are_refused),
        cmocka_unit_test(test_random_programs_are_refused_or_can_be_mapped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
