/* posix_processes.c: fork, exec, wait, pipes and spawn as POSIX says? Runs itself with an argument as the child. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static char *self;
static char folder[64];

/* The child's side: its first argument says what it does. */
static int be_child(int argc, char **argv)
{
    const char *what = argv[1];
    if (strcmp(what, "exit") == 0)
        return atoi(argv[2]);
    if (strcmp(what, "fds") == 0) { /* open descriptors as a bit mask */
        int mask = 0;
        for (int fd = 3; fd < 9; fd++)
            mask |= fcntl(fd, F_GETFD) >= 0 ? 1 << (fd - 3) : 0;
        return mask;
    }
    if (strcmp(what, "cwd") == 0) {
        char buf[256];
        return getcwd(buf, sizeof buf) && strcmp(buf, argv[2]) == 0 && umask(0) == 027 ? 0 : 1;
    }
    if (strcmp(what, "env") == 0)
        return getenv("MARK") && strcmp(getenv("MARK"), argv[2]) == 0 && getenv("PATH") == NULL ? 0
                                                                                                : 1;
    if (strcmp(what, "args") == 0)
        return argc == 5 && strcmp(argv[2], "") == 0 && strcmp(argv[3], "a b") == 0 ? 0 : 1;
    if (strcmp(what, "signals") == 0) {
        struct sigaction action;
        sigset_t mask;
        sigaction(SIGINT, NULL, &action);
        int bad = action.sa_handler != SIG_IGN;
        sigaction(SIGTERM, NULL, &action);
        bad |= action.sa_handler != SIG_DFL;
        sigprocmask(SIG_BLOCK, NULL, &mask);
        return bad || !sigismember(&mask, SIGUSR1);
    }
    if (strcmp(what, "cat") == 0) {
        char buf[4096];
        ssize_t n;
        while ((n = read(0, buf, sizeof buf)) > 0)
            write(1, buf, (size_t)n);
        return 0;
    }
    if (strcmp(what, "script") == 0) /* interpreter's argument, script path, first argument */
        return argc == 4 && strstr(argv[2], "run.sh") && strcmp(argv[3], "x") == 0 ? 9 : 1;
    return 99;
}

static int wait_for(pid_t pid)
{
    int status;
    CHECK_IS(waitpid(pid, &status, 0), pid);
    return status;
}

static int run(char *const argv[], char *const envp[])
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        execve(self, argv, envp);
        _exit(100 + (errno & 15));
    }
    return wait_for(pid);
}

#define CHILD(...) ((char *[]){self, __VA_ARGS__, NULL})

static void test_fork_copies(void)
{
    static int value = 1;
    int ends[2];
    pipe(ends);
    fflush(stdout);
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        value = 2;
        int ok = getppid() == parent && getpid() != parent;
        write(ends[1], &ok, sizeof ok);
        _exit(7);
    }
    int ok = 0;
    CHECK_IS(read(ends[0], &ok, sizeof ok), sizeof ok);
    CHECK_IS(ok, 1);
    int status = wait_for(pid);
    CHECK(WIFEXITED(status));
    CHECK_IS(WEXITSTATUS(status), 7);
    CHECK_IS(value, 1);
    close(ends[0]);
    close(ends[1]);
    CHECK_IS(waitpid(-1, &status, 0), -1);
    CHECK_IS(errno, ECHILD);
}

static void test_exec_passes_things_on(void)
{
    CHECK_IS(run(CHILD("exit", "42"), environ), 42 << 8);
    CHECK_IS(run(CHILD("args", "", "a b", "c"), environ), 0);
    CHECK_IS(run(CHILD("env", "yes"), ((char *[]){"MARK=yes", NULL})), 0);
    mode_t old = umask(027);
    CHECK_IS(run(CHILD("cwd", folder), environ), 0);
    umask(old);
}

static void test_exec_and_descriptors(void)
{
    closefrom(3);
    CHECK_IS(open("/", O_RDONLY | O_DIRECTORY), 3);
    CHECK_IS(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), 4);
    CHECK_IS(dup(4), 5);
    CHECK_IS(fcntl(3, F_DUPFD_CLOEXEC, 7), 7);
    CHECK_IS(run(CHILD("fds"), environ), (1 << 0 | 1 << 2) << 8);
    closefrom(3);
}

static void handler(int sig)
{
    (void)sig;
}

static void test_exec_and_signals(void)
{
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, &old);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, handler);
    CHECK_IS(run(CHILD("signals"), environ), 0);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static void write_file(const char *path, const void *data, size_t n, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(fd >= 0);
    CHECK_IS(write(fd, data, n), (long)n);
    fchmod(fd, mode);
    close(fd);
}

static void expect_exec_error(const char *path, int error)
{
    char *argv[] = {(char *)path, NULL};
    errno = 0;
    CHECK_IS(execve(path, argv, environ), -1);
    CHECK_IS(errno, error);
}

static void test_exec_failures_leave_the_caller_whole(void)
{
    char elf[200] = "\177ELF\2\1\1";
    int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    expect_exec_error("none", ENOENT);
    expect_exec_error("/", EACCES);
    write_file("empty", "", 0, 0755);
    expect_exec_error("empty", ENOEXEC);
    write_file("text", "hello\n", 6, 0755);
    expect_exec_error("text", ENOEXEC);
    write_file("elf", elf, sizeof elf, 0755);
    expect_exec_error("elf", ENOEXEC);
    write_file("noscript", "#!/none/at/all\n", 15, 0755);
    expect_exec_error("noscript", ENOENT);
    write_file("text", "#!/bin/sh\n", 10, 0644);
    expect_exec_error("text", EACCES);
    size_t count = 300000;
    char **argv = calloc(count + 1, sizeof *argv);
    for (size_t i = 0; i < count; i++)
        argv[i] = "x";
    errno = 0;
    CHECK_IS(execve(self, argv, environ), -1);
    CHECK_IS(errno, E2BIG);
    free(argv);
    CHECK_IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    close(fd);
    unlink("empty"), unlink("text"), unlink("elf"), unlink("noscript");
}

static void test_scripts(void)
{
    char line[300];
    int n = snprintf(line, sizeof line, "#!%s script\n", self);
    write_file("run.sh", line, (size_t)n, 0755);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        execl("./run.sh", "run.sh", "x", (char *)NULL);
        _exit(1);
    }
    CHECK_IS(wait_for(pid), 9 << 8);
    n = snprintf(line, sizeof line, "#!%s/loop\n", folder);
    write_file("loop", line, (size_t)n, 0755);
    expect_exec_error("loop", ELOOP);
    unlink("run.sh"), unlink("loop");
}

static void test_big_environment(void)
{
    static char value[120000];
    memset(value, 'v', sizeof value - 1);
    memcpy(value, "MARK=", 5);
    CHECK_IS(run(CHILD("env", value + 5), ((char *[]){value, NULL})), 0);
}

static void test_wait_variants(void)
{
    siginfo_t info;
    int status;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        pause();
        _exit(0);
    }
    CHECK_IS(waitpid(pid, &status, WNOHANG), 0);
    CHECK_IS(kill(pid, SIGSTOP), 0);
    CHECK_IS(waitpid(pid, &status, WUNTRACED), pid);
    CHECK(WIFSTOPPED(status));
    CHECK_IS(WSTOPSIG(status), SIGSTOP);
    CHECK_IS(kill(pid, SIGCONT), 0);
    CHECK_IS(waitpid(pid, &status, WCONTINUED), pid);
    CHECK(WIFCONTINUED(status));
    CHECK_IS(kill(pid, SIGKILL), 0);
    CHECK_IS(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    CHECK_IS(info.si_pid, pid);
    CHECK_IS(info.si_code, CLD_KILLED);
    CHECK_IS(info.si_status, SIGKILL);
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK(WIFSIGNALED(status));
    CHECK_IS(WTERMSIG(status), SIGKILL);
    CHECK_IS(kill(pid, 0), -1);
    CHECK_IS(errno, ESRCH);
}

static void test_pipes_between_processes(void)
{
    int to[2], from[2];
    static char out[100000], in[sizeof out];
    pipe2(to, O_CLOEXEC);
    pipe2(from, O_CLOEXEC);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], 0);
    posix_spawn_file_actions_adddup2(&actions, from[1], 1);
    pid_t pid, writer;
    CHECK_IS(posix_spawn(&pid, self, &actions, NULL, CHILD("cat"), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(to[0]);
    close(from[1]);
    for (size_t i = 0; i < sizeof out; i++)
        out[i] = (char)(i ^ i >> 8);
    fflush(stdout);
    writer = fork();
    if (writer == 0)
        _exit(write(to[1], out, sizeof out) != sizeof out);
    close(to[1]);
    size_t n = 0;
    ssize_t got;
    while ((got = read(from[0], in + n, sizeof in - n)) > 0)
        n += (size_t)got;
    CHECK_IS(n, sizeof out);
    CHECK_IS(memcmp(in, out, sizeof out), 0);
    CHECK_IS(wait_for(pid), 0);
    CHECK_IS(wait_for(writer), 0);
    close(from[0]);
}

static void test_spawn_reports_failures(void)
{
    pid_t pid = -7;
    CHECK_IS(posix_spawn(&pid, "/none", NULL, NULL, CHILD("exit", "0"), environ), ENOENT);
    CHECK_IS(pid, -7);
    CHECK_IS(posix_spawnp(&pid, "no-such-program", NULL, NULL, CHILD("exit", "0"), environ),
             ENOENT);
    CHECK_IS(waitpid(-1, NULL, WNOHANG), -1);
}

static void test_broken_pipe(void)
{
    int ends[2];
    pipe(ends);
    close(ends[0]);
    signal(SIGPIPE, SIG_IGN);
    CHECK_IS(write(ends[1], "x", 1), -1);
    CHECK_IS(errno, EPIPE);
    signal(SIGPIPE, SIG_DFL);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        write(ends[1], "x", 1);
        _exit(0);
    }
    int status = wait_for(pid);
    CHECK(WIFSIGNALED(status));
    CHECK_IS(WTERMSIG(status), SIGPIPE);
    close(ends[1]);
}

static void test_shell_commands(void)
{
    char line[64] = "";
    if (access("/bin/sh", X_OK) < 0)
        return;
    CHECK_IS(system("exit 3"), 3 << 8);
    CHECK(system(NULL) != 0);
    FILE *f = popen("echo out; exit 4", "r");
    CHECK(f && fgets(line, sizeof line, f));
    CHECK_IS(strcmp(line, "out\n"), 0);
    CHECK_IS(pclose(f), 4 << 8);
    f = popen("read x; test \"$x\" = in", "w");
    CHECK(f && fprintf(f, "in\n") == 3);
    CHECK_IS(pclose(f), 0);
    char *argv[] = {"sh", "-c", "exit 6", NULL};
    pid_t pid;
    CHECK_IS(posix_spawnp(&pid, "sh", NULL, NULL, argv, environ), 0);
    CHECK_IS(wait_for(pid), 6 << 8);
}

/* Vector registers and the FPU must survive handlers that use them, wherever they strike. */
static volatile double noise;
static volatile sig_atomic_t ticks;
static void tick(int sig)
{
    (void)sig;
    noise = noise * 1.5 + 3.25;
    ticks++;
}

static double sum_series(void)
{
    double sum = 0, sign = 1;
    for (int i = 0; i < 300000; i++, sign = -sign)
        sum += sign / (2 * i + 1);
    return sum;
}

static void test_floating_point_survives_signals(void)
{
    struct itimerval every = {{0, 500}, {0, 500}}, off = {0};
    struct timespec start, end;
    double quiet = sum_series();
    signal(SIGALRM, tick);
    clock_gettime(CLOCK_MONOTONIC, &start);
    setitimer(ITIMER_REAL, &every, NULL);
    for (int i = 0; i < 60; i++)
        CHECK(sum_series() == quiet);
    setitimer(ITIMER_REAL, &off, NULL);
    clock_gettime(CLOCK_MONOTONIC, &end);
    /* Under --seed time stands still between two traps, and so no signal is due. */
    long passed_ns = (end.tv_sec - start.tv_sec) * 1000000000 + end.tv_nsec - start.tv_nsec;
    CHECK(ticks > 0 || passed_ns < every.it_value.tv_usec * 1000);
    signal(SIGALRM, SIG_DFL);
}

static int fork_order[3];
static int fork_count;
static void prepare(void)
{
    fork_order[0] = ++fork_count;
}
static void in_parent(void)
{
    fork_order[1] = ++fork_count;
}
static void in_child(void)
{
    fork_order[2] = ++fork_count;
}

static void test_atfork_handlers(void)
{
    CHECK_IS(pthread_atfork(prepare, in_parent, in_child), 0);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        _exit(fork_order[0] == 1 && fork_order[2] == 2 && fork_order[1] == 0 ? 0 : 1);
    CHECK_IS(wait_for(pid), 0);
    CHECK_IS(fork_order[1], 2);
    CHECK_IS(fork_order[2], 0);
}

static void test_shared_memory(void)
{
    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(shared != MAP_FAILED);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        shared[0] = 55;
        _exit(0);
    }
    CHECK_IS(wait_for(pid), 0);
    CHECK_IS(shared[0], 55);
    munmap(shared, 4096);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return be_child(argc, argv);
    self = argv[0];
    strcpy(folder, "/tmp/posix_processes.XXXXXX");
    if (!mkdtemp(folder) || chdir(folder) < 0) {
        perror(folder);
        return 2;
    }
    test_fork_copies();
    test_exec_passes_things_on();
    test_exec_and_descriptors();
    test_exec_and_signals();
    test_exec_failures_leave_the_caller_whole();
    test_scripts();
    test_big_environment();
    test_wait_variants();
    test_pipes_between_processes();
    test_spawn_reports_failures();
    test_broken_pipe();
    test_atfork_handlers();
    test_shared_memory();
    test_shell_commands();
    test_floating_point_survives_signals();
    chdir("/");
    CHECK_IS(rmdir(folder), 0);
    return check_end();
}
