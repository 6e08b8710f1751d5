/* actor.c: see actor.h. */
#include "tests/sim/actor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/namespace.h"
#include "core/space.h"
#include "tests/sim/user.h"

/* ---- before the cores start ---- */

struct process *sim_process(const char *name)
{
    struct process *process;
    uint64_t addr;
    status_t status =
        process_create(sim.machine, &sim.machine->quota, sim.machine->names, &process);
    if (status < 0)
        sim_fail("process_create: %lld", (long long)status);
    snprintf(process->name, sizeof process->name, "%s", name);
    lock_acquire(&process->lock);
    struct space *space = process->space;
    lock_release(&process->lock);
    status = space_map_now(space, USER_BASE, USER_PAGES * DYAD_PAGE_SIZE,
                           MAP_PROT_READ | MAP_PROT_WRITE, MAP_FLAG_FIXED, NULL, 0, &addr);
    if (status < 0)
        sim_fail("space_map_now: %lld", (long long)status);
    return process;
}

void sim_thread(struct process *process, actor_fn *fn, uint64_t arg)
{
    struct thread *t;
    lock_acquire(&process->lock);
    struct space *space = process->space;
    bool first = process->thread_count == 0;
    lock_release(&process->lock);
    struct thread_args args = {.entry = code_address(fn, CODE_BASE), .arg = arg};
    status_t status = thread_create(process, space, &args, &t);
    if (status < 0)
        sim_fail("thread_create: %lld", (long long)status);
    kobject_put(&t->object);
    if (first)
        kobject_put(&process->object); /* its threads keep it from here on */
}

handle_t sim_give(struct process *to, struct kobject *object, uint32_t rights)
{
    status_t h = handle_install(to, object, rights);
    if (h < 0)
        sim_fail("handle_install: %lld", (long long)h);
    return (handle_t)h;
}

handle_t sim_give_process(struct process *to, struct process *of)
{
    return sim_give(to, &of->object, RIGHT_ALL);
}

handle_t sim_give_names(struct process *to)
{
    return sim_give(to, &sim.machine->names->object, RIGHT_ALL);
}

void sim_limit(struct process *process, const struct quota_limits *limits)
{
    struct quota *quota;
    if (quota_create(process->quota, limits, &quota) < 0)
        sim_fail("quota_create");
    process->child_quota = quota;
}

/* ---- memory ---- */

uint64_t at_own(const struct actor *a)
{
    return USER_BASE + (8 + 2 * (uint64_t)(a->index % 28)) * DYAD_PAGE_SIZE;
}

uint64_t at_data(const struct actor *a)
{
    return at_own(a) + DYAD_PAGE_SIZE;
}

/* Where user memory is, after as many faults as it takes. */
static void *touch(struct actor *a, uint64_t addr, unsigned access)
{
    for (;;) {
        actor_point(a);
        void *there = space_access(a->user->space, sim.core, addr, access);
        if (there != NULL)
            return there;
        a->trap =
            (struct trap){.kind = TRAP_FAULT, .fault = FAULT_PAGE, .addr = addr, .access = access};
        actor_trap(a);
    }
}

uint32_t load32(struct actor *a, uint64_t addr)
{
    return *(uint32_t *)touch(a, addr, MAP_PROT_READ);
}

void store32(struct actor *a, uint64_t addr, uint32_t value)
{
    *(uint32_t *)touch(a, addr, MAP_PROT_WRITE) = value;
}

uint32_t add32(struct actor *a, uint64_t addr, uint32_t value)
{
    uint32_t *there = touch(a, addr, MAP_PROT_WRITE);
    uint32_t old = *there;
    *there = old + value;
    return old;
}

uint32_t exchange32(struct actor *a, uint64_t addr, uint32_t value)
{
    uint32_t *there = touch(a, addr, MAP_PROT_WRITE);
    uint32_t old = *there;
    *there = value;
    return old;
}

uint32_t compare32(struct actor *a, uint64_t addr, uint32_t expected, uint32_t value)
{
    uint32_t *there = touch(a, addr, MAP_PROT_WRITE);
    uint32_t old = *there;
    if (old == expected)
        *there = value;
    return old;
}

static size_t page_part(uint64_t addr, size_t bytes)
{
    size_t run = DYAD_PAGE_SIZE - PAGE_OFFSET(addr);
    return run < bytes ? run : bytes;
}

void put(struct actor *a, uint64_t addr, const void *from, size_t bytes)
{
    for (size_t done = 0; done < bytes;) {
        size_t run = page_part(addr + done, bytes - done);
        memcpy(touch(a, addr + done, MAP_PROT_WRITE), (const char *)from + done, run);
        done += run;
    }
}

void get(struct actor *a, uint64_t addr, void *to, size_t bytes)
{
    for (size_t done = 0; done < bytes;) {
        size_t run = page_part(addr + done, bytes - done);
        memcpy((char *)to + done, touch(a, addr + done, MAP_PROT_READ), run);
        done += run;
    }
}

void compute(struct actor *a, unsigned points)
{
    while (points-- != 0)
        actor_point(a);
}

/* ---- system calls ---- */

/* Who has met the end of memory hears of that, or of nothing: not that it has done something wrong. */
static void check_starved(const struct actor *a, uint64_t number, int64_t result)
{
    static const int wrong[] = {ERR_FAULT, ERR_ACCES, ERR_PERM, ERR_INVAL,
                                ERR_NOENT, ERR_NOSYS, ERR_IO};
    if (sim.starved != actor_thread(a))
        return;
    sim.starved = NULL;
    for (unsigned i = 0; i < ARRAY_COUNT(wrong); i++)
        if (result == -wrong[i])
            sim_fail("%s: memory runs out in call %llu, and it gets %lld", actor_name(a),
                     (unsigned long long)number, (long long)result);
}

int64_t actor_syscall(struct actor *a, uint64_t number, const uint64_t args[6])
{
    actor_point(a);
    struct arch_user *user = a->user;
    user->number = number;
    a->calls++;
    memcpy(user->args, args, sizeof user->args);
    a->trap = (struct trap){.kind = TRAP_SYSCALL};
    if (sim.plan->trace)
        trace_note("%s: call %llu(%#llx, %#llx, %#llx, %#llx)", actor_name(a),
                   (unsigned long long)number, (unsigned long long)args[0],
                   (unsigned long long)args[1], (unsigned long long)args[2],
                   (unsigned long long)args[3]);
    actor_trap(a);
    check_starved(a, number, (int64_t)user->regs.rax);
    a->seen = ((a->seen ^ number) * 0x100000001b3u ^ user->regs.rax) * 0x100000001b3u;
    return (int64_t)user->regs.rax;
}

int64_t spawn(struct actor *a, handle_t h, actor_fn *fn, uint64_t arg)
{
    struct thread_args args = {
        .entry = code_address(fn, CODE_BASE), .stack = AT_MORE + 7 * DYAD_PAGE_SIZE, .arg = arg};
    put(a, at_own(a), &args, sizeof args);
    int64_t id = SYS(a, thread_create, (uint64_t)h, at_own(a));
    EXPECT(a, id < 10000); /* they are counted: another is read from where the thread has been */
    return id;
}

uint64_t actor_entry(actor_fn *fn)
{
    return code_address(fn, CODE_BASE);
}

int64_t fork_into(struct actor *a, actor_fn *fn, uint64_t arg)
{
    a->fork_fn = fn;
    a->fork_arg = arg;
    return SYS(a, process_fork, NONE, (uint64_t)SYS(a, thread_control, THREAD_SELF), 0);
}

int64_t control(struct actor *a, handle_t process, enum process_op op, uint64_t arg)
{
    return SYS(a, process_control, (uint64_t)process, op, arg, sizeof(struct process_info));
}

handle_t start_child(struct actor *a, actor_fn *fn, uint64_t arg)
{
    int64_t child = fork_into(a, fn, arg);
    EXPECT(a, child >= 0);
    EXPECT_IS(a, control(a, (handle_t)child, PROCESS_START, 0), 0);
    return (handle_t)child;
}

int64_t wait_exit(struct actor *a, handle_t process)
{
    struct event event;
    struct process_info info;
    int64_t queue = SYS(a, event_create);
    if (queue < 0)
        return queue;
    int64_t status = SYS(a, event_watch, (uint64_t)queue, (uint64_t)process, EVENT_EXIT, 7);
    if (status == 0)
        status = wait_event(a, (handle_t)queue, &event, DEADLINE_NEVER);
    if (status == 1) {
        status = control(a, process, PROCESS_INFO, at_own(a));
        get(a, at_own(a), &info, sizeof info);
        EXPECT_IS(a, status, 0);
        EXPECT_IS(a, info.state, PROCESS_STATE_DEAD);
        status = info.status;
    }
    SYS(a, handle_close, (uint64_t)queue);
    return status;
}

void on_signals(struct actor *a, uint64_t caught, void (*fn)(struct actor *, uint32_t))
{
    struct signal_actions actions = {.caught = caught};
    user_handler(a, fn);
    put(a, at_own(a), &actions, sizeof actions);
    EXPECT_IS(a, SYS(a, signal_control, SIGNAL_SET_ACTIONS, at_own(a)), 0);
}

int64_t signal_process(struct actor *a, handle_t process, uint32_t signo)
{
    struct signal_post post = {.info = {.signo = signo}};
    put(a, at_own(a), &post, sizeof post);
    return control(a, process, PROCESS_SIGNAL, at_own(a));
}

int64_t signal_thread(struct actor *a, uint64_t id, uint32_t signo)
{
    struct signal_post post = {.info = {.signo = signo}};
    put(a, at_own(a), &post, sizeof post);
    return SYS(a, thread_control, THREAD_SIGNAL, id, at_own(a));
}

uint64_t now_ns(void)
{
    return sim.now_ns;
}

/* ---- schemes ---- */

int64_t create_scheme(struct actor *a, handle_t names, const char *name)
{
    put(a, at_own(a), name, strlen(name));
    return SYS(a, scheme_create, (uint64_t)names, at_own(a), strlen(name), 0);
}

int64_t open_path(struct actor *a, const char *path, unsigned flags)
{
    put(a, at_own(a), path, strlen(path));
    return SYS(a, open, NONE, at_own(a), strlen(path), flags, 0, 0);
}

struct call_args call_simple(uint64_t number)
{
    return (struct call_args){.args = {number}, .deadline = DEADLINE_NEVER, .send = HANDLE_NONE};
}

int64_t call(struct actor *a, handle_t h, unsigned verb, struct call_args *args)
{
    put(a, at_own(a), args, sizeof *args);
    int64_t status = SYS(a, call, (uint64_t)h, verb, at_own(a));
    get(a, at_own(a), args, sizeof *args);
    return status;
}

#define AT_REPLY(a)   (at_own(a) + 512)
#define AT_REQUEST(a) (at_own(a) + 1024)

int64_t reply_receive(struct actor *a, handle_t scheme, const struct reply *reply,
                      struct request *request, uint64_t deadline)
{
    if (reply != NULL)
        put(a, AT_REPLY(a), reply, sizeof *reply);
    int64_t status = SYS(a, scheme_serve, (uint64_t)scheme, reply != NULL ? AT_REPLY(a) : 0,
                         request != NULL ? AT_REQUEST(a) : 0, at_data(a), DYAD_PAGE_SIZE, deadline);
    if (status != 0 || request == NULL)
        return status;
    get(a, AT_REQUEST(a), request, sizeof *request);
    while (sweep_message())
        SYS(a, process_exit, WSTATUS_SIGNAL(DYAD_SIGKILL));
    return status;
}

int64_t receive(struct actor *a, handle_t scheme, struct request *request, uint64_t deadline)
{
    return reply_receive(a, scheme, NULL, request, deadline);
}

int64_t reply_only(struct actor *a, handle_t scheme, const struct reply *reply)
{
    return reply_receive(a, scheme, reply, NULL, DEADLINE_NEVER);
}

int64_t make_pipe(struct actor *a, handle_t ends[2], unsigned flags)
{
    int64_t status = SYS(a, pipe_create, at_own(a), flags);
    get(a, at_own(a), ends, 2 * sizeof ends[0]);
    return status;
}

int64_t wait_event(struct actor *a, handle_t queue, struct event *event, uint64_t deadline)
{
    int64_t status = SYS(a, event_wait, (uint64_t)queue, at_own(a) + 256, 1, deadline);
    if (status > 0)
        get(a, at_own(a) + 256, event, sizeof *event);
    return status;
}

/* ---- the rest ---- */

const char *actor_name(const struct actor *a)
{
    static char text[4][64];
    static unsigned next;
    char *to = text[next++ % 4];
    const struct thread *t = actor_thread(a);
    snprintf(to, sizeof text[0], "%s.%u", t->process != NULL ? t->process->name : "new", t->id);
    return to;
}

void expect_failed(struct actor *a, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!sweep_hit())
        sim_fail("%s", text);
    for (;;)
        SYS(a, process_exit, WSTATUS_EXIT(99));
}

uint64_t chance(struct actor *a, uint64_t below)
{
    return sim_below(&a->random, below);
}
