/* player.c: the Linux program's half of player.h: a core is a thread. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console.h"
#include "host.h"
#include "player_hosted.h"
#include "stub_pool.h"

#define RAM_BYTES (256UL << 20)

struct machine *player_machine;

static struct {
    struct cpu cpus[8];
    void (*work[8])(void *);
    void *argument[8];
    _Atomic bool done[8];
} player;

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

void player_boot(void)
{
    host_time_init();
    ram_init(RAM_BYTES);
    control_init();
    console_init(false);
    console_host_start(false);
    stub_pool_start(false);
    player_ram(RAM_BASE, RAM_BYTES);
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

void player_wait_us(unsigned us)
{
    usleep(us);
}
