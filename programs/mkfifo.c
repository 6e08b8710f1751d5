/* mkfifo: makes named pipes. */
#include <err.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "programs/lib/program.h"

int main(int argc, char **argv)
{
    mode_t mode = 0666;
    int option, status = 0;
    while ((option = getopt(argc, argv, "m:")) != -1) {
        char *end;
        if (option != 'm')
            program_usage("mkfifo [-m MODE] NAME...", 2);
        mode = (mode_t)strtoul(optarg, &end, 8);
        if (*end || end == optarg || mode > 0777)
            errx(2, "%s: not an octal mode", optarg);
    }
    if (optind == argc)
        program_usage("mkfifo [-m MODE] NAME...", 2);
    for (int i = optind; i < argc; i++) {
        if (mkfifo(argv[i], mode) != 0) {
            warn("%s", argv[i]);
            status = 1;
        }
    }
    return status;
}
