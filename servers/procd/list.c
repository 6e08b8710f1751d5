/* list.c: the table as ps shows it. */
#include <string.h>

#include "servers/procd/procd.h"

static char state_letter(enum process_life life)
{
    switch (life) {
    case LIFE_STOPPED: return 'T';
    case LIFE_ZOMBIE: return 'Z';
    case LIFE_RUNNING: break;
    }
    return 'R';
}

static void fill(struct procd *p, const struct process *process, struct proc_entry *entry)
{
    const struct process *leader = procd_find(p, process->cred.sid);
    struct process_info info;

    *entry = (struct proc_entry){.cred = process->cred,
                                 .kid = process->kid,
                                 .state = (uint32_t)state_letter(process->life),
                                 .tty = leader ? leader->tty : -1,
                                 .cpu_ns = process->cpu_ns,
                                 .start_ns = process->start_ns};
    if (process->life == LIFE_ZOMBIE || p->ops->info(p->context, process->handle, &info) < 0) {
        memcpy(entry->name, process->name, sizeof entry->name);
        return;
    }
    memcpy(entry->name, info.name, sizeof entry->name);
    if (process->life == LIFE_RUNNING && info.waiting > 0 && info.waiting == info.threads)
        entry->state = 'S';
    entry->cpu_ns = info.cpu_ns;
    entry->pages = info.pages;
}

size_t procd_list(struct procd *p, uint32_t first_pid, struct proc_entry *entries, size_t room)
{
    size_t count = 0;

    for (const struct process *process = p->first; process && count < room; process = process->next)
        if (process->cred.pid >= first_pid)
            fill(p, process, &entries[count++]);
    return count;
}
