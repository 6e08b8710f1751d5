/* child.h: a part of a test in a child of its own. */
#pragma once
#include <sys/wait.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"

/* The child counts what it finds wrong from 0, and exits with that. */
static inline pid_t fork_child(void)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        posix_failures = 0;
    return child;
}

/* Wait for a child: what it has found wrong. */
static inline int result_of(pid_t child)
{
    int status = -1;
    CHECK_IS(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
