/* uptime: how long the machine has been running. */
#include <err.h>
#include <stdio.h>
#include <time.h>

#include "programs/lib/program.h"

int main(void)
{
    double seconds, idle = 0;
    FILE *file = fopen("sys:uptime", "r");
    if (!file)
        err(1, "sys:uptime");
    int got = fscanf(file, "%lf %lf", &seconds, &idle);
    fclose(file);
    if (got < 1)
        errx(1, "sys:uptime: not understood");
    unsigned long long whole = (unsigned long long)seconds;
    printf("up ");
    if (whole >= 86400)
        printf("%llu day%s, ", whole / 86400, whole >= 172800 ? "s" : "");
    printf("%llu:%02llu:%02llu", whole / 3600 % 24, whole / 60 % 60, whole % 60);
    if (got == 2)
        printf(", idle %.1f s", idle);
    putchar('\n');
    return program_finish(0);
}
