/* process_list.c: see process_list.h. */
#include "programs/lib/process_list.h"

#include <errno.h>
#include <stdlib.h>

#include <dyad/startup.h>
#include <dyad/syscall.h>

#include "abi/error.h"

#define PORTION 64u

/* One call's worth of entries from first_pid on. -> their number or -ERR_*. */
static int64_t read_portion(handle_t procd, uint32_t first_pid, struct proc_entry entries[PORTION])
{
    struct call_args args = {
        .out = entries,
        .out_len = PORTION * sizeof(*entries),
        .args = {first_pid},
        .deadline = DEADLINE_NEVER,
        .send = HANDLE_NONE,
    };
    int64_t bytes = dyad_call(procd, PROC_LIST, &args);
    if (bytes == -ERR_NODEV) /* it has been restarted meanwhile; the open file goes on */
        bytes = dyad_call(procd, PROC_LIST, &args);
    return bytes < 0 ? bytes : bytes / (int64_t)sizeof(*entries);
}

int process_list_read(struct process_list *list)
{
    handle_t procd = dyad_proc_handle();
    uint32_t next = 0;
    *list = (struct process_list){0};
    if (procd == HANDLE_NONE)
        return ENODEV;
    for (;;) {
        struct proc_entry *grown = realloc(list->entries, (list->count + PORTION) * sizeof(*grown));
        if (!grown)
            return ENOMEM;
        list->entries = grown;
        int64_t got = read_portion(procd, next, grown + list->count);
        if (got < 0)
            return (int)-got;
        list->count += (size_t)got;
        if (got <
            (int64_t)
                PORTION) /* the end; asking again would run after processes that are made meanwhile */
            return 0;
        next = list->entries[list->count - 1].cred.pid + 1;
    }
}
