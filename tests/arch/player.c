/* player.c: see player.h. */
#include "player.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/machine.h"
#include "host.h"
#include "stub_pool.h"
#include "console.h"

#define RAM_BYTES (256UL << 20)

static struct {
    struct cpu cpus[8];
    pthread_mutex_t lock;
    uint64_t next;     /* pages never handed out; guarded by lock */
    uint64_t free[64]; /* single pages */
    unsigned free_count;
    void (*work[8])(void *);
    void *argument[8];
    _Atomic bool done[8];
} player = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Called by arch_cpu_start's thread: what a core of ours does. */
_Noreturn void cpu_main(struct cpu *cpu)
{
    player.work[cpu->index](player.argument[cpu->index]);
    atomic_store(&player.done[cpu->index], true);
    for (;;)
        pause();
}

_Noreturn void assert_failed(const char *expression, const char *file, int line)
{
    fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, expression);
    abort();
}

void player_boot(unsigned cores)
{
    static bool booted;
    if (booted)
        return;
    booted = true;
    host_time_init();
    ram_init(RAM_BYTES);
    control_init();
    console_init(false);
    console_host_start(false);
    stub_pool_start(false);
    player.next = RAM_BASE;
    for (unsigned i = 0; i < 8; i++)
        player.cpus[i].index = i;
    host_cpu_enter(&player.cpus[0]);
}

struct cpu *player_cpu(unsigned index)
{
    return &player.cpus[index];
}

void player_start(unsigned index, void (*work)(void *), void *argument)
{
    memset(&player.cpus[index].arch, 0, sizeof(player.cpus[index].arch));
    player.work[index] = work;
    player.argument[index] = argument;
    atomic_store(&player.done[index], false);
    assert_int_equal(arch_cpu_start(&player.cpus[index]), 0);
}

void player_join(unsigned index)
{
    for (unsigned i = 0; !atomic_load(&player.done[index]); i++)
        arch_cpu_relax(i);
}

uint64_t player_pages(size_t pages)
{
    pthread_mutex_lock(&player.lock);
    uint64_t phys = player.next;
    if (pages == 1 && player.free_count)
        phys = player.free[--player.free_count];
    else
        player.next += pages * DYAD_PAGE_SIZE;
    pthread_mutex_unlock(&player.lock);
    if (player.next > RAM_BASE + RAM_BYTES)
        abort();
    memset(arch_phys_ptr(phys), 0, pages * DYAD_PAGE_SIZE);
    return phys;
}

void player_free(uint64_t phys, size_t pages)
{
    pthread_mutex_lock(&player.lock);
    if (phys + pages * DYAD_PAGE_SIZE == player.next)
        player.next = phys;
    else if (pages == 1 && player.free_count < 64)
        player.free[player.free_count++] = phys;
    pthread_mutex_unlock(&player.lock);
}

static void map_all(struct player *p)
{
    size_t pages = (size_t)(guest_end - guest_start) / DYAD_PAGE_SIZE;
    assert_int_equal(arch_space_map(&p->space, CODE, p->code, pages, MAP_PROT_READ | MAP_PROT_EXEC),
                     0);
    assert_int_equal(
        arch_space_map(&p->space, DATA, p->data, DATA_PAGES, MAP_PROT_READ | MAP_PROT_WRITE), 0);
    assert_int_equal(arch_space_map(&p->space, STACK_TOP - STACK_PAGES * DYAD_PAGE_SIZE, p->stack,
                                    STACK_PAGES, MAP_PROT_READ | MAP_PROT_WRITE),
                     0);
}

void player_open(struct player *p)
{
    size_t bytes = (size_t)(guest_end - guest_start);
    assert_int_equal(arch_space_init(&p->space), 0);
    p->code = player_pages(bytes / DYAD_PAGE_SIZE);
    memcpy(arch_phys_ptr(p->code), guest_start, bytes);
    p->data = player_pages(DATA_PAGES);
    p->stack = player_pages(STACK_PAGES);
    map_all(p);
}

void player_close(struct player *p)
{
    arch_space_fini(&p->space);
    player_free(p->stack, STACK_PAGES);
    player_free(p->data, DATA_PAGES);
    player_free(p->code, (size_t)(guest_end - guest_start) / DYAD_PAGE_SIZE);
}

void *player_data(struct player *p)
{
    return arch_phys_ptr(p->data);
}

void player_thread(struct player *p, struct arch_user *user, uint64_t entry, uint64_t arg)
{
    assert_int_equal(arch_user_init(user, &p->space, entry, STACK_TOP - 64, arg, 0), 0);
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

void player_run(struct player *p, struct arch_user *user, struct trap *trap)
{
    do {
        arch_user_run(user, &p->space, trap);
        if (trap->kind == TRAP_IRQ)
            (void)arch_pending();
    } while (trap->kind == TRAP_IRQ || trap->kind == TRAP_KICK || trap->kind == TRAP_TIMER ||
             refill(p, trap));
}

void player_expect_syscall(struct player *p, struct arch_user *user, uint64_t number,
                           uint64_t args[6])
{
    struct trap trap;
    uint64_t got, all[6];
    player_run(p, user, &trap);
    assert_int_equal(trap.kind, TRAP_SYSCALL);
    arch_user_args(user, &got, all);
    assert_int_equal(got, number);
    if (args)
        memcpy(args, all, sizeof(all));
}
