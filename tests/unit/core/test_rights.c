/*
 * test_rights.c: the rights of abi/syscall.h, every use of a handle there is: with exactly the rights it needs it is not refused for
 * them, and without any one of these it is, with -ERR_ACCES. A use that is not in the table is a hole in this test.
 */
#include "ipc_test.h"

#include "core/machine.h"
#include "core/syscall.h"

#define AT_NEW_PAGES 0x20000000UL /* a free range of addresses */

/* A system call through the table, as a trap makes it. */
static status_t trap(struct actor *a, enum dyad_syscall number, const uint64_t args[6])
{
    a->t->user.number = number;
    memcpy(a->t->user.args, args, sizeof a->t->user.args);
    return CALL(a, syscall_dispatch(a->t));
}

/* ---- what handles are of ---- */

static handle_t sound(status_t h)
{
    assert_true(h >= 0);
    return (handle_t)h;
}

static handle_t make_memory(struct two_actors *w)
{
    return sound(trap(&w->a, SYS_memory_create, (uint64_t[6]){DYAD_PAGE_SIZE}));
}

static handle_t make_space(struct two_actors *w)
{
    return sound(trap(&w->a, SYS_space_create, (uint64_t[6]){0}));
}

static handle_t make_process(struct two_actors *w)
{
    return sound(handle_install(w->a.process, &w->b.process->object, RIGHT_ALL));
}

static handle_t make_names(struct two_actors *w)
{
    struct namespace *system = w->rig.machine->names;
    handle_t h = sound(handle_install(w->a.process, &system->object, RIGHT_ALL));
    return sound(trap(&w->a, SYS_namespace_control,
                      (uint64_t[6]){(uint64_t)h, NAMESPACE_COPY, AT_PATH, 0, 0}));
}

static handle_t make_scheme(struct two_actors *w)
{
    return sound(trap(&w->a, SYS_scheme_create, (uint64_t[6]){(uint64_t)HANDLE_NONE}));
}

static handle_t make_kernel_file(struct two_actors *w)
{
    return sound(do_open(&w->a, "sys:cpus", FILE_READ));
}

static handle_t make_process_table(struct two_actors *w)
{
    return sound(do_open(&w->a, "proc:", 0));
}

static handle_t make_event(struct two_actors *w)
{
    return sound(trap(&w->a, SYS_event_create, (uint64_t[6]){0}));
}

static handle_t make_pipe_end(struct two_actors *w, unsigned end)
{
    handle_t ends[2];
    assert_int_equal(trap(&w->a, SYS_pipe_create, (uint64_t[6]){AT_DATA}), 0);
    get(&w->a, AT_DATA, ends, sizeof ends);
    return ends[end];
}

static handle_t make_pipe_reader(struct two_actors *w)
{
    return make_pipe_end(w, 0);
}

static handle_t make_pipe_writer(struct two_actors *w)
{
    return make_pipe_end(w, 1);
}

/* ---- what is done with them; nothing here waits ---- */

static status_t use_read(struct two_actors *w, handle_t h)
{
    return trap(&w->a, SYS_read, (uint64_t[6]){(uint64_t)h, AT_DATA, 0, UINT64_MAX});
}

static status_t use_write(struct two_actors *w, handle_t h)
{
    return trap(&w->a, SYS_write, (uint64_t[6]){(uint64_t)h, AT_DATA, 0, UINT64_MAX});
}

static status_t map_memory(struct two_actors *w, handle_t h, uint64_t words)
{
    return trap(&w->a, SYS_map,
                (uint64_t[6]){(uint64_t)HANDLE_NONE, 0, DYAD_PAGE_SIZE, words, (uint64_t)h, 0});
}

static status_t use_map_read(struct two_actors *w, handle_t h)
{
    return map_memory(w, h, MAP_PROT_READ | MAP_FLAG_SHARED);
}

static status_t use_map_private(struct two_actors *w, handle_t h)
{
    return map_memory(w, h, MAP_PROT_READ | MAP_PROT_WRITE);
}

static status_t use_map_shared(struct two_actors *w, handle_t h)
{
    return map_memory(w, h, MAP_PROT_READ | MAP_PROT_WRITE | MAP_FLAG_SHARED);
}

static status_t use_map_executable(struct two_actors *w, handle_t h)
{
    return map_memory(w, h, MAP_PROT_READ | MAP_PROT_EXEC);
}

static status_t use_set_size(struct two_actors *w, handle_t h)
{
    return trap(&w->a, SYS_handle_control,
                (uint64_t[6]){(uint64_t)h, HANDLE_SET_SIZE, 2UL * DYAD_PAGE_SIZE});
}

static status_t use_map_in(struct two_actors *w, handle_t h)
{
    return trap(&w->a, SYS_map,
                (uint64_t[6]){(uint64_t)h, AT_NEW_PAGES, DYAD_PAGE_SIZE,
                              MAP_PROT_READ | MAP_PROT_WRITE | MAP_FLAG_FIXED,
                              (uint64_t)HANDLE_NONE, 0});
}

static status_t use_unmap_in(struct two_actors *w, handle_t h)
{
    return trap(&w->a, SYS_unmap, (uint64_t[6]){(uint64_t)h, AT_NEW_PAGES, DYAD_PAGE_SIZE});
}

static status_t use_protect_in(struct two_actors *w, handle_t h)
{
    return trap(&w->a, SYS_protect,
                (uint64_t[6]){(uint64_t)h, AT_NEW_PAGES, DYAD_PAGE_SIZE, MAP_PROT_READ});
}

static status_t use_remap_in(struct two_actors *w, handle_t h)
{
    return trap(&w->a, SYS_remap,
                (uint64_t[6]){(uint64_t)h, AT_NEW_PAGES, DYAD_PAGE_SIZE, 2UL * DYAD_PAGE_SIZE});
}

static status_t use_exec(struct two_actors *w, handle_t h)
{
    struct exec_args args = {.entry = USER_BASE, .stack = USER_BASE};
    put(&w->a, AT_DATA, &args, sizeof args);
    return trap(&w->a, SYS_exec, (uint64_t[6]){(uint64_t)h, AT_DATA});
}

static status_t use_fork(struct two_actors *w, handle_t h)
{
    return trap(&w->a, SYS_process_fork, (uint64_t[6]){(uint64_t)h, 999, 0});
}

static status_t use_thread_create(struct two_actors *w, handle_t h)
{
    struct thread_args args = {.entry = USER_BASE, .stack = USER_BASE, .flags = THREAD_SUSPENDED};
    put(&w->a, AT_DATA, &args, sizeof args);
    return trap(&w->a, SYS_thread_create, (uint64_t[6]){(uint64_t)h, AT_DATA});
}

static status_t use_call(struct two_actors *w, handle_t h)
{
    return do_call(&w->a, h, VERB_PRIVATE, 0, 0);
}

static status_t use_open_in(struct two_actors *w, handle_t h)
{
    put_text(&w->a, AT_PATH, "x");
    return trap(&w->a, SYS_open, (uint64_t[6]){(uint64_t)h, AT_PATH, 1, FILE_READ});
}

static status_t name_op(struct two_actors *w, handle_t names, uint64_t op, handle_t scheme)
{
    put_text(&w->a, AT_PATH, "x");
    return trap(&w->a, SYS_namespace_control,
                (uint64_t[6]){(uint64_t)names, op, AT_PATH, 1, (uint64_t)scheme});
}

static status_t use_name(struct two_actors *w, handle_t h)
{
    return name_op(w, h, NAMESPACE_ADD, make_scheme(w));
}

static status_t use_name_of(struct two_actors *w, handle_t h)
{
    return name_op(w, make_names(w), NAMESPACE_ADD, h);
}

static status_t use_unname(struct two_actors *w, handle_t h)
{
    return name_op(w, h, NAMESPACE_REMOVE, HANDLE_NONE);
}

static status_t use_scheme_create(struct two_actors *w, handle_t h)
{
    put_text(&w->a, AT_PATH, "x");
    return trap(&w->a, SYS_scheme_create, (uint64_t[6]){(uint64_t)h, AT_PATH, 1, 0});
}

static status_t use_find(struct two_actors *w, handle_t h)
{
    return trap(&w->a, SYS_process_control,
                (uint64_t[6]){(uint64_t)h, PROCESS_FIND, w->b.process->kid, 0});
}

static status_t use_next(struct two_actors *w, handle_t h)
{
    return trap(&w->a, SYS_process_control, (uint64_t[6]){(uint64_t)h, PROCESS_NEXT, 0, 0});
}

static status_t use_serve(struct two_actors *w, handle_t h)
{
    return trap(&w->a, SYS_scheme_serve,
                (uint64_t[6]){(uint64_t)h, 0, AT_REQUEST, AT_BUFFER, 64, 0});
}

static status_t use_scheme_copy(struct two_actors *w, handle_t h)
{
    return trap(&w->a, SYS_scheme_copy,
                (uint64_t[6]){(uint64_t)h, 0, COPY_TO_CLIENT, 0, AT_DATA, 1});
}

static status_t use_notify(struct two_actors *w, handle_t h)
{
    return trap(&w->a, SYS_scheme_notify, (uint64_t[6]){(uint64_t)h, 1, EVENT_READABLE});
}

static status_t use_watch(struct two_actors *w, handle_t h)
{
    return trap(&w->a, SYS_event_watch,
                (uint64_t[6]){(uint64_t)make_event(w), (uint64_t)h, EVENT_READABLE, 1});
}

static status_t use_watch_by_scheme(struct two_actors *w, handle_t h)
{
    return trap(&w->a, SYS_event_watch,
                (uint64_t[6]){(uint64_t)h, (uint64_t)make_pipe_reader(w), EVENT_READABLE, 1});
}

static status_t use_give(struct two_actors *w, handle_t h)
{
    return trap(&w->a, SYS_process_control,
                (uint64_t[6]){(uint64_t)make_process(w), PROCESS_GIVE, (uint64_t)h, 0});
}

#define REFUSED_ONLY 1u /* what it does with the right would be the end of the actor */

static const struct use {
    const char *name;
    handle_t (*make)(struct two_actors *w);
    status_t (*use)(struct two_actors *w, handle_t h);
    uint32_t needs;
    unsigned flags;
} uses[] = {
    {"read memory", make_memory, use_read, RIGHT_READ, 0},
    {"write memory", make_memory, use_write, RIGHT_WRITE, 0},
    {"read a space", make_space, use_read, RIGHT_READ, 0},
    {"write a space", make_space, use_write, RIGHT_WRITE, 0},
    {"read a pipe", make_pipe_reader, use_read, RIGHT_READ, 0},
    {"write a pipe", make_pipe_writer, use_write, RIGHT_WRITE, 0},
    {"read a kernel's file", make_kernel_file, use_read, RIGHT_READ, 0},
    {"map to read", make_memory, use_map_read, RIGHT_READ, 0},
    {"map a private copy", make_memory, use_map_private, RIGHT_READ, 0},
    {"map to write", make_memory, use_map_shared, RIGHT_READ | RIGHT_WRITE, 0},
    {"map to execute", make_memory, use_map_executable, RIGHT_READ | RIGHT_EXEC, 0},
    {"resize memory", make_memory, use_set_size, RIGHT_CONTROL, 0},
    {"map in a space", make_space, use_map_in, RIGHT_CONTROL, 0},
    {"unmap in a space", make_space, use_unmap_in, RIGHT_CONTROL, 0},
    {"protect in a space", make_space, use_protect_in, RIGHT_CONTROL, 0},
    {"remap in a space", make_space, use_remap_in, RIGHT_CONTROL, 0},
    {"exec", make_space, use_exec, RIGHT_CONTROL, REFUSED_ONLY},
    {"fork", make_process, use_fork, RIGHT_CONTROL, 0},
    {"make a thread", make_process, use_thread_create, RIGHT_CONTROL, 0},
    {"call a kernel's file", make_kernel_file, use_call, RIGHT_CALL, 0},
    {"open in a kernel's file", make_kernel_file, use_open_in, RIGHT_CALL, 0},
    {"add a name", make_names, use_name, RIGHT_CALL, 0},
    {"give a scheme a name", make_scheme, use_name_of, RIGHT_CALL, 0},
    {"remove a name", make_names, use_unname, RIGHT_CALL, 0},
    {"create a scheme", make_names, use_scheme_create, RIGHT_CALL, 0},
    {"find a process", make_process_table, use_find, RIGHT_CALL, 0},
    {"list processes", make_process_table, use_next, RIGHT_CALL, 0},
    {"serve", make_scheme, use_serve, RIGHT_CONTROL, 0},
    {"copy for a request", make_scheme, use_scheme_copy, RIGHT_CONTROL, 0},
    {"tell levels", make_scheme, use_notify, RIGHT_CONTROL, 0},
    {"watch", make_pipe_reader, use_watch, RIGHT_WATCH, 0},
    {"watch by a scheme", make_scheme, use_watch_by_scheme, RIGHT_CONTROL, 0},
    {"give", make_event, use_give, RIGHT_PASS, 0},
};

static status_t use_with(struct two_actors *w, const struct use *use, uint32_t rights)
{
    handle_t h = use->make(w);
    return use->use(w, sound(CALL(&w->a, handle_dup(w->a.t, h, rights))));
}

static void test_each_use_needs_its_rights_and_no_others(void **state)
{
    struct two_actors *w = *state;
    for (unsigned i = 0; i < ARRAY_COUNT(uses); i++) {
        const struct use *use = &uses[i];
        for (uint32_t right = 1; right <= RIGHT_WATCH; right <<= 1) {
            if (!(use->needs & right))
                continue;
            status_t status = use_with(w, use, RIGHT_ALL & ~right);
            if (status != -ERR_ACCES)
                fail_msg("%s without right %#x: %ld", use->name, right, (long)status);
        }
        if (use->flags & REFUSED_ONLY)
            continue;
        status_t status = use_with(w, use, use->needs);
        if (status == -ERR_ACCES || status == STATUS_PARKED)
            fail_msg("%s with its rights: %ld", use->name, (long)status);
    }
}

/* Whoever may not control a process learns of it what PROCESS_INFO says, and nothing else. */
static void test_every_operation_on_a_process_but_looking_needs_control(void **state)
{
    struct two_actors *w = *state;
    handle_t full = make_process(w);
    handle_t weak = sound(CALL(&w->a, handle_dup(w->a.t, full, RIGHT_ALL & ~RIGHT_CONTROL)));
    for (unsigned op = PROCESS_START; op <= PROCESS_SET_SCHED; op++) {
        bool is_tables = op == PROCESS_FIND || op == PROCESS_NEXT;
        uint64_t args[6] = {(uint64_t)weak, op, AT_DATA, sizeof(struct process_info)};
        assert_int_equal(trap(&w->a, SYS_process_control, args),
                         is_tables ? -ERR_INVAL : -ERR_ACCES);
    }
    uint64_t args[6] = {(uint64_t)weak, PROCESS_INFO, AT_DATA, sizeof(struct process_info)};
    assert_int_equal(trap(&w->a, SYS_process_control, args), 0);
    assert_int_equal(trap(&w->b, SYS_null, (uint64_t[6]){0}), 0); /* it is as it was */
}

static void test_what_a_process_may_not_do_to_itself_without_a_handle(void **state)
{
    struct two_actors *w = *state;
    static const enum process_op refused[] = {
        PROCESS_START, PROCESS_STOP,       PROCESS_CONTINUE, PROCESS_SET_CRED, PROCESS_GIVE,
        PROCESS_SPACE, PROCESS_TAKE_EVENT, PROCESS_RESUME,   PROCESS_SUPERVISE};
    for (unsigned i = 0; i < ARRAY_COUNT(refused); i++) {
        uint64_t args[6] = {(uint64_t)HANDLE_NONE, refused[i], AT_DATA, 0};
        assert_int_equal(trap(&w->a, SYS_process_control, args), -ERR_ACCES);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_use_needs_its_rights_and_no_others,
                                        two_actors_start, two_actors_end),
        cmocka_unit_test_setup_teardown(test_every_operation_on_a_process_but_looking_needs_control,
                                        two_actors_start, two_actors_end),
        cmocka_unit_test_setup_teardown(test_what_a_process_may_not_do_to_itself_without_a_handle,
                                        two_actors_start, two_actors_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
