/* start.c: the descriptors and directories that a program starts with. */
#include "internal/files.h"
#include "internal/limits.h"
#include "internal/startup.h"

struct process_files __files = {
    .root = HANDLE_NONE, .cwd = HANDLE_NONE, .umask = 022, .cwd_path = ""};
_Atomic handle_t __proc_server = HANDLE_NONE;
_Atomic bool __ids_changed;

void __files_start(const struct startup *startup)
{
    const char *cwd_path = (const char *)__auxv_get(AT_DYAD_CWD);
    if (cwd_path)
        __files.cwd_path = cwd_path;
    const struct startup_limits *limits = (const void *)__auxv_get(AT_DYAD_LIMITS);
    if (limits)
        __limits_start(limits);
    __files.umask = startup->umask;
    for (uint32_t i = 0; i < startup->count; i++) {
        const struct startup_entry *entry = &startup->entries[i];
        switch (entry->kind) {
        case STARTUP_FD:
            if ((uint32_t)entry->number < OPEN_MAX)
                __fd_table[entry->number] = __fd_word(entry->handle, false);
            if (entry->flags & STARTUP_FD_LOCKS)
                __record_locks_end = __record_locks_drop;
            break;
        case STARTUP_ROOT:
            __files.root = entry->handle;
            __files.chrooted = entry->number == STARTUP_ROOT_CHANGED;
            break;
        case STARTUP_CWD: __files.cwd = entry->handle; break;
        case STARTUP_PROC: __proc_server = entry->handle; break;
        }
    }
}
