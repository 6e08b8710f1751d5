/* exit_now.c: leave at once. */
#include <stdlib.h>
#include <unistd.h>
#include "internal/files.h"
#include "internal/gate.h"

/* The kernel closes what is open; the record locks on files that other processes hold open, too, end only so. */
static void end_record_locks(void)
{
    if (!__record_locks_end)
        return;
    for (int fd = 0; fd < OPEN_MAX; fd++) {
        if (__fd_table[fd])
            __before_close(__fd_handle(fd));
    }
}

_Noreturn void _Exit(int status)
{
    end_record_locks();
    for (;;)
        dyad_process_exit(WSTATUS_EXIT(status));
}

_Noreturn void _exit(int status)
{
    _Exit(status);
}
