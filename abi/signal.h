/*
 * signal.h: how the kernel redirects a thread to its process's signal entry.
 *
 * The kernel knows 64 signals as bits (signal n is bit n-1), masks, and whether a process catches,
 * ignores or leaves a signal at its default. Default actions are the supervisor's (procd).
 * To deliver a caught signal the kernel blocks all signals, pushes a struct signal_frame below the
 * red zone (or on the alternate stack) and continues at the process's entry with rdi = signo, rsi =
 * the frame, rsp = the frame (16-byte aligned, minus 8, as after a call). Libc's entry saves the FPU
 * state, sets the handler's mask, runs it and returns by SIGNAL_RETURN.
 */
#pragma once
#include <stdint.h>

#define DYAD_SIGNAL_COUNT      64
#define DYAD_SIGNAL_BIT(signo) (1UL << ((signo) - 1))

/* X(NAME, number, text): Linux's x86_64 numbers. */
#define DYAD_SIGNAL_LIST(X)                 \
    X(HUP, 1, "Hangup")                     \
    X(INT, 2, "Interrupt")                  \
    X(QUIT, 3, "Quit")                      \
    X(ILL, 4, "Illegal instruction")        \
    X(TRAP, 5, "Trace/breakpoint trap")     \
    X(ABRT, 6, "Aborted")                   \
    X(BUS, 7, "Bus error")                  \
    X(FPE, 8, "Arithmetic exception")       \
    X(KILL, 9, "Killed")                    \
    X(USR1, 10, "User defined signal 1")    \
    X(SEGV, 11, "Segmentation fault")       \
    X(USR2, 12, "User defined signal 2")    \
    X(PIPE, 13, "Broken pipe")              \
    X(ALRM, 14, "Alarm clock")              \
    X(TERM, 15, "Terminated")               \
    X(STKFLT, 16, "Stack fault")            \
    X(CHLD, 17, "Child exited")             \
    X(CONT, 18, "Continued")                \
    X(STOP, 19, "Stopped (signal)")         \
    X(TSTP, 20, "Stopped")                  \
    X(TTIN, 21, "Stopped (tty input)")      \
    X(TTOU, 22, "Stopped (tty output)")     \
    X(URG, 23, "Urgent I/O condition")      \
    X(XCPU, 24, "CPU time limit exceeded")  \
    X(XFSZ, 25, "File size limit exceeded") \
    X(VTALRM, 26, "Virtual timer expired")  \
    X(PROF, 27, "Profiling timer expired")  \
    X(WINCH, 28, "Window changed")          \
    X(IO, 29, "I/O possible")               \
    X(PWR, 30, "Power failure")             \
    X(SYS, 31, "Bad system call")

enum dyad_signal {
#define X(name, number, text) DYAD_SIG##name = number,
    DYAD_SIGNAL_LIST(X)
#undef X
};

/* Never blocked, caught or ignored; only procd acts on them (PROCESS_KILL, PROCESS_STOP). */
#define DYAD_SIGNALS_FORCED (DYAD_SIGNAL_BIT(DYAD_SIGKILL) | DYAD_SIGNAL_BIT(DYAD_SIGSTOP))
/* Dropped when neither caught nor blocked. SIGCONT's continuing is done by procd when it is sent. */
#define DYAD_SIGNALS_DEFAULT_IGNORE                                 \
    (DYAD_SIGNAL_BIT(DYAD_SIGCHLD) | DYAD_SIGNAL_BIT(DYAD_SIGURG) | \
     DYAD_SIGNAL_BIT(DYAD_SIGWINCH) | DYAD_SIGNAL_BIT(DYAD_SIGCONT))

/* Registers of a user thread, as the kernel, signal frames and debuggers see them. */
struct user_regs {
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp;
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t rip, rflags;
    uint64_t fs_base;
};

struct signal_info {
    uint32_t signo;
    int32_t code;      /* SI_* / SEGV_* / CLD_* with Linux's values */
    uint32_t pid, uid; /* sender, or child */
    uint64_t value;    /* sigval, or the fault's address, or a child's wait status */
};

struct signal_post {
    struct signal_info info;
    uint32_t thread; /* 0: the process; otherwise a thread id */
    uint32_t flags;  /* 0 */
};

struct signal_frame {
    struct user_regs regs; /* restored by SIGNAL_RETURN */
    uint64_t mask;         /* restored by SIGNAL_RETURN */
    uint64_t blocked;      /* stays so for the handler: mask, or that of SIGNAL_SUSPEND */
    struct signal_info info;
    uint64_t stack_flags; /* 1: on the alternate stack */
};

/* A process has about as many signals queued at most; one more of a real-time signal that is pending gets
 * -ERR_AGAIN, or with code 0 (SI_USER) is lost. */
#define DYAD_SIGNAL_QUEUE_MAX 1024

/* signal_control(op, arg1, arg2) */
enum signal_op {
    SIGNAL_SET_ENTRY = 0,   /* arg1: address of the process's signal entry */
    SIGNAL_SET_ACTIONS = 1, /* arg1: const struct signal_actions * */
    SIGNAL_SET_MASK =
        2, /* arg1: uint64_t value of the new mask -> 0; old through arg2 (uint64_t *, may be NULL) */
    SIGNAL_BLOCK = 3,   /* the same, mask | arg1 */
    SIGNAL_UNBLOCK = 4, /* the same, mask & ~arg1 */
    SIGNAL_PENDING = 5, /* arg1: uint64_t * out: pending for process or thread */
    SIGNAL_SUSPEND = 6, /* arg1: temporary mask; waits for a signal: always -ERR_INTR */
    SIGNAL_WAIT =
        7, /* arg1: struct signal_wait * -> signo; takes one of the set without delivering it */
    SIGNAL_STACK = 8,  /* arg1: base, arg2: bytes; 0, 0: none */
    SIGNAL_RETURN = 9, /* arg1: struct signal_frame *; does not return */
};
struct signal_actions {
    uint64_t caught, ignored, onstack; /* disjoint: caught & ignored == 0 */
    uint64_t children;                 /* SIGNAL_CHILDREN_*: for procd, the kernel only keeps it */
};
#define SIGNAL_CHILDREN_NO_STOPS   1u /* no SIGCHLD when one stops or goes on */
#define SIGNAL_CHILDREN_NO_ZOMBIES 2u /* one that ends is not waited for */
struct signal_wait {
    uint64_t set, deadline;
    struct signal_info info; /* out */
};
