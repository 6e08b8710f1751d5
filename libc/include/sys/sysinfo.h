/* sys/sysinfo.h: the machine in numbers. What Dyad does not keep (loads, swap, buffers) is 0. */
#pragma once
#include <features.h>

#define SI_LOAD_SHIFT 16

struct sysinfo {
    unsigned long uptime; /* seconds */
    unsigned long loads[3];
    unsigned long totalram, freeram, sharedram, bufferram, totalswap, freeswap; /* in mem_unit */
    unsigned short procs, pad;
    unsigned long totalhigh, freehigh;
    unsigned mem_unit; /* bytes */
};

__BEGIN_DECLS
int sysinfo(struct sysinfo *__out);
int get_nprocs(void);
int get_nprocs_conf(void);
long get_phys_pages(void);
long get_avphys_pages(void);
__END_DECLS
