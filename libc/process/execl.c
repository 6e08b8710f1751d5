/* execl.c: the exec functions that take a list of arguments. */
#include <alloca.h>
#include <stdarg.h>
#include <unistd.h>
#include "internal/process.h"

static size_t count_arguments(const char *first, va_list list)
{
    va_list copy;
    va_copy(copy, list);
    size_t n = 0;
    for (const char *arg = first; arg; arg = va_arg(copy, const char *))
        n++;
    va_end(copy);
    return n;
}

static void take_arguments(char **argv, const char *first, va_list *list)
{
    size_t n = 0;
    for (const char *arg = first; arg; arg = va_arg(*list, const char *))
        argv[n++] = (char *)arg;
    argv[n] = NULL;
}

int execl(const char *path, const char *arg, ...)
{
    va_list list;
    va_start(list, arg);
    char **argv = alloca((count_arguments(arg, list) + 1) * sizeof *argv);
    take_arguments(argv, arg, &list);
    va_end(list);
    return execv(path, argv);
}

int execlp(const char *file, const char *arg, ...)
{
    va_list list;
    va_start(list, arg);
    char **argv = alloca((count_arguments(arg, list) + 1) * sizeof *argv);
    take_arguments(argv, arg, &list);
    va_end(list);
    return execvp(file, argv);
}

int execle(const char *path, const char *arg, ...)
{
    va_list list;
    va_start(list, arg);
    char **argv = alloca((count_arguments(arg, list) + 1) * sizeof *argv);
    take_arguments(argv, arg, &list);
    char **envp = arg ? va_arg(list, char **) : environ;
    va_end(list);
    return execve(path, argv, envp);
}
