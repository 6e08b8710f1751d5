/* cat: copies files to standard output. */
#include <err.h>
#include <unistd.h>

#include "programs/lib/program.h"

static const char usage[] = "cat [-u] [FILE...]";

static int copy(int fd, const char *name)
{
    if (program_copy(fd, STDOUT_FILENO))
        return 0;
    warn("%s", name);
    return 1;
}

int main(int argc, char **argv)
{
    int option;
    while ((option = getopt(argc, argv, "u")) != -1) {
        if (option != 'u')
            program_usage(usage, 2);
    }
    return program_each_input(argc - optind, argv + optind, copy);
}
