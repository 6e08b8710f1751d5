/* test_out_of_memory.c: with every allocation of a system call failing in turn: does it say so, and is all as it was before? */
#include "ipc_test.h"

#include "abi/file.h"
#include "core/machine.h"
#include "core/scheme.h"
#include "core/space.h"

struct world {
    struct rig rig;
    struct actor a, helper;
};

static int world_start(void **state)
{
    static struct world world;
    memset(&world, 0, sizeof world);
    rig_start(&world.rig);
    struct boot_info *boot = &world.rig.machine->boot;
    boot->devices[0] = (struct boot_range){0xe0000000, 0x100000};
    boot->device_count = 1;
    boot->screen =
        (struct boot_screen){.base = 0xe0000000, .width = 64, .height = 32, .stride = 256};
    actor_start(&world.a, &world.rig);
    actor_start(&world.helper, &world.rig);
    *state = &world;
    return 0;
}

static int world_end(void **state)
{
    struct world *w = *state;
    actor_end(&w->a);
    actor_end(&w->helper);
    rig_end(&w->rig);
    return 0;
}

static int64_t give_device(enum arch_device device, void *buffer, size_t bytes)
{
    (void)device;
    memset(buffer, 0, bytes);
    return (int64_t)bytes;
}

static int64_t take_device(enum arch_device device, const void *data, size_t bytes)
{
    (void)device, (void)data;
    return (int64_t)bytes;
}

static unsigned poll_device(enum arch_device device)
{
    (void)device;
    return EVENT_READABLE | EVENT_WRITABLE;
}

/* A system call with one allocation less each time; what it made is closed. */
struct attempt {
    struct world *w;
    status_t (*call)(struct actor *a, const char *path);
    const char *path;
    unsigned failed, done;
};

static void attempt_once(void *argument, bool failing)
{
    struct attempt *at = argument;
    struct actor *a = &at->w->a;
    (void)failing;
    uint16_t handles = a->process->handles.count;
    status_t status = at->call(a, at->path);
    if (status < 0) {
        if (status != -ERR_NOMEM && status != -ERR_AGAIN)
            fail_msg("%s: %ld", at->path, (long)status);
        assert_int_equal(a->process->handles.count, handles);
        at->failed++;
    } else {
        at->done++;
        if (a->process->handles.count != handles)
            assert_int_equal(do_close(a, (handle_t)status), 0);
        assert_int_equal(a->process->handles.count, handles);
    }
}

/* Each site fails once, and then it goes well; nothing has been left behind. */
static void attempt_all(struct world *w, const char *path,
                        status_t (*call)(struct actor *a, const char *path))
{
    struct attempt at = {.w = w, .call = call, .path = path};
    /* What is made for good, such as a larger handle table, comes first. */
    attempt_once(&at, false);
    assert_int_equal(at.failed, 0);
    uint64_t before = heap_bytes_used(w->rig.machine);
    at.done = 0;
    sweep(w->rig.machine, attempt_once, &at);
    rig_pump(&w->rig);
    assert_true(at.done > 0 && at.failed > 0);
    assert_true(heap_bytes_used(w->rig.machine) <= before);
}

static status_t open_to_read(struct actor *a, const char *path)
{
    return do_open(a, path, FILE_READ);
}

static void test_files_of_the_kernel(void **state)
{
    static const char *const paths[] = {
        "irq:1",       "port:60-8",  "memory:e0000000-1000", "hw:screen",      "hw:screen/memory",
        "hw:pci",      "hw:args",    "hw:console/0",         "log:",           "time:monotonic",
        "sys:schemes", "sys:uptime", "sys:processes",        "hw:console/size"};
    struct world *w = *state;
    fake_arch.device_read = give_device;
    fake_arch.device_write = take_device;
    fake_arch.device_poll = poll_device;
    for (unsigned i = 0; i < ARRAY_COUNT(paths); i++)
        attempt_all(w, paths[i], open_to_read);
}

static status_t make_event(struct actor *a, const char *path)
{
    (void)path;
    return CALL(a, event_create(a->t));
}

static status_t make_process(struct actor *a, const char *path)
{
    (void)path;
    return CALL(a, process_create_child(a->t, HANDLE_NONE));
}

static status_t make_scheme(struct actor *a, const char *path)
{
    handle_t names =
        (handle_t)handle_install(a->process, &a->rig->machine->names->object, RIGHT_ALL);
    assert_true(names >= 0);
    put_text(a, AT_PATH, path);
    status_t status = CALL(a, scheme_create(a->t, names, AT_PATH, strlen(path), 0));
    assert_int_equal(do_close(a, names), 0);
    return status;
}

static void test_objects(void **state)
{
    struct world *w = *state;
    attempt_all(w, "event", make_event);
    attempt_all(w, "process", make_process);
    attempt_all(w, "scheme", make_scheme);
}

/* Its first request needs memory of its own, whatever it is. */
static void test_a_first_read_or_write(void **state)
{
    struct world *w = *state;
    handle_t scheme = do_scheme(&w->helper, "test");
    handle_t h = open_file(&w->a, &w->helper, scheme, "test:f", FILE_RDWR, 7, 0);
    for (unsigned i = 0; i < 2; i++) {
        request_slot_free(w->a.t);
        atomic_store(&w->rig.machine->heap.fault.fail_at, 1);
        assert_int_equal(i == 0 ? do_read(&w->a, h, AT_OUT, 1, UINT64_MAX)
                                : do_write(&w->a, h, AT_IN, 1, UINT64_MAX),
                         -ERR_NOMEM);
        assert_int_equal(atomic_load(&w->rig.machine->heap.fault.fail_at), 0);
    }
    assert_int_equal(do_close(&w->a, h), 0);
}

static uint32_t count_threads(struct process *process)
{
    lock_acquire(&process->lock);
    uint32_t count = process->thread_count;
    lock_release(&process->lock);
    return count;
}

static void test_a_thread_without_a_context_is_none(void **state)
{
    struct world *w = *state;
    struct thread_args args = {.entry = USER_BASE, .stack = USER_BASE + USER_BYTES};
    put(&w->a, AT_DATA, &args, sizeof args);
    uint32_t before = count_threads(w->a.process);
    fake_arch.user_init_fail_at = 1;
    assert_int_equal(CALL(&w->a, thread_create_call(w->a.t, HANDLE_NONE, AT_DATA)), -ERR_AGAIN);
    assert_int_equal(fake_arch.user_init_fail_at, 0);
    assert_int_equal(count_threads(w->a.process), before);
    atomic_store(&w->rig.machine->heap.fault.fail_at, 1);
    assert_int_equal(CALL(&w->a, thread_create_call(w->a.t, HANDLE_NONE, AT_DATA)), -ERR_NOMEM);
    atomic_store(&w->rig.machine->heap.fault.fail_at, 0);
    assert_int_equal(count_threads(w->a.process), before);
}

static void test_a_process_without_an_address_space_is_none(void **state)
{
    struct world *w = *state;
    uint16_t handles = w->a.process->handles.count;
    fake_arch.space_init_fail_at = 1;
    assert_int_equal(CALL(&w->a, process_create_child(w->a.t, HANDLE_NONE)), -ERR_AGAIN);
    assert_int_equal(w->a.process->handles.count, handles);
}

/* A translation that cannot be made is tried again by the next access. */
static void test_a_fault_without_page_tables_leaves_nothing(void **state)
{
    struct world *w = *state;
    uint64_t at;
    assert_int_equal(space_map_now(w->a.t->space, 0x50000000, 0x10000,
                                   MAP_PROT_READ | MAP_PROT_WRITE, MAP_FLAG_FIXED, NULL, 0, &at),
                     0);
    for (int i = 0; i < 2; i++) {
        fake_arch.space_map_fail_at = 1;
        assert_int_equal(space_fault(w->a.t->space, at, MAP_PROT_WRITE), -ERR_NOMEM);
        assert_int_equal(fake_arch.space_map_fail_at, 0);
    }
    assert_int_equal(space_fault(w->a.t->space, at, MAP_PROT_WRITE), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_start, world_end)
    const struct CMUnitTest tests[] = {
        T(test_files_of_the_kernel),
        T(test_objects),
        T(test_a_first_read_or_write),
        T(test_a_thread_without_a_context_is_none),
        T(test_a_process_without_an_address_space_is_none),
        T(test_a_fault_without_page_tables_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
