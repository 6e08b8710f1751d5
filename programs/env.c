/* env: runs a command in a changed environment, or prints the environment. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "programs/lib/program.h"

extern char **environ;

int main(int argc, char **argv)
{
    static char *empty[] = {NULL};
    int option;
    while ((option = getopt(argc, argv, "+iu:")) != -1) {
        if (option == 'i')
            environ = empty;
        else if (option == 'u')
            unsetenv(optarg);
        else
            program_usage("env [-i] [-u NAME] [NAME=VALUE...] [COMMAND [ARG...]]", 125);
    }
    while (optind < argc && strchr(argv[optind], '=')) {
        if (putenv(argv[optind++]) != 0)
            err(125, NULL);
    }
    if (optind < argc) {
        execvp(argv[optind], argv + optind);
        int status = errno == ENOENT ? 127 : 126;
        err(status, "%s", argv[optind]);
    }
    for (char **entry = environ; *entry; entry++)
        puts(*entry);
    return program_finish(0);
}
