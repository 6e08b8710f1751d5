/* fork_jump.c: a child that has ended before fork returns, and a handler of SIGCHLD that leaves by siglongjmp: nothing stays locked. */
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "posix_test.h"

#define ROUNDS 200

static sigjmp_buf after;
static pid_t child;

static void leave(int sig)
{
    (void)sig;
    siglongjmp(after, 1);
}

/* The child ends first: the parent gets little of the CPU, the child as much as it may have. */
static void end_before_parent(void)
{
    if (getuid() == 0)
        nice(-40);
    _exit(7);
}

static void one_round(void)
{
    child = -1;
    if (sigsetjmp(after, 1) == 0) {
        child = fork();
        if (child == 0)
            end_before_parent();
        for (;;)
            pause();
    }
    int status;
    void *memory = malloc(100); /* fork holds its lock meanwhile */
    CHECK(memory != NULL);
    free(memory);
    CHECK(fflush(NULL) == 0);
    CHECK(waitpid(-1, &status, 0) > 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

int main(void)
{
    struct sigaction action = {.sa_handler = leave, .sa_flags = SA_NOCLDSTOP};
    sigset_t all;
    nice(19);
    CHECK_IS(sigaction(SIGCHLD, &action, NULL), 0);
    alarm(60); /* a lock that nobody opens */
    for (int i = 0; i < ROUNDS; i++)
        one_round();
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    return posix_end();
}
