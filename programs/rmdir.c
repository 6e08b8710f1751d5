/* rmdir: removes empty directories. */
#include <err.h>
#include <string.h>
#include <unistd.h>

#include "programs/lib/program.h"

static const char usage[] = "rmdir [-p] DIR...";

int main(int argc, char **argv)
{
    bool parents = false;
    int option, status = 0;
    while ((option = getopt(argc, argv, "p")) != -1) {
        if (option != 'p')
            program_usage(usage, 2);
        parents = true;
    }
    if (optind == argc)
        program_usage(usage, 2);
    for (int i = optind; i < argc; i++) {
        char *path = argv[i];
        while (path && rmdir(path) == 0) {
            char *slash = parents ? strrchr(path, '/') : NULL;
            if (!slash || slash == path)
                path = NULL;
            else
                *slash = '\0';
        }
        if (path) {
            warn("%s", path);
            status = 1;
        }
    }
    return status;
}
