/* unistd.h: descriptors, files, processes and the system's limits. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <stdint.h>

#define _POSIX_VERSION               200809L
#define _POSIX2_VERSION              200809L
#define _XOPEN_VERSION               700
#define _XOPEN_UNIX                  1
#define _XOPEN_CRYPT                 1
#define _XOPEN_ENH_I18N              1
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
#define _POSIX_V7_ILP32_OFF32        (-1)
#define _POSIX_V7_ILP32_OFFBIG       (-1)
#define _POSIX_V7_LP64_OFF64         1
#define _POSIX_V7_LPBIG_OFFBIG       (-1)
#define _POSIX_V6_ILP32_OFF32        (-1)
#define _POSIX_V6_ILP32_OFFBIG       (-1)
#define _POSIX_V6_LP64_OFF64         1
#define _POSIX_V6_LPBIG_OFFBIG       (-1)
#define _POSIX2_C_BIND               200809L

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

#ifndef SEEK_SET
#define SEEK_SET  0
#define SEEK_CUR  1
#define SEEK_END  2
#define SEEK_DATA 3
#define SEEK_HOLE 4
#endif

#define F_ULOCK 0
#define F_LOCK  1
#define F_TLOCK 2
#define F_TEST  3

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
#define _CS_POSIX_V6_WIDTH_RESTRICTED_ENVS 1153

__BEGIN_DECLS
extern char **environ;

ssize_t read(int fd, void *buf, size_t n);
ssize_t write(int fd, const void *buf, size_t n);
ssize_t pread(int fd, void *buf, size_t n, off_t offset);
ssize_t pwrite(int fd, const void *buf, size_t n, off_t offset);
off_t lseek(int fd, off_t offset, int whence);
int close(int fd);
int dup(int fd);
int dup2(int fd, int to);
int dup3(int fd, int to, int flags);
int pipe(int fds[2]);
int pipe2(int fds[2], int flags);
int fsync(int fd);
int fdatasync(int fd);
void sync(void);
int syncfs(int fd);
int ftruncate(int fd, off_t size);
int truncate(const char *path, off_t size);
int lockf(int fd, int command, off_t size);
int isatty(int fd);
char *ttyname(int fd);
int ttyname_r(int fd, char *buf, size_t n);
char *ctermid(char *s);

int access(const char *path, int mode);
int faccessat(int dir, const char *path, int mode, int flags);
int eaccess(const char *path, int mode);
int euidaccess(const char *path, int mode);
int unlink(const char *path);
int unlinkat(int dir, const char *path, int flags);
int rmdir(const char *path);
int link(const char *from, const char *to);
int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags);
int symlink(const char *target, const char *path);
int symlinkat(const char *target, int dir, const char *path);
ssize_t readlink(const char *__restrict path, char *__restrict buf, size_t n);
ssize_t readlinkat(int dir, const char *__restrict path, char *__restrict buf, size_t n);
int chown(const char *path, uid_t uid, gid_t gid);
int fchown(int fd, uid_t uid, gid_t gid);
int lchown(const char *path, uid_t uid, gid_t gid);
int fchownat(int dir, const char *path, uid_t uid, gid_t gid, int flags);
int chdir(const char *path);
int fchdir(int fd);
int chroot(const char *path);
char *getcwd(char *buf, size_t n);
char *get_current_dir_name(void);
long pathconf(const char *path, int name);
long fpathconf(int fd, int name);
long sysconf(int name);
size_t confstr(int name, char *buf, size_t n);

pid_t fork(void);
pid_t vfork(void);
pid_t _Fork(void);
__noreturn_fn void _exit(int status);
int execve(const char *path, char *const argv[], char *const envp[]);
int fexecve(int fd, char *const argv[], char *const envp[]);
int execv(const char *path, char *const argv[]);
int execvp(const char *file, char *const argv[]);
int execvpe(const char *file, char *const argv[], char *const envp[]);
int execl(const char *path, const char *arg, ...);
int execle(const char *path, const char *arg, ...);
int execlp(const char *file, const char *arg, ...);
int nice(int change);
unsigned alarm(unsigned seconds);
useconds_t ualarm(useconds_t value, useconds_t interval);
int pause(void);
unsigned sleep(unsigned seconds);
int usleep(useconds_t microseconds);

pid_t getpid(void);
pid_t getppid(void);
pid_t getpgrp(void);
pid_t getpgid(pid_t pid);
pid_t getsid(pid_t pid);
pid_t setsid(void);
int setpgid(pid_t pid, pid_t group);
int setpgrp(void);
pid_t gettid(void);
pid_t tcgetpgrp(int fd);
int tcsetpgrp(int fd, pid_t group);
uid_t getuid(void);
uid_t geteuid(void);
gid_t getgid(void);
gid_t getegid(void);
int setuid(uid_t uid);
int seteuid(uid_t uid);
int setgid(gid_t gid);
int setegid(gid_t gid);
int setreuid(uid_t real, uid_t effective);
int setregid(gid_t real, gid_t effective);
int setresuid(uid_t real, uid_t effective, uid_t saved);
int setresgid(gid_t real, gid_t effective, gid_t saved);
int getresuid(uid_t *real, uid_t *effective, uid_t *saved);
int getresgid(gid_t *real, gid_t *effective, gid_t *saved);
int getgroups(int count, gid_t list[]);

char *getlogin(void);
int getlogin_r(char *buf, size_t n);
int gethostname(char *buf, size_t n);
int sethostname(const char *name, size_t n);
long gethostid(void);
char *crypt(const char *phrase, const char *salt);
void encrypt(char block[64], int edflag);
int getdomainname(char *buf, size_t n);
int getpagesize(void);
int getdtablesize(void);
int getentropy(void *buf, size_t n);
char *getpass(const char *prompt);
void swab(const void *__restrict src, void *__restrict dst, ssize_t n);
extern char *optarg;
extern int optind, opterr, optopt;
int getopt(int argc, char *const argv[], const char *opts);

int daemon(int keep_directory, int keep_descriptors);
ssize_t copy_file_range(int in, off_t *in_offset, int out, off_t *out_offset, size_t n,
                        unsigned flags);
int close_range(unsigned first, unsigned last, int flags);
void closefrom(int first);
#define POSIX_CLOSE_RESTART 0
int posix_close(int fd, int flags);
int issetugid(void);
int group_member(gid_t gid);
char *getusershell(void);
void setusershell(void);
void endusershell(void);
#define CLOSE_RANGE_UNSHARE 2
#define CLOSE_RANGE_CLOEXEC 4
__END_DECLS
