/* rlimits.c: are limits held, and do they go along to forks and to the next program? */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "posix_test.h"

static const char *self;
static volatile sig_atomic_t got;

static void note(int sig)
{
    got = sig;
}

static int set(int resource, rlim_t soft, rlim_t hard)
{
    struct rlimit limit = {.rlim_cur = soft, .rlim_max = hard};
    return setrlimit(resource, &limit);
}

static int is(int resource, rlim_t soft, rlim_t hard)
{
    struct rlimit limit;
    return getrlimit(resource, &limit) == 0 && limit.rlim_cur == soft && limit.rlim_max == hard;
}

/* How does a child end that does this? */
static int status_of(void (*child)(void))
{
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        posix_failures = 0;
        child();
        fflush(stdout);
        _exit(posix_failures != 0);
    }
    CHECK_IS(waitpid(pid, &status, 0), pid);
    return status;
}

#define IN_CHILD(child) CHECK_IS(status_of(child), 0)

/* ---- values ---- */

static void values(void)
{
    struct rlimit limit;
    CHECK_ERROR(getrlimit(1000, &limit), EINVAL);
    CHECK_ERROR(setrlimit(-1, &limit), EINVAL);
    CHECK_ERROR(set(RLIMIT_FSIZE, 2, 1), EINVAL);
    CHECK_IS(getrlimit(RLIMIT_CORE, &limit), 0);
    CHECK_IS(set(RLIMIT_CORE, 0, limit.rlim_max), 0);
    CHECK_IS(set(RLIMIT_FSIZE, 5000, 10000), 0);
    CHECK(is(RLIMIT_FSIZE, 5000, 10000));
    CHECK_IS(set(RLIMIT_FSIZE, 10000, 10000), 0); /* everybody up to the hard one */
    if (getuid() == 0) {
        CHECK(set(RLIMIT_FSIZE, 10000, 20000) == 0 ||
              errno == EPERM); /* root in a Linux container */
        CHECK_IS(setuid(1), 0);
    }
    CHECK_ERROR(set(RLIMIT_FSIZE, 5, 30000), EPERM);
    CHECK_IS(set(RLIMIT_FSIZE, 100, 200), 0);
    CHECK_ERROR(set(RLIMIT_FSIZE, 100, 201), EPERM);
    CHECK(is(RLIMIT_FSIZE, 100, 200));
}

/* ---- RLIMIT_FSIZE ---- */

static void file_size(void)
{
    char name[] = "/tmp/rlimitsXXXXXX", bytes[3000] = "x";
    int fd = mkstemp(name), pipes[2];
    CHECK(fd >= 0 && pipe(pipes) == 0);
    CHECK(signal(SIGXFSZ, note) != SIG_ERR);
    CHECK_IS(set(RLIMIT_FSIZE, 4096, RLIM_INFINITY), 0);
    CHECK_IS(write(fd, bytes, sizeof bytes), (long)sizeof bytes);
    CHECK_IS(write(fd, bytes, sizeof bytes), 4096 - (long)sizeof bytes); /* what fits */
    CHECK_IS(got, 0);
    CHECK_ERROR(write(fd, bytes, 1), EFBIG);
    CHECK_IS(got, SIGXFSZ);
    got = 0;
    CHECK_IS(write(fd, bytes, 0), 0);
    CHECK_IS(got, 0);
    CHECK_IS(pwrite(fd, bytes, 10, 4090), 6);
    CHECK_ERROR(pwrite(fd, bytes, 10, 5000), EFBIG);
    CHECK_IS(got, SIGXFSZ);
    got = 0;
    CHECK_ERROR(ftruncate(fd, 4097), EFBIG);
    CHECK_IS(got, SIGXFSZ);
    got = 0;
    CHECK_ERROR(truncate(name, 5000), EFBIG);
    CHECK_IS(got, SIGXFSZ);
    CHECK_IS(posix_fallocate(fd, 0, 5000), EFBIG);
    got = 0;
    CHECK_IS(ftruncate(fd, 10), 0);
    CHECK_IS(fcntl(fd, F_SETFL, O_APPEND), 0);
    CHECK_IS(lseek(fd, 4096, SEEK_SET), 4096);
    CHECK_IS(write(fd, bytes, 5), 5); /* at the end, wherever the offset is */
    CHECK_IS(write(pipes[1], bytes, sizeof bytes), (long)sizeof bytes); /* no file */
    CHECK_IS(got, 0);
    CHECK_IS(lseek(fd, 0, SEEK_END), 15);
    unlink(name);
}

static void file_size_kills(void)
{
    int fd = open("/dev/null", O_WRONLY);
    char name[] = "/tmp/rlimitsXXXXXX";
    CHECK_IS(set(RLIMIT_CORE, 0, 0), 0);
    CHECK_IS(set(RLIMIT_FSIZE, 0, 0), 0);
    CHECK_IS(write(fd, "x", 1), 1);
    fd = mkstemp(name);
    unlink(name);
    (void)write(fd, "x", 1);
}

/* ---- memory ---- */

static void *volatile made; /* so that the compiler does not leave malloc out */

static void address_space(void)
{
    const size_t most = 256ul << 20;
    CHECK_IS(set(RLIMIT_AS, most, RLIM_INFINITY), 0);
    CHECK(mmap(NULL, most, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED &&
          errno == ENOMEM);
    CHECK((made = malloc(most)) == NULL);
    char *p = mmap(NULL, most / 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(p != MAP_FAILED);
    CHECK(mmap(NULL, most / 2, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    CHECK_IS(munmap(p, most / 2), 0);
    p = mmap(NULL, most / 2, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(p != MAP_FAILED);
    CHECK_IS(munmap(p, most / 2), 0);
    size_t total = 0;
    for (; total < 2 * most && (made = malloc(1 << 20)) != NULL; total += 1 << 20)
        continue;
    CHECK(total > most / 4 && total < most);
}

static void data(void)
{
    CHECK_IS(set(RLIMIT_DATA, 64 << 20, RLIM_INFINITY), 0);
    CHECK(mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
          MAP_FAILED);
    CHECK(errno == ENOMEM);
    CHECK(mmap(NULL, 64 << 20, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
}

/* ---- RLIMIT_NOFILE, RLIMIT_NPROC ---- */

static void files(void)
{
    int fd = dup(0), top = fd < 0 ? 3 : fd;
    close(fd);
    CHECK_IS(set(RLIMIT_NOFILE, (rlim_t)top + 2, (rlim_t)top + 2), 0);
    CHECK_IS(open("/dev/null", O_RDONLY), top);
    CHECK_IS(open("/dev/null", O_RDONLY), top + 1);
    CHECK_ERROR(open("/dev/null", O_RDONLY), EMFILE);
    CHECK_ERROR(dup2(top, top + 2), EBADF);
    CHECK_IS(sysconf(_SC_OPEN_MAX), top + 2);
}

static void processes(void)
{
    int children = 0;
    CHECK_IS(set(RLIMIT_NPROC, 3, 3), 0);
    if (getuid() != 0 || setuid(23917) != 0) /* somebody of whom there are no others */
        return;
    for (pid_t pid; children < 10 && (pid = fork()) >= 0; children++)
        if (pid == 0) {
            pause();
            _exit(0);
        }
    CHECK_IS(children, 2);
    CHECK_IS(errno, EAGAIN);
    signal(SIGTERM, SIG_IGN);
    kill(0, SIGTERM);
}

static void processes_in_a_group(void)
{
    setpgid(0, 0);
    processes();
}

/* ---- RLIMIT_CPU ---- */

static void burn(void)
{
    struct timespec now;
    do
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    while (now.tv_sec < 20);
}

static void cpu_warned(void)
{
    CHECK(signal(SIGXCPU, note) != SIG_ERR);
    CHECK_IS(set(RLIMIT_CPU, 1, 10), 0);
    while (!got)
        continue;
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    long ms = now.tv_sec * 1000 + now.tv_nsec / 1000000;
    /* Linux counts by sampling, which is rough on a busy machine. */
    CHECK(got == SIGXCPU && ms >= 500 && ms < 5000);
}

static void cpu_hard(void)
{
    CHECK(signal(SIGXCPU, SIG_IGN) != SIG_ERR);
    CHECK_IS(set(RLIMIT_CPU, 1, 1), 0);
    burn();
}

/* ---- over exec ---- */

static void next_program(void)
{
    CHECK_IS(set(RLIMIT_FSIZE, 1234, 4321), 0);
    CHECK_IS(set(RLIMIT_NOFILE, 20, 30), 0);
    CHECK_IS(set(RLIMIT_STACK, 16 << 20, RLIM_INFINITY), 0);
    CHECK_IS(set(RLIMIT_CPU, 1, 9), 0);
    if (fork() == 0) { /* to forks as well */
        execl(self, self, "limited", (char *)NULL);
        _exit(99);
    }
    int status = -1;
    CHECK(wait(&status) > 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU);
}

static int deep(int depth)
{
    volatile char room[16384];
    room[0] = (char)depth;
    return depth == 0 ? 0 : deep(depth - 1) + (room[0] == (char)depth ? 0 : 1);
}

static int limited(void)
{
    int fd = dup(0);
    close(fd);
    int good = is(RLIMIT_FSIZE, 1234, 4321) && is(RLIMIT_NOFILE, 20, 30) && is(RLIMIT_CPU, 1, 9);
    for (; fd >= 0; fd = dup(0))
        good = good && fd < 20;
    good = good && errno == EMFILE && deep(800) == 0; /* 13 MiB of stack */
    if (!good)
        return 1;
    burn();
    return 2;
}

/* ---- usage ---- */

static void usage(void)
{
    struct rusage use;
    CHECK_IS(getrusage(RUSAGE_SELF, &use), 0);
    CHECK(use.ru_maxrss > 0);
    long before = use.ru_maxrss;
    made = malloc(8 << 20);
    memset(made, 1, 8 << 20);
    CHECK_IS(getrusage(RUSAGE_SELF, &use), 0);
    CHECK(use.ru_maxrss >= before + (7 << 10)); /* in KiB */
    CHECK_ERROR(getrusage(1000, &use), EINVAL);
    free(made);
}

int main(int argc, char **argv)
{
    self = argv[0];
    if (argc > 1)
        return limited();
    IN_CHILD(values);
    IN_CHILD(file_size);
    int status = status_of(file_size_kills);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ);
    IN_CHILD(address_space);
    IN_CHILD(data);
    IN_CHILD(files);
    CHECK_IS(status_of(processes_in_a_group), 0);
    IN_CHILD(cpu_warned);
    status = status_of(cpu_hard);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    IN_CHILD(next_program);
    IN_CHILD(usage);
    return posix_end();
}
