/* atfork.c: pthread_atfork. Prepare handlers run last first, the others in order. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include "internal/atfork.h"
#include "internal/lock.h"

struct atfork_entry {
    void (*run[3])(void);
    struct atfork_entry *previous, *next;
};

/* Held from prepare to parent or child: the list does not change in between. */
static struct libc_lock lock;
static struct atfork_entry *first, *last;

int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
    struct atfork_entry *entry = malloc(sizeof *entry);
    if (!entry)
        return ENOMEM;
    *entry = (struct atfork_entry){.run = {prepare, parent, child}};
    libc_lock(&lock);
    entry->previous = last;
    if (last)
        last->next = entry;
    else
        first = entry;
    last = entry;
    libc_unlock(&lock);
    return 0;
}

void __atfork_run(enum atfork_when when)
{
    if (when == ATFORK_PREPARE) {
        libc_lock(&lock);
        for (struct atfork_entry *e = last; e; e = e->previous) {
            if (e->run[when])
                e->run[when]();
        }
        return;
    }
    for (struct atfork_entry *e = first; e; e = e->next) {
        if (e->run[when])
            e->run[when]();
    }
    libc_unlock(&lock);
}
