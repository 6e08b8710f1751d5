/*
 * fake_minimal.c: what the memory half of the core needs of the other half, so that it is tested alone: a machine of memory
 * only, objects that nobody watches, and threads that do nothing but wait.
 */
#include "core/thread.h"
#include "fake_arch.h"

_Noreturn void assert_failed(const char *expression, const char *file, int line)
{
    static char text[256];
    (void)__builtin_snprintf(text, sizeof text, "%s:%d: %s", file, line, expression);
    arch_panic(text);
}

struct machine *machine_create(const struct boot_info *info)
{
    struct boot_info left = *info;
    struct machine *machine = arch_phys_ptr(left.ram[0].base);
    size_t bytes = PAGE_ROUND_UP(sizeof *machine);
    left.ram[0].base += bytes;
    left.ram[0].size -= bytes;
    *machine = (struct machine){.boot = *info, .cpu_count = info->cpu_count};
    heap_init(&machine->heap);
    quota_init_root(&machine->quota, machine);
    if (page_pool_init(&machine->page_pool, &left) < 0)
        return NULL;
    for (unsigned i = 0; i < machine->cpu_count; i++) {
        machine->cpus[i] = heap_alloc(machine, sizeof(struct cpu));
        ASSERT(machine->cpus[i]);
        machine->cpus[i]->index = i;
        machine->cpus[i]->machine = machine;
    }
    if (info->initfs.size &&
        memory_create_fixed(machine, info->initfs.base, info->initfs.size, &machine->initfs) < 0)
        return NULL;
    return machine;
}

void machine_destroy(struct machine *machine)
{
    if (machine->initfs)
        kobject_put(&machine->initfs->object);
    for (unsigned i = 0; i < machine->cpu_count; i++)
        heap_free(machine, machine->cpus[i]);
}

void kobject_init(struct kobject *object, struct machine *machine, const struct kobject_ops *ops)
{
    object->ops = ops;
    object->machine = machine;
    atomic_init(&object->references, 1);
}

void kobject_put(struct kobject *object)
{
    uint32_t before = atomic_fetch_sub(&object->references, 1);
    ASSERT(before != 0);
    if (before == 1)
        object->ops->destroy(object);
}

/* The test looks at wait.state: WAIT_ARMED parked, WAIT_NONE resumed. */
status_t wait_arm(struct thread *t, struct kobject *object, struct lock *lock, uint64_t deadline)
{
    ASSERT(lock_is_held(lock) && t->wait.state == WAIT_NONE);
    if (thread_is_killed(t))
        return -ERR_INTR;
    kobject_get(object);
    t->wait.object = object;
    t->wait.state = WAIT_ARMED;
    return STATUS_PARKED;
}

bool wait_claim(struct thread *t)
{
    if (t->wait.state != WAIT_ARMED)
        return false;
    t->wait.state = WAIT_CLAIMED;
    return true;
}

void wait_resume(struct thread *t)
{
    ASSERT(t->wait.state == WAIT_CLAIMED);
    t->wait.kill_only = false;
    t->wait.state = WAIT_NONE;
}
