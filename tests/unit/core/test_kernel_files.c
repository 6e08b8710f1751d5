/* test_kernel_files.c: what do the kernel's own files say to bad buffers, odd lengths, offsets and numbers, and to devices that fail? */
#include "ipc_test.h"

#include "abi/file.h"
#include "abi/screen.h"
#include "abi/tty.h"
#include "core/log.h"
#include "core/machine.h"

struct world {
    struct rig rig;
    struct actor a;
};

/* Every device gives as many bytes as are asked for, counting from 'A', or this error. */
static struct {
    int64_t read_error, write_error;
    unsigned reads;
} hardware;

static int64_t fake_read(enum arch_device device, void *buffer, size_t bytes)
{
    (void)device;
    hardware.reads += bytes != 0;
    if (hardware.read_error != 0 && bytes != 0)
        return hardware.read_error;
    for (size_t i = 0; i < bytes; i++)
        ((uint8_t *)buffer)[i] = (uint8_t)('A' + i);
    return (int64_t)bytes;
}

static int64_t fake_write(enum arch_device device, const void *data, size_t bytes)
{
    (void)data;
    return device != ARCH_DEVICE_LOG && hardware.write_error != 0 ? hardware.write_error
                                                                  : (int64_t)bytes;
}

static unsigned fake_poll(enum arch_device device)
{
    (void)device;
    return EVENT_READABLE | EVENT_WRITABLE;
}

static int world_start(void **state)
{
    static struct world world;
    memset(&world, 0, sizeof world);
    memset(&hardware, 0, sizeof hardware);
    rig_start(&world.rig);
    fake_arch.device_read = fake_read;
    fake_arch.device_write = fake_write;
    fake_arch.device_poll = fake_poll;
    actor_start(&world.a, &world.rig);
    *state = &world;
    return 0;
}

static int world_end(void **state)
{
    struct world *w = *state;
    actor_end(&w->a);
    rig_end(&w->rig);
    return 0;
}

static handle_t opened(struct world *w, const char *path, unsigned flags)
{
    status_t h = do_open(&w->a, path, flags);
    assert_true(h >= 0);
    return (handle_t)h;
}

static unsigned levels_of(struct world *w, handle_t h)
{
    struct kobject *object;
    assert_int_equal(handle_lookup(w->a.process, h, 0, 0, &object, NULL), 0);
    unsigned levels = object->ops->poll(object);
    kobject_put(object);
    return levels;
}

static status_t write_text(struct world *w, handle_t h, const char *text)
{
    put_text(&w->a, AT_DATA, text);
    return do_write(&w->a, h, AT_DATA, strlen(text), UINT64_MAX);
}

/* ---- all of them ---- */

static void test_each_file_says_what_it_is(void **state)
{
    static const struct {
        const char *path;
        unsigned flags;
        uint32_t mode;
    } files[] = {
        {"hw:", FILE_READ, MODE_DIR | 0500},
        {"hw:args", FILE_READ, MODE_FILE | 0444},
        {"hw:console/0", FILE_RDWR, MODE_CHAR | 0600},
        {"hw:console/1", FILE_WRITE, MODE_CHAR | 0200},
        {"hw:console/2", FILE_WRITE, MODE_CHAR | 0200},
        {"hw:console/size", FILE_READ, MODE_FILE | 0400},
        {"hw:power", FILE_WRITE, MODE_FILE | 0200},
        {"hw:crash", FILE_WRITE, MODE_FILE | 0200},
        {"hw:screen", FILE_READ, MODE_FILE | 0600},
        {"irq:1", FILE_READ, MODE_CHAR | 0600},
        {"port:60-4", FILE_READ, MODE_CHAR | 0600},
        {"log:", FILE_READ, MODE_FILE | 0444},
        {"sys:uptime", FILE_READ, MODE_FILE | 0444},
        {"sys:processes", FILE_READ, MODE_FILE | 0444},
        {"time:monotonic", FILE_RDWR, MODE_CHAR | 0666},
        {"time:realtime", FILE_RDWR, MODE_CHAR | 0666},
    };
    struct world *w = *state;
    struct machine *machine = w->rig.machine;
    struct dyad_stat stat;
    machine->boot.screen =
        (struct boot_screen){.base = 0xe0000000, .width = 64, .height = 32, .stride = 256};
    machine->init = w->a.process; /* for power */
    for (unsigned i = 0; i < ARRAY_COUNT(files); i++) {
        handle_t h = opened(w, files[i].path, files[i].flags);
        assert_int_equal(do_call(&w->a, h, VERB_stat, 0, sizeof stat), 0);
        get(&w->a, AT_OUT, &stat, sizeof stat);
        if (stat.mode != files[i].mode)
            fail_msg("%s has mode %o", files[i].path, stat.mode);
        assert_int_equal(do_close(&w->a, h), 0);
    }
    machine->init = NULL;
}

/* ---- hw: ---- */

static void test_the_console_keeps_what_could_not_be_given(void **state)
{
    struct world *w = *state;
    handle_t h = opened(w, "hw:console/0", FILE_RDWR);
    assert_int_equal(do_read(&w->a, h, AT_DATA, 0, UINT64_MAX), 0);
    assert_int_equal(do_write(&w->a, h, AT_DATA, 0, UINT64_MAX), 0);
    assert_int_equal(do_read(&w->a, h, USER_BAD, 4, UINT64_MAX), -ERR_FAULT);
    assert_true(levels_of(w, h) & EVENT_READABLE);
    unsigned before = hardware.reads;
    assert_int_equal(do_read(&w->a, h, AT_DATA, 4, UINT64_MAX), 4);
    assert_int_equal(hardware.reads, before); /* of what the device had given */
    assert_true(holds(&w->a, AT_DATA, "ABCD", 4));
    /* More than fits into one call. */
    assert_int_equal(do_write(&w->a, h, AT_IN, 2 * DYAD_COPY_MAX, UINT64_MAX), DYAD_COPY_MAX);
    assert_int_equal(do_write(&w->a, h, USER_BAD, 4, UINT64_MAX), -ERR_FAULT);
    hardware.write_error = -ERR_IO;
    assert_int_equal(do_write(&w->a, h, AT_IN, 10, UINT64_MAX), -ERR_IO);
}

static void test_an_end_and_an_error_of_the_console(void **state)
{
    struct world *w = *state;
    handle_t h = opened(w, "hw:console/0", FILE_RDWR);
    hardware.read_error = -ERR_NODATA; /* its end */
    assert_int_equal(do_read(&w->a, h, AT_DATA, 4, UINT64_MAX), 0);
    hardware.read_error = -ERR_IO;
    assert_int_equal(do_read(&w->a, h, AT_DATA, 4, UINT64_MAX), -ERR_IO);
}

static void test_the_consoles_size_is_read_whole_in_part_or_not(void **state)
{
    struct world *w = *state;
    handle_t h = opened(w, "hw:console/size", FILE_READ);
    const uint64_t whole = sizeof(struct tty_winsize);
    assert_int_equal(do_read(&w->a, h, AT_DATA, 100, 0), whole);
    assert_int_equal(do_read(&w->a, h, AT_DATA, 100, UINT64_MAX), whole);
    assert_int_equal(do_read(&w->a, h, AT_DATA, 3, 0), 3);
    assert_int_equal(do_read(&w->a, h, AT_DATA, 100, 2), 0);
    assert_int_equal(do_read(&w->a, h, USER_BAD, 100, 0), -ERR_FAULT);
    assert_int_equal(do_open(&w->a, "hw:console/size", FILE_RDWR), -ERR_ACCES);
}

static void test_power_is_inits_and_takes_numbers_only(void **state)
{
    static const char *const wrong[] = {"x",  "1x",    "/",      "256",  "25600000",
                                        "-1", "reboo", "reboos", "1\n2", "123456789"};
    struct world *w = *state;
    assert_int_equal(do_open(&w->a, "hw:power", FILE_WRITE), -ERR_PERM);
    w->rig.machine->init = w->a.process;
    handle_t h = opened(w, "hw:power", FILE_WRITE);
    w->rig.machine->init = NULL; /* its end would be the machine's */
    for (unsigned i = 0; i < ARRAY_COUNT(wrong); i++)
        assert_int_equal(write_text(w, h, wrong[i]), -ERR_INVAL);
    assert_int_equal(do_write(&w->a, h, AT_DATA, 0, UINT64_MAX), -ERR_INVAL);
    assert_int_equal(do_write(&w->a, h, USER_BAD, 2, UINT64_MAX), -ERR_FAULT);
}

static void test_a_crash_must_be_asked_for_by_its_name(void **state)
{
    struct world *w = *state;
    handle_t h = opened(w, "hw:crash", FILE_WRITE);
    assert_int_equal(write_text(w, h, "pan"), -ERR_INVAL);
    assert_int_equal(write_text(w, h, "peace"), -ERR_INVAL);
#ifdef DYAD_DEBUG /* there is no other kind of crash file */
    assert_int_equal(do_write(&w->a, h, USER_BAD, 5, UINT64_MAX), -ERR_FAULT);
#endif
}

/* ---- drivers ---- */

static void test_ports_tell_what_failed(void **state)
{
    struct world *w = *state;
    handle_t h = opened(w, "port:60-8", FILE_RDWR);
    assert_int_equal(do_read(&w->a, h, AT_DATA, 4, 2), 4);
    assert_int_equal(do_write(&w->a, h, AT_DATA, 1, 8), -ERR_RANGE);
    assert_int_equal(do_write(&w->a, h, AT_DATA, 3, 0), -ERR_INVAL);
    assert_int_equal(do_write(&w->a, h, USER_BAD, 4, 0), -ERR_FAULT);
    hardware.read_error = hardware.write_error = -ERR_IO;
    assert_int_equal(do_read(&w->a, h, AT_DATA, 4, 0), -ERR_IO);
    assert_int_equal(do_write(&w->a, h, AT_DATA, 4, 0), -ERR_IO);
}

static void test_numbers_of_lines_are_digits(void **state)
{
    static const char *const wrong[] = {"irq:/", "irq: 1", "irq:1:", "irq:99999", "irq:655360"};
    struct world *w = *state;
    for (unsigned i = 0; i < ARRAY_COUNT(wrong); i++) {
        status_t status = do_open(&w->a, wrong[i], FILE_READ);
        assert_true(status == -ERR_NOENT || status == -ERR_NODEV);
    }
}

static void test_the_screens_shape_is_read_whole_in_part_or_not(void **state)
{
    struct world *w = *state;
    struct boot_info *boot = &w->rig.machine->boot;
    boot->screen =
        (struct boot_screen){.base = 0xe0000000, .width = 64, .height = 32, .stride = 256};
    handle_t h = opened(w, "hw:screen", FILE_READ);
    assert_int_equal(do_read(&w->a, h, AT_DATA, 100, UINT64_MAX), sizeof(struct dyad_screen));
    assert_int_equal(do_read(&w->a, h, AT_DATA, 5, 0), 5);
    assert_int_equal(do_read(&w->a, h, AT_DATA, 100, 1), 0);
    assert_int_equal(do_read(&w->a, h, USER_BAD, 100, 0), -ERR_FAULT);
}

static void test_device_memory_has_the_rights_it_was_opened_with(void **state)
{
    static const struct {
        unsigned flags;
        uint32_t rights;
    } cases[] = {{FILE_READ, RIGHT_READ},
                 {FILE_WRITE, RIGHT_READ | RIGHT_WRITE},
                 {FILE_RDWR, RIGHT_READ | RIGHT_WRITE},
                 {FILE_PATH, 0}};
    struct world *w = *state;
    struct boot_info *boot = &w->rig.machine->boot;
    boot->devices[0] = (struct boot_range){0xe0000000, 0x100000};
    boot->device_count = 1;
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        handle_t h = opened(w, "memory:e0000000-1000", cases[i].flags);
        status_t info = CALL(&w->a, handle_control(w->a.t, h, HANDLE_INFO, 0));
        const uint32_t both = RIGHT_READ | RIGHT_WRITE;
        assert_int_equal((uint32_t)info >> 8 & both, cases[i].rights);
    }
}

/* ---- log: and sys: ---- */

static void test_the_log_is_read_in_parts_by_position_and_by_offset(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 60; i++)
        log_line(w->rig.machine, LOG_INFO, "a line of some length, and its number %d", i);
    handle_t h = opened(w, "log:", FILE_READ);
    assert_int_equal(do_read(&w->a, h, AT_IN, 10, UINT64_MAX), 10);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 1500, UINT64_MAX), 1500); /* from there on */
    char first[40], second[40];
    get(&w->a, AT_OUT, first, sizeof first);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 40, 10), 40);
    get(&w->a, AT_OUT, second, sizeof second);
    assert_memory_equal(first, second, sizeof first);
    /* An offset of one's own moves nothing. */
    assert_int_equal(do_read(&w->a, h, AT_IN, 40, UINT64_MAX), 40);
    get(&w->a, AT_IN, first, sizeof first);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 40, 1510), 40);
    get(&w->a, AT_OUT, second, sizeof second);
    assert_memory_equal(first, second, sizeof first);
    assert_int_equal(do_read(&w->a, h, USER_BAD, 40, 0), -ERR_FAULT);
    assert_true(levels_of(w, h) & EVENT_READABLE);
    assert_true(do_read(&w->a, h, AT_OUT, DYAD_COPY_MAX, UINT64_MAX) > 0);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 100, UINT64_MAX), 0);
    assert_int_equal(levels_of(w, h), 0);
}

static void test_a_text_ends_where_it_ends(void **state)
{
    struct world *w = *state;
    handle_t h = opened(w, "sys:cpus", FILE_READ);
    status_t whole = do_read(&w->a, h, AT_OUT, 2 * DYAD_COPY_MAX, 0);
    assert_true(whole > 1);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 100000, (uint64_t)whole), 0);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 100000, (uint64_t)whole - 1), 1);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 100000, UINT64_MAX - 1), 0);
    assert_int_equal(do_read(&w->a, h, USER_BAD, 1, 0), -ERR_FAULT);
    assert_int_equal(do_open(&w->a, "sys:cpus", FILE_RDWR), -ERR_ACCES);
    assert_int_equal(do_open(&w->a, "sys:cpu", FILE_READ), -ERR_NOENT);
}

/* One line for each process, as many as fit; the last one is whole. */
static void test_a_list_of_very_many_processes_ends_with_a_whole_line(void **state)
{
    enum { MANY = 1100 };
    static struct process *made[MANY];
    struct world *w = *state;
    for (int i = 0; i < MANY; i++)
        assert_int_equal(
            process_create(w->rig.machine, &w->rig.machine->quota, w->rig.machine->names, &made[i]),
            0);
    handle_t h = opened(w, "sys:processes", FILE_READ);
    uint64_t done = 0;
    status_t run;
    char last = 0;
    while ((run = do_read(&w->a, h, AT_OUT, DYAD_COPY_MAX, done)) > 0) {
        done += (uint64_t)run;
        get(&w->a, AT_OUT + (uint64_t)run - 1, &last, 1);
    }
    assert_int_equal(run, 0);
    assert_true(done > 1000 && last == '\n');
    assert_int_equal(do_close(&w->a, h), 0);
    for (int i = 0; i < MANY; i++) {
        process_kill(made[i], 0);
        kobject_put(&made[i]->object);
        rig_pump(&w->rig);
    }
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_start, world_end)
    const struct CMUnitTest tests[] = {
        T(test_each_file_says_what_it_is),
        T(test_the_console_keeps_what_could_not_be_given),
        T(test_an_end_and_an_error_of_the_console),
        T(test_the_consoles_size_is_read_whole_in_part_or_not),
        T(test_power_is_inits_and_takes_numbers_only),
        T(test_a_crash_must_be_asked_for_by_its_name),
        T(test_ports_tell_what_failed),
        T(test_numbers_of_lines_are_digits),
        T(test_the_screens_shape_is_read_whole_in_part_or_not),
        T(test_device_memory_has_the_rights_it_was_opened_with),
        T(test_the_log_is_read_in_parts_by_position_and_by_offset),
        T(test_a_text_ends_where_it_ends),
        T(test_a_list_of_very_many_processes_ends_with_a_whole_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
