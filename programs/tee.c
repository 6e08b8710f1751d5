/* tee: copies standard input to standard output and to files. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "programs/lib/program.h"

int main(int argc, char **argv)
{
    static char buffer[65536];
    int option, status = 0, flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
    while ((option = getopt(argc, argv, "ai")) != -1) {
        if (option == 'a')
            flags = (flags & ~O_TRUNC) | O_APPEND;
        else if (option == 'i')
            signal(SIGINT, SIG_IGN);
        else
            program_usage("tee [-ai] [FILE...]", 2);
    }
    int count = argc - optind;
    int *outputs = calloc((size_t)count + 1, sizeof(*outputs));
    if (!outputs)
        err(1, NULL);
    outputs[count] = STDOUT_FILENO;
    for (int i = 0; i < count; i++) {
        outputs[i] = open(argv[optind + i], flags, 0666);
        if (outputs[i] < 0) {
            warn("%s", argv[optind + i]);
            status = 1;
        }
    }
    ssize_t got;
    while ((got = read(STDIN_FILENO, buffer, sizeof(buffer))) > 0 || (got < 0 && errno == EINTR)) {
        for (int i = 0; i <= count && got > 0; i++) {
            if (outputs[i] >= 0 && !program_write_all(outputs[i], buffer, (size_t)got)) {
                warn("%s", i < count ? argv[optind + i] : "standard output");
                outputs[i] = -1;
                status = 1;
            }
        }
    }
    if (got < 0) {
        warn("standard input");
        status = 1;
    }
    return status;
}
