/* sysconf.c: limits and features of the system. */
#include <errno.h>
#include <limits.h>
#include <sys/auxv.h>
#include <unistd.h>
#include "internal/startup.h"
#include "internal/system_text.h"

static long cpus(void)
{
    uint64_t n = __auxv_get(AT_DYAD_CPUS);
    return n ? (long)n : 1;
}

static long memory_pages(const char *which)
{
    char text[512];
    return __system_text("sys:memory", text, sizeof text) ? (long)__system_value(text, which) : -1;
}

static long limit(int name)
{
    switch (name) {
    case _SC_ARG_MAX: return ARG_MAX;
    case _SC_CHILD_MAX: return CHILD_MAX;
    case _SC_NGROUPS_MAX: return NGROUPS_MAX;
    case _SC_OPEN_MAX: return OPEN_MAX;
    case _SC_STREAM_MAX: return STREAM_MAX;
    case _SC_TZNAME_MAX: return TZNAME_MAX;
    case _SC_RTSIG_MAX: return RTSIG_MAX;
    case _SC_SEM_NSEMS_MAX: return SEM_NSEMS_MAX;
    case _SC_SEM_VALUE_MAX: return SEM_VALUE_MAX;
    case _SC_SIGQUEUE_MAX: return SIGQUEUE_MAX;
    case _SC_LINE_MAX: return LINE_MAX;
    case _SC_RE_DUP_MAX: return RE_DUP_MAX;
    case _SC_IOV_MAX: return IOV_MAX;
    case _SC_LOGIN_NAME_MAX: return LOGIN_NAME_MAX;
    case _SC_TTY_NAME_MAX: return TTY_NAME_MAX;
    case _SC_HOST_NAME_MAX: return HOST_NAME_MAX;
    case _SC_SYMLOOP_MAX: return SYMLOOP_MAX;
    case _SC_ATEXIT_MAX: return ATEXIT_MAX;
    case _SC_THREAD_DESTRUCTOR_ITERATIONS: return PTHREAD_DESTRUCTOR_ITERATIONS;
    case _SC_THREAD_KEYS_MAX: return PTHREAD_KEYS_MAX;
    case _SC_THREAD_STACK_MIN: return PTHREAD_STACK_MIN;
    case _SC_THREAD_THREADS_MAX: return PTHREAD_THREADS_MAX;
    case _SC_GETGR_R_SIZE_MAX:
    case _SC_GETPW_R_SIZE_MAX: return 1024;
    default: errno = EINVAL; return -1;
    }
}

long sysconf(int name)
{
    switch (name) {
    case _SC_CLK_TCK: return 100;
    case _SC_PAGESIZE: return PAGE_SIZE;
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN: return cpus();
    case _SC_PHYS_PAGES: return memory_pages("total");
    case _SC_AVPHYS_PAGES: return memory_pages("free");
    case _SC_JOB_CONTROL:
    case _SC_SAVED_IDS: return 1;
    case _SC_VERSION: return _POSIX_VERSION;
    case _SC_2_VERSION: return _POSIX2_VERSION;
    case _SC_XOPEN_VERSION: return _XOPEN_VERSION;
    case _SC_THREADS: return _POSIX_THREADS;
    case _SC_MONOTONIC_CLOCK: return _POSIX_MONOTONIC_CLOCK;
    case _SC_REALTIME_SIGNALS: return 200809L;
    default: return limit(name);
    }
}

int getpagesize(void)
{
    return PAGE_SIZE;
}

int getdtablesize(void)
{
    return OPEN_MAX;
}
