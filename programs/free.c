/* free: how much memory the machine has, and how much of it is left. */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "programs/lib/program.h"

#define PAGE_BYTES 4096ull

static const char usage[] = "free [-b | -k | -m | -h]";

static void print(const char *name, unsigned long long bytes, int unit)
{
    static const char *const suffixes[] = {"B", "K", "M", "G", "T"};
    if (unit != 'h') {
        printf("%-8s %12llu\n", name,
               unit == 'b'   ? bytes
               : unit == 'm' ? bytes >> 20
                             : bytes >> 10);
        return;
    }
    double value = (double)bytes;
    size_t step = 0;
    while (value >= 1024 && step + 1 < sizeof(suffixes) / sizeof(suffixes[0])) {
        value /= 1024;
        step++;
    }
    printf("%-8s %11.1f%s\n", name, value, suffixes[step]);
}

int main(int argc, char **argv)
{
    char name[64];
    unsigned long long pages;
    int option, unit = 'k';
    while ((option = getopt(argc, argv, "bkmh")) != -1) {
        if (option == '?')
            program_usage(usage, 2);
        unit = option;
    }
    FILE *file = fopen("sys:memory", "r");
    if (!file)
        err(1, "sys:memory");
    while (fscanf(file, "%63s %llu", name, &pages) == 2)
        print(name, pages * PAGE_BYTES, unit);
    fclose(file);
    return program_finish(0);
}
