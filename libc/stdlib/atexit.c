/* atexit.c: functions to call at exit, last registered first; also those that the C++ ABI registers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "internal/exit.h"
#include "internal/lock.h"
#include "internal/pages.h"

struct entry {
    void (*fn)(void *);
    void *arg;
};

/* As many as fit a page without allocating; more go into pages linked to the older ones. */
enum { BLOCK = 255 };

struct block {
    struct block *older;
    unsigned used;
    struct entry entries[BLOCK];
};

_Static_assert(sizeof(struct block) == 4096, "a page");

static struct libc_lock lock;
static struct block first;
static struct block *newest = &first; /* guarded by lock */

static bool add_block_locked(void)
{
    struct block *b = __pages_map(sizeof *b);
    if (!b)
        return false;
    b->older = newest;
    newest = b;
    return true;
}

int __cxa_atexit(void (*fn)(void *), void *arg, void *dso);

int __cxa_atexit(void (*fn)(void *), void *arg, void *dso)
{
    (void)dso;
    libc_lock(&lock);
    bool room = newest->used < BLOCK || add_block_locked();
    if (room)
        newest->entries[newest->used++] = (struct entry){fn, arg};
    libc_unlock(&lock);
    if (!room)
        errno = ENOMEM;
    return room ? 0 : -1;
}

/* A handler may register more handlers, which run next: so one entry is taken at a time. */
static bool take_last(struct entry *out)
{
    libc_lock(&lock);
    while (newest->used == 0 && newest->older)
        newest = newest->older;
    bool found = newest->used > 0;
    if (found)
        *out = newest->entries[--newest->used];
    libc_unlock(&lock);
    return found;
}

void __atexit_run(void)
{
    struct entry e;
    while (take_last(&e))
        e.fn(e.arg);
}

static void call_plain(void *arg)
{
    void (*fn)(void);
    memcpy(&fn, &arg, sizeof fn);
    fn();
}

int atexit(void (*fn)(void))
{
    void *arg;
    memcpy(&arg, &fn, sizeof arg);
    return __cxa_atexit(call_plain, arg, NULL);
}
