/* signal.h: signals. Numbers and codes have Linux's x86_64 values. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <bits/timespec.h>
#include <bits/sigset.h>
#include <bits/pthread_types.h>

#define SIGHUP    1
#define SIGINT    2
#define SIGQUIT   3
#define SIGILL    4
#define SIGTRAP   5
#define SIGABRT   6
#define SIGIOT    SIGABRT
#define SIGBUS    7
#define SIGFPE    8
#define SIGKILL   9
#define SIGUSR1   10
#define SIGSEGV   11
#define SIGUSR2   12
#define SIGPIPE   13
#define SIGALRM   14
#define SIGTERM   15
#define SIGSTKFLT 16
#define SIGCHLD   17
#define SIGCLD    SIGCHLD
#define SIGCONT   18
#define SIGSTOP   19
#define SIGTSTP   20
#define SIGTTIN   21
#define SIGTTOU   22
#define SIGURG    23
#define SIGXCPU   24
#define SIGXFSZ   25
#define SIGVTALRM 26
#define SIGPROF   27
#define SIGWINCH  28
#define SIGIO     29
#define SIGPOLL   SIGIO
#define SIGPWR    30
#define SIGSYS    31
#define SIGRTMIN  34 /* 32 and 33 are libc's */
#define SIGRTMAX  64
#define NSIG      65
#define _NSIG     NSIG

typedef int sig_atomic_t;
typedef void (*__signal_handler)(int);
typedef __signal_handler sighandler_t;
typedef __signal_handler sig_t;
#define SIG_DFL  ((__signal_handler)0)
#define SIG_IGN  ((__signal_handler)1)
#define SIG_HOLD ((__signal_handler)2)
#define SIG_ERR  ((__signal_handler) - 1)

#define SIG_BLOCK   0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

union sigval {
    int sival_int;
    void *sival_ptr;
};

typedef struct {
    int si_signo;
    int si_errno;
    int si_code;
    pid_t si_pid; /* sender, or child */
    uid_t si_uid;
    int si_status; /* SIGCHLD */
    void *si_addr; /* a fault's address */
    union sigval si_value;
    long si_band;
    clock_t si_utime, si_stime;
    int si_timerid, si_overrun;
    unsigned long __reserved[5];
} siginfo_t;
#define si_int si_value.sival_int
#define si_ptr si_value.sival_ptr

#define SI_USER    0
#define SI_KERNEL  128
#define SI_QUEUE   (-1)
#define SI_TIMER   (-2)
#define SI_MESGQ   (-3)
#define SI_ASYNCIO (-4)
#define SI_TKILL   (-6)

#define ILL_ILLOPC    1
#define ILL_ILLOPN    2
#define ILL_ILLADR    3
#define ILL_ILLTRP    4
#define ILL_PRVOPC    5
#define ILL_PRVREG    6
#define ILL_COPROC    7
#define ILL_BADSTK    8
#define FPE_INTDIV    1
#define FPE_INTOVF    2
#define FPE_FLTDIV    3
#define FPE_FLTOVF    4
#define FPE_FLTUND    5
#define FPE_FLTRES    6
#define FPE_FLTINV    7
#define FPE_FLTSUB    8
#define SEGV_MAPERR   1
#define SEGV_ACCERR   2
#define BUS_ADRALN    1
#define BUS_ADRERR    2
#define BUS_OBJERR    3
#define TRAP_BRKPT    1
#define TRAP_TRACE    2
#define POLL_IN       1
#define POLL_OUT      2
#define POLL_MSG      3
#define POLL_ERR      4
#define POLL_PRI      5
#define POLL_HUP      6
#define CLD_EXITED    1
#define CLD_KILLED    2
#define CLD_DUMPED    3
#define CLD_TRAPPED   4
#define CLD_STOPPED   5
#define CLD_CONTINUED 6

struct sigaction {
    union {
        void (*sa_handler)(int);
        void (*sa_sigaction)(int, siginfo_t *, void *);
    } __handler;
    sigset_t sa_mask;
    int sa_flags;
    void (*sa_restorer)(void);
};
#define sa_handler   __handler.sa_handler
#define sa_sigaction __handler.sa_sigaction

#define SA_NOCLDSTOP 0x1
#define SA_NOCLDWAIT 0x2
#define SA_SIGINFO   0x4
#define SA_ONSTACK   0x08000000
#define SA_RESTART   0x10000000
#define SA_NODEFER   0x40000000
#define SA_NOMASK    SA_NODEFER
#define SA_RESETHAND 0x80000000
#define SA_ONESHOT   SA_RESETHAND

#define SS_ONSTACK  1
#define SS_DISABLE  2
#define MINSIGSTKSZ 8192
#define SIGSTKSZ    32768

struct sigevent {
    union sigval sigev_value;
    int sigev_signo;
    int sigev_notify;
    void (*sigev_notify_function)(union sigval);
    pthread_attr_t *sigev_notify_attributes;
};
#define SIGEV_SIGNAL 0
#define SIGEV_NONE   1
#define SIGEV_THREAD 2

#include <bits/ucontext.h>

__BEGIN_DECLS
int sigaction(int sig, const struct sigaction *__restrict action, struct sigaction *__restrict old);
__signal_handler signal(int sig, __signal_handler handler);
__signal_handler bsd_signal(int sig, __signal_handler handler);
__signal_handler sysv_signal(int sig, __signal_handler handler);
int sigprocmask(int how, const sigset_t *__restrict set, sigset_t *__restrict old);
int pthread_sigmask(int how, const sigset_t *__restrict set, sigset_t *__restrict old);
int sigpending(sigset_t *set);
int sigsuspend(const sigset_t *mask);
int sigwait(const sigset_t *__restrict set, int *__restrict sig);
int sigwaitinfo(const sigset_t *__restrict set, siginfo_t *__restrict info);
int sigtimedwait(const sigset_t *__restrict set, siginfo_t *__restrict info,
                 const struct timespec *__restrict timeout);
int sigaltstack(const stack_t *__restrict stack, stack_t *__restrict old);
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigaddset(sigset_t *set, int sig);
int sigdelset(sigset_t *set, int sig);
int sigismember(const sigset_t *set, int sig);
int sigisemptyset(const sigset_t *set);
int sigorset(sigset_t *out, const sigset_t *a, const sigset_t *b);
int sigandset(sigset_t *out, const sigset_t *a, const sigset_t *b);
int siginterrupt(int sig, int interrupts);
__signal_handler sigset(int sig, __signal_handler handler);
int sighold(int sig);
int sigrelse(int sig);
int sigignore(int sig);
int sigpause(int sig);
int sigblock(int mask);
int sigsetmask(int mask);
int siggetmask(void);
#define sigmask(sig) (1 << ((sig) - 1))
int kill(pid_t pid, int sig);
int killpg(pid_t group, int sig);
int raise(int sig);
int sigqueue(pid_t pid, int sig, union sigval value);
int pthread_kill(pthread_t thread, int sig);
#define SIG2STR_MAX 16
int sig2str(int sig, char *out);
int str2sig(const char *__restrict text, int *__restrict out);
void psignal(int sig, const char *message);
void psiginfo(const siginfo_t *info, const char *message);
extern const char *const sys_siglist[NSIG];
extern const char *const sys_signame[NSIG];
__END_DECLS
