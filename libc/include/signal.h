/* signal.h: signals. Numbers and codes have Linux's x86_64 values. */
#pragma once
#include <features.h>
#if __POSIX_VISIBLE
#include <bits/types.h>
#include <bits/timespec.h>
#include <bits/sigset.h>
#include <bits/pthread_types.h>
#include <bits/sigevent.h>
#endif

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
#define _NSIG     65
#if __MISC_VISIBLE
#define NSIG _NSIG
#endif

typedef int sig_atomic_t;
typedef void (*__signal_handler)(int);
#define SIG_DFL  ((__signal_handler)0)
#define SIG_IGN  ((__signal_handler)1)
#define SIG_HOLD ((__signal_handler)2)
#define SIG_ERR  ((__signal_handler) - 1)
#if __MISC_VISIBLE
typedef __signal_handler sighandler_t;
typedef __signal_handler sig_t;
#endif

__BEGIN_DECLS
__signal_handler signal(int __sig, __signal_handler __handler);
int raise(int __sig);
__END_DECLS

#if __POSIX_VISIBLE
#define SIG_BLOCK   0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

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
#if __MISC_VISIBLE
#define si_int si_value.sival_int
#define si_ptr si_value.sival_ptr
#endif

#define SI_USER    0
#define SI_KERNEL  128
#define SI_QUEUE   (-1)
#define SI_TIMER   (-2)
#define SI_MESGQ   (-3)
#define SI_ASYNCIO (-4)
#define SI_TKILL   (-6)

#if __XSI_VISIBLE || __POSIX_VISIBLE >= 200809
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
#endif
#if __XSI_VISIBLE
#define TRAP_BRKPT 1
#define TRAP_TRACE 2
#endif

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

#if __XSI_VISIBLE
#define SS_ONSTACK  1
#define SS_DISABLE  2
#define MINSIGSTKSZ 8192
#define SIGSTKSZ    32768
#endif

#define SIGEV_SIGNAL 0
#define SIGEV_NONE   1
#define SIGEV_THREAD 2

#if __XSI_VISIBLE || __POSIX_VISIBLE >= 200809
#include <bits/ucontext.h>
#endif

__BEGIN_DECLS
int sigaction(int __sig, const struct sigaction *__restrict __action,
              struct sigaction *__restrict __old);
int sigprocmask(int __how, const sigset_t *__restrict __set, sigset_t *__restrict __old);
int pthread_sigmask(int __how, const sigset_t *__restrict __set, sigset_t *__restrict __old);
int sigpending(sigset_t *__set);
int sigsuspend(const sigset_t *__mask);
int sigwait(const sigset_t *__restrict __set, int *__restrict __sig);
int sigwaitinfo(const sigset_t *__restrict __set, siginfo_t *__restrict __info);
int sigtimedwait(const sigset_t *__restrict __set, siginfo_t *__restrict __info,
                 const struct timespec *__restrict __timeout);
int sigemptyset(sigset_t *__set);
int sigfillset(sigset_t *__set);
int sigaddset(sigset_t *__set, int __sig);
int sigdelset(sigset_t *__set, int __sig);
int sigismember(const sigset_t *__set, int __sig);
int kill(pid_t __pid, int __sig);
int sigqueue(pid_t __pid, int __sig, union sigval __value);
int pthread_kill(pthread_t __thr, int __sig);
#if __XSI_UNTIL_6
__signal_handler bsd_signal(int __sig, __signal_handler __handler);
#endif
#if __MISC_VISIBLE
__signal_handler sysv_signal(int __sig, __signal_handler __handler);
int sigblock(int __mask);
int sigsetmask(int __mask);
int siggetmask(void);
#define sigmask(sig) (1 << ((sig) - 1))
extern const char *const sys_siglist[_NSIG];
extern const char *const sys_signame[_NSIG];
#endif
#if __XSI_VISIBLE
int sigaltstack(const stack_t *__restrict __stack, stack_t *__restrict __old);
int killpg(pid_t __group, int __sig);
#endif
#if __GNU_VISIBLE
int sigisemptyset(const sigset_t *__set);
int sigorset(sigset_t *__out, const sigset_t *__a, const sigset_t *__b);
int sigandset(sigset_t *__out, const sigset_t *__a, const sigset_t *__b);
#endif
#if __XSI_UNTIL_7
int siginterrupt(int __sig, int __interrupts);
__signal_handler sigset(int __sig, __signal_handler __handler);
int sighold(int __sig);
int sigrelse(int __sig);
int sigignore(int __sig);
int sigpause(int __sig);
#endif
#if __POSIX_VISIBLE >= 202405
#define SIG2STR_MAX 16
int sig2str(int __sig, char *__out);
int str2sig(const char *__restrict __text, int *__restrict __out);
#endif
#if __POSIX_VISIBLE >= 200809
void psignal(int __sig, const char *__message);
void psiginfo(const siginfo_t *__info, const char *__message);
#endif
__END_DECLS
#endif
