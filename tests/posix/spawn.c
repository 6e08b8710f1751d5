/* spawn.c: posix_spawn: what the child is like, the order of file actions, errors as the result, attributes. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "posix_test.h"

extern char **environ;
static char *self;

/* ---- In the child: `self WHAT ARGUMENT` answers by its exit status ---- */

static int is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

static int child(const char *what, int number)
{
    char text[8] = "";
    sigset_t mask;
    struct sigaction action;
    if (strcmp(what, "exit") == 0)
        return number;
    if (strcmp(what, "open") == 0) /* bits: which of 0 to 6 are open */
        return is_open(0) | is_open(3) << 1 | is_open(4) << 2 | is_open(5) << 3 | is_open(6) << 4;
    if (strcmp(what, "read") == 0)
        return read(number, text, 7) == 5 && strcmp(text, "hello") == 0 ? 0 : 1;
    if (strcmp(what, "ids") == 0)
        return (getpgrp() == getpid()) | (getsid(0) == getpid()) << 1;
    if (strcmp(what, "mask") == 0) {
        sigprocmask(SIG_BLOCK, NULL, &mask);
        return sigismember(&mask, SIGUSR1) | sigismember(&mask, SIGUSR2) << 1;
    }
    if (strcmp(what, "ignored") == 0) {
        sigaction(number, NULL, &action);
        return action.sa_handler == SIG_IGN ? 1 : action.sa_handler == SIG_DFL ? 0 : 2;
    }
    if (strcmp(what, "here") == 0)
        return access("posix_spawn_here", F_OK) == 0 ? 0 : 1;
    return 99;
}

static int result(int error, pid_t pid)
{
    int status = -1;
    CHECK_IS(error, 0);
    if (error)
        return -1;
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int run(const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attr, char *what,
               int number)
{
    char text[12];
    pid_t pid = -1;
    snprintf(text, sizeof text, "%d", number);
    char *argv[] = {self, "child", what, text, NULL};
    int error = posix_spawn(&pid, self, actions, attr, argv, environ);
    return result(error, pid);
}

/* ---- Errors ---- */

static void test_errors(const char *folder)
{
    char *argv[] = {"x", NULL};
    char path[200];
    pid_t pid = 77;
    CHECK_IS(posix_spawn(&pid, "/does/not/exist", NULL, NULL, argv, environ), ENOENT);
    CHECK_IS(posix_spawn(&pid, "/", NULL, NULL, argv, environ), EACCES);
    CHECK_IS(posix_spawnp(&pid, "no_such_program_anywhere", NULL, NULL, argv, environ), ENOENT);
    CHECK_IS(posix_spawnp(&pid, "", NULL, NULL, argv, environ), ENOENT);
    CHECK_IS(pid, 77);
    snprintf(path, sizeof path, "%s/text", folder);
    int fd = open(path, O_CREAT | O_WRONLY, 0755);
    CHECK_IS(write(fd, "exit 5\n", 7), 7);
    close(fd);
    CHECK_IS(posix_spawn(&pid, path, NULL, NULL, argv, environ), ENOEXEC);
    CHECK_IS(posix_spawnp(&pid, path, NULL, NULL, argv, environ), ENOEXEC); /* no shell */
    char *old = getenv("PATH"), *kept = old ? strdup(old) : NULL;
    setenv("PATH", folder, 1);
    CHECK_IS(posix_spawnp(&pid, "text", NULL, NULL, argv, environ), ENOEXEC);
    setenv("PATH", kept ? kept : "/bin", 1);
    free(kept);
    fd = open(path, O_WRONLY | O_TRUNC);
    CHECK_IS(write(fd, "#!/bin/sh\nexit 6\n", 17), 17);
    close(fd);
    int error = posix_spawn(&pid, path, NULL, NULL, argv, environ);
    CHECK_IS(result(error, pid), 6);
    CHECK_IS(waitpid(-1, NULL, WNOHANG), -1); /* failures leave no child behind */
    CHECK_IS(errno, ECHILD);
}

static void test_actions_that_fail(void)
{
    posix_spawn_file_actions_t actions;
    char *argv[] = {self, "child", "exit", "0", NULL};
    pid_t pid;
    posix_spawn_file_actions_init(&actions);
    CHECK_IS(posix_spawn_file_actions_addclose(&actions, -1), EBADF);
    CHECK_IS(posix_spawn_file_actions_adddup2(&actions, -1, 3), EBADF);
    CHECK_IS(posix_spawn_file_actions_adddup2(&actions, 3, -1), EBADF);
    CHECK_IS(posix_spawn_file_actions_addopen(&actions, -1, "/", O_RDONLY, 0), EBADF);
    CHECK_IS(posix_spawn_file_actions_addopen(&actions, (int)sysconf(_SC_OPEN_MAX), "/", 0, 0),
             EBADF);
    CHECK_IS(posix_spawn_file_actions_addopen(&actions, 5, "/not/there", O_RDONLY, 0), 0);
    CHECK_IS(posix_spawn(&pid, self, &actions, NULL, argv, environ), ENOENT);
    posix_spawn_file_actions_destroy(&actions);
    for (int from = 3; from < 12; from++) { /* whatever number spawn uses itself */
        posix_spawn_file_actions_init(&actions);
        CHECK_IS(posix_spawn_file_actions_adddup2(&actions, from, 40), 0);
        CHECK_IS(posix_spawn(&pid, self, &actions, NULL, argv, environ), EBADF);
        posix_spawn_file_actions_destroy(&actions);
    }
}

/* ---- Descriptors ---- */

static void test_actions(const char *folder)
{
    posix_spawn_file_actions_t actions;
    char path[200];
    snprintf(path, sizeof path, "%s/hello", folder);
    int fd = open(path, O_CREAT | O_RDWR, 0600);
    CHECK_IS(write(fd, "hello", 5), 5);
    close(fd);
    CHECK_IS(run(NULL, NULL, "open", 0) & ~1, 0);

    posix_spawn_file_actions_init(&actions);
    for (int to = 3; to < 10; to++) /* in order; all numbers that spawn might use itself */
        CHECK_IS(posix_spawn_file_actions_addopen(&actions, to, path, O_RDONLY, 0), 0);
    CHECK_IS(run(&actions, NULL, "open", 0) & ~1, 30);
    CHECK_IS(run(&actions, NULL, "read", 3), 0);
    CHECK_IS(run(&actions, NULL, "read", 9), 0);
    CHECK_IS(posix_spawn_file_actions_addclose(&actions, 4), 0);
    CHECK_IS(posix_spawn_file_actions_addclose(&actions, 30), 0); /* not open: no matter */
    CHECK_IS(posix_spawn_file_actions_adddup2(&actions, 5, 20), 0);
    CHECK_IS(run(&actions, NULL, "open", 0) & ~1, 26);
    CHECK_IS(run(&actions, NULL, "read", 20), 0);
    posix_spawn_file_actions_destroy(&actions);

    fd = open(path, O_RDONLY | O_CLOEXEC);
    posix_spawn_file_actions_init(&actions); /* onto itself: it is kept */
    CHECK_IS(posix_spawn_file_actions_adddup2(&actions, fd, fd), 0);
    CHECK_IS(run(&actions, NULL, "read", fd), 0);
    close(fd);
    CHECK_IS(posix_spawn_file_actions_destroy(&actions), 0);
}

#ifdef POSIX_SPAWN_SETSID /* what glibc has beyond POSIX 2008 as well */
static void test_folders_and_ranges(const char *folder)
{
    posix_spawn_file_actions_t actions;
    char path[200];
    snprintf(path, sizeof path, "%s/posix_spawn_here", folder);
    close(open(path, O_CREAT | O_RDWR, 0600));
    int dir = open(folder, O_RDONLY | O_DIRECTORY);
    CHECK_IS(run(NULL, NULL, "here", 0), 1);
    posix_spawn_file_actions_init(&actions);
    CHECK_IS(posix_spawn_file_actions_addchdir_np(&actions, folder), 0);
    CHECK_IS(run(&actions, NULL, "here", 0), 0);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawn_file_actions_init(&actions);
    CHECK_IS(posix_spawn_file_actions_addfchdir_np(&actions, dir), 0);
    CHECK_IS(run(&actions, NULL, "here", 0), 0);
    posix_spawn_file_actions_destroy(&actions);

    int four = dup2(dir, 4), five = dup2(dir, 5), six = dup2(dir, 6);
    CHECK(four == 4 && five == 5 && six == 6);
    posix_spawn_file_actions_init(&actions);
    CHECK_IS(posix_spawn_file_actions_addclosefrom_np(&actions, 5), 0);
    CHECK_IS(run(&actions, NULL, "open", 0) & ~3, 4);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawn_file_actions_init(&actions);
    CHECK_IS(posix_spawn_file_actions_addclosefrom_np(&actions, 3), 0);
    CHECK_IS(posix_spawn_file_actions_addclosefrom_np(&actions, -1), EBADF);
    CHECK_IS(run(&actions, NULL, "open", 0) & ~1, 0);
    posix_spawn_file_actions_destroy(&actions);
    for (int fd = 4; fd <= 6; fd++)
        close(fd);
    close(dir);

    posix_spawnattr_t attr;
    posix_spawnattr_init(&attr);
    CHECK_IS(posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID), 0);
    CHECK_IS(run(NULL, &attr, "ids", 0), 3);
    posix_spawnattr_destroy(&attr);
}
#endif

/* ---- Attributes ---- */

static void test_attributes(void)
{
    posix_spawnattr_t attr;
    sigset_t set, got;
    short flags = -1;
    pid_t group = -1;
    struct sched_param param = {.sched_priority = 0};
    int policy = -1;
    CHECK_IS(posix_spawnattr_init(&attr), 0);
    CHECK_IS(posix_spawnattr_getflags(&attr, &flags), 0);
    CHECK_IS(flags, 0);
    CHECK_IS(posix_spawnattr_getpgroup(&attr, &group), 0);
    CHECK_IS(group, 0);
    CHECK_IS(posix_spawnattr_setflags(&attr, 0x7000), EINVAL);
    CHECK_IS(run(NULL, &attr, "ids", 0), 0);
    CHECK_IS(posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP), 0);
    CHECK_IS(run(NULL, &attr, "ids", 0), 1);

    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_SETMASK, &set, NULL);
    CHECK_IS(run(NULL, NULL, "mask", 0), 2); /* the caller's */
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    CHECK_IS(posix_spawnattr_setsigmask(&attr, &set), 0);
    CHECK_IS(posix_spawnattr_getsigmask(&attr, &got), 0);
    CHECK(sigismember(&got, SIGUSR1) && !sigismember(&got, SIGUSR2));
    CHECK_IS(posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK), 0);
    CHECK_IS(run(NULL, &attr, "mask", 0), 1);
    sigemptyset(&set);
    sigprocmask(SIG_SETMASK, &set, NULL);

    signal(SIGHUP, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    CHECK_IS(run(NULL, NULL, "ignored", SIGHUP), 1);
    sigaddset(&set, SIGHUP);
    CHECK_IS(posix_spawnattr_setsigdefault(&attr, &set), 0);
    CHECK_IS(posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF), 0);
    CHECK_IS(run(NULL, &attr, "ignored", SIGHUP), 0);
    CHECK_IS(run(NULL, &attr, "ignored", SIGTERM), 1);
    signal(SIGHUP, SIG_DFL);
    signal(SIGTERM, SIG_DFL);

    CHECK_IS(posix_spawnattr_setschedparam(&attr, &param), 0);
    CHECK_IS(posix_spawnattr_setschedpolicy(&attr, SCHED_OTHER), 0);
    CHECK_IS(posix_spawnattr_getschedpolicy(&attr, &policy), 0);
    CHECK_IS(policy, SCHED_OTHER);
    CHECK_IS(posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSCHEDULER | POSIX_SPAWN_RESETIDS), 0);
    CHECK_IS(run(NULL, &attr, "exit", 3), 3);
    CHECK_IS(posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSCHEDPARAM), 0);
    CHECK_IS(run(NULL, &attr, "exit", 4), 4);
    param.sched_priority = 500;
    CHECK_IS(posix_spawnattr_setschedparam(&attr, &param), 0);
    char *argv[] = {self, "child", "exit", "0", NULL};
    CHECK_IS(posix_spawn(NULL, self, NULL, &attr, argv, environ), EINVAL);
    CHECK_IS(posix_spawnattr_destroy(&attr), 0);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/posix_spawn.XXXXXX", command[64];
    self = argv[0];
    if (argc > 3 && strcmp(argv[1], "child") == 0)
        return child(argv[2], atoi(argv[3]));
    for (int fd = 3; fd < 60; fd++)
        close(fd);
    if (!mkdtemp(folder))
        return 1;
    test_errors(folder);
    test_actions_that_fail();
    test_actions(folder);
#ifdef POSIX_SPAWN_SETSID
    test_folders_and_ranges(folder);
#endif
    test_attributes();
    snprintf(command, sizeof command, "rm -r %s", folder);
    CHECK_IS(system(command), 0);
    return posix_end();
}
