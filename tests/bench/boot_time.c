/*
 * boot_time.c: how long from exec to the shell's prompt on a terminal, and what memory does the machine use there?
 *
 * boot_time DYAD-HOSTED INITFS: prints milliseconds (median of 9), resident KiB of the kernel process, and the proportional share
 * of it and all its stubs.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/boot/pty.h"

#define RUNS 9
#define SOON 20000

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The number after `key` in a file of /proc/PID; -1: not there. */
static long proc_number(const char *pid, const char *file, const char *key)
{
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%.16s/%s", pid, file);
    FILE *in = fopen(path, "re");
    long value = -1;
    while (in != NULL && value < 0 && fgets(line, sizeof line, in) != NULL)
        if (strncmp(line, key, strlen(key)) == 0)
            value = strtol(line + strlen(key), NULL, 10);
    if (in != NULL)
        fclose(in);
    return value;
}

/* Of the process and its children. */
static long tree_pss(pid_t root)
{
    long sum = 0;
    DIR *proc = opendir("/proc");
    for (struct dirent *entry; proc != NULL && (entry = readdir(proc)) != NULL;) {
        long pid = strtol(entry->d_name, NULL, 10);
        if (pid <= 0 || (pid != root && proc_number(entry->d_name, "status", "PPid:") != root))
            continue;
        long pss = proc_number(entry->d_name, "smaps_rollup", "Pss:");
        sum += pss > 0 ? pss : 0;
    }
    if (proc != NULL)
        closedir(proc);
    return sum;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    char *command[] = {argv[1], "--initfs", argv[2], NULL};
    static struct pty pty;
    double spent[RUNS];
    long rss = 0, pss = 0;
    for (int run = 0; run < RUNS; run++) {
        double start = now_ms();
        pty_start(&pty, command, 24, 80);
        if (!pty_expect(&pty, "# ", SOON))
            return 1;
        spent[run] = now_ms() - start;
        char pid[16];
        snprintf(pid, sizeof pid, "%ld", (long)pty.pid);
        rss = proc_number(pid, "status", "VmRSS:");
        pss = tree_pss(pty.pid);
        pty_type(&pty, "\004");
        if (pty_wait(&pty, SOON) != 0)
            return 1;
    }
    qsort(spent, RUNS, sizeof *spent, compare);
    printf("%.0f %ld %ld\n", spent[RUNS / 2], rss, pss);
    return 0;
}
