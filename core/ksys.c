/* ksys.c: the `sys:` scheme: what the machine is and does, as text. A file is a snapshot of the moment it was opened. */
#include "core/kschemes.h"
#include "core/log.h"
#include "core/machine.h"
#include "core/namespace.h"
#include "core/process.h"
#include "core/space.h"

#define SYS_TEXT_MAX      (48UL * 1024)
#define SYS_PROCESSES_MAX 400u /* lines of sys:processes: about 100,000 instructions */

/* A text being made; what does not fit is left out by whole lines. */
struct sys_text {
    char *text;
    size_t done, room;
};

#define SYS_LINE(to, ...)                                                        \
    do {                                                                         \
        char sys_line[160];                                                      \
        size_t sys_length = format_text(sys_line, sizeof sys_line, __VA_ARGS__); \
        sys_append(to, sys_line, sys_length);                                    \
    } while (0)

static void sys_append(struct sys_text *to, const char *line, size_t length)
{
    if (length > to->room - to->done)
        return;
    memcpy(to->text + to->done, line, length);
    to->done += length;
}

static void sys_version(struct thread *t, struct sys_text *to)
{
    SYS_LINE(to, "Dyad %s\n",
             t->object.machine->boot.body != NULL ? t->object.machine->boot.body : "");
}

static void sys_uptime(struct thread *t, struct sys_text *to)
{
    struct machine *machine = t->object.machine;
    uint64_t idle = 0;
    for (uint32_t i = 0; i < machine->cpu_count; i++)
        idle += atomic_load_explicit(&machine->cpus[i]->idle_ns, memory_order_relaxed);
    uint64_t now = arch_time_ns(DYAD_CLOCK_MONOTONIC);
    SYS_LINE(to, "%llu %llu\n", (unsigned long long)(now / 1000000000),
             (unsigned long long)(idle / 1000000000));
}

static void sys_cpus(struct thread *t, struct sys_text *to)
{
    SYS_LINE(to, "%u\n", t->object.machine->cpu_count);
}

static void sys_memory(struct thread *t, struct sys_text *to)
{
    struct machine *machine = t->object.machine;
    SYS_LINE(to, "total %llu\n", (unsigned long long)page_count_total(machine));
    SYS_LINE(to, "free %llu\n", (unsigned long long)page_count_free(machine));
    SYS_LINE(to, "kernel %llu\n",
             (unsigned long long)(PAGE_ROUND_UP(heap_bytes_used(machine)) / DYAD_PAGE_SIZE));
}

static void sys_schemes(struct thread *t, struct sys_text *to)
{
    struct namespace *names = namespace_of(t->process);
    if (names == NULL)
        return;
    to->done += namespace_list(names, to->text + to->done, to->room - to->done);
    kobject_put(&names->object);
}

/* The process with the next higher kernel id, counted; NULL: no more. */
static struct process *sys_next_process(struct machine *machine, uint64_t kid)
{
    struct process *found = NULL;
    lock_acquire(&machine->lock);
    struct tree_node *node = tree_at_or_above(&machine->processes, kid);
    while (node != NULL && found == NULL) {
        struct process *process = CONTAINER_OF(node, struct process, machine_node);
        if (kobject_try_get(&process->object))
            found = process;
        node = tree_next(node);
    }
    lock_release(&machine->lock);
    return found;
}

static void sys_process(struct process *process, struct sys_text *to)
{
    char name[sizeof process->name];
    lock_acquire(&process->lock);
    unsigned pid = process->cred.pid;
    unsigned state = process->state;
    unsigned threads = process->thread_count;
    memcpy(name, process->name, sizeof name);
    struct space *space = process->space;
    if (space != NULL)
        kobject_get(&space->object);
    lock_release(&process->lock);
    name[sizeof name - 1] = '\0';
    unsigned long long pages = 0;
    if (space != NULL) {
        pages = space_present_pages(space);
        kobject_put(&space->object);
    }
    SYS_LINE(to, "%llu %u %u %u %llu %s\n", (unsigned long long)process->kid, pid, state, threads,
             pages, name);
}

static void sys_processes(struct thread *t, struct sys_text *to)
{
    struct machine *machine = t->object.machine;
    struct process *process = sys_next_process(machine, 0);
    for (unsigned i = 0; process != NULL && i < SYS_PROCESSES_MAX; i++) {
        uint64_t kid = process->kid;
        sys_process(process, to);
        kobject_put(&process->object);
        process = sys_next_process(machine, kid + 1);
    }
    if (process != NULL)
        kobject_put(&process->object);
}

/* The watchdog's findings are lines of the log. */
static void sys_stuck(struct thread *t, struct sys_text *to)
{
    (void)t, (void)to;
}

static const struct {
    const char *name;
    void (*make)(struct thread *t, struct sys_text *to);
    size_t room;
} sys_files[] = {
    {"version", sys_version, 160},   {"uptime", sys_uptime, 160},
    {"cpus", sys_cpus, 160},         {"memory", sys_memory, 480},
    {"schemes", sys_schemes, 16384}, {"processes", sys_processes, SYS_TEXT_MAX},
    {"stuck", sys_stuck, 160},
};

static status_t ksys_open(struct thread *t, const char *rest, size_t bytes, unsigned flags,
                          struct kobject **out, uint32_t *rights)
{
    for (unsigned i = 0; i < ARRAY_COUNT(sys_files); i++) {
        if (strlen(sys_files[i].name) != bytes || memcmp(sys_files[i].name, rest, bytes) != 0)
            continue;
        struct sys_text to = {.room = sys_files[i].room};
        to.text = quota_alloc(t->process->quota, to.room);
        if (to.text == NULL)
            return -ERR_NOMEM;
        sys_files[i].make(t, &to);
        status_t status = ktext_create(t, to.text, to.done, flags, out, rights);
        quota_free(t->process->quota, to.text, to.room);
        return status;
    }
    return -ERR_NOENT;
}

const struct kernel_scheme_ops ksys_scheme = {.name = "sys", .open = ksys_open};
