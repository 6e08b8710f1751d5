/* test_signal.c: do threads get signals as abi/signal.h says: frames, stacks, masks, records, defaults, supervision? */
#include "ipc_test.h"

#include "core/signal.h"

#define ENTRY   0x123000UL
#define STACK   (USER_BASE + 0x80000UL)
#define ALT     (USER_BASE + 0x90000UL)
#define ALT_END (ALT + 0x4000UL)
#define BIT(n)  DYAD_SIGNAL_BIT(n)
#define ALL     (~DYAD_SIGNALS_FORCED)

struct world {
    struct rig rig;
    struct actor a, boss;
};

static int world_start(void **state)
{
    static struct world world;
    memset(&world, 0, sizeof world);
    rig_start(&world.rig);
    actor_start(&world.a, &world.rig);
    actor_start(&world.boss, &world.rig);
    *state = &world;
    return 0;
}

static int world_end(void **state)
{
    struct world *w = *state;
    actor_end(&w->a);
    actor_end(&w->boss);
    rig_end(&w->rig);
    return 0;
}

static status_t set(struct actor *a, uint64_t op, uint64_t arg1, uint64_t arg2)
{
    return CALL(a, signal_control(a->t, op, arg1, arg2));
}

static void set_actions(struct actor *a, uint64_t caught, uint64_t ignored, uint64_t onstack)
{
    struct signal_actions actions = {.caught = caught, .ignored = ignored, .onstack = onstack};
    put(a, AT_DATA, &actions, sizeof actions);
    assert_int_equal(set(a, SIGNAL_SET_ACTIONS, AT_DATA, 0), 0);
    assert_int_equal(set(a, SIGNAL_SET_ENTRY, ENTRY, 0), 0);
}

/* To the process; `value` and the rest go with it. */
static status_t post(struct actor *a, uint32_t signo, uint64_t value)
{
    struct signal_info info = {.signo = signo, .code = -1, .pid = 5, .uid = 6, .value = value};
    return process_signal(a->process, 0, &info);
}

static status_t post_thread(struct actor *a, uint32_t signo)
{
    struct signal_info info = {.signo = signo, .code = -6, .pid = 5, .uid = 6, .value = 7};
    return process_signal(a->process, a->t->id, &info);
}

/* On the way to user mode. -> as signal_deliver. */
static status_t deliver(struct actor *a)
{
    a->rig->cpu->current = a->t;
    status_t status = signal_deliver(a->t);
    a->rig->cpu->current = NULL;
    rig_pump(a->rig);
    return status;
}

static bool attention(struct actor *a)
{
    return atomic_load(&a->t->attention) & ATTENTION_SIGNAL;
}

static struct user_regs some_registers(uint64_t rsp)
{
    return (struct user_regs){.rax = 1,
                              .rbx = 2,
                              .rcx = 3,
                              .rdx = 4,
                              .rsi = 5,
                              .rdi = 6,
                              .rbp = 7,
                              .rsp = rsp,
                              .r8 = 8,
                              .r15 = 15,
                              .rip = 0x4444,
                              .rflags = 0xffffffff,
                              .fs_base = 99};
}

/* What the handler is entered with. */
static struct signal_frame frame_of(struct actor *a, uint32_t signo)
{
    struct signal_frame frame;
    const struct user_regs *regs = &a->t->user.regs;
    assert_int_equal(regs->rip, ENTRY);
    assert_int_equal(regs->rdi, signo);
    assert_int_equal(regs->rsi % 16, 0);
    assert_int_equal(regs->rsp, regs->rsi - 8);
    get(a, regs->rsi, &frame, sizeof frame);
    return frame;
}

static uint64_t pending(struct actor *a)
{
    uint64_t bits;
    assert_int_equal(set(a, SIGNAL_PENDING, AT_DATA, 0), 0);
    get(a, AT_DATA, &bits, sizeof bits);
    return bits;
}

static int32_t end_of(struct actor *a) NO_THREAD_ANALYSIS
{
    return a->process->status;
}

/* ---- frames ---- */

static void test_a_handler_gets_a_frame_below_the_red_zone(void **state)
{
    struct world *w = *state;
    struct actor *a = &w->a;
    struct user_regs before = some_registers(STACK + 3);
    set_actions(a, BIT(10), 0, 0);
    assert_int_equal(set(a, SIGNAL_SET_MASK, BIT(3) | DYAD_SIGNALS_FORCED, 0), 0);
    a->t->user.regs = before;
    assert_int_equal(post(a, 10, 77), 0);
    assert_true(attention(a));
    assert_int_equal(deliver(a), 0);
    struct signal_frame frame = frame_of(a, 10);
    assert_true(a->t->user.regs.rsi + sizeof frame <= before.rsp - 128);
    assert_true(a->t->user.regs.rsi + sizeof frame > before.rsp - 128 - 16);
    assert_memory_equal(&frame.regs, &before, sizeof before);
    assert_int_equal(frame.mask, BIT(3));
    assert_int_equal(frame.stack_flags, 0);
    assert_true(frame.info.signo == 10 && frame.info.code == -1 && frame.info.pid == 5 &&
                frame.info.uid == 6 && frame.info.value == 77);
    /* Direction, trap, nested task, alignment: not a handler's. */
    assert_int_equal(a->t->user.regs.rflags, 0xffffffff & ~0x44500);
    assert_int_equal(a->t->user.regs.fs_base, 99);
    assert_int_equal(a->t->signal_mask, ALL);
    assert_false(attention(a));
    assert_int_equal(pending(a), 0);
}

static void test_return_restores_registers_and_mask(void **state)
{
    struct world *w = *state;
    struct actor *a = &w->a;
    struct user_regs before = some_registers(STACK);
    set_actions(a, BIT(10) | BIT(12), 0, 0);
    a->t->user.regs = before;
    assert_int_equal(post(a, 10, 0), 0);
    assert_int_equal(deliver(a), 0);
    uint64_t frame = a->t->user.regs.rsi;
    assert_int_equal(post(a, 12, 0), 0);
    assert_false(attention(a)); /* all are blocked in the handler */
    a->rig->cpu->current = a->t;
    assert_int_equal(signal_control(a->t, SIGNAL_RETURN, frame, 0), STATUS_NO_RESULT);
    a->rig->cpu->current = NULL;
    assert_memory_equal(&a->t->user.regs, &before, sizeof before);
    assert_int_equal(a->t->signal_mask, 0);
    assert_true(attention(a)); /* now it can come */
}

/* A frame that is not there, or with an address that cannot be: as a fault of the thread. */
static void test_a_bad_frame_is_a_fault(void **state)
{
    struct world *w = *state;
    struct actor *a = &w->a;
    struct signal_frame frame = {.regs = {.rip = DYAD_USER_END}};
    put(a, AT_DATA, &frame, sizeof frame);
    set_actions(a, BIT(DYAD_SIGSEGV), 0, 0);
    for (unsigned i = 0; i < 2; i++) {
        a->t->signal_mask = 0;
        a->t->user.regs = some_registers(STACK);
        a->rig->cpu->current = a->t;
        uint64_t at = i == 0 ? USER_BAD : AT_DATA;
        assert_int_equal(signal_control(a->t, SIGNAL_RETURN, at, 0), STATUS_NO_RESULT);
        a->rig->cpu->current = NULL;
        struct signal_frame got = frame_of(a, DYAD_SIGSEGV);
        assert_int_equal(got.info.value, at);
    }
}

static void test_the_alternate_stack_is_for_those_that_ask_and_are_not_on_it(void **state)
{
    struct world *w = *state;
    struct actor *a = &w->a;
    static const struct {
        uint64_t rsp;
        uint32_t signo;
        bool alternate;
    } cases[] = {
        {STACK, 10, true},         {STACK, 12, false},     {ALT_END, 10, true},
        {ALT - 1, 10, true},       {ALT + 512, 12, false}, {ALT_END - 1, 10, false},
        {ALT_END - 64, 10, false},
    };
    set_actions(a, BIT(10) | BIT(12), 0, BIT(10));
    for (unsigned i = 0; i < 14; i++) {
        bool there = i < 7;
        assert_int_equal(set(a, SIGNAL_STACK, ALT, there ? ALT_END - ALT : 0), 0);
        a->t->signal_mask = 0;
        a->t->user.regs = some_registers(cases[i % 7].rsp);
        assert_int_equal(post(a, cases[i % 7].signo, 0), 0);
        assert_int_equal(deliver(a), 0);
        struct signal_frame frame = frame_of(a, cases[i % 7].signo);
        bool alternate = there && cases[i % 7].alternate;
        uint64_t top = alternate ? ALT_END : cases[i % 7].rsp - 128;
        assert_int_equal(frame.stack_flags, alternate);
        assert_int_equal(a->t->user.regs.rsi, (top - sizeof frame) & ~15UL);
    }
}

static void test_a_handler_without_stack_ends_the_process(void **state)
{
    struct world *w = *state;
    struct actor *a = &w->a;
    set_actions(a, BIT(10), 0, 0);
    a->t->user.regs = some_registers(USER_BAD);
    assert_int_equal(post(a, 10, 0), 0);
    assert_int_equal(deliver(a), 0);
    assert_true(a->process->dying);
    assert_int_equal(end_of(a), WSTATUS_SIGNAL(DYAD_SIGSEGV) | WSTATUS_CORE);
}

/* ---- masks ---- */

static void test_the_lowest_that_is_not_blocked_comes_first(void **state)
{
    struct world *w = *state;
    struct actor *a = &w->a;
    static const uint32_t order[] = {2, 12, 34, 64, 10};
    uint64_t old;
    set_actions(a, ALL, 0, 0);
    assert_int_equal(set(a, SIGNAL_BLOCK, BIT(10), 0), 0);
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(i % 2 ? post(a, order[4 - i], 0) : post_thread(a, order[4 - i]), 0);
    assert_int_equal(pending(a), BIT(2) | BIT(12) | BIT(34) | BIT(64) | BIT(10));
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(attention(a), i < 4);
        a->t->user.regs = some_registers(STACK);
        a->t->signal_mask = i < 4 ? BIT(10) : 0;
        assert_int_equal(deliver(a), 0);
        (void)frame_of(a, order[i]);
        assert_int_equal(set(a, SIGNAL_SET_MASK, BIT(10), AT_DATA), 0);
        get(a, AT_DATA, &old, sizeof old);
        assert_int_equal(old, ALL);
    }
    assert_int_equal(set(a, SIGNAL_UNBLOCK, BIT(10), 0), 0);
    assert_int_equal(a->t->signal_mask, 0);
    assert_int_equal(deliver(a), 0); /* there is none */
    assert_int_equal(set(a, SIGNAL_SET_MASK, 1, USER_BAD), -ERR_FAULT);
    assert_int_equal(a->t->signal_mask, 0);
}

static void test_suspend_waits_with_its_mask_and_the_frame_has_the_old_one(void **state)
{
    struct world *w = *state;
    struct actor *a = &w->a;
    set_actions(a, BIT(10), BIT(12), 0);
    assert_int_equal(set(a, SIGNAL_SET_MASK, BIT(10) | BIT(12), 0), 0);
    assert_int_equal(set(a, SIGNAL_SUSPEND, BIT(3) | DYAD_SIGNALS_FORCED, 0), STATUS_PARKED);
    assert_int_equal(a->t->signal_mask, BIT(3));
    a->t->user.regs = some_registers(STACK);
    assert_int_equal(post(a, 12, 0), 0); /* ignored: it does not end the wait */
    assert_true(actor_parked(a));
    assert_int_equal(post(a, 10, 0), 0);
    rig_pump(a->rig);
    assert_false(actor_parked(a));
    if (attention(a))
        assert_int_equal(deliver(a), 0);
    struct signal_frame frame = frame_of(a, 10);
    assert_int_equal(frame.mask, BIT(10) | BIT(12));
    assert_int_equal(frame.blocked, BIT(3));
    assert_false(a->t->signal_restore_mask);
    assert_int_equal(actor_result(a), -ERR_INTR);
}

/* ---- records ---- */

static uint64_t take(struct actor *a, uint32_t expected)
{
    struct signal_info info;
    lock_acquire(&a->process->lock);
    struct signal_record *record = signal_take(a->process, a->t, expected, &info);
    lock_release(&a->process->lock);
    quota_free(a->process->quota, record, sizeof *record);
    assert_int_equal(info.signo, expected);
    return info.value;
}

static void test_standard_signals_are_one_and_others_queue(void **state)
{
    struct world *w = *state;
    struct actor *a = &w->a;
    assert_int_equal(set(a, SIGNAL_SET_MASK, ALL, 0), 0);
    for (uint64_t i = 1; i <= 3; i++) {
        assert_int_equal(post(a, 31, i), 0);
        assert_int_equal(post(a, 32, i + 10), 0);
        assert_int_equal(post(a, 64, i + 20), 0);
    }
    assert_int_equal(take(a, 31), 1); /* the first */
    assert_int_equal(pending(a), BIT(32) | BIT(64));
    for (uint64_t i = 1; i <= 3; i++) {
        assert_int_equal(pending(a), BIT(32) | BIT(64));
        assert_int_equal(take(a, 32), i + 10);
    }
    for (uint64_t i = 1; i <= 3; i++)
        assert_int_equal(take(a, 64), i + 20);
    assert_int_equal(pending(a), 0);
    assert_int_equal(post_thread(a, 10), 0);
    assert_int_equal(take(a, 10), 7); /* with what was sent along */
}

static void test_wait_takes_without_a_handler(void **state)
{
    struct world *w = *state;
    struct actor *a = &w->a;
    struct signal_wait wait = {.set = BIT(10) | BIT(40), .deadline = DEADLINE_NEVER};
    assert_int_equal(set(a, SIGNAL_SET_MASK, BIT(10) | BIT(40), 0), 0);
    put(a, AT_DATA, &wait, sizeof wait);
    assert_int_equal(post(a, 40, 4), 0);
    assert_int_equal(post(a, 10, 3), 0);
    assert_int_equal(set(a, SIGNAL_WAIT, AT_DATA, 0), 10);
    get(a, AT_DATA, &wait, sizeof wait);
    assert_true(wait.info.signo == 10 && wait.info.value == 3 && wait.info.pid == 5);
    assert_int_equal(set(a, SIGNAL_WAIT, AT_DATA, 0), 40);
    assert_int_equal(set(a, SIGNAL_WAIT, AT_DATA, 0), STATUS_PARKED);
    assert_int_equal(post(a, 12, 0), 0); /* not of the set; its default comes later */
    (void)take(a, 12);
    atomic_fetch_and(&a->t->attention, ~ATTENTION_SIGNAL);
    rig_pump(a->rig);
    if (!actor_parked(a))
        return; /* interrupted by it: that is allowed */
    assert_int_equal(post(a, 40, 9), 0);
    assert_int_equal(actor_result(a), 40);
}

/* ---- defaults ---- */

/* POSIX's, and Linux's numbers. */
static void test_defaults_without_a_supervisor(void **state)
{
    struct world *w = *state;
    const uint64_t ignored = BIT(17) | BIT(18) | BIT(23) | BIT(28);
    const uint64_t stops = BIT(19) | BIT(20) | BIT(21) | BIT(22);
    const uint64_t cores = BIT(3) | BIT(4) | BIT(5) | BIT(6) | BIT(7) | BIT(8) | BIT(11) | BIT(31);
    for (uint32_t signo = 1; signo <= 64; signo++) {
        struct actor a;
        actor_start(&a, &w->rig);
        status_t posted = post(&a, signo, 0);
        if (DYAD_SIGNALS_FORCED & BIT(signo)) {
            assert_int_equal(posted, -ERR_INVAL);
            actor_end(&a);
            continue;
        }
        assert_int_equal(posted, 0);
        assert_int_equal(attention(&a), !(ignored & BIT(signo)));
        assert_int_equal(deliver(&a), 0);
        bool ends = !((ignored | stops) & BIT(signo));
        assert_int_equal(a.process->dying, ends);
        if (ends)
            assert_int_equal(end_of(&a), signo | (cores & BIT(signo) ? WSTATUS_CORE : 0));
        actor_end(&a);
    }
    assert_int_equal(post(&w->a, 0, 0), -ERR_INVAL);
    assert_int_equal(post(&w->a, 65, 0), -ERR_INVAL);
}

static status_t control(struct world *w, handle_t h, uint64_t op, uint64_t arg)
{
    struct actor *boss = &w->boss;
    return CALL(boss, process_control(boss->t, h, op, arg, 0));
}

static handle_t supervise(struct world *w)
{
    handle_t h = (handle_t)handle_install(w->boss.process, &w->a.process->object, RIGHT_ALL);
    assert_int_equal(control(w, h, PROCESS_SUPERVISE, 0), 0);
    return h;
}

static struct process_event take_event(struct world *w, handle_t h)
{
    struct process_event event = {0};
    put(&w->boss, AT_DATA, &event, sizeof event);
    status_t status = control(w, h, PROCESS_TAKE_EVENT, AT_DATA);
    get(&w->boss, AT_DATA, &event, sizeof event);
    assert_int_equal(status, event.events != 0);
    return event;
}

static unsigned levels(struct world *w)
{
    return w->a.process->object.ops->poll(&w->a.process->object);
}

static void test_a_supervisor_decides_about_defaults(void **state)
{
    struct world *w = *state;
    handle_t h = supervise(w);
    assert_int_equal(take_event(w, h).events, 0);
    assert_int_equal(post(&w->a, 15, 0), 0);
    assert_int_equal(deliver(&w->a), STATUS_PARKED);
    assert_int_equal(levels(w), EVENT_SIGNAL);
    assert_int_equal(control(w, h, PROCESS_RESUME, 14), 0);
    assert_true(actor_parked(&w->a)); /* it waits for the verdict on another */
    struct process_event event = take_event(w, h);
    assert_true(event.events == EVENT_SIGNAL && event.signo == 15);
    assert_int_equal(levels(w), 0);
    assert_int_equal(take_event(w, h).events, 0);
    assert_int_equal(post(&w->a, 10, 0), 0);
    assert_true(actor_parked(&w->a)); /* signals do not end this wait */
    assert_int_equal(control(w, h, PROCESS_RESUME, 15), 0);
    assert_false(w->a.process->dying);
    assert_int_equal(w->a.t->parked_signo, actor_parked(&w->a) ? 10 : 0);
    assert_int_equal(control(w, h, PROCESS_KILL, WSTATUS_SIGNAL(15)), 0);
    rig_pump(&w->rig);
    assert_int_equal(end_of(&w->a), WSTATUS_SIGNAL(15));
}

static void test_a_fault_is_the_supervisors_too(void **state)
{
    struct world *w = *state;
    handle_t h = supervise(w);
    w->a.t->user.regs = some_registers(STACK);
    w->rig.cpu->current = w->a.t;
    assert_int_equal(signal_fault(&w->a.t[0], DYAD_SIGFPE, 1, 0x4444), STATUS_PARKED);
    w->rig.cpu->current = NULL;
    assert_int_equal(levels(w), EVENT_FAULT);
    struct process_event event = take_event(w, h);
    assert_true(event.events == EVENT_FAULT && event.signo == DYAD_SIGFPE);
    assert_int_equal(levels(w), 0);
    assert_int_equal(take_event(w, h).events, 0);
    assert_int_equal(w->a.t->parked_signo, DYAD_SIGFPE);
}

/* A fault cannot be blocked: then it is as without a handler. */
static void test_a_fault_with_a_handler(void **state)
{
    struct world *w = *state;
    struct actor *a = &w->a;
    set_actions(a, BIT(DYAD_SIGSEGV), 0, 0);
    assert_int_equal(set(a, SIGNAL_SET_MASK, BIT(10), 0), 0);
    a->t->user.regs = some_registers(STACK);
    w->rig.cpu->current = a->t;
    assert_int_equal(signal_fault(a->t, DYAD_SIGSEGV, 2, 0x5555), 0);
    struct signal_frame frame = frame_of(a, DYAD_SIGSEGV);
    assert_true(frame.mask == BIT(10) && frame.info.code == 2 && frame.info.value == 0x5555);
    assert_int_equal(a->t->signal_mask, ALL);
    assert_false(a->process->dying);
    assert_int_equal(signal_fault(a->t, DYAD_SIGSEGV, 2, 0x5555), 0);
    w->rig.cpu->current = NULL;
    assert_true(a->process->dying);
    assert_int_equal(end_of(a), WSTATUS_SIGNAL(DYAD_SIGSEGV) | WSTATUS_CORE);
}

static void test_a_dead_supervisor_does_not_count(void **state) NO_THREAD_ANALYSIS
{
    struct world *w = *state;
    w->a.process->supervisor_kid = 12345;
    assert_false(process_is_supervised(w->a.process));
    assert_int_equal(post(&w->a, 15, 0), 0);
    assert_int_equal(deliver(&w->a), 0);
    assert_true(w->a.process->dying);
}

/* Its creator blocks everything so that no handler runs in a thread that is not whole. */
static void test_a_new_thread_has_its_creators_mask(void **state)
{
    struct world *w = *state;
    struct thread_args args = {.entry = USER_BASE, .stack = USER_BASE};
    put(&w->a, AT_DATA, &args, sizeof args);
    assert_int_equal(set(&w->a, SIGNAL_SET_MASK, DYAD_SIGNAL_BIT(10), 0), 0);
    status_t id = CALL(&w->a, thread_create_call(w->a.t, HANDLE_NONE, AT_DATA));
    assert_true(id > 0);
    const struct thread *created = NULL;
    lock_acquire(&w->a.process->lock);
    LIST_FOR_EACH(node, &w->a.process->threads)
    {
        const struct thread *t = LIST_ENTRY(node, struct thread, process_link);
        if (t->id == (uint32_t)id)
            created = t;
    }
    lock_release(&w->a.process->lock);
    assert_non_null(created);
    assert_int_equal(created->signal_mask, DYAD_SIGNAL_BIT(10));
}

static void test_a_wait_with_a_mask_gives_the_old_one_back(void **state)
{
    struct world *w = *state;
    struct actor *a = &w->a;
    assert_int_equal(set(a, SIGNAL_SET_MASK, BIT(10) | BIT(12), 0), 0);
    status_t queue = CALL(a, event_create(a->t));
    assert_true(queue >= 0);
    assert_int_equal(CALL(a, event_wait_with_mask(a->t, (handle_t)queue, AT_DATA, 1, 0, BIT(3))),
                     -ERR_TIMEDOUT);
    assert_int_equal(a->t->signal_mask, BIT(10) | BIT(12));
}

/* The only thread there is; the process keeps it alive. */
static struct thread *only_thread(struct process *process)
{
    lock_acquire(&process->lock);
    assert_int_equal(process->thread_count, 1);
    struct thread *t = LIST_ENTRY(process->threads.next, struct thread, process_link);
    lock_release(&process->lock);
    return t;
}

static void test_what_is_pending_for_a_thread_is_the_new_images(void **state)
{
    struct world *w = *state;
    struct actor *a = &w->a;
    struct exec_args args = {.entry = USER_BASE, .stack = USER_BASE};
    struct space *space;
    set_actions(a, BIT(10), 0, 0);
    assert_int_equal(space_create(w->rig.machine, a->process->quota, &space), 0);
    status_t h = handle_install(a->process, &space->object, RIGHT_ALL);
    assert_true(h >= 0);
    kobject_put(&space->object);
    put(a, AT_DATA, &args, sizeof args);
    assert_int_equal(post_thread(a, 10), 0);
    assert_int_equal(CALL(a, process_exec(a->t, (handle_t)h, AT_DATA)), STATUS_PARKED);
    struct thread *next = only_thread(a->process);
    assert_ptr_not_equal(next, a->t);
    assert_int_equal(next->signal_pending, BIT(10));
    assert_true(atomic_load(&next->attention) & ATTENTION_SIGNAL);
    assert_int_equal(a->process->signal_caught, 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_start, world_end)
    const struct CMUnitTest tests[] = {
        T(test_a_handler_gets_a_frame_below_the_red_zone),
        T(test_return_restores_registers_and_mask),
        T(test_a_bad_frame_is_a_fault),
        T(test_the_alternate_stack_is_for_those_that_ask_and_are_not_on_it),
        T(test_a_handler_without_stack_ends_the_process),
        T(test_the_lowest_that_is_not_blocked_comes_first),
        T(test_suspend_waits_with_its_mask_and_the_frame_has_the_old_one),
        T(test_standard_signals_are_one_and_others_queue),
        T(test_wait_takes_without_a_handler),
        T(test_defaults_without_a_supervisor),
        T(test_a_supervisor_decides_about_defaults),
        T(test_a_fault_is_the_supervisors_too),
        T(test_a_fault_with_a_handler),
        T(test_a_dead_supervisor_does_not_count),
        T(test_a_new_thread_has_its_creators_mask),
        T(test_a_wait_with_a_mask_gives_the_old_one_back),
        T(test_what_is_pending_for_a_thread_is_the_new_images),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
