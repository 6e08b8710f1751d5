/* ps: the processes. */
#include <err.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "programs/lib/process_list.h"
#include "programs/lib/program.h"

static const char usage[] = "ps [-l] [-p PID]";

static bool long_form;

static const char *user_name(uint32_t uid, char *buffer, size_t size)
{
    const struct passwd *user = getpwuid(uid);
    if (user)
        snprintf(buffer, size, "%s", user->pw_name);
    else
        snprintf(buffer, size, "%u", uid);
    return buffer;
}

static void print(const struct proc_entry *entry)
{
    char user[40];
    uint64_t ms = entry->cpu_ns / 1000000;
    printf("%6u %6u ", entry->cred.pid, entry->cred.ppid);
    if (long_form)
        printf("%6u %6u %6llu ", entry->cred.pgid, entry->cred.sid, (unsigned long long)entry->kid);
    printf("%-8s %c %8llu %4llu:%02llu.%02llu %s\n",
           user_name(entry->cred.euid, user, sizeof(user)), (int)entry->state,
           (unsigned long long)entry->pages * 4, (unsigned long long)(ms / 60000),
           (unsigned long long)(ms / 1000 % 60), (unsigned long long)(ms / 10 % 100), entry->name);
}

int main(int argc, char **argv)
{
    struct process_list list;
    int64_t only = -1;
    bool found = false;
    int option;
    /* -a, -e, -A, -x and -f ask for what is shown anyway. */
    while ((option = getopt(argc, argv, "lp:aeAxfu")) != -1) {
        switch (option) {
        case 'l': long_form = true; break;
        case 'p': only = program_number(optarg, false); break;
        case '?': program_usage(usage, 2);
        default: break;
        }
    }
    int error = process_list_read(&list);
    if (error)
        errx(1, "the process server does not answer: %s", strerror(error));
    printf("   PID   PPID %s%-8s S    KBYTE       TIME COMMAND\n",
           long_form ? "  PGID    SID    KID " : "", "USER");
    for (size_t i = 0; i < list.count; i++) {
        if (only >= 0 && list.entries[i].cred.pid != (uint64_t)only)
            continue;
        print(&list.entries[i]);
        found = true;
    }
    return program_finish(found ? 0 : 1);
}
