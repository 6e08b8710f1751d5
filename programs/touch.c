/* touch: makes files that are not there, and sets times. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "programs/lib/program.h"

static const char usage[] = "touch [-acm] [-r FILE | -d @SECONDS] FILE...";

static int touch(const char *path, const struct timespec times[2], bool create)
{
    if (utimensat(AT_FDCWD, path, times, 0) == 0)
        return 0;
    if (errno == ENOENT && !create)
        return 0;
    int fd = errno == ENOENT ? open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666) : -1;
    if (fd < 0 || futimens(fd, times) != 0) {
        warn("%s", path);
        if (fd >= 0)
            close(fd);
        return 1;
    }
    close(fd);
    return 0;
}

int main(int argc, char **argv)
{
    struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_NOW}};
    bool create = true, access_only = false, change_only = false;
    int option, status = 0;
    while ((option = getopt(argc, argv, "acmr:d:")) != -1) {
        struct stat st;
        switch (option) {
        case 'a': access_only = true; break;
        case 'c': create = false; break;
        case 'm': change_only = true; break;
        case 'r':
            if (stat(optarg, &st) != 0)
                err(1, "%s", optarg);
            times[0] = st.st_atim;
            times[1] = st.st_mtim;
            break;
        case 'd':
            if (optarg[0] != '@')
                errx(2, "%s: only @SECONDS is understood", optarg);
            times[0] = times[1] = (struct timespec){.tv_sec = program_number(optarg + 1, false)};
            break;
        default: program_usage(usage, 2);
        }
    }
    if (optind == argc)
        program_usage(usage, 2);
    if (access_only && !change_only)
        times[1].tv_nsec = UTIME_OMIT;
    if (change_only && !access_only)
        times[0].tv_nsec = UTIME_OMIT;
    for (int i = optind; i < argc; i++)
        status |= touch(argv[i], times, create);
    return status;
}
