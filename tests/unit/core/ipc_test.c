/* ipc_test.c: see ipc_test.h. */
#include "ipc_test.h"

#include "core/sched.h"
#include "core/space.h"

void rig_start(struct rig *rig)
{
    rig->machine = fake_machine(64 * MIB);
    rig->cpu = rig->machine->cpus[0];
    fake_set_cpu(rig->cpu);
}

static void rig_reap(struct rig *rig)
{
    if (rig->cpu->reap == NULL)
        return;
    struct kobject *object = &rig->cpu->reap->object;
    rig->cpu->reap = NULL;
    kobject_put(object);
}

void rig_end(struct rig *rig)
{
    rig_pump(rig);
    fake_set_cpu(NULL);
    fake_machine_destroy(rig->machine);
}

/* What cpu.c does with its current thread, up to user mode. */
static void rig_run(struct rig *rig, struct thread *t)
{
    if (t->wait.object != NULL) {
        struct kobject *object = t->wait.object;
        t->wait.object = NULL;
        kobject_put(object);
    }
    for (;;) {
        status_t status;
        if (t->step != NULL)
            status = t->step(t);
        else if (thread_is_killed(t))
            status = thread_end(t);
        else
            break;
        assert_int_equal(rig->cpu->locks_held, 0);
        if (status == STATUS_PARKED)
            break;
        if (status == STATUS_STEP)
            continue;
        t->step = NULL;
        arch_user_result(&t->user, status);
    }
    rig->cpu->current = NULL;
    rig_reap(rig);
}

void rig_pump(struct rig *rig)
{
    struct thread *t;
    bool ran;
    unsigned rounds = 0;
    do {
        ran = false;
        while ((t = sched_next(rig->cpu)) != NULL) {
            assert_true(++rounds < 100000); /* it wakes itself, or others, for ever */
            rig_run(rig, t);
            ran = true;
        }
        reap_run(rig->machine);
        fake_machine_settle(rig->machine);
    } while (ran);
}

uint32_t rig_processes(struct rig *rig)
{
    lock_acquire(&rig->machine->lock);
    uint32_t count = rig->machine->process_count;
    lock_release(&rig->machine->lock);
    return count;
}

void rig_advance(struct rig *rig, uint64_t ns)
{
    uint64_t now = atomic_fetch_add(&fake_arch.now_ns, ns) + ns;
    for (unsigned i = 0; i < FAKE_CORES; i++)
        timer_run(rig->machine->cpus[i], now);
    rig_pump(rig);
}

/* ---- actors ---- */

static void actor_spawn(struct actor *a)
{
    struct thread_args args = {.entry = USER_BASE, .stack = USER_BASE + USER_BYTES};
    lock_acquire(&a->process->lock);
    struct space *space = a->process->space;
    lock_release(&a->process->lock);
    assert_int_equal(thread_create(a->process, space, &args, &a->t), 0);
    rig_pump(a->rig);
}

void actor_start(struct actor *a, struct rig *rig)
{
    uint64_t addr;
    *a = (struct actor){.rig = rig};
    assert_int_equal(
        process_create(rig->machine, &rig->machine->quota, rig->machine->names, &a->process), 0);
    lock_acquire(&a->process->lock);
    struct space *space = a->process->space;
    a->process->cred.uid = 1000;
    lock_release(&a->process->lock);
    assert_int_equal(space_map_now(space, USER_BASE, USER_BYTES, MAP_PROT_READ | MAP_PROT_WRITE,
                                   MAP_FLAG_FIXED, NULL, 0, &addr),
                     0);
    actor_spawn(a);
}

void actor_thread(struct actor *a, struct actor *of)
{
    *a = (struct actor){.rig = of->rig, .process = of->process};
    kobject_get(&a->process->object);
    actor_spawn(a);
}

void actor_kill(struct actor *a)
{
    process_kill(a->process, 0);
    /* Threads in user mode leave it to end. */
    lock_acquire(&a->process->lock);
    struct list threads;
    list_init(&threads);
    struct thread *found[512];
    unsigned count = 0;
    LIST_FOR_EACH(node, &a->process->threads)
    {
        struct thread *t = LIST_ENTRY(node, struct thread, process_link);
        if (t->wait.state == WAIT_NONE && sched_queue(t) == NULL && a->rig->cpu->handoff != t)
            found[count++] = t;
    }
    lock_release(&a->process->lock);
    for (unsigned i = 0; i < count; i++) {
        a->rig->cpu->current = found[i];
        rig_run(a->rig, found[i]);
    }
    rig_pump(a->rig);
}

void actor_drop(struct actor *a)
{
    kobject_put(&a->t->object);
    kobject_put(&a->process->object);
    rig_pump(a->rig);
    *a = (struct actor){0};
}

void actor_end(struct actor *a)
{
    actor_kill(a);
    actor_drop(a);
}

void actor_enter(struct actor *a)
{
    assert_int_equal(a->t->wait.state, WAIT_NONE);
    assert_null(sched_queue(a->t));
    assert_null(a->t->step);
    a->rig->cpu->current = a->t;
}

status_t actor_leave(struct actor *a, status_t status)
{
    while (status == STATUS_STEP)
        status = a->t->step(a->t);
    assert_int_equal(a->rig->cpu->locks_held, 0);
    if (status != STATUS_PARKED) {
        a->t->step = NULL;
        arch_user_result(&a->t->user, status);
    }
    a->rig->cpu->current = NULL;
    rig_pump(a->rig);
    return status;
}

bool actor_parked(struct actor *a)
{
    return a->t->wait.state == WAIT_ARMED;
}

status_t actor_result(struct actor *a)
{
    assert_int_equal(a->t->wait.state, WAIT_NONE);
    return a->t->user.result;
}

void actor_signal(struct actor *a)
{
    thread_interrupt(a->t, ATTENTION_SIGNAL);
    rig_pump(a->rig);
}

void actor_signal_taken(struct actor *a)
{
    atomic_fetch_and(&a->t->attention, ~ATTENTION_SIGNAL);
}

int two_actors_start(void **state)
{
    static struct two_actors two;
    memset(&two, 0, sizeof two);
    rig_start(&two.rig);
    actor_start(&two.a, &two.rig);
    actor_start(&two.b, &two.rig);
    *state = &two;
    return 0;
}

int two_actors_end(void **state)
{
    struct two_actors *two = *state;
    actor_end(&two->a);
    actor_end(&two->b);
    rig_end(&two->rig);
    return 0;
}

/* ---- user memory ---- */

void put(struct actor *a, uint64_t user, const void *from, size_t bytes)
{
    assert_int_equal(user_write(a->t->space, user, from, bytes), 0);
}

void get(struct actor *a, uint64_t user, void *to, size_t bytes)
{
    assert_int_equal(user_read(a->t->space, to, user, bytes), 0);
}

void put_text(struct actor *a, uint64_t user, const char *text)
{
    put(a, user, text, strlen(text));
}

bool holds(struct actor *a, uint64_t user, const void *bytes, size_t count)
{
    char found[4096];
    assert_true(count <= sizeof found);
    get(a, user, found, count);
    return memcmp(found, bytes, count) == 0;
}

/* ---- schemes ---- */

status_t do_open(struct actor *a, const char *path, unsigned flags)
{
    put_text(a, AT_PATH, path);
    return CALL(a, scheme_open(a->t, HANDLE_NONE, AT_PATH, strlen(path), flags, 0, AT_OUT));
}

status_t do_call_args(struct actor *a, handle_t h, unsigned verb, struct call_args args)
{
    put(a, AT_ARGS, &args, sizeof args);
    return CALL(a, scheme_call(a->t, h, verb, AT_ARGS));
}

status_t do_call(struct actor *a, handle_t h, unsigned verb, uint32_t in_len, uint32_t out_len)
{
    return do_call_args(a, h, verb,
                        (struct call_args){
                            .in = (const void *)AT_IN,
                            .out = (void *)AT_OUT,
                            .in_len = in_len,
                            .out_len = out_len,
                            .deadline = DEADLINE_NEVER,
                            .send = HANDLE_NONE,
                        });
}

struct call_args call_outputs(struct actor *a)
{
    struct call_args args;
    get(a, AT_ARGS, &args, sizeof args);
    return args;
}

status_t do_read(struct actor *a, handle_t h, uint64_t user, uint64_t bytes, uint64_t offset)
{
    struct kobject *object;
    status_t status = handle_lookup(a->process, h, 0, RIGHT_READ, &object, NULL);
    if (status < 0)
        return status;
    status = object->ops->read == NULL
                 ? -ERR_INVAL
                 : CALL(a, object->ops->read(a->t, object, user, bytes, offset, 0));
    kobject_put(object);
    return status;
}

status_t do_write(struct actor *a, handle_t h, uint64_t user, uint64_t bytes, uint64_t offset)
{
    struct kobject *object;
    status_t status = handle_lookup(a->process, h, 0, RIGHT_WRITE, &object, NULL);
    if (status < 0)
        return status;
    status = object->ops->write == NULL
                 ? -ERR_INVAL
                 : CALL(a, object->ops->write(a->t, object, user, bytes, offset, 0));
    kobject_put(object);
    return status;
}

status_t do_close(struct actor *a, handle_t h)
{
    return CALL(a, handle_close(a->process, h));
}

handle_t do_scheme(struct actor *server, const char *name)
{
    status_t names =
        handle_install(server->process, &server->rig->machine->names->object, RIGHT_ALL);
    assert_true(names >= 0);
    put_text(server, AT_PATH, name);
    status_t scheme =
        CALL(server, scheme_create(server->t, (handle_t)names, AT_PATH, strlen(name), 0));
    assert_true(scheme >= 0);
    assert_int_equal(do_close(server, (handle_t)names), 0);
    return (handle_t)scheme;
}

status_t do_receive(struct actor *server, handle_t scheme, uint64_t deadline)
{
    return CALL(server,
                scheme_serve(server->t, scheme, 0, AT_REQUEST, AT_BUFFER, 0x20000, deadline));
}

status_t do_reply(struct actor *server, handle_t scheme, struct reply reply)
{
    put(server, AT_REPLY, &reply, sizeof reply);
    return CALL(server, scheme_serve(server->t, scheme, AT_REPLY, 0, 0, 0, DEADLINE_NEVER));
}

status_t do_reply_receive(struct actor *server, handle_t scheme, struct reply reply,
                          uint64_t deadline)
{
    put(server, AT_REPLY, &reply, sizeof reply);
    return CALL(server, scheme_serve(server->t, scheme, AT_REPLY, AT_REQUEST, AT_BUFFER, 0x20000,
                                     deadline));
}

struct request received(struct actor *server)
{
    struct request request;
    get(server, AT_REQUEST, &request, sizeof request);
    return request;
}

struct reply simple_reply(uint32_t tag, int64_t result)
{
    return (struct reply){.tag = tag, .result = result, .send = HANDLE_NONE};
}

handle_t open_file(struct actor *client, struct actor *server, handle_t scheme, const char *path,
                   unsigned flags, uint64_t id, uint64_t seekable)
{
    assert_int_equal(do_open(client, path, flags), STATUS_PARKED);
    assert_int_equal(do_receive(server, scheme, 0), 0);
    struct request request = received(server);
    assert_int_equal(request.verb, VERB_open);
    struct reply reply = simple_reply(request.tag, 0);
    reply.values[0] = id;
    reply.values[1] = seekable;
    assert_int_equal(do_reply(server, scheme, reply), 0);
    status_t h = actor_result(client);
    assert_true(h >= 0);
    return (handle_t)h;
}

void sweep(struct machine *machine, void (*body)(void *argument, bool failing), void *argument)
{
    for (uint64_t site = 1;; site++) {
        assert_true(site < 10000);
        atomic_store(&machine->heap.fault.fail_at, site);
        body(argument, true);
        bool reached = atomic_load(&machine->heap.fault.fail_at) == 0;
        atomic_store(&machine->heap.fault.fail_at, 0);
        if (!reached)
            return;
    }
}
