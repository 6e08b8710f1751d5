/* sysconf.c: limits and features of the system. */
#include <errno.h>
#include <limits.h>
#include <sys/auxv.h>
#include <unistd.h>
#include "internal/files.h"
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

/* -1: an option that Dyad does not have, or a limit that there is none of. */
static const struct {
    short name;
    long value;
} constants[] = {{_SC_ARG_MAX, ARG_MAX},
                 {_SC_CHILD_MAX, CHILD_MAX},
                 {_SC_NGROUPS_MAX, NGROUPS_MAX},
                 {_SC_STREAM_MAX, STREAM_MAX},
                 {_SC_TZNAME_MAX, TZNAME_MAX},
                 {_SC_JOB_CONTROL, _POSIX_JOB_CONTROL},
                 {_SC_SAVED_IDS, _POSIX_SAVED_IDS},
                 {_SC_REALTIME_SIGNALS, _POSIX_REALTIME_SIGNALS},
                 {_SC_PRIORITY_SCHEDULING, _POSIX_PRIORITY_SCHEDULING},
                 {_SC_TIMERS, _POSIX_TIMERS},
                 {_SC_ASYNCHRONOUS_IO, _POSIX_ASYNCHRONOUS_IO},
                 {_SC_PRIORITIZED_IO, _POSIX_PRIORITIZED_IO},
                 {_SC_SYNCHRONIZED_IO, _POSIX_SYNCHRONIZED_IO},
                 {_SC_FSYNC, _POSIX_FSYNC},
                 {_SC_MAPPED_FILES, _POSIX_MAPPED_FILES},
                 {_SC_MEMLOCK, _POSIX_MEMLOCK},
                 {_SC_MEMLOCK_RANGE, _POSIX_MEMLOCK_RANGE},
                 {_SC_MEMORY_PROTECTION, _POSIX_MEMORY_PROTECTION},
                 {_SC_MESSAGE_PASSING, _POSIX_MESSAGE_PASSING},
                 {_SC_SEMAPHORES, _POSIX_SEMAPHORES},
                 {_SC_SHARED_MEMORY_OBJECTS, _POSIX_SHARED_MEMORY_OBJECTS},
                 {_SC_AIO_LISTIO_MAX, -1},
                 {_SC_AIO_MAX, -1},
                 {_SC_AIO_PRIO_DELTA_MAX, AIO_PRIO_DELTA_MAX},
                 {_SC_DELAYTIMER_MAX, DELAYTIMER_MAX},
                 {_SC_MQ_OPEN_MAX, -1},
                 {_SC_MQ_PRIO_MAX, MQ_PRIO_MAX},
                 {_SC_VERSION, _POSIX_VERSION},
                 {_SC_RTSIG_MAX, RTSIG_MAX},
                 {_SC_SEM_NSEMS_MAX, -1},
                 {_SC_SEM_VALUE_MAX, SEM_VALUE_MAX},
                 {_SC_SIGQUEUE_MAX, SIGQUEUE_MAX},
                 {_SC_TIMER_MAX, TIMER_MAX},
                 {_SC_BC_BASE_MAX, BC_BASE_MAX},
                 {_SC_BC_DIM_MAX, BC_DIM_MAX},
                 {_SC_BC_SCALE_MAX, BC_SCALE_MAX},
                 {_SC_BC_STRING_MAX, BC_STRING_MAX},
                 {_SC_COLL_WEIGHTS_MAX, COLL_WEIGHTS_MAX},
                 {_SC_EXPR_NEST_MAX, EXPR_NEST_MAX},
                 {_SC_LINE_MAX, LINE_MAX},
                 {_SC_RE_DUP_MAX, RE_DUP_MAX},
                 {_SC_2_VERSION, _POSIX2_VERSION},
                 {_SC_2_C_BIND, _POSIX2_C_BIND},
                 {_SC_2_C_DEV, -1},
                 {_SC_2_FORT_DEV, -1},
                 {_SC_2_FORT_RUN, -1},
                 {_SC_2_SW_DEV, -1},
                 {_SC_2_LOCALEDEF, -1},
                 {_SC_IOV_MAX, IOV_MAX},
                 {_SC_THREADS, _POSIX_THREADS},
                 {_SC_THREAD_SAFE_FUNCTIONS, _POSIX_THREAD_SAFE_FUNCTIONS},
                 {_SC_GETGR_R_SIZE_MAX, 1024},
                 {_SC_GETPW_R_SIZE_MAX, 1024},
                 {_SC_LOGIN_NAME_MAX, LOGIN_NAME_MAX},
                 {_SC_TTY_NAME_MAX, TTY_NAME_MAX},
                 {_SC_THREAD_DESTRUCTOR_ITERATIONS, PTHREAD_DESTRUCTOR_ITERATIONS},
                 {_SC_THREAD_KEYS_MAX, PTHREAD_KEYS_MAX},
                 {_SC_THREAD_STACK_MIN, PTHREAD_STACK_MIN},
                 {_SC_THREAD_THREADS_MAX, PTHREAD_THREADS_MAX},
                 {_SC_THREAD_ATTR_STACKADDR, _POSIX_THREAD_ATTR_STACKADDR},
                 {_SC_THREAD_ATTR_STACKSIZE, _POSIX_THREAD_ATTR_STACKSIZE},
                 {_SC_THREAD_PRIORITY_SCHEDULING, _POSIX_THREAD_PRIORITY_SCHEDULING},
                 {_SC_THREAD_PRIO_INHERIT, _POSIX_THREAD_PRIO_INHERIT},
                 {_SC_THREAD_PRIO_PROTECT, _POSIX_THREAD_PRIO_PROTECT},
                 {_SC_THREAD_PROCESS_SHARED, _POSIX_THREAD_PROCESS_SHARED},
                 {_SC_ATEXIT_MAX, ATEXIT_MAX},
                 {_SC_XOPEN_VERSION, _XOPEN_VERSION},
                 {_SC_XOPEN_UNIX, _XOPEN_UNIX},
                 {_SC_XOPEN_CRYPT, _XOPEN_CRYPT},
                 {_SC_XOPEN_ENH_I18N, _XOPEN_ENH_I18N},
                 {_SC_XOPEN_SHM, _XOPEN_SHM},
                 {_SC_2_CHAR_TERM, -1},
                 {_SC_2_UPE, -1},
                 {_SC_XOPEN_REALTIME, _XOPEN_REALTIME},
                 {_SC_XOPEN_REALTIME_THREADS, _XOPEN_REALTIME_THREADS},
                 {_SC_ADVISORY_INFO, _POSIX_ADVISORY_INFO},
                 {_SC_BARRIERS, _POSIX_BARRIERS},
                 {_SC_CLOCK_SELECTION, _POSIX_CLOCK_SELECTION},
                 {_SC_CPUTIME, _POSIX_CPUTIME},
                 {_SC_THREAD_CPUTIME, _POSIX_THREAD_CPUTIME},
                 {_SC_MONOTONIC_CLOCK, _POSIX_MONOTONIC_CLOCK},
                 {_SC_READER_WRITER_LOCKS, _POSIX_READER_WRITER_LOCKS},
                 {_SC_SPIN_LOCKS, _POSIX_SPIN_LOCKS},
                 {_SC_REGEXP, _POSIX_REGEXP},
                 {_SC_SHELL, _POSIX_SHELL},
                 {_SC_SPAWN, _POSIX_SPAWN},
                 {_SC_SPORADIC_SERVER, _POSIX_SPORADIC_SERVER},
                 {_SC_THREAD_SPORADIC_SERVER, _POSIX_THREAD_SPORADIC_SERVER},
                 {_SC_TIMEOUTS, _POSIX_TIMEOUTS},
                 {_SC_TYPED_MEMORY_OBJECTS, _POSIX_TYPED_MEMORY_OBJECTS},
                 {_SC_2_PBS, -1},
                 {_SC_2_PBS_ACCOUNTING, -1},
                 {_SC_2_PBS_LOCATE, -1},
                 {_SC_2_PBS_MESSAGE, -1},
                 {_SC_2_PBS_TRACK, -1},
                 {_SC_SYMLOOP_MAX, SYMLOOP_MAX},
                 {_SC_STREAMS, -1},
                 {_SC_2_PBS_CHECKPOINT, -1},
                 {_SC_V6_ILP32_OFF32, -1},
                 {_SC_V6_ILP32_OFFBIG, -1},
                 {_SC_V6_LP64_OFF64, _POSIX_V6_LP64_OFF64},
                 {_SC_V6_LPBIG_OFFBIG, -1},
                 {_SC_HOST_NAME_MAX, HOST_NAME_MAX},
                 {_SC_TRACE, _POSIX_TRACE},
                 {_SC_TRACE_EVENT_FILTER, -1},
                 {_SC_TRACE_INHERIT, -1},
                 {_SC_TRACE_LOG, -1},
                 {_SC_IPV6, -1},
                 {_SC_RAW_SOCKETS, -1},
                 {_SC_V8_ILP32_OFF32, -1},
                 {_SC_V8_ILP32_OFFBIG, -1},
                 {_SC_V8_LP64_OFF64, _POSIX_V8_LP64_OFF64},
                 {_SC_V8_LPBIG_OFFBIG, -1},
                 {_SC_NSIG, NSIG_MAX},
                 {_SC_DEVICE_CONTROL, _POSIX_DEVICE_CONTROL},
                 {_SC_V7_ILP32_OFF32, -1},
                 {_SC_V7_ILP32_OFFBIG, -1},
                 {_SC_V7_LP64_OFF64, _POSIX_V7_LP64_OFF64},
                 {_SC_V7_LPBIG_OFFBIG, -1},
                 {_SC_SS_REPL_MAX, -1},
                 {_SC_TRACE_EVENT_NAME_MAX, -1},
                 {_SC_TRACE_NAME_MAX, -1},
                 {_SC_TRACE_SYS_MAX, -1},
                 {_SC_TRACE_USER_EVENT_MAX, -1},
                 {_SC_XOPEN_STREAMS, -1},
                 {_SC_THREAD_ROBUST_PRIO_INHERIT, _POSIX_THREAD_ROBUST_PRIO_INHERIT},
                 {_SC_THREAD_ROBUST_PRIO_PROTECT, _POSIX_THREAD_ROBUST_PRIO_PROTECT},
                 {_SC_XOPEN_UUCP, -1}};

static long constant(int name)
{
    for (size_t i = 0; i < ARRAY_COUNT(constants); i++) {
        if (constants[i].name == name)
            return constants[i].value;
    }
    errno = EINVAL;
    return -1;
}

long sysconf(int name)
{
    switch (name) {
    case _SC_CLK_TCK: return 100;
    case _SC_PAGESIZE: return PAGE_SIZE;
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN: return cpus();
    case _SC_OPEN_MAX: return __fd_limit; /* what setrlimit has made of it */
    case _SC_PHYS_PAGES: return memory_pages("total");
    case _SC_AVPHYS_PAGES: return memory_pages("free");
    default: return constant(name);
    }
}

int getpagesize(void)
{
    return PAGE_SIZE;
}

int getdtablesize(void)
{
    return __fd_limit;
}
