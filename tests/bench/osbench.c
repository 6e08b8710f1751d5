/* osbench.c - POSIX-only OS micro-benchmark (single file, one process image).
 *
 * build (Linux):  musl-gcc -static -O2 -o osbench osbench.c -lpthread
 *                 (any POSIX libc: cc -O2 -o osbench osbench.c -lpthread)
 * run:            cd <writable dir> && ./osbench [-n] [-m MULT%] [-r REPEATS] [-o name[,name..]]
 *   -n      also run socketpair(AF_UNIX) and loopback TCP rows (default off)
 *   -m N    scale all iteration counts by N percent (default 100)
 *   -r N    repeats per row, the median is printed (default 5)
 *   -o L    run only rows whose name starts with an element of the comma list L
 *   -l      list rows
 *   -S      run only the ~10 rows used as the project's short anchor list
 * output:   name<TAB>iterations<TAB>ns_per_op   (median of repeats), '#' = comment
 *           a row which cannot run prints  name<TAB>0<TAB>-1<TAB># reason
 *
 * Clock: clock_gettime(CLOCK_MONOTONIC).  Under `qemu -icount shift=0` guest
 * virtual time advances 1 ns per guest instruction, so ns_per_op = instructions;
 * row `calib_2insn` is a loop of exactly 2 instructions per iteration on x86_64
 * (dec/jnz): it must read 2.000 there.
 * Re-executes itself as `argv[0] child` for the exec rows (needs argv[0] usable
 * from cwd, or set OSBENCH_SELF=/abs/path).
 */
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE 1 /* MAP_ANONYMOUS on some libcs */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAXREP 31
static const char *self;
static int mult = 100, repeats = 5, net;
static const char *only;
static char errbuf[128];
static char *big; /* 64 KiB buffer */
#define BIGSZ 65536

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}
static int fail(const char *w)
{
    snprintf(errbuf, sizeof errbuf, "%s: %s", w, strerror(errno));
    return -1;
}
static int cmpd(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Every bench does n operations and stores the elapsed ns; returns 0, or -1 with errbuf. */
typedef int bench_fn(long n, double *ns);

static int b_calib(long n, double *ns)
{
    double t0 = now();
#if defined(__x86_64__)
    long c = n;
    __asm__ volatile("1: dec %0\n jnz 1b" : "+r"(c) : : "cc");
#else
    for (volatile long c = n; c; c--)
        ;
#endif
    *ns = now() - t0;
    return 0;
}
static int b_clock(long n, double *ns)
{
    struct timespec t;
    double t0 = now();
    for (long i = 0; i < n; i++)
        clock_gettime(CLOCK_MONOTONIC, &t);
    *ns = now() - t0;
    return 0;
}
static int b_getppid(long n, double *ns)
{
    double t0 = now();
    for (long i = 0; i < n; i++)
        (void)getppid();
    *ns = now() - t0;
    return 0;
}
static int b_yield(long n, double *ns)
{
    double t0 = now();
    for (long i = 0; i < n; i++)
        sched_yield();
    *ns = now() - t0;
    return 0;
}
static volatile sig_atomic_t got;
static void onsig(int s)
{
    (void)s;
    got++;
}
static int b_signal(long n, double *ns)
{
    struct sigaction sa, old;
    memset(&sa, 0, sizeof sa);
    sa.sa_handler = onsig;
    sigemptyset(&sa.sa_mask);
    if (sigaction(SIGUSR1, &sa, &old))
        return fail("sigaction");
    got = 0;
    pid_t me = getpid();
    double t0 = now();
    for (long i = 0; i < n; i++)
        kill(me, SIGUSR1);
    *ns = now() - t0;
    sigaction(SIGUSR1, &old, NULL);
    if (got != n) {
        snprintf(errbuf, sizeof errbuf, "got %ld of %ld signals", (long)got, n);
        return -1;
    }
    return 0;
}

/* ---- files ---- */
static int mkfile(const char *p, long bytes)
{
    int fd = open(p, O_CREAT | O_TRUNC | O_WRONLY, 0644);
    if (fd < 0)
        return fail(p);
    while (bytes > 0) {
        ssize_t k = write(fd, big, bytes < BIGSZ ? (size_t)bytes : BIGSZ);
        if (k <= 0) {
            close(fd);
            return fail("write");
        }
        bytes -= k;
    }
    close(fd);
    return 0;
}
static int b_stat(long n, double *ns)
{
    struct stat st;
    if (mkfile("osb.tmp", 4096))
        return -1;
    double t0 = now();
    for (long i = 0; i < n; i++)
        if (stat("osb.tmp", &st))
            return fail("stat");
    *ns = now() - t0;
    unlink("osb.tmp");
    return 0;
}
static int b_openclose(long n, double *ns)
{
    if (mkfile("osb.tmp", 4096))
        return -1;
    double t0 = now();
    for (long i = 0; i < n; i++) {
        int fd = open("osb.tmp", O_RDONLY);
        if (fd < 0)
            return fail("open");
        close(fd);
    }
    *ns = now() - t0;
    unlink("osb.tmp");
    return 0;
}
static int rw(long n, double *ns, int wr, size_t sz)
{
    if (mkfile("osb.tmp", 65536))
        return -1;
    int fd = open("osb.tmp", O_RDWR);
    if (fd < 0)
        return fail("open");
    double t0 = now();
    for (long i = 0; i < n; i++) {
        ssize_t k = wr ? pwrite(fd, big, sz, 0) : pread(fd, big, sz, 0);
        if (k != (ssize_t)sz) {
            close(fd);
            return fail("rw");
        }
    }
    *ns = now() - t0;
    close(fd);
    unlink("osb.tmp");
    return 0;
}
static int b_read1(long n, double *ns)
{
    return rw(n, ns, 0, 1);
}
static int b_write1(long n, double *ns)
{
    return rw(n, ns, 1, 1);
}
static int b_read4k(long n, double *ns)
{
    return rw(n, ns, 0, 4096);
}
static int b_write4k(long n, double *ns)
{
    return rw(n, ns, 1, 4096);
}

/* 8 MiB sequential; one op = one 64 KiB chunk; n = chunks (128 = 8 MiB) */
static int b_seqwrite(long n, double *ns)
{
    double t0 = now();
    int fd = open("osb.seq", O_CREAT | O_TRUNC | O_WRONLY, 0644);
    if (fd < 0)
        return fail("open");
    for (long i = 0; i < n; i++)
        if (write(fd, big, BIGSZ) != BIGSZ) {
            close(fd);
            unlink("osb.seq");
            return fail("write");
        }
    close(fd);
    *ns = now() - t0;
    unlink("osb.seq");
    return 0;
}
static int b_seqread(long n, double *ns)
{
    if (mkfile("osb.seq", n * (long)BIGSZ)) {
        unlink("osb.seq");
        return -1;
    }
    double t0 = now();
    int fd = open("osb.seq", O_RDONLY);
    if (fd < 0)
        return fail("open");
    for (long i = 0; i < n; i++)
        if (read(fd, big, BIGSZ) != BIGSZ) {
            close(fd);
            return fail("read");
        }
    close(fd);
    *ns = now() - t0;
    unlink("osb.seq");
    return 0;
}
/* n small files: create+write 100 B+close | open+read+close | readdir | unlink */
static double d_create, d_open, d_list, d_unlink;
static int smallfiles(long n)
{
    char p[64], buf[128];
    if (mkdir("osb.d", 0755) && errno != EEXIST)
        return fail("mkdir");
    double t0 = now();
    for (long i = 0; i < n; i++) {
        snprintf(p, sizeof p, "osb.d/f%05ld", i);
        int fd = open(p, O_CREAT | O_EXCL | O_WRONLY, 0644);
        if (fd < 0)
            return fail("create");
        if (write(fd, big, 100) != 100) {
            close(fd);
            return fail("write");
        }
        close(fd);
    }
    double t1 = now();
    for (long i = 0; i < n; i++) {
        snprintf(p, sizeof p, "osb.d/f%05ld", i);
        int fd = open(p, O_RDONLY);
        if (fd < 0)
            return fail("open");
        if (read(fd, buf, sizeof buf) != 100) {
            close(fd);
            return fail("read");
        }
        close(fd);
    }
    double t2 = now();
    long seen = 0;
    DIR *d = opendir("osb.d");
    if (!d)
        return fail("opendir");
    for (struct dirent *e; (e = readdir(d));)
        seen += e->d_name[0] == 'f';
    closedir(d);
    double t3 = now();
    for (long i = 0; i < n; i++) {
        snprintf(p, sizeof p, "osb.d/f%05ld", i);
        if (unlink(p))
            return fail("unlink");
    }
    double t4 = now();
    rmdir("osb.d");
    if (seen != n) {
        snprintf(errbuf, sizeof errbuf, "listed %ld of %ld", seen, n);
        return -1;
    }
    d_create = t1 - t0;
    d_open = t2 - t1;
    d_list = t3 - t2;
    d_unlink = t4 - t3;
    return 0;
}
static int b_create(long n, double *ns)
{
    int r = smallfiles(n);
    *ns = d_create;
    return r;
}
static int b_oread(long n, double *ns)
{
    int r = smallfiles(n);
    *ns = d_open;
    return r;
}
static int b_list(long n, double *ns)
{
    int r = smallfiles(n);
    *ns = d_list;
    return r;
}
static int b_unlink(long n, double *ns)
{
    int r = smallfiles(n);
    *ns = d_unlink;
    return r;
}

/* ---- memory ---- */
static int b_mmap(long n, double *ns)
{
    double t0 = now();
    for (long i = 0; i < n; i++) {
        void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED)
            return fail("mmap");
        if (munmap(p, 4096))
            return fail("munmap");
    }
    *ns = now() - t0;
    return 0;
}
/* one op = one first-touch page fault (anonymous), incl. amortised map/unmap of 1 MiB */
static int b_fault(long n, double *ns)
{
    double t0 = now();
    for (long i = 0; i < n;) {
        char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED)
            return fail("mmap");
        for (int j = 0; j < 256 && i < n; j++, i++)
            ((volatile char *)p)[j * 4096] = 1;
        munmap(p, 1 << 20);
    }
    *ns = now() - t0;
    return 0;
}

/* ---- processes ---- */
static int b_fork(long n, double *ns)
{
    double t0 = now();
    for (long i = 0; i < n; i++) {
        int st;
        pid_t p = fork();
        if (p < 0)
            return fail("fork");
        if (!p)
            _exit(0);
        if (waitpid(p, &st, 0) != p || st)
            return fail("waitpid");
    }
    *ns = now() - t0;
    return 0;
}
static int b_forkexec(long n, double *ns)
{
    char *av[] = {(char *)self, (char *)"child", NULL}, *ev[] = {NULL};
    double t0 = now();
    for (long i = 0; i < n; i++) {
        int st;
        pid_t p = fork();
        if (p < 0)
            return fail("fork");
        if (!p) {
            execve(self, av, ev);
            _exit(127);
        }
        if (waitpid(p, &st, 0) != p)
            return fail("waitpid");
        if (st) {
            snprintf(errbuf, sizeof errbuf, "child status %x (exec %s)", st, self);
            return -1;
        }
    }
    *ns = now() - t0;
    return 0;
}
/* one op = one round trip of 1 byte between two processes over two fd pairs */
static int pingpong(long n, double *ns, int a[2], int b[2])
{
    /* parent writes a[1] -> child reads a[0]; child writes b[1] -> parent reads b[0] */
    char c = 'x';
    int st;
    pid_t p = fork();
    if (p < 0)
        return fail("fork");
    if (!p) {
        for (long i = 0; i <= n; i++)
            if (read(a[0], &c, 1) != 1 || write(b[1], &c, 1) != 1)
                _exit(1);
        _exit(0);
    }
    if (write(a[1], &c, 1) != 1 || read(b[0], &c, 1) != 1)
        return fail("warm");
    double t0 = now();
    for (long i = 0; i < n; i++)
        if (write(a[1], &c, 1) != 1 || read(b[0], &c, 1) != 1)
            return fail("pingpong");
    *ns = now() - t0;
    if (waitpid(p, &st, 0) != p || st)
        return fail("waitpid");
    return 0;
}
static int b_pipeself(long n, double *ns)
{
    int a[2];
    char c = 'x';
    if (pipe(a))
        return fail("pipe");
    double t0 = now();
    for (long i = 0; i < n; i++)
        if (write(a[1], &c, 1) != 1 || read(a[0], &c, 1) != 1)
            return fail("pipe io");
    *ns = now() - t0;
    close(a[0]);
    close(a[1]);
    return 0;
}
static int b_pipe(long n, double *ns)
{
    int a[2], b[2];
    if (pipe(a) || pipe(b))
        return fail("pipe");
    int r = pingpong(n, ns, a, b);
    close(a[0]);
    close(a[1]);
    close(b[0]);
    close(b[1]);
    return r;
}
/* one op = 4 KiB moved parent -> child through a pipe */
static int b_pipebw(long n, double *ns)
{
    int a[2], b[2], st;
    char c;
    if (pipe(a) || pipe(b))
        return fail("pipe");
    pid_t p = fork();
    if (p < 0)
        return fail("fork");
    if (!p) {
        long left = n * 4096;
        while (left > 0) {
            ssize_t k = read(a[0], big, 4096);
            if (k <= 0)
                _exit(1);
            left -= k;
        }
        if (write(b[1], "k", 1) != 1)
            _exit(1);
        _exit(0);
    }
    double t0 = now();
    for (long i = 0; i < n; i++) {
        long left = 4096;
        while (left > 0) {
            ssize_t k = write(a[1], big, (size_t)left);
            if (k <= 0)
                return fail("write");
            left -= k;
        }
    }
    if (read(b[0], &c, 1) != 1)
        return fail("ack");
    *ns = now() - t0;
    close(a[0]);
    close(a[1]);
    close(b[0]);
    close(b[1]);
    if (waitpid(p, &st, 0) != p || st)
        return fail("waitpid");
    return 0;
}

/* ---- threads ---- */
static void *nop(void *a)
{
    return a;
}
static int b_thread(long n, double *ns)
{
    double t0 = now();
    for (long i = 0; i < n; i++) {
        pthread_t t;
        int e = pthread_create(&t, NULL, nop, NULL);
        if (e) {
            errno = e;
            return fail("pthread_create");
        }
        pthread_join(t, NULL);
    }
    *ns = now() - t0;
    return 0;
}
static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cv = PTHREAD_COND_INITIALIZER;
static int turn;
static long cnt;
static int b_mutex(long n, double *ns)
{
    double t0 = now();
    for (long i = 0; i < n; i++) {
        pthread_mutex_lock(&mu);
        pthread_mutex_unlock(&mu);
    }
    *ns = now() - t0;
    return 0;
}
static void *mtx_peer(void *a)
{
    long n = *(long *)a;
    for (long i = 0; i < n; i++) {
        pthread_mutex_lock(&mu);
        cnt++;
        pthread_mutex_unlock(&mu);
    }
    return NULL;
}
/* two threads x n lock/unlock of one mutex; one op = one lock/unlock pair */
static int b_mutex2(long n, double *ns)
{
    long h = n / 2;
    pthread_t t;
    cnt = 0;
    double t0 = now();
    if (pthread_create(&t, NULL, mtx_peer, &h))
        return fail("pthread_create");
    mtx_peer(&h);
    pthread_join(t, NULL);
    *ns = now() - t0;
    if (cnt != 2 * h) {
        snprintf(errbuf, sizeof errbuf, "lost updates %ld", cnt);
        return -1;
    }
    return 0;
}
static void *cv_peer(void *a)
{
    long n = *(long *)a;
    for (long i = 0; i < n; i++) {
        pthread_mutex_lock(&mu);
        while (turn != 1)
            pthread_cond_wait(&cv, &mu);
        turn = 0;
        pthread_cond_signal(&cv);
        pthread_mutex_unlock(&mu);
    }
    return NULL;
}
/* one op = one round trip between two threads over mutex+cond */
static int b_cond(long n, double *ns)
{
    pthread_t t;
    turn = 0;
    double t0 = now();
    if (pthread_create(&t, NULL, cv_peer, &n))
        return fail("pthread_create");
    for (long i = 0; i < n; i++) {
        pthread_mutex_lock(&mu);
        turn = 1;
        pthread_cond_signal(&cv);
        while (turn != 0)
            pthread_cond_wait(&cv, &mu);
        pthread_mutex_unlock(&mu);
    }
    *ns = now() - t0;
    pthread_join(t, NULL);
    return 0;
}

/* ---- sockets (flag -n) ---- */
static int b_sockpair(long n, double *ns)
{
    int s[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, s))
        return fail("socketpair");
    int a[2] = {s[1], s[0]}, b[2] = {s[0], s[1]};
    int r = pingpong(n, ns, a, b);
    close(s[0]);
    close(s[1]);
    return r;
}
static int tcp_pair(int *c, int *d)
{
    struct sockaddr_in sa;
    socklen_t sl = sizeof sa;
    int one = 1, l = socket(AF_INET, SOCK_STREAM, 0);
    if (l < 0)
        return fail("socket");
    memset(&sa, 0, sizeof sa);
    sa.sin_family = AF_INET;
    sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(l, (struct sockaddr *)&sa, sizeof sa) || listen(l, 8) ||
        getsockname(l, (struct sockaddr *)&sa, &sl)) {
        close(l);
        return fail("bind");
    }
    *c = socket(AF_INET, SOCK_STREAM, 0);
    if (*c < 0 || connect(*c, (struct sockaddr *)&sa, sizeof sa)) {
        close(l);
        return fail("connect");
    }
    *d = accept(l, NULL, NULL);
    close(l);
    if (*d < 0)
        return fail("accept");
    setsockopt(*c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(*d, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return 0;
}
static int b_tcp(long n, double *ns)
{
    int c, d;
    if (tcp_pair(&c, &d))
        return -1;
    int a[2] = {d, c}, b[2] = {c, d};
    int r = pingpong(n, ns, a, b);
    close(c);
    close(d);
    return r;
}
static int b_tcpconn(long n, double *ns)
{
    double t0 = now();
    for (long i = 0; i < n; i++) {
        int c, d;
        if (tcp_pair(&c, &d))
            return -1;
        close(c);
        close(d);
    }
    *ns = now() - t0;
    return 0;
}

static const struct row {
    const char *name;
    bench_fn *f;
    long n;
    int net, key;
} rows[] = {
    {"calib_2insn", b_calib, 1000000, 0, 1},
    {"clock_gettime", b_clock, 20000, 0, 0},
    {"getppid", b_getppid, 20000, 0, 1},
    {"sched_yield", b_yield, 10000, 0, 0},
    {"signal_self", b_signal, 3000, 0, 1},
    {"stat", b_stat, 3000, 0, 0},
    {"open_close", b_openclose, 3000, 0, 1},
    {"pread_1B", b_read1, 5000, 0, 0},
    {"pwrite_1B", b_write1, 5000, 0, 0},
    {"pread_4K", b_read4k, 3000, 0, 0},
    {"pwrite_4K", b_write4k, 3000, 0, 0},
    {"seq_write_8M_per64K", b_seqwrite, 128, 0, 1},
    {"seq_read_8M_per64K", b_seqread, 128, 0, 1},
    {"file_create_100B", b_create, 1000, 0, 1},
    {"file_open_read_close", b_oread, 1000, 0, 0},
    {"dirlist_per_entry", b_list, 1000, 0, 0},
    {"file_unlink", b_unlink, 1000, 0, 0},
    {"mmap_munmap_4K", b_mmap, 2000, 0, 0},
    {"page_fault_anon", b_fault, 4096, 0, 1},
    {"fork_exit_wait", b_fork, 60, 0, 1},
    {"fork_exec_wait", b_forkexec, 40, 0, 1},
    {"pipe_self_1B", b_pipeself, 3000, 0, 0},
    {"pipe_rtt_2proc", b_pipe, 2000, 0, 1},
    {"pipe_bw_per4K", b_pipebw, 2000, 0, 0},
    {"thread_create_join", b_thread, 200, 0, 1},
    {"mutex_uncontended", b_mutex, 50000, 0, 0},
    {"mutex_2threads", b_mutex2, 20000, 0, 0},
    {"cond_rtt_2thr", b_cond, 1000, 0, 0},
    {"sockpair_rtt_2proc", b_sockpair, 2000, 1, 0},
    {"tcp_lo_rtt_2proc", b_tcp, 1000, 1, 0},
    {"tcp_lo_connect_close", b_tcpconn, 100, 1, 0},
};

static int selected(const char *name)
{
    if (!only)
        return 1;
    for (const char *p = only; *p;) {
        size_t k = strcspn(p, ",");
        if (k && !strncmp(name, p, k))
            return 1;
        p += k + (p[k] == ',');
    }
    return 0;
}

int main(int argc, char **argv)
{
    int keyonly = 0, bad = 0;
    if (argc > 1 && !strcmp(argv[1], "child"))
        _exit(0);
    self = getenv("OSBENCH_SELF");
    if (!self)
        self = argv[0];
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "-n"))
            net = 1;
        else if (!strcmp(argv[i], "-S"))
            keyonly = 1;
        else if (!strcmp(argv[i], "-m") && i + 1 < argc)
            mult = atoi(argv[++i]);
        else if (!strcmp(argv[i], "-r") && i + 1 < argc)
            repeats = atoi(argv[++i]);
        else if (!strcmp(argv[i], "-o") && i + 1 < argc)
            only = argv[++i];
        else if (!strcmp(argv[i], "-l")) {
            for (size_t j = 0; j < sizeof rows / sizeof *rows; j++)
                puts(rows[j].name);
            return 0;
        } else {
            fprintf(stderr, "usage: %s [-n] [-S] [-l] [-m pct] [-r reps] [-o list]\n", argv[0]);
            return 2;
        }
    }
    if (repeats < 1)
        repeats = 1;
    if (repeats > MAXREP)
        repeats = MAXREP;
    big = malloc(BIGSZ);
    if (!big)
        return 1;
    memset(big, 0x5a, BIGSZ);
    setvbuf(stdout, NULL, _IOLBF, 0);
    double begin = now();
    for (size_t j = 0; j < sizeof rows / sizeof *rows; j++) {
        const struct row *r = &rows[j];
        double v[MAXREP];
        long n = r->n * mult / 100;
        int k;
        if ((r->net && !net && !only) || (keyonly && !r->key) || !selected(r->name))
            continue;
        if (n < 4)
            n = 4;
        fflush(stdout);
        for (k = 0; k < repeats; k++) {
            double ns = 0;
            if (r->f(n, &ns))
                break;
            v[k] = ns / (double)n;
        }
        if (k < repeats) {
            printf("%s\t0\t-1\t# %s\n", r->name, errbuf);
            bad++;
            continue;
        }
        qsort(v, (size_t)repeats, sizeof *v, cmpd);
        printf("%s\t%ld\t%.3f\n", r->name, n, v[repeats / 2]);
    }
    printf("# total_s\t%.3f\trepeats\t%d\tmult\t%d\tfailed\t%d\n", (now() - begin) / 1e9, repeats,
           mult, bad);
    return bad != 0;
}
