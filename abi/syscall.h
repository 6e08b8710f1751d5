/*
 * syscall.h: every system call, its number, arguments and structures.
 *
 * Convention (x86_64): number in rax; arguments in rdi rsi rdx r10 r8 r9; the result in rax,
 * negative values are -ERR_*. rcx, r11 and the vector registers are not preserved (the FPU and SSE
 * control words are). A program enters by calling the gate, whose address is AT_DYAD_GATE in the
 * auxiliary vector; a raw `syscall` instruction works as well, more slowly on the hosted body.
 *
 * Every pointer may be hostile: a bad one gives -ERR_FAULT and changes nothing that the caller can
 * see. A deadline is absolute CLOCK_MONOTONIC nanoseconds, or DEADLINE_REALTIME | those of CLOCK_REALTIME; DEADLINE_NEVER waits for
 * ever, 0 polls.
 * A blocking call ends early with -ERR_INTR when a signal is delivered to the thread.
 */
#pragma once
#include <stdint.h>

/* X(number, name, argument count) */
#define DYAD_SYSCALL_LIST(X)    \
    X(0, null, 0)               \
    X(1, handle_close, 1)       \
    X(2, handle_dup, 2)         \
    X(3, handle_control, 3)     \
    X(4, open, 6)               \
    X(5, read, 4)               \
    X(6, write, 4)              \
    X(7, call, 3)               \
    X(8, map, 6)                \
    X(9, unmap, 3)              \
    X(10, protect, 4)           \
    X(11, memory_create, 2)     \
    X(12, space_create, 0)      \
    X(13, exec, 2)              \
    X(14, process_create, 2)    \
    X(15, process_fork, 3)      \
    X(16, process_control, 4)   \
    X(17, process_exit, 1)      \
    X(18, thread_create, 2)     \
    X(19, thread_exit, 1)       \
    X(20, thread_control, 3)    \
    X(21, signal_control, 3)    \
    X(22, scheme_create, 4)     \
    X(23, scheme_serve, 6)      \
    X(24, scheme_copy, 6)       \
    X(25, scheme_notify, 3)     \
    X(26, namespace_control, 5) \
    X(27, event_create, 0)      \
    X(28, event_watch, 4)       \
    X(29, event_wait, 4)        \
    X(30, futex_wait, 3)        \
    X(31, futex_wake, 2)        \
    X(32, pipe_create, 2)       \
    X(33, clock_get, 1)         \
    X(34, sleep, 2)             \
    X(35, yield, 0)             \
    X(36, log, 3)               \
    X(37, entropy, 2)           \
    X(38, cred_get, 1)          \
    X(39, remap, 6)

enum dyad_syscall {
#define X(number, name, args) SYS_##name = number,
    DYAD_SYSCALL_LIST(X)
#undef X
        SYS_COUNT = 40
};

/* A handle: index in the low 16 bits, generation in the next 15. Never negative. */
typedef int32_t handle_t;
#define HANDLE_NONE ((handle_t) - 1)

#define DEADLINE_NEVER UINT64_MAX
/* With a time of CLOCK_REALTIME: the wait ends when that clock gets there, also when it is set. */
#define DEADLINE_REALTIME (UINT64_C(1) << 63)

/* Rights of a handle. They only ever shrink (handle_dup). */
#define RIGHT_READ    0x01u /* read, map readable */
#define RIGHT_WRITE   0x02u /* write, map shared writable */
#define RIGHT_EXEC    0x04u /* map executable */
#define RIGHT_CALL    0x08u /* verbs other than read and write; create in a namespace */
#define RIGHT_CONTROL 0x10u /* kill, fork, signal a process; serve a scheme; resize memory */
#define RIGHT_PASS    0x20u /* may be sent to another process */
#define RIGHT_WATCH   0x40u /* may be watched for events */
#define RIGHT_ALL     0x7fu

/* handle_close(h)                       The last handle of a file sends VERB_CLOSE to its server.
 * handle_dup(h, rights)                 -> new handle of the same object with rights & old rights.
 * handle_control(h, op, arg)            -> see below. */
enum handle_op {
    HANDLE_INFO = 0,      /* -> kind (enum handle_kind) | rights << 8 */
    HANDLE_GET_FLAGS = 1, /* -> FILE_* status flags of the open file */
    HANDLE_SET_FLAGS = 2, /* arg: the new FILE_APPEND and FILE_NONBLOCK; the others stay */
    HANDLE_SEEK_SET = 3,  /* arg: new offset -> offset; -ERR_SPIPE when not seekable */
    HANDLE_SEEK_CUR = 4,  /* arg: signed change -> offset; -ERR_INVAL below 0 */
    HANDLE_GET_SIZE = 5,  /* memory objects: bytes */
    HANDLE_SET_SIZE = 6,  /* memory objects: arg bytes, RIGHT_CONTROL; shrinking frees pages that
                             nobody maps, and later faults there raise SIGBUS */
    HANDLE_FILE_ID = 7,   /* a file of one's own scheme (arg: the scheme's handle): the file id */
    HANDLE_SAME = 8,      /* arg: another handle -> 1 when both name the same object */
    HANDLE_SIGNALS =
        9, /* an event queue whose first watch is for EVENT_PENDING: its set. One with signal 64 is below -4096 */
};
enum handle_kind {
    HANDLE_KIND_FILE = 1, /* an open file of a user-space scheme */
    HANDLE_KIND_SCHEME,
    HANDLE_KIND_MEMORY,
    HANDLE_KIND_SPACE,
    HANDLE_KIND_PROCESS,
    HANDLE_KIND_NAMESPACE,
    HANDLE_KIND_EVENT,
    HANDLE_KIND_PIPE_READ,
    HANDLE_KIND_PIPE_WRITE,
    HANDLE_KIND_KERNEL, /* an open file of a kernel scheme */
};

/* Open flags and status flags (libc's O_* have the same values). */
#define FILE_READ      0x1u
#define FILE_WRITE     0x2u
#define FILE_RDWR      0x3u
#define FILE_CREATE    0x40u
#define FILE_EXCL      0x80u
#define FILE_NOCTTY    0x100u
#define FILE_TRUNC     0x200u
#define FILE_APPEND    0x400u
#define FILE_NONBLOCK  0x800u
#define FILE_SYNC      0x1000u
#define FILE_DIRECTORY 0x10000u
#define FILE_NOFOLLOW  0x20000u
#define FILE_EXEC      0x40000u  /* open for execution; asks for RIGHT_EXEC on VERB_MAP objects */
#define FILE_PATH      0x200000u /* only as a starting point of paths and for stat */
#define FILE_SEEKABLE  0x800000u /* set by the server: the kernel keeps an offset */

/*
 * open(dir, path, len, flags, mode, redirect) -> handle
 *   dir HANDLE_NONE: path is "scheme:rest", looked up in the caller's namespace.
 *   dir a file handle (RIGHT_CALL): path is the server's, relative to that directory.
 *   redirect: NULL, or DYAD_PATH_MAX + 1 bytes; on -ERR_XDEV it holds the NUL-terminated path to
 *   open instead (an absolute path or "scheme:rest").
 * read(h, buffer, length, offset)  -> bytes, 0 at end. offset -1: the file's own, which advances.
 * write(h, buffer, length, offset) -> bytes. At most DYAD_COPY_MAX are moved by one trap.
 *   On a memory object: bytes of it. On a space: memory of it by address. On a pipe: offset -1.
 * call(h, verb, struct call_args *) -> the server's result, >= 0 or -ERR_*
 */
struct call_args {
    const void *in; /* payload to the server */
    void *out;      /* room for the payload of the reply */
    uint32_t in_len;
    uint32_t out_len;
    uint64_t args[4];
    uint64_t deadline;  /* DEADLINE_NEVER, or when to give up with -ERR_TIMEDOUT */
    uint64_t values[2]; /* out: from the reply */
    uint32_t out_done;  /* out: bytes of payload in `out` */
    handle_t send;      /* a handle to pass along (RIGHT_PASS; stays ours too), or HANDLE_NONE */
    handle_t received;  /* out: a handle from the reply, or HANDLE_NONE */
    uint32_t reserved;  /* 0 */
};

/* Protections and map flags. PROT_WRITE with PROT_EXEC is -ERR_OPNOTSUPP (W^X). */
#define MAP_PROT_READ      0x1u
#define MAP_PROT_WRITE     0x2u
#define MAP_PROT_EXEC      0x4u
#define MAP_FLAG_SHARED    0x10u /* writes reach the memory object; otherwise copy-on-write */
#define MAP_FLAG_FIXED     0x20u /* at exactly addr, replacing what is there */
#define MAP_FLAG_NOREPLACE 0x40u /* at exactly addr, -ERR_EXIST when something is there */
#define MAP_FLAG_STACK     0x80u /* informational: a stack, for the debugger and core dumps */

#define REMAP_MOVE 1u

/*
 * map(space, addr, length, prot | flags, memory, offset) -> address
 *   space HANDLE_NONE: the caller's own. memory HANDLE_NONE: anonymous zeroed memory.
 *   Lengths are rounded up to pages; addr and offset must be page aligned.
 * unmap(space, addr, length) ; protect(space, addr, length, prot)
 *   Holes in the range are ignored by unmap and -ERR_NOMEM for protect.
 * remap(space, addr, old length, length, flags, to) -> address
 *   Makes [addr, addr + old length), which must lie in one mapping (-ERR_FAULT), `length` long, and not shorter. At its place when what
 *   follows is free, otherwise, with REMAP_MOVE, elsewhere (-ERR_NOMEM): pages keep what they hold, and whom they are shared with.
 *   `to` not 0 (with REMAP_MOVE): exactly there; -ERR_EXIST when something is there, -ERR_INVAL when the ranges overlap.
 *   Old length 0: a second mapping of the same memory, which must be a shared one.
 * memory_create(size, flags 0) -> handle: a shared memory object, demand-zero.
 * space_create() -> handle: an empty address space.
 * exec(space, struct exec_args *): replaces the caller's address space, ends its other threads, and
 *   continues at entry. Handlers become default; masks, pending signals, handles and credentials stay.
 */
struct exec_args {
    uint64_t entry;
    uint64_t stack; /* initial stack pointer */
    char name[32];  /* shown by ps; NUL-terminated */
};

/* process_create(namespace, flags 0) -> handle: an empty process (own empty space and handles,
 *   the creator's quota) that runs once thread_create gives it a thread. namespace HANDLE_NONE: ours.
 * process_fork(process, thread id, struct cred *cred) -> handle of the child
 *   Copies the process (RIGHT_CONTROL) copy-on-write with its handles and namespace; the child has one thread, a copy
 *   of `thread id`, which must be the caller's own or blocked in a call to the caller; it sees result 0 of that call.
 *   The child does not run before PROCESS_START. cred NULL: the parent's.
 * process_control(process, op, arg, len)   process HANDLE_NONE: the caller's own. */
enum process_op {
    PROCESS_INFO = 0,   /* arg: struct process_info *, len: its size */
    PROCESS_START = 1,  /* let a forked or created process run. -ERR_INVAL: it has no thread */
    PROCESS_KILL = 2,   /* arg: wait status (WSTATUS_*) it ends with */
    PROCESS_SIGNAL = 3, /* arg: const struct signal_post * */
    PROCESS_STOP = 4,   /* threads stop before they next run user code */
    PROCESS_CONTINUE = 5,
    PROCESS_SET_CRED = 6, /* arg: const struct cred * */
    /* arg: a handle of ours (RIGHT_PASS) -> its number in the process. -ERR_INVAL: neither it nor the process that the handle is
     * of has been started: they would keep each other */
    PROCESS_GIVE = 7,
    PROCESS_TAKE_EVENT = 8, /* arg: struct process_event * -> 1 when there was one, 0 otherwise */
    PROCESS_SET_NAMESPACE = 9, /* arg: namespace handle */
    PROCESS_SET_QUOTA =
        10,                /* arg: const struct quota_limits *: a new quota below the current one */
    PROCESS_SET_NAME = 11, /* arg: const char[32] */
    PROCESS_SPACE = 12,    /* -> handle of its address space (for loading and debuggers) */
    PROCESS_SELF = 13,     /* -> handle of the process itself (own process only) */
    PROCESS_FIND =
        14, /* arg: kernel id -> handle; needs a handle of the `proc:` scheme as process */
    PROCESS_NEXT = 15,   /* arg: kernel id -> the next higher live id or 0; process as for FIND */
    PROCESS_RESUME = 16, /* arg: signal number; threads parked on its default action go on */
    PROCESS_SUPERVISE =
        17, /* the caller takes EVENT_EXIT, EVENT_SIGNAL and EVENT_FAULT of the process: without
                                a supervisor the kernel does the default action itself. The last one to ask is it, until it
                                dies; what is parked at a default is reported again. Without supervising, EVENT_EXIT can
                                be watched through a handle, and PROCESS_INFO works after the end while one is held */
    PROCESS_GET_SCHED = 18, /* -> SCHED_WORD() of its first thread */
    PROCESS_SET_SCHED =
        19, /* arg: SCHED_WORD() for its first thread. Right and check as for THREAD_SET_SCHED */
};

/* Who a process is. Kept by the kernel, set by procd, sent with every request. */
struct cred {
    uint32_t pid, ppid, pgid, sid;
    uint32_t uid, euid, suid;
    uint32_t gid, egid, sgid;
};
enum cred_field {
    CRED_PID,
    CRED_PPID,
    CRED_PGID,
    CRED_SID,
    CRED_UID,
    CRED_EUID,
    CRED_SUID,
    CRED_GID,
    CRED_EGID,
    CRED_SGID,
    CRED_KID /* kernel id */
};

struct process_info {
    uint64_t kid; /* kernel id, never reused */
    struct cred cred;
    char name[32];
    uint32_t state; /* enum process_state */
    uint32_t threads;
    uint32_t handles;
    int32_t status;        /* wait status once PROCESS_STATE_DEAD */
    uint64_t pages;        /* private and shared pages mapped present */
    uint64_t kernel_bytes; /* kernel memory charged */
    uint64_t cpu_ns;
    uint64_t start_ns; /* CLOCK_MONOTONIC */
    uint64_t signals_pending, signals_caught, signals_ignored,
        signals_blocked;       /* main thread's mask */
    uint64_t execs;            /* since it was forked or created */
    uint64_t signals_children; /* SIGNAL_CHILDREN_* */
    uint64_t mapped;           /* bytes of address space in use, but for stacks */
    uint64_t waiting;          /* threads that wait for something, however short */
};
enum process_state {
    PROCESS_STATE_NEW,
    PROCESS_STATE_RUNNING,
    PROCESS_STATE_STOPPED,
    PROCESS_STATE_DEAD
};

/* Wait status, as wait() returns it: exit code << 8, or signal | 0x80 for a core image. */
#define WSTATUS_EXIT(code)    (((code) & 0xff) << 8)
#define WSTATUS_SIGNAL(signo) ((signo) & 0x7f)
#define WSTATUS_CORE          0x80

struct process_event {
    uint32_t events; /* EVENT_EXIT, EVENT_SIGNAL or EVENT_FAULT */
    uint32_t signo;  /* for EVENT_SIGNAL and EVENT_FAULT; taken, no longer pending */
    int32_t status;  /* for EVENT_EXIT */
    uint32_t reserved;
};

struct quota_limits { /* UINT64_MAX: no limit of its own */
    uint64_t pages;   /* user pages */
    uint64_t kernel_bytes;
    uint64_t processes;
    uint64_t threads;
};

/* thread_create(process, const struct thread_args *) -> thread id. process HANDLE_NONE: own. It has the mask of signals of its creator,
 *   in another process none.
 * thread_exit(uint32_t *clear): stores 0 at clear (if not NULL) and wakes all its futex waiters; the
 *   last thread's exit ends the process with status 0.
 * thread_control(op, arg1, arg2): of the calling thread. */
struct thread_args {
    uint64_t entry, stack, arg; /* rip, rsp, rdi at start */
    uint64_t tls;               /* FS base */
    uint32_t flags;             /* THREAD_* */
    uint32_t sched; /* with THREAD_SCHED: SCHED_WORD(), checked as by THREAD_SET_SCHED */
};
#define THREAD_SUSPENDED 1u /* starts at PROCESS_START */
#define THREAD_SCHED     2u /* otherwise as the creator's, when it is of the same process */

/* Policies (libc's SCHED_*). FIFO and RR have priorities 1 to 99 and run before all others; the others have 0. */
#define DYAD_SCHED_OTHER             0u
#define DYAD_SCHED_FIFO              1u
#define DYAD_SCHED_RR                2u
#define DYAD_SCHED_BATCH             3u
#define DYAD_SCHED_IDLE              5u
#define DYAD_PRIORITY_MAX            99u
#define SCHED_WORD(policy, priority) ((uint32_t)(policy) | (uint32_t)(priority) << 8)
#define SCHED_WORD_POLICY(word)      ((uint32_t)(word) & 0xffu)
#define SCHED_WORD_PRIORITY(word)    ((uint32_t)(word) >> 8)
#define DYAD_SCHED_RR_NS             10000000u /* a turn of RR */
enum thread_op {
    THREAD_SELF = 0,         /* -> thread id (unique in the process) */
    THREAD_SET_TLS = 1,      /* arg1: FS base */
    THREAD_SET_WEIGHT = 2,   /* arg1: 1..65536, normal 1024 */
    THREAD_SET_AFFINITY = 3, /* arg1: mask of cores */
    THREAD_SIGNAL = 4,    /* arg1: thread id of the own process, arg2: const struct signal_post * */
    THREAD_CPU_TIME = 5,  /* arg1: thread id of the own process, 0: itself -> ns of CPU time */
    THREAD_CPU = 6,       /* -> the core it runs on */
    THREAD_GET_SCHED = 7, /* arg1: thread id of the own process, 0: itself -> SCHED_WORD() */
    THREAD_SET_SCHED =
        8, /* arg1: as above, arg2: SCHED_WORD() | SCHED_KEEP_PLACE. -ERR_PERM: real-time policies are for
                             effective uid 0; everybody may lower a priority and give the policy up */
    THREAD_CEILING =
        9, /* arg1: 0, or a priority below which the thread does not run until it asks again.
                             -ERR_INVAL: its own is above; -ERR_PERM as above */
    THREAD_LOCK_ID =
        10, /* -> the number by which the words of THREAD_LOCK name the thread, unique in the machine */
    THREAD_LOCK = 11, /* arg1: uint32_t *, arg2: deadline: see below */
    THREAD_UNLOCK = 12,
    THREAD_SET_REALTIME =
        13, /* arg1: CLOCK_REALTIME ns, below DEADLINE_REALTIME. -ERR_PERM: effective uid 0 only */
};
#define SCHED_KEEP_PLACE \
    0x10000u /* a lowered priority puts it before its equals, an unchanged one changes nothing */

/*
 * Locks that lend priority. The word is 0 (free) or the holder's number, with LOCK_WAITERS when others wait. A thread takes it from 0
 * to its number, and back, by itself; the kernel does what else there is:
 *   THREAD_LOCK: waits, lending its priority to the holder -> 0: it holds the lock. -ERR_DEADLK: it did. -ERR_OWNERDEAD: the holder has
 *     ended, also when the deadline has come; the word is as it was. -ERR_AGAIN: look again; -ERR_TIMEDOUT, -ERR_INTR.
 *   THREAD_UNLOCK: gives it to the waiter with the highest priority, or frees it. -ERR_PERM: the caller is not the holder.
 */
#define LOCK_WAITERS 0x80000000u

/* futex_wait(uint32_t *addr, expected, deadline): 0 when woken; -ERR_AGAIN when *addr != expected.
 * futex_wake(addr, count) -> number woken. Keyed by memory object for shared pages.
 * pipe_create(handle_t ends[2], flags FILE_NONBLOCK): ends[0] reads, ends[1] writes. 64 KiB; writes up to PIPE_BUF
 *   (4096) are atomic. No reader: -ERR_PIPE and SIGPIPE to the writer. No writer: read gives 0.
 * clock_get(CLOCK) -> ns. sleep(CLOCK, absolute ns): 0 or -ERR_INTR.
 * log(level, text, length): a line in the kernel's log. level: 0 error, 1 warning, 2 info, 3 debug.
 * entropy(buffer, length <= 256). cred_get(field): a field of the own credentials. */
enum dyad_clock {
    DYAD_CLOCK_REALTIME = 0,
    DYAD_CLOCK_MONOTONIC = 1,
    DYAD_CLOCK_PROCESS = 2,
    DYAD_CLOCK_THREAD = 3
};

/* Auxiliary vector entries of Dyad's own; the others are the System V ABI's. */
#define AT_DYAD_GATE    0x1000 /* address of the gate */
#define AT_DYAD_STARTUP 0x1001 /* address of struct startup */
#define AT_DYAD_XSAVE \
    0x1002 /* bytes of an XSAVE area for this machine, standard format, 512 if only FXSAVE */
#define AT_DYAD_CPUS 0x1003 /* number of cores */
#define AT_DYAD_CWD \
    0x1004 /* address of the working directory's path, for when its server has been restarted */
#define AT_DYAD_LIMITS 0x1005 /* address of struct startup_limits, if there is one */

/* The limits that a program starts with, when they are not the usual ones (at AT_DYAD_LIMITS). They are libc's and procd's affair. */
#define STARTUP_LIMITS 16
struct startup_limits {
    uint64_t set; /* a bit for each RLIMIT_* that has a value here */
    uint64_t values[STARTUP_LIMITS][2];
};

/* The handles that a program starts with. */
enum startup_kind {
    STARTUP_FD = 1,    /* a POSIX descriptor: number */
    STARTUP_ROOT,      /* the root directory; number: STARTUP_ROOT_CHANGED after a chroot */
    STARTUP_CWD,       /* the working directory */
    STARTUP_PROC,      /* the process server's scheme */
    STARTUP_NAMESPACE, /* the namespace, with RIGHT_CALL to register schemes (servers only) */
    STARTUP_INITFS, /* init only: the initfs, a memory object; number: its bytes / 512 rounded up */
    STARTUP_HW,     /* init only: the directory of the `hw:` kernel scheme */
    STARTUP_NOTIFY, /* a service's ready pipe: one byte written says that it is ready */
    STARTUP_SCHEME, /* a scheme that the supervisor owns and this service serves; number: index in its unit's list */
};
#define STARTUP_ROOT_CHANGED 1
#define STARTUP_FD_LOCKS     2u /* descriptors: the process may have record locks */
struct startup_entry {
    uint32_t kind;
    int32_t number;
    handle_t handle;
    uint32_t
        flags; /* descriptors: bit 0 close-on-exec (never set in a new image), STARTUP_FD_LOCKS */
};
struct startup {
    uint32_t count;
    uint32_t umask;
    struct startup_entry entries[];
};
