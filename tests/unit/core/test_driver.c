/* test_driver.c: do irq:, port:, memory: and hw:screen give drivers their hardware, one at a time, and never anything else? */
#include "ipc_test.h"

#include "abi/screen.h"

#define LINE(n) ((enum arch_device)(ARCH_DEVICE_LINE + (n)))
#define BIT(n)  (1U << LINE(n))

struct world {
    struct rig rig;
    struct actor a, b;
};

/* The machine: lines 0 to 15, of which 4 is the kernel's; ports 0x60 to 0x6f with what was written last; a screen. */
static struct {
    bool open[16];
    bool absent; /* a body without hardware */
    uint32_t ports[16];
    unsigned accesses;
    int screen_taken;
} hardware;

static int64_t fake_write(enum arch_device device, const void *data, size_t bytes)
{
    if (device <= ARCH_DEVICE_LOG)
        return (int64_t)bytes;
    if (hardware.absent)
        return -ERR_NODEV;
    if (device == ARCH_DEVICE_SCREEN) {
        hardware.screen_taken = *(const uint8_t *)data;
        return 1;
    }
    if (device < LINE(ARCH_LINES)) {
        unsigned line = device - LINE(0);
        if (line >= 16)
            return -ERR_NODEV;
        if (line == 4)
            return -ERR_BUSY;
        hardware.open[line] = *(const uint8_t *)data;
        return 1;
    }
    hardware.accesses++;
    memcpy(&hardware.ports[device & 15], data, bytes);
    return (int64_t)bytes;
}

static int64_t fake_read(enum arch_device device, void *buffer, size_t bytes)
{
    if (device <= ARCH_DEVICE_LOG)
        return 0;
    if (hardware.absent)
        return -ERR_NODEV;
    hardware.accesses += bytes != 0;
    memcpy(buffer, &hardware.ports[device & 15], bytes);
    return (int64_t)bytes;
}

static unsigned fake_poll(enum arch_device device)
{
    bool port = device >= (enum arch_device)(ARCH_DEVICE_PORT + 0x60) &&
                device < (enum arch_device)(ARCH_DEVICE_PORT + 0x70);
    if (device <= ARCH_DEVICE_LOG)
        return EVENT_WRITABLE;
    return port && !hardware.absent ? EVENT_READABLE | EVENT_WRITABLE : 0;
}

static int world_start(void **state)
{
    static struct world world;
    struct world *w = &world;
    memset(w, 0, sizeof *w);
    memset(&hardware, 0, sizeof hardware);
    rig_start(&w->rig);
    fake_arch.device_read = fake_read;
    fake_arch.device_write = fake_write;
    fake_arch.device_poll = fake_poll;
    actor_start(&w->a, &w->rig);
    actor_start(&w->b, &w->rig);
    *state = w;
    return 0;
}

static int world_end(void **state)
{
    struct world *w = *state;
    actor_end(&w->a);
    actor_end(&w->b);
    rig_end(&w->rig);
    return 0;
}

static void interrupt(struct world *w, unsigned line)
{
    assert_true(hardware.open[line]);
    hardware.open[line] = false;
    kernel_schemes_irq(w->rig.machine, BIT(line));
    rig_pump(&w->rig);
}

static uint64_t count_read(struct actor *a)
{
    uint64_t count;
    get(a, AT_DATA, &count, sizeof count);
    return count;
}

/* ---- irq: ---- */

static void test_a_reader_waits_for_the_interrupt_and_the_line_stays_masked(void **state)
{
    struct world *w = *state;
    handle_t h = (handle_t)do_open(&w->a, "irq:1", FILE_RDWR);
    assert_true(h >= 0 && hardware.open[1]);
    assert_int_equal(do_read(&w->a, h, AT_DATA, 8, 0), STATUS_PARKED);
    interrupt(w, 1);
    assert_int_equal(actor_result(&w->a), 8);
    assert_int_equal(count_read(&w->a), 1);
    assert_false(hardware.open[1]);
    assert_int_equal(do_write(&w->a, h, AT_DATA, 8, 0), 8);
    assert_true(hardware.open[1]);
    interrupt(w, 1);
    assert_int_equal(do_write(&w->a, h, AT_DATA, 8, 0), 8);
    interrupt(w, 1);
    assert_int_equal(do_read(&w->a, h, AT_DATA, 8, 0), 8);
    assert_int_equal(count_read(&w->a), 2);
}

static void test_an_interrupt_is_an_event(void **state)
{
    struct world *w = *state;
    handle_t h = (handle_t)do_open(&w->a, "irq:1", FILE_RDWR | FILE_NONBLOCK);
    assert_int_equal(do_read(&w->a, h, AT_DATA, 8, 0), -ERR_AGAIN);
    struct kobject *object;
    assert_int_equal(handle_lookup(w->a.process, h, 0, 0, &object, NULL), 0);
    assert_int_equal(object->ops->poll(object), 0);
    interrupt(w, 1);
    assert_int_equal(object->ops->poll(object), EVENT_READABLE);
    kobject_put(object);
}

static void test_a_line_has_one_driver_whose_end_masks_it(void **state)
{
    struct world *w = *state;
    struct actor third;
    actor_start(&third, &w->rig);
    handle_t h = (handle_t)do_open(&third, "irq:1", FILE_RDWR);
    assert_int_equal(do_open(&w->b, "irq:1", FILE_RDWR), -ERR_BUSY);
    assert_int_equal(do_read(&third, h, AT_DATA, 8, 0), STATUS_PARKED);
    actor_end(&third);
    rig_pump(&w->rig);
    assert_false(hardware.open[1]);
    kernel_schemes_irq(w->rig.machine, BIT(1)); /* one that was on its way */
    handle_t other = (handle_t)do_open(&w->b, "irq:1", FILE_RDWR);
    assert_true(other >= 0 && hardware.open[1]);
    assert_int_equal(do_close(&w->b, other), 0);
    assert_false(hardware.open[1]);
}

static void test_closing_ends_another_threads_wait(void **state)
{
    struct world *w = *state;
    struct actor sibling;
    actor_thread(&sibling, &w->a);
    handle_t h = (handle_t)do_open(&w->a, "irq:1", FILE_RDWR);
    assert_int_equal(do_read(&sibling, h, AT_DATA, 8, 0), STATUS_PARKED);
    assert_int_equal(do_close(&w->a, h), 0);
    assert_int_equal(actor_result(&sibling), -ERR_BADF);
    actor_drop(&sibling);
}

static void test_wrong_lines_have_their_errors(void **state)
{
    struct world *w = *state;
    assert_int_equal(do_open(&w->a, "irq:", FILE_READ), -ERR_NOENT);
    assert_int_equal(do_open(&w->a, "irq:x", FILE_READ), -ERR_NOENT);
    assert_int_equal(do_open(&w->a, "irq:1x", FILE_READ), -ERR_NOENT);
    assert_int_equal(do_open(&w->a, "irq:4", FILE_READ), -ERR_BUSY);
    assert_int_equal(do_open(&w->a, "irq:16", FILE_READ), -ERR_NODEV);
    assert_int_equal(do_open(&w->a, "irq:24", FILE_READ), -ERR_NODEV);
    assert_int_equal(do_open(&w->a, "irq:99999999999999999999", FILE_READ), -ERR_NOENT);
    handle_t h = (handle_t)do_open(&w->a, "irq:2", FILE_RDWR);
    assert_int_equal(do_read(&w->a, h, AT_DATA, 7, 0), -ERR_INVAL);
    assert_int_equal(do_write(&w->a, h, AT_DATA, 9, 0), -ERR_INVAL);
    assert_int_equal(do_write(&w->a, h, USER_BAD, 8, 0), -ERR_FAULT);
    interrupt(w, 2);
    assert_int_equal(do_read(&w->a, h, USER_BAD, 8, 0), -ERR_FAULT);
    assert_int_equal(do_read(&w->a, h, AT_DATA, 8, 0), 8); /* it is still there */
    handle_t reader = (handle_t)do_open(&w->a, "irq:3", FILE_READ);
    assert_int_equal(do_write(&w->a, reader, AT_DATA, 8, 0), -ERR_ACCES);
}

/* ---- port: ---- */

static void test_a_port_file_reaches_its_ports_only(void **state)
{
    struct world *w = *state;
    uint32_t value = 0x12345678;
    handle_t h = (handle_t)do_open(&w->a, "port:60-5", FILE_RDWR);
    assert_true(h >= 0);
    put(&w->a, AT_DATA, &value, sizeof value);
    assert_int_equal(do_write(&w->a, h, AT_DATA, 1, 4), 1);
    assert_int_equal(hardware.ports[4], 0x78);
    assert_int_equal(do_write(&w->a, h, AT_DATA, 4, 0), 4);
    assert_int_equal(hardware.ports[0], 0x12345678);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 2, 0), 2);
    assert_true(holds(&w->a, AT_OUT, &value, 2));
    assert_int_equal(do_read(&w->a, h, AT_OUT, 1, 5), -ERR_RANGE);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 2, 4), -ERR_RANGE);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 1, UINT64_MAX), -ERR_RANGE);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 3, 0), -ERR_INVAL);
    unsigned before = hardware.accesses;
    assert_int_equal(do_read(&w->a, h, USER_BAD, 1, 0), -ERR_FAULT);
    assert_int_equal(hardware.accesses, before); /* the device was not asked */
}

static void test_wrong_ports_have_their_errors(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *path;
        int error;
    } cases[] = {
        {"port:", ERR_NOENT},
        {"port:60", ERR_NOENT},
        {"port:60-", ERR_NOENT},
        {"port:-5", ERR_NOENT},
        {"port:60-0", ERR_NOENT},
        {"port:60-5-1", ERR_NOENT},
        {"port:6g-5", ERR_NOENT},
        {"port:6c-5", ERR_ACCES},
        {"port:3f8-8", ERR_ACCES},
        {"port:10000-1", ERR_RANGE},
        {"port:ffff-2", ERR_RANGE},
        {"port:0-1001", ERR_RANGE},
        {"port:00000000000000060-1", ERR_NOENT},
        {"port:60-ffffffffffffffff", ERR_RANGE},
    };
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++)
        assert_int_equal(do_open(&w->a, cases[i].path, FILE_RDWR), -cases[i].error);
}

/* ---- memory: and the screen ---- */

static status_t map(struct actor *a, handle_t h, unsigned prot, unsigned flags)
{
    struct kobject *object;
    if (handle_lookup(a->process, h, HANDLE_KIND_MEMORY, 0, &object, NULL) < 0)
        return -ERR_BADF;
    status_t status = CALL(a, space_map(a->t, a->t->space, 0, 0x2000, prot | SPACE_MAY(prot), flags,
                                        memory_of(object), 0));
    kobject_put(object);
    return status;
}

static void describe(struct world *w)
{
    struct boot_info *boot = &w->rig.machine->boot;
    boot->devices[0] = (struct boot_range){0xe0000000, 0x100000};
    boot->device_count = 1;
    boot->screen =
        (struct boot_screen){.base = 0xe0000000, .width = 64, .height = 32, .stride = 256};
}

static void test_memory_of_devices_can_be_mapped_shared_and_not_copied(void **state)
{
    struct world *w = *state;
    unsigned prot;
    describe(w);
    handle_t h = (handle_t)do_open(&w->a, "memory:e0001000-2000", FILE_RDWR);
    assert_true(h >= 0);
    unsigned both = MAP_PROT_READ | MAP_PROT_WRITE;
    assert_int_equal(map(&w->a, h, both, 0), -ERR_INVAL);
    uint64_t at = (uint64_t)map(&w->a, h, both, MAP_FLAG_SHARED);
    assert_int_equal(space_fault(w->a.t->space, at + 0x1000, MAP_PROT_WRITE), 0);
    assert_int_equal(fake_translation(w->a.t->space, at + 0x1000, &prot), 0xe0002000);
    assert_int_equal(prot, both | ARCH_PROT_UNCACHED);
    /* The kernel has no such addresses: not as a buffer, nor as a futex, nor by the handle. */
    uint32_t word = 0;
    assert_int_equal(user_read(w->a.t->space, &word, at, 4), -ERR_FAULT);
    assert_int_equal(user_write(w->a.t->space, at, &word, 4), -ERR_FAULT);
    assert_int_equal(user_load32(w->a.t->space, at, &word), -ERR_FAULT);
    assert_int_equal(do_read(&w->a, h, AT_DATA, 8, 0), -ERR_INVAL);
    assert_int_equal(do_write(&w->a, h, AT_DATA, 8, 0), -ERR_ROFS);
    /* Only to be read: no write. */
    handle_t reader = (handle_t)do_open(&w->a, "memory:e0001000-2000", FILE_READ);
    at = (uint64_t)map(&w->a, reader, MAP_PROT_READ, MAP_FLAG_SHARED);
    assert_int_equal(space_fault(w->a.t->space, at, MAP_PROT_WRITE), -ERR_ACCES);
}

static void test_memory_gives_only_what_is_a_devices(void **state)
{
    struct world *w = *state;
    assert_int_equal(do_open(&w->a, "memory:e0000000-1000", FILE_RDWR), -ERR_NODEV);
    describe(w);
    static const char *const outside[] = {"memory:dffff000-1000", "memory:e00ff000-2000",
                                          "memory:e0100000-1000", "memory:0-1000",
                                          "memory:e0000000-fffffffffffff000"};
    for (unsigned i = 0; i < ARRAY_COUNT(outside); i++)
        assert_int_equal(do_open(&w->a, outside[i], FILE_RDWR), -ERR_ACCES);
    assert_int_equal(do_open(&w->a, "memory:e0000800-1000", FILE_RDWR), -ERR_INVAL);
    assert_int_equal(do_open(&w->a, "memory:e0000000-800", FILE_RDWR), -ERR_INVAL);
    assert_int_equal(do_open(&w->a, "memory:e0000000", FILE_RDWR), -ERR_NOENT);
}

static void test_pci_is_in_memory_or_behind_ports_or_not_at_all(void **state)
{
    struct world *w = *state;
    struct boot_info *boot = &w->rig.machine->boot;
    char text[64] = {0};
    static const char expected[] = "0000 00 ff e0000000\n0001 80 8f 1200000000\n";
    handle_t h = (handle_t)do_open(&w->a, "hw:pci", FILE_READ);
    assert_int_equal(do_read(&w->a, h, AT_DATA, 64, 0), 0);
    boot->pci[0] = (struct boot_pci){0xe0000000, 0, 0, 255};
    boot->pci[1] = (struct boot_pci){0x1200000000, 1, 0x80, 0x8f};
    boot->pci_count = 2;
    h = (handle_t)do_open(&w->a, "hw:pci", FILE_READ);
    assert_int_equal(do_read(&w->a, h, AT_DATA, 64, 0), sizeof expected - 1);
    get(&w->a, AT_DATA, text, sizeof expected - 1);
    assert_string_equal(text, expected);
    boot->pci_count = 0;
    hardware.absent = true;
    assert_int_equal(do_open(&w->a, "hw:pci", FILE_READ), -ERR_NODEV);
}

static void test_the_screen_has_one_writer_and_falls_back_to_the_kernel(void **state)
{
    struct world *w = *state;
    struct dyad_screen screen;
    unsigned prot;
    assert_int_equal(do_open(&w->a, "hw:screen", FILE_READ), -ERR_NODEV);
    assert_int_equal(do_open(&w->a, "hw:screen/memory", FILE_RDWR), -ERR_NODEV);
    describe(w);
    handle_t h = (handle_t)do_open(&w->a, "hw:screen", FILE_RDWR);
    assert_int_equal(hardware.screen_taken, 1);
    assert_int_equal(do_open(&w->b, "hw:screen", FILE_RDWR), -ERR_BUSY);
    handle_t looker = (handle_t)do_open(&w->b, "hw:screen", FILE_READ);
    assert_int_equal(do_read(&w->b, looker, AT_DATA, 100, 0), sizeof screen);
    get(&w->b, AT_DATA, &screen, sizeof screen);
    assert_int_equal(screen.width, 64);
    assert_int_equal(screen.bytes, 0x2000);
    assert_int_equal(do_close(&w->b, looker), 0);
    assert_int_equal(hardware.screen_taken, 1);
    assert_int_equal(do_close(&w->a, h), 0);
    assert_int_equal(hardware.screen_taken, 0);
    handle_t memory = (handle_t)do_open(&w->a, "hw:screen/memory", FILE_RDWR);
    uint64_t at = (uint64_t)map(&w->a, memory, MAP_PROT_READ | MAP_PROT_WRITE, MAP_FLAG_SHARED);
    assert_int_equal(space_fault(w->a.t->space, at, MAP_PROT_WRITE), 0);
    assert_int_equal(fake_translation(w->a.t->space, at, &prot), 0xe0000000);
    assert_true(prot & ARCH_PROT_COMBINED);
}

static void test_without_hardware_there_are_clean_errors(void **state)
{
    struct world *w = *state;
    hardware.absent = true;
    assert_int_equal(do_open(&w->a, "irq:1", FILE_RDWR), -ERR_NODEV);
    assert_int_equal(do_open(&w->a, "port:60-5", FILE_RDWR), -ERR_NODEV);
    assert_int_equal(do_open(&w->a, "memory:e0000000-1000", FILE_RDWR), -ERR_NODEV);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_start, world_end)
    const struct CMUnitTest tests[] = {
        TEST(test_a_reader_waits_for_the_interrupt_and_the_line_stays_masked),
        TEST(test_an_interrupt_is_an_event),
        TEST(test_a_line_has_one_driver_whose_end_masks_it),
        TEST(test_closing_ends_another_threads_wait),
        TEST(test_wrong_lines_have_their_errors),
        TEST(test_a_port_file_reaches_its_ports_only),
        TEST(test_wrong_ports_have_their_errors),
        TEST(test_memory_of_devices_can_be_mapped_shared_and_not_copied),
        TEST(test_memory_gives_only_what_is_a_devices),
        TEST(test_pci_is_in_memory_or_behind_ports_or_not_at_all),
        TEST(test_the_screen_has_one_writer_and_falls_back_to_the_kernel),
        TEST(test_without_hardware_there_are_clean_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
