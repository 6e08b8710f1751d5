/* restart.c: see restart.h. */
#include "restart.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"

#define CHILDREN_PATIENCE_NS 2000000000UL

static struct {
    char **argv; /* a copy of the vector */
    bool allowed;
    cpu_set_t cpus;
    bool cpus_known;
} self;

void restart_prepare(int argc, char **argv)
{
    self.argv = host_allocate(((size_t)argc + 1) * sizeof *argv);
    memcpy(self.argv, argv, (size_t)argc * sizeof *argv);
    self.cpus_known = sched_getaffinity(0, sizeof self.cpus, &self.cpus) == 0;
}

void restart_allow(void)
{
    self.allowed = true;
}

/* The next dyad would take the old one's children for its own. */
static void collect_children(void)
{
    uint64_t end = host_time_ns() + CHILDREN_PATIENCE_NS;
    while (host_time_ns() < end) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid < 0)
            return;
        if (pid == 0)
            usleep(1000);
    }
}

void restart(void)
{
    sigset_t none;
    if (!self.allowed)
        return;
    collect_children();
    /* What an exec hands on: this thread's CPUs and signal mask, and what is ignored. */
    if (self.cpus_known)
        sched_setaffinity(0, sizeof self.cpus, &self.cpus);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGTTOU, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execv("/proc/self/exe", self.argv);
    perror("dyad: cannot restart: /proc/self/exe");
}
