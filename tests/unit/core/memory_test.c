/* memory_test.c: see memory_test.h. */
#include "memory_test.h"

void fixture_start(struct fixture *f, size_t ram_bytes)
{
    *f = (struct fixture){.machine = fake_machine(ram_bytes)};
    assert_int_equal(space_create(f->machine, &f->machine->quota, &f->space), 0);
    f->thread.space = f->space;
    f->thread.object.machine = f->machine;
    list_init(&f->thread.wait.link);
}

void fixture_end(struct fixture *f)
{
    fake_space_check(f->space);
    kobject_put(&f->space->object);
    fake_machine_destroy(f->machine);
}

/* All cores leave user mode, which wakes whoever waits for them, and come back. */
static void cores_bounce(struct space *space)
{
    uint32_t in_user = 0;
    for (unsigned core = 0; core < FAKE_CORES; core++) {
        if (fake_is_in_user(space, core)) {
            in_user |= 1U << core;
            fake_leave(space, core);
        }
    }
    for (unsigned core = 0; core < FAKE_CORES; core++) {
        if (in_user >> core & 1)
            fake_enter(space, core);
    }
}

status_t fixture_finish(struct fixture *f, status_t status)
{
    struct thread *t = &f->thread;
    for (unsigned steps = 0; status == STATUS_STEP || status == STATUS_PARKED; steps++) {
        assert_true(steps < 1000000);
        if (status == STATUS_PARKED) {
            struct kobject *object = t->wait.object;
            if (t->wait.state == WAIT_ARMED)
                cores_bounce(CONTAINER_OF(object, struct space, object));
            assert_int_equal(t->wait.state, WAIT_NONE);
            t->wait.object = NULL;
            kobject_put(object);
        }
        status = t->step(t);
    }
    t->step = NULL;
    return status;
}

status_t fixture_map(struct fixture *f, uint64_t addr, uint64_t bytes, unsigned prot,
                     unsigned flags, struct memory *memory, uint64_t offset)
{
    return fixture_finish(
        f, space_map(&f->thread, f->space, addr, bytes, prot, flags, memory, offset));
}

status_t fixture_unmap(struct fixture *f, uint64_t addr, uint64_t bytes)
{
    return fixture_finish(f, space_unmap(&f->thread, f->space, addr, bytes));
}

status_t fixture_remap(struct fixture *f, uint64_t addr, uint64_t old_bytes, uint64_t bytes,
                       bool move, uint64_t to)
{
    return fixture_finish(f, space_remap(&f->thread, f->space, addr, old_bytes, bytes, move, to));
}

status_t fixture_protect(struct fixture *f, uint64_t addr, uint64_t bytes, unsigned prot)
{
    return fixture_finish(f, space_protect(&f->thread, f->space, addr, bytes, prot));
}

status_t fixture_fork(struct fixture *f, struct space *from, struct space **out)
{
    struct space *to;
    status_t status = space_create(f->machine, &f->machine->quota, &to);
    uint64_t cursor = 0;
    if (status < 0)
        return status;
    while ((status = space_fork_step(from, to, &cursor)) == STATUS_STEP)
        cores_bounce(from);
    if (status < 0) {
        kobject_put(&to->object);
        fake_machine_settle(f->machine);
        return status;
    }
    *out = to;
    return 0;
}

uint8_t peek(struct space *space, uint64_t addr)
{
    uint8_t value = 0;
    assert_int_equal(user_read(space, &value, addr, 1), 0);
    return value;
}

void poke(struct space *space, uint64_t addr, uint8_t value)
{
    assert_int_equal(user_write(space, addr, &value, 1), 0);
}

void sweep_allocations(struct machine *machine, status_t (*body)(void *), void *argument)
{
    struct alloc_fault *fault = &machine->heap.fault;
    for (uint64_t n = 1;; n++) {
        assert_true(n < 10000);
        atomic_store(&fault->fail_at, n);
        status_t status = body(argument);
        bool failed = atomic_load(&fault->fail_at) == 0;
        atomic_store(&fault->fail_at, 0);
        if (!failed) {
            assert_int_equal(status, 0);
            return;
        }
        assert_true(status == 0 || status == -ERR_NOMEM);
    }
}
