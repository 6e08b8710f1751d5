/* sched.h: giving up the processor, and which core a thread may use. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <bits/timespec.h>
#if __POSIX_VISIBLE && __POSIX_VISIBLE < 200112
#include <time.h>
#endif

#define SCHED_OTHER 0
#define SCHED_FIFO  1
#define SCHED_RR    2
#if __MISC_VISIBLE
#define SCHED_BATCH 3
#define SCHED_IDLE  5
#endif

struct sched_param {
    int sched_priority;
};

#if __GNU_VISIBLE
#define CPU_SETSIZE 64
typedef struct {
    unsigned long __bits;
} cpu_set_t;
#define CPU_ZERO(set)       ((void)((set)->__bits = 0))
#define CPU_SET(cpu, set)   ((void)((set)->__bits |= 1UL << (cpu)))
#define CPU_CLR(cpu, set)   ((void)((set)->__bits &= ~(1UL << (cpu))))
#define CPU_ISSET(cpu, set) (((set)->__bits >> (cpu) & 1) != 0)
#define CPU_COUNT(set)      __builtin_popcountl((set)->__bits)
#define CPU_EQUAL(a, b)     ((a)->__bits == (b)->__bits)
#endif

__BEGIN_DECLS
int sched_yield(void);
int sched_get_priority_max(int __policy);
int sched_get_priority_min(int __policy);
int sched_getscheduler(pid_t __pid);
int sched_getparam(pid_t __pid, struct sched_param *__param);
int sched_setparam(pid_t __pid, const struct sched_param *__param);
int sched_setscheduler(pid_t __pid, int __policy, const struct sched_param *__param);
int sched_rr_get_interval(pid_t __pid, struct timespec *__interval);
#if __GNU_VISIBLE
int sched_getcpu(void);
int sched_setaffinity(pid_t __pid, size_t __size, const cpu_set_t *__set);
int sched_getaffinity(pid_t __pid, size_t __size, cpu_set_t *__set);
#endif
__END_DECLS
