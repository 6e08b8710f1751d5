/* schemes: the schemes that this process can reach, and who serves each. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dyad/startup.h>
#include <dyad/syscall.h>

#include "abi/error.h"
#include "abi/proc.h"
#include "programs/lib/process_list.h"
#include "programs/lib/program.h"

/* "name kid\n" per scheme, NUL-terminated, on the heap. */
static char *read_namespace(void)
{
    for (size_t room = 4096;; room *= 2) {
        char *text = malloc(room);
        if (!text)
            err(1, NULL);
        int64_t len = dyad_namespace_control(HANDLE_NONE, NAMESPACE_LIST, text, room - 1, 0);
        if (len >= 0 && (size_t)len < room - 1) {
            text[len] = '\0';
            return text;
        }
        free(text);
        if (len < 0 && len != -ERR_RANGE && len != -ERR_OVERFLOW)
            errx(1, "namespace: %s", strerror((int)-len));
    }
}

static const struct proc_entry *find(const struct process_list *list, uint64_t kid)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->entries[i].kid == kid)
            return &list->entries[i];
    }
    return NULL;
}

int main(int argc, char **argv)
{
    struct process_list list = {0};
    if (argc > 1)
        program_usage("schemes", 2);
    int error = process_list_read(&list);
    if (error)
        warnx("no names of processes: %s", strerror(error));
    char *text = read_namespace(), *rest = text;
    for (char *line = strsep(&rest, "\n"); line && *line; line = strsep(&rest, "\n")) {
        char *name = strsep(&line, " ");
        uint64_t kid = line ? strtoull(line, NULL, 10) : 0;
        const struct proc_entry *entry = kid ? find(&list, kid) : NULL;
        if (entry)
            printf("%-12s %6u %s\n", name, entry->cred.pid, entry->name);
        else if (kid)
            printf("%-12s %6s kernel id %llu\n", name, "-", (unsigned long long)kid);
        else
            printf("%-12s %6s kernel\n", name, "-");
    }
    free(text);
    return program_finish(0);
}
