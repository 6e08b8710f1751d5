/* ln: makes hard links, with -s symbolic ones. */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "programs/lib/program.h"

static const char usage[] = "ln [-sfn] TARGET... [LINK|DIR]";

static bool symbolic, force;

static int make(const char *target, const char *name)
{
    if (force)
        (void)unlink(name);
    if ((symbolic ? symlink(target, name) : link(target, name)) == 0)
        return 0;
    warn("%s", name);
    return 1;
}

int main(int argc, char **argv)
{
    bool no_follow = false;
    int option, status = 0;
    while ((option = getopt(argc, argv, "sfn")) != -1) {
        switch (option) {
        case 's': symbolic = true; break;
        case 'f': force = true; break;
        case 'n': no_follow = true; break;
        default: program_usage(usage, 2);
        }
    }
    int count = argc - optind;
    if (count < 1)
        program_usage(usage, 2);
    struct stat st;
    const char *last = count == 1 ? "." : argv[argc - 1];
    bool into = (no_follow ? lstat(last, &st) : stat(last, &st)) == 0 && S_ISDIR(st.st_mode);
    if (!into && count > 2)
        errx(1, "%s: is not a directory", last);
    for (int i = optind; i < (count == 1 ? argc : argc - 1); i++) {
        size_t len;
        const char *base = program_basename(argv[i], &len);
        char *only_name = strndup(base, len);
        char *name = into && only_name ? program_join(last, only_name) : strdup(last);
        if (!name || !only_name)
            err(1, NULL);
        status |= make(argv[i], name);
        free(name);
        free(only_name);
    }
    return status;
}
