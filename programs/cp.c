/* cp: copies files and, with -r, directories. */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "programs/lib/program.h"
#include "programs/lib/tree.h"

static const char usage[] = "cp [-rpaf] FROM... TO";

int main(int argc, char **argv)
{
    struct tree_copy options = {.follow = true};
    int option, status = 0;
    while ((option = getopt(argc, argv, "rRpaPf")) != -1) {
        switch (option) {
        case 'r':
        case 'R': options.recursive = true; break;
        case 'p': options.preserve = true; break;
        case 'P': options.follow = false; break;
        case 'a':
            options.recursive = options.preserve = true;
            options.follow = false;
            break;
        case 'f': break;
        default: program_usage(usage, 2);
        }
    }
    if (argc - optind < 2)
        program_usage(usage, 2);
    struct stat st;
    const char *target = argv[argc - 1];
    bool into = stat(target, &st) == 0 && S_ISDIR(st.st_mode);
    if (!into && argc - optind > 2)
        errx(1, "%s: is not a directory", target);
    for (int i = optind; i < argc - 1; i++) {
        size_t len;
        const char *name = program_basename(argv[i], &len);
        char *only_name = strndup(name, len);
        char *to = into && only_name ? program_join(target, only_name) : strdup(target);
        if (!to || !only_name)
            err(1, NULL);
        status |= tree_copy(argv[i], to, &options);
        free(to);
        free(only_name);
    }
    return status;
}
