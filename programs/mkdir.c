/* mkdir: makes directories. */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "programs/lib/program.h"

static const char usage[] = "mkdir [-p] [-m MODE] DIR...";

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The directories above the last component. */
static int make_parents(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        if (slash[1] == '\0' || slash[1] == '/')
            continue;
        *slash = '\0';
        int result = mkdir(path, 0777);
        bool there = result == 0 || (errno == EEXIST && is_directory(path));
        if (!there)
            warn("%s", path);
        *slash = '/';
        if (!there)
            return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    bool parents = false;
    mode_t mode = 0777;
    bool has_mode = false;
    int option, status = 0;
    while ((option = getopt(argc, argv, "pm:")) != -1) {
        if (option == 'p') {
            parents = true;
        } else if (option == 'm') {
            char *end;
            mode = (mode_t)strtoul(optarg, &end, 8);
            has_mode = true;
            if (*end || end == optarg || mode > 07777)
                errx(2, "%s: not an octal mode", optarg);
        } else {
            program_usage(usage, 2);
        }
    }
    if (optind == argc)
        program_usage(usage, 2);
    for (int i = optind; i < argc; i++) {
        if (parents && make_parents(argv[i])) {
            status = 1;
        } else if (mkdir(argv[i], mode) != 0) {
            if (parents && errno == EEXIST && is_directory(argv[i]))
                continue;
            warn("%s", argv[i]);
            status = 1;
        } else if (has_mode && chmod(argv[i], mode) != 0) {
            warn("%s", argv[i]);
            status = 1;
        }
    }
    return status;
}
