/* init.c: loads /sbin/init from the initfs: the only image that the kernel itself puts together. */
#include "core/init.h"

#include "core/cpio.h"
#include "core/elf.h"
#include "core/log.h"
#include "core/machine.h"
#include "core/namespace.h"
#include "core/process.h"
#include "core/space.h"

#define INIT_PATH   "sbin/init"
#define STACK_BYTES (256UL * 1024)

/* System V auxiliary vector types that init's libc wants. */
enum {
    AT_NULL = 0,
    AT_PHDR = 3,
    AT_PHENT = 4,
    AT_PHNUM = 5,
    AT_PAGESZ = 6,
    AT_ENTRY = 9,
    AT_RANDOM = 25
};

/* What lies at the top of init's stack; rsp points to argc. */
struct init_stack {
    uint64_t argc;
    uint64_t argv[2], envp[1];
    struct {
        uint64_t type, value;
    } auxv[12];
    struct {
        uint32_t count, umask;
        struct startup_entry entries[2];
    } startup;
    uint8_t random[16];
    char name[8];
};

/* The handles that init starts with: the system namespace and the initfs. */
static status_t init_handles(struct machine *machine, struct process *process,
                             struct init_stack *stack)
{
    status_t names = handle_install(process, &machine->names->object, RIGHT_ALL);
    if (names < 0)
        return names;
    status_t initfs =
        handle_install(process, &machine->initfs->object, RIGHT_READ | RIGHT_EXEC | RIGHT_PASS);
    if (initfs < 0)
        return initfs;
    stack->startup.count = 2;
    stack->startup.umask = 022;
    stack->startup.entries[0] =
        (struct startup_entry){.kind = STARTUP_NAMESPACE, .handle = (handle_t)names};
    stack->startup.entries[1] =
        (struct startup_entry){.kind = STARTUP_INITFS,
                               .number = (int32_t)((machine->boot.initfs_bytes + 511) / 512),
                               .handle = (handle_t)initfs};
    return 0;
}

static void init_fill_stack(struct machine *machine, struct init_stack *stack, uint64_t at,
                            const struct elf_image *image)
{
    unsigned n = 0;
    stack->argc = 1;
    stack->argv[0] = at + offsetof(struct init_stack, name);
    memcpy(stack->name, "init", 5);
    arch_entropy(stack->random, sizeof stack->random);
#define AUX(t, v) (stack->auxv[n].type = (t), stack->auxv[n++].value = (v))
    AUX(AT_PHDR, image->phdr);
    AUX(AT_PHENT, image->phent);
    AUX(AT_PHNUM, image->phnum);
    AUX(AT_PAGESZ, DYAD_PAGE_SIZE);
    AUX(AT_ENTRY, image->entry);
    AUX(AT_RANDOM, at + offsetof(struct init_stack, random));
    AUX(AT_DYAD_GATE, machine->boot.gate);
    AUX(AT_DYAD_STARTUP, at + offsetof(struct init_stack, startup));
    AUX(AT_DYAD_XSAVE, machine->boot.xsave_bytes);
    AUX(AT_DYAD_CPUS, machine->cpu_count);
    AUX(AT_NULL, 0);
#undef AUX
}

static status_t init_stack_build(struct machine *machine, struct process *process,
                                 struct space *space, const struct elf_image *image, uint64_t *rsp)
{
    struct init_stack stack = {0};
    uint64_t at = (DYAD_STACK_TOP - sizeof stack) & ~15UL;
    status_t status = init_handles(machine, process, &stack);
    if (status < 0)
        return status;
    init_fill_stack(machine, &stack, at, image);
    status = space_map_now(space, DYAD_STACK_TOP - STACK_BYTES, STACK_BYTES,
                           MAP_PROT_READ | MAP_PROT_WRITE, MAP_FLAG_FIXED | MAP_FLAG_STACK, NULL, 0,
                           NULL);
    if (status < 0)
        return status;
    *rsp = at;
    return user_write(space, at, &stack, sizeof stack);
}

static status_t init_load(struct machine *machine, struct process *process, struct space *space)
{
    const void *archive = arch_phys_ptr(machine->boot.initfs.base);
    struct cpio_file file;
    struct elf_image image;
    uint64_t rsp = 0;
    if (!cpio_find(archive, machine->boot.initfs_bytes, INIT_PATH, &file))
        return -ERR_NOENT;
    status_t status = elf_load(space, machine->initfs, archive, file.offset, file.bytes, &image);
    if (status == 0)
        status = init_stack_build(machine, process, space, &image, &rsp);
    if (status < 0)
        return status;
    struct thread_args args = {.entry = image.entry, .stack = rsp};
    struct thread *thread;
    status = thread_create(process, space, &args, &thread);
    if (status == 0)
        kobject_put(&thread->object);
    return status;
}

status_t init_start(struct machine *machine)
{
    struct process *process;
    if (machine->initfs == NULL)
        return -ERR_NOENT;
    status_t status = process_create(machine, &machine->quota, machine->names, &process);
    if (status < 0)
        return status;
    lock_acquire(&process->lock);
    memcpy(process->name, "init", 5);
    process->cred.pid = 1;
    process->cred.pgid = 1;
    process->cred.sid = 1;
    struct space *space = process->space;
    lock_release(&process->lock);
    machine->init = process; /* keeps the reference: the machine ends with it */
    return init_load(machine, process, space);
}
