/* atexit.c: functions to call at exit, last registered first; also those that the C++ ABI registers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "internal/exit.h"
#include "internal/lock.h"

struct entry {
    void (*fn)(void *);
    void *arg;
};

/* 32 without allocating, as the standard promises; more go into blocks linked to the older ones. */
enum { BLOCK = 32 };

struct block {
    struct block *older;
    unsigned used;
    struct entry entries[BLOCK];
};

static struct libc_lock lock;
static struct block first;
static struct block *newest = &first; /* guarded by lock */

/* Weak: a program with few handlers and no other use of malloc does not link it. */
#pragma weak malloc

static bool add_block_locked(void)
{
    struct block *b = malloc ? malloc(sizeof *b) : NULL;
    if (!b)
        return false;
    b->older = newest;
    b->used = 0;
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
