/* test_handle.c: do handles name what they should, with rights that only shrink? Do namespaces and the kernel's own
 * schemes give what abi/ says? */
#include "ipc_test.h"

#include "abi/file.h"
#include "core/log.h"

#define MS 1000000UL

struct world {
    struct rig rig;
    struct actor a, b; /* two processes */
    handle_t names;    /* a's, of the system namespace */
};

static int world_start(void **state)
{
    static struct world world;
    struct world *w = &world;
    memset(w, 0, sizeof *w);
    rig_start(&w->rig);
    actor_start(&w->a, &w->rig);
    actor_start(&w->b, &w->rig);
    w->names = (handle_t)handle_install(w->a.process, &w->rig.machine->names->object, RIGHT_ALL);
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

static status_t control(struct actor *a, handle_t h, unsigned op, uint64_t arg)
{
    return CALL(a, handle_control(a->t, h, op, arg));
}

static void test_a_closed_handle_never_means_anything_again(void **state)
{
    struct world *w = *state;
    handle_t first = (handle_t)CALL(&w->a, event_create(w->a.t));
    assert_int_equal(do_close(&w->a, first), 0);
    assert_int_equal(do_close(&w->a, first), -ERR_BADF);
    handle_t again = (handle_t)CALL(&w->a, event_create(w->a.t));
    assert_int_not_equal(first, again);
    assert_int_equal(first & 0xffff, again & 0xffff); /* the same place */
    assert_int_equal(control(&w->a, first, HANDLE_INFO, 0), -ERR_BADF);
    /* Generations wrap without ever making a negative number. */
    for (unsigned i = 0; i < 40000; i++) {
        assert_int_equal(handle_close(w->a.process, again), 0);
        again = (handle_t)CALL(&w->a, event_create(w->a.t));
        assert_true(again >= 0);
    }
    static const handle_t wrong[] = {-1, -2, INT32_MIN, INT32_MAX, 0x7fff0000, 999, 0xffff};
    for (unsigned i = 0; i < ARRAY_COUNT(wrong); i++) {
        assert_int_equal(control(&w->a, wrong[i], HANDLE_INFO, 0), -ERR_BADF);
        assert_int_equal(do_close(&w->a, wrong[i]), -ERR_BADF);
        assert_int_equal(CALL(&w->a, handle_dup(w->a.t, wrong[i], RIGHT_ALL)), -ERR_BADF);
    }
}

static void test_rights_only_shrink(void **state)
{
    struct world *w = *state;
    handle_t h = (handle_t)CALL(&w->a, event_create(w->a.t));
    handle_t weak = (handle_t)CALL(&w->a, handle_dup(w->a.t, h, RIGHT_READ | RIGHT_PASS));
    assert_int_equal(control(&w->a, weak, HANDLE_INFO, 0),
                     HANDLE_KIND_EVENT | (RIGHT_READ | RIGHT_PASS) << 8);
    handle_t weaker = (handle_t)CALL(&w->a, handle_dup(w->a.t, weak, RIGHT_ALL));
    assert_int_equal(control(&w->a, weaker, HANDLE_INFO, 0), control(&w->a, weak, HANDLE_INFO, 0));
    assert_int_equal(control(&w->a, weak, HANDLE_SAME, (uint64_t)h), 1);
    assert_int_equal(control(&w->a, weak, HANDLE_SAME, (uint64_t)w->names), 0);
    assert_int_equal(control(&w->a, weak, HANDLE_SAME, 4444), -ERR_BADF);
    assert_int_equal(control(&w->a, weak, 99, 0), -ERR_INVAL);
    assert_int_equal(control(&w->a, weak, HANDLE_GET_SIZE, 0), -ERR_INVAL);
}

static void test_a_copied_table_has_the_same_numbers(void **state)
{
    struct world *w = *state;
    handle_t handles[40];
    for (unsigned i = 0; i < 40; i++)
        handles[i] = (handle_t)CALL(&w->a, event_create(w->a.t));
    for (unsigned i = 0; i < 40; i += 3)
        assert_int_equal(do_close(&w->a, handles[i]), 0);
    assert_int_equal(handle_table_copy(w->b.process, w->a.process), 0);
    for (unsigned i = 0; i < 40; i++)
        assert_int_equal(control(&w->b, handles[i], HANDLE_INFO, 0) < 0, i % 3 == 0);
    assert_int_equal(do_close(&w->a, handles[1]), 0);
    assert_true(control(&w->b, handles[1], HANDLE_INFO, 0) > 0);
}

/* ---- namespaces ---- */

static status_t names_control(struct actor *a, handle_t names, unsigned op, const char *name,
                              uint64_t arg)
{
    put_text(a, AT_PATH, name);
    return CALL(a, namespace_control(a->t, names, op, AT_PATH, strlen(name), arg));
}

static void test_names_are_added_found_listed_and_removed(void **state)
{
    struct world *w = *state;
    handle_t own =
        (handle_t)CALL(&w->a, namespace_control(w->a.t, HANDLE_NONE, NAMESPACE_CREATE, 0, 0, 0));
    handle_t scheme = (handle_t)CALL(&w->a, scheme_create(w->a.t, HANDLE_NONE, 0, 0, 0));
    assert_int_equal(names_control(&w->a, own, NAMESPACE_ADD, "one", (uint64_t)scheme), 0);
    assert_int_equal(names_control(&w->a, own, NAMESPACE_ADD, "one", (uint64_t)scheme), -ERR_EXIST);
    assert_int_equal(names_control(&w->a, own, NAMESPACE_ADD, "two", (uint64_t)scheme), 0);
    assert_int_equal(names_control(&w->a, own, NAMESPACE_ADD, "a:b", (uint64_t)scheme), -ERR_INVAL);
    assert_int_equal(names_control(&w->a, own, NAMESPACE_ADD, "a/b", (uint64_t)scheme), -ERR_INVAL);
    assert_int_equal(names_control(&w->a, own, NAMESPACE_ADD, "", (uint64_t)scheme), -ERR_INVAL);
    assert_int_equal(names_control(&w->a, own, NAMESPACE_ADD, "0123456789012345678901234567890",
                                   (uint64_t)scheme),
                     0);
    assert_int_equal(names_control(&w->a, own, NAMESPACE_ADD, "01234567890123456789012345678901",
                                   (uint64_t)scheme),
                     -ERR_NAMETOOLONG);
    assert_int_equal(names_control(&w->a, own, NAMESPACE_ADD, "x", (uint64_t)own), -ERR_INVAL);
    assert_int_equal(names_control(&w->a, own, NAMESPACE_REMOVE, "two", 0), 0);
    assert_int_equal(names_control(&w->a, own, NAMESPACE_REMOVE, "two", 0), -ERR_NOENT);
    status_t length = CALL(&w->a, namespace_control(w->a.t, own, NAMESPACE_LIST, AT_DATA, 4096, 0));
    char text[128], expected[128];
    snprintf(expected, sizeof expected, "one %lu\n0123456789012345678901234567890 %lu\n",
             (unsigned long)w->a.process->kid, (unsigned long)w->a.process->kid);
    assert_int_equal(length, strlen(expected));
    get(&w->a, AT_DATA, text, (size_t)length);
    assert_memory_equal(text, expected, (size_t)length);
    assert_int_equal(CALL(&w->a, namespace_control(w->a.t, own, NAMESPACE_LIST, USER_BAD, 4096, 0)),
                     -ERR_FAULT);
    /* A dead one counts as absent. */
    assert_int_equal(do_close(&w->a, scheme), 0);
    assert_int_equal(CALL(&w->a, namespace_control(w->a.t, own, NAMESPACE_LIST, AT_DATA, 4096, 0)),
                     0);
    handle_t next = (handle_t)CALL(&w->a, scheme_create(w->a.t, HANDLE_NONE, 0, 0, 0));
    assert_int_equal(names_control(&w->a, own, NAMESPACE_ADD, "one", (uint64_t)next), 0);
}

static void test_changing_a_namespace_needs_the_right(void **state)
{
    struct world *w = *state;
    handle_t scheme = (handle_t)CALL(&w->a, scheme_create(w->a.t, HANDLE_NONE, 0, 0, 0));
    handle_t weak = (handle_t)CALL(&w->a, handle_dup(w->a.t, w->names, RIGHT_READ));
    assert_int_equal(names_control(&w->a, weak, NAMESPACE_ADD, "x", (uint64_t)scheme), -ERR_ACCES);
    assert_int_equal(names_control(&w->a, HANDLE_NONE, NAMESPACE_ADD, "x", (uint64_t)scheme),
                     -ERR_ACCES);
    assert_int_equal(CALL(&w->a, scheme_create(w->a.t, weak, AT_PATH, 1, 0)), -ERR_ACCES);
    assert_int_equal(CALL(&w->a, scheme_create(w->a.t, HANDLE_NONE, AT_PATH, 1, 0)), -ERR_INVAL);
    assert_int_equal(CALL(&w->a, scheme_create(w->a.t, w->names, AT_PATH, 1, 1)), -ERR_INVAL);
    put_text(&w->a, AT_PATH, "sys");
    assert_int_equal(CALL(&w->a, scheme_create(w->a.t, w->names, AT_PATH, 3, 0)), -ERR_EXIST);
    assert_int_equal(CALL(&w->a, namespace_control(w->a.t, w->names, 77, 0, 0, 0)), -ERR_INVAL);
}

static void test_a_copy_is_independent_and_an_empty_one_opens_nothing(void **state)
{
    struct world *w = *state;
    handle_t copy =
        (handle_t)CALL(&w->a, namespace_control(w->a.t, HANDLE_NONE, NAMESPACE_COPY, 0, 0, 0));
    assert_int_equal(names_control(&w->a, copy, NAMESPACE_REMOVE, "sys", 0), 0);
    assert_true(do_open(&w->a, "sys:version", FILE_READ) >= 0);
    struct kobject *object;
    handle_t empty =
        (handle_t)CALL(&w->a, namespace_control(w->a.t, HANDLE_NONE, NAMESPACE_CREATE, 0, 0, 0));
    assert_int_equal(handle_lookup(w->a.process, empty, 0, 0, &object, NULL), 0);
    lock_acquire(&w->b.process->lock);
    struct namespace *old = w->b.process->names;
    w->b.process->names = CONTAINER_OF(object, struct namespace, object);
    lock_release(&w->b.process->lock);
    kobject_put(&old->object);
    assert_int_equal(do_open(&w->b, "sys:version", FILE_READ), -ERR_NODEV);
}

/* ---- kernel schemes ---- */

static status_t read_all(struct actor *a, handle_t h, char *text, size_t room)
{
    status_t length = do_read(a, h, AT_DATA, room - 1, UINT64_MAX);
    assert_true(length >= 0);
    get(a, AT_DATA, text, (size_t)length);
    text[length] = '\0';
    return length;
}

static void test_sys_files_are_snapshots_in_text(void **state)
{
    struct world *w = *state;
    char text[4096], line[64];
    handle_t h = (handle_t)do_open(&w->a, "sys:processes", FILE_READ);
    assert_true(h >= 0);
    assert_true(read_all(&w->a, h, text, sizeof text) > 0);
    snprintf(line, sizeof line, "%lu 0 1 1 ", (unsigned long)w->b.process->kid);
    assert_non_null(strstr(text, line));
    assert_int_equal(read_all(&w->a, h, text, sizeof text), 0);
    assert_int_equal(control(&w->a, h, HANDLE_SEEK_SET, 0), 0);
    assert_true(read_all(&w->a, h, text, 5) == 4);
    static const char *const names[] = {"sys:version", "sys:uptime", "sys:cpus", "sys:memory",
                                        "sys:schemes"};
    for (unsigned i = 0; i < ARRAY_COUNT(names); i++) {
        h = (handle_t)do_open(&w->a, names[i], FILE_READ);
        assert_true(h >= 0);
        assert_true(read_all(&w->a, h, text, sizeof text) > 0);
    }
    assert_non_null(strstr(text, "time 0\n"));
    assert_int_equal(do_open(&w->a, "sys:nothing", FILE_READ), -ERR_NOENT);
    assert_int_equal(do_open(&w->a, "sys:version", FILE_RDWR), -ERR_ACCES);
    struct call_args args = {
        .out = (void *)AT_OUT, .out_len = sizeof(struct dyad_stat), .send = HANDLE_NONE};
    assert_int_equal(do_call_args(&w->a, h, VERB_stat, args), 0);
    struct dyad_stat stat;
    get(&w->a, AT_OUT, &stat, sizeof stat);
    assert_int_equal(stat.mode, MODE_FILE | 0444);
    assert_int_equal(stat.size, strlen(text));
    assert_int_equal(call_outputs(&w->a).out_done, sizeof stat);
}

static void test_the_log_can_be_read_and_watched(void **state)
{
    struct world *w = *state;
    char text[4096];
    handle_t h = (handle_t)do_open(&w->a, "log:", FILE_READ);
    handle_t queue = (handle_t)CALL(&w->a, event_create(w->a.t));
    (void)read_all(&w->a, h, text, sizeof text);
    assert_int_equal(read_all(&w->a, h, text, sizeof text), 0);
    kernel_schemes_log_grown(w->rig.machine);
    assert_int_equal(CALL(&w->a, event_watch(w->a.t, queue, h, EVENT_READABLE, 1)), 0);
    assert_int_equal(CALL(&w->a, event_wait(w->a.t, queue, AT_DATA, 1, DEADLINE_NEVER)),
                     STATUS_PARKED);
    log_line(w->rig.machine, LOG_INFO, "news %u", 42u);
    kernel_schemes_log_grown(w->rig.machine);
    rig_pump(&w->rig);
    assert_int_equal(actor_result(&w->a), 1);
    assert_true(read_all(&w->a, h, text, sizeof text) > 0);
    assert_non_null(strstr(text, "news 42"));
}

static void test_a_timer_by_the_real_time_clock(void **state)
{
    struct world *w = *state;
    handle_t h = (handle_t)do_open(&w->a, "time:realtime", FILE_RDWR);
    assert_true(h >= 0);
    static const uint64_t waits[] = {0, 1, 5 * MS, UINT64_MAX};
    for (unsigned i = 0; i < ARRAY_COUNT(waits); i++) {
        uint64_t now = arch_time_ns(DYAD_CLOCK_REALTIME);
        uint64_t deadline = i == 3 ? UINT64_MAX : now + waits[i];
        put(&w->a, AT_IN, &deadline, sizeof deadline);
        assert_int_equal(do_write(&w->a, h, AT_IN, 8, UINT64_MAX), 8);
        assert_int_equal(do_read(&w->a, h, AT_OUT, 8, UINT64_MAX), STATUS_PARKED);
        if (waits[i] > 0)
            rig_advance(&w->rig, i == 3 ? 100 * MS : waits[i] - 1);
        assert_true(actor_parked(&w->a));
        rig_advance(&w->rig, waits[i] > 0);
        assert_true(actor_parked(&w->a) == (i == 3));
    }
    actor_signal(&w->a);
    assert_int_equal(actor_result(&w->a), -ERR_INTR);
}

static void test_timers_expire_once_an_arming(void **state)
{
    struct world *w = *state;
    uint64_t value = 5 * MS;
    handle_t h = (handle_t)do_open(&w->a, "time:monotonic", FILE_RDWR);
    assert_true(h >= 0);
    put(&w->a, AT_IN, &value, sizeof value);
    assert_int_equal(do_write(&w->a, h, AT_IN, 8, UINT64_MAX), 8);
    assert_int_equal(do_write(&w->a, h, AT_IN, 7, UINT64_MAX), -ERR_INVAL);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 8, UINT64_MAX), STATUS_PARKED);
    rig_advance(&w->rig, 4 * MS);
    assert_true(actor_parked(&w->a));
    rig_advance(&w->rig, 2 * MS);
    assert_int_equal(actor_result(&w->a), 8);
    get(&w->a, AT_OUT, &value, sizeof value);
    assert_int_equal(value, 1);
    assert_int_equal(control(&w->a, h, HANDLE_SET_FLAGS, FILE_NONBLOCK), 0);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 8, UINT64_MAX), -ERR_AGAIN);
    value = 20 * MS;
    put(&w->a, AT_IN, &value, sizeof value);
    assert_int_equal(do_write(&w->a, h, AT_IN, 8, UINT64_MAX), 8);
    value = 0; /* disarmed */
    put(&w->a, AT_IN, &value, sizeof value);
    assert_int_equal(do_write(&w->a, h, AT_IN, 8, UINT64_MAX), 8);
    rig_advance(&w->rig, 30 * MS);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 8, UINT64_MAX), -ERR_AGAIN);
    value = 90 * MS; /* closed while armed: nothing fires later */
    put(&w->a, AT_IN, &value, sizeof value);
    assert_int_equal(do_write(&w->a, h, AT_IN, 8, UINT64_MAX), 8);
    assert_int_equal(do_close(&w->a, h), 0);
    rig_advance(&w->rig, 100 * MS);
    assert_int_equal(do_open(&w->a, "time:lunch", FILE_READ), -ERR_NOENT);
}

static char console_input[64];
static int64_t console_left, console_room;

static int64_t device_read(enum arch_device device, void *buffer, size_t bytes)
{
    if (console_left < 0)
        return -ERR_NODATA;
    int64_t run = console_left < (int64_t)bytes ? console_left : (int64_t)bytes;
    memcpy(buffer, console_input, (size_t)run);
    console_left -= run;
    return run;
}

static int64_t device_write(enum arch_device device, const void *data, size_t bytes)
{
    int64_t run = console_room < (int64_t)bytes ? console_room : (int64_t)bytes;
    console_room -= run;
    return run;
}

static unsigned device_poll(enum arch_device device)
{
    return (console_left != 0 ? EVENT_READABLE : 0) | (console_room != 0 ? EVENT_WRITABLE : 0);
}

static void test_the_console_blocks_and_goes_on_with_interrupts(void **state)
{
    struct world *w = *state;
    fake_arch.device_read = device_read;
    fake_arch.device_write = device_write;
    fake_arch.device_poll = device_poll;
    console_left = 0;
    console_room = 0;
    handle_t h = (handle_t)do_open(&w->a, "hw:console/0", FILE_RDWR);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 10, UINT64_MAX), STATUS_PARKED);
    memcpy(console_input, "typed", 5);
    console_left = 5;
    kernel_schemes_irq(w->rig.machine, 1u << ARCH_DEVICE_CONSOLE0);
    rig_pump(&w->rig);
    assert_int_equal(actor_result(&w->a), 5);
    assert_true(holds(&w->a, AT_OUT, "typed", 5));
    console_left = 5; /* a bad buffer loses nothing; the rest waits for the next read */
    assert_int_equal(do_read(&w->a, h, USER_BAD, 10, UINT64_MAX), -ERR_FAULT);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 2, UINT64_MAX), 2);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 10, UINT64_MAX), 3);
    console_left = -1;
    assert_int_equal(do_read(&w->a, h, AT_OUT, 10, UINT64_MAX), 0);
    assert_int_equal(do_write(&w->a, h, AT_IN, 10, UINT64_MAX), STATUS_PARKED);
    console_room = 4;
    kernel_schemes_irq(w->rig.machine, 1u << ARCH_DEVICE_CONSOLE0);
    rig_pump(&w->rig);
    assert_int_equal(actor_result(&w->a), 4);
    console_room = 1000000;
    assert_int_equal(do_write(&w->a, h, AT_IN, 30000, UINT64_MAX), 30000);
    console_left = 0;
    assert_int_equal(do_read(&w->a, h, AT_OUT, 10, UINT64_MAX), STATUS_PARKED);
    actor_signal(&w->a);
    assert_int_equal(actor_result(&w->a), -ERR_INTR);
    actor_signal_taken(&w->a);
    assert_int_equal(control(&w->a, h, HANDLE_SET_FLAGS, FILE_NONBLOCK), 0);
    assert_int_equal(do_read(&w->a, h, AT_OUT, 10, UINT64_MAX), -ERR_AGAIN);
    handle_t queue = (handle_t)CALL(&w->a, event_create(w->a.t));
    assert_int_equal(CALL(&w->a, event_watch(w->a.t, queue, h, EVENT_READABLE, 1)), 0);
    assert_int_equal(CALL(&w->a, event_wait(w->a.t, queue, AT_DATA, 1, DEADLINE_NEVER)),
                     STATUS_PARKED);
    console_left = 1;
    kernel_schemes_irq(w->rig.machine, 1u << ARCH_DEVICE_CONSOLE0);
    rig_pump(&w->rig);
    assert_int_equal(actor_result(&w->a), 1);
    handle_t output = (handle_t)do_open(&w->a, "hw:console/1", FILE_READ);
    assert_int_equal(do_read(&w->a, output, AT_OUT, 1, UINT64_MAX), -ERR_ACCES);
}

static void test_hw_can_be_opened_from_its_directory(void **state)
{
    struct world *w = *state;
    handle_t dir = (handle_t)do_open(&w->a, "hw:", FILE_READ);
    assert_true(dir >= 0);
    put_text(&w->a, AT_PATH, "console/size");
    assert_true(CALL(&w->a, scheme_open(w->a.t, dir, AT_PATH, 12, FILE_READ, 0, 0)) >= 0);
    assert_true(CALL(&w->a, scheme_open(w->a.t, dir, AT_PATH, 11, FILE_READ, 0, 0)) == -ERR_NOENT);
    assert_int_equal(do_open(&w->a, "hw:power", FILE_WRITE), -ERR_PERM); /* init's alone */
    w->rig.machine->init = w->a.process;
    handle_t power = (handle_t)do_open(&w->a, "hw:power", FILE_WRITE);
    w->rig.machine->init = NULL;
    put_text(&w->a, AT_IN, "12x");
    assert_int_equal(do_write(&w->a, power, AT_IN, 3, UINT64_MAX), -ERR_INVAL);
    assert_int_equal(do_write(&w->a, power, AT_IN, 0, UINT64_MAX), -ERR_INVAL);
    put_text(&w->a, AT_IN, "256");
    assert_int_equal(do_write(&w->a, power, AT_IN, 3, UINT64_MAX), -ERR_INVAL);
    put_text(&w->a, AT_IN, "reboots");
    assert_int_equal(do_write(&w->a, power, AT_IN, 7, UINT64_MAX), -ERR_INVAL);
    put_text(&w->a, AT_IN, "99999999");
    assert_int_equal(do_write(&w->a, power, AT_IN, 8, UINT64_MAX), -ERR_INVAL);
    handle_t proc = (handle_t)do_open(&w->a, "proc:", FILE_READ);
    assert_int_equal(CALL(&w->a, process_control(w->a.t, proc, PROCESS_NEXT, 0, 0)),
                     w->a.process->kid);
    assert_int_equal(CALL(&w->a, process_control(w->a.t, dir, PROCESS_NEXT, 0, 0)), -ERR_ACCES);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_start, world_end)
    const struct CMUnitTest tests[] = {
        T(test_a_closed_handle_never_means_anything_again),
        T(test_rights_only_shrink),
        T(test_a_copied_table_has_the_same_numbers),
        T(test_names_are_added_found_listed_and_removed),
        T(test_changing_a_namespace_needs_the_right),
        T(test_a_copy_is_independent_and_an_empty_one_opens_nothing),
        T(test_sys_files_are_snapshots_in_text),
        T(test_the_log_can_be_read_and_watched),
        T(test_timers_expire_once_an_arming),
        T(test_a_timer_by_the_real_time_clock),
        T(test_the_console_blocks_and_goes_on_with_interrupts),
        T(test_hw_can_be_opened_from_its_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
