/*
 * test_ipc_stress.c: do calls, cancels, deadlines, kills and deaths on four cores at once always end, with the right bytes
 * and nothing left over? The cores are host threads in the kernel's own loop (cpu_step); the user programs are functions
 * below that are asked for the next system call. Run it under ThreadSanitizer too.
 */
#include <pthread.h>
#include <stdlib.h>

#include "core/cpu.h"
#include "core/sched.h"
#include "core/space.h"
#include "ipc_test.h"

#define CORES      4u
#define PROGRAMS   64u
#define AREA_BYTES 0x4000UL
#define MAP_BYTES  (8 * AREA_BYTES)
#define HELD       4u

enum role { ROLE_SERVER, ROLE_CLIENT, ROLE_PIPE_WRITER, ROLE_PIPE_READER, ROLE_CHAOS };

/* A thread's user program: a state machine between its system calls. */
struct program {
    enum role role;
    struct fake_random random;
    uint64_t area;
    unsigned phase;
    unsigned left; /* operations to do */
    unsigned slot; /* server: index of its scheme; client: which it uses */
    handle_t file, extra, names;
    uint32_t held[HELD]; /* server: tags it answers later */
    unsigned held_count;
    struct reply reply;
    bool replying;
    uint8_t pattern;
    uint64_t done_bytes;
    struct thread *t;        /* counted */
    struct process *process; /* counted */
    _Atomic bool finished;
};

static struct stress {
    struct machine *machine;
    struct program programs[PROGRAMS];
    _Atomic unsigned count;   /* of programs that exist */
    _Atomic unsigned running; /* clients and pipe ends that are not finished */
    _Atomic bool stop;        /* servers end */
    _Atomic handle_t schemes[4];
    _Atomic uint64_t calls, interrupts, timeouts, deaths, gone, kills;
} stress;

#define AREA_ARGS    0x000u
#define AREA_REPLY   0x100u
#define AREA_REQUEST 0x200u
#define AREA_PATH    0x300u
#define AREA_IN      0x800u
#define AREA_OUT     0x1800u
#define AREA_BUFFER  0x2800u
#define PAYLOAD      0xf00u

static void store(struct program *p, uint64_t at, const void *from, size_t bytes)
{
    status_t status = user_write(p->t->space, p->area + at, from, bytes);
    ASSERT(status == 0);
}

static void load(struct program *p, uint64_t at, void *to, size_t bytes)
{
    status_t status = user_read(p->t->space, to, p->area + at, bytes);
    ASSERT(status == 0);
}

static void trap(struct thread *t, uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                 uint64_t e, uint64_t f)
{
    t->user.number = number;
    memcpy(t->user.args, (uint64_t[]){a, b, c, d, e, f}, sizeof t->user.args);
}

static uint64_t soon(struct program *p)
{
    return atomic_load(&fake_arch.now_ns) + 1 + fake_below(&p->random, 4000);
}

/* ---- the server: echoes the payload with each byte raised by 1; sometimes late, sometimes through scheme_copy ---- */

static void server_serve(struct program *p)
{
    if (p->replying)
        store(p, AREA_REPLY, &p->reply, sizeof p->reply);
    trap(p->t, SYS_scheme_serve, (uint64_t)p->extra, p->replying ? p->area + AREA_REPLY : 0,
         p->area + AREA_REQUEST, p->area + AREA_BUFFER, PAYLOAD,
         p->held_count != 0 ? soon(p) : DEADLINE_NEVER);
    p->replying = false;
    p->phase = 2;
}

static void server_answer(struct program *p, uint32_t tag, int64_t result)
{
    p->reply = simple_reply(tag, result);
    p->replying = true;
}

static void server_message(struct program *p)
{
    static _Atomic uint64_t next_id = 1;
    uint8_t payload[PAYLOAD];
    struct request r;
    load(p, AREA_REQUEST, &r, sizeof r);
    if (r.verb == VERB_cancel) {
        for (unsigned i = 0; i < p->held_count; i++) {
            if (p->held[i] != r.args[0])
                continue;
            p->held[i] = p->held[--p->held_count];
            server_answer(p, (uint32_t)r.args[0], -ERR_INTR);
            break;
        }
        return;
    }
    if (r.tag == 0)
        return;
    if (r.verb == VERB_open) {
        server_answer(p, r.tag, fake_below(&p->random, 8) == 0 ? -ERR_NOENT : 0);
        p->reply.values[0] = atomic_fetch_add(&next_id, 1);
        return;
    }
    if (p->held_count < HELD && fake_below(&p->random, 4) == 0) {
        p->held[p->held_count++] = r.tag;
        return;
    }
    load(p, AREA_BUFFER, payload, r.in_done);
    for (uint32_t i = 0; i < r.in_done; i++)
        payload[i]++;
    store(p, AREA_BUFFER, payload, r.in_done);
    server_answer(p, r.tag, r.in_done);
    p->reply.data = (const void *)(p->area + AREA_BUFFER);
    p->reply.data_len = r.in_done < r.out_len ? r.in_done : r.out_len;
    if (r.received != HANDLE_NONE) {
        p->reply.flags = REPLY_HANDLE;
        p->reply.send = r.received;
    }
}

static void server_received(struct program *p, int64_t result)
{
    if (result == 0)
        server_message(p);
    else if (result == -ERR_IDRM)
        atomic_fetch_add(&stress.gone, 1);
    else
        ASSERT(result == -ERR_TIMEDOUT || result == -ERR_INTR || result == -ERR_INVAL ||
               result == -ERR_BUSY);
    if (!p->replying && p->held_count != 0 && fake_below(&p->random, 2) == 0)
        server_answer(p, p->held[--p->held_count], 0);
}

static void server_next(struct program *p, int64_t result)
{
    char name[] = "s0";
    switch (p->phase) {
    case 0: /* an instance, under its name */
        name[1] = (char)('0' + p->slot);
        store(p, AREA_PATH, name, 2);
        trap(p->t, SYS_scheme_create, (uint64_t)p->names, p->area + AREA_PATH, 2, 0, 0, 0);
        p->phase = 1;
        return;
    case 1:
        ASSERT(result >= 0);
        p->extra = (handle_t)result;
        server_serve(p);
        return;
    case 2:
        server_received(p, result);
        if (atomic_load(&stress.stop)) {
            p->phase = 3;
            trap(p->t, SYS_process_exit, 0, 0, 0, 0, 0, 0);
        } else if (fake_below(&p->random, 400) ==
                   0) { /* crash-only: all that it held ends with -ERR_NODEV */
            atomic_fetch_add(&stress.deaths, 1);
            p->held_count = 0;
            p->replying = false;
            p->phase = 4;
            trap(p->t, SYS_handle_close, (uint64_t)p->extra, 0, 0, 0, 0, 0);
        } else {
            server_serve(p);
        }
        return;
    case 4:
        p->phase = 0;
        server_next(p, 0);
        return;
    default: trap(p->t, SYS_process_exit, 0, 0, 0, 0, 0, 0); return;
    }
}

/* ---- the client ---- */

static void program_finish(struct program *p)
{
    if (!atomic_exchange(&p->finished, true))
        atomic_fetch_sub(&stress.running, 1);
    trap(p->t, SYS_thread_exit, 0, 0, 0, 0, 0, 0);
}

static void client_open(struct program *p)
{
    char path[] = "s0:f";
    path[1] = (char)('0' + p->slot);
    store(p, AREA_PATH, path, 4);
    trap(p->t, SYS_open, (uint64_t)HANDLE_NONE, p->area + AREA_PATH, 4, FILE_RDWR, 0, 0);
    p->phase = 1;
}

static void client_call(struct program *p)
{
    uint8_t payload[PAYLOAD];
    uint32_t bytes =
        (uint32_t)fake_below(&p->random, fake_below(&p->random, 4) == 0 ? PAYLOAD : 64);
    p->pattern = (uint8_t)fake_random(&p->random);
    memset(payload, p->pattern, bytes);
    store(p, AREA_IN, payload, bytes);
    struct call_args args = {
        .in = (const void *)(p->area + AREA_IN),
        .out = (void *)(p->area + AREA_OUT),
        .in_len = bytes,
        .out_len = bytes,
        .deadline = fake_below(&p->random, 3) == 0 ? soon(p) : DEADLINE_NEVER,
        .send = fake_below(&p->random, 6) == 0 ? p->names : HANDLE_NONE,
    };
    store(p, AREA_ARGS, &args, sizeof args);
    trap(p->t, SYS_call, (uint64_t)p->file, VERB_control, p->area + AREA_ARGS, 0, 0, 0);
    p->phase = 2;
}

static bool client_close(struct program *p, handle_t h)
{
    trap(p->t, SYS_handle_close, (uint64_t)h, 0, 0, 0, 0, 0);
    p->phase = 4;
    return true;
}

/* -> a handle came that has to be closed */
static bool client_check(struct program *p, int64_t result)
{
    uint8_t payload[PAYLOAD];
    struct call_args args;
    atomic_fetch_add(&stress.calls, 1);
    load(p, AREA_ARGS, &args, sizeof args);
    if (result > 0) {
        ASSERT(result == args.in_len && args.out_done == args.in_len);
        load(p, AREA_OUT, payload, args.in_len);
        for (uint32_t i = 0; i < args.in_len; i++)
            ASSERT(payload[i] == (uint8_t)(p->pattern + 1));
    }
    if (result == -ERR_INTR)
        atomic_fetch_add(&stress.interrupts, 1);
    if (result == -ERR_TIMEDOUT)
        atomic_fetch_add(&stress.timeouts, 1);
    ASSERT(result >= 0 || result == -ERR_INTR || result == -ERR_TIMEDOUT || result == -ERR_NODEV);
    if (result == -ERR_NODEV)
        p->phase = 3;
    if (result < 0 || args.send == HANDLE_NONE || args.received == HANDLE_NONE ||
        args.received == 0)
        return false;
    return client_close(p, args.received);
}

static void client_next(struct program *p, int64_t result)
{
    switch (p->phase) {
    case 1:
        if (result < 0) {
            ASSERT(result == -ERR_NOENT || result == -ERR_NODEV || result == -ERR_INTR);
            break;
        }
        p->file = (handle_t)result;
        client_call(p);
        return;
    case 2:
        if (client_check(p, result))
            return;
        if (p->phase == 3 || fake_below(&p->random, 20) == 0) {
            p->phase = 3;
            trap(p->t, SYS_handle_close, (uint64_t)p->file, 0, 0, 0, 0, 0);
            return;
        }
        if (--p->left == 0)
            break;
        client_call(p);
        return;
    case 4: /* a received handle is closed */ client_call(p); return;
    default: break;
    }
    if (p->left-- <= 1) {
        program_finish(p);
        return;
    }
    p->slot = (unsigned)fake_below(&p->random, 2);
    client_open(p);
}

/* ---- a pipe: bytes 0, 1, 2 ... in pieces of any size ---- */

static void pipe_next(struct program *p, int64_t result)
{
    uint8_t bytes[PAYLOAD];
    bool writes = p->role == ROLE_PIPE_WRITER;
    if (p->phase == 1 && result > 0) {
        if (!writes) {
            load(p, AREA_OUT, bytes, (size_t)result);
            for (int64_t i = 0; i < result; i++)
                ASSERT(bytes[i] == (uint8_t)(p->done_bytes + (uint64_t)i));
        }
        p->done_bytes += (uint64_t)result;
    } else if (p->phase == 1 && result != -ERR_INTR) {
        ASSERT(result == 0 && !writes); /* the end */
        program_finish(p);
        return;
    }
    if (writes && p->left-- == 0) {
        p->phase = 2;
        program_finish(p);
        return;
    }
    size_t run = 1 + fake_below(&p->random, PAYLOAD);
    for (size_t i = 0; writes && i < run; i++)
        bytes[i] = (uint8_t)(p->done_bytes + i);
    if (writes)
        store(p, AREA_OUT, bytes, run);
    trap(p->t, writes ? SYS_write : SYS_read, (uint64_t)p->file, p->area + AREA_OUT, run,
         UINT64_MAX, 0, 0);
    p->phase = 1;
}

/* ---- chaos: signals for everybody, the end for some ---- */

static void chaos_next(struct program *p)
{
    unsigned count = atomic_load(&stress.count);
    struct program *victim = &stress.programs[fake_below(&p->random, count)];
    if (victim != p && victim->t != NULL && !atomic_load(&stress.stop)) {
        if (victim->role == ROLE_CLIENT && fake_below(&p->random, 4000) == 0 &&
            !atomic_exchange(&victim->finished, true)) {
            atomic_fetch_sub(&stress.running, 1);
            atomic_fetch_add(&stress.kills, 1);
            process_kill(victim->process, 0);
        } else if (fake_below(&p->random, 6) == 0) {
            thread_interrupt(victim->t, ATTENTION_SIGNAL);
        }
    }
    trap(p->t, atomic_load(&stress.stop) ? SYS_process_exit : SYS_yield, 0, 0, 0, 0, 0, 0);
}

static void stress_user_run(struct arch_user *user, struct arch_space *space, struct trap *out)
{
    struct thread *t = CONTAINER_OF(user, struct thread, user);
    (void)space;
    out->kind = TRAP_KICK;
    if (user->regs.rdi >= PROGRAMS)
        return;
    struct program *p = &stress.programs[user->regs.rdi];
    ASSERT(p->t == t);
    atomic_fetch_add(&fake_arch.now_ns, 1 + fake_below(&p->random, 100));
    out->kind = TRAP_SYSCALL;
    switch (p->role) {
    case ROLE_SERVER: server_next(p, user->result); break;
    case ROLE_CLIENT: client_next(p, user->result); break;
    case ROLE_PIPE_WRITER:
    case ROLE_PIPE_READER: pipe_next(p, user->result); break;
    case ROLE_CHAOS: chaos_next(p); break;
    }
}

/* ---- the machine ---- */

static struct process *spawn_process(void)
{
    struct process *process;
    uint64_t addr;
    struct machine *machine = stress.machine;
    assert_int_equal(process_create(machine, &machine->quota, machine->names, &process), 0);
    lock_acquire(&process->lock);
    struct space *space = process->space;
    lock_release(&process->lock);
    assert_int_equal(space_map_now(space, USER_BASE, MAP_BYTES, MAP_PROT_READ | MAP_PROT_WRITE,
                                   MAP_FLAG_FIXED, NULL, 0, &addr),
                     0);
    return process;
}

static struct program *spawn(struct process *process, enum role role, unsigned thread, unsigned ops)
{
    unsigned index = atomic_load(&stress.count);
    struct program *p = &stress.programs[index];
    assert_true(index < PROGRAMS);
    *p = (struct program){.role = role, .left = ops, .process = process};
    p->random.state = fake_seed() * 1000 + index;
    p->area = USER_BASE + thread * AREA_BYTES;
    p->phase = 0;
    p->names = HANDLE_NONE;
    kobject_get(&process->object);
    struct thread_args args = {
        .entry = USER_BASE, .stack = USER_BASE, .arg = index, .flags = THREAD_SUSPENDED};
    lock_acquire(&process->lock);
    struct space *space = process->space;
    lock_release(&process->lock);
    assert_int_equal(thread_create(process, space, &args, &p->t), 0);
    atomic_fetch_add(&stress.count, 1);
    if (role != ROLE_SERVER && role != ROLE_CHAOS)
        atomic_fetch_add(&stress.running, 1);
    return p;
}

static void spawn_servers(unsigned slot)
{
    struct process *process = spawn_process();
    struct program *p = spawn(process, ROLE_SERVER, 0, 0);
    p->slot = slot;
    p->names = (handle_t)handle_install(process, &stress.machine->names->object, RIGHT_ALL);
    kobject_put(&process->object);
}

static void spawn_clients(unsigned threads, unsigned ops)
{
    struct process *process = spawn_process();
    handle_t names = (handle_t)handle_install(process, &stress.machine->names->object, RIGHT_ALL);
    for (unsigned i = 0; i < threads; i++)
        spawn(process, ROLE_CLIENT, i, ops)->names = names;
    kobject_put(&process->object);
}

static void spawn_pipe(struct actor *maker, unsigned readers, unsigned ops)
{
    handle_t ends[2];
    assert_int_equal(CALL(maker, pipe_create(maker->t, AT_OUT, 0)), 0);
    get(maker, AT_OUT, ends, sizeof ends);
    for (unsigned i = 0; i < 1 + readers; i++) {
        struct process *process = spawn_process();
        struct kobject *object;
        assert_int_equal(handle_lookup(maker->process, ends[i == 0], 0, 0, &object, NULL), 0);
        struct program *p = spawn(process, i == 0 ? ROLE_PIPE_WRITER : ROLE_PIPE_READER, 0, ops);
        p->file = (handle_t)handle_install(process, object, RIGHT_ALL);
        kobject_put(object);
        kobject_put(&process->object);
    }
    assert_int_equal(do_close(maker, ends[0]), 0);
    assert_int_equal(do_close(maker, ends[1]), 0);
}

static bool machine_is_empty(void)
{
    lock_acquire(&stress.machine->lock);
    bool empty = stress.machine->process_count == 0;
    lock_release(&stress.machine->lock);
    return empty;
}

static void *core_main(void *argument)
{
    struct cpu *cpu = argument;
    fake_set_cpu(cpu);
    while (!machine_is_empty()) {
        cpu_step(cpu);
        if (atomic_load(&stress.running) == 0)
            atomic_store(&stress.stop, true);
        if (atomic_load(&stress.stop)) /* servers that wait are told */
            for (unsigned i = 0; i < atomic_load(&stress.count); i++)
                if (stress.programs[i].role == ROLE_SERVER)
                    process_kill(stress.programs[i].process, 0);
    }
    for (unsigned i = 0; i < 100; i++)
        cpu_step(cpu); /* what is to be reaped */
    fake_set_cpu(NULL);
    return NULL;
}

static void process_set_running(struct process *process)
{
    lock_acquire(&process->lock);
    process->state = PROCESS_STATE_RUNNING;
    lock_release(&process->lock);
    process_release_stopped(process, 0);
}

static void run_all(void)
{
    pthread_t cores[CORES];
    fake_arch.user_run = stress_user_run;
    for (unsigned i = 0; i < atomic_load(&stress.count); i++)
        process_set_running(stress.programs[i].process);
    fake_set_cpu(NULL);
    for (unsigned i = 0; i < CORES; i++)
        assert_int_equal(pthread_create(&cores[i], NULL, core_main, stress.machine->cpus[i]), 0);
    for (unsigned i = 0; i < CORES; i++)
        pthread_join(cores[i], NULL);
}

static unsigned stress_ops(void)
{
    const char *text = getenv("DYAD_STRESS_OPS");
    return text ? (unsigned)strtoul(text, NULL, 0) : 300;
}

static void test_everything_at_once_on_four_cores(void **state)
{
    (void)state;
    struct rig rig;
    struct actor maker;
    memset(&stress, 0, sizeof stress);
    rig_start(&rig);
    stress.machine = rig.machine;
    actor_start(&maker, &rig);
    unsigned ops = stress_ops();
    spawn_servers(0);
    spawn_servers(1);
    for (unsigned i = 0; i < 3; i++)
        spawn_clients(3, ops);
    spawn_clients(1, ops);
    spawn_pipe(&maker, 1, ops);
    actor_end(&maker);
    struct process *chaos = spawn_process();
    spawn(chaos, ROLE_CHAOS, 0, 0);
    kobject_put(&chaos->object);
    run_all();
    for (unsigned i = 0; i < atomic_load(&stress.count); i++) {
        kobject_put(&stress.programs[i].t->object);
        kobject_put(&stress.programs[i].process->object);
    }
    print_message(
        "%lu calls, %lu interrupted, %lu timed out, %lu late replies, %lu scheme deaths, %lu kills\n",
        (unsigned long)stress.calls, (unsigned long)stress.interrupts,
        (unsigned long)stress.timeouts, (unsigned long)stress.gone, (unsigned long)stress.deaths,
        (unsigned long)stress.kills);
    rig_end(&rig);
}

/* Its user code makes one system call, between a kill's beginning and its arrival at the thread. */
static void dying_user_run(struct arch_user *user, struct arch_space *space, struct trap *out)
{
    struct thread *t = CONTAINER_OF(user, struct thread, user);
    (void)space;
    assert_int_equal(atomic_fetch_add(&stress.calls, 1), 0); /* never again in user mode */
    lock_acquire(&t->process->lock);
    t->process->dying = true;
    lock_release(&t->process->lock);
    trap(t, SYS_handle_dup, stress.programs[0].names, RIGHT_ALL, 0, 0, 0, 0);
    out->kind = TRAP_SYSCALL;
}

static void lost_user_run(struct arch_user *user, struct arch_space *space, struct trap *out)
{
    (void)user, (void)space;
    assert_int_equal(atomic_fetch_add(&stress.calls, 1), 0);
    out->kind = TRAP_LOST;
}

/* One process on one core until it is gone; its user code comes to run once. */
static void run_to_the_end(void (*user_run)(struct arch_user *, struct arch_space *, struct trap *))
{
    struct rig rig;
    memset(&stress, 0, sizeof stress);
    rig_start(&rig);
    stress.machine = rig.machine;
    spawn_clients(1, 1);
    fake_arch.user_run = user_run;
    struct program *p = &stress.programs[0];
    process_set_running(p->process);
    struct cpu *cpu = rig.machine->cpus[0];
    while (!machine_is_empty())
        cpu_step(cpu);
    cpu_step(cpu); /* what is to be reaped */
    assert_int_equal(stress.calls, 1);
    kobject_put(&p->t->object);
    kobject_put(&p->process->object);
    rig_end(&rig);
}

static void test_a_kill_that_has_begun_is_no_error_to_user_code(void **state)
{
    (void)state;
    run_to_the_end(dying_user_run);
}

static void test_a_process_whose_context_is_lost_is_killed(void **state)
{
    (void)state;
    run_to_the_end(lost_user_run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_kill_that_has_begun_is_no_error_to_user_code),
        cmocka_unit_test(test_a_process_whose_context_is_lost_is_killed),
        cmocka_unit_test(test_everything_at_once_on_four_cores),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
