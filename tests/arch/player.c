/* ram.c: see ram.h. */
#include "player.h"

#include "core/machine.h"

static struct {
    _Atomic bool lock; /* guards what follows */
    uint64_t next, end;
    uint64_t free[64]; /* single pages */
    unsigned free_count;
} ram;

static void ram_lock(void)
{
    for (unsigned i = 0; atomic_exchange(&ram.lock, true); i++)
        arch_cpu_relax(i);
}

static void ram_unlock(void)
{
    atomic_store(&ram.lock, false);
}

void player_ram(uint64_t base, uint64_t bytes)
{
    ram.next = base;
    ram.end = base + bytes;
}

uint64_t player_pages(size_t pages)
{
    ram_lock();
    uint64_t phys = ram.next;
    if (pages == 1 && ram.free_count)
        phys = ram.free[--ram.free_count];
    else
        ram.next += pages * DYAD_PAGE_SIZE;
    ram_unlock();
    assert_true(ram.next <= ram.end);
    memset(arch_phys_ptr(phys), 0, pages * DYAD_PAGE_SIZE);
    return phys;
}

void player_free(uint64_t phys, size_t pages)
{
    ram_lock();
    if (phys + pages * DYAD_PAGE_SIZE == ram.next)
        ram.next = phys;
    else if (pages == 1 && ram.free_count < 64)
        ram.free[ram.free_count++] = phys;
    ram_unlock();
}

static void map_all(struct player *p)
{
    size_t pages = (size_t)(guest_end - guest_start) / DYAD_PAGE_SIZE;
    assert_int_equal(
        arch_space_map(&p->space.arch, CODE, p->code, pages, MAP_PROT_READ | MAP_PROT_EXEC), 0);
    assert_int_equal(
        arch_space_map(&p->space.arch, DATA, p->data, DATA_PAGES, MAP_PROT_READ | MAP_PROT_WRITE),
        0);
    assert_int_equal(arch_space_map(&p->space.arch, STACK_TOP - STACK_PAGES * DYAD_PAGE_SIZE,
                                    p->stack, STACK_PAGES, MAP_PROT_READ | MAP_PROT_WRITE),
                     0);
}

void player_open(struct player *p)
{
    size_t bytes = (size_t)(guest_end - guest_start);
    p->space.object.machine = player_machine;
    p->space.quota = player_machine != NULL ? &player_machine->quota : NULL;
    assert_int_equal(arch_space_init(&p->space.arch), 0);
    p->code = player_pages(bytes / DYAD_PAGE_SIZE);
    memcpy(arch_phys_ptr(p->code), guest_start, bytes);
    p->data = player_pages(DATA_PAGES);
    p->stack = player_pages(STACK_PAGES);
    map_all(p);
}

void player_close(struct player *p)
{
    arch_space_fini(&p->space.arch);
    player_free(p->stack, STACK_PAGES);
    player_free(p->data, DATA_PAGES);
    player_free(p->code, (size_t)(guest_end - guest_start) / DYAD_PAGE_SIZE);
}

void *player_data(struct player *p)
{
    return arch_phys_ptr(p->data);
}

void player_thread_tls(struct player *p, struct thread *t, uint64_t entry, uint64_t arg,
                       uint64_t tls)
{
    t->object.machine = player_machine;
    assert_int_equal(arch_user_init(&t->user, &p->space.arch, entry, STACK_TOP - 64, arg, tls), 0);
}

void player_thread(struct player *p, struct thread *t, uint64_t entry, uint64_t arg)
{
    player_thread_tls(p, t, entry, arg, 0);
}

void player_fork(struct player *to, struct thread *child, struct thread *parent)
{
    child->object.machine = player_machine;
    assert_int_equal(arch_user_fork(&child->user, &to->space.arch, &parent->user), 0);
}

/* A translation that the body dropped, as it may. */
static bool refill(struct player *p, const struct trap *trap)
{
    size_t code_bytes = (size_t)(guest_end - guest_start);
    bool in_code = trap->addr - CODE < code_bytes && !(trap->access & MAP_PROT_WRITE);
    bool in_data =
        trap->addr - DATA < DATA_PAGES * DYAD_PAGE_SIZE && !(trap->access & MAP_PROT_EXEC);
    bool in_stack = STACK_TOP - 1 - trap->addr < STACK_PAGES * DYAD_PAGE_SIZE &&
                    !(trap->access & MAP_PROT_EXEC);
    if (trap->kind != TRAP_FAULT || trap->fault != FAULT_PAGE || !(in_code || in_data || in_stack))
        return false;
    map_all(p);
    return true;
}

void player_run(struct player *p, struct thread *t, struct trap *trap)
{
    do {
        arch_user_run(&t->user, &p->space.arch, trap);
        if (trap->kind == TRAP_IRQ)
            (void)arch_pending();
    } while (trap->kind == TRAP_IRQ || trap->kind == TRAP_KICK || trap->kind == TRAP_TIMER ||
             refill(p, trap));
}

void player_expect_syscall(struct player *p, struct thread *t, uint64_t number, uint64_t args[6])
{
    struct trap trap;
    uint64_t got, all[6];
    player_run(p, t, &trap);
    assert_int_equal(trap.kind, TRAP_SYSCALL);
    arch_user_args(&t->user, &got, all);
    assert_int_equal(got, number);
    if (args)
        memcpy(args, all, sizeof(all));
}
