/* file_list.c: the open streams, for fflush(NULL) and exit. The standard ones are reached only if they are linked. */
#include "internal/atfork.h"
#include "internal/exit.h"
#include "internal/stdio.h"

#pragma weak __stdin_file
#pragma weak __stdout_file
#pragma weak __stderr_file

static struct libc_lock lock;
static FILE *open_files; /* guarded by lock */

void __file_list_add(FILE *f)
{
    libc_lock(&lock);
    f->flags |= FILE_LISTED;
    f->prev = NULL;
    f->next = open_files;
    if (open_files)
        open_files->prev = f;
    open_files = f;
    libc_unlock(&lock);
}

void __file_list_remove(FILE *f)
{
    libc_lock(&lock);
    if (f->next)
        f->next->prev = f->prev;
    if (f->prev)
        f->prev->next = f->next;
    else
        open_files = f->next;
    f->flags &= ~(unsigned)FILE_LISTED;
    libc_unlock(&lock);
}

static int flush_one(FILE *f, unsigned flags)
{
    FLOCK(f);
    int result = (f->flags & flags) == flags ? __file_flush(f) : 0;
    FUNLOCK(f);
    return result;
}

int __file_flush_all(unsigned flags)
{
    int result = 0;
    if (&__stdout_file)
        result |= flush_one(&__stdout_file, flags);
    if (&__stderr_file)
        result |= flush_one(&__stderr_file, flags);
    libc_lock(&lock);
    for (FILE *f = open_files; f; f = f->next)
        result |= flush_one(f, flags);
    libc_unlock(&lock);
    return result;
}

/* A thread that sits in a read with the stream locked must not keep the process from ending. */
static void end_one(FILE *f)
{
    if (!libc_rlock_try(&f->lock))
        return;
    __file_sync(f);
    libc_runlock(&f->lock);
}

void __stdio_exit(void)
{
    if (&__stdin_file)
        end_one(&__stdin_file);
    if (&__stdout_file)
        end_one(&__stdout_file);
    if (&__stderr_file)
        end_one(&__stderr_file);
    libc_lock(&lock);
    for (FILE *f = open_files; f; f = f->next)
        end_one(f);
    libc_unlock(&lock);
}

/* fork() must find the list whole. A stream that another thread holds stays locked in the child. */
void __stdio_fork_lock(void)
{
    libc_lock(&lock);
}

void __stdio_fork_unlock(void)
{
    libc_unlock(&lock);
}
