/*
 * osrows.c: what do the operations of a Unix cost? One POSIX program for Dyad (dyad-cc) and for the host (cc).
 *
 * osrows [ROW...]   all rows, or those named, in the current folder: name, TAB, nanoseconds an operation (median of 5 runs).
 *                   A row that fails prints -1 and why, and the exit status is 1.
 * OSROWS_PERCENT=N  N percent of the usual number of operations.
 */
#define _DEFAULT_SOURCE 1
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS        5
#define CHUNK       65536L
#define TOUCH_PAGES 256L

static const char *self;
static char *chunk;
static const char *failed_at;

/* A row does n operations and returns the nanoseconds they took, or -1 with failed_at and errno. */
typedef double row_fn(long n);

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double failed(const char *where)
{
    failed_at = where;
    return -1;
}

/* ---- the kernel's own ---- */

static double row_null_call(long n)
{
    double start = now();
    for (long i = 0; i < n; i++)
        (void)getppid();
    return now() - start;
}

static double row_sched_yield(long n)
{
    double start = now();
    for (long i = 0; i < n; i++)
        sched_yield();
    return now() - start;
}

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    (void)number;
    caught++;
}

static double row_signal_self(long n)
{
    struct sigaction action = {.sa_handler = on_signal}, old;
    if (sigaction(SIGUSR1, &action, &old) != 0)
        return failed("sigaction");
    caught = 0;
    pid_t me = getpid();
    double start = now();
    for (long i = 0; i < n; i++)
        kill(me, SIGUSR1);
    double spent = now() - start;
    sigaction(SIGUSR1, &old, NULL);
    return caught == n ? spent : failed("a signal was not delivered");
}

/* ---- files ---- */

static bool make_file(const char *path, long bytes)
{
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);
    bool good = fd >= 0;
    for (long done = 0; good && done < bytes; done += CHUNK) {
        size_t part = (size_t)(bytes - done < CHUNK ? bytes - done : CHUNK);
        good = write(fd, chunk, part) == (ssize_t)part;
    }
    if (fd >= 0)
        close(fd);
    return good;
}

static double row_stat(long n)
{
    struct stat st;
    if (!make_file("row.tmp", 4096))
        return failed("make_file");
    double start = now();
    for (long i = 0; i < n; i++)
        if (stat("row.tmp", &st) != 0)
            return failed("stat");
    double spent = now() - start;
    unlink("row.tmp");
    return spent;
}

static double row_open_close(long n)
{
    if (!make_file("row.tmp", 4096))
        return failed("make_file");
    double start = now();
    for (long i = 0; i < n; i++) {
        int fd = open("row.tmp", O_RDONLY);
        if (fd < 0)
            return failed("open");
        close(fd);
    }
    double spent = now() - start;
    unlink("row.tmp");
    return spent;
}

static double pread_row(long n, size_t bytes)
{
    if (!make_file("row.tmp", CHUNK))
        return failed("make_file");
    int fd = open("row.tmp", O_RDONLY);
    if (fd < 0)
        return failed("open");
    double start = now();
    for (long i = 0; i < n; i++)
        if (pread(fd, chunk, bytes, 0) != (ssize_t)bytes)
            return failed("pread");
    double spent = now() - start;
    close(fd);
    unlink("row.tmp");
    return spent;
}

static double row_pread_1(long n)
{
    return pread_row(n, 1);
}
static double row_pread_4k(long n)
{
    return pread_row(n, 4096);
}

static double row_write_64k(long n)
{
    double start = now();
    if (!make_file("row.seq", n * CHUNK))
        return failed("write");
    double spent = now() - start;
    unlink("row.seq");
    return spent;
}

static double row_read_64k(long n)
{
    if (!make_file("row.seq", n * CHUNK))
        return failed("make_file");
    double start = now();
    int fd = open("row.seq", O_RDONLY);
    for (long i = 0; i < n; i++)
        if (read(fd, chunk, CHUNK) != CHUNK)
            return failed("read");
    close(fd);
    double spent = now() - start;
    unlink("row.seq");
    return spent;
}

/* n files of 100 bytes in a folder, listed and removed again: three rows. */
struct folder_times {
    double create, list, unlink;
};

static const char *folder_name(long i)
{
    static char name[32];
    snprintf(name, sizeof name, "row.d/f%05ld", i);
    return name;
}

static bool folder_create(long n)
{
    if (mkdir("row.d", 0755) != 0)
        return false;
    for (long i = 0; i < n; i++) {
        int fd = open(folder_name(i), O_CREAT | O_EXCL | O_WRONLY, 0644);
        if (fd < 0 || write(fd, chunk, 100) != 100)
            return false;
        close(fd);
    }
    return true;
}

static long folder_count(void)
{
    long count = 0;
    DIR *dir = opendir("row.d");
    if (dir == NULL)
        return -1;
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count;
}

static bool folder_rows(long n, struct folder_times *times)
{
    double start = now();
    if (!folder_create(n))
        return false;
    double created = now();
    long seen = folder_count();
    double listed = now();
    for (long i = 0; i < n; i++)
        if (unlink(folder_name(i)) != 0)
            return false;
    double removed = now();
    *times = (struct folder_times){created - start, listed - created, removed - listed};
    return rmdir("row.d") == 0 && seen >= n;
}

static double row_create(long n)
{
    struct folder_times times;
    return folder_rows(n, &times) ? times.create : failed("create");
}

static double row_readdir(long n)
{
    struct folder_times times;
    return folder_rows(n, &times) ? times.list : failed("readdir");
}

static double row_unlink(long n)
{
    struct folder_times times;
    return folder_rows(n, &times) ? times.unlink : failed("unlink");
}

/* ---- memory ---- */

static char *map(size_t bytes)
{
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

static double row_mmap_munmap(long n)
{
    double start = now();
    for (long i = 0; i < n; i++) {
        char *at = map(4096);
        if (at == NULL || munmap(at, 4096) != 0)
            return failed("mmap");
    }
    return now() - start;
}

/* With its share of mapping and unmapping 1 MiB. */
static double row_page_fault(long n)
{
    double start = now();
    for (long i = 0; i < n; i += TOUCH_PAGES) {
        volatile char *at = map(TOUCH_PAGES * 4096);
        if (at == NULL)
            return failed("mmap");
        for (long page = 0; page < TOUCH_PAGES; page++)
            at[page * 4096] = 1;
        munmap((void *)at, TOUCH_PAGES * 4096);
    }
    return now() - start;
}

/* ---- processes ---- */

static bool ends_well(pid_t child)
{
    int status;
    return waitpid(child, &status, 0) == child && status == 0;
}

static double row_fork_exit_wait(long n)
{
    double start = now();
    for (long i = 0; i < n; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(0);
        if (child < 0 || !ends_well(child))
            return failed("fork");
    }
    return now() - start;
}

static double row_fork_exec_wait(long n)
{
    char *argv[] = {(char *)self, "child", NULL}, *environment[] = {NULL};
    double start = now();
    for (long i = 0; i < n; i++) {
        pid_t child = fork();
        if (child == 0) {
            execve(self, argv, environment);
            _exit(127);
        }
        if (child < 0 || !ends_well(child))
            return failed("exec");
    }
    return now() - start;
}

static _Noreturn void echo_bytes(int in, int out)
{
    char byte;
    while (read(in, &byte, 1) == 1)
        if (write(out, &byte, 1) != 1)
            _exit(1);
    _exit(0);
}

static bool round_trip(int out, int in)
{
    char byte = 'x';
    return write(out, &byte, 1) == 1 && read(in, &byte, 1) == 1;
}

static double row_pipe_round_trip(long n)
{
    int there[2], back[2];
    if (pipe(there) != 0 || pipe(back) != 0)
        return failed("pipe");
    pid_t child = fork();
    if (child == 0) {
        close(there[1]);
        echo_bytes(there[0], back[1]);
    }
    double start = 0;
    bool good = child > 0 && round_trip(there[1], back[0]);
    start = now();
    for (long i = 0; good && i < n; i++)
        good = round_trip(there[1], back[0]);
    double spent = now() - start;
    close(there[0]), close(there[1]);
    close(back[0]), close(back[1]);
    return good && ends_well(child) ? spent : failed("round trip");
}

/* ---- threads ---- */

static void *return_at_once(void *argument)
{
    return argument;
}

static double row_thread_create_join(long n)
{
    double start = now();
    for (long i = 0; i < n; i++) {
        pthread_t thread;
        errno = pthread_create(&thread, NULL, return_at_once, NULL);
        if (errno != 0)
            return failed("pthread_create");
        pthread_join(thread, NULL);
    }
    return now() - start;
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static int turn;

/* Take n turns: wait until it is ours, give it back. */
static void take_turns(int mine, long n)
{
    pthread_mutex_lock(&mutex);
    for (long i = 0; i < n; i++) {
        while (turn != mine)
            pthread_cond_wait(&turned, &mutex);
        turn = !mine;
        pthread_cond_signal(&turned);
    }
    pthread_mutex_unlock(&mutex);
}

static void *condvar_peer(void *argument)
{
    take_turns(1, *(long *)argument);
    return NULL;
}

static double row_condvar_round_trip(long n)
{
    pthread_t thread;
    turn = 0;
    errno = pthread_create(&thread, NULL, condvar_peer, &n);
    if (errno != 0)
        return failed("pthread_create");
    double start = now();
    take_turns(0, n);
    pthread_join(thread, NULL);
    return now() - start;
}

/* ---- the table ---- */

static const struct row {
    const char *name;
    row_fn *run;
    long n;
} rows[] = {
    {"null_call", row_null_call, 20000},
    {"sched_yield", row_sched_yield, 10000},
    {"signal_self", row_signal_self, 2000},
    {"stat", row_stat, 2000},
    {"open_close", row_open_close, 2000},
    {"pread_1", row_pread_1, 3000},
    {"pread_4k", row_pread_4k, 3000},
    {"write_64k", row_write_64k, 64},
    {"read_64k", row_read_64k, 64},
    {"create_100", row_create, 500},
    {"unlink", row_unlink, 500},
    {"readdir_entry", row_readdir, 500},
    {"mmap_munmap", row_mmap_munmap, 1000},
    {"page_fault", row_page_fault, 2048},
    {"fork_exit_wait", row_fork_exit_wait, 60},
    {"fork_exec_wait", row_fork_exec_wait, 40},
    {"pipe_round_trip", row_pipe_round_trip, 2000},
    {"thread_create_join", row_thread_create_join, 200},
    {"condvar_round_trip", row_condvar_round_trip, 1000},
};

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool measure(const struct row *row, long percent)
{
    double spent[RUNS];
    long n = row->n * percent / 100 > 4 ? row->n * percent / 100 : 4;
    if (row->run == row_page_fault)
        n = (n + TOUCH_PAGES - 1) / TOUCH_PAGES * TOUCH_PAGES;
    for (int run = 0; run < RUNS; run++) {
        spent[run] = row->run(n) / (double)n;
        if (spent[run] < 0) {
            printf("%s\t-1\t%s: %s\n", row->name, failed_at, strerror(errno));
            return false;
        }
    }
    qsort(spent, RUNS, sizeof *spent, compare);
    printf("%s\t%.0f\n", row->name, spent[RUNS / 2]);
    return true;
}

static bool wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return true;
    return argc < 2;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "child") == 0)
        _exit(0);
    const char *percent = getenv("OSROWS_PERCENT");
    self = argv[0];
    chunk = malloc(CHUNK);
    if (chunk == NULL)
        return 1;
    memset(chunk, 'z', CHUNK);
    setvbuf(stdout, NULL, _IOLBF, 0);
    bool good = true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (wanted(rows[i].name, argc, argv))
            good &= measure(&rows[i], percent != NULL ? atol(percent) : 100);
    return good ? 0 : 1;
}
