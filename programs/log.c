/* log: prints the kernel's log. */
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "programs/lib/program.h"

int main(int argc, char **argv)
{
    bool follow = false;
    int option;
    while ((option = getopt(argc, argv, "f")) != -1) {
        if (option != 'f')
            program_usage("log [-f]", 2);
        follow = true;
    }
    int fd = open("log:", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        err(1, "log:");
    for (;;) {
        if (!program_copy(fd, STDOUT_FILENO))
            err(1, "log:");
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        if (!follow || poll(&wait, 1, -1) < 0)
            return 0;
    }
}
