/* mv: renames files; between file systems it copies and removes. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "programs/lib/program.h"
#include "programs/lib/tree.h"

static const char usage[] = "mv [-fn] FROM... TO";

static bool keep_existing;

static int move(const char *from, const char *to)
{
    static const struct tree_copy all = {.recursive = true, .preserve = true};
    struct stat st;
    if (keep_existing && lstat(to, &st) == 0)
        return 0;
    if (rename(from, to) == 0)
        return 0;
    if (errno != EXDEV) {
        warn("%s to %s", from, to);
        return 1;
    }
    if (tree_copy(from, to, &all))
        return 1;
    return tree_remove(from, true, false);
}

int main(int argc, char **argv)
{
    int option, status = 0;
    while ((option = getopt(argc, argv, "fn")) != -1) {
        switch (option) {
        case 'f': keep_existing = false; break;
        case 'n': keep_existing = true; break;
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
        status |= move(argv[i], to);
        free(to);
        free(only_name);
    }
    return status;
}
