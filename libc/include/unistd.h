/* unistd.h: descriptors, files, processes and the system's limits. */
#pragma once
#include <features.h>
#if __POSIX_VISIBLE >= 202405
#include <bits/open_flags.h>
#endif
#include <bits/size.h>
#include <bits/types.h>
#include <bits/int_types.h>
#include <bits/getopt.h>

#define _POSIX_VERSION               200809L
#define _POSIX2_VERSION              200809L
#define _POSIX2_C_VERSION            200809L
#define _XOPEN_VERSION               700
#define _XOPEN_UNIX                  1
#define _XOPEN_CRYPT                 1
#define _XOPEN_ENH_I18N              1
#define _XOPEN_SHM                   1
#define _POSIX_ADVISORY_INFO         200809L
#define _POSIX_ASYNCHRONOUS_IO       200809L
#define _POSIX_BARRIERS              200809L
#define _POSIX_CHOWN_RESTRICTED      1
#define _POSIX_CLOCK_SELECTION       200809L
#define _POSIX_CPUTIME               200809L
#define _POSIX_FSYNC                 200809L
#define _POSIX_JOB_CONTROL           1
#define _POSIX_MAPPED_FILES          200809L
#define _POSIX_MEMLOCK               200809L
#define _POSIX_MEMLOCK_RANGE         200809L
#define _POSIX_MESSAGE_PASSING       200809L
#define _POSIX_MEMORY_PROTECTION     200809L
#define _POSIX_MONOTONIC_CLOCK       200809L
#define _POSIX_NO_TRUNC              1
#define _POSIX_PRIORITIZED_IO        200809L
#define _POSIX_PRIORITY_SCHEDULING   200809L
#define _POSIX_READER_WRITER_LOCKS   200809L
#define _POSIX_REALTIME_SIGNALS      200809L
#define _POSIX_REGEXP                1
#define _POSIX_SAVED_IDS             1
#define _POSIX_SEMAPHORES            200809L
#define _POSIX_SHARED_MEMORY_OBJECTS 200809L
#define _POSIX_SHELL                 1
#define _POSIX_SPAWN                 200809L
#define _POSIX_SPIN_LOCKS            200809L
#define _POSIX_SYNCHRONIZED_IO       200809L
#define _POSIX_THREADS               200809L
#define _POSIX_THREAD_ATTR_STACKADDR 200809L
#define _POSIX_THREAD_ATTR_STACKSIZE 200809L
#define _POSIX_THREAD_CPUTIME        200809L
#define _POSIX_THREAD_PROCESS_SHARED 200809L
#define _POSIX_THREAD_PRIO_INHERIT   200809L
#define _POSIX_THREAD_PRIO_PROTECT   200809L
#define _POSIX_THREAD_SAFE_FUNCTIONS 200809L
#define _POSIX_TIMEOUTS              200809L
#define _POSIX_TIMERS                200809L
#define _POSIX_VDISABLE              0
#define _POSIX_SPORADIC_SERVER       (-1)
#define _POSIX_TRACE                 (-1)
#define _POSIX_TYPED_MEMORY_OBJECTS  (-1)
#define _POSIX_DEVICE_CONTROL        202405L
#define _POSIX_V8_ILP32_OFF32        (-1)
#define _POSIX_V8_ILP32_OFFBIG       (-1)
#define _POSIX_V8_LP64_OFF64         1
#define _POSIX_V8_LPBIG_OFFBIG       (-1)
#define _POSIX_V7_ILP32_OFF32        (-1)
#define _POSIX_V7_ILP32_OFFBIG       (-1)
#define _POSIX_V7_LP64_OFF64         1
#define _POSIX_V7_LPBIG_OFFBIG       (-1)
#define _POSIX_V6_ILP32_OFF32        (-1)
#define _POSIX_V6_ILP32_OFFBIG       (-1)
#define _POSIX_V6_LP64_OFF64         1
#define _POSIX_V6_LPBIG_OFFBIG       (-1)
#define _POSIX2_C_BIND               200809L
#define _POSIX2_C_DEV                (-1)
#define _POSIX2_FORT_RUN             (-1)
#define _POSIX2_SW_DEV               (-1)
#define _POSIX2_UPE                  (-1)
#define _XOPEN_UUCP                  (-1)

#define _POSIX_THREAD_PRIORITY_SCHEDULING 200809L
#define _POSIX_THREAD_ROBUST_PRIO_INHERIT 200809L
#define _POSIX_THREAD_ROBUST_PRIO_PROTECT 200809L
#define _POSIX_THREAD_SPORADIC_SERVER     (-1)
#define _XOPEN_REALTIME                   1
#define _XOPEN_REALTIME_THREADS           1

#define STDIN_FILENO  0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2

#define F_OK 0
#define X_OK 1
#define W_OK 2
#define R_OK 4

#include <bits/seek.h>

#if __XSI_VISIBLE
#define F_ULOCK 0
#define F_LOCK  1
#define F_TLOCK 2
#define F_TEST  3
#endif

#define _SC_ARG_MAX                      0
#define _SC_CHILD_MAX                    1
#define _SC_CLK_TCK                      2
#define _SC_NGROUPS_MAX                  3
#define _SC_OPEN_MAX                     4
#define _SC_STREAM_MAX                   5
#define _SC_TZNAME_MAX                   6
#define _SC_JOB_CONTROL                  7
#define _SC_SAVED_IDS                    8
#define _SC_REALTIME_SIGNALS             9
#define _SC_PRIORITY_SCHEDULING          10
#define _SC_TIMERS                       11
#define _SC_ASYNCHRONOUS_IO              12
#define _SC_PRIORITIZED_IO               13
#define _SC_SYNCHRONIZED_IO              14
#define _SC_FSYNC                        15
#define _SC_MAPPED_FILES                 16
#define _SC_MEMLOCK                      17
#define _SC_MEMLOCK_RANGE                18
#define _SC_MEMORY_PROTECTION            19
#define _SC_MESSAGE_PASSING              20
#define _SC_SEMAPHORES                   21
#define _SC_SHARED_MEMORY_OBJECTS        22
#define _SC_AIO_LISTIO_MAX               23
#define _SC_AIO_MAX                      24
#define _SC_AIO_PRIO_DELTA_MAX           25
#define _SC_DELAYTIMER_MAX               26
#define _SC_MQ_OPEN_MAX                  27
#define _SC_MQ_PRIO_MAX                  28
#define _SC_VERSION                      29
#define _SC_PAGESIZE                     30
#define _SC_RTSIG_MAX                    31
#define _SC_SEM_NSEMS_MAX                32
#define _SC_SEM_VALUE_MAX                33
#define _SC_SIGQUEUE_MAX                 34
#define _SC_TIMER_MAX                    35
#define _SC_BC_BASE_MAX                  36
#define _SC_BC_DIM_MAX                   37
#define _SC_BC_SCALE_MAX                 38
#define _SC_BC_STRING_MAX                39
#define _SC_COLL_WEIGHTS_MAX             40
#define _SC_EXPR_NEST_MAX                42
#define _SC_LINE_MAX                     43
#define _SC_RE_DUP_MAX                   44
#define _SC_2_VERSION                    46
#define _SC_2_C_BIND                     47
#define _SC_2_C_DEV                      48
#define _SC_2_FORT_DEV                   49
#define _SC_2_FORT_RUN                   50
#define _SC_2_SW_DEV                     51
#define _SC_2_LOCALEDEF                  52
#define _SC_UIO_MAXIOV                   60
#define _SC_THREADS                      67
#define _SC_THREAD_SAFE_FUNCTIONS        68
#define _SC_GETGR_R_SIZE_MAX             69
#define _SC_GETPW_R_SIZE_MAX             70
#define _SC_LOGIN_NAME_MAX               71
#define _SC_TTY_NAME_MAX                 72
#define _SC_THREAD_DESTRUCTOR_ITERATIONS 73
#define _SC_THREAD_KEYS_MAX              74
#define _SC_THREAD_STACK_MIN             75
#define _SC_THREAD_THREADS_MAX           76
#define _SC_THREAD_ATTR_STACKADDR        77
#define _SC_THREAD_ATTR_STACKSIZE        78
#define _SC_THREAD_PRIORITY_SCHEDULING   79
#define _SC_THREAD_PRIO_INHERIT          80
#define _SC_THREAD_PRIO_PROTECT          81
#define _SC_THREAD_PROCESS_SHARED        82
#define _SC_NPROCESSORS_CONF             83
#define _SC_NPROCESSORS_ONLN             84
#define _SC_PHYS_PAGES                   85
#define _SC_AVPHYS_PAGES                 86
#define _SC_ATEXIT_MAX                   87
#define _SC_XOPEN_VERSION                89
#define _SC_XOPEN_UNIX                   91
#define _SC_XOPEN_CRYPT                  92
#define _SC_XOPEN_ENH_I18N               93
#define _SC_XOPEN_SHM                    94
#define _SC_2_CHAR_TERM                  95
#define _SC_2_UPE                        97
#define _SC_XOPEN_REALTIME               130
#define _SC_XOPEN_REALTIME_THREADS       131
#define _SC_ADVISORY_INFO                132
#define _SC_BARRIERS                     133
#define _SC_CLOCK_SELECTION              137
#define _SC_CPUTIME                      138
#define _SC_THREAD_CPUTIME               139
#define _SC_MONOTONIC_CLOCK              149
#define _SC_READER_WRITER_LOCKS          153
#define _SC_SPIN_LOCKS                   154
#define _SC_REGEXP                       155
#define _SC_SHELL                        157
#define _SC_SPAWN                        159
#define _SC_SPORADIC_SERVER              160
#define _SC_THREAD_SPORADIC_SERVER       161
#define _SC_TIMEOUTS                     164
#define _SC_TYPED_MEMORY_OBJECTS         165
#define _SC_2_PBS                        168
#define _SC_2_PBS_ACCOUNTING             169
#define _SC_2_PBS_LOCATE                 170
#define _SC_2_PBS_MESSAGE                171
#define _SC_2_PBS_TRACK                  172
#define _SC_SYMLOOP_MAX                  173
#define _SC_STREAMS                      174
#define _SC_2_PBS_CHECKPOINT             175
#define _SC_V6_ILP32_OFF32               176
#define _SC_V6_ILP32_OFFBIG              177
#define _SC_V6_LP64_OFF64                178
#define _SC_V6_LPBIG_OFFBIG              179
#define _SC_HOST_NAME_MAX                180
#define _SC_TRACE                        181
#define _SC_TRACE_EVENT_FILTER           182
#define _SC_TRACE_INHERIT                183
#define _SC_TRACE_LOG                    184
#define _SC_IPV6                         235
#define _SC_RAW_SOCKETS                  236
#define _SC_V7_ILP32_OFF32               237
#define _SC_V7_ILP32_OFFBIG              238
#define _SC_V7_LP64_OFF64                239
#define _SC_V7_LPBIG_OFFBIG              240
#define _SC_V8_ILP32_OFF32               250
#define _SC_V8_ILP32_OFFBIG              251
#define _SC_V8_LP64_OFF64                252
#define _SC_V8_LPBIG_OFFBIG              253
#define _SC_NSIG                         254
#define _SC_DEVICE_CONTROL               255
#define _SC_SS_REPL_MAX                  241
#define _SC_TRACE_EVENT_NAME_MAX         242
#define _SC_TRACE_NAME_MAX               243
#define _SC_TRACE_SYS_MAX                244
#define _SC_TRACE_USER_EVENT_MAX         245
#define _SC_XOPEN_STREAMS                246
#define _SC_THREAD_ROBUST_PRIO_INHERIT   247
#define _SC_THREAD_ROBUST_PRIO_PROTECT   248
#define _SC_XOPEN_UUCP                   249
#define _SC_PAGE_SIZE                    _SC_PAGESIZE
#define _SC_IOV_MAX                      _SC_UIO_MAXIOV

#define _PC_LINK_MAX             0
#define _PC_MAX_CANON            1
#define _PC_MAX_INPUT            2
#define _PC_NAME_MAX             3
#define _PC_PATH_MAX             4
#define _PC_PIPE_BUF             5
#define _PC_CHOWN_RESTRICTED     6
#define _PC_NO_TRUNC             7
#define _PC_VDISABLE             8
#define _PC_SYNC_IO              9
#define _PC_ASYNC_IO             10
#define _PC_PRIO_IO              11
#define _PC_FILESIZEBITS         13
#define _PC_REC_INCR_XFER_SIZE   14
#define _PC_REC_MAX_XFER_SIZE    15
#define _PC_REC_MIN_XFER_SIZE    16
#define _PC_REC_XFER_ALIGN       17
#define _PC_ALLOC_SIZE_MIN       18
#define _PC_SYMLINK_MAX          19
#define _PC_2_SYMLINKS           20
#define _PC_TIMESTAMP_RESOLUTION 21
#define _PC_FALLOC               22
#define _PC_TEXTDOMAIN_MAX       23

#define _CS_PATH                           0
#define _CS_POSIX_V7_ILP32_OFF32_CFLAGS    1132
#define _CS_POSIX_V7_ILP32_OFF32_LDFLAGS   1133
#define _CS_POSIX_V7_ILP32_OFF32_LIBS      1134
#define _CS_POSIX_V7_ILP32_OFFBIG_CFLAGS   1136
#define _CS_POSIX_V7_ILP32_OFFBIG_LDFLAGS  1137
#define _CS_POSIX_V7_ILP32_OFFBIG_LIBS     1138
#define _CS_POSIX_V7_LP64_OFF64_CFLAGS     1140
#define _CS_POSIX_V7_LP64_OFF64_LDFLAGS    1141
#define _CS_POSIX_V7_LP64_OFF64_LIBS       1142
#define _CS_POSIX_V7_LPBIG_OFFBIG_CFLAGS   1144
#define _CS_POSIX_V7_LPBIG_OFFBIG_LDFLAGS  1145
#define _CS_POSIX_V7_LPBIG_OFFBIG_LIBS     1146
#define _CS_POSIX_V7_THREADS_CFLAGS        1150
#define _CS_POSIX_V7_THREADS_LDFLAGS       1151
#define _CS_POSIX_V6_ILP32_OFF32_CFLAGS    1116
#define _CS_POSIX_V6_ILP32_OFF32_LDFLAGS   1117
#define _CS_POSIX_V6_ILP32_OFF32_LIBS      1118
#define _CS_POSIX_V6_ILP32_OFFBIG_CFLAGS   1120
#define _CS_POSIX_V6_ILP32_OFFBIG_LDFLAGS  1121
#define _CS_POSIX_V6_ILP32_OFFBIG_LIBS     1122
#define _CS_POSIX_V6_LP64_OFF64_CFLAGS     1124
#define _CS_POSIX_V6_LP64_OFF64_LDFLAGS    1125
#define _CS_POSIX_V6_LP64_OFF64_LIBS       1126
#define _CS_POSIX_V6_LPBIG_OFFBIG_CFLAGS   1128
#define _CS_POSIX_V6_LPBIG_OFFBIG_LDFLAGS  1129
#define _CS_POSIX_V6_LPBIG_OFFBIG_LIBS     1130
#define _CS_V6_ENV                         1148
#define _CS_V7_ENV                         1149
#define _CS_POSIX_V7_WIDTH_RESTRICTED_ENVS 1152
#define _CS_POSIX_V8_ILP32_OFF32_CFLAGS    1232
#define _CS_POSIX_V8_ILP32_OFF32_LDFLAGS   1233
#define _CS_POSIX_V8_ILP32_OFF32_LIBS      1234
#define _CS_POSIX_V8_ILP32_OFFBIG_CFLAGS   1236
#define _CS_POSIX_V8_ILP32_OFFBIG_LDFLAGS  1237
#define _CS_POSIX_V8_ILP32_OFFBIG_LIBS     1238
#define _CS_POSIX_V8_LP64_OFF64_CFLAGS     1240
#define _CS_POSIX_V8_LP64_OFF64_LDFLAGS    1241
#define _CS_POSIX_V8_LP64_OFF64_LIBS       1242
#define _CS_POSIX_V8_LPBIG_OFFBIG_CFLAGS   1244
#define _CS_POSIX_V8_LPBIG_OFFBIG_LDFLAGS  1245
#define _CS_POSIX_V8_LPBIG_OFFBIG_LIBS     1246
#define _CS_POSIX_V8_THREADS_CFLAGS        1250
#define _CS_POSIX_V8_THREADS_LDFLAGS       1251
#define _CS_V8_ENV                         1249
#define _CS_POSIX_V8_WIDTH_RESTRICTED_ENVS 1252
#define _CS_POSIX_V6_WIDTH_RESTRICTED_ENVS 1153

__BEGIN_DECLS
#if __POSIX_VISIBLE >= 202405
extern char **environ;
#endif

ssize_t read(int __fd, void *__buf, size_t __n);
ssize_t write(int __fd, const void *__buf, size_t __n);
off_t lseek(int __fd, off_t __offset, int __whence);
int close(int __fd);
int dup(int __fd);
int dup2(int __fd, int __to);
int pipe(int __fds[2]);
int fsync(int __fd);
int fdatasync(int __fd);
int ftruncate(int __fd, off_t __size);
int isatty(int __fd);
char *ttyname(int __fd);
int ttyname_r(int __fd, char *__buf, size_t __n);
#if __XSI_VISIBLE || __POSIX_VISIBLE >= 200809
ssize_t pread(int __fd, void *__buf, size_t __n, off_t __offset);
ssize_t pwrite(int __fd, const void *__buf, size_t __n, off_t __offset);
int truncate(const char *__path, off_t __size);
#endif
#if __POSIX_VISIBLE >= 202405
int dup3(int __fd, int __to, int __flags);
int pipe2(int __fds[2], int __flags);
#endif
#if __XSI_VISIBLE
void sync(void);
int lockf(int __fd, int __command, off_t __size);
#endif
#if __GNU_VISIBLE
int syncfs(int __fd);
#endif
#if __XSI_UNTIL_5
char *ctermid(char *__s);
#endif

int access(const char *__path, int __mode);
int unlink(const char *__path);
int rmdir(const char *__path);
int link(const char *__from, const char *__to);
int chown(const char *__path, uid_t __uid, gid_t __gid);
int chdir(const char *__path);
char *getcwd(char *__buf, size_t __n);
long pathconf(const char *__path, int __name);
long fpathconf(int __fd, int __name);
long sysconf(int __name);
size_t confstr(int __name, char *__buf, size_t __n);
#if __POSIX_VISIBLE >= 200809
int faccessat(int __dir, const char *__path, int __mode, int __flags);
int unlinkat(int __dir, const char *__path, int __flags);
int linkat(int __from_dir, const char *__from, int __to_dir, const char *__to, int __flags);
int symlinkat(const char *__target, int __dir, const char *__path);
ssize_t readlinkat(int __dir, const char *__restrict __path, char *__restrict __buf, size_t __n);
int fchownat(int __dir, const char *__path, uid_t __uid, gid_t __gid, int __flags);
#endif
#if __MISC_VISIBLE
int eaccess(const char *__path, int __mode);
#endif
#if __GNU_VISIBLE
int euidaccess(const char *__path, int __mode);
char *get_current_dir_name(void);
#endif
#if __POSIX_VISIBLE >= 200112 || __XSI_VISIBLE
int symlink(const char *__target, const char *__path);
ssize_t readlink(const char *__restrict __path, char *__restrict __buf, size_t __n);
int fchown(int __fd, uid_t __uid, gid_t __gid);
#endif
#if __XSI_VISIBLE || __POSIX_VISIBLE >= 200809
int lchown(const char *__path, uid_t __uid, gid_t __gid);
int fchdir(int __fd);
#endif
#if __XSI_UNTIL_5
int chroot(const char *__path);
#endif

pid_t fork(void);
__noreturn_fn void _exit(int __status);
int execve(const char *__path, char *const __argv[], char *const __envp[]);
int execv(const char *__path, char *const __argv[]);
int execvp(const char *__file, char *const __argv[]);
int execl(const char *__path, const char *__arg, ...);
int execle(const char *__path, const char *__arg, ...);
int execlp(const char *__file, const char *__arg, ...);
unsigned alarm(unsigned __seconds);
int pause(void);
unsigned sleep(unsigned __seconds);
#if __XSI_UNTIL_6
pid_t vfork(void);
useconds_t ualarm(useconds_t __value, useconds_t __interval);
int usleep(useconds_t __microseconds);
#endif
#if __POSIX_VISIBLE >= 202405
pid_t _Fork(void);
#endif
#if __POSIX_VISIBLE >= 200809
int fexecve(int __fd, char *const __argv[], char *const __envp[]);
#endif
#if __GNU_VISIBLE
int execvpe(const char *__file, char *const __argv[], char *const __envp[]);
#endif
#if __XSI_VISIBLE
int nice(int __change);
#endif

pid_t getpid(void);
pid_t getppid(void);
pid_t getpgrp(void);
pid_t setsid(void);
int setpgid(pid_t __pid, pid_t __group);
pid_t tcgetpgrp(int __fd);
int tcsetpgrp(int __fd, pid_t __group);
uid_t getuid(void);
uid_t geteuid(void);
gid_t getgid(void);
gid_t getegid(void);
int setuid(uid_t __uid);
int setgid(gid_t __gid);
int getgroups(int __count, gid_t __list[]);
#if __XSI_VISIBLE || __POSIX_VISIBLE >= 200809
pid_t getpgid(pid_t __pid);
pid_t getsid(pid_t __pid);
#endif
#if __XSI_UNTIL_7
int setpgrp(void);
#endif
#if __GNU_VISIBLE
pid_t gettid(void);
#endif
#if __POSIX_VISIBLE >= 200112
int seteuid(uid_t __uid);
int setegid(gid_t __gid);
#endif
#if __XSI_VISIBLE
int setreuid(uid_t __ruid, uid_t __euid);
int setregid(gid_t __rgid, gid_t __egid);
#endif
#if __XSI_VISIBLE >= 800
int setresuid(uid_t __ruid, uid_t __euid, uid_t __suid);
int setresgid(gid_t __rgid, gid_t __egid, gid_t __sgid);
int getresuid(uid_t *__ruid, uid_t *__euid, uid_t *__suid);
int getresgid(gid_t *__rgid, gid_t *__egid, gid_t *__sgid);
#endif

char *getlogin(void);
int getlogin_r(char *__buf, size_t __n);
#if __POSIX_VISIBLE >= 200112 || __XSI_VISIBLE
int gethostname(char *__buf, size_t __n);
#endif
#if __MISC_VISIBLE
int sethostname(const char *__name, size_t __n);
int getdomainname(char *__buf, size_t __n);
#endif
#if __XSI_VISIBLE
long gethostid(void);
char *crypt(const char *__phrase, const char *__salt);
void encrypt(char __text[64], int __edflag);
void swab(const void *__restrict __src, void *__restrict __dst, ssize_t __n);
#endif
#if __XSI_UNTIL_5
int getpagesize(void);
int getdtablesize(void);
char *getpass(const char *__prompt);
#endif
#if __POSIX_VISIBLE >= 202405
int getentropy(void *__buf, size_t __n);
#endif

#if __MISC_VISIBLE
int daemon(int __keep_directory, int __keep_descriptors);
void closefrom(int __first);
int issetugid(void);
char *getusershell(void);
void setusershell(void);
void endusershell(void);
#endif
#if __GNU_VISIBLE
ssize_t copy_file_range(int __in, off_t *__in_offset, int __out, off_t *__out_offset, size_t __n,
                        unsigned __flags);
int close_range(unsigned __first, unsigned __last, int __flags);
int group_member(gid_t __gid);
#define CLOSE_RANGE_UNSHARE 2
#define CLOSE_RANGE_CLOEXEC 4
#endif
#if __POSIX_VISIBLE >= 202405
#define POSIX_CLOSE_RESTART 0
int posix_close(int __fd, int __flags);
#endif
#if __XSI_VISIBLE && __XSI_VISIBLE < 600
int pthread_atfork(void (*__prepare)(void), void (*__parent)(void), void (*__child)(void));
#endif
__END_DECLS
