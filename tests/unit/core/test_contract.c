/* test_contract.c: what abi/syscall.h and abi/scheme.h promise of rights, names, credentials, clocks and counts, one sentence a test. */
#include "ipc_test.h"

#include "abi/file.h"
#include "core/machine.h"

static status_t handle_op(struct actor *a, handle_t h, uint64_t op, uint64_t arg)
{
    return CALL(a, handle_control(a->t, h, op, arg));
}

static uint32_t rights_of(struct actor *a, handle_t h)
{
    status_t info = handle_op(a, h, HANDLE_INFO, 0);
    assert_true(info >= 0);
    return (uint32_t)info >> 8;
}

static status_t control(struct actor *a, handle_t h, uint64_t op, uint64_t arg, uint64_t length)
{
    return CALL(a, process_control(a->t, h, op, arg, length));
}

static handle_t handle_of(struct actor *a, struct kobject *object, uint32_t rights)
{
    status_t h = handle_install(a->process, object, rights);
    assert_true(h >= 0);
    return (handle_t)h;
}

static handle_t names_of(struct actor *a)
{
    return handle_of(a, &a->rig->machine->names->object, RIGHT_ALL);
}

static status_t name_op(struct actor *a, handle_t names, uint64_t op, const char *name,
                        uint64_t arg)
{
    put_text(a, AT_PATH, name);
    return CALL(a, namespace_control(a->t, names, op, AT_PATH, strlen(name), arg));
}

/* ---- files of a server ---- */

static void test_an_open_gives_the_rights_of_its_flags(void **state)
{
    struct two_actors *w = *state;
    static const struct {
        unsigned flags;
        uint32_t rights;
    } cases[] = {
        {0, 0},
        {FILE_READ, RIGHT_READ},
        {FILE_WRITE, RIGHT_WRITE},
        {FILE_RDWR, RIGHT_READ | RIGHT_WRITE},
        {FILE_READ | FILE_EXEC, RIGHT_READ | RIGHT_EXEC},
        {FILE_EXEC, RIGHT_EXEC},
        {FILE_RDWR | FILE_EXEC | FILE_PATH, 0},
        {FILE_READ | FILE_APPEND | FILE_NONBLOCK | FILE_DIRECTORY, RIGHT_READ},
    };
    handle_t scheme = do_scheme(&w->b, "s");
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        handle_t h = open_file(&w->a, &w->b, scheme, "s:", cases[i].flags, 10 + i, 0);
        assert_int_equal(rights_of(&w->a, h),
                         cases[i].rights | RIGHT_CALL | RIGHT_PASS | RIGHT_WATCH);
        assert_int_equal(handle_op(&w->a, h, HANDLE_GET_FLAGS, 0),
                         cases[i].flags & (FILE_RDWR | FILE_APPEND | FILE_NONBLOCK | FILE_PATH));
        assert_int_equal(handle_op(&w->a, h, HANDLE_SEEK_SET, 0), -ERR_SPIPE);
    }
}

static void test_flags_that_can_change_are_append_and_nonblock(void **state)
{
    struct two_actors *w = *state;
    handle_t scheme = do_scheme(&w->b, "s");
    handle_t h = open_file(&w->a, &w->b, scheme, "s:", FILE_READ | FILE_SYNC, 7, FILE_SEEKABLE);
    const status_t fixed = FILE_READ | FILE_SYNC | FILE_SEEKABLE;
    assert_int_equal(handle_op(&w->a, h, HANDLE_GET_FLAGS, 0), fixed);
    assert_int_equal(handle_op(&w->a, h, HANDLE_SET_FLAGS, UINT64_MAX), 0);
    assert_int_equal(handle_op(&w->a, h, HANDLE_GET_FLAGS, 0), fixed | FILE_APPEND | FILE_NONBLOCK);
    assert_int_equal(handle_op(&w->a, h, HANDLE_SET_FLAGS, FILE_APPEND), 0);
    assert_int_equal(handle_op(&w->a, h, HANDLE_GET_FLAGS, 0), fixed | FILE_APPEND);
    assert_int_equal(handle_op(&w->a, h, HANDLE_SET_FLAGS, 0), 0);
    assert_int_equal(handle_op(&w->a, h, HANDLE_GET_FLAGS, 0), fixed);
    assert_int_equal(handle_op(&w->a, h, HANDLE_SET_SIZE, 0), -ERR_INVAL);
}

/* A server that is shown a handle finds its own file by it, and nobody else does. */
static void test_only_its_server_learns_a_files_id(void **state)
{
    struct two_actors *w = *state;
    handle_t scheme = do_scheme(&w->b, "s"), other = do_scheme(&w->b, "o");
    handle_t h = open_file(&w->a, &w->b, scheme, "s:", FILE_READ, 77, 0);
    struct kobject *object;
    assert_int_equal(handle_lookup(w->a.process, h, 0, 0, &object, NULL), 0);
    handle_t shown = handle_of(&w->b, object, RIGHT_CALL);
    kobject_put(object);
    assert_int_equal(handle_op(&w->b, shown, HANDLE_FILE_ID, (uint64_t)scheme), 77);
    assert_int_equal(handle_op(&w->b, shown, HANDLE_FILE_ID, (uint64_t)other), -ERR_XDEV);
    assert_int_equal(handle_op(&w->b, shown, HANDLE_FILE_ID, (uint64_t)shown), -ERR_INVAL);
    status_t weak = CALL(&w->b, handle_dup(w->b.t, scheme, ~(uint64_t)RIGHT_CONTROL));
    assert_int_equal(handle_op(&w->b, shown, HANDLE_FILE_ID, (uint64_t)weak), -ERR_ACCES);
    assert_int_equal(handle_op(&w->a, h, HANDLE_FILE_ID, 12345), -ERR_BADF);
}

/* ---- schemes ---- */

/* A given handle serves like its original, and is no more than that: with the last of them the scheme dies. */
static void test_a_scheme_dies_with_the_last_handle_that_was_given(void **state)
{
    struct two_actors *w = *state;
    handle_t scheme = do_scheme(&w->a, "s");
    struct kobject *object;
    assert_int_equal(handle_lookup(w->a.process, scheme, 0, 0, &object, NULL), 0);
    handle_t to = handle_of(&w->a, &w->b.process->object, RIGHT_ALL);
    assert_int_equal(atomic_load(&scheme_of(object)->controls), 1);
    status_t given = control(&w->a, to, PROCESS_GIVE, (uint64_t)scheme, 0);
    assert_true(given >= 0);
    assert_int_equal(atomic_load(&scheme_of(object)->controls), 2);
    assert_int_equal(rights_of(&w->b, (handle_t)given), rights_of(&w->a, scheme));
    status_t weak = CALL(&w->a, handle_dup(w->a.t, scheme, RIGHT_CALL | RIGHT_PASS));
    assert_int_equal(atomic_load(&scheme_of(object)->controls), 2);
    assert_int_equal(do_close(&w->a, scheme), 0);
    assert_false(scheme_is_dead(scheme_of(object)));
    assert_int_equal(do_close(&w->b, (handle_t)given), 0);
    assert_true(scheme_is_dead(scheme_of(object)));
    assert_int_equal(scheme_of(object)->object.ops->poll(object), EVENT_HANGUP);
    assert_int_equal(do_close(&w->a, (handle_t)weak), 0);
    kobject_put(object);
}

/* Otherwise nobody could end them any more. One that runs ends by itself. */
static void test_processes_that_have_not_started_do_not_keep_each_other(void **state)
{
    struct two_actors *w = *state;
    uint32_t processes = rig_processes(&w->rig);
    handle_t first = (handle_t)CALL(&w->a, process_create_child(w->a.t, HANDLE_NONE));
    handle_t second = (handle_t)CALL(&w->a, process_create_child(w->a.t, HANDLE_NONE));
    handle_t runs = handle_of(&w->a, &w->b.process->object, RIGHT_ALL);
    assert_true(first >= 0 && second >= 0);
    assert_int_equal(control(&w->a, first, PROCESS_START, 0, 0), -ERR_INVAL); /* no thread */
    assert_int_equal(control(&w->a, first, PROCESS_GIVE, (uint64_t)first, 0), -ERR_INVAL);
    assert_int_equal(control(&w->a, first, PROCESS_GIVE, (uint64_t)second, 0), -ERR_INVAL);
    assert_true(control(&w->a, first, PROCESS_GIVE, (uint64_t)runs, 0) >= 0);
    status_t given = control(&w->a, runs, PROCESS_GIVE, (uint64_t)second, 0);
    assert_true(given >= 0);
    assert_int_equal(do_close(&w->a, first), 0);
    assert_int_equal(do_close(&w->a, second), 0);
    assert_int_equal(rig_processes(&w->rig), processes + 1);
    assert_int_equal(do_close(&w->b, (handle_t)given), 0);
    assert_int_equal(rig_processes(&w->rig), processes);
}

static void test_a_dead_schemes_name_is_free(void **state)
{
    struct two_actors *w = *state;
    char text[400] = "";
    handle_t names = names_of(&w->a), scheme = do_scheme(&w->a, "mortal");
    status_t weak = CALL(&w->a, handle_dup(w->a.t, scheme, RIGHT_CALL));
    assert_int_equal(name_op(&w->a, names, NAMESPACE_ADD, "mortal", (uint64_t)weak), -ERR_EXIST);
    assert_int_equal(do_close(&w->a, scheme), 0);
    assert_int_equal(do_open(&w->b, "mortal:", FILE_READ), -ERR_NODEV);
    assert_int_equal(name_op(&w->a, names, NAMESPACE_ADD, "again", (uint64_t)weak), -ERR_NODEV);
    size_t bytes = namespace_list(w->rig.machine->names, text, sizeof text - 1);
    text[bytes] = '\0';
    assert_null(strstr(text, "mortal"));
    status_t copy = name_op(&w->a, names, NAMESPACE_COPY, "", 0);
    assert_true(copy >= 0);
    assert_int_equal(name_op(&w->a, (handle_t)copy, NAMESPACE_REMOVE, "mortal", 0), -ERR_NOENT);
    assert_int_equal(name_op(&w->a, (handle_t)copy, NAMESPACE_REMOVE, "sys", 0), 0);
    (void)do_scheme(&w->b, "mortal"); /* it can be had again */
    assert_int_equal(do_open(&w->a, "mortal:", FILE_READ), STATUS_PARKED);
    actor_kill(&w->b);
    assert_int_equal(actor_result(&w->a), -ERR_NODEV);
}

/* As many lines as fit whole. */
static void test_a_list_of_names_ends_with_a_whole_line(void **state)
{
    struct two_actors *w = *state;
    char all[400], some[400];
    size_t total = namespace_list(w->rig.machine->names, all, sizeof all);
    for (size_t room = 0; room <= total + 1; room++) {
        memset(some, 'x', sizeof some);
        size_t bytes = namespace_list(w->rig.machine->names, some, room);
        assert_true(bytes <= room && (bytes == 0 || some[bytes - 1] == '\n'));
        assert_memory_equal(some, all, bytes);
        assert_int_equal(some[bytes], 'x');
        size_t next = bytes;
        while (next < total && all[next] != '\n')
            next++;
        assert_true(bytes == total || next + 1 > room);
    }
}

/* ---- processes ---- */

static void test_info_says_what_is_there(void **state)
{
    struct two_actors *w = *state;
    struct process_info info;
    handle_t h = handle_of(&w->a, &w->b.process->object, 0); /* looking needs no right */
    struct cred cred = {.pid = 3, .uid = 8, .egid = 9};
    handle_t full = handle_of(&w->a, &w->b.process->object, RIGHT_ALL);
    put(&w->a, AT_DATA, &cred, sizeof cred);
    assert_int_equal(control(&w->a, full, PROCESS_SET_CRED, AT_DATA, 0), 0);
    char name[32] = "a name that has thirty-one byte";
    name[31] = 'x'; /* it is cut */
    put(&w->a, AT_DATA, name, sizeof name);
    assert_int_equal(control(&w->a, full, PROCESS_SET_NAME, AT_DATA, 0), 0);
    handle_t extra = handle_of(&w->b, &w->a.process->object, 0);
    struct process *b = w->b.process;
    w->b.t->signal_mask = 7; /* so that none of them is delivered */
    w->b.t->signal_pending = 1;
    b->signal_pending = 2;
    b->signal_caught = 8;
    b->signal_ignored = 16;
    b->signal_children = SIGNAL_CHILDREN_NO_STOPS;
    assert_int_equal(control(&w->a, h, PROCESS_INFO, AT_DATA, sizeof info), 0);
    get(&w->a, AT_DATA, &info, sizeof info);
    w->b.t->signal_pending = b->signal_pending = 0;
    assert_true(info.signals_blocked == 7 && info.signals_pending == 3);
    assert_true(info.signals_caught == 8 && info.signals_ignored == 16);
    assert_int_equal(info.signals_children, SIGNAL_CHILDREN_NO_STOPS);
    name[31] = '\0';
    assert_string_equal(info.name, name);
    assert_memory_equal(&info.cred, &cred, sizeof cred);
    assert_int_equal(info.kid, w->b.process->kid);
    assert_true(info.threads == 1 && info.handles == 1 && info.execs == 0 && info.status == 0);
    assert_int_equal(info.state, PROCESS_STATE_RUNNING);
    assert_true(info.kernel_bytes != 0);
    assert_int_equal(control(&w->a, h, PROCESS_KILL, 0, 0), -ERR_ACCES);
    memset(&info, 'x', sizeof info);
    put(&w->a, AT_DATA, &info, sizeof info);
    assert_int_equal(control(&w->a, h, PROCESS_INFO, AT_DATA, 8), 0); /* no more than asked for */
    get(&w->a, AT_DATA, &info, sizeof info);
    assert_int_equal(info.kid, w->b.process->kid);
    assert_int_equal(info.state, 0x78787878);
    assert_int_equal(do_close(&w->b, extra), 0);
    for (unsigned word = 0; word < CRED_KID; word++)
        assert_int_equal(process_cred_word(w->b.process, word), ((uint32_t *)&cred)[word]);
}

static void test_info_tells_how_many_threads_wait(void **state)
{
    struct two_actors *w = *state;
    struct process_info info;
    handle_t h = handle_of(&w->a, &w->b.process->object, 0);
    uint64_t later = arch_time_ns(DYAD_CLOCK_MONOTONIC) + 1000;
    for (unsigned waiting = 0; waiting < 2; waiting++) {
        assert_int_equal(control(&w->a, h, PROCESS_INFO, AT_DATA, sizeof info), 0);
        get(&w->a, AT_DATA, &info, sizeof info);
        assert_int_equal(info.waiting, waiting);
        assert_int_equal(info.threads, 1);
        if (waiting == 0)
            assert_int_equal(CALL(&w->b, thread_sleep(w->b.t, DYAD_CLOCK_MONOTONIC, later)),
                             STATUS_PARKED);
    }
    rig_advance(&w->rig, 1000);
    assert_int_equal(actor_result(&w->b), 0);
}

static void test_processes_are_found_by_kernel_id(void **state)
{
    struct two_actors *w = *state;
    handle_t proc = (handle_t)do_open(&w->a, "proc:", FILE_READ);
    assert_true(proc >= 0);
    uint64_t first = w->a.process->kid, second = w->b.process->kid;
    assert_int_equal(second, first + 1);
    assert_int_equal(control(&w->a, proc, PROCESS_NEXT, first - 1, 0), first);
    assert_int_equal(control(&w->a, proc, PROCESS_NEXT, first, 0), second);
    assert_int_equal(control(&w->a, proc, PROCESS_NEXT, second, 0), 0);
    status_t found = control(&w->a, proc, PROCESS_FIND, second, 0);
    assert_true(found >= 0);
    handle_t known = handle_of(&w->a, &w->b.process->object, 0);
    assert_int_equal(handle_op(&w->a, (handle_t)found, HANDLE_SAME, (uint64_t)known), 1);
    assert_int_equal(handle_op(&w->a, proc, HANDLE_SAME, (uint64_t)known), 0);
    assert_int_equal(handle_op(&w->a, proc, HANDLE_SAME, 12345), -ERR_BADF);
    assert_int_equal(rights_of(&w->a, (handle_t)found), RIGHT_ALL);
    assert_int_equal(control(&w->a, proc, PROCESS_FIND, second + 1, 0), -ERR_SRCH);
}

/* Each limit is its own, and what a second quota replaces is given back. */
static void test_a_quota_limits_what_is_made_after_it(void **state)
{
    struct two_actors *w = *state;
    struct quota_limits limits = {
        .pages = 1, .kernel_bytes = 1 << 20, .processes = 2, .threads = 3};
    for (unsigned i = 0; i < 2; i++) {
        put(&w->a, AT_DATA, &limits, sizeof limits);
        assert_int_equal(control(&w->a, HANDLE_NONE, PROCESS_SET_QUOTA, AT_DATA, 0), 0);
    }
    struct quota *quota = process_spending_quota(w->a.process);
    assert_ptr_not_equal(quota, w->a.process->quota);
    assert_ptr_equal(quota->parent, w->a.process->quota);
    for (unsigned i = 0; i < 3; i++) {
        status_t made = CALL(&w->a, process_create_child(w->a.t, HANDLE_NONE));
        assert_true(i < 2 ? made >= 0 : made == -ERR_AGAIN);
    }
    assert_int_equal(quota_charge(quota, QUOTA_THREADS, 4), -ERR_AGAIN);
    assert_int_equal(quota_charge(quota, QUOTA_THREADS, 3), 0);
    quota_release(quota, QUOTA_THREADS, 3);
    assert_int_equal(quota_charge(quota, QUOTA_PAGES, 2), -ERR_NOMEM);
    assert_int_equal(quota_charge(quota, QUOTA_KERNEL_BYTES, 1 << 20), -ERR_NOMEM);
    quota_put(quota);
}

static void test_a_process_changes_its_namespace(void **state)
{
    struct two_actors *w = *state;
    status_t empty = CALL(&w->a, namespace_control(w->a.t, HANDLE_NONE, NAMESPACE_CREATE, 0, 0, 0));
    assert_true(empty >= 0);
    assert_true(do_open(&w->a, "sys:cpus", FILE_READ) >= 0);
    assert_int_equal(control(&w->a, HANDLE_NONE, PROCESS_SET_NAMESPACE, (uint64_t)empty, 0), 0);
    assert_int_equal(do_open(&w->a, "sys:cpus", FILE_READ), -ERR_NODEV);
    assert_true(do_open(&w->b, "sys:cpus", FILE_READ) >= 0);
    assert_int_equal(control(&w->a, HANDLE_NONE, PROCESS_SET_NAMESPACE, 12345, 0), -ERR_BADF);
}

/* procd forks for its clients, with the credentials that it says. */
static void test_a_fork_takes_credentials_that_are_given(void **state)
{
    struct two_actors *w = *state;
    struct cred cred = {.pid = 44, .ppid = 45, .uid = 46, .sgid = 47};
    struct process_info info;
    w->a.t->signal_mask = 8;
    w->a.process->signal_ignored = 16;
    for (unsigned i = 0; i < 2; i++) {
        put(&w->a, AT_DATA, &cred, sizeof cred);
        status_t child =
            CALL(&w->a, process_fork(w->a.t, HANDLE_NONE, w->a.t->id, i ? AT_DATA : 0));
        assert_true(child >= 0);
        assert_int_equal(control(&w->a, (handle_t)child, PROCESS_INFO, AT_OUT, sizeof info), 0);
        get(&w->a, AT_OUT, &info, sizeof info);
        assert_int_equal(info.cred.pid, i ? 44 : 0);
        assert_int_equal(info.cred.uid, i ? 46 : 1000);
        assert_int_equal(info.cred.sgid, i ? 47 : 0);
        assert_true(info.signals_blocked == 8 && info.signals_ignored == 16);
        assert_true(info.threads == 1 && info.state == PROCESS_STATE_NEW);
        assert_int_equal(control(&w->a, (handle_t)child, PROCESS_KILL, 9, 0), 0);
        assert_int_equal(do_close(&w->a, (handle_t)child), 0);
        rig_pump(&w->rig);
    }
    w->a.t->signal_mask = 0;
}

/* ---- futexes, clocks, the kernel's files ---- */

/* More words than buckets: some share one. */
static void test_a_wake_reaches_those_of_its_word_only(void **state)
{
    struct two_actors *w = *state;
    static struct actor waiters[40];
    uint32_t zero = 0;
    for (unsigned i = 0; i < ARRAY_COUNT(waiters); i++) {
        actor_thread(&waiters[i], &w->a);
        put(&w->a, AT_DATA + i * 4, &zero, sizeof zero);
        assert_int_equal(
            CALL(&waiters[i], futex_wait(waiters[i].t, AT_DATA + i * 4, 0, DEADLINE_NEVER)),
            STATUS_PARKED);
    }
    for (unsigned i = 0; i < ARRAY_COUNT(waiters); i++) {
        assert_int_equal(CALL(&w->a, futex_wake(w->a.t, AT_DATA + i * 4, INT32_MAX)), 1);
        assert_int_equal(actor_result(&waiters[i]), 0);
        for (unsigned j = i + 1; j < ARRAY_COUNT(waiters); j++)
            assert_true(actor_parked(&waiters[j]));
    }
    /* The same word of another process is another. */
    actor_enter(&waiters[0]);
    assert_int_equal(actor_leave(&waiters[0], futex_wait(waiters[0].t, AT_DATA, 0, DEADLINE_NEVER)),
                     STATUS_PARKED);
    assert_int_equal(CALL(&w->b, futex_wake(w->b.t, AT_DATA, 1)), 0);
    assert_int_equal(CALL(&w->a, futex_wake(w->a.t, AT_DATA, 0)), 0);
    assert_int_equal(CALL(&w->a, futex_wake(w->a.t, AT_DATA, 1)), 1);
    actor_kill(&w->a);
    for (unsigned i = 0; i < ARRAY_COUNT(waiters); i++)
        actor_drop(&waiters[i]);
    actor_drop(&w->a);
    actor_start(&w->a, &w->rig);
}

static void test_sleep_ends_at_its_time(void **state)
{
    struct two_actors *w = *state;
    uint64_t now = arch_time_ns(DYAD_CLOCK_REALTIME);
    for (unsigned clock = 0; clock < 2; clock++) {
        uint64_t which = clock == 0 ? DYAD_CLOCK_REALTIME : DYAD_CLOCK_MONOTONIC;
        now = arch_time_ns((unsigned)which);
        assert_int_equal(CALL(&w->a, thread_sleep(w->a.t, which, now + 1000)), STATUS_PARKED);
        rig_advance(&w->rig, 999);
        assert_true(actor_parked(&w->a));
        rig_advance(&w->rig, 1);
        assert_false(actor_parked(&w->a));
        assert_int_equal(actor_result(&w->a), 0);
        assert_int_equal(CALL(&w->a, thread_sleep(w->a.t, which, now)), 0);
    }
    assert_int_equal(CALL(&w->a, thread_clock(w->a.t, DYAD_CLOCK_MONOTONIC)),
                     arch_time_ns(DYAD_CLOCK_MONOTONIC));
}

static void test_the_kernels_files_say_what_they_are(void **state)
{
    struct two_actors *w = *state;
    static const struct {
        const char *path;
        unsigned flags;
        uint32_t mode, rights;
    } files[] = {
        {"sys:cpus", FILE_READ, MODE_FILE | 0444, RIGHT_READ},
        {"log:", FILE_READ, MODE_FILE | 0444, RIGHT_READ},
        {"time:monotonic", FILE_RDWR, MODE_CHAR | 0666, RIGHT_READ | RIGHT_WRITE},
        {"time:realtime", FILE_READ, MODE_CHAR | 0666, RIGHT_READ},
        {"hw:", FILE_READ, MODE_DIR | 0500, 0},
        {"hw:console/1", FILE_WRITE, MODE_CHAR | 0200, RIGHT_WRITE},
    };
    struct dyad_stat stat;
    for (unsigned i = 0; i < ARRAY_COUNT(files); i++) {
        handle_t h = (handle_t)do_open(&w->a, files[i].path, files[i].flags);
        assert_true(h >= 0);
        assert_int_equal(rights_of(&w->a, h),
                         files[i].rights | RIGHT_CALL | RIGHT_PASS | RIGHT_WATCH);
        assert_int_equal(do_call(&w->a, h, VERB_stat, 0, sizeof stat), 0);
        get(&w->a, AT_OUT, &stat, sizeof stat);
        assert_int_equal(stat.mode, files[i].mode);
        assert_int_equal(call_outputs(&w->a).out_done, sizeof stat);
    }
    /* Of all kernel files, only that of proc: lets its holder find processes. */
    handle_t proc = (handle_t)do_open(&w->a, "proc:", FILE_READ);
    assert_int_equal(rights_of(&w->a, proc), RIGHT_CALL | RIGHT_PASS);
    handle_t ends[2];
    assert_int_equal(CALL(&w->a, pipe_create(w->a.t, AT_DATA, 0)), 0);
    get(&w->a, AT_DATA, ends, sizeof ends);
    const uint32_t rights = RIGHT_CALL | RIGHT_PASS | RIGHT_WATCH;
    assert_int_equal(rights_of(&w->a, ends[0]), rights | RIGHT_READ);
    assert_int_equal(rights_of(&w->a, ends[1]), rights | RIGHT_WRITE);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(do_call(&w->a, ends[i], VERB_stat, 0, 40), 0);
        get(&w->a, AT_OUT, &stat, sizeof stat);
        assert_int_equal(stat.mode, MODE_FIFO | 0600);
        assert_int_equal(call_outputs(&w->a).out_done, 40);
        assert_int_equal(handle_op(&w->a, ends[i], HANDLE_SEEK_CUR, 0), -ERR_SPIPE);
    }
}

static int64_t no_device(enum arch_device device, void *buffer, size_t bytes)
{
    (void)device, (void)buffer, (void)bytes;
    return -ERR_NODEV;
}

static void test_a_console_without_a_size_says_so(void **state)
{
    struct two_actors *w = *state;
    handle_t h = (handle_t)do_open(&w->a, "hw:console/size", FILE_READ);
    assert_true(h >= 0);
    fake_arch.device_read = no_device;
    assert_int_equal(do_read(&w->a, h, AT_DATA, 8, 0), -ERR_NODEV);
    assert_int_equal(do_read(&w->a, h, AT_DATA, 8, 1), 0); /* nothing is behind its beginning */
    fake_arch.device_read = NULL;
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, two_actors_start, two_actors_end)
    const struct CMUnitTest tests[] = {
        T(test_an_open_gives_the_rights_of_its_flags),
        T(test_flags_that_can_change_are_append_and_nonblock),
        T(test_only_its_server_learns_a_files_id),
        T(test_a_scheme_dies_with_the_last_handle_that_was_given),
        T(test_processes_that_have_not_started_do_not_keep_each_other),
        T(test_a_dead_schemes_name_is_free),
        T(test_a_list_of_names_ends_with_a_whole_line),
        T(test_info_says_what_is_there),
        T(test_info_tells_how_many_threads_wait),
        T(test_processes_are_found_by_kernel_id),
        T(test_a_quota_limits_what_is_made_after_it),
        T(test_a_process_changes_its_namespace),
        T(test_a_fork_takes_credentials_that_are_given),
        T(test_a_wake_reaches_those_of_its_word_only),
        T(test_sleep_ends_at_its_time),
        T(test_the_kernels_files_say_what_they_are),
        T(test_a_console_without_a_size_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
