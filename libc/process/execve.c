/* execve.c: the exec functions that take a path. */
#include <fcntl.h>
#include <unistd.h>
#include "abi/layout.h"
#include "internal/files.h"
#include "internal/process.h"

int execve(const char *path, char *const argv[], char *const envp[])
{
    return (int)__result(__exec(AT_FDCWD, path, argv, envp));
}

int execv(const char *path, char *const argv[])
{
    return execve(path, argv, environ);
}

/* By the file's path: the descriptor itself carries no right to execute. */
int fexecve(int fd, char *const argv[], char *const envp[])
{
    char path[DYAD_PATH_MAX + 1];
    int64_t n = __verb_data(__fd_handle(fd), VERB_path, 0, 0, NULL, 0, path, DYAD_PATH_MAX);
    if (n >= 0 && n <= (int64_t)DYAD_PATH_MAX) {
        path[n] = 0;
        n = __exec(AT_FDCWD, path, argv, envp);
    }
    return (int)__result(n);
}
