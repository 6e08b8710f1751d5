/* fake_machine.c: machines in the host's memory, for unit tests. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/memory.h"
#include "fake_arch.h"

#define MACHINES_MAX 64

static struct fake_machine {
    struct machine *machine;
    void *ram, *initfs;
    size_t ram_bytes, initfs_bytes;
} machines[MACHINES_MAX];

static void *map_ram(size_t bytes)
{
    void *ram = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT(ram != MAP_FAILED);
    return ram;
}

static struct fake_machine *find_machine(struct machine *machine)
{
    for (unsigned i = 0; i < MACHINES_MAX; i++) {
        if (machines[i].machine == machine)
            return &machines[i];
    }
    ASSERT(false);
    return NULL;
}

static unsigned count_machines(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < MACHINES_MAX; i++)
        count += machines[i].machine != NULL;
    return count;
}

struct machine *fake_machine_initfs(size_t ram_bytes, const void *initfs, size_t initfs_bytes)
{
    if (count_machines() == 0)
        fake_arch = (struct fake_arch){0};
    struct fake_machine *fake = find_machine(NULL);
    fake->ram_bytes = PAGE_ROUND_UP(ram_bytes);
    fake->ram = map_ram(fake->ram_bytes);
    fake->initfs_bytes = PAGE_ROUND_UP(initfs_bytes);
    struct boot_info info = {
        .ram = {{(uintptr_t)fake->ram, fake->ram_bytes}},
        .ram_count = 1,
        .cpu_count = FAKE_CORES,
        .initfs_bytes = initfs_bytes,
        .args = "",
        .xsave_bytes = 512,
        .gate = DYAD_HOLE_BASE,
        .body = "fake",
    };
    if (initfs_bytes) {
        fake->initfs = map_ram(fake->initfs_bytes);
        memcpy(fake->initfs, initfs, initfs_bytes);
        info.initfs = (struct boot_range){(uintptr_t)fake->initfs, fake->initfs_bytes};
    }
    fake->machine = machine_create(&info);
    ASSERT(fake->machine);
    return fake->machine;
}

struct machine *fake_machine(size_t ram_bytes)
{
    return fake_machine_initfs(ram_bytes, NULL, 0);
}

void fake_machine_settle(struct machine *machine)
{
    while (reclaim_step(machine))
        continue;
}

void fake_machine_destroy(struct machine *machine)
{
    struct fake_machine *fake = find_machine(machine);
    fake_machine_settle(machine);
    machine_destroy(machine);
    fake_machine_settle(machine);
    heap_check(machine);
    ASSERT(heap_bytes_used(machine) == 0);
    heap_trim(machine);
    page_pool_check(machine);
    ASSERT(page_count_free(machine) == page_count_total(machine));
    for (unsigned kind = 0; kind < QUOTA_KINDS; kind++)
        ASSERT(atomic_load(&machine->quota.used[kind]) == 0);
    if (count_machines() == 1)
        ASSERT(atomic_load(&fake_arch.spaces) == 0 && atomic_load(&fake_arch.users) == 0);
    munmap(fake->ram, fake->ram_bytes);
    if (fake->initfs)
        munmap(fake->initfs, fake->initfs_bytes);
    *fake = (struct fake_machine){0};
}
