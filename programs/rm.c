/* rm: removes files and, with -r, directories. */
#include <err.h>
#include <string.h>
#include <unistd.h>

#include "programs/lib/program.h"
#include "programs/lib/tree.h"

static const char usage[] = "rm [-rf] FILE...";

static bool is_refused(const char *path)
{
    size_t len;
    const char *name = program_basename(path, &len);
    return (len == 1 && (name[0] == '.' || name[0] == '/')) ||
           (len == 2 && memcmp(name, "..", 2) == 0);
}

int main(int argc, char **argv)
{
    bool recursive = false, force = false;
    int option, status = 0;
    while ((option = getopt(argc, argv, "rRf")) != -1) {
        switch (option) {
        case 'r':
        case 'R': recursive = true; break;
        case 'f': force = true; break;
        default: program_usage(usage, 2);
        }
    }
    if (optind == argc && !force)
        program_usage(usage, 2);
    for (int i = optind; i < argc; i++) {
        if (is_refused(argv[i])) {
            warnx("%s: is not removed", argv[i]);
            status = 1;
        } else {
            status |= tree_remove(argv[i], recursive, force);
        }
    }
    return status;
}
