/* execvp.c: look for a program along PATH. */
#include <fcntl.h>
#include <limits.h>
#include <paths.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "internal/files.h"
#include "internal/pages.h"
#include "internal/process.h"

/* What is no program is a script for the shell. */
static int64_t exec_by_shell(const char *path, char *const argv[], char *const envp[])
{
    size_t count = 0;
    while (argv[count])
        count++;
    size_t bytes = (count + 3) * sizeof(char *);
    char **vector = __pages_map(bytes);
    if (!vector)
        return -ERR_NOMEM;
    vector[0] = (char *)_PATH_BSHELL;
    vector[1] = (char *)path;
    if (count > 1)
        memcpy(&vector[2], argv + 1, (count - 1) * sizeof(char *));
    int64_t result = __exec(AT_FDCWD, _PATH_BSHELL, vector, envp);
    __pages_unmap(vector, bytes);
    return result;
}

static int64_t exec_one(const char *path, char *const argv[], char *const envp[])
{
    return __exec(AT_FDCWD, path, argv, envp);
}

static int64_t exec_or_shell(const char *path, char *const argv[], char *const envp[])
{
    int64_t result = exec_one(path, argv, envp);
    return result == -ERR_NOEXEC ? exec_by_shell(path, argv, envp) : result;
}

/* Errors that mean "not here": the search goes on. */
static bool is_absence(int64_t result)
{
    return result == -ERR_NOENT || result == -ERR_NOTDIR || result == -ERR_ACCES ||
           result == -ERR_NODEV || result == -ERR_NAMETOOLONG;
}

static bool join(char room[PATH_MAX], const char *dir, size_t dir_len, const char *file)
{
    size_t file_len = strlen(file);
    if (dir_len + file_len + 2 > PATH_MAX)
        return false;
    memcpy(room, dir, dir_len);
    if (dir_len)
        room[dir_len++] = '/';
    memcpy(room + dir_len, file, file_len + 1);
    return true;
}

typedef int64_t exec_function(const char *path, char *const argv[], char *const envp[]);

static int64_t search(const char *file, char *const argv[], char *const envp[], exec_function *exec)
{
    char room[PATH_MAX];
    if (file[0] == 0)
        return -ERR_NOENT;
    if (strchr(file, '/') || __path_scheme(AT_FDCWD, file, strlen(file)))
        return exec(file, argv, envp);
    const char *path = getenv("PATH");
    int64_t result = -ERR_NOENT;
    for (const char *at = path ? path : _PATH_DEFPATH;; at++) {
        const char *end = strchrnul(at, ':');
        if (join(room, at, (size_t)(end - at), file)) {
            int64_t attempt = exec(room, argv, envp);
            if (!is_absence(attempt))
                return attempt;
            if (attempt == -ERR_ACCES)
                result = attempt;
        }
        if (*end == 0)
            return result;
        at = end;
    }
}

int64_t __exec_search(const char *file, char *const argv[], char *const envp[])
{
    return search(file, argv, envp, exec_one);
}

int execvpe(const char *file, char *const argv[], char *const envp[])
{
    return (int)__result(search(file, argv, envp, exec_or_shell));
}

int execvp(const char *file, char *const argv[])
{
    return execvpe(file, argv, environ);
}
