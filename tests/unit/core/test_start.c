/* How does the machine start: with too little memory, with a damaged initfs? And what does the kernel's small printf make of its formats? */
#include <elf.h>

#include <stdlib.h>

#include "core/cpu.h"
#include "core/heap.h"
#include "core/init.h"
#include "core/log.h"
#include "core/reclaim.h"
#include "core/syscall.h"
#include "ipc_test.h"

#define STEP (8 * DYAD_PAGE_SIZE)

static char said[4096];

static void keep_what_is_said(const char *text, size_t bytes)
{
    size_t used = strlen(said);
    assert_true(bytes < sizeof said - used);
    memcpy(said + used, text, bytes);
    said[used + bytes] = '\0';
}

static struct boot_info boot_with(void *ram, size_t bytes)
{
    return (struct boot_info){
        .ram = {{(uintptr_t)ram, bytes}},
        .ram_count = 1,
        .cpu_count = FAKE_CORES,
        .args = "",
        .xsave_bytes = 512,
        .gate = DYAD_HOLE_BASE,
        .body = "fake",
    };
}

/* Whatever the amount: there is a machine, which gives everything back, or none. */
static void test_little_memory_makes_no_machine_or_a_whole_one(void **state)
{
    size_t most = 4UL << 20, made = 0, refused = 0;
    void *ram = aligned_alloc(DYAD_PAGE_SIZE, most);
    assert_non_null(ram);
    for (size_t bytes = 0; bytes <= most; bytes += bytes < (1UL << 20) ? DYAD_PAGE_SIZE : STEP) {
        memset(ram, 0x5a, bytes);
        struct boot_info info = boot_with(ram, bytes);
        struct machine *machine = machine_create(&info);
        if (machine == NULL) {
            refused++;
            assert_int_equal(made, 0); /* more memory is never worse */
            continue;
        }
        made++;
        machine_destroy(machine);
        while (reclaim_step(machine))
            continue;
        assert_int_equal(heap_bytes_used(machine), 0);
        heap_trim(machine);
        assert_int_equal(page_count_free(machine), page_count_total(machine));
    }
    assert_true(made > 10 && refused > 10);
    free(ram);
}

/* The second range of RAM is used when the first is too small for the machine itself. */
static void test_small_ranges_are_passed_over(void **state)
{
    size_t bytes = 4UL << 20;
    char *ram = aligned_alloc(DYAD_PAGE_SIZE, bytes);
    assert_non_null(ram);
    struct boot_info info = boot_with(ram, DYAD_PAGE_SIZE);
    info.ram[1] =
        (struct boot_range){(uintptr_t)ram + 2 * DYAD_PAGE_SIZE, bytes - 2 * DYAD_PAGE_SIZE};
    info.ram_count = 2;
    struct machine *machine = machine_create(&info);
    assert_non_null(machine);
    assert_true((char *)machine >= ram + 2 * DYAD_PAGE_SIZE);
    machine_destroy(machine);
    free(ram);
}

static void test_a_machine_that_cannot_start_says_why(void **state)
{
    size_t bytes = 4UL << 20;
    void *ram = aligned_alloc(DYAD_PAGE_SIZE, bytes);
    assert_non_null(ram);
    fake_arch = (struct fake_arch){.log_write = keep_what_is_said};
    struct boot_info info = boot_with(ram, DYAD_PAGE_SIZE);
    assert_null(machine_boot(&info));
    assert_non_null(strstr(said, "too little memory"));
    said[0] = '\0';
    info = boot_with(ram, bytes);
    assert_null(machine_boot(&info));
    assert_non_null(strstr(said, "cannot start /sbin/init from the initfs"));
    fake_arch = (struct fake_arch){0};
    free(ram);
}

/* An initfs that is none: there is an error, and what was made for init can be taken down. */
static void test_an_initfs_without_init_is_an_error(void **state)
{
    static const char archive[100] = "no archive";
    struct machine *machine = fake_machine_initfs(4 * MIB, archive, sizeof archive);
    assert_int_equal(init_start(machine), -ERR_NOENT);
    struct process *init = machine->init;
    machine->init = NULL; /* its end would be the machine's */
    process_kill(init, 0);
    kobject_put(&init->object);
    fake_machine_destroy(machine);
}

/* init is there and no program, or one that has no place: the error, and no thread that would run it. */
static void test_an_init_that_cannot_be_loaded_is_an_error(void **state)
{
    static char archive[8192];
    static const size_t sizes[] = {0, 10, 64, 4000};
    for (unsigned i = 0; i < ARRAY_COUNT(sizes); i++) {
        memset(archive, 0, sizeof archive);
        snprintf(archive, 111, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", 1,
                 0100755, 0, 0, 1, 0, (unsigned)sizes[i], 0, 0, 0, 0, 4096 - 110, 0);
        memcpy(archive + 110, "sbin/init", 10);
        memset(archive + 4096, 0x7f, 4000);
        struct machine *machine = fake_machine_initfs(4 * MIB, archive, sizeof archive);
        status_t status = init_start(machine);
        assert_true(status < 0 && status != -ERR_NOENT);
        struct process *init = machine->init;
        assert_null(process_thread_after(init, 0));
        machine->init = NULL;
        process_kill(init, 0);
        kobject_put(&init->object);
        fake_machine_destroy(machine);
    }
}

static void add_segment(Elf64_Ehdr *header, uint32_t flags, uint64_t address, uint64_t bytes)
{
    Elf64_Phdr *segment = (Elf64_Phdr *)(header + 1) + header->e_phnum++;
    *segment = (Elf64_Phdr){.p_type = PT_LOAD,
                            .p_flags = flags,
                            .p_vaddr = address,
                            .p_filesz = 200,
                            .p_memsz = bytes,
                            .p_align = 4096};
}

/* An initfs with a program of code and data that can be loaded. */
static void make_archive(char *archive)
{
    const unsigned bytes = 4000;
    snprintf(archive, 111, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", 1, 0100755,
             0, 0, 1, 0, bytes, 0, 0, 0, 0, 4096 - 110, 0);
    memcpy(archive + 110, "sbin/init", 10);
    Elf64_Ehdr *header = (Elf64_Ehdr *)(archive + 4096);
    *header = (Elf64_Ehdr){.e_type = ET_EXEC,
                           .e_machine = EM_X86_64,
                           .e_version = EV_CURRENT,
                           .e_entry = 0x400080,
                           .e_phoff = sizeof *header,
                           .e_ehsize = sizeof *header,
                           .e_phentsize = sizeof(Elf64_Phdr)};
    memcpy(header->e_ident, ELFMAG "\2\1\1", 7);
    add_segment(header, PF_R | PF_X, 0x400000, 200);
    add_segment(header, PF_R | PF_W, 0x600000, 10000);
}

/* Whatever allocation of its start fails: an error, and all can be taken down. The last step, its thread, always fails here. */
static void test_an_init_without_memory_is_an_error(void **state)
{
    static char archive[8192];
    make_archive(archive);
    unsigned failed = 0;
    for (uint64_t site = 1, left = 0; left == 0; site++) {
        struct machine *machine = fake_machine_initfs(8 * MIB, archive, sizeof archive);
        fake_arch.user_init_fail_at = 1;
        atomic_store(&machine->heap.fault.fail_at, site);
        status_t status = init_start(machine);
        left = atomic_load(&machine->heap.fault.fail_at);
        atomic_store(&machine->heap.fault.fail_at, 0);
        fake_arch.user_init_fail_at = 0;
        assert_int_equal(status, left == 0 ? -ERR_NOMEM : -ERR_AGAIN);
        failed++;
        struct process *init = machine->init;
        machine->init = NULL;
        if (init != NULL) {
            assert_null(process_thread_after(init, 0));
            process_kill(init, 0);
            kobject_put(&init->object);
        }
        fake_machine_destroy(machine);
    }
    assert_true(failed > 5);
}

/* ---- calls that a body may ask for before it leaves the user context ---- */

static void test_quick_calls_are_those_that_only_read(void **state)
{
    struct rig rig;
    struct actor a;
    rig_start(&rig);
    actor_start(&a, &rig);
    actor_enter(&a);
    uint64_t traps = rig.cpu->traps;
    for (uint64_t number = 0; number < SYS_COUNT + 30; number++) {
        bool quick = number == SYS_null || number == SYS_clock_get || number == SYS_cred_get;
        struct syscall_quick got = syscall_quick(number, number == SYS_cred_get ? CRED_KID : 0);
        assert_int_equal(got.done, quick);
        if (number == SYS_cred_get)
            assert_int_equal(got.result, a.process->kid);
    }
    assert_int_equal(rig.cpu->traps, traps + 3);
    assert_int_equal(actor_leave(&a, 0), 0);
    actor_end(&a);
    rig_end(&rig);
}

/* ---- format ---- */

static void check_text(const char *expected, const char *format, ...)
{
    char text[64];
    va_list args;
    va_start(args, format);
    size_t length = format_text_va(text, sizeof text, format, &args);
    va_end(args);
    assert_string_equal(text, expected);
    assert_int_equal(length, strlen(expected));
}

static void test_conversions(void **state)
{
    check_text("plain", "plain");
    check_text("0 7 -7 42", "%d %d %d %u", 0, 7, -7, 42u);
    check_text("-9223372036854775808", "%ld", INT64_MIN);
    check_text("18446744073709551615", "%lu", UINT64_MAX);
    check_text("18446744073709551615", "%llu", (unsigned long long)UINT64_MAX);
    check_text("12", "%zu", (size_t)12);
    check_text("-2147483648", "%d", INT32_MIN);
    check_text("[   -5] [-0005]", "[%5d] [%05d]", -5, -5);
    check_text("[    5] [00005] [12345678]", "[%5u] [%05u] [%5u]", 5u, 5u, 12345678u);
    check_text("ff 00ff ffffffffffffffff", "%x %04x %lx", 255u, 255u, UINT64_MAX);
    check_text("1000", "%p", (void *)4096);
    check_text("abc|abc   |c%", "%s|%6s|%c%%", "abc", "abc", 'c');
    check_text("end", "end%");
}

static void test_what_does_not_fit_is_cut_and_counted(void **state)
{
    char text[4] = "xyz";
    assert_int_equal(format_text(text, 0, "%d", 12345), 5);
    assert_string_equal(text, "xyz");
    assert_int_equal(format_text(text, 1, "%d", 12345), 5);
    assert_string_equal(text, "");
    assert_int_equal(format_text(text, sizeof text, "%d", 12345), 5);
    assert_string_equal(text, "123");
}

/* ---- the log ---- */

static void test_the_log_keeps_the_newest_bytes(void **state)
{
    struct rig rig;
    rig_start(&rig);
    static char text[1000], back[KLOG_BYTES];
    memset(text, 'x', sizeof text);
    uint64_t offset = 0, lines = 2 * KLOG_BYTES / 300;
    for (uint64_t i = 0; i < lines; i++)
        log_text(rig.machine, LOG_DEBUG, text, sizeof text); /* cut to a line */
    log_guest_text(rig.machine, LOG_ERROR, "a\nb\tc", 5);
    assert_int_equal(log_read(rig.machine, &offset, back, sizeof back), KLOG_BYTES);
    assert_int_equal(offset, log_end(rig.machine) - KLOG_BYTES);
    assert_memory_equal(back + KLOG_BYTES - 13, " error a?b\tc\n", 13);
    offset = log_end(rig.machine);
    assert_int_equal(log_read(rig.machine, &offset, back, sizeof back), 0);
    rig_end(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_little_memory_makes_no_machine_or_a_whole_one),
        cmocka_unit_test(test_small_ranges_are_passed_over),
        cmocka_unit_test(test_a_machine_that_cannot_start_says_why),
        cmocka_unit_test(test_an_initfs_without_init_is_an_error),
        cmocka_unit_test(test_an_init_that_cannot_be_loaded_is_an_error),
        cmocka_unit_test(test_an_init_without_memory_is_an_error),
        cmocka_unit_test(test_quick_calls_are_those_that_only_read),
        cmocka_unit_test(test_conversions),
        cmocka_unit_test(test_what_does_not_fit_is_cut_and_counted),
        cmocka_unit_test(test_the_log_keeps_the_newest_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
