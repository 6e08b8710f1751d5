/* test_system_exec.c: decoding programs and scripts, building stacks, loading into a space. */
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "abi/error.h"
#include "abi/layout.h"
#include "abi/syscall.h"
#include "mock_kernel.h"

/* The declarations of libc/internal with the names that the host sees. */
#define ELF_SEGMENTS_MAX 16
struct elf_segment {
    uint64_t addr, length, file_offset, file_length;
    uint32_t prot, zero_tail;
};
struct elf_image {
    uint64_t entry, headers_addr;
    uint32_t header_count, header_size, segment_count;
    struct elf_segment segments[ELF_SEGMENTS_MAX];
};
int dy___elf_decode(const void *header, size_t length, uint64_t file_size, struct elf_image *out);

struct script_line {
    char interpreter[256], argument[256];
};
int dy___script_decode(const char *head, size_t length, struct script_line *out);

struct dyad_program {
    handle_t memory;
    uint64_t offset, size;
};
struct dyad_image {
    struct dyad_program program;
    const void *head;
    size_t head_bytes;
    const char *path, *name;
    char *const *argv, *const *envp;
    const struct startup_entry *entries;
    uint32_t entry_count, umask;
    const char *cwd_path;
    uint64_t stack_size;
    const struct startup_limits *limits;
};
int dy_dyad_image_load(handle_t space, const struct dyad_image *image, struct exec_args *out);

/* ---- a small program file: headers and text in one segment, data with bss in another ---- */

#define TEXT_ADDR   0x400000UL
#define DATA_ADDR   0x402000UL
#define DATA_OFFSET 0x1100UL
#define DATA_BYTES  0x40UL
#define BSS_BYTES   0x2000UL
#define FILE_BYTES  0x1200UL

struct program_file {
    Elf64_Ehdr header;
    Elf64_Phdr segments[3];
    uint8_t rest[FILE_BYTES - sizeof(Elf64_Ehdr) - 3 * sizeof(Elf64_Phdr)];
};

static struct program_file good_program(void)
{
    struct program_file file;
    memset(&file, 0xaa, sizeof file);
    file.header = (Elf64_Ehdr){
        .e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_EXEC,
        .e_machine = EM_X86_64,
        .e_version = EV_CURRENT,
        .e_entry = TEXT_ADDR + 0x200,
        .e_phoff = offsetof(struct program_file, segments),
        .e_ehsize = sizeof(Elf64_Ehdr),
        .e_phentsize = sizeof(Elf64_Phdr),
        .e_phnum = 3,
    };
    file.segments[0] = (Elf64_Phdr){.p_type = PT_LOAD,
                                    .p_flags = PF_R | PF_X,
                                    .p_offset = 0,
                                    .p_vaddr = TEXT_ADDR,
                                    .p_filesz = 0x800,
                                    .p_memsz = 0x800};
    file.segments[1] = (Elf64_Phdr){.p_type = PT_LOAD,
                                    .p_flags = PF_R | PF_W,
                                    .p_offset = DATA_OFFSET,
                                    .p_vaddr = DATA_ADDR + 0x100,
                                    .p_filesz = DATA_BYTES,
                                    .p_memsz = DATA_BYTES + BSS_BYTES};
    file.segments[2] = (Elf64_Phdr){.p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W};
    return file;
}

static int decode(const struct program_file *file, struct elf_image *out)
{
    return dy___elf_decode(file, sizeof *file, sizeof *file, out);
}

static void test_good_program_gives_its_segments(void **state)
{
    struct program_file file = good_program();
    struct elf_image image;
    assert_int_equal(decode(&file, &image), 0);
    assert_int_equal(image.segment_count, 2);
    assert_int_equal(image.entry, TEXT_ADDR + 0x200);
    assert_int_equal(image.headers_addr, TEXT_ADDR + sizeof(Elf64_Ehdr));
    assert_int_equal(image.header_count, 3);
    assert_int_equal(image.segments[0].prot, MAP_PROT_READ | MAP_PROT_EXEC);
    assert_int_equal(image.segments[1].addr, DATA_ADDR);
    assert_int_equal(image.segments[1].file_offset, 0x1000);
    assert_int_equal(image.segments[1].file_length, 0x100 + DATA_BYTES);
    assert_int_equal(image.segments[1].length, 0x3000);
    assert_int_equal(image.segments[1].zero_tail, 1);
}

#define REFUSED(change)                                       \
    do {                                                      \
        struct program_file file = good_program();            \
        struct elf_image image;                               \
        change;                                               \
        assert_int_equal(decode(&file, &image), -ERR_NOEXEC); \
    } while (0)

static void test_bad_headers_are_refused(void **state)
{
    REFUSED(file.header.e_ident[0] = 0);
    REFUSED(file.header.e_ident[EI_CLASS] = ELFCLASS32);
    REFUSED(file.header.e_ident[EI_DATA] = ELFDATA2MSB);
    REFUSED(file.header.e_ident[EI_VERSION] = 0);
    REFUSED(file.header.e_type = ET_REL);
    REFUSED(file.header.e_type = ET_DYN);
    REFUSED(file.header.e_machine = EM_386);
    REFUSED(file.header.e_version = 2);
    REFUSED(file.header.e_phentsize = 32);
    REFUSED(file.header.e_phnum = 0);
    REFUSED(file.header.e_phnum = 0xffff);
    REFUSED(file.header.e_phoff = UINT64_MAX - 8);
    REFUSED(file.header.e_phoff = sizeof file - 8);
    REFUSED(file.header.e_entry = 0);
    REFUSED(file.header.e_entry = DATA_ADDR);
    REFUSED(file.segments[2].p_type = PT_INTERP);
}

static void test_bad_segments_are_refused(void **state)
{
    REFUSED(file.segments[1].p_flags = PF_R | PF_W | PF_X);
    REFUSED(file.segments[1].p_filesz = file.segments[1].p_memsz + 1);
    REFUSED(file.segments[1].p_offset = UINT64_MAX - 0xeff);
    REFUSED(file.segments[1].p_filesz = FILE_BYTES);
    REFUSED(file.segments[1].p_memsz = UINT64_MAX);
    REFUSED(file.segments[1].p_memsz = DYAD_USER_END);
    REFUSED(file.segments[1].p_vaddr = 0x100);
    REFUSED(file.segments[1].p_vaddr = DYAD_STACK_TOP + 0x100);
    REFUSED(file.segments[1].p_vaddr = DYAD_HOLE_BASE + 0x100);
    REFUSED(file.segments[1].p_vaddr = UINT64_MAX - 0xeff);
    REFUSED(file.segments[1].p_vaddr += 1);
    REFUSED(file.segments[1].p_vaddr = TEXT_ADDR + 0x100);
    REFUSED(file.segments[0].p_vaddr = DATA_ADDR + 0x4000);
    REFUSED(file.segments[0].p_memsz = 0x3000);
}

static void test_truncated_files_are_refused(void **state)
{
    struct program_file file = good_program();
    struct elf_image image;
    size_t needed = DATA_OFFSET + DATA_BYTES;
    for (size_t size = 0; size < needed; size++)
        assert_int_equal(dy___elf_decode(&file, sizeof file, size, &image), -ERR_NOEXEC);
    assert_int_equal(dy___elf_decode(&file, sizeof file, needed, &image), 0);
}

/* Whatever the bytes, what is accepted can be mapped. */
static void test_any_mutation_is_refused_or_sound(void **state)
{
    unsigned seed = 1;
    for (int round = 0; round < 200000; round++) {
        struct program_file file = good_program();
        for (int n = 0; n < 1 + round % 4; n++) {
            size_t at = (size_t)rand_r(&seed) % (sizeof(Elf64_Ehdr) + 3 * sizeof(Elf64_Phdr));
            ((uint8_t *)&file)[at] = (uint8_t)rand_r(&seed);
        }
        struct elf_image image;
        if (decode(&file, &image) < 0)
            continue;
        uint64_t end = 0;
        for (uint32_t i = 0; i < image.segment_count; i++) {
            const struct elf_segment *s = &image.segments[i];
            assert_true(s->addr >= end && s->addr % 4096 == 0 && s->file_offset % 4096 == 0);
            assert_true(s->length > 0 && s->length % 4096 == 0 && s->length < DYAD_USER_END);
            assert_true(s->file_offset <= sizeof file &&
                        s->file_length <= sizeof file - s->file_offset);
            assert_true(s->file_length <= s->length);
            assert_false((s->prot & MAP_PROT_WRITE) && (s->prot & MAP_PROT_EXEC));
            end = s->addr + s->length;
        }
        assert_true(end <= DYAD_STACK_TOP - DYAD_STACK_SIZE);
    }
}

/* ---- scripts ---- */

static int script(const char *text, struct script_line *line)
{
    return dy___script_decode(text, strlen(text), line);
}

static void test_script_lines(void **state)
{
    struct script_line line;
    assert_int_equal(script("", &line), 0);
    assert_int_equal(script("#", &line), 0);
    assert_int_equal(script("echo hi\n", &line), 0);
    assert_int_equal(script("#!/bin/sh\necho\n", &line), 1);
    assert_string_equal(line.interpreter, "/bin/sh");
    assert_string_equal(line.argument, "");
    assert_int_equal(script("#! \t/bin/awk  -f x \t\n", &line), 1);
    assert_string_equal(line.interpreter, "/bin/awk");
    assert_string_equal(line.argument, "-f x");
    assert_int_equal(script("#!/bin/sh -e\r\n", &line), 1);
    assert_string_equal(line.argument, "-e");
}

static void test_bad_script_lines_are_refused(void **state)
{
    struct script_line line;
    char head[600];
    assert_int_equal(script("#!", &line), -ERR_NOEXEC);
    assert_int_equal(script("#!\n", &line), -ERR_NOEXEC);
    assert_int_equal(script("#!  \t \n", &line), -ERR_NOEXEC);
    assert_int_equal(script("#!/bin/sh", &line), -ERR_NOEXEC);
    assert_int_equal(dy___script_decode("#!/bin\0x\n", 9, &line), -ERR_NOEXEC);
    memset(head, 'a', sizeof head);
    memcpy(head, "#!", 2);
    head[2 + 256] = '\n';
    assert_int_equal(dy___script_decode(head, sizeof head, &line), -ERR_NOEXEC);
    head[2 + 255] = '\n';
    assert_int_equal(dy___script_decode(head, sizeof head, &line), 1);
}

/* ---- loading, into a mock space ---- */

#define MEMORY   7
#define SPACE    8
#define MAPPINGS 16

static struct mapping {
    uint64_t addr, length;
    uint32_t prot;
    uint8_t *bytes;
} mappings[MAPPINGS];
static int mapping_count;
static struct program_file memory_file;
static uint64_t memory_offset; /* where the file begins in the memory object */

static struct mapping *find_mapping(uint64_t addr, uint64_t length)
{
    for (int i = 0; i < mapping_count; i++) {
        if (addr >= mappings[i].addr && addr + length <= mappings[i].addr + mappings[i].length)
            return &mappings[i];
    }
    return NULL;
}

/* Bytes of the memory object; zero past its end, as a page is. */
static uint64_t memory_bytes(uint8_t *to, uint64_t n, uint64_t offset)
{
    uint64_t size = memory_offset + sizeof memory_file, done = 0;
    for (; done < n && offset + done < size; done++)
        to[done] = offset + done < memory_offset
                       ? 0
                       : ((uint8_t *)&memory_file)[offset + done - memory_offset];
    return done;
}

static int64_t mock_map(const uint64_t a[6])
{
    if ((int32_t)a[0] == HANDLE_NONE) /* the loader's own buffers */
        return (int64_t)(uintptr_t)calloc(1, a[2]);
    assert_int_equal(a[0], SPACE);
    assert_true(a[3] & MAP_FLAG_NOREPLACE);
    assert_null(find_mapping(a[1], 1));
    assert_true(mapping_count < MAPPINGS);
    struct mapping *m = &mappings[mapping_count++];
    *m = (struct mapping){a[1], a[2], a[3] & 7, calloc(1, a[2])};
    if ((int32_t)a[4] == MEMORY) {
        assert_int_equal(a[5] % 4096, 0);
        memory_bytes(m->bytes, a[2], a[5]);
    }
    return (int64_t)a[1];
}

static int64_t mock_write(const uint64_t a[6])
{
    struct mapping *m = find_mapping(a[3], a[2]);
    assert_int_equal(a[0], SPACE);
    assert_non_null(m);
    assert_true(m->prot & MAP_PROT_WRITE);
    assert_true(a[2] <= DYAD_COPY_MAX);
    memcpy(m->bytes + (a[3] - m->addr), (const void *)(uintptr_t)a[1], a[2]);
    return (int64_t)a[2];
}

static unsigned reads; /* of the program's memory */

static int64_t loader_kernel(uint64_t number, const uint64_t a[6])
{
    switch (number) {
    case SYS_map: return mock_map(a);
    case SYS_unmap: free((void *)(uintptr_t)a[1]); return 0;
    case SYS_write: return mock_write(a);
    case SYS_read:
        assert_int_equal(a[0], MEMORY);
        reads++;
        return (int64_t)memory_bytes((uint8_t *)(uintptr_t)a[1], a[2], a[3]);
    case SYS_protect: {
        struct mapping *m = find_mapping(a[1], a[2]);
        assert_non_null(m);
        assert_int_equal(m->length, a[2]);
        m->prot = (uint32_t)a[3];
        return 0;
    }
    case SYS_entropy: memset((void *)(uintptr_t)a[0], 0x5a, a[1]); return (int64_t)a[1];
    default: fail_msg("unexpected system call %lu", number); return 0;
    }
}

static void space_clear(void)
{
    while (mapping_count)
        free(mappings[--mapping_count].bytes);
}

static char *const some_argv[] = {"/bin/prog", "one", "", NULL};
static char *const some_envp[] = {"A=1", "PATH=/bin", NULL};
static const struct startup_entry some_entries[] = {{STARTUP_FD, 0, 17, 0},
                                                    {STARTUP_ROOT, 0, 18, 0}};

static const struct startup_limits *some_limits; /* of the image; NULL: none */
static size_t known_bytes; /* of the file, by the caller of dyad_image_load; 0: none */

static int load(uint64_t offset, struct exec_args *out)
{
    struct dyad_image image = {.program = {MEMORY, offset, sizeof memory_file},
                               .argv = some_argv,
                               .envp = some_envp,
                               .entries = some_entries,
                               .entry_count = 2,
                               .umask = 022,
                               .limits = some_limits};
    memory_file = good_program();
    memory_offset = offset;
    if (known_bytes) {
        image.head = &memory_file;
        image.head_bytes = known_bytes;
    }
    reads = 0;
    mock_syscall = loader_kernel;
    return dy_dyad_image_load(SPACE, &image, out);
}

static const uint8_t *at(uint64_t addr, uint64_t n)
{
    struct mapping *m = find_mapping(addr, n);
    assert_non_null(m);
    return m->bytes + (addr - m->addr);
}

static void check_segments(void)
{
    assert_memory_equal(at(TEXT_ADDR, 0x800), &memory_file, 0x800);
    assert_int_equal(find_mapping(TEXT_ADDR, 1)->prot, MAP_PROT_READ | MAP_PROT_EXEC);
    assert_memory_equal(at(DATA_ADDR + 0x100, DATA_BYTES), (uint8_t *)&memory_file + DATA_OFFSET,
                        DATA_BYTES);
    assert_int_equal(find_mapping(DATA_ADDR, 1)->prot, MAP_PROT_READ | MAP_PROT_WRITE);
    uint64_t bss = DATA_ADDR + 0x100 + DATA_BYTES;
    for (uint64_t addr = bss; addr < bss + BSS_BYTES; addr++)
        assert_int_equal(*at(addr, 1), 0);
}

static void test_aligned_program_is_mapped(void **state)
{
    struct exec_args start;
    mock_reset();
    assert_int_equal(load(0x3000, &start), 0);
    check_segments();
    assert_int_equal(start.entry, TEXT_ADDR + 0x200);
    assert_string_equal(start.name, "prog");
    space_clear();
}

static void test_headers_are_read_unless_the_caller_has_them(void **state)
{
    struct exec_args start;
    for (known_bytes = 1; known_bytes <= 1024; known_bytes++) {
        mock_reset();
        assert_int_equal(load(0x3000, &start), 0);
        int enough = known_bytes >= sizeof(Elf64_Ehdr) + 3 * sizeof(Elf64_Phdr);
        assert_int_equal(reads, enough ? 0 : 1);
        check_segments();
        space_clear();
    }
    known_bytes = 0;
}

static void test_unaligned_program_is_copied(void **state)
{
    struct exec_args start;
    mock_reset();
    assert_int_equal(load(0x3124, &start), 0);
    check_segments();
    space_clear();
}

static uint64_t word_at(uint64_t addr)
{
    uint64_t word;
    memcpy(&word, at(addr, 8), 8);
    return word;
}

/* The value of an entry of the auxiliary vector; 0: there is none. */
static uint64_t auxv_at(uint64_t sp, uint64_t type)
{
    uint64_t entry = sp + 8 * (1 + 4); /* behind argc and argv */
    while (word_at(entry) != 0)
        entry += 8;
    for (entry += 8; word_at(entry) != AT_NULL; entry += 16) {
        if (word_at(entry) == type)
            return word_at(entry + 8);
    }
    return 0;
}

static void test_limits_go_along(void **state)
{
    static const struct startup_limits limits = {.set = 1 << 7, .values[7] = {20, 30}};
    struct exec_args start;
    mock_reset();
    assert_int_equal(load(0, &start), 0);
    assert_int_equal(auxv_at(start.stack, AT_DYAD_LIMITS), 0);
    space_clear();
    some_limits = &limits;
    mock_reset();
    assert_int_equal(load(0, &start), 0);
    assert_memory_equal(at(auxv_at(start.stack, AT_DYAD_LIMITS), sizeof limits), &limits,
                        sizeof limits);
    assert_string_equal(at(word_at(start.stack + 8), 10), "/bin/prog");
    some_limits = NULL;
    space_clear();
}

static void test_stack_follows_the_system_v_abi(void **state)
{
    struct exec_args start;
    mock_reset();
    assert_int_equal(load(0, &start), 0);
    uint64_t sp = start.stack;
    assert_int_equal(sp % 16, 0);
    assert_int_equal(word_at(sp), 3);
    assert_string_equal(at(word_at(sp + 8), 10), "/bin/prog");
    assert_string_equal(at(word_at(sp + 24), 1), "");
    assert_int_equal(word_at(sp + 32), 0);
    assert_string_equal(at(word_at(sp + 48), 10), "PATH=/bin");
    assert_int_equal(word_at(sp + 56), 0);
    uint64_t startup_at = 0, random_at = 0;
    for (uint64_t entry = sp + 64; word_at(entry) != AT_NULL; entry += 16) {
        if (word_at(entry) == AT_DYAD_STARTUP)
            startup_at = word_at(entry + 8);
        if (word_at(entry) == AT_RANDOM)
            random_at = word_at(entry + 8);
        if (word_at(entry) == AT_DYAD_GATE)
            assert_int_equal(word_at(entry + 8), 0x123);
        if (word_at(entry) == AT_PHDR)
            assert_int_equal(word_at(entry + 8), TEXT_ADDR + sizeof(Elf64_Ehdr));
    }
    struct startup startup;
    memcpy(&startup, at(startup_at, sizeof startup), sizeof startup);
    assert_int_equal(startup.count, 2);
    assert_int_equal(startup.umask, 022);
    assert_memory_equal(at(startup_at + sizeof startup, sizeof some_entries), some_entries,
                        sizeof some_entries);
    assert_int_equal(*at(random_at, 16), 0x5a);
    space_clear();
}

static void test_too_many_arguments_give_2big(void **state)
{
    size_t count = (2UL << 20) / 8;
    char **argv = calloc(count + 1, sizeof *argv);
    for (size_t i = 0; i < count; i++)
        argv[i] = "x";
    struct exec_args start;
    struct dyad_image image = {
        .program = {MEMORY, 0, sizeof memory_file}, .argv = argv, .envp = some_envp};
    mock_reset();
    memory_file = good_program();
    memory_offset = 0;
    mock_syscall = loader_kernel;
    assert_int_equal(dy_dyad_image_load(SPACE, &image, &start), -ERR_2BIG);
    space_clear();
    free(argv);
}

/* Every system call of the loader fails once. Entropy is the only one that may. */
static void test_every_failure_is_reported(void **state)
{
    struct exec_args start;
    int reported = 0, survived = 0;
    for (int site = 0;; site++) {
        mock_reset();
        mock_fail_at = site;
        int result = load(0x3000, &start);
        space_clear();
        if (mock_calls <= site)
            break;
        assert_true(result == 0 || result == -ERR_NOMEM);
        reported += result < 0;
        survived += result == 0;
    }
    assert_true(reported >= 6);
    assert_int_equal(survived, 1); /* entropy */
    mock_reset();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_program_gives_its_segments),
        cmocka_unit_test(test_bad_headers_are_refused),
        cmocka_unit_test(test_bad_segments_are_refused),
        cmocka_unit_test(test_truncated_files_are_refused),
        cmocka_unit_test(test_any_mutation_is_refused_or_sound),
        cmocka_unit_test(test_script_lines),
        cmocka_unit_test(test_bad_script_lines_are_refused),
        cmocka_unit_test(test_aligned_program_is_mapped),
        cmocka_unit_test(test_headers_are_read_unless_the_caller_has_them),
        cmocka_unit_test(test_unaligned_program_is_copied),
        cmocka_unit_test(test_stack_follows_the_system_v_abi),
        cmocka_unit_test(test_limits_go_along),
        cmocka_unit_test(test_too_many_arguments_give_2big),
        cmocka_unit_test(test_every_failure_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
