/* sysinfo.c: the machine in numbers, as Linux programs ask for it. */
#include <string.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>
#include "internal/gate.h"
#include "internal/system_text.h"

/* The lines of sys:processes but its heading, if it has one. */
static unsigned short processes(void)
{
    char text[16384];
    size_t n = __system_text("sys:processes", text, sizeof text), lines = 0;
    for (size_t i = 0; i < n; i++)
        lines += text[i] == '\n';
    return (unsigned short)lines;
}

int sysinfo(struct sysinfo *out)
{
    struct timespec up;
    if (clock_gettime(CLOCK_MONOTONIC, &up) < 0)
        return -1;
    *out = (struct sysinfo){
        .uptime = (unsigned long)up.tv_sec,
        .totalram = (unsigned long)sysconf(_SC_PHYS_PAGES),
        .freeram = (unsigned long)sysconf(_SC_AVPHYS_PAGES),
        .procs = processes(),
        .mem_unit = (unsigned)sysconf(_SC_PAGE_SIZE),
    };
    return 0;
}

int get_nprocs(void)
{
    return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

int get_nprocs_conf(void)
{
    return (int)sysconf(_SC_NPROCESSORS_CONF);
}

long get_phys_pages(void)
{
    return sysconf(_SC_PHYS_PAGES);
}

long get_avphys_pages(void)
{
    return sysconf(_SC_AVPHYS_PAGES);
}
